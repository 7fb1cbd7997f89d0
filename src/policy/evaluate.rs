//! Every policy against one snapshot.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use super::asking::Asking;
use super::input::Input;
use super::judge::{Judge, Prepared};
use super::reads::Reads;
use super::servers::Estate;
use super::set::{Policy, PolicySet};
use crate::model::{Evaluation, Plane};
use crate::snapshot::Snapshot;

/// What an evaluation depends on beside policies and snapshot.
#[derive(Clone, Debug)]
pub struct EvaluateOptions {
    /// The operator's block: `data.params`. Null is an empty block.
    pub params: serde_json::Value,
    /// `input.now`: the end of collection, unless somebody says otherwise.
    pub now: DateTime<Utc>,
    /// Loads the policies of this profile beside those that belong to none.
    pub profile: Option<String>,
    /// Policy id to the operator's reason for switching it off.
    pub disabled: BTreeMap<String, String>,
    /// The planes that the operator has; all without.
    pub planes: Option<Vec<Plane>>,
    /// For one rule of one policy.
    pub time_limit: Duration,
}

impl EvaluateOptions {
    /// Everything at its default, at a given time.
    pub fn at(now: DateTime<Utc>) -> Self {
        EvaluateOptions {
            params: serde_json::Value::Null,
            now,
            profile: None,
            disabled: BTreeMap::new(),
            planes: None,
            time_limit: Duration::from_secs(10),
        }
    }
}

/// Asks every selected policy; one evaluation a policy and subject, sorted by policy id and subject.
///
/// Subjects are what the policy's rule `subject` names, else every resource of its first required
/// kind, of directories the front ends. Three kinds of answers have no such subject:
///
/// - An expected server whose evidence is missing: `unknown`, the subject is the first required kind
///   with the server's name as its id (`onprem`, `WebServicesVirtualDirectory`, `EX10`, server `EX10`).
/// - What concerns the policy as a whole: `error` of a policy that broke (it costs itself only),
///   `manual`, switched off, a plane that the organization has not, servers that nobody listed: the
///   subject is the organization.
/// - No subject at all: `not_applicable` where everything was seen, else `unknown`, on the organization.
pub fn evaluate(
    set: &PolicySet,
    snapshot: &Snapshot,
    options: &EvaluateOptions,
) -> Vec<Evaluation> {
    let policies = selected(set, options);
    let reads = Reads::of_all(policies.iter().map(|policy| &policy.reads));
    ask(set, &policies, &reads, snapshot, options)
}

/// The policies that belong to the profile or to none, sorted by id.
pub(super) fn selected<'a>(set: &'a PolicySet, options: &EvaluateOptions) -> Vec<&'a Policy> {
    set.policies()
        .iter()
        .filter(|policy| is_selected(policy, options.profile.as_deref()))
        .collect()
}

/// The same for chosen policies. `reads`: what they are shown, at least what they look at.
pub(super) fn ask(
    set: &PolicySet,
    policies: &[&Policy],
    reads: &Reads,
    snapshot: &Snapshot,
    options: &EvaluateOptions,
) -> Vec<Evaluation> {
    if policies.is_empty() {
        return Vec::new();
    }
    let estate = Estate::new(snapshot);
    let input = Input::new(&estate, options.now, options.planes.as_deref(), Some(reads));
    let asking = Asking::new(set, &input, &options.params, options.time_limit);
    let mut answers: Vec<(usize, Vec<Evaluation>)> = asking
        .groups(policies)
        .into_par_iter()
        .with_max_len(1)
        .flat_map_iter(|group| judged(&group, &asking, &estate, options))
        .collect();
    drop(asking);
    // Taking it apart costs as much as building it, and nobody waits for it.
    rayon::spawn(move || drop(input));
    // Policies are sorted by id and every answer by subject, so the whole is sorted.
    answers.sort_by_key(|(place, _)| *place);
    answers.into_iter().flat_map(|(_, answer)| answer).collect()
}

/// The evaluations of each policy of a group, with its place.
fn judged(
    group: &[(usize, &Policy)],
    asking: &Asking<'_>,
    estate: &Estate<'_>,
    options: &EvaluateOptions,
) -> Vec<(usize, Vec<Evaluation>)> {
    let prepared: Vec<_> = group
        .iter()
        .map(|(place, policy)| {
            let judge = Judge {
                policy,
                estate,
                options,
            };
            let prepared = judge.prepare();
            (*place, judge, prepared)
        })
        .collect();
    let asked: Vec<&Policy> = prepared
        .iter()
        .filter(|(_, _, prepared)| matches!(prepared, Prepared::Seeing(_)))
        .map(|(_, judge, _)| judge.policy)
        .collect();
    let mut answers = asking.ask(&asked).into_iter();
    prepared
        .into_iter()
        .map(|(place, judge, prepared)| {
            let answer = match prepared {
                Prepared::Seeing(_) => answers.next(),
                Prepared::Answered(_) | Prepared::Blind(..) => None,
            };
            (place, judge.answer(prepared, answer))
        })
        .collect()
}

fn is_selected(policy: &Policy, profile: Option<&str>) -> bool {
    let profiles = &policy.metadata.profiles;
    profiles.is_empty() || profile.is_some_and(|wanted| profiles.iter().any(|p| p == wanted))
}
