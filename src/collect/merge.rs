//! Copies of one resource in one import become one, or the import stops.

use std::collections::BTreeMap;

use crate::catalog;
use crate::model::{
    Evidence, OTHER_PROPERTIES, Properties, Resource, ResourceId, Value, is_selection,
};

/// A resource with the file that it came from.
#[derive(Clone, Debug)]
pub(super) struct Copy {
    pub resource: Resource,
    pub source: usize,
}

/// Two copies that say different things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Conflict {
    pub id: ResourceId,
    pub property: String,
    pub sources: (usize, usize),
}

/// One resource an id. Equal copies are one; better evidence (iis, unstated, ad) beats worse; what one
/// copy could not express, or did not pick, the other may say. A file that `preferred` knows decides the
/// rest.
pub(super) fn merge(
    copies: Vec<Copy>,
    preferred: impl Fn(usize) -> Option<usize>,
) -> Result<BTreeMap<ResourceId, Resource>, Conflict> {
    let mut kept: BTreeMap<ResourceId, Copy> = BTreeMap::new();
    for copy in copies {
        let id = copy.resource.id.clone();
        let Some(first) = kept.remove(&id) else {
            kept.insert(id, copy);
            continue;
        };
        let one = join(first, copy, &preferred)?;
        kept.insert(id, one);
    }
    Ok(kept
        .into_iter()
        .map(|(id, copy)| (id, copy.resource))
        .collect())
}

fn join(
    mut first: Copy,
    mut second: Copy,
    preferred: impl Fn(usize) -> Option<usize>,
) -> Result<Copy, Conflict> {
    let rank = |copy: &Copy| match copy.resource.evidence {
        Some(Evidence::Iis) | None => 0,
        Some(Evidence::Unstated) => 1,
        Some(Evidence::Ad) => 2,
    };
    if rank(&first) > rank(&second) {
        std::mem::swap(&mut first, &mut second);
    }
    let worse = rank(&first) < rank(&second);
    // Of two copies that Active Directory and IIS gave, only what both can know must agree.
    let metabase = |name: &str| {
        catalog::find_kind(&first.resource.id.kind)
            .and_then(|spec| spec.property(name))
            .is_some_and(|property| property.metabase)
            || matches!(name, "Path" | "MetabasePath")
    };
    if let Some(property) = first_difference(
        &first.resource.properties,
        &second.resource.properties,
        |name| worse && metabase(name),
    ) {
        return match (preferred(first.source), preferred(second.source)) {
            (Some(a), Some(b)) if a < b => Ok(first),
            (Some(a), Some(b)) if b < a => Ok(second),
            (Some(_), None) => Ok(first),
            (None, Some(_)) => Ok(second),
            // Without anybody's word, better evidence is the only reason to believe one of them.
            _ if worse => Ok(first),
            _ => Err(Conflict {
                id: first.resource.id,
                property,
                sources: (first.source, second.source),
            }),
        };
    }
    let picked = is_selection(&first.resource.properties);
    let all = !is_selection(&second.resource.properties);
    // What only Active Directory remembers of IIS does not become IIS's answer.
    let remembered: Vec<String> = second
        .resource
        .properties
        .keys()
        .filter(|name| worse && metabase(name))
        .cloned()
        .collect();
    for (name, value) in second.resource.properties {
        if remembered.contains(&name) {
            continue;
        }
        match first.resource.properties.get_mut(&name) {
            Some(mine) if mine.has_undecided() && !value.has_undecided() => *mine = value,
            None if picked => {
                first.resource.properties.insert(name, value);
            }
            _ => {}
        }
    }
    // What Active Directory remembers was not taken: that stays unknown.
    if picked && all && remembered.is_empty() {
        first.resource.properties.remove(OTHER_PROPERTIES);
    }
    for (name, value) in second.resource.observed {
        first.resource.observed.entry(name).or_insert(value);
    }
    Ok(first)
}

