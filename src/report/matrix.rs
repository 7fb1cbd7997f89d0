//! The picture: servers by controls, so that one wrong server out of ten is seen before anything is read.

use std::collections::{BTreeMap, HashMap};

use super::compare::{Comparison, natural};
use super::{Report, ServerFacts, words};
use crate::model::{Evaluation, Outcome, Severity};

/// Above this many servers, rows that look the same are drawn once.
const FOLD_ABOVE: usize = 120;

/// What a cell shows: the worst of the evaluations in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Mark {
    /// No such evaluation.
    Blank,
    /// Does not apply.
    NotApplicable,
    /// In order.
    Pass,
    /// For a person.
    Manual,
    /// Fails, and somebody accepted that.
    Waived,
    /// Not enough evidence.
    Unknown,
    /// The policy broke.
    Error,
    /// Fails and counts.
    Fail(Severity),
}

impl Mark {
    fn of(e: &Evaluation) -> Self {
        match e.outcome {
            Outcome::Pass => Mark::Pass,
            Outcome::Fail if e.is_open_failure() => Mark::Fail(e.severity),
            Outcome::Fail => Mark::Waived,
            Outcome::NotApplicable => Mark::NotApplicable,
            Outcome::Unknown => Mark::Unknown,
            Outcome::Error => Mark::Error,
            Outcome::Manual => Mark::Manual,
        }
    }

    /// One character, the same in the terminal and in HTML, so that nothing hangs on colour.
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Mark::Blank => " ",
            Mark::NotApplicable => "–",
            Mark::Pass => "·",
            Mark::Manual => "m",
            Mark::Waived => "w",
            Mark::Unknown => "?",
            Mark::Error => "!",
            Mark::Fail(Severity::Info) => "I",
            Mark::Fail(Severity::Low) => "L",
            Mark::Fail(Severity::Medium) => "M",
            Mark::Fail(Severity::High) => "H",
            Mark::Fail(Severity::Critical) => "C",
        }
    }

    /// For tooltips, screen readers and legends.
    pub(super) fn words(self) -> String {
        match self {
            Mark::Blank => "not judged".to_owned(),
            Mark::NotApplicable => "does not apply".to_owned(),
            Mark::Pass => "pass".to_owned(),
            Mark::Manual => "needs a person".to_owned(),
            Mark::Waived => "fails, waived".to_owned(),
            Mark::Unknown => "unknown".to_owned(),
            Mark::Error => "policy error".to_owned(),
            Mark::Fail(severity) => {
                format!("fails, {}", words::severity(severity).to_lowercase())
            }
        }
    }

    /// True where there is nothing to look at.
    pub(super) fn is_quiet(self) -> bool {
        matches!(self, Mark::Blank | Mark::NotApplicable | Mark::Pass)
    }
}

/// One control for one server (or for the organization).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Cell {
    /// The worst answer.
    pub mark: Mark,
    /// Not so last time.
    pub is_new: bool,
    /// Fails on at least half of the servers that were judged, and did before: nobody stands out.
    pub is_common: bool,
    /// Index of the evaluation to open, where the cell is not quiet.
    pub opens: Option<usize>,
}

impl Cell {
    const BLANK: Cell = Cell {
        mark: Mark::Blank,
        is_new: false,
        is_common: false,
        opens: None,
    };
}

/// One control.
#[derive(Clone, Debug)]
pub(super) struct Column<'a> {
    /// Permanent id.
    pub policy: &'a str,
    /// Title.
    pub title: &'a str,
    /// Category, for grouping.
    pub category: &'a str,
}

/// One server, or several that look the same.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    /// Name of the first.
    pub name: &'a str,
    /// What is known of it.
    pub facts: Option<&'a ServerFacts>,
    /// One cell a column.
    pub cells: Vec<Cell>,
    /// Others with exactly these cells.
    pub same: Vec<&'a str>,
}

impl Row<'_> {
    /// True where there is nothing to look at.
    pub(super) fn is_quiet(&self) -> bool {
        self.cells.iter().all(|cell| cell.mark.is_quiet())
    }
}

/// Servers that are reached in the same way.
#[derive(Clone, Debug)]
pub(super) struct Group<'a> {
    /// `Internet-facing`.
    pub title: String,
    /// Its servers, in natural order.
    pub rows: Vec<Row<'a>>,
}

/// The whole picture.
#[derive(Clone, Debug, Default)]
pub(super) struct Matrix<'a> {
    /// Controls that judge servers, by category, then id.
    pub columns: Vec<Column<'a>>,
    /// Servers by exposure.
    pub groups: Vec<Group<'a>>,
    /// Controls that judge the organization.
    pub organization: Vec<(Column<'a>, Cell)>,
}

