//! Drift is trusted: an unchanged estate differs in nothing, every change is found once, and what was
//! not seen is never reported as gone.

use std::collections::BTreeMap;

use exdrift::catalog;
use exdrift::drift::{apply, attribute, diff, factory_defaults, unified};
use exdrift::model::{
    Basis, Change, ChangeSet, Coverage, CoverageRow, DriftClass, Evidence, Exception, Kind, Op,
    Plane, Properties, Reason, Resource, ResourceId, SnapshotRef, State, Tool, Value,
};
use exdrift::snapshot::{FORMAT, Manifest, Snapshot, TimeBasis, Times};

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

// Coverage.

#[test]
fn a_kind_that_one_side_did_not_collect_is_one_coverage_change() {
    let before = snapshot(vec![
        auth_server("A", G1, "a"),
        auth_server("B", G2, "b"),
        ews(&[]),
    ]);
    let mut after = snapshot(vec![ews(&[])]);
    let changes = diff(&before, &after);
    assert!(changes.changes.is_empty());
    assert_eq!(changes.coverage_changes.len(), 1, "{changes:#?}");
    let change = &changes.coverage_changes[0];
    assert_eq!(
        (change.kind.as_str(), change.id.as_deref()),
        ("AuthServer", None)
    );
    assert_eq!(
        (change.before.as_str(), change.after.as_str()),
        ("complete", "not_attempted")
    );
    assert!(change.lost);

    let back = diff(&after, &before);
    assert!(back.changes.is_empty());
    assert_eq!(back.coverage_changes.len(), 1);
    assert!(!back.coverage_changes[0].lost);

    // The same with a row that says why, and one resource that was read before the call broke.
    let mut failed = row(Plane::Onprem, "AuthServer", State::Failed, 1);
    failed.reason = Some("the call broke off".to_owned());
    after.manifest.coverage.rows.insert(0, failed);
    let half = auth_server("A", G1, "changed");
    after.resources.insert(half.id.clone(), half);
    let changes = diff(&before, &after);
    assert_eq!(changes.changes.len(), 1, "what was read is compared");
    assert_eq!(changes.changes[0].property.as_deref(), Some("Realm"));
    assert_eq!(changes.coverage_changes.len(), 1);
    assert_eq!(changes.coverage_changes[0].reason, "the call broke off");
}

fn two_servers() -> Vec<Resource> {
    let second = "EX02\\EWS (Default Web Site)";
    vec![
        server("EX01", "15.2.1544.4"),
        server("EX02", "15.2.1544.4"),
        ews(&[("ExternalUrl", Value::Null)]),
        onprem(EWS, second, &[("ExternalUrl", Value::Null)]),
    ]
}

#[test]
fn a_server_without_evidence_is_one_coverage_change_for_the_kind() {
    let before = snapshot(two_servers());
    let mut after = snapshot(two_servers()[..3].to_vec());
    except(&mut after, EWS, "EX02", State::Failed);
    for (a, b, words, lost) in [
        (&before, &after, ("complete", "failed"), true),
        (&after, &before, ("failed", "complete"), false),
    ] {
        let changes = diff(a, b);
        assert!(changes.changes.is_empty());
        assert_eq!(changes.coverage_changes.len(), 1, "{changes:#?}");
        let change = &changes.coverage_changes[0];
        assert_eq!(change.server.as_deref(), Some("EX02"));
        assert_eq!((change.before.as_str(), change.after.as_str()), words);
        assert_eq!(change.lost, lost);
    }
    assert!(diff(&after, &after).is_empty());
}

#[test]
fn a_directory_that_was_looked_for_and_is_not_there_is_removed() {
    let before = snapshot(two_servers());
    let mut after = snapshot(two_servers()[..3].to_vec());
    assert_eq!(only(&diff(&before, &after)).op, Op::Removed);
    assert_eq!(only(&diff(&after, &before)).op, Op::Added);
    assert_applies(&before, &after);
    assert_applies(&after, &before);
    // Another server's missing evidence does not hide it.
    except(&mut after, EWS, "EX01", State::Denied);
    let changes = diff(&before, &after);
    assert_eq!(changes.changes.len(), 1);
    assert_eq!(changes.coverage_changes.len(), 1);
}

