//! `policy test --mutate`: a test suite that notices nothing is told so.

use super::cli::Desk;

const POLICY: &str = r#"# METADATA
# title: OWA shows the sign-in form
# description: Passwords typed into a form can be sprayed.
# custom:
#   id: MINE-001
#   severity: medium
#   category: MINE
#   scope: server
#   requires:
#     - onprem.OwaVirtualDirectory.FormsAuthentication
#   since: "0.1.0"
package exchange.mine.forms

import data.lib.mine

violation contains {
	"subject": {"plane": "onprem", "kind": "OwaVirtualDirectory", "id": directory._key},
	"property": "FormsAuthentication", "observed": true, "expected": false,
} if {
	some directory in input.onprem.OwaVirtualDirectory
	directory._site == "frontend"
	mine.is_on(directory.FormsAuthentication)
}
"#;

const LIB: &str = "package lib.mine\n\nis_on(value) if {\n\tvalue == true\n}\n";

/// A directory in front with forms, and what else a test adds.
fn tests(more: &str) -> String {
    format!(
        r#"package exchange.mine.forms_test

import data.exchange.mine.forms as policy

found(site, forms) := count(violations) if {{
	violations := policy.violation with input as {{"onprem": {{"OwaVirtualDirectory": [{{"_key": "EX01\\owa", "_site": site, "FormsAuthentication": forms}}]}}}}
}}

test_forms_are_found if found("frontend", true) == 1
{more}"#
    )
}

const THE_REST: &str = "\ntest_no_forms if found(\"frontend\", false) == 0\n\ntest_the_back_end_is_left_alone if found(\"backend\", true) == 0\n";

fn desk(more: &str) -> Desk {
    let desk = Desk::new();
    desk.write("pack/exchange/mine/forms.rego", POLICY);
    desk.write("pack/exchange/mine/forms_test.rego", tests(more));
    desk.write("pack/lib/mine.rego", LIB);
    desk
}

const MUTATE: [&str; 6] = [
    "policy",
    "test",
    "--mutate",
    "--no-builtin",
    "--policies",
    "pack",
];

#[test]
fn conditions_that_no_test_would_miss_are_named_with_their_place() {
    let desk = desk("");
    let ran = desk.run(&MUTATE);
    assert_eq!(ran.code, 1, "{}", ran.out);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(
        lines,
        [
            "pack/exchange/mine/forms.rego:21:2: all tests pass without this condition: directory._site == \"frontend\"",
            "pack/exchange/mine/forms.rego:22:2: all tests pass without this condition: mine.is_on(directory.FormsAuthentication)",
            "pack/lib/mine.rego:4:2: all tests pass without this condition: value == true",
            "8 changes: 5 noticed by a test, 3 not; 0 more do not compile; 62 %",
        ],
        "{}",
        ran.out
    );
}

#[test]
fn tests_that_notice_everything_pass() {
    let desk = desk(THE_REST);
    let ran = desk.run(&MUTATE);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.ends_with("100 %\n"), "{}", ran.out);
}

#[test]
fn one_file_can_be_tried_alone() {
    let desk = desk("");
    let mut only = MUTATE.to_vec();
    only.extend(["--only", "lib/"]);
    let ran = desk.run(&only);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(!ran.out.contains("forms.rego"), "{}", ran.out);
    only.extend(["--only", "nothing_like_it"]);
    only.remove(6);
    only.remove(6);
    let ran = desk.run(&only);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("nothing_like_it"), "{}", ran.err);
}

#[test]
fn a_pack_whose_tests_fail_is_not_changed() {
    let desk = desk("\ntest_wrong if found(\"frontend\", true) == 2\n");
    let ran = desk.run(&MUTATE);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("forms_test.rego:"), "{}", ran.err);
}

/// Nine of ten conditions of the built-in policies and their library are watched by a test.
#[test]
fn the_built_in_tests_notice_nine_of_ten_changes() {
    let ran = Desk::new().run(&["policy", "test", "--mutate"]);
    eprintln!("{}", ran.out.lines().last().unwrap_or_default());
    assert_eq!(ran.code, 0, "{}", ran.out);
}
