//! Canonical property values: one configuration gives one value, whichever export it came from.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A property value after normalising.
///
/// Exchange's multi-valued properties have no order, so a [`Value::List`] that came from one is
/// sorted when it is made; a list whose order matters is kept as read (the catalog says which).
/// A number with a fraction and an integer beyond 64 bits are text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Value {
    /// The property exists and is blank (`$null`). Absent is a missing map entry instead.
    #[default]
    Null,
    /// `True` or `False`.
    Bool(bool),
    /// A count, a size in bytes, or a span in whole seconds.
    Int(i64),
    /// Everything that is text in Exchange, in the canonical form of its type.
    Text(String),
    /// A multi-valued property (sorted) or an ordered list.
    List(Vec<Value>),
    /// Nested named values.
    Map(BTreeMap<String, Value>),
    /// The export did not say what the value is.
    Undecided(Box<Undecided>),
}

/// A value that the export could not express, and what was seen of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Undecided {
    /// Why it is undecided.
    pub reason: Reason,
    /// What was there, where that is worth keeping (never a secret).
    pub seen: Option<Value>,
}

/// Why a value is undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// The format shows null and empty alike (Format-List text).
    NullOrEmpty,
    /// A list or text was cut by the exporter (`{a, b...}`).
    Truncated,
    /// Key material or a credential: its presence is recorded, its value never.
    Redacted,
    /// An enumeration written as a number that the catalog has no name for.
    EnumNumber,
    /// Beyond the export's `-Depth` only a .NET type name is left.
    TooDeep,
    /// The value is not of the property's type, so no policy can read it.
    UnexpectedType,
    /// Read with `-ADPropertiesOnly`: Active Directory does not know what IIS does.
    AdOnly,
    /// The text can be read in more than one way: a date in an unknown culture, a broken line, digits that
    /// may be a number or text (Format-List text).
    Ambiguous,
    /// Characters were lost before the file was written: U+FFFD, question marks, a wrong code page.
    Damaged,
    /// The tool that wrote the file picks some of the object's properties, and this one is not among
    /// them. It says nothing of the object.
    NotExported,
}

impl Reason {
    /// The snake_case word used in snapshots, policies and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::NullOrEmpty => "null_or_empty",
            Reason::Truncated => "truncated",
            Reason::Redacted => "redacted",
            Reason::EnumNumber => "enum_number",
            Reason::TooDeep => "too_deep",
            Reason::UnexpectedType => "unexpected_type",
            Reason::AdOnly => "ad_only",
            Reason::Ambiguous => "ambiguous",
            Reason::Damaged => "damaged",
            Reason::NotExported => "not_exported",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Value {
    /// Text from anything that becomes a `String`.
    pub fn text(text: impl Into<String>) -> Self {
        Value::Text(text.into())
    }

    /// An undecided value.
    pub fn undecided(reason: Reason, seen: Option<Value>) -> Self {
        Value::Undecided(Box::new(Undecided { reason, seen }))
    }

    /// A multi-valued property: sorted, so that the order of an export means nothing.
    pub fn set(mut members: Vec<Value>) -> Self {
        members.sort();
        members.dedup();
        Value::List(members)
    }

    /// The reason, where this value (not a member of it) is undecided.
    pub fn undecided_reason(&self) -> Option<Reason> {
        match self {
            Value::Undecided(u) => Some(u.reason),
            _ => None,
        }
    }

    /// True where this value or any member of it is undecided.
    pub fn has_undecided(&self) -> bool {
        match self {
            Value::Undecided(_) => true,
            Value::List(list) => list.iter().any(Value::has_undecided),
            Value::Map(map) => map.values().any(Value::has_undecided),
            _ => false,
        }
    }

    /// The text, where this is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The flag, where this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

/// As a person reads it on one line: `OAuth, Ntlm`, `true`, `(null)`, `(truncated)`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("(null)"),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Int(i) => write!(f, "{i}"),
            Value::Text(t) if t.is_empty() => f.write_str("(empty)"),
            Value::Text(t) => f.write_str(t),
            Value::List(list) if list.is_empty() => f.write_str("(none)"),
            Value::List(list) => {
                for (i, member) in list.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    member.fmt(f)?;
                }
                Ok(())
            }
            Value::Map(map) => {
                f.write_str("{")?;
                for (i, (name, member)) in map.iter().enumerate() {
                    if i > 0 {
                        f.write_str("; ")?;
                    }
                    write!(f, "{name}={member}")?;
                }
                f.write_str("}")
            }
            Value::Undecided(u) => write!(f, "({})", u.reason),
        }
    }
}

const UNDECIDED: &str = "$undecided";
const SEEN: &str = "seen";

