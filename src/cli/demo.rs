//! `exdrift demo`: the whole nightly job on a built-in organization, before and after an update.
//!
//! Nothing is canned: the exports of the invented organization go through the real import, store,
//! drift and policies, in a folder of their own that is removed again.

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::{Organization, Params};
use crate::drift;
use crate::finding;
use crate::report::{Report, ReportKind};
use crate::sample::{Stage, contoso, contoso_params};
use crate::snapshot::{FolderStore, Resolved, Store};

use super::Ended;
use super::args::{DemoArgs, JudgeArgs};
use super::context::Context;
use super::error::CliError;
use super::invented;
use super::judge::Judge;

/// The evening before the invented update. Fixed, so that the demo tells the same story every day.
const EVENING: &str = "2026-11-20T18:00:00Z";

pub(super) fn run(args: &DemoArgs, context: &Context) -> Result<Ended, CliError> {
    let scratch = tempfile::tempdir()
        .map_err(CliError::file(&std::env::temp_dir(), "make a folder in it"))?;
    let store = FolderStore::open(scratch.path().join("snapshots"))?;
    let evening: DateTime<Utc> = EVENING
        .parse()
        .map_err(|_| CliError::Usage("the demo's date is damaged".to_owned()))?;
    let bar = context.progress("exporting, importing and judging Contoso, twice");
    let before = stored(Stage::Before, evening, &store, scratch.path())?;
    let morning = evening + TimeDelta::hours(14);
    let after = stored(Stage::After, morning, &store, scratch.path())?;

    let params: Params = serde_json::from_value(contoso_params())
        .map_err(|error| CliError::Usage(format!("the demo's params are damaged: {error}")))?;
    let judge = Judge::load(
        &JudgeArgs::default(),
        &[],
        &Organization::default(),
        context,
    )?
    .with_params(params);
    let old = store.load(&before)?;
    let new = store.load(&after)?;
    let earlier = [judge.assess(&old, &[])?.assessment];
    let assessed = judge.assess(&new, &earlier)?;
    let mut changes = drift::diff(&old, &new);
    drift::attribute(&mut changes, &old, &new);
    let verification = finding::verify(&earlier[0], &assessed.assessment, changes);
    bar.finish_and_clear();

    let mut report = Report::new(ReportKind::Verify, "contoso", &after.id, morning);
    report.compared_with = Some(&before.id);
    report.assessment = Some(&assessed.assessment);
    report.previous = Some(&earlier[0]);
    report.verification = Some(&verification);
    report.servers = judge.servers(&new);
    context.story(&report)?;
    super::run::html(&report, &args.html, context)?;
    let place = std::path::absolute(&args.html).unwrap_or_else(|_| args.html.clone());
    context.output(
        format!(
            "\nContoso is invented; everything above was computed from its exports just now.\n\
             HTML report, with evidence, every change and the way back: {}\n\
             Your own: exdrift collect --script > exdrift-export.ps1, run it in the Exchange Management Shell,\n\
             then exdrift import BUNDLE --org NAME and exdrift audit\n",
            place.display()
        )
        .as_bytes(),
        None,
    )?;
    // The demo shows a regression, and showing it is success.
    Ok(Ended::CLEAN)
}

fn stored(
    stage: Stage,
    at: DateTime<Utc>,
    store: &FolderStore,
    scratch: &std::path::Path,
) -> Result<Resolved, CliError> {
    let folder = scratch.join(match stage {
        Stage::Before => "before",
        Stage::After => "after",
    });
    let committed = store.commit(invented::snapshot(&contoso(stage), at, &folder)?)?;
    Ok(store.resolve_in(Some("contoso"), &committed.manifest.id)?)
}
