//! The export scripts for Exchange Online and Microsoft Graph, and their bundles beside the on-premises one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use exdrift::catalog::{self, Class};
use exdrift::collect::script::{Audience, catalog_digest, generate};
use exdrift::collect::{drop_folder, import};
use exdrift::model::{Basis, Plane, State};
use exdrift::sample::{Blobs, BundleOptions, Stage, Style, bundle_with, contoso, write_to};
use exdrift::snapshot::Snapshot;
use serde_json::{Value as Json, json};

use super::export_script::{commands, nodes, parse, text};
use super::import::{at, options};

const ONLINE: [(Audience, Plane); 2] = [
    (Audience::ExchangeOnline, Plane::Cloud),
    (Audience::Graph, Plane::Entra),
];

#[test]
fn a_powershell_grammar_reads_both_scripts_without_an_error() {
    for (audience, _) in ONLINE {
        let script = generate(audience);
        let tree = parse(&script);
        let broken: Vec<_> = nodes(&tree, "ERROR")
            .into_iter()
            .map(|node| node.start_position().row + 1)
            .collect();
        assert!(broken.is_empty(), "{audience:?}: lines {broken:?}");
        assert!(!tree.root_node().has_error());
    }
}

#[test]
fn they_call_what_is_listed_and_nothing_that_changes_or_connects() {
    for (audience, plane) in ONLINE {
        let script = generate(audience);
        let tree = parse(&script);
        let functions: BTreeSet<_> = nodes(&tree, "function_name")
            .into_iter()
            .map(|node| text(node, &script).to_owned())
            .collect();
        assert!(functions.iter().all(|name| name.contains("-Exdrift")));
        let cmdlets: BTreeSet<_> = catalog::on_plane(plane)
            .filter_map(|spec| spec.call(plane))
            .map(|call| call.cmdlet.to_owned())
            .collect();
        assert!(cmdlets.iter().all(|name| name.starts_with("Get-")));
        let session = match plane {
            Plane::Cloud => "Get-ConnectionInformation",
            _ => "Get-MgContext",
        };
        let own = [
            "Export-Clixml",
            "Get-Command",
            "Get-Location",
            "New-Object",
            "Write-Host",
            "Write-Output",
            "Write-Progress",
            "Write-Warning",
            session,
        ];
        let mut seen = BTreeSet::new();
        for (name, whole) in commands(&tree, &script) {
            let known = functions.contains(&name)
                || cmdlets.contains(&name)
                || own.contains(&name.as_str())
                || name == "&$Read.Run"
                || (name.starts_with("&{") && whole.contains("$WhatIf.IsPresent"));
            assert!(known, "not on the list: {whole}");
            if name == "New-Object" {
                assert!(whole.contains("-TypeName System."), "{whole}");
            }
            if cmdlets.contains(&name) {
                assert!(whole.ends_with("-ErrorAction Stop"), "{whole}");
            }
            seen.insert(name);
        }
        assert!(seen.is_superset(&cmdlets), "calls are missing: {seen:?}");
        // Signing in is left to the person.
        assert!(seen.iter().all(|name| !name.starts_with("Connect-")));
        let allowed = [
            "[System.BitConverter]::ToString",
            "[System.DateTime]::UtcNow.ToString",
            "[System.IO.Directory]::CreateDirectory",
            "[System.IO.Directory]::Exists",
            "[System.IO.File]::Delete",
            "[System.IO.File]::Exists",
            "[System.IO.File]::Move",
            "[System.IO.File]::OpenRead",
            "[System.IO.File]::WriteAllText",
            "[System.IO.Path]::Combine",
            "[System.IO.Path]::GetDirectoryName",
            "[string]::Format",
            "[string]::IsNullOrEmpty",
            "[string]::Join",
        ];
        for node in nodes(&tree, "invokation_expression") {
            let head = text(node, &script).split('(').next().unwrap_or_default();
            if head.starts_with('[') && head.matches("::").count() == 1 && !head.contains(").") {
                assert!(allowed.contains(&head), "{head}");
            }
        }
        for word in [
            "Invoke-Expression",
            "Add-Type",
            "DownloadString",
            "Start-Process",
            "Invoke-RestMethod",
            "Invoke-WebRequest",
        ] {
            assert!(!script.contains(word), "{word}");
        }
    }
}

#[test]
fn every_kind_of_their_plane_has_one_call_and_the_rights_stand_in_the_head() {
    for (audience, plane) in ONLINE {
        let script = generate(audience);
        assert_eq!(script, generate(audience));
        for spec in catalog::KINDS {
            let rows = script.matches(&format!("Kind = '{}';", spec.name)).count();
            assert_eq!(
                rows,
                usize::from(spec.call(plane).is_some()),
                "{}",
                spec.name
            );
        }
        let (head, _) = script.split_once("#>").unwrap();
        assert!(head.contains(&catalog_digest()));
        let rights = match plane {
            Plane::Cloud => [
                "Connect-ExchangeOnline",
                "View-Only Organization Management",
            ],
            _ => [
                "Connect-MgGraph -Scopes Application.Read.All",
                "Application.Read.All, and no other",
            ],
        };
        assert!(rights.iter().all(|right| head.contains(right)), "{head}");
        assert!(script.contains(&format!("plane = '{plane}'")));
    }
}

