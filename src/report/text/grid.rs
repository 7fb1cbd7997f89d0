//! The matrix in characters: a server a line, a control a column.

use super::super::matrix::{Cell, Mark, Matrix, Row};
use super::super::{ReportError, visible};
use super::paper::{BAD, DIM, Paper, WATCH, shown_width};
use crate::model::Severity;

/// Above this many servers, those with nothing to look at are counted instead of drawn.
const ALL_ROWS: usize = 30;

pub(super) fn write(paper: &mut Paper<'_>, matrix: &Matrix<'_>) -> Result<(), ReportError> {
    if !matrix.columns.is_empty() && matrix.servers() > 0 {
        servers(paper, matrix)?;
    }
    if !matrix.organization.is_empty() {
        paper.section("The organization")?;
        let mut text = Vec::new();
        let mut quiet = 0;
        for (column, cell) in &matrix.organization {
            if cell.mark.is_quiet() {
                quiet += 1;
                continue;
            }
            let new = if cell.is_new { ", NEW" } else { "" };
            text.push(format!(
                "{} {} ({}{new})",
                paint(paper, cell),
                visible(column.policy),
                cell.mark.words()
            ));
        }
        if quiet > 0 {
            text.push(format!("{quiet} pass or do not apply"));
        }
        paper.wrapped(2, 2, &text.join("   "))?;
    }
    Ok(())
}

fn servers(paper: &mut Paper<'_>, matrix: &Matrix<'_>) -> Result<(), ReportError> {
    let rows: Vec<&Row<'_>> = matrix.groups.iter().flat_map(|g| &g.rows).collect();
    let label = |row: &Row<'_>| match row.same.len() {
        0 => visible(row.name).into_owned(),
        n => format!("{} +{n}", visible(row.name)),
    };
    let names = rows.iter().map(|row| shown_width(&label(row))).max();
    let names = names.unwrap_or(0).clamp(6, 24);
    let room = (paper.width - names - 5) / 2;
    // Where not all controls fit, those that are fine everywhere go first.
    let loud = |at: &usize| rows.iter().any(|row| !row.cells[*at].mark.is_quiet());
    let all: Vec<usize> = (0..matrix.columns.len()).collect();
    let (columns, left_out) = if all.len() <= room {
        (all, 0)
    } else {
        let loud: Vec<usize> = all.iter().copied().filter(loud).collect();
        let left_out = all.len() - loud.len();
        (loud, left_out)
    };
    paper.section("Servers by controls")?;
    for block in columns.chunks(room.max(1)) {
        let ids: Vec<String> = block
            .iter()
            .map(|at| visible(matrix.columns[*at].policy).into_owned())
            .collect();
        let height = ids
            .iter()
            .map(|id| id.chars().count())
            .max()
            .unwrap_or(0)
            .min(16);
        for level in 0..height {
            let mut line = format!("{:names$}  ", "");
            for id in &ids {
                line.push(id.chars().nth(level).unwrap_or(' '));
                line.push(' ');
            }
            let line = paper.paint(DIM, &line);
            paper.line(2, &line)?;
        }
        for group in &matrix.groups {
            let title = paper.paint(DIM, &group.title);
            paper.line(2, &title)?;
            let mut quiet = 0;
            for row in &group.rows {
                if matrix.servers() > ALL_ROWS && row.is_quiet() {
                    quiet += 1 + row.same.len();
                    continue;
                }
                let mut line = format!(
                    "{:<names$}  ",
                    super::super::escape::clipped(&label(row), names)
                );
                for at in block {
                    line.push_str(&paint(paper, &row.cells[*at]));
                    line.push(if row.cells[*at].is_new { '+' } else { ' ' });
                }
                paper.line(2, &line)?;
            }
            if quiet > 0 {
                paper.line(
                    2,
                    &format!("… {quiet} more where nothing fails and nothing is unknown"),
                )?;
            }
        }
    }
    if left_out > 0 {
        paper.line(
            2,
            &format!("({left_out} more controls pass or do not apply on every server)"),
        )?;
    }
    legend(paper, matrix)
}

fn legend(paper: &mut Paper<'_>, matrix: &Matrix<'_>) -> Result<(), ReportError> {
    let cells = || {
        matrix
            .groups
            .iter()
            .flat_map(|g| &g.rows)
            .flat_map(|r| &r.cells)
    };
    let mut marks: Vec<Mark> = cells()
        .map(|cell| cell.mark)
        .filter(|m| *m != Mark::Blank)
        .collect();
    marks.sort_by(|a, b| b.cmp(a));
    marks.dedup();
    let mut words: Vec<String> = marks
        .iter()
        .map(|mark| format!("{} {}", mark.symbol(), mark.words()))
        .collect();
    if cells().any(|cell| cell.is_new) {
        words.push("+ new since last time".to_owned());
    }
    let text = words.join("   ");
    paper.wrapped(2, 2, &text)
}

fn paint(paper: &Paper<'_>, cell: &Cell) -> String {
    let symbol = cell.mark.symbol();
    match cell.mark {
        Mark::Fail(Severity::Critical | Severity::High) | Mark::Error => paper.paint(BAD, symbol),
        Mark::Fail(_) | Mark::Unknown => paper.paint(WATCH, symbol),
        Mark::Pass | Mark::NotApplicable | Mark::Waived => paper.paint(DIM, symbol),
        Mark::Manual | Mark::Blank => symbol.to_owned(),
    }
}
