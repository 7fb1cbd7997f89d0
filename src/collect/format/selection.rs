//! Objects that a tool wrote in part, and the lists of what it wrote beside them.

use std::borrow::Cow;

use crate::collect::place::Unplaced;
use crate::model::OTHER_PROPERTIES;
use crate::normalise::NOT_EXPORTED;
use crate::protocol::{Content, Document, ObjId, Property, PsObject, PsValue};

/// What is missing to take in a part of a file that nothing here is about.
pub(super) const NO_KIND: &str = "a kind for it";

/// An object with these properties alone, marked so that nobody takes the absence of another one for an
/// answer.
pub(super) fn selection<'a>(
    document: &mut Document<'a>,
    mut picked: Vec<Property<'a>>,
    at: usize,
) -> ObjId {
    picked.push(not_exported(OTHER_PROPERTIES));
    document.add(PsObject {
        props: picked,
        at,
        ..PsObject::default()
    })
}

/// A property that the file does not carry.
pub(super) fn not_exported<'a>(name: &'static str) -> Property<'a> {
    property(name, PsValue::Text(Cow::Borrowed(NOT_EXPORTED)))
}

/// A property.
pub(super) fn property<'a>(name: &'static str, value: PsValue<'a>) -> Property<'a> {
    Property {
        name: Cow::Borrowed(name),
        value,
    }
}

/// One of `ConvertTo-Json`'s arrays, or the single value that stands for one; nulls are nothing.
pub(super) fn members<'d, 'a>(
    document: &'d Document<'a>,
    value: &'d PsValue<'a>,
) -> Vec<&'d PsValue<'a>> {
    let all = match document.as_object(value).map(|object| &object.content) {
        Some(Content::List(_, members)) => members.iter().collect(),
        _ => vec![value],
    };
    all.into_iter().filter(|value| !value.is_nil()).collect()
}

/// The objects among the [`members`].
pub(super) fn objects<'a>(document: &Document<'a>, value: &PsValue<'a>) -> Vec<ObjId> {
    members(document, value)
        .into_iter()
        .filter_map(|member| match member {
            PsValue::Object(id) => Some(*id),
            _ => None,
        })
        .collect()
}

/// Lists a part of a file that has no place here, once for each thing in it.
pub(super) fn list(unplaced: &mut Vec<Unplaced>, name: &str, count: usize, missing: &str) {
    let one = Unplaced {
        type_name: name.to_owned(),
        missing: missing.to_owned(),
        plane: None,
        kind: None,
    };
    unplaced.extend(std::iter::repeat_n(one, count));
}

/// How many things a value is: the members of a list, the entries of a table of objects, else one.
pub(super) fn count(document: &Document<'_>, value: &PsValue<'_>) -> usize {
    let Some(object) = document.as_object(value) else {
        return usize::from(!value.is_nil());
    };
    match &object.content {
        Content::List(..) => members(document, value).len(),
        Content::Dict(entries) => entries.len(),
        // A hash table in JSON: names to objects.
        Content::None if !object.props.is_empty() && object.types.is_none() => {
            let is_table = object
                .props
                .iter()
                .all(|p| document.as_object(&p.value).is_some());
            if is_table { object.props.len() } else { 1 }
        }
        _ => 1,
    }
}

/// The text of a property, if it has one that says something.
pub(super) fn text<'d>(object: &'d PsObject<'_>, name: &str) -> Option<&'d str> {
    object
        .get(name)
        .and_then(PsValue::as_str)
        .map(str::trim)
        .filter(|text| !text.is_empty())
}
