//! Loading: files to a set of policies that may be evaluated, or everything that is wrong with them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use ring::digest;

use super::error::{Diagnostic, Level, PolicyError};
use super::facts::Facts;
use super::library;
use super::lint;
use super::metadata::{self, Metadata};
use super::reads::{self, Reads, Words};
use super::source::{self, Role, SourceFile};
use crate::model::{Kind, Plane};

/// Which policies to load.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// Folders beside the built-in policies, of the same layout.
    pub dirs: Vec<PathBuf>,
    /// True: the built-in policies too.
    pub builtin: bool,
}

impl Default for LoadOptions {
    fn default() -> Self {
        LoadOptions {
            dirs: Vec::new(),
            builtin: true,
        }
    }
}

/// One policy: METADATA and Rego.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What it says of itself.
    pub metadata: Metadata,
    /// The package without `data.`: `exchange.ext.windows_authentication`.
    pub package: String,
    /// The file as the user knows it.
    pub file: String,
    /// The Rego text.
    pub source: Arc<str>,
    /// Which of the four output rules it has.
    pub(super) rules: Rules,
    /// True where it, its library and its facts are part of the program.
    pub(super) built_in: bool,
    /// What it looks at.
    pub(super) reads: Reads,
    /// True where the moment of asking may change an answer.
    pub(super) has_clock: bool,
}

impl Policy {
    fn new(
        metadata: Metadata,
        file: &SourceFile,
        library: &[&SourceFile],
        words: Option<Words>,
    ) -> Self {
        let built_in = file.built_in && library.iter().all(|module| module.built_in);
        let words = words.filter(|_| built_in);
        let built_in = words.is_some();
        let says = |word: &str| {
            let mut texts = library.iter().map(|module| &module.text);
            file.text.contains(word) || texts.any(|text| text.contains(word))
        };
        Policy {
            reads: Reads::of(&metadata, words, says("_observed")),
            has_clock: says("input.now") || says("time.now"),
            metadata,
            package: file.expected_package(),
            file: file.shown.clone(),
            source: Arc::clone(&file.text),
            rules: Rules::written(&file.text),
            built_in,
        }
    }

    /// True where a property may change an answer; without one, where the kind may. In doubt it may.
    pub fn looks_at(&self, plane: Plane, kind: &Kind, property: Option<&str>) -> bool {
        let view = self.reads.of_kind(plane, kind);
        view.is_some_and(|view| property.is_none_or(|name| view.has(name)))
    }

    /// True where what is never compared may change an answer.
    pub fn looks_at_observed(&self) -> bool {
        self.reads.has_observed()
    }

    /// True where the moment of asking may change an answer.
    pub fn looks_at_the_clock(&self) -> bool {
        self.has_clock
    }
}

/// Which of the four output rules a policy has. Asking regorus for a missing one is an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rules {
    pub violation: bool,
    pub not_applicable: bool,
    pub unknown: bool,
    pub subject: bool,
}

impl Rules {
    /// As the lines begin: what a file that passed the lint says. The lint itself reads the syntax.
    fn written(text: &str) -> Self {
        let has = |name: &str| {
            text.lines().any(|line| {
                let rest = line.strip_prefix(name);
                rest.is_some_and(|rest| rest.starts_with([' ', '.', '[']))
            })
        };
        Rules {
            violation: has("violation"),
            not_applicable: has("not_applicable"),
            unknown: has("unknown"),
            subject: has("subject"),
        }
    }

    /// Their names.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        [
            (self.violation, "violation"),
            (self.not_applicable, "not_applicable"),
            (self.unknown, "unknown"),
            (self.subject, "subject"),
        ]
        .into_iter()
        .filter_map(|(has, rule)| has.then_some(rule))
    }
}

/// Policies that passed the lint, with their library and facts.
#[derive(Clone, Debug)]
pub struct PolicySet {
    pub(super) policies: Vec<Policy>,
    pub(super) libs: Vec<SourceFile>,
    pub(super) tests: Vec<SourceFile>,
    pub(super) files: Vec<SourceFile>,
    pub(super) facts: Facts,
    warnings: Vec<Diagnostic>,
    digest: String,
}

/// Everything that `policy check` found.
#[derive(Clone, Debug)]
pub struct CheckReport {
    /// Policies whose METADATA could be read.
    pub policies: usize,
    /// Sorted by file and line.
    pub diagnostics: Vec<Diagnostic>,
}

impl CheckReport {
    /// True where nothing but warnings was found.
    pub fn is_ok(&self) -> bool {
        self.diagnostics.iter().all(|d| d.level == Level::Warning)
    }
}

impl PolicySet {
    /// Loads policies, and lints them where any is not part of the program: what is part of it never
    /// changes, and tests lint it.
    ///
    /// # Errors
    /// An unreadable folder, or everything that is wrong with the policies; nothing is loaded then,
    /// because a policy that cannot fire must not count as one that found nothing.
    pub fn load(options: LoadOptions) -> Result<PolicySet, PolicyError> {
        let (set, diagnostics) = read(&options, !options.dirs.is_empty())?;
        if diagnostics.iter().any(|d| d.level == Level::Error) {
            return Err(PolicyError::Refused { diagnostics });
        }
        Ok(PolicySet {
            warnings: diagnostics,
            ..set
        })
    }

