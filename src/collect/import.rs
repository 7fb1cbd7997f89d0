//! Files to one snapshot.

use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use rayon::prelude::*;

use crate::catalog::{self, KindSpec};
use crate::model::{Plane, State, Tool, glob_matches};
use crate::snapshot::{FORMAT, Manifest, Snapshot, TimeBasis, Times, Unrecognised};

use super::coverage;
use super::files::{FileError, discover};
use super::gather::Gathered;
use super::jobs::{Bundles, bundles};
use super::merge;
use super::read::{FileRead, read_file};
use super::record::{Record, RecordError};

/// What the user says about the files.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// The organization's name.
    pub organization: String,
    /// `--kind`: every object is of this kind.
    pub kind: Option<&'static KindSpec>,
    /// `--plane`.
    pub plane: Option<Plane>,
    /// `--server`.
    pub server: Option<String>,
    /// `--prefer`: globs over shown paths; the first that matches wins a conflict.
    pub prefer: Vec<String>,
    /// `--strict`: a file of a folder that cannot be read stops the import.
    pub strict: bool,
    /// `--at`: when the files were collected.
    pub at: Option<DateTime<Utc>>,
    /// `--label`.
    pub label: Option<String>,
    /// Bytes of one file.
    pub max_file_size: u64,
    /// Used where neither a record, `--at` nor a file's time says when.
    pub now: DateTime<Utc>,
}

/// Bytes of one file, unless the user says otherwise.
pub const MAX_FILE_SIZE: u64 = 256 << 20;

impl ImportOptions {
    /// Nothing said but whose exports they are: lenient about files of folders, nothing overridden.
    pub fn new(organization: impl Into<String>, now: DateTime<Utc>) -> Self {
        ImportOptions {
            organization: organization.into(),
            kind: None,
            plane: None,
            server: None,
            prefer: Vec::new(),
            strict: false,
            at: None,
            label: None,
            max_file_size: MAX_FILE_SIZE,
            now,
        }
    }
}

/// A snapshot that is not stored yet.
#[derive(Clone, Debug)]
pub struct Import {
    /// Everything that was placed.
    pub snapshot: Snapshot,
    /// Files of a folder that could not be read. The import's exit code is 3 where there are any.
    pub failed: Vec<FailedFile>,
    /// Objects of known kinds that could not be placed, and files that hold other than their record
    /// says. The same exit code.
    pub unplaced: usize,
}

/// A file of a folder that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedFile {
    /// As the user knows it.
    pub path: String,
    /// Why, with line and column where there are any.
    pub reason: String,
}

/// Why nothing was imported. Nothing has been written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A path or its bytes.
    #[error(transparent)]
    File(#[from] FileError),
    /// Bytes that are no export.
    #[error("{shown}: {problem}\n  next: {}", again(shown))]
    Malformed {
        /// As the user knows it.
        shown: String,
        /// Where and what, and what to do.
        problem: String,
    },
    /// A bundle's record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Not one object was placed.
    #[error(
        "nothing recognised in {}{}\n  next: `exdrift schema kinds` lists what can be read; --kind, --plane and --server say what an export is",
        paths_words(paths),
        seen_words(seen)
    )]
    NothingRecognised {
        /// The files that were read.
        paths: Vec<String>,
        /// What was there instead.
        seen: Vec<Unrecognised>,
    },
    /// Two copies of one resource that disagree.
    #[error(
        "{plane} {kind} `{key}` stands in {first} and in {second} with different {property}\n  next: import only one of them, or say which is right with --prefer PATTERN"
    )]
    Conflict {
        /// Where.
        plane: Plane,
        /// What.
        kind: String,
        /// Which.
        key: String,
        /// The first property that differs.
        property: String,
        /// A file.
        first: String,
        /// Another file.
        second: String,
    },
    /// A time that has not come yet.
    #[error(
        "the exports say that they were made at {at}, and it is {now}\n  next: mend the clock of the exporting computer, or say the right time with --at"
    )]
    Future {
        /// What the record or `--at` says.
        at: DateTime<Utc>,
        /// Now.
        now: DateTime<Utc>,
    },
}

/// How a file that cannot be read is had again.
fn again(shown: &str) -> &'static str {
    if shown.to_ascii_lowercase().ends_with(".config") {
        "mend it where it is (IIS and .NET refuse such a file too), and copy it whole"
    } else {
        "export it again with Export-Clixml or ConvertTo-Json, and copy it whole"
    }
}

fn paths_words(paths: &[String]) -> String {
    match paths {
        [] => "an empty folder".to_owned(),
        [only] => only.clone(),
        [first, rest @ ..] => format!("{first} and {} other files", rest.len()),
    }
}

