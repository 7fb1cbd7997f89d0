//! `record.json`: what the export script did, call by call. It is what makes coverage `recorded`.
//!
//! In: the bytes of `record.json` and the folder that it lies in. Out: a [`Record`] whose calls agree
//! with themselves, and whose files are the ones that the script wrote. Never: a look at what the files
//! hold.
//!
//! A bundle may come from anywhere, so nothing in it is believed: names of files stay inside the folder,
//! links are not followed out of it, and what is said twice is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use ring::digest;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

use crate::model::{Kind, Plane, State};

/// The name of the file in a bundle.
pub const FILE_NAME: &str = "record.json";

const SCHEMA_FAMILY: &str = "exdrift.record/";
const SCHEMA_VERSION: u32 = 1;

/// What one run of the script did. Keys that this version does not know are ignored.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// `exdrift.record/1`.
    pub schema: String,
    /// Which script.
    pub script: Script,
    /// The plane of the session that it ran in; a call has its own.
    pub plane: Plane,
    /// FQDN of the computer that it ran on.
    #[serde(default)]
    pub computer: Option<String>,
    /// `DOMAIN\account`.
    #[serde(default)]
    pub user: Option<String>,
    /// First call. UTC, second precision.
    pub started: DateTime<Utc>,
    /// After the last call. UTC, second precision.
    pub ended: DateTime<Utc>,
    /// True where nothing was called.
    #[serde(default)]
    pub whatif: bool,
    /// The list given by `-Server`; `None` means every server.
    #[serde(default)]
    pub servers: Option<Vec<String>>,
    /// Every call, in order.
    pub calls: Vec<RecordedCall>,
}

/// The program that wrote the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Script {
    /// `exdrift-export`.
    pub name: String,
    /// The exdrift that generated it: `0.1.0`.
    pub version: String,
    /// [`super::script::catalog_digest`] of that exdrift.
    #[serde(default)]
    pub catalog: Option<String>,
}

/// One call and how it ended.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct RecordedCall {
    /// What it read.
    pub plane: Plane,
    /// Of which kind.
    pub kind: Kind,
    /// `Get-OwaVirtualDirectory`, or a name of ours for what no cmdlet gives.
    pub cmdlet: String,
    /// Named arguments.
    #[serde(default, deserialize_with = "unique_keys")]
    pub arguments: BTreeMap<String, Json>,
    /// The server that was asked; `None` for a call for the whole organization, and where there was no
    /// list of servers to ask.
    #[serde(default)]
    pub server: Option<String>,
    /// Relative to the bundle, with `/`. `None` unless the call is complete.
    #[serde(default)]
    pub file: Option<String>,
    /// SHA-256 of the file's bytes, 64 lower-case hex digits. `None` unless the call is complete.
    #[serde(default)]
    pub sha256: Option<String>,
    /// How many objects the file holds. `None` unless the call is complete.
    #[serde(default)]
    pub count: Option<u64>,
    /// `complete`, `failed`, `denied` or `unsupported`.
    #[serde(deserialize_with = "call_state")]
    pub state: State,
    /// Why it is not complete.
    #[serde(default)]
    pub error: Option<String>,
    /// What the cmdlet warned of while it answered.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// Why a bundle cannot be taken. Every variant is for the operator: run the script again, or copy the
/// bundle again, unless it says otherwise.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The bytes are not the JSON of a record.
    #[error(
        "{}: not a record of the export script: {reason}; expected {SCHEMA_FAMILY}{SCHEMA_VERSION} as UTF-8 JSON; copy the bundle again, unchanged", place(path, *line, *column)
    )]
    Malformed {
        /// The record.
        path: PathBuf,
        /// From 1; 0 where the place is unknown.
        line: usize,
        /// From 1; 0 where the place is unknown.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// Another file, or a record of a later exdrift.
    #[error(
        "{}: schema {found:?}, and this exdrift reads {SCHEMA_FAMILY}{SCHEMA_VERSION}; for a newer record use the exdrift that printed the script ({tool})", path.display()
    )]
    Schema {
        /// The record.
        path: PathBuf,
        /// The value of `schema`.
        found: String,
        /// Which script wrote it, as far as it says so.
        tool: String,
    },
    /// A call contradicts itself.
    #[error("{}: call {call} ({what}): {reason}; run the export script again", path.display())]
    Inconsistent {
        /// The record.
        path: PathBuf,
        /// From 1, in the order of `calls`.
        call: usize,
        /// `onprem OwaVirtualDirectory EX01`.
        what: String,
        /// What is wrong.
        reason: String,
    },
    /// Two calls say the same thing, or name the same file.
    #[error(
        "{}: calls {first} and {second} both have {what}; expected once; run the export script again", path.display()
    )]
    Duplicate {
        /// The record.
        path: PathBuf,
        /// From 1.
        first: usize,
        /// From 1.
        second: usize,
        /// A call or a file.
        what: String,
    },
    /// A file that would lie outside the bundle.
    #[error(
        "{}: call {call} names the file {file:?}: {reason}; expected a path inside the bundle such as onprem/EX01/OwaVirtualDirectory.xml; do not use this bundle before you know who made it", path.display()
    )]
    UnsafePath {
        /// The record.
        path: PathBuf,
        /// From 1.
        call: usize,
        /// As it stands in the record.
        file: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A file is not there, or cannot be read.
    #[error("{}: {source}; the record names it; copy the bundle again, with all its folders", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The bytes are not the ones that the script wrote.
    #[error(
        "{}: SHA-256 is {found}, expected {expected} as the record says; the file was changed or cut after the export; copy the bundle again or run the export script again", file.display()
    )]
    Digest {
        /// The file.
        file: PathBuf,
        /// From the record.
        expected: String,
        /// Of the file.
        found: String,
    },
}

