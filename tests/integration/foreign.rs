//! Files of other tools: what they carry is what the export script's bundle says, the rest is listed or
//! undecided, and nothing that they left out looks like an answer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use exdrift::catalog;
use exdrift::collect::{Import, ImportOptions, import};
use exdrift::drift::diff;
use exdrift::model::{
    Evidence, Outcome, Plane, Reason, Resource, ResourceId, State, Value, is_selection,
};
use exdrift::policy::{EvaluateOptions, LoadOptions, PolicySet, evaluate};
use exdrift::sample::{
    Blobs, BundleOptions, GeneratorOptions, Organization, Stage, Style, bundle_with, contoso, edca,
    generate, health_checker, params, plant_secrets, scubagear, scubagear_results, write_to,
};
use exdrift::snapshot::{Snapshot, TimeBasis};

use super::import::{at, options};
use super::support::{corpus, moment};

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

// ---- ScubaGear's published settings of one tenant ---------------------------------------------------

const DATES: [(&str, &str); 3] = [
    ("v0.2.0-2022-12", "2022-12-09T18:26:11Z"),
    ("v1.3.0-2024-06", "2024-06-05T19:50:13Z"),
    ("v1.6.0-2025-04", "2025-04-15T16:46:25Z"),
];

fn settings(corpus: &Path, version: &str) -> PathBuf {
    corpus
        .join("scubagear")
        .join(version)
        .join("ProviderSettingsExport.json")
}

fn tenant(path: PathBuf) -> Import {
    import(
        &[path],
        &ImportOptions {
            at: None,
            ..options()
        },
    )
    .unwrap()
}

/// What a section holds, counted by another reader of JSON.
fn things(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Null => 0,
        serde_json::Value::Array(members) => members.iter().filter(|m| !m.is_null()).count(),
        serde_json::Value::Object(members)
            if !members.is_empty() && members.values().all(|m| m.is_object() || m.is_array()) =>
        {
            members.len()
        }
        _ => 1,
    }
}

#[test]
fn every_section_of_a_tenants_settings_is_placed_or_listed() {
    let Some(corpus) = corpus() else { return };
    let placed = |section: &str| match section {
        "org_config" => Some((Plane::Cloud, "OrganizationConfig")),
        "all_domains" => Some((Plane::Cloud, "AcceptedDomain")),
        "remote_domains" => Some((Plane::Cloud, "RemoteDomain")),
        "transport_config" => Some((Plane::Cloud, "TransportConfig")),
        "risky_applications" => Some((Plane::Entra, "Application")),
        "risky_third_party_service_principals" => Some((Plane::Entra, "ServicePrincipal")),
        _ => None,
    };
    let about = [
        "baseline_version",
        "module_version",
        "date",
        "timestamp_zulu",
        "report_uuid",
    ];
    for (version, taken) in DATES {
        let path = settings(&corpus, version);
        let text = std::fs::read_to_string(&path).unwrap();
        let json: serde_json::Value =
            serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        let read = tenant(path);
        let (mut resources, mut unplaced) = (BTreeMap::new(), BTreeMap::new());
        for (section, value) in json.as_object().unwrap() {
            if about.contains(&section.as_str())
                || section == "scuba_config"
                || section.ends_with("successful_commands")
            {
                continue;
            }
            let kind = placed(section).filter(|(_, kind)| catalog::find(kind).is_some());
            match (kind, things(value)) {
                (_, 0) => {}
                (Some(kind), count) => {
                    let count = if value.is_object() { 1 } else { count };
                    resources.insert(kind, count);
                }
                (None, count) => {
                    unplaced.insert(format!("section {section}"), count);
                }
            }
        }
        let found: BTreeMap<_, _> = resources
            .keys()
            .map(|(plane, kind)| ((*plane, *kind), read.snapshot.of_kind(*plane, kind).count()))
            .collect();
        assert_eq!(found, resources, "{version}");
        assert_eq!(
            read.snapshot.resources.len(),
            resources.values().sum::<usize>(),
            "{version}"
        );
        assert_eq!(listed(&read), unplaced, "{version}");
        let source = &read.snapshot.manifest.sources[0];
        assert_eq!(source.format, "scubagear");
        let times = &read.snapshot.manifest.times;
        assert_eq!(
            (times.ended, times.basis),
            (moment(taken), TimeBasis::Recorded)
        );
        assert!(read.failed.is_empty() && read.unplaced == 0);
        // Two readings of one file are one configuration.
        assert!(diff(&read.snapshot, &read.snapshot).is_empty());
    }
}