    /// Everything that is wrong or suspicious, warnings too.
    ///
    /// # Errors
    /// An unreadable folder.
    pub fn check(options: LoadOptions) -> Result<CheckReport, PolicyError> {
        let (set, diagnostics) = read(&options, true)?;
        Ok(CheckReport {
            policies: set.policies.len(),
            diagnostics,
        })
    }

    /// Every policy, sorted by id.
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// A policy by its id.
    pub fn policy(&self, id: &str) -> Option<&Policy> {
        self.policies.iter().find(|p| p.metadata.id == id)
    }

    /// Every profile that a policy names, sorted.
    pub fn profiles(&self) -> Vec<&str> {
        let mut profiles: Vec<_> = self
            .policies
            .iter()
            .flat_map(|p| p.metadata.profiles.iter().map(String::as_str))
            .collect();
        profiles.sort_unstable();
        profiles.dedup();
        profiles
    }

    /// What the lint found suspicious and did not refuse.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// `sha256:` over the sorted paths and bytes of policies, library and facts (not tests).
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The newest date of the facts, `YYYY-MM-DD`; empty without facts.
    pub fn facts_date(&self) -> &str {
        &self.facts.date
    }

    /// What is mounted: `data.params` and `data.facts`.
    pub(super) fn data(&self, params: &serde_json::Value) -> regorus::Value {
        let params = match params {
            serde_json::Value::Null => serde_json::json!({}),
            given => given.clone(),
        };
        serde_json::json!({"params": params, "facts": self.facts.tables}).into()
    }
}

fn read(options: &LoadOptions, linted: bool) -> Result<(PolicySet, Vec<Diagnostic>), PolicyError> {
    let files = source::read(&options.dirs, options.builtin)?;
    let of = |role: Role| files.iter().filter(move |f| f.role == role);
    let mut diagnostics = Vec::new();
    let facts = Facts::read(of(Role::Facts), &mut diagnostics);
    // With facts of the operator's a built-in policy may read what is written in none of our texts.
    let words = of(Role::Facts).all(|file| file.built_in).then(|| {
        let ours = files.iter().filter(|f| f.built_in && f.role != Role::Test);
        reads::words(ours.map(|file| &*file.text))
    });

    let mut policies = Vec::new();
    for file in of(Role::Policy) {
        match metadata::parse(&file.shown, &file.text) {
            Ok(metadata) => policies.push(Policy::new(
                metadata,
                file,
                &library::needed(of(Role::Lib), &file.text),
                words.clone(),
            )),
            Err(found) => diagnostics.extend(found),
        }
    }
    duplicates(&policies, &mut diagnostics);
    policies.sort_by(|a, b| a.metadata.id.cmp(&b.metadata.id));
    if linted {
        lint::run(&files, &mut policies, &facts, &mut diagnostics);
    }
    diagnostics.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    diagnostics.dedup();

    let set = PolicySet {
        policies,
        libs: of(Role::Lib).cloned().collect(),
        tests: of(Role::Test).cloned().collect(),
        digest: digest_of(&files),
        facts,
        warnings: Vec::new(),
        files,
    };
    Ok((set, diagnostics))
}

fn duplicates(policies: &[Policy], diagnostics: &mut Vec<Diagnostic>) {
    let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
    let mut packages: BTreeMap<&str, &str> = BTreeMap::new();
    for policy in policies {
        if let Some(first) = ids.insert(&policy.metadata.id, &policy.file) {
            diagnostics.push(Diagnostic::of_file(
                Level::Error,
                "duplicate_id",
                &policy.file,
                format!("the id `{}` is used by {first} too", policy.metadata.id),
                "ids are permanent: give the newer policy another one",
            ));
        }
        if let Some(first) = packages.insert(&policy.package, &policy.file) {
            diagnostics.push(Diagnostic::of_file(
                Level::Error,
                "duplicate_package",
                &policy.file,
                format!("the package `{}` is used by {first} too", policy.package),
                "move one of the two files",
            ));
        }
    }
}

fn digest_of(files: &[SourceFile]) -> String {
    let mut sorted: Vec<_> = files
        .iter()
        .filter(|file| file.role != Role::Test)
        .map(|file| (file.relative.as_str(), file.text.as_bytes()))
        .collect();
    sorted.sort_unstable();
    let mut context = digest::Context::new(&digest::SHA256);
    for (path, bytes) in sorted {
        context.update(path.as_bytes());
        context.update(&[0]);
        context.update(digest::digest(&digest::SHA256, bytes).as_ref());
    }
    format!("sha256:{}", hex(context.finish().as_ref()))
}

/// Lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

/// `sha256:` over the canonical JSON of the operator's params: what an assessment names as
/// `params_digest`.
pub fn params_digest(params: &serde_json::Value) -> String {
    // The engine's objects are sorted by key whatever serde_json's features are.
    let text = serde_json::to_vec(&regorus::Value::from(params.clone())).unwrap_or_default();
    let digest = digest::digest(&digest::SHA256, &text);
    format!("sha256:{}", hex(digest.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_policies_need_no_lint_to_be_read() {
        let read = |linted| read(&LoadOptions::default(), linted).unwrap();
        let ((linted, found), (plain, _)) = (read(true), read(false));
        assert!(found.is_empty(), "{found:#?}");
        assert!(linted.policies.len() > 60);
        for (linted, plain) in linted.policies.iter().zip(&plain.policies) {
            assert_eq!(linted.rules, plain.rules, "{}", linted.file);
        }
    }
}
