//! What an auditor asks for after the findings: coverage, what is in order, waivers, identity.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::super::unseen::Gap;
use super::super::{Report, WaiverNote, visible, words};
use super::anchors::Anchors;
use super::{code, names, pill, short};
use crate::model::{Assessment, Evaluation, Outcome, Severity, State};

pub(super) fn sections(report: &Report<'_>, anchors: &Anchors<'_>, gaps: &[Gap]) -> Markup {
    html! {
        @if let Some(assessment) = report.assessment {
            (coverage(assessment, gaps))
            (quiet(assessment, anchors))
        }
        (waivers("expired", "Waivers past their last day", &report.expired_waivers))
        (waivers("changed", "Waivers for another value", &report.changed_waivers))
        (waivers("unused", "Waivers that matched nothing", &report.unused_waivers))
        @if !report.hints.is_empty() {
            section aria-labelledby="next" {
                h2 #next { "To answer more next time" }
                @for hint in &report.hints { (code("Add to the configuration", hint, "lines to add")) }
            }
        }
    }
}

fn coverage(assessment: &Assessment, gaps: &[Gap]) -> Markup {
    let rows = &assessment.coverage.rows;
    html! {
        section aria-labelledby="coverage" {
            h2 #coverage { "What was looked at" }
            @if gaps.is_empty() { p.quiet { "Everything that was asked for was there." } }
            div.scroll { table.coverage {
                thead { tr {
                    th scope="col" { "Kind" } th scope="col" { "Where" } th scope="col" { "State" }
                    th scope="col" { "Objects" } th scope="col" { "Who says so" } th scope="col" { "Missing" }
                } }
                tbody {
                    @for row in rows {
                        tr class=[(row.state != State::Complete).then_some("gap")] {
                            th scope="row" { (short(row.kind.as_str())) }
                            td { (row.plane.title()) }
                            td {
                                @if row.state == State::Complete { (words::state(row.state)) }
                                @else { (pill("hatched", words::state(row.state))) }
                            }
                            td.number { (row.count) }
                            td { (row.basis.as_str()) }
                            td {
                                @if let Some(reason) = &row.reason { (words::plain(&short(reason))) " " }
                                @for except in row.except.iter().take(50) {
                                    div {
                                        strong { (visible(&except.server)) } " " (words::state(except.state))
                                        @if let Some(reason) = &except.reason { span.quiet { " " (short(reason)) } }
                                    }
                                }
                                @if row.except.len() > 50 { div.quiet { "and " (row.except.len() - 50) " more" } }
                            }
                        }
                    }
                }
            } }
        }
    }
}

/// Passes and what does not apply: counted, listed on demand.
fn quiet(assessment: &Assessment, anchors: &Anchors<'_>) -> Markup {
    let mut passes: BTreeMap<&str, Vec<&Evaluation>> = BTreeMap::new();
    for e in &assessment.evaluations {
        if e.outcome == Outcome::Pass {
            passes.entry(&e.policy).or_default().push(e);
        }
    }
    html! {
        section aria-labelledby="order" {
            h2 #order { "In order, or not concerned" }
            details {
                summary { (assessment.summary.pass) " pass" }
                @for (policy, list) in &passes { (line(policy, list)) }
            }
            details {
                summary { (assessment.summary.not_applicable) " do not apply" }
                @for ((outcome, policy), list) in &anchors.others {
                    @if *outcome == Outcome::NotApplicable { (line(policy, list)) }
                }
            }
        }
    }
}

fn line(policy: &str, list: &[&Evaluation]) -> Markup {
    let mut places: Vec<&str> = list.iter().map(|e| words::place(e)).collect();
    places.dedup();
    let reason = list.first().and_then(|e| e.reason.as_deref());
    html! {
        p.line {
            code { (visible(policy)) } " " @if let Some(e) = list.first() { (short(&e.title)) } " "
            span.quiet {
                (names(&places))
                @if let Some(reason) = reason { " · " (words::plain(&short(reason))) }
            }
        }
    }
}

fn waivers(id: &str, title: &str, notes: &[WaiverNote]) -> Markup {
    html! {
        @if !notes.is_empty() {
            section aria-labelledby=(id) {
                h2 id=(id) { (title) " " span.quiet { (notes.len()) } }
                ul.plain {
                    @for note in notes {
                        li {
                            strong { (short(&note.subject)) } " · " (short(&note.owner))
                            " · until " (short(&note.until)) " · " (short(&note.reason))
                            @for change in &note.changes { div { (short(change)) } }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn footer(report: &Report<'_>) -> Markup {
    html! {
        footer {
            @if let Some(a) = report.assessment {
                p { (counts(a)) }
                p {
                    "Snapshot " code { (visible(&a.snapshot)) } " · " code { (visible(&a.digest)) }
                    " · policies " code { (visible(&a.policies_digest)) }
                    " · parameters " code { (visible(&a.params_digest)) }
                    " · facts of " (visible(&a.facts_date))
                }
            }
            @else if let Some(drift) = report.shown_drift() {
                p {
                    "Before " code { (visible(&drift.before.snapshot)) } " " code { (visible(&drift.before.digest)) }
                    " · after " code { (visible(&drift.after.snapshot)) } " " code { (visible(&drift.after.digest)) }
                }
            }
            p { "Made by exdrift " (env!("CARGO_PKG_VERSION")) " on " (report.generated_at.format("%Y-%m-%d %H:%M UTC")) ". Unknown is not a pass." }
        }
    }
}

fn counts(a: &Assessment) -> String {
    let s = &a.summary;
    let by: Vec<String> = Severity::ALL
        .iter()
        .filter_map(|severity| {
            let count = *s.fail_by_severity.get(severity.as_str())?;
            (count > 0).then(|| format!("{count} {}", severity.as_str()))
        })
        .collect();
    let by = if by.is_empty() {
        String::new()
    } else {
        format!(" ({})", by.join(", "))
    };
    format!(
        "{} evaluations: {} fail{by}, {} of them waived; {} unknown, {} error, {} manual, {} not applicable, {} pass.",
        a.evaluations.len(),
        s.fail,
        s.waived,
        s.unknown,
        s.error,
        s.manual,
        s.not_applicable,
        s.pass
    )
}
