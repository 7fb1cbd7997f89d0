//! One exported value to its canonical form.

use std::collections::BTreeMap;

use crate::catalog::{
    Class, EnumSpec, REDACTED, Type, common_class, is_secret_name, spelled, states_secret,
};
use crate::model::{Reason, Value};
use crate::protocol::json::looks_truncated;
use crate::protocol::{Content, Document, Format, PsObject, PsValue};

use super::{NOT_EXPORTED, scalar};

/// Nested values that are written out; Exchange exports have at most nine levels of elements.
const MAX_DEPTH: usize = 8;
/// Values that one property may unfold to. References can make a small file endless.
const MAX_VALUES: usize = 50_000;

/// The canonical form of a value of a declared type.
pub fn canonical(document: &Document<'_>, value: &PsValue<'_>, ty: &Type) -> Value {
    Reader {
        document,
        left: MAX_VALUES,
        graph: false,
    }
    .read(value, ty, 0)
}

/// The same for what Microsoft Graph answered.
pub(super) fn canonical_graph(document: &Document<'_>, value: &PsValue<'_>, ty: &Type) -> Value {
    Reader {
        document,
        left: MAX_VALUES,
        graph: true,
    }
    .read(value, ty, 0)
}

pub(super) struct Reader<'d, 'a> {
    pub(super) document: &'d Document<'a>,
    left: usize,
    /// Microsoft Graph's names: with a small first letter, whichever tool wrote them.
    graph: bool,
}

impl<'d, 'a> Reader<'d, 'a> {
    /// Whatever a text came from (an element, what an object prints, a part of a list), it goes through
    /// the net by text here.
    pub(super) fn read(&mut self, value: &'d PsValue<'a>, ty: &Type, depth: usize) -> Value {
        screened(self.read_any(value, ty, depth))
    }

    fn read_any(&mut self, value: &'d PsValue<'a>, ty: &Type, depth: usize) -> Value {
        let Some(left) = self.left.checked_sub(1) else {
            return too_deep();
        };
        self.left = left;
        if matches!(value, PsValue::Text(text) if text == NOT_EXPORTED) {
            return Value::undecided(Reason::NotExported, None);
        }
        // These take public bytes and nothing else of what they are given.
        match ty {
            Type::Certificate if !value.is_nil() => return self.certificate(value),
            Type::KeyIdentifier if !value.is_nil() => return self.key_identifier(value),
            _ => {}
        }
        match value {
            PsValue::Nil => return Value::Null,
            // The net by type: bytes outside the catalog and everything secure.
            PsValue::SecureString | PsValue::Bytes(_) => {
                return Value::undecided(Reason::Redacted, None);
            }
            PsValue::Progress => return too_deep(),
            PsValue::Xml(text) | PsValue::ScriptBlock(text) if hides_secret(text) => {
                return Value::undecided(Reason::Redacted, None);
            }
            PsValue::Text(text) if text == REDACTED => {
                return Value::undecided(Reason::Redacted, None);
            }
            PsValue::Text(text)
                if (self.document.format == Format::Json || text.starts_with("@{"))
                    && looks_truncated(text) =>
            {
                return too_deep();
            }
            PsValue::Object(id) => {
                let object = self.document.object(*id);
                if self.is_secure(object) {
                    return Value::undecided(Reason::Redacted, None);
                }
                if depth >= MAX_DEPTH {
                    return too_deep();
                }
            }
            _ => {}
        }
        match ty {
            Type::Inferred | Type::Map => self.inferred(value, depth),
            Type::Bool => self.flag(value),
            Type::Int => self.int(value),
            Type::Text => self.typed_text(value, str::to_owned),
            Type::LowerText => self.typed_text(value, str::to_lowercase),
            Type::UpperText => self.typed_text(value, str::to_uppercase),
            Type::Url => self.typed_text(value, scalar::url),
            Type::AdObject => self.typed_text(value, scalar::canonical_name),
            Type::AdName => self.typed_text(value, scalar::last_name),
            Type::ServerName => self.typed_text(value, scalar::server_name),
            Type::Guid => self.typed_text(value, |text| {
                scalar::guid(text).unwrap_or_else(|| text.to_owned())
            }),
            Type::Enum(spec) => self.enumeration(value, spec),
            Type::Flags(spec) => self.flags(value, spec),
            Type::Certificate | Type::KeyIdentifier => self.unexpected(value),
            Type::Tally => self.tally(value),
            Type::Record(fields) => self.record(value, fields, depth),
            Type::ServerVersion => {
                self.parsed(value, |text| scalar::server_version(text).map(Value::Text))
            }
            Type::Date => self.parsed(value, scalar::date),
            Type::Span => self.counted(value, |text| unlimited(text).or_else(|| span(text))),
            Type::Limit => self.counted(value, |text| {
                unlimited(text).or_else(|| text.trim().parse().ok().map(Value::Int))
            }),
            Type::Size => self.counted(value, |text| {
                unlimited(text).or_else(|| scalar::size(text).map(Value::Int))
            }),
            Type::Set(inner) => self.members(value, inner, depth, true),
            Type::Ordered(inner) => self.members(value, inner, depth, false),
        }
    }

