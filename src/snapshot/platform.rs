//! What differs between operating systems: durable writes, renames, links and locks.
//!
//! Written for Linux, macOS and Windows; not tested on Windows.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Writes a new file; the bytes are on the disk when it returns.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes a new file whose bytes may still be on their way to the disk.
pub fn write_new_later(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)
}

/// Waits until the bytes of a file are on the disk.
pub fn sync_file(path: &Path) -> io::Result<()> {
    // Windows flushes only what may be written.
    OpenOptions::new().write(true).open(path)?.sync_all()
}

/// Makes the entries of a folder durable. Windows has no such call and needs none for NTFS.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    match File::open(path)?.sync_all() {
        // Some network file systems refuse to sync a folder; they order entries themselves.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        other => other,
    }
}

/// Renames; an existing file (not a folder) at the new name is replaced in one step.
///
/// On Windows a scanner may hold the file for a moment, so access-denied is tried again for a second.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let begun = Instant::now();
    loop {
        match fs::rename(from, to) {
            Err(error)
                if cfg!(windows)
                    && error.kind() == io::ErrorKind::PermissionDenied
                    && begun.elapsed() < Duration::from_secs(1) =>
            {
                thread::sleep(Duration::from_millis(50));
            }
            other => return other,
        }
    }
}

/// A second name for one file; an error where the file system cannot.
pub fn hard_link(original: &Path, link: &Path) -> io::Result<()> {
    fs::hard_link(original, link)
}

/// True where the folder, or one above it, is the work tree of a Git repository.
pub fn in_git_work_tree(folder: &Path) -> bool {
    let Ok(absolute) = std::path::absolute(folder) else {
        return false;
    };
    absolute
        .ancestors()
        .any(|above| above.join(".git").exists())
}

/// This computer's name, for people; empty where nobody says.
pub fn host_name() -> String {
    std::env::var("COMPUTERNAME")
        .ok()
        .or_else(|| fs::read_to_string("/proc/sys/kernel/hostname").ok())
        .or_else(|| std::env::var("HOSTNAME").ok())
        .map(|name| name.trim().to_owned())
        .unwrap_or_default()
}

/// An exclusive lock, released when dropped or when the process ends in any way.
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// Takes the lock and writes `holder` into the file. Waits up to `wait`; then gives what the
    /// present holder wrote (empty where that cannot be read, as on Windows).
    pub fn take(path: &Path, holder: &str, wait: Duration) -> io::Result<Result<Lock, String>> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if begun.elapsed() < wait => {
                    thread::sleep(Duration::from_millis(20).min(wait));
                }
                Err(TryLockError::WouldBlock) => {
                    let mut text = String::new();
                    let _ = file.read_to_string(&mut text);
                    return Ok(Err(text.trim().to_owned()));
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(holder.as_bytes())?;
        Ok(Ok(Lock(file)))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The lock goes with the file; an empty file says that nobody left in a hurry.
        let _ = self.0.set_len(0);
        let _ = self.0.unlock();
    }
}
