//! Files of other tools: what they carry is what the export script's bundle says, the rest is listed or
//! undecided, and nothing that they left out looks like an answer.

mod damage;
mod tenant;

use std::collections::{BTreeMap, BTreeSet};

use exdrift::catalog;
use exdrift::collect::{Import, import};
use exdrift::drift::diff;
use exdrift::model::{
    Evidence, Outcome, Plane, Reason, Resource, ResourceId, State, Value, is_selection,
};
use exdrift::policy::{EvaluateOptions, LoadOptions, PolicySet, evaluate};
use exdrift::sample::{
    Blobs, BundleOptions, GeneratorOptions, Organization, Stage, Style, bundle_with, contoso, edca,
    generate, health_checker, params, scubagear, scubagear_results, write_to,
};
use exdrift::snapshot::Snapshot;

use super::import::{at, options};

type Files = Vec<(String, Vec<u8>)>;

fn read(files: &Files) -> Import {
    let folder = tempfile::tempdir().unwrap();
    write_to(files, folder.path()).unwrap();
    import(&[folder.path().to_owned()], &options()).unwrap()
}

fn short() -> Style {
    Style {
        blobs: Blobs::Short,
        ..Style::default()
    }
}

fn whole(organization: &Organization) -> Snapshot {
    let light = BundleOptions {
        style: Style {
            blobs: Blobs::Short,
            ..BundleOptions::default().style
        },
        ..BundleOptions::default()
    };
    read(&bundle_with(organization, at(), &light)).snapshot
}

fn state(snapshot: &Snapshot, plane: Plane, kind: &str) -> State {
    let row = snapshot
        .coverage()
        .rows
        .iter()
        .find(|row| row.plane == plane && row.kind.as_str() == kind);
    row.unwrap_or_else(|| panic!("no row for {kind}")).state
}

fn listed(read: &Import) -> BTreeMap<String, usize> {
    let unrecognised = &read.snapshot.manifest.unrecognised;
    let mut counts = BTreeMap::new();
    for item in unrecognised {
        *counts.entry(item.type_name.clone()).or_default() += item.count;
    }
    counts
}

/// How much of what a foreign file says is what the bundle says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Compared {
    equal: usize,
    undecided: usize,
    left_out: usize,
}

/// Property by property: equal, undecided, or left out by a selection; never different.
fn compare(
    bundle: &BTreeMap<ResourceId, Resource>,
    foreign: &BTreeMap<ResourceId, Resource>,
) -> Compared {
    let mut compared = Compared::default();
    for (id, theirs) in foreign {
        let Some(ours) = bundle.get(id) else {
            // Things that the sample organization's own exports do not have.
            assert_eq!(id.plane, Plane::Entra, "{id} is not in the bundle");
            continue;
        };
        assert_eq!(ours.server, theirs.server, "{id}");
        let spec = catalog::find_kind(&id.kind).unwrap();
        let masked = |name: &str| {
            theirs.evidence == Some(Evidence::Ad)
                && (spec.property(name).is_some_and(|p| p.metabase) || name == "Path")
        };
        for (name, value) in &ours.properties {
            match theirs.properties.get(name) {
                _ if masked(name) => compared.undecided += 1,
                Some(read) if read.has_undecided() => compared.undecided += 1,
                Some(read) => {
                    assert_eq!(value, read, "{id} {name}");
                    compared.equal += 1;
                }
                None => {
                    assert!(is_selection(&theirs.properties), "{id} {name} is missing");
                    compared.left_out += 1;
                }
            }
        }
        for (name, value) in &theirs.properties {
            assert!(
                ours.properties.contains_key(name) || value.has_undecided(),
                "{id} {name} is not in the bundle"
            );
        }
    }
    compared
}

