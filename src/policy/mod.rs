//! Policies: loading, METADATA, lint, evaluation, tests.
//!
//! In: Rego files with METADATA, facts, the operator's params, a snapshot. Out: one evaluation a
//! policy and subject. Never: files of the snapshot store, sockets, clocks (`now` is given).
//!
//! One policy is one package in one file. Before a policy may answer, [`PolicySet::load`] refuses
//! whatever could make it silent: an unknown function, a data path that leads nowhere, a kind that
//! METADATA does not name. While it answers, [`evaluate`] looks at coverage and at the values that
//! METADATA requires, so that missing evidence is unknown and never a pass.

mod asking;
mod bare;
mod builtins;
mod engine;
mod error;
mod evaluate;
mod facts;
mod fingerprint;
mod gate;
mod input;
mod judge;
mod library;
mod lint;
mod locality;
mod memory;
mod metadata;
mod mutate;
mod output;
mod reads;
mod recall;
mod remediation;
mod requirement;
mod servers;
mod set;
mod source;
mod syntax;
mod testing;
mod tree;
mod words;
mod world;
mod written;

pub use bare::{Said, answers, answers_to_what_is_named, world};
pub use error::{Diagnostic, Level, PolicyError};
pub use evaluate::{EvaluateOptions, evaluate};
pub use fingerprint::fingerprint;
pub use locality::{LocalityBreach, prove_locality};
pub use memory::Memory;
pub(crate) use metadata::parse as read_metadata;
pub use metadata::{Automation, Metadata, Scope};
pub use mutate::{Mutant, Mutation, MutationReport};
pub use recall::evaluate_with;
pub use remediation::{Template, TemplateProblem, literal};
pub use requirement::Requirement;
pub use set::{CheckReport, LoadOptions, Policy, PolicySet, params_digest};
pub use testing::{FileCoverage, TestReport, TestResult, TestVerdict};