#[test]
fn without_a_list_of_servers_a_missing_server_is_not_a_removed_directory() {
    let loose = |resources: &[Resource]| {
        let mut snapshot = snapshot(resources.to_vec());
        let row = row_mut(&mut snapshot, EWS);
        row.state = State::Partial;
        row.reason = Some("server_list_unknown".to_owned());
        snapshot
    };
    let all = two_servers();
    let before = loose(&all[2..]);
    let after = loose(&all[2..3]);
    let changes = diff(&before, &after);
    assert!(changes.changes.is_empty(), "{changes:#?}");
    assert_eq!(changes.coverage_changes.len(), 1);
    assert_eq!(changes.coverage_changes[0].server.as_deref(), Some("EX02"));
    assert!(changes.coverage_changes[0].lost);

    // On a server that answered, a directory that is not there is gone.
    let mut both = all[2..3].to_vec();
    both.push(onprem(EWS, "EX01\\EWS (Exchange Back End)", &[]));
    assert_eq!(only(&diff(&loose(&both), &after)).op, Op::Removed);
}

#[test]
fn a_server_that_is_gone_from_a_complete_list_takes_its_directories_with_it() {
    let before = snapshot(two_servers());
    let all = two_servers();
    let after = snapshot(vec![all[0].clone(), all[2].clone()]);
    let ops: Vec<_> = diff(&before, &after).changes.iter().map(|c| c.op).collect();
    assert_eq!(ops, [Op::Removed, Op::Removed]);
}

#[test]
fn equally_weak_evidence_on_both_sides_still_removes_nothing_and_hides_nothing() {
    let weak = |resources: Vec<Resource>| {
        let mut snapshot = snapshot(resources);
        row_mut(&mut snapshot, "AuthServer").state = State::Partial;
        snapshot
    };
    let before = weak(vec![auth_server("A", G1, "a"), auth_server("B", G2, "b")]);
    let after = weak(vec![auth_server("A", G1, "a")]);
    for (old, new, words) in [
        (&before, &after, ("seen", "not_seen")),
        (&after, &before, ("not_seen", "seen")),
    ] {
        let changes = diff(old, new);
        assert!(changes.changes.is_empty());
        assert_eq!(changes.coverage_changes.len(), 1, "{changes:#?}");
        let change = &changes.coverage_changes[0];
        assert_eq!(change.id.as_deref(), Some("B"));
        assert_eq!((change.before.as_str(), change.after.as_str()), words);
    }

    let mut before = snapshot(two_servers());
    let mut after = snapshot(two_servers()[..3].to_vec());
    except(&mut before, EWS, "EX02", State::Denied);
    except(&mut after, EWS, "EX02", State::Denied);
    let changes = diff(&before, &after);
    assert!(changes.changes.is_empty());
    assert_eq!(changes.coverage_changes.len(), 1, "{changes:#?}");
    assert_eq!(changes.coverage_changes[0].server.as_deref(), Some("EX02"));
}

#[test]
fn a_rename_is_seen_where_the_evidence_would_not_carry_a_removal() {
    let weak = |resources: Vec<Resource>| {
        let mut snapshot = snapshot(resources);
        row_mut(&mut snapshot, "AuthServer").state = State::Partial;
        snapshot
    };
    let before = weak(vec![auth_server("A", G1, "a")]);
    let after = weak(vec![auth_server("B", G1, "a")]);
    assert_eq!(only(&diff(&before, &after)).op, Op::Renamed);
}

#[test]
fn undecided_against_anything_is_a_coverage_change() {
    let inside = Value::List(vec![
        "a".into(),
        Value::undecided(Reason::EnumNumber, Some(5.into())),
    ]);
    let cases = [
        (
            Some(truncated()),
            Some(set(&["a"])),
            ("truncated", "decided"),
            false,
        ),
        (
            Some(set(&["a"])),
            Some(truncated()),
            ("decided", "truncated"),
            true,
        ),
        (None, Some(truncated()), ("absent", "truncated"), false),
        (
            Some(Value::Null),
            Some(inside),
            ("decided", "enum_number"),
            true,
        ),
        (
            Some(truncated()),
            Some(Value::undecided(Reason::Truncated, Some(set(&["b"])))),
            ("truncated", "truncated"),
            false,
        ),
        (
            Some(Value::undecided(Reason::Redacted, None)),
            Some(Value::undecided(Reason::TooDeep, None)),
            ("redacted", "too_deep"),
            false,
        ),
    ];
    for (old, new, words, lost) in cases {
        let with = |value: &Option<Value>| {
            let properties: Vec<_> = value.iter().map(|v| ("Members", v.clone())).collect();
            snapshot(vec![ews(&properties)])
        };
        let changes = diff(&with(&old), &with(&new));
        assert!(changes.changes.is_empty(), "{changes:#?}");
        assert_eq!(changes.coverage_changes.len(), 1, "{old:?} {new:?}");
        let change = &changes.coverage_changes[0];
        assert_eq!((change.before.as_str(), change.after.as_str()), words);
        assert_eq!(change.property.as_deref(), Some("Members"));
        assert_eq!(change.lost, lost, "{old:?} {new:?}");
        assert!(diff(&with(&new), &with(&new)).is_empty());
    }
}