/// Nobody passes on a foreign file who does not pass on the bundle, and nobody fails.
fn judged_alike(organization: &Organization, bundle: &Snapshot, foreign: &Snapshot) -> usize {
    let set = PolicySet::load(LoadOptions::default()).unwrap();
    let mut under = EvaluateOptions::at(at());
    under.params = params(organization);
    under.profile = Some("hma_external".to_owned());
    let outcomes = |snapshot: &Snapshot| -> BTreeMap<(String, String, String), Outcome> {
        evaluate(&set, snapshot, &under)
            .into_iter()
            .map(|e| {
                let subject = (e.policy, e.resource.kind.to_string(), e.resource.id);
                (subject, e.outcome)
            })
            .collect()
    };
    let known = outcomes(bundle);
    let mut answers = 0;
    for (subject, outcome) in outcomes(foreign) {
        match outcome {
            Outcome::Pass | Outcome::Fail => {
                assert_eq!(known.get(&subject), Some(&outcome), "{subject:?}");
                answers += 1;
            }
            Outcome::Error => panic!("{subject:?}"),
            Outcome::Unknown | Outcome::NotApplicable | Outcome::Manual => {}
        }
    }
    answers
}

fn estates() -> [Organization; 3] {
    [
        contoso(Stage::Before),
        contoso(Stage::After),
        generate(&GeneratorOptions::new(4, 11)),
    ]
}

#[test]
fn scubagear_carries_what_the_tenants_exports_say() {
    for organization in estates() {
        let bundle = whole(&organization);
        let mut snapshots = Vec::new();
        for file in [
            scubagear(&organization, at(), &[]),
            scubagear_results(&organization, at()),
        ] {
            let read = read(&vec![file]);
            let compared = compare(&bundle.resources, &read.snapshot.resources);
            assert!(
                compared.equal > 20 && compared.left_out > 20,
                "{compared:?}"
            );
            assert_eq!(read.snapshot.manifest.times.ended, at());
            assert_eq!(
                state(&read.snapshot, Plane::Cloud, "AcceptedDomain"),
                State::Complete
            );
            let listed = listed(&read);
            assert_eq!(listed["section privileged_users"], 2, "{listed:?}");
            assert_eq!(listed["section total_user_count"], 1, "{listed:?}");
            judged_alike(&organization, &bundle, &read.snapshot);
            snapshots.push(read.snapshot);
        }
        let between = diff(&snapshots[0], &snapshots[1]);
        assert!(between.is_empty(), "{between:#?}");
    }
}

#[test]
fn scubagears_applications_keep_whose_credential_is_whose() {
    let organization = contoso(Stage::Before);
    let snapshot = read(&vec![scubagear(&organization, at(), &[])]).snapshot;
    let one = |kind: &str| {
        let resource = snapshot.of_kind(Plane::Entra, kind).next();
        resource.unwrap_or_else(|| panic!("no {kind}")).clone()
    };
    let application = one("Application");
    assert_eq!(application.id.key, "3b5e7c9d-8a6f-4e1d-b2c3-d4e5f6a7b8c9");
    let Value::List(keys) = &application.properties["keyCredentials"] else {
        panic!("{:?}", application.properties["keyCredentials"]);
    };
    let [Value::Map(key)] = keys.as_slice() else {
        panic!("{keys:?}");
    };
    assert_eq!(key["displayName"], Value::text("archive 2026"));
    assert_eq!(key["usage"].undecided_reason(), Some(Reason::NotExported));
    // Null is no word on whether there are any.
    assert_eq!(application.properties.get("passwordCredentials"), None);
    assert!(is_selection(&application.properties));
    let principal = one("ServicePrincipal");
    assert_eq!(principal.id.key, "00000002-0000-0ff1-ce00-000000000000");
    assert_eq!(
        principal.properties["keyCredentials"],
        Value::List(Vec::new())
    );
    assert_eq!(
        state(&snapshot, Plane::Entra, "ServicePrincipal"),
        State::Partial
    );
}

#[test]
fn a_call_that_scubagear_says_failed_is_failed_although_its_section_is_empty() {
    let organization = contoso(Stage::Before);
    let file = scubagear(&organization, at(), &["Get-AcceptedDomain"]);
    let read = read(&vec![file]);
    let row = read
        .snapshot
        .coverage()
        .rows
        .iter()
        .find(|row| row.plane == Plane::Cloud && row.kind.as_str() == "AcceptedDomain")
        .unwrap();
    assert_eq!(row.state, State::Failed);
    assert!(
        row.reason
            .as_deref()
            .unwrap()
            .contains("Get-AcceptedDomain")
    );
    assert_eq!(
        state(&read.snapshot, Plane::Cloud, "OrganizationConfig"),
        State::Complete
    );
}

