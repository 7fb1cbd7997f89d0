//! Drift on a terminal: a server a paragraph, a property a line.

use std::collections::BTreeMap;

use super::super::compare::natural;
use super::super::escape::clipped;
use super::super::{ReportError, visible, words};
use super::paper::{BOLD, Paper};
use crate::model::{Change, ChangeSet, Op, Value};

/// Characters of one value on the terminal; JSON has all of it.
const VALUE: usize = 160;
/// Changes printed before the rest is counted.
const SHOWN: usize = 200;

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
    let mut servers: BTreeMap<_, Vec<&Change>> = BTreeMap::new();
    for change in drift.changes.iter().take(SHOWN) {
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
        for change in changes {
            paper.wrapped(4, 6, &sentence(change))?;
            if let Some(attribution) = &change.attribution {
                let text = format!(
                    "why: {} ({})",
                    words::class(attribution.class),
                    visible(&attribution.evidence)
                );
                paper.wrapped(6, 8, &text)?;
            }
        }
    }
    if drift.changes.len() > SHOWN {
        let text = format!(
            "… and {} more; --format json lists all",
            drift.changes.len() - SHOWN
        );
        paper.line(2, &text)?;
    }
    for change in &drift.coverage_changes {
        let place = change.id.as_deref().or(change.server.as_deref());
        let text = format!(
            "? evidence {}: {}{} from {} to {} ({})",
            if change.lost { "lost" } else { "gained" },
            visible(change.kind.as_str()),
            place
                .map(|p| format!(" {}", visible(p)))
                .unwrap_or_default(),
            words::plain(&change.before),
            words::plain(&change.after),
            visible(&change.reason)
        );
        paper.wrapped(2, 4, &text)?;
    }
    Ok(())
}

/// `IISAuthenticationMethods of EX01\mapi: +Negotiate +Ntlm`.
fn sentence(change: &Change) -> String {
    let value = |value: &Option<Value>| match value {
        Some(value) => clipped(&visible(&value.to_string()), VALUE).into_owned(),
        None => "(absent)".to_owned(),
    };
    let subject = format!(
        "{} {}",
        visible(change.resource.kind.as_str()),
        visible(&change.resource.id)
    );
    let Some(property) = &change.property else {
        let from = match (&change.op, &change.before_id) {
            (Op::Renamed, Some(old)) => format!(" (was {})", visible(old)),
            _ => String::new(),
        };
        return format!("{subject}: {}{from}", words::op(change.op));
    };
    let mut text = format!("{subject}  {}: ", visible(property));
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
