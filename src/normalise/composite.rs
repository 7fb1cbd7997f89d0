//! Values that are more than one word: flags, certificates, counts, records, names of keys.

use std::collections::BTreeMap;

use crate::catalog::{EnumSpec, Property, REDACTED};
use crate::model::{Reason, Value};
use crate::protocol::{Content, PsValue};

use super::value::{Reader, too_deep};
use super::{certificate, der_bytes};

impl<'d, 'a> Reader<'d, 'a> {
    /// Flags print as names (`Tls, Integrated`), and are the sum of their bits where an export writes
    /// numbers; a list of names is taken, too. `None` of them is an empty list.
    pub(super) fn flags(&self, value: &'d PsValue<'a>, spec: &'static EnumSpec) -> Value {
        let names = match self.document.list(value) {
            Some(list) => list
                .iter()
                .map(|member| self.text(member))
                .collect::<Option<Vec<_>>>(),
            None => self
                .text(value)
                .map(|text| text.split(',').map(str::to_owned).collect()),
        };
        let Some(names) = names else {
            return match self.document.scalar(value) {
                Some(PsValue::Int(number)) => match spec.flags_of(*number) {
                    Some(names) => Value::set(names.into_iter().map(Value::text).collect()),
                    None => Value::undecided(Reason::EnumNumber, Some(Value::Int(*number))),
                },
                _ => self.unexpected(value),
            };
        };
        if matches!(names.as_slice(), [only] if only.trim().is_empty()) {
            return Value::undecided(Reason::NullOrEmpty, None);
        }
        let mut members = Vec::with_capacity(names.len());
        for name in &names {
            match spec.canonical(name) {
                Some("None") => {}
                Some(name) => members.push(Value::text(name)),
                None => {
                    let seen = Value::set(names.iter().map(|n| Value::text(n.trim())).collect());
                    return Value::undecided(Reason::UnexpectedType, Some(seen));
                }
            }
        }
        Value::set(members)
    }

    /// The public facts of a certificate, from its DER bytes. A text block names it and no more: its
    /// dates follow the exporter's culture.
    pub(super) fn certificate(&self, value: &'d PsValue<'a>) -> Value {
        let der = match self
            .document
            .as_object(value)
            .and_then(|o| o.get("RawData"))
        {
            Some(raw) => der_bytes(self.document, raw),
            None => match value {
                PsValue::Text(text) if !text.starts_with("MII") => None,
                _ => der_bytes(self.document, value),
            },
        };
        match der.and_then(|der| certificate::facts(&der)) {
            Some(facts) => Value::Map(facts),
            None => match self.text(value) {
                Some(text) if text == REDACTED => Value::undecided(Reason::Redacted, None),
                Some(text) if text.is_empty() => Value::Null,
                _ => too_deep(),
            },
        }
    }

    /// Value -> count. Keys are data (names of policies), so no net by name is cast over them.
    pub(super) fn tally(&self, value: &'d PsValue<'a>) -> Value {
        let Some(object) = self.document.as_object(value) else {
            return self.unexpected(value);
        };
        let count = |value: &'d PsValue<'a>| match self.document.scalar(value) {
            Some(PsValue::Int(number)) => Value::Int(*number),
            _ => self.unexpected(value),
        };
        let mut map = BTreeMap::new();
        if let Content::Dict(entries) = &object.content {
            for (key, value) in entries {
                let Some(key) = self.text(key) else {
                    return self.unexpected(value);
                };
                map.insert(key, count(value));
            }
        } else {
            for property in object.properties() {
                map.insert(property.name.to_string(), count(&property.value));
            }
        }
        Value::Map(map)
    }

    /// The declared fields of a nested object; a field that is not there is null.
    pub(super) fn record(
        &mut self,
        value: &'d PsValue<'a>,
        fields: &'static [Property],
        depth: usize,
    ) -> Value {
        let Some(object) = self.document.as_object(value) else {
            return too_deep();
        };
        let known = |name: &str| match &object.content {
            Content::Dict(entries) => entries
                .iter()
                .find(|(key, _)| key.as_str().is_some_and(|k| k.eq_ignore_ascii_case(name)))
                .map(|(_, value)| value),
            _ => object.get(name),
        };
        if fields.iter().all(|field| known(field.name).is_none()) {
            return too_deep();
        }
        let fields = fields.iter().map(|field| {
            let value = match known(field.name) {
                Some(value) => self.read(value, &field.ty, depth + 1),
                None => Value::Null,
            };
            (field.name.to_owned(), value)
        });
        Value::Map(fields.collect())
    }

    /// Bytes that name a certificate. Graph writes them as base64, PowerShell as numbers (a list, or
    /// one text beyond the depth), people as hex: upper-case hex is the canonical form.
    pub(super) fn key_identifier(&self, value: &'d PsValue<'a>) -> Value {
        let hex = |text: &str| text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let text = self.document.scalar(value).and_then(PsValue::as_str);
        if let Some(text) = text.filter(|text| hex(text)) {
            return Value::Text(text.to_uppercase());
        }
        let numbers = text.and_then(|text| {
            text.split_ascii_whitespace()
                .map(|part| part.parse().ok())
                .collect::<Option<Vec<u8>>>()
        });
        match numbers
            .filter(|bytes| bytes.len() > 1)
            .or_else(|| der_bytes(self.document, value))
        {
            // The hex text itself, as bytes.
            Some(bytes) if std::str::from_utf8(&bytes).is_ok_and(hex) => {
                Value::Text(String::from_utf8_lossy(&bytes).to_uppercase())
            }
            Some(bytes) => Value::Text(certificate::hex_upper(&bytes)),
            None => match text {
                Some(text) if text == REDACTED => Value::undecided(Reason::Redacted, None),
                Some("") => Value::Null,
                Some(text) => Value::text(text),
                None => self.unexpected(value),
            },
        }
    }
}
