//! One file per verb; composes rooms, decides nothing.
//!
//! Results go to standard output or `--output`, everything else to standard error. Exit codes: 0 done,
//! 1 findings or changes, 2 could not run, 3 ran but evidence was missing.

mod args;
mod audit;
mod cache;
mod collect;
mod context;
mod demo;
mod diff;
mod doctor;
mod error;
mod explain;
mod import;
mod init;
mod invented;
mod judge;
mod policy;
mod run;
mod schema;
mod store;
mod verify;
mod waivers;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

pub use args::Cli;
use args::{Command, StoreVerb};
pub use error::CliError;

/// How a verb ended: the exit code of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended(pub u8);

impl Ended {
    /// Done, nothing at or above the threshold.
    pub const CLEAN: Ended = Ended(0);
    /// Findings at or above the threshold, or changes.
    pub const FOUND: Ended = Ended(1);
    /// Ran, nothing failed, but evidence was missing.
    pub const MISSING: Ended = Ended(3);
}

/// Runs the program on a command line.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // clap writes help to standard output and mistakes to standard error.
            let code = u8::from(error.use_stderr()) * 2;
            return match error.print() {
                Ok(()) => ExitCode::from(code),
                Err(_) => ExitCode::from(2),
            };
        }
    };
    let context = context::Context::new(&cli.global);
    match dispatch(cli.command, &context) {
        Ok(ended) => ExitCode::from(ended.0),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            context.problem(&error);
            ExitCode::from(2)
        }
    }
}

fn dispatch(command: Command, context: &context::Context) -> Result<Ended, CliError> {
    match command {
        Command::Demo(args) => demo::run(&args, context),
        Command::Audit(args) => audit::run(&args, context),
        Command::Verify(args) => verify::run(&args, context),
        Command::Run(args) => run::run(&args, context),
        Command::Explain(args) => explain::run(&args, context),
        Command::Policy(args) => policy::run(&args, context),
        Command::Init(args) => init::run(&args, context),
        Command::Import(args) => import::run(&args, context),
        Command::Collect(args) => collect::run(&args, context),
        Command::Diff(args) => diff::run(&args, context),
        Command::Baseline(args) => store::baseline(&args, context),
        Command::History(args) => store::history(&args, context),
        Command::Store(StoreVerb::Check) => store::check(context),
        Command::Doctor => doctor::run(context),
        Command::Schema(args) => schema::run(&args, context),
        Command::Completions(args) => schema::completions(&args, context),
    }
}
