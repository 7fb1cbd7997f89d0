//! Unknown is not pass: every way in which evidence can be missing.

use std::collections::BTreeMap;

use exdrift::model::{Evidence, Outcome, Plane, Reason, State, Value};

use super::estate::*;

fn ews_pack() -> Pack {
    Pack::new().policy("ews", EWS, EWS_RULE)
}

#[test]
fn absent_null_undecided_and_ad_only_values_are_unknown() {
    let mut snapshot = estate(5);
    ews(&mut snapshot, "EX01")
        .properties
        .remove("WindowsAuthentication");
    set(
        ews(&mut snapshot, "EX02"),
        "WindowsAuthentication",
        Value::Null,
    );
    let cut = Value::undecided(Reason::Truncated, Some(Value::text("Tr...")));
    set(ews(&mut snapshot, "EX03"), "WindowsAuthentication", cut);
    let ad_only = ews(&mut snapshot, "EX04");
    ad_only.evidence = Some(Evidence::Ad);
    set(ad_only, "WindowsAuthentication", false.into());
    let expected = [
        "EX01: unknown property_absent",
        "EX02: unknown null_value",
        "EX03: unknown truncated",
        "EX04: unknown ad_only",
        "EX05: pass",
    ];
    let evaluations = ews_pack().judge(&snapshot);
    assert_eq!(words(&evaluations), expected);
    assert!(evaluations[3].message.contains("-ADPropertiesOnly"));

    // A careless rule that takes whatever is not false for a violation changes nothing.
    let careless = EWS_RULE
        .replace(
            "\tdir.WindowsAuthentication != false\n",
            "\tobject.get(dir, \"WindowsAuthentication\", null) != false\n",
        )
        .replace(
            "\"observed\": dir.WindowsAuthentication",
            "\"observed\": object.get(dir, \"WindowsAuthentication\", null)",
        );
    let evaluations = Pack::new().policy("ews", EWS, &careless).judge(&snapshot);
    assert_eq!(words(&evaluations), expected);
}

#[test]
fn the_first_build_of_an_absent_property_is_named_and_blank_may_be_an_answer() {
    let custom = "scope: organization\nrequires: [onprem.AuthServer.DomainName]";
    let stated = "scope: organization\nrequires: [\"onprem.AuthServer.Realm@15.2.1.2\"]";
    let pack = Pack::new()
        .policy("a", custom, "violation contains 1 if false")
        .policy("b", stated, "violation contains 1 if false");
    let evaluations = pack.judge(&estate(1));
    assert_eq!(
        words(&evaluations),
        ["EvoSts: pass", "EvoSts: unknown property_absent"],
        "DomainName is null, which the catalog reads as: nothing set"
    );
    assert!(evaluations[1].message.contains("before 15.2.1.2"));
}

#[test]
fn one_unknown_property_does_not_hide_a_violation_of_another() {
    let mut snapshot = estate(1);
    ews(&mut snapshot, "EX01")
        .properties
        .remove("OAuthAuthentication");
    set(
        ews(&mut snapshot, "EX01"),
        "WindowsAuthentication",
        true.into(),
    );
    let custom = format!("{EWS}\n  - onprem.WebServicesVirtualDirectory.OAuthAuthentication");
    let evaluations = Pack::new()
        .policy("ews", &custom, EWS_RULE)
        .judge(&snapshot);
    assert_eq!(words(&evaluations), ["EX01: fail"]);
}

#[test]
fn a_server_without_evidence_is_withheld_and_named() {
    for (state, word) in [
        (State::Denied, "denied"),
        (State::Failed, "failed"),
        (State::NotAttempted, "not_collected"),
        (State::Unsupported, "unsupported"),
    ] {
        let mut snapshot = estate(3);
        lose(&mut snapshot, "WebServicesVirtualDirectory", "EX02", state);
        let evaluations = ews_pack().judge(&snapshot);
        let missing = format!("EX02: unknown {word}");
        let found = words(&evaluations);
        assert!(found.contains(&missing), "{found:?}");
        assert!(found.contains(&"EX01: pass".to_owned()) && found.len() == 3);
        let unknown = evaluations
            .iter()
            .find(|e| e.outcome == Outcome::Unknown)
            .unwrap();
        assert_eq!(unknown.resource.id, "EX02");
        assert_eq!(
            unknown.resource.kind.as_str(),
            "WebServicesVirtualDirectory"
        );
        assert!(unknown.message.contains("Get-WebServicesVirtualDirectory"));
    }
}

