//! `policy test --mutate`: every condition of every policy taken away or turned round, one at a time. A
//! test must fail each time; where none does, nobody would notice that the condition is gone.
//!
//! Mutants are made on the text by the places of the syntax tree: a condition becomes `true` or its
//! contrary, a rule disappears. One that does not compile (its condition gave a variable its value) is no
//! mutant. What binds (`some x in xs`, `x := ...`) is left alone.

use std::collections::BTreeSet;
use std::time::Duration;

use rayon::prelude::*;
use regorus::unstable::{Expr, Literal, LiteralStmt, Module, Rule, Span};
use regorus::{Engine, Value};

use super::engine;
use super::set::PolicySet;
use super::source::{Role, SourceFile};
use super::syntax;
use super::tree::{self, Visit};

/// How long one test may take: a mutant may loop.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// What was done to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutation {
    /// The condition always holds.
    Removed,
    /// The condition holds where it did not.
    Inverted,
    /// The whole rule is gone.
    RuleRemoved,
}

/// One changed policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The file as the user knows it.
    pub file: String,
    /// Line of the change, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// What was done.
    pub mutation: Mutation,
    /// The text that was changed, on one line.
    pub text: String,
    /// The test that failed; none where all passed.
    pub killed_by: Option<String>,
}

/// All mutants that compile.
#[derive(Clone, Debug, Default)]
pub struct MutationReport {
    /// Sorted by file and place.
    pub mutants: Vec<Mutant>,
    /// Changes that did not compile.
    pub invalid: usize,
    /// Policies and library files without a test beside them: nothing was tried on them.
    pub untested: Vec<String>,
}

impl MutationReport {
    /// Mutants that no test noticed.
    pub fn survivors(&self) -> impl Iterator<Item = &Mutant> {
        self.mutants.iter().filter(|m| m.killed_by.is_none())
    }

    /// Percent of the mutants that a test noticed, rounded down; 100 where there are none.
    pub fn percent(&self) -> usize {
        let killed = self.mutants.len() - self.survivors().count();
        (killed * 100)
            .checked_div(self.mutants.len())
            .unwrap_or(100)
    }
}

/// A place in the text and what stands there instead.
struct Change {
    span: std::ops::Range<usize>,
    line: u32,
    column: u32,
    mutation: Mutation,
    instead: String,
}

/// A test file with everything but the module that is changed.
struct Bench {
    engine: Engine,
    /// Rules that pass on the module as it is.
    tests: Vec<String>,
}

impl PolicySet {
    /// Changes every file whose path contains one of `only` (all, where that is empty) and runs its tests:
    /// for a file of the library those beside it, then those of every policy that uses it.
    pub fn mutate(&self, only: &[String]) -> MutationReport {
        let wanted = |file: &&SourceFile| {
            matches!(file.role, Role::Policy | Role::Lib)
                && (only.is_empty() || only.iter().any(|part| file.shown.contains(part.as_str())))
        };
        let targets: Vec<&SourceFile> = self.files.iter().filter(wanted).collect();
        let reports: Vec<MutationReport> = targets
            .par_iter()
            .map(|file| self.mutate_file(file))
            .collect();
        let mut all = MutationReport::default();
        for report in reports {
            all.mutants.extend(report.mutants);
            all.invalid += report.invalid;
            all.untested.extend(report.untested);
        }
        all.mutants.sort_by(|a, b| {
            (&a.file, a.line, a.column, a.mutation).cmp(&(&b.file, b.line, b.column, b.mutation))
        });
        all.untested.sort();
        all
    }

    fn mutate_file(&self, target: &SourceFile) -> MutationReport {
        let mut report = MutationReport::default();
        let Some(changes) = changes(target) else {
            return report; // it does not parse, which `policy check` tells
        };
        let benches: Vec<Bench> = self
            .tests_of(target)
            .into_iter()
            .filter_map(|test| self.bench(target, test))
            .collect();
        if benches.iter().all(|bench| bench.tests.is_empty()) {
            // What only tests use is no part of a verdict.
            if target.role == Role::Policy || !benches.is_empty() {
                report.untested.push(target.shown.clone());
            }
            return report;
        }
        for change in changes {
            let text = format!(
                "{}{}{}",
                &target.text[..change.span.start],
                change.instead,
                &target.text[change.span.end..]
            );
            match killer(&benches, &target.shown, &text) {
                None => report.invalid += 1,
                Some(killed_by) => report.mutants.push(Mutant {
                    file: target.shown.clone(),
                    line: change.line,
                    column: change.column,
                    mutation: change.mutation,
                    text: one_line(&target.text[change.span.clone()]),
                    killed_by,
                }),
            }
        }
        report
    }

