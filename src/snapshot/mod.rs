//! Snapshots: what is known of an organization at one moment, and the store that keeps them.

mod manifest;

use std::collections::BTreeMap;

pub use manifest::{FORMAT, Manifest, Source, TimeBasis, Times, Unrecognised};

use crate::model::{Coverage, Kind, Plane, Resource, ResourceId, SnapshotRef};

/// Everything known of an organization at one moment; immutable once stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Where it came from and what was seen.
    pub manifest: Manifest,
    /// Every resource by plane, kind and key.
    pub resources: BTreeMap<ResourceId, Resource>,
}

impl Snapshot {
    /// The resources of one kind on one plane, in key order.
    pub fn of_kind<'a>(&'a self, plane: Plane, kind: &str) -> impl Iterator<Item = &'a Resource> {
        let kind = Kind::new(kind);
        let first = ResourceId {
            plane,
            kind: kind.clone(),
            key: String::new(),
        };
        self.resources
            .range(first..)
            .take_while(move |(id, _)| id.plane == plane && id.kind == kind)
            .map(|(_, resource)| resource)
    }

    /// What was seen.
    pub fn coverage(&self) -> &Coverage {
        &self.manifest.coverage
    }

    /// As JSON output names it.
    pub fn reference(&self) -> SnapshotRef {
        SnapshotRef {
            organization: self.manifest.organization.clone(),
            snapshot: self.manifest.id.clone(),
            digest: self.manifest.content_digest.clone(),
        }
    }
}
