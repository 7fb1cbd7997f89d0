//! Real exports that nobody here wrote: each object is placed, listed, or its file refused with a reason.

use std::path::{Path, PathBuf};

use exdrift::collect::{ImportOptions, import};
use exdrift::model::{Evidence, Outcome, Plane, Value};
use exdrift::policy::{EvaluateOptions, LoadOptions, PolicySet, evaluate};

use super::import::options;
use super::support::corpus;

fn lenient() -> ImportOptions {
    ImportOptions {
        strict: false,
        organization: "corpus".to_owned(),
        ..options()
    }
}

/// Rows of MANIFEST.tsv of one format: path, and the cmdlet and types that it names.
fn listed(corpus: &Path, format: &str) -> Vec<(PathBuf, String)> {
    let text = std::fs::read_to_string(corpus.join("MANIFEST.tsv")).unwrap();
    text.lines()
        .skip(1)
        .filter_map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            (columns[2] == format).then(|| (corpus.join(columns[0]), columns[5].to_owned()))
        })
        .collect()
}

/// `5x a.b.Type; 1x <S>` as a number of top-level values.
fn top_level(words: &str) -> usize {
    words
        .split("; ")
        .filter_map(|part| part.split_once("x ")?.0.parse::<usize>().ok())
        .sum()
}

#[test]
fn every_object_of_every_clixml_file_is_accounted_for() {
    let Some(corpus) = corpus() else { return };
    let files = listed(&corpus, "clixml");
    assert!(files.len() >= 179, "{}", files.len());
    let (mut placed, mut unrecognised, mut refused, mut nothing) = (0, 0, Vec::new(), 0);
    for (path, types) in &files {
        match import(std::slice::from_ref(path), &lenient()) {
            Ok(read) => {
                let snapshot = &read.snapshot;
                let listed: usize = snapshot.manifest.unrecognised.iter().map(|u| u.count).sum();
                let source = &snapshot.manifest.sources[0];
                // Copies that are equal are one resource: never more resources than objects.
                assert!(
                    snapshot.resources.len() + listed <= source.objects,
                    "{}",
                    path.display()
                );
                if top_level(types) > 0 && !types.contains("Object[]") {
                    assert!(
                        source.objects >= top_level(types),
                        "{}: {types}",
                        path.display()
                    );
                }
                placed += snapshot.resources.len();
                unrecognised += listed;
            }
            Err(error) => {
                let text = error.to_string();
                let name = path.file_name().unwrap().to_string_lossy();
                assert!(text.contains(name.as_ref()), "{text}");
                if text.contains("nothing recognised") {
                    nothing += 1;
                } else {
                    refused.push(text);
                }
            }
        }
    }
    eprintln!(
        "{} files: {placed} resources, {unrecognised} objects listed beside them, {nothing} files with nothing of ours, refused: {refused:#?}",
        files.len()
    );
    // The two that their authors made wrong on purpose.
    assert_eq!(refused.len(), 2, "{refused:#?}");
    assert!(
        refused.iter().all(|text| text.contains("line ")),
        "{refused:#?}"
    );
}

#[test]
fn the_2019_server_imports_with_its_pair_of_directories_told_apart() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("css-exchange/hc-e19-cu11/Exchange");
    let one = |name: &str| {
        let read = import(&[folder.join(name)], &lenient()).unwrap();
        let owa = read
            .snapshot
            .of_kind(Plane::Onprem, "OwaVirtualDirectory")
            .next()
            .unwrap()
            .clone();
        (owa.evidence, owa.properties["BasicAuthentication"].clone())
    };
    let pair = [
        one("GetOwaVirtualDirectory.xml"),
        one("GetOwaVirtualDirectory1.xml"),
    ];
    assert!(
        pair.contains(&(Some(Evidence::Ad), Value::Bool(false))),
        "{pair:?}"
    );
    assert!(
        pair.contains(&(Some(Evidence::Iis), Value::Bool(true))),
        "{pair:?}"
    );
    // Together, what IIS does wins.
    let read = import(&[folder], &lenient()).unwrap();
    let owa = read
        .snapshot
        .of_kind(Plane::Onprem, "OwaVirtualDirectory")
        .next()
        .unwrap();
    assert_eq!(
        (owa.evidence, &owa.properties["BasicAuthentication"]),
        (Some(Evidence::Iis), &Value::Bool(true))
    );
    assert_eq!(
        read.snapshot
            .of_kind(Plane::Onprem, "PartnerApplication")
            .count(),
        5
    );
    assert_eq!(
        read.snapshot
            .of_kind(Plane::Onprem, "ExchangeCertificate")
            .count(),
        3
    );
    let server = read
        .snapshot
        .of_kind(Plane::Onprem, "ExchangeServer")
        .next()
        .unwrap();
    assert_eq!(
        server.properties["AdminDisplayVersion"],
        Value::text("15.2.986.5")
    );
}

