//! `store check`: every byte of every snapshot against what was recorded.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::commit::{leavings, unknown_snapshots};
use super::error::{StoreError, io_at};
use super::files::{self, LISTING, MANIFEST};
use super::folder::{ASSESSMENTS, BASELINE, FolderStore, HISTORY, STAGING};
use super::history::{Entry, History};
use super::store::{Problem, Store, What};

/// See [`Store::check`].
pub(super) fn check(store: &FolderStore) -> Result<Vec<Problem>, StoreError> {
    let mut problems = Vec::new();
    for organization in store.organizations()? {
        let mut report = Report {
            folder: store.organization_folder(&organization),
            organization,
            problems: &mut problems,
        };
        match store.history(&report.organization) {
            Ok(history) => check_organization(store, &history, &mut report)?,
            Err(error) => {
                let path = report.folder.join(HISTORY);
                report.add(None, path, What::Unreadable, error.to_string());
            }
        }
    }
    Ok(problems)
}

struct Report<'a> {
    organization: String,
    folder: PathBuf,
    problems: &'a mut Vec<Problem>,
}

impl Report<'_> {
    fn add(&mut self, snapshot: Option<&str>, path: PathBuf, what: What, message: String) {
        self.problems.push(Problem {
            organization: self.organization.clone(),
            snapshot: snapshot.map(str::to_owned),
            path,
            what,
            message,
        });
    }

    fn error(&mut self, snapshot: &str, error: &StoreError) {
        let (path, what) = match error {
            StoreError::Edited { path, found, .. } if found == "it is missing" => {
                (path.clone(), What::Missing)
            }
            StoreError::Edited { path, .. } => (path.clone(), What::Edited),
            StoreError::Document { path, .. }
            | StoreError::Newer { path, .. }
            | StoreError::Io { path, .. } => (path.clone(), What::Unreadable),
            _ => (self.folder.join(snapshot), What::Unreadable),
        };
        self.add(Some(snapshot), path, what, error.to_string());
    }
}

fn check_organization(
    store: &FolderStore,
    history: &History,
    report: &mut Report<'_>,
) -> Result<(), StoreError> {
    if history.organization != report.organization {
        let message = format!(
            "it is the history of `{}`; a folder was renamed or copied",
            history.organization
        );
        let path = report.folder.join(HISTORY);
        report.add(None, path, What::Edited, message);
    }
    let mut previous: Option<&Entry> = None;
    for entry in &history.entries {
        if !history.is_pruned(&entry.id) {
            check_snapshot(entry, previous, report)?;
        }
        previous = Some(entry);
    }
    let left = leavings(&report.folder, &report.organization, history)?;
    for id in unknown_snapshots(&report.folder, history)? {
        let path = report.folder.join(&id);
        let (what, message) = if left.iter().any(|entry| entry.id == id) {
            let message = "a writer was killed before history knew of this snapshot. It is whole; the \
                 next import or collect records it";
            (What::Unrecorded, message)
        } else {
            let message = "history does not know this snapshot, and it is not whole or does not \
                 follow the last one: it was copied here. Move it away and use it as ./folder";
            (What::HistoryGap, message)
        };
        report.add(Some(&id), path, what, message.to_owned());
    }
    check_baseline(store, history, report);
    check_strays(history, report)
}

fn check_snapshot(
    entry: &Entry,
    previous: Option<&Entry>,
    report: &mut Report<'_>,
) -> Result<(), StoreError> {
    let folder = report.folder.join(&entry.id);
    let mut frame = match files::read_frame(&folder, Some(&entry.manifest)) {
        Ok(frame) => frame,
        Err(error) => {
            report.error(&entry.id, &error);
            return Ok(());
        }
    };
    let expected = previous.map(|entry| entry.manifest.as_str());
    if frame.manifest.previous_manifest.as_deref() != expected {
        let message = format!(
            "it follows the manifest {}, history has {} before it: an entry was removed, added or moved",
            frame
                .manifest
                .previous_manifest
                .as_deref()
                .unwrap_or("(none)"),
            expected.unwrap_or("(none)")
        );
        let path = folder.join(MANIFEST);
        report.add(Some(&entry.id), path, What::ChainBroken, message);
    }
    if frame.manifest.content_digest != entry.content || frame.manifest.id != entry.id {
        let message = format!(
            "history says id {} and content {}, its manifest id {} and content {}",
            entry.id, entry.content, frame.manifest.id, frame.manifest.content_digest
        );
        let path = report.folder.join(HISTORY);
        report.add(Some(&entry.id), path, What::Edited, message);
    }
    let mut sound = true;
    for (path, hash) in &frame.listing.0 {
        if let Err(error) = files::read_recorded(&folder.join(path), Some(hash)) {
            sound = false;
            report.error(&entry.id, &error);
        }
    }
    if sound && let Err(error) = files::read_resources(&mut frame, |_| true) {
        report.error(&entry.id, &error);
    }
    let mut present = Vec::new();
    walk(&folder, "", &mut present)?;
    for path in present {
        if path != MANIFEST && path != LISTING && !frame.listing.0.contains_key(&path) {
            let message = "nobody recorded this file; move it out of the snapshot".to_owned();
            report.add(Some(&entry.id), folder.join(path), What::Extra, message);
        }
    }
    Ok(())
}

/// Files below a folder, with `/`, sorted.
fn walk(folder: &Path, below: &str, found: &mut Vec<String>) -> Result<(), StoreError> {
    let mut entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .map_err(io_at("read", folder))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().map_err(io_at("read", folder))?;
        if kind.is_dir() {
            walk(&entry.path(), &format!("{path}/"), found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

fn check_baseline(store: &FolderStore, history: &History, report: &mut Report<'_>) {
    let path = report.folder.join(BASELINE);
    match store.baseline(&report.organization) {
        Ok(None) => {}
        Ok(Some(baseline)) => {
            let message = match history.entry(&baseline.id) {
                None => "it names a snapshot that history does not know".to_owned(),
                Some(_) if history.is_pruned(&baseline.id) => {
                    "it names a snapshot that was pruned".to_owned()
                }
                Some(entry) if entry.manifest != baseline.manifest => format!(
                    "it approves the manifest {}, history has {}",
                    baseline.manifest, entry.manifest
                ),
                Some(_) => return,
            };
            let message = format!("{message}. Set the baseline again");
            report.add(Some(&baseline.id), path, What::Edited, message);
        }
        Err(error) => report.add(None, path, What::Unreadable, error.to_string()),
    }
}

/// What lies in an organization's folder and is no part of a store.
fn check_strays(history: &History, report: &mut Report<'_>) -> Result<(), StoreError> {
    let folder = report.folder.clone();
    let mut names: Vec<String> = fs::read_dir(&folder)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .map_err(io_at("read", &folder))?
        .iter()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    for name in names {
        let ours = [
            HISTORY,
            BASELINE,
            ASSESSMENTS,
            ".lock",
            ".gitattributes",
            ".gitignore",
        ];
        let known = ours.contains(&name.as_str())
            || name.starts_with(STAGING)
            || super::history::parse_id(&name).is_some();
        if !known {
            let message = "it is no part of a store; move it away".to_owned();
            report.add(None, folder.join(name), What::Extra, message);
        } else if history.is_pruned(&name) {
            let message = "this snapshot was pruned, yet its folder is here; remove it".to_owned();
            report.add(Some(&name), folder.join(&name), What::Extra, message);
        }
    }
    Ok(())
}
