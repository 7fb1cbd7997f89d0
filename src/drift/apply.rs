//! The inverse of [`super::diff`]: the older configuration and the changes give the newer one.

use std::collections::BTreeMap;

use crate::model::{Change, ChangeSet, Op, Properties, ResourceId, Value};
use crate::snapshot::Snapshot;

/// What is configured: the properties of every resource, without provenance.
pub type Configuration = BTreeMap<ResourceId, Properties>;

/// The configuration of `before` after `changes`. It is the configuration of the newer snapshot where
/// both sides' evidence is complete; what `coverage_changes` names stays as it was.
pub fn apply(before: &Snapshot, changes: &ChangeSet) -> Configuration {
    let mut now: Configuration = before
        .resources
        .iter()
        .map(|(id, resource)| (id.clone(), resource.properties.clone()))
        .collect();

    // Everything leaves its old key before anything takes a new one: names may be handed on.
    let mut moved = Vec::new();
    for change in &changes.changes {
        match change.op {
            Op::Removed => {
                now.remove(&id_of(change, &change.resource.id));
            }
            Op::Renamed => {
                let old = change.before_id.as_deref().unwrap_or(&change.resource.id);
                if let Some(properties) = now.remove(&id_of(change, old)) {
                    moved.push((id_of(change, &change.resource.id), properties));
                }
            }
            Op::Added | Op::Recreated | Op::Changed => {}
        }
    }
    now.extend(moved);

    for change in &changes.changes {
        let id = id_of(change, &change.resource.id);
        if change.op == Op::Added {
            now.insert(id, Properties::new());
        }
    }
    for change in &changes.changes {
        let id = id_of(change, &change.resource.id);
        if let Some(properties) = now.get_mut(&id) {
            apply_one(properties, change);
        }
    }
    now
}

/// Applies one change to the properties of its resource.
pub(super) fn apply_one(properties: &mut Properties, change: &Change) {
    let property = match change.op {
        Op::Removed => return,
        Op::Added => {
            if let Some(Value::Map(configuration)) = &change.after {
                properties.clone_from(configuration);
            }
            return;
        }
        Op::Renamed if change.before.is_none() && change.after.is_none() => return,
        Op::Renamed => "Name",
        Op::Recreated => "Guid",
        Op::Changed => match &change.property {
            Some(property) => property,
            None => return,
        },
    };
    match &change.after {
        Some(value) => {
            properties.insert(property.to_owned(), value.clone());
        }
        None => {
            properties.remove(property);
        }
    }
}

/// The id of a resource that a change names. Only the organization has no plane, and it never changes.
pub(super) fn id_of(change: &Change, key: &str) -> ResourceId {
    ResourceId {
        plane: change.resource.plane.unwrap_or(crate::model::Plane::Onprem),
        kind: change.resource.kind.clone(),
        key: key.to_owned(),
    }
}
