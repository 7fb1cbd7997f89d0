//! The verdict on an update, in the words of `exdrift.verify/1`.

use serde::{Deserialize, Serialize};

use super::{ChangeSet, Evaluation, SnapshotRef};

/// One word for the whole update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing newly fails, every change is explained, all evidence is there.
    Clean,
    /// As clean, and something that failed before passes now.
    Fixed,
    /// A new failure, or a change that nothing explains.
    Regressed,
    /// No regression seen, but evidence that was there before is missing.
    Incomplete,
}

impl Verdict {
    /// The snake_case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Clean => "clean",
            Verdict::Fixed => "fixed",
            Verdict::Regressed => "regressed",
            Verdict::Incomplete => "incomplete",
        }
    }
}

/// What an update did. Both sides were judged by the same policies, params and facts, each at its own
/// time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Verification {
    /// `exdrift.verify/1`.
    pub schema: String,
    /// One word.
    pub verdict: Verdict,
    /// The older side.
    pub before: SnapshotRef,
    /// The newer side.
    pub after: SnapshotRef,
    /// What changed, with attribution.
    pub drift: ChangeSet,
    /// Fails now and did not before.
    pub new: Vec<Evaluation>,
    /// Failed before and passes (or no longer applies) now.
    pub fixed: Vec<Evaluation>,
    /// Failed before and fails now.
    pub still: Vec<Evaluation>,
    /// Had an answer before and is unknown or an error now.
    pub lost_evidence: Vec<Evaluation>,
    /// What to run next, in order: PowerShell or exdrift commands.
    pub run_next: Vec<String>,
    /// Fingerprints of those in `new` that time alone made: judged at the time of the newer side, the
    /// older one fails them with the same evidence. Left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expiry: Vec<String>,
}

impl Verification {
    /// The schema word of this version.
    pub const SCHEMA: &'static str = "exdrift.verify/1";
}
