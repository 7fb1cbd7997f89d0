//! Real exports that nobody here wrote: each object is placed, listed, or its file refused with a reason.

use std::path::{Path, PathBuf};

use exdrift::collect::{ImportOptions, import};
use exdrift::model::{Evidence, Plane, Value};

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
