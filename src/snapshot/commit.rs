//! Recording a snapshot whole or not at all.
//!
//! Files are staged in a folder of their own inside the organization's, made durable, and appear by
//! one rename; then history is replaced by one rename. A writer that dies before the first rename
//! leaves a staging folder, which the next writer sweeps (it holds the lock, so its owner is dead).
//! One that dies between the renames leaves a complete snapshot that history does not know: readers
//! go by history and do not see it, the next writer verifies it and takes it into history.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::thread;

use chrono::Utc;
use rayon::prelude::*;

use super::digest::{Listing, sha256};
use super::error::{StoreError, io_at};
use super::files::{self, LISTING, MANIFEST, Rendered};
use super::folder::{FolderStore, HISTORY, STAGING, Step};
use super::history::{self, Entry, History, to_seconds};
use super::platform::{self, Lock};
use super::store::Store;
use super::{Snapshot, manifest, reference};

impl FolderStore {
    /// See [`Store::commit`].
    pub(super) fn record(&self, mut draft: Snapshot) -> Result<Snapshot, StoreError> {
        let organization = draft.manifest.organization.clone();
        reference::check_organization(&organization)?;
        if let Some(label) = &draft.manifest.label {
            reference::check_label(label)?;
        }
        let base = history::id_at(draft.manifest.times.started);
        if history::parse_id(&base).is_none() {
            return Err(StoreError::Invalid {
                what: "the start of collection",
                value: draft.manifest.times.started.to_string(),
                reason: "a snapshot's id needs a year of four digits".to_owned(),
            });
        }
        let known = self.organizations()?;
        let names = known.iter().map(String::as_str);
        files::refuse_case_collisions(
            "organizations",
            names
                .filter(|name| *name != organization)
                .chain([organization.as_str()]),
        )?;
        let rendered = files::render(&draft.resources)?;

        let folder = self.organization_folder(&organization);
        fs::create_dir_all(&folder)
            .map_err(io_at("create", &folder))
            .map_err(not_recorded)?;
        let _lock = self.lock(&folder)?;
        let result = self.record_locked(&folder, &base, &mut draft, &rendered);
        match result {
            Ok(()) => Ok(draft),
            Err(error) => Err(not_recorded(error)),
        }
    }

    fn record_locked(
        &self,
        folder: &Path,
        base: &str,
        draft: &mut Snapshot,
        rendered: &[Rendered],
    ) -> Result<(), StoreError> {
        self.step(Step::Locked, folder)?;
        let organization = draft.manifest.organization.clone();
        let mut history = match self.read_history(&organization)? {
            Some(history) => history,
            // A first snapshot begins a history; a lost history must not be begun anew in silence.
            None => match self.lost_history(&organization) {
                Some(error) => return Err(error),
                None => History::default(),
            },
        };
        self.adopt(folder, &organization, &mut history)?;

        let mut taken: BTreeSet<&str> = history.entries.iter().map(|e| e.id.as_str()).collect();
        taken.extend(history.tombstones.iter().map(|t| t.id.as_str()));
        let id = (1..)
            .map(|number| history::numbered(base, number))
            .find(|id| {
                !taken.contains(id.as_str()) && fs::symlink_metadata(folder.join(id)).is_err()
            })
            .unwrap_or_default();

        let listing = Listing(
            rendered
                .iter()
                .map(|file| (file.path.clone(), file.sha256.clone()))
                .collect(),
        );
        let listing_text = listing.to_text();
        let late = history
            .latest()
            .is_some_and(|newest| newest.started > draft.manifest.times.started);
        let mut completed = draft.manifest.clone();
        manifest::FORMAT.clone_into(&mut completed.format);
        completed.id.clone_from(&id);
        completed.late = late;
        completed.content_digest = listing.content_digest();
        completed.previous_manifest = history.entries.last().map(|e| e.manifest.clone());
        let manifest_path = folder.join(&id).join(MANIFEST);
        let manifest_bytes = files::manifest_bytes(&completed, &listing_text)
            .map_err(|error| files::document_error(&manifest_path, &error))?;

        let previous = self.link_source(folder, &history);
        let staging = folder.join(format!("{STAGING}{id}-{}", process::id()));
        let staged = self
            .stage(&staging, rendered, previous.as_ref())
            .and_then(|()| {
                write_durably(&staging.join(LISTING), listing_text.as_bytes())?;
                write_durably(&staging.join(MANIFEST), &manifest_bytes)?;
                platform::sync_folder(&staging).map_err(io_at("write", &staging))?;
                self.step(Step::Sealed, &staging)?;
                let target = folder.join(&id);
                platform::rename(&staging, &target).map_err(io_at("rename", &target))
            });
        if let Err(error) = staged {
            // Best effort: what stays is swept by the next writer.
            let _ = fs::remove_dir_all(&staging);
            return Err(error);
        }

        let entry = Entry {
            manifest: sha256(&manifest_bytes),
            content: completed.content_digest.clone(),
            label: completed.label.clone(),
            started: completed.times.started,
            ended: completed.times.ended,
            recorded: to_seconds(Utc::now()),
            late,
            id,
        };
        let recorded = platform::sync_folder(folder)
            .map_err(io_at("write", folder))
            .and_then(|()| self.step(Step::Renamed, folder))
            .and_then(|()| self.append_history(folder, &organization, &entry));
        if let Err(error) = recorded {
            // Nobody was told of it: back to as it was before. Where even that fails, the next
            // writer takes it into history.
            let back = folder.join(format!("{STAGING}{}-undone", entry.id));
            if platform::rename(&folder.join(&entry.id), &back).is_ok() {
                let _ = fs::remove_dir_all(&back);
            }
            return Err(error);
        }
        draft.manifest = completed;
        Ok(())
    }

