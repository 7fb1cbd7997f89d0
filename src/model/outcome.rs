//! What a policy says of a subject, and how much it matters.

use serde::{Deserialize, Serialize};

/// The answer of one policy for one subject.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The evidence is present and in order.
    Pass,
    /// The evidence is present and wrong.
    Fail,
    /// The policy does not concern this subject.
    NotApplicable,
    /// Evidence that the policy needs is missing.
    Unknown,
    /// The policy or the tool broke.
    Error,
    /// A person must look.
    Manual,
}

impl Outcome {
    /// Every outcome, in the order of reports.
    pub const ALL: [Outcome; 6] = [
        Outcome::Fail,
        Outcome::Error,
        Outcome::Unknown,
        Outcome::Manual,
        Outcome::NotApplicable,
        Outcome::Pass,
    ];

    /// The snake_case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::NotApplicable => "not_applicable",
            Outcome::Unknown => "unknown",
            Outcome::Error => "error",
            Outcome::Manual => "manual",
        }
    }
}

/// How much a failure matters. Ordered: `Info` is the least.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// For information.
    Info,
    /// Worth a look.
    Low,
    /// Should be mended.
    Medium,
    /// Must be mended soon.
    High,
    /// Mend now.
    Critical,
}

impl Severity {
    /// Every severity, worst first.
    pub const ALL: [Severity; 5] = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
        Severity::Info,
    ];

    /// The snake_case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }
}
