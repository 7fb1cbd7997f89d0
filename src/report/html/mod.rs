//! `--format html`: one file that needs nothing else, obeys a strict policy and prints.
//!
//! Every text passes through [`visible`](super::visible) and then maud's escaping. Style and script are
//! two fixed files whose hashes stand in the Content-Security-Policy; nothing else may run or load.

mod anchors;
mod drift;
mod drift_map;
mod findings;
mod first;
mod matrix;
mod peers;
mod rest;

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::compare::Comparison;
use super::matrix::Matrix;
use super::story::Story;
use super::{
    RenderOptions, Report, ReportError, ReportKind, Reporter, require, unseen, visible, words,
};
use anchors::Anchors;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Characters of one value in a table; JSON has all of it.
const VALUE: usize = 1_000;
/// Names in one list.
const NAMES: usize = 60;

/// See the module.
pub(super) struct Html;

impl Reporter for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn extension(&self) -> &'static str {
        "html"
    }

    fn supports(&self, _: ReportKind) -> bool {
        true
    }

    fn render(
        &self,
        report: &Report<'_>,
        out: &mut dyn Write,
        _: &RenderOptions,
    ) -> Result<(), ReportError> {
        require(report)?;
        let comparison = Comparison::of(report);
        let story = Story::of(report, &comparison);
        let gaps = unseen::gaps(report, &comparison);
        let matrix = Matrix::of(report, &comparison);
        let anchors = Anchors::of(report, &comparison);
        let title = format!(
            "{}: {} · {}",
            story.verdict,
            visible(report.organization),
            words::moment(report.snapshot)
        );
        let layout = layout(report, matrix.as_ref());
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy());
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    meta name="color-scheme" content="light dark";
                    meta name="generator" content={"exdrift " (env!("CARGO_PKG_VERSION"))};
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#picture" { "To the picture" }
                    (first::masthead(report))
                    main {
                        (first::headline(&story))
                        div.first.(layout) {
                            (first::run(report, &story, if layout == "side" { 3 } else { 2 }))
                            (first::unseen(&gaps, if layout == "side" { 4 } else { 3 }))
                            div #picture tabindex="-1" {
                                @if let Some(matrix) = &matrix {
                                    (matrix::picture(report, &comparison, matrix, &anchors))
                                }
                                @if let (None, Some(drift)) = (&matrix, report.shown_drift()) {
                                    (drift_map::picture(drift))
                                }
                            }
                        }
                        (findings::sections(report, &comparison, &anchors))
                        @if let Some(assessment) = report.assessment { (peers::section(assessment)) }
                        @if let Some(drift) = report.shown_drift() {
                            (drift::section("drift", "What changed", drift))
                        }
                        @if let Some(drift) = report.baseline_drift {
                            (drift::section("baseline", "What differs from the baseline", drift))
                        }
                        (rest::sections(report, &anchors, &gaps))
                    }
                    (rest::footer(report))
                    div.vh #said role="status" aria-live="polite" {}
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        out.write_all(page.into_string().as_bytes())?;
        out.write_all(b"\n")?;
        Ok(())
    }
}

/// A narrow picture leaves room for the two lists beside it.
fn layout(report: &Report<'_>, matrix: Option<&Matrix<'_>>) -> &'static str {
    let columns = match (matrix, report.shown_drift()) {
        (Some(matrix), _) => matrix.columns.len(),
        (None, Some(drift)) => drift_map::columns(drift).len(),
        (None, None) => 0,
    };
    match columns {
        1..=20 => "side",
        _ => "stack",
    }
}

/// CSP level 2 hashes cover the exact bytes between the tags.
fn policy() -> String {
    format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn hash(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    format!("sha256-{}", STANDARD.encode(digest.as_ref()))
}

/// A value or another text on one line, clipped.
fn short(text: &str) -> String {
    super::escape::clipped(&visible(text), VALUE).into_owned()
}

/// PowerShell or YAML under its caption, with a button that copies exactly what is shown.
fn code(caption: &str, text: &str, label: &str) -> Markup {
    let lines: Vec<_> = super::escape::visible_lines(text).collect();
    html! {
        div.code {
            div.caption {
                span { (caption) }
                button.copy type="button" hidden aria-label={"Copy: " (label)} { "Copy" }
            }
            pre tabindex="0" aria-label=(label) { code { (unbroken(&lines.join("\n"))) } }
        }
    }
}

/// Text in which a line never ends between the hyphen and the name of a parameter.
fn unbroken(text: &str) -> Markup {
    html! {
        @for piece in text.split_inclusive([' ', '\n']) {
            @if piece.starts_with('-') && piece.len() < 40 {
                // What parts two commands stays outside: in a span that never breaks, nobody would see it.
                @let word = piece.trim_end_matches([' ', '\n']);
                span.nb { (word) } (&piece[word.len()..])
            } @else { (piece) }
        }
    }
}

/// A small word in a box.
fn pill(class: &str, word: &str) -> Markup {
    html! { span class={"pill " (class)} { (word) } }
}

/// Names, the first [`NAMES`] of them.
fn names(list: &[&str]) -> Markup {
    html! {
        @for (index, name) in list.iter().take(NAMES).enumerate() {
            @if index > 0 { ", " }
            (visible(name))
        }
        @if list.len() > NAMES { " and " (list.len() - NAMES) " more" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_style_or_script_ends_its_own_element() {
        assert!(!STYLE.contains("</"));
        assert!(!SCRIPT.contains("</"));
        assert!(!policy().contains("unsafe"));
    }
}