#[test]
fn health_checker_carries_the_objects_and_no_word_of_iis() {
    for organization in estates() {
        let bundle = whole(&organization);
        let files = health_checker(&organization, at());
        let read = read(&files);
        let snapshot = &read.snapshot;
        let compared = compare(&bundle.resources, &snapshot.resources);
        assert!(compared.equal > 500, "{compared:?}");
        // Of certificates alone: what Exchange does with them is not in their bytes.
        let all = snapshot
            .resources
            .values()
            .filter(|r| is_selection(&r.properties));
        let kinds: BTreeSet<&str> = all.map(|r| r.id.kind.as_str()).collect();
        assert_eq!(kinds, BTreeSet::from(["ExchangeCertificate"]));
        // Every directory of every server is there, and not one was asked of IIS.
        let directories = |snapshot: &Snapshot| -> BTreeSet<ResourceId> {
            let all = snapshot.resources.values();
            all.filter(|r| r.evidence.is_some())
                .map(|r| r.id.clone())
                .collect()
        };
        assert_eq!(directories(&bundle), directories(snapshot));
        for resource in snapshot.resources.values() {
            if resource.evidence.is_some() {
                assert_eq!(resource.evidence, Some(Evidence::Ad), "{}", resource.id);
            }
        }
        assert_eq!(snapshot.manifest.times.ended, at());
        // A file a server is no list of servers.
        assert_eq!(
            state(snapshot, Plane::Onprem, "ExchangeServer"),
            State::Partial
        );
        let answers = judged_alike(&organization, &bundle, snapshot);
        assert!(answers > 3, "{answers}");
        let listed = listed(&read);
        let count = files.len();
        assert_eq!(listed["HtmlServerValues"], count, "{listed:?}");
        assert_eq!(
            listed["ExchangeInformation.IISSettings"], count,
            "{listed:?}"
        );
        assert_eq!(
            listed["OrganizationInformation.WellKnownSecurityGroups"],
            2 * count,
            "{listed:?}"
        );
        // The list of servers beside them makes the picture whole.
        let mut with_list = files.clone();
        let servers = exdrift::sample::loose_clixml(&organization, short());
        with_list.extend(
            servers
                .into_iter()
                .filter(|(name, _)| name.contains("ExchangeServer.")),
        );
        let whole = self::read(&with_list).snapshot;
        assert_eq!(
            state(&whole, Plane::Onprem, "ExchangeServer"),
            State::Complete
        );
        assert_eq!(state(&whole, Plane::Host, "ServerVersion"), State::Complete);
    }
}

#[test]
fn health_checkers_directories_never_pass() {
    let organization = contoso(Stage::After);
    let snapshot = read(&health_checker(&organization, at())).snapshot;
    let set = PolicySet::load(LoadOptions::default()).unwrap();
    let mut under = EvaluateOptions::at(at());
    under.params = params(&organization);
    let mut unknown = 0;
    for evaluation in evaluate(&set, &snapshot, &under) {
        let kind = evaluation.resource.kind.as_str();
        let is_directory = catalog::find(kind).is_some_and(|spec| spec.is_virtual_directory());
        if !is_directory {
            continue;
        }
        if evaluation.outcome == Outcome::Unknown {
            unknown += 1;
        }
        // Addresses stand in Active Directory, and may be judged from there.
        let of_iis = ["HMA-00", "EXT-", "VDIR-001", "EP-"];
        if of_iis.iter().any(|id| evaluation.policy.starts_with(id)) {
            assert_ne!(evaluation.outcome, Outcome::Pass, "{evaluation:?}");
            assert_ne!(evaluation.outcome, Outcome::Fail, "{evaluation:?}");
        }
    }
    assert!(unknown > 10, "{unknown}");
}

