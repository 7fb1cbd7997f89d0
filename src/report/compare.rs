//! What is new, fixed, still wrong or no longer seen, read off fingerprints. No verdict is made here.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::Report;
use crate::model::{Assessment, Evaluation, Outcome};

/// How an evaluation stands against the last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Fails now and did not count as failing then.
    New(Before),
    /// Failed then, too.
    Still,
    /// Unknown or broken now, answered then.
    Lost,
    /// Nothing to say: no last time, or not a bad answer.
    Plain,
}

impl Standing {
    /// True for what the reader has not seen before.
    pub(super) fn is_new(self) -> bool {
        matches!(self, Standing::New(_) | Standing::Lost)
    }
}

/// What the last time said of a finding that is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// This answer.
    Was(Outcome),
    /// It failed under a waiver that has run out or no longer matches.
    Waived,
    /// The subject or the policy was not there.
    Absent,
}

impl Before {
    /// Before the moment of the last time.
    pub(super) fn words(self) -> &'static str {
        match self {
            Before::Was(Outcome::Pass) => "passed",
            Before::Was(Outcome::Unknown) => "could not be seen",
            Before::Was(Outcome::Error) => "could not be judged",
            Before::Was(Outcome::NotApplicable) => "did not apply",
            Before::Was(Outcome::Manual) => "was left to a person",
            Before::Was(Outcome::Fail) => "failed",
            Before::Waived => "was waived",
            Before::Absent => "was not judged",
        }
    }
}

/// Every evaluation that matters, against the last time. Lists are worst first.
#[derive(Debug, Default)]
pub(super) struct Comparison<'a> {
    /// True where there is a last time.
    pub known: bool,
    /// Open failures that are new. All open failures where there is no last time are `open` only.
    pub new: Vec<&'a Evaluation>,
    /// Open failures, new ones too.
    pub open: Vec<&'a Evaluation>,
    /// Failed then (the older evaluation), in order now.
    pub fixed: Vec<&'a Evaluation>,
    /// Answered then, unknown or broken now.
    pub lost: Vec<&'a Evaluation>,
    before: HashMap<&'a str, Before>,
    new_prints: HashSet<&'a str>,
    lost_prints: HashSet<&'a str>,
}

impl<'a> Comparison<'a> {
    /// Reads a report.
    pub(super) fn of(report: &Report<'a>) -> Self {
        let mut comparison = Comparison::default();
        if let Some(previous) = report.previous {
            comparison.known = true;
            comparison.remember(previous);
        }
        match (report.verification, report.assessment) {
            (Some(verification), _) => {
                comparison.known = true;
                comparison.fixed = verification.fixed.iter().collect();
                comparison.lost = verification.lost_evidence.iter().collect();
                let open = |e: &&Evaluation| e.is_open_failure();
                comparison.new = verification.new.iter().filter(open).collect();
                comparison.open = verification.still.iter().filter(open).collect();
                comparison.open.extend(&comparison.new);
            }
            (None, Some(now)) => comparison.against(now, report.previous),
            (None, None) => {}
        }
        for list in [
            &mut comparison.new,
            &mut comparison.open,
            &mut comparison.fixed,
            &mut comparison.lost,
        ] {
            worst_first(list);
        }
        comparison.new_prints = prints(&comparison.new);
        comparison.lost_prints = prints(&comparison.lost);
        comparison
    }

    fn remember(&mut self, previous: &'a Assessment) {
        for old in &previous.evaluations {
            let before = if old.outcome == Outcome::Fail && !old.is_open_failure() {
                Before::Waived
            } else {
                Before::Was(old.outcome)
            };
            self.before.insert(&old.fingerprint, before);
        }
    }

    fn against(&mut self, now: &'a Assessment, previous: Option<&'a Assessment>) {
        self.open = now
            .evaluations
            .iter()
            .filter(|e| e.is_open_failure())
            .collect();
        let Some(previous) = previous else {
            return;
        };
        let failed = Before::Was(Outcome::Fail);
        self.new = self
            .open
            .iter()
            .copied()
            .filter(|e| self.before.get(e.fingerprint.as_str()) != Some(&failed))
            .collect();
        let mut outcomes = HashMap::new();
        for e in &now.evaluations {
            outcomes.insert(e.fingerprint.as_str(), e.outcome);
            let unseen = matches!(e.outcome, Outcome::Unknown | Outcome::Error);
            let answered = matches!(
                self.before.get(e.fingerprint.as_str()),
                Some(
                    Before::Was(Outcome::Pass | Outcome::Fail | Outcome::NotApplicable)
                        | Before::Waived
                )
            );
            if unseen && answered {
                self.lost.push(e);
            }
        }
        self.fixed = previous
            .evaluations
            .iter()
            .filter(|old| old.outcome == Outcome::Fail)
            .filter(|old| {
                matches!(
                    outcomes.get(old.fingerprint.as_str()),
                    Some(Outcome::Pass | Outcome::NotApplicable)
                )
            })
            .collect();
    }

    /// How one evaluation of this report stands.
    pub(super) fn standing(&self, e: &Evaluation) -> Standing {
        let print = e.fingerprint.as_str();
        if self.new_prints.contains(print) {
            Standing::New(self.before.get(print).copied().unwrap_or(Before::Absent))
        } else if self.lost_prints.contains(print) {
            Standing::Lost
        } else if self.known && e.outcome == Outcome::Fail {
            Standing::Still
        } else {
            Standing::Plain
        }
    }
}

fn prints<'a>(list: &[&'a Evaluation]) -> HashSet<&'a str> {
    list.iter().map(|e| e.fingerprint.as_str()).collect()
}

/// Severity, then policy, then server in natural order, then key.
pub(super) fn worst_first(list: &mut [&Evaluation]) {
    list.sort_by_cached_key(|e| {
        (
            Reverse(e.severity),
            e.policy.clone(),
            natural(e.resource.server.as_deref().unwrap_or("")),
            e.resource.id.clone(),
        )
    });
}

/// A sort key in which `EX2` comes before `EX10`.
pub(super) fn natural(name: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let (mut word, mut digits) = (String::new(), String::new());
    for c in name.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            let number = digits.parse().unwrap_or(u64::MAX);
            parts.push((std::mem::take(&mut word), number));
            digits.clear();
        }
        word.push(c);
    }
    parts.push((word, 0));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let mut names = ["EX10", "EX2", "EX01B", "EX1", "CAS1"];
        names.sort_by_key(|name| natural(name));
        assert_eq!(names, ["CAS1", "EX1", "EX01B", "EX2", "EX10"]);
    }
}
