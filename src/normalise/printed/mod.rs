//! What `Format-List` shows of a property to its canonical value, or to undecided with the reason.
//!
//! Text shows less than an object has. A value is decided only where every way to read the text gives the
//! same one:
//!
//! - blank is null, empty or a property that the object lacks: `null_or_empty`;
//! - a line broken inside a value hides a blank or nothing: decided where the type has no blanks
//!   (flags, enumerations, GUIDs, URLs), else `ambiguous`;
//! - `{a, b}` is a list; a member that may contain `, ` itself makes it `ambiguous`, `...` `truncated`;
//! - digits of a property that the catalog does not type are a number or text: `ambiguous`;
//! - a date is decided where order and offset are proven ([`dates`]), else `ambiguous`.
//!
//! `True` and `False` of an untyped property are taken as flags, and `{...}` as a list: no text property of
//! Exchange is known that reads so.

mod dates;

use crate::catalog::{REDACTED, Type, states_secret};
use crate::model::{Reason, Value};
use crate::protocol::format_list::{CUT, LOOSE, WRAP, is_damaged};
use crate::protocol::json::looks_truncated;
use crate::protocol::{Document, PsObject, PsValue};

use super::scalar;
use super::value::canonical;
use dates::Clock;

/// One printed object: its values are read with what its other values prove.
pub(super) struct Printed<'d, 'a> {
    document: &'d Document<'a>,
    clock: Clock,
}

impl<'d, 'a> Printed<'d, 'a> {
    pub fn of(document: &'d Document<'a>, object: &PsObject<'_>) -> Self {
        Printed {
            document,
            clock: Clock::of(object),
        }
    }

    /// The canonical value of a property.
    pub fn canonical(&self, name: &str, text: &str, ty: &Type) -> Value {
        let joined = |between: &str| text.replace([WRAP, LOOSE], between).replace(CUT, "");
        if text == REDACTED || states_secret(&joined("")) || states_secret(&joined(" ")) {
            return Value::undecided(Reason::Redacted, None);
        }
        let shown = text.replace([WRAP, LOOSE], "\n").replace(CUT, "");
        if is_byte_list(&joined(" ")) {
            // The net by type: bytes outside the catalog.
            return Value::undecided(Reason::Redacted, None);
        }
        if is_damaged(&joined("")) || is_damaged(&joined(" ")) {
            return Value::undecided(Reason::Damaged, Some(Value::text(shown)));
        }
        if text.ends_with(CUT) {
            return Value::undecided(Reason::Truncated, Some(Value::text(shown)));
        }
        if text.is_empty() {
            return Value::undecided(Reason::NullOrEmpty, None);
        }
        let is_list = matches!(ty, Type::Set(_) | Type::Ordered(_) | Type::Inferred);
        if is_list && text.starts_with('{') {
            return self.list(name, text, ty);
        }
        match ty {
            Type::Set(inner) | Type::Ordered(inner) => self.bare_list(text, inner, ty),
            _ if text.contains([WRAP, LOOSE]) => self.broken(text, ty),
            Type::Date => self.clock.read(name, text),
            Type::Inferred => self.inferred(name, text),
            Type::Guid => self.plain(text, ty),
            // A list where the catalog knows a single value.
            _ if text.starts_with('{') => ambiguous(text),
            _ => self.plain(text, ty),
        }
    }

    /// As an export that has only text would be read.
    fn plain(&self, text: &str, ty: &Type) -> Value {
        if looks_truncated(text) {
            return Value::undecided(Reason::TooDeep, None);
        }
        canonical(self.document, &PsValue::Text(text.into()), ty)
    }

    /// `{a, b}`, `{}`, `{a, b...}`.
    fn list(&self, name: &str, text: &str, ty: &Type) -> Value {
        let inner = match ty {
            Type::Set(inner) | Type::Ordered(inner) => *inner,
            _ => &Type::Inferred,
        };
        let is_closed = text.ends_with('}');
        let body = text.strip_prefix('{').unwrap_or(text);
        let body = body.strip_suffix('}').unwrap_or(body);
        if body.is_empty() && is_closed {
            return Value::List(Vec::new());
        }
        let cut = ["...", "\u{2026}"]
            .iter()
            .find_map(|dots| body.strip_suffix(dots));
        let Some(members) = members(cut.unwrap_or(body), inner) else {
            return match cut.is_some() || !is_closed {
                true => truncated(vec![Value::text(shown(text))]),
                false => ambiguous(text),
            };
        };
        let values: Vec<Value> = members
            .iter()
            .filter(|member| !(cut.is_some() && member.is_empty()))
            .map(|member| match inner {
                Type::Inferred => self.inferred(name, member),
                Type::Date => self.clock.read(name, member),
                _ => self.plain(member, inner),
            })
            .collect();
        if cut.is_some() || !is_closed {
            return truncated(values);
        }
        let is_untyped = matches!(ty, Type::Inferred);
        if members.iter().any(String::is_empty)
            || is_untyped && values.iter().any(Value::has_undecided)
            // A GUID in braces may be one.
            || is_untyped && scalar::guid(text).is_some()
        {
            return ambiguous(text);
        }
        match ty {
            Type::Ordered(_) => Value::List(values),
            _ => Value::set(values),
        }
    }

