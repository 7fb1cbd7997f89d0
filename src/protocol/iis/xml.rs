//! Strict XML of a configuration file as a tree: elements and attributes, every one a slice of the text.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::Event;

use super::super::entity::entity;
use super::super::error::{Position, ProtocolError};
use super::super::limits::Limits;

/// An element. No `Debug`: it can hold key material, which nothing may print.
pub(super) struct Element<'a> {
    pub name: &'a str,
    pub attributes: Vec<(&'a str, Cow<'a, str>)>,
    pub children: Vec<Element<'a>>,
    /// Byte offset of its `<`.
    pub at: usize,
}

impl<'a> Element<'a> {
    /// The value of an attribute. Configuration files distinguish case in names.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(other, _)| *other == name)?;
        Some(&found.1)
    }

    /// The children of one name, in document order.
    pub fn named<'e>(&'e self, name: &'static str) -> impl Iterator<Item = &'e Element<'a>> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The elements below a path of names, in document order: a section may be opened more than once.
    pub fn below<'e>(&'e self, path: &[&'static str]) -> Vec<&'e Element<'a>> {
        let mut found = vec![self];
        for name in path {
            found = found.iter().flat_map(|e| e.named(name)).collect();
        }
        found
    }

    /// True where the section's content stands in another file or is encrypted: what it says is unknown.
    pub fn is_hidden(&self) -> bool {
        self.attribute("configSource").is_some()
            || self.attribute("configProtectionProvider").is_some()
    }
}

/// Elements that messages may name. Others are not repeated: damage can make a "name" of a secret.
const NAMED: [&str; 18] = [
    "configuration",
    "configSections",
    "configProtectedData",
    "sectionGroup",
    "location",
    "system.applicationHost",
    "system.webServer",
    "system.web",
    "sites",
    "site",
    "application",
    "virtualDirectory",
    "security",
    "authentication",
    "windowsAuthentication",
    "modules",
    "appSettings",
    "runtime",
];

/// Reads a whole document with the root `configuration`.
///
/// # Errors
/// Not well-formed, cut off, another root, a DOCTYPE, an entity that XML does not define, too deep.
pub(super) fn parse<'a>(text: &'a str, limits: &Limits) -> Result<Element<'a>, ProtocolError> {
    let mut walk = Walk {
        text,
        reader: Reader::from_str(text),
        left: limits.values,
        limits,
    };
    let config = walk.reader.config_mut();
    // Compared here: the reader's own error would repeat what stands in the file.
    config.check_end_names = false;
    config.check_comments = true;
    // The reader skips a mark by itself and does not count it, and all places would be three bytes off.
    if text.starts_with('\u{feff}') {
        return Err(walk.syntax(0, "a second byte order mark: one at most was expected"));
    }
    walk.root()
}

struct Walk<'a, 'l> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    left: usize,
    limits: &'l Limits,
}

