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

const RAN: &str = "2026-11-21T12:00:00Z";
const LONG_AGO: &str = "2026-01-01T00:00:00Z";
const SHARED: &str = "00000002-0000-0ff1-ce00-000000000000";

/// An object that was last changed at this moment.
fn changed_at(mut resource: Resource, at: &str) -> Resource {
    resource
        .observed
        .insert("WhenChangedUTC".to_owned(), at.into());
    resource
}

fn hybrid(at: &str) -> Resource {
    changed_at(
        onprem("HybridConfiguration", "HybridConfiguration", &[]),
        at,
    )
}

/// The class and evidence of one change, from an object (None: not there) to the other, with the wizard's
/// object last changed at `ran`.
fn around(old: Option<Resource>, new: Option<Resource>, ran: &str) -> (DriftClass, String) {
    let kind = |r: &Option<Resource>| r.as_ref().map(|r| (r.id.plane, r.id.kind.clone()));
    let (plane, kind) = kind(&old).or(kind(&new)).expect("an object");
    let side = |own: Option<Resource>, ran: &str| {
        let mut side = snapshot(own.into_iter().chain([hybrid(ran)]).collect());
        let rows = &mut side.manifest.coverage.rows;
        if !rows.iter().any(|row| row.kind == kind) {
            rows.push(row(plane, kind.as_str(), State::Complete, 0));
        }
        side
    };
    let before = side(old, LONG_AGO);
    let mut after = side(new, ran);
    after.manifest.times.ended = "2026-11-22T02:03:00Z".parse().unwrap();
    let mut found = classes(&before, &after);
    assert_eq!(found.len(), 1, "{found:?}");
    let (_, class, evidence) = found.remove(0);
    (class, evidence)
}

fn connector(enabled: bool) -> Resource {
    onprem(
        "IntraOrganizationConnector",
        "HybridIOC",
        &[("Enabled", enabled.into())],
    )
}

#[test]
fn a_wizard_run_needs_its_own_evidence() {
    let class = |own: &str, wizard: &str| {
        around(
            Some(changed_at(connector(false), LONG_AGO)),
            Some(changed_at(connector(true), own)),
            wizard,
        )
    };
    let (found, evidence) = class("2026-11-21T12:03:00Z", RAN);
    assert_eq!(found, DriftClass::HcwReapply);
    for part in [
        "HybridConfiguration changed at 2026-11-21T12:00:00Z",
        "this object at 2026-11-21T12:03:00Z",
        "even where somebody had disabled it",
        "grade S1: Deep Dive - How Hybrid Authentication Really Works",
    ] {
        assert!(evidence.contains(part), "{evidence}");
    }
    let manual = |own: &str, wizard: &str| assert_eq!(class(own, wizard).0, DriftClass::Manual);
    manual("2026-11-21T18:00:00Z", RAN);
    manual("2026-11-21T12:03:00Z", LONG_AGO);
    // After the collection: the next snapshot's run.
    manual("2026-11-21T12:03:00Z", "2026-11-22T02:03:01Z");
    // At the very moment at which the older collection ended, it had been seen already.
    manual("2026-11-21T02:03:00Z", "2026-11-21T02:03:00Z");
    // Without the object's own time the run still stands.
    let (found, evidence) = around(Some(connector(false)), Some(connector(true)), RAN);
    assert_eq!(found, DriftClass::HcwReapply);
    assert!(evidence.contains("was not exported"), "{evidence}");
}