#[test]
fn what_active_directory_remembers_is_never_drift() {
    let read = |evidence: Evidence, basic: bool, path: &str, url: &str| {
        let mut directory = ews(&[
            ("BasicAuthentication", basic.into()),
            ("ExternalUrl", url.into()),
            ("Path", path.into()),
        ]);
        directory.evidence = Some(evidence);
        snapshot(vec![directory])
    };
    let iis = read(Evidence::Iis, true, "C:\\EWS", "https://a/");
    let ad = read(Evidence::Ad, false, "", "https://a/");
    for (a, b, words, lost) in [
        (&iis, &ad, ("iis", "ad"), true),
        (&ad, &iis, ("ad", "iis"), false),
    ] {
        let changes = diff(a, b);
        assert!(changes.changes.is_empty(), "{changes:#?}");
        assert_eq!(changes.coverage_changes.len(), 1);
        let change = &changes.coverage_changes[0];
        assert_eq!((change.before.as_str(), change.after.as_str()), words);
        assert_eq!((change.property.as_deref(), change.lost), (None, lost));
        assert_eq!(unified(&changes, a, b), "");
    }
    // What lives in Active Directory is compared all the same.
    let moved = read(Evidence::Ad, false, "", "https://b/");
    let changes = diff(&iis, &moved);
    assert_eq!(changes.changes.len(), 1);
    assert_eq!(changes.changes[0].property.as_deref(), Some("ExternalUrl"));
    assert!(!unified(&changes, &iis, &moved).contains("BasicAuthentication: false"));

    // From Active Directory on both sides: not silent, and not drift.
    let other = read(Evidence::Ad, true, "", "https://a/");
    let changes = diff(&ad, &other);
    assert!(changes.changes.is_empty());
    assert_eq!(changes.coverage_changes.len(), 1);
    assert_eq!(
        changes.coverage_changes[0].property.as_deref(),
        Some("BasicAuthentication")
    );
    assert_eq!(changes.coverage_changes[0].before, "ad_only");

    // An export that does not say how it was read is compared as it stands.
    let unstated = read(Evidence::Unstated, true, "C:\\EWS", "https://a/");
    assert!(diff(&iis, &unstated).is_empty());
    let unstated = read(Evidence::Unstated, false, "C:\\EWS", "https://a/");
    assert_eq!(
        only(&diff(&iis, &unstated)).property.as_deref(),
        Some("BasicAuthentication")
    );
}

#[test]
fn kinds_of_different_catalog_revisions_are_one_coverage_change_each() {
    let mut before = snapshot(vec![auth_server("A", G1, "a"), ews(&[("X", true.into())])]);
    let mut after = snapshot(vec![auth_server("B", G2, "b"), ews(&[("X", false.into())])]);
    before.manifest.revisions.insert("AuthServer".to_owned(), 1);
    after.manifest.revisions.insert("AuthServer".to_owned(), 2);
    let changes = diff(&before, &after);
    assert_eq!(changes.changes.len(), 1);
    assert_eq!(changes.changes[0].property.as_deref(), Some("X"));
    assert_eq!(changes.coverage_changes.len(), 1);
    assert_eq!(changes.coverage_changes[0].after, "read_differently");
    assert_eq!(changes.coverage_changes[0].kind.as_str(), "AuthServer");
}

// Attribution.