impl<'a> Matrix<'a> {
    /// Reads a report; None where no policy was asked.
    pub(super) fn of(report: &'a Report<'a>, comparison: &Comparison<'a>) -> Option<Self> {
        let evaluations = &report.assessment?.evaluations;
        let mut cells: HashMap<(Option<&str>, &str), Cell> = HashMap::new();
        let mut server_columns = BTreeMap::new();
        let mut organization_columns = BTreeMap::new();
        for (index, e) in evaluations.iter().enumerate() {
            let server = e.resource.server.as_deref();
            let columns = match server {
                Some(_) => &mut server_columns,
                None => &mut organization_columns,
            };
            columns
                .entry((e.category.as_str(), e.policy.as_str()))
                .or_insert(e.title.as_str());
            let cell = cells.entry((server, &e.policy)).or_insert(Cell::BLANK);
            let mark = Mark::of(e);
            cell.is_new |= comparison.standing(e).is_new();
            if mark > cell.mark {
                cell.mark = mark;
                cell.opens = (!mark.is_quiet()).then_some(index);
            }
        }
        let mut matrix = Matrix {
            columns: columns(server_columns),
            groups: Vec::new(),
            organization: Vec::new(),
        };
        for column in columns(organization_columns) {
            let cell = cells[&(None, column.policy)];
            matrix.organization.push((column, cell));
        }
        matrix.place_servers(report, &mut cells);
        Some(matrix)
    }

    fn place_servers(
        &mut self,
        report: &'a Report<'a>,
        cells: &mut HashMap<(Option<&'a str>, &'a str), Cell>,
    ) {
        let mut servers: BTreeMap<&str, Option<&ServerFacts>> = cells
            .keys()
            .filter_map(|(s, _)| Some(((*s)?, None)))
            .collect();
        for facts in &report.servers {
            servers.insert(&facts.name, Some(facts));
        }
        for column in &self.columns {
            let of_column = |name: &&'a str| (Some(*name), column.policy);
            let marks = servers.keys().filter_map(|s| cells.get(&of_column(s)));
            let judged = marks.clone().filter(|c| c.mark >= Mark::Pass).count();
            let failing = marks.filter(|c| matches!(c.mark, Mark::Fail(_))).count();
            if failing > 2 && failing * 2 >= judged {
                for name in servers.keys() {
                    if let Some(cell) = cells.get_mut(&of_column(name)) {
                        cell.is_common = matches!(cell.mark, Mark::Fail(_)) && !cell.is_new;
                    }
                }
            }
        }
        let fold = servers.len() > FOLD_ABOVE;
        let mut names: Vec<_> = servers.into_iter().collect();
        names.sort_by_key(|(name, _)| natural(name));
        let mut groups: BTreeMap<(usize, String), Vec<Row<'a>>> = BTreeMap::new();
        let mut seen: HashMap<(String, Vec<Cell>), usize> = HashMap::new();
        for (name, facts) in names {
            let row: Vec<Cell> = self
                .columns
                .iter()
                .map(|c| *cells.get(&(Some(name), c.policy)).unwrap_or(&Cell::BLANK))
                .collect();
            let (rank, title) = exposure(facts);
            let rows = groups.entry((rank, title.clone())).or_default();
            if fold {
                let pattern = row.iter().map(|c| Cell { opens: None, ..*c }).collect();
                let at = *seen.entry((title, pattern)).or_insert(rows.len());
                if let Some(first) = rows.get_mut(at) {
                    first.same.push(name);
                    continue;
                }
            }
            rows.push(Row {
                name,
                facts,
                cells: row,
                same: Vec::new(),
            });
        }
        self.groups = groups
            .into_iter()
            .map(|((_, title), rows)| Group { title, rows })
            .collect();
        if fold {
            for group in &mut self.groups {
                group.rows.sort_by_key(|row| {
                    let is_new = row.cells.iter().any(|cell| cell.is_new);
                    (!is_new, row.is_quiet())
                });
            }
        }
    }

    /// Categories with the number of neighbouring columns each spans.
    pub(super) fn categories(&self) -> Vec<(&'a str, usize)> {
        let mut spans: Vec<(&str, usize)> = Vec::new();
        for column in &self.columns {
            match spans.last_mut() {
                Some((category, span)) if *category == column.category => *span += 1,
                _ => spans.push((column.category, 1)),
            }
        }
        spans
    }

    /// How many servers there are, folded ones too.
    pub(super) fn servers(&self) -> usize {
        let rows = self.groups.iter().flat_map(|group| &group.rows);
        rows.map(|row| 1 + row.same.len()).sum()
    }
}

fn columns<'a>(titles: BTreeMap<(&'a str, &'a str), &'a str>) -> Vec<Column<'a>> {
    titles
        .into_iter()
        .map(|((category, policy), title)| Column {
            policy,
            title,
            category,
        })
        .collect()
}

/// Most exposed first; Edge servers last, for they carry no directories.
fn exposure(facts: Option<&ServerFacts>) -> (usize, String) {
    let word = facts.and_then(|f| f.exposure.as_deref());
    let is_edge = facts.is_some_and(|f| f.is_edge);
    let rank = match word {
        _ if is_edge => 5,
        Some("internet") => 0,
        Some("exo_only") => 1,
        Some("internal") => 2,
        Some(_) => 3,
        None => 4,
    };
    (rank, words::exposure(word, is_edge))
}
