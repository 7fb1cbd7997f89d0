//! Commands that people paste: whatever a name holds, it stays one literal.

use exdrift::model::{Outcome, Plane, Value};
use exdrift::policy::{Template, literal};

use super::estate::*;

fn tree(script: &str) -> tree_sitter::Tree {
    let mut parser = tree_sitter::Parser::new();
    parser
        .set_language(&tree_sitter_powershell::LANGUAGE.into())
        .unwrap();
    parser.parse(script, None).unwrap()
}

/// Kinds of all nodes, and whether the tree has errors.
fn kinds(script: &str) -> (Vec<String>, bool) {
    let tree = tree(script);
    let mut kinds = Vec::new();
    let mut cursor = tree.walk();
    loop {
        kinds.push(cursor.node().kind().to_owned());
        if cursor.goto_first_child() || cursor.goto_next_sibling() {
            continue;
        }
        loop {
            if !cursor.goto_parent() {
                return (kinds, tree.root_node().has_error());
            }
            if cursor.goto_next_sibling() {
                break;
            }
        }
    }
}

const HOSTILE: [&str; 8] = [
    "'; Remove-Mailbox x; '",
    "\u{2019}; Remove-Mailbox x; \u{2018}",
    "`'; Remove-Mailbox x",
    "$(Remove-Mailbox x)",
    "a\r\nRemove-Mailbox x",
    "EX01\\EWS (Default Web Site)",
    "@{a=1}",
    "\" ; Remove-Mailbox x ; \"",
];

#[test]
fn a_hostile_name_stays_one_string() {
    for name in HOSTILE {
        let literal = literal(&Value::text(name)).unwrap();
        assert!(!literal.contains(['\r', '\n']), "{literal}");
        let script = format!("Set-Thing -Identity {literal} -Enabled $false");
        let (kinds, has_error) = kinds(&script);
        // The grammar knows ASCII quotes only; PowerShell itself reads the typographic ones as
        // quotes, and they are doubled for it.
        assert!(!has_error, "{script}");
        let commands = kinds.iter().filter(|k| *k == "command").count();
        assert_eq!(commands, 1, "{script}: {kinds:?}");
        let strings = kinds
            .iter()
            .filter(|k| *k == "verbatim_string_characters")
            .count();
        if !name.contains('\n') {
            assert_eq!(strings, 1, "{script}: {kinds:?}");
        }
        for kind in ["sub_expression", "expandable_string_literal", "ERROR"] {
            assert!(!kinds.iter().any(|k| k == kind), "{script}: {kinds:?}");
        }
    }
}

#[test]
fn a_finding_carries_its_command_and_the_way_back() {
    let custom = format!(
        "{EWS}\nremediation:\n  powershell: |\n    Set-WebServicesVirtualDirectory -Identity {{{{identity}}}} -WindowsAuthentication {{{{expected.WindowsAuthentication}}}}\n    Invoke-Command {{{{server}}}} {{ iisreset }}\n  rollback: Set-WebServicesVirtualDirectory -Identity {{{{identity}}}} -WindowsAuthentication {{{{observed.WindowsAuthentication}}}} -ExternalUrl {{{{subject.ExternalUrl}}}}"
    );
    let mut snapshot = estate(1);
    set(
        ews(&mut snapshot, "EX01"),
        "WindowsAuthentication",
        true.into(),
    );
    let hostile = "EX01\\'; Remove-Mailbox x; ' (Default Web Site)";
    put(
        &mut snapshot,
        Plane::Onprem,
        "WebServicesVirtualDirectory",
        hostile,
        Some("EX01"),
        &[("WindowsAuthentication", true.into())],
    );
    let evaluations = Pack::new()
        .policy("ews", &custom, EWS_RULE)
        .judge(&snapshot);
    assert_eq!(evaluations.len(), 2);
    for evaluation in &evaluations {
        assert_eq!(evaluation.outcome, Outcome::Fail);
        let remediation = evaluation.remediation.as_ref().unwrap();
        let (kinds, has_error) = kinds(&remediation.powershell);
        assert!(!has_error, "{}", remediation.powershell);
        assert!(!kinds.is_empty());
        assert!(!remediation.powershell.contains("{{"));
    }
    let plain = evaluations
        .iter()
        .find(|e| e.resource.id.contains("EWS"))
        .and_then(|e| e.remediation.as_ref())
        .unwrap();
    assert_eq!(
        plain.powershell,
        "Set-WebServicesVirtualDirectory -Identity 'EX01\\EWS (Default Web Site)' -WindowsAuthentication $false\nInvoke-Command 'EX01' { iisreset }"
    );
    assert_eq!(
        plain.rollback.as_deref(),
        Some(
            "Set-WebServicesVirtualDirectory -Identity 'EX01\\EWS (Default Web Site)' -WindowsAuthentication $true -ExternalUrl $null"
        )
    );
    let other = evaluations
        .iter()
        .find(|e| e.resource.id == hostile)
        .unwrap();
    let rollback = &other.remediation.as_ref().unwrap().rollback;
    assert_eq!(*rollback, None, "its ExternalUrl is absent");
}

#[test]
fn a_value_without_a_literal_gives_no_command_and_says_so() {
    let custom = format!(
        "{EWS}\nremediation:\n  powershell: Set-X -Identity {{{{identity}}}} -Y {{{{expected.Other}}}}"
    );
    let mut snapshot = estate(1);
    set(
        ews(&mut snapshot, "EX01"),
        "WindowsAuthentication",
        true.into(),
    );
    let evaluations = Pack::new()
        .policy("ews", &custom, EWS_RULE)
        .judge(&snapshot);
    assert_eq!(evaluations[0].outcome, Outcome::Fail);
    assert_eq!(evaluations[0].remediation, None);
    assert!(
        evaluations[0].message.contains("expected.Other"),
        "{}",
        evaluations[0].message
    );
    assert!(Template::parse("Set-X '{{identity}}'", None).is_err());
}
