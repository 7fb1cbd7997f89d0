//! The picture of a diff: servers down, changed properties across. One server that went its own way
//! stands alone in a column.

use std::collections::{BTreeSet, HashMap};

use maud::{Markup, html};

use super::super::{story, visible, words};
use crate::model::{Change, ChangeSet};

/// Columns and rows drawn; the table below has the rest.
const COLUMNS: usize = 40;
const ROWS: usize = 200;

/// Words that say nothing without the kind.
const PLAIN: [&str; 4] = ["added", "removed", "renamed", "recreated"];

/// What changed, as a column: kind, and property or what happened to the whole resource.
type Column<'a> = (&'a str, &'a str);

fn column(change: &Change) -> Column<'_> {
    let property = change.property.as_deref();
    (
        change.resource.kind.as_str(),
        property.unwrap_or(words::op(change.op)),
    )
}

/// Every column that a drift has.
pub(super) fn columns(drift: &ChangeSet) -> BTreeSet<Column<'_>> {
    drift.changes.iter().map(column).collect()
}

pub(super) fn picture(drift: &ChangeSet) -> Markup {
    let mut cells: HashMap<(Option<&str>, Column<'_>), Vec<&Change>> = HashMap::new();
    for change in &drift.changes {
        let server = change.resource.server.as_deref();
        cells
            .entry((server, column(change)))
            .or_default()
            .push(change);
    }
    let rows = super::drift::places(drift);
    let columns = columns(drift);
    let left_out = columns.len().saturating_sub(COLUMNS);
    let columns: Vec<_> = columns.into_iter().take(COLUMNS).collect();
    let is_attributed = drift
        .changes
        .iter()
        .any(|change| change.attribution.is_some());
    html! {
        @if !columns.is_empty() {
            section.picture aria-labelledby="matrix" {
                div.bar {
                    h2 #matrix { "Where it changed" }
                }
                div.scroll role="region" aria-label="Servers by changed properties" tabindex="0" {
                    table.matrix.mid.changes {
                        thead { tr.ids {
                            td {}
                            @for (kind, property) in &columns {
                                th scope="col" title={ (visible(kind)) " " (visible(property)) } {
                                    span { @if PLAIN.contains(property) { (visible(kind)) " " } (visible(property)) }
                                }
                            }
                            td {}
                        } }
                        tbody {
                            @for (index, (server, _)) in rows.iter().take(ROWS).enumerate() {
                                tr {
                                    th scope="row" { span.name { (visible(server.unwrap_or("Organization"))) } }
                                    @for column in &columns {
                                        (cell(cells.get(&(*server, *column)), index))
                                    }
                                    td.sum {}
                                }
                            }
                        }
                    }
                }
                ul.legend aria-label="Legend" {
                    li { span.mark.d aria-hidden="true" { "Δ" } "changed" }
                    @if is_attributed {
                        li { span.mark.x aria-hidden="true" { "≡" } "changed, as documented" }
                    }
                }
                @if rows.len() > ROWS || left_out > 0 {
                    p.quiet {
                        (rows.len().saturating_sub(ROWS)) " more servers and " (left_out)
                        " more properties are in the table below."
                    }
                }
            }
        }
    }
}

/// A cell, which opens the changes of its server.
fn cell(changes: Option<&Vec<&Change>>, place: usize) -> Markup {
    let (class, symbol, words) = match changes {
        None => return html! { td.q { "·" } },
        Some(changes) if changes.iter().all(|c| story::is_explained(c)) => {
            ("x", "≡", "changed, as documented")
        }
        Some(_) => ("d", "Δ", "changed"),
    };
    html! {
        td class=(class) { a href={"#drift" (place)} { (symbol) span.vh { (words) } } }
    }
}