/// Written by hand, as the serialization is: an undecided value is a map with `$undecided`, and a
/// real name that starts with `$` is doubled.
impl schemars::JsonSchema for Value {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let value = generator.subschema_for::<Value>();
        schemars::json_schema!({
            "description": "A property value in canonical form.",
            "anyOf": [
                {"type": ["null", "boolean", "integer", "string"]},
                {"type": "array", "items": value.clone()},
                {
                    "description": "The export did not say what the value is.",
                    "type": "object",
                    "properties": {
                        "$undecided": {
                            "type": "string",
                            "description": "null_or_empty, truncated, redacted, enum_number, too_deep, unexpected_type, ad_only, ambiguous, damaged",
                        },
                        "seen": value.clone(),
                    },
                    "required": ["$undecided"],
                    "additionalProperties": false,
                },
                {
                    "description": "Named values; a name that starts with `$` is written with two.",
                    "type": "object",
                    "propertyNames": {"pattern": "^([^$]|\\$\\$|$)"},
                    "additionalProperties": value,
                },
            ],
        })
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(b) => serializer.serialize_bool(*b),
            Value::Int(i) => serializer.serialize_i64(*i),
            Value::Text(t) => serializer.serialize_str(t),
            Value::List(list) => {
                let mut seq = serializer.serialize_seq(Some(list.len()))?;
                for member in list {
                    seq.serialize_element(member)?;
                }
                seq.end()
            }
            Value::Map(map) => {
                let mut out = serializer.serialize_map(Some(map.len()))?;
                for (name, member) in map {
                    // A name that starts with "$" is doubled, so that it never reads as a mark.
                    if name.starts_with('$') {
                        out.serialize_entry(&format!("${name}"), member)?;
                    } else {
                        out.serialize_entry(name, member)?;
                    }
                }
                out.end()
            }
            Value::Undecided(u) => {
                let mut out = serializer.serialize_map(None)?;
                out.serialize_entry(UNDECIDED, u.reason.as_str())?;
                if let Some(seen) = &u.seen {
                    out.serialize_entry(SEEN, seen)?;
                }
                out.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, a boolean, an integer, text, a list or a map")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, b: bool) -> Result<Value, E> {
        Ok(Value::Bool(b))
    }

    fn visit_i64<E>(self, i: i64) -> Result<Value, E> {
        Ok(Value::Int(i))
    }

    fn visit_u64<E: de::Error>(self, u: u64) -> Result<Value, E> {
        i64::try_from(u)
            .map(Value::Int)
            .map_err(|_| E::custom(format_args!("{u} is beyond 64 bits; write it as text")))
    }

    fn visit_f64<E: de::Error>(self, d: f64) -> Result<Value, E> {
        Err(E::custom(format_args!(
            "{d} has a fraction; write it as text"
        )))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(1024));
        while let Some(member) = seq.next_element()? {
            list.push(member);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = BTreeMap::new();
        let mut reason = None;
        while let Some(name) = access.next_key::<String>()? {
            if name == UNDECIDED {
                if reason.replace(access.next_value::<Reason>()?).is_some() {
                    return Err(de::Error::custom("duplicate key $undecided"));
                }
                continue;
            }
            let value = access.next_value::<Value>()?;
            let name = match name.strip_prefix("$$") {
                Some(rest) => format!("${rest}"),
                None => name,
            };
            if map.contains_key(&name) {
                return Err(de::Error::custom(format_args!("duplicate key {name}")));
            }
            map.insert(name, value);
        }
        let Some(reason) = reason else {
            return Ok(Value::Map(map));
        };
        let seen = map.remove(SEEN);
        match map.keys().next() {
            Some(stray) => Err(de::Error::custom(format_args!(
                "{stray} beside $undecided; only `seen` may stand there"
            ))),
            None => Ok(Value::undecided(reason, seen)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_survives_yaml_and_json() {
        let mut inner = BTreeMap::new();
        inner.insert("$undecided".to_owned(), Value::text("a real name"));
        inner.insert("$$x".to_owned(), Value::Null);
        inner.insert("on".to_owned(), Value::text("yes"));
        let value = Value::List(vec![
            Value::Null,
            Value::Bool(true),
            Value::Int(i64::MIN),
            Value::text("0123"),
            Value::text("1.10"),
            Value::Map(inner),
            Value::undecided(
                Reason::Truncated,
                Some(Value::set(vec!["b".into(), "a".into()])),
            ),
            Value::undecided(Reason::Redacted, None),
        ]);
        let yaml = serde_yaml::to_string(&value).unwrap();
        assert_eq!(serde_yaml::from_str::<Value>(&yaml).unwrap(), value);
        let json = serde_json::to_string(&value).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value);
    }

    #[test]
    fn a_duplicate_key_is_refused() {
        assert!(serde_yaml::from_str::<Value>("a: 1\na: 2\n").is_err());
        assert!(serde_json::from_str::<Value>(r#"{"a":1,"a":2}"#).is_err());
    }
}
