//! A snapshot as files, and files as a snapshot. In memory and on the disk's side; no history here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::model::{Properties, Resource, ResourceId};

use super::canonical;
use super::digest::{Listing, sha256, sha256_hex};
use super::document::{self, Document, Half};
use super::error::{Place, StoreError, io_at};
use super::layout::{self, OBSERVED};
use super::manifest::{self, Manifest};
use super::upgrade;

pub(super) const MANIFEST: &str = "manifest.yaml";
pub(super) const LISTING: &str = "files.sha256";

/// One file to be written.
pub(super) struct Rendered {
    /// Below the snapshot's folder, with `/`.
    pub path: String,
    pub bytes: Vec<u8>,
    /// Lower-case hex.
    pub sha256: String,
}

/// The resource files of a snapshot, in path order.
pub(super) fn render(
    resources: &BTreeMap<ResourceId, Resource>,
) -> Result<Vec<Rendered>, StoreError> {
    let mut groups: BTreeMap<String, Vec<&Resource>> = BTreeMap::new();
    for (id, resource) in resources {
        if *id != resource.id {
            return Err(StoreError::Invalid {
                what: "the resource",
                value: id.to_string(),
                reason: format!("it is kept under another key than its own, {}", resource.id),
            });
        }
        groups
            .entry(layout::file_of(resource))
            .or_default()
            .push(resource);
    }
    refuse_case_collisions("files", groups.keys().map(String::as_str))?;
    let rendered: Result<Vec<Vec<Rendered>>, StoreError> = groups
        .into_par_iter()
        .map(|(path, group)| {
            let mut files = vec![render_one(path.clone(), Half::Content, &group)?];
            let observed: Vec<_> = group
                .into_iter()
                .filter(|resource| !resource.observed.is_empty())
                .collect();
            if !observed.is_empty() {
                let path = format!("{OBSERVED}{path}");
                files.push(render_one(path, Half::Observed, &observed)?);
            }
            Ok(files)
        })
        .collect();
    let mut files: Vec<_> = rendered?.into_iter().flatten().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn render_one(path: String, half: Half, group: &[&Resource]) -> Result<Rendered, StoreError> {
    let first = group[0];
    let bytes = document::write(first.id.plane, first.server.as_deref(), half, group)
        .map_err(|error| unwritable(&path, &error))?;
    // What cannot be read back (nesting beyond the reader's limit) must not be recorded.
    let document = document::read(&bytes).map_err(|error| unwritable(&path, &error))?;
    let mut meant = group.iter();
    for (kind, keys) in &document.resources.0 {
        for (key, entry) in keys {
            let same = meant.next().is_some_and(|resource| {
                let properties = match half {
                    Half::Content => &resource.properties,
                    Half::Observed => &resource.observed,
                };
                resource.id.kind == *kind
                    && resource.id.key == *key
                    && *properties == entry.properties
            });
            if !same {
                return Err(unwritable(
                    &path,
                    &format!("{kind} `{key}` reads differently"),
                ));
            }
        }
    }
    Ok(Rendered {
        sha256: sha256_hex(&bytes),
        path,
        bytes,
    })
}

fn unwritable(path: &str, message: &dyn std::fmt::Display) -> StoreError {
    StoreError::Invalid {
        what: "the file",
        value: path.to_owned(),
        reason: format!(
            "it cannot be written as YAML that reads back: {message}. Please report this"
        ),
    }
}

/// An error where two names differ only by case.
pub(super) fn refuse_case_collisions<'a>(
    what: &'static str,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), StoreError> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for name in names {
        if let Some(first) = seen.insert(name.to_lowercase(), name) {
            return Err(StoreError::CaseCollision {
                what,
                first: first.to_owned(),
                second: name.to_owned(),
            });
        }
    }
    Ok(())
}

/// A stored snapshot's frame: what is needed before any resource is read.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub folder: PathBuf,
    pub manifest: Manifest,
    pub listing: Listing,
    /// `sha256:` of `manifest.yaml`.
    pub digest: String,
}

/// What only the store writes and reads of a manifest: its last line, or that key elsewhere.
fn files_digest(path: &Path, bytes: &[u8]) -> Result<String, StoreError> {
    #[derive(Deserialize)]
    struct Seal {
        files_digest: String,
    }
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let last = text.trim_end_matches('\n').rsplit('\n').next();
    if let Some(digest) = last.and_then(|line| line.strip_prefix("files_digest: sha256:"))
        && digest.len() == 64
    {
        return Ok(digest.to_owned());
    }
    let seal: Seal = parse(path, bytes, manifest::FORMAT)?;
    Ok(seal.files_digest)
}