#[test]
fn graph_objects_are_copied_field_by_field_and_no_field_is_a_secret() {
    let script = generate(Audience::Graph);
    assert!(script.contains("$copy = Copy-ExdriftGraphObject $item $Read"));
    assert!(!script.contains("$copy = Copy-ExdriftObject $item $Read $Name"));
    assert!(script.contains(
        "'keyCredentials' = @('keyId', 'displayName', 'startDateTime', 'endDateTime', 'type', 'usage', 'customKeyIdentifier')"
    ));
    assert!(script.contains(
        "'passwordCredentials' = @('keyId', 'displayName', 'startDateTime', 'endDateTime')"
    ));
    assert!(script.contains("'resourceAccess' = @('id', 'type')"));
    for secret in ["'secretText'", "'hint'", "'key'"] {
        assert!(!script.contains(secret), "{secret}");
    }
    for spec in catalog::on_plane(Plane::Entra) {
        for property in spec.declared().filter(|p| p.class == Class::Content) {
            assert!(
                script.contains(&format!("'{}'", property.name)),
                "{} {}",
                spec.name,
                property.name
            );
        }
    }
}

/// One bundle a plane's script, as three people on three computers would hand them in.
fn three_bundles(folder: &Path) -> Vec<PathBuf> {
    let how = BundleOptions {
        style: Style {
            blobs: Blobs::Short,
            ..BundleOptions::default().style
        },
        ..BundleOptions::default()
    };
    let files = bundle_with(&contoso(Stage::Before), at(), &how);
    let record: Json = serde_json::from_slice(&files.last().unwrap().1).unwrap();
    [
        ("exdrift-a", "onprem", &["onprem", "host"][..]),
        ("exdrift-online-b", "cloud", &["cloud"]),
        ("exdrift-graph-c", "entra", &["entra"]),
    ]
    .into_iter()
    .map(|(name, plane, planes)| {
        let mine = |path: &str| planes.contains(&path.split('/').next().unwrap_or_default());
        let mut part: Vec<_> = files
            .iter()
            .filter(|(path, _)| mine(path))
            .cloned()
            .collect();
        let mut own = record.clone();
        own["plane"] = json!(plane);
        own["calls"] = record["calls"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|call| planes.contains(&call["plane"].as_str().unwrap()))
            .cloned()
            .collect();
        part.push(("record.json".to_owned(), own.to_string().into_bytes()));
        let place = folder.join(name);
        write_to(&part, &place).unwrap();
        place
    })
    .collect()
}

fn state(snapshot: &Snapshot, plane: Plane, kind: &str) -> (State, Basis, usize) {
    let row = snapshot
        .manifest
        .coverage
        .rows
        .iter()
        .find(|row| row.plane == plane && row.kind.as_str() == kind)
        .unwrap();
    (row.state, row.basis, row.count)
}

#[test]
fn the_bundles_of_three_scripts_are_one_snapshot_with_everything_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let places = three_bundles(folder.path());
    let together = import(&places, &options()).unwrap();
    assert_eq!(together.unplaced, 0);
    let snapshot = together.snapshot;
    assert!(
        snapshot.manifest.unrecognised.is_empty(),
        "{:#?}",
        snapshot.manifest.unrecognised
    );
    for row in &snapshot.manifest.coverage.rows {
        assert_eq!(
            (row.state, row.basis),
            (State::Complete, Basis::Recorded),
            "{} {}",
            row.plane,
            row.kind
        );
    }
    assert_eq!(
        state(&snapshot, Plane::Entra, "ServicePrincipal"),
        (State::Complete, Basis::Recorded, 3)
    );
    // The folder above them is the same import, and one alone says nothing of the other planes.
    let above = import(&[folder.path().to_owned()], &options()).unwrap();
    assert_eq!(above.snapshot.resources, snapshot.resources);
    let alone = import(&places[..1], &options()).unwrap().snapshot;
    assert_eq!(
        state(&alone, Plane::Entra, "Application").0,
        State::NotAttempted
    );
    assert_eq!(
        state(&alone, Plane::Cloud, "ApplicationAccessPolicy").0,
        State::NotAttempted
    );
    let onprem = |snapshot: &Snapshot| {
        snapshot
            .resources
            .keys()
            .filter(|id| matches!(id.plane, Plane::Onprem | Plane::Host))
            .count()
    };
    assert_eq!(onprem(&alone), onprem(&snapshot));
}

#[test]
fn one_nights_bundles_of_a_drop_folder_are_one_snapshot_and_the_next_nights_another() {
    let folder = tempfile::tempdir().unwrap();
    three_bundles(&folder.path().join("monday"));
    // The same three a day later.
    for place in three_bundles(&folder.path().join("tuesday")) {
        let record = place.join("record.json");
        let text = std::fs::read_to_string(&record).unwrap();
        std::fs::write(&record, text.replace("2026-11-21T", "2026-11-22T")).unwrap();
    }
    let dropped = drop_folder::look(folder.path()).unwrap();
    assert!(dropped.problems.is_empty(), "{:?}", dropped.problems);
    assert_eq!(dropped.bundles.len(), 6);
    let now = "2026-11-22T06:00:00Z".parse().unwrap();
    let nights = drop_folder::fresh(&dropped.bundles, |_| false, now, None);
    let planes: Vec<BTreeSet<_>> = nights
        .iter()
        .map(|night| night.iter().map(|bundle| bundle.record.plane).collect())
        .collect();
    let all = BTreeSet::from([Plane::Onprem, Plane::Cloud, Plane::Entra]);
    assert_eq!(planes, [all.clone(), all]);
    for night in nights {
        let days: BTreeSet<_> = night.iter().map(|b| b.record.ended.date_naive()).collect();
        assert_eq!((night.len(), days.len()), (3, 1));
    }
}