#[test]
fn a_tenants_drift_over_years_is_configuration_alone() {
    let Some(corpus) = corpus() else { return };
    let snapshots: Vec<Snapshot> = DATES
        .iter()
        .map(|(version, _)| tenant(settings(&corpus, version)).snapshot)
        .collect();
    let changed = |a: &Snapshot, b: &Snapshot| -> Vec<String> {
        let changes = diff(a, b).changes;
        changes.into_iter().filter_map(|c| c.property).collect()
    };
    // The one thing that somebody changed, once the catalog has its kind.
    let expected: &[&str] = match catalog::find("TransportConfig") {
        Some(_) => &["PreventDuplicateJournalingEnabled"],
        None => &[],
    };
    assert_eq!(changed(&snapshots[1], &snapshots[2]), expected);
    // Later versions export three properties of the organization: the other 250 have not been removed.
    let lost = diff(&snapshots[0], &snapshots[1]);
    assert!(
        !lost
            .changes
            .iter()
            .any(|c| c.resource.kind.as_str() == "OrganizationConfig"),
        "{:#?}",
        lost.changes
    );
    let told: Vec<_> = lost
        .coverage_changes
        .iter()
        .filter(|c| c.kind.as_str() == "OrganizationConfig")
        .map(|c| (c.after.as_str(), c.lost))
        .collect();
    assert_eq!(told, [("not_exported", true)]);
    let organization = |snapshot: &Snapshot| {
        let config = snapshot.of_kind(Plane::Cloud, "OrganizationConfig").next();
        is_selection(&config.unwrap().properties)
    };
    assert_eq!(
        snapshots.iter().map(organization).collect::<Vec<_>>(),
        [false, true, true]
    );
}

// ---- The same organization by the export script and by other tools ----------------------------------

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

// ---- Damaged files, files that look alike, and secrets ----------------------------------------------

fn fixtures(organization: &Organization) -> Vec<(&'static str, (String, Vec<u8>))> {
    let first = |mut files: Files| files.remove(0);
    vec![
        ("scubagear", scubagear(organization, at(), &[])),
        ("scubagear", scubagear_results(organization, at())),
        ("health_checker", first(health_checker(organization, at()))),
        ("edca", first(edca(organization, at()))),
        ("edca", edca(organization, at()).remove(1)),
    ]
}

#[test]
fn a_file_that_is_cut_off_or_damaged_is_one_error_with_its_place() {
    let organization = contoso(Stage::Before);
    for (format, (name, bytes)) in fixtures(&organization) {
        for part in [2, 3, 10] {
            let cut = bytes[..bytes.len() - bytes.len() / part].to_vec();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(&name);
            std::fs::write(&path, cut).unwrap();
            let error = import(&[path], &options()).unwrap_err().to_string();
            assert!(error.contains(&name), "{format}: {error}");
            assert!(error.contains("line "), "{format}: {error}");
            assert!(error.contains("next: "), "{format}: {error}");
        }
        // In a folder it costs that file.
        let folder = tempfile::tempdir().unwrap();
        let good = scubagear(&organization, at(), &[]);
        let bad = (format!("cut/{name}"), bytes[..bytes.len() / 2].to_vec());
        write_to(&[good, bad], folder.path()).unwrap();
        let lenient = ImportOptions {
            strict: false,
            ..options()
        };
        let read = import(&[folder.path().to_owned()], &lenient).unwrap();
        assert_eq!(read.failed.len(), 1, "{format}");
        assert!(read.failed[0].reason.contains("line "), "{:?}", read.failed);
    }
}

