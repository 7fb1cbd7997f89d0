//! `exdrift audit`: policies to an assessment.

use crate::finding::exit_code;
use crate::report::{Report, ReportKind};
use crate::snapshot::Store;

use super::Ended;
use super::args::AuditArgs;
use super::context::Context;
use super::error::CliError;
use super::judge::Judge;
use super::waivers::note_waivers;

pub(super) fn run(args: &AuditArgs, context: &Context) -> Result<Ended, CliError> {
    let started = std::time::Instant::now();
    let config = context.config()?;
    let store = context.store(&config)?;
    let resolved = store.resolve(args.snapshot.as_deref().unwrap_or("latest"))?;
    let settings = context.settings(&config, &resolved.organization);
    let judge = Judge::load(&args.judge, &config.policies, &settings, context)?;
    let bar = context.progress("reading the snapshot");
    let snapshot = store.load(&resolved)?;
    let loaded = started.elapsed();
    bar.set_message("asking the policies");
    // Machine output says nothing of last time, so nothing is computed for it.
    let history = judge.history(&store, &resolved, args.report.format != "json")?;
    let judging = std::time::Instant::now();
    let assessed = match args.at {
        Some(at) => judge.assess_at(&snapshot, &history, at)?,
        None => judge.assess(&snapshot, &history)?,
    };
    let judged = judging.elapsed();
    bar.finish_and_clear();
    let assessment = &assessed.assessment;
    judge.keep(&store, &resolved, assessment);

    let mut report = Report::new(
        ReportKind::Audit,
        &resolved.organization,
        &resolved.id,
        assessment.evaluated_at,
    );
    report.assessment = Some(assessment);
    report.previous = history.last();
    report.compared_with = history.last().map(|previous| previous.snapshot.as_str());
    report.servers = judge.servers(&snapshot);
    report.hints = judge.hints(&snapshot, assessment);
    note_waivers(&mut report, &assessed.waivers);
    context.report(&report, &args.report)?;
    if args.timings {
        context.say(&format!(
            "read {:.0} ms, judged {:.0} ms, all {:.0} ms",
            loaded.as_secs_f64() * 1e3,
            judged.as_secs_f64() * 1e3,
            started.elapsed().as_secs_f64() * 1e3
        ));
    }
    Ok(Ended(exit_code(assessment, judge.fail_on.0)))
}
