//! Which files there are to read, and their bytes.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

/// One file to import.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// As messages and the manifest show it: with `/`, as the user named it or below the folder that
    /// the user named.
    pub shown: String,
    /// Where it is.
    pub path: PathBuf,
    /// Named on the command line: then it must be readable.
    pub named: bool,
    /// The folder that the user named, if it was found in one; `shown` is below it.
    pub root: Option<PathBuf>,
}

/// Why a file's bytes cannot be had. The operator can mend every one of these.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// Missing, no permission, an I/O error.
    #[error("{shown}: cannot be read: {source}\n  next: check the path and your rights to it")]
    Unreadable {
        /// The path as the user knows it.
        shown: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Nothing in it.
    #[error(
        "{shown}: the file is empty: an export that found nothing still holds `<Objs ...>` or `[]`\n  next: export it again"
    )]
    Empty {
        /// The path as the user knows it.
        shown: String,
    },
    /// Larger than allowed.
    #[error(
        "{shown}: {size} bytes, more than the limit of {limit}\n  next: raise --max-file-size, or export fewer objects into one file"
    )]
    TooLarge {
        /// The path as the user knows it.
        shown: String,
        /// Bytes.
        size: u64,
        /// Bytes.
        limit: u64,
    },
}

/// Every file below the paths, in a fixed order. Links are not followed; names that begin with a dot
/// are left alone.
///
/// # Errors
/// A path that does not exist or cannot be listed.
pub fn discover(paths: &[PathBuf]) -> Result<Vec<Input>, FileError> {
    let mut inputs = Vec::new();
    for path in paths {
        let unreadable = |source| FileError::Unreadable {
            shown: path.display().to_string(),
            source,
        };
        let metadata = fs::metadata(path).map_err(unreadable)?;
        if metadata.is_dir() {
            let before = inputs.len();
            walk(path, path, &mut inputs)?;
            inputs[before..].sort();
        } else {
            inputs.push(Input {
                shown: slashed(path),
                path: path.clone(),
                named: true,
                root: None,
            });
        }
    }
    // A file named twice is one file.
    let mut seen = std::collections::BTreeSet::new();
    inputs.retain(|input| seen.insert(input.path.clone()));
    Ok(inputs)
}

fn walk(root: &Path, folder: &Path, inputs: &mut Vec<Input>) -> Result<(), FileError> {
    let unreadable = |source| FileError::Unreadable {
        shown: slashed(folder),
        source,
    };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() {
            walk(root, &path, inputs)?;
        } else if kind.is_file() {
            inputs.push(Input {
                shown: slashed(path.strip_prefix(root).unwrap_or(&path)),
                path,
                named: false,
                root: Some(root.to_owned()),
            });
        }
    }
    Ok(())
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

impl Input {
    /// The bytes, at most `limit` of them.
    ///
    /// # Errors
    /// Unreadable, empty, or larger than the limit.
    pub fn read(&self, limit: u64) -> Result<Vec<u8>, FileError> {
        let unreadable = |source| FileError::Unreadable {
            shown: self.shown.clone(),
            source,
        };
        let file = fs::File::open(&self.path).map_err(unreadable)?;
        let size = file.metadata().map_err(unreadable)?.len();
        if size > limit {
            return Err(FileError::TooLarge {
                shown: self.shown.clone(),
                size,
                limit,
            });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        // The file may grow while it is read.
        file.take(limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        let size = bytes.len() as u64;
        if size > limit {
            return Err(FileError::TooLarge {
                shown: self.shown.clone(),
                size,
                limit,
            });
        }
        if bytes.is_empty() {
            return Err(FileError::Empty {
                shown: self.shown.clone(),
            });
        }
        Ok(bytes)
    }

    /// When it was last written, where the system knows.
    pub fn modified(&self) -> Option<DateTime<Utc>> {
        fs::metadata(&self.path)
            .ok()?
            .modified()
            .ok()
            .map(DateTime::from)
    }

    /// The folders of the path, as hints for plane and server.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let mut parts: Vec<&str> = self.shown.split('/').collect();
        parts.pop();
        parts.into_iter()
    }

    /// The file's name without folders.
    pub fn name(&self) -> &str {
        self.shown.rsplit('/').next().unwrap_or(&self.shown)
    }
}
