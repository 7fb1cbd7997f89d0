//! Where policy files come from: the built-in ones and folders of the same layout.
//!
//! `lib/**.rego` helpers, `exchange/<area>/<name>.rego` one policy a file, `_test.rego` beside, and
//! `facts/*.json|csv`. Everything else in a folder is left alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::PolicyError;

include!(concat!(env!("OUT_DIR"), "/builtin_policies.rs"));

/// What a file is, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Lib,
    Policy,
    Test,
    Facts,
}

/// One file.
#[derive(Clone, Debug)]
pub(super) struct SourceFile {
    /// Path below the policy root, with `/`: what decides package and order.
    pub relative: String,
    /// The path as the user knows it.
    pub shown: String,
    pub role: Role,
    /// True where it is part of the program.
    pub built_in: bool,
    pub text: Arc<str>,
}

impl SourceFile {
    /// The package that the place promises: `exchange/ext/a.rego` is `exchange.ext.a`.
    pub fn expected_package(&self) -> String {
        self.relative
            .strip_suffix(".rego")
            .unwrap_or(&self.relative)
            .replace('/', ".")
    }

    /// The policy or library file that a test file stands beside.
    pub fn tested(&self) -> Option<String> {
        self.relative
            .strip_suffix("_test.rego")
            .map(|stem| format!("{stem}.rego"))
    }

    /// File name without folder and ending.
    pub fn stem(&self) -> &str {
        let name = self.relative.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}

/// Reads the built-in files and those of every folder, sorted by path within each.
pub(super) fn read(dirs: &[PathBuf], builtin: bool) -> Result<Vec<SourceFile>, PolicyError> {
    let mut files = Vec::new();
    if builtin {
        files.extend(BUILTIN.iter().filter_map(|(relative, text)| {
            Some(SourceFile {
                relative: (*relative).to_owned(),
                shown: format!("policies/{relative}"),
                role: role(relative)?,
                built_in: true,
                text: Arc::from(*text),
            })
        }));
    }
    for dir in dirs {
        let mut paths = Vec::new();
        // The folder itself must be readable; its parts are optional.
        fs::read_dir(dir).map_err(|source| PolicyError::Read {
            path: dir.clone(),
            source,
        })?;
        for part in ["exchange", "facts", "lib"] {
            let folder = dir.join(part);
            if folder.is_dir() {
                walk(&folder, &mut paths)?;
            }
        }
        paths.sort();
        for path in paths {
            let relative = relative(dir, &path);
            let Some(role) = role(&relative) else {
                continue;
            };
            let bytes = fs::read_to_string(&path).map_err(|source| PolicyError::Read {
                path: path.clone(),
                source,
            })?;
            files.push(SourceFile {
                relative,
                shown: path.display().to_string(),
                role,
                built_in: false,
                // Positions count from the text, not from a byte order mark.
                text: Arc::from(bytes.strip_prefix('\u{FEFF}').unwrap_or(&bytes)),
            });
        }
    }
    Ok(files)
}

fn role(relative: &str) -> Option<Role> {
    let (part, rest) = relative.split_once('/')?;
    let end = rest.rsplit_once('.')?.1;
    match (part, end) {
        ("facts", "json" | "csv") if !rest.contains('/') => Some(Role::Facts),
        ("lib" | "exchange", "rego") if rest.ends_with("_test.rego") => Some(Role::Test),
        ("lib", "rego") => Some(Role::Lib),
        ("exchange", "rego") => Some(Role::Policy),
        _ => None,
    }
}

fn relative(dir: &Path, path: &Path) -> String {
    path.strip_prefix(dir)
        .unwrap_or(path)
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), PolicyError> {
    let failed = |source| PolicyError::Read {
        path: folder.to_owned(),
        source,
    };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        // Links are not followed: a loop must not hang the nightly job.
        if entry.file_type().map_err(failed)?.is_dir() {
            walk(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}
