//! Files to one snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::{DateTime, SubsecRound, Utc};
use rayon::prelude::*;

use crate::catalog::{self, KindSpec};
use crate::model::{Plane, Resource, State, Tool};
use crate::protocol::{self, Limits, ProtocolError, clixml, json};
use crate::snapshot::{FORMAT, Manifest, Snapshot, Source, TimeBasis, Times, Unrecognised};

use super::coverage::{self, Ended};
use super::files::{FileError, Input, discover};
use super::merge::{self, Copy};
use super::place::{self, Candidate, Told, Unplaced};
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

/// A snapshot that is not stored yet.
#[derive(Clone, Debug)]
pub struct Import {
    /// Everything that was placed.
    pub snapshot: Snapshot,
    /// Files of a folder that could not be read. The import's exit code is 3 where there are any.
    pub failed: Vec<FailedFile>,
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
    #[error(
        "{shown}: {problem}\n  next: export it again with Export-Clixml or ConvertTo-Json, and copy it whole"
    )]
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
    /// Two keys that a file system without case would make one.
    #[error("{0}")]
    Key(String),
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

/// What one file gave.
struct FileRead {
    source: Source,
    candidates: Vec<Candidate>,
    unplaced: Vec<Unplaced>,
}

/// What one file is, before its content is looked at.
struct Job {
    input: Input,
    told: Told,
    hint: Option<&'static KindSpec>,
    folder_plane: Option<Plane>,
}

/// Reads files and folders into one snapshot.
///
/// # Errors
/// A named path that cannot be read, a record that does not hold, copies that disagree, nothing
/// recognised; with `strict`, any file that cannot be read.
pub fn import(paths: &[PathBuf], options: &ImportOptions) -> Result<Import, ImportError> {
    let inputs = discover(paths)?;
    let Bundles {
        jobs,
        records,
        record_sources,
        mut ended,
    } = bundles(inputs, options)?;
    let newest = jobs.iter().filter_map(|job| job.input.modified()).max();

    let read: Vec<(usize, Result<FileRead, ImportError>)> = jobs
        .par_iter()
        .enumerate()
        .map(|(index, job)| (index, read_file(job, index, options.max_file_size)))
        .collect();

    let mut failed = Vec::new();
    let mut sources = record_sources;
    let mut candidates = Vec::new();
    let mut unrecognised: BTreeMap<(String, Unplaced), usize> = BTreeMap::new();
    for (index, result) in read {
        let job = &jobs[index];
        match result {
            Ok(file) => {
                // A file that holds nothing still says that its call returned nothing.
                if file.candidates.is_empty()
                    && file.unplaced.is_empty()
                    && let Some(spec) = job.told.kind.or(job.hint)
                {
                    ended.push(Ended {
                        plane: job.told.plane.or(job.folder_plane),
                        kind: spec.name,
                        server: job.told.server.clone(),
                        state: State::Complete,
                        reason: None,
                        recorded: false,
                    });
                }
                for unplaced in file.unplaced {
                    *unrecognised
                        .entry((job.input.shown.clone(), unplaced))
                        .or_default() += 1;
                }
                candidates.extend(file.candidates);
                sources.push(file.source);
            }
            Err(error) if job.input.named || options.strict => return Err(error),
            Err(error) => {
                let reason = error.to_string();
                tracing::warn!("{reason}");
                let spec = job.told.kind.or(job.hint);
                if let Some(spec) = spec {
                    ended.push(Ended {
                        plane: job.told.plane.or(job.folder_plane),
                        kind: spec.name,
                        server: job.told.server.clone(),
                        state: State::Failed,
                        reason: Some(reason.clone()),
                        recorded: false,
                    });
                } else {
                    let unplaced = Unplaced {
                        type_name: "(unreadable)".to_owned(),
                        missing: reason.clone(),
                        plane: None,
                    };
                    unrecognised.insert((job.input.shown.clone(), unplaced), 1);
                }
                failed.push(FailedFile {
                    path: job.input.shown.clone(),
                    reason,
                });
            }
        }
    }

    let copies = identify(candidates, &jobs, &mut unrecognised);
    let mut unrecognised: Vec<Unrecognised> = unrecognised
        .into_iter()
        .map(|((path, unplaced), count)| Unrecognised {
            path,
            type_name: unplaced.type_name,
            count,
            missing: unplaced.missing,
            plane: unplaced.plane,
        })
        .collect();
    unrecognised.sort();
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
        times: times(&records, options, newest),
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
    })
}

