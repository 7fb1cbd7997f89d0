//! Policies against invented organizations: what each outcome needs, and what may never be a pass.

mod estate;
mod evidence;
mod findings;
mod lint;
mod remediation;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use estate::*;
use exdrift::model::{Outcome, Plane, Severity, State, Value};
use exdrift::policy::{EvaluateOptions, TestVerdict, prove_locality};
use serde_json::json;

#[test]
fn a_policy_fires_on_the_front_end_that_is_wrong_and_is_silent_on_the_others() {
    let mut snapshot = estate(3);
    set(
        ews(&mut snapshot, "EX02"),
        "WindowsAuthentication",
        true.into(),
    );
    let evaluations = Pack::new().policy("ews", EWS, EWS_RULE).judge(&snapshot);
    assert_eq!(
        words(&evaluations),
        ["EX01: pass", "EX02: fail", "EX03: pass"],
        "back ends offer it and are not judged"
    );
    let failure = &evaluations[1];
    assert_eq!(failure.policy, "EWS");
    assert_eq!(failure.severity, Severity::High);
    assert_eq!(failure.resource.id, "EX02\\EWS (Default Web Site)");
    assert_eq!(failure.evidence[0].observed, Value::Bool(true));
    assert_eq!(
        failure.message,
        "WindowsAuthentication is true, expected false."
    );
    assert_eq!(failure.fingerprint.len(), 32);
}

#[test]
fn answers_do_not_depend_on_the_order_of_policies_or_threads() {
    let mut snapshot = estate(4);
    set(
        ews(&mut snapshot, "EX03"),
        "WindowsAuthentication",
        true.into(),
    );
    let one = Pack::new()
        .policy("b_ews", EWS, EWS_RULE)
        .policy("a_ews", EWS, EWS_RULE);
    let first = one.judge(&snapshot);
    assert_eq!(first.len(), 8);
    assert!(first.iter().map(|e| &e.policy).is_sorted());
    for _ in 0..5 {
        assert_eq!(one.judge(&snapshot), first);
    }
}

#[test]
fn several_violations_of_one_subject_are_one_evaluation() {
    let body = r#"violation contains {"subject": s, "property": p, "observed": 1, "expected": 2, "severity": "low"} if {
	s := {"plane": null, "kind": "Organization", "id": input.organization}
	some p in ["A", "B"]
}

subject contains {"plane": null, "kind": "Organization", "id": input.organization, "server": null}"#;
    let evaluations = Pack::new()
        .policy(
            "two",
            "scope: organization\nrequires: [onprem.AuthServer]",
            body,
        )
        .judge(&estate(1));
    assert_eq!(words(&evaluations), ["contoso: fail"]);
    assert_eq!(evaluations[0].evidence.len(), 2);
    assert_eq!(
        evaluations[0].severity,
        Severity::Low,
        "lowered to a warning"
    );
}

#[test]
fn a_raised_severity_and_a_stranger_as_subject_are_errors_of_the_policy() {
    let raised = EWS_RULE.replace(
        "\"expected\": false,",
        "\"expected\": false,\n\t\t\"severity\": \"critical\",",
    );
    let stranger = EWS_RULE.replace("\"id\": dir._key", "\"id\": \"EX99\"");
    let backend = EWS_RULE.replace("\tdir._site == \"frontend\"\n", "");
    let misspelt = EWS_RULE.replace("\"expected\": false", "\"expcted\": false");
    let mut snapshot = estate(2);
    set(
        ews(&mut snapshot, "EX01"),
        "WindowsAuthentication",
        true.into(),
    );
    for body in [raised, stranger, backend, misspelt] {
        let pack = Pack::new()
            .policy("bad", EWS, &body)
            .policy("ews", EWS, EWS_RULE);
        assert_eq!(
            words(&pack.judge(&snapshot)),
            ["contoso: error bad_output", "EX01: fail", "EX02: pass"],
            "{body}"
        );
    }
}

#[test]
fn a_policy_that_breaks_or_loops_costs_itself_only() {
    // A complete rule with two values is an error only when it is reached.
    let conflict = format!(
        "two := x if {{\n\tsome x in [1, 2]\n}}\n\n{}",
        EWS_RULE.replace("!= false", "!= (two == 1)")
    );
    let endless = format!(
        "{}\n\nmany := numbers.range(1, 100000)\n\nviolation contains 1 if {{\n\tcount([1 | some a in many; some b in many; a == b + 1]) < 0\n}}",
        EWS_RULE
    );
    let pack = Pack::new()
        .policy("conflict", EWS, &conflict)
        .policy("endless", EWS, &endless)
        .policy("ews", EWS, EWS_RULE);
    let mut options = EvaluateOptions::at(now());
    options.time_limit = Duration::from_millis(300);
    let started = Instant::now();
    let evaluations = pack.judge_with(&estate(1), &options);
    assert_eq!(
        words(&evaluations),
        [
            "contoso: error runtime_error",
            "contoso: error time_limit",
            "EX01: pass"
        ]
    );
    assert!(started.elapsed() < Duration::from_secs(20));
    assert!(
        evaluations[0].message.contains("conflict.rego:"),
        "file and line: {}",
        evaluations[0].message
    );
}