    /// The test file beside a file first; for the library, those of all files that use it after that.
    fn tests_of(&self, target: &SourceFile) -> Vec<&SourceFile> {
        let beside = test_beside(target);
        let own = self.tests.iter().filter(|test| test.shown == beside);
        if target.role == Role::Policy {
            return own.collect();
        }
        // Library files may use each other: whoever uses one that uses the target uses the target.
        let mut using: BTreeSet<&str> = BTreeSet::from([target.stem()]);
        loop {
            let more: Vec<&str> = self
                .libs
                .iter()
                .filter(|lib| !using.contains(lib.stem()) && uses(lib, &using))
                .map(SourceFile::stem)
                .collect();
            if more.is_empty() {
                break;
            }
            using.extend(more);
        }
        let others = self.tests.iter().filter(|test| {
            test.shown != beside
                && self
                    .files
                    .iter()
                    .filter(|file| file.role == Role::Policy)
                    .any(|file| test.shown == test_beside(file) && uses(file, &using))
        });
        own.chain(others).collect()
    }

    fn bench(&self, target: &SourceFile, test: &SourceFile) -> Option<Bench> {
        let mut engine = engine::new(TIME_LIMIT);
        engine::add(&mut engine, &test.shown, &test.text).ok()?;
        let tree = syntax::read(engine.get_modules().first()?.as_ref());
        let beside = self
            .files
            .iter()
            .filter(|file| file.role == Role::Policy && test.shown == test_beside(file));
        for file in self.libs.iter().chain(beside) {
            if file.shown != target.shown {
                engine::add(&mut engine, &file.shown, &file.text).ok()?;
            }
        }
        engine::mount(&mut engine, self.data(&serde_json::Value::Null)).ok()?;
        let mut whole = engine.clone();
        engine::add(&mut whole, &target.shown, &target.text).ok()?;
        engine::prepare(&mut whole).ok()?;
        let names: BTreeSet<&String> = tree
            .rules
            .iter()
            .map(|rule| &rule.name)
            .filter(|name| name.starts_with("test_"))
            .collect();
        let tests = names
            .into_iter()
            .map(|name| format!("data.{}.{name}", tree.package))
            .filter(|path| passes(&mut whole, path))
            .collect();
        Some(Bench { engine, tests })
    }
}

/// Where the tests of a file are looked for.
fn test_beside(file: &SourceFile) -> String {
    let stem = file.shown.strip_suffix(".rego").unwrap_or(&file.shown);
    format!("{stem}_test.rego")
}

fn uses(file: &SourceFile, stems: &BTreeSet<&str>) -> bool {
    stems.iter().any(|stem| {
        let import = format!("data.lib.{stem}");
        file.text.lines().any(|line| {
            line.trim_start()
                .strip_prefix("import ")
                .is_some_and(|path| {
                    path.trim() == import || path.starts_with(&format!("{import} "))
                })
        })
    })
}

fn passes(engine: &mut Engine, path: &str) -> bool {
    matches!(engine::eval(engine, path), Ok(Value::Bool(true)))
}

/// The first test that no longer passes; `Some(None)` where all do, `None` where the text is no module.
fn killer(benches: &[Bench], file: &str, text: &str) -> Option<Option<String>> {
    for bench in benches {
        let mut engine = bench.engine.clone();
        engine::add(&mut engine, file, text).ok()?;
        engine::prepare(&mut engine).ok()?;
        for test in &bench.tests {
            if !passes(&mut engine, test) {
                return Some(Some(test.clone()));
            }
        }
    }
    Some(None)
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Every change of one file; `None` where it does not parse.
fn changes(file: &SourceFile) -> Option<Vec<Change>> {
    let mut engine = engine::new(TIME_LIMIT);
    engine::add(&mut engine, &file.shown, &file.text).ok()?;
    let modules = engine.get_modules();
    let module: &Module = modules.first()?.as_ref();
    let mut finder = Finder {
        text: &file.text,
        changes: Vec::new(),
    };
    for rule in &module.policy {
        finder.rule(rule.as_ref());
    }
    Some(finder.changes)
}

struct Finder<'t> {
    text: &'t str,
    changes: Vec<Change>,
}

