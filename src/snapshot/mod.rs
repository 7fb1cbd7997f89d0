//! Snapshots: what is known of an organization at one moment, and the store that keeps them.
//!
//! In: a draft [`Snapshot`] of normalised resources. Out: the same with an id and digests, from disk
//! again byte for byte; a history; references looked up. Never: a network, a policy, a verdict. The
//! format is described field by field in `snapshots/README.md`.

mod canonical;
mod check;
mod commit;
mod digest;
mod document;
mod error;
mod files;
mod folder;
mod history;
mod layout;
mod manifest;
mod platform;
mod reference;
mod store;
mod upgrade;

use std::collections::BTreeMap;

pub use digest::{Listing, sha256, sha256_hex};
pub(crate) use document::read_twice;
pub use error::{Place, StoreError};
pub use folder::{FolderStore, Step, StepHook};
pub use history::{Baseline, Entry, History, Tombstone, compare_ids, parse_id};
pub use manifest::{FORMAT, Manifest, Source, TimeBasis, Times, Unrecognised};
pub use reference::{Reference, Which};
pub use store::{Pair, Problem, Resolved, Store, What};

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
