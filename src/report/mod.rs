//! One report, many formats: terminal, JSON, HTML.
//!
//! In: a [`Report`], which borrows everything that a renderer may see. Out: bytes. Never: a verdict
//! of its own, a clock, the environment, or a byte of data that the output's language could take for
//! its own (terminal controls, markup, script).
//!
//! A new format is one file and one row in [`REPORTERS`]; the golden tests walk that table.

mod compare;
mod escape;
mod evidence;
mod html;
mod json;
mod matrix;
pub mod schema;
mod story;
mod text;
mod unified;
mod unseen;
mod words;

use std::io;

use chrono::{DateTime, Utc};

use crate::model::{Assessment, ChangeSet, Verification};

pub use escape::visible;

/// Which question a report answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// `audit`: what is wrong now. Needs `assessment`.
    Audit,
    /// `diff`: what differs between two snapshots. Needs `drift`.
    Diff,
    /// `verify`: what an update did. Needs `verification`; `assessment` (of the after side) adds the
    /// matrix.
    Verify,
    /// `run`: the nightly job, an audit with drift. Needs `assessment`.
    Run,
}

impl ReportKind {
    /// The verb that asked.
    pub fn as_str(self) -> &'static str {
        match self {
            ReportKind::Audit => "audit",
            ReportKind::Diff => "diff",
            ReportKind::Verify => "verify",
            ReportKind::Run => "run",
        }
    }
}

/// What a report tells of one server beside the findings. Words only: the caller has already decided
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerFacts {
    /// Upper-case short name, as in `ResourceRef::server`.
    pub name: String,
    /// `Mailbox`, `Edge Transport`.
    pub role: String,
    /// File version of `ExSetup.exe`, where known.
    pub build: Option<String>,
    /// `internet`, `exo_only`, `internal`; None where no list of the configuration matches.
    pub exposure: Option<String>,
    /// True for Edge Transport servers: they carry no virtual directories.
    pub is_edge: bool,
}

/// A waiver that did nothing, or that no longer does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaiverNote {
    /// What it names: `EXT-002 on EX01\EWS (Default Web Site)`.
    pub subject: String,
    /// Who accepted.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day, RFC 3339 date.
    pub until: String,
    /// From what it accepts to what is observed, a sentence each; empty unless that is why it no
    /// longer holds.
    pub changes: Vec<String>,
}

/// Everything that a renderer may see.
///
/// Verdicts, severities, attribution and waivers are decided before this is built. What is new or
/// fixed is read off the fingerprints of `previous` (or, for `verify`, off the verification).
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// Which question is answered.
    pub kind: ReportKind,
    /// Organization.
    pub organization: &'a str,
    /// The snapshot that the report is about (the after side of a diff).
    pub snapshot: &'a str,
    /// What it was compared with: the previous snapshot, or the before side.
    pub compared_with: Option<&'a str>,
    /// The answers for `snapshot`.
    pub assessment: Option<&'a Assessment>,
    /// The answers for `compared_with`.
    pub previous: Option<&'a Assessment>,
    /// Differences from `compared_with` to `snapshot`.
    pub drift: Option<&'a ChangeSet>,
    /// Differences from the approved baseline to `snapshot`.
    pub baseline_drift: Option<&'a ChangeSet>,
    /// The verdict on an update.
    pub verification: Option<&'a Verification>,
    /// Every server of the organization, in any order.
    pub servers: Vec<ServerFacts>,
    /// When the report was made.
    pub generated_at: DateTime<Utc>,
    /// Configuration to add, each a block of YAML lines, or one line of advice.
    pub hints: Vec<String>,
    /// Waivers that matched nothing.
    pub unused_waivers: Vec<WaiverNote>,
    /// Waivers past their last day.
    pub expired_waivers: Vec<WaiverNote>,
    /// Waivers whose findings are there with another value.
    pub changed_waivers: Vec<WaiverNote>,
}