fn classes(before: &Snapshot, after: &Snapshot) -> Vec<(String, DriftClass, String)> {
    let mut changes = diff(before, after);
    attribute(&mut changes, before, after);
    changes
        .changes
        .into_iter()
        .map(|change| {
            let attribution = change.attribution.expect("every change is attributed");
            let name = change
                .property
                .unwrap_or_else(|| change.resource.id.clone());
            (name, attribution.class, attribution.evidence)
        })
        .collect()
}

/// One server and one directory (or other resource) before and after, with the builds given.
fn across(builds: (&str, &str), old: Resource, new: Resource) -> (DriftClass, String) {
    let before = snapshot(vec![exsetup("EX01", builds.0), old]);
    let after = snapshot(vec![exsetup("EX01", builds.1), new]);
    let mut found = classes(&before, &after);
    found.retain(|(name, ..)| name != "FileVersion");
    assert_eq!(found.len(), 1, "{found:?}");
    let (_, class, evidence) = found.remove(0);
    (class, evidence)
}

#[test]
fn every_factory_default_is_recognised_after_an_update_and_only_then() {
    let wrong = |value: &Value| match value {
        Value::Bool(flag) => Value::Bool(!flag),
        _ => Value::text("Other"),
    };
    for row in factory_defaults() {
        let spec = catalog::find(&row.kind).expect("a kind");
        let site = match row.site {
            exdrift::model::Site::Frontend => "Default Web Site",
            exdrift::model::Site::Backend => "Exchange Back End",
        };
        let key = format!("EX01\\{} ({site})", spec.name);
        let with = |value: Value| onprem(&row.kind, &key, &[(row.property.as_str(), value)]);
        let (old, new) = (with(wrong(&row.value)), with(row.value.clone()));
        let update = ("15.1.2375.7", "15.1.2507.6");

        let (class, evidence) = across(update, old.clone(), new.clone());
        assert_eq!(class, DriftClass::UpdateReset, "{row:?} {evidence}");
        assert!(
            evidence.contains(&row.source) && evidence.contains("15.1.2507.6"),
            "{evidence}"
        );
        // Away from the factory value.
        let (class, _) = across(update, new.clone(), old.clone());
        assert_eq!(class, DriftClass::ChangedAtUpdate, "{row:?}");
        // No update.
        let (class, _) = across(("15.1.2507.6", "15.1.2507.6"), old.clone(), new.clone());
        assert_eq!(class, DriftClass::Manual, "{row:?}");
        // Back to an older build is no update.
        let (class, _) = across(("15.1.2507.6", "15.1.2375.7"), old, new);
        assert_eq!(class, DriftClass::ChangedAtUpdate, "{row:?}");
    }
}

#[test]
fn all_nine_directories_have_factory_defaults() {
    let directories = catalog::KINDS
        .iter()
        .filter(|spec| spec.is_virtual_directory());
    let mut count = 0;
    for spec in directories {
        count += 1;
        let own = factory_defaults()
            .iter()
            .filter(|r| r.kind == spec.name && r.property != "ExtendedProtectionTokenChecking");
        assert!(own.count() > 0, "{}", spec.name);
    }
    assert_eq!(count, 9);
}

#[test]
fn setup_of_2019_cu14_enables_extended_protection_and_a_security_update_does_not() {
    let protection = |value: &str| ews(&[("ExtendedProtectionTokenChecking", value.into())]);
    let to = |builds, old: &str, new: &str| across(builds, protection(old), protection(new)).0;
    let cu14 = ("15.2.1258.12", "15.2.1544.4");
    assert_eq!(to(cu14, "None", "Allow"), DriftClass::UpdateIntended);
    assert_eq!(to(cu14, "None", "Require"), DriftClass::ChangedAtUpdate);
    assert_eq!(to(cu14, "Allow", "None"), DriftClass::ChangedAtUpdate);
    assert_eq!(
        to(("15.2.1544.4", "15.2.1544.9"), "None", "Allow"),
        DriftClass::ChangedAtUpdate
    );
    assert_eq!(
        to(("15.2.1118.7", "15.2.1258.12"), "None", "Allow"),
        DriftClass::ChangedAtUpdate
    );

    let offload = |value: bool| {
        onprem(
            "OutlookAnywhere",
            "EX01\\Rpc (Default Web Site)",
            &[("SSLOffloading", value.into())],
        )
    };
    assert_eq!(
        across(cu14, offload(true), offload(false)).0,
        DriftClass::UpdateIntended
    );
    assert_eq!(
        across(cu14, offload(false), offload(true)).0,
        DriftClass::ChangedAtUpdate
    );
    assert_eq!(
        across(
            ("15.1.2375.7", "15.1.2507.6"),
            offload(false),
            offload(true)
        )
        .0,
        DriftClass::UpdateReset
    );
}

