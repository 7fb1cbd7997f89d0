//! Why a change happened, and never more than the two snapshots show.

use super::*;

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
