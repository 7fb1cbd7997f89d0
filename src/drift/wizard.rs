//! Runs of the hybrid wizard: when one happened, and what it is known to write.
//!
//! `wizard_writes.json`: one row a plane and kind, narrowed to a key, a property, a direction or a value
//! where the wizard writes no more than that. What it does not write has no row: the default endpoint, the
//! client profile, the override that makes servers use the dedicated application. Nothing that is gone is
//! its work. `grade` is that of the source: V vendor, S seed document, 2 secondary, K not checked.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::model::{
    Attribution, Change, DriftClass, Op, Plane, ResourceId, ResourceRef, State, Value,
};
use crate::snapshot::Snapshot;

/// "Several objects change within minutes": further away it was somebody else.
const MINUTES: i64 = 60;

const RECORD: &str = "HybridConfiguration";

/// What the wizard writes.
#[derive(Debug, Deserialize)]
struct Writes {
    plane: Plane,
    kind: String,
    /// The one object; absent: any.
    key: Option<String>,
    /// The one property; absent: the object as a whole and every property but `except`.
    property: Option<String>,
    #[serde(default, rename = "except")]
    leaves: Vec<String>,
    /// The value that it writes.
    equals: Option<Value>,
    /// A part of the text that it writes, in lower case.
    contains: Option<String>,
    /// True where it adds members and takes none away.
    #[serde(default)]
    grows: bool,
    /// True where it creates the object and does not touch one that is there.
    #[serde(default)]
    added: bool,
    /// In words, after "the hybrid wizard".
    does: String,
    grade: String,
    source: String,
}

static WRITES: LazyLock<Vec<Writes>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("wizard_writes.json"))
        .expect("the built-in table is read by a test")
});

impl Writes {
    fn is_of(&self, resource: &ResourceRef) -> bool {
        resource.plane == Some(self.plane)
            && resource.kind.as_str() == self.kind
            && self.key.as_ref().is_none_or(|key| *key == resource.id)
    }

    fn explains(&self, change: &Change) -> bool {
        let property = change.property.as_deref();
        let of_it = match (&self.property, property) {
            (Some(mine), Some(property)) => mine == property,
            // An object that came with the property is not known to have been changed for it.
            (Some(_), None) => false,
            (None, Some(property)) => !self.leaves.iter().any(|left| left == property),
            (None, None) => true,
        };
        self.is_of(&change.resource)
            && of_it
            && change.op != Op::Removed
            && (!self.added || change.op == Op::Added)
            && (!self.grows || (change.removed.is_empty() && !change.added.is_empty()))
            && self
                .equals
                .as_ref()
                .is_none_or(|value| change.after.as_ref() == Some(value))
            && self.contains.as_ref().is_none_or(|part| {
                let text = change.after.as_ref().and_then(Value::as_text);
                text.is_some_and(|text| text.to_lowercase().contains(part.as_str()))
            })
    }
}

/// Whether the wizard ran between two snapshots, as far as they show it.
pub(super) enum Run {
    /// It did, at this moment.
    At(DateTime<Utc>),
    /// It did not, or its object is known not to be there.
    None,
    /// Nobody read its object, or not when that changed.
    Unknown,
}

impl Run {
    /// The wizard writes its object last; the moment must lie between the two collections.
    pub(super) fn between(before: &Snapshot, after: &Snapshot) -> Self {
        let Some(record) = after.of_kind(Plane::Onprem, RECORD).next() else {
            let rows = &after.manifest.coverage.rows;
            let whole = rows.iter().any(|row| {
                row.plane == Plane::Onprem
                    && row.kind.as_str() == RECORD
                    && row.state == State::Complete
            });
            return if whole { Run::None } else { Run::Unknown };
        };
        match moment(record.observed.get("WhenChangedUTC")) {
            None => Run::Unknown,
            Some(ran) if before.manifest.times.ended < ran && ran <= after.manifest.times.ended => {
                Run::At(ran)
            }
            Some(_) => Run::None,
        }
    }

    /// The change as the wizard's work, where it is known to write this and the times agree.
    pub(super) fn explain(&self, change: &Change, after: &Snapshot) -> Option<Attribution> {
        let Run::At(ran) = *self else {
            return None;
        };
        let writes = WRITES.iter().find(|writes| writes.explains(change))?;
        let resource = &change.resource;
        let id = ResourceId {
            plane: resource.plane?,
            kind: resource.kind.clone(),
            key: resource.id.clone(),
        };
        let observed = &after.resources.get(&id)?.observed;
        let own = match moment(observed.get("WhenChangedUTC")) {
            Some(at) if (at - ran).num_minutes().abs() > MINUTES => return None,
            Some(at) => format!("this object at {}", written(at)),
            None => "when this object changed was not exported".to_owned(),
        };
        Some(Attribution {
            class: DriftClass::HcwReapply,
            evidence: format!(
                "{RECORD} changed at {}, between the snapshots; {own}; the hybrid wizard {} (grade {}: {})",
                written(ran),
                writes.does,
                writes.grade,
                writes.source
            ),
        })
    }

    /// What to add where a change is unexplained, and the wizard could have made it.
    pub(super) fn doubt(&self, change: &Change) -> Option<&'static str> {
        let could = WRITES.iter().any(|writes| writes.explains(change));
        (could && matches!(self, Run::Unknown)).then_some(
            "HybridConfiguration was not read with the time of its change, so a run of the hybrid wizard is not ruled out",
        )
    }
}

fn moment(value: Option<&Value>) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(value?.as_text()?).ok()?;
    Some(at.with_timezone(&Utc))
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_row_names_a_kind_and_property_of_the_catalog_and_its_source() {
        for row in WRITES.iter() {
            let spec = catalog::find(&row.kind).expect("a kind");
            assert!(spec.call(row.plane).is_some(), "{row:?}");
            for property in row.property.iter().chain(&row.leaves) {
                assert!(spec.property(property).is_some(), "{row:?}");
            }
            assert!(!row.does.is_empty() && !row.grade.is_empty() && !row.source.is_empty());
            if let Some(part) = &row.contains {
                assert_eq!(*part, part.to_lowercase());
            }
        }
    }
}
