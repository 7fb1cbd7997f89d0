//! ScubaGear's published settings of one tenant, of three years.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use exdrift::catalog;
use exdrift::collect::{Import, ImportOptions, import};
use exdrift::drift::diff;
use exdrift::model::{Plane, is_selection};
use exdrift::snapshot::{Snapshot, TimeBasis};

use super::super::import::options;
use super::super::support::{corpus, moment};
use super::listed;

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