impl Record {
    /// Reads `record.json`. `path` is only for messages.
    ///
    /// # Errors
    ///
    /// Anything but [`RecordError::Unreadable`] and [`RecordError::Digest`].
    pub fn read(bytes: &[u8], path: &Path) -> Result<Self, RecordError> {
        let malformed = |reason: String| RecordError::Malformed {
            path: path.to_owned(),
            line: 0,
            column: 0,
            reason,
        };
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            return Err(malformed(
                "the text is UTF-16, so an editor or a redirection wrote it again".to_owned(),
            ));
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let broken = |error: serde_json::Error| RecordError::Malformed {
            path: path.to_owned(),
            line: error.line(),
            column: error.column(),
            reason: reason_of(&error),
        };
        // The schema first: a newer record should not be called malformed.
        let head: Head = serde_json::from_slice(bytes).map_err(broken)?;
        if head.schema.strip_prefix(SCHEMA_FAMILY) != Some(&SCHEMA_VERSION.to_string()) {
            return Err(RecordError::Schema {
                path: path.to_owned(),
                found: head.schema,
                tool: head.script.map_or_else(
                    || "unknown".to_owned(),
                    |s| format!("{} {}", s.name, s.version),
                ),
            });
        }
        let record: Record = serde_json::from_slice(bytes).map_err(broken)?;
        record.check(path)?;
        Ok(record)
    }

    /// Compares every named file with its digest. `root` is the bundle's folder.
    ///
    /// # Errors
    ///
    /// [`RecordError::UnsafePath`] where a link leads out of the bundle, [`RecordError::Unreadable`],
    /// [`RecordError::Digest`]: the first one.
    pub fn verify(&self, root: &Path) -> Result<(), RecordError> {
        let unreadable = |file: &Path| {
            let file = file.to_owned();
            move |source| RecordError::Unreadable { file, source }
        };
        let canonical_root = root.canonicalize().map_err(unreadable(root))?;
        for (index, call) in self.calls.iter().enumerate() {
            let (Some(name), Some(expected)) = (&call.file, &call.sha256) else {
                continue;
            };
            let file = root.join(name);
            let canonical = file.canonicalize().map_err(unreadable(&file))?;
            if !canonical.starts_with(&canonical_root) {
                return Err(RecordError::UnsafePath {
                    path: root.join(FILE_NAME),
                    call: index + 1,
                    file: name.clone(),
                    reason: "a link leads out of the bundle",
                });
            }
            let found = sha256_of(&canonical).map_err(unreadable(&file))?;
            if found != *expected {
                return Err(RecordError::Digest {
                    file,
                    expected: expected.clone(),
                    found,
                });
            }
        }
        Ok(())
    }

    /// The call that a file of the bundle belongs to, by its path relative to the bundle with `/`.
    pub fn call_of(&self, file: &str) -> Option<&RecordedCall> {
        self.calls
            .iter()
            .find(|call| call.file.as_deref() == Some(file))
    }

    /// The calls that have a file, with its name.
    pub fn files(&self) -> impl Iterator<Item = (&RecordedCall, &str)> {
        self.calls
            .iter()
            .filter_map(|call| Some((call, call.file.as_deref()?)))
    }

    fn check(&self, path: &Path) -> Result<(), RecordError> {
        let mut calls = BTreeMap::new();
        let mut files = BTreeMap::new();
        for (index, call) in self.calls.iter().enumerate() {
            let number = index + 1;
            if let Some(reason) = call.contradiction() {
                return Err(RecordError::Inconsistent {
                    path: path.to_owned(),
                    call: number,
                    what: call.to_string(),
                    reason: reason.to_owned(),
                });
            }
            let duplicate = |first, what: String| RecordError::Duplicate {
                path: path.to_owned(),
                first,
                second: number,
                what,
            };
            // Servers and Windows file names compare without case.
            let identity = call.to_string().to_ascii_lowercase();
            if let Some(first) = calls.insert(identity, number) {
                return Err(duplicate(first, call.to_string()));
            }
            let Some(file) = &call.file else { continue };
            if let Some(reason) = unsafe_path(file) {
                return Err(RecordError::UnsafePath {
                    path: path.to_owned(),
                    call: number,
                    file: file.clone(),
                    reason,
                });
            }
            if let Some(first) = files.insert(file.to_ascii_lowercase(), number) {
                return Err(duplicate(first, format!("the file {file:?}")));
            }
        }
        if self.whatif && !calls.is_empty() {
            return Err(RecordError::Malformed {
                path: path.to_owned(),
                line: 0,
                column: 0,
                reason: "whatif is true, and yet there are calls".to_owned(),
            });
        }
        Ok(())
    }
}

