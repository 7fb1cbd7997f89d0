//! The built-in organization as snapshots: for the demo, and for what policies are proved on.

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::collect::{ImportOptions, import};
use crate::sample::{Organization, bundle, write_to};
use crate::snapshot::Snapshot;

use super::error::CliError;

/// Exports an invented organization into a folder and imports it as any other; not stored.
pub(super) fn snapshot(
    organization: &Organization,
    at: DateTime<Utc>,
    folder: &Path,
) -> Result<Snapshot, CliError> {
    write_to(&bundle(organization, at), folder)
        .map_err(CliError::file(folder, "write the sample exports"))?;
    let options = ImportOptions {
        strict: true,
        ..ImportOptions::new(organization.name.as_str(), at)
    };
    Ok(import(&[folder.to_owned()], &options)?.snapshot)
}
