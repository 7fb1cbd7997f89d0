//! Writes objects as `ConvertTo-Json` does, with the quirks of the two PowerShells.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, FixedOffset, Offset as _, Utc};
use serde_json::{Value as Json, json};

use super::clixml::Form;
use super::object::{Object, Prop};

/// Which PowerShell ran `ConvertTo-Json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// Windows PowerShell 5.1: `\/Date(ms)\/`, two blanks after a colon, `<>&'` escaped.
    Windows51,
    /// PowerShell 7: ISO 8601, one blank.
    Core7,
}

/// How a JSON document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flavour {
    /// Who wrote it.
    pub shell: Shell,
    /// Live objects (enumerations as numbers, value objects nested) or deserialized ones (both as text).
    pub form: Form,
    /// `-Depth`, 2 by default. Beyond it an object is its text, a list its members' texts with blanks
    /// between.
    pub depth: usize,
}

impl Flavour {
    /// `Get-... | ConvertTo-Json` in the Exchange Management Shell.
    pub const WINDOWS_LIVE: Flavour = Flavour {
        shell: Shell::Windows51,
        form: Form::Live,
        depth: 2,
    };
    /// The same through implicit remoting.
    pub const WINDOWS_DESERIALIZED: Flavour = Flavour {
        shell: Shell::Windows51,
        form: Form::Deserialized,
        depth: 2,
    };
    /// PowerShell 7 with a remote session: there are no live Exchange objects in it.
    pub const CORE_DESERIALIZED: Flavour = Flavour {
        shell: Shell::Core7,
        form: Form::Deserialized,
        depth: 2,
    };
}

/// One document: an object for one, an array for several, `[]` for none.
pub fn json<'a>(objects: impl IntoIterator<Item = &'a Object>, flavour: Flavour) -> String {
    let objects: Vec<&Object> = objects.into_iter().collect();
    let mut writer = Writer {
        out: String::new(),
        flavour,
        indent: 0,
    };
    match objects.as_slice() {
        [] => writer.out.push_str("[]"),
        [one] => writer.object(one, 0),
        several => writer.sequence(several, |writer, object| writer.object(object, 0)),
    }
    writer.out.push_str("\r\n");
    writer.out
}

/// What Microsoft Graph answers: a page of REST, or the SDK's objects through `ConvertTo-Json -Depth 5`,
/// whose names begin with a capital, whose bytes are numbers, and which write null for what was not asked.
pub fn graph<'a>(
    objects: impl IntoIterator<Item = &'a Object>,
    entity_set: &str,
    shell: Shell,
) -> String {
    let members: Vec<Json> = objects
        .into_iter()
        .map(|object| graph_fields(&object.properties, shell))
        .collect();
    let tree = match shell {
        Shell::Core7 => json!({
            "@odata.context": format!("https://graph.microsoft.com/v1.0/$metadata#{entity_set}"),
            "value": members,
        }),
        Shell::Windows51 => Json::Array(members),
    };
    format!("{tree:#}\r\n")
}

