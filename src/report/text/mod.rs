//! `--format text`: for a terminal of any width. Nothing important is said by colour alone.

mod changes;
mod findings;
mod grid;
mod paper;
mod peers;

use std::collections::BTreeSet;
use std::io::Write;

use super::compare::Comparison;
use super::escape::clipped;
use super::matrix::Matrix;
use super::story::{Story, Tone};
use super::unseen::{self, Gap};
use super::{
    RenderOptions, Report, ReportError, ReportKind, Reporter, WaiverNote, require, visible, words,
};
use crate::model::{Basis, Severity, State};
use paper::{BAD, GOOD, Paper, WATCH};

/// Findings, gaps or changes printed per group before the rest is counted.
const SHOWN: usize = 20;
/// Characters of what a waiver does not accept.
const CHANGE: usize = 400;

/// See the module.
pub(super) struct Text;

impl Reporter for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn extension(&self) -> &'static str {
        "txt"
    }

    fn supports(&self, _: ReportKind) -> bool {
        true
    }

    fn render(
        &self,
        report: &Report<'_>,
        out: &mut dyn Write,
        options: &RenderOptions,
    ) -> Result<(), ReportError> {
        require(report)?;
        let comparison = Comparison::of(report);
        let story = Story::of(report, &comparison);
        let gaps = unseen::gaps(report, &comparison);
        let mut paper = Paper::new(out, options);
        heading(&mut paper, report)?;
        first_lines(&mut paper, &story, &gaps, report.assessment.is_none())?;
        if let Some(matrix) = Matrix::of(report, &comparison) {
            grid::write(&mut paper, &matrix)?;
        }
        if options.brief {
            return summary(&mut paper, report);
        }
        findings::write(&mut paper, report, &comparison)?;
        if let Some(assessment) = report.assessment {
            peers::write(&mut paper, assessment)?;
        }
        if let Some(drift) = report.shown_drift() {
            changes::write(&mut paper, "Changed", drift)?;
        }
        if let Some(drift) = report.baseline_drift {
            changes::write(&mut paper, "Changed against the baseline", drift)?;
        }
        coverage(&mut paper, report, &gaps)?;
        waivers(
            &mut paper,
            "Waivers past their last day",
            &report.expired_waivers,
        )?;
        waivers(
            &mut paper,
            "Waivers for another value",
            &report.changed_waivers,
        )?;
        waivers(
            &mut paper,
            "Waivers that matched nothing",
            &report.unused_waivers,
        )?;
        summary(&mut paper, report)?;
        hints(&mut paper, report)
    }
}

fn heading(paper: &mut Paper<'_>, report: &Report<'_>) -> Result<(), ReportError> {
    let mut line = format!(
        "exdrift {} · {} · {}",
        report.kind.as_str(),
        visible(report.organization),
        words::moment(report.snapshot)
    );
    if let Some(then) = report.compared_with {
        line.push_str(&format!(" · compared with {}", words::moment(then)));
    }
    paper.wrapped(0, 2, &line)
}

/// Worse? Where? Which control? Since when? What to run? What was not seen?
fn first_lines(
    paper: &mut Paper<'_>,
    story: &Story,
    gaps: &[Gap],
    is_diff: bool,
) -> Result<(), ReportError> {
    let style = match story.tone {
        Tone::Bad => BAD,
        Tone::Watch => WATCH,
        Tone::Good => GOOD,
    };
    paper.blank()?;
    let verdict = paper.paint(style, &story.verdict.to_uppercase());
    let colon = if story.sentence.is_empty() { "" } else { ":" };
    paper.wrapped(0, 2, &format!("{verdict}{colon} {}", story.sentence))?;
    for (label, answer) in &story.answers {
        paper.labelled(label, answer)?;
    }
    match story.run.as_slice() {
        [] => paper.labelled("Run", "nothing")?,
        run => {
            for (index, command) in run.iter().take(3).enumerate() {
                let label = if index == 0 { "Run" } else { "" };
                paper.labelled(label, &format!("# {}", command.title))?;
                for line in super::escape::visible_lines(&command.text) {
                    paper.verbatim(14, &line)?;
                }
            }
            if run.len() > 3 {
                paper.labelled("", &format!("… and {} more below", run.len() - 3))?;
            }
        }
    }
    match gaps {
        [] if is_diff => paper.labelled("Not seen", "nothing that was seen before")?,
        [] => paper.labelled("Not seen", "nothing: everything asked for was there")?,
        gaps => {
            for (index, gap) in gaps.iter().take(4).enumerate() {
                let label = if index == 0 { "Not seen" } else { "" };
                let new = if gap.is_new { "NEW " } else { "" };
                let text = format!(
                    "{new}{}{}: {}{}",
                    gap.what,
                    gap.place(4),
                    gap.cause(160),
                    gap.cost(4)
                        .map(|cost| format!("; {cost}"))
                        .unwrap_or_default()
                );
                paper.labelled(label, &text)?;
            }
            if gaps.len() > 4 {
                paper.labelled("", &format!("… and {} more below", gaps.len() - 4))?;
            }
        }
    }
    Ok(())
}

