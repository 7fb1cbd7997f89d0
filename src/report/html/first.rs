//! What is read without scrolling or clicking: the sentence, what to run, what was not seen.

use maud::{Markup, html};

use super::super::story::{Command, Story, Tone};
use super::super::unseen::Gap;
use super::super::{Report, ReportKind, visible, words};
use super::{code, pill};

/// Commands in the list of all.
const ALL: usize = 50;

pub(super) fn masthead(report: &Report<'_>) -> Markup {
    html! {
        header.mast {
            span.brand { "exdrift" }
            span { (report.kind.as_str()) }
            span.org { bdi { (visible(report.organization)) } }
            span { (words::moment(report.snapshot)) }
            @if let Some(then) = report.compared_with {
                span.quiet { "compared with " (words::moment(then)) }
            }
        }
    }
}

pub(super) fn headline(story: &Story) -> Markup {
    let tone = match story.tone {
        Tone::Bad => "bad",
        Tone::Watch => "watch",
        Tone::Good => "good",
    };
    html! {
        section class={"headline " (tone)} aria-labelledby="sentence" {
            h1 #sentence {
                span.verdict {
                    (story.verdict) @if !story.sentence.is_empty() { "." }
                }
                " " (story.sentence)
            }
            @if !story.answers.is_empty() {
                dl.answers {
                    @for (label, answer) in &story.answers {
                        div { dt { (label) } dd { (answer) } }
                    }
                }
            }
        }
    }
}

/// The first `at_once` commands, the others on demand.
pub(super) fn run(report: &Report<'_>, story: &Story, at_once: usize) -> Markup {
    html! {
        section.box aria-labelledby="run" {
            h2 #run { "What to run" }
            @if story.run.is_empty() {
                p.quiet {
                    @if report.kind == ReportKind::Diff {
                        "Nothing: a diff only compares. An audit of this snapshot judges it."
                    } @else { "Nothing." }
                }
            }
            @for command in story.run.iter().take(at_once) { (one(command)) }
            @if story.run.len() > at_once {
                details {
                    summary { (words::count(story.run.len() - at_once, "more command", "more commands")) }
                    @for command in story.run.iter().skip(at_once).take(ALL) { (one(command)) }
                    @if story.run.len() > at_once + ALL {
                        p.quiet { (story.run.len() - at_once - ALL) " more stand with their findings." }
                    }
                }
            }
        }
    }
}

fn one(command: &Command) -> Markup {
    html! {
        (code(&command.title, &command.text, &command.title))
    }
}

/// The first `at_once` gaps, the others on demand.
pub(super) fn unseen(gaps: &[Gap], at_once: usize) -> Markup {
    html! {
        section.box aria-labelledby="unseen" {
            h2 #unseen { "What could not be seen" }
            @if gaps.is_empty() {
                p.quiet { "Nothing: everything that was asked for was there." }
            } @else {
                (list(&gaps[..gaps.len().min(at_once)], 4))
                @if gaps.len() > at_once {
                    details {
                        summary { (words::count(gaps.len() - at_once, "more gap", "more gaps")) }
                        (list(&gaps[at_once..], 20))
                    }
                }
            }
        }
    }
}

fn list(gaps: &[Gap], show: usize) -> Markup {
    html! {
        ul.gaps {
            @for gap in gaps {
                li {
                    span.mark.u aria-hidden="true" { "?" }
                    div {
                        @if gap.is_new { (pill("new", "new")) " " }
                        strong { (gap.what) } (gap.place(show)) ": " (gap.cause(300))
                        @if let Some(cost) = gap.cost(show) { div.quiet { (cost) } }
                    }
                }
            }
        }
    }
}