    fn flag(&self, value: &'d PsValue<'a>) -> Value {
        match self.document.scalar(value) {
            Some(PsValue::Bool(flag)) => Value::Bool(*flag),
            Some(PsValue::Text(text)) if text.eq_ignore_ascii_case("true") => Value::Bool(true),
            Some(PsValue::Text(text)) if text.eq_ignore_ascii_case("false") => Value::Bool(false),
            _ => self.unexpected(value),
        }
    }

    fn int(&self, value: &'d PsValue<'a>) -> Value {
        match self.document.scalar(value) {
            Some(PsValue::Int(number)) => Value::Int(*number),
            Some(PsValue::Text(text)) => text
                .trim()
                .parse()
                .map_or_else(|_| self.unexpected(value), Value::Int),
            _ => self.unexpected(value),
        }
    }

    /// Text in the form that `form` gives it. A number where a name belongs is an enumeration that
    /// was written as its number.
    fn typed_text(&self, value: &'d PsValue<'a>, form: impl Fn(&str) -> String) -> Value {
        match self.text(value) {
            Some(text) => Value::Text(form(&text)),
            None => match self.document.scalar(value) {
                Some(PsValue::Int(number)) => {
                    Value::undecided(Reason::EnumNumber, Some(Value::Int(*number)))
                }
                _ => self.unexpected(value),
            },
        }
    }

    pub(super) fn enumeration(&self, value: &'d PsValue<'a>, spec: &'static EnumSpec) -> Value {
        if let Some(text) = self.text(value) {
            // A member that no source names is no answer to a policy that asks for the others.
            return match spec.canonical(&text) {
                Some(name) => Value::text(name),
                None if text.is_empty() => Value::undecided(Reason::NullOrEmpty, None),
                None => Value::undecided(Reason::UnexpectedType, Some(Value::text(text))),
            };
        }
        match self.document.scalar(value) {
            Some(PsValue::Int(number)) => match spec.by_number(*number) {
                Some(name) => Value::Text(name.to_owned()),
                None => Value::undecided(Reason::EnumNumber, Some(Value::Int(*number))),
            },
            _ => self.unexpected(value),
        }
    }

    /// A number, or text that stands for one.
    fn counted(&self, value: &'d PsValue<'a>, parse: impl Fn(&str) -> Option<Value>) -> Value {
        match self.document.scalar(value) {
            Some(PsValue::Int(number)) => Value::Int(*number),
            _ => self.parsed(value, parse),
        }
    }

    /// Text that must have a shape; other text is kept and marked.
    fn parsed(&self, value: &'d PsValue<'a>, parse: impl Fn(&str) -> Option<Value>) -> Value {
        match self.text(value) {
            Some(text) if text.is_empty() => Value::text(""),
            Some(text) => parse(&text).unwrap_or_else(|| {
                Value::undecided(Reason::UnexpectedType, Some(Value::text(text)))
            }),
            None => self.unexpected(value),
        }
    }

