//! `exdrift run`: the nightly job. Drop folder to snapshot, drift, audit, reports, exit code.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::collect::drop_folder::{self, Dropped};
use crate::collect::{ImportOptions, import};
use crate::config::{Collector, Organization};
use crate::drift;
use crate::finding::exit_code;
use crate::model::{ChangeSet, Coverage, State};
use crate::report::{Report, ReportKind, visible};
use crate::snapshot::{FolderStore, Resolved, Snapshot, Store};

use super::Ended;
use super::args::{ReportArgs, RunArgs};
use super::context::Context;
use super::error::CliError;
use super::judge::Judge;
use super::waivers::note_waivers;

pub(super) fn run(args: &RunArgs, context: &Context) -> Result<Ended, CliError> {
    let config = context.config()?;
    let store = context.store(&config)?;
    let names: Vec<String> = match &args.org {
        Some(name) => vec![name.clone()],
        None => config
            .organizations
            .iter()
            .filter(|(_, settings)| !settings.collectors.is_empty())
            .map(|(name, _)| name.clone())
            .collect(),
    };
    let [organization] = names.as_slice() else {
        return Err(CliError::Usage(if names.is_empty() {
            "no organization of the configuration has a collector\n  next: add one to exdrift.yaml:\n    \
             collectors:\n      - {name: nightly, type: drop, path: drop, max_age: 26h}"
                .to_owned()
        } else {
            format!(
                "several organizations have collectors ({})\n  next: say which with --org NAME",
                names.join(", ")
            )
        }));
    };
    let settings = context.settings(&config, organization);
    if settings.collectors.is_empty() {
        return Err(CliError::Usage(format!(
            "{} has no collector in the configuration\n  next: collectors: [{{name: nightly, type: drop, path: drop, max_age: 26h}}]",
            visible(organization)
        )));
    }
    // Policies first: a mistake in them must not cost the night's snapshot its report.
    let judge = Judge::load(&args.judge, &config.policies, &settings, context)?;
    let taken = take(organization, &settings, &store, context)?;
    judge_and_report(args, &store, &judge, &taken, context)
}

/// What a night brought.
struct Taken {
    current: Resolved,
    /// No new bundle came: the end of the collection that is judged again.
    carried_on_from: Option<DateTime<Utc>>,
    /// Evidence was missing already at the import.
    gaps: bool,
}

fn take(
    organization: &str,
    settings: &Organization,
    store: &FolderStore,
    context: &Context,
) -> Result<Taken, CliError> {
    let mut gaps = false;
    let mut newest = None;
    let mut looked = Vec::new();
    for collector in &settings.collectors {
        let folder = context.beside_config(&collector.path);
        let dropped = drop_folder::look(&folder).map_err(crate::collect::ImportError::from)?;
        for problem in &dropped.problems {
            gaps = true;
            context.say(&format!("{}: not taken: {problem}", collector.name));
        }
        looked.push(format!(
            "{} bundles in {}",
            dropped.bundles.len(),
            folder.display()
        ));
        for group in groups(organization, &dropped, collector, store, context)? {
            let options = ImportOptions::new(organization, context.now());
            let bar = context.progress("importing the bundle");
            let read = import(&group, &options)?;
            let stored = store.commit(read.snapshot.clone())?;
            bar.finish_and_clear();
            gaps |= super::import::ended(&read) == Ended::MISSING;
            context.say(&super::import::summary(&stored, &read));
            newest = Some(stored.manifest.id.clone());
        }
    }
    let current = match &newest {
        Some(id) => store.resolve_in(Some(organization), id)?,
        None => store.resolve_in(Some(organization), "latest").map_err(|_| {
            CliError::Usage(format!(
                "nothing to judge: {} and none of them new and fresh enough, and {organization} has no snapshot yet\n  next: run the export script \
                 (exdrift collect --script) and drop its folder there",
                looked.join(", ")
            ))
        })?,
    };
    let carried_on_from = match newest {
        Some(_) => None,
        None => Some(store.manifest(&current)?.times.ended),
    };
    if let Some(ended) = carried_on_from {
        context.say(&format!(
            "{} ({}, none of them new and fresh enough); judged again: {current}, whose evidence is carried on",
            no_new_bundle(ended),
            looked.join(", ")
        ));
    }
    Ok(Taken {
        current,
        carried_on_from,
        gaps,
    })
}

/// The bundles to import, in groups that make one snapshot each.
fn groups(
    organization: &str,
    dropped: &Dropped,
    collector: &Collector,
    store: &FolderStore,
    context: &Context,
) -> Result<Vec<Vec<PathBuf>>, CliError> {
    let known = known_bundles(organization, store)?;
    let max_age = collector.max_age.map(|age| age.0);
    Ok(drop_folder::fresh(
        &dropped.bundles,
        |digest| known.iter().any(|known| known == digest),
        context.now(),
        max_age,
    )
    .into_iter()
    .map(|group| {
        group
            .into_iter()
            .map(|bundle| bundle.path.clone())
            .collect()
    })
    .collect())
}

