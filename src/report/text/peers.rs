//! Servers that are not like their peers.

use super::SHOWN;
use super::paper::{BOLD, Paper};
use crate::model::Assessment;
use crate::report::{ReportError, visible, words};

/// Nothing where all are alike: the section is no promise that everything was compared.
pub(super) fn write(paper: &mut Paper<'_>, assessment: &Assessment) -> Result<(), ReportError> {
    let outliers = &assessment.outliers;
    if outliers.is_empty() {
        return Ok(());
    }
    paper.section("Unlike their peers")?;
    paper.wrapped(
        2,
        2,
        "Servers of one role, build and exposure, compared with each other. No verdict: the few may be right.",
    )?;
    for outlier in outliers.iter().take(SHOWN) {
        let policies = match outlier.policies.as_slice() {
            [] => String::new(),
            ids => format!("  [{}]", visible(&ids.join(", "))),
        };
        let unseen = match outlier.unseen {
            0 => String::new(),
            n => format!("; no answer from {}", words::count(n, "peer", "peers")),
        };
        let sentence = visible(&outlier.message);
        let (name, rest) = sentence.split_once(' ').unwrap_or((&sentence, ""));
        let text = format!("{} {rest}{unseen}{policies}", paper.paint(BOLD, name));
        paper.wrapped(2, 4, &text)?;
    }
    if outliers.len() > SHOWN {
        let text = format!(
            "… and {} more; --format json lists all",
            outliers.len() - SHOWN
        );
        paper.line(4, &text)?;
    }
    Ok(())
}
