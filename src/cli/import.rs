//! `exdrift import`: exports into one snapshot.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::catalog;
use crate::collect::{Import, ImportOptions, import};
use crate::model::{CoverageRow, Plane, State};
use crate::snapshot::{Snapshot, Store};

use super::Ended;
use super::args::ImportArgs;
use super::context::Context;
use super::error::{CliError, refuse_secret};

pub(super) fn run(args: &ImportArgs, context: &Context) -> Result<Ended, CliError> {
    let kind = match &args.kind {
        None => None,
        Some(noun) => Some(catalog::named(noun).ok_or_else(|| unknown_kind(noun))?),
    };
    if let Some(label) = &args.label {
        refuse_secret("--label", label)?;
    }
    let options = ImportOptions {
        organization: args.org.clone(),
        kind,
        plane: args.plane,
        server: args.server.clone(),
        prefer: args.prefer.clone(),
        strict: args.strict,
        at: args.at,
        label: args.label.clone(),
        max_file_size: args.max_file_size,
        now: context.now(),
    };
    let store = context.store(&context.config()?)?;
    let bar = context.progress("reading exports");
    let read = import(&args.paths, &options)?;
    bar.set_message("storing the snapshot");
    let stored = store.commit(read.snapshot.clone())?;
    bar.finish_and_clear();
    context.say(&summary(&stored, &read));
    let name = format!("{}@{}\n", stored.manifest.organization, stored.manifest.id);
    context.output(name.as_bytes(), None)?;
    Ok(ended(&read))
}

fn unknown_kind(noun: &str) -> CliError {
    let names: Vec<&str> = catalog::KINDS.iter().map(|spec| spec.name).collect();
    CliError::Usage(format!(
        "`{noun}` is not a kind; one of {}",
        names.join(", ")
    ))
}

/// 3 where a file could not be read or a recorded call failed: evidence is missing.
pub(super) fn ended(read: &Import) -> Ended {
    let gap = read.snapshot.coverage().rows.iter().any(|row| {
        matches!(row.state, State::Failed | State::Denied)
            || row
                .except
                .iter()
                .any(|e| matches!(e.state, State::Failed | State::Denied))
    });
    if gap || read.unplaced > 0 || !read.failed.is_empty() {
        Ended::MISSING
    } else {
        Ended::CLEAN
    }
}

/// What a person wants to know after an import, on a few lines.
pub(super) fn summary(stored: &Snapshot, read: &Import) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let mut line = |words: String| {
        let _ = writeln!(text, "{}", crate::report::visible(&words));
    };
    let manifest = &stored.manifest;
    let servers = stored.of_kind(Plane::Onprem, "ExchangeServer").count();
    line(format!(
        "{} objects of {} kinds from {} files; {servers} servers; {}",
        stored.resources.len(),
        manifest.revisions.len(),
        manifest.sources.len(),
        manifest.content_digest
    ));
    // Kinds that are alike in what is missing stand on one line.
    let mut gaps: Vec<(Gap<'_>, Vec<&str>)> = Vec::new();
    for row in &manifest.coverage.rows {
        let gap = Gap::of(row);
        if matches!(row.state, State::Complete | State::NotAttempted) && gap.servers.is_empty() {
            continue;
        }
        match gaps.iter_mut().find(|(known, _)| *known == gap) {
            Some((_, kinds)) => kinds.push(row.kind.as_str()),
            None => gaps.push((gap, vec![row.kind.as_str()])),
        }
    }
    for (gap, kinds) in gaps {
        line(gap.words(&kinds));
    }
    let unplaced: usize = manifest.unrecognised.iter().map(|u| u.count).sum();
    if unplaced > 0 {
        line(format!(
            "{unplaced} objects were not recognised; the manifest lists them:"
        ));
        // The same of many files stands on one line.
        let mut things: BTreeMap<(&str, &str), (usize, Vec<&str>)> = BTreeMap::new();
        for item in &manifest.unrecognised {
            let (count, paths) = things.entry((&item.type_name, &item.missing)).or_default();
            *count += item.count;
            paths.push(&item.path);
        }
        for ((type_name, missing), (count, paths)) in things.iter().take(5) {
            let place = match paths.as_slice() {
                [only] => (*only).to_owned(),
                [first, rest @ ..] => format!("{first} and {} more files", rest.len()),
                [] => String::new(),
            };
            line(format!(
                "  {place}: {count} x {type_name} (missing: {missing})"
            ));
        }
        if things.len() > 5 {
            line(format!("  and {} other things", things.len() - 5));
        }
    }
    for file in &read.failed {
        // Its second line says what to do, and stood in the warning already.
        let reason = file.reason.lines().next().unwrap_or_default();
        line(format!("could not be read: {reason}"));
    }
    text
}

/// What is missing of a kind.
#[derive(PartialEq, Eq)]
struct Gap<'a> {
    plane: Plane,
    state: State,
    reason: Option<&'a str>,
    servers: Vec<&'a str>,
}

impl<'a> Gap<'a> {
    fn of(row: &'a CoverageRow) -> Self {
        Gap {
            plane: row.plane,
            state: row.state,
            reason: row.reason.as_deref(),
            servers: row.except.iter().map(|e| e.server.as_str()).collect(),
        }
    }

    fn words(&self, kinds: &[&str]) -> String {
        let mut text = format!("  {}: {}", self.plane.title(), kinds.join(", "));
        text.push_str(if kinds.len() == 1 { " is " } else { " are " });
        text.push_str(self.state.as_str());
        if let Some(reason) = self.reason {
            text.push_str(&format!(" ({reason})"));
        }
        if !self.servers.is_empty() {
            let shown: Vec<&str> = self.servers.iter().copied().take(5).collect();
            let more = if self.servers.len() > shown.len() {
                ", ..."
            } else {
                ""
            };
            text.push_str(&format!(" on {}{more}", shown.join(", ")));
        }
        text
    }
}
