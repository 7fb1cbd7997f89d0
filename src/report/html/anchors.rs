//! Which findings are written out in full, and the id that a cell of the picture opens.

use std::collections::{BTreeMap, HashMap};

use super::super::Report;
use super::super::compare::Comparison;
use crate::model::{Evaluation, Outcome};

/// With more open findings than this, each policy shows fewer of them in full.
const MANY: usize = 300;
/// Full findings of one policy, in small and in large reports.
const FULL: (usize, usize) = (30, 5);
/// Findings that are one line of a table, in the whole report.
const LINES: usize = 8_000;

/// One policy's open findings.
pub(super) struct Group<'a> {
    /// Permanent id.
    pub policy: &'a str,
    /// Written out.
    pub full: Vec<&'a Evaluation>,
    /// One line each.
    pub lines: Vec<&'a Evaluation>,
    /// Counted only.
    pub left_out: usize,
}

/// Ids of the report's parts. All are made of letters and numbers of ours, never of data.
pub(super) struct Anchors<'a> {
    /// Open findings by policy: with something new first, then worst first.
    pub groups: Vec<Group<'a>>,
    /// Waived, unknown, error, manual: one list a policy.
    pub others: BTreeMap<(Outcome, &'a str), Vec<&'a Evaluation>>,
    findings: HashMap<&'a str, usize>,
}

impl<'a> Anchors<'a> {
    pub(super) fn of(report: &Report<'a>, comparison: &Comparison<'a>) -> Self {
        let mut groups: Vec<(&str, Vec<&Evaluation>)> = Vec::new();
        let mut at: HashMap<&str, usize> = HashMap::new();
        for e in &comparison.open {
            let index = *at.entry(&e.policy).or_insert(groups.len());
            match groups.get_mut(index) {
                Some((_, group)) => group.push(e),
                None => groups.push((&e.policy, vec![e])),
            }
        }
        groups.sort_by_key(|(_, group)| !group.iter().any(|e| comparison.standing(e).is_new()));
        let full = if comparison.open.len() > MANY {
            FULL.1
        } else {
            FULL.0
        };
        let mut lines = LINES;
        let mut anchors = Anchors {
            groups: Vec::new(),
            others: BTreeMap::new(),
            findings: HashMap::new(),
        };
        for (policy, mut list) in groups {
            list.sort_by_key(|e| !comparison.standing(e).is_new());
            let mut rest = list.split_off(list.len().min(full));
            let left_out = rest.len().saturating_sub(lines);
            rest.truncate(lines);
            lines -= rest.len();
            for e in list.iter().chain(&rest) {
                let number = anchors.findings.len();
                anchors.findings.entry(&e.fingerprint).or_insert(number);
            }
            anchors.groups.push(Group {
                policy,
                full: list,
                lines: rest,
                left_out,
            });
        }
        for e in report.assessment.map_or(&[][..], |a| &a.evaluations) {
            if e.outcome != Outcome::Pass && !e.is_open_failure() {
                anchors
                    .others
                    .entry((e.outcome, &e.policy))
                    .or_default()
                    .push(e);
            }
        }
        anchors
    }

    /// The id of an open finding; None where it is only counted.
    pub(super) fn finding(&self, e: &Evaluation) -> Option<String> {
        let number = self.findings.get(e.fingerprint.as_str())?;
        Some(format!("f{number}"))
    }

    /// The id of a policy's list of one outcome.
    pub(super) fn other(&self, outcome: Outcome, policy: &str) -> Option<String> {
        let position = self
            .others
            .keys()
            .position(|key| *key == (outcome, policy))?;
        Some(format!("o{position}"))
    }

    /// The id of a policy's open findings.
    pub(super) fn policy(&self, policy: &str) -> Option<String> {
        let position = self
            .groups
            .iter()
            .position(|group| group.policy == policy)?;
        Some(format!("p{position}"))
    }

    /// Where a cell leads.
    pub(super) fn of_evaluation(&self, e: &Evaluation) -> Option<String> {
        if e.is_open_failure() {
            self.finding(e).or_else(|| self.policy(&e.policy))
        } else {
            self.other(e.outcome, &e.policy)
        }
    }
}
