//! The words that every room shares: values, resources, coverage, outcomes, changes and assessments.
//!
//! Plain data only. Nothing in here reads a file, a clock or the environment, and nothing is async.

mod assessment;
mod change;
mod coverage;
mod glob;
mod outcome;
mod outlier;
mod resource;
mod value;
mod verification;

pub use assessment::{
    Assessment, Evaluation, EvidenceItem, Remediation, Summary, Tool, Waived, fail_by_severity,
};
pub use change::{Attribution, Change, ChangeSet, CoverageChange, DriftClass, Op, SnapshotRef};
pub use coverage::{Basis, Coverage, CoverageRow, Exception, State};
pub use glob::glob_matches;
pub use outcome::{Outcome, Severity};
pub use outlier::{Outlier, Peers};
pub use resource::{
    Evidence, Kind, OTHER_PROPERTIES, Plane, Properties, Resource, ResourceId, ResourceRef, Site,
    is_selection,
};
pub use value::{Reason, Undecided, Value};
pub use verification::{Verdict, Verification};
