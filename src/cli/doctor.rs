//! `exdrift doctor`: is everything in place that the other verbs need?

use std::fmt::Write;

use crate::collect::drop_folder;
use crate::policy::LoadOptions;
use crate::policy::PolicySet;
use crate::snapshot::Store;

use super::Ended;
use super::context::Context;
use super::error::CliError;

pub(super) fn run(context: &Context) -> Result<Ended, CliError> {
    let mut text = String::new();
    let mut wrong = 0;
    // Writing to a String cannot fail.
    let mut say = |what: &str, answer: Result<String, String>| {
        let (mark, answer) = match answer {
            Ok(answer) => ("ok   ", answer),
            Err(problem) => {
                wrong += 1;
                ("WRONG", problem)
            }
        };
        let _ = writeln!(
            text,
            "{mark} {what:<14} {}",
            answer.replace('\n', "\n                     ")
        );
    };
    say("exdrift", Ok(env!("CARGO_PKG_VERSION").to_owned()));
    let config = match context.config() {
        Ok(config) => {
            let names: Vec<&str> = config.organizations.keys().map(String::as_str).collect();
            let known = match names.as_slice() {
                [] => "no organization in it; exdrift init writes an example".to_owned(),
                names => names.join(", "),
            };
            say("configuration", Ok(known));
            config
        }
        Err(error) => {
            say("configuration", Err(error.to_string()));
            context.output(text.as_bytes(), None)?;
            return Ok(Ended(2));
        }
    };
    let dirs = config
        .policies
        .iter()
        .map(|path| context.beside_config(path))
        .collect();
    match PolicySet::load(LoadOptions {
        dirs,
        builtin: true,
    }) {
        Ok(set) => say(
            "policies",
            Ok(format!(
                "{}, facts of {}",
                set.policies().len(),
                set.facts_date()
            )),
        ),
        Err(error) => say("policies", Err(error.to_string())),
    }
    match context.store(&config) {
        Err(error) => say("store", Err(error.to_string())),
        Ok(store) => match store.organizations() {
            Err(error) => say("store", Err(error.to_string())),
            Ok(names) if names.is_empty() => {
                say("store", Ok(format!("{} is empty", store.place().display())));
            }
            Ok(names) => {
                for name in names {
                    let answer = store
                        .resolve_in(Some(&name), "latest")
                        .and_then(|latest| store.manifest(&latest))
                        .map(|manifest| format!("{name}@{}", manifest.id))
                        .map_err(|error| error.to_string());
                    say("store", answer);
                }
            }
        },
    }
    for (name, settings) in &config.organizations {
        for collector in &settings.collectors {
            let folder = context.beside_config(&collector.path);
            let answer = drop_folder::look(&folder)
                .map_err(|error| error.to_string())
                .and_then(|dropped| match dropped.problems.as_slice() {
                    [] => Ok(format!(
                        "{} bundles in {}",
                        dropped.bundles.len(),
                        folder.display()
                    )),
                    problems => Err(problems.join("\n")),
                });
            say(&format!("{name} {}", collector.name), answer);
        }
    }
    context.output(text.as_bytes(), None)?;
    Ok(if wrong == 0 { Ended::CLEAN } else { Ended(2) })
}
