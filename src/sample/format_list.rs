//! Writes objects as `Format-List` prints them.
//!
//! Source: `ListWriter`, `StringManipulationHelper` and `PSObjectHelper` of PowerShell's public sources:
//! names padded to the longest, ` : `, lists in braces cut after `$FormatEnumerationLimit`, values broken at
//! the width of the window, at blanks in some cultures and inside words in all others.

use std::fmt::Write as _;

use chrono::{DateTime, FixedOffset, Offset as _, Utc};

use super::object::{Object, Prop};

/// How dates are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Culture {
    /// `3/16/2020 4:27:59 PM`.
    UnitedStates,
    /// `16.03.2020 16:27:59`.
    Germany,
    /// `16/03/2020 16:27:59`.
    UnitedKingdom,
}

/// A window and a habit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Columns; `None` as in a file of `Out-File -Width 4096`.
    pub width: Option<usize>,
    /// Values are broken at blanks (en, fr, de, it, pt, es); else wherever the window ends.
    pub by_words: bool,
    /// A value's other lines stand below its first one. Pasted copies lose that.
    pub indented: bool,
    /// Blank lines between rows, as pasted from some programs.
    pub spaced: bool,
    /// `$FormatEnumerationLimit`: 4 in PowerShell, 16 in the Exchange Management Shell.
    pub members: usize,
    /// The sign of a cut list: `...`, or `…` of PowerShell 7.
    pub dots: &'static str,
    /// The exporter's.
    pub culture: Culture,
}

impl Window {
    /// The Exchange Management Shell on a German server, 120 columns wide.
    pub const SHELL: Window = Window {
        width: Some(120),
        by_words: true,
        indented: true,
        spaced: false,
        members: 16,
        dots: "...",
        culture: Culture::Germany,
    };
}

/// The text of `... | Format-List`.
pub fn format_list<'a>(objects: impl IntoIterator<Item = &'a Object>, window: Window) -> String {
    let mut out = "\r\n\r\n".to_owned();
    for object in objects {
        let rows: Vec<(&str, String)> = object
            .properties
            .iter()
            .chain(&object.hidden)
            .chain(&object.notes)
            .map(|(name, prop)| match prop {
                Prop::Same(other) => (*name, object.prop(other)),
                prop => (*name, Some(prop)),
            })
            .map(|(name, prop)| (name, prop.map_or(String::new(), |prop| shown(prop, window))))
            .collect();
        let longest = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in rows {
            row(&mut out, name, longest, &value, window);
        }
        out.push_str("\r\n");
    }
    out.push_str("\r\n");
    out
}

fn row(out: &mut String, name: &str, longest: usize, value: &str, window: Window) {
    let field = window
        .width
        .map_or(usize::MAX, |width| width.saturating_sub(longest + 3).max(1));
    let lines: Vec<String> = value
        .split('\n')
        .flat_map(|line| broken(line.trim_end_matches('\r'), field, window.by_words))
        .collect();
    for (index, line) in lines.iter().enumerate() {
        let _ = match (index, window.indented) {
            (0, _) => write!(out, "{name:longest$} : {line}"),
            (_, true) => write!(out, "{:longest$}   {line}", ""),
            (_, false) => write!(out, "{line}"),
        };
        out.push_str(if window.spaced {
            "    \r\n\r\n"
        } else {
            "\r\n"
        });
    }
}

/// One line in the lines of a window.
fn broken(line: &str, field: usize, by_words: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest: Vec<char> = line.chars().collect();
    while rest.len() > field {
        let blank = by_words
            .then(|| rest[..=field].iter().rposition(|c| *c == ' '))
            .flatten()
            .filter(|at| *at > 0);
        match blank {
            // The blank goes with the end of the line.
            Some(at) => {
                lines.push(rest[..at].iter().collect());
                rest.drain(..=at);
            }
            None => lines.push(rest.drain(..field).collect()),
        }
    }
    lines.push(rest.into_iter().collect());
    lines
}

fn shown(prop: &Prop, window: Window) -> String {
    match prop {
        Prop::Null | Prop::Same(_) => String::new(),
        Prop::Bool(true) => "True".to_owned(),
        Prop::Bool(false) => "False".to_owned(),
        Prop::Byte(n) => n.to_string(),
        Prop::Int(n) => n.to_string(),
        Prop::Long(n) | Prop::Double(n) => n.to_string(),
        Prop::UInt(n) => n.to_string(),
        Prop::Text(text) | Prop::Guid(text) | Prop::Uri(text) | Prop::Version(text) => text.clone(),
        Prop::Utc(at) => date(*at, 0, window.culture),
        Prop::Local(at, offset) => date(*at, *offset, window.culture),
        Prop::Year1 => match window.culture {
            Culture::UnitedStates => "1/1/0001 12:00:00 AM".to_owned(),
            Culture::Germany => "01.01.0001 00:00:00".to_owned(),
            Culture::UnitedKingdom => "01/01/0001 00:00:00".to_owned(),
        },
        Prop::Bytes(bytes) => list(bytes.iter().map(u8::to_string), window),
        Prop::Enum(_, name, _) => (*name).to_owned(),
        Prop::List(_, members) => list(members.iter().map(|m| shown(m, window)), window),
        Prop::Object(object) => object.to_string.clone(),
        // `X509Certificate2.ToString()`: lines, and blank lines.
        Prop::Certificate(der) => format!(
            "[Subject]\r\n  CN=Federation\r\n\r\n[Issuer]\r\n  CN=Federation\r\n\r\n[Thumbprint]\r\n  {}\r\n",
            super::der::thumbprint(der)
        ),
        Prop::Fields(_) => "Microsoft.Graph.PowerShell.Models.MicrosoftGraphObject".to_owned(),
        // A Hashtable prints its keys alone.
        Prop::Map(entries) => list(entries.iter().map(|(key, _)| (*key).to_owned()), window),
        Prop::Counts(counts) => list(
            counts
                .iter()
                .map(|(name, count)| format!("[{name}, {count}]")),
            window,
        ),
    }
}

fn list(members: impl ExactSizeIterator<Item = String>, window: Window) -> String {
    let dots = match members.len() > window.members {
        true => window.dots,
        false => "",
    };
    let members: Vec<String> = members.take(window.members).collect();
    format!("{{{}{dots}}}", members.join(", "))
}

fn date(at: DateTime<Utc>, offset_minutes: i32, culture: Culture) -> String {
    let offset = FixedOffset::east_opt(offset_minutes * 60).unwrap_or_else(|| Utc.fix());
    let pattern = match culture {
        Culture::UnitedStates => "%-m/%-d/%Y %-I:%M:%S %p",
        Culture::Germany => "%d.%m.%Y %H:%M:%S",
        Culture::UnitedKingdom => "%d/%m/%Y %H:%M:%S",
    };
    at.with_timezone(&offset).format(pattern).to_string()
}