impl Finder<'_> {
    fn change(&mut self, span: &Span, mutation: Mutation, instead: String) {
        let range = self.range(span);
        if let Some(before) = self.text.get(..range.start)
            && self.text.get(range.clone()).is_some()
        {
            // The engine counts a tab as four columns; an editor that goes there does not.
            let line = before.rsplit('\n').next().unwrap_or_default();
            self.changes.push(Change {
                span: range,
                line: span.line,
                column: u32::try_from(line.chars().count() + 1).unwrap_or(u32::MAX),
                mutation,
                instead,
            });
        }
    }

    /// The bytes of a piece of the tree. The engine's place of a text is that of what is between the quotes.
    fn range(&self, span: &Span) -> std::ops::Range<usize> {
        let (mut start, mut end) = (span.start as usize, span.end as usize);
        let is_quote = |c: Option<char>| matches!(c, Some('"' | '`'));
        if is_quote(self.text.get(..start).and_then(|t| t.chars().next_back())) {
            start -= 1;
        }
        if is_quote(self.text.get(end..).and_then(|t| t.chars().next())) {
            end += 1;
        }
        start..end
    }
}

impl Visit for Finder<'_> {
    fn rule(&mut self, rule: &Rule) {
        self.change(rule.span(), Mutation::RuleRemoved, String::new());
        tree::below_rule(self, rule);
    }

    /// Conditions stand in rules, and inside comprehensions too.
    fn statement(&mut self, statement: &LiteralStmt) {
        let span = &statement.span;
        let was = self.text[self.range(span)].to_owned();
        match &statement.literal {
            Literal::SomeVars { .. } | Literal::SomeIn { .. } => {}
            Literal::Expr { expr, .. } => {
                if !matches!(expr.as_ref(), Expr::AssignExpr { .. }) && was != "true" {
                    self.change(span, Mutation::Removed, "true".to_owned());
                    self.change(span, Mutation::Inverted, format!("not {was}"));
                }
            }
            Literal::NotExpr { .. } => {
                self.change(span, Mutation::Removed, "true".to_owned());
                if let Some(rest) = was.strip_prefix("not ") {
                    self.change(span, Mutation::Inverted, rest.to_owned());
                }
            }
            Literal::Every { .. } => self.change(span, Mutation::Removed, "true".to_owned()),
        }
        tree::below_statement(self, statement);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Mutation, String, String)> {
        let file = SourceFile {
            built_in: false,
            relative: "a.rego".to_owned(),
            shown: "a.rego".to_owned(),
            role: Role::Policy,
            text: text.into(),
        };
        changes(&file)
            .unwrap()
            .into_iter()
            .map(|change| {
                let was = text[change.span.clone()].to_owned();
                (change.mutation, was, change.instead)
            })
            .collect()
    }

    #[test]
    fn every_condition_is_found_where_it_stands() {
        let text = "package a\n\np contains x if {\n\tsome x in input.xs\n\tx.site == \"frontend\"\n\tnot x.off\n\tevery y in x.ys {\n\t\ty > 1\n\t}\n\tn := count([1 | some z in x.zs; z != 2])\n\tn > 3\n\t\"a\" in x.b\n}\n";
        let found = found(text);
        let of = |mutation| {
            found
                .iter()
                .filter(|(m, _, _)| *m == mutation)
                .map(|(_, was, instead)| (was.as_str(), instead.as_str()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of(Mutation::Removed),
            [
                ("x.site == \"frontend\"", "true"),
                ("not x.off", "true"),
                ("every y in x.ys {\n\t\ty > 1\n\t}", "true"),
                ("y > 1", "true"),
                ("z != 2", "true"),
                ("n > 3", "true"),
                ("\"a\" in x.b", "true"),
            ]
        );
        assert_eq!(
            of(Mutation::Inverted),
            [
                ("x.site == \"frontend\"", "not x.site == \"frontend\""),
                ("not x.off", "x.off"),
                ("y > 1", "not y > 1"),
                ("z != 2", "not z != 2"),
                ("n > 3", "not n > 3"),
                ("\"a\" in x.b", "not \"a\" in x.b"),
            ]
        );
        assert_eq!(of(Mutation::RuleRemoved).len(), 1);
        assert!(of(Mutation::RuleRemoved)[0].0.ends_with('}'));
    }
}
