//! `history.yaml` and `baseline.yaml` of an organization, and snapshot ids.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The format word of this version.
pub const FORMAT: &str = "exdrift.history/1";

/// What an organization's store remembers, in the order in which it was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Organization.
    pub organization: String,
    /// One per snapshot ever recorded, pruned ones too, oldest record first.
    pub entries: Vec<Entry>,
    /// One per pruned snapshot.
    pub tombstones: Vec<Tombstone>,
}

/// One recorded snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The snapshot's id.
    pub id: String,
    /// `sha256:` of its `manifest.yaml`.
    pub manifest: String,
    /// `sha256:` over its content files.
    pub content: String,
    /// A name that a person gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Start of collection, UTC.
    pub started: DateTime<Utc>,
    /// End of collection, UTC.
    pub ended: DateTime<Utc>,
    /// When it came into the store, UTC.
    pub recorded: DateTime<Utc>,
    /// True where a newer snapshot was there already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
}

/// What is left of a pruned snapshot: its entry stays, so that the chain can be followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// The snapshot's id.
    pub id: String,
    /// When it was removed, UTC.
    pub pruned: DateTime<Utc>,
    /// Who did it.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// The snapshot that a person approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The snapshot's id.
    pub id: String,
    /// `sha256:` of its `manifest.yaml` when it was approved.
    pub manifest: String,
    /// Who approved it.
    pub by: String,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

#[derive(Deserialize)]
struct File {
    organization: String,
    #[serde(default)]
    events: Option<Vec<Event>>,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    manifest: Option<String>,
    content: Option<String>,
    label: Option<String>,
    started: Option<DateTime<Utc>>,
    ended: Option<DateTime<Utc>>,
    recorded: Option<DateTime<Utc>>,
    #[serde(default)]
    late: bool,
    pruned: Option<DateTime<Utc>>,
    by: Option<String>,
    reason: Option<String>,
}

/// The top of an empty history.
pub(super) fn head(organization: &str) -> Result<String, serde_yaml::Error> {
    let name = serde_yaml::to_string(organization)?;
    Ok(format!("format: {FORMAT}\norganization: {name}events:\n"))
}

/// One event, to be put at the end of the file: what stands before is never written anew.
pub(super) fn event<T: Serialize>(event: &T) -> Result<String, serde_yaml::Error> {
    serde_yaml::to_string(&[event])
}

impl History {
    pub(super) fn parse(text: &str) -> Result<Self, serde_yaml::Error> {
        use serde::de::Error as _;

        let file: File = super::canonical::read(text.as_bytes())?;
        let mut history = History {
            organization: file.organization,
            ..History::default()
        };
        let mut seen = BTreeSet::new();
        for event in file.events.unwrap_or_default() {
            let lacks =
                |name: &str| serde_yaml::Error::custom(format!("{} has no `{name}`", event.id));
            if let Some(pruned) = event.pruned {
                history.tombstones.push(Tombstone {
                    pruned,
                    by: event.by.unwrap_or_default(),
                    reason: event.reason.unwrap_or_default(),
                    id: event.id,
                });
                continue;
            }
            if parse_id(&event.id).is_none() {
                return Err(serde_yaml::Error::custom(format!(
                    "`{}` is not a snapshot id",
                    event.id
                )));
            }
            if !seen.insert(event.id.clone()) {
                return Err(serde_yaml::Error::custom(format!(
                    "snapshot {} is recorded twice",
                    event.id
                )));
            }
            history.entries.push(Entry {
                manifest: event.manifest.ok_or_else(|| lacks("manifest"))?,
                content: event.content.ok_or_else(|| lacks("content"))?,
                started: event.started.ok_or_else(|| lacks("started"))?,
                ended: event.ended.ok_or_else(|| lacks("ended"))?,
                recorded: event.recorded.ok_or_else(|| lacks("recorded"))?,
                label: event.label,
                late: event.late,
                id: event.id,
            });
        }
        Ok(history)
    }

    /// True where a snapshot was removed on purpose.
    pub fn is_pruned(&self, id: &str) -> bool {
        self.tombstones.iter().any(|t| t.id == id)
    }

