//! The files to read, each with what a record, the user or its path says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::catalog::{self, KindSpec, states_secret};
use crate::model::{Plane, State};
use crate::normalise::server_name;
use crate::snapshot::Source;

use super::coverage::Ended;
use super::files::Input;
use super::import::{ImportError, ImportOptions};
use super::place::{self, Told};
use super::read::source_of;
use super::record::{Record, RecordError};

/// What one file is, before its content is looked at.
pub(super) struct Job {
    pub input: Input,
    pub told: Told,
    pub hint: Option<&'static KindSpec>,
    pub folder_plane: Option<Plane>,
    /// Lies in a bundle whose record does not know it: nobody vouches for it, so it is not read.
    pub is_stray: bool,
}

/// Everything that is to be read, and what the records said already.
pub(super) struct Bundles {
    pub jobs: Vec<Job>,
    pub records: Vec<Record>,
    pub record_sources: Vec<Source>,
    pub ended: Vec<Ended>,
}

/// Finds the records among the files, checks them, and tells each file what its record says of it.
pub(super) fn bundles(inputs: Vec<Input>, options: &ImportOptions) -> Result<Bundles, ImportError> {
    let mut told_by_record: BTreeMap<PathBuf, Told> = BTreeMap::new();
    let mut records = Vec::new();
    let mut ended = Vec::new();
    let mut record_paths = BTreeSet::new();
    let mut record_sources = Vec::new();
    let mut roots = Vec::new();
    for input in inputs.iter().filter(|input| input.name() == "record.json") {
        let bytes = input.read(options.max_file_size)?;
        let record = Record::read(&bytes, &input.path)?;
        let root = input.path.parent().unwrap_or(Path::new("."));
        match input.is_archived() {
            true => verify_archived(&record, root, &inputs, options.max_file_size)?,
            false => record.verify(root)?,
        }
        for call in &record.calls {
            let Some(spec) = catalog::named(call.kind.as_str()) else {
                continue; // a newer script's kind: its file stays an ordinary file
            };
            let server = call.server.as_deref().map(server_name);
            ended.push(Ended {
                plane: Some(call.plane),
                kind: spec.name,
                server: server.clone(),
                state: match call.state {
                    // It answered, and something went wrong on the way.
                    State::Complete if call.error.is_some() => State::Partial,
                    state => state,
                },
                reason: call.error.as_deref().map(harmless),
                recorded: true,
            });
            if let Some(file) = &call.file {
                told_by_record.insert(
                    root.join(file),
                    Told {
                        kind: Some(spec),
                        plane: Some(call.plane),
                        server,
                        count: call.count,
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
        roots.push(root.to_owned());
        records.push(record);
        record_paths.insert(input.path.clone());
    }
    let jobs = inputs
        .into_iter()
        .filter(|input| !record_paths.contains(&input.path))
        .map(|input| {
            let recorded = told_by_record.remove(&input.path);
            let is_stray =
                recorded.is_none() && roots.iter().any(|root| input.path.starts_with(root));
            let mut told = recorded.unwrap_or_default();
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
                is_stray,
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

/// The files that a record in an archive names are there, with the digests that it says.
pub(super) fn verify_archived(
    record: &Record,
    root: &Path,
    inputs: &[Input],
    max_file_size: u64,
) -> Result<(), ImportError> {
    let by_path: BTreeMap<&Path, &Input> = inputs
        .iter()
        .filter(|input| input.is_archived())
        .map(|input| (input.path.as_path(), input))
        .collect();
    for (call, name) in record.files() {
        let path = root.join(name);
        let Some(input) = by_path.get(path.as_path()) else {
            return Err(RecordError::Unreadable {
                file: path,
                source: std::io::Error::from(std::io::ErrorKind::NotFound),
            }
            .into());
        };
        call.verify_bytes(&input.read(max_file_size)?, &path)?;
    }
    Ok(())
}

/// A message of somebody else's, unless it states a secret.
fn harmless(message: &str) -> String {
    if states_secret(message) {
        "(the message states a secret and is not kept)".to_owned()
    } else {
        message.to_owned()
    }
}