    /// A multi-valued property. One member may stand without its list.
    fn members(&mut self, value: &'d PsValue<'a>, inner: &Type, depth: usize, sort: bool) -> Value {
        let members: Vec<Value> = match self.document.list(value) {
            Some(list) => {
                let members: Vec<Value> = list
                    .iter()
                    .map(|member| self.read(member, inner, depth + 1))
                    .collect();
                if list
                    .iter()
                    .any(|member| member.as_str().is_some_and(is_ellipsis))
                {
                    return truncated(members);
                }
                members
            }
            None => match self.text(value) {
                // A list says `<LST />` or `[]` where it is empty; blank text says nothing.
                Some(text) if text.is_empty() => {
                    return Value::undecided(Reason::NullOrEmpty, None);
                }
                Some(text) if text.starts_with('{') && text.ends_with('}') => {
                    return truncated(vec![Value::text(text)]);
                }
                // Beyond its depth an exporter joins a list by blanks, or prints its type: no member.
                Some(text)
                    if looks_truncated(&text)
                        || (matches!(inner, Type::Enum(_))
                            && text.contains(char::is_whitespace)) =>
                {
                    return too_deep();
                }
                _ => vec![self.read(value, inner, depth + 1)],
            },
        };
        if matches!(inner, Type::Enum(_)) && members.contains(&Value::Null) {
            return Value::undecided(Reason::NullOrEmpty, None);
        }
        if sort {
            Value::set(members)
        } else {
            Value::List(members)
        }
    }

    /// By the value's own type and shape.
    fn inferred(&mut self, value: &'d PsValue<'a>, depth: usize) -> Value {
        match value {
            PsValue::Nil => Value::Null,
            PsValue::Bool(flag) => Value::Bool(*flag),
            PsValue::Int(number) => Value::Int(*number),
            PsValue::UInt(number) => Value::Text(number.to_string()),
            PsValue::Number(text) => number(text),
            PsValue::Char(c) => Value::Text(c.to_string()),
            PsValue::Text(text) => shaped(text),
            PsValue::DateTime(text) => {
                scalar::date(text).unwrap_or_else(|| Value::text(text.as_ref()))
            }
            PsValue::Span(text) => {
                scalar::iso_span(text).unwrap_or_else(|| Value::text(text.as_ref()))
            }
            PsValue::Guid(text) => Value::Text(text.to_ascii_lowercase()),
            PsValue::Uri(text) => Value::Text(scalar::url(text)),
            PsValue::Version(text) | PsValue::Xml(text) | PsValue::ScriptBlock(text) => {
                Value::text(text.as_ref())
            }
            PsValue::SecureString | PsValue::Bytes(_) => Value::undecided(Reason::Redacted, None),
            PsValue::Progress => too_deep(),
            PsValue::Object(id) => self.inferred_object(self.document.object(*id), value, depth),
        }
    }

    fn inferred_object(
        &mut self,
        object: &'d PsObject<'a>,
        value: &'d PsValue<'a>,
        depth: usize,
    ) -> Value {
        if let Content::List(..) = object.content {
            return self.members(value, &Type::Inferred, depth, true);
        }
        let full = self.document.type_name(object).unwrap_or_default();
        if self
            .document
            .type_names(object)
            .iter()
            .any(|name| name.ends_with("System.Enum"))
            && let Some(text) = self.text(value)
        {
            let name = last_segment(full);
            let spelling = spelled(name).and_then(|spec| spec.canonical(&text));
            return Value::text(spelling.unwrap_or(&text));
        }
        if let Content::Scalar(inner) = &object.content
            && object.to_string.is_none()
        {
            return self.read(inner, &Type::Inferred, depth + 1);
        }
        match last_segment(full) {
            "ServerVersion" => self.read(value, &Type::ServerVersion, depth),
            "ADObjectId" => self.read(value, &Type::AdObject, depth),
            _ => match self.text(value) {
                Some(text) => shaped(&text),
                None => self.map(object, depth),
            },
        }
    }

    /// Named values; the nets and the noise list hold inside, too.
    fn map(&mut self, object: &'d PsObject<'a>, depth: usize) -> Value {
        let mut map = BTreeMap::new();
        // A dictionary without entries says that there are none; an object without properties, nothing.
        let is_empty_dictionary =
            matches!(&object.content, Content::Dict(entries) if entries.is_empty());
        if let Content::Dict(entries) = &object.content {
            for (key, value) in entries {
                let name = match self.text(key) {
                    Some(text) => text,
                    None => self.read(key, &Type::Inferred, depth + 1).to_string(),
                };
                let value = self.member(&name, value, depth);
                map.extend(value.map(|value| (self.name(&name), value)));
            }
        }
        for property in object.properties() {
            let value = self.member(&property.name, &property.value, depth);
            map.extend(value.map(|value| (self.name(&property.name), value)));
        }
        hide_named(&mut map);
        if map.is_empty() && !is_empty_dictionary {
            too_deep()
        } else {
            Value::Map(map)
        }
    }