/// What the wizard is known to write, and right beside it what it is known to leave alone.
#[test]
fn the_wizard_is_blamed_for_what_it_writes_and_for_nothing_else() {
    let class = |old: Resource, new: Resource| around(Some(old), Some(new), RAN).0;
    let appears = |new: Resource| around(None, Some(new), RAN).0;
    let (wizard, manual) = (DriftClass::HcwReapply, DriftClass::Manual);

    // It enables connectors and never disables them; one that is gone was removed by somebody.
    assert_eq!(class(connector(true), connector(false)), manual);
    assert_eq!(appears(connector(true)), wizard);
    assert_eq!(around(Some(connector(true)), None, RAN).0, manual);
    let cloud = |domain: &str| {
        let domains = set(&[domain]);
        let properties = [("TargetAddressDomains", domains)];
        resource(
            Plane::Cloud,
            "IntraOrganizationConnector",
            "IOC",
            &properties,
        )
    };
    assert_eq!(class(cloud("a.com"), cloud("b.com")), wizard);

    let auth = |property: &str, value: Value| onprem("AuthServer", "EvoSts", &[(property, value)]);
    let switched = |property: &str, value: bool| {
        class(
            auth(property, (!value).into()),
            auth(property, value.into()),
        )
    };
    assert_eq!(switched("Enabled", true), wizard);
    assert_eq!(switched("Enabled", false), manual);
    assert_eq!(switched("IsDefaultAuthorizationEndpoint", true), manual);
    assert_eq!(
        class(auth("Realm", "a".into()), auth("Realm", "b".into())),
        wizard
    );

    let relationship = |property: &str, value: Value| {
        resource(
            Plane::Cloud,
            "OrganizationRelationship",
            "O365 to On-premises",
            &[(property, value)],
        )
    };
    let endpoint = |address: &str| {
        class(
            relationship("TargetSharingEpr", Value::Null),
            relationship("TargetSharingEpr", address.into()),
        )
    };
    assert_eq!(
        endpoint("https://1.Resource.mailboxmigration.his.msappproxy.net/EWS/Exchange.asmx"),
        wizard
    );
    assert_eq!(
        endpoint("https://mail.contoso.com/ews/exchange.asmx"),
        manual
    );
    let level = |word: &str| relationship("FreeBusyAccessLevel", word.into());
    assert_eq!(class(level("None"), level("LimitedDetails")), wizard);

    // The shared principal alone, and only what comes on top.
    let principal = |key: &str, property: &str, members: &[&str]| {
        resource(
            Plane::Entra,
            "ServicePrincipal",
            key,
            &[(property, set(members))],
        )
    };
    for property in ["keyCredentials", "servicePrincipalNames"] {
        let to = |key: &str, old: &[&str], new: &[&str]| {
            class(principal(key, property, old), principal(key, property, new))
        };
        assert_eq!(to(SHARED, &["a"], &["a", "b"]), wizard);
        assert_eq!(to(SHARED, &["a", "b"], &["a"]), manual);
        assert_eq!(to(SHARED, &["a"], &["b"]), manual);
        assert_eq!(to("another", &["a"], &["a", "b"]), manual);
    }
    let (_, evidence) = around(
        Some(principal(SHARED, "keyCredentials", &[])),
        Some(principal(SHARED, "keyCredentials", &["a"])),
        RAN,
    );
    assert!(evidence.contains("CVE-2025-53786"), "{evidence}");
    let application = |name: &str| {
        let properties = [("displayName", name.into())];
        resource(Plane::Entra, "Application", "app", &properties)
    };
    assert_eq!(appears(application("ExchangeServerApp-1")), wizard);
    assert_eq!(class(application("a"), application("b")), manual);

    let proxy = |on: bool| ews(&[("MRSProxyEnabled", on.into())]);
    assert_eq!(class(proxy(false), proxy(true)), wizard);
    assert_eq!(class(proxy(true), proxy(false)), manual);

    // A manual step after each run, and what no run makes.
    let profile = |on: bool| {
        let properties = [("OAuth2ClientProfileEnabled", on.into())];
        onprem("OrganizationConfig", "OrganizationConfig", &properties)
    };
    assert_eq!(class(profile(false), profile(true)), manual);
    let enabled: Value = set(&["Enabled=true"]);
    assert_eq!(
        appears(onprem("SettingOverride", "App", &[("Parameters", enabled)])),
        manual
    );
}

#[test]
fn a_run_is_not_ruled_out_only_where_nobody_looked() {
    let told = |resources: Vec<Resource>, looked: bool| {
        let before = snapshot(vec![connector(false)]);
        let mut all = resources;
        all.push(connector(true));
        let mut after = snapshot(all);
        if looked {
            let rows = &mut after.manifest.coverage.rows;
            rows.push(row(
                Plane::Onprem,
                "HybridConfiguration",
                State::Complete,
                0,
            ));
        }
        let mut found = classes(&before, &after);
        found.retain(|(name, ..)| name == "Enabled");
        assert_eq!(found[0].1, DriftClass::Manual);
        found[0]
            .2
            .contains("a run of the hybrid wizard is not ruled out")
    };
    assert!(told(Vec::new(), false));
    assert!(!told(Vec::new(), true), "there is none");
    let without_time = onprem("HybridConfiguration", "HybridConfiguration", &[]);
    assert!(told(vec![without_time], false));
    assert!(!told(vec![hybrid(LONG_AGO)], false), "it did not change");
}
