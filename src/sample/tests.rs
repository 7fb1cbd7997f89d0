use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeZone as _, Utc};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value as Json;

use crate::catalog;
use crate::model::Plane;

use super::*;

fn started() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 2, 0, 0).unwrap()
}

fn text(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, rest @ ..] => {
            let units: Vec<u16> = rest
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16(&units).unwrap()
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).unwrap(),
        all => String::from_utf8(all.to_vec()).unwrap(),
    }
}

/// Reads a document to its end and checks that every reference points back at a number that is there.
fn assert_well_formed(document: &str) -> usize {
    let (mut objects, mut types) = (BTreeSet::new(), BTreeSet::new());
    let mut reader = Reader::from_str(document);
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event().expect("well-formed XML");
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let number = tag
                    .try_get_attribute("RefId")
                    .unwrap()
                    .map(|value| value.value.to_string());
                match (tag.name().as_ref(), number) {
                    ("Obj", Some(number)) => assert!(objects.insert(number), "twice"),
                    ("TN", Some(number)) => assert!(types.insert(number), "twice"),
                    ("Ref", Some(number)) => assert!(objects.contains(&number), "{number}"),
                    ("TNRef", Some(number)) => assert!(types.contains(&number), "{number}"),
                    (_, None) => {}
                    (other, _) => panic!("RefId on {other:?}"),
                }
                if matches!(event, Event::Start(_)) {
                    depth += 1;
                }
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    objects.len()
}

fn small() -> Organization {
    generate(&GeneratorOptions {
        edge_servers: 1,
        ..GeneratorOptions::new(4, 11)
    })
}

#[test]
fn every_document_is_well_formed_and_every_reference_resolves() {
    let organization = small();
    for form in [Form::Live, Form::Deserialized, Form::Copied] {
        for blobs in [Blobs::Realistic, Blobs::Short, Blobs::None] {
            let style = Style {
                form,
                encoding: Encoding::Utf8,
                blobs,
            };
            for (path, bytes) in loose_clixml(&organization, style) {
                assert!(assert_well_formed(&text(&bytes)) > 0, "{path}");
            }
        }
    }
}

#[test]
fn later_objects_refer_to_what_earlier_ones_have() {
    let organization = small();
    let style = Style {
        encoding: Encoding::Utf8,
        ..Style::default()
    };
    let servers: Vec<&Object> = organization
        .of_kind(Plane::Onprem, "ExchangeServer")
        .collect();
    let document = document(servers.iter().copied(), style);
    assert_eq!(document.matches("<Ref N=\"Id\"").count(), servers.len());
    assert_eq!(
        document.matches("<Ref N=\"OrganizationId\"").count(),
        servers.len() - 1
    );
    assert_eq!(
        document
            .matches("<T>Microsoft.Exchange.Data.Directory.ADObjectId</T>")
            .count(),
        1
    );
}

#[test]
fn deserialized_objects_have_text_for_value_objects() {
    let organization = small();
    let style = Style {
        form: Form::Deserialized,
        encoding: Encoding::Utf8,
        blobs: Blobs::None,
    };
    let ews = document(
        organization.of_kind(Plane::Onprem, "WebServicesVirtualDirectory"),
        style,
    );
    assert!(ews.contains("<T>Deserialized.Microsoft.Exchange.Data.Directory.SystemConfiguration.ADWebServicesVirtualDirectory</T>"));
    assert!(ews.contains("<S N=\"Identity\">EXCAS01\\EWS (Default Web Site)</S>"));
    assert!(ews.contains("<S N=\"GzipLevel\">Low</S>"));
    assert!(!ews.contains("<I32>"));
}

#[test]
fn the_scripts_copies_hold_no_secret_and_no_blob_of_the_whole() {
    let mut organization = small();
    let decoys = plant_secrets(&mut organization, 5);
    assert_eq!(decoys.len(), 11);
    let files = bundle(&organization, started());
    for (path, bytes) in &files {
        let text = text(bytes);
        for decoy in &decoys {
            assert!(!text.contains(decoy.as_str()), "{path}");
        }
    }
    let live = loose_clixml(&organization, Style::default());
    let all: String = live.iter().map(|(_, bytes)| text(bytes)).collect();
    assert!(decoys.iter().all(|decoy| all.contains(decoy.as_str())));
}