    fn name(&self, name: &str) -> String {
        if states_secret(name) {
            HIDDEN_NAME.to_owned()
        } else if self.graph {
            graph_name(name)
        } else {
            name.to_owned()
        }
    }

    fn member(&mut self, name: &str, value: &'d PsValue<'a>, depth: usize) -> Option<Value> {
        if self.graph {
            // The SDK writes what REST leaves out; both say the same. A key, and the first characters
            // of a password, stay out wherever they stand.
            if value.is_nil() || is_annotation(name) {
                return None;
            }
            if ["key", "hint", "proofKey"]
                .iter()
                .any(|word| word.eq_ignore_ascii_case(name))
            {
                return Some(Value::undecided(Reason::Redacted, None));
            }
            if is_secret_name(name) {
                return Some(Value::undecided(Reason::Redacted, None));
            }
            return Some(self.read(value, &Type::Inferred, depth + 1));
        }
        if is_secret_name(name) {
            return Some(match value {
                PsValue::Nil => Value::Null,
                _ => Value::undecided(Reason::Redacted, None),
            });
        }
        match common_class(name) {
            Some(Class::Dropped | Class::Observed) => None,
            _ => Some(self.read(value, &Type::Inferred, depth + 1)),
        }
    }

    /// The text that a value is or prints as. None where there is no text to trust.
    pub(super) fn text(&self, value: &'d PsValue<'a>) -> Option<String> {
        match value {
            PsValue::Object(id) => self.object_text(self.document.object(*id)),
            PsValue::Char(c) => Some(c.to_string()),
            PsValue::Bytes(_) | PsValue::SecureString => None,
            PsValue::Number(_) => None,
            other => other.as_str().map(str::to_owned),
        }
    }

    pub(super) fn object_text(&self, object: &'d PsObject<'a>) -> Option<String> {
        if let Some(text) = &object.to_string {
            let full = self.document.type_name(object).unwrap_or_default();
            let is_bag = matches!(
                last_segment(full),
                "PSCustomObject" | "PSObject" | "Hashtable" | "OrderedDictionary"
            ) || matches!(object.content, Content::List(..) | Content::Dict(_));
            // A type that does not print itself prints its own name.
            let says_nothing = text == full || (text.starts_with("@{") && text.ends_with('}'));
            return (!is_bag && !says_nothing).then(|| text.to_string());
        }
        if let Content::Scalar(inner) = &object.content {
            return match inner {
                PsValue::Object(_) => None,
                inner => self.text(inner),
            };
        }
        // ConvertTo-Json writes a live value object by its properties.
        self.parts(object)
    }

    fn is_secure(&self, object: &PsObject<'_>) -> bool {
        matches!(
            object.content,
            Content::Scalar(PsValue::SecureString | PsValue::Bytes(_))
        ) || self.document.type_name(object).is_some_and(|full| {
            matches!(
                last_segment(full),
                "PSCredential"
                    | "NetworkCredential"
                    | "SecureString"
                    | "Byte[]"
                    | "RSACryptoServiceProvider"
                    | "RSACng"
            )
        })
    }

    /// What no reader of this property's type can use.
    pub(super) fn unexpected(&self, value: &'d PsValue<'a>) -> Value {
        match value {
            PsValue::Object(_) if self.document.list(value).is_none() => too_deep(),
            PsValue::Text(text) => {
                Value::undecided(Reason::UnexpectedType, Some(Value::text(text.as_ref())))
            }
            PsValue::Int(number) => {
                Value::undecided(Reason::UnexpectedType, Some(Value::Int(*number)))
            }
            _ => Value::undecided(Reason::UnexpectedType, None),
        }
    }
}

/// Stands for a name that states a secret.
pub(super) const HIDDEN_NAME: &str = "(redacted)";

/// `{Name: password, Value: ...}`: the name of the value is a value itself.
fn hide_named(map: &mut BTreeMap<String, Value>) {
    let is = |name: &str, words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(name));
    let names_secret = map.iter().any(|(name, value)| {
        is(name, &["Name", "Key", "Property"]) && value.as_text().is_some_and(is_secret_name)
    });
    if names_secret {
        for (_, value) in map.iter_mut().filter(|(name, _)| is(name, &["Value"])) {
            *value = Value::undecided(Reason::Redacted, None);
        }
    }
}

/// `appId`, as REST spells it, from `AppId` as the SDK's objects do.
pub(super) fn graph_name(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) => first.to_ascii_lowercase().to_string() + chars.as_str(),
        None => String::new(),
    }
}

