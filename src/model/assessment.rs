//! The answers of all policies for one snapshot, in the words of `exdrift.audit/1`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Coverage, Kind, Outcome, Outlier, ResourceRef, Severity, Value};

/// The program that wrote a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Tool {
    /// `exdrift`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Tool {
    /// This program.
    pub fn this() -> Self {
        Tool {
            name: "exdrift".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// One property that a policy looked at and found wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EvidenceItem {
    /// Exchange's name of the property; null where the violation concerns the whole subject.
    pub property: Option<String>,
    /// What was there.
    pub observed: Value,
    /// What should be there: a value, or words.
    pub expected: Value,
    /// The resource, where it is another one than the subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourceRef>,
}

/// What a person may run, after reading it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Remediation {
    /// PowerShell with every hole filled.
    pub powershell: String,
    /// How to go back, where there is a way.
    pub rollback: Option<String>,
}

/// The waiver that covers a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Waived {
    /// Who accepted it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day, RFC 3339 date.
    pub until: String,
    /// True where `until` has passed: the finding counts again.
    pub expired: bool,
}

/// One policy for one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Evaluation {
    /// Permanent id: `EXT-002`.
    pub policy: String,
    /// The policy's title.
    pub title: String,
    /// Severity of a failure; a violation may lower it.
    pub severity: Severity,
    /// The answer.
    pub outcome: Outcome,
    /// A machine word for unknown, not_applicable and error; null for pass and fail.
    pub reason: Option<String>,
    /// The subject.
    pub resource: ResourceRef,
    /// One sentence for a person.
    pub message: String,
    /// What was wrong, property by property.
    pub evidence: Vec<EvidenceItem>,
    /// What to run; null unless the outcome is fail.
    pub remediation: Option<Remediation>,
    /// Titles or addresses of sources.
    pub references: Vec<String>,
    /// Framework to control ids.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// 32 hex digits over `[1, organization, policy, plane, kind, key]`.
    pub fingerprint: String,
    /// The waiver, where one matches.
    pub waiver: Option<Waived>,
    /// `HMA`, `EXT`, ...: the policy's category, for grouping.
    #[serde(default)]
    pub category: String,
    /// The snapshot id since which this fingerprint has failed without a break; null where the
    /// outcome is not fail or no earlier assessment is known.
    #[serde(default)]
    pub since: Option<String>,
    /// The kind whose evidence is missing, where the outcome is unknown for want of evidence: not
    /// always the subject's. Absent otherwise, and in assessments of 0.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_kind: Option<Kind>,
    /// The params that the operator did not give (`exposure`), where the outcome is unknown for want of
    /// them. Absent otherwise, and in assessments of 0.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_param: Option<String>,
}

impl Evaluation {
    /// A failure that counts: not waived, or waived by something that has expired.
    pub fn is_open_failure(&self) -> bool {
        self.outcome == Outcome::Fail && self.waiver.as_ref().is_none_or(|waiver| waiver.expired)
    }
}

/// Counts. The six outcomes add up to the number of evaluations; `waived` is counted beside them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Summary {
    /// Evaluations that pass.
    pub pass: usize,
    /// Evaluations that fail, waived ones too.
    pub fail: usize,
    /// Evaluations that do not apply.
    pub not_applicable: usize,
    /// Evaluations without enough evidence.
    pub unknown: usize,
    /// Evaluations that broke.
    pub error: usize,
    /// Evaluations for a person.
    pub manual: usize,
    /// Failures covered by a waiver in force.
    pub waived: usize,
    /// All failures, by severity word.
    pub fail_by_severity: BTreeMap<String, usize>,
}

/// Failures by severity, every severity named.
pub fn fail_by_severity(evaluations: &[Evaluation]) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = Severity::ALL
        .iter()
        .map(|severity| (severity.as_str().to_owned(), 0))
        .collect();
    for evaluation in evaluations.iter().filter(|e| e.outcome == Outcome::Fail) {
        *counts
            .entry(evaluation.severity.as_str().to_owned())
            .or_default() += 1;
    }
    counts
}

impl Summary {
    /// Counts a list of evaluations.
    pub fn of(evaluations: &[Evaluation]) -> Self {
        let mut summary = Summary {
            fail_by_severity: fail_by_severity(evaluations),
            ..Summary::default()
        };
        for evaluation in evaluations {
            match evaluation.outcome {
                Outcome::Pass => summary.pass += 1,
                Outcome::Fail => summary.fail += 1,
                Outcome::NotApplicable => summary.not_applicable += 1,
                Outcome::Unknown => summary.unknown += 1,
                Outcome::Error => summary.error += 1,
                Outcome::Manual => summary.manual += 1,
            }
            if evaluation.outcome == Outcome::Fail && !evaluation.is_open_failure() {
                summary.waived += 1;
            }
        }
        summary
    }
}

/// The answers of all policies for one snapshot. Serializes as `exdrift.audit/1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Assessment {
    /// `exdrift.audit/1`.
    pub schema: String,
    /// Organization.
    pub organization: String,
    /// Snapshot id.
    pub snapshot: String,
    /// Content digest of the snapshot.
    pub digest: String,
    /// The moment that the policies took for now.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub evaluated_at: DateTime<Utc>,
    /// Digest of policies and their library.
    pub policies_digest: String,
    /// Digest of the operator's params.
    pub params_digest: String,
    /// The newest date in the facts.
    pub facts_date: String,
    /// This program.
    pub tool: Tool,
    /// Counts.
    pub summary: Summary,
    /// What was seen.
    pub coverage: Coverage,
    /// One per policy and subject, in a fixed order: policy id, then subject.
    pub evaluations: Vec<Evaluation>,
    /// Servers that differ from their peers: what a policy reads first. No verdict, and no exit code.
    #[serde(default)]
    pub outliers: Vec<Outlier>,
}

impl Assessment {
    /// The schema word of this version.
    pub const SCHEMA: &'static str = "exdrift.audit/1";
}