#[test]
fn what_health_checker_could_not_read_is_not_complete() {
    let organization = contoso(Stage::Before);
    let name = &organization.servers[0].name;
    let mut files = health_checker(&organization, at());
    files.truncate(1);
    let text = String::from_utf8(files[0].1.clone()).unwrap();
    // A directory's cmdlet failed; the overrides' word for that; ExSetup.exe was not found.
    let start = text.find("N=\"GetMapiVirtualDirectory\"").unwrap();
    let start = text[..start].rfind("<Obj").unwrap();
    let end = start + end_of_object(&text[start..]);
    let text = format!(
        "{}<Nil N=\"GetMapiVirtualDirectory\" />{}",
        &text[..start],
        &text[end..]
    );
    let text = text.replace(
        "<Nil N=\"GetSettingOverride\" />",
        "<S N=\"GetSettingOverride\">Unknown</S>",
    );
    let text = text.replace(
        "<S N=\"FileVersion\">",
        "<B N=\"FailedGetExSetup\">true</B><S N=\"FileVersion\">",
    );
    let read = read(&vec![(files[0].0.clone(), text.into_bytes())]);
    let row = |plane: Plane, kind: &str| {
        let rows = &read.snapshot.coverage().rows;
        rows.iter()
            .find(|row| row.plane == plane && row.kind.as_str() == kind)
            .unwrap()
            .clone()
    };
    let overrides = row(Plane::Onprem, "SettingOverride");
    assert_eq!(overrides.state, State::Failed);
    assert!(overrides.reason.unwrap().contains("Get-SettingOverride"));
    for (plane, kind) in [
        (Plane::Onprem, "MapiVirtualDirectory"),
        (Plane::Host, "ServerVersion"),
    ] {
        let row = row(plane, kind);
        assert_eq!(row.count, 0, "{kind}");
        let exception = row.except.iter().find(|e| e.server == *name).unwrap();
        assert_eq!(exception.state, State::Failed, "{kind}");
    }
}

/// Where an element of CLIXML ends that begins a text.
fn end_of_object(text: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    loop {
        let open = text[at..].find("<Obj").map(|i| at + i);
        let close = text[at..].find("</Obj>").map(|i| at + i).unwrap();
        match open {
            Some(open) if open < close => {
                depth += 1;
                at = open + 4;
            }
            _ => {
                depth -= 1;
                at = close + 6;
                if depth == 0 {
                    return at;
                }
            }
        }
    }
}

#[test]
fn edca_carries_a_selection_and_says_so() {
    for organization in estates() {
        let bundle = whole(&organization);
        let files = edca(&organization, at());
        let read = read(&files);
        let snapshot = &read.snapshot;
        let compared = compare(&bundle.resources, &snapshot.resources);
        assert!(
            compared.equal > 60 && compared.left_out > 300,
            "{compared:?}"
        );
        assert!(
            snapshot
                .resources
                .values()
                .all(|r| is_selection(&r.properties))
        );
        judged_alike(&organization, &bundle, snapshot);
        assert_eq!(snapshot.manifest.times.ended, at());
        let listed = listed(&read);
        assert_eq!(
            listed["Organization.AcceptedDomains"],
            bundle.of_kind(Plane::Onprem, "AcceptedDomain").count()
        );
        assert_eq!(listed["Exchange.Hsts"], files.len() - 1, "{listed:?}");
        assert_eq!(listed["Certificates"], files.len() - 1, "{listed:?}");
        // What it says that it could not read.
        assert_eq!(state(snapshot, Plane::Onprem, "AuthServer"), State::Failed);
        assert_eq!(
            state(snapshot, Plane::Onprem, "AuthenticationPolicy"),
            State::Denied
        );
        // Against the bundle nothing has changed; the rest was not seen.
        let changes = diff(&bundle, snapshot);
        assert!(changes.changes.is_empty(), "{:#?}", changes.changes);
    }
}

#[test]
fn a_selection_and_whole_objects_in_one_folder_are_the_whole_objects() {
    let organization = contoso(Stage::Before);
    let mut files = health_checker(&organization, at());
    let alone = read(&files).snapshot;
    files.extend(edca(&organization, at()));
    let both = read(&files).snapshot;
    let owa = |snapshot: &Snapshot| {
        let owa = snapshot
            .of_kind(Plane::Onprem, "OwaVirtualDirectory")
            .next();
        owa.unwrap().clone()
    };
    // IIS answered EDCA, and only for what EDCA writes down.
    assert_eq!(owa(&both).evidence, Some(Evidence::Iis));
    assert_eq!(owa(&both).properties.get("BasicAuthentication"), None);
    assert!(owa(&both).properties.contains_key("InternalUrl"));
    assert!(is_selection(&owa(&both).properties));
    let config = |snapshot: &Snapshot| {
        let all = snapshot.of_kind(Plane::Onprem, "OrganizationConfig");
        all.map(|r| r.properties.clone()).next().unwrap()
    };
    assert_eq!(config(&both), config(&alone));
}
