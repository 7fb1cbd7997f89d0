//! Waivers, history, exit codes and the verdict on an update.

use exdrift::finding::{Context, WaiverUse, Waivers, assess, by_time_alone, exit_code, verify};
use exdrift::model::{
    Assessment, Change, ChangeSet, Op, Outcome, Severity, SnapshotRef, State, Value, Verdict,
};
use exdrift::policy::params_digest;
use exdrift::snapshot::Snapshot;

use super::estate::*;

fn context() -> Context {
    Context {
        evaluated_at: now(),
        policies_digest: "sha256:1".to_owned(),
        params_digest: params_digest(&serde_json::json!({"b": 1, "a": 2})),
        facts_date: "2026-10-13".to_owned(),
        outliers: Vec::new(),
    }
}

fn pack() -> Pack {
    let remediation = format!(
        "{EWS}\nremediation:\n  powershell: Set-WebServicesVirtualDirectory -Identity {{{{identity}}}} -WindowsAuthentication {{{{expected.WindowsAuthentication}}}}"
    );
    Pack::new().policy("ews", &remediation, EWS_RULE)
}

fn wrong_on(servers: &[&str]) -> Snapshot {
    let mut snapshot = estate(3);
    for server in servers {
        set(
            ews(&mut snapshot, server),
            "WindowsAuthentication",
            true.into(),
        );
    }
    snapshot
}

fn assessed(snapshot: &Snapshot) -> Assessment {
    let waivers = Waivers::default();
    assess(snapshot, pack().judge(snapshot), &waivers, None, context()).assessment
}

fn no_drift() -> ChangeSet {
    ChangeSet {
        before: SnapshotRef::default(),
        after: SnapshotRef::default(),
        changes: Vec::new(),
        coverage_changes: Vec::new(),
    }
}

#[test]
fn a_waiver_binds_finding_and_value_and_expires() {
    let snapshot = wrong_on(&["EX01", "EX02"]);
    let evaluations = pack().judge(&snapshot);
    let fingerprint = &evaluations[1].fingerprint;
    let yaml = format!(
        r#"
- policy: EWS
  resource: {{plane: onprem, kind: WebServicesVirtualDirectory, id: "ex01\\*", server: "EX0?"}}
  value: {{WindowsAuthentication: true}}
  owner: anna
  reason: migration
  until: 2026-11-21
- policy: EWS
  fingerprint: {fingerprint}
  value: true
  owner: anna
  reason: over
  until: 2026-11-20
- policy: EWS
  resource: {{server: EX02}}
  value: false
  owner: anna
  reason: for another value
  until: 2030-01-01
- policy: EWS
  resource: {{server: EX03}}
  value: true
  owner: anna
  reason: unused
  until: 2030-01-01
"#
    );
    let waivers = Waivers::parse("waivers.yaml", &yaml).unwrap();
    let before = evaluations.len();
    let result = assess(&snapshot, evaluations, &waivers, None, context());
    let uses: Vec<_> = result.waivers.uses.iter().map(|(_, used)| used).collect();
    let [
        WaiverUse::Covers(1),
        WaiverUse::Expired(1),
        WaiverUse::OtherValue(others),
        WaiverUse::Unused,
    ] = uses.as_slice()
    else {
        panic!("{uses:?}");
    };
    let [other] = others.as_slice() else {
        panic!("{others:?}");
    };
    let [(item, accepted)] = other.evidence.as_slice() else {
        panic!("{other:?}");
    };
    assert_eq!(
        (&item.observed, accepted),
        (&Value::Bool(true), &Some(Value::Bool(false)))
    );
    assert_eq!(result.waivers.notable().count(), 3);
    let assessment = result.assessment;
    assert_eq!(assessment.evaluations.len(), before, "nothing is hidden");
    let open: Vec<bool> = assessment
        .evaluations
        .iter()
        .map(|e| e.is_open_failure())
        .collect();
    assert_eq!(open, [false, true, false]);
    let summary = &assessment.summary;
    assert_eq!((summary.fail, summary.waived, summary.pass), (2, 1, 1));
    assert_eq!(
        exit_code(&assessment, Some(Severity::Low)),
        1,
        "the expired one counts"
    );
}

