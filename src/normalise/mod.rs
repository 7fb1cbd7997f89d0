//! Exported values to canonical ones: whichever export it came from, one configuration gives one value.
//!
//! In: a [`protocol::Document`](crate::protocol::Document) and the catalog. Out: [`Properties`] of
//! configuration and of observation, secrets taken out. Never: I/O, or a guess: what the export could
//! not express becomes undecided, with the reason.

mod certificate;
mod composite;
mod parts;
mod printed;
mod scalar;
mod value;

use base64::Engine;

use crate::catalog::{
    Class, KindSpec, Type, common_class, is_bare_certificate, is_secret_name, states_secret,
};
use crate::model::{OTHER_PROPERTIES, Properties, Reason, Value};
use crate::protocol::{Document, Format, PsObject, PsValue};

pub use scalar::{server_name, server_version};
pub use value::canonical;
pub(crate) use value::last_segment;

/// Stands for the value of a property that the maker of a file did not pick, in an object that the file's
/// reader put together: it becomes undecided for that reason.
pub const NOT_EXPORTED: &str = "(not exported: this file holds a selection of the properties)";

/// An object's properties after normalising.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Normalised {
    /// Configuration.
    pub properties: Properties,
    /// Kept apart: never compared.
    pub observed: Properties,
}

/// Normalises every property of an object of a kind. Unknown properties survive, subject to the two
/// nets for secrets: by name here, by type in [`canonical`].
pub fn object(document: &Document<'_>, object: &PsObject<'_>, spec: &KindSpec) -> Normalised {
    let mut out = Normalised::default();
    let printed =
        (document.format == Format::FormatList).then(|| printed::Printed::of(document, object));
    let graph = spec.is_graph();
    let typed = if graph {
        value::canonical_graph
    } else {
        canonical
    };
    for property in object.properties() {
        let name = property.name.as_ref();
        let declared = spec.property(name);
        // The SDK writes null for all that was not asked for; REST leaves it out.
        let is_blank_text = printed.is_some() && property.value.as_str() == Some("");
        let is_left_out = property.value.is_nil() || is_blank_text || value::is_annotation(name);
        if graph && declared.is_none() && is_left_out {
            continue;
        }
        let class = match declared {
            Some(declared) if declared.class != Class::Content => declared.class,
            Some(_) => Class::Content,
            None if is_secret_name(name) => Class::Secret,
            None if graph => Class::Content,
            None => common_class(name).unwrap_or(Class::Content),
        };
        let target = match class {
            Class::Dropped => continue,
            Class::Observed => &mut out.observed,
            Class::Content | Class::Secret => &mut out.properties,
        };
        let read = |ty: &Type| match (&printed, &property.value) {
            (Some(printed), PsValue::Text(text)) => printed.canonical(name, text, ty),
            _ => typed(document, &property.value, ty),
        };
        let value = match (class, declared) {
            (Class::Secret, _) if is_blank(document, &property.value) => Value::Null,
            (Class::Secret, _) => Value::undecided(Reason::Redacted, None),
            (_, Some(declared)) => read(&declared.ty),
            // Shown to a person who looks the object up: as it is.
            (_, None) if name == "DistinguishedName" => read(&Type::Text),
            (_, None) => read(&Type::Inferred),
        };
        let name = match declared {
            Some(declared) => declared.name.to_owned(),
            None if states_secret(name) => value::HIDDEN_NAME.to_owned(),
            None if graph => value::graph_name(name),
            None => name.to_owned(),
        };
        target.insert(name, value);
    }
    if let Some(facts) = object
        .get("RawData")
        .and_then(|raw| der_bytes(document, raw))
        && spec.property("RawData").is_some()
        && let Some(facts) = certificate::facts(&facts)
    {
        out.properties.extend(facts);
        if is_bare_certificate(&out.properties) {
            let mark = Value::undecided(Reason::NotExported, None);
            out.properties.insert(OTHER_PROPERTIES.to_owned(), mark);
        }
    }
    out
}

fn is_blank(document: &Document<'_>, value: &PsValue<'_>) -> bool {
    match value {
        PsValue::Nil => true,
        PsValue::Text(text) => text.is_empty(),
        PsValue::Object(_) => document.list(value).is_some_and(<[PsValue<'_>]>::is_empty),
        _ => false,
    }
}

/// The bytes of a certificate: base64 in CLIXML, a list of numbers in JSON.
fn der_bytes(document: &Document<'_>, value: &PsValue<'_>) -> Option<Vec<u8>> {
    match document.scalar(value) {
        // Beyond its depth ConvertTo-Json writes a list of bytes as their numbers.
        Some(PsValue::Text(text)) if text.contains(' ') && !text.contains(char::is_alphabetic) => {
            text.split_ascii_whitespace()
                .map(|number| number.parse().ok())
                .collect()
        }
        Some(PsValue::Bytes(text) | PsValue::Text(text)) => {
            let compact: String = text.split_ascii_whitespace().collect();
            base64::engine::general_purpose::STANDARD
                .decode(compact)
                .ok()
        }
        _ => document
            .list(value)?
            .iter()
            .map(|member| match member {
                PsValue::Int(number) => u8::try_from(*number).ok(),
                _ => None,
            })
            .collect(),
    }
}

/// Lower-case hex, as digests are written everywhere.
pub fn hex_lower(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            // Writing to a String cannot fail.
            let _ = write!(out, "{byte:02x}");
            out
        })
}