impl<'a> Walk<'a, '_> {
    fn offset(&self) -> usize {
        self.reader.buffer_position() as usize
    }

    fn syntax(&self, at: usize, problem: impl Into<String>) -> ProtocolError {
        ProtocolError::Syntax {
            at: Position::of(self.text, at),
            problem: problem.into(),
        }
    }

    #[cold]
    fn not_well_formed(&self, error: &Error) -> ProtocolError {
        let problem = match error {
            Error::IllFormed(IllFormedError::UnmatchedEndTag(_)) => {
                "an end tag that closes nothing"
            }
            Error::IllFormed(IllFormedError::UnclosedReference) => {
                "an ampersand that starts no entity: `&` is written `&amp;`"
            }
            Error::IllFormed(IllFormedError::DoubleHyphenInComment) => {
                "two hyphens inside a comment"
            }
            Error::Syntax(_) => "the file ends inside a tag or a comment: it was cut off",
            _ => "not well-formed XML",
        };
        self.syntax(self.reader.error_position() as usize, problem)
    }

    fn root(&mut self) -> Result<Element<'a>, ProtocolError> {
        let mut open: Vec<Element<'a>> = Vec::new();
        let mut root: Option<Element<'a>> = None;
        loop {
            let before = self.offset();
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(error) => return Err(self.not_well_formed(&error)),
            };
            match event {
                Event::Start(tag) => {
                    let element = self.element(tag.len(), false)?;
                    self.may_stand(&element, &open, root.is_some())?;
                    open.push(element);
                }
                Event::Empty(tag) => {
                    let element = self.element(tag.len(), true)?;
                    self.may_stand(&element, &open, root.is_some())?;
                    close(element, &mut open, &mut root);
                }
                Event::End(tag) => {
                    let Some(element) = open.pop() else {
                        return Err(self.syntax(before, "an end tag that closes nothing"));
                    };
                    if tag.name().as_ref() != element.name {
                        let problem = format!(
                            "an end tag stands where the end of {} (line {}) was expected",
                            shown(element.name),
                            Position::of(self.text, element.at).line
                        );
                        return Err(self.syntax(before, problem));
                    }
                    close(element, &mut open, &mut root);
                }
                Event::DocType(_) => {
                    return Err(self.syntax(
                        before,
                        "a DOCTYPE is refused: IIS and .NET write none, and it can define entities",
                    ));
                }
                Event::Decl(_) if before > 0 => {
                    return Err(self.syntax(before, "an XML declaration inside the document"));
                }
                Event::Text(text) if open.is_empty() && !text.trim_ascii().is_empty() => {
                    return Err(self.syntax(before, "text outside the root element"));
                }
                Event::CData(_) | Event::GeneralRef(_) if open.is_empty() => {
                    return Err(self.syntax(before, "text outside the root element"));
                }
                Event::GeneralRef(name) => {
                    if entity(&name).is_none() {
                        return Err(self.undefined(before));
                    }
                }
                // What stands between elements is never a setting.
                Event::Decl(_)
                | Event::PI(_)
                | Event::Comment(_)
                | Event::Text(_)
                | Event::CData(_) => {}
                Event::Eof => break,
            }
        }
        if let Some(element) = open.last() {
            let problem = format!(
                "the file ends before the end of {} (line {}): it was cut off",
                shown(element.name),
                Position::of(self.text, element.at).line
            );
            return Err(self.syntax(self.text.len(), problem));
        }
        root.ok_or_else(|| {
            self.syntax(
                self.text.len(),
                "the file ends before <configuration>: it was cut off",
            )
        })
    }

    fn may_stand(
        &self,
        element: &Element<'a>,
        open: &[Element<'a>],
        has_root: bool,
    ) -> Result<(), ProtocolError> {
        if open.is_empty() && has_root {
            return Err(self.syntax(element.at, "a second root element"));
        }
        if open.is_empty() && element.name != "configuration" {
            return Err(self.syntax(
                element.at,
                "the root element is not <configuration>: this is no configuration file of IIS or .NET",
            ));
        }
        let depth = self.limits.depth.min(Limits::MAX_DEPTH);
        if open.len() >= depth {
            return Err(ProtocolError::Limit {
                at: Position::of(self.text, element.at),
                what: "levels of elements",
                limit: depth,
            });
        }
        Ok(())
    }

    fn undefined(&self, at: usize) -> ProtocolError {
        self.syntax(
            at,
            "an undefined entity: XML knows lt, gt, amp, quot, apos and numbers",
        )
    }

    /// The element whose tag the reader has just passed; `length` is what stands between its brackets.
    fn element(&mut self, length: usize, empty: bool) -> Result<Element<'a>, ProtocolError> {
        let end = self.offset() - if empty { 2 } else { 1 };
        let start = end - length;
        let content = &self.text[start..end];
        let at = start - 1;
        let name_end = content
            .find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(content.len());
        let mut attributes: Vec<(&'a str, Cow<'a, str>)> = Vec::new();
        let mut rest = content[name_end..].trim_ascii_start();
        while !rest.is_empty() {
            self.left = self
                .left
                .checked_sub(1)
                .ok_or_else(|| ProtocolError::Limit {
                    at: Position::of(self.text, at),
                    what: "attributes",
                    limit: self.limits.values,
                })?;
            let (name, raw, after) = split_attribute(rest).ok_or_else(|| {
                self.syntax(at, "a damaged attribute: name=\"value\" was expected")
            })?;
            if attributes.iter().any(|(other, _)| *other == name) {
                return Err(self.syntax(at, "an attribute stands twice in one element"));
            }
            let value = value(raw).ok_or_else(|| self.undefined(at))?;
            attributes.push((name, value));
            rest = after;
        }
        self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| ProtocolError::Limit {
                at: Position::of(self.text, at),
                what: "elements",
                limit: self.limits.values,
            })?;
        Ok(Element {
            name: &content[..name_end],
            attributes,
            children: Vec::new(),
            at,
        })
    }
}

fn close<'a>(element: Element<'a>, open: &mut [Element<'a>], root: &mut Option<Element<'a>>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *root = Some(element),
    }
}

fn shown(name: &str) -> String {
    if NAMED.contains(&name) {
        format!("<{name}>")
    } else {
        "an element".to_owned()
    }
}

/// Name, raw value, and what follows.
fn split_attribute(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.split_once('=')?;
    let name = name.trim_ascii_end();
    let bad = |c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '<' | '&');
    if name.is_empty() || name.contains(bad) {
        return None;
    }
    let rest = rest.trim_ascii_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (raw, after) = rest[1..].split_once(quote)?;
    if raw.contains('<') {
        return None;
    }
    // Attributes are parted by blanks.
    let next = after.trim_ascii_start();
    (next.is_empty() || next.len() < after.len()).then_some((name, raw, next))
}

/// A raw attribute value as XML defines it.
fn value(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.contains(['&', '\n', '\r', '\t']) {
        return Some(Cow::Borrowed(raw));
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '\n', '\r', '\t']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('&') {
            let (name, after) = after.split_once(';')?;
            out.push(entity(name)?);
            rest = after;
        } else {
            out.push(' ');
            let pair = if rest.starts_with("\r\n") { 2 } else { 1 };
            rest = &rest[pair..];
        }
    }
    out.push_str(rest);
    Some(Cow::Owned(out))
}
