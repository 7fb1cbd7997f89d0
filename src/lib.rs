//! exdrift: configuration drift auditor and policy-as-code engine for hybrid Microsoft Exchange.
//!
//! The program is `exdrift`; this crate is what it is made of. README.md is for people who use it,
//! this page for people who change it.
//!
//! # Flow
//!
//! ```text
//!  export script's bundle ─┐
//!  CLIXML, JSON ───────────┴─ protocol ─> normalise (catalog) ─> collect ─> Snapshot ─> store
//!                                                                           │     │
//!                          drift::diff, attribute <─────────────────────────┘     │
//!                                   │                 policy::evaluate <──────────┘
//!                                   │                         │
//!                                   │        finding::assess (waivers, history)
//!                                   v                         v
//!                                ChangeSet ── verify ──> Assessment ──> report ──> bytes
//! ```
//!
//! # Rooms
//!
//! A room uses only rooms that stand above it; `tests/integration/architecture.rs` holds the exact
//! list. Each `mod.rs` opens with what comes in, what goes out, and what it never does.
//!
//! | room | does |
//! | --- | --- |
//! | [`model`] | the shared words, as plain data: [`Resource`](model::Resource), [`Value`](model::Value), [`Coverage`](model::Coverage), [`Outcome`](model::Outcome), [`Evaluation`](model::Evaluation), [`ChangeSet`](model::ChangeSet) |
//! | [`protocol`] | bytes of CLIXML and JSON to typed values |
//! | [`catalog`] | every kind of object, declared once: [`KindSpec`](catalog::KindSpec) |
//! | [`config`] | `exdrift.yaml` to validated settings |
//! | [`normalise`] | exported values to canonical ones; secrets are taken out here |
//! | [`snapshot`] | [`Snapshot`](snapshot::Snapshot), and the [`Store`](snapshot::Store) that keeps it |
//! | [`collect`] | exports to a snapshot with coverage; the export script |
//! | [`policy`] | Rego policies to evaluations |
//! | [`finding`] | waivers, history, exit code, verdict on an update |
//! | [`drift`] | what differs, and why |
//! | [`peers`] | which server is not like its peers |
//! | [`report`] | one [`Report`](report::Report), many formats |
//! | [`sample`] | invented organizations with known answers, for the demo and the tests |
//! | [`cli`] | one file per verb; composes rooms, decides nothing |
//!
//! # What must stay true
//!
//! Unknown is not pass: missing evidence is an outcome of its own, decided in [`policy`] before Rego is
//! asked. What was not seen is not gone: [`drift`] believes a removal only where coverage proves it.
//! Nothing here writes to Exchange. No secret passes [`normalise`]. A number, a default or a verdict
//! names its source.
//!
//! # The whole way
//!
//! An invented organization before and after an update: exports, snapshots, drift, judgement.
//!
//! ```
//! use chrono::{DateTime, Utc};
//! use exdrift::collect::{ImportOptions, import};
//! use exdrift::drift;
//! use exdrift::model::Outcome;
//! use exdrift::policy::{EvaluateOptions, LoadOptions, PolicySet, evaluate};
//! use exdrift::sample::{self, Stage};
//! use exdrift::snapshot::{FolderStore, Store};
//!
//! let folder = tempfile::tempdir()?;
//! let store = FolderStore::open(folder.path().join("snapshots"))?;
//! let sides = [(Stage::Before, "2026-11-20T18:00:00Z"), (Stage::After, "2026-11-21T08:00:00Z")];
//! for (stage, at) in sides {
//!     let at: DateTime<Utc> = at.parse()?;
//!     let bundle = folder.path().join(format!("{stage:?}"));
//!     sample::write_to(&sample::bundle(&sample::contoso(stage), at), &bundle)?;
//!     let options = ImportOptions { strict: true, ..ImportOptions::new("contoso", at) };
//!     store.commit(import(&[bundle], &options)?.snapshot)?;
//! }
//! let before = store.load(&store.resolve("previous")?)?;
//! let after = store.load(&store.resolve("contoso@latest")?)?;
//!
//! let mut changes = drift::diff(&before, &after);
//! drift::attribute(&mut changes, &before, &after);
//! assert!(changes.changes.iter().any(|change| {
//!     change.property.as_deref() == Some("WindowsAuthentication")
//!         && change.resource.server.as_deref() == Some("EXCAS02")
//! }));
//!
//! let policies = PolicySet::load(LoadOptions::default())?;
//! let mut options = EvaluateOptions::at(after.manifest.times.ended);
//! options.profile = Some("hma_external".to_owned());
//! options.params = sample::contoso_params();
//! let evaluations = evaluate(&policies, &after, &options);
//! assert!(evaluations.iter().any(|e| e.policy == "EXT-002" && e.outcome == Outcome::Fail));
//!
//! // Without the operator's word on who faces the internet nobody knows, and nothing passes.
//! options.params = serde_json::Value::Null;
//! let evaluations = evaluate(&policies, &after, &options);
//! let external: Vec<_> = evaluations.iter().filter(|e| e.policy == "EXT-002").collect();
//! assert!(!external.is_empty() && external.iter().all(|e| e.outcome == Outcome::Unknown));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod catalog;
pub mod cli;
pub mod collect;
pub mod config;
pub mod drift;
pub mod finding;
pub mod model;
pub mod normalise;
pub mod peers;
pub mod policy;
#[doc(hidden)]
pub mod probe;
pub mod protocol;
pub mod report;
pub mod sample;
pub mod snapshot;
