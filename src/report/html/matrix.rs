//! The picture: servers down, controls across, and whatever is wrong stands out of quiet green.

use maud::{Markup, html};

use super::super::compare::Comparison;
use super::super::matrix::{Cell, Mark, Matrix, Row};
use super::super::{Report, escape::clipped, visible, words};
use super::anchors::Anchors;
use super::pill;
use crate::model::{Evaluation, Severity};

/// Rows drawn; where more look different, the quiet ones are counted.
const ROWS: usize = 400;
/// Below this many cells, each says in words what it shows to a screen reader.
const SPOKEN: usize = 3_000;

pub(super) fn picture(
    report: &Report<'_>,
    comparison: &Comparison<'_>,
    matrix: &Matrix<'_>,
    anchors: &Anchors<'_>,
) -> Markup {
    let evaluations = report.assessment.map_or(&[][..], |a| &a.evaluations);
    let drawing = Drawing {
        evaluations,
        anchors,
        is_spoken: matrix.servers() * matrix.columns.len() <= SPOKEN,
    };
    html! {
        section.picture aria-labelledby="matrix" {
            @if !matrix.columns.is_empty() && matrix.servers() > 0 {
                div.bar {
                    h2 #matrix {
                        (words::count(matrix.servers(), "server", "servers")) " by "
                        (words::count(matrix.columns.len(), "control", "controls"))
                    }
                }
                (drawing.table(matrix))
            }
            @if !matrix.organization.is_empty() {
                (drawing.strip(matrix))
            }
            (legend(matrix, comparison.known))
        }
    }
}

fn class(cell: &Cell) -> &'static str {
    match cell.mark {
        Mark::Blank => "b",
        Mark::NotApplicable => "n",
        Mark::Pass => "p",
        Mark::Manual => "h",
        Mark::Waived => "w",
        Mark::Unknown => "u",
        Mark::Error => "e",
        Mark::Fail(_) if cell.is_common => "f common",
        Mark::Fail(Severity::Critical | Severity::High) => "f high",
        Mark::Fail(Severity::Medium) => "f medium",
        Mark::Fail(Severity::Low | Severity::Info) => "f low",
    }
}

struct Drawing<'a> {
    evaluations: &'a [Evaluation],
    anchors: &'a Anchors<'a>,
    is_spoken: bool,
}

