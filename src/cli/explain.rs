//! `exdrift explain`: one policy, or one finding, in full.

use std::fmt::Write;

use crate::policy::PolicySet;
use crate::snapshot::Store;

use super::Ended;
use super::args::ExplainArgs;
use super::context::Context;
use super::error::CliError;
use super::judge::{Judge, load_set, unknown_policy};

pub(super) fn run(args: &ExplainArgs, context: &Context) -> Result<Ended, CliError> {
    let is_fingerprint = args.what.len() >= 8 && args.what.bytes().all(|b| b.is_ascii_hexdigit());
    let text = if is_fingerprint {
        finding(args, context)?
    } else {
        let set = load_set(&args.judge.policies, !args.judge.no_builtin)?;
        policy(&set, &args.what)?
    };
    context.output(text.as_bytes(), None)?;
    Ok(Ended::CLEAN)
}

fn policy(set: &PolicySet, id: &str) -> Result<String, CliError> {
    let policy = set
        .policies()
        .iter()
        .find(|policy| policy.metadata.id.eq_ignore_ascii_case(id))
        .ok_or_else(|| unknown_policy(id, set, "explain"))?;
    let meta = &policy.metadata;
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{} - {}\n", meta.id, meta.title);
    let _ = writeln!(text, "{}\n", meta.description.trim());
    let _ = writeln!(text, "Severity    {}", meta.severity.as_str());
    let _ = writeln!(text, "Category    {}", meta.category);
    if !meta.profiles.is_empty() {
        let _ = writeln!(text, "Profiles    {}", meta.profiles.join(", "));
    }
    let reads: Vec<String> = meta.named().map(ToString::to_string).collect();
    let _ = writeln!(text, "Reads       {}", reads.join("\n            "));
    if !meta.params.is_empty() {
        let _ = writeln!(text, "Params      {}", meta.params.join(", "));
    }
    for (framework, ids) in &meta.frameworks {
        let _ = writeln!(text, "{framework:<11} {}", ids.join(", "));
    }
    if !meta.grade.is_empty() {
        let _ = writeln!(text, "Evidence    {}", meta.grade);
    }
    let _ = writeln!(text, "Package     {} ({})", policy.package, policy.file);
    if let Some(remediation) = &meta.remediation {
        let _ = writeln!(text, "\nTo mend it (read it first; exdrift never runs it):");
        for line in remediation.powershell().trim().lines() {
            let _ = writeln!(text, "  {line}");
        }
        if let Some(rollback) = remediation.rollback() {
            let _ = writeln!(text, "To go back:");
            for line in rollback.trim().lines() {
                let _ = writeln!(text, "  {line}");
            }
        }
    }
    if !meta.references.is_empty() {
        let _ = writeln!(text, "\nSources:");
        for reference in &meta.references {
            let _ = writeln!(text, "  {reference}");
        }
    }
    Ok(text)
}

fn finding(args: &ExplainArgs, context: &Context) -> Result<String, CliError> {
    let config = context.config()?;
    let store = context.store(&config)?;
    let resolved = store.resolve(args.snapshot.as_deref().unwrap_or("latest"))?;
    let settings = context.settings(&config, &resolved.organization);
    let judge = Judge::load(&args.judge, &config.policies, &settings, context)?;
    let snapshot = store.load(&resolved)?;
    let history = judge.history(&store, &resolved, false)?;
    let assessed = judge.assess(&snapshot, &history)?;
    let wanted = args.what.to_ascii_lowercase();
    let mut matching = assessed
        .assessment
        .evaluations
        .iter()
        .filter(|e| e.fingerprint.starts_with(&wanted));
    let (Some(found), None) = (matching.next(), matching.next()) else {
        return Err(CliError::Usage(format!(
            "{resolved}: no single evaluation has the fingerprint `{}`\n  next: exdrift audit --format json lists them",
            args.what
        )));
    };
    let mut text = policy(&judge.set, &found.policy)?;
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\nIn {resolved}");
    let _ = writeln!(
        text,
        "Subject     {} {}",
        found.resource.kind, found.resource.id
    );
    let _ = writeln!(text, "Outcome     {}", found.outcome.as_str());
    if let Some(reason) = &found.reason {
        let _ = writeln!(text, "Reason      {reason}");
    }
    let _ = writeln!(text, "            {}", found.message);
    for item in &found.evidence {
        let property = item.property.as_deref().unwrap_or("(the whole resource)");
        let _ = writeln!(
            text,
            "Evidence    {property}: {}, expected {}",
            item.observed, item.expected
        );
    }
    if let Some(since) = &found.since {
        let _ = writeln!(text, "Since       {since}");
    }
    if let Some(remediation) = &found.remediation {
        let _ = writeln!(text, "\n{}", remediation.powershell.trim());
    }
    let text: Vec<String> = text
        .lines()
        .map(|line| crate::report::visible(line).into_owned())
        .collect();
    Ok(text.join("\n") + "\n")
}
