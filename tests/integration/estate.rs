//! The whole way, from exports of invented estates to answers that are known beforehand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use exdrift::catalog::Per;
use exdrift::collect::{ImportOptions, import};
use exdrift::drift::{attribute, diff};
use exdrift::model::{DriftClass, Evaluation, Outcome, Plane};
use exdrift::policy::{EvaluateOptions, LoadOptions, PolicySet, evaluate};
use exdrift::probe;
use exdrift::sample::{
    Blobs, BundleOptions, Form, GeneratorOptions, Organization, Prop, Stage, VIOLATIONS,
    bundle_with, contoso, contoso_failures, generate, inject, mutate, noise, params, plant_secrets,
    write_to,
};
use exdrift::snapshot::{FolderStore, Snapshot, Store};

use super::import::{at, options};

/// As the export script writes it, which shows what certificates serve; with small blobs.
fn light() -> BundleOptions {
    let mut options = BundleOptions::default();
    options.style.blobs = Blobs::Short;
    options
}

fn snapshot(organization: &Organization) -> Snapshot {
    let snapshot = seen(organization, &light());
    let strange = &snapshot.manifest.unrecognised;
    assert!(strange.is_empty(), "{strange:#?}");
    snapshot
}

/// What import makes of a bundle, whatever was left out of it.
fn seen(organization: &Organization, how: &BundleOptions) -> Snapshot {
    let folder = tempfile::tempdir().unwrap();
    write_to(&bundle_with(organization, at(), how), folder.path()).unwrap();
    let named = ImportOptions {
        organization: organization.name.clone(),
        ..options()
    };
    import(&[folder.path().to_owned()], &named)
        .unwrap()
        .snapshot
}

/// The general reader takes ten times as long: a value that sends a server's file there is felt on a large
/// estate.
#[test]
fn what_the_store_writes_is_read_quickly() {
    let organization = generate(&GeneratorOptions::new(4, 7));
    let folder = tempfile::tempdir().unwrap();
    let store = FolderStore::open(folder.path()).unwrap();
    let stored = store.commit(snapshot(&organization)).unwrap();
    let root = folder.path().join("fabrikam").join(&stored.manifest.id);
    let listing = fs::read_to_string(root.join("files.sha256")).unwrap();
    let mut seen = 0;
    for line in listing.lines() {
        let (_, path) = line.split_once("  ").unwrap();
        let bytes = fs::read(root.join(path)).unwrap();
        assert!(probe::is_canonical(&bytes), "{path}");
        seen += 1;
    }
    assert!(seen > 20, "{seen} files");
}

fn pack() -> PolicySet {
    PolicySet::load(LoadOptions::default()).unwrap()
}

fn judge(set: &PolicySet, organization: &Organization, snapshot: &Snapshot) -> Vec<Evaluation> {
    let mut under = EvaluateOptions::at(at());
    under.params = params(organization);
    under.profile = Some("hma_external".to_owned());
    evaluate(set, snapshot, &under)
}

#[test]
fn policies_that_share_an_engine_answer_as_each_does_alone() {
    let set = pack();
    let organization = contoso(Stage::Before);
    let snapshot = seen(&organization, &light());
    let mut under = EvaluateOptions::at(at());
    under.params = params(&organization);
    under.profile = Some("hma_external".to_owned());
    let together = evaluate(&set, &snapshot, &under);
    let ids: BTreeSet<&str> = together.iter().map(|e| e.policy.as_str()).collect();
    assert!(ids.len() > 60, "{}", ids.len());
    for alone in &ids {
        under.disabled = ids
            .iter()
            .filter(|id| id != &alone)
            .map(|id| ((*id).to_owned(), "another's turn".to_owned()))
            .collect();
        let mut answers = evaluate(&set, &snapshot, &under);
        answers.retain(|e| e.policy == *alone);
        let among_all: Vec<&Evaluation> = together.iter().filter(|e| e.policy == *alone).collect();
        assert_eq!(answers.iter().collect::<Vec<_>>(), among_all, "{alone}");
    }
}