#[test]
fn old_evidence_is_no_pass_and_still_a_failure() {
    let mut snapshot = estate(3);
    lose(
        &mut snapshot,
        "WebServicesVirtualDirectory",
        "EX02",
        State::Complete,
    );
    let fresh = words(&ews_pack().judge(&snapshot));
    for row in &mut snapshot.manifest.coverage.rows {
        row.state = State::Stale;
        row.except.clear();
    }
    let old = words(&ews_pack().judge(&snapshot));
    assert!(
        fresh.iter().any(|word| word.ends_with(": pass")),
        "{fresh:?}"
    );
    assert!(old.iter().all(|word| !word.ends_with(": pass")), "{old:?}");
    assert!(
        old.iter().any(|word| word.contains("unknown stale")),
        "{old:?}"
    );
    let failing = |words: &[String]| words.iter().filter(|w| w.ends_with(": fail")).count();
    assert_eq!(failing(&fresh), failing(&old));
}

#[test]
fn evidence_of_another_required_kind_counts_for_its_server_only() {
    let custom = format!("{EWS}\n  - host.ServerVersion.FileVersion");
    let mut snapshot = estate(3);
    for server in ["EX01", "EX02", "EX03"] {
        let version = Value::text("15.2.1544.4");
        put(
            &mut snapshot,
            Plane::Host,
            "ServerVersion",
            server,
            Some(server),
            &[("FileVersion", version)],
        );
    }
    let id = snapshot
        .resources
        .keys()
        .find(|id| id.kind.as_str() == "ServerVersion" && id.key == "EX02")
        .cloned()
        .unwrap();
    snapshot.resources.get_mut(&id).unwrap().properties.clear();
    let row = snapshot
        .manifest
        .coverage
        .rows
        .iter_mut()
        .find(|row| row.kind.as_str() == "ServerVersion")
        .unwrap();
    row.state = State::Partial;
    row.except.push(exdrift::model::Exception {
        server: "EX03".to_owned(),
        state: State::NotAttempted,
        reason: None,
    });
    set(
        ews(&mut snapshot, "EX03"),
        "WindowsAuthentication",
        true.into(),
    );
    assert_eq!(
        words(
            &Pack::new()
                .policy("ews", &custom, EWS_RULE)
                .judge(&snapshot)
        ),
        ["EX01: pass", "EX02: unknown property_absent", "EX03: fail"],
        "EX03 fails by what was seen of it, whatever is missing beside"
    );
}

#[test]
fn a_kind_that_was_not_collected_at_all_is_unknown_for_every_known_server() {
    let mut snapshot = estate(3);
    lose_kind(&mut snapshot, "WebServicesVirtualDirectory", State::Denied);
    assert_eq!(
        words(&ews_pack().judge(&snapshot)),
        [
            "EX01: unknown denied",
            "EX02: unknown denied",
            "EX03: unknown denied"
        ]
    );
    lose_kind(&mut snapshot, "ExchangeServer", State::NotAttempted);
    assert_eq!(
        words(&ews_pack().judge(&snapshot)),
        ["contoso: unknown denied"]
    );
}

/// The kind that is missing, by what an evaluation says and by what its JSON says.
fn missing(evaluations: &[exdrift::model::Evaluation]) -> Vec<Option<String>> {
    evaluations
        .iter()
        .map(|e| {
            let json = serde_json::to_value(e).unwrap();
            let written = json
                .get("missing_kind")
                .map(|kind| kind.as_str().unwrap().to_owned());
            assert_eq!(written, e.missing_kind.as_ref().map(ToString::to_string));
            written
        })
        .collect()
}

#[test]
fn an_unknown_names_the_kind_that_is_missing_and_nothing_else_does() {
    let custom = format!("{EWS}\n  - onprem.AuthServer.Enabled");
    let pack = || Pack::new().policy("ews", &custom, EWS_RULE);
    let mut snapshot = estate(1);
    let auth = |kind: &str| vec![Some(kind.to_owned())];
    assert_eq!(missing(&pack().judge(&snapshot)), [None], "it passes");
    // A value of another kind, then the whole other kind, then the subject's own.
    let id = snapshot
        .resources
        .keys()
        .find(|id| id.kind.as_str() == "AuthServer")
        .cloned()
        .unwrap();
    let server = snapshot.resources.get_mut(&id).unwrap();
    server.properties.remove("Enabled");
    assert_eq!(missing(&pack().judge(&snapshot)), auth("AuthServer"));
    lose_kind(&mut snapshot, "AuthServer", State::Denied);
    assert_eq!(missing(&pack().judge(&snapshot)), auth("AuthServer"));
    let mut snapshot = estate(1);
    lose(
        &mut snapshot,
        "WebServicesVirtualDirectory",
        "EX01",
        State::Failed,
    );
    assert_eq!(
        missing(&pack().judge(&snapshot)),
        auth("WebServicesVirtualDirectory")
    );
    // A param is no evidence of a kind.
    let asking = Pack::new().policy("ews", &format!("{EWS}\nparams: [hma]"), EWS_RULE);
    let evaluations = asking.judge(&estate(1));
    assert_eq!(words(&evaluations), ["EX01: unknown param_missing"]);
    assert_eq!(missing(&evaluations), [None]);
    assert_eq!(evaluations[0].missing_param.as_deref(), Some("hma"));
}

