//! One file's bytes to placed objects.

use crate::catalog::KindSpec;
use crate::normalise::hex_lower;
use crate::protocol::{self, Limits, ProtocolError, clixml, json};
use crate::snapshot::Source;

use super::files::{FileError, Input};
use super::fold;
use super::import::ImportError;
use super::jobs::Job;
use super::page;
use super::place::{self, Candidate, TopObjects, Unplaced};

/// What one file gave.
pub(super) struct FileRead {
    pub source: Source,
    pub candidates: Vec<Candidate>,
    pub unplaced: Vec<Unplaced>,
    /// Kinds that the file's own words decide: a page of Graph names its kind, and says where it is not
    /// the last; a list may be cut. The reason is why the kind is not all there.
    pub notes: Vec<(&'static KindSpec, Option<String>)>,
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

/// Reads one file and places its objects as far as it alone allows.
///
/// # Errors
/// Bytes that cannot be had, or that are no export where an export was promised.
pub(super) fn read_file(
    job: &Job,
    index: usize,
    max_file_size: u64,
) -> Result<FileRead, ImportError> {
    let input = &job.input;
    if job.is_stray {
        return Ok(FileRead {
            source: source_of(input, &[], "stray", 0),
            candidates: Vec::new(),
            notes: Vec::new(),
            unplaced: vec![Unplaced {
                type_name: "(file)".to_owned(),
                missing: "record.json of its bundle does not name it".to_owned(),
                plane: None,
                kind: None,
            }],
        });
    }
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
            kind: None,
        };
        Ok(FileRead {
            source,
            candidates: Vec::new(),
            notes: Vec::new(),
            unplaced: vec![unplaced],
        })
    };
    let archive = match bytes.as_slice() {
        [b'P', b'K', 3, 4, ..] => Some("a zip archive"),
        [0x1f, 0x8b, ..] => Some("a gzip archive"),
        _ => None,
    };
    if let Some(archive) = archive {
        return match input.named {
            true => Err(ImportError::Malformed {
                shown: input.shown.clone(),
                problem: format!(
                    "this is {archive}; archives are not read: unpack it and import the folder"
                ),
            }),
            false => other(archive),
        };
    }
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
    let TopObjects {
        objects,
        rest: mut unplaced,
        pages,
    } = place::top_objects(&document);
    let mut candidates = Vec::new();
    let mut is_single = Vec::new();
    let count = objects.len() + unplaced.len();
    for (object, page_kind) in objects {
        match place::place(
            &document,
            object,
            &job.told,
            page_kind.or(job.hint),
            job.folder_plane,
            index,
        ) {
            Ok(candidate) => {
                is_single.push(fold::is_single(candidate.spec, object));
                candidates.push(candidate);
            }
            Err(missing) => unplaced.push(missing),
        }
    }
    let mut notes = Vec::new();
    for spec in fold::fold(&mut candidates, &is_single) {
        let reason = format!(
            "exactly {} objects, as many as {} returns without -ResultSize Unlimited",
            fold::DEFAULT_RESULT_SIZE,
            spec.calls[0].cmdlet
        );
        notes.push((spec, Some(reason)));
    }
    for page in pages {
        let mut kinds = candidates.iter().map(|c| c.spec);
        if let Some(spec) = page.kind.or(job.told.kind).or_else(|| kinds.next_back()) {
            notes.push((spec, page.is_cut.then(|| page::CUT.to_owned())));
        }
    }
    Ok(FileRead {
        source: source_of(input, &bytes, format, count),
        candidates,
        unplaced,
        notes,
    })
}

/// A file as the manifest names it.
pub(super) fn source_of(input: &Input, bytes: &[u8], format: &str, objects: usize) -> Source {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    Source {
        path: input.shown.clone(),
        sha256: hex_lower(digest.as_ref()),
        bytes: bytes.len() as u64,
        format: format.to_owned(),
        objects,
    }
}
