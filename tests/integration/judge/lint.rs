//! What the lint refuses, where, and in words.

use exdrift::policy::{Level, PolicyError, PolicySet};

use super::estate::*;

const LIB: &str = "package lib.exchange\n\nof_kind(kind) := input.onprem[kind]\n\nfront_ends(list) := [dir | some dir in list; dir._site == \"frontend\"]\n\nversions contains v if {\n\tsome v in input.host.ServerVersion\n}\n";

fn with_lib() -> Pack {
    Pack::new().file("lib/exchange.rego", LIB)
}

fn rule(line: &str) -> String {
    format!(
        "violation contains v if {{\n\tsome dir in input.onprem.WebServicesVirtualDirectory\n\t{line}\n\tv := dir.WindowsAuthentication\n}}"
    )
}

/// METADATA of `EWS` is 11 lines, `package` the 12th, the rule starts at 14, its third line is 16.
#[test]
fn what_would_pass_in_silence_is_an_error_at_its_place() {
    for (line, code) in [
        ("cuont(dir) > 1", "unknown_function"),
        ("exchange.frontends([dir])", "unknown_function"),
        ("startswith(dir._key)", "wrong_arity"),
        ("count(exchange.front_ends([dir], 1)) > 0", "wrong_arity"),
        ("time.now_ns() > 0", "refused_function"),
        (
            "http.send({\"url\": \"x\"}).status_code == 200",
            "refused_function",
        ),
        ("opa.runtime().x", "refused_function"),
        ("data.facts.bulids[0].x", "unknown_data"),
        ("data.lib.exchnage.x", "unknown_data"),
        ("exchange.front_end_list[0]", "unknown_data"),
        ("input.onprem.OwaVirtualDirectroy[0]", "unknown_kind"),
        ("input.cloud.WebServicesVirtualDirectory[0]", "unknown_kind"),
        ("input.onpremises.AuthServer[0]", "unknown_input"),
        ("input.onprem.AuthServer[0].Enabled", "kind_not_named"),
        ("count(exchange.versions) > 0", "kind_not_named"),
        (
            "count(exchange.of_kind(\"OwaVirtualDirectory\")) > 0",
            "kind_not_named",
        ),
        ("dir.OAuthAuthentication", "property_not_named"),
        ("nobody > 1", "rego"),
        ("x := [1, 2", "rego"),
    ] {
        let body = format!("import data.lib.exchange\n\n{}", rule(line));
        let pack = with_lib()
            .file("facts/builds.csv", "build\n1\n")
            .policy("t", EWS, &body);
        let found = pack.findings();
        assert!(
            found.iter().any(|(c, l)| c == code && (l - 18 < 3)),
            "{line}: {found:?}"
        );
        let error = pack.load().unwrap_err();
        assert!(matches!(error, PolicyError::Refused { .. }), "{line}");
    }
}

#[test]
fn a_sound_policy_with_library_facts_and_own_functions_is_clean() {
    let body = "import data.lib.exchange\n\nis_wrong(dir) if dir.WindowsAuthentication\n\nis_wrong(dir) if {\n\tcount(data.facts.builds) < 0\n\twalk(dir, [_, value])\n\tvalue == sprintf(\"%v and %.2f\", [1, 2])\n}\n\nviolation contains {\"subject\": {\"plane\": dir._plane, \"kind\": dir._kind, \"id\": dir._key}, \"property\": null, \"observed\": null, \"expected\": data.params.hma} if {\n\tsome dir in exchange.front_ends(input.onprem.WebServicesVirtualDirectory)\n\tis_wrong(dir)\n}\n";
    let custom = format!("{EWS}\nparams: [hma]");
    let pack = with_lib()
        .file("facts/builds.csv", "build\n1\n")
        .policy("t", &custom, body)
        .file(
            "exchange/t/t_test.rego",
            "package exchange.t.t_test\n\ntest_x if true\n",
        );
    let report = PolicySet::check(pack.options()).unwrap();
    assert_eq!(report.diagnostics, []);
    assert!(report.is_ok());
}

#[test]
fn what_is_only_suspicious_is_a_warning_and_loads() {
    for (line, code) in [
        ("dir.ExternalUrl", "property_not_named"),
        ("data.params.hma", "param_not_named"),
        ("sprintf(\"%-5s\", [dir._key]) != \"\"", "sprintf_verb"),
    ] {
        let pack = Pack::new().policy("t", EWS, &rule(line));
        assert_eq!(pack.findings(), [(code.to_owned(), 16)], "{line}");
        let set = pack.load().unwrap();
        assert!(set.warnings().iter().any(|w| w.code == code));
    }
}

