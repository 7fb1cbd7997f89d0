//! The default store: a folder of YAML that a person can read, review and keep in git.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;

use crate::model::{Resource, ResourceId};

use super::error::{StoreError, io_at};
use super::files::{self, Frame};
use super::history::{self, Baseline, History, parse_id};
use super::layout::{component, decode};
use super::store::{Pair, Problem, Resolved, Store};
use super::{Manifest, Snapshot, check, reference};

pub(super) const HISTORY: &str = "history.yaml";
pub(super) const BASELINE: &str = "baseline.yaml";
pub(super) const ASSESSMENTS: &str = "assessments";
pub(super) const STAGING: &str = ".staging-";

/// The format word of `baseline.yaml`.
const BASELINE_FORMAT: &str = "exdrift.baseline/1";

/// A store in a folder: `<root>/<organization>/<snapshot>/...`.
#[derive(Clone)]
pub struct FolderStore {
    pub(super) root: PathBuf,
    pub(super) lock_wait: Duration,
    pub(super) on_step: Option<Arc<StepHook>>,
}

/// Sees each step of a write as it is done; an error stops the write there.
pub type StepHook = dyn Fn(Step) -> io::Result<()> + Send + Sync;

/// The steps of a commit, in order. Between any two of them the process may die.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The lock is ours; leftovers of dead writers are gone.
    Locked,
    /// The staging folder exists.
    Staged,
    /// One file stands in the staging folder. Comes once a file, in no fixed order.
    File,
    /// Every file stands there and is on the disk.
    Sealed,
    /// The snapshot has its final name; history does not know it.
    Renamed,
    /// The new history is written beside the old one.
    HistoryStaged,
    /// History knows the snapshot: recorded.
    Recorded,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Step; 7] = [
        Step::Locked,
        Step::Staged,
        Step::File,
        Step::Sealed,
        Step::Renamed,
        Step::HistoryStaged,
        Step::Recorded,
    ];
}

impl fmt::Debug for FolderStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FolderStore")
            .field("root", &self.root)
            .field("lock_wait", &self.lock_wait)
            .finish_non_exhaustive()
    }
}

impl FolderStore {
    /// A store in a folder, which need not exist: an empty store is one.
    ///
    /// # Errors
    /// There is something else than a folder.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let root = root.into();
        match fs::metadata(&root) {
            Ok(meta) if !meta.is_dir() => Err(io_at("open the store", &root)(io::Error::new(
                io::ErrorKind::NotADirectory,
                "it is not a folder",
            ))),
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(io_at("open the store", &root)(error))
            }
            _ => Ok(FolderStore {
                root,
                lock_wait: Duration::from_secs(30),
                on_step: None,
            }),
        }
    }

    /// How long to wait for another writer; 30 s unless told otherwise.
    #[must_use]
    pub fn with_lock_wait(mut self, wait: Duration) -> Self {
        self.lock_wait = wait;
        self
    }

    /// Calls `hook` after each step of a write, for progress and for tests that die in between.
    #[must_use]
    pub fn with_steps(
        mut self,
        hook: impl Fn(Step) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.on_step = Some(Arc::new(hook));
        self
    }

    pub(super) fn step(&self, step: Step, path: &Path) -> Result<(), StoreError> {
        match &self.on_step {
            Some(hook) => hook(step).map_err(io_at("write", path)),
            None => Ok(()),
        }
    }

    /// The folder of an organization.
    pub fn organization_folder(&self, organization: &str) -> PathBuf {
        self.root.join(component(organization))
    }

    fn frame(&self, snapshot: &Resolved) -> Result<Frame, StoreError> {
        let folder = match &snapshot.outside {
            Some(folder) => folder.clone(),
            None => self
                .organization_folder(&snapshot.organization)
                .join(&snapshot.id),
        };
        files::read_frame(&folder, Some(&snapshot.manifest_digest))
    }

    /// History as it stands; none where nothing was ever recorded.
    pub(super) fn read_history(&self, organization: &str) -> Result<Option<History>, StoreError> {
        let path = self.organization_folder(organization).join(HISTORY);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(io_at("read", &path)(error)),
        };
        files::check_format(&path, &bytes, history::FORMAT)?;
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            io_at("read", &path)(io::Error::new(io::ErrorKind::InvalidData, error))
        })?;
        History::parse(text)
            .map(Some)
            .map_err(|error| files::document_error(&path, &error))
    }

    /// The error for snapshots whose history is gone. One snapshot that follows none is what a writer
    /// leaves that was killed before it could begin a history: the next one takes it in.
    pub(super) fn lost_history(&self, organization: &str) -> Option<StoreError> {
        let folder = self.organization_folder(organization);
        let snapshots: Vec<PathBuf> = fs::read_dir(&folder)
            .ok()?
            .filter_map(Result::ok)
            .filter(|entry| {
                entry
                    .file_name()
                    .to_str()
                    .is_some_and(|name| parse_id(name).is_some())
            })
            .map(|entry| entry.path())
            .collect();
        let is_first = |path: &PathBuf| {
            files::read_frame(path, None).is_ok_and(|f| f.manifest.previous_manifest.is_none())
        };
        match snapshots.as_slice() {
            [] => None,
            [only] if is_first(only) => None,
            several => Some(StoreError::HistoryLost {
                path: folder.join(HISTORY),
                snapshots: several.len(),
            }),
        }
    }

    fn stored_entry(&self, organization: &str, id: &str) -> Result<Resolved, StoreError> {
        let history = self.history(organization)?;
        match history.entry(id) {
            Some(entry) if !history.is_pruned(id) => Ok(Resolved::stored(organization, entry)),
            _ => Err(reference::unknown(&history, id, "")),
        }
    }
}

