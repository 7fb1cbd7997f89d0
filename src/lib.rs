//! exdrift: configuration drift auditor and policy-as-code engine for hybrid Microsoft Exchange.
pub mod catalog;
pub mod cli;
pub mod collect;
pub mod config;
pub mod drift;
pub mod finding;
pub mod model;
pub mod normalise;
pub mod policy;
pub mod protocol;
pub mod report;
pub mod sample;
pub mod snapshot;
