//! What can go wrong with a store. Every message says what, where and what to do next.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why a store could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file system refused. For the environment: rights, space, a folder that is not one.
    #[error("cannot {action} {}: {source}{}", path.display(), advice(source))]
    Io {
        /// A verb: `read`, `write`, `rename`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's words.
        source: io::Error,
    },
    /// A commit did not happen; the store is as before. For the environment.
    #[error("nothing was recorded, the store is as it was before: {source}")]
    NotRecorded {
        /// What went wrong.
        source: Box<StoreError>,
    },
    /// Another process is writing. For the operator: wait, or end it.
    #[error(
        "the store of this organization is locked by {holder}; waited {} s for {}. \
         Try again when it has ended",
        waited.as_secs(), path.display()
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Process, host and since when, as the holder wrote it.
        holder: String,
        /// How long we waited.
        waited: Duration,
    },
    /// Bytes differ from what the store recorded. For the operator.
    #[error(
        "{} is not as it was recorded ({found}; recorded {expected}). \
         Run `exdrift store check`, then restore the file from a copy",
        path.display()
    )]
    Edited {
        /// The file.
        path: PathBuf,
        /// What the record says.
        expected: String,
        /// What is there.
        found: String,
    },
    /// A document that cannot be understood. For the operator, or for us.
    #[error("{}{place}: {message}; expected {expected}. {next}", path.display())]
    Document {
        /// The file.
        path: PathBuf,
        /// Line and column, where known.
        place: Place,
        /// What is wrong.
        message: String,
        /// What should be there.
        expected: &'static str,
        /// What to do.
        next: &'static str,
    },
    /// Written by a newer version. For the operator.
    #[error(
        "{} has format `{found}`, this version of exdrift reads up to `{known}`. \
         Use the version that wrote it, or a newer one",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format word.
        found: String,
        /// The newest one that we know.
        known: &'static str,
    },
    /// Two names that one folder of a Windows or macOS file system cannot hold. For the operator.
    #[error(
        "{what} `{first}` and `{second}` differ only by case, which file systems of Windows and macOS \
         cannot keep apart. Use one spelling"
    )]
    CaseCollision {
        /// `organization`, `file`.
        what: &'static str,
        /// One spelling.
        first: String,
        /// The other.
        second: String,
    },
    /// A draft that cannot be stored. For the operator (a name, a label) or for us.
    #[error("{what} `{}` cannot be used: {reason}", one_line(value))]
    Invalid {
        /// `organization`, `label`, ...
        what: &'static str,
        /// The text.
        value: String,
        /// Why, and what would do.
        reason: String,
    },
    /// Snapshots are there and the file that lists them is not. For the operator.
    #[error("{}: it is missing, and {snapshots} snapshots lie beside it\n  next: put history.yaml back from a copy; without it nobody can tell whether a snapshot was removed", path.display())]
    HistoryLost {
        /// Where it should be.
        path: PathBuf,
        /// How many snapshots there are.
        snapshots: usize,
    },
    /// No such organization. For the operator.
    #[error("the store {} has no organization `{}`{}", root.display(), one_line(name), listed("; it has", known))]
    UnknownOrganization {
        /// The store.
        root: PathBuf,
        /// What was asked for.
        name: String,
        /// What is there.
        known: Vec<String>,
    },
    /// A bare reference where the store has none or several organizations. For the operator.
    #[error("`{}` names no organization, and the store {}", one_line(text), if known.is_empty() {
        "is empty\n  next: exdrift import PATH --org NAME".to_owned()
    } else {
        format!("has {}\n  next: write ORGANIZATION@{}", known.join(", "), one_line(text))
    })]
    WhichOrganization {
        /// The reference.
        text: String,
        /// The organizations.
        known: Vec<String>,
    },
    /// A reference that leads nowhere. For the operator.
    #[error(
        "`{}` is no snapshot of `{}`{hint}{}",
        one_line(text),
        one_line(organization),
        listed(". There are", candidates)
    )]
    UnknownSnapshot {
        /// The reference.
        text: String,
        /// The organization.
        organization: String,
        /// Why, where there is more to say.
        hint: String,
        /// The newest snapshots, with their labels.
        candidates: Vec<String>,
    },
    /// A prefix or label that several snapshots have. For the operator.
    #[error("`{}` could be any of {}. Write more of the id", one_line(text), candidates.join(", "))]
    Ambiguous {
        /// The reference.
        text: String,
        /// What it could mean.
        candidates: Vec<String>,
    },
}

/// A place in a text file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// From 1; 0 where unknown.
    pub line: usize,
    /// From 1; 0 where unknown.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return Ok(());
        }
        write!(f, ":{}:{}", self.line, self.column)
    }
}

fn advice(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            ". Give this account the right to the store, or choose another one with --store"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            ". Make room on that volume, or choose another store with --store"
        }
        io::ErrorKind::NotFound => ". Run `exdrift store check` to see what else is missing",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            ". A store is a folder; choose another one with --store"
        }
        _ => "",
    }
}

/// A name that somebody gave, with its control characters as escapes: a line feed in it begins no line
/// of ours.
fn one_line(name: &str) -> String {
    let mut shown = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_control() {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

fn listed(lead: &str, names: &[String]) -> String {
    if names.is_empty() {
        String::new()
    } else {
        format!("{lead} {}", names.join(", "))
    }
}

/// Puts the verb and the path to an error of the file system.
pub(super) fn io_at<'a>(
    action: &'static str,
    path: &'a Path,
) -> impl FnOnce(io::Error) -> StoreError + 'a {
    move |source| StoreError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}