#[test]
fn one_seed_gives_one_bundle() {
    let a = bundle(&small(), started());
    let b = bundle(&small(), started());
    assert_eq!(a, b);
    let other = generate(&GeneratorOptions::new(4, 12));
    assert_ne!(a, bundle(&other, started()));
}

#[test]
fn the_record_tells_the_truth() {
    let organization = contoso(Stage::After);
    let files: BTreeMap<String, Vec<u8>> = bundle(&organization, started()).into_iter().collect();
    let record: Json = serde_json::from_slice(&files["record.json"]).unwrap();
    let calls = record["calls"].as_array().unwrap();
    assert_eq!(calls.len() + 1, files.len());
    for call in calls {
        let bytes = &files[call["file"].as_str().unwrap()];
        let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
        let hex: String = digest.as_ref().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(call["sha256"], hex.as_str());
        assert_eq!(call["state"], "complete");
        // Every object of the answer is written at the depth of the root.
        let objects = text(bytes)
            .lines()
            .filter(|line| line.starts_with("  <Obj "))
            .count();
        assert_eq!(call["count"], objects, "{call}");
    }
    // 9 directories and the receive connectors on 6 servers, certificates and builds on 7; once: the
    // server list, 7 + 12 kinds on-premises, 5 + 5 in Exchange Online, 2 in Entra ID.
    assert_eq!(calls.len(), 10 * 6 + 2 * 7 + 1 + 19 + 10 + 2);
}

#[test]
fn a_call_that_failed_has_no_file() {
    let organization = small();
    let options = BundleOptions {
        failures: vec![Failure {
            plane: Plane::Onprem,
            kind: "MapiVirtualDirectory",
            server: Some("EXMBX01".to_owned()),
            state: "denied",
            error: "Access is denied.".to_owned(),
        }],
        ..BundleOptions::default()
    };
    let files: BTreeMap<String, Vec<u8>> = bundle_with(&organization, started(), &options)
        .into_iter()
        .collect();
    assert!(!files.contains_key("onprem/EXMBX01/MapiVirtualDirectory.xml"));
    assert!(files.contains_key("onprem/EXCAS01/MapiVirtualDirectory.xml"));
    let record: Json = serde_json::from_slice(&files["record.json"]).unwrap();
    let row = record["calls"]
        .as_array()
        .unwrap()
        .iter()
        .find(|call| call["state"] == "denied")
        .unwrap();
    assert_eq!(row["server"], "EXMBX01");
    assert_eq!(row["error"], "Access is denied.");
    assert!(row["file"].is_null() && row["sha256"].is_null() && row["count"].is_null());
}

#[test]
fn objects_are_as_large_as_real_ones() {
    let organization = small();
    let count = |kind: &str| {
        organization
            .of_kind(Plane::Onprem, kind)
            .map(|object| object.properties.len())
            .min()
            .unwrap()
    };
    assert!(count("OwaVirtualDirectory") >= 130);
    assert!(count("WebServicesVirtualDirectory") >= 35);
    assert!(count("OrganizationConfig") >= 165);
    // What is configuration of one server, as short JSON without session and directory noise.
    let mut size = 0;
    for object in &organization.objects {
        if object.server.as_deref() == Some("EXMBX01") {
            for (name, prop) in &object.properties {
                if catalog::common_class(name).is_none() {
                    size += name.len() + serde_json::to_string(&prop.expected()).unwrap().len();
                }
            }
        }
    }
    assert!(size > 12_000, "{size}");
    let style = Style::default();
    let directories = organization
        .objects
        .iter()
        .filter(|object| object.server.as_deref() == Some("EXMBX01"));
    assert!(document(directories, style).len() > 300_000);
}

