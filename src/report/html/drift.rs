//! Drift as a table: per server, the object, the property, before and after, and why.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::super::compare::natural;
use super::super::{escape::clipped, evidence, visible, words};
use super::{NAMES, VALUE, pill, short};
use crate::model::{Change, ChangeSet, Op, Value};

/// Rows of one drift table; JSON has all of them.
const ROWS: usize = 3_000;
/// Servers whose changes stand open.
const OPEN: usize = 12;

/// Changes by place, servers in natural order, the organization last; at most [`ROWS`] changes.
pub(super) fn places(drift: &ChangeSet) -> Vec<(Option<&str>, Vec<&Change>)> {
    let mut places: BTreeMap<_, (Option<&str>, Vec<&Change>)> = BTreeMap::new();
    for change in drift.changes.iter().take(ROWS) {
        let server = change.resource.server.as_deref();
        places
            .entry((server.is_none(), natural(server.unwrap_or("")), server))
            .or_insert((server, Vec::new()))
            .1
            .push(change);
    }
    places.into_values().collect()
}

pub(super) fn section(id: &str, title: &str, drift: &ChangeSet) -> Markup {
    let places = places(drift);
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) {
                (title) " "
                span.quiet {
                    (drift.changes.len()) " · " (words::moment(&drift.before.snapshot)) " to "
                    (words::moment(&drift.after.snapshot))
                }
            }
            @if drift.changes.is_empty() { p.quiet { "No configuration changed." } }
            @let is_open = places.len() <= OPEN;
            @for (index, (server, changes)) in places.iter().enumerate() {
                details.place open[is_open] {
                    summary {
                        strong { (visible(server.unwrap_or("The organization"))) }
                        " " span.quiet { (words::count(changes.len(), "change", "changes")) }
                    }
                    div #{(id) (index)} tabindex="-1" { (table(changes)) }
                }
            }
            @if drift.changes.len() > ROWS {
                p.quiet { (drift.changes.len() - ROWS) " more changes are in the JSON report." }
            }
            (coverage(drift))
        }
    }
}

fn table(changes: &[&Change]) -> Markup {
    let is_explained = changes.iter().any(|change| change.attribution.is_some());
    html! {
        div.scroll { table.drift {
            thead { tr {
                th scope="col" { "Object" } th scope="col" { "Property" }
                th scope="col" { "Before" } th scope="col" { "After" }
                @if is_explained { th scope="col" { "Why" } }
            } }
            tbody {
                @for (index, change) in changes.iter().enumerate() {
                    @let is_same = index > 0 && changes[index - 1].resource == change.resource;
                    tr {
                        th scope="row" {
                            @if is_same { span.vh { (short(&change.resource.id)) } } @else {
                                (short(&change.resource.id))
                                div.quiet { (visible(change.resource.kind.as_str())) }
                            }
                        }
                        (cells(change))
                        @if is_explained { td.why { (why(change)) } }
                    }
                }
            }
        } }
    }
}

fn cells(change: &Change) -> Markup {
    let Some(property) = &change.property else {
        return html! {
            td { (pill(if change.op == Op::Added { "good" } else { "medium" }, words::op(change.op))) }
            td { @if let Some(old) = &change.before_id { (short(old)) } @else if change.op == Op::Removed { "present" } }
            td { @match change.op {
                Op::Added => "present",
                Op::Removed => "gone",
                Op::Renamed => (short(&change.resource.id)),
                Op::Recreated => "another object under the same name",
                Op::Changed => "",
            } }
        };
    };
    html! {
        td { code { (visible(property)) } }
        td { (value(change.before.as_ref(), &change.removed, true)) }
        td { (value(change.after.as_ref(), &change.added, false)) }
    }
}

/// A value; members that went or came are marked.
fn value(value: Option<&Value>, moved: &[Value], is_before: bool) -> Markup {
    let text = |value: &Value| clipped(&visible(&value.to_string()), VALUE).into_owned();
    html! {
        @match value {
            None => { span.quiet { "absent" } }
            Some(Value::List(members)) if !members.is_empty() => {
                @for member in members.iter().take(100) {
                    @match (moved.contains(member), is_before) {
                        (true, true) => { del { "− " (text(member)) } },
                        (true, false) => { ins { "+ " (text(member)) } },
                        (false, _) => { span.member { (text(member)) } },
                    }
                    " "
                }
                @if members.len() > 100 { span.quiet { "and " (members.len() - 100) " more" } }
            }
            Some(value) => {
                @if is_before { del { (text(value)) } } @else { ins { (text(value)) } }
            }
        }
    }
}

fn why(change: &Change) -> Markup {
    html! {
        @match &change.attribution {
            Some(attribution) => {
                (pill(if attribution.class.is_explained() { "good" } else { "medium" }, words::class(attribution.class)))
                div.quiet { (short(&attribution.evidence)) }
            }
            None => { span.quiet { "not asked" } }
        }
    }
}

fn coverage(drift: &ChangeSet) -> Markup {
    let all = evidence::moved(drift);
    html! {
        @if !all.is_empty() {
            h3 { "Evidence lost and gained" }
            ul.plain {
                @for moved in all.iter().take(500) {
                    @let change = moved.change;
                    li {
                        (pill(if change.lost { "medium" } else { "good" }, if change.lost { "lost" } else { "gained" })) " "
                        strong { (moved.what(NAMES)) } " " (change.plane.title()) " "
                        (words::plain(&change.before)) " → " (words::plain(&change.after))
                        span.quiet { " " (short(&change.reason)) }
                    }
                }
                @if all.len() > 500 { li.quiet { "and " (all.len() - 500) " more" } }
            }
        }
    }
}