#[test]
fn a_policy_may_name_the_kind_that_it_missed() {
    let said = |kind: &str| {
        let body = format!(
            r#"subject contains s if s := {{"plane": null, "kind": "Organization", "id": input.organization, "server": null}}

violation contains 1 if false

unknown contains {{"reason": "not_collected", "message": "AuthServer was not read."{kind}}} if true"#
        );
        let custom = "scope: organization\nrequires: [onprem.AuthServer]";
        Pack::new().policy("own", custom, &body).judge(&estate(1))
    };
    let named = said(r#", "kind": "HybridConfiguration""#);
    assert_eq!(words(&named), ["contoso: unknown not_collected"]);
    assert_eq!(missing(&named), [Some("HybridConfiguration".to_owned())]);
    assert_eq!(
        missing(&said("")),
        [None],
        "a message is not read for a kind"
    );
    let param = said(r#", "param": "hybrid""#);
    assert_eq!(param[0].missing_param.as_deref(), Some("hybrid"));
    assert_eq!(missing(&param), [None], "a param is no kind");
    for bad in [r#", "kind": 5"#, r#", "param": 5"#] {
        assert_eq!(words(&said(bad)), ["contoso: error bad_output"], "{bad}");
    }
}

#[test]
fn planes_that_the_operator_has_reach_rego() {
    let body = r#"subject contains s if s := {"plane": null, "kind": "Organization", "id": input.organization, "server": null}

violation contains {"subject": s, "property": null, "observed": input.planes, "expected": null} if some s in subject"#;
    let custom = "scope: organization\nrequires: [onprem.AuthServer]";
    let pack = Pack::new().policy("planes", custom, body);
    let observed = |options: &exdrift::policy::EvaluateOptions| {
        pack.judge_with(&estate(1), options)[0].evidence[0]
            .observed
            .clone()
    };
    let mut options = exdrift::policy::EvaluateOptions::at(now());
    let all = Plane::ALL
        .iter()
        .map(|plane| plane.as_str().into())
        .collect();
    assert_eq!(observed(&options), Value::List(all));
    options.planes = Some(vec![Plane::Cloud, Plane::Onprem]);
    assert_eq!(
        observed(&options),
        Value::List(vec!["onprem".into(), "cloud".into()])
    );
}

#[test]
fn edge_servers_are_not_expected_to_carry_directories() {
    let mut snapshot = estate(1);
    put(
        &mut snapshot,
        Plane::Onprem,
        "ExchangeServer",
        "EDGE01",
        None,
        &[
            ("IsEdgeServer", true.into()),
            ("IsMailboxServer", false.into()),
        ],
    );
    lose_kind(&mut snapshot, "WebServicesVirtualDirectory", State::Failed);
    assert_eq!(
        words(&ews_pack().judge(&snapshot)),
        ["EX01: unknown failed"]
    );
}

#[test]
fn an_empty_list_that_nobody_read_is_no_violation() {
    let body = r#"subject contains {"plane": null, "kind": "Organization", "id": input.organization, "server": null}

violation contains {"subject": s, "property": null, "observed": null, "expected": "an AuthServer"} if {
	some s in subject
	count(input.onprem.AuthServer) == 0
}"#;
    for scope in ["organization", "server"] {
        let custom = format!("scope: {scope}\nrequires: [onprem.AuthServer]");
        let pack = Pack::new().policy("presence", &custom, body);
        let mut snapshot = estate(1);
        assert_eq!(words(&pack.judge(&snapshot)), ["contoso: pass"]);
        lose_kind(&mut snapshot, "AuthServer", State::Denied);
        assert_eq!(words(&pack.judge(&snapshot)), ["contoso: unknown denied"]);
        lose_kind(&mut snapshot, "AuthServer", State::Complete);
        assert_eq!(words(&pack.judge(&snapshot)), ["contoso: fail"]);
    }
}

#[test]
fn an_organization_policy_fails_on_what_it_sees_and_never_passes_with_a_server_missing() {
    let custom = EWS.replace("scope: server", "scope: organization");
    let pack = Pack::new().policy("org", &custom, EWS_RULE);
    let mut snapshot = estate(3);
    set(
        ews(&mut snapshot, "EX01"),
        "WindowsAuthentication",
        true.into(),
    );
    lose(
        &mut snapshot,
        "WebServicesVirtualDirectory",
        "EX03",
        State::Failed,
    );
    let evaluations = pack.judge(&snapshot);
    assert_eq!(
        words(&evaluations),
        [
            "EX01: fail",
            "EX02: unknown partial",
            "EX03: unknown failed"
        ]
    );
    assert!(
        evaluations[1].message.contains("EX03"),
        "{}",
        evaluations[1].message
    );
}

#[test]
fn an_unknown_list_of_servers_is_said_beside_the_answers() {
    let mut snapshot = estate(1);
    lose_kind(&mut snapshot, "ExchangeServer", State::NotAttempted);
    let row = row(&mut snapshot, "WebServicesVirtualDirectory");
    row.state = State::Partial;
    row.reason = Some("server_list_unknown".to_owned());
    assert_eq!(
        words(&ews_pack().judge(&snapshot)),
        ["contoso: unknown server_list_unknown", "EX01: pass"]
    );
}

#[test]
fn one_complete_group_of_any_of_is_enough() {
    let custom = "scope: server\nrequires: [onprem.WebServicesVirtualDirectory.WindowsAuthentication]\n\
                  any_of:\n  - [host.ServerVersion.FileVersion]\n  - [onprem.ExchangeServer.AdminDisplayVersion]";
    let pack = Pack::new().policy("either", custom, EWS_RULE);
    let mut snapshot = estate(1);
    for row in &mut snapshot.manifest.coverage.rows {
        if row.kind.as_str() == "ServerVersion" {
            row.state = State::NotAttempted;
        }
    }
    assert_eq!(words(&pack.judge(&snapshot)), ["EX01: pass"]);
    lose_kind(&mut snapshot, "ExchangeServer", State::Denied);
    assert_eq!(
        words(&pack.judge(&snapshot)),
        ["EX01: unknown not_collected"]
    );
}

/// Ten servers, every third of them wrong. Whatever evidence of one server goes, no answer of any
/// policy gets greener, and that server is answered.
#[test]
fn ten_servers_evidence_of_one_directory_of_one_server_removed_nothing_gets_greener() {
    let organization = EWS.replace("scope: server", "scope: organization");
    let presence = r#"subject contains {"plane": null, "kind": "Organization", "id": input.organization, "server": null}

violation contains {"subject": s, "property": null, "observed": wrong, "expected": []} if {
	some s in subject
	wrong := [dir._key | some dir in input.onprem.WebServicesVirtualDirectory; dir._site == "frontend"; dir.WindowsAuthentication]
	count(wrong) > 0
}"#;
    let pack = Pack::new()
        .policy("local", EWS, EWS_RULE)
        .policy("whole", &organization, EWS_RULE)
        .policy("presence", &organization, presence);
    let mut before = estate(10);
    for server in ["EX03", "EX06", "EX09"] {
        set(
            ews(&mut before, server),
            "WindowsAuthentication",
            true.into(),
        );
    }
    let answers = pack.judge(&before);
    let of = |evaluations: &[exdrift::model::Evaluation]| -> BTreeMap<_, _> {
        evaluations
            .iter()
            .map(|e| ((e.policy.clone(), e.resource.clone()), green(e.outcome)))
            .collect()
    };
    let greens = of(&answers);
    for n in 1..=10 {
        let server = format!("EX{n:02}");
        for state in [State::NotAttempted, State::Denied, State::Failed] {
            let mut after = before.clone();
            lose(&mut after, "WebServicesVirtualDirectory", &server, state);
            let later = pack.judge(&after);
            for evaluation in &later {
                let key = (evaluation.policy.clone(), evaluation.resource.clone());
                match greens.get(&key) {
                    Some(green_before) => {
                        // What failed for the whole may become unknown, never better.
                        let allowed = (*green_before).max(green(Outcome::Unknown));
                        assert!(
                            green(evaluation.outcome) <= allowed,
                            "{server} {state:?}: {key:?} became {:?}",
                            evaluation.outcome
                        );
                    }
                    None => assert_eq!(evaluation.outcome, Outcome::Unknown, "{evaluation:?}"),
                }
            }
            let passes = |list: &[exdrift::model::Evaluation]| {
                list.iter().filter(|e| e.outcome == Outcome::Pass).count()
            };
            assert!(passes(&later) <= passes(&answers));
            let answered = later.iter().any(|e| {
                e.resource.server.as_deref() == Some(&server) && e.outcome == Outcome::Unknown
            });
            assert!(answered, "{server} has no answer");
            let whole_passes = later
                .iter()
                .filter(|e| e.policy != "LOCAL")
                .any(|e| e.outcome == Outcome::Pass);
            assert!(!whole_passes, "the whole passed without {server}");
        }
    }
}