    /// Takes the organization's lock and sweeps what dead writers left.
    pub(super) fn lock(&self, folder: &Path) -> Result<Lock, StoreError> {
        let path = folder.join(".lock");
        let holder = format!(
            "process {} on {} since {}",
            process::id(),
            platform::host_name(),
            Utc::now().format("%Y-%m-%dT%H:%M:%SZ")
        );
        let lock = Lock::take(&path, &holder, self.lock_wait)
            .map_err(io_at("lock", &path))
            .map_err(not_recorded)?
            .map_err(|holder| StoreError::Locked {
                path: path.clone(),
                holder: if holder.is_empty() {
                    "another process".to_owned()
                } else {
                    holder
                },
                waited: self.lock_wait,
            })?;
        // Staging exists only under the lock, so whoever made these is gone.
        for entry in fs::read_dir(folder)
            .map_err(io_at("read", folder))?
            .flatten()
        {
            if entry.file_name().to_string_lossy().starts_with(STAGING) {
                let path = entry.path();
                let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
            }
        }
        Ok(lock)
    }

    /// Writes a file beside the old one and puts it in its place in one step. The lock is held.
    pub(super) fn replace(
        &self,
        path: &Path,
        bytes: &[u8],
        before_rename: impl FnOnce(&Path) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let parent = path.parent().unwrap_or(&self.root);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = parent.join(format!("{STAGING}{name}-{}", process::id()));
        let _ = fs::remove_file(&temporary);
        let result = write_durably(&temporary, bytes)
            .and_then(|()| before_rename(&temporary))
            .and_then(|()| platform::rename(&temporary, path).map_err(io_at("replace", path)));
        if result.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        result?;
        // It is in its place for every reader: an error from here on would deny what happened.
        if let Err(error) = platform::sync_folder(parent) {
            tracing::warn!(%error, folder = %parent.display(), "a write may not survive a power cut");
        }
        Ok(())
    }

    /// Puts an entry at the end of history; every byte before it stays.
    fn append_history(
        &self,
        folder: &Path,
        organization: &str,
        entry: &Entry,
    ) -> Result<(), StoreError> {
        let path = folder.join(HISTORY);
        let yaml = |error| files::document_error(&path, &error);
        let mut text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                history::head(organization).map_err(yaml)?
            }
            Err(error) => return Err(io_at("read", &path)(error)),
        };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&history::event(entry).map_err(yaml)?);
        // A history that somebody edited into another shape must not be broken further.
        let ends_so = History::parse(&text)
            .map_err(yaml)?
            .entries
            .last()
            .is_some_and(|last| last == entry);
        if !ends_so {
            return Err(StoreError::Invalid {
                what: "the history",
                value: path.display().to_string(),
                reason: "an entry cannot be put at its end; run `exdrift store check`".to_owned(),
            });
        }
        git_files(folder)?;
        self.replace(&path, text.as_bytes(), |temporary| {
            self.step(Step::HistoryStaged, temporary)
        })?;
        // Recorded: an error from here on would be a lie.
        let _ = self.step(Step::Recorded, &path);
        Ok(())
    }

    /// Takes into history what writers left that ended between the two renames.
    fn adopt(
        &self,
        folder: &Path,
        organization: &str,
        history: &mut History,
    ) -> Result<(), StoreError> {
        for entry in leavings(folder, organization, history)? {
            tracing::warn!(
                snapshot = entry.id,
                organization,
                "a writer ended before it could record this snapshot; it is whole and recorded now"
            );
            self.append_history(folder, organization, &entry)?;
            history.entries.push(entry);
        }
        Ok(())
    }

    /// The snapshot whose files may be linked to, unless this is a Git work tree.
    fn link_source(&self, folder: &Path, history: &History) -> Option<(PathBuf, Listing)> {
        if platform::in_git_work_tree(folder) {
            return None;
        }
        let entry = history
            .entries
            .iter()
            .rfind(|entry| !history.is_pruned(&entry.id))?;
        let previous = folder.join(&entry.id);
        let frame = files::read_frame(&previous, Some(&entry.manifest)).ok()?;
        Some((previous, frame.listing))
    }

    /// Puts every resource file into the staging folder and makes them durable.
    fn stage(
        &self,
        staging: &Path,
        rendered: &[Rendered],
        previous: Option<&(PathBuf, Listing)>,
    ) -> Result<(), StoreError> {
        fs::create_dir(staging).map_err(io_at("create", staging))?;
        self.step(Step::Staged, staging)?;
        let folders: BTreeSet<PathBuf> = rendered
            .iter()
            .filter_map(|file| staging.join(&file.path).parent().map(Path::to_owned))
            .collect();
        for folder in &folders {
            fs::create_dir_all(folder).map_err(io_at("create", folder))?;
        }
        // All written first, then all made durable: the disk orders a batch better than one at a time.
        let written: Vec<Option<PathBuf>> = rendered
            .par_iter()
            .map(|file| {
                let target = staging.join(&file.path);
                let linked = previous.is_some_and(|(folder, listing)| {
                    let original = folder.join(&file.path);
                    listing.0.get(&file.path) == Some(&file.sha256)
                        // The bytes, not the listing, decide: an edited file must not spread.
                        && fs::read(&original).is_ok_and(|bytes| bytes == file.bytes)
                        && platform::hard_link(&original, &target).is_ok()
                });
                if !linked {
                    platform::write_new_later(&target, &file.bytes)
                        .map_err(io_at("write", &target))?;
                }
                self.step(Step::File, &target)?;
                Ok((!linked).then_some(target))
            })
            .collect::<Result<_, StoreError>>()?;
        make_durable(&written.into_iter().flatten().collect::<Vec<_>>())?;
        let mut above: BTreeSet<&Path> = folders.iter().map(PathBuf::as_path).collect();
        for folder in &folders {
            above.extend(folder.ancestors().skip(1).take_while(|a| *a != staging));
        }
        // Children before their parents.
        for folder in above.into_iter().rev() {
            platform::sync_folder(folder).map_err(io_at("write", folder))?;
        }
        Ok(())
    }
}

