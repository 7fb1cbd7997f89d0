//! One file's bytes to placed objects.

use chrono::{DateTime, Utc};

use crate::catalog::KindSpec;
use crate::normalise::hex_lower;
use crate::protocol::{self, Format, Limits, ProtocolError, clixml};
use crate::snapshot::Source;

use super::coverage::Ended;
use super::files::{FileError, Input};
use super::fold;
use super::format::{self, Reading, Seen};
use super::import::ImportError;
use super::jobs::Job;
use super::page;
use super::place::{self, Candidate, Told, Unplaced};

/// What one file gave.
pub(super) struct FileRead {
    pub source: Source,
    pub candidates: Vec<Candidate>,
    pub unplaced: Vec<Unplaced>,
    /// What the file says of the calls that it reports on.
    pub ended: Vec<Ended>,
    /// When it was collected, where it says so.
    pub taken_at: Option<DateTime<Utc>>,
    /// Kinds that the file's own words decide: a page of Graph names its kind, and says where it is not
    /// the last; a list may be cut. The reason is why the kind is not all there.
    pub notes: Vec<(&'static KindSpec, Option<String>)>,
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
            ended: Vec::new(),
            taken_at: None,
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
            ended: Vec::new(),
            taken_at: None,
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
        Err(error) => match in_part(input, &bytes, &error) {
            Some(text) => text.into(),
            None if must_be_read || is_export => return Err(malformed(error)),
            None => return other("(binary)"),
        },
    };
    let limits = Limits::default();
    let seen = Seen {
        name: input.name(),
        shown: &input.shown,
        text: &text,
        limits: &limits,
    };
    if let Some(format) = format::of(&seen) {
        return match (format.read)(&seen) {
            Ok(reading) => Ok(placed(job, index, &bytes, format.name, reading)),
            Err(error) if must_be_read || is_export || format.is_certain => Err(malformed(error)),
            Err(_) => other("(text)"),
        };
    }
    let is_blank = seen.start().is_empty();
    let is_xml = seen.start().starts_with('<');
    if must_be_read || (is_export && !is_xml) {
        // Whoever names a file, or calls it an export, wants to know why it is not read.
        return Err(match clixml::parse(&text, &limits) {
            _ if is_blank && !must_be_read => FileError::Empty {
                shown: input.shown.clone(),
            }
            .into(),
            Err(error) => malformed(error),
            Ok(_) => ImportError::Malformed {
                shown: input.shown.clone(),
                problem: "this is neither CLIXML nor JSON nor Format-List text".to_owned(),
            },
        });
    }
    other(match () {
        () if is_blank => "(blank)",
        () if is_xml => "(XML of another kind)",
        () => "(text)",
    })
}

/// Text of an unknown code page, as far as it is ASCII, where a format can do with that.
fn in_part(input: &Input, bytes: &[u8], error: &ProtocolError) -> Option<String> {
    let text = protocol::decode_ascii(bytes)?;
    let seen = Seen {
        name: input.name(),
        shown: &input.shown,
        text: &text,
        limits: &Limits::default(),
    };
    if !format::bears_damage(&seen) {
        return None;
    }
    tracing::warn!(
        "{}: {error}; values with characters of that code page are undecided",
        input.shown
    );
    Some(text)
}

/// Places what a file gave.
fn placed(job: &Job, index: usize, bytes: &[u8], format: &str, reading: Reading<'_>) -> FileRead {
    let Reading {
        document,
        finds,
        mut unplaced,
        ended,
        taken_at,
        pages,
    } = reading;
    let count = finds.len() + unplaced.len();
    let mut candidates = Vec::with_capacity(finds.len());
    let mut is_single = Vec::with_capacity(finds.len());
    for find in finds {
        // What the user or a record says comes before what the file says.
        let told = Told {
            kind: job.told.kind.or(find.kind),
            plane: job.told.plane.or(find.plane),
            server: job.told.server.clone().or(find.server),
            ..job.told
        };
        let object = document.object(find.object);
        match place::place(&document, object, &told, job.hint, job.folder_plane, index) {
            Ok(mut candidate) => {
                if candidate.spec.is_virtual_directory() {
                    candidate.evidence = find.evidence.or(candidate.evidence);
                }
                is_single.push(fold::is_single(candidate.spec, &document, object));
                candidates.push(candidate);
            }
            Err(missing) => unplaced.push(missing),
        }
    }
    // A broken text falls into pieces, and a piece without a kind or a key may be of these objects. Prose
    // around them is no piece.
    let lacks_key = |c: &Candidate| {
        place::resource_id(c.spec, c.plane, Some("EX01"), &c.normalised.properties).is_err()
    };
    let is_broken =
        || unplaced.iter().any(|piece| piece.missing == "kind") || candidates.iter().any(lacks_key);
    if document.format == Format::FormatList && is_broken() {
        for candidate in &mut candidates {
            place::leave_open(&mut candidate.normalised);
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
    FileRead {
        source: source_of(&job.input, bytes, format, count),
        candidates,
        unplaced,
        ended,
        taken_at,
        notes,
    }
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