#[test]
fn a_tenants_exports_of_several_years_import_and_their_drift_is_configuration() {
    let Some(corpus) = corpus() else { return };
    let mut snapshots = Vec::new();
    for version in ["v0.2.0-2022-12", "v1.3.0-2024-06", "v1.6.0-2025-04"] {
        let folder = corpus.join("scubagear").join(version).join("per-cmdlet");
        let read = import(
            &[folder],
            &ImportOptions {
                plane: Some(Plane::Cloud),
                ..lenient()
            },
        )
        .unwrap();
        assert!(read.failed.is_empty(), "{:?}", read.failed);
        let config = read
            .snapshot
            .of_kind(Plane::Cloud, "OrganizationConfig")
            .count();
        assert_eq!(config, 1, "{version}");
        assert_eq!(
            exdrift::drift::diff(&read.snapshot, &read.snapshot).changes,
            []
        );
        snapshots.push(read.snapshot);
    }
    for pair in snapshots.windows(2) {
        let changes = exdrift::drift::diff(&pair[0], &pair[1]);
        eprintln!(
            "{} changes, {} of coverage",
            changes.changes.len(),
            changes.coverage_changes.len()
        );
        for change in &changes.changes {
            let name = change.property.as_deref().unwrap_or_default();
            assert!(
                !matches!(
                    name,
                    "WhenChanged" | "WhenChangedUTC" | "OriginatingServer" | "RunspaceId"
                ),
                "{change:?}"
            );
        }
    }
}

/// Every policy that decides something on the real 2019 CU11 server, and why that is right. Nothing else
/// passes or fails: most of the server was not exported, and what nobody saw is unknown.
const VERDICTS_2019: [(&str, &str, &str, &str); 24] = [
    (
        "AUTH-001",
        "AuthConfig",
        "pass",
        "the current thumbprint is among the server's certificates, valid until November 2024",
    ),
    (
        "AUTH-002",
        "AuthConfig",
        "pass",
        "three years are left: no next certificate is needed yet",
    ),
    (
        "BUILD-001",
        "SOLO-E19A",
        "pass",
        "2019 was in support in November 2021",
    ),
    (
        "BUILD-002",
        "SOLO-E19A",
        "fail",
        "15.2.986.5 is the CU without the update of 2021-10-12; 20 days old, so low",
    ),
    (
        "BUILD-003",
        "SOLO-E19A",
        "pass",
        "one server cannot be uneven",
    ),
    (
        "EXT-002",
        "SOLO-E19A\\EWS (Default Web Site)",
        "fail",
        "as Setup leaves it: Windows and WSSecurity on, and declared to face the internet",
    ),
    ("HMA-012", "SOLO-E19A", "pass", "no server before 2013"),
    (
        "PAPP-001",
        "corpus",
        "pass",
        "Exchange Online is there, enabled, with its well-known identifier",
    ),
    (
        "PAPP-003",
        "Microsoft Graph",
        "pass",
        "as the hybrid wizard leaves it",
    ),
    (
        "PAPP-004",
        "CloudVoicemail",
        "pass",
        "no app-only permission",
    ),
    (
        "PAPP-004",
        "Exchange Online",
        "pass",
        "no app-only permission",
    ),
    (
        "PAPP-004",
        "Microsoft Graph",
        "pass",
        "no app-only permission",
    ),
    ("PAPP-004", "SfBLegacy", "pass", "no app-only permission"),
    (
        "PAPP-004",
        "TeamsScheduler",
        "pass",
        "no app-only permission",
    ),
    (
        "PAPP-007",
        "CloudVoicemail",
        "pass",
        "an identifier of Microsoft",
    ),
    (
        "PAPP-007",
        "Exchange Online",
        "pass",
        "an identifier of Microsoft",
    ),
    (
        "PAPP-007",
        "Microsoft Graph",
        "pass",
        "an identifier of Microsoft",
    ),
    (
        "PAPP-007",
        "SfBLegacy",
        "pass",
        "an identifier of Microsoft",
    ),
    (
        "PAPP-007",
        "TeamsScheduler",
        "pass",
        "an identifier of Microsoft",
    ),
    (
        "PAPP-009",
        "CloudVoicemail",
        "pass",
        "accepts no security identifiers",
    ),
    (
        "PAPP-009",
        "Exchange Online",
        "pass",
        "accepts no security identifiers",
    ),
    (
        "PAPP-009",
        "Microsoft Graph",
        "pass",
        "accepts no security identifiers",
    ),
    (
        "PAPP-009",
        "SfBLegacy",
        "pass",
        "accepts no security identifiers",
    ),
    (
        "PAPP-009",
        "TeamsScheduler",
        "pass",
        "accepts no security identifiers",
    ),
];

