//! Changes as text: the canonical YAML of each changed resource, before and after.

use std::collections::BTreeMap;
use std::fmt::Write;

use similar::TextDiff;

use super::apply::{apply_one, id_of};
use crate::model::{Change, ChangeSet, Op, Properties, ResourceId};
use crate::snapshot::Snapshot;

/// A unified diff with two lines of context, one section a resource, headed `plane/Kind/key`
/// (`/dev/null` on the side that does not have it). It shows exactly the changes of the set: what only
/// the evidence explains (a directory read from Active Directory on one side) is not in it.
pub fn unified(changes: &ChangeSet, before: &Snapshot, after: &Snapshot) -> String {
    let mut by_resource: BTreeMap<ResourceId, Vec<&Change>> = BTreeMap::new();
    for change in &changes.changes {
        by_resource
            .entry(id_of(change, &change.resource.id))
            .or_default()
            .push(change);
    }
    let mut out = String::new();
    for (id, changes) in by_resource {
        let renamed = changes.iter().find(|change| change.op == Op::Renamed);
        let old_id =
            match renamed.and_then(|change| change.before_id.as_deref().map(|key| (change, key))) {
                Some((change, key)) => id_of(change, key),
                None => id.clone(),
            };
        let is = |op: Op| changes.iter().any(|change| change.op == op);
        let old = (!is(Op::Added))
            .then(|| before.resources.get(&old_id))
            .flatten();
        let old = old.map(|resource| &resource.properties);
        let new = if is(Op::Removed) {
            None
        } else if is(Op::Added) {
            after.resources.get(&id).map(|r| r.properties.clone())
        } else {
            let mut properties = old.cloned().unwrap_or_default();
            for change in &changes {
                apply_one(&mut properties, change);
            }
            Some(properties)
        };
        section(
            &mut out,
            old.map(|properties| (&old_id, properties)),
            new.as_ref().map(|properties| (&id, properties)),
        );
    }
    out
}

fn section(
    out: &mut String,
    old: Option<(&ResourceId, &Properties)>,
    new: Option<(&ResourceId, &Properties)>,
) {
    let header = |side: Option<(&ResourceId, &Properties)>| {
        side.map_or_else(|| "/dev/null".to_owned(), |(id, _)| id.to_string())
    };
    let (was, is) = (header(old), header(new));
    let (old, new) = (text(old), text(new));
    let diff = TextDiff::from_lines(&old, &new);
    let hunks = diff
        .unified_diff()
        .context_radius(2)
        .header(&was, &is)
        .to_string();
    if hunks.is_empty() {
        // A rename that changed no property (the key has what the Name has not).
        let _ = writeln!(out, "--- {was}\n+++ {is}");
    } else {
        out.push_str(&hunks);
    }
}

/// The properties as the store writes them. Serializing plain data into memory cannot fail; were it to,
/// the text says so instead of being empty.
fn text(side: Option<(&ResourceId, &Properties)>) -> String {
    match side {
        None => String::new(),
        Some((_, properties)) => serde_yaml::to_string(properties)
            .unwrap_or_else(|error| format!("# not shown: {error}\n")),
    }
}