    /// What can be loaded, oldest collection first.
    pub fn by_time(&self) -> Vec<&Entry> {
        let pruned: BTreeSet<&str> = self.tombstones.iter().map(|t| t.id.as_str()).collect();
        let mut live: Vec<_> = self
            .entries
            .iter()
            .filter(|entry| !pruned.contains(entry.id.as_str()))
            .collect();
        live.sort_by(|a, b| compare_ids(&a.id, &b.id));
        live
    }

    /// The newest by time of collection.
    pub fn latest(&self) -> Option<&Entry> {
        self.by_time().pop()
    }

    /// The one before a snapshot by time of collection.
    pub fn before(&self, id: &str) -> Option<&Entry> {
        self.by_time()
            .into_iter()
            .rfind(|entry| compare_ids(&entry.id, id) == Ordering::Less)
    }

    /// An entry by its full id.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }
}

/// Without fractions, as every time in a store is written.
pub(super) fn to_seconds(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(time.timestamp(), 0).unwrap_or(time)
}

/// The id of a snapshot whose collection began then, without a number: `2026-11-21T020000Z`.
pub(super) fn id_at(started: DateTime<Utc>) -> String {
    started.format("%Y-%m-%dT%H%M%SZ").to_string()
}

/// The id with a number, where the plain one is taken.
pub(super) fn numbered(base: &str, number: u32) -> String {
    let mut id = base.to_owned();
    if number > 1 {
        // Writing to a String cannot fail.
        let _ = write!(id, "-{number}");
    }
    id
}

/// The moment and the number of an id; none where it is not one.
pub fn parse_id(id: &str) -> Option<(&str, u32)> {
    let (moment, number) = id.split_at_checked(18)?;
    let shape = moment.bytes().zip("dddd-dd-ddTddddddZ".bytes());
    for (byte, expected) in shape {
        let fits = match expected {
            b'd' => byte.is_ascii_digit(),
            other => byte == other,
        };
        if !fits {
            return None;
        }
    }
    if number.is_empty() {
        return Some((moment, 1));
    }
    let digits = number.strip_prefix('-')?;
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    let number = digits.parse().ok().filter(|n| plain && *n > 1)?;
    Some((moment, number))
}

/// Order in time; collisions of one second by number.
pub fn compare_ids(a: &str, b: &str) -> Ordering {
    parse_id(a).cmp(&parse_id(b)).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_then_number() {
        let mut ids = vec![
            "2026-11-21T020000Z-10",
            "2026-11-21T020001Z",
            "2026-11-21T020000Z-2",
            "2026-11-21T020000Z",
        ];
        ids.sort_by(|a, b| compare_ids(a, b));
        assert_eq!(
            ids,
            [
                "2026-11-21T020000Z",
                "2026-11-21T020000Z-2",
                "2026-11-21T020000Z-10",
                "2026-11-21T020001Z"
            ]
        );
        for wrong in [
            "2026-11-21T020000Z-1",
            "2026-11-21T020000Z-02",
            "2026-11-21T02:00:00Z",
            "2026-11-21",
            "2026-11-21T020000Z-",
            "2026-11-21T020000Zé",
        ] {
            assert_eq!(parse_id(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_tombstone_hides_its_snapshot_and_keeps_its_entry() {
        let text = "format: exdrift.history/1\norganization: contoso\nevents:\n\
            - {id: 2026-11-21T020000Z, manifest: a, content: b, started: 2026-11-21T02:00:00Z, \
               ended: 2026-11-21T02:00:00Z, recorded: 2026-11-21T02:00:00Z}\n\
            - {id: 2026-11-22T020000Z, manifest: c, content: d, started: 2026-11-22T02:00:00Z, \
               ended: 2026-11-22T02:00:00Z, recorded: 2026-11-22T02:00:00Z}\n\
            - {id: 2026-11-22T020000Z, pruned: 2026-11-23T02:00:00Z, by: alice, reason: test}\n";
        let history = History::parse(text).unwrap();
        assert_eq!(history.entries.len(), 2);
        assert_eq!(history.latest().unwrap().id, "2026-11-21T020000Z");
        assert!(history.is_pruned("2026-11-22T020000Z"));
    }
}
