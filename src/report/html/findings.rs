//! Findings by policy: what was seen, what should be there, what to run, how to go back, and why.

use maud::{Markup, html};

use super::super::compare::{Comparison, Standing};
use super::super::escape::clipped;
use super::super::{Report, story, visible, words};
use super::anchors::{Anchors, Group};
use super::{VALUE, code, names, pill, short};
use crate::model::{Evaluation, EvidenceItem, Outcome, Severity};

/// With more findings than this, only new ones stand open when the page is opened.
const OPEN: usize = 12;
/// The same for one policy.
const OPEN_ALIKE: usize = 3;

pub(super) fn sections(
    report: &Report<'_>,
    comparison: &Comparison<'_>,
    anchors: &Anchors<'_>,
) -> Markup {
    let is_open = comparison.open.len() <= OPEN;
    html! {
        @if !anchors.groups.is_empty() {
            section aria-labelledby="findings" {
                h2 #findings { "Findings " span.quiet { (comparison.open.len()) } }
                @for (index, group) in anchors.groups.iter().enumerate() {
                    (policy(report, comparison, anchors, group, index, is_open))
                }
            }
        }
        @if !comparison.fixed.is_empty() {
            section aria-labelledby="fixed" {
                h2 #fixed { "Fixed since last time " span.quiet { (comparison.fixed.len()) } }
                ul.plain {
                    @for e in comparison.fixed.iter().take(100) {
                        li {
                            (pill("good", "fixed")) " " code { (visible(&e.policy)) } " "
                            strong { (visible(words::place(e))) } " " (short(&e.title))
                        }
                    }
                    @if comparison.fixed.len() > 100 { li.quiet { "and " (comparison.fixed.len() - 100) " more" } }
                }
            }
        }
        (others(report, comparison, anchors))
    }
}

fn badge(severity: Severity) -> Markup {
    let class = match severity {
        Severity::Critical | Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low | Severity::Info => "low",
    };
    pill(class, words::severity(severity))
}

fn policy(
    report: &Report<'_>,
    comparison: &Comparison<'_>,
    anchors: &Anchors<'_>,
    group: &Group<'_>,
    index: usize,
    is_open: bool,
) -> Markup {
    let Some(first) = group.full.first() else {
        return html! {};
    };
    let is_open = is_open && group.full.len() <= OPEN_ALIKE;
    let all = group.full.len() + group.lines.len() + group.left_out;
    html! {
        article.policy #{"p" (index)} {
            header {
                h3 { (badge(first.severity)) " " code { (visible(group.policy)) } " " (short(&first.title)) }
                @if all > 1 { span.quiet { (all) " findings" } }
            }
            @for e in &group.full { (finding(report, comparison, anchors, e, is_open)) }
            @if !group.lines.is_empty() { (lines(comparison, anchors, group)) }
            @if group.left_out > 0 {
                p.quiet { (group.left_out) " more are in the JSON report." }
            }
            (sources(first))
        }
    }
}

fn lines(comparison: &Comparison<'_>, anchors: &Anchors<'_>, group: &Group<'_>) -> Markup {
    html! {
        details {
            summary { (group.lines.len()) " more, one a line" }
            div.scroll { table.lines {
                thead { tr { th scope="col" { "Server" } th scope="col" { "Object" } th scope="col" { "Observed" } th scope="col" { "Fingerprint" } } }
                tbody {
                    @for e in &group.lines {
                        tr id=[anchors.finding(e)] {
                            td { @if comparison.standing(e).is_new() { (pill("new", "new")) " " } (visible(words::place(e))) }
                            td { (clipped(&visible(&e.resource.id), 120)) }
                            td {
                                @for item in e.evidence.iter().take(3) {
                                    (visible(item.property.as_deref().unwrap_or("object"))) " "
                                    (clipped(&visible(&item.observed.to_string()), 60)) " "
                                }
                            }
                            td { code { (visible(&e.fingerprint)) } }
                        }
                    }
                }
            } }
        }
    }
}

fn finding(
    report: &Report<'_>,
    comparison: &Comparison<'_>,
    anchors: &Anchors<'_>,
    e: &Evaluation,
    is_open: bool,
) -> Markup {
    let standing = comparison.standing(e);
    html! {
        details.finding open[is_open || standing.is_new()] {
            summary {
                @if let Standing::New(before) = standing { span title=(before.words()) { (pill("new", "new")) } " " }
                strong { (visible(words::place(e))) } " "
                span.object { (short(&e.resource.id)) }
                @if let Some(item) = e.evidence.first() { (glance(item)) }
                span.since { "since " (story::since(report, comparison, e)) }
            }
            // The id is inside, so that a link to it opens the finding without any script.
            div.body id=[anchors.finding(e)] tabindex="-1" {
                p { (short(&e.message)) }
                (evidence(&e.evidence))
                @if let Some(waiver) = &e.waiver {
                    p { (pill("medium", "waiver expired")) " accepted by " (short(&waiver.owner))
                        " until " (short(&waiver.until)) ": " (short(&waiver.reason)) }
                }
                @if let Some(remediation) = &e.remediation {
                    (code("Run", &remediation.powershell, &format!("{} on {}", visible(&e.policy), visible(words::place(e)))))
                    @if let Some(rollback) = &remediation.rollback {
                        (code("To go back", rollback, &format!("rollback of {} on {}", visible(&e.policy), visible(words::place(e)))))
                    }
                }
                p.print { "Fingerprint " code { (visible(&e.fingerprint)) } }
            }
        }
    }
}