fn graph_fields(fields: &[(&'static str, Prop)], shell: Shell) -> Json {
    let mut out = serde_json::Map::new();
    for (name, prop) in fields {
        let name = match shell {
            Shell::Core7 => (*name).to_owned(),
            Shell::Windows51 => name[..1].to_ascii_uppercase() + &name[1..],
        };
        out.insert(name, graph_value(prop, shell));
    }
    if shell == Shell::Windows51 {
        out.insert("AdditionalProperties".to_owned(), json!({}));
        out.insert("MemberOf".to_owned(), Json::Null);
    }
    Json::Object(out)
}

fn graph_value(prop: &Prop, shell: Shell) -> Json {
    match prop {
        Prop::Bool(flag) => json!(flag),
        Prop::Int(n) => json!(n),
        Prop::Text(text) | Prop::Guid(text) | Prop::Uri(text) => json!(text),
        Prop::Utc(at) => match shell {
            Shell::Core7 => json!(at.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            Shell::Windows51 => json!(format!("/Date({})/", at.timestamp_millis())),
        },
        Prop::Bytes(bytes) => match shell {
            Shell::Core7 => json!(STANDARD.encode(bytes)),
            Shell::Windows51 => json!(bytes),
        },
        Prop::List(_, members) => members.iter().map(|m| graph_value(m, shell)).collect(),
        Prop::Fields(fields) => graph_fields(fields, shell),
        _ => Json::Null,
    }
}

struct Writer {
    out: String,
    flavour: Flavour,
    indent: usize,
}

impl Writer {
    fn object(&mut self, object: &Object, depth: usize) {
        let all: Vec<(&str, Option<&Prop>)> = object
            .properties
            .iter()
            .map(|(name, prop)| match prop {
                Prop::Same(other) => (*name, object.prop(other)),
                prop => (*name, Some(prop)),
            })
            .chain(object.notes.iter().map(|(name, prop)| (*name, Some(prop))))
            .collect();
        self.members(&all, |writer, prop| match prop {
            Some(prop) => writer.value(prop, depth + 1),
            None => writer.out.push_str("null"),
        });
    }

    fn value(&mut self, prop: &Prop, depth: usize) {
        match prop {
            Prop::Null | Prop::Same(_) => self.out.push_str("null"),
            Prop::Bool(flag) => self.out.push_str(if *flag { "true" } else { "false" }),
            Prop::Byte(n) => self.plain(n),
            Prop::Int(n) => self.plain(n),
            Prop::Long(n) => self.plain(n),
            Prop::UInt(n) => self.plain(n),
            Prop::Double(n) if self.flavour.shell == Shell::Core7 => {
                let _ = write!(self.out, "{n}.0");
            }
            Prop::Double(n) => self.plain(n),
            Prop::Text(text) | Prop::Guid(text) | Prop::Uri(text) => self.text(text),
            Prop::Version(text) if self.flavour.form == Form::Deserialized => self.text(text),
            Prop::Version(text) => self.version(text, depth),
            Prop::Utc(at) => self.date(at.timestamp_millis(), &iso(*at, 0, "Z")),
            Prop::Local(at, offset) => {
                let offset_text = offset_text(*offset);
                self.date(at.timestamp_millis(), &iso(*at, *offset, &offset_text));
            }
            Prop::Year1 => self.date(-62_135_596_800_000, "0001-01-01T00:00:00"),
            Prop::Bytes(bytes) => {
                if depth > self.flavour.depth {
                    let text: Vec<String> = bytes.iter().map(u8::to_string).collect();
                    return self.text(&text.join(" "));
                }
                self.sequence(bytes, |writer, byte| writer.plain(byte));
            }
            Prop::Enum(_, _, number) if self.flavour.form != Form::Deserialized => {
                self.plain(number)
            }
            Prop::Enum(_, name, _) => self.text(name),
            Prop::List(_, members) if depth > self.flavour.depth => {
                let text: Vec<String> = members.iter().map(shown).collect();
                self.text(&text.join(" "));
            }
            Prop::List(_, members) => {
                self.sequence(members, |writer, member| writer.value(member, depth + 1));
            }
            Prop::Certificate(der) => {
                let facts = [
                    ("RawData", Prop::Bytes(der.clone())),
                    ("Thumbprint", Prop::text(super::der::thumbprint(der))),
                ];
                self.members(&facts, |writer, prop| writer.value(prop, depth + 1));
            }
            Prop::Fields(fields) => {
                self.members(fields, |writer, prop| writer.value(prop, depth + 1));
            }
            Prop::Counts(counts) => {
                self.members(counts, |writer, count| writer.plain(count));
            }
            Prop::Object(object) => {
                if depth > self.flavour.depth || self.flavour.form == Form::Deserialized {
                    return self.text(&object.to_string);
                }
                self.members(&object.properties, |writer, prop| {
                    writer.value(prop, depth + 1);
                });
            }
        }
    }

    /// A live `System.Version` is an object of numbers.
    fn version(&mut self, text: &str, depth: usize) {
        if depth > self.flavour.depth {
            return self.text(text);
        }
        let mut parts = text.split('.').map(|part| part.parse().unwrap_or(-1));
        let members: Vec<(&str, i64)> = ["Major", "Minor", "Build", "Revision"]
            .into_iter()
            .map(|name| (name, parts.next().unwrap_or(-1)))
            .collect();
        self.members(&members, |writer, number| writer.plain(number));
    }

    fn date(&mut self, millis: i64, iso: &str) {
        match self.flavour.shell {
            Shell::Windows51 => {
                let _ = write!(self.out, "\"\\/Date({millis})\\/\"");
            }
            Shell::Core7 => self.text(iso),
        }
    }

    fn plain(&mut self, number: &impl std::fmt::Display) {
        let _ = write!(self.out, "{number}");
    }

    fn members<T>(&mut self, members: &[(&str, T)], mut write: impl FnMut(&mut Self, &T)) {
        self.enclosed('{', '}', members, |writer, (name, value)| {
            writer.text(name);
            writer.out.push_str(match writer.flavour.shell {
                Shell::Windows51 => ":  ",
                Shell::Core7 => ": ",
            });
            write(writer, value);
        });
    }

    fn sequence<T>(&mut self, members: &[T], write: impl FnMut(&mut Self, &T)) {
        self.enclosed('[', ']', members, write);
    }

    fn enclosed<T>(
        &mut self,
        open: char,
        close: char,
        members: &[T],
        mut write: impl FnMut(&mut Self, &T),
    ) {
        self.out.push(open);
        self.indent += 1;
        for (at, member) in members.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.line();
            write(self, member);
        }
        self.indent -= 1;
        if !members.is_empty() || self.flavour.shell == Shell::Windows51 {
            self.line();
        }
        self.out.push(close);
    }

    fn line(&mut self) {
        let step = match self.flavour.shell {
            Shell::Windows51 => "    ",
            Shell::Core7 => "  ",
        };
        self.out.push_str("\r\n");
        for _ in 0..self.indent {
            self.out.push_str(step);
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\r' => self.out.push_str("\\r"),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '<' | '>' | '&' | '\'' if self.flavour.shell == Shell::Windows51 => {
                    let _ = write!(self.out, "\\u{:04x}", u32::from(c));
                }
                c if c.is_control() => {
                    let _ = write!(self.out, "\\u{:04x}", u32::from(c));
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}

/// What a value's `ToString()` gives.
fn shown(prop: &Prop) -> String {
    match prop {
        Prop::Text(text) | Prop::Guid(text) | Prop::Uri(text) | Prop::Version(text) => text.clone(),
        Prop::Enum(_, name, _) => (*name).to_owned(),
        Prop::Object(object) => object.to_string.clone(),
        Prop::Int(n) => n.to_string(),
        Prop::Bool(true) => "True".to_owned(),
        Prop::Bool(false) => "False".to_owned(),
        _ => String::new(),
    }
}

fn iso(at: DateTime<Utc>, offset_minutes: i32, suffix: &str) -> String {
    let offset = FixedOffset::east_opt(offset_minutes * 60).unwrap_or_else(|| Utc.fix());
    let clock = at.with_timezone(&offset).format("%Y-%m-%dT%H:%M:%S");
    format!("{clock}{suffix}")
}

fn offset_text(minutes: i32) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
