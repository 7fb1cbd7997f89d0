//! Every policy against one snapshot, asking only what was not answered before.
//!
//! A policy is a function of what it looks at. Of the built-in ones it is known what that is at most (the
//! kinds that METADATA names, the properties whose names are written anywhere in the pack), so an answer
//! holds for as long as the digest of what it rests on is the same: of the whole organization for a policy of that scope, of one
//! server and of what no server has for the others. Whatever is in doubt is asked again.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::evaluate::{EvaluateOptions, ask, selected};
use super::judge::order;
use super::memory::{Memory, Remembered};
use super::metadata::Scope;
use super::reads::{Digest, Reads, Witness};
use super::servers::{server_of, server_of_reference};
use super::set::{Policy, PolicySet, hex, params_digest};
use crate::catalog;
use crate::model::{Evaluation, Resource};
use crate::snapshot::Snapshot;

/// As [`super::evaluate`] answers, with the help of what is remembered; then remembers these answers.
pub fn evaluate_with(
    set: &PolicySet,
    snapshot: &Snapshot,
    options: &EvaluateOptions,
    memory: &mut Memory,
) -> Vec<Evaluation> {
    let policies = selected(set, options);
    let ground = Ground::new(set, &policies, snapshot, options);
    let reads = Reads::of_all(policies.iter().map(|policy| &policy.reads));
    let before = std::mem::take(memory);
    let changed = changed(&before.servers, &ground.servers);

    // What is known of each policy: everything, everything but some servers, or nothing.
    let mut answers: Answers<'_> = BTreeMap::new();
    let mut in_part: Vec<(&Policy, Vec<Evaluation>)> = Vec::new();
    let mut whole: Vec<&Policy> = Vec::new();
    for (policy, known) in ground.recalled(&policies, &before) {
        match known {
            None => whole.push(policy),
            Some(known) if policy.metadata.scope == Scope::Server && !changed.is_empty() => {
                in_part.push((policy, known));
            }
            Some(known) => drop(answers.insert(&policy.metadata.id, known)),
        }
    }
    let as_before: BTreeSet<&str> = answers.keys().copied().collect();

    if !in_part.is_empty() {
        let asked: Vec<&Policy> = in_part.iter().map(|(policy, _)| *policy).collect();
        let mut said = by_policy(ask(set, &asked, &reads, &ground.part(&changed), options));
        for (policy, known) in in_part {
            let now = said.remove(&policy.metadata.id).unwrap_or_default();
            match join(known, now, &changed) {
                Some(joined) => drop(answers.insert(&policy.metadata.id, joined)),
                None => whole.push(policy),
            }
        }
    }
    let mut said = by_policy(ask(set, &whole, &reads, snapshot, options));
    for policy in whole {
        let now = said.remove(&policy.metadata.id).unwrap_or_default();
        answers.insert(&policy.metadata.id, now);
    }

    *memory = ground.remember(&answers, before, &as_before);
    answers.into_values().flatten().collect()
}

/// By policy id.
type Answers<'a> = BTreeMap<&'a str, Vec<Evaluation>>;

/// What the answers rest on.
struct Ground<'a> {
    snapshot: &'a Snapshot,
    /// Policy id to what its answers rest on; of a policy that looks at one server, all but the servers.
    /// Policies that are always asked are not here.
    on: BTreeMap<&'a str, Digest>,
    /// What each server shows to the policies that look at one server.
    servers: BTreeMap<String, String>,
}

