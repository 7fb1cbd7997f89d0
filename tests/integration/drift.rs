//! Drift is trusted: an unchanged estate differs in nothing, every change is found once, and what was
//! not seen is never reported as gone.

use std::collections::BTreeMap;

use exdrift::catalog;
use exdrift::drift::{apply, attribute, diff, factory_defaults};
use exdrift::model::{
    Basis, Change, ChangeSet, Coverage, CoverageRow, DriftClass, Evidence, Exception, Kind, Op,
    Plane, Properties, Reason, Resource, ResourceId, SnapshotRef, State, Tool, Value,
};
use exdrift::snapshot::{FORMAT, Manifest, Snapshot, TimeBasis, Times};

mod attribution;
mod coverage;
mod properties;

const EWS: &str = "WebServicesVirtualDirectory";
const EWS_KEY: &str = "EX01\\EWS (Default Web Site)";
const G1: &str = "11111111-1111-1111-1111-111111111111";
const G2: &str = "22222222-2222-2222-2222-222222222222";
const ZERO: &str = "00000000-0000-0000-0000-000000000000";

/// A snapshot whose coverage is complete for every kind that it holds.
fn snapshot(resources: Vec<Resource>) -> Snapshot {
    let mut kinds: BTreeMap<(Plane, Kind), usize> = BTreeMap::new();
    for resource in &resources {
        *kinds
            .entry((resource.id.plane, resource.id.kind.clone()))
            .or_default() += 1;
    }
    let rows = kinds
        .into_iter()
        .map(|((plane, kind), count)| row(plane, kind.as_str(), State::Complete, count))
        .collect();
    Snapshot {
        manifest: Manifest {
            format: FORMAT.to_owned(),
            organization: "contoso".to_owned(),
            id: "2026-11-21T020000Z".to_owned(),
            label: None,
            times: Times {
                started: "2026-11-21T02:00:00Z".parse().unwrap(),
                ended: "2026-11-21T02:03:00Z".parse().unwrap(),
                basis: TimeBasis::Recorded,
            },
            late: false,
            tool: Tool::this(),
            sources: Vec::new(),
            revisions: BTreeMap::new(),
            coverage: Coverage { rows },
            unrecognised: Vec::new(),
            content_digest: String::new(),
            previous_manifest: None,
        },
        resources: resources.into_iter().map(|r| (r.id.clone(), r)).collect(),
    }
}

fn row(plane: Plane, kind: &str, state: State, count: usize) -> CoverageRow {
    CoverageRow {
        plane,
        kind: kind.into(),
        state,
        basis: Basis::Recorded,
        count,
        reason: None,
        except: Vec::new(),
    }
}

fn row_mut<'a>(snapshot: &'a mut Snapshot, kind: &str) -> &'a mut CoverageRow {
    let rows = &mut snapshot.manifest.coverage.rows;
    let found = rows.iter_mut().find(|row| row.kind.as_str() == kind);
    found.expect("a row")
}

fn except(snapshot: &mut Snapshot, kind: &str, server: &str, state: State) {
    let row = row_mut(snapshot, kind);
    row.state = State::Partial;
    row.except.push(Exception {
        server: server.to_owned(),
        state,
        reason: None,
    });
}

fn resource(plane: Plane, kind: &str, key: &str, properties: &[(&str, Value)]) -> Resource {
    let spec = catalog::find(kind);
    let server = key.split_once('\\').map(|(server, _)| server.to_owned());
    let directory = spec.is_some_and(|s| s.is_virtual_directory());
    Resource {
        id: ResourceId {
            plane,
            kind: kind.into(),
            key: key.to_owned(),
        },
        server: server.or_else(|| (kind == "ServerVersion").then(|| key.to_owned())),
        site: spec.and_then(|s| s.site(key)),
        evidence: directory.then_some(Evidence::Iis),
        properties: properties
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        observed: Properties::new(),
    }
}

fn onprem(kind: &str, key: &str, properties: &[(&str, Value)]) -> Resource {
    resource(Plane::Onprem, kind, key, properties)
}

fn ews(properties: &[(&str, Value)]) -> Resource {
    onprem(EWS, EWS_KEY, properties)
}

fn server(name: &str, build: &str) -> Resource {
    onprem(
        "ExchangeServer",
        name,
        &[("AdminDisplayVersion", build.into())],
    )
}

fn exsetup(name: &str, build: &str) -> Resource {
    resource(
        Plane::Host,
        "ServerVersion",
        name,
        &[("FileVersion", build.into())],
    )
}

fn truncated() -> Value {
    Value::undecided(Reason::Truncated, Some(Value::set(vec!["a".into()])))
}

fn set(members: &[&str]) -> Value {
    Value::set(members.iter().map(|m| Value::text(*m)).collect())
}

fn only(changes: &ChangeSet) -> &Change {
    assert!(changes.coverage_changes.is_empty(), "{changes:#?}");
    assert_eq!(changes.changes.len(), 1, "{changes:#?}");
    &changes.changes[0]
}