/// The first violation, for a finding that is closed.
fn glance(item: &EvidenceItem) -> Markup {
    let value =
        |value: &crate::model::Value| clipped(&visible(&value.to_string()), 40).into_owned();
    html! {
        span.glance {
            (clipped(&visible(item.property.as_deref().unwrap_or("object")), 60)) " "
            del { (value(&item.observed)) } " not " ins { (value(&item.expected)) }
        }
    }
}

fn evidence(items: &[EvidenceItem]) -> Markup {
    html! {
        @if !items.is_empty() {
            div.scroll { table.evidence {
                thead { tr { th scope="col" { "Property" } th scope="col" { "Observed" } th scope="col" { "Expected" } } }
                tbody {
                    @for item in items {
                        tr {
                            th scope="row" {
                                @match &item.property {
                                    Some(name) => { code { (visible(name)) } }
                                    None => "the object itself",
                                }
                                @if let Some(resource) = &item.resource {
                                    div.quiet { "of " (short(&resource.id)) }
                                }
                            }
                            td { del { (clipped(&visible(&item.observed.to_string()), VALUE)) } }
                            td { ins { (clipped(&visible(&item.expected.to_string()), VALUE)) } }
                        }
                    }
                }
            } }
        }
    }
}

/// References and frameworks belong to the policy, so they stand once under its findings.
fn sources(e: &Evaluation) -> Markup {
    html! {
        @if !e.references.is_empty() || !e.frameworks.is_empty() {
            dl.sources {
                @if !e.references.is_empty() {
                    div {
                        dt { "References" }
                        @for reference in &e.references { dd { (link(reference)) } }
                    }
                }
                @for (framework, ids) in &e.frameworks {
                    div {
                        dt { (short(framework)) }
                        dd { @for (index, id) in ids.iter().enumerate() { @if index > 0 { ", " } (short(id)) } }
                    }
                }
            }
        }
    }
}

/// A link only where the text is an http(s) address and shows nothing but itself.
fn link(reference: &str) -> Markup {
    let is_address = visible(reference) == reference
        && url::Url::parse(reference).is_ok_and(|u| matches!(u.scheme(), "https" | "http"));
    html! {
        @if is_address {
            a href=(reference) rel="noopener noreferrer" { (short(reference)) }
        } @else { (short(reference)) }
    }
}

fn others(report: &Report<'_>, comparison: &Comparison<'_>, anchors: &Anchors<'_>) -> Markup {
    html! {
        @for (outcome, id, title, class) in [
            (Outcome::Fail, "waived", "Accepted findings (waived)", "w"),
            (Outcome::Error, "errors", "Policies that broke", "e"),
            (Outcome::Unknown, "unknown", "Controls without an answer", "u"),
            (Outcome::Manual, "manual", "Left to a person", "h"),
        ] {
            @let lists: Vec<_> = anchors.others.iter().filter(|((o, _), _)| *o == outcome).collect();
            @if !lists.is_empty() {
                section aria-labelledby=(id) {
                    h2 id=(id) {
                        (title) " "
                        span.quiet { (lists.iter().map(|(_, list)| list.len()).sum::<usize>()) }
                    }
                    @for ((_, policy), list) in lists {
                        div.other id=[anchors.other(outcome, policy)] tabindex="-1" {
                            span class={"mark " (class)} aria-hidden="true" {
                                @match outcome { Outcome::Fail => "w", Outcome::Error => "!", Outcome::Unknown => "?", _ => "m" }
                            }
                            div {
                                strong { code { (visible(policy)) } " " @if let Some(e) = list.first() { (short(&e.title)) } }
                                (causes(report, comparison, list))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One line per reason and message, with the places where it is so.
fn causes(report: &Report<'_>, comparison: &Comparison<'_>, list: &[&Evaluation]) -> Markup {
    let mut causes: Vec<(String, &Evaluation, Vec<&str>, bool)> = Vec::new();
    for e in list {
        let cause = match (&e.waiver, &e.reason) {
            (Some(waiver), _) => format!(
                "{} until {}: {}",
                short(&waiver.owner),
                short(&waiver.until),
                short(&waiver.reason)
            ),
            (None, Some(reason)) => words::reason(reason),
            (None, None) => String::new(),
        };
        let is_new = comparison.standing(e).is_new();
        let place = words::place(e);
        let same = causes.iter_mut().find(|(c, first, _, _)| {
            // Messages name their server, so they are compared only where there are few.
            *c == cause && (list.len() > 40 || e.message == first.message)
        });
        match same {
            Some((_, _, places, new)) => {
                places.push(place);
                *new |= is_new;
            }
            None => causes.push((cause, e, vec![place], is_new)),
        }
    }
    html! {
        @for (cause, e, places, is_new) in &causes {
            p {
                @if *is_new { (pill("new", "new")) " " }
                strong { (names(&distinct(places))) }
                @if !cause.is_empty() { " · " (cause) }
                " · " (short(&e.message))
            }
            @if e.outcome == Outcome::Fail {
                (evidence(&e.evidence))
                p.print { "since " (story::since(report, comparison, e)) " · fingerprint " code { (visible(&e.fingerprint)) } }
            }
        }
    }
}

fn distinct<'a>(places: &[&'a str]) -> Vec<&'a str> {
    let mut places = places.to_vec();
    places.dedup();
    places
}
