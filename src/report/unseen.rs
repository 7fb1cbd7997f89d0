//! What could not be seen, said once per cause and not once per control.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::compare::{Comparison, Standing, natural};
use super::{Report, words};
use crate::model::{Coverage, Evaluation, Outcome, Plane, State};

/// One cause of missing answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Gap {
    /// `OutlookAnywhere`, `Parameter exposure`, or the policy's id where it broke. Visible text.
    pub what: String,
    /// `access denied`. Visible text.
    pub why: String,
    /// What the collector said, where it said something.
    pub detail: Option<String>,
    /// Servers in natural order; empty for the organization.
    pub servers: Vec<String>,
    /// Controls without an answer because of it.
    pub policies: BTreeSet<String>,
    /// How many answers are missing.
    pub answers: usize,
    /// True where last time there was an answer.
    pub is_new: bool,
}

/// Gaps by what is missing and why.
type Gaps = BTreeMap<(String, String), Gap>;

/// All causes: newly lost first, then by the number of answers that they cost.
pub(super) fn gaps(report: &Report<'_>, comparison: &Comparison<'_>) -> Vec<Gap> {
    let mut gaps = Gaps::new();
    let mut told = HashMap::new();
    let empty = Coverage::default();
    let coverage = report.assessment.map_or(&empty, |a| &a.coverage);
    let evaluations: Vec<_> = match report.assessment {
        Some(assessment) => assessment.evaluations.iter().collect(),
        None => comparison.lost.clone(),
    };
    for e in evaluations {
        let (what, why) = match e.outcome {
            Outcome::Unknown => {
                let why = words::reason(e.reason.as_deref().unwrap_or("no_reason_given"));
                (missing(e), why)
            }
            Outcome::Error => (
                format!("policy {}", super::visible(&e.policy)),
                "the policy broke".to_owned(),
            ),
            _ => continue,
        };
        let gap = gaps.entry((what.clone(), why.clone())).or_default();
        (gap.what, gap.why) = (what, why);
        gap.answers += 1;
        gap.is_new |= comparison.standing(e) == Standing::Lost;
        gap.policies.insert(super::visible(&e.policy).into_owned());
        if let Some(server) = &e.resource.server {
            gap.servers.push(super::visible(server).into_owned());
            let (what, why) = (gap.what.clone(), gap.why.clone());
            told.entry((what.clone(), server.as_str()))
                .or_insert((what, why));
        }
    }
    add_coverage(coverage, &mut gaps, &told);
    if let Some(drift) = report.shown_drift().filter(|_| report.assessment.is_none()) {
        for change in drift.coverage_changes.iter().filter(|c| c.lost) {
            let what = super::visible(change.kind.as_str()).into_owned();
            let why = super::visible(&change.reason).into_owned();
            let gap = gaps.entry((what.clone(), why.clone())).or_default();
            (gap.what, gap.why, gap.is_new) = (what, why, true);
            gap.servers.extend(
                change
                    .server
                    .as_deref()
                    .map(|s| super::visible(s).into_owned()),
            );
        }
    }
    let mut gaps: Vec<Gap> = gaps.into_values().collect();
    for gap in &mut gaps {
        gap.servers.sort_by_key(|name| natural(name));
        gap.servers.dedup();
    }
    gaps.sort_by_key(|gap| (!gap.is_new, std::cmp::Reverse(gap.answers)));
    gaps
}

/// The kind that was not seen, or the param that nobody stated. The subject's kind where the
/// evaluation names no other: what was asked about is not always what is missing.
fn missing(e: &Evaluation) -> String {
    if let Some(param) = &e.missing_param {
        return format!("Parameter {}", super::visible(param));
    }
    if e.missing_kind.is_none() && e.reason.as_deref() == Some("param_missing") {
        return "A parameter".to_owned();
    }
    match e.missing_kind.as_ref().unwrap_or(&e.resource.kind).as_str() {
        "Organization" => "Configuration of the organization".to_owned(),
        kind => super::visible(kind).into_owned(),
    }
}

/// Rows that are not complete and cost no answer of these policies: still not seen.
fn add_coverage<'a>(
    coverage: &'a Coverage,
    gaps: &mut Gaps,
    told: &HashMap<(String, &'a str), (String, String)>,
) {
    for row in coverage.rows.iter().filter(|r| r.state != State::Complete) {
        let kind = super::visible(row.kind.as_str());
        let named = match row.plane {
            Plane::Onprem => kind.clone().into_owned(),
            other => format!("{kind} ({})", other.title()),
        };
        // What nobody asked for is a gap only where a policy missed it, and then it is told above.
        let is_told =
            row.state == State::NotAttempted || gaps.keys().any(|(what, _)| *what == *kind);
        // Since when nothing new came is the same for every answer that waits for this kind.
        if let (State::Stale, Some(reason)) = (row.state, &row.reason) {
            let of_kind = gaps.values_mut().filter(|gap| gap.what == *kind);
            for gap in of_kind.filter(|gap| gap.detail.is_none()) {
                gap.detail = Some(super::visible(reason).into_owned());
            }
        }
        if row.except.is_empty() && !is_told {
            let why = match &row.reason {
                Some(reason) => format!("{}: {}", words::state(row.state), words::plain(reason)),
                None => words::state(row.state).to_owned(),
            };
            let gap = gaps.entry((named.clone(), why.clone())).or_default();
            (gap.what, gap.why) = (named.clone(), why);
        }
        for except in &row.except {
            let server = super::visible(&except.server).into_owned();
            if except.state == State::Complete {
                continue;
            }
            let known = told.get(&(kind.to_string(), except.server.as_str()));
            if let Some(gap) = known.and_then(|key| gaps.get_mut(key)) {
                if let (Some(reason), None) = (&except.reason, &gap.detail) {
                    gap.detail = Some(super::visible(reason).into_owned());
                }
                continue;
            }
            let why = match &except.reason {
                Some(reason) => {
                    format!("{}: {}", words::state(except.state), super::visible(reason))
                }
                None => words::state(except.state).to_owned(),
            };
            let gap = gaps.entry((named.clone(), why.clone())).or_default();
            (gap.what, gap.why) = (named.clone(), why);
            gap.servers.push(server);
        }
    }
}

impl Gap {
    /// ` on EX03 and EX04`; nothing for the organization.
    pub(super) fn place(&self, show: usize) -> String {
        if self.servers.is_empty() {
            return String::new();
        }
        let names: Vec<&str> = self.servers.iter().map(String::as_str).collect();
        format!(" on {}", words::listed(&names, show))
    }

    /// `access denied (The role does not reach this server.)`
    pub(super) fn cause(&self, limit: usize) -> String {
        let text = match &self.detail {
            Some(detail) => format!("{} ({detail})", self.why),
            None => self.why.clone(),
        };
        super::escape::clipped(&text, limit).into_owned()
    }

    /// What it costs: `2 controls unknown (HMA-001, HMA-002)`.
    pub(super) fn cost(&self, show: usize) -> Option<String> {
        if self.policies.is_empty() {
            return None;
        }
        let ids: Vec<&str> = self.policies.iter().map(String::as_str).collect();
        Some(format!(
            "{} without an answer: {}",
            words::count(self.answers, "check", "checks"),
            words::listed(&ids, show)
        ))
    }
}