/// Digests of the records that stored snapshots were made from.
fn known_bundles(organization: &str, store: &FolderStore) -> Result<Vec<String>, CliError> {
    if !store
        .organizations()?
        .iter()
        .any(|name| name == organization)
    {
        return Ok(Vec::new());
    }
    let history = store.history(organization)?;
    let mut known = Vec::new();
    for entry in history
        .entries
        .iter()
        .filter(|entry| !history.is_pruned(&entry.id))
    {
        let manifest = store.manifest(&Resolved::stored(organization, entry))?;
        known.extend(
            manifest
                .sources
                .into_iter()
                .filter(|s| s.format == "record")
                .map(|s| s.sha256),
        );
    }
    Ok(known)
}

fn judge_and_report(
    args: &RunArgs,
    store: &FolderStore,
    judge: &Judge,
    taken: &Taken,
    context: &Context,
) -> Result<Ended, CliError> {
    let current = &taken.current;
    let bar = context.progress("judging");
    let mut snapshot = store.load(current)?;
    if let Some(ended) = taken.carried_on_from {
        stale(&mut snapshot.manifest.coverage, ended);
    }
    let history = judge.history(store, current, true)?;
    let assessed = judge.assess(&snapshot, &history)?;
    let assessment = &assessed.assessment;
    if taken.carried_on_from.is_none() {
        judge.keep(store, current, assessment);
    }
    let previous = history.last().map(|previous| previous.snapshot.clone());
    let drift = match &previous {
        Some(id) => Some(drift_from(store, current, id, &snapshot)?),
        None => None,
    };
    let baseline = store.baseline(&current.organization)?;
    let baseline_drift = match &baseline {
        Some(baseline) if baseline.id != current.id => {
            Some(drift_from(store, current, &baseline.id, &snapshot)?)
        }
        _ => None,
    };
    bar.finish_and_clear();

    let mut report = Report::new(
        ReportKind::Run,
        &current.organization,
        &current.id,
        assessment.evaluated_at,
    );
    report.compared_with = previous.as_deref();
    report.assessment = Some(assessment);
    report.previous = history.last();
    report.drift = drift.as_ref();
    report.baseline_drift = baseline_drift.as_ref();
    report.servers = judge.servers(&snapshot);
    report.hints = judge.hints(&snapshot, assessment);
    note_waivers(&mut report, &assessed.waivers);
    context.report(&report, &args.report)?;
    if let Some(path) = &args.html {
        html(&report, path, context)?;
    }
    Ok(ended(
        exit_code(assessment, judge.fail_on.0),
        baseline_drift.as_ref(),
        taken,
    ))
}

/// As audit, plus drift against a baseline that is set; missing evidence is 3 unless something is 1.
fn ended(audit: u8, baseline: Option<&ChangeSet>, taken: &Taken) -> Ended {
    let drifted = baseline.is_some_and(|changes| !changes.changes.is_empty());
    let lost = baseline.is_some_and(|changes| changes.coverage_changes.iter().any(|c| c.lost));
    if audit == 1 || drifted {
        Ended::FOUND
    } else if audit == 3 || lost || taken.gaps || taken.carried_on_from.is_some() {
        Ended::MISSING
    } else {
        Ended::CLEAN
    }
}

fn drift_from(
    store: &FolderStore,
    current: &Resolved,
    id: &str,
    snapshot: &Snapshot,
) -> Result<ChangeSet, CliError> {
    let before = store.resolve_in(Some(&current.organization), id)?;
    let old = store.load(&before)?;
    let mut changes = drift::diff(&old, snapshot);
    drift::attribute(&mut changes, &old, snapshot);
    Ok(changes)
}

/// `no new bundle since 2026-11-21 02:00 UTC`. How old that is, only the reader's `max_age` says.
fn no_new_bundle(ended: DateTime<Utc>) -> String {
    format!("no new bundle since {}", ended.format("%Y-%m-%d %H:%M UTC"))
}

/// Nothing new came: what was seen then is carried on, and no pass rests on it.
fn stale(coverage: &mut Coverage, ended: DateTime<Utc>) {
    for row in &mut coverage.rows {
        if matches!(row.state, State::Complete | State::Partial) {
            row.state = State::Stale;
            row.reason = Some(no_new_bundle(ended));
        }
    }
}

/// Writes the HTML form of a report to a file.
pub(super) fn html(report: &Report<'_>, path: &Path, context: &Context) -> Result<(), CliError> {
    let args = ReportArgs {
        format: "html".to_owned(),
        output: Some(path.to_owned()),
    };
    context.report(report, &args)
}