#[test]
fn structure_and_metadata_are_checked() {
    let check =
        |pack: Pack| -> Vec<String> { pack.findings().into_iter().map(|(code, _)| code).collect() };
    let no_metadata = Pack::new().file(
        "exchange/t/a.rego",
        "package exchange.t.a\n\nviolation contains 1 if false\n",
    );
    assert_eq!(check(no_metadata), ["metadata_missing"]);
    let wrong_place = Pack::new().file("exchange/t/b.rego", &policy("a", EWS, EWS_RULE));
    assert_eq!(check(wrong_place), ["package_path"]);
    let no_rule = Pack::new().policy("a", EWS, "violations contains 1 if false");
    assert_eq!(check(no_rule), ["no_violation"]);
    let no_subject = Pack::new().policy("a", "scope: server", "violation contains 1 if false");
    assert_eq!(check(no_subject), ["no_subject"]);
    let over_data = Pack::new().file("lib/facts.rego", "package facts\n\nx := 1\n");
    assert_eq!(check(over_data), ["data_collision"]);
    let broken_lib = Pack::new()
        .file("lib/a.rego", "package lib.a\n\nx := 1 if { y }\n")
        .policy("a", EWS, EWS_RULE);
    assert_eq!(check(broken_lib), ["rego"]);
    let hole = format!("{EWS}\nremediation:\n  powershell: Set-X {{{{name}}}}");
    assert_eq!(
        check(Pack::new().policy("a", &hole, EWS_RULE)),
        ["metadata_invalid"]
    );
}

#[test]
fn a_missing_test_fails_check_and_not_an_audit() {
    let pack = Pack::new().policy("t", EWS, EWS_RULE);
    let report = PolicySet::check(pack.options()).unwrap();
    assert!(!report.is_ok());
    assert_eq!(report.diagnostics[0].level, Level::CheckOnly);
    assert!(pack.load().is_ok());
}

#[test]
fn a_duplicate_id_names_both_files() {
    let second = policy("two", EWS, EWS_RULE).replace("id: TWO", "id: ONE");
    let pack = Pack::new()
        .policy("one", EWS, EWS_RULE)
        .file("exchange/t/two.rego", &second);
    let error = pack.load().unwrap_err().to_string();
    assert!(
        error.contains("one.rego") && error.contains("two.rego"),
        "{error}"
    );
}

#[test]
fn bad_yaml_in_metadata_shows_file_line_and_source() {
    let text = policy("a", EWS, EWS_RULE).replace("severity: high", "severity: [high");
    let pack = Pack::new().file("exchange/t/a.rego", &text);
    let PolicyError::Refused { diagnostics } = pack.load().unwrap_err() else {
        panic!("it is refused");
    };
    let diagnostic = diagnostics
        .iter()
        .find(|d| d.code == "metadata_invalid")
        .unwrap();
    let rendered = diagnostic.render(false);
    assert!(rendered.contains("a.rego:"), "{rendered}");
    assert!((6..=8).contains(&diagnostic.line), "{rendered}");
    assert!(rendered.contains("METADATA"), "{rendered}");
}

#[test]
fn a_typo_is_rendered_with_the_nearest_name() {
    let pack = with_lib().policy(
        "t",
        EWS,
        &format!(
            "import data.lib.exchange\n\n{}",
            rule("exchange.frontends([dir])")
        ),
    );
    let PolicyError::Refused { diagnostics } = pack.load().unwrap_err() else {
        panic!("it is refused");
    };
    let rendered: Vec<String> = diagnostics.iter().map(|d| d.render(false)).collect();
    let all = rendered.join("\n");
    assert!(all.contains("t.rego:18:"), "{all}");
    assert!(all.contains("exchange.frontends([dir])"), "{all}");
    assert!(all.contains("^^^"), "{all}");
    assert!(
        all.contains("did you mean `data.lib.exchange.front_ends`?"),
        "{all}"
    );
}

#[test]
fn digests_follow_policies_and_not_tests() {
    let digest = |pack: Pack| pack.load().unwrap().digest().to_owned();
    let plain = digest(Pack::new().policy("a", EWS, EWS_RULE));
    let tested = digest(
        Pack::new()
            .policy("a", EWS, EWS_RULE)
            .file("exchange/t/a_test.rego", "package exchange.t.a_test\n"),
    );
    assert_eq!(plain, tested);
    let changed = digest(Pack::new().policy("a", EWS, &format!("{EWS_RULE}\n# x")));
    assert_ne!(plain, changed);
    assert!(plain.starts_with("sha256:") && plain.len() == 71);
}

#[test]
fn the_built_in_policies_load() {
    let set = PolicySet::load(exdrift::policy::LoadOptions::default());
    if let Err(error) = set {
        panic!("{error}");
    }
}
