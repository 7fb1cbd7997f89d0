//! What files can be: one file of code for each kind of file.
//!
//! In: a file's text. Out: its objects, with what the file itself says of their kind, plane and server.
//! Never: I/O, or a word about what the objects mean.

mod clixml;
mod edca;
mod format_list;
mod health_checker;
pub(super) mod iis;
mod json;
mod scubagear;
mod selection;

use chrono::{DateTime, Utc};

use crate::catalog::KindSpec;
use crate::model::{Evidence, Plane};
use crate::protocol::{Document, Limits, ObjId, ProtocolError};

use super::coverage::Ended;
use super::page::Page;
use super::place::{self, TopObjects, Unplaced};

/// A file that was decoded and not looked at yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'a> {
    /// Its name without folders.
    pub name: &'a str,
    /// Its path as messages show it, with `/`.
    pub shown: &'a str,
    /// Its text, without a byte order mark.
    pub text: &'a str,
    /// What it may cost.
    pub limits: &'a Limits,
}

impl<'a> Seen<'a> {
    /// The text from its first character that is no blank.
    pub fn start(&self) -> &'a str {
        self.text.trim_start()
    }

    /// At most that many bytes of it, in whole characters.
    pub fn head(&self, bytes: usize) -> &'a str {
        let start = self.start();
        let mut end = bytes.min(start.len());
        while !start.is_char_boundary(end) {
            end -= 1;
        }
        &start[..end]
    }
}

/// One kind of file.
pub(super) struct Format {
    /// As the manifest names it.
    pub name: &'static str,
    /// True where a file is of this kind. Cheap: every file is asked.
    pub recognise: fn(&Seen<'_>) -> bool,
    /// Reads it.
    pub read: for<'a> fn(&Seen<'a>) -> Result<Reading<'a>, ProtocolError>,
    /// Its looks leave no doubt: one that cannot be read is a damaged export, whatever its name. Where
    /// they do (`{` begins many a text), only a file's name or the user can say that it is one.
    pub is_certain: bool,
}

/// What one file gave.
pub(super) struct Reading<'a> {
    /// The objects.
    pub document: Document<'a>,
    /// Those that could be resources.
    pub finds: Vec<Find>,
    /// The rest: nothing is dropped in silence.
    pub unplaced: Vec<Unplaced>,
    /// What the file says of calls that it reports on.
    pub ended: Vec<Ended>,
    /// When it was collected, where it says so.
    pub taken_at: Option<DateTime<Utc>>,
    /// Its pages, where it is made of them.
    pub pages: Vec<Page>,
}

/// An object that could be a resource, with what its file says of it beside its properties.
#[derive(Clone, Debug)]
pub(super) struct Find {
    /// Of the reading's document.
    pub object: ObjId,
    /// Its kind, where its place in the file tells.
    pub kind: Option<&'static KindSpec>,
    /// Its plane, the same.
    pub plane: Option<Plane>,
    /// Its server, the same.
    pub server: Option<String>,
    /// How a directory was read, where the file's maker is known for it.
    pub evidence: Option<Evidence>,
}

impl Find {
    /// An object that must speak for itself.
    pub fn unnamed(object: ObjId) -> Self {
        Find {
            object,
            kind: None,
            plane: None,
            server: None,
            evidence: None,
        }
    }
}

impl<'a> Reading<'a> {
    /// Every top-level object of a document, each to speak for itself.
    pub fn of_roots(document: Document<'a>) -> Self {
        let TopObjects {
            objects,
            rest,
            pages,
        } = place::top_objects(&document);
        let finds = objects.into_iter().map(|(object, kind)| Find {
            kind,
            ..Find::unnamed(object)
        });
        Reading {
            finds: finds.collect(),
            document,
            unplaced: rest,
            pages,
            ended: Vec::new(),
            taken_at: None,
        }
    }
}

/// Every kind of file, the more particular ones first: the first that recognises a file reads it.
static FORMATS: &[&Format] = &[
    &health_checker::FORMAT,
    &scubagear::FORMAT,
    &edca::FORMAT,
    &clixml::FORMAT,
    &iis::FORMAT,
    &format_list::FORMAT,
    &json::FORMAT,
];

/// The format of a file, if it is one of ours.
pub(super) fn of(seen: &Seen<'_>) -> Option<&'static Format> {
    FORMATS
        .iter()
        .copied()
        .find(|format| (format.recognise)(seen))
}

/// True where a file is text whose ASCII alone can be read: what lost its characters is undecided there.
pub(super) fn bears_damage(seen: &Seen<'_>) -> bool {
    of(seen).is_some_and(|format| format.name == format_list::FORMAT.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_decide() {
        let limits = Limits::default();
        let name = |text| {
            of(&Seen {
                name: "a.txt",
                shown: "a.txt",
                text,
                limits: &limits,
            })
            .map(|format| format.name)
        };
        assert_eq!(name(" <Objs/>"), Some("clixml"));
        assert_eq!(name("#< CLIXML\r\n<Objs/>"), Some("clixml"));
        assert_eq!(name("[]"), Some("json"));
        assert_eq!(name("null"), Some("json"));
        assert_eq!(name(""), None);
        assert_eq!(name("<html/>"), None);
    }
}