    /// A list that somebody else than Format-List printed: one value a line.
    fn bare_list(&self, text: &str, inner: &'static Type, ty: &Type) -> Value {
        if text.contains(LOOSE) {
            return ambiguous(text);
        }
        let lines: Vec<&str> = text.split(WRAP).collect();
        let is_one_word = |line: &&str| !line.is_empty() && !line.contains(char::is_whitespace);
        // Short lines were not broken by a window.
        let is_short = lines
            .windows(2)
            .all(|pair| pair[0].len() + pair[1].len() < 60);
        let is_certain = match inner {
            Type::Enum(spec) => lines.iter().all(|line| spec.canonical(line).is_some()),
            Type::Url => lines.iter().all(|line| scalar::is_url(line)),
            _ => lines.iter().all(is_one_word) && is_short,
        };
        if !is_certain && lines.len() > 1 {
            return ambiguous(text);
        }
        if lines.len() == 1 && text.contains(", ") {
            // Joined by somebody, or one value with a comma.
            return ambiguous(text);
        }
        let values = lines.iter().map(|line| self.plain(line, inner)).collect();
        match ty {
            Type::Ordered(_) => Value::List(values),
            _ => Value::set(values),
        }
    }

    /// A single value on several lines: only what has no blanks can be put together.
    fn broken(&self, text: &str, ty: &Type) -> Value {
        let one: String = text
            .chars()
            .filter(|c| !matches!(*c, WRAP | LOOSE))
            .collect();
        let first = text.split([WRAP, LOOSE]).next().unwrap_or_default();
        let is_whole = |part: &str| match ty {
            Type::Bool => part.eq_ignore_ascii_case("true") || part.eq_ignore_ascii_case("false"),
            Type::Enum(spec) => spec.canonical(part).is_some(),
            Type::Guid | Type::Inferred => scalar::guid(part).is_some(),
            // Format-List broke it; nothing else can tell where an address ends.
            Type::Url => {
                scalar::is_url(part) && !text.contains(LOOSE) && part.matches("://").count() == 1
            }
            _ => false,
        };
        let is_certain = match ty {
            Type::Url => is_whole(&one),
            _ => is_whole(&one) && !is_whole(first),
        };
        match is_certain {
            true => self.plain(&one, ty),
            false => ambiguous(text),
        }
    }

    fn inferred(&self, name: &str, text: &str) -> Value {
        if text.contains([WRAP, LOOSE]) {
            return self.broken(text, &Type::Inferred);
        }
        match text {
            "True" => return Value::Bool(true),
            "False" => return Value::Bool(false),
            _ => {}
        }
        if is_numeric(text) || text.starts_with('{') {
            return ambiguous(text);
        }
        if dates::looks_like(text) {
            return self.clock.read(name, text);
        }
        self.plain(text, &Type::Inferred)
    }
}

fn shown(text: &str) -> String {
    text.replace([WRAP, LOOSE], "\n")
}

fn ambiguous(text: &str) -> Value {
    Value::undecided(Reason::Ambiguous, Some(Value::text(shown(text))))
}

fn truncated(seen: Vec<Value>) -> Value {
    Value::undecided(Reason::Truncated, Some(Value::set(seen)))
}

/// The members of a list, or None where a comma or a line end can be read in two ways.
fn members(body: &str, inner: &Type) -> Option<Vec<String>> {
    if body.contains(LOOSE) && !matches!(inner, Type::Enum(_) | Type::Guid) {
        return None;
    }
    // Members of these types have neither blanks nor commas.
    let is_word = matches!(
        inner,
        Type::Enum(_)
            | Type::Guid
            | Type::Url
            | Type::LowerText
            | Type::UpperText
            | Type::ServerName
            | Type::Bool
            | Type::Int
    );
    let mut flat = String::with_capacity(body.len());
    for c in body.chars() {
        match c {
            WRAP | LOOSE if is_word => match flat.trim_end().ends_with(',') {
                true => flat.push(' '),
                // Inside a member.
                false if matches!(inner, Type::Enum(_) | Type::Guid | Type::Url) => {}
                false => return None,
            },
            WRAP | LOOSE => return None,
            c => flat.push(c),
        }
    }
    let members: Vec<String> = flat.split(", ").map(|m| m.trim().to_owned()).collect();
    let is_one = |member: &String| !member.contains(char::is_whitespace) && !is_name_part(member);
    if members.len() > 1 && !members.iter().all(is_one) {
        return None;
    }
    if is_word && members.iter().any(|member| member.contains(',')) {
        return None;
    }
    Some(members)
}

/// `O=Contoso`: a part of a distinguished name, which has `, ` between its parts.
fn is_name_part(member: &str) -> bool {
    member.split_once('=').is_some_and(|(attribute, _)| {
        matches!(
            attribute
                .trim_start_matches("<I>")
                .trim_start_matches("<S>"),
            "CN" | "O"
                | "OU"
                | "L"
                | "S"
                | "ST"
                | "C"
                | "DC"
                | "E"
                | "SERIALNUMBER"
                | "T"
                | "G"
                | "SN"
        )
    })
}

/// A number in any culture's form, or digits that are text: nobody can tell. Leading zeros are text.
fn is_numeric(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_padded =
        digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
    !is_padded
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.matches(['.', ',']).count() <= 1
        && digits
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | 'E' | 'e' | '+' | '-'))
}

/// `{48, 130, 4, 12...}`: a byte array, which may be a key.
fn is_byte_list(text: &str) -> bool {
    let Some(body) = text.strip_prefix('{') else {
        return false;
    };
    let body = body.strip_suffix('}').unwrap_or(body);
    let body = body.trim_end_matches("...").trim_end_matches('\u{2026}');
    !body.is_empty()
        && body
            .split(',')
            .map(str::trim)
            .all(|part| part.len() <= 3 && part.parse::<u8>().is_ok())
}

#[cfg(test)]
mod tests;
