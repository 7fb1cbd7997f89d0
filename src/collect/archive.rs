//! Zip archives: their files as inputs, read in memory. Nothing is ever unpacked to disk.
//!
//! In: the bytes of an archive. Out: its files, each of which can be read again; or why the whole archive is
//! refused. Every entry is decompressed once before any is believed: sizes, checksums and limits hold for
//! all of them or nothing is imported. Archives in an archive are files that are not opened.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;

use zip::read::ZipFile;
use zip::{CompressionMethod, ZipArchive};

use super::files::FileError;

/// Files of one archive.
const MAX_ENTRIES: usize = 100_000;
/// All files of an archive together, in files of the largest size that is allowed.
pub(super) const MAX_TOTAL: u64 = 8;
/// Deflate makes at most 1032 bytes of one; exports shrink to a tenth, long lists of zeros to less.
const MAX_RATIO: u64 = 100;
/// Smaller files may be as repetitive as they like.
const RATIO_MATTERS_FROM: u64 = 16 << 20;
/// Bytes of a path in an archive; Windows has 260 of them for most programs.
const MAX_NAME: usize = 1024;
/// Signature of an entry of the central directory.
const CENTRAL: &[u8] = b"PK\x01\x02";

/// An archive whose every entry was looked at.
pub(super) struct Archive {
    /// Where it is on disk.
    pub path: PathBuf,
    zip: ZipArchive<Cursor<Arc<[u8]>>>,
}

/// One file of an archive.
#[derive(Clone)]
pub struct Member {
    archive: Arc<Archive>,
    index: usize,
    /// Bytes, as the archive says and as was checked, if it is not beyond the limit.
    size: u64,
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {} of {}", self.index, self.archive.path.display())
    }
}

/// True for what begins as a zip archive, an empty one too.
pub(super) fn is_zip(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06")
}

/// The files of an archive by their paths in it, with `/`, in order. Folders, names that begin with a dot
/// and what macOS adds are left out.
///
/// # Errors
/// [`FileError::Archive`] where it is hostile or not sound, [`FileError::BrokenArchive`] where it is cut or
/// no archive.
pub(super) fn open(
    path: PathBuf,
    shown: &str,
    bytes: Vec<u8>,
    limit: u64,
) -> Result<Vec<(String, Member)>, FileError> {
    let refused = |entry: Option<&str>, problem: String| FileError::Archive {
        shown: entry.map_or_else(
            || shown.to_owned(),
            |entry| format!("{shown}!/{}", visible(entry)),
        ),
        problem,
    };
    // Before a directory of millions of entries is read.
    if memchr::memmem::find_iter(&bytes, CENTRAL)
        .nth(MAX_ENTRIES)
        .is_some()
    {
        return Err(refused(None, format!("more than {MAX_ENTRIES} files")));
    }
    let mut zip = ZipArchive::new(Cursor::new(Arc::from(bytes))).map_err(|error| {
        FileError::BrokenArchive {
            shown: shown.to_owned(),
            problem: error.to_string(),
        }
    })?;
    if zip.offset() != 0 {
        let problem = "bytes stand before the archive, as in a program that unpacks itself";
        return Err(refused(None, problem.to_owned()));
    }
    if zip.has_duplicate_names() {
        return Err(refused(None, "two files have the same name".to_owned()));
    }
    let mut names = Names::default();
    let mut files: Vec<(String, usize, u64)> = Vec::new();
    let mut declared: u64 = 0;
    for index in 0..zip.len() {
        let entry = zip
            .by_index_raw(index)
            .map_err(|error| refused(None, error.to_string()))?;
        let raw = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let inner = sound_name(&entry).map_err(|problem| refused(Some(&raw), problem))?;
        sound_entry(&entry).map_err(|problem| refused(Some(&raw), problem))?;
        let is_folder = raw.ends_with(['/', '\\']);
        names
            .add(&inner, is_folder)
            .map_err(|problem| refused(Some(&raw), problem))?;
        declared = declared.saturating_add(entry.size());
        if !is_folder {
            files.push((inner, index, entry.size()));
        }
    }
    let most = limit.saturating_mul(MAX_TOTAL);
    if declared > most {
        let problem = format!("{declared} bytes in all, more than the limit of {most}");
        return Err(refused(None, problem));
    }
    zip.validate_header_consistency()
        .map_err(|error| refused(None, error.to_string()))?;
    for (name, index, size) in &files {
        // A file beyond the limit is refused as one on disk is, when it is read.
        if *size <= limit {
            decompress(&mut zip, *index, *size, &mut io::sink())
                .map_err(|problem| refused(Some(name), problem))?;
        }
    }
    files.retain(|(name, _, _)| {
        !name
            .split('/')
            .any(|part| part.starts_with('.') || part == "__MACOSX")
    });
    files.sort();
    let archive = Arc::new(Archive { path, zip });
    Ok(files
        .into_iter()
        .map(|(name, index, size)| {
            let archive = Arc::clone(&archive);
            (
                name,
                Member {
                    archive,
                    index,
                    size,
                },
            )
        })
        .collect())
}

impl Member {
    /// Where the archive is.
    pub(super) fn archive_path(&self) -> &std::path::Path {
        &self.archive.path
    }

