//! `exdrift init`: a commented configuration to start from.

use std::path::PathBuf;

use crate::config::template;
use crate::snapshot::Store;

use super::Ended;
use super::args::InitArgs;
use super::context::{Context, write_whole};
use super::error::CliError;

pub(super) fn run(args: &InitArgs, context: &Context) -> Result<Ended, CliError> {
    // The server names of the newest snapshot make a better example than invented ones.
    let servers = context
        .store(&Default::default())
        .ok()
        .and_then(|store| {
            let latest = store.resolve_in(Some(&args.org), "latest").ok()?;
            store.load(&latest).ok()
        })
        .map(|snapshot| {
            snapshot
                .of_kind(crate::model::Plane::Onprem, "ExchangeServer")
                .map(|server| server.id.key.clone())
                .collect::<Vec<_>>()
        })
        .unwrap_or_default();
    let text = template(&args.org, &servers);
    if args.print {
        context.output(text.as_bytes(), None)?;
        return Ok(Ended::CLEAN);
    }
    let path = context
        .config_path()
        .unwrap_or_else(|| PathBuf::from("exdrift.yaml"));
    if path.exists() {
        return Err(CliError::Usage(format!(
            "{} exists already and is left as it is\n  next: exdrift init --print shows the example",
            path.display()
        )));
    }
    write_whole(&path, text.as_bytes())?;
    context.say(&format!(
        "wrote {}; fill in `exposure` first",
        path.display()
    ));
    Ok(Ended::CLEAN)
}
