//! Findings by policy, with what was seen, what should be there and what to run.

use std::collections::BTreeMap;

use super::super::compare::{Comparison, Standing, worst_first};
use super::super::escape::{clipped, visible_lines};
use super::super::{Report, ReportError, story, visible, words};
use super::SHOWN;
use super::paper::{BAD, BOLD, DIM, GOOD, Paper};
use crate::model::{Evaluation, EvidenceItem, Outcome};

/// Characters of one value on the terminal; JSON has all of it.
const VALUE: usize = 200;

pub(super) fn write(
    paper: &mut Paper<'_>,
    report: &Report<'_>,
    comparison: &Comparison<'_>,
) -> Result<(), ReportError> {
    by_policy(paper, report, comparison, "Findings", &comparison.open)?;
    let evaluations = report.assessment.map_or(&[][..], |a| &a.evaluations);
    let waived: Vec<&Evaluation> = evaluations
        .iter()
        .filter(|e| e.outcome == Outcome::Fail && !e.is_open_failure())
        .collect();
    by_policy(
        paper,
        report,
        comparison,
        "Accepted findings (waived)",
        &waived,
    )?;
    if !comparison.fixed.is_empty() {
        paper.section("Fixed since last time")?;
        for e in comparison.fixed.iter().take(SHOWN) {
            let mark = paper.paint(GOOD, "fixed");
            let text = format!(
                "{mark}  {}  {}  {}",
                visible(&e.policy),
                visible(words::place(e)),
                clipped(&visible(&e.title), VALUE)
            );
            paper.wrapped(2, 9, &text)?;
        }
        more(paper, comparison.fixed.len())?;
    }
    for (title, outcome) in [
        ("Left to a person", Outcome::Manual),
        ("Policies that broke", Outcome::Error),
    ] {
        let list: Vec<&Evaluation> = evaluations
            .iter()
            .filter(|e| e.outcome == outcome)
            .collect();
        if list.is_empty() {
            continue;
        }
        paper.section(title)?;
        for e in list.iter().take(SHOWN) {
            let text = format!(
                "{}  {}  {}",
                visible(&e.policy),
                visible(words::place(e)),
                clipped(&visible(&e.message), 400)
            );
            paper.wrapped(2, 4, &text)?;
        }
        more(paper, list.len())?;
    }
    Ok(())
}

fn by_policy(
    paper: &mut Paper<'_>,
    report: &Report<'_>,
    comparison: &Comparison<'_>,
    title: &str,
    list: &[&Evaluation],
) -> Result<(), ReportError> {
    if list.is_empty() {
        return Ok(());
    }
    paper.section(title)?;
    let mut list = list.to_vec();
    worst_first(&mut list);
    let mut policies: Vec<(&str, Vec<&Evaluation>)> = Vec::new();
    let mut at: BTreeMap<&str, usize> = BTreeMap::new();
    for e in list {
        let index = *at.entry(&e.policy).or_insert(policies.len());
        match policies.get_mut(index) {
            Some((_, group)) => group.push(e),
            None => policies.push((&e.policy, vec![e])),
        }
    }
    // What is new comes first, whatever its severity.
    policies.sort_by_key(|(_, group)| !group.iter().any(|e| comparison.standing(e).is_new()));
    for (policy, mut group) in policies {
        group.sort_by_key(|e| !comparison.standing(e).is_new());
        let Some(first) = group.first() else { continue };
        paper.blank()?;
        let id = paper.paint(BOLD, &visible(policy));
        let head = format!(
            "{id}  {}  [{}, {}]",
            clipped(&visible(&first.title), VALUE),
            words::severity(first.severity).to_lowercase(),
            words::count(group.len(), "finding", "findings")
        );
        paper.wrapped(2, 4, &head)?;
        for e in group.iter().take(SHOWN) {
            finding(paper, report, comparison, e)?;
        }
        more(paper, group.len())?;
    }
    Ok(())
}

fn more(paper: &mut Paper<'_>, all: usize) -> Result<(), ReportError> {
    if all > SHOWN {
        let text = format!("… and {} more; --format json lists all", all - SHOWN);
        paper.line(4, &text)?;
    }
    Ok(())
}

fn finding(
    paper: &mut Paper<'_>,
    report: &Report<'_>,
    comparison: &Comparison<'_>,
    e: &Evaluation,
) -> Result<(), ReportError> {
    let standing = match comparison.standing(e) {
        Standing::New(_) => paper.paint(BAD, "NEW "),
        Standing::Still => "still ".to_owned(),
        Standing::Lost | Standing::Plain => String::new(),
    };
    let head = format!(
        "{standing}{}  {}  since {}",
        paper.paint(BOLD, &visible(words::place(e))),
        clipped(&visible(&e.resource.id), VALUE),
        story::since(report, comparison, e)
    );
    paper.wrapped(4, 6, &head)?;
    paper.wrapped(6, 6, &clipped(&visible(&e.message), 600))?;
    for item in &e.evidence {
        paper.wrapped(6, 8, &evidence(item))?;
    }
    if let Some(waiver) = &e.waiver {
        let state = if waiver.expired {
            "EXPIRED waiver"
        } else {
            "waived"
        };
        let text = format!(
            "{state} by {} until {}: {}",
            visible(&waiver.owner),
            visible(&waiver.until),
            visible(&waiver.reason)
        );
        paper.wrapped(6, 8, &text)?;
    }
    if let Some(remediation) = &e.remediation {
        code(paper, "run:", &remediation.powershell)?;
        if let Some(rollback) = &remediation.rollback {
            code(paper, "to go back:", rollback)?;
        }
    }
    let print = paper.paint(DIM, &format!("fingerprint {}", visible(&e.fingerprint)));
    paper.line(6, &print)
}

fn code(paper: &mut Paper<'_>, label: &str, text: &str) -> Result<(), ReportError> {
    let label = paper.paint(DIM, label);
    paper.line(6, &label)?;
    for line in visible_lines(text) {
        paper.verbatim(8, &line)?;
    }
    Ok(())
}

/// `WindowsAuthentication: true, should be false`.
fn evidence(item: &EvidenceItem) -> String {
    let value =
        |value: &crate::model::Value| clipped(&visible(&value.to_string()), VALUE).into_owned();
    let property = item.property.as_deref().unwrap_or("the object itself");
    let on = match &item.resource {
        Some(resource) => format!(" (of {})", clipped(&visible(&resource.id), VALUE)),
        None => String::new(),
    };
    format!(
        "{}{on}: observed {}, expected {}",
        visible(property),
        value(&item.observed),
        value(&item.expected)
    )
}