    /// The bytes, at most `limit` of them.
    ///
    /// # Errors
    /// More than the limit; the archive itself was found sound before.
    pub(super) fn read(&self, shown: &str, limit: u64) -> Result<Vec<u8>, FileError> {
        if self.size > limit {
            return Err(FileError::TooLarge {
                shown: shown.to_owned(),
                size: self.size,
                limit,
            });
        }
        // The bytes and the directory are shared; only the place in them is this copy's.
        let mut zip = self.archive.zip.clone();
        let mut bytes = Vec::with_capacity(usize::try_from(self.size).unwrap_or(0));
        decompress(&mut zip, self.index, self.size, &mut bytes).map_err(|problem| {
            FileError::Archive {
                shown: shown.to_owned(),
                problem,
            }
        })?;
        Ok(bytes)
    }
}

/// Writes an entry's content, which must have the size and the checksum that the archive says.
fn decompress(
    zip: &mut ZipArchive<Cursor<Arc<[u8]>>>,
    index: usize,
    size: u64,
    to: &mut impl io::Write,
) -> Result<(), String> {
    let entry = zip.by_index(index).map_err(|error| error.to_string())?;
    // One byte more than it may have shows the lie; reading to the end checks the checksum.
    let written = io::copy(&mut entry.take(size.saturating_add(1)), to)
        .map_err(|error| format!("its content is damaged: {error}"))?;
    if written == size {
        Ok(())
    } else {
        Err(format!(
            "the archive says {size} bytes, the content has other"
        ))
    }
}

/// The path in the archive, with `/`, that leads nowhere else.
fn sound_name<R: Read>(entry: &ZipFile<'_, R>) -> Result<String, String> {
    let name = entry.name().map_err(|error| error.to_string())?;
    let raw = entry.name_raw();
    // Windows PowerShell's Compress-Archive separates by backslashes, and says that it is DOS.
    let is_dos = entry.system() == zip::System::Dos;
    if raw.len().max(name.len()) > MAX_NAME {
        return Err(format!("a name of more than {MAX_NAME} bytes"));
    }
    if raw.contains(&0) || name.contains(char::is_control) {
        return Err("a control character in its name".to_owned());
    }
    if name.contains('\\') && !is_dos {
        return Err("a backslash in its name".to_owned());
    }
    let name = name.replace('\\', "/");
    let path = name.strip_suffix('/').unwrap_or(&name);
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" => return Err("an absolute path, or an empty part of one".to_owned()),
            ".." => return Err("its path leads out of the archive".to_owned()),
            "." => {}
            part if part.contains(':') => {
                return Err("a colon in its name, as of a drive or a stream".to_owned());
            }
            part => parts.push(part),
        }
    }
    match parts.is_empty() {
        true => Err("it has no name".to_owned()),
        false => Ok(parts.join("/")),
    }
}

/// Neither a link, nor encrypted, nor a bomb, nor beyond us.
fn sound_entry<R: Read>(entry: &ZipFile<'_, R>) -> Result<(), String> {
    const FILE_TYPE: u32 = 0o170_000;
    const REGULAR: u32 = 0o100_000;
    const FOLDER: u32 = 0o040_000;
    let kind = (entry.external_attributes() >> 16) & FILE_TYPE;
    if entry.is_symlink() || !matches!(kind, 0 | REGULAR | FOLDER) {
        return Err("a link or a device, not a file".to_owned());
    }
    if entry.encrypted() {
        return Err(
            "it is encrypted; exdrift asks for no passwords: pack it without one".to_owned(),
        );
    }
    let method = entry.compression();
    if !matches!(
        method,
        CompressionMethod::Stored | CompressionMethod::Deflated
    ) {
        return Err(format!(
            "it is compressed with {method}; expected Deflate, the ordinary method"
        ));
    }
    let (size, packed) = (entry.size(), entry.compressed_size());
    if size > RATIO_MATTERS_FROM && size / packed.max(1) > MAX_RATIO {
        return Err(format!(
            "{packed} bytes that grow to {size}: more than {MAX_RATIO} times"
        ));
    }
    Ok(())
}

/// The names seen so far, as a system without case would keep them.
#[derive(Default)]
struct Names {
    files: BTreeSet<String>,
    /// Lower case to the spelling.
    folders: BTreeMap<String, String>,
}

impl Names {
    fn add(&mut self, path: &str, is_folder: bool) -> Result<(), String> {
        let same = || "another file has the same name, or differs only by case".to_owned();
        let ends = path.match_indices('/').map(|(at, _)| at);
        for end in ends.chain(is_folder.then_some(path.len())) {
            let folder = &path[..end];
            let lower = folder.to_lowercase();
            if self.files.contains(&lower) {
                return Err(same());
            }
            if self
                .folders
                .insert(lower, folder.to_owned())
                .is_some_and(|spelling| spelling != folder)
            {
                return Err(same());
            }
        }
        let lower = path.to_lowercase();
        if !is_folder && (self.folders.contains_key(&lower) || !self.files.insert(lower)) {
            return Err(same());
        }
        Ok(())
    }
}

/// A name of a stranger, fit for a message.
fn visible(name: &str) -> String {
    name.chars()
        .take(200)
        .flat_map(char::escape_debug)
        .collect()
}