#[test]
fn the_build_itself_is_intended_and_a_server_without_update_keeps_its_changes() {
    let second = "EX02\\EWS (Default Web Site)";
    let basic = |key: &str, on: bool| onprem(EWS, key, &[("BasicAuthentication", on.into())]);
    let before = snapshot(vec![
        server("EX01", "15.2.1258.12"),
        server("EX02", "15.2.1258.12"),
        exsetup("EX01", "15.2.1258.12"),
        basic(EWS_KEY, true),
        basic(second, true),
        auth_server("A", G1, "a"),
    ]);
    let after = snapshot(vec![
        server("EX01", "15.2.1544.4"),
        server("EX02", "15.2.1258.12"),
        exsetup("EX01", "15.2.1544.11"),
        basic(EWS_KEY, false),
        basic(second, false),
        auth_server("A", G1, "b"),
    ]);
    let found = classes(&before, &after);
    let told: Vec<_> = found
        .iter()
        .map(|(name, class, _)| (name.as_str(), *class))
        .collect();
    assert_eq!(
        told,
        [
            ("Realm", DriftClass::ChangedAtUpdate),
            ("AdminDisplayVersion", DriftClass::UpdateIntended),
            ("BasicAuthentication", DriftClass::UpdateReset),
            ("BasicAuthentication", DriftClass::Manual),
            ("FileVersion", DriftClass::UpdateIntended),
        ]
    );
    assert!(
        found[0]
            .2
            .starts_with("EX01 went from 15.2.1258.12 to 15.2.1544.11 (ExSetup.exe)")
    );
    assert!(
        found[3].2.contains("does not show security updates"),
        "{}",
        found[3].2
    );
}

#[test]
fn without_a_build_nothing_is_blamed_on_an_update() {
    let before = snapshot(vec![ews(&[("BasicAuthentication", true.into())])]);
    let after = snapshot(vec![ews(&[("BasicAuthentication", false.into())])]);
    let found = classes(&before, &after);
    assert_eq!(found[0].1, DriftClass::Manual);
    assert!(found[0].2.contains("an update is not ruled out"));
}

#[test]
fn a_mitigation_needs_an_equal_build() {
    let with = |build: &str, applied: &[&str]| {
        let mut server = server("EX01", "15.2.1544.4");
        server
            .properties
            .insert("MitigationsApplied".to_owned(), set(applied));
        snapshot(vec![server, exsetup("EX01", build)])
    };
    let before = with("15.2.1544.4", &["PING1"]);
    let found = classes(&before, &with("15.2.1544.4", &["PING1", "M2"]));
    assert_eq!(found[0].1, DriftClass::Mitigation);
    let found = classes(&before, &with("15.2.1544.9", &["PING1", "M2"]));
    assert_eq!(found[0].1, DriftClass::ChangedAtUpdate);
}

#[test]
fn a_directory_that_was_made_again_is_a_rebuild() {
    let with = |guid: &str, basic: bool| {
        ews(&[("Guid", guid.into()), ("BasicAuthentication", basic.into())])
    };
    let before = snapshot(vec![exsetup("EX01", "15.2.1544.4"), with(G1, true)]);
    let after = snapshot(vec![exsetup("EX01", "15.2.1544.4"), with(G2, false)]);
    let found = classes(&before, &after);
    assert_eq!(found.len(), 2);
    assert!(
        found
            .iter()
            .all(|(_, class, _)| *class == DriftClass::Rebuild),
        "{found:?}"
    );
    // Another kind of object is no directory.
    let before = snapshot(vec![auth_server("A", G1, "a")]);
    let after = snapshot(vec![auth_server("A", G2, "a")]);
    assert_eq!(classes(&before, &after)[0].1, DriftClass::Manual);
}

