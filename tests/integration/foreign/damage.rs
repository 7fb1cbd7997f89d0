//! Damaged files, files that look alike, secrets and times.

use chrono::{DateTime, Utc};
use exdrift::collect::{ImportOptions, import};
use exdrift::model::Plane;
use exdrift::sample::{
    Organization, Stage, Style, contoso, edca, health_checker, plant_secrets, scubagear,
    scubagear_results, write_to,
};
use exdrift::snapshot::TimeBasis;

use super::super::import::{at, options};
use super::super::support::moment;
use super::{Files, read, short};

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
