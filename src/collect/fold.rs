//! Lists of mailboxes and users to their numbers, before anything else sees them.
//!
//! In: one exported mailbox or user. Out: for every counted property, which value it has. Never: a name,
//! an address, or any property that is not counted.

use std::collections::BTreeMap;

use crate::catalog::{KindSpec, Type};
use crate::model::{Properties, Value};
use crate::normalise::{Normalised, canonical};
use crate::protocol::format_list::is_damaged;
use crate::protocol::{Document, Format, PsObject, PsValue};

use super::place::Candidate;

/// Objects that a cmdlet returns where nobody says `-ResultSize` (reference of Get-CASMailbox, Get-User).
pub(super) const DEFAULT_RESULT_SIZE: i64 = 1000;

/// Where an export does not say which value an object has.
const UNKNOWN: &str = "unknown";

/// True where an object is one of those that the kind counts, not the counts themselves.
pub(super) fn is_single(spec: &KindSpec, document: &Document<'_>, object: &PsObject<'_>) -> bool {
    let is_count = match object.get("Count") {
        Some(PsValue::Int(_)) => true,
        // Format-List has nothing but text.
        Some(PsValue::Text(text)) if document.format == Format::FormatList => {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
        }
        _ => false,
    };
    spec.is_summary() && !is_count
}

/// The numbers of one object: a count of 1, and each counted property's value.
pub(super) fn single(
    document: &Document<'_>,
    object: &PsObject<'_>,
    spec: &KindSpec,
) -> Normalised {
    let mut properties = Properties::new();
    properties.insert("Count".to_owned(), Value::Int(1));
    for declared in spec.declared().filter(|p| matches!(p.ty, Type::Tally)) {
        if let Some(value) = object.get(declared.name) {
            let word = word(document, value);
            let one = BTreeMap::from([(word, Value::Int(1))]);
            properties.insert(declared.name.to_owned(), Value::Map(one));
        }
    }
    Normalised {
        properties,
        observed: Properties::new(),
    }
}

fn word(document: &Document<'_>, value: &PsValue<'_>) -> String {
    if let Some(PsValue::Bool(flag)) = document.scalar(value) {
        return flag.to_string();
    }
    // Format-List shows null, empty and absent alike, and may break or lose a name.
    let is_sound =
        |text: &str| !text.is_empty() && !text.contains(char::is_control) && !is_damaged(text);
    if document.format == Format::FormatList && !value.as_str().is_some_and(is_sound) {
        return UNKNOWN.to_owned();
    }
    match canonical(document, value, &Type::AdName) {
        Value::Null => "unset".to_owned(),
        Value::Text(text) if text.trim().is_empty() => "unset".to_owned(),
        Value::Text(text)
            if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") =>
        {
            text.to_ascii_lowercase()
        }
        Value::Text(text) => text,
        _ => UNKNOWN.to_owned(),
    }
}

/// One candidate a kind and plane of a file in place of its single objects. What some objects lack is
/// counted as unknown; what all lack is absent.
pub(super) fn fold(candidates: &mut Vec<Candidate>, is_single: &[bool]) -> Vec<&'static KindSpec> {
    let mut sums: Vec<Candidate> = Vec::new();
    let mut at = 0;
    candidates.retain(|candidate| {
        let single = is_single.get(at).copied().unwrap_or_default();
        at += 1;
        if single {
            let same = |sum: &&mut Candidate| {
                sum.spec.name == candidate.spec.name && sum.plane == candidate.plane
            };
            match sums.iter_mut().find(same) {
                Some(sum) => add(
                    &mut sum.normalised.properties,
                    &candidate.normalised.properties,
                ),
                None => sums.push(candidate.clone()),
            }
        }
        !single
    });
    let mut cut = Vec::new();
    for mut sum in sums {
        let count = match sum.normalised.properties.get("Count") {
            Some(Value::Int(count)) => *count,
            _ => 0,
        };
        for value in sum.normalised.properties.values_mut() {
            if let Value::Map(map) = value {
                let known: i64 = map.values().filter_map(number).sum();
                if known < count {
                    let unknown = map.get(UNKNOWN).and_then(number).unwrap_or_default();
                    map.insert(UNKNOWN.to_owned(), Value::Int(unknown + count - known));
                }
            }
        }
        if count == DEFAULT_RESULT_SIZE {
            cut.push(sum.spec);
        }
        candidates.push(sum);
    }
    cut
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

