//! Drift on a terminal: a server a paragraph, a property a line.

use std::collections::BTreeMap;

use super::super::compare::natural;
use super::super::escape::clipped;
use super::super::{ReportError, evidence, story, visible, words};
use super::paper::{BOLD, Paper};
use crate::model::{Change, ChangeSet, Op, Plane, Value};

/// Characters of one value on the terminal; JSON has all of it.
const VALUE: usize = 160;
/// Changes printed before the rest is counted.
const SHOWN: usize = 200;
/// Properties of one object whose evidence moved, named before the rest is counted.
const PROPERTIES: usize = 12;

pub(super) fn write(
    paper: &mut Paper<'_>,
    title: &str,
    drift: &ChangeSet,
) -> Result<(), ReportError> {
    paper.section(&format!(
        "{title}: {} to {}",
        words::moment(&drift.before.snapshot),
        words::moment(&drift.after.snapshot)
    ))?;
    if drift.is_empty() {
        return paper.line(2, "No difference.");
    }
    let shown = &drift.changes[..drift.changes.len().min(SHOWN)];
    let is_asked = shown.iter().any(|change| change.attribution.is_some());
    let (explained, open): (Vec<&Change>, Vec<&Change>) =
        shown.iter().partition(|change| story::is_explained(change));
    by_server(paper, &open)?;
    // What an update is meant to do is the same on every server, and one line says it.
    if !explained.is_empty() && is_asked {
        alike(paper, &explained)?;
    }
    if drift.changes.len() > SHOWN {
        let text = format!(
            "… and {} more; --format json lists all",
            drift.changes.len() - SHOWN
        );
        paper.line(2, &text)?;
    }
    for moved in evidence::moved(drift) {
        let change = moved.change;
        let text = format!(
            "? evidence {}: {}{} from {} to {} ({})",
            if change.lost { "lost" } else { "gained" },
            moved.what(PROPERTIES),
            match change.plane {
                Plane::Onprem => String::new(),
                other => format!(" ({})", other.title()),
            },
            words::plain(&change.before),
            words::plain(&change.after),
            visible(&change.reason)
        );
        paper.wrapped(2, 4, &text)?;
    }
    Ok(())
}

/// A server a paragraph, an object a heading, a property a line.
fn by_server(paper: &mut Paper<'_>, changes: &[&Change]) -> Result<(), ReportError> {
    let mut servers: BTreeMap<_, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        let server = change.resource.server.as_deref();
        servers
            .entry((server.is_none(), natural(server.unwrap_or(""))))
            .or_default()
            .push(change);
    }
    for changes in servers.values() {
        let server = changes.first().and_then(|c| c.resource.server.as_deref());
        let name = paper.paint(BOLD, &visible(server.unwrap_or("The organization")));
        paper.line(2, &name)?;
        let mut object = None;
        for change in changes {
            if object != Some(&change.resource) {
                object = Some(&change.resource);
                paper.wrapped(4, 6, &subject(change))?;
            }
            let why = match &change.attribution {
                Some(attribution) => format!("  ({})", words::class(attribution.class)),
                None => String::new(),
            };
            paper.wrapped(6, 8, &format!("{}{why}", sentence(change)))?;
        }
    }
    Ok(())
}

/// Changes that are the same on several servers, once each with the servers.
fn alike(paper: &mut Paper<'_>, changes: &[&Change]) -> Result<(), ReportError> {
    let mut same: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for change in changes {
        let why = change
            .attribution
            .as_ref()
            .map(|attribution| words::class(attribution.class))
            .unwrap_or_default();
        let kind = visible(change.resource.kind.as_str());
        let place = change
            .resource
            .server
            .as_deref()
            .unwrap_or("the organization");
        same.entry(format!("{kind} {}  ({why})", sentence(change)))
            .or_default()
            .push(place);
    }
    let title = paper.paint(BOLD, "Explained");
    paper.line(2, &title)?;
    for (text, mut places) in same {
        places.sort_by_key(|name| natural(name));
        places.dedup();
        paper.wrapped(4, 6, &format!("{text} on {}", words::listed(&places, 8)))?;
    }
    Ok(())
}

/// Characters to leave out at the front, so that of two long values the difference is shown.
fn alike_until(before: &Option<Value>, after: &Option<Value>) -> usize {
    let (Some(Value::Text(before)), Some(Value::Text(after))) = (before, after) else {
        return 0;
    };
    let alike = before
        .chars()
        .zip(after.chars())
        .take_while(|(a, b)| a == b)
        .count();
    if alike < VALUE { 0 } else { alike - 20 }
}

fn subject(change: &Change) -> String {
    format!(
        "{} {}",
        visible(change.resource.kind.as_str()),
        visible(&change.resource.id)
    )
}

/// `IISAuthenticationMethods: +Negotiate +Ntlm (now ...)`.
fn sentence(change: &Change) -> String {
    let skip = alike_until(&change.before, &change.after);
    let value = |value: &Option<Value>| match value {
        Some(value) => {
            let text = value.to_string();
            let (mark, rest) = match text.char_indices().nth(skip) {
                Some((at, _)) if skip > 0 => ("…", &text[at..]),
                _ => ("", text.as_str()),
            };
            format!("{mark}{}", clipped(&visible(rest), VALUE))
        }
        None => "(absent)".to_owned(),
    };
    let Some(property) = &change.property else {
        let from = match (&change.op, &change.before_id) {
            (Op::Renamed, Some(old)) => format!(" (was {})", visible(old)),
            _ => String::new(),
        };
        return format!("{}{from}", words::op(change.op));
    };
    let mut text = format!("{}: ", visible(property));
    if change.added.is_empty() && change.removed.is_empty() {
        text.push_str(&format!(
            "{} -> {}",
            value(&change.before),
            value(&change.after)
        ));
        return text;
    }
    let member = |sign: char, value: &Value| {
        format!("{sign}{} ", clipped(&visible(&value.to_string()), VALUE))
    };
    text.extend(change.removed.iter().map(|v| member('-', v)));
    text.extend(change.added.iter().map(|v| member('+', v)));
    text.push_str(&format!("(now {})", value(&change.after)));
    text
}