impl<'a> Ground<'a> {
    fn new(
        set: &'a PolicySet,
        policies: &[&'a Policy],
        snapshot: &'a Snapshot,
        options: &EvaluateOptions,
    ) -> Self {
        let built_in = || set.policies().iter().filter(|policy| policy.built_in);
        let local = Reads::of_all(
            built_in()
                .filter(|policy| policy.metadata.scope == Scope::Server)
                .map(|policy| &policy.reads),
        );
        let mut of_servers: BTreeMap<&str, Vec<&Resource>> = BTreeMap::new();
        let mut of_none = Vec::new();
        for resource in snapshot.resources.values() {
            match server_alone(resource) {
                Some(server) => of_servers.entry(server).or_default().push(resource),
                None => of_none.push(resource),
            }
        }
        let servers = of_servers
            .into_par_iter()
            .map(|(server, resources)| (server.to_owned(), hex(&seen(&resources, &local))))
            .collect();
        let of_no_server = hex(&seen(&of_none, &local));
        let params = params_digest(&options.params);
        let on = policies
            .par_iter()
            .filter(|policy| policy.built_in)
            .map(|policy| {
                let id = policy.metadata.id.as_str();
                let reads = &policy.reads;
                let mut witness = Witness::new();
                witness
                    .text(env!("EXDRIFT_BUILD"))
                    .text(set.digest())
                    .text(id)
                    .text(&params)
                    .text(&snapshot.manifest.organization)
                    .text(&format!("{:?}", options.planes))
                    .text(&format!("{:?}", options.disabled.get(id)));
                if policy.has_clock {
                    witness.text(&options.now.to_rfc3339());
                }
                for (plane, kind) in reads.kinds() {
                    let rows = snapshot.coverage().rows.iter();
                    for row in rows.filter(|row| row.plane == plane && row.kind == *kind) {
                        witness.text(&serde_json::to_string(row).unwrap_or_default());
                    }
                }
                match policy.metadata.scope {
                    Scope::Server => drop(witness.text(&of_no_server)),
                    Scope::Organization => {
                        for (plane, kind) in reads.kinds() {
                            for resource in snapshot.of_kind(plane, kind.as_str()) {
                                witness.resource(resource, reads.view());
                            }
                        }
                    }
                }
                (id, witness.digest())
            })
            .collect();
        Ground {
            snapshot,
            on,
            servers,
        }
    }

    /// What each policy answered before, where that holds but for what changed on some servers.
    fn recalled<'p>(
        &self,
        policies: &[&'p Policy],
        before: &Memory,
    ) -> Vec<(&'p Policy, Option<Vec<Evaluation>>)> {
        let recalled = |policy: &Policy| {
            let on = self.on.get(policy.metadata.id.as_str())?;
            let remembered = before.policies.get(&policy.metadata.id)?;
            let holds = remembered.rests_on(on);
            holds.then(|| remembered.answers(&policy.metadata))?
        };
        policies
            .par_iter()
            .map(|policy| (*policy, recalled(policy)))
            .collect()
    }

    /// The answers, for the next time; those that are as they were are not written anew.
    fn remember(
        self,
        answers: &Answers<'_>,
        mut before: Memory,
        as_before: &BTreeSet<&str>,
    ) -> Memory {
        let mut policies: BTreeMap<String, Remembered> = answers
            .par_iter()
            .filter(|(id, _)| !as_before.contains(*id))
            .filter_map(|(id, answers)| {
                let remembered = Remembered::of(self.on.get(id)?, answers)?;
                Some(((*id).to_owned(), remembered))
            })
            .collect();
        before
            .policies
            .retain(|id, _| as_before.contains(id.as_str()));
        policies.append(&mut before.policies);
        Memory {
            servers: self.servers,
            policies,
        }
    }

    /// The snapshot with these servers only, beside what no server has. Coverage stays.
    fn part(&self, servers: &BTreeSet<String>) -> Snapshot {
        Snapshot {
            manifest: self.snapshot.manifest.clone(),
            resources: self
                .snapshot
                .resources
                .iter()
                .filter(|(_, r)| server_alone(r).is_none_or(|server| servers.contains(server)))
                .map(|(id, resource)| (id.clone(), resource.clone()))
                .collect(),
        }
    }
}

/// The server that a resource belongs to, where policies of other servers cannot see it.
fn server_alone(resource: &Resource) -> Option<&str> {
    let spec = catalog::find_kind(&resource.id.kind)?;
    spec.is_server_bound().then(|| server_of(resource))?
}

fn seen(resources: &[&Resource], reads: &Reads) -> Digest {
    let mut witness = Witness::new();
    for resource in resources {
        if let Some(view) = reads.of_kind(resource.id.plane, &resource.id.kind) {
            witness.resource(resource, view);
        }
    }
    witness.digest()
}

/// The servers that show something else than before, came or went.
fn changed(before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> BTreeSet<String> {
    before
        .keys()
        .chain(now.keys())
        .filter(|server| before.get(*server) != now.get(*server))
        .cloned()
        .collect()
}

fn by_policy(evaluations: Vec<Evaluation>) -> BTreeMap<String, Vec<Evaluation>> {
    let mut by_policy: BTreeMap<String, Vec<Evaluation>> = BTreeMap::new();
    for evaluation in evaluations {
        match by_policy.get_mut(&evaluation.policy) {
            Some(known) => known.push(evaluation),
            None => drop(by_policy.insert(evaluation.policy.clone(), vec![evaluation])),
        }
    }
    by_policy
}

/// The remembered answers of the servers that are as they were, with those that were given now for the
/// others. `None` where an answer about no server leaves a doubt: "there is no subject" of a part is none
/// of the whole.
fn join(
    known: Vec<Evaluation>,
    now: Vec<Evaluation>,
    changed: &BTreeSet<String>,
) -> Option<Vec<Evaluation>> {
    let server = |e: &Evaluation| server_of_reference(&e.resource).map(str::to_owned);
    let (mut of_servers, known_of_none): (Vec<_>, Vec<_>) =
        known.into_iter().partition(|e| server(e).is_some());
    let (mut new_of_servers, now_of_none): (Vec<_>, Vec<_>) =
        now.into_iter().partition(|e| server(e).is_some());
    of_servers.retain(|e| server(e).is_some_and(|server| !changed.contains(&server)));
    new_of_servers.retain(|e| server(e).is_some_and(|server| changed.contains(&server)));
    let answered = match (known_of_none.is_empty(), now_of_none.is_empty()) {
        (true, true) => !(of_servers.is_empty() && new_of_servers.is_empty()),
        // No server of the part has a subject, and others have.
        (true, false) => {
            now_of_none
                .iter()
                .all(|e| e.reason.as_deref() == Some("no_subject"))
                && !of_servers.is_empty()
                && new_of_servers.is_empty()
        }
        // No server had one, and none of the part has.
        (false, false) => {
            known_of_none == now_of_none && of_servers.is_empty() && new_of_servers.is_empty()
        }
        (false, true) => false,
    };
    if !answered {
        return None;
    }
    if of_servers.is_empty() && new_of_servers.is_empty() {
        return Some(known_of_none);
    }
    of_servers.append(&mut new_of_servers);
    of_servers.sort_by(|a, b| order(&a.resource).cmp(&order(&b.resource)));
    Some(of_servers)
}
