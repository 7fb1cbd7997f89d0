//! Gets facts: the import of exports, and the export script.
//!
//! In: files that a user has, or a bundle of the export script. Out: a snapshot that is not stored
//! yet, with its coverage. Never: a verdict, a severity, or a write.

mod archive;
mod coverage;
pub mod drop_folder;
mod files;
mod fold;
mod format;
mod gather;
mod iis;
mod import;
mod jobs;
mod merge;
mod page;
mod place;
mod read;
pub mod record;
pub mod script;
mod whose;

pub use archive::Member;
pub use files::{FileError, Input, Origin, discover};
pub use import::{FailedFile, Import, ImportError, ImportOptions, import};