impl RecordedCall {
    /// Compares bytes that were read with the digest of the record, for a reader that must know that
    /// exactly these bytes were exported. `file` is only for messages. A call without file passes nothing.
    ///
    /// # Errors
    ///
    /// [`RecordError::Digest`].
    pub fn verify_bytes(&self, bytes: &[u8], file: &Path) -> Result<(), RecordError> {
        let found = hex(digest::digest(&digest::SHA256, bytes).as_ref());
        match &self.sha256 {
            Some(expected) if *expected == found => Ok(()),
            expected => Err(RecordError::Digest {
                file: file.to_owned(),
                expected: expected.clone().unwrap_or_else(|| "none".to_owned()),
                found,
            }),
        }
    }

    /// What does not fit together, if anything.
    fn contradiction(&self) -> Option<&'static str> {
        let answer = (&self.file, &self.sha256, &self.count);
        match (self.state, answer) {
            (State::Complete, (Some(_), Some(digest), Some(_))) => {
                (!is_sha256(digest)).then_some("sha256 is not 64 lower-case hex digits")
            }
            (State::Complete, _) => Some("it is complete without file, sha256 and count"),
            (_, (None, None, None)) => None,
            _ => Some("it is not complete, and yet has a file, sha256 or count"),
        }
    }
}

/// `onprem OwaVirtualDirectory EX01`.
impl fmt::Display for RecordedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.plane, self.kind.as_str())?;
        match &self.server {
            Some(server) => write!(f, " {server}"),
            None => Ok(()),
        }
    }
}

/// What every version of a record has.
#[derive(Deserialize)]
struct Head {
    schema: String,
    #[serde(default)]
    script: Option<HeadScript>,
}

#[derive(Deserialize)]
struct HeadScript {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
}

/// `record.json:2:14`, or the file alone where the place is unknown.
fn place(path: &Path, line: usize, column: usize) -> String {
    match line {
        0 => path.display().to_string(),
        _ => format!("{}:{line}:{column}", path.display()),
    }
}

/// serde_json's message without its own `at line 1 column 2`.
fn reason_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Why a name would not stay inside the bundle on Linux or on Windows, if it would not.
fn unsafe_path(file: &str) -> Option<&'static str> {
    if file.is_empty() {
        return Some("it is empty");
    }
    if file.contains('\\') {
        return Some("it has a backslash");
    }
    if file.contains(':') {
        return Some("it has a colon (a drive or an alternate stream)");
    }
    if file.chars().any(char::is_control) {
        return Some("it has a control character");
    }
    if file.starts_with('/') {
        return Some("it is absolute");
    }
    for part in file.split('/') {
        if part.is_empty() {
            return Some("it has an empty component");
        }
        if part.chars().all(|c| c == '.') {
            return Some("it leads out of its folder");
        }
        if part.ends_with(['.', ' ']) {
            return Some("a component ends in a dot or a blank, which Windows drops");
        }
    }
    if file.eq_ignore_ascii_case(FILE_NAME) {
        return Some("it is the record itself");
    }
    None
}

/// Lower-case hex of a file's SHA-256, read in pieces.
fn sha256_of(path: &Path) -> io::Result<String> {
    // Before it is opened: opening a pipe waits for a writer.
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let mut file = File::open(path)?;
    let mut context = digest::Context::new(&digest::SHA256);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        context.update(&buffer[..read]);
    }
    Ok(hex(context.finish().as_ref()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}"); // a String takes every write
        hex
    })
}

/// The states in which a call can end.
fn call_state<'de, D: Deserializer<'de>>(deserializer: D) -> Result<State, D::Error> {
    const WORDS: &[&str] = &["complete", "failed", "denied", "unsupported"];
    let word = String::deserialize(deserializer)?;
    match word.as_str() {
        "complete" => Ok(State::Complete),
        "failed" => Ok(State::Failed),
        "denied" => Ok(State::Denied),
        "unsupported" => Ok(State::Unsupported),
        other => Err(de::Error::unknown_variant(other, WORDS)),
    }
}

/// A map that refuses a key it has seen; serde's own keeps the last.
fn unique_keys<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Json>, D::Error> {
    struct Arguments;

    impl<'de> Visitor<'de> for Arguments {
        type Value = BTreeMap<String, Json>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of named arguments")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut seen = BTreeSet::new();
            let mut arguments = BTreeMap::new();
            while let Some((name, value)) = map.next_entry::<String, Json>()? {
                if !seen.insert(name.to_ascii_lowercase()) {
                    return Err(de::Error::custom(format_args!("argument {name:?} twice")));
                }
                arguments.insert(name, value);
            }
            Ok(arguments)
        }
    }

    deserializer.deserialize_map(Arguments)
}