/// Snapshots that history does not know and the next writer takes into it: each is whole and follows the
/// last one by its manifest, as only one does whose writer ended between the two renames.
pub(super) fn leavings(
    folder: &Path,
    organization: &str,
    history: &History,
) -> Result<Vec<Entry>, StoreError> {
    let mut last = history.entries.last().map(|entry| entry.manifest.clone());
    let mut entries = Vec::new();
    for id in unknown_snapshots(folder, history)? {
        let Ok(frame) = files::read_frame(&folder.join(&id), None) else {
            continue;
        };
        let manifest = &frame.manifest;
        let whole = || {
            frame.listing.0.par_iter().all(|(path, hash)| {
                files::read_recorded(&frame.folder.join(path), Some(hash)).is_ok()
            })
        };
        let belongs = manifest.id == id && manifest.organization == organization;
        if !belongs || manifest.previous_manifest != last || !whole() {
            continue;
        }
        last = Some(frame.digest.clone());
        entries.push(Entry {
            manifest: frame.digest.clone(),
            content: manifest.content_digest.clone(),
            label: manifest.label.clone(),
            started: manifest.times.started,
            ended: manifest.times.ended,
            recorded: to_seconds(Utc::now()),
            late: manifest.late,
            id,
        });
    }
    Ok(entries)
}

/// Snapshot folders that history does not know, oldest first.
pub(super) fn unknown_snapshots(
    folder: &Path,
    history: &History,
) -> Result<Vec<String>, StoreError> {
    let mut unknown = Vec::new();
    for entry in fs::read_dir(folder).map_err(io_at("read", folder))? {
        let entry = entry.map_err(io_at("read", folder))?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if history::parse_id(&name).is_some()
            && history.entry(&name).is_none()
            && !history.is_pruned(&name)
        {
            unknown.push(name);
        }
    }
    unknown.sort_by(|a, b| history::compare_ids(a, b));
    Ok(unknown)
}

/// Line endings stay as they are, and what belongs to one computer stays out of Git.
fn git_files(folder: &Path) -> Result<(), StoreError> {
    for (name, text) in [
        (".gitattributes", "* -text\n"),
        (".gitignore", ".lock\n.staging-*\n"),
    ] {
        let path = folder.join(name);
        if !path.exists() {
            fs::write(&path, text).map_err(io_at("write", &path))?;
        }
    }
    Ok(())
}

/// Waits for the disk with more threads than there are cores: they only wait.
fn make_durable(files: &[PathBuf]) -> Result<(), StoreError> {
    thread::scope(|scope| {
        let waiting: Vec<_> = files
            .chunks(files.len().div_ceil(8).max(1))
            .map(|chunk| {
                scope.spawn(move || {
                    chunk.iter().try_for_each(|path| {
                        platform::sync_file(path).map_err(io_at("write", path))
                    })
                })
            })
            .collect();
        waiting.into_iter().try_for_each(|thread| {
            thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}

fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    platform::write_new(path, bytes).map_err(io_at("write", path))
}

fn not_recorded(source: StoreError) -> StoreError {
    StoreError::NotRecorded {
        source: Box::new(source),
    }
}