#[test]
fn a_file_that_looks_like_one_of_them_is_read_as_what_it_is() {
    let organization = contoso(Stage::Before);
    let domains =
        exdrift::sample::loose_json(&organization, exdrift::sample::Flavour::CORE_DESERIALIZED)
            .into_iter()
            .find(|(name, _)| name.contains("OrganizationConfig") && name.contains("onprem"))
            .unwrap();
    let json = String::from_utf8(domains.1.clone()).unwrap();
    let with = |members: &str| json.replacen('{', &format!("{{{members},"), 1);
    let reference = read(&vec![domains.clone()]).snapshot;
    for members in [
        "\"baseline_version\": \"1\", \"module_version\": \"1.6.0\"",
        "\"MetaData\": {\"Tool\": \"ScubaGear\"}",
        "\"Metadata\": {\"ToolName\": \"EDCA\"}",
    ] {
        let read = read(&vec![(domains.0.clone(), with(members).into_bytes())]);
        assert_eq!(read.snapshot.resources.len(), 1, "{members}");
        let before = reference.resources.values().next().unwrap();
        let after = read.snapshot.resources.values().next().unwrap();
        let added = after.properties.len() - before.properties.len();
        assert!((1..=2).contains(&added), "{members}: {added}");
    }
    // CLIXML that names Health Checker's data somewhere is what it says that it is.
    let (name, bytes) = exdrift::sample::loose_clixml(
        &organization,
        Style {
            encoding: exdrift::sample::Encoding::Utf8,
            ..short()
        },
    )
    .into_iter()
    .find(|(name, _)| name.contains("AuthConfig"))
    .unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let odd = text.replacen(
        "<Props>",
        "<Props><S N=\"HealthCheckerVersion\">26.10</S>",
        1,
    );
    assert_ne!(text, odd);
    let read = read(&vec![(name, odd.into_bytes())]);
    assert_eq!(
        read.snapshot.of_kind(Plane::Onprem, "AuthConfig").count(),
        1
    );
}

#[test]
fn no_secret_of_a_foreign_file_is_kept() {
    let mut organization = contoso(Stage::Before);
    let mut decoys = plant_secrets(&mut organization, 5);
    decoys.push("decoy-key-material".to_owned());
    let mut files = health_checker(&organization, at());
    files.extend(edca(&organization, at()));
    files.push(scubagear(&organization, at(), &[]));
    let held = files.iter().any(|(_, bytes)| {
        decoys
            .iter()
            .all(|d| String::from_utf8_lossy(bytes).contains(d))
    });
    assert!(held, "one of the files holds every secret");
    let read = read(&files);
    let kept = format!("{:?} {:?}", read.snapshot, read.failed);
    for decoy in decoys {
        assert!(!kept.contains(&decoy), "{decoy}");
    }
}

#[test]
fn the_time_in_the_file_is_the_snapshots_unless_somebody_says_another() {
    let organization = contoso(Stage::Before);
    for (format, file) in fixtures(&organization) {
        let folder = tempfile::tempdir().unwrap();
        write_to(&[file], folder.path()).unwrap();
        let read = |at: Option<DateTime<Utc>>| {
            let options = ImportOptions { at, ..options() };
            let read = import(&[folder.path().to_owned()], &options).unwrap();
            let times = read.snapshot.manifest.times;
            (times.ended, times.basis)
        };
        assert_eq!(read(None), (at(), TimeBasis::Recorded), "{format}");
        let other = moment("2026-11-20T12:00:00Z");
        assert_eq!(read(Some(other)), (other, TimeBasis::Stated), "{format}");
    }
}