/// How a waiver for `value` fares with a finding that shows two values of `true`.
fn fares(value: &str) -> WaiverUse {
    let mut snapshot = wrong_on(&["EX01"]);
    set(
        ews(&mut snapshot, "EX01"),
        "BasicAuthentication",
        true.into(),
    );
    let basic = EWS_RULE.replace("WindowsAuthentication", "BasicAuthentication");
    let rule = format!("{EWS_RULE}\n\n{basic}");
    let custom = format!("{EWS}\n  - onprem.WebServicesVirtualDirectory.BasicAuthentication");
    let evaluations = Pack::new().policy("ews", &custom, &rule).judge(&snapshot);
    assert_eq!(evaluations[0].evidence.len(), 2, "{evaluations:#?}");
    let yaml = format!(
        "- policy: EWS\n  fingerprint: {}\n  value: {value}\n  owner: a\n  reason: b\n  until: 2030-01-01\n",
        evaluations[0].fingerprint
    );
    let waivers = Waivers::parse("w", &yaml).unwrap();
    let result = assess(&snapshot, evaluations, &waivers, None, context());
    result.waivers.uses[0].1.clone()
}

#[test]
fn one_value_stands_for_one_observation_and_a_value_by_property_for_its_own() {
    let each = "{BasicAuthentication: true, WindowsAuthentication: true}";
    assert_eq!(fares(each), WaiverUse::Covers(1));
    let differing = |value: &str| match fares(value) {
        WaiverUse::OtherValue(others) => others[0]
            .evidence
            .iter()
            .map(|(item, accepted)| (item.property.clone().unwrap(), accepted.clone()))
            .collect::<Vec<_>>(),
        used => panic!("{value}: {used:?}"),
    };
    let none = ["BasicAuthentication", "WindowsAuthentication"].map(|name| (name.to_owned(), None));
    assert_eq!(differing("true"), none, "which of the two was accepted?");
    assert_eq!(
        differing("{BasicAuthentication: true, WindowsAuthentication: false}"),
        [("WindowsAuthentication".to_owned(), Some(Value::Bool(false)))]
    );
    assert_eq!(
        differing("{BasicAuthentication: true}"),
        [("WindowsAuthentication".to_owned(), None)],
        "nobody accepted it"
    );
}

/// Whoever writes a password into a reason does not find it in every report.
#[test]
fn a_reason_that_states_a_secret_is_not_shown() {
    let yaml = |reason: &str, until: &str| {
        format!(
            "- policy: EWS\n  resource: {{server: EX01}}\n  value: true\n  owner: a\n  reason: {reason}\n  until: {until}\n"
        )
    };
    let stated = "'the old scanner: password=hunter2'";
    let read = Waivers::parse("w", &yaml(stated, "2030-01-01")).unwrap();
    assert!(read.list[0].reason.contains("not shown"), "{read:?}");
    assert!(!format!("{read:?}").contains("hunter2"));
    let broken = yaml("{password: hunter2}", "2030-01-01");
    let error = Waivers::parse("w", &broken).unwrap_err().to_string();
    assert!(!error.contains("hunter2"), "{error}");
    let plain = Waivers::parse(
        "w",
        &yaml("the password policy is reviewed in May", "2030-01-01"),
    )
    .unwrap();
    assert!(plain.list[0].reason.contains("reviewed"));
}