/// What fails, as the generator names it.
fn failures(evaluations: &[Evaluation]) -> BTreeSet<(String, String, String)> {
    evaluations
        .iter()
        .filter(|e| e.outcome == Outcome::Fail)
        .map(|e| {
            (
                e.policy.clone(),
                e.resource.kind.to_string(),
                e.resource.id.clone(),
            )
        })
        .collect()
}

#[test]
fn the_demo_fails_where_its_story_says_and_nowhere_else() {
    let set = pack();
    for stage in [Stage::Before, Stage::After] {
        let organization = contoso(stage);
        let evaluations = judge(&set, &organization, &snapshot(&organization));
        let expected: BTreeSet<_> = contoso_failures(stage)
            .into_iter()
            .map(|e| (e.policy.to_owned(), e.kind.to_owned(), e.key))
            .collect();
        assert_eq!(failures(&evaluations), expected, "{stage:?}");
        let undecided: Vec<_> = evaluations
            .iter()
            .filter(|e| matches!(e.outcome, Outcome::Unknown | Outcome::Error))
            .map(|e| (&e.policy, &e.resource.id, &e.reason, &e.message))
            .collect();
        assert!(undecided.is_empty(), "{stage:?}: {undecided:#?}");
    }
}

/// Client certificates and a second tenant are what Contoso does not have.
const NOT_USED_BY_CONTOSO: [&str; 3] = ["CBA-001", "CBA-002", "HMA-017"];

#[test]
fn every_policy_reaches_pass_or_fail_on_the_scripts_bundle() {
    let set = pack();
    let organization = contoso(Stage::Before);
    let evaluations = judge(&set, &organization, &snapshot(&organization));
    for policy in set.policies() {
        let id = &policy.metadata.id;
        let decided = evaluations
            .iter()
            .any(|e| e.policy == *id && matches!(e.outcome, Outcome::Pass | Outcome::Fail));
        let unused = NOT_USED_BY_CONTOSO.contains(&id.as_str());
        assert_ne!(decided, unused, "{id} on a complete bundle");
    }
    assert_eq!(set.policies().len(), VIOLATIONS.len());
}

#[test]
fn each_known_violation_fails_exactly_where_it_was_made() {
    let set = pack();
    let clean = generate(&GeneratorOptions::new(4, 21));
    let base = failures(&judge(&set, &clean, &snapshot(&clean)));
    assert!(base.is_empty(), "compliant by construction: {base:#?}");
    let mut differing = Vec::new();
    for policy in VIOLATIONS {
        let mut injected = 0;
        for server in &clean.servers {
            if injected == 2 {
                break;
            }
            let mut wrong = clean.clone();
            let Some(expected) = inject(&mut wrong, policy, &server.name) else {
                continue;
            };
            injected += 1;
            let expected: BTreeSet<_> = expected
                .into_iter()
                .filter(|e| e.outcome == Outcome::Fail)
                .map(|e| (e.policy.to_owned(), e.kind.to_owned(), e.key))
                .collect();
            // The operator's params are those of the clean estate.
            let mut under = EvaluateOptions::at(at());
            under.params = params(&clean);
            under.profile = Some("hma_external".to_owned());
            let evaluations = evaluate(&set, &snapshot(&wrong), &under);
            let failing = failures(&evaluations);
            if failing != expected {
                let (more, less) = (&failing - &expected, &expected - &failing);
                differing.push(format!(
                    "{policy} on {}: fails too {more:?}, does not fail {less:?}",
                    server.name
                ));
            }
        }
        assert!(injected > 0, "{policy} could be injected nowhere");
    }
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn two_hundred_known_changes_among_a_hundred_servers_are_found_each_once() {
    let quiet = generate(&GeneratorOptions::new(100, 5));
    let mut changed = quiet.clone();
    let known = mutate(&mut changed, 200, 11);
    assert_eq!(known.len(), 200);
    noise(&mut changed, 3);
    let changes = diff(&snapshot(&quiet), &snapshot(&changed));
    assert!(
        changes.coverage_changes.is_empty(),
        "{:#?}",
        changes.coverage_changes
    );
    let name = |plane: Option<Plane>, kind: &str, key: &str, property: Option<&str>, op: String| {
        format!("{plane:?}/{kind}/{key} {property:?} {op}")
    };
    let mut expected: Vec<String> = known
        .iter()
        .map(|k| {
            let op: exdrift::model::Op = k.op.into();
            name(Some(k.plane), k.kind, &k.key, k.property, format!("{op:?}"))
        })
        .collect();
    let mut found: Vec<String> = changes
        .changes
        .iter()
        .map(|c| {
            let id = &c.resource;
            name(
                id.plane,
                id.kind.as_str(),
                &id.id,
                c.property.as_deref(),
                format!("{:?}", c.op),
            )
        })
        .collect();
    expected.sort();
    found.sort();
    assert_eq!(expected, found);
    // And each with the values that were written.
    for k in known.iter().filter(|k| k.property.is_some()) {
        let change = changes
            .changes
            .iter()
            .find(|c| c.resource.id == k.key && c.property.as_deref() == k.property)
            .unwrap();
        assert_eq!(
            (&change.before, &change.after),
            (&k.before, &k.after),
            "{k:?}"
        );
    }
}

/// From worst to best; not_applicable is as green as pass.
fn greenness(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Fail => 0,
        Outcome::Error => 1,
        Outcome::Unknown => 2,
        Outcome::Manual => 3,
        Outcome::NotApplicable | Outcome::Pass => 4,
    }
}

