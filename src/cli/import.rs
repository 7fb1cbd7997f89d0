//! `exdrift import`: exports into one snapshot.

use std::fmt::Write;

use crate::catalog;
use crate::collect::{Import, ImportOptions, import};
use crate::model::State;
use crate::snapshot::{Snapshot, Store};

use super::Ended;
use super::args::ImportArgs;
use super::context::Context;
use super::error::CliError;

pub(super) fn run(args: &ImportArgs, context: &Context) -> Result<Ended, CliError> {
    let kind = match &args.kind {
        None => None,
        Some(noun) => Some(catalog::named(noun).ok_or_else(|| unknown_kind(noun))?),
    };
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
    let servers = stored
        .of_kind(crate::model::Plane::Onprem, "ExchangeServer")
        .count();
    line(format!(
        "{} objects of {} kinds from {} files; {servers} servers; {}",
        stored.resources.len(),
        manifest.revisions.len(),
        manifest.sources.len(),
        manifest.content_digest
    ));
    for row in &manifest.coverage.rows {
        let missing = row.except.len();
        if matches!(row.state, State::Complete | State::NotAttempted) && missing == 0 {
            continue;
        }
        let reason = row
            .reason
            .as_deref()
            .map(|r| format!(" ({r})"))
            .unwrap_or_default();
        let except = if missing == 0 {
            String::new()
        } else {
            let names: Vec<&str> = row
                .except
                .iter()
                .take(5)
                .map(|e| e.server.as_str())
                .collect();
            let more = if missing > names.len() { ", ..." } else { "" };
            format!("; not {}{more}", names.join(", "))
        };
        line(format!(
            "  {}: {} is {}{reason}{except}",
            row.plane.title(),
            row.kind,
            row.state.as_str()
        ));
    }
    let unplaced: usize = manifest.unrecognised.iter().map(|u| u.count).sum();
    if unplaced > 0 {
        line(format!(
            "{unplaced} objects were not recognised; the manifest lists them:"
        ));
        for item in manifest.unrecognised.iter().take(5) {
            line(format!(
                "  {}: {} x {} (missing: {})",
                item.path, item.count, item.type_name, item.missing
            ));
        }
        if manifest.unrecognised.len() > 5 {
            line(format!("  and {} more", manifest.unrecognised.len() - 5));
        }
    }
    for file in &read.failed {
        line(format!("could not be read: {}", file.reason));
    }
    text
}
