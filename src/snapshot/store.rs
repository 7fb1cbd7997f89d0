//! What a store does, whatever it is kept in.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use crate::model::{Resource, ResourceId};

use super::error::StoreError;
use super::history::{Baseline, Entry, History};
use super::reference::{self, Reference, Which};
use super::{Manifest, Snapshot};

/// A reference that was looked up: one snapshot, with its digests, before any resource is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Organization.
    pub organization: String,
    /// Snapshot id.
    pub id: String,
    /// `sha256:` over the content files. Equal digests (and equal revisions): nothing to compare.
    pub content_digest: String,
    /// `sha256:` of `manifest.yaml`: what the loaded manifest must have.
    pub manifest_digest: String,
    /// The name that a person gave.
    pub label: Option<String>,
    /// A snapshot folder outside the store; none for a stored snapshot.
    pub outside: Option<PathBuf>,
}

/// `contoso@2026-11-21T020000Z`, which is a reference again; the path for a folder outside the store.
impl fmt::Display for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outside {
            Some(folder) => folder.display().fmt(f),
            None => write!(f, "{}@{}", self.organization, self.id),
        }
    }
}

/// Two snapshots without the resources of the files whose bytes are equal in both.
///
/// A resource that is in neither side is equal in both, or in neither snapshot. The manifests, so
/// coverage too, are whole. Where catalog revisions differ, nothing is left out, because equal bytes
/// may then mean different things.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The first.
    pub before: Snapshot,
    /// The second.
    pub after: Snapshot,
    /// Paths of the content files that were equal and not read.
    pub unchanged: Vec<String>,
}

/// Keeps snapshots, their order, the approved one and their assessments.
///
/// Readers need no lock: what they see is complete at every moment.
pub trait Store {
    /// Organizations that have a history, sorted.
    ///
    /// # Errors
    /// The store cannot be read.
    fn organizations(&self) -> Result<Vec<String>, StoreError>;

    /// Every snapshot recorded for an organization.
    ///
    /// # Errors
    /// No such organization; the history is damaged.
    fn history(&self, organization: &str) -> Result<History, StoreError>;

    /// Records a draft: a manifest whose `id`, `late`, `content_digest` and `previous_manifest` are
    /// still to be set, and resources. Gives it back with these four, and never half of it is stored.
    ///
    /// # Errors
    /// A name that cannot be stored, a held lock, no room; the store is then as before.
    fn commit(&self, draft: Snapshot) -> Result<Snapshot, StoreError>;

    /// Reads a snapshot, verifying every byte read.
    ///
    /// # Errors
    /// Bytes that are not as recorded; a format that this version does not know.
    fn load(&self, snapshot: &Resolved) -> Result<Snapshot, StoreError>;

    /// Reads and verifies the manifest alone: identity, provenance, coverage.
    ///
    /// # Errors
    /// As [`Store::load`].
    fn manifest(&self, snapshot: &Resolved) -> Result<Manifest, StoreError>;

    /// Reads of two snapshots only what differs; see [`Pair`].
    ///
    /// # Errors
    /// As [`Store::load`].
    fn load_pair(&self, before: &Resolved, after: &Resolved) -> Result<Pair, StoreError>;

    /// Reads the resources of some servers (upper-case names), for the facts around a [`Pair`].
    ///
    /// # Errors
    /// As [`Store::load`].
    fn load_servers(
        &self,
        snapshot: &Resolved,
        servers: &[&str],
    ) -> Result<BTreeMap<ResourceId, Resource>, StoreError>;

    /// The approved snapshot, if one was set.
    ///
    /// # Errors
    /// The record is damaged.
    fn baseline(&self, organization: &str) -> Result<Option<Baseline>, StoreError>;

    /// Approves a snapshot of the store.
    ///
    /// # Errors
    /// The snapshot is not in the store; a held lock; no room.
    fn set_baseline(
        &self,
        snapshot: &Resolved,
        by: &str,
        reason: &str,
    ) -> Result<Baseline, StoreError>;

    /// Digests of the assessments kept for a snapshot, sorted.
    ///
    /// # Errors
    /// The store cannot be read.
    fn assessments(&self, organization: &str, id: &str) -> Result<Vec<String>, StoreError>;