/// The bytes of a manifest with the seal of its listing.
pub(super) fn manifest_bytes(
    manifest: &Manifest,
    listing: &str,
) -> Result<Vec<u8>, serde_yaml::Error> {
    let mut text = serde_yaml::to_string(manifest)?;
    text.push_str("files_digest: ");
    text.push_str(&sha256(listing.as_bytes()));
    text.push('\n');
    Ok(text.into_bytes())
}

/// Reads and verifies manifest and listing. `expected` is what history recorded of the manifest.
pub(super) fn read_frame(folder: &Path, expected: Option<&str>) -> Result<Frame, StoreError> {
    let path = folder.join(MANIFEST);
    let bytes = read_recorded(&path, expected)?;
    let digest = sha256(&bytes);
    let manifest: Manifest = parse(&path, &bytes, manifest::FORMAT)?;
    let sealed = files_digest(&path, &bytes)?;
    let path = folder.join(LISTING);
    let bytes = read_recorded(&path, Some(&sealed))?;
    let damaged = |line, message: String| StoreError::Document {
        path: path.clone(),
        place: Place { line, column: 1 },
        message,
        expected: "a SHA-256 in hex, two blanks and a path on each line",
        next: "Run `exdrift store check`",
    };
    let text = std::str::from_utf8(&bytes).map_err(|e| damaged(0, e.to_string()))?;
    let listing = Listing::parse(text).map_err(|(line, message)| damaged(line, message))?;
    let content = listing.content_digest();
    if content != manifest.content_digest {
        return Err(StoreError::Edited {
            path: folder.join(MANIFEST),
            expected: format!("content_digest {}", manifest.content_digest),
            found: format!("{LISTING} gives {content}"),
        });
    }
    Ok(Frame {
        folder: folder.to_owned(),
        manifest,
        listing,
        digest,
    })
}

/// Reads a file and compares its digest (`sha256:` or bare hex) with a recorded one.
pub(super) fn read_recorded(path: &Path, expected: Option<&str>) -> Result<Vec<u8>, StoreError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound && expected.is_some() => {
            return Err(StoreError::Edited {
                path: path.to_owned(),
                expected: expected.unwrap_or_default().to_owned(),
                found: "it is missing".to_owned(),
            });
        }
        Err(error) => return Err(io_at("read", path)(error)),
    };
    if let Some(expected) = expected {
        let found = sha256_hex(&bytes);
        if !expected
            .trim_start_matches("sha256:")
            .eq_ignore_ascii_case(&found)
        {
            return Err(StoreError::Edited {
                path: path.to_owned(),
                expected: expected.to_owned(),
                found,
            });
        }
    }
    Ok(bytes)
}

/// Reads a YAML file of ours, format word first.
pub(super) fn parse<T: DeserializeOwned>(
    path: &Path,
    bytes: &[u8],
    known: &'static str,
) -> Result<T, StoreError> {
    check_format(path, bytes, known)?;
    canonical::read(bytes).map_err(|error| document_error(path, &error))
}

/// Refuses formats that this version does not know, before anything else is looked at.
pub(super) fn check_format(
    path: &Path,
    bytes: &[u8],
    known: &'static str,
) -> Result<(), StoreError> {
    #[derive(Deserialize)]
    struct Head {
        format: String,
    }
    // The canonical form has it on the first line; anything else is read as YAML.
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    if first.strip_prefix(b"format: ") == Some(known.as_bytes()) {
        return Ok(());
    }
    let head: Head = serde_yaml::from_slice(bytes).map_err(|e| document_error(path, &e))?;
    format_word(path, &head.format, known)
}

fn format_word(path: &Path, found: &str, known: &'static str) -> Result<(), StoreError> {
    if found == known {
        return Ok(());
    }
    let number = |word: &str| -> Option<(String, u64)> {
        let (name, number) = word.rsplit_once('/')?;
        Some((name.to_owned(), number.parse().ok()?))
    };
    match (number(found), number(known)) {
        (Some((name, theirs)), Some((ours, newest))) if name == ours && theirs > newest => {
            Err(StoreError::Newer {
                path: path.to_owned(),
                found: found.to_owned(),
                known,
            })
        }
        _ => Err(StoreError::Document {
            path: path.to_owned(),
            place: Place { line: 1, column: 1 },
            message: format!("the format is `{found}`"),
            expected: known,
            next: "Check that this file belongs to an exdrift store",
        }),
    }
}

