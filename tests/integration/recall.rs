//! What is remembered of earlier answers is what would be answered now.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use exdrift::model::{Evaluation, Evidence, Exception, Plane, Reason, State, Value};
use exdrift::policy::{
    EvaluateOptions, LoadOptions, Memory, Policy, PolicySet, Scope, answers,
    answers_to_what_is_named, evaluate, evaluate_with,
};
use exdrift::sample::{
    GeneratorOptions, Organization, VIOLATIONS, generate, inject, mutate, params,
};
use exdrift::snapshot::{Snapshot, sha256_hex};

use super::import::at;
use super::support::snapshot;

fn pack() -> PolicySet {
    PolicySet::load(LoadOptions::default()).unwrap()
}

fn under(organization: &Organization, now: DateTime<Utc>) -> EvaluateOptions {
    let mut under = EvaluateOptions::at(now);
    under.params = params(organization);
    under.profile = Some("hma_external".to_owned());
    under
}

/// What a file would hold of it.
fn written(memory: &Memory) -> Memory {
    let again = Memory::read(&memory.to_bytes());
    assert_eq!(again, *memory);
    again
}

/// With every remembered "In order." told apart from one that is given now.
fn marked(memory: &Memory) -> Memory {
    let text = String::from_utf8(memory.to_bytes()).unwrap();
    let (_, body) = text.split_once('\n').unwrap();
    let body = body.replace("In order.", REMEMBERED);
    let head = format!("exdrift.answers/1\t{}", sha256_hex(body.as_bytes()));
    let memory = Memory::read(format!("{head}\n{body}").as_bytes());
    assert_ne!(memory, Memory::default());
    memory
}

const REMEMBERED: &str = "As it was.";

