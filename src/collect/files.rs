//! Which files there are to read, and their bytes.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::archive::{self, Member};

/// One file to import, on disk or in an archive.
#[derive(Clone, Debug)]
pub struct Input {
    /// As messages and the manifest show it: with `/`, as the user named it or below the folder that
    /// the user named.
    pub shown: String,
    /// Where it is; below `bundle.zip!` for a file of an archive.
    pub path: PathBuf,
    /// Named on the command line: then it must be readable.
    pub named: bool,
    /// The folder that the user named, if it was found in one; `shown` is below it.
    pub root: Option<PathBuf>,
    /// Where its bytes are.
    pub origin: Origin,
}

/// Where the bytes of an input are.
#[derive(Clone, Debug)]
pub enum Origin {
    /// In the file of its path.
    Disk,
    /// In an archive that was checked.
    Archive(Member),
    /// In an archive that cannot be opened, with the reason.
    Broken(String),
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
    /// An archive that is hostile, or that says other than it holds.
    #[error(
        "{shown}: {problem}; nothing of this archive is read\n  next: unpack it where it came from, look at it, and import the folder"
    )]
    Archive {
        /// The archive, and the file in it where it is one file's fault: `bundle.zip!/../x`.
        shown: String,
        /// What is wrong.
        problem: String,
    },
    /// No whole archive.
    #[error(
        "{shown}: not a whole zip archive: {problem}\n  next: copy it again; an archive in other forms (7z, gzip) must be unpacked first"
    )]
    BrokenArchive {
        /// The archive.
        shown: String,
        /// What is wrong.
        problem: String,
    },
}

/// Every file below the paths, in a fixed order. Links are not followed; names that begin with a dot
/// are left alone. A zip archive (in a folder: one that is called so) is a folder of its files, each of at
/// most `limit` bytes.
///
/// # Errors
/// A path that does not exist or cannot be listed; an archive that is refused.
pub fn discover(paths: &[PathBuf], limit: u64) -> Result<Vec<Input>, FileError> {
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
            inputs[before..].sort_by(|a, b| (&a.shown, &a.path).cmp(&(&b.shown, &b.path)));
        } else {
            inputs.push(Input {
                shown: slashed(path),
                path: path.clone(),
                named: true,
                root: None,
                origin: Origin::Disk,
            });
        }
    }
    // A file named twice is one file.
    let mut seen = std::collections::BTreeSet::new();
    inputs.retain(|input| seen.insert(input.path.clone()));
    let mut files = Vec::with_capacity(inputs.len());
    // Archives are held in memory until their files are read.
    let most = limit.saturating_mul(archive::MAX_TOTAL);
    let mut held: u64 = 0;
    for input in inputs {
        if !input.is_archive() {
            files.push(input);
            continue;
        }
        held = held.saturating_add(fs::metadata(&input.path).map_or(0, |file| file.len()));
        if held > most {
            return Err(FileError::Archive {
                shown: input.shown,
                problem: format!("this and the archives before it have more than {most} bytes"),
            });
        }
        files.extend(input.opened(limit)?);
    }
    Ok(files)
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
                origin: Origin::Disk,
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
        let bytes = match &self.origin {
            Origin::Disk => self.read_disk(limit)?,
            Origin::Archive(member) => member.read(&self.shown, limit)?,
            Origin::Broken(problem) => {
                return Err(FileError::BrokenArchive {
                    shown: self.shown.clone(),
                    problem: problem.clone(),
                });
            }
        };
        if bytes.is_empty() {
            return Err(FileError::Empty {
                shown: self.shown.clone(),
            });
        }
        Ok(bytes)
    }

    fn read_disk(&self, limit: u64) -> Result<Vec<u8>, FileError> {
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
        Ok(bytes)
    }

    /// True for a zip archive; a document of an office program is one too, and does not say so by name.
    fn is_archive(&self) -> bool {
        let is_called_so = self
            .path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
        if !self.named && !is_called_so {
            return false;
        }
        let mut start = [0; 4];
        fs::File::open(&self.path)
            .and_then(|mut file| file.read_exact(&mut start))
            .is_ok()
            && archive::is_zip(&start)
    }

    /// The files of an archive. One that was found in a folder and is not whole stays one input, which
    /// cannot be read; one that is hostile stops the import.
    fn opened(self, limit: u64) -> Result<Vec<Input>, FileError> {
        let bytes = self.read_disk(limit)?;
        match archive::open(self.path.clone(), &self.shown, bytes, limit) {
            Ok(members) => Ok(members
                .into_iter()
                .map(|(inner, member)| {
                    let mut folder = self.path.clone().into_os_string();
                    folder.push("!");
                    Input {
                        shown: format!("{}!/{inner}", self.shown),
                        path: PathBuf::from(folder).join(inner),
                        named: false,
                        root: self.root.clone(),
                        origin: Origin::Archive(member),
                    }
                })
                .collect()),
            Err(FileError::BrokenArchive { problem, .. }) if !self.named => Ok(vec![Input {
                origin: Origin::Broken(problem),
                ..self
            }]),
            Err(error) => Err(error),
        }
    }

    /// True for a file of an archive.
    pub fn is_archived(&self) -> bool {
        matches!(self.origin, Origin::Archive(_))
    }

    /// When it was last written, where the system knows. The clock of an archive has no offset, so a file
    /// in one is as old as the archive.
    pub fn modified(&self) -> Option<DateTime<Utc>> {
        let path = match &self.origin {
            Origin::Archive(member) => member.archive_path(),
            _ => &self.path,
        };
        fs::metadata(path).ok()?.modified().ok().map(DateTime::from)
    }

    /// The folders of the path, as hints for plane and server. In an archive the archive's come first.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let split = self.shown.split_once("!/").filter(|_| self.is_archived());
        let (outer, inner) = split.unwrap_or(("", &self.shown));
        let mut folders: Vec<&str> = inner.split('/').collect();
        folders.pop();
        let outer: Vec<&str> = outer.split('/').filter(|part| !part.is_empty()).collect();
        // Where a named archive lies says nothing of what is in it; what it is called may.
        let said = match self.root {
            Some(_) => outer.as_slice(),
            None => &outer[outer.len().saturating_sub(1)..],
        };
        folders.extend(said);
        folders.into_iter()
    }

    /// The file's name without folders.
    pub fn name(&self) -> &str {
        self.shown.rsplit('/').next().unwrap_or(&self.shown)
    }
}