pub(super) fn document_error(path: &Path, error: &serde_yaml::Error) -> StoreError {
    let place = error.location().map_or(Place::default(), |at| Place {
        line: at.line(),
        column: at.column(),
    });
    let mut message = error.to_string();
    // The place is said once, before the message.
    if let Some(at) = message.rfind(" at line ") {
        message.truncate(at);
    }
    StoreError::Document {
        path: path.to_owned(),
        place,
        message,
        expected: "a document as exdrift writes it (see snapshots/README.md)",
        next: "Run `exdrift store check`, then restore the file from a copy",
    }
}

/// Reads the resources of the content files that `wanted` picks, verifying exactly those bytes.
pub(super) fn read_resources(
    frame: &mut Frame,
    wanted: impl Fn(&str) -> bool + Sync,
) -> Result<BTreeMap<ResourceId, Resource>, StoreError> {
    for path in frame.listing.0.keys() {
        let orphan = path
            .strip_prefix(OBSERVED)
            .is_some_and(|content| !frame.listing.0.contains_key(content));
        if orphan {
            return Err(misplaced(
                &frame.folder.join(path),
                "no content file goes with it",
            ));
        }
    }
    let paths: Vec<_> = frame.listing.content().collect();
    let files: Vec<Result<Vec<Resource>, StoreError>> = paths
        .into_par_iter()
        .filter(|(path, _)| wanted(path))
        .map(|(path, hash)| read_file(&frame.folder, &frame.listing, path, hash))
        .collect();
    let mut all = Vec::new();
    for file in files {
        all.append(&mut file?);
    }
    let plan = upgrade::plan(&mut frame.manifest, upgrade::STEPS);
    if !plan.is_empty() {
        for resource in &mut all {
            for step in plan.get(resource.id.kind.as_str()).into_iter().flatten() {
                (step.apply)(resource);
            }
        }
    }
    let count = all.len();
    let ids: BTreeSet<_> = all.iter().map(|resource| &resource.id).collect();
    if ids.len() != count {
        let mut seen = BTreeSet::new();
        let twice = all.iter().find(|resource| !seen.insert(&resource.id));
        return Err(misplaced(
            &frame.folder,
            &format!(
                "{} is in two files",
                twice.map(|r| r.id.to_string()).unwrap_or_default()
            ),
        ));
    }
    drop(ids);
    Ok(all
        .into_iter()
        .map(|resource| (resource.id.clone(), resource))
        .collect())
}

fn misplaced(path: &Path, message: &str) -> StoreError {
    StoreError::Document {
        path: path.to_owned(),
        place: Place::default(),
        message: message.to_owned(),
        expected: "each resource once, in the file of its plane and server",
        next: "Run `exdrift store check`, then restore the file from a copy",
    }
}

fn read_file(
    folder: &Path,
    listing: &Listing,
    path: &str,
    hash: &str,
) -> Result<Vec<Resource>, StoreError> {
    let content = read_document(folder, path, path, hash)?;
    let observed_path = format!("{OBSERVED}{path}");
    let mut observed: BTreeMap<(String, String), Properties> = BTreeMap::new();
    if let Some(hash) = listing.0.get(&observed_path) {
        for (kind, keys) in read_document(folder, &observed_path, path, hash)?
            .resources
            .0
        {
            for (key, entry) in keys {
                observed.insert((kind.as_str().to_owned(), key), entry.properties);
            }
        }
    }
    let mut resources = Vec::new();
    for (kind, keys) in content.resources.0 {
        for (key, entry) in keys {
            let observed = if observed.is_empty() {
                Properties::new()
            } else {
                observed
                    .remove(&(kind.as_str().to_owned(), key.clone()))
                    .unwrap_or_default()
            };
            resources.push(Resource {
                id: ResourceId {
                    plane: content.plane,
                    kind: kind.clone(),
                    key,
                },
                server: content.server.clone(),
                site: entry.site,
                evidence: entry.evidence,
                properties: entry.properties,
                observed,
            });
        }
    }
    if let Some((kind, key)) = observed.into_keys().next() {
        return Err(misplaced(
            &folder.join(observed_path),
            &format!("{kind} `{key}` is not in the content file"),
        ));
    }
    Ok(resources)
}