    /// One assessment's JSON; none where there is no such one.
    ///
    /// # Errors
    /// The store cannot be read.
    fn assessment(
        &self,
        organization: &str,
        id: &str,
        digest: &str,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps an assessment's JSON under the digest of policies, params, facts and now.
    ///
    /// # Errors
    /// The snapshot is not in the store; a held lock; no room.
    fn keep_assessment(
        &self,
        organization: &str,
        id: &str,
        digest: &str,
        json: &[u8],
    ) -> Result<(), StoreError>;

    /// Reads every byte of every snapshot and says what is not as it was recorded.
    ///
    /// # Errors
    /// The store itself cannot be read.
    fn check(&self) -> Result<Vec<Problem>, StoreError>;

    /// A snapshot folder that is not in the store.
    ///
    /// # Errors
    /// It is no snapshot folder, or damaged.
    fn outside(&self, folder: &std::path::Path) -> Result<Resolved, StoreError>;

    /// Where the store is, for messages.
    fn place(&self) -> PathBuf;

    /// Looks a reference up.
    ///
    /// # Errors
    /// Nothing, or several snapshots, match; the error lists what there is.
    fn resolve(&self, text: &str) -> Result<Resolved, StoreError> {
        self.resolve_in(None, text)
    }

    /// The same; a bare word belongs to the organization given, where one is.
    ///
    /// # Errors
    /// As [`Store::resolve`].
    fn resolve_in(&self, organization: Option<&str>, text: &str) -> Result<Resolved, StoreError> {
        let (named, which) = match Reference::parse(text)? {
            Reference::Folder(folder) => return self.outside(&folder),
            Reference::Stored {
                organization,
                which,
            } => (organization, which),
        };
        let organization = match named.or_else(|| organization.map(str::to_owned)) {
            Some(name) => name,
            None => {
                let mut known = self.organizations()?;
                if let Which::Named(word) = &which
                    && known.contains(word)
                {
                    return Err(StoreError::Invalid {
                        what: "the snapshot reference",
                        value: text.to_owned(),
                        reason: format!("it is an organization; write {word}@latest"),
                    });
                }
                if known.len() != 1 {
                    return Err(StoreError::WhichOrganization {
                        text: text.trim().trim_start_matches('@').to_owned(),
                        known,
                    });
                }
                known.remove(0)
            }
        };
        let history = self.history(&organization)?;
        let entry = match &which {
            Which::Latest => history
                .latest()
                .ok_or_else(|| reference::unknown(&history, "latest", ": nothing is stored yet"))?,
            Which::Previous => history
                .latest()
                .and_then(|latest| history.before(&latest.id))
                .ok_or_else(|| {
                    reference::unknown(&history, "previous", ": only one snapshot is stored yet")
                })?,
            Which::Baseline => {
                let baseline = self.baseline(&organization)?.ok_or_else(|| {
                    reference::unknown(
                        &history,
                        "baseline",
                        ": none is set; `exdrift baseline set SNAPSHOT` does it",
                    )
                })?;
                let entry = reference::find(&history, &baseline.id)?;
                if entry.manifest != baseline.manifest {
                    return Err(StoreError::Edited {
                        path: self.place().join(&organization).join("baseline.yaml"),
                        expected: format!("{} has {}", entry.id, entry.manifest),
                        found: baseline.manifest,
                    });
                }
                entry
            }
            Which::Named(name) => reference::find(&history, name)?,
        };
        Ok(Resolved::stored(&organization, entry))
    }
}

impl Resolved {
    /// What a history entry stands for.
    pub fn stored(organization: &str, entry: &Entry) -> Self {
        Resolved {
            organization: organization.to_owned(),
            id: entry.id.clone(),
            content_digest: entry.content.clone(),
            manifest_digest: entry.manifest.clone(),
            label: entry.label.clone(),
            outside: None,
        }
    }
}

/// Something in a store that is not as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Organization.
    pub organization: String,
    /// The snapshot, where it concerns one.
    pub snapshot: Option<String>,
    /// The file or folder.
    pub path: PathBuf,
    /// What it is.
    pub what: What,
    /// One sentence for a person, with what to do.
    pub message: String,
}

/// What can be wrong in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum What {
    /// A recorded file or folder is gone.
    Missing,
    /// A file that nobody recorded.
    Extra,
    /// Other bytes than recorded.
    Edited,
    /// A manifest does not follow the one recorded before it.
    ChainBroken,
    /// A snapshot folder that history does not know.
    HistoryGap,
    /// The same, of a writer that was killed: it is whole, and the next writer records it.
    Unrecorded,
    /// A file that cannot be read or understood.
    Unreadable,
}

impl What {
    /// True where nothing is lost and nobody has to do anything.
    pub fn mends_itself(self) -> bool {
        self == What::Unrecorded
    }

    /// The snake_case word.
    pub fn as_str(self) -> &'static str {
        match self {
            What::Missing => "missing",
            What::Extra => "extra",
            What::Edited => "edited",
            What::ChainBroken => "chain_broken",
            What::HistoryGap => "history_gap",
            What::Unrecorded => "unrecorded",
            What::Unreadable => "unreadable",
        }
    }
}

/// `contoso 2026-11-21T020000Z edited snapshots/contoso/...: ...`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {} {}: {}",
            self.organization,
            self.snapshot.as_deref().unwrap_or("-"),
            self.what.as_str(),
            self.path.display(),
            self.message
        )
    }
}