/// The worst answer of each policy for each server, and for the organization.
fn worst(evaluations: &[Evaluation]) -> BTreeMap<(String, Option<String>), u8> {
    let mut worst = BTreeMap::new();
    for e in evaluations {
        let key = (e.policy.clone(), e.resource.server.clone());
        let green = greenness(e.outcome);
        worst
            .entry(key)
            .and_modify(|w: &mut u8| *w = green.min(*w))
            .or_insert(green);
    }
    worst
}

#[test]
fn ten_servers_without_one_directorys_evidence_nothing_gets_greener() {
    let set = pack();
    let organization = generate(&GeneratorOptions::new(10, 9));
    let mut wrong = organization.clone();
    // Some failures, so that there is something to hide.
    for policy in ["EXT-002", "EXT-003", "OA-001", "HMA-001", "PAPP-004"] {
        let server = wrong.servers[0].name.clone();
        inject(&mut wrong, policy, &server);
    }
    let full = judge(&set, &organization, &snapshot(&wrong));
    let before = worst(&full);
    let kinds: BTreeSet<&str> = wrong
        .objects
        .iter()
        .filter(|object| object.plane != Plane::Cloud)
        .map(|object| object.kind)
        .collect();
    let mut hidden = 0;
    for kind in kinds {
        let victim = wrong.servers[0].name.clone();
        let failure = |server: Option<String>| exdrift::sample::Failure {
            plane: exdrift::catalog::find(kind).unwrap().calls[0].plane,
            kind: exdrift::catalog::find(kind).unwrap().name,
            server,
            state: "failed",
            error: "the cmdlet did not answer".to_owned(),
        };
        // One call answers for all servers, or one each.
        let each = exdrift::catalog::find(kind).unwrap().calls[0].per != Per::Organization;
        let mut how = light();
        how.failures.push(failure(each.then(|| victim.clone())));
        let after = judge(&set, &organization, &seen(&wrong, &how));
        let after_worst = worst(&after);
        for ((policy, server), green) in &before {
            // An answer may move from a server to the organization, where it is then unknown.
            let now = after_worst
                .get(&(policy.clone(), server.clone()))
                .or_else(|| after_worst.get(&(policy.clone(), None)))
                .copied();
            match now {
                Some(now) => assert!(
                    now <= *green || (*green < 2 && now == 2),
                    "{policy} {server:?} went from {green} to {now} without the evidence of {kind}"
                ),
                None => panic!("{policy} {server:?} says nothing without the evidence of {kind}"),
            }
        }
        let passes = |all: &[Evaluation]| {
            all.iter()
                .filter(|e| matches!(e.outcome, Outcome::Pass | Outcome::NotApplicable))
                .map(|e| (e.policy.clone(), e.resource.id.clone()))
                .collect::<BTreeSet<_>>()
        };
        let gained: Vec<_> = passes(&after).difference(&passes(&full)).cloned().collect();
        assert!(gained.is_empty(), "{kind}: newly green: {gained:?}");
        hidden += after
            .iter()
            .filter(|e| e.outcome == Outcome::Unknown)
            .count();
    }
    assert!(hidden > 20, "{hidden}");
}