fn times(records: &[Record], options: &ImportOptions, newest: Option<DateTime<Utc>>) -> Times {
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
    let at = whole(newest.unwrap_or(options.now));
    Times {
        started: at,
        ended: at,
        basis: TimeBasis::FileTime,
    }
}

struct Bundles {
    jobs: Vec<Job>,
    records: Vec<Record>,
    record_sources: Vec<Source>,
    ended: Vec<Ended>,
}

/// Finds the records among the files, checks them, and tells each file what its record says of it.
fn bundles(inputs: Vec<Input>, options: &ImportOptions) -> Result<Bundles, ImportError> {
    let mut told_by_record: BTreeMap<PathBuf, Told> = BTreeMap::new();
    let mut records = Vec::new();
    let mut ended = Vec::new();
    let mut record_paths = BTreeSet::new();
    let mut record_sources = Vec::new();
    for input in inputs.iter().filter(|input| input.name() == "record.json") {
        let bytes = input.read(options.max_file_size)?;
        let record = Record::read(&bytes, &input.path)?;
        let root = input.path.parent().unwrap_or(std::path::Path::new("."));
        record.verify(root)?;
        for call in &record.calls {
            let Some(spec) = catalog::find_kind(&call.kind) else {
                continue; // a newer script's kind: its file stays an ordinary file
            };
            let server = call.server.as_deref().map(crate::normalise::server_name);
            ended.push(Ended {
                plane: Some(call.plane),
                kind: spec.name,
                server: server.clone(),
                state: call.state,
                reason: call.error.clone(),
                recorded: true,
            });
            if let Some(file) = &call.file {
                told_by_record.insert(
                    root.join(file),
                    Told {
                        kind: Some(spec),
                        plane: Some(call.plane),
                        server,
                        asked_iis: !call
                            .arguments
                            .keys()
                            .any(|name| name.eq_ignore_ascii_case("ADPropertiesOnly")),
                    },
                );
            }
        }
        let source = source_of(input, &bytes, "record", record.calls.len());
        record_sources.push(source);
        records.push(record);
        record_paths.insert(input.path.clone());
    }
    let jobs = inputs
        .into_iter()
        .filter(|input| !record_paths.contains(&input.path))
        .map(|input| {
            let mut told = told_by_record.remove(&input.path).unwrap_or_default();
            told.kind = options.kind.or(told.kind);
            told.plane = told.plane.or(options.plane);
            told.server = told.server.or_else(|| options.server.clone());
            let hint = place::kind_of_name(input.name());
            let folder_plane = input.folders().find_map(|folder| match folder {
                "onprem" | "cloud" | "entra" | "host" => folder.parse().ok(),
                _ => None,
            });
            Job {
                input,
                told,
                hint,
                folder_plane,
            }
        })
        .collect();
    Ok(Bundles {
        jobs,
        records,
        record_sources,
        ended,
    })
}

