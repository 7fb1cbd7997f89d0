//! `exdrift diff`: semantic differences between two snapshots.

use crate::drift;
use crate::report::{Report, ReportKind};
use crate::snapshot::Store;

use super::Ended;
use super::args::DiffArgs;
use super::context::Context;
use super::error::CliError;

pub(super) fn run(args: &DiffArgs, context: &Context) -> Result<Ended, CliError> {
    let store = context.store(&context.config()?)?;
    let before = store.resolve(&args.before)?;
    let after = store.resolve(&args.after)?;
    let pair = store.load_pair(&before, &after)?;
    let changes = drift::diff(&pair.before, &pair.after);
    let mut report = Report::new(
        ReportKind::Diff,
        &after.organization,
        &after.id,
        context.now(),
    );
    report.compared_with = Some(&before.id);
    report.drift = Some(&changes);
    context.report(&report, &args.report)?;
    Ok(
        match (
            changes.changes.is_empty(),
            changes.coverage_changes.is_empty(),
        ) {
            (false, _) => Ended::FOUND,
            (true, false) => Ended::MISSING,
            (true, true) => Ended::CLEAN,
        },
    )
}