/// `sha256:` goes, and what a file name cannot hold is encoded.
fn assessment_name(digest: &str) -> String {
    component(digest.trim_start_matches("sha256:"))
}

impl Store for FolderStore {
    fn organizations(&self) -> Result<Vec<String>, StoreError> {
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io_at("read", &self.root)(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(io_at("read", &self.root))?;
            let name = entry.file_name().to_str().and_then(decode);
            // Snapshots without their history are an organization all the same: a damaged one.
            if let Some(name) = name
                && (entry.path().join(HISTORY).is_file() || self.lost_history(&name).is_some())
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn history(&self, organization: &str) -> Result<History, StoreError> {
        let history = self.read_history(organization)?;
        match history {
            Some(history) => Ok(history),
            None => Err(match self.lost_history(organization) {
                Some(lost) => lost,
                None => StoreError::UnknownOrganization {
                    root: self.root.clone(),
                    name: organization.to_owned(),
                    known: self.organizations()?,
                },
            }),
        }
    }

    fn commit(&self, draft: Snapshot) -> Result<Snapshot, StoreError> {
        self.record(draft)
    }

    fn load(&self, snapshot: &Resolved) -> Result<Snapshot, StoreError> {
        let mut frame = self.frame(snapshot)?;
        let resources = files::read_resources(&mut frame, |_| true)?;
        Ok(Snapshot {
            manifest: frame.manifest,
            resources,
        })
    }

    fn manifest(&self, snapshot: &Resolved) -> Result<Manifest, StoreError> {
        Ok(self.frame(snapshot)?.manifest)
    }

    fn load_pair(&self, before: &Resolved, after: &Resolved) -> Result<Pair, StoreError> {
        let (first, second) = rayon::join(|| self.frame(before), || self.frame(after));
        let (mut first, mut second) = (first?, second?);
        let mut equal = BTreeMap::new();
        // Where the two saw different things, it matters what stands in the files that are the same.
        let seen_alike = first.manifest.coverage.sees_as(&second.manifest.coverage);
        if first.manifest.revisions == second.manifest.revisions && seen_alike {
            for (path, hash) in first.listing.content() {
                if second.listing.0.get(path).is_some_and(|h| h == hash) {
                    equal.insert(path.to_owned(), ());
                }
            }
        }
        let (left, right) = rayon::join(
            || files::read_resources(&mut first, |path| !equal.contains_key(path)),
            || files::read_resources(&mut second, |path| !equal.contains_key(path)),
        );
        Ok(Pair {
            before: Snapshot {
                resources: left?,
                manifest: first.manifest,
            },
            after: Snapshot {
                resources: right?,
                manifest: second.manifest,
            },
            unchanged: equal.into_keys().collect(),
        })
    }

    fn load_servers(
        &self,
        snapshot: &Resolved,
        servers: &[&str],
    ) -> Result<BTreeMap<ResourceId, Resource>, StoreError> {
        let names: Vec<String> = servers
            .iter()
            .map(|server| format!("{}.yaml", component(server)))
            .collect();
        files::read_resources(&mut self.frame(snapshot)?, |path| {
            !path.contains("/organization/")
                && path
                    .rsplit('/')
                    .next()
                    .is_some_and(|file| names.iter().any(|name| name == file))
        })
    }

    fn baseline(&self, organization: &str) -> Result<Option<Baseline>, StoreError> {
        let path = self.organization_folder(organization).join(BASELINE);
        match fs::read(&path) {
            Ok(bytes) => files::parse(&path, &bytes, BASELINE_FORMAT).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_at("read", &path)(error)),
        }
    }

    fn set_baseline(
        &self,
        snapshot: &Resolved,
        by: &str,
        reason: &str,
    ) -> Result<Baseline, StoreError> {
        if snapshot.outside.is_some() {
            return Err(StoreError::Invalid {
                what: "the baseline",
                value: snapshot.to_string(),
                reason: "a baseline is a snapshot of the store; this is a folder outside it"
                    .to_owned(),
            });
        }
        let recorded = self.stored_entry(&snapshot.organization, &snapshot.id)?;
        let baseline = Baseline {
            id: recorded.id,
            manifest: recorded.manifest_digest,
            by: by.to_owned(),
            at: history::to_seconds(Utc::now()),
            reason: reason.to_owned(),
        };
        let folder = self.organization_folder(&snapshot.organization);
        let path = folder.join(BASELINE);
        let body = serde_yaml::to_string(&baseline)
            .map_err(|error| files::document_error(&path, &error))?;
        let text = format!("format: {BASELINE_FORMAT}\n{body}");
        let _lock = self.lock(&folder)?;
        self.replace(&path, text.as_bytes(), |_| Ok(()))?;
        Ok(baseline)
    }

    fn assessments(&self, organization: &str, id: &str) -> Result<Vec<String>, StoreError> {
        let folder = self
            .organization_folder(organization)
            .join(ASSESSMENTS)
            .join(component(id));
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io_at("read", &folder)(error)),
        };
        let mut digests = Vec::new();
        for entry in entries {
            let entry = entry.map_err(io_at("read", &folder))?;
            let name = entry.file_name();
            let digest = name.to_str().and_then(|name| name.strip_suffix(".json"));
            digests.extend(digest.and_then(decode));
        }
        digests.sort();
        Ok(digests)
    }

    fn assessment(
        &self,
        organization: &str,
        id: &str,
        digest: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self
            .organization_folder(organization)
            .join(ASSESSMENTS)
            .join(component(id))
            .join(format!("{}.json", assessment_name(digest)));
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_at("read", &path)(error)),
        }
    }

    fn keep_assessment(
        &self,
        organization: &str,
        id: &str,
        digest: &str,
        json: &[u8],
    ) -> Result<(), StoreError> {
        self.stored_entry(organization, id)?;
        let folder = self.organization_folder(organization);
        let _lock = self.lock(&folder)?;
        let below = folder.join(ASSESSMENTS).join(component(id));
        fs::create_dir_all(&below).map_err(io_at("create", &below))?;
        let path = below.join(format!("{}.json", assessment_name(digest)));
        self.replace(&path, json, |_| Ok(()))
    }

    fn check(&self) -> Result<Vec<Problem>, StoreError> {
        check::check(self)
    }

    fn outside(&self, folder: &Path) -> Result<Resolved, StoreError> {
        if !folder.join(files::MANIFEST).is_file() {
            return Err(StoreError::Invalid {
                what: "the folder",
                value: folder.display().to_string(),
                reason: format!(
                    "it is no snapshot: it has no {}. A snapshot folder has one beside {}",
                    files::MANIFEST,
                    files::LISTING
                ),
            });
        }
        let frame = files::read_frame(folder, None)?;
        Ok(Resolved {
            organization: frame.manifest.organization,
            id: frame.manifest.id,
            content_digest: frame.manifest.content_digest,
            manifest_digest: frame.digest,
            label: frame.manifest.label,
            outside: Some(folder.to_owned()),
        })
    }

    fn place(&self) -> PathBuf {
        self.root.clone()
    }
}
