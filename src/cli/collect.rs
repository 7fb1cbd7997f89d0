//! `exdrift collect`: today the export script; live collectors have their seam here.

use super::Ended;
use super::args::{CollectArgs, Session};
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
    let audience = match args.audience {
        Session::OnPremises => Audience::OnPremises,
        Session::ExchangeOnline => Audience::ExchangeOnline,
        Session::Graph => Audience::Graph,
    };
    context.output(generate(audience).as_bytes(), args.output.as_deref())?;
    Ok(Ended::CLEAN)
}
