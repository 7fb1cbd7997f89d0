//! Evaluations, waivers and history to an assessment.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::waiver::{WaiverReport, Waivers};
use crate::model::{Assessment, Evaluation, Outcome, Outlier, Severity, Summary, Tool};
use crate::snapshot::Snapshot;

/// What the evaluations were computed from, beside the snapshot.
#[derive(Clone, Debug)]
pub struct Context {
    /// The moment that the policies took for now; waivers expire by it.
    pub evaluated_at: DateTime<Utc>,
    /// `PolicySet::digest`.
    pub policies_digest: String,
    /// `policy::params_digest`.
    pub params_digest: String,
    /// `PolicySet::facts_date`.
    pub facts_date: String,
    /// `peers::outliers`.
    pub outliers: Vec<Outlier>,
}

/// An assessment, and how the waivers fared.
#[derive(Clone, Debug)]
pub struct Assessed {
    /// For every report.
    pub assessment: Assessment,
    /// Unused and expired waivers belong into every report too.
    pub waivers: WaiverReport,
}

/// Applies waivers and history. `previous` is oldest first, each of an earlier snapshot of the same
/// organization.
pub fn assess(
    snapshot: &Snapshot,
    mut evaluations: Vec<Evaluation>,
    waivers: &Waivers,
    previous: Option<&[Assessment]>,
    context: Context,
) -> Assessed {
    let report = waivers.apply(&mut evaluations, context.evaluated_at);
    if let Some(previous) = previous.filter(|p| !p.is_empty()) {
        since(&mut evaluations, previous, &snapshot.manifest.id);
    }
    let assessment = Assessment {
        schema: Assessment::SCHEMA.to_owned(),
        organization: snapshot.manifest.organization.clone(),
        snapshot: snapshot.manifest.id.clone(),
        digest: snapshot.manifest.content_digest.clone(),
        evaluated_at: context.evaluated_at,
        policies_digest: context.policies_digest,
        params_digest: context.params_digest,
        facts_date: context.facts_date,
        tool: Tool::this(),
        summary: Summary::of(&evaluations),
        coverage: snapshot.manifest.coverage.clone(),
        evaluations,
        outliers: context.outliers,
    };
    Assessed {
        assessment,
        waivers: report,
    }
}

/// Follows each failing fingerprint back through the assessments for as long as it fails. An unknown
/// breaks the chain: nobody saw it fail then.
fn since(evaluations: &mut [Evaluation], previous: &[Assessment], current: &str) {
    let index: Vec<HashMap<&str, &Evaluation>> = previous
        .iter()
        .map(|assessment| {
            assessment
                .evaluations
                .iter()
                .filter(|e| e.outcome == Outcome::Fail)
                .map(|e| (e.fingerprint.as_str(), e))
                .collect()
        })
        .collect();
    for evaluation in evaluations
        .iter_mut()
        .filter(|e| e.outcome == Outcome::Fail)
    {
        let mut oldest = current.to_owned();
        for (at, failing) in index.iter().enumerate().rev() {
            let Some(earlier) = failing.get(evaluation.fingerprint.as_str()) else {
                break;
            };
            // What that assessment knew of still older ones counts as well.
            oldest = match &earlier.since {
                Some(since) if at == 0 => since.clone(),
                _ => previous[at].snapshot.clone(),
            };
        }
        evaluation.since = Some(oldest);
    }
}

/// 1: an open failure at or above the threshold. 3: nothing of that, but evidence was missing or a
/// policy broke. 0: neither. `None` is `--fail-on none`: failures never count.
pub fn exit_code(assessment: &Assessment, fail_on: Option<Severity>) -> u8 {
    let fails = |e: &Evaluation| {
        e.is_open_failure() && fail_on.is_some_and(|threshold| e.severity >= threshold)
    };
    let missing = |e: &Evaluation| matches!(e.outcome, Outcome::Unknown | Outcome::Error);
    if assessment.evaluations.iter().any(fails) {
        1
    } else if assessment.evaluations.iter().any(missing) {
        3
    } else {
        0
    }
}