#[test]
fn json_is_what_each_shell_writes() {
    let organization = small();
    let ews: Vec<&Object> = organization
        .of_kind(Plane::Onprem, "WebServicesVirtualDirectory")
        .collect();
    let live = json(ews.iter().copied(), Flavour::WINDOWS_LIVE);
    assert!(live.contains("\"WhenChangedUTC\":  \"\\/Date("));
    let live: Json = serde_json::from_str(&live).unwrap();
    assert_eq!(live.as_array().unwrap().len(), ews.len());
    assert_eq!(live[0]["GzipLevel"], 1);
    assert_eq!(live[0]["Identity"]["Name"], "EWS (Default Web Site)");
    let one = json(ews[..1].iter().copied(), Flavour::CORE_DESERIALIZED);
    let one: Json = serde_json::from_str(&one).unwrap();
    assert_eq!(one["GzipLevel"], "Low");
    assert_eq!(one["Identity"], "EXCAS01\\EWS (Default Web Site)");
    assert!(one["WhenChangedUTC"].as_str().unwrap().ends_with('Z'));
    let shallow = Flavour {
        depth: 0,
        ..Flavour::WINDOWS_LIVE
    };
    let shallow: Json = serde_json::from_str(&json(ews[..1].iter().copied(), shallow)).unwrap();
    assert_eq!(shallow["ExternalAuthenticationMethods"], "OAuth");
    let none: Json = serde_json::from_str(&json([], Flavour::WINDOWS_LIVE)).unwrap();
    assert_eq!(none, serde_json::json!([]));
}