#[test]
fn a_property_that_only_the_newer_build_has_is_a_change_that_nobody_made() {
    let auth = |with: bool| {
        let mut resource = auth_server("A", G1, "a");
        if with {
            resource
                .properties
                .insert("ApplicationIdentifier".to_owned(), Value::Null);
            resource
                .properties
                .insert("NewSwitch".to_owned(), false.into());
        }
        resource
    };
    let before = snapshot(vec![exsetup("EX01", "15.2.1544.14"), auth(false)]);
    let after = snapshot(vec![exsetup("EX01", "15.2.1544.25"), auth(true)]);
    let changes = diff(&before, &after);
    assert!(changes.changes[0].before.is_none() && changes.changes[0].after.is_some());
    let found = classes(&before, &after);
    assert_eq!(found[0].1, DriftClass::UpdateIntended, "{found:?}");
    assert_eq!(found[1].1, DriftClass::UnknownBefore, "{found:?}");

    // The same build and the same collector: then somebody did it.
    let after = snapshot(vec![exsetup("EX01", "15.2.1544.14"), auth(true)]);
    let mut found = classes(&before, &after);
    assert!(
        found
            .iter()
            .all(|(_, class, _)| *class == DriftClass::Manual),
        "{found:?}"
    );
    let mut older = before;
    older.manifest.tool.version = "0.0.1".to_owned();
    found = classes(&older, &after);
    assert!(
        found
            .iter()
            .all(|(_, class, _)| *class == DriftClass::UnknownBefore),
        "{found:?}"
    );
}

#[test]
fn a_wizard_run_needs_its_own_evidence() {
    let connector = |enabled: bool, changed: &str| {
        let mut resource = onprem(
            "IntraOrganizationConnector",
            "HybridIOC",
            &[("Enabled", enabled.into())],
        );
        resource
            .observed
            .insert("WhenChangedUTC".to_owned(), changed.into());
        resource
    };
    let hybrid = |changed: &str| {
        let mut resource = onprem("HybridConfiguration", "Hybrid Configuration", &[]);
        resource
            .observed
            .insert("WhenChangedUTC".to_owned(), changed.into());
        resource
    };
    let before = snapshot(vec![
        connector(false, "2026-01-01T00:00:00Z"),
        hybrid("2026-01-01T00:00:00Z"),
    ]);
    let class = |own: &str, wizard: &str| {
        let mut after = snapshot(vec![connector(true, own), hybrid(wizard)]);
        after.manifest.times.ended = "2026-11-22T02:03:00Z".parse().unwrap();
        classes(&before, &after)[0].1
    };
    let ran = "2026-11-21T12:00:00Z";
    assert_eq!(class("2026-11-21T12:03:00Z", ran), DriftClass::HcwReapply);
    assert_eq!(class("2026-11-21T18:00:00Z", ran), DriftClass::Manual);
    assert_eq!(
        class("2026-11-21T12:03:00Z", "2026-01-01T00:00:00Z"),
        DriftClass::Manual
    );
}

#[test]
fn unified_text_shows_each_changed_resource_with_two_lines_of_context() {
    let directory = |basic: bool| {
        ews(&[
            ("A", 1.into()),
            ("Aa", 2.into()),
            ("Ab", 3.into()),
            ("BasicAuthentication", basic.into()),
            ("C", 4.into()),
        ])
    };
    let before = snapshot(vec![directory(true), auth_server("Old", G1, "a")]);
    let after = snapshot(vec![
        directory(false),
        auth_server("New", G1, "a"),
        auth_server("Second", G2, "b"),
    ]);
    let changes = diff(&before, &after);
    assert_eq!(
        unified(&changes, &before, &after),
        format!(
            "--- onprem/AuthServer/Old\n+++ onprem/AuthServer/New\n@@ -1,3 +1,3 @@\n Guid: {G1}\n-Name: Old\n+Name: New\n Realm: a\n\
             --- /dev/null\n+++ onprem/AuthServer/Second\n@@ -0,0 +1,3 @@\n+Guid: {G2}\n+Name: Second\n+Realm: b\n\
             --- onprem/{EWS}/{EWS_KEY}\n+++ onprem/{EWS}/{EWS_KEY}\n@@ -2,4 +2,4 @@\n Aa: 2\n Ab: 3\n-BasicAuthentication: true\n+BasicAuthentication: false\n C: 4\n"
        )
    );
    assert_eq!(unified(&diff(&before, &before), &before, &before), "");
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
