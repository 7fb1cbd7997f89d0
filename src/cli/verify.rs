//! `exdrift verify`: what an update did, and one verdict.

use crate::drift;
use crate::finding;
use crate::model::{DriftClass, Verification};
use crate::report::{Report, ReportKind};
use crate::snapshot::Store;

use super::Ended;
use super::args::VerifyArgs;
use super::context::Context;
use super::error::CliError;
use super::judge::Judge;
use super::waivers::note_waivers;

pub(super) fn run(args: &VerifyArgs, context: &Context) -> Result<Ended, CliError> {
    let config = context.config()?;
    let store = context.store(&config)?;
    let before = store.resolve(&args.before)?;
    let after = store.resolve(&args.after)?;
    if before.organization != after.organization {
        return Err(CliError::Usage(format!(
            "{before} and {after} are of different organizations\n  next: name two snapshots of one"
        )));
    }
    let settings = context.settings(&config, &after.organization);
    let judge = Judge::load(&args.judge, &config.policies, &settings, context)?;
    let bar = context.progress("reading both snapshots");
    let old = store.load(&before)?;
    let new = store.load(&after)?;
    bar.set_message("asking the policies");
    // The same policies, params and facts on both sides, each at its own time.
    let old_assessed = judge.assess(&old, &[])?;
    let earlier = [old_assessed.assessment];
    let new_assessed = judge.assess(&new, &earlier)?;
    let [old_assessment] = &earlier;
    let mut changes = drift::diff(&old, &new);
    drift::attribute(&mut changes, &old, &new);
    let mut verification = finding::verify(old_assessment, &new_assessed.assessment, changes);
    if !verification.new.is_empty() {
        let later = judge.assess_at(&old, &[], new.manifest.times.ended)?;
        verification.expiry = finding::by_time_alone(&verification.new, &later.assessment);
    }
    bar.finish_and_clear();

    let mut report = Report::new(
        ReportKind::Verify,
        &after.organization,
        &after.id,
        context.now(),
    );
    report.compared_with = Some(&before.id);
    report.assessment = Some(&new_assessed.assessment);
    report.previous = Some(old_assessment);
    report.verification = Some(&verification);
    report.servers = judge.servers(&new);
    report.hints = judge.hints(&new, &new_assessed.assessment);
    note_waivers(&mut report, &new_assessed.waivers);
    context.report(&report, &args.report)?;
    Ok(ended(&verification, judge.fail_on))
}

/// 1 for a new failing finding or a change that nothing explains, 3 for lost evidence.
pub(super) fn ended(verification: &Verification, fail_on: crate::config::FailOn) -> Ended {
    let new = verification.new.iter().any(|finding| {
        fail_on
            .0
            .is_some_and(|threshold| finding.severity >= threshold)
    });
    let unexplained = verification.drift.changes.iter().any(|change| {
        !change
            .attribution
            .as_ref()
            .is_some_and(|why| why.class.is_explained() || why.class == DriftClass::Expiry)
    });
    let lost = !verification.lost_evidence.is_empty()
        || verification
            .drift
            .coverage_changes
            .iter()
            .any(|change| change.lost);
    if new || unexplained {
        Ended::FOUND
    } else if lost {
        Ended::MISSING
    } else {
        Ended::CLEAN
    }
}
