//! `exdrift collect`: today the export script; live collectors have their seam here.

use super::Ended;
use super::args::CollectArgs;
use super::context::Context;
use super::error::CliError;
use crate::collect::script::{Audience, generate};

pub(super) fn run(args: &CollectArgs, context: &Context) -> Result<Ended, CliError> {
    if !args.script {
        return Err(CliError::Usage(
            "no live collector is part of this version\n  next: exdrift collect --script > exdrift-export.ps1, \
             run it in the Exchange Management Shell, then exdrift import its folder"
                .to_owned(),
        ));
    }
    context.output(
        generate(Audience::OnPremises).as_bytes(),
        args.output.as_deref(),
    )?;
    Ok(Ended::CLEAN)
}