/// What a tool says about an answer of Graph: no property of the object.
pub(super) fn is_annotation(name: &str) -> bool {
    name.contains('@') || name.eq_ignore_ascii_case("additionalProperties")
}

pub(super) fn too_deep() -> Value {
    Value::undecided(Reason::TooDeep, None)
}

/// A list of which the exporter showed the beginning.
fn truncated(seen: Vec<Value>) -> Value {
    let seen = seen
        .into_iter()
        .filter(|member| {
            let text = match member {
                Value::Text(text) => Some(text.as_str()),
                Value::Undecided(undecided) => undecided.seen.as_ref().and_then(Value::as_text),
                _ => None,
            };
            !text.is_some_and(is_ellipsis)
        })
        .collect();
    Value::undecided(Reason::Truncated, Some(Value::set(seen)))
}

fn is_ellipsis(text: &str) -> bool {
    matches!(text.trim(), "..." | "\u{2026}")
}

fn unlimited(text: &str) -> Option<Value> {
    text.eq_ignore_ascii_case("unlimited")
        .then(|| Value::text("Unlimited"))
}

fn span(text: &str) -> Option<Value> {
    scalar::span(text).or_else(|| scalar::iso_span(text))
}

/// A number with a fraction stays text; `1.0` is 1.
fn number(text: &str) -> Value {
    match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => {
            whole.parse().map_or_else(|_| Value::text(text), Value::Int)
        }
        _ => text.parse().map_or_else(|_| Value::text(text), Value::Int),
    }
}

/// Text of an undeclared property: the same value has one form, typed (CLIXML) or not (JSON,
/// re-exported objects). Only shapes that nothing else has are recognised.
fn shaped(text: &str) -> Value {
    let bytes = text.as_bytes();
    let first = bytes.first().copied().unwrap_or(b' ');
    if first.is_ascii_digit() || first == b'-' {
        if bytes.ends_with(b")")
            && let Some(size) = scalar::size(text)
        {
            return Value::Int(size);
        }
        if bytes.contains(&b':') {
            if let Some(span) = scalar::span(text) {
                return span;
            }
            if let Some(date) = scalar::date(text) {
                return date;
            }
        }
    }
    if (bytes.len() == 36 || bytes.len() == 38)
        && let Some(guid) = scalar::guid(text)
    {
        return Value::Text(guid);
    }
    if first.eq_ignore_ascii_case(&b'h') && scalar::is_url(text) {
        return Value::Text(scalar::url(text));
    }
    if text.starts_with("Version ")
        && let Some(version) = scalar::server_version(text)
    {
        return Value::Text(version);
    }
    if (text.starts_with("CN=") || text.starts_with("OU=")) && text.contains(",DC=") {
        return Value::Text(scalar::canonical_name(text));
    }
    if let Some(unlimited) = unlimited(text) {
        return unlimited;
    }
    Value::text(text)
}

/// `ADOwaVirtualDirectory` of a full type name; generic arguments do not count.
pub(crate) fn last_segment(full: &str) -> &str {
    let head = full.split(['[', '`']).next().unwrap_or(full);
    // `System.Byte[]` is a type of its own.
    let head = if full.ends_with("[]") && !full.contains('`') {
        full
    } else {
        head
    };
    head.rsplit(['.', '+']).next().unwrap_or(head)
}

/// A document or script that names a secret's keyword is not kept.
fn hides_secret(text: &str) -> bool {
    is_secret_name(text)
}

/// The value without what states a secret, in whatever way it came to be text.
fn screened(value: Value) -> Value {
    match &value {
        Value::Text(text) if states_secret(text) => Value::undecided(Reason::Redacted, None),
        Value::Undecided(undecided) if undecided.seen.as_ref().is_some_and(shows_secret) => {
            Value::undecided(Reason::Redacted, None)
        }
        _ => value,
    }
}

fn shows_secret(seen: &Value) -> bool {
    match seen {
        Value::Text(text) => states_secret(text),
        Value::List(members) => members.iter().any(shows_secret),
        Value::Map(members) => members
            .iter()
            .any(|(name, member)| states_secret(name) || shows_secret(member)),
        Value::Undecided(undecided) => undecided.seen.as_ref().is_some_and(shows_secret),
        Value::Null | Value::Bool(_) | Value::Int(_) => false,
    }
}
