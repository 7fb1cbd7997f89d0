//! What holds for any two snapshots with complete evidence.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{
    G1, G2, Kind, Op, Plane, Resource, ResourceId, Snapshot, State, Value, ZERO, apply, diff,
    resource, row, snapshot,
};
use exdrift::model::{ChangeSet, Properties};

const KINDS: [&str; 4] = [super::EWS, "AuthServer", "OrganizationConfig", "Widget"];
const PLANES: [Plane; 2] = [Plane::Onprem, Plane::Cloud];
const G3: &str = "33333333-3333-3333-3333-333333333333";

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-3i64..3).prop_map(Value::Int),
        select(vec!["", "a", "b", "OAuth"]).prop_map(Value::text),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::set),
            vec(inner.clone(), 0..4).prop_map(Value::List),
            btree_map(
                select(vec!["x", "y", "$z"]).prop_map(str::to_owned),
                inner,
                0..3
            )
            .prop_map(Value::Map),
        ]
    })
}

fn one() -> impl Strategy<Value = Resource> {
    let guid = proptest::option::of(select(vec![G1, G2, G3, ZERO]));
    let names = select(vec!["Name", "Enabled", "Members", "Server", "zeta"]);
    (
        select(PLANES.to_vec()),
        select(KINDS.to_vec()),
        select(vec!["EX01\\a", "EX01\\b", "EX02\\a", "c"]),
        guid,
        btree_map(names, value(), 0..5),
    )
        .prop_map(|(plane, kind, key, guid, properties)| {
            let mut properties: Vec<(&str, Value)> = properties.into_iter().collect();
            properties.extend(guid.map(|guid| ("Guid", Value::text(guid))));
            resource(plane, kind, key, &properties)
        })
}

/// Every kind of the universe was looked for everywhere.
fn complete(resources: Vec<Resource>) -> Snapshot {
    let mut out = snapshot(resources);
    out.manifest.coverage.rows = PLANES
        .iter()
        .flat_map(|plane| {
            KINDS
                .iter()
                .map(|kind| row(*plane, kind, State::Complete, 0))
        })
        .collect();
    out
}

fn organization() -> impl Strategy<Value = Snapshot> {
    vec(one(), 0..14).prop_map(complete)
}

fn configuration(snapshot: &Snapshot) -> BTreeMap<ResourceId, Properties> {
    let resources = snapshot.resources.iter();
    resources
        .map(|(id, r)| (id.clone(), r.properties.clone()))
        .collect()
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(a in organization()) {
        let changes = diff(&a, &a);
        prop_assert!(changes.is_empty());
    }

    #[test]
    fn the_changes_applied_to_the_older_give_the_newer(a in organization(), b in organization()) {
        let changes = diff(&a, &b);
        prop_assert!(changes.coverage_changes.is_empty());
        prop_assert_eq!(changes.changes.is_empty(), configuration(&a) == configuration(&b));
        prop_assert_eq!(apply(&a, &changes), configuration(&b));
    }

    #[test]
    fn changes_survive_json_and_stand_in_order(a in organization(), b in organization()) {
        let changes = diff(&a, &b);
        let json = serde_json::to_string(&changes).unwrap();
        prop_assert_eq!(serde_json::from_str::<ChangeSet>(&json).unwrap(), changes.clone());
        let places: Vec<_> = changes
            .changes
            .iter()
            .map(|c| {
                let r = &c.resource;
                (r.plane, r.kind.clone(), r.id.clone(), c.property.is_some(), c.property.clone())
            })
            .collect();
        // Strictly: no resource and no property is told twice.
        prop_assert!(places.is_sorted_by(|a, b| a < b), "{places:#?}");
    }

    #[test]
    fn the_order_of_an_export_means_nothing(
        resources in vec(one(), 0..14),
        other in organization(),
        seed in any::<u64>(),
    ) {
        let mut unique: BTreeMap<ResourceId, Resource> = BTreeMap::new();
        for resource in resources {
            unique.insert(resource.id.clone(), resource);
        }
        let ordered: Vec<Resource> = unique.into_values().collect();
        let mut shuffled = ordered.clone();
        let mut state = seed | 1;
        for i in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(i, (state >> 33) as usize % (i + 1));
        }
        let (a, mut b) = (complete(ordered), complete(shuffled));
        b.manifest.coverage.rows.reverse();
        prop_assert!(diff(&a, &b).is_empty());
        prop_assert_eq!(diff(&a, &other), diff(&b, &other));
    }

    #[test]
    fn one_mutation_is_found_exactly_once(
        a in organization(),
        resource in any::<Index>(),
        property in any::<Index>(),
        new in proptest::option::of(prop_oneof![
            3 => value(),
            1 => select(vec![G1, G2, G3, ZERO]).prop_map(Value::text),
        ]),
        fresh in any::<bool>(),
    ) {
        prop_assume!(!a.resources.is_empty());
        let mut b = a.clone();
        let id = a.resources.keys().nth(resource.index(a.resources.len())).unwrap();
        let properties = &mut b.resources.get_mut(id).unwrap().properties;
        let name = if fresh || properties.is_empty() {
            "Fresh".to_owned()
        } else {
            properties.keys().nth(property.index(properties.len())).unwrap().clone()
        };
        let old = properties.get(&name).cloned();
        prop_assume!(old != new);
        match &new {
            Some(value) => properties.insert(name.clone(), value.clone()),
            None => properties.remove(&name),
        };
        let changes = diff(&a, &b);
        prop_assert!(changes.coverage_changes.is_empty());
        prop_assert_eq!(changes.changes.len(), 1);
        let change = &changes.changes[0];
        prop_assert_eq!(&change.resource, &a.resources[id].reference());
        let guid = |value: &Option<Value>| {
            let text = value.as_ref().and_then(Value::as_text);
            text.is_some_and(|text| [G1, G2, G3].contains(&text))
        };
        if name == "Guid" && guid(&old) && guid(&new) {
            prop_assert_eq!(change.op, Op::Recreated);
            prop_assert_eq!(change.property.as_ref(), None);
        } else {
            prop_assert_eq!(change.op, Op::Changed);
            prop_assert_eq!(change.property.as_ref(), Some(&name));
        }
        prop_assert_eq!((&change.before, &change.after), (&old, &new));
    }

    #[test]
    fn evidence_that_is_missing_on_one_side_never_becomes_a_removal(
        a in organization(),
        b in organization(),
        plane in select(PLANES.to_vec()),
        kind in select(KINDS.to_vec()),
        state in select(vec![State::Failed, State::Denied, State::NotAttempted, State::Unsupported]),
    ) {
        let mut blind = b;
        blind.resources.retain(|id, _| (id.plane, id.kind.as_str()) != (plane, kind));
        for row in &mut blind.manifest.coverage.rows {
            if (row.plane, row.kind.as_str()) == (plane, kind) {
                row.state = state;
            }
        }
        let concerns = |p: Option<Plane>, k: &Kind| (p, k.as_str()) == (Some(plane), kind);
        for (old, new, lost) in [(&a, &blind, true), (&blind, &a, false)] {
            let changes = diff(old, new);
            prop_assert!(!changes.changes.iter().any(|c| concerns(c.resource.plane, &c.resource.kind)));
            prop_assert_eq!(changes.coverage_changes.len(), 1);
            let change = &changes.coverage_changes[0];
            prop_assert!(concerns(Some(change.plane), &change.kind));
            prop_assert_eq!(change.lost, lost);
        }
    }
}
