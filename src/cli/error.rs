//! The one place that knows how each room's errors end: exit code 2 and a message.

use std::io;
use std::path::{Path, PathBuf};

use crate::catalog::states_secret;
use crate::collect::ImportError;
use crate::config::ConfigError;
use crate::finding::WaiversError;
use crate::policy::PolicyError;
use crate::report::{ReportError, visible};
use crate::snapshot::StoreError;

/// What stands in the store and in reports must not state a secret.
pub(super) fn refuse_secret(option: &str, text: &str) -> Result<(), CliError> {
    match states_secret(text) {
        true => Err(CliError::Usage(format!(
            "{option} states a secret, and would stand in the store and in every report\n  next: say it in other words"
        ))),
        false => Ok(()),
    }
}

/// Why a verb could not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CliError {
    /// The configuration or another file that a person wrote.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Exports.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Policies.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A waivers file.
    #[error(transparent)]
    Waivers(#[from] WaiversError),
    /// A report.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A file of the operator's.
    #[error("{}: cannot {action}: {source}\n  next: {}", visible(&path.to_string_lossy()), next(source))]
    File {
        /// Which.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// Standard output.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
    /// The command line says something that cannot be done.
    #[error("{0}")]
    Usage(String),
}

/// What mends it, by what the system says.
fn next(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::NotFound => {
            "check the path; the command line's are relative to this folder, those in exdrift.yaml to that file"
        }
        io::ErrorKind::InvalidData => "save it as UTF-8",
        io::ErrorKind::IsADirectory => "name a file in it, not the folder",
        io::ErrorKind::PermissionDenied => "check your rights to it",
        _ => "check the path, your rights to it and the space on the disk",
    }
}

impl CliError {
    /// An I/O error with the file that it is about.
    pub fn file(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> CliError {
        let path = path.to_owned();
        move |source| CliError::File {
            path,
            action,
            source,
        }
    }

    /// True where the reader of our output has gone: that is success.
    pub fn is_broken_pipe(&self) -> bool {
        match self {
            CliError::Output(error) | CliError::Report(ReportError::Io(error)) => {
                error.kind() == io::ErrorKind::BrokenPipe
            }
            _ => false,
        }
    }
}
