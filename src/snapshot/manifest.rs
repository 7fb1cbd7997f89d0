//! `manifest.yaml`: a snapshot's identity, provenance and coverage.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Coverage, Plane, Tool};

/// The format word of this version.
pub const FORMAT: &str = "exdrift.snapshot/1";

/// A snapshot's identity, provenance and coverage. Readers ignore keys that they do not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `exdrift.snapshot/1`.
    pub format: String,
    /// Organization.
    pub organization: String,
    /// UTC start of collection, `2026-11-21T020000Z`, with `-2`, `-3` on collision. Empty until stored.
    pub id: String,
    /// A name that a person gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// When it was collected.
    pub times: Times,
    /// True where a newer snapshot was in the store already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// The program that wrote it.
    pub tool: Tool,
    /// The files that it was made from, sorted by path.
    pub sources: Vec<Source>,
    /// Kind to catalog revision, for the kinds present.
    pub revisions: BTreeMap<String, u32>,
    /// What was seen.
    pub coverage: Coverage,
    /// What was read and could not be placed.
    #[serde(default)]
    pub unrecognised: Vec<Unrecognised>,
    /// `sha256:` over the content files. Empty until stored.
    pub content_digest: String,
    /// `sha256:` of the previous snapshot's `manifest.yaml`; null for the first. Set when stored.
    pub previous_manifest: Option<String>,
}

/// When a snapshot was collected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// Start of collection, UTC.
    pub started: DateTime<Utc>,
    /// End of collection, UTC: `input.now` of the policies.
    pub ended: DateTime<Utc>,
    /// Who says so.
    pub basis: TimeBasis,
}

/// Who says when a snapshot was collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeBasis {
    /// The script's or a collector's record.
    Recorded,
    /// `--at`.
    Stated,
    /// The newest modification time among the files.
    FileTime,
}

/// A file that a snapshot was made from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// Path as the user gave it or relative to the folder given, with `/`.
    pub path: String,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    /// Bytes.
    pub bytes: u64,
    /// `clixml`, `json`, ...
    pub format: String,
    /// Objects read.
    pub objects: usize,
}

/// Objects that were read and could not be placed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unrecognised {
    /// File.
    pub path: String,
    /// .NET type, or `(untyped)`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// How many.
    pub count: usize,
    /// What was missing: `kind`, `plane`, `server`, `key`; or why the file was left.
    pub missing: String,
    /// The plane, where that much is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plane: Option<Plane>,
}