#[test]
fn planted_secrets_are_in_no_snapshot() {
    for seed in 0..3 {
        let mut organization = generate(&GeneratorOptions::new(3, seed));
        let decoys = plant_secrets(&mut organization, seed);
        assert!(decoys.len() >= 5);
        // Live objects, which the script's copies are not: the importer alone keeps the secrets out.
        let mut how = light();
        how.style.form = Form::Live;
        let text = format!("{:?}", seen(&organization, &how));
        for decoy in &decoys {
            assert!(!text.contains(decoy.as_str()), "{decoy}");
        }
    }
}

#[test]
fn what_is_seen_to_be_wrong_fails_although_other_evidence_of_the_server_is_missing() {
    let set = pack();
    let clean = generate(&GeneratorOptions::new(4, 33));
    let mut wrong = clean.clone();
    let server = wrong.servers[0].name.clone();
    inject(&mut wrong, "VDIR-001", &server).unwrap();
    let full = failures(&judge(&set, &clean, &snapshot(&wrong)));
    assert!(full.iter().any(|(policy, _, _)| policy == "VDIR-001"));
    for kind in [
        "WebServicesVirtualDirectory",
        "OabVirtualDirectory",
        "MapiVirtualDirectory",
    ] {
        let mut how = light();
        how.failures.push(exdrift::sample::Failure {
            plane: Plane::Onprem,
            kind,
            server: Some(server.clone()),
            state: "failed",
            error: "the cmdlet did not answer".to_owned(),
        });
        let partial = judge(&set, &clean, &seen(&wrong, &how));
        let expected: BTreeSet<_> = full.iter().filter(|(_, k, _)| k != kind).cloned().collect();
        assert_eq!(failures(&partial), expected, "without {kind}");
        assert!(
            partial
                .iter()
                .any(|e| e.policy == "VDIR-001" && e.outcome == Outcome::Unknown)
        );
    }
}

/// The hybrid wizard enables a connector that somebody had disabled, and puts the certificate back on the
/// shared principal; both with an export before and one after.
#[test]
fn a_wizard_run_is_told_from_an_administrators_work() {
    let mut before = generate(&GeneratorOptions::new(2, 61));
    let connector = before
        .of_kind(Plane::Onprem, "IntraOrganizationConnector")
        .map(|object| object.key())
        .next()
        .unwrap();
    let mut after = before.clone();
    before.set(
        "IntraOrganizationConnector",
        &connector,
        "Enabled",
        Prop::Bool(false),
    );
    let server = after.servers[0].name.clone();
    inject(&mut after, "HAPP-005", &server).unwrap();
    let old = snapshot(&before);
    let classes = |after: &Organization| {
        let mut new = snapshot(after);
        new.manifest.times.ended += chrono::Duration::days(1);
        let mut changes = diff(&old, &new);
        attribute(&mut changes, &old, &new);
        changes
            .changes
            .into_iter()
            .map(|change| (change.property, change.attribution.map(|a| a.class)))
            .collect::<Vec<_>>()
    };
    let all = |class| {
        [
            Some("Enabled".to_owned()),
            Some("keyCredentials".to_owned()),
        ]
        .map(|property| (property, Some(class)))
    };
    assert_eq!(classes(&after), all(DriftClass::Manual));

    let ran = at() + chrono::Duration::hours(6);
    for (kind, key) in [
        ("HybridConfiguration", "HybridConfiguration"),
        ("IntraOrganizationConnector", connector.as_str()),
    ] {
        let object = after.find_mut(Plane::Onprem, kind, key).unwrap();
        object.set("WhenChangedUTC", Prop::Utc(ran));
        object.set("WhenChanged", Prop::Local(ran, 60));
    }
    assert_eq!(classes(&after), all(DriftClass::HcwReapply));
}
