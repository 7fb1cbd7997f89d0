//! `exdrift policy list|check|test`.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};

use crate::policy::{
    EvaluateOptions, Level, LoadOptions, LocalityBreach, Mutation, PolicySet, TestVerdict,
    prove_locality,
};
use crate::sample::{Stage, contoso, contoso_params};
use crate::snapshot::Store;

use super::Ended;
use super::args::{PolicyArgs, PolicyInputArgs, PolicyVerb};
use super::context::Context;
use super::error::CliError;
use super::invented;
use super::judge::{Judge, load_set};

pub(super) fn run(args: &PolicyArgs, context: &Context) -> Result<Ended, CliError> {
    match &args.verb {
        PolicyVerb::List(pack) => {
            let set = load_set(&pack.policies, !pack.no_builtin)?;
            list(&set, pack.json, context)
        }
        PolicyVerb::Check(pack) => check(
            LoadOptions {
                dirs: pack.policies.clone(),
                builtin: !pack.no_builtin,
            },
            context,
        ),
        PolicyVerb::Input(args) => input(args, context),
        PolicyVerb::Test(pack) if pack.mutate => mutate(
            &load_set(&pack.policies, !pack.no_builtin)?,
            &pack.only,
            context,
        ),
        PolicyVerb::Test(pack) => test(
            &load_set(&pack.policies, !pack.no_builtin)?,
            pack.coverage,
            context,
        ),
    }
}

fn input(args: &PolicyInputArgs, context: &Context) -> Result<Ended, CliError> {
    let config = context.config()?;
    let store = context.store(&config)?;
    let resolved = store.resolve(args.snapshot.as_deref().unwrap_or("latest"))?;
    let settings = context.settings(&config, &resolved.organization);
    let judge = Judge::load(&args.judge, &config.policies, &settings, context)?;
    let world = judge.world(&store.load(&resolved)?)?;
    let mut text = serde_json::to_vec_pretty(&world).map_err(|e| CliError::Output(e.into()))?;
    text.push(b'\n');
    context.output(&text, args.output.as_deref())?;
    Ok(Ended::CLEAN)
}

fn list(set: &PolicySet, json: bool, context: &Context) -> Result<Ended, CliError> {
    let mut text = String::new();
    if json {
        let rows: Vec<serde_json::Value> = set
            .policies()
            .iter()
            .map(|policy| {
                let meta = &policy.metadata;
                serde_json::json!({
                    "id": meta.id, "title": meta.title, "severity": meta.severity,
                    "category": meta.category, "profiles": meta.profiles,
                    "requires": meta.named().map(ToString::to_string).collect::<Vec<_>>(),
                    "package": policy.package, "file": policy.file,
                })
            })
            .collect();
        text = serde_json::to_string_pretty(&rows).map_err(|e| CliError::Output(e.into()))?;
        text.push('\n');
    } else {
        for policy in set.policies() {
            let meta = &policy.metadata;
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "{:<10} {:<9} {}",
                meta.id,
                meta.severity.as_str(),
                meta.title
            );
        }
    }
    context.output(text.as_bytes(), None)?;
    Ok(Ended::CLEAN)
}

fn check(options: LoadOptions, context: &Context) -> Result<Ended, CliError> {
    let report = PolicySet::check(options.clone())?;
    let mut text = String::new();
    for diagnostic in &report.diagnostics {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}\n", diagnostic.render(false));
    }
    let mut errors = report
        .diagnostics
        .iter()
        .filter(|d| d.level != Level::Warning)
        .count();
    let warnings = report.diagnostics.len() - errors;
    // What cannot be loaded cannot be proved either, and was refused above.
    if let Ok(set) = PolicySet::load(options) {
        for breach in breaches(&set)? {
            errors += 1;
            let _ = writeln!(text, "{breach}\n");
        }
    }
    let _ = writeln!(
        text,
        "{} policies, {errors} errors, {warnings} warnings",
        report.policies
    );
    context.output(text.as_bytes(), None)?;
    Ok(if errors == 0 { Ended::CLEAN } else { Ended(2) })
}

