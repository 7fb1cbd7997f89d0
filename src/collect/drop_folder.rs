//! A folder that bundles of the export script are dropped into.
//!
//! A bundle counts from the moment that its `record.json` is there and every digest in it holds: what
//! is still being copied is left alone. Files are never moved or deleted.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::files::FileError;
use super::record::{FILE_NAME, Record};
use crate::model::Plane;
use crate::normalise::hex_lower;

/// A complete bundle.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// Its folder.
    pub path: PathBuf,
    /// What the script did.
    pub record: Record,
    /// SHA-256 of `record.json`, lower-case hex: how a snapshot remembers that it has this bundle.
    pub digest: String,
}

/// What a drop folder holds.
#[derive(Clone, Debug, Default)]
pub struct Dropped {
    /// Complete bundles, oldest end first.
    pub bundles: Vec<Bundle>,
    /// Bundles that cannot be taken, with the reason.
    pub problems: Vec<String>,
}

/// Levels of folders below a drop folder that are looked into.
const DEPTH: usize = 3;
/// Bundles of different servers that ended within this time belong to one night.
const ONE_NIGHT: TimeDelta = TimeDelta::hours(12);

/// Finds the complete bundles of a drop folder.
///
/// # Errors
/// The folder itself cannot be listed.
pub fn look(folder: &Path) -> Result<Dropped, FileError> {
    let mut dropped = Dropped::default();
    walk(folder, DEPTH, &mut dropped)?;
    dropped
        .bundles
        .sort_by(|a, b| (a.record.ended, &a.path).cmp(&(b.record.ended, &b.path)));
    Ok(dropped)
}

fn walk(folder: &Path, depth: usize, dropped: &mut Dropped) -> Result<(), FileError> {
    let unreadable = |source| FileError::Unreadable {
        shown: folder.display().to_string(),
        source,
    };
    let record = folder.join(FILE_NAME);
    if record.is_file() {
        match read(folder, &record) {
            Ok(bundle) => dropped.bundles.push(bundle),
            Err(problem) => dropped.problems.push(problem),
        }
        return Ok(());
    }
    if depth == 0 {
        return Ok(());
    }
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(unreadable)?
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    for inner in folders {
        walk(&inner, depth - 1, dropped)?;
    }
    Ok(())
}

fn read(folder: &Path, path: &Path) -> Result<Bundle, String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let record = Record::read(&bytes, path).map_err(|error| error.to_string())?;
    record.verify(folder).map_err(|error| error.to_string())?;
    let digest = ring::digest::digest(&ring::digest::SHA256, &bytes);
    Ok(Bundle {
        path: folder.to_owned(),
        record,
        digest: hex_lower(digest.as_ref()),
    })
}

/// The bundles that are new and fresh, in groups that make one snapshot each, oldest first.
///
/// Bundles that ended within twelve hours of each other and repeat no call (one a server, one a plane) are
/// one night's.
pub fn fresh(
    bundles: &[Bundle],
    known: impl Fn(&str) -> bool,
    now: DateTime<Utc>,
    max_age: Option<Duration>,
) -> Vec<Vec<&Bundle>> {
    let oldest = max_age
        .and_then(|age| TimeDelta::from_std(age).ok())
        .and_then(|age| now.checked_sub_signed(age));
    let mut groups: Vec<(Vec<&Bundle>, BTreeSet<String>)> = Vec::new();
    for bundle in bundles {
        if bundle.record.whatif
            || known(&bundle.digest)
            || bundle.record.ended > now + TimeDelta::days(1)
            || oldest.is_some_and(|oldest| bundle.record.ended < oldest)
        {
            continue;
        }
        let calls: BTreeSet<String> = bundle
            .record
            .calls
            .iter()
            // The list of servers is in every bundle of Exchange Server, and the same in all. Those of
            // Exchange Online and Entra ID have no servers: their calls are made once a night.
            .filter(|call| {
                call.server.is_some() || matches!(call.plane, Plane::Cloud | Plane::Entra)
            })
            .map(|call| {
                format!(
                    "{}/{}/{}",
                    call.plane,
                    call.kind,
                    call.server.as_deref().unwrap_or("")
                )
            })
            .collect();
        match groups.last_mut() {
            Some((group, seen))
                if !calls.is_empty()
                    && seen.is_disjoint(&calls)
                    && bundle.record.ended - group[0].record.ended <= ONE_NIGHT =>
            {
                group.push(bundle);
                seen.extend(calls);
            }
            _ => groups.push((vec![bundle], calls)),
        }
    }
    groups.into_iter().map(|(group, _)| group).collect()
}