impl Drawing<'_> {
    fn table(&self, matrix: &Matrix<'_>) -> Markup {
        let size = match matrix.columns.len() {
            0..=14 => "wide",
            15..=30 => "mid",
            31..=44 => "slim",
            _ => "tiny",
        };
        let span = matrix.columns.len() + 2;
        let mut room = ROWS;
        let shown = matrix.groups.iter().map(|group| {
            let shown = group.rows.len().min(room);
            room -= shown;
            shown
        });
        html! {
            div.scroll role="region" aria-label="Servers by controls" tabindex="0" {
                table.matrix.(size) {
                    thead {
                        tr.categories {
                            td {}
                            @for (category, span) in matrix.categories() {
                                th scope="colgroup" colspan=(span) { (visible(category)) }
                            }
                            td {}
                        }
                        tr.ids {
                            td {}
                            @for (at, column) in matrix.columns.iter().enumerate() {
                                @let id = self.anchors.policy(column.policy);
                                @let loud = matrix.groups.iter().flat_map(|g| &g.rows)
                                    .any(|row| matches!(row.cells[at].mark, Mark::Fail(_)));
                                th scope="col" class=[loud.then_some("loud")]
                                    title={ (visible(column.policy)) ": " (clipped(&visible(column.title), 200)) } {
                                    span {
                                        @if let Some(id) = id {
                                            a href={"#" (id)} tabindex="-1" { (visible(column.policy)) }
                                        } @else { (visible(column.policy)) }
                                    }
                                }
                            }
                            td {}
                        }
                    }
                    @for (group, shown) in matrix.groups.iter().zip(shown) {
                        tbody {
                            tr.group {
                                th scope="rowgroup" colspan=(span) {
                                    (group.title)
                                    span.quiet { " " (group.rows.iter().map(|r| 1 + r.same.len()).sum::<usize>()) }
                                }
                            }
                            @for row in &group.rows[..shown] { (self.row(row, matrix)) }
                            @if shown < group.rows.len() {
                                tr.folded { td colspan=(span) {
                                    (group.rows.len() - shown) " more servers are not drawn; the findings below count them."
                                } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn row(&self, row: &Row<'_>, matrix: &Matrix<'_>) -> Markup {
        let failing = row
            .cells
            .iter()
            .filter(|c| matches!(c.mark, Mark::Fail(_)))
            .count();
        let new = row.cells.iter().filter(|c| c.is_new).count();
        let loud = failing > 0
            && row
                .cells
                .iter()
                .any(|c| matches!(c.mark, Mark::Fail(_)) && !c.is_common);
        let build = row.facts.and_then(|facts| facts.build.as_deref());
        html! {
            tr class=[loud.then_some("loud")] {
                th scope="row" title=[row.facts.map(|f| short_facts(&f.role, build))] {
                    span.name { (clipped(&visible(row.name), 40)) }
                    @if !row.same.is_empty() {
                        span.same title=(words::listed(&row.same, 30)) { " +" (row.same.len()) " alike" }
                    }
                }
                @for (cell, column) in row.cells.iter().zip(&matrix.columns) {
                    @if let Some((href, e)) = self.target(cell) {
                        td class={ (class(cell)) @if cell.is_new { " new" } } {
                            a href={"#" (href)} title=(tip(cell, row.name, column.policy, e)) {
                                (cell.mark.symbol())
                                span.vh {
                                    " " (cell.mark.words()) @if cell.is_new { ", new" }
                                }
                            }
                        }
                    } @else {
                        td class=(class(cell)) {
                            (cell.mark.symbol())
                            @if self.is_spoken { span.vh { (cell.mark.words()) } }
                        }
                    }
                }
                td.sum {
                    @if row.cells.iter().all(|c| c.mark == Mark::Blank) { "not judged" }
                    @if failing > 0 { (failing) " open" }
                    @if new > 0 { " " (pill("new", &format!("{new} new"))) }
                }
            }
        }
    }

    /// Controls of the organization as a whole: no servers, so a strip of its own.
    fn strip(&self, matrix: &Matrix<'_>) -> Markup {
        html! {
            div.strip {
                h3 { "The organization as a whole" }
                ul {
                    @for (column, cell) in &matrix.organization {
                        li class={ (class(cell)) @if cell.is_new { " new" } } {
                            @if let Some((href, e)) = self.target(cell) {
                                a href={"#" (href)} title=(tip(cell, "The organization", column.policy, e)) {
                                    b aria-hidden="true" { (cell.mark.symbol()) } (visible(column.policy))
                                    span.vh { " " (cell.mark.words()) @if cell.is_new { ", new" } }
                                }
                            } @else {
                                span title={ (clipped(&visible(column.title), 200)) ": " (cell.mark.words()) } {
                                    b aria-hidden="true" { (cell.mark.symbol()) } (visible(column.policy))
                                    span.vh { " " (cell.mark.words()) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn target(&self, cell: &Cell) -> Option<(String, &Evaluation)> {
        let e = self.evaluations.get(cell.opens?)?;
        Some((self.anchors.of_evaluation(e)?, e))
    }
}

fn tip(cell: &Cell, name: &str, policy: &str, e: &Evaluation) -> String {
    format!(
        "{} · {} · {}{} · {}",
        visible(name),
        visible(policy),
        cell.mark.words(),
        if cell.is_new { ", new" } else { "" },
        clipped(&visible(&e.title), 120)
    )
}

fn short_facts(role: &str, build: Option<&str>) -> String {
    match build {
        Some(build) => format!("{}, build {}", visible(role), visible(build)),
        None => format!("{}, build not known", visible(role)),
    }
}

/// Only the marks that occur.
fn legend(matrix: &Matrix<'_>, is_compared: bool) -> Markup {
    let rows = matrix.groups.iter().flat_map(|g| &g.rows);
    let mut cells: Vec<Cell> = rows
        .flat_map(|row| &row.cells)
        .chain(matrix.organization.iter().map(|(_, cell)| cell))
        .map(|cell| Cell {
            is_new: false,
            opens: None,
            ..*cell
        })
        .filter(|cell| cell.mark != Mark::Blank)
        .collect();
    cells.sort_by_key(|cell| (std::cmp::Reverse(cell.mark), cell.is_common));
    cells.dedup();
    html! {
        ul.legend aria-label="Legend" {
            @for cell in &cells {
                li {
                    span class={"mark " (class(cell))} aria-hidden="true" { (cell.mark.symbol()) }
                    (cell.mark.words()) @if cell.is_common { " on most servers" }
                }
            }
            @if is_compared {
                li { span.mark.new.p aria-hidden="true" {} "ringed: new since last time" }
            }
        }
    }
}
