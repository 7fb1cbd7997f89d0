//! `exdrift baseline`, `exdrift history`, `exdrift store check`.

use std::fmt::Write;

use crate::snapshot::Store;

use super::Ended;
use super::args::{BaselineArgs, BaselineVerb, HistoryArgs};
use super::context::Context;
use super::error::{CliError, refuse_secret};

pub(super) fn baseline(args: &BaselineArgs, context: &Context) -> Result<Ended, CliError> {
    let config = context.config()?;
    let store = context.store(&config)?;
    match &args.verb {
        BaselineVerb::Show { org } => {
            let organization = context.organization(org.as_deref(), &config, &store)?;
            let Some(baseline) = store.baseline(&organization)? else {
                context.say(&format!(
                    "{organization} has no baseline\n  next: exdrift baseline set {organization}@latest --reason WHY"
                ));
                return Ok(Ended::MISSING);
            };
            let reason = if baseline.reason.is_empty() {
                "no reason given"
            } else {
                &baseline.reason
            };
            let text = format!(
                "{organization}@{}\napproved by {} at {}: {reason}\n",
                baseline.id,
                baseline.by,
                baseline.at.format("%Y-%m-%dT%H:%M:%SZ")
            );
            context.output(text.as_bytes(), None)?;
        }
        BaselineVerb::Set {
            snapshot,
            reason,
            by,
        } => {
            let resolved = store.resolve(snapshot)?;
            let by = by.clone().unwrap_or_else(user);
            refuse_secret("--reason", reason)?;
            let baseline = store.set_baseline(&resolved, &by, reason)?;
            let text = format!("{}@{}\n", resolved.organization, baseline.id);
            context.output(text.as_bytes(), None)?;
        }
    }
    Ok(Ended::CLEAN)
}

/// Who runs this, as the system says.
fn user() -> String {
    ["USERNAME", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_else(|| "unknown".to_owned())
}

pub(super) fn history(args: &HistoryArgs, context: &Context) -> Result<Ended, CliError> {
    let config = context.config()?;
    let store = context.store(&config)?;
    let organization = context.organization(args.org.as_deref(), &config, &store)?;
    let history = store.history(&organization)?;
    let baseline = store.baseline(&organization)?.map(|baseline| baseline.id);
    let mut text = String::new();
    for entry in history.by_time() {
        let mut notes = Vec::new();
        if baseline.as_deref() == Some(entry.id.as_str()) {
            notes.push("baseline".to_owned());
        }
        if let Some(label) = &entry.label {
            notes.push(format!("label {label}"));
        }
        if entry.late {
            notes.push("late".to_owned());
        }
        let digest = entry.content.get(..19).unwrap_or(&entry.content);
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{organization}@{}  {digest}  {}",
            entry.id,
            notes.join(", ")
        );
    }
    context.output(text.as_bytes(), None)?;
    Ok(Ended::CLEAN)
}

pub(super) fn check(context: &Context) -> Result<Ended, CliError> {
    let store = context.store(&context.config()?)?;
    if !store.place().is_dir() {
        return Err(CliError::Usage(format!(
            "{}: there is no store\n  next: name the right folder with --store DIR; exdrift import makes a new one",
            store.place().display()
        )));
    }
    let bar = context.progress("reading the store");
    let problems = store.check()?;
    bar.finish_and_clear();
    if problems.is_empty() {
        context.say("every byte is as it was recorded");
        return Ok(Ended::CLEAN);
    }
    let mut text = String::new();
    for problem in &problems {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{problem}");
    }
    context.output(text.as_bytes(), None)?;
    match problems.iter().all(|problem| problem.what.mends_itself()) {
        true => Ok(Ended::CLEAN),
        false => Ok(Ended::FOUND),
    }
}