/// Proves `scope: server` on the built-in organization, before and after its update.
fn breaches(set: &PolicySet) -> Result<Vec<LocalityBreach>, CliError> {
    let scratch = tempfile::tempdir()
        .map_err(CliError::file(&std::env::temp_dir(), "make a folder in it"))?;
    let at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
    let mut snapshots = Vec::new();
    for (stage, name) in [(Stage::Before, "before"), (Stage::After, "after")] {
        snapshots.push(invented::snapshot(
            &contoso(stage),
            at,
            &scratch.path().join(name),
        )?);
    }
    let mut under = EvaluateOptions::at(at);
    under.params = contoso_params();
    let mut breaches = Vec::new();
    for profile in set.profiles().into_iter().map(Some).chain([None]) {
        under.profile = profile.map(str::to_owned);
        for breach in prove_locality(set, &snapshots, &under) {
            if !breaches.contains(&breach) {
                breaches.push(breach);
            }
        }
    }
    Ok(breaches)
}

fn test(set: &PolicySet, coverage: bool, context: &Context) -> Result<Ended, CliError> {
    let report = set.test();
    let mut text = String::new();
    let (mut passed, mut skipped) = (0, 0);
    // Writing to a String cannot fail.
    for test in &report.tests {
        match &test.verdict {
            TestVerdict::Passed => passed += 1,
            TestVerdict::Skipped => skipped += 1,
            TestVerdict::Failed => {
                let _ = writeln!(text, "{}:{}: FAILED {}", test.file, test.line, test.rule);
            }
            TestVerdict::Error(error) => {
                let _ = writeln!(
                    text,
                    "{}:{}: BROKE {}\n{error}",
                    test.file, test.line, test.rule
                );
            }
        }
    }
    if coverage {
        for file in &report.coverage {
            let missing: Vec<String> = file.not_covered.iter().map(u32::to_string).collect();
            let _ = writeln!(
                text,
                "{:>3} % {}  {}",
                file.percent(),
                file.file,
                missing.join(",")
            );
        }
    }
    let failed = report.failures().count();
    let _ = writeln!(text, "{passed} passed, {failed} failed, {skipped} skipped");
    context.output(text.as_bytes(), None)?;
    Ok(if report.is_ok() {
        Ended::CLEAN
    } else {
        Ended::FOUND
    })
}

/// A pack whose tests notice fewer changes is not tested.
const LEAST_KILLED: usize = 90;

fn mutate(set: &PolicySet, only: &[String], context: &Context) -> Result<Ended, CliError> {
    let failing = set.test();
    if let Some(test) = failing.failures().next() {
        return Err(CliError::Usage(format!(
            "{}:{}: {} fails as it is; conditions are changed only where all tests pass\n  next: exdrift policy test",
            test.file, test.line, test.rule
        )));
    }
    let bar = context.progress("changing conditions, one at a time");
    let report = set.mutate(only);
    bar.finish_and_clear();
    if report.mutants.is_empty() {
        return Err(CliError::Usage(format!(
            "no file with conditions and tests has `{}` in its path\n  next: exdrift policy list",
            only.join("` or `")
        )));
    }
    let mut text = String::new();
    // Writing to a String cannot fail.
    for mutant in report.survivors() {
        let done = match mutant.mutation {
            Mutation::Removed => "without this condition",
            Mutation::Inverted => "with the contrary of this condition",
            Mutation::RuleRemoved => "without this rule",
        };
        let _ = writeln!(
            text,
            "{}:{}:{}: all tests pass {done}: {}",
            mutant.file, mutant.line, mutant.column, mutant.text
        );
    }
    for file in &report.untested {
        let _ = writeln!(text, "{file}: no tests beside it");
    }
    let survived = report.survivors().count();
    let _ = writeln!(
        text,
        "{} changes: {} noticed by a test, {survived} not; {} more do not compile; {} %",
        report.mutants.len(),
        report.mutants.len() - survived,
        report.invalid,
        report.percent()
    );
    context.output(text.as_bytes(), None)?;
    Ok(
        match report.percent() >= LEAST_KILLED && report.untested.is_empty() {
            true => Ended::CLEAN,
            false => Ended::FOUND,
        },
    )
}
