//! What people paste: the text of `Format-List`.

use crate::catalog::{KINDS, KindSpec};
use crate::model::{Evidence, State};
use crate::protocol::PsObject;
use crate::protocol::format_list::{self, Command};

use super::super::coverage::Ended;
use super::super::place::{STREAM_ERROR, Unplaced, kind_of_name};
use super::{Format, Reading};

pub(super) static FORMAT: Format = Format {
    name: "format_list",
    recognise: |seen| {
        let start = seen.start();
        let is_prompt = start.starts_with("[PS]");
        if start.starts_with(['<', '{', '"']) || (start.starts_with('[') && !is_prompt) {
            return false;
        }
        // Prose may hold one such line; the name of a cmdlet says that it is none.
        format_list::looks_like(seen.text, kind_of_name(seen.name).is_some())
    },
    read: |seen| {
        let listing = format_list::parse(seen.text, seen.limits)?;
        let mut reading = Reading::of_roots(listing.document);
        let finds = std::mem::take(&mut reading.finds);
        for (mut find, command) in finds.into_iter().zip(&listing.commands) {
            let object = reading.document.object(find.object);
            match command.as_ref().map(|command| (command, kind_of(command))) {
                // Above the object stands what it is the answer to.
                Some((command, Some(spec))) => {
                    if looks_like(object, spec) {
                        find.kind = Some(spec);
                    }
                    find.server.clone_from(&command.server);
                    find.evidence = command.ad_only.then_some(Evidence::Ad);
                    reading.finds.push(find);
                }
                // Another cmdlet's answer may look like one of ours.
                Some((command, None)) => reading.unplaced.push(Unplaced {
                    type_name: format!("({})", command.cmdlet),
                    missing: "kind".to_owned(),
                    plane: None,
                    kind: None,
                }),
                None => reading.finds.push(find),
            }
        }
        for command in &listing.errors {
            let spec = command.as_ref().and_then(kind_of);
            reading.unplaced.push(Unplaced {
                type_name: command
                    .as_ref()
                    .map_or("(error)".to_owned(), |c| format!("(error of {})", c.cmdlet)),
                missing: STREAM_ERROR.to_owned(),
                plane: None,
                kind: spec.map(|spec| spec.name),
            });
            for call in spec.into_iter().flat_map(|spec| spec.calls) {
                reading.ended.push(Ended {
                    plane: Some(call.plane),
                    kind: spec.map_or("", |spec| spec.name),
                    server: command
                        .as_ref()
                        .and_then(|c| c.server.as_deref())
                        .map(crate::normalise::server_name),
                    state: State::Failed,
                    reason: Some(format!("{}: the cmdlet wrote an error", seen.shown)),
                    recorded: false,
                });
            }
        }
        for _ in 0..listing.stray {
            reading.unplaced.push(Unplaced {
                type_name: "(line of text)".to_owned(),
                missing: "not of an object".to_owned(),
                plane: None,
                kind: None,
            });
        }
        Ok(reading)
    },
    is_certain: false,
};

fn kind_of(command: &Command) -> Option<&'static KindSpec> {
    let noun = command.cmdlet.strip_prefix("Get-")?;
    KINDS
        .iter()
        .copied()
        .find(|spec| spec.name.eq_ignore_ascii_case(noun))
        .or_else(|| {
            KINDS.iter().copied().find(|spec| {
                spec.calls
                    .iter()
                    .any(|call| call.cmdlet.eq_ignore_ascii_case(&command.cmdlet))
            })
        })
}

/// Format-List of a pipeline may show anything: the object has a property of its kind.
fn looks_like(object: &PsObject<'_>, spec: &KindSpec) -> bool {
    ["Name", "Identity"]
        .iter()
        .any(|name| object.get(name).is_some())
        || spec.declared().any(|p| object.get(p.name).is_some())
}
