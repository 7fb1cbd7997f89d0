//! The picture of a diff: servers down, changed properties across. One server that went its own way
//! stands alone in a column.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use maud::{Markup, html};

use super::super::compare::natural;
use super::super::{story, visible, words};
use crate::model::{Change, ChangeSet};

/// Columns and rows drawn; the table below has the rest.
const COLUMNS: usize = 40;
const ROWS: usize = 200;

pub(super) fn picture(drift: &ChangeSet) -> Markup {
    let mut columns: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut cells: HashMap<(Option<&str>, (&str, &str)), Vec<&Change>> = HashMap::new();
    let mut rows = BTreeSet::new();
    for change in &drift.changes {
        let column = (
            change.resource.kind.as_str(),
            change.property.as_deref().unwrap_or(words::op(change.op)),
        );
        let server = change.resource.server.as_deref();
        *columns.entry(column).or_default() += 1;
        cells.entry((server, column)).or_default().push(change);
        rows.insert((server.is_none(), natural(server.unwrap_or("")), server));
    }
    let left_out = columns.len().saturating_sub(COLUMNS);
    let columns: Vec<_> = columns.into_keys().take(COLUMNS).collect();
    html! {
        @if !columns.is_empty() {
            section.picture aria-labelledby="matrix" {
                div.bar {
                    h2 #matrix { "Where it changed" }
                    ul.legend aria-label="Legend" {
                        li { span.mark.d aria-hidden="true" { "Δ" } "changed" }
                        li { span.mark.x aria-hidden="true" { "≡" } "changed, and documented" }
                    }
                }
                div.scroll role="region" aria-label="Servers by changed properties" tabindex="0" {
                    table.matrix.mid.changes {
                        thead { tr.ids {
                            td {}
                            @for (kind, property) in &columns {
                                th scope="col" title={ (visible(kind)) " " (visible(property)) } {
                                    span { (super::super::escape::clipped(&visible(property), 28)) }
                                }
                            }
                            td {}
                        } }
                        tbody {
                            @for (_, _, server) in rows.iter().take(ROWS) {
                                tr {
                                    th scope="row" { span.name { (visible(server.unwrap_or("Organization"))) } }
                                    @for column in &columns {
                                        (cell(cells.get(&(*server, *column))))
                                    }
                                    td.sum {}
                                }
                            }
                        }
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

fn cell(changes: Option<&Vec<&Change>>) -> Markup {
    match changes {
        None => html! { td.q { "·" } },
        Some(changes) if changes.iter().all(|c| story::is_explained(c)) => {
            html! { td.x { "≡" span.vh { "changed, documented" } } }
        }
        Some(_) => html! { td.d { "Δ" span.vh { "changed" } } },
    }
}
