//! What could let a policy pass in silence, found before it is ever asked.
//!
//! regorus notices a misspelt function, a wrong number of arguments and a `data` path that leads
//! nowhere only when the expression is reached, and an absent kind reads as an empty list. All of
//! these look like "no violation", so each is an error here.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rayon::prelude::*;

use super::builtins::{self, Builtin};
use super::error::{Diagnostic, Level};
use super::facts::Facts;
use super::library;
use super::metadata::{Automation, Metadata};
use super::requirement::{self, Requirement};
use super::set::{Policy, Rules};
use super::source::{Role, SourceFile};
use super::syntax::{self, ModuleSyntax, Place, Step};
use super::world::{World, kind_of, prefixes};
use super::{engine, engine::RegoError};
use crate::catalog;
use crate::model::Plane;

/// Generous: nothing is evaluated here.
const PREPARE: Duration = Duration::from_secs(10);

/// Lints every file. Sets each policy's [`Rules`].
pub(super) fn run(
    files: &[SourceFile],
    policies: &mut [Policy],
    facts: &Facts,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let libs: Vec<&SourceFile> = files.iter().filter(|f| f.role == Role::Lib).collect();
    let mut modules: BTreeMap<&str, ModuleSyntax> = BTreeMap::new();
    for file in files.iter().filter(|f| f.role == Role::Lib) {
        match parse(file) {
            Ok(syntax) => drop(modules.insert(&file.shown, syntax)),
            Err(error) => diagnostics.push(of_engine(&error, file, files)),
        }
    }
    let libs_are_sound = modules.len() == libs.len() && {
        let compiled = compile(&libs, None);
        if let Err(error) = &compiled {
            diagnostics.push(of_engine(error, libs[0], files));
        }
        compiled.is_ok()
    };
    let read: Vec<_> = files
        .par_iter()
        .filter(|f| f.role == Role::Policy)
        .map(|file| {
            // In an engine of its own with its library: one unsafe variable spoils a whole engine.
            let compiled = if libs_are_sound {
                let needed = library::needed(libs.iter().copied(), &file.text);
                compile(&needed, Some(file))
            } else {
                Ok(())
            };
            (file, compiled.and_then(|()| parse(file)))
        })
        .collect();
    for (file, syntax) in read {
        match syntax {
            Ok(syntax) => drop(modules.insert(&file.shown, syntax)),
            Err(error) => diagnostics.push(of_engine(&error, file, files)),
        }
    }

    let world = World::new(&modules, facts);
    for file in files
        .iter()
        .filter(|f| modules.contains_key(f.shown.as_str()))
    {
        let mut lint = Lint {
            file,
            syntax: &modules[file.shown.as_str()],
            world: &world,
            diagnostics,
        };
        lint.packages();
        lint.calls();
        lint.data();
        lint.kinds();
        if let Some(policy) = policies.iter_mut().find(|p| p.file == file.shown) {
            policy.rules = rules(lint.syntax);
            lint.policy(&policy.metadata, policy.rules);
        }
    }
    tests_beside(files, diagnostics);
}

fn parse(file: &SourceFile) -> Result<ModuleSyntax, RegoError> {
    let mut parser = engine::new(PREPARE);
    engine::add(&mut parser, &file.shown, &file.text)?;
    Ok(parser
        .get_modules()
        .first()
        .map(|module| syntax::read(module.as_ref()))
        .unwrap_or_default())
}

fn compile(libs: &[&SourceFile], file: Option<&SourceFile>) -> Result<(), RegoError> {
    let mut engine = engine::new(PREPARE);
    for source in libs.iter().copied().chain(file) {
        engine::add(&mut engine, &source.shown, &source.text)?;
    }
    engine::prepare(&mut engine)
}

fn of_engine(error: &RegoError, file: &SourceFile, files: &[SourceFile]) -> Diagnostic {
    let help = if error.message.contains("unsafe") {
        "give every variable a value with `some ... in`, `:=` or a positive expression"
    } else {
        "`opa check --strict` shows the same place"
    };
    let message = format!("Rego: {}", error.message);
    match &error.place {
        Some((shown, line, column)) => {
            let text = files
                .iter()
                .find(|f| f.shown == *shown)
                .map_or("", |f| &f.text);
            let place = (*line, *column, 1);
            Diagnostic::at(Level::Error, "rego", shown, text, place, message, help)
        }
        None => Diagnostic::of_file(Level::Error, "rego", &file.shown, message, help),
    }
}

