//! `--format json`: the contracts `exdrift.audit/1`, `exdrift.diff/1` and `exdrift.verify/1`.

use std::io::Write;

use serde::Serialize;

use super::{RenderOptions, Report, ReportError, ReportKind, Reporter, require};
use crate::model::{Assessment, Change, ChangeSet, CoverageChange, SnapshotRef};

/// The schema word of `diff --format json`.
pub(super) const DIFF_SCHEMA: &str = "exdrift.diff/1";

/// See the module.
pub(super) struct Json;

/// A [`ChangeSet`] as a document of its own.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct DiffDocument<'a> {
    /// `exdrift.diff/1`.
    schema: &'static str,
    /// The older side.
    before: &'a SnapshotRef,
    /// The newer side.
    after: &'a SnapshotRef,
    /// Drift.
    changes: &'a [Change],
    /// Evidence gained and lost.
    coverage_changes: &'a [CoverageChange],
}

impl<'a> From<&'a ChangeSet> for DiffDocument<'a> {
    fn from(set: &'a ChangeSet) -> Self {
        DiffDocument {
            schema: DIFF_SCHEMA,
            before: &set.before,
            after: &set.after,
            changes: &set.changes,
            coverage_changes: &set.coverage_changes,
        }
    }
}

/// The nightly job: `exdrift.audit/1` with two keys more.
#[derive(Serialize)]
struct RunDocument<'a> {
    #[serde(flatten)]
    assessment: Option<&'a Assessment>,
    drift: Option<DiffDocument<'a>>,
    baseline_drift: Option<DiffDocument<'a>>,
}

impl Reporter for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn extension(&self) -> &'static str {
        "json"
    }

    fn supports(&self, _: ReportKind) -> bool {
        true
    }

    /// A `run` is written as its assessment, with `drift` and `baseline_drift` beside it: an exit code
    /// that rests on drift must be visible in the document.
    fn render(
        &self,
        report: &Report<'_>,
        out: &mut dyn Write,
        _: &RenderOptions,
    ) -> Result<(), ReportError> {
        require(report)?;
        match report.kind {
            ReportKind::Audit => pretty(out, &report.assessment),
            ReportKind::Run => pretty(
                out,
                &RunDocument {
                    assessment: report.assessment,
                    drift: report.drift.map(DiffDocument::from),
                    baseline_drift: report.baseline_drift.map(DiffDocument::from),
                },
            ),
            ReportKind::Diff => pretty(out, &report.drift.map(DiffDocument::from)),
            ReportKind::Verify => pretty(out, &report.verification),
        }
    }
}

fn pretty(out: &mut dyn Write, document: &impl Serialize) -> Result<(), ReportError> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")?;
    Ok(())
}
