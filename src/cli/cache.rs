//! Where answers are remembered from one run to the next: a file an organization, outside the store.
//!
//! What is in it is believed for as long as all that it rests on has the same digest
//! ([`policy::evaluate_with`]); a file that is missing, damaged or of another version is an empty one, and
//! one that cannot be written costs the next run its time and nothing else.

use std::cell::RefCell;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::model::Evaluation;
use crate::policy::{self, EvaluateOptions, Memory, PolicySet};
use crate::snapshot::{Snapshot, sha256_hex};

/// A smaller snapshot is judged in no time, and leaves nothing behind.
const WORTH_IT: usize = 1000;

/// The answers of earlier runs.
pub(super) struct Cache {
    /// None: nothing outlives the run.
    folder: Option<PathBuf>,
    memory: RefCell<Memory>,
}

impl Cache {
    /// In a folder; in memory alone without.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Cache {
            folder,
            memory: RefCell::default(),
        }
    }

    /// As [`policy::evaluate`], asking only what was not answered before.
    pub fn evaluate(
        &self,
        set: &PolicySet,
        snapshot: &Snapshot,
        options: &EvaluateOptions,
    ) -> Vec<Evaluation> {
        if snapshot.resources.len() < WORTH_IT {
            return policy::evaluate(set, snapshot, options);
        }
        let file = self.folder.as_ref().map(|folder| {
            let organization = sha256_hex(snapshot.manifest.organization.as_bytes());
            folder.join(format!("{}.answers", &organization[..16]))
        });
        let mut memory = self.memory.borrow_mut();
        if *memory == Memory::default()
            && let Some(file) = &file
        {
            *memory = Memory::read(&fs::read(file).unwrap_or_default());
        }
        let before = memory.clone();
        let evaluations = policy::evaluate_with(set, snapshot, options, &mut memory);
        if let Some(file) = file
            && *memory != before
            && let Err(problem) = write(&file, &memory.to_bytes())
        {
            tracing::info!(
                "answers are not remembered in {}: {problem}",
                file.display()
            );
        }
        evaluations
    }
}

/// Findings are nobody else's business: the folder and its files are the user's alone.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    beside.write_all(bytes)?;
    beside.persist(file).map_err(|error| error.error)?;
    Ok(())
}

/// The user's folder for what can be made again.
pub(super) fn default_folder() -> Option<PathBuf> {
    let variable = |name| {
        let value = std::env::var_os(name).map(PathBuf::from);
        value.filter(|path| path.is_absolute())
    };
    let folder = if cfg!(windows) {
        variable("LOCALAPPDATA")?
    } else {
        variable("XDG_CACHE_HOME").or_else(|| {
            let below = if cfg!(target_os = "macos") {
                "Library/Caches"
            } else {
                ".cache"
            };
            Some(variable("HOME")?.join(below))
        })?
    };
    Some(folder.join("exdrift"))
}