fn coverage(paper: &mut Paper<'_>, report: &Report<'_>, gaps: &[Gap]) -> Result<(), ReportError> {
    if report.assessment.is_none() && gaps.is_empty() {
        return Ok(());
    }
    paper.section("What could not be seen")?;
    if gaps.is_empty() {
        paper.line(2, "Nothing is missing.")?;
    }
    for gap in gaps {
        let new = if gap.is_new { "NEW " } else { "" };
        let text = format!("? {new}{}{}: {}", gap.what, gap.place(12), gap.cause(400));
        paper.wrapped(2, 4, &text)?;
        if let Some(cost) = gap.cost(12) {
            paper.wrapped(4, 4, &cost)?;
        }
    }
    // By its name, as an import counts: a kind of two planes is one.
    let assumed: BTreeSet<&str> = report
        .assessment
        .into_iter()
        .flat_map(|a| &a.coverage.rows)
        .filter(|r| r.basis == Basis::Assumed && r.state != State::NotAttempted)
        .map(|r| r.kind.as_str())
        .collect();
    if !assumed.is_empty() {
        let text = format!(
            "{} from loose files: nobody recorded that they hold everything (basis: assumed).",
            words::count(assumed.len(), "kind comes", "kinds come")
        );
        paper.wrapped(2, 4, &text)?;
    }
    Ok(())
}

fn waivers(paper: &mut Paper<'_>, title: &str, notes: &[WaiverNote]) -> Result<(), ReportError> {
    if notes.is_empty() {
        return Ok(());
    }
    paper.section(title)?;
    for note in notes {
        let text = format!(
            "{} · {} · until {} · {}",
            visible(&note.subject),
            visible(&note.owner),
            visible(&note.until),
            visible(&note.reason)
        );
        paper.wrapped(2, 4, &text)?;
        for change in &note.changes {
            paper.wrapped(4, 6, &clipped(&visible(change), CHANGE))?;
        }
    }
    Ok(())
}

fn summary(paper: &mut Paper<'_>, report: &Report<'_>) -> Result<(), ReportError> {
    let Some(assessment) = report.assessment else {
        return Ok(());
    };
    let s = &assessment.summary;
    paper.section("Summary")?;
    let by_severity: Vec<String> = Severity::ALL
        .iter()
        .filter_map(|severity| {
            let count = *s.fail_by_severity.get(severity.as_str())?;
            (count > 0).then(|| format!("{count} {}", severity.as_str()))
        })
        .collect();
    let by_severity = match by_severity.is_empty() {
        true => String::new(),
        false => format!(" ({})", by_severity.join(", ")),
    };
    let waived = match s.waived {
        0 => String::new(),
        n => format!(", {n} of them waived"),
    };
    let text = format!(
        "{} fail{by_severity}{waived} · {} unknown · {} error · {} manual · {} not applicable · {} pass · {} evaluations",
        s.fail,
        s.unknown,
        s.error,
        s.manual,
        s.not_applicable,
        s.pass,
        assessment.evaluations.len()
    );
    paper.wrapped(2, 4, &text)
}

fn hints(paper: &mut Paper<'_>, report: &Report<'_>) -> Result<(), ReportError> {
    if report.hints.is_empty() {
        return Ok(());
    }
    paper.section("Next")?;
    for hint in &report.hints {
        for line in super::escape::visible_lines(hint) {
            paper.verbatim(2, &line)?;
        }
    }
    Ok(())
}