#[test]
fn the_verdicts_on_the_real_2019_server_are_those_that_an_engineer_gives() {
    let Some(corpus) = corpus() else { return };
    let at = super::support::moment("2021-11-01T00:00:00Z");
    let told = ImportOptions {
        at: Some(at),
        server: Some("SOLO-E19A".to_owned()),
        prefer: vec!["applicationHost.config".to_owned()],
        ..lenient()
    };
    let exports = corpus.join("css-exchange/hc-e19-cu11");
    let snapshot = import(&[exports], &told).unwrap().snapshot;
    let set = PolicySet::load(LoadOptions::default()).unwrap();
    let mut under = EvaluateOptions::at(at);
    under.profile = Some("hma_external".to_owned());
    under.params =
        serde_json::json!({"hma": false, "hybrid": "none", "exposure": {"internet": ["*"]}});
    let evaluations = evaluate(&set, &snapshot, &under);
    let decided: Vec<(&str, &str, &str)> = evaluations
        .iter()
        .filter(|e| !matches!(e.outcome, Outcome::Unknown | Outcome::NotApplicable))
        .map(|e| {
            (
                e.policy.as_str(),
                e.resource.id.as_str(),
                e.outcome.as_str(),
            )
        })
        .collect();
    let expected: Vec<_> = VERDICTS_2019
        .iter()
        .map(|(policy, subject, outcome, _)| (*policy, *subject, *outcome))
        .collect();
    assert_eq!(decided, expected);
    // Active Directory's word on the forms of OWA, and a server whose IIS is there in part, decide nothing.
    let reason = |policy: &str| {
        evaluations
            .iter()
            .find(|e| e.policy == policy && e.outcome == Outcome::Unknown)
            .and_then(|e| e.reason.as_deref())
    };
    for policy in ["EP-001", "PAPP-006", "VDIR-008", "VDIR-009"] {
        assert_eq!(reason(policy), Some("partial"), "{policy}");
    }
    assert_eq!(reason("HMA-006"), Some("not_collected"));
}

#[test]
fn a_tenants_settings_alone_pass_nothing() {
    let Some(corpus) = corpus() else { return };
    let set = PolicySet::load(LoadOptions::default()).unwrap();
    for folder in ["v0.2.0-2022-12", "v1.3.0-2024-06", "v1.6.0-2025-04"] {
        let file = corpus
            .join("scubagear")
            .join(folder)
            .join("ProviderSettingsExport.json");
        let snapshot = import(&[file], &lenient()).unwrap().snapshot;
        let evaluations = evaluate(
            &set,
            &snapshot,
            &EvaluateOptions::at(snapshot.manifest.times.ended),
        );
        // One half of a hybrid, and of it what another tool picked: nobody can say that anything is in order.
        for e in &evaluations {
            assert_eq!(
                e.outcome,
                Outcome::Unknown,
                "{folder}: {} {}",
                e.policy,
                e.message
            );
        }
    }
}