impl<'a> Report<'a> {
    /// A report with nothing in it yet but its name and time.
    pub fn new(
        kind: ReportKind,
        organization: &'a str,
        snapshot: &'a str,
        generated_at: DateTime<Utc>,
    ) -> Self {
        Report {
            kind,
            organization,
            snapshot,
            compared_with: None,
            assessment: None,
            previous: None,
            drift: None,
            baseline_drift: None,
            verification: None,
            servers: Vec::new(),
            generated_at,
            hints: Vec::new(),
            unused_waivers: Vec::new(),
            expired_waivers: Vec::new(),
            changed_waivers: Vec::new(),
        }
    }

    /// The drift to show: `drift`, or the verification's.
    fn shown_drift(&self) -> Option<&'a ChangeSet> {
        self.drift
            .or_else(|| self.verification.map(|verification| &verification.drift))
    }
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    /// Columns of the terminal; other formats ignore it.
    pub width: usize,
    /// Whether the terminal shows colours. The caller has looked at `NO_COLOR` and the like.
    pub color: bool,
    /// The story on one screen: text without findings, changes and coverage in full.
    pub brief: bool,
}

impl Default for RenderOptions {
    fn default() -> Self {
        RenderOptions {
            width: 100,
            color: false,
            brief: false,
        }
    }
}

/// Why a report was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The destination refused (the operator's disk, a closed pipe).
    #[error("cannot write the report: {0}")]
    Io(#[from] io::Error),
    /// A format that does not exist, or not for this verb. The operator's choice.
    #[error("`{format}` is not a format of `{verb}`; one of {known}")]
    Format {
        /// What was asked for.
        format: String,
        /// The verb.
        verb: &'static str,
        /// What there is, joined by commas.
        known: String,
    },
    /// The caller built a report without the part that its kind needs: our mistake.
    #[error("a `{verb}` report needs `{part}`; this is a defect in exdrift, please report it")]
    Missing {
        /// The verb.
        verb: &'static str,
        /// The absent field of [`Report`].
        part: &'static str,
    },
}

impl From<serde_json::Error> for ReportError {
    fn from(error: serde_json::Error) -> Self {
        ReportError::Io(error.into())
    }
}

/// One format.
pub trait Reporter: Sync {
    /// The word after `--format`.
    fn name(&self) -> &'static str;

    /// File extension without the dot.
    fn extension(&self) -> &'static str;

    /// Whether this format can show this kind of report.
    fn supports(&self, kind: ReportKind) -> bool;

    /// Writes the whole report.
    ///
    /// # Errors
    /// [`ReportError::Io`] where `out` refuses, [`ReportError::Missing`] where the report lacks what
    /// its kind needs.
    fn render(
        &self,
        report: &Report<'_>,
        out: &mut dyn io::Write,
        options: &RenderOptions,
    ) -> Result<(), ReportError>;
}

/// Every format.
pub static REPORTERS: &[&dyn Reporter] =
    &[&text::Text, &json::Json, &html::Html, &unified::Unified];

/// The formats of one verb, in the order of `--help`.
pub fn formats(kind: ReportKind) -> impl Iterator<Item = &'static str> {
    REPORTERS
        .iter()
        .filter(move |reporter| reporter.supports(kind))
        .map(|reporter| reporter.name())
}

/// Writes a report in one format.
///
/// # Errors
/// [`ReportError::Format`] for a format that the report's kind does not have, else those of
/// [`Reporter::render`].
pub fn render(
    format: &str,
    report: &Report<'_>,
    out: &mut dyn io::Write,
    options: &RenderOptions,
) -> Result<(), ReportError> {
    let reporter = REPORTERS
        .iter()
        .find(|reporter| reporter.name() == format && reporter.supports(report.kind))
        .ok_or_else(|| ReportError::Format {
            format: format.to_owned(),
            verb: report.kind.as_str(),
            known: formats(report.kind).collect::<Vec<_>>().join(", "),
        })?;
    reporter.render(report, out, options)
}

/// The parts that every kind needs, checked once for all formats.
fn require(report: &Report<'_>) -> Result<(), ReportError> {
    let (part, present) = match report.kind {
        ReportKind::Audit | ReportKind::Run => ("assessment", report.assessment.is_some()),
        ReportKind::Diff => ("drift", report.drift.is_some()),
        ReportKind::Verify => ("verification", report.verification.is_some()),
    };
    if present {
        Ok(())
    } else {
        Err(ReportError::Missing {
            verb: report.kind.as_str(),
            part,
        })
    }
}