#[test]
fn not_applicable_and_unknown_that_a_policy_says_itself() {
    let body = format!(
        r#"{EWS_RULE}

not_applicable contains {{"subject": {{"plane": dir._plane, "kind": dir._kind, "id": dir._key}}, "reason": "old_server"}} if {{
	some dir in input.onprem.WebServicesVirtualDirectory
	dir._server == "EX01"
	dir._site == "frontend"
}}

unknown contains {{"subject": {{"plane": dir._plane, "kind": dir._kind, "id": dir._key}}, "reason": "build_not_in_table", "message": "15.9 is not in the table."}} if {{
	some dir in input.onprem.WebServicesVirtualDirectory
	dir._server in {{"EX02", "EX03"}}
	dir._site == "frontend"
}}"#
    );
    let mut snapshot = estate(4);
    set(
        ews(&mut snapshot, "EX03"),
        "WindowsAuthentication",
        true.into(),
    );
    let evaluations = Pack::new().policy("own", EWS, &body).judge(&snapshot);
    assert_eq!(
        words(&evaluations),
        [
            "EX01: not_applicable old_server",
            "EX02: unknown build_not_in_table",
            "EX03: fail",
            "EX04: pass"
        ]
    );
    assert_eq!(evaluations[1].message, "15.9 is not in the table.");
}

#[test]
fn nothing_of_the_kind_is_not_applicable_where_coverage_is_complete() {
    let body = "violation contains 1 if false";
    let pack = Pack::new().policy(
        "none",
        "scope: server\nrequires: [onprem.OabVirtualDirectory]",
        body,
    );
    assert_eq!(
        words(&pack.judge(&estate(2))),
        ["contoso: not_applicable no_subject"]
    );
}

#[test]
fn missing_params_are_unknown_with_the_lines_to_add() {
    let custom = format!("{EWS}\nparams: [hma, exposure.internet, exposure.internal]");
    let pack = Pack::new().policy("ews", &custom, EWS_RULE);
    let mut options = EvaluateOptions::at(now());
    options.params = json!({"hma": true, "exposure": {"internet": ["EX*"], "internal": null}});
    let evaluations = pack.judge_with(&estate(2), &options);
    assert_eq!(
        words(&evaluations),
        ["EX01: unknown param_missing", "EX02: unknown param_missing"]
    );
    let message = &evaluations[0].message;
    assert!(
        message.contains(
            "organizations:\n  contoso:\n    params:\n      exposure:\n        internal: ..."
        ),
        "{message}"
    );
    options.params = json!({"hma": false, "exposure": {"internet": [], "internal": []}});
    assert_eq!(
        words(&pack.judge_with(&estate(2), &options)),
        ["EX01: pass", "EX02: pass"]
    );
}

#[test]
fn profiles_planes_manual_and_disabled_policies() {
    let profile = format!("{EWS}\nprofiles: [disa_stig]");
    let cloud = "scope: organization\nrequires: [cloud.OrganizationConfig]";
    let manual = "scope: organization\nautomation: manual";
    let pack = Pack::new()
        .policy("a_profile", &profile, EWS_RULE)
        .policy("b_cloud", cloud, "violation contains 1 if false")
        .policy("c_manual", manual, "")
        .policy("d_off", EWS, EWS_RULE);
    let set = pack.load().unwrap();
    assert_eq!(set.profiles(), ["disa_stig"]);
    let mut options = EvaluateOptions::at(now());
    options.planes = Some(vec![Plane::Onprem]);
    options.disabled = BTreeMap::from([("D-OFF".to_owned(), "published on purpose".to_owned())]);
    let evaluations = pack.judge_with(&estate(1), &options);
    assert_eq!(
        words(&evaluations),
        [
            "contoso: not_applicable plane_not_configured",
            "contoso: manual manual",
            "contoso: not_applicable disabled"
        ]
    );
    assert!(evaluations[2].message.contains("published on purpose"));
    options.profile = Some("disa_stig".to_owned());
    let with_profile = pack.judge_with(&estate(1), &options);
    assert_eq!(with_profile.len(), 4);
    assert_eq!(with_profile[0].outcome, Outcome::Pass);
}