fn rules(syntax: &ModuleSyntax) -> Rules {
    let has = |name: &str| syntax.names.contains(name) && !syntax.functions.contains_key(name);
    Rules {
        violation: has("violation"),
        not_applicable: has("not_applicable"),
        unknown: has("unknown"),
        subject: has("subject"),
    }
}

fn tests_beside(files: &[SourceFile], diagnostics: &mut Vec<Diagnostic>) {
    let tested: BTreeSet<(String, String)> = files
        .iter()
        .filter(|f| f.role == Role::Test)
        .filter_map(|f| Some((f.tested()?, f.shown.replace("_test.rego", ".rego"))))
        .collect();
    for file in files.iter().filter(|f| f.role == Role::Policy) {
        if !tested.contains(&(file.relative.clone(), file.shown.clone())) {
            diagnostics.push(Diagnostic::of_file(
                Level::CheckOnly,
                "test_missing",
                &file.shown,
                "no `_test.rego` beside this policy",
                "write one test that fires and one that stays silent; a rule that is never reached proves nothing",
            ));
        }
    }
}

struct Lint<'a> {
    file: &'a SourceFile,
    syntax: &'a ModuleSyntax,
    world: &'a World<'a>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Lint<'_> {
    fn report(
        &mut self,
        level: Level,
        code: &'static str,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::at(
            level,
            code,
            &self.file.shown,
            &self.file.text,
            place,
            message,
            help,
        ));
    }

    fn packages(&mut self) {
        let package = self.syntax.package.clone();
        let place = self.syntax.package_place;
        let first = package.split('.').next().unwrap_or_default();
        if matches!(first, "facts" | "params") {
            self.report(
                Level::Error,
                "data_collision",
                place,
                format!(
                    "`data.{first}` is data; data beats a rule at the same path without a word"
                ),
                "use another package",
            );
        }
        let expected = self.file.expected_package();
        if self.file.role == Role::Policy && package != expected {
            self.report(
                Level::Error,
                "package_path",
                place,
                format!("the package is `{package}`, the file's place says `{expected}`"),
                format!("write `package {expected}`, or move the file"),
            );
        }
        for (path, place) in self.syntax.imports.values() {
            let found = path.strip_prefix("data.").is_none_or(|path| {
                let steps: Vec<Step> = path.split('.').map(|s| Step::Name(s.to_owned())).collect();
                self.world.target(&steps).is_ok()
            });
            if !found {
                self.report(
                    Level::Error,
                    "unknown_data",
                    *place,
                    format!("`{path}` is neither a package nor data"),
                    format!("packages: {}", self.world.known_packages()),
                );
            }
        }
    }

    fn calls(&mut self) {
        let syntax = self.syntax;
        for call in syntax.rules.iter().flat_map(|rule| &rule.calls) {
            let shown = call.name.as_str();
            let declared = match shown.strip_prefix("data.") {
                Some(path) => path
                    .rsplit_once('.')
                    .and_then(|(package, name)| self.world.arities(package, name)),
                None => syntax.functions.get(shown),
            };
            let arities: Vec<usize> = match declared {
                Some(arities) => arities.iter().copied().collect(),
                None => match builtins::find(shown) {
                    Builtin::Any => continue,
                    // `walk(x, [path, value])`: the one relation among the functions.
                    Builtin::Takes(1) if shown == "walk" => vec![1, 2],
                    Builtin::Takes(arity) => vec![arity],
                    Builtin::Refused(instead) => {
                        let message = format!("`{shown}` is refused");
                        self.report(
                            Level::Error,
                            "refused_function",
                            call.place,
                            message,
                            instead,
                        );
                        continue;
                    }
                    Builtin::Unknown => {
                        self.unknown_function(shown, call.place);
                        continue;
                    }
                },
            };
            if !arities.contains(&call.arguments) {
                let takes: Vec<_> = arities.iter().map(ToString::to_string).collect();
                let takes = takes.join(" or ");
                let plural = if takes == "1" { "" } else { "s" };
                self.report(
                    Level::Error,
                    "wrong_arity",
                    call.place,
                    format!(
                        "`{shown}` takes {takes} argument{plural}, {} given",
                        call.arguments
                    ),
                    "a wrong number of arguments is undefined, so the rule would never fire",
                );
            } else if shown == "sprintf"
                && let Some(verb) = call.texts.first().and_then(|t| unfit_verb(t.as_deref()?))
            {
                self.report(
                    Level::Warning,
                    "sprintf_verb",
                    call.place,
                    format!("`{verb}` does not print here what it prints in OPA"),
                    "use %v, %s, %d or %.2f",
                );
            }
        }
    }

    fn unknown_function(&mut self, shown: &str, place: Place) {
        let library: Vec<String> = self.world.functions().collect();
        let mut names: Vec<&str> = builtins::names().collect();
        names.extend(self.syntax.functions.keys().map(String::as_str));
        names.extend(library.iter().map(String::as_str));
        let help = match requirement::nearest(shown, names.into_iter()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "neither Rego here nor the library has it; an unknown function is undefined, so the rule would never fire".to_owned(),
        };
        let message = format!("`{shown}` is not a function");
        self.report(Level::Error, "unknown_function", place, message, help);
    }

    fn data(&mut self) {
        let syntax = self.syntax;
        for reference in syntax.rules.iter().flat_map(|rule| &rule.references) {
            if reference.root == "data"
                && let Err(help) = self.world.target(&reference.steps)
            {
                let path: Vec<_> = reference.names().collect();
                self.report(
                    Level::Error,
                    "unknown_data",
                    reference.place,
                    format!("`data.{}` leads nowhere", path.join(".")),
                    help,
                );
            }
        }
    }

    /// `input.<plane>.<Kind>` against the catalog.
    fn kinds(&mut self) {
        const WORDS: [&str; 4] = ["now", "organization", "coverage", "planes"];
        let syntax = self.syntax;
        for reference in syntax.rules.iter().flat_map(|rule| &rule.references) {
            if reference.root != "input" {
                continue;
            }
            let names: Vec<&str> = reference.names().collect();
            let Some(first) = names.first() else {
                continue;
            };
            let Ok(plane) = first.parse::<Plane>() else {
                if !WORDS.contains(first) {
                    self.report(
                        Level::Error,
                        "unknown_input",
                        reference.place,
                        format!("input has no `{first}`"),
                        "input has now, organization, coverage, planes and the planes onprem, cloud, entra, host",
                    );
                }
                continue;
            };
            let Some(kind) = names.get(1) else {
                continue;
            };
            if catalog::find(kind).is_none_or(|spec| spec.call(plane).is_none()) {
                self.report(
                    Level::Error,
                    "unknown_kind",
                    reference.place,
                    format!("the catalog knows no `{plane}.{kind}`"),
                    requirement::nearest_kind(plane, kind),
                );
            }
        }
    }

    fn policy(&mut self, metadata: &Metadata, rules: Rules) {
        let start = self.syntax.package_place;
        if metadata.automation == Automation::Automated {
            if !rules.violation {
                self.report(
                    Level::Error,
                    "no_violation",
                    start,
                    "the policy has no rule `violation`, so it can never fail",
                    "write `violation contains {...} if {...}`, or `automation: manual`",
                );
            }
            if !rules.subject && metadata.requires.is_empty() {
                self.report(
                    Level::Error,
                    "no_subject",
                    start,
                    "nothing says what the policy judges",
                    "name a kind under `requires`, or write a rule `subject`",
                );
            }
        }
        self.named_kinds(metadata);
        self.named_properties(metadata);
        self.params(metadata);
    }

    /// A kind that is read and not named reads as an empty list where it was not collected.
    fn named_kinds(&mut self, metadata: &Metadata) {
        let named: BTreeSet<(Plane, &str)> = metadata
            .named()
            .map(|r| (r.plane, r.kind.as_str()))
            .collect();
        let syntax = self.syntax;
        let mut told = BTreeSet::new();
        for rule in &syntax.rules {
            let by_name = rule.calls.iter().map(|call| {
                let kinds = self.world.kinds_by_name(&syntax.package, call).collect();
                (call.place, kinds)
            });
            let mut read: Vec<(Place, BTreeSet<(Plane, String)>)> = by_name.collect();
            for reference in &rule.references {
                let mut kinds: BTreeSet<(Plane, String)> = BTreeSet::new();
                kinds.extend(kind_of(reference));
                if reference.root == "data" {
                    kinds.extend(
                        prefixes(reference)
                            .iter()
                            .filter(|path| !path.starts_with(&format!("{}.", syntax.package)))
                            .filter_map(|path| self.world.kinds_of(path))
                            .flatten()
                            .cloned(),
                    );
                }
                read.push((reference.place, kinds));
            }
            for (place, kinds) in read {
                for (plane, kind) in kinds {
                    if catalog::find(&kind).is_none()
                        || named.contains(&(plane, kind.as_str()))
                        || !told.insert((plane, kind.clone()))
                    {
                        continue;
                    }
                    self.report(
                        Level::Error,
                        "kind_not_named",
                        place,
                        format!("`{plane}.{kind}` is read here and not named in METADATA"),
                        format!("add `{plane}.{kind}` to requires, any_of or uses: where it was not collected it reads as an empty list"),
                    );
                }
            }
        }
    }

    fn named_properties(&mut self, metadata: &Metadata) {
        let named = |plane: Plane, kind: &str, property: &str| {
            let same = |r: &&Requirement| r.plane == plane && r.kind.as_str() == kind;
            metadata
                .named()
                .filter(same)
                .any(|r| r.property.as_deref() == Some(property))
                // A kind under `uses` is looked at by the policy itself.
                || metadata.uses.iter().filter(same).any(|r| r.property.is_none())
        };
        let syntax = self.syntax;
        let mut told = BTreeSet::new();
        for read in syntax.rules.iter().flat_map(|rule| &rule.reads) {
            if named(read.plane, &read.kind, &read.property)
                || !told.insert((read.plane, &read.kind, &read.property))
            {
                continue;
            }
            let (plane, kind, property) = (read.plane, &read.kind, &read.property);
            // What IIS decides is masked where only Active Directory was read: a comparison with the
            // mask is false, and the policy would pass.
            let masked = catalog::find(kind)
                .and_then(|spec| spec.property(property))
                .is_some_and(|declared| declared.metabase);
            self.report(
                if masked { Level::Error } else { Level::Warning },
                "property_not_named",
                read.place,
                format!("`{plane}.{kind}.{property}` is read here and not named in METADATA"),
                format!("add `{plane}.{kind}.{property}` to requires, so that a missing value is unknown; or to uses, where the policy handles that itself"),
            );
        }
    }

    fn params(&mut self, metadata: &Metadata) {
        let syntax = self.syntax;
        let mut told = BTreeSet::new();
        for reference in syntax.rules.iter().flat_map(|rule| &rule.references) {
            let names: Vec<&str> = reference.names().collect();
            let ["params", path @ ..] = names.as_slice() else {
                continue;
            };
            if reference.root != "data" || path.is_empty() {
                continue;
            }
            let path = path.join(".");
            let covers = |declared: &String| {
                *declared == path
                    || path.starts_with(&format!("{declared}."))
                    || declared.starts_with(&format!("{path}."))
            };
            if metadata.params.iter().any(covers) || !told.insert(path.clone()) {
                continue;
            }
            self.report(
                Level::Warning,
                "param_not_named",
                reference.place,
                format!("`data.params.{path}` is read here and not named in METADATA"),
                format!("add `{path}` to params, so that its absence is unknown and not undefined"),
            );
        }
    }
}

/// The first verb of a format that regorus prints in another way than OPA.
fn unfit_verb(format: &str) -> Option<String> {
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        let tail = &rest[at + 1..];
        let end = tail.find(|c: char| c.is_ascii_alphabetic() || c == '%')?;
        let (flags, verb) = (&tail[..end], &tail[end..=end]);
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let fit = match verb {
            "v" | "s" | "d" | "%" => flags.is_empty(),
            "f" => flags.is_empty() || flags.strip_prefix('.').is_some_and(digits),
            _ => false,
        };
        if !fit {
            return Some(format!("%{flags}{verb}"));
        }
        rest = &tail[end + 1..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_print_garbage_are_found() {
        assert_eq!(unfit_verb("%s is %v, %d%% and %.2f"), None);
        assert_eq!(unfit_verb("%-5s").as_deref(), Some("%-5s"));
        assert_eq!(unfit_verb("%t").as_deref(), Some("%t"));
        assert_eq!(unfit_verb("%05.2f").as_deref(), Some("%05.2f"));
    }
}