/// The first property in which two copies disagree. A side that could not express it agrees.
fn first_difference(
    first: &Properties,
    second: &Properties,
    skip: impl Fn(&str) -> bool,
) -> Option<String> {
    let picked = is_selection(first) || is_selection(second);
    let names = first
        .keys()
        .chain(second.keys().filter(|name| !first.contains_key(*name)));
    for name in names {
        if skip(name) {
            continue;
        }
        let same = match (first.get(name), second.get(name)) {
            (Some(a), Some(b)) => a == b || a.has_undecided() || b.has_undecided(),
            // Undecided on one side and absent on the other: neither says anything.
            // What a selection leaves out it does not deny.
            (Some(only), None) | (None, Some(only)) => {
                picked || matches!(only, Value::Undecided(_))
            }
            (None, None) => true,
        };
        if !same {
            return Some(name.clone());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, Plane, Reason};

    fn copy(source: usize, evidence: Evidence, basic: Value) -> Copy {
        let mut properties = Properties::new();
        properties.insert("BasicAuthentication".to_owned(), basic);
        properties.insert("Name".to_owned(), Value::text("EWS"));
        Copy {
            source,
            resource: Resource {
                id: ResourceId {
                    plane: Plane::Onprem,
                    kind: Kind::new("WebServicesVirtualDirectory"),
                    key: "EX01\\EWS".to_owned(),
                },
                server: Some("EX01".to_owned()),
                site: None,
                evidence: Some(evidence),
                properties,
                observed: Properties::new(),
            },
        }
    }

    fn only(merged: BTreeMap<ResourceId, Resource>) -> Resource {
        assert_eq!(merged.len(), 1);
        merged.into_values().next().unwrap()
    }

    #[test]
    fn better_evidence_wins_whatever_the_order() {
        for flip in [false, true] {
            let mut copies = vec![
                copy(0, Evidence::Ad, false.into()),
                copy(1, Evidence::Iis, true.into()),
            ];
            if flip {
                copies.reverse();
            }
            let one = only(merge(copies, |_| None).unwrap());
            assert_eq!(one.properties["BasicAuthentication"], Value::Bool(true));
            assert_eq!(one.evidence, Some(Evidence::Iis));
        }
    }

    #[test]
    fn equal_evidence_that_disagrees_is_a_conflict_unless_somebody_decides() {
        let copies = || {
            vec![
                copy(0, Evidence::Iis, false.into()),
                copy(1, Evidence::Iis, true.into()),
            ]
        };
        let conflict = merge(copies(), |_| None).unwrap_err();
        assert_eq!(conflict.property, "BasicAuthentication");
        assert_eq!(conflict.sources, (0, 1));
        let one = only(merge(copies(), |source| (source == 1).then_some(0)).unwrap());
        assert_eq!(one.properties["BasicAuthentication"], Value::Bool(true));
    }

    #[test]
    fn a_selection_denies_nothing_and_takes_what_the_other_copy_has() {
        let mut picked = copy(
            0,
            Evidence::Iis,
            Value::undecided(Reason::NotExported, None),
        );
        let mark = Value::undecided(Reason::NotExported, None);
        let properties = &mut picked.resource.properties;
        properties.insert(OTHER_PROPERTIES.to_owned(), mark);
        for (evidence, basic) in [
            (Evidence::Iis, Value::Bool(false)),
            // Active Directory's memory of a flag is not what IIS does.
            (Evidence::Ad, Value::undecided(Reason::NotExported, None)),
        ] {
            for flip in [false, true] {
                let mut whole = copy(1, evidence, false.into());
                let guid = ("Guid".to_owned(), Value::text("4b1a"));
                whole.resource.properties.extend([guid]);
                let mut copies = vec![picked.clone(), whole];
                if flip {
                    copies.reverse();
                }
                let one = only(merge(copies, |_| None).unwrap());
                assert_eq!(one.evidence, Some(Evidence::Iis));
                assert_eq!(one.properties["BasicAuthentication"], basic, "{evidence:?}");
                assert_eq!(one.properties["Guid"], Value::text("4b1a"));
                assert_eq!(is_selection(&one.properties), evidence == Evidence::Ad);
            }
        }
        // Two selections stay one.
        let mut other = picked.clone();
        other.resource.properties.remove("Name");
        let one = only(merge(vec![other, picked], |_| None).unwrap());
        assert_eq!(one.properties["Name"], Value::text("EWS"));
        assert!(is_selection(&one.properties));
    }

    #[test]
    fn what_one_copy_could_not_express_the_other_says() {
        let undecided = Value::undecided(Reason::EnumNumber, None);
        let copies = vec![
            copy(0, Evidence::Iis, undecided),
            copy(1, Evidence::Iis, false.into()),
        ];
        let one = only(merge(copies, |_| None).unwrap());
        assert_eq!(one.properties["BasicAuthentication"], Value::Bool(false));
    }
}
