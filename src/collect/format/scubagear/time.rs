//! When ScubaGear ran.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::super::selection::text;
use crate::protocol::PsObject;

/// `timestamp_zulu`; before 2023 `date`, which names its time zone as Windows does.
pub(super) fn taken_at(object: &PsObject<'_>) -> Option<DateTime<Utc>> {
    let exact = text(object, "timestamp_zulu");
    if let Some(at) = exact.and_then(|text| DateTime::parse_from_rfc3339(text).ok()) {
        return Some(at.to_utc());
    }
    let date = text(object, "date")?;
    let (clock, zone) = (date.get(..19)?, date.get(19..)?.trim());
    let hours = ZONES.iter().find(|(name, _)| *name == zone)?.1;
    let local = NaiveDateTime::parse_from_str(clock, "%m/%d/%Y %H:%M:%S").ok()?;
    Some((local - TimeDelta::hours(hours)).and_utc())
}

/// Hours from UTC, by Windows' English names of time zones.
const ZONES: &[(&str, i64)] = &[
    ("Coordinated Universal Time", 0),
    ("UTC", 0),
    ("Eastern Standard Time", -5),
    ("Eastern Daylight Time", -4),
    ("Central Standard Time", -6),
    ("Central Daylight Time", -5),
    ("Mountain Standard Time", -7),
    ("Mountain Daylight Time", -6),
    ("US Mountain Standard Time", -7),
    ("Pacific Standard Time", -8),
    ("Pacific Daylight Time", -7),
    ("Alaskan Standard Time", -9),
    ("Alaskan Daylight Time", -8),
    ("Hawaiian Standard Time", -10),
    ("GMT Standard Time", 0),
    ("GMT Daylight Time", 1),
    ("W. Europe Standard Time", 1),
    ("W. Europe Daylight Time", 2),
    ("Romance Standard Time", 1),
    ("Romance Daylight Time", 2),
    ("Central European Standard Time", 1),
    ("Central European Daylight Time", 2),
];
