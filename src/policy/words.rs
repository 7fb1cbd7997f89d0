//! Sentences for people: what a violation, a gap or a missing param says.

use super::gate::Gap;
use super::output::{Remark, Violation};
use crate::model::Value;

/// `WindowsAuthentication is true, expected false.`, unless the policy has words of its own.
pub(super) fn violation_text(violation: &Violation) -> String {
    if let Some(message) = &violation.message {
        return message.clone();
    }
    let of = match &violation.resource {
        Some(resource) => format!(" of {}", resource.id),
        None => String::new(),
    };
    match &violation.property {
        Some(property) => format!(
            "{property}{of} is {}, expected {}.",
            violation.observed, violation.expected
        ),
        None if violation.observed == Value::Null => format!("Expected {}.", violation.expected),
        None => format!(
            "Found {}, expected {}.",
            violation.observed, violation.expected
        ),
    }
}

/// A policy's own words, else its reason.
pub(super) fn remark_text(remark: &Remark) -> String {
    remark
        .message
        .clone()
        .unwrap_or_else(|| remark.reason.replace('_', " "))
}

/// Everything that is missing, the first few in full.
pub(super) fn unknown_text(gaps: &[Gap], remarks: &[Remark]) -> String {
    const SHOWN: usize = 3;
    let mut messages: Vec<String> = Vec::new();
    let texts = gaps.iter().map(|gap| gap.message.clone());
    for text in texts.chain(remarks.iter().map(remark_text)) {
        if !messages.contains(&text) {
            messages.push(text);
        }
    }
    let more = messages.len().saturating_sub(SHOWN);
    messages.truncate(SHOWN);
    let mut text = String::new();
    for message in &messages {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push(' ');
        }
        text.push_str(message);
        // Policies end their sentences, gaps do not, and lines of YAML stay as they are.
        if !message.ends_with(['.', '\n']) {
            text.push('.');
        }
    }
    if more > 0 {
        let cut = text.trim_end_matches('.').len();
        text.replace_range(cut.., &format!(", and {more} more."));
    }
    text
}

/// The params that METADATA names and the operator did not give, with the lines to add.
pub(super) fn missing_params(
    named: &[String],
    given: &serde_json::Value,
    organization: &str,
) -> Option<Gap> {
    let missing: Vec<&str> = named
        .iter()
        .map(String::as_str)
        .filter(|path| {
            path.split('.')
                .try_fold(given, |value, part| value.get(part))
                .is_none_or(serde_json::Value::is_null)
        })
        .collect();
    if missing.is_empty() {
        return None;
    }
    let names = missing.join(", ");
    let message = format!(
        "only the operator knows {names}; add to exdrift.yaml:\n{}",
        yaml_to_add(organization, &missing)
    );
    Some(Gap {
        param: Some(names),
        ..Gap::new("param_missing", message)
    })
}

/// The block to add, merged where two paths share a beginning.
fn yaml_to_add(organization: &str, paths: &[&str]) -> String {
    let mut lines = vec![
        "organizations:".to_owned(),
        format!("  {organization}:"),
        "    params:".to_owned(),
    ];
    let mut open: Vec<&str> = Vec::new();
    let mut sorted = paths.to_vec();
    sorted.sort_unstable();
    for path in sorted {
        let parts: Vec<&str> = path.split('.').collect();
        let shared = parts
            .iter()
            .zip(&open)
            .take_while(|(part, open)| part == open)
            .count();
        for (depth, part) in parts.iter().enumerate().skip(shared) {
            let value = if depth + 1 == parts.len() { " ..." } else { "" };
            lines.push(format!("{}{part}:{value}", " ".repeat(6 + 2 * depth)));
        }
        open = parts;
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_a_common_beginning_share_it() {
        assert_eq!(
            yaml_to_add(
                "contoso",
                &["hma", "exposure.internet", "exposure.internal"]
            ),
            "organizations:\n  contoso:\n    params:\n      exposure:\n        internal: ...\n        internet: ...\n      hma: ...\n"
        );
    }

    #[test]
    fn a_long_list_of_gaps_is_cut_and_counted() {
        let gaps: Vec<Gap> = (1..=5)
            .map(|n| Gap::new("denied", format!("gap {n}")))
            .collect();
        assert_eq!(unknown_text(&gaps, &[]), "gap 1. gap 2. gap 3, and 2 more.");
    }

    #[test]
    fn sentences_end_once_whether_or_not_the_policy_ended_them() {
        let gap = Gap::new("denied", "it was refused");
        let remark = |message: &str| Remark {
            reason: "not_collected".to_owned(),
            message: Some(message.to_owned()),
            kind: None,
            param: None,
        };
        assert_eq!(
            unknown_text(
                &[gap],
                &[remark("It was not seen."), remark("Nobody knows")]
            ),
            "it was refused. It was not seen. Nobody knows."
        );
        let many = ["One.", "Two.", "Three.", "Four."].map(remark);
        assert_eq!(unknown_text(&[], &many), "One. Two. Three, and 1 more.");
        let yaml = Gap::new("param_missing", "add:\n  hma: ...\n");
        assert_eq!(
            unknown_text(&[yaml], &[remark("Nobody knows.")]),
            "add:\n  hma: ...\nNobody knows."
        );
    }
}
