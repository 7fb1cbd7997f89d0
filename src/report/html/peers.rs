//! Servers that are not like their peers.

use maud::{Markup, html};

use super::{names, short};
use crate::model::{Assessment, Outlier, Value};
use crate::report::visible;

/// Rows of the table; JSON has all.
const ROWS: usize = 200;

/// Nothing where all are alike: the section is no promise that everything was compared.
pub(super) fn section(assessment: &Assessment) -> Markup {
    let outliers = &assessment.outliers;
    html! {
        @if !outliers.is_empty() {
            section aria-labelledby="peers" {
                h2 #peers { "Unlike their peers " span.quiet { (outliers.len()) } }
                p.quiet { "Servers of one role, build and exposure, compared with each other. No verdict: the few may be right." }
                div.scroll { table {
                    thead { tr {
                        th scope="col" { "Servers" }
                        th scope="col" { "Where" }
                        th scope="col" { "They have" }
                        th scope="col" { "Usual" }
                        th scope="col" { "Compared" }
                    } }
                    tbody {
                        @for outlier in outliers.iter().take(ROWS) { (row(outlier)) }
                    }
                } }
                @if outliers.len() > ROWS {
                    p.quiet { "and " (outliers.len() - ROWS) " more; the JSON report lists all" }
                }
            }
        }
    }
}

fn row(outlier: &Outlier) -> Markup {
    let peers = &outlier.peers;
    let traits: Vec<&str> = [&peers.role, &peers.build, &peers.exposure]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    html! {
        tr {
            th scope="row" {
                (names(&outlier.servers.iter().map(String::as_str).collect::<Vec<_>>()))
            }
            td {
                @if let Some(property) = &outlier.property { code { (short(property)) } " of " }
                (short(&outlier.object)) " "
                span.quiet { (visible(outlier.kind.as_str())) }
                @if !outlier.policies.is_empty() { div.quiet { (visible(&outlier.policies.join(", "))) } }
            }
            td { (value(outlier.observed.as_ref())) }
            td { (value(outlier.usual.as_ref())) }
            td {
                (outlier.usual_on) " of " (outlier.compared) " alike"
                @if outlier.unseen > 0 { ", " (outlier.unseen) " without an answer" }
                @if !traits.is_empty() { div.quiet { (short(&traits.join(" · "))) } }
            }
        }
    }
}

fn value(value: Option<&Value>) -> Markup {
    html! {
        @match value {
            Some(value) => code { (short(&value.to_string())) },
            None => span.quiet { "nothing there" },
        }
    }
}