/// Plane, kind and key to the properties that are neither noise nor the key's echo.
type Content = BTreeMap<(Plane, &'static str, String), BTreeMap<&'static str, String>>;

fn content(organization: &Organization) -> Content {
    organization
        .objects
        .iter()
        .map(|object| {
            let spec = catalog::find(object.kind).expect("a kind of the catalog");
            let properties = object
                .properties
                .iter()
                .filter(|(name, _)| {
                    let class = spec.property(name).map(|p| p.class);
                    class
                        .or(catalog::common_class(name))
                        .unwrap_or(catalog::Class::Content)
                        == catalog::Class::Content
                })
                .map(|(name, prop)| (*name, format!("{:?}", prop.expected())))
                .collect();
            ((object.plane, object.kind, object.key()), properties)
        })
        .collect()
}

/// Every property and resource that differs, in the words of known changes.
fn differences(
    before: &Organization,
    after: &Organization,
) -> BTreeSet<(Plane, &'static str, String, Option<&'static str>)> {
    let (before, after) = (content(before), content(after));
    let mut found = BTreeSet::new();
    let ids: BTreeSet<_> = before.keys().chain(after.keys()).cloned().collect();
    for id in ids {
        let (plane, kind, key) = id.clone();
        match (before.get(&id), after.get(&id)) {
            (Some(old), Some(new)) => {
                let names: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
                for name in names {
                    if old.get(name) != new.get(name) {
                        found.insert((plane, kind, key.clone(), Some(name)));
                    }
                }
            }
            _ => {
                found.insert((plane, kind, key, None));
            }
        }
    }
    found
}

#[test]
fn noise_changes_bytes_and_nothing_else() {
    let before = small();
    let mut after = before.clone();
    noise(&mut after, 99);
    assert_ne!(bundle(&before, started()), bundle(&after, started()));
    assert_eq!(differences(&before, &after), BTreeSet::new());
}

#[test]
fn mutation_makes_the_changes_that_it_tells_and_no_others() {
    for seed in 0..25 {
        let before = small();
        let mut after = before.clone();
        let changes = mutate(&mut after, 40, seed);
        assert_eq!(changes.len(), 40, "seed {seed}");
        noise(&mut after, seed);
        let mut told = BTreeSet::new();
        for change in &changes {
            let property = match change.op {
                KnownOp::Recreated => Some("Guid"),
                _ => change.property,
            };
            told.insert((change.plane, change.kind, change.key.clone(), property));
            if let Some(old) = &change.before_key {
                told.insert((change.plane, change.kind, old.clone(), None));
            }
        }
        assert_eq!(differences(&before, &after), told, "seed {seed}");
    }
}

#[test]
fn mutation_does_everything_that_can_happen() {
    let mut ops = BTreeSet::new();
    let (mut null_to_value, mut absent_to_present, mut list) = (false, false, false);
    for seed in 0..40 {
        for change in mutate(&mut small(), 30, seed) {
            ops.insert(change.op);
            null_to_value |= change.before == Some(crate::model::Value::Null);
            absent_to_present |= change.op == KnownOp::Changed && change.before.is_none();
            list |= matches!(change.after, Some(crate::model::Value::List(_)));
        }
    }
    assert_eq!(ops.len(), 5);
    assert!(null_to_value && absent_to_present && list);
}

#[test]
fn the_update_did_to_contoso_what_the_story_says() {
    let (before, after) = (contoso(Stage::Before), contoso(Stage::After));
    let mut expected = BTreeSet::new();
    let methods = [
        "ExternalAuthenticationMethods",
        "InternalAuthenticationMethods",
    ];
    for (kind, directory, properties) in [
        (
            "WebServicesVirtualDirectory",
            "EWS",
            &["WindowsAuthentication", "WSSecurityAuthentication"][..],
        ),
        (
            "MapiVirtualDirectory",
            "mapi",
            &["IISAuthenticationMethods"][..],
        ),
        (
            "AutodiscoverVirtualDirectory",
            "Autodiscover",
            &[
                "BasicAuthentication",
                "WindowsAuthentication",
                "WSSecurityAuthentication",
            ][..],
        ),
        ("OabVirtualDirectory", "OAB", &["WindowsAuthentication"][..]),
    ] {
        let key = format!("EXCAS02\\{directory} (Default Web Site)");
        for property in properties.iter().chain(&methods) {
            expected.insert((Plane::Onprem, kind, key.clone(), Some(*property)));
        }
    }
    for server in &before.servers {
        let name = server.name.clone();
        expected.insert((
            Plane::Host,
            "ServerVersion",
            name.clone(),
            Some("FileVersion"),
        ));
        expected.insert((
            Plane::Onprem,
            "ExchangeServer",
            name,
            Some("AdminDisplayVersion"),
        ));
    }
    assert_eq!(differences(&before, &after), expected);
}

#[test]
fn contosos_failures_are_about_resources_that_exist() {
    for stage in [Stage::Before, Stage::After] {
        let organization = contoso(stage);
        let failures = contoso_failures(stage);
        assert_eq!(failures.len(), if stage == Stage::Before { 8 } else { 5 });
        for failure in failures {
            let plane = failure.plane.unwrap();
            assert!(
                organization
                    .find(plane, failure.kind, &failure.key)
                    .is_some(),
                "{failure:?}"
            );
        }
    }
}

#[test]
fn params_name_what_contoso_has() {
    let params = contoso_params();
    assert_eq!(
        params["exposure"]["internet"],
        serde_json::json!(["EXCAS*"])
    );
    assert_eq!(
        params["exposure"]["exo_only"],
        serde_json::json!(["EXHYB*"])
    );
    assert_eq!(params["auth_servers"].as_array().unwrap().len(), 2);
    assert_eq!(contoso(Stage::After).servers.len(), 7);
    assert_eq!(super::params(&contoso(Stage::After)), params);
    let yaml = configuration(&contoso(Stage::Before));
    let tree: serde_yaml::Value = serde_yaml::from_str(&yaml).unwrap();
    assert_eq!(tree["organizations"]["contoso"]["params"]["hma"], true);
}

#[test]
fn an_injected_violation_changes_something_and_names_what_exists() {
    for policy in VIOLATIONS {
        for server in ["EXCAS01", "EXMBX01", "EDGE01"] {
            let before = small();
            let mut after = before.clone();
            let Some(expected) = inject(&mut after, policy, server) else {
                assert_eq!(before, after, "{policy} {server}");
                continue;
            };
            assert_ne!(differences(&before, &after), BTreeSet::new(), "{policy}");
            assert!(expected.iter().any(|e| e.policy == policy));
            for failure in expected {
                if let Some(plane) = failure.plane {
                    assert!(
                        after.find(plane, failure.kind, &failure.key).is_some(),
                        "{failure:?}"
                    );
                }
            }
        }
    }
    assert!(inject(&mut small(), "EXT-002", "EXMBX01").is_none());
    assert!(inject(&mut small(), "EXT-002", "EXCAS01").is_some());
    assert!(inject(&mut small(), "OA-001", "EDGE01").is_none());
    assert!(inject(&mut small(), "XYZ-001", "EXCAS01").is_none());
}

#[test]
fn keys_are_unique() {
    for organization in [small(), contoso(Stage::Before)] {
        assert_eq!(content(&organization).len(), organization.objects.len());
    }
}