#[test]
fn input_time_coverage_facts_and_params_reach_rego() {
    let body = r#"subject contains {"plane": null, "kind": "Organization", "id": input.organization, "server": null}

violation contains {"subject": s, "property": null, "observed": o, "expected": null} if {
	some s in subject
	o := [
		input.now, data.facts.builds[0].build, data.params.hma,
		count(input.coverage) > 10, is_object(input.entra), input.onprem.OwaVirtualDirectory,
		input.onprem.ExchangeServer[0]._server,
	]
}"#;
    let custom = "scope: organization\nrequires: [onprem.OwaVirtualDirectory, onprem.ExchangeServer]\nparams: [hma]";
    let pack = Pack::new().policy("all", custom, body).file(
        "facts/builds.csv",
        "build,release_date\n15.2.1544.4,2026-10-13\n",
    );
    let mut options = EvaluateOptions::at(now());
    options.params = json!({"hma": "on"});
    let evaluations = pack.judge_with(&estate(1), &options);
    assert_eq!(words(&evaluations), ["contoso: fail"], "{evaluations:?}");
    let expected = vec![
        "2026-11-21T02:03:10Z".into(),
        "15.2.1544.4".into(),
        "on".into(),
        true.into(),
        true.into(),
        Value::List(Vec::new()),
        Value::Null,
    ];
    assert_eq!(evaluations[0].evidence[0].observed, Value::List(expected));
    assert_eq!(pack.load().unwrap().facts_date(), "2026-10-13");
}

#[test]
fn policy_test_reports_each_rule_and_the_lines_it_reached() {
    let test = r#"package exchange.t.ews_test

import data.exchange.t.ews

directory := {"_plane": "onprem", "_kind": "WebServicesVirtualDirectory", "_key": "k", "_site": "frontend", "WindowsAuthentication": true}

test_fires if {
	count(ews.violation) == 1 with input as {"onprem": {"WebServicesVirtualDirectory": [directory]}}
}

test_is_wrong if {
	count(ews.violation) == 2 with input as {"onprem": {"WebServicesVirtualDirectory": [directory]}}
}

todo_test_later if false
"#;
    let unreached = format!(
        "{EWS_RULE}\n\nviolation contains 1 if {{\n\tinput.organization == \"nobody\"\n\tcount([]) == 1\n}}"
    );
    let pack = Pack::new()
        .policy("ews", EWS, &unreached)
        .file("exchange/t/ews_test.rego", test);
    let report = pack.load().unwrap().test();
    let found: Vec<_> = report
        .tests
        .iter()
        .map(|t| (t.rule.as_str(), t.line, &t.verdict))
        .collect();
    assert_eq!(
        found,
        [
            (
                "data.exchange.t.ews_test.test_fires",
                7,
                &TestVerdict::Passed
            ),
            (
                "data.exchange.t.ews_test.test_is_wrong",
                11,
                &TestVerdict::Failed
            ),
            (
                "data.exchange.t.ews_test.todo_test_later",
                15,
                &TestVerdict::Skipped
            ),
        ]
    );
    assert!(!report.is_ok());
    let coverage = &report.coverage[0];
    assert!(coverage.file.ends_with("ews.rego"), "{coverage:?}");
    assert!(!coverage.covered.is_empty() && !coverage.not_covered.is_empty());
    assert!(
        (1..100).contains(&coverage.percent()),
        "{}",
        coverage.percent()
    );
}

#[test]
fn a_policy_that_looks_at_other_servers_cannot_claim_to_be_local() {
    let peer = EWS_RULE.replace(
        "dir.WindowsAuthentication != false",
        "some other in input.onprem.WebServicesVirtualDirectory\n\tother._site == \"frontend\"\n\tother.WindowsAuthentication != dir.WindowsAuthentication",
    );
    let pack = Pack::new()
        .policy("local", EWS, EWS_RULE)
        .policy("peer", EWS, &peer);
    let mut sample = estate(3);
    set(
        ews(&mut sample, "EX02"),
        "WindowsAuthentication",
        true.into(),
    );
    lose(
        &mut sample,
        "WebServicesVirtualDirectory",
        "EX03",
        State::Denied,
    );
    let breaches = prove_locality(
        &pack.load().unwrap(),
        &[sample],
        &EvaluateOptions::at(now()),
    );
    let policies: Vec<_> = breaches.iter().map(|b| b.policy.as_str()).collect();
    assert_eq!(policies, ["PEER", "PEER"], "{breaches:?}");
    assert!(breaches[0].to_string().contains("scope: organization"));
}
