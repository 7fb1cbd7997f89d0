//! Every built-in policy, every property that it names, taken away in every way: never a pass.

use std::collections::{BTreeMap, BTreeSet};

use exdrift::catalog::{self, Blank};
use exdrift::model::{Evaluation, Evidence, Outcome, Plane, Reason, Value};
use exdrift::policy::{Automation, EvaluateOptions, LoadOptions, PolicySet, Requirement, evaluate};
use exdrift::sample::{GeneratorOptions, Organization, VIOLATIONS, generate, inject, params};
use exdrift::snapshot::Snapshot;

use super::import::at;
use super::support::snapshot;

fn estate() -> Organization {
    generate(&GeneratorOptions::new(4, 31))
}

/// Asks one policy.
fn ask(set: &PolicySet, id: &str, snapshot: &Snapshot) -> Vec<Evaluation> {
    let mut under = EvaluateOptions::at(at());
    under.params = params(&estate());
    under.profile = Some("hma_external".to_owned());
    under.disabled = set
        .policies()
        .iter()
        .filter(|policy| policy.metadata.id != id)
        .map(|policy| (policy.metadata.id.clone(), String::new()))
        .collect();
    let mut all = evaluate(set, snapshot, &under);
    all.retain(|e| e.policy == id);
    all
}

/// How evidence goes missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Damage {
    Removed,
    Null,
    Truncated,
    AdOnly,
}

const DAMAGES: [Damage; 4] = [
    Damage::Removed,
    Damage::Null,
    Damage::Truncated,
    Damage::AdOnly,
];

/// Damages a property of every resource of its kind. False where this damage means nothing to it.
fn damage(snapshot: &mut Snapshot, needed: &Requirement, damage: Damage) -> bool {
    let Some(property) = &needed.property else {
        return false;
    };
    let declared = catalog::find_kind(&needed.kind).and_then(|spec| spec.property(property));
    let is_metabase = declared.is_some_and(|p| p.metabase);
    let null_is_an_answer = declared.is_some_and(|p| p.blank == Blank::Unset);
    if (damage == Damage::AdOnly && !is_metabase) || (damage == Damage::Null && null_is_an_answer) {
        return false;
    }
    let mut done = false;
    for resource in snapshot.resources.values_mut() {
        if (resource.id.plane, &resource.id.kind) != (needed.plane, &needed.kind) {
            continue;
        }
        let Some(value) = resource.properties.get_mut(property) else {
            continue;
        };
        done = true;
        match damage {
            Damage::Removed => {
                resource.properties.remove(property);
            }
            Damage::Null => *value = Value::Null,
            Damage::Truncated => {
                *value = Value::undecided(Reason::Truncated, Some(value.clone()));
            }
            Damage::AdOnly => resource.evidence = Some(Evidence::Ad),
        }
    }
    done
}

type Place = (Option<Plane>, String, String);

fn place(e: &Evaluation) -> Place {
    (
        e.resource.plane,
        e.resource.kind.to_string(),
        e.resource.id.clone(),
    )
}

fn by_place(evaluations: &[Evaluation]) -> BTreeMap<Place, Outcome> {
    evaluations.iter().map(|e| (place(e), e.outcome)).collect()
}

/// What a policy requires, without it: no subject passes on it.
#[test]
fn a_required_property_without_an_answer_never_passes() {
    let set = PolicySet::load(LoadOptions::default()).unwrap();
    let whole = snapshot(&estate());
    let (mut tried, mut wrong) = (0, Vec::new());
    for policy in set.policies() {
        let meta = &policy.metadata;
        if meta.automation != Automation::Automated {
            continue;
        }
        for needed in &meta.requires {
            for how in DAMAGES {
                let mut damaged = whole.clone();
                if !damage(&mut damaged, needed, how) {
                    continue;
                }
                tried += 1;
                for e in ask(&set, &meta.id, &damaged) {
                    // A back end is no subject of a policy on front ends, and Edge has no directories: only
                    // who has the property at all can pass on it.
                    if e.outcome == Outcome::Pass {
                        wrong.push(format!(
                            "{} passes for {} with {needed} {how:?}",
                            meta.id, e.resource.id
                        ));
                    }
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(tried > 60, "{tried}");
    eprintln!("{tried} ways to lose required evidence, no pass");
}

/// What fails, without the evidence that it fails on, or with any other property that the policy looks at
/// gone: it may become unknown or not apply, and never passes.
#[test]
fn a_failure_whose_evidence_goes_missing_never_passes() {
    let set = PolicySet::load(LoadOptions::default()).unwrap();
    let clean = estate();
    let (mut tried, mut wrong) = (0, BTreeSet::new());
    for id in VIOLATIONS {
        let mut violated = clean.clone();
        let server = clean
            .servers
            .iter()
            .find(|server| inject(&mut violated, id, &server.name).is_some());
        assert!(server.is_some(), "{id} can be injected nowhere");
        let whole = snapshot(&violated);
        let failing: BTreeSet<Place> = ask(&set, id, &whole)
            .iter()
            .filter(|e| e.outcome == Outcome::Fail)
            .map(place)
            .collect();
        assert!(!failing.is_empty(), "{id} does not fail");
        let meta = &set.policy(id).unwrap().metadata;
        for needed in meta.named() {
            for how in DAMAGES {
                let mut damaged = whole.clone();
                if !damage(&mut damaged, needed, how) {
                    continue;
                }
                tried += 1;
                let now = by_place(&ask(&set, id, &damaged));
                for place in &failing {
                    if now.get(place) == Some(&Outcome::Pass) {
                        wrong.insert(format!("{id} passes for {} with {needed} {how:?}", place.2));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(tried > 100, "{tried}");
    eprintln!("{tried} ways to lose evidence of failures, no pass");
}
