//! What differs between two snapshots, and why.
//!
//! In: two [`Snapshot`]s. Out: a [`ChangeSet`]. Never: I/O, clocks, verdicts.
//!
//! The rules, in the order in which they decide:
//!
//! - **What was not seen is not gone.** A resource that one side lacks is added or removed only where
//!   that side's coverage proves that it was looked for; else it is an entry of `coverage_changes`,
//!   one a kind, or one a kind and server where the kind lives on servers.
//! - **What was not understood has not changed.** A difference with an undecided value (or a value with
//!   an undecided member) on either side is an entry of `coverage_changes`. So is a kind that the two
//!   snapshots' catalogs read differently (`read_differently`).
//! - **What Active Directory remembers is not what IIS does.** A directory that was read with
//!   `-ADPropertiesOnly` on one side alone is one coverage change; its metabase properties, and those
//!   that such an export leaves empty (`Path`, `WebSite`, `DisplayName`), are not compared. With
//!   `-ADPropertiesOnly` on both sides a metabase property that differs is a coverage change of its own.
//! - **One thing is said once.** A resource under another key with the same Guid is `renamed` and carries
//!   the old and the new `Name` as `before` and `after`; one with another Guid under its old key is
//!   `recreated` and carries the two Guids. Neither property is listed again. `added` carries the whole
//!   configuration as `after`, `removed` as `before`. That makes [`apply`] exact.
//!
//! `site` and `server` follow from the key, `iis` against `unstated` is no difference, `observed` is
//! never compared.

mod apply;
mod attribute;
mod build;
mod compare;
mod coverage;
mod facts;
mod pair;
mod wizard;

use std::cmp::Ordering;

pub use apply::{Configuration, apply};
pub use attribute::attribute;
pub use build::Build;
pub use facts::{FactoryDefault, factory_default, factory_defaults};

use crate::model::{Change, ChangeSet, CoverageChange, Op, Resource, Value};
use crate::snapshot::Snapshot;

/// Every difference between two snapshots, once, in a fixed order: plane, kind, key, whole resource
/// before its properties, property.
pub fn diff(before: &Snapshot, after: &Snapshot) -> ChangeSet {
    let mut sight = coverage::Sight::new(before, after);
    let pairs = pair::pair(before, after, &mut sight);

    let mut found = compare::Found::default();
    for (old, new) in pairs.differing.iter().chain(&pairs.renamed) {
        compare::compare(old, new, &mut found);
    }
    for resource in pairs.removed {
        if sight.after_proves_absence_of(resource) {
            found.changes.push(whole(Op::Removed, resource));
        }
    }
    for resource in pairs.added {
        if sight.before_proves_absence_of(resource) {
            found.changes.push(whole(Op::Added, resource));
        }
    }

    let mut coverage_changes = sight.into_changes();
    coverage_changes.append(&mut found.coverage_changes);
    coverage_changes.sort_by(coverage_order);
    found.changes.sort_by(change_order);
    ChangeSet {
        before: before.reference(),
        after: after.reference(),
        changes: found.changes,
        coverage_changes,
    }
}

/// An added or removed resource, with its configuration on the side where it is.
fn whole(op: Op, resource: &Resource) -> Change {
    let configuration = Some(Value::Map(resource.properties.clone()));
    let (before, after) = match op {
        Op::Removed => (configuration, None),
        _ => (None, configuration),
    };
    Change {
        op,
        resource: resource.reference(),
        before_id: None,
        property: None,
        before,
        after,
        added: Vec::new(),
        removed: Vec::new(),
        attribution: None,
    }
}

fn change_order(a: &Change, b: &Change) -> Ordering {
    let key = |c: &Change| (c.resource.plane, c.property.is_some(), c.op);
    let (a_plane, a_property, a_op) = key(a);
    let (b_plane, b_property, b_op) = key(b);
    a_plane
        .cmp(&b_plane)
        .then_with(|| a.resource.kind.cmp(&b.resource.kind))
        .then_with(|| a.resource.id.cmp(&b.resource.id))
        .then_with(|| a_property.cmp(&b_property))
        .then_with(|| a_op.cmp(&b_op))
        .then_with(|| a.property.cmp(&b.property))
}

fn coverage_order(a: &CoverageChange, b: &CoverageChange) -> Ordering {
    (a.plane, &a.kind, &a.id, &a.server, &a.property).cmp(&(
        b.plane,
        &b.kind,
        &b.id,
        &b.server,
        &b.property,
    ))
}
