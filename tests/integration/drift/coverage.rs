//! What was not seen is not gone, what was not understood has not changed.

use super::*;

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
    }
    // What lives in Active Directory is compared all the same.
    let moved = read(Evidence::Ad, false, "", "https://b/");
    let changes = diff(&iis, &moved);
    assert_eq!(changes.changes.len(), 1);
    assert_eq!(changes.changes[0].property.as_deref(), Some("ExternalUrl"));

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