fn seen_words(seen: &[Unrecognised]) -> String {
    let mut words: Vec<String> = seen
        .iter()
        .take(4)
        .map(|u| {
            format!(
                "{}: {} x {} (missing: {})",
                u.path, u.count, u.type_name, u.missing
            )
        })
        .collect();
    if seen.len() > words.len() {
        words.push(format!("and {} more", seen.len() - words.len()));
    }
    if words.is_empty() {
        String::new()
    } else {
        format!("; saw {}", words.join("; "))
    }
}

/// Reads files and folders into one snapshot.
///
/// # Errors
/// A named path that cannot be read, a record that does not hold, copies that disagree, nothing
/// recognised; with `strict`, any file that cannot be read.
pub fn import(paths: &[PathBuf], options: &ImportOptions) -> Result<Import, ImportError> {
    let inputs = discover(paths, options.max_file_size)?;
    let Bundles {
        jobs,
        records,
        record_sources,
        ended,
    } = bundles(inputs, options)?;
    let newest = jobs.iter().filter_map(|job| job.input.modified()).max();

    let read: Vec<Result<FileRead, ImportError>> = jobs
        .par_iter()
        .enumerate()
        .map(|(index, job)| read_file(job, index, options.max_file_size))
        .collect();
    let mut gathered = Gathered::new(&jobs, record_sources, ended);
    for (job, result) in jobs.iter().zip(read) {
        match result {
            Ok(file) => gathered.took(job, file),
            Err(error) if job.input.named || options.strict => return Err(error),
            Err(error) => gathered.refused(job, &error),
        }
    }
    let copies = gathered.identify();
    let unrecognised = gathered.unrecognised();
    let Gathered {
        mut sources,
        ended,
        failed,
        unplaced,
        taken_at,
        ..
    } = gathered;
    if copies.is_empty()
        && !ended
            .iter()
            .any(|e| e.recorded || e.state == State::Complete)
    {
        return Err(ImportError::NothingRecognised {
            paths: jobs.iter().map(|job| job.input.shown.clone()).collect(),
            seen: unrecognised,
        });
    }

    let shown = |index: usize| jobs[index].input.shown.clone();
    let preferred = |index: usize| {
        options
            .prefer
            .iter()
            .position(|glob| path_matches(glob, &jobs[index].input.shown))
    };
    let resources = merge::merge(copies, preferred).map_err(|conflict| ImportError::Conflict {
        plane: conflict.id.plane,
        kind: conflict.id.kind.to_string(),
        key: conflict.id.key.clone(),
        property: conflict.property,
        first: shown(conflict.sources.0),
        second: shown(conflict.sources.1),
    })?;

    let times = times(&records, options, taken_at, newest);
    // A snapshot of tomorrow would be the latest one for ever.
    if times.ended > options.now + TimeDelta::days(1) {
        return Err(ImportError::Future {
            at: times.ended,
            now: options.now,
        });
    }
    let coverage = coverage::rows(&resources, &ended);
    let revisions = resources
        .keys()
        .map(|id| id.kind.as_str())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter_map(|kind| catalog::find(kind).map(|spec| (kind.to_owned(), spec.revision)))
        .collect();
    sources.sort();
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        organization: options.organization.clone(),
        id: String::new(),
        label: options.label.clone(),
        times,
        late: false,
        tool: Tool::this(),
        sources,
        revisions,
        coverage,
        unrecognised,
        content_digest: String::new(),
        previous_manifest: None,
    };
    Ok(Import {
        snapshot: Snapshot {
            manifest,
            resources,
        },
        failed,
        unplaced,
    })
}

fn times(
    records: &[Record],
    options: &ImportOptions,
    taken_at: Option<DateTime<Utc>>,
    newest: Option<DateTime<Utc>>,
) -> Times {
    let whole = |at: DateTime<Utc>| at.trunc_subsecs(0);
    if let Some(at) = options.at {
        return Times {
            started: whole(at),
            ended: whole(at),
            basis: TimeBasis::Stated,
        };
    }
    let started = records.iter().map(|record| record.started).min();
    let ended = records.iter().map(|record| record.ended).max();
    if let (Some(started), Some(ended)) = (started, ended) {
        return Times {
            started: whole(started),
            ended: whole(ended),
            basis: TimeBasis::Recorded,
        };
    }
    let at = whole(taken_at.or(newest).unwrap_or(options.now));
    Times {
        started: at,
        ended: at,
        // A file that says when it was collected is as good as a record.
        basis: match taken_at {
            Some(_) => TimeBasis::Recorded,
            None => TimeBasis::FileTime,
        },
    }
}

/// `*` matches anything, folders too; a pattern without `/` matches the file's name.
fn path_matches(glob: &str, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    glob_matches(glob, path) || (!glob.contains('/') && glob_matches(glob, name))
}
