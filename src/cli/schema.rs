//! `exdrift schema` and `exdrift completions`.

use std::fmt::Write;

use clap::CommandFactory;

use crate::catalog::KINDS;
use crate::report::schema;

use super::Ended;
use super::args::{Cli, CompletionsArgs, SchemaArgs};
use super::context::Context;
use super::error::CliError;

pub(super) fn run(args: &SchemaArgs, context: &Context) -> Result<Ended, CliError> {
    if args.name == "kinds" {
        let mut text = String::new();
        for spec in KINDS {
            for call in spec.calls {
                // Writing to a String cannot fail.
                let _ = writeln!(text, "{:<28} {:<7} {}", spec.name, call.plane, call.cmdlet);
            }
        }
        context.output(text.as_bytes(), None)?;
        return Ok(Ended::CLEAN);
    }
    let schema = schema::schema(&args.name).ok_or_else(|| {
        CliError::Usage(format!(
            "`{}` is not a schema; one of {}, kinds",
            args.name,
            schema::SCHEMAS
                .iter()
                .map(|(name, _)| *name)
                .collect::<Vec<_>>()
                .join(", ")
        ))
    })?;
    let mut text = serde_json::to_string_pretty(&schema).map_err(|e| CliError::Output(e.into()))?;
    text.push('\n');
    context.output(text.as_bytes(), None)?;
    Ok(Ended::CLEAN)
}

pub(super) fn completions(args: &CompletionsArgs, context: &Context) -> Result<Ended, CliError> {
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "exdrift", &mut bytes);
    context.output(&bytes, None)?;
    Ok(Ended::CLEAN)
}
