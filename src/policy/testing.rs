//! `policy test`: the `test_` rules beside policies and library, with line coverage.
//!
//! Every test file runs in an engine of its own with the library, the facts and the file that it
//! stands beside, so that one broken file costs itself only.

use std::collections::BTreeSet;
use std::time::Duration;

use regorus::Value;

use super::engine::{self, RegoError};
use super::set::PolicySet;
use super::source::{Role, SourceFile};
use super::syntax;

/// How long one test may take.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestVerdict {
    /// True.
    Passed,
    /// Undefined or false.
    Failed,
    /// A `todo_test_` rule: counted, not run.
    Skipped,
    /// The engine gave no answer; its message.
    Error(String),
}

/// One test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResult {
    /// `data.exchange.ext.a_test.test_fires`.
    pub rule: String,
    /// The test file as the user knows it.
    pub file: String,
    /// Line of the rule, from 1.
    pub line: u32,
    /// How it ended.
    pub verdict: TestVerdict,
}

/// Lines of one policy or library file that tests reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCoverage {
    /// The file as the user knows it.
    pub file: String,
    /// Lines that a test reached.
    pub covered: BTreeSet<u32>,
    /// Lines that no test reached.
    pub not_covered: BTreeSet<u32>,
}

impl FileCoverage {
    /// Percent of the lines that can be reached; 100 where there are none.
    pub fn percent(&self) -> usize {
        let all = self.covered.len() + self.not_covered.len();
        (self.covered.len() * 100).checked_div(all).unwrap_or(100)
    }
}

/// All tests and what they reached.
#[derive(Clone, Debug, Default)]
pub struct TestReport {
    /// Sorted by file and line.
    pub tests: Vec<TestResult>,
    /// One a policy or library file, sorted by file.
    pub coverage: Vec<FileCoverage>,
}

impl TestReport {
    /// True where no test failed or broke.
    pub fn is_ok(&self) -> bool {
        self.failures().next().is_none()
    }

    /// Tests that failed or broke.
    pub fn failures(&self) -> impl Iterator<Item = &TestResult> {
        self.tests
            .iter()
            .filter(|test| matches!(test.verdict, TestVerdict::Failed | TestVerdict::Error(_)))
    }
}

impl PolicySet {
    /// Runs every `test_` rule of the loaded `_test.rego` files.
    pub fn test(&self) -> TestReport {
        let mut report = TestReport::default();
        let mut covered: Vec<FileCoverage> = self
            .files
            .iter()
            .filter(|file| matches!(file.role, Role::Policy | Role::Lib))
            .map(|file| FileCoverage {
                file: file.shown.clone(),
                covered: BTreeSet::new(),
                not_covered: BTreeSet::new(),
            })
            .collect();
        covered.sort_by(|a, b| a.file.cmp(&b.file));
        for file in &self.tests {
            match self.test_file(file, &mut covered) {
                Ok(tests) => report.tests.extend(tests),
                Err(error) => report.tests.push(TestResult {
                    rule: file.expected_package(),
                    file: file.shown.clone(),
                    line: error.place.as_ref().map_or(1, |(_, line, _)| *line),
                    verdict: TestVerdict::Error(error.to_string()),
                }),
            }
        }
        for file in &mut covered {
            let reached = &file.covered;
            file.not_covered.retain(|line| !reached.contains(line));
        }
        report.coverage = covered;
        report
            .tests
            .sort_by(|a, b| (&a.file, a.line, &a.rule).cmp(&(&b.file, b.line, &b.rule)));
        report
    }

    fn test_file(
        &self,
        file: &SourceFile,
        covered: &mut [FileCoverage],
    ) -> Result<Vec<TestResult>, RegoError> {
        let mut engine = engine::new(TIME_LIMIT);
        // First, so that it is the first module and its tree is the one read.
        engine::add(&mut engine, &file.shown, &file.text)?;
        let tree = engine
            .get_modules()
            .first()
            .map(|module| syntax::read(module.as_ref()))
            .unwrap_or_default();
        let tested = file.tested();
        let beside = |f: &&SourceFile| {
            f.role == Role::Policy
                && Some(&f.relative) == tested.as_ref()
                && f.shown == file.shown.replace("_test.rego", ".rego")
        };
        for source in self.libs.iter().chain(self.files.iter().filter(beside)) {
            engine::add(&mut engine, &source.shown, &source.text)?;
        }
        engine::mount(&mut engine, self.data(&serde_json::Value::Null))?;
        engine.set_enable_coverage(true);
        engine::prepare(&mut engine)?;

        let mut results = Vec::new();
        let mut seen = BTreeSet::new();
        for rule in &tree.rules {
            let skipped = rule.name.starts_with("todo_test_");
            if !(skipped || rule.name.starts_with("test_")) || !seen.insert(&rule.name) {
                continue;
            }
            let path = format!("data.{}.{}", tree.package, rule.name);
            let verdict = if skipped {
                TestVerdict::Skipped
            } else {
                match engine::eval(&mut engine, &path) {
                    Ok(Value::Bool(true)) => TestVerdict::Passed,
                    Ok(_) => TestVerdict::Failed,
                    Err(error) => TestVerdict::Error(error.to_string()),
                }
            };
            results.push(TestResult {
                rule: path,
                file: file.shown.clone(),
                line: rule.line,
                verdict,
            });
        }
        if let Ok(report) = engine.get_coverage_report() {
            for lines in report.files {
                if let Some(file) = covered.iter_mut().find(|f| f.file == lines.path) {
                    file.covered.extend(lines.covered);
                    file.not_covered.extend(lines.not_covered);
                }
            }
        }
        Ok(results)
    }
}