/// One way in which an estate is another one the next night.
fn next_night(organization: &mut Organization, snapshot: &mut Snapshot, night: u64) {
    let kinds: Vec<_> = snapshot.manifest.coverage.rows.clone();
    let pick = |n: usize| usize::try_from(night).unwrap_or(0) * 7919 % n.max(1);
    match night % 9 {
        // Nothing but the time.
        0 => {}
        1..=3 => {
            mutate(organization, 1 + pick(5), night);
            *snapshot = super::support::snapshot(organization);
        }
        4 => {
            let policy = VIOLATIONS[pick(VIOLATIONS.len())];
            let servers: Vec<String> = organization
                .servers
                .iter()
                .map(|s| s.name.clone())
                .collect();
            let changed = servers
                .iter()
                .any(|server| inject(organization, policy, server).is_some());
            assert!(changed, "{policy}");
            *snapshot = super::support::snapshot(organization);
        }
        // A server's evidence of one kind is lost.
        5 => {
            let row = &kinds[pick(kinds.len())];
            let server = organization.servers[pick(organization.servers.len())]
                .name
                .clone();
            snapshot
                .resources
                .retain(|id, r| id.kind != row.kind || r.server.as_ref() != Some(&server));
            let rows = &mut snapshot.manifest.coverage.rows;
            let row = rows.iter_mut().find(|r| r.kind == row.kind).unwrap();
            row.state = State::Partial;
            row.except.push(Exception {
                server,
                state: State::Failed,
                reason: Some("the call failed".to_owned()),
            });
        }
        // A whole server is gone, and coverage does not say so.
        6 => {
            let server = &organization.servers[pick(organization.servers.len())].name;
            snapshot
                .resources
                .retain(|_, r| r.server.as_ref() != Some(server));
        }
        // Addresses that nobody declared, or that lead elsewhere from inside than from outside.
        7 => {
            let kinds = [
                "PowerShellVirtualDirectory",
                "OwaVirtualDirectory",
                "WebServicesVirtualDirectory",
                "OutlookAnywhere",
            ];
            for resource in snapshot.resources.values_mut() {
                for (n, property) in ["InternalUrl", "ExternalUrl", "InternalHostname"]
                    .iter()
                    .enumerate()
                {
                    if resource.id.kind.as_str() == kinds[pick(4)]
                        && pick(3) != n
                        && let Some(value) = resource.properties.get_mut(*property)
                    {
                        *value = match n {
                            2 => Value::text("inside.fabrikam.com"),
                            _ => Value::text(format!("https://host{n}.fabrikam.com/x")),
                        };
                    }
                }
            }
        }
        // Some values cannot be read, and some directories were asked of Active Directory only.
        _ => {
            for (n, resource) in snapshot.resources.values_mut().enumerate() {
                if n % 17 == pick(17) && resource.evidence.is_some() {
                    resource.evidence = Some(Evidence::Ad);
                }
                for (m, value) in resource.properties.values_mut().enumerate() {
                    if (n * 31 + m) % 97 == pick(97) {
                        *value = Value::undecided(Reason::Truncated, Some(value.clone()));
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_remembered_is_what_would_be_answered() {
    let set = pack();
    for seed in [3, 11] {
        let clean = generate(&GeneratorOptions::new(5, seed));
        let mut organization = clean.clone();
        let mut snapshot = snapshot(&organization);
        let mut memory = Memory::default();
        for night in 0..24 {
            next_night(&mut organization, &mut snapshot, night + seed);
            let now = at() + TimeDelta::days(i64::try_from(night).unwrap());
            let mut under = under(&clean, now);
            if night % 9 == 8 {
                under.params["graph_app_only"] = true.into();
            }
            if night % 11 == 10 {
                under.profile = None;
            }
            // By name, which another policy may not look at.
            let partners = snapshot.of_kind(Plane::Onprem, "PartnerApplication");
            under.params["partner_applications"] = partners
                .map(|r| r.id.key.clone())
                .collect::<Vec<_>>()
                .into();
            // Every other night one is left out, and asked alone the next.
            let turn = usize::try_from(night).unwrap() * 13 % set.policies().len();
            if night % 2 == 1 {
                let id = set.policies()[turn].metadata.id.clone();
                under.disabled.insert(id, "not tonight".to_owned());
            }
            let asked = evaluate(&set, &snapshot, &under);
            memory = written(&memory);
            let with = evaluate_with(&set, &snapshot, &under, &mut memory);
            assert_same(&with, &asked, &format!("seed {seed}, night {night}"));
        }
    }
}

fn assert_same(with: &[Evaluation], asked: &[Evaluation], when: &str) {
    for (with, asked) in with.iter().zip(asked) {
        assert_eq!(with, asked, "{when}");
    }
    assert_eq!(with.len(), asked.len(), "{when}");
}

#[test]
fn only_what_changed_is_asked_again() {
    let set = pack();
    let organization = generate(&GeneratorOptions::new(5, 8));
    let mut snapshot = snapshot(&organization);
    let mut memory = Memory::default();
    let first = evaluate_with(&set, &snapshot, &under(&organization, at()), &mut memory);
    let remembered = |evaluations: &[Evaluation]| -> BTreeSet<(String, Option<String>)> {
        evaluations
            .iter()
            .filter(|e| e.message == REMEMBERED)
            .map(|e| (e.policy.clone(), e.resource.server.clone()))
            .collect()
    };
    assert!(remembered(&first).is_empty());

    // The next night: only what looks at the clock.
    let tomorrow = under(&organization, at() + TimeDelta::days(1));
    let second = evaluate_with(&set, &snapshot, &tomorrow, &mut marked(&memory));
    assert_eq!(second.len(), first.len());
    for (first, second) in first.iter().zip(&second) {
        let policy = set.policy(&first.policy).unwrap();
        let is_kept = first.message == "In order." && !policy.looks_at_the_clock();
        assert_eq!(second.message == REMEMBERED, is_kept, "{}", first.policy);
    }

    // One address of one server: the policies that look at it, of that server or of the organization.
    let changed = snapshot
        .of_kind(Plane::Onprem, "MapiVirtualDirectory")
        .next()
        .map(|r| r.id.clone())
        .unwrap();
    let resource = snapshot.resources.get_mut(&changed).unwrap();
    let server = resource.server.clone();
    let url = Value::text("https://new.fabrikam.com/mapi");
    resource.properties.insert("ExternalUrl".to_owned(), url);
    let third = evaluate_with(
        &set,
        &snapshot,
        &under(&organization, at()),
        &mut marked(&memory),
    );
    let kept = remembered(&third);
    for first in first.iter().filter(|e| e.message == "In order.") {
        let policy = set.policy(&first.policy).unwrap();
        if policy.metadata.scope == Scope::Organization {
            let looks = policy.looks_at(changed.plane, &changed.kind, Some("ExternalUrl"));
            let is_kept = kept.iter().any(|(id, _)| *id == first.policy);
            assert_eq!(is_kept, !looks, "{}", first.policy);
        }
    }
    let looks_at_one = third.iter().filter(|e| {
        let policy = set.policy(&e.policy).unwrap();
        policy.metadata.scope == Scope::Server && e.resource.server.is_some()
    });
    let (mut new, mut old) = (0, 0);
    for e in looks_at_one {
        if e.resource.server == server {
            assert_ne!(e.message, REMEMBERED, "{} of {}", e.policy, e.resource.id);
            new += 1;
        } else if e.message == REMEMBERED {
            old += 1;
        }
    }
    assert!(new > 10 && old > 40, "{new} asked again, {old} remembered");
}

#[test]
fn a_damaged_memory_is_none() {
    let set = pack();
    let organization = generate(&GeneratorOptions::new(2, 8));
    let snapshot = snapshot(&organization);
    let under = under(&organization, at());
    let mut memory = Memory::default();
    let asked = evaluate_with(&set, &snapshot, &under, &mut memory);
    let bytes = memory.to_bytes();
    for at in (0..bytes.len()).step_by(bytes.len() / 50) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert_eq!(Memory::read(&damaged), Memory::default(), "byte {at}");
        assert_eq!(Memory::read(&bytes[..at]), Memory::default(), "cut at {at}");
    }
    // One whose seal is right and whose answers are not of this form.
    let text = String::from_utf8(bytes).unwrap();
    let (_, body) = text.split_once('\n').unwrap();
    let body = body.replace("\"outcome\"", "\"result\"");
    let head = format!("exdrift.answers/1\t{}", sha256_hex(body.as_bytes()));
    let mut strange = Memory::read(format!("{head}\n{body}").as_bytes());
    let again = evaluate_with(&set, &snapshot, &under, &mut strange);
    assert_same(&again, &asked, "another form");
}

/// What a policy must not see, made unrecognisable.
fn garbled(snapshot: &Snapshot, policy: &Policy) -> Snapshot {
    let mut garbled = snapshot.clone();
    garbled
        .resources
        .retain(|id, _| policy.looks_at(id.plane, &id.kind, None));
    for resource in garbled.resources.values_mut() {
        let (plane, kind) = (resource.id.plane, resource.id.kind.clone());
        for (name, value) in &mut resource.properties {
            if !policy.looks_at(plane, &kind, Some(name)) {
                *value = Value::text("garbled");
            }
        }
        if !policy.looks_at_observed() {
            resource.observed.clear();
        }
    }
    garbled
}

/// Nobody is deaf: what a policy would see beyond what it is shown changes nothing that it says.
#[test]
fn a_policy_that_sees_everything_says_no_more() {
    let set = pack();
    let clean = generate(&GeneratorOptions::new(4, 5));
    let mut worlds = vec![snapshot(&clean)];
    for night in 1..9 {
        let mut organization = clean.clone();
        let mut world = snapshot(&organization);
        mutate(&mut organization, 60, night);
        next_night(&mut organization, &mut world, night);
        next_night(&mut organization, &mut world, 7);
        worlds.push(world);
    }
    for policies in VIOLATIONS.chunks(9) {
        let mut wrong = clean.clone();
        for policy in policies {
            let mut servers = clean.servers.iter();
            servers.find(|server| inject(&mut wrong, policy, &server.name).is_some());
        }
        worlds.push(snapshot(&wrong));
    }
    let mut violations = 0;
    for world in &worlds {
        let under = under(&clean, at());
        let all = answers(&set, world, &under);
        let named = answers_to_what_is_named(&set, world, &under);
        assert_eq!(all.len(), set.policies().len());
        for (package, said) in &all {
            assert_eq!(Some(said), named.get(package), "{package}");
            let found = said.get("violation").and_then(|v| v.as_array());
            violations += found.map_or(0, Vec::len);
        }
    }
    assert!(violations > 65, "{violations}");
}

/// What makes remembering sound: nothing but what a policy can look at changes an answer.
#[test]
fn a_policy_looks_at_nothing_that_it_does_not_name() {
    let set = pack();
    let clean = generate(&GeneratorOptions::new(4, 5));
    let base = snapshot(&clean);
    let mut tried = 0;
    let mut differing = Vec::new();
    for policy in set.policies() {
        let id = &policy.metadata.id;
        let mut worlds = vec![base.clone()];
        for server in &clean.servers {
            let mut wrong = clean.clone();
            if inject(&mut wrong, id, &server.name).is_some() {
                worlds.push(snapshot(&wrong));
                break;
            }
        }
        let mut under = under(&clean, at());
        let others = set.policies().iter().filter(|p| p.metadata.id != *id);
        under.disabled = others
            .map(|p| (p.metadata.id.clone(), String::new()))
            .collect();
        let ask = |snapshot: &Snapshot, under: &EvaluateOptions| {
            let mut answers = evaluate(&set, snapshot, under);
            answers.retain(|e| e.policy == *id);
            answers
        };
        for world in &worlds {
            tried += 1;
            let whole = ask(world, &under);
            if ask(&garbled(world, policy), &under) != whole {
                differing.push(format!("{id} looks at more than it is said to"));
            }
            let mut later = under.clone();
            later.now += TimeDelta::days(400);
            if !policy.looks_at_the_clock() && ask(world, &later) != whole {
                differing.push(format!("{id} looks at the clock"));
            }
        }
    }
    assert!(differing.is_empty(), "{differing:#?}");
    assert!(tried > 120, "{tried}");
}