fn add(sum: &mut Properties, one: &Properties) {
    for (name, value) in one {
        match (sum.get_mut(name), value) {
            (Some(Value::Int(sum)), Value::Int(one)) => *sum += one,
            (Some(Value::Map(sum)), Value::Map(one)) => {
                for (word, count) in one {
                    let before = sum.get(word).and_then(number).unwrap_or_default();
                    let count = number(count).unwrap_or_default();
                    sum.insert(word.clone(), Value::Int(before + count));
                }
            }
            _ => {
                sum.insert(name.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::model::Plane;
    use crate::protocol::{Limits, json};

    /// Folds a JSON array of users and gives the properties of what is left.
    fn folded(list: &str) -> (Vec<Properties>, usize) {
        let document = json::parse(list, &Limits::default()).unwrap();
        let spec = catalog::find("User").unwrap();
        let (mut candidates, mut singles) = (Vec::new(), Vec::new());
        for root in &document.roots {
            let object = document.as_object(&root.value).unwrap();
            singles.push(is_single(spec, &document, object));
            candidates.push(Candidate {
                spec,
                plane: Plane::Onprem,
                server: None,
                is_session: false,
                evidence: None,
                normalised: single(&document, object, spec),
                source: 0,
            });
        }
        let cut = fold(&mut candidates, &singles).len();
        let properties = candidates.into_iter().map(|c| c.normalised.properties);
        (properties.collect(), cut)
    }

    fn counts(properties: &Properties, name: &str) -> Vec<(String, i64)> {
        match &properties[name] {
            Value::Map(map) => map
                .iter()
                .map(|(word, count)| (word.clone(), number(count).unwrap()))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn null_and_blank_are_unset_and_what_is_not_exported_is_unknown() {
        let (all, cut) = folded(
            r#"[{"AuthenticationPolicy":null,"Name":"a"},{"AuthenticationPolicy":"","AccountDisabled":true},
                {"AuthenticationPolicy":"Block","AccountDisabled":"False"},{"Name":"d"}]"#,
        );
        assert_eq!((all.len(), cut), (1, 0));
        assert_eq!(all[0]["Count"], Value::Int(4));
        let word = |word: &str, count| (word.to_owned(), count);
        assert_eq!(
            counts(&all[0], "AuthenticationPolicy"),
            [word("Block", 1), word("unknown", 1), word("unset", 2)]
        );
        assert_eq!(
            counts(&all[0], "AccountDisabled"),
            [word("false", 1), word("true", 1), word("unknown", 2)]
        );
        assert!(!all[0].contains_key("RemotePowerShellEnabled"));
        assert!(!all[0].contains_key("Name"));
    }

    #[test]
    fn the_numbers_themselves_are_no_single_object() {
        let document = json::parse(
            r#"[{"Count":3,"AuthenticationPolicy":{"unset":3}},{"Count":"3"}]"#,
            &Limits::default(),
        )
        .unwrap();
        let spec = catalog::find("User").unwrap();
        let is = |at: usize| {
            is_single(
                spec,
                &document,
                document.as_object(&document.roots[at].value).unwrap(),
            )
        };
        assert!(!is(0));
        assert!(is(1));
    }

    #[test]
    fn as_many_as_the_cmdlet_returns_by_itself_is_told_and_one_more_is_not() {
        let list = |n: usize| format!("[{}]", vec![r#"{"Name":"a"}"#; n].join(","));
        assert_eq!(folded(&list(999)).1, 0);
        assert_eq!(folded(&list(1000)).1, 1);
        assert_eq!(folded(&list(1001)).1, 0);
    }
}
