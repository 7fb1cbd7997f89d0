//! Differences between two snapshots, in the words of `exdrift.diff/1`.

use serde::{Deserialize, Serialize};

use super::{Kind, Plane, ResourceRef, Value};

/// What happened to a resource or one of its properties.
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
pub enum Op {
    /// The resource is new.
    Added,
    /// The resource is gone.
    Removed,
    /// One Guid, another key: `before_id` is the old key.
    Renamed,
    /// One key, another Guid: somebody removed and made it again.
    Recreated,
    /// A property differs.
    Changed,
}

/// One difference. `property` is null where it concerns the whole resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Change {
    /// What happened.
    pub op: Op,
    /// To what (the name after the change).
    pub resource: ResourceRef,
    /// The key before a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_id: Option<String>,
    /// Which property; null for a whole resource.
    pub property: Option<String>,
    /// The value before; omitted where the property was absent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "present")]
    #[schemars(with = "Value")]
    pub before: Option<Value>,
    /// The value after; omitted where the property is absent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "present")]
    #[schemars(with = "Value")]
    pub after: Option<Value>,
    /// Members that a multi-valued property gained.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<Value>,
    /// Members that a multi-valued property lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<Value>,
    /// Why, where that was asked (`verify`, `run`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<Attribution>,
}

/// `Some(Value::Null)` is JSON null and comes back as such; plain serde would read it as `None`.
mod present {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Value;

    pub fn serialize<S: Serializer>(
        value: &Option<Value>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().unwrap_or(&Value::Null).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Value>, D::Error> {
        Value::deserialize(deserializer).map(Some)
    }
}

/// Evidence gained or lost: not drift, but not silence either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoverageChange {
    /// Where.
    pub plane: Plane,
    /// What.
    pub kind: Kind,
    /// The resource, where it concerns one.
    pub id: Option<String>,
    /// The server, where it concerns one.
    pub server: Option<String>,
    /// The property, where it concerns one.
    pub property: Option<String>,
    /// A machine word: the state or undecided reason before (`complete`, `decided`, ...).
    pub before: String,
    /// The same after.
    pub after: String,
    /// True where something could be seen before and cannot be seen now.
    pub lost: bool,
    /// In words for a person.
    pub reason: String,
}

/// A snapshot as JSON output names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SnapshotRef {
    /// Organization.
    pub organization: String,
    /// Snapshot id.
    pub snapshot: String,
    /// Content digest, `sha256:` and hex.
    pub digest: String,
}

/// Everything that differs between two snapshots, in a fixed order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ChangeSet {
    /// The older side.
    pub before: SnapshotRef,
    /// The newer side.
    pub after: SnapshotRef,
    /// Drift.
    pub changes: Vec<Change>,
    /// Evidence gained and lost.
    pub coverage_changes: Vec<CoverageChange>,
}

impl ChangeSet {
    /// True where neither configuration nor evidence differs.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.coverage_changes.is_empty()
    }
}

/// Why a change happened, as far as the evidence goes.
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
pub enum DriftClass {
    /// The build changed too, and the new value is the factory default.
    UpdateReset,
    /// The crossed build is documented to change exactly this.
    UpdateIntended,
    /// The build changed too, and neither of the two.
    ChangedAtUpdate,
    /// The hybrid wizard ran between the snapshots and writes this object.
    HcwReapply,
    /// The Emergency Mitigation service; no build change.
    Mitigation,
    /// The directory was removed and made again.
    Rebuild,
    /// Nothing but time.
    Expiry,
    /// The older snapshot could not have this property.
    UnknownBefore,
    /// None of the above: somebody did it.
    Manual,
}

impl DriftClass {
    /// The snake_case word.
    pub fn as_str(self) -> &'static str {
        match self {
            DriftClass::UpdateReset => "update_reset",
            DriftClass::UpdateIntended => "update_intended",
            DriftClass::ChangedAtUpdate => "changed_at_update",
            DriftClass::HcwReapply => "hcw_reapply",
            DriftClass::Mitigation => "mitigation",
            DriftClass::Rebuild => "rebuild",
            DriftClass::Expiry => "expiry",
            DriftClass::UnknownBefore => "unknown_before",
            DriftClass::Manual => "manual",
        }
    }

    /// True where an update is documented to do this: no cause for alarm by itself.
    pub fn is_explained(self) -> bool {
        matches!(
            self,
            DriftClass::UpdateIntended | DriftClass::Mitigation | DriftClass::UnknownBefore
        )
    }
}

/// A class with the evidence for it, one sentence for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Attribution {
    /// The class.
    pub class: DriftClass,
    /// What it rests on: `EX01 went from 15.2.1544.4 to 15.2.1748.10; the factory value is true`.
    pub evidence: String,
}