fn assert_applies(before: &Snapshot, after: &Snapshot) {
    let expected: BTreeMap<ResourceId, Properties> = after
        .resources
        .iter()
        .map(|(id, r)| (id.clone(), r.properties.clone()))
        .collect();
    assert_eq!(apply(before, &diff(before, after)), expected);
}

#[test]
fn absent_null_and_empty_are_three_values() {
    let values = [
        None,
        Some(Value::Null),
        Some(Value::text("")),
        Some(Value::List(vec![])),
    ];
    let with = |value: &Option<Value>| {
        let properties: Vec<_> = value.iter().map(|v| ("ExternalUrl", v.clone())).collect();
        snapshot(vec![ews(&properties)])
    };
    for old in &values {
        for new in &values {
            let changes = diff(&with(old), &with(new));
            if old == new {
                assert!(changes.is_empty());
                continue;
            }
            let change = only(&changes);
            assert_eq!((&change.before, &change.after), (old, new));
        }
    }
}

#[test]
fn a_set_says_which_members_it_gained_and_lost() {
    let before = snapshot(vec![onprem(
        "MapiVirtualDirectory",
        "EX01\\mapi (Default Web Site)",
        &[("IISAuthenticationMethods", set(&["OAuth", "Basic"]))],
    )]);
    let after = snapshot(vec![onprem(
        "MapiVirtualDirectory",
        "EX01\\mapi (Default Web Site)",
        &[(
            "IISAuthenticationMethods",
            set(&["Ntlm", "OAuth", "Negotiate"]),
        )],
    )]);
    let changes = diff(&before, &after);
    let change = only(&changes);
    assert_eq!(
        change.added,
        [Value::text("Negotiate"), Value::text("Ntlm")]
    );
    assert_eq!(change.removed, [Value::text("Basic")]);
}

#[test]
fn an_ordered_list_in_another_order_is_a_change_without_gained_or_lost_members() {
    let list = |a: &str, b: &str| Value::List(vec![a.into(), b.into()]);
    let before = snapshot(vec![ews(&[("Order", list("x", "a"))])]);
    let after = snapshot(vec![ews(&[("Order", list("a", "x"))])]);
    let changes = diff(&before, &after);
    let change = only(&changes);
    assert!(change.added.is_empty() && change.removed.is_empty());
}

#[test]
fn a_nested_map_is_one_change() {
    let map = |x: i64, y: i64| {
        Value::Map([("x".to_owned(), x.into()), ("y".to_owned(), y.into())].into())
    };
    let before = snapshot(vec![ews(&[("Limits", map(1, 2))])]);
    let after = snapshot(vec![ews(&[("Limits", map(3, 4))])]);
    assert_eq!(
        only(&diff(&before, &after)).property.as_deref(),
        Some("Limits")
    );
}

#[test]
fn changes_in_json_omit_the_absent_side_and_keep_null() {
    let before = snapshot(vec![ews(&[("A", Value::Null), ("B", true.into())])]);
    let after = snapshot(vec![ews(&[("A", "x".into()), ("C", Value::Null)])]);
    let changes = diff(&before, &after);
    let json = serde_json::to_value(&changes).unwrap();
    assert_eq!(
        json["changes"],
        serde_json::json!([
            {"op": "changed", "property": "A", "before": null, "after": "x",
             "resource": {"plane": "onprem", "kind": EWS, "id": EWS_KEY, "server": "EX01"}},
            {"op": "changed", "property": "B", "before": true,
             "resource": {"plane": "onprem", "kind": EWS, "id": EWS_KEY, "server": "EX01"}},
            {"op": "changed", "property": "C", "after": null,
             "resource": {"plane": "onprem", "kind": EWS, "id": EWS_KEY, "server": "EX01"}},
        ])
    );
    let text = serde_json::to_string(&changes).unwrap();
    assert_eq!(serde_json::from_str::<ChangeSet>(&text).unwrap(), changes);
}

// Renamed and recreated.

fn auth_server(name: &str, guid: &str, realm: &str) -> Resource {
    onprem(
        "AuthServer",
        name,
        &[
            ("Name", name.into()),
            ("Guid", guid.into()),
            ("Realm", realm.into()),
        ],
    )
}

#[test]
fn one_guid_under_another_key_is_a_rename_and_the_name_is_not_told_twice() {
    let before = snapshot(vec![auth_server("ACS", G1, "a")]);
    let after = snapshot(vec![auth_server("EvoSts", G1, "a")]);
    let changes = diff(&before, &after);
    let change = only(&changes);
    assert_eq!(change.op, Op::Renamed);
    assert_eq!(change.before_id.as_deref(), Some("ACS"));
    assert_eq!(change.resource.id, "EvoSts");
    assert_eq!(change.property, None);
    assert_eq!(
        (&change.before, &change.after),
        (&Some("ACS".into()), &Some("EvoSts".into()))
    );
    assert_applies(&before, &after);
}

#[test]
fn a_rename_with_other_content_lists_the_content_under_the_new_key() {
    let before = snapshot(vec![auth_server("ACS", G1, "a")]);
    let after = snapshot(vec![auth_server("EvoSts", G1, "b")]);
    let changes = diff(&before, &after);
    let told: Vec<_> = changes
        .changes
        .iter()
        .map(|c| (c.op, c.resource.id.as_str(), c.property.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (Op::Renamed, "EvoSts", None),
            (Op::Changed, "EvoSts", Some("Realm")),
        ]
    );
    assert_applies(&before, &after);
}

