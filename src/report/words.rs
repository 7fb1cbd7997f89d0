//! Machine words in people's words, the same in every format.

use crate::model::{DriftClass, Evaluation, Op, Severity, State, Verdict};

/// `2026-11-21T020000Z` as `2026-11-21 02:00 UTC`; any other name as it stands.
pub(super) fn moment(snapshot: &str) -> String {
    let bytes = snapshot.as_bytes();
    let shaped = snapshot.is_ascii()
        && bytes.len() >= 18
        && bytes[10] == b'T'
        && bytes[17] == b'Z'
        && bytes[11..17].iter().all(u8::is_ascii_digit);
    if !shaped {
        return super::visible(snapshot).into_owned();
    }
    let collision = snapshot[18..]
        .strip_prefix('-')
        .map(|n| format!(" (no. {})", super::visible(n)))
        .unwrap_or_default();
    format!(
        "{} {}:{} UTC{collision}",
        super::visible(&snapshot[..10]),
        &snapshot[11..13],
        &snapshot[13..15]
    )
}

/// `not_collected` as `not collected`.
pub(super) fn plain(word: &str) -> String {
    super::visible(word).replace('_', " ")
}

/// A policy's reason for not answering, in words; one that we do not know is shown as it is.
pub(super) fn reason(word: &str) -> String {
    match word {
        "ambiguous" => "the text can be read in more than one way",
        "damaged" => "characters of the text are lost",
        "ad_only" => "read from Active Directory only, which does not know what IIS does",
        "build_not_in_table" => "this build is not in the table of builds",
        "denied" => "access denied",
        "failed" => "reading failed",
        "not_attempted" | "not_collected" => "not collected",
        "not_exported" => "not among the properties that the file holds",
        "null_or_empty" => "the export shows null and empty alike",
        "null_value" => "blank in the export",
        "param_missing" => "the configuration does not say",
        "property_absent" => "the property is not in the export",
        "redacted" => "a secret, so its value was never read",
        "stale" => "carried on from an earlier export",
        "truncated" => "cut off by the export",
        other => return plain(other),
    }
    .to_owned()
}

/// `1 finding`, `2 findings`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `EX01`, `EX01 and EX02`, `EX01, EX02 and 3 more`; the names made visible and
/// clipped.
pub(super) fn listed(names: &[&str], show: usize) -> String {
    let shown: Vec<_> = names
        .iter()
        .map(|name| super::escape::clipped(&super::visible(name), 60).into_owned())
        .collect();
    match shown.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] if shown.len() <= show => format!("{} and {last}", head.join(", ")),
        all => format!("{} and {} more", all[..show].join(", "), all.len() - show),
    }
}

/// Where a subject lives: its server, or the organization.
pub(super) fn place(evaluation: &Evaluation) -> &str {
    evaluation
        .resource
        .server
        .as_deref()
        .unwrap_or("the organization")
}

/// `Critical`.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Info => "Info",
    }
}

/// What a coverage state means.
pub(super) fn state(state: State) -> &'static str {
    match state {
        State::Complete => "complete",
        State::Partial => "partly seen",
        State::Denied => "access denied",
        State::Failed => "reading failed",
        State::Unsupported => "not offered by this build",
        State::NotAttempted => "not collected",
        State::Stale => "carried on",
    }
}

/// What happened to a resource.
pub(super) fn op(op: Op) -> &'static str {
    match op {
        Op::Added => "added",
        Op::Removed => "removed",
        Op::Renamed => "renamed",
        Op::Recreated => "recreated",
        Op::Changed => "changed",
    }
}

/// Why a change happened.
pub(super) fn class(class: DriftClass) -> &'static str {
    match class {
        DriftClass::UpdateReset => "Reset to the factory value by the update",
        DriftClass::UpdateIntended => "Intended by the update",
        DriftClass::ChangedAtUpdate => "Changed with the update, not documented",
        DriftClass::HcwReapply => "Written by the hybrid wizard",
        DriftClass::Mitigation => "Emergency Mitigation service",
        DriftClass::Rebuild => "Directory removed and made again",
        DriftClass::Expiry => "Time alone",
        DriftClass::UnknownBefore => "The older build had no such property",
        DriftClass::Manual => "Not explained by anything on record",
    }
}

/// The verdict on an update.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Clean => "Clean",
        Verdict::Fixed => "Fixed",
        Verdict::Regressed => "Regressed",
        Verdict::Incomplete => "Incomplete",
    }
}

/// A heading for the operator's word of how a server is reached.
pub(super) fn exposure(word: Option<&str>, is_edge: bool) -> String {
    match word {
        _ if is_edge => "Edge Transport".to_owned(),
        None => "Exposure not stated".to_owned(),
        Some("internet") => "Internet-facing".to_owned(),
        Some("exo_only") => "Reached by Exchange Online only".to_owned(),
        Some("internal") => "Internal".to_owned(),
        Some(other) => plain(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshot_ids_read_as_moments() {
        assert_eq!(moment("2026-11-21T020000Z"), "2026-11-21 02:00 UTC");
        assert_eq!(
            moment("2026-11-21T020000Z-2"),
            "2026-11-21 02:00 UTC (no. 2)"
        );
        assert_eq!(moment("before the update"), "before the update");
    }

    #[test]
    fn lists_say_how_many_are_left_out() {
        assert_eq!(listed(&["A"], 3), "A");
        assert_eq!(listed(&["A", "B", "C"], 3), "A, B and C");
        assert_eq!(listed(&["A", "B", "C", "D", "E"], 3), "A, B, C and 2 more");
    }
}
