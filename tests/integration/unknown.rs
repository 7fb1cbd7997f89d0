//! Every built-in policy, every property that it names, taken away in every way: never a pass.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use exdrift::catalog::{self, Blank, Class, Roles};
use exdrift::model::{
    Evaluation, Evidence, Exception, Kind, Outcome, Plane, Reason, Resource, ResourceId, State,
    Value,
};
use exdrift::policy::{
    Automation, EvaluateOptions, LoadOptions, Policy, PolicySet, Requirement, evaluate,
};
use exdrift::sample::{GeneratorOptions, Organization, VIOLATIONS, generate, inject, params};
use exdrift::snapshot::Snapshot;
use rayon::prelude::*;

use super::import::at;
use super::support::snapshot;

fn estate() -> Organization {
    generate(&GeneratorOptions::new(4, 31))
}

fn under() -> EvaluateOptions {
    let mut under = EvaluateOptions::at(at());
    under.params = params(&estate());
    under.profile = Some("hma_external".to_owned());
    under
}

/// Asks one policy.
fn ask(set: &PolicySet, id: &str, snapshot: &Snapshot) -> Vec<Evaluation> {
    let mut under = under();
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
        // Each alone, and one property of all kinds that have it: one address may stand for another.
        let mut ways: Vec<Vec<&Requirement>> = meta.named().map(|needed| vec![needed]).collect();
        let mut same: BTreeMap<&str, Vec<&Requirement>> = BTreeMap::new();
        for needed in meta.named() {
            if let Some(property) = &needed.property {
                same.entry(property).or_default().push(needed);
            }
        }
        ways.extend(same.into_values().filter(|kinds| kinds.len() > 1));
        for way in ways {
            for how in DAMAGES {
                let mut damaged = whole.clone();
                let mut done = false;
                for needed in &way {
                    done |= damage(&mut damaged, needed, how);
                }
                if !done {
                    continue;
                }
                tried += 1;
                let now = by_place(&ask(&set, id, &damaged));
                for place in &failing {
                    if now.get(place) == Some(&Outcome::Pass) {
                        let (what, which) = (way[0], &place.2);
                        wrong.insert(format!("{id} passes for {which} with {what} {how:?}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(tried > 100, "{tried}");
    eprintln!("{tried} ways to lose evidence of failures, no pass");
}

/// Of such a property only its presence is known, and METADATA does not name it.
fn is_secret(kind: &Kind, property: &str) -> bool {
    let declared = catalog::find_kind(kind).and_then(|spec| spec.property(property));
    declared.is_some_and(|p| p.class == Class::Secret)
}

/// The two proofs above try what METADATA names. Nothing else that a policy might look at changes what it
/// says, neither garbled nor gone; `ExchangeServer` says for all policies which servers carry a kind.
#[test]
fn metadata_names_every_property_that_an_answer_depends_on() {
    let set = PolicySet::load(LoadOptions::default()).unwrap();
    let clean = estate();
    let base = snapshot(&clean);
    let (mut tried, mut unnamed) = (0, BTreeSet::new());
    for policy in set.policies() {
        let meta = &policy.metadata;
        let mut worlds = vec![base.clone()];
        let mut violated = clean.clone();
        let mut servers = clean.servers.iter();
        if servers.any(|server| inject(&mut violated, &meta.id, &server.name).is_some()) {
            worlds.push(snapshot(&violated));
        }
        let named: BTreeSet<(Plane, &str, &str)> = meta
            .named()
            .filter_map(|n| Some((n.plane, n.kind.as_str(), n.property.as_deref()?)))
            .collect();
        let may_matter = |plane: Plane, kind: &Kind, property: &str| {
            let says_role =
                kind.as_str() == "ExchangeServer" && Roles::DECIDED_BY.contains(&property);
            policy.looks_at(plane, kind, Some(property))
                && !named.contains(&(plane, kind.as_str(), property))
                && !is_secret(kind, property)
                && !says_role
        };
        for world in &worlds {
            let said = ask(&set, &meta.id, world);
            let without = |only: Option<(Plane, &str, &str)>, is_gone: bool| {
                let mut other = world.clone();
                for resource in other.resources.values_mut() {
                    let (plane, kind) = (resource.id.plane, resource.id.kind.clone());
                    let wanted = |property: &str| {
                        only.is_none_or(|only| only == (plane, kind.as_str(), property))
                            && may_matter(plane, &kind, property)
                    };
                    match is_gone {
                        true => resource.properties.retain(|name, _| !wanted(name)),
                        false => {
                            let all = resource.properties.iter_mut();
                            for (_, value) in all.filter(|(name, _)| wanted(name)) {
                                *value = Value::text("garbled");
                            }
                        }
                    }
                }
                ask(&set, &meta.id, &other) != said
            };
            for is_gone in [true, false] {
                tried += 1;
                if !without(None, is_gone) {
                    continue;
                }
                // Which of them?
                let each: BTreeSet<(Plane, &str, &str)> = world
                    .resources
                    .values()
                    .flat_map(|r| {
                        let names = r.properties.keys();
                        names.map(|name| (r.id.plane, r.id.kind.as_str(), name.as_str()))
                    })
                    .filter(|(plane, kind, name)| may_matter(*plane, &Kind::new(*kind), name))
                    .collect();
                for (plane, kind, name) in each {
                    if without(Some((plane, kind, name)), is_gone) {
                        unnamed.insert(format!("{} reads {plane}.{kind}.{name}", meta.id));
                    }
                }
            }
        }
    }
    assert!(unnamed.is_empty(), "{unnamed:#?}");
    assert!(tried > 240, "{tried}");
}

/// Other values that a property might have, whatever it means.
fn others(value: &Value) -> Vec<Value> {
    let text = |text: &str| Value::text(text);
    match value {
        Value::Bool(flag) => vec![Value::Bool(!flag)],
        Value::Int(number) => vec![Value::Int(0), Value::Int(1), Value::Int(number * 10 + 7)],
        Value::List(members) => {
            let mut longer = members.clone();
            longer.extend([text("Basic"), text("elsewhere.example.net")]);
            let shorter = members.iter().skip(1).cloned().collect();
            vec![
                Value::List(Vec::new()),
                Value::set(longer),
                Value::List(shorter),
            ]
        }
        _ => [
            "https://elsewhere.example.net/x",
            "http://mail.contoso.com/x",
            "elsewhere.example.net",
            "None",
            "Basic",
            "2020-01-01T00:00:00Z",
            "15.0.1.1",
        ]
        .map(text)
        .to_vec(),
    }
}

/// Answers that rest on another witness of the same fact: IIS itself says what a directory requires.
const OTHER_WITNESS: [(&str, &str); 1] = [("VDIR-009", "onprem.OabVirtualDirectory.RequireSSL")];

/// Where some value of one property of one resource fails, the same property without an answer does not
/// pass: it might be that value. A certificate is the same on every server that has it.
#[test]
fn what_might_fail_does_not_pass_while_nobody_knows() {
    let set = PolicySet::load(LoadOptions::default()).unwrap();
    let clean = snapshot(&generate(&GeneratorOptions::new(2, 31)));
    let tried = AtomicUsize::new(0);
    let wrong: BTreeSet<String> = set
        .policies()
        .par_iter()
        .flat_map_iter(|policy| {
            let named = policy.metadata.named();
            let needed =
                named.filter(|n| !OTHER_WITNESS.contains(&(&policy.metadata.id, &n.to_string())));
            let found =
                needed.flat_map(|needed| passes_in_doubt(&set, policy, needed, &clean, &tried));
            found.collect::<Vec<_>>()
        })
        .collect();
    let tried = tried.into_inner();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(tried > 300, "{tried}");
    eprintln!("{tried} single values that nobody knows, no pass");
}

/// Where a policy passes though the property might have a value at which it fails.
fn passes_in_doubt(
    set: &PolicySet,
    policy: &Policy,
    needed: &Requirement,
    clean: &Snapshot,
    tried: &AtomicUsize,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(property) = &needed.property else {
        return wrong;
    };
    let id = &policy.metadata.id;
    let before = by_place(&ask(set, id, clean));
    let of_kind = |r: &&Resource| (r.id.plane, &r.id.kind) == (needed.plane, &needed.kind);
    let all: Vec<&Resource> = clean.resources.values().filter(of_kind).collect();
    let declared = catalog::find_kind(&needed.kind).and_then(|spec| spec.property(property));
    let null_is_an_answer = declared.is_some_and(|p| p.blank == Blank::Unset);
    // The first and the last: of directories a front end and a back end.
    for resource in all.iter().take(1).chain(all.iter().skip(1).last()) {
        let thumbprint = |r: &Resource| r.properties.get("Thumbprint").cloned();
        let same: Vec<&ResourceId> = all
            .iter()
            .filter(|r| {
                r.id == resource.id
                    || (thumbprint(r).is_some() && thumbprint(r) == thumbprint(resource))
            })
            .map(|r| &r.id)
            .collect();
        let with = |value: Option<Value>| {
            let mut other = clean.clone();
            for id in &same {
                let properties = &mut other.resources.get_mut(id).unwrap().properties;
                match &value {
                    Some(value) => properties.insert(property.clone(), value.clone()),
                    None => properties.remove(property),
                };
            }
            by_place(&ask(set, id, &other))
        };
        let was = resource.properties.get(property).unwrap_or(&Value::Null);
        let mut failing: BTreeMap<Place, Value> = BTreeMap::new();
        for value in others(was) {
            for (place, outcome) in with(Some(value.clone())) {
                if outcome == Outcome::Fail && before.get(&place) != Some(&outcome) {
                    failing.insert(place, value.clone());
                }
            }
        }
        if failing.is_empty() {
            continue;
        }
        let cut = Value::undecided(Reason::Truncated, None);
        let mut ways = vec![("truncated", Some(cut)), ("removed", None)];
        if !null_is_an_answer {
            ways.push(("null", Some(Value::Null)));
        }
        for (how, value) in ways {
            tried.fetch_add(1, Ordering::Relaxed);
            let now = with(value);
            for (place, worse) in &failing {
                if now.get(place) == Some(&Outcome::Pass) {
                    wrong.push(format!(
                        "{id} passes for {}: {needed} of {} {how}, and fails at {worse:?}",
                        place.2, resource.id.key
                    ));
                }
            }
        }
    }
    wrong
}

/// What a person must export next is what is missing, whoever's answer it leaves open.
#[test]
fn an_answer_that_is_left_open_names_a_kind_that_was_not_seen_whole() {
    let set = PolicySet::load(LoadOptions::default()).unwrap();
    let clean = snapshot(&estate());
    let rows = clean.manifest.coverage.rows.len();
    let open = AtomicUsize::new(0);
    let wrong: BTreeSet<String> = (0..rows)
        .into_par_iter()
        .flat_map_iter(|row| [None, Some("EX01")].map(|server| without(&clean, row, server)))
        .flat_map_iter(|snapshot| {
            let evaluations = evaluate(&set, &snapshot, &under());
            let unseen = |e: &&Evaluation| e.reason.as_deref() == Some("not_collected");
            let left: Vec<String> = evaluations
                .iter()
                .filter(unseen)
                .inspect(|_| _ = open.fetch_add(1, Ordering::Relaxed))
                .filter(|e| !is_missing(&snapshot, e.missing_kind.as_ref()))
                .map(|e| format!("{} names {:?}: {}", e.policy, e.missing_kind, e.message))
                .collect();
            left
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(open.into_inner() > 200);
}

/// The same without what a coverage row speaks of, on one server or altogether.
fn without(clean: &Snapshot, row: usize, server: Option<&str>) -> Snapshot {
    let mut snapshot = clean.clone();
    let row = &mut snapshot.manifest.coverage.rows[row];
    let (plane, kind) = (row.plane, row.kind.clone());
    match server {
        None => row.state = State::NotAttempted,
        Some(server) => {
            row.state = State::Partial;
            row.except.push(Exception {
                server: server.to_owned(),
                state: State::NotAttempted,
                reason: None,
            });
        }
    }
    let is_lost = |r: &Resource| server.is_none() || r.server.as_deref() == server;
    snapshot
        .resources
        .retain(|id, r| (id.plane, &id.kind) != (plane, &kind) || !is_lost(r));
    snapshot
}

fn is_missing(snapshot: &Snapshot, kind: Option<&Kind>) -> bool {
    let mut rows = snapshot.manifest.coverage.rows.iter();
    kind.is_some_and(|kind| {
        rows.any(|row| {
            row.kind == *kind && (row.state != State::Complete || !row.except.is_empty())
        })
    })
}

#[test]
fn an_answer_that_waits_for_the_operator_names_the_parameter() {
    let set = PolicySet::load(LoadOptions::default()).unwrap();
    let snapshot = snapshot(&estate());
    let mut given = under();
    let all = given.params.as_object().unwrap().clone();
    let mut named = BTreeSet::new();
    for param in all.keys() {
        let mut fewer = all.clone();
        fewer.remove(param);
        for params in [fewer, serde_json::Map::new()] {
            given.params = params.into();
            for e in evaluate(&set, &snapshot, &given) {
                if e.reason.as_deref() == Some("param_missing") {
                    let param = e
                        .missing_param
                        .unwrap_or_else(|| panic!("{}: {}", e.policy, e.message));
                    named.insert(param);
                }
            }
        }
    }
    let names: Vec<&str> = named.iter().map(String::as_str).collect();
    assert!(
        names.contains(&"exposure") && names.contains(&"namespaces"),
        "{names:?}"
    );
}