#[test]
fn a_wrong_waivers_file_shows_line_and_column() {
    let good = "- policy: EWS\n  resource: {server: EX01}\n  value: true\n  owner: a\n  reason: b\n  until: 2030-01-01\n";
    assert_eq!(Waivers::parse("w", good).unwrap().list.len(), 1);
    assert_eq!(Waivers::parse("w", "# none\n").unwrap().list.len(), 0);
    for (from, to, line) in [
        ("  owner: a", "  ownr: a", "w:4:"),
        ("until: 2030-01-01", "until: soon", "w:6:3"),
        ("  resource: {server: EX01}\n", "", "w:1:3"),
        ("server: EX01", "srver: EX01", "w:2:"),
        ("  value: true\n", "", "w:1:"),
        ("resource: {server: EX01}", "fingerprint: abc", "w:2:3"),
        ("reason: b", "reason: \"\"", "w:5:3"),
    ] {
        let error = Waivers::parse("w", &good.replace(from, to))
            .unwrap_err()
            .to_string();
        assert!(error.contains(line), "{to}: {error}");
    }
}

#[test]
fn since_is_the_oldest_of_an_unbroken_chain() {
    let day = |id: &str, servers: &[&str], previous: &[Assessment]| -> Assessment {
        let mut snapshot = wrong_on(servers);
        snapshot.manifest.id = id.to_owned();
        let evaluations = pack().judge(&snapshot);
        let previous = Some(previous).filter(|p| !p.is_empty());
        assess(
            &snapshot,
            evaluations,
            &Waivers::default(),
            previous,
            context(),
        )
        .assessment
    };
    let mut days = vec![day("1", &["EX01", "EX02"], &[])];
    days.push(day("2", &["EX01"], &days));
    days.push(day("3", &["EX01", "EX02"], &days));
    let since: Vec<_> = days[2]
        .evaluations
        .iter()
        .map(|e| e.since.as_deref())
        .collect();
    assert_eq!(since, [Some("1"), Some("3"), None]);
    assert_eq!(
        days[0].evaluations[0].since, None,
        "nothing earlier is known"
    );
    // Only the newest is at hand; what it knew of older ones counts.
    let later = day("4", &["EX01"], &days[1..2]);
    assert_eq!(later.evaluations[0].since.as_deref(), Some("1"));
}

#[test]
fn exit_codes() {
    let clean = assessed(&wrong_on(&[]));
    assert_eq!(exit_code(&clean, Some(Severity::Info)), 0);
    let failing = assessed(&wrong_on(&["EX01"]));
    assert_eq!(exit_code(&failing, Some(Severity::Low)), 1);
    assert_eq!(exit_code(&failing, Some(Severity::High)), 1);
    assert_eq!(exit_code(&failing, Some(Severity::Critical)), 0);
    assert_eq!(exit_code(&failing, None), 0);
    let mut blind = wrong_on(&["EX01"]);
    lose(
        &mut blind,
        "WebServicesVirtualDirectory",
        "EX02",
        State::Denied,
    );
    let both = assessed(&blind);
    assert_eq!(exit_code(&both, Some(Severity::Low)), 1, "1 wins over 3");
    assert_eq!(exit_code(&both, Some(Severity::Critical)), 3);
    assert_eq!(exit_code(&both, None), 3);
}

#[test]
fn verify_tells_new_fixed_still_and_lost_apart() {
    let before = assessed(&wrong_on(&["EX01", "EX02"]));
    let mut snapshot = wrong_on(&["EX02"]);
    lose(
        &mut snapshot,
        "WebServicesVirtualDirectory",
        "EX03",
        State::Failed,
    );
    let after = assessed(&snapshot);
    let result = verify(&before, &after, no_drift());
    assert_eq!(result.verdict, Verdict::Incomplete);
    let ids = |list: &[exdrift::model::Evaluation]| words(list);
    assert_eq!(ids(&result.fixed), ["EX01: fail"]);
    assert_eq!(ids(&result.still), ["EX02: fail"]);
    assert_eq!(ids(&result.lost_evidence), ["EX03: unknown failed"]);
    assert!(result.new.is_empty());

    let result = verify(&after, &before, no_drift());
    assert_eq!(result.verdict, Verdict::Regressed);
    assert_eq!(ids(&result.new), ["EX01: fail"]);
    assert!(result.run_next[0].starts_with("Set-WebServicesVirtualDirectory -Identity 'EX01"));

    let clean = assessed(&wrong_on(&["EX02"]));
    assert_eq!(verify(&clean, &clean, no_drift()).verdict, Verdict::Clean);
    let fixed = verify(&before, &clean, no_drift());
    assert_eq!(fixed.verdict, Verdict::Fixed);
    assert!(
        fixed
            .run_next
            .iter()
            .any(|c| c.starts_with("exdrift baseline set"))
    );
}