fn read_document(
    folder: &Path,
    path: &str,
    content_path: &str,
    hash: &str,
) -> Result<Document, StoreError> {
    let full = folder.join(path);
    let bytes = read_recorded(&full, Some(hash))?;
    let document = document::read(&bytes).map_err(|error| {
        // A format that we do not know explains everything else that looks wrong.
        match check_format(&full, &bytes, document::FORMAT) {
            Err(newer @ StoreError::Newer { .. }) => newer,
            _ => document_error(&full, &error),
        }
    })?;
    format_word(&full, &document.format, document::FORMAT)?;
    let kind = document.resources.0.first().map_or("", |(k, _)| k.as_str());
    if layout::file(document.plane, document.server.as_deref(), kind) != content_path {
        return Err(misplaced(
            &full,
            "its plane, server or kind is another file's",
        ));
    }
    Ok(document)
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::{TimeZone, Utc};

    use super::*;
    use crate::model::{Coverage, Evidence, Kind, Plane, Site, Tool, Value};
    use crate::snapshot::{TimeBasis, Times};

    pub(crate) fn manifest(organization: &str) -> Manifest {
        let started = Utc.with_ymd_and_hms(2026, 11, 21, 2, 0, 0).unwrap();
        Manifest {
            format: manifest::FORMAT.to_owned(),
            organization: organization.to_owned(),
            id: String::new(),
            label: None,
            times: Times {
                started,
                ended: started,
                basis: TimeBasis::Recorded,
            },
            late: false,
            tool: Tool::this(),
            sources: Vec::new(),
            revisions: BTreeMap::new(),
            coverage: Coverage::default(),
            unrecognised: Vec::new(),
            content_digest: String::new(),
            previous_manifest: None,
        }
    }

    #[test]
    fn the_bytes_of_a_document_are_the_documented_ones() {
        let id = ResourceId {
            plane: Plane::Onprem,
            kind: Kind::new("WebServicesVirtualDirectory"),
            key: "EX01\\EWS (Default Web Site)".to_owned(),
        };
        let resource = Resource {
            id: id.clone(),
            server: Some("EX01".to_owned()),
            site: Some(Site::Frontend),
            evidence: Some(Evidence::Iis),
            properties: [
                ("BasicAuthentication".to_owned(), Value::Bool(false)),
                ("_odd".to_owned(), Value::text("0123")),
                ("$odd".to_owned(), Value::Null),
                (
                    "Methods".to_owned(),
                    Value::set(vec!["OAuth".into(), "Ntlm".into()]),
                ),
                ("Empty".to_owned(), Value::List(vec![])),
                ("Lines".to_owned(), Value::text("a\nb")),
            ]
            .into(),
            observed: [(
                "WhenChanged".to_owned(),
                Value::text("2026-01-02T03:04:05Z"),
            )]
            .into(),
        };
        let files = render(&[(id, resource)].into()).unwrap();
        let texts: Vec<_> = files
            .iter()
            .map(|f| (f.path.as_str(), std::str::from_utf8(&f.bytes).unwrap()))
            .collect();
        // Content digests rest on these bytes: a change here is a new format.
        assert_eq!(
            texts,
            [
                (
                    "observed/onprem/servers/EX01.yaml",
                    "format: exdrift.resources/1\nplane: onprem\nserver: EX01\nresources:\n  \
                     WebServicesVirtualDirectory:\n    EX01\\EWS (Default Web Site):\n      \
                     WhenChanged: 2026-01-02T03:04:05Z\n"
                ),
                (
                    "onprem/servers/EX01.yaml",
                    "format: exdrift.resources/1\nplane: onprem\nserver: EX01\nresources:\n  \
                     WebServicesVirtualDirectory:\n    EX01\\EWS (Default Web Site):\n      \
                     _evidence: iis\n      _site: frontend\n      $$odd: null\n      \
                     BasicAuthentication: false\n      Empty: []\n      Lines: |-\n        a\n        b\n      \
                     Methods:\n      - Ntlm\n      - OAuth\n      __odd: '0123'\n"
                ),
            ]
        );
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_at_its_line() {
        let text = "format: exdrift.resources/1\nplane: onprem\nserver: EX01\nresources:\n  K:\n    a:\n      P: 1\n      P: 2\n";
        let error = document::read(text.as_bytes()).unwrap_err();
        let shown = document_error(Path::new("x.yaml"), &error).to_string();
        assert!(shown.starts_with("x.yaml:8:7: "), "{shown}");
        assert!(shown.contains("`P` is there twice"), "{shown}");
        assert!(shown.contains("exdrift store check"), "{shown}");
    }
}