/// What a file's bytes look like.
enum Looks {
    Clixml,
    Json,
    /// Another thing, in words.
    Other(&'static str),
}

fn looks(text: &str) -> Looks {
    let start = text.trim_start();
    if start.starts_with("<Objs") || start.starts_with("#< CLIXML") {
        Looks::Clixml
    } else if start.starts_with(['{', '[']) || start.starts_with("null") {
        Looks::Json
    } else if start.is_empty() {
        Looks::Other("(blank)")
    } else if start.starts_with('<') {
        Looks::Other("(XML of another kind)")
    } else {
        Looks::Other("(text)")
    }
}

fn read_file(job: &Job, index: usize, max_file_size: u64) -> Result<FileRead, ImportError> {
    let input = &job.input;
    let extension = input
        .name()
        .rsplit_once('.')
        .map(|(_, e)| e.to_ascii_lowercase());
    let is_export = matches!(extension.as_deref(), Some("xml" | "clixml" | "json"));
    let bytes = match input.read(max_file_size) {
        Err(FileError::Empty { .. }) if !input.named && !is_export => Vec::new(),
        other => other?,
    };
    let malformed = |error: ProtocolError| ImportError::Malformed {
        shown: input.shown.clone(),
        problem: error.to_string(),
    };
    let other = |words: &str| {
        let source = source_of(input, &bytes, "other", 0);
        let unplaced = Unplaced {
            type_name: words.to_owned(),
            missing: "not an export that this version reads".to_owned(),
            plane: None,
        };
        Ok(FileRead {
            source,
            candidates: Vec::new(),
            unplaced: vec![unplaced],
        })
    };
    let must_be_read = input.named || job.told.kind.is_some();
    let text = match protocol::decode(&bytes) {
        Ok(text) => text,
        Err(error) if must_be_read || is_export => return Err(malformed(error)),
        Err(_) => return other("(binary)"),
    };
    let limits = Limits::default();
    let (document, format) = match looks(&text) {
        Looks::Clixml => (clixml::parse(&text, &limits).map_err(malformed)?, "clixml"),
        Looks::Json => match json::parse(&text, &limits) {
            Ok(document) => (document, "json"),
            Err(error) if must_be_read || is_export => return Err(malformed(error)),
            Err(_) => return other("(text)"),
        },
        // Whoever names a file wants to know why it is not read.
        Looks::Other(_) if must_be_read => {
            return Err(match clixml::parse(&text, &limits) {
                Err(error) => malformed(error),
                Ok(_) => ImportError::Malformed {
                    shown: input.shown.clone(),
                    problem: "this is neither CLIXML nor JSON".to_owned(),
                },
            });
        }
        Looks::Other("(blank)") if is_export => {
            return Err(FileError::Empty {
                shown: input.shown.clone(),
            }
            .into());
        }
        Looks::Other("(text)") if is_export => {
            return Err(match clixml::parse(&text, &limits) {
                Err(error) => malformed(error),
                Ok(_) => FileError::Empty {
                    shown: input.shown.clone(),
                }
                .into(),
            });
        }
        Looks::Other(words) => return other(words),
    };
    let (objects, mut unplaced) = place::top_objects(&document);
    let mut candidates = Vec::new();
    let count = objects.len() + unplaced.len();
    for object in objects {
        match place::place(
            &document,
            object,
            &job.told,
            job.hint,
            job.folder_plane,
            index,
        ) {
            Ok(candidate) => candidates.push(candidate),
            Err(missing) => unplaced.push(missing),
        }
    }
    Ok(FileRead {
        source: source_of(input, &bytes, format, count),
        candidates,
        unplaced,
    })
}

fn source_of(input: &Input, bytes: &[u8], format: &str, objects: usize) -> Source {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    Source {
        path: input.shown.clone(),
        sha256: crate::normalise::hex_lower(digest.as_ref()),
        bytes: bytes.len() as u64,
        format: format.to_owned(),
        objects,
    }
}

/// Gives every candidate its server and key. What cannot have them is listed with what was missing.
fn identify(
    candidates: Vec<Candidate>,
    jobs: &[Job],
    unrecognised: &mut BTreeMap<(String, Unplaced), usize>,
) -> Vec<Copy> {
    let known: BTreeSet<String> = candidates
        .iter()
        .filter(|c| c.spec.name == "ExchangeServer")
        .filter_map(|c| place::resource_id(c.spec, c.plane, None, &c.normalised.properties).ok())
        .map(|id| id.key)
        .collect();
    let mut copies = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let input = &jobs[candidate.source].input;
        let server = candidate.spec.is_server_bound().then(|| {
            candidate.server.clone().or_else(|| {
                input
                    .folders()
                    .map(crate::normalise::server_name)
                    .find(|name| known.contains(name))
            })
        });
        let server = server.flatten();
        let properties = &candidate.normalised.properties;
        match place::resource_id(
            candidate.spec,
            candidate.plane,
            server.as_deref(),
            properties,
        ) {
            Ok(id) => copies.push(Copy {
                source: candidate.source,
                resource: Resource {
                    site: candidate.spec.site(&id.key),
                    server: server.or_else(|| {
                        (candidate.spec.name == "ExchangeServer").then(|| id.key.clone())
                    }),
                    id,
                    evidence: candidate.evidence,
                    properties: candidate.normalised.properties,
                    observed: candidate.normalised.observed,
                },
            }),
            Err(missing) => {
                let unplaced = Unplaced {
                    type_name: candidate.spec.name.to_owned(),
                    missing: missing.to_owned(),
                    plane: Some(candidate.plane),
                };
                *unrecognised
                    .entry((input.shown.clone(), unplaced))
                    .or_default() += 1;
            }
        }
    }
    copies
}

/// `*` matches anything, folders too; a pattern without `/` matches the file's name.
fn path_matches(glob: &str, path: &str) -> bool {
    fn go(glob: &[u8], text: &[u8]) -> bool {
        match glob.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|skip| go(rest, &text[skip..])),
            Some((b'?', rest)) => !text.is_empty() && go(rest, &text[1..]),
            Some((c, rest)) => {
                text.first().is_some_and(|t| t.eq_ignore_ascii_case(c)) && go(rest, &text[1..])
            }
        }
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    go(glob.as_bytes(), path.as_bytes())
        || (!glob.contains('/') && go(glob.as_bytes(), name.as_bytes()))
}