#[test]
fn what_time_alone_made_fails_on_both_sides_with_the_same_evidence() {
    let before = assessed(&wrong_on(&[]));
    let new = verify(&before, &assessed(&wrong_on(&["EX01", "EX02"])), no_drift()).new;
    assert_eq!(new.len(), 2);
    assert!(by_time_alone(&new, &before).is_empty());
    // The older side as it would be judged at the time of the newer one.
    let mut later = assessed(&wrong_on(&["EX01"]));
    assert_eq!(by_time_alone(&new, &later), [new[0].fingerprint.clone()]);
    assert!(by_time_alone(&[], &later).is_empty());
    let failing = later
        .evaluations
        .iter_mut()
        .find(|e| e.outcome == Outcome::Fail)
        .unwrap();
    failing.evidence[0].observed = "something else".into();
    assert!(by_time_alone(&new, &later).is_empty(), "something changed");
    assert!(verify(&before, &before, no_drift()).expiry.is_empty());
}

#[test]
fn a_removed_directory_is_fixed_only_where_its_server_was_read() {
    let before = assessed(&wrong_on(&["EX01"]));
    let mut gone = wrong_on(&[]);
    gone.resources
        .retain(|id, _| id.key != "EX01\\EWS (Default Web Site)");
    let result = verify(&before, &assessed(&gone), no_drift());
    assert_eq!(words(&result.fixed), ["EX01: fail"]);
    let mut unread = wrong_on(&[]);
    lose(
        &mut unread,
        "WebServicesVirtualDirectory",
        "EX01",
        State::Failed,
    );
    let result = verify(&before, &assessed(&unread), no_drift());
    assert!(result.fixed.is_empty(), "{:?}", result.fixed);
    assert_eq!(words(&result.lost_evidence), ["EX01: unknown failed"]);
}

#[test]
fn an_unexplained_change_is_a_regression_and_an_expired_waiver_a_new_finding() {
    let side = assessed(&wrong_on(&["EX02"]));
    let mut drift = no_drift();
    drift.changes.push(Change {
        op: Op::Changed,
        resource: side.evaluations[0].resource.clone(),
        before_id: None,
        property: Some("OAuthAuthentication".to_owned()),
        before: Some(Value::Bool(true)),
        after: Some(Value::Bool(false)),
        added: Vec::new(),
        removed: Vec::new(),
        attribution: None,
    });
    assert_eq!(verify(&side, &side, drift).verdict, Verdict::Regressed);

    let yaml = "- policy: EWS\n  resource: {server: EX02}\n  value: true\n  owner: a\n  reason: b\n  until: 2030-01-01\n";
    let waivers = Waivers::parse("w", yaml).unwrap();
    let snapshot = wrong_on(&["EX02"]);
    let evaluations = pack().judge(&snapshot);
    let waived = assess(&snapshot, evaluations, &waivers, None, context()).assessment;
    let result = verify(&waived, &side, no_drift());
    assert_eq!(
        words(&result.new),
        ["EX02: fail"],
        "nobody accepts it any more"
    );
    let result = verify(&side, &waived, no_drift());
    assert_eq!(
        (result.new.len(), result.fixed.len(), result.still.len()),
        (0, 0, 1)
    );
    assert_eq!(waived.evaluations[1].outcome, Outcome::Fail);
}