#[test]
fn a_zero_guid_and_a_shared_guid_pair_nothing() {
    let added_and_removed = |before: &Snapshot, after: &Snapshot| {
        let changes = diff(before, after);
        assert!(changes.coverage_changes.is_empty());
        assert!(
            changes
                .changes
                .iter()
                .all(|c| matches!(c.op, Op::Added | Op::Removed)),
            "{changes:#?}"
        );
        assert_applies(before, after);
        changes.changes.len()
    };
    let before = snapshot(vec![auth_server("A", ZERO, "a")]);
    let after = snapshot(vec![auth_server("B", ZERO, "a")]);
    assert_eq!(added_and_removed(&before, &after), 2);

    let before = snapshot(vec![auth_server("A", G1, "a"), auth_server("B", G1, "a")]);
    let after = snapshot(vec![auth_server("C", G1, "a")]);
    assert_eq!(added_and_removed(&before, &after), 3);
    assert_eq!(added_and_removed(&after, &before), 3);

    // One of the two that share it stays: still nobody knows which is which.
    let before = snapshot(vec![auth_server("A", G1, "a")]);
    let after = snapshot(vec![auth_server("A", G1, "a"), auth_server("B", G1, "a")]);
    assert_eq!(added_and_removed(&before, &after), 1);
}

#[test]
fn kinds_and_planes_do_not_pair_with_each_other() {
    let before = snapshot(vec![
        auth_server("A", G1, "a"),
        onprem("AuthConfig", "x", &[]),
    ]);
    let mut after = snapshot(vec![
        auth_server("S", G2, "a"),
        onprem("AuthConfig", "x", &[]),
        onprem("PartnerApplication", "B", &[("Guid", G1.into())]),
    ]);
    after
        .manifest
        .coverage
        .rows
        .push(row(Plane::Cloud, "AuthServer", State::Complete, 0));
    let ops: Vec<_> = diff(&before, &after).changes.iter().map(|c| c.op).collect();
    assert!(!ops.contains(&Op::Renamed), "{ops:?}");
}

#[test]
fn one_key_with_another_guid_is_recreated_and_the_guid_is_not_told_twice() {
    let before = snapshot(vec![ews(&[
        ("Guid", G1.into()),
        ("BasicAuthentication", true.into()),
    ])]);
    let after = snapshot(vec![ews(&[
        ("Guid", G2.into()),
        ("BasicAuthentication", false.into()),
    ])]);
    let changes = diff(&before, &after);
    let told: Vec<_> = changes
        .changes
        .iter()
        .map(|c| (c.op, c.property.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (Op::Recreated, None),
            (Op::Changed, Some("BasicAuthentication"))
        ]
    );
    assert_eq!(changes.changes[0].after, Some(G2.into()));
    assert_applies(&before, &after);

    // A Guid that says nothing is a property like any other.
    let before = snapshot(vec![ews(&[("Guid", ZERO.into())])]);
    let after = snapshot(vec![ews(&[("Guid", G2.into())])]);
    assert_eq!(
        only(&diff(&before, &after)).property.as_deref(),
        Some("Guid")
    );
}

#[test]
fn names_that_are_handed_on_apply_in_any_order() {
    // A becomes B, and a new A takes its place: the key A stays, its Guid changes.
    let before = snapshot(vec![auth_server("A", G1, "a")]);
    let after = snapshot(vec![auth_server("A", G2, "b"), auth_server("B", G1, "a")]);
    assert_applies(&before, &after);
    // A chain: B moves on to C, A moves to B's old key.
    let before = snapshot(vec![auth_server("A", G1, "a"), auth_server("B", G2, "b")]);
    let after = snapshot(vec![auth_server("B", G1, "a"), auth_server("C", G2, "b")]);
    assert_applies(&before, &after);
}

#[test]
fn a_directory_that_moved_to_another_server_is_a_rename() {
    let other = "EX02\\EWS (Default Web Site)";
    let before = snapshot(vec![ews(&[("Guid", G1.into()), ("Server", "EX01".into())])]);
    let after = snapshot(vec![onprem(
        EWS,
        other,
        &[("Guid", G1.into()), ("Server", "EX02".into())],
    )]);
    let changes = diff(&before, &after);
    let told: Vec<_> = changes
        .changes
        .iter()
        .map(|c| (c.op, c.property.as_deref()))
        .collect();
    assert_eq!(told, [(Op::Renamed, None), (Op::Changed, Some("Server"))]);
    assert_applies(&before, &after);
}

#[test]
fn a_change_set_names_its_two_sides() {
    let changes = diff(&snapshot(vec![]), &snapshot(vec![]));
    assert_eq!(
        changes.before,
        SnapshotRef {
            organization: "contoso".to_owned(),
            snapshot: "2026-11-21T020000Z".to_owned(),
            digest: String::new(),
        }
    );
}
