//! Which resource of one snapshot is which of the other: by id in step, then by Guid.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::coverage::Sight;
use crate::model::{Kind, Plane, Resource};
use crate::snapshot::Snapshot;

/// The resources of two snapshots side by side. Equal ones are left out.
pub(super) struct Pairs<'a> {
    /// One key, something differs.
    pub differing: Vec<(&'a Resource, &'a Resource)>,
    /// Two keys, one Guid.
    pub renamed: Vec<(&'a Resource, &'a Resource)>,
    /// Only in the older snapshot.
    pub removed: Vec<&'a Resource>,
    /// Only in the newer snapshot.
    pub added: Vec<&'a Resource>,
}

/// Walks the two sorted maps in step; kinds that cannot be compared are left out and noted.
pub(super) fn pair<'a>(
    before: &'a Snapshot,
    after: &'a Snapshot,
    sight: &mut Sight<'a>,
) -> Pairs<'a> {
    let mut common = Vec::with_capacity(before.resources.len());
    let mut removed = Vec::new();
    let mut added = Vec::new();
    let mut left = before.resources.values().peekable();
    let mut right = after.resources.values().peekable();
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) => a.id.cmp(&b.id),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => break,
        };
        match order {
            Ordering::Less => removed.extend(left.next()),
            Ordering::Greater => added.extend(right.next()),
            Ordering::Equal => common.extend(left.next().zip(right.next())),
        }
    }
    if sight.has_incomparable_kinds() {
        common.retain(|(resource, _)| sight.can_compare(resource));
        removed.retain(|resource| sight.can_compare(resource));
        added.retain(|resource| sight.can_compare(resource));
    }

    // Most resources are equal, and telling so is most of the work.
    let differing = common
        .into_par_iter()
        .filter(|(a, b)| a.properties != b.properties || a.evidence != b.evidence)
        .collect();
    let renamed = pair_by_guid(before, after, &mut removed, &mut added);
    Pairs {
        differing,
        renamed,
        removed,
        added,
    }
}

/// The Guid of a resource, where it is one that tells objects apart: 32 hexadecimal digits, not all
/// zeros, which objects that are not in Active Directory share.
pub(super) fn guid(resource: &Resource) -> Option<&str> {
    let text = resource.properties.get("Guid")?.as_text()?;
    let digits = || text.bytes().filter(|b| !matches!(b, b'-' | b'{' | b'}'));
    let tells = digits().count() == 32
        && digits().all(|b| b.is_ascii_hexdigit())
        && digits().any(|b| b != b'0');
    tells.then_some(text)
}

/// Takes the pairs with one Guid out of the two lists. A Guid that several resources of the kind share
/// on either side pairs nothing. The server is part of the key, so a directory that moved to another
/// server pairs as well: its Guid is unique, nothing else fits.
fn pair_by_guid<'a>(
    before: &'a Snapshot,
    after: &'a Snapshot,
    removed: &mut Vec<&'a Resource>,
    added: &mut Vec<&'a Resource>,
) -> Vec<(&'a Resource, &'a Resource)> {
    let of = |resources: &[&'a Resource]| -> BTreeSet<(Plane, Kind)> {
        resources
            .iter()
            .map(|r| (r.id.plane, r.id.kind.clone()))
            .collect()
    };
    let mut new_keys = BTreeMap::new();
    for (plane, kind) in of(removed).intersection(&of(added)) {
        let old = unique_guids(before, *plane, kind);
        let new = unique_guids(after, *plane, kind);
        for resource in removed
            .iter()
            .filter(|r| r.id.plane == *plane && r.id.kind == *kind)
        {
            let Some(guid) = guid(resource).filter(|guid| old.contains_key(guid)) else {
                continue;
            };
            let Some(successor) = new.get(guid) else {
                continue;
            };
            // A successor that is in both snapshots is no successor.
            if !before.resources.contains_key(&successor.id) {
                new_keys.insert(&resource.id, *successor);
            }
        }
    }
    let mut renamed = Vec::with_capacity(new_keys.len());
    removed.retain(|resource| match new_keys.get(&resource.id) {
        Some(successor) => {
            renamed.push((*resource, *successor));
            false
        }
        None => true,
    });
    let taken: BTreeSet<_> = renamed.iter().map(|(_, new)| &new.id).collect();
    added.retain(|resource| !taken.contains(&resource.id));
    renamed
}

/// The Guids that exactly one resource of a kind has.
fn unique_guids<'a>(
    snapshot: &'a Snapshot,
    plane: Plane,
    kind: &Kind,
) -> FxHashMap<&'a str, &'a Resource> {
    let mut seen: FxHashMap<&str, Option<&Resource>> = FxHashMap::default();
    for resource in snapshot.of_kind(plane, kind.as_str()) {
        if let Some(guid) = guid(resource) {
            seen.entry(guid)
                .and_modify(|only| *only = None)
                .or_insert(Some(resource));
        }
    }
    seen.into_iter()
        .filter_map(|(guid, only)| only.map(|resource| (guid, resource)))
        .collect()
}
