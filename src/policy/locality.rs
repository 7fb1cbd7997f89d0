//! Proof of `scope: server`: the answers for one server are the same when only that server is there.

use std::collections::BTreeMap;

use super::evaluate::{EvaluateOptions, ask};
use super::metadata::Scope;
use super::reads::Reads;
use super::servers::{server_of, server_of_reference};
use super::set::{Policy, PolicySet};
use crate::catalog;
use crate::model::{Evaluation, Plane};
use crate::snapshot::Snapshot;

/// A policy that promised `scope: server` and looks at other servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalityBreach {
    /// The policy's id.
    pub policy: String,
    /// Its file.
    pub file: String,
    /// The server that was alone.
    pub server: String,
    /// The subject whose answer differs.
    pub subject: String,
    /// The answer in the whole organization.
    pub whole: String,
    /// The answer with this server alone.
    pub alone: String,
}

impl std::fmt::Display for LocalityBreach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}: {} says `scope: server`, but {} is {} in the whole organization and {} with {} alone; write `scope: organization`, or look at one server only",
            self.file, self.policy, self.subject, self.whole, self.alone, self.server
        )
    }
}

/// Compares, for every `scope: server` policy and every server of the samples, the answers with that
/// server alone (beside organization-wide kinds) to those of the whole.
pub fn prove_locality(
    set: &PolicySet,
    samples: &[Snapshot],
    options: &EvaluateOptions,
) -> Vec<LocalityBreach> {
    let local: Vec<&Policy> = set
        .policies()
        .iter()
        .filter(|policy| policy.metadata.scope == Scope::Server)
        .collect();
    let reads = Reads::of_all(local.iter().map(|policy| &policy.reads));
    let mut breaches = Vec::new();
    for sample in samples {
        let whole = by_subject(ask(set, &local, &reads, sample, options));
        for server in servers(sample) {
            let alone = ask(set, &local, &reads, &chunk(sample, &server), options);
            for evaluation in alone {
                let reference = &evaluation.resource;
                // An answer about no server may not depend on any.
                if server_of_reference(reference).is_some_and(|s| s != server) {
                    continue;
                }
                let key = (evaluation.policy.clone(), subject(&evaluation));
                let words = |e: &Evaluation| {
                    let mut words = e.outcome.as_str().to_owned();
                    if let Some(reason) = &e.reason {
                        words.push_str(&format!(" ({reason})"));
                    }
                    words
                };
                let same = whole.get(&key).is_some_and(|whole| {
                    whole.outcome == evaluation.outcome
                        && whole.reason == evaluation.reason
                        && whole.evidence == evaluation.evidence
                        && whole.severity == evaluation.severity
                });
                // "No subject at all" is an answer about the chunk, not about the server.
                if same || evaluation.reason.as_deref() == Some("no_subject") {
                    continue;
                }
                let policy = set.policy(&evaluation.policy);
                breaches.push(LocalityBreach {
                    policy: evaluation.policy.clone(),
                    file: policy.map(|p| p.file.clone()).unwrap_or_default(),
                    server: server.clone(),
                    subject: key.1.clone(),
                    whole: whole
                        .get(&key)
                        .map_or_else(|| "no answer".to_owned(), words),
                    alone: words(&evaluation),
                });
            }
        }
    }
    breaches
}

fn subject(evaluation: &Evaluation) -> String {
    let resource = &evaluation.resource;
    match resource.plane {
        Some(plane) => format!("{plane}.{} {}", resource.kind, resource.id),
        None => format!("{} {}", resource.kind, resource.id),
    }
}

fn by_subject(evaluations: Vec<Evaluation>) -> BTreeMap<(String, String), Evaluation> {
    evaluations
        .into_iter()
        .map(|e| ((e.policy.clone(), subject(&e)), e))
        .collect()
}

fn servers(sample: &Snapshot) -> Vec<String> {
    let mut servers: Vec<String> = sample
        .of_kind(Plane::Onprem, "ExchangeServer")
        .filter_map(server_of)
        .map(str::to_owned)
        .collect();
    servers.extend(sample.resources.values().filter_map(|r| r.server.clone()));
    servers.sort();
    servers.dedup();
    servers
}

/// The snapshot with one server's resources and all organization-wide kinds. Coverage stays.
fn chunk(sample: &Snapshot, server: &str) -> Snapshot {
    let mut chunk = sample.clone();
    chunk.resources.retain(|id, resource| {
        let bound = catalog::find_kind(&id.kind).is_some_and(|spec| spec.is_server_bound());
        !bound || server_of(resource).is_none_or(|s| s == server)
    });
    chunk
}
