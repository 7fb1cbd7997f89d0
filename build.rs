//! Embeds the built-in policies, their library and their facts.
//!
//! Everything under `policies/{lib,exchange,facts}` with a known ending becomes one row of
//! `BUILTIN`. A missing or empty folder gives an empty table, so that the crate always builds.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let policies = root.join("policies");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=policies");
    println!("cargo:rerun-if-changed=src");

    let mut files = Vec::new();
    for part in ["lib", "exchange", "facts"] {
        walk(&policies.join(part), &mut files);
    }
    files.sort();

    let mut code = String::from(
        "/// Path below `policies/` and bytes of every embedded file, sorted by path.\n\
         pub(super) static BUILTIN: &[(&str, &str)] = &[\n",
    );
    for file in files {
        println!("cargo:rerun-if-changed={}", file.display());
        let relative = file
            .strip_prefix(&policies)
            .expect("walked from there")
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>()
            .join("/");
        let absolute = file.to_string_lossy();
        writeln!(code, "    ({relative:?}, include_str!({absolute:?})),").expect("a string grows");
    }
    code.push_str("];\n");

    println!("cargo:rustc-env=EXDRIFT_BUILD={:016x}", build_of(&root));

    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("builtin_policies.rs"), code).expect("OUT_DIR can be written");
}

/// A number for the code that this build is made of: answers of another build are not remembered.
fn build_of(root: &Path) -> u64 {
    let mut files = vec![root.join("Cargo.lock"), root.join("Cargo.toml")];
    walk(&root.join("src"), &mut files);
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        println!("cargo:rerun-if-changed={}", file.display());
        hasher.write(&fs::read(&file).unwrap_or_default());
        hasher.write_u8(0);
    }
    hasher.finish()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, files);
        } else if path
            .extension()
            .is_some_and(|end| end == "rego" || end == "json" || end == "csv" || end == "rs")
        {
            files.push(path);
        }
    }
}
