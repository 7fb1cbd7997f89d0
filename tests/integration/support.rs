//! What several test modules need: a clock, the corpus, and exports of invented organizations.
#![allow(dead_code)] // each test module takes what it needs

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use exdrift::collect::{ImportOptions, import};
use exdrift::sample::{self, Organization};
use exdrift::snapshot::Snapshot;
use tempfile::TempDir;

use super::import::{at, options};

/// A moment, RFC 3339.
pub fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text)
        .expect("RFC 3339")
        .with_timezone(&Utc)
}

/// The folder with real exports, which is not part of the repository. Says so and gives `None` where it is
/// absent.
pub fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("EXDRIFT_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
        PathBuf::from,
    );
    if folder.is_dir() {
        Some(folder)
    } else {
        use std::io::Write as _;
        let _ = writeln!(
            std::io::stderr(),
            "skipped: no corpus at {}; set EXDRIFT_CORPUS",
            folder.display()
        );
        None
    }
}

/// The export script's bundle of an organization, in a folder of its own.
pub fn bundle(organization: &Organization, started: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    sample::write_to(
        &sample::bundle(organization, moment(started)),
        folder.path(),
    )
    .expect("a writable temporary folder");
    folder
}

/// What import makes of that bundle.
pub fn snapshot(organization: &Organization) -> Snapshot {
    let folder = bundle(organization, &at().to_rfc3339());
    let named = ImportOptions {
        organization: organization.name.clone(),
        ..options()
    };
    import(&[folder.path().to_owned()], &named)
        .expect("a sound bundle")
        .snapshot
}
