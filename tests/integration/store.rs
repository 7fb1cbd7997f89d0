//! The folder store from outside: what is recorded reads back, whole or not at all, and nothing that
//! was touched afterwards is believed.

// A test that cannot run here says so.
#![allow(clippy::print_stderr)]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use exdrift::drift::diff;
use exdrift::model::{
    Basis, Coverage, CoverageRow, Evidence, Exception, Kind, Plane, Properties, Reason, Resource,
    ResourceId, Site, State, Tool, Value,
};
use exdrift::snapshot::{
    FORMAT, FolderStore, Manifest, Snapshot, Step, Store, StoreError, TimeBasis, Times, What,
};
use proptest::prelude::*;
use tempfile::TempDir;

mod names;
mod tampering;
mod text;
mod writers;

fn night(number: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 2, 0, 0).unwrap() + TimeDelta::days(number)
}

fn draft(started: DateTime<Utc>, resources: Vec<Resource>) -> Snapshot {
    Snapshot {
        manifest: Manifest {
            format: FORMAT.to_owned(),
            organization: "contoso".to_owned(),
            id: String::new(),
            label: None,
            times: Times {
                started,
                ended: started,
                basis: TimeBasis::Recorded,
            },
            late: false,
            tool: Tool::this(),
            sources: Vec::new(),
            revisions: [("WebServicesVirtualDirectory".to_owned(), 1)].into(),
            coverage: Coverage::default(),
            unrecognised: Vec::new(),
            content_digest: String::new(),
            previous_manifest: None,
        },
        resources: resources.into_iter().map(|r| (r.id.clone(), r)).collect(),
    }
}

fn directory(server: &str, basic: bool) -> Resource {
    Resource {
        id: ResourceId {
            plane: Plane::Onprem,
            kind: Kind::new("WebServicesVirtualDirectory"),
            key: format!("{server}\\EWS (Default Web Site)"),
        },
        server: Some(server.to_owned()),
        site: Some(Site::Frontend),
        evidence: Some(Evidence::Iis),
        properties: [
            ("BasicAuthentication".to_owned(), Value::Bool(basic)),
            (
                "InternalUrl".to_owned(),
                Value::text("https://mail.contoso.com/EWS/Exchange.asmx"),
            ),
        ]
        .into(),
        observed: [(
            "WhenChangedUTC".to_owned(),
            Value::text("2026-01-02T03:04:05Z"),
        )]
        .into(),
    }
}

fn auth_server(name: &str) -> Resource {
    Resource {
        id: ResourceId {
            plane: Plane::Onprem,
            kind: Kind::new("AuthServer"),
            key: name.to_owned(),
        },
        server: None,
        site: None,
        evidence: None,
        properties: [("Enabled".to_owned(), Value::Bool(true))].into(),
        observed: Properties::new(),
    }
}

fn estate(basic: bool) -> Vec<Resource> {
    vec![
        directory("EX01", basic),
        directory("EX02", false),
        auth_server("ACS"),
    ]
}

fn open(root: &Path) -> FolderStore {
    FolderStore::open(root)
        .unwrap()
        .with_lock_wait(Duration::from_millis(200))
}

/// Every file below a folder with its bytes, lock and Git helpers left out.
fn bytes_below(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.file_name().unwrap().to_string_lossy().starts_with(".") {
                let below = path.strip_prefix(root).unwrap().to_owned();
                found.insert(below, fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn whats(store: &FolderStore) -> Vec<What> {
    store.check().unwrap().iter().map(|p| p.what).collect()
}

const FIRST: &str = "2026-11-21T020000Z";

#[test]
fn what_is_recorded_reads_back_with_its_chain() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    assert!(store.organizations().unwrap().is_empty());
    let first = store.commit(draft(night(0), estate(true))).unwrap();
    let second = store.commit(draft(night(1), estate(false))).unwrap();
    assert_eq!(first.manifest.id, FIRST);
    assert_eq!(store.organizations().unwrap(), ["contoso"]);

    let latest = store.resolve("contoso@latest").unwrap();
    assert_eq!(latest.to_string(), "contoso@2026-11-22T020000Z");
    assert_eq!(latest.content_digest, second.manifest.content_digest);
    assert_eq!(store.load(&latest).unwrap(), second);
    assert_eq!(
        store.load(&store.resolve("previous").unwrap()).unwrap(),
        first
    );

    let history = store.history("contoso").unwrap();
    assert_eq!(first.manifest.previous_manifest, None);
    assert_eq!(
        second.manifest.previous_manifest.as_deref(),
        Some(history.entries[0].manifest.as_str())
    );
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn the_listing_is_what_sha256sum_checks() {
    let root = TempDir::new().unwrap();
    open(root.path())
        .commit(draft(night(0), estate(true)))
        .unwrap();
    let folder = root.path().join("contoso").join(FIRST);
    match Command::new("sha256sum")
        .args(["--strict", "-c", "files.sha256"])
        .current_dir(&folder)
        .output()
    {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(error) => eprintln!("sha256sum is not here ({error}); nothing to compare with"),
    }
}

#[test]
fn an_unchanged_estate_is_a_new_snapshot_of_equal_bytes() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    let first = store.commit(draft(night(0), estate(true))).unwrap();
    let mut turned = estate(true);
    turned.reverse();
    let second = store.commit(draft(night(1), turned)).unwrap();
    assert_ne!(first.manifest.id, second.manifest.id);
    assert_eq!(
        first.manifest.content_digest,
        second.manifest.content_digest
    );
    let (before, after) = (
        store.resolve("previous").unwrap(),
        store.resolve("latest").unwrap(),
    );
    let pair = store.load_pair(&before, &after).unwrap();
    assert!(pair.before.resources.is_empty() && pair.after.resources.is_empty());
    assert_eq!(pair.unchanged.len(), 3);
}

#[test]
fn a_pair_holds_only_the_files_that_differ() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    store.commit(draft(night(0), estate(true))).unwrap();
    store.commit(draft(night(1), estate(false))).unwrap();
    let (before, after) = (
        store.resolve("previous").unwrap(),
        store.resolve("latest").unwrap(),
    );
    let pair = store.load_pair(&before, &after).unwrap();
    let keys = |snapshot: &Snapshot| -> Vec<String> {
        snapshot.resources.keys().map(|id| id.key.clone()).collect()
    };
    assert_eq!(keys(&pair.before), ["EX01\\EWS (Default Web Site)"]);
    assert_eq!(keys(&pair.after), ["EX01\\EWS (Default Web Site)"]);
    assert_eq!(
        pair.unchanged,
        [
            "onprem/organization/AuthServer.yaml",
            "onprem/servers/EX02.yaml"
        ]
    );
    let around = store.load_servers(&after, &["EX02"]).unwrap();
    assert_eq!(around.len(), 1);

    // Another catalog revision: equal bytes may mean something else, so everything is read.
    let mut newer = draft(night(2), estate(false));
    newer
        .manifest
        .revisions
        .insert("WebServicesVirtualDirectory".to_owned(), 7);
    store.commit(newer).unwrap();
    let pair = store
        .load_pair(&after, &store.resolve("latest").unwrap())
        .unwrap();
    assert_eq!((pair.before.resources.len(), pair.unchanged.len()), (3, 0));
}

/// The same files, and one kind was not all seen the second time: that evidence is lost, and what was seen
/// of the server before stands in files that are the same.
#[test]
fn a_pair_that_was_seen_differently_compares_as_two_whole_snapshots_do() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    let seen = |nights: i64, exceptions: Vec<Exception>| {
        let mut snapshot = draft(night(nights), estate(true));
        let row = |kind: &str, count: usize, except: Vec<Exception>| CoverageRow {
            plane: Plane::Onprem,
            kind: Kind::new(kind),
            state: if except.is_empty() {
                State::Complete
            } else {
                State::Partial
            },
            basis: Basis::Assumed,
            count,
            reason: None,
            except,
        };
        snapshot.manifest.coverage.rows = vec![
            row("ExchangeServer", 2, Vec::new()),
            row("WebServicesVirtualDirectory", 2, exceptions),
        ];
        snapshot
    };
    let exception = Exception {
        server: "EX01".to_owned(),
        state: State::Partial,
        reason: Some("a copy could not be placed".to_owned()),
    };
    store.commit(seen(0, Vec::new())).unwrap();
    store.commit(seen(1, vec![exception])).unwrap();
    let (before, after) = (
        store.resolve("previous").unwrap(),
        store.resolve("latest").unwrap(),
    );
    for (old, new, lost) in [(&before, &after, true), (&after, &before, false)] {
        let pair = store.load_pair(old, new).unwrap();
        let found = diff(&pair.before, &pair.after);
        assert_eq!(
            found,
            diff(&store.load(old).unwrap(), &store.load(new).unwrap())
        );
        let told: Vec<_> = found
            .coverage_changes
            .iter()
            .map(|c| (c.server.as_deref(), c.lost))
            .collect();
        assert_eq!(told, [(Some("EX01"), lost)]);
    }
}

#[test]
fn one_second_twice_gets_a_number_and_an_older_collection_is_late() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    let ids: Vec<_> = (0..3)
        .map(|_| {
            store
                .commit(draft(night(1), estate(true)))
                .unwrap()
                .manifest
                .id
        })
        .collect();
    assert_eq!(
        ids,
        [
            "2026-11-22T020000Z",
            "2026-11-22T020000Z-2",
            "2026-11-22T020000Z-3"
        ]
    );
    let late = store.commit(draft(night(0), estate(false))).unwrap();
    assert!(late.manifest.late);
    let history = store.history("contoso").unwrap();
    assert_eq!(history.entries.last().unwrap().id, FIRST);
    assert_eq!(history.by_time()[0].id, FIRST);
    assert_eq!(store.resolve("latest").unwrap().id, "2026-11-22T020000Z-3");
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn history_only_grows_at_its_end() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    let path = root.path().join("contoso/history.yaml");
    let mut before = Vec::new();
    for number in 0..4 {
        store.commit(draft(night(number), estate(true))).unwrap();
        let now = fs::read(&path).unwrap();
        assert!(now.len() > before.len() && now.starts_with(&before));
        before = now;
    }
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} is not in {}", path.display());
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn a_folder_outside_the_store_is_a_snapshot_too() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    let stored = store.commit(draft(night(0), estate(true))).unwrap();
    let text = format!("{}/contoso/{FIRST}", root.path().display());
    let resolved = open(&root.path().join("none")).resolve(&text).unwrap();
    assert_eq!(resolved.content_digest, stored.manifest.content_digest);
    assert_eq!(store.load(&resolved).unwrap(), stored);
    assert!(store.set_baseline(&resolved, "alice", "").is_err());
    let error = store.resolve("./nowhere").unwrap_err().to_string();
    assert!(
        error.contains("no snapshot") && error.contains("manifest.yaml"),
        "{error}"
    );
}

#[test]
fn references_find_or_list_what_there_is() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    let error = store.resolve("latest").unwrap_err().to_string();
    assert!(error.contains("exdrift import"), "{error}");
    let mut first = draft(night(0), estate(true));
    first.manifest.label = Some("before CU15".to_owned());
    store.commit(first).unwrap();
    let error = store.resolve("previous").unwrap_err().to_string();
    assert!(error.contains("only one"), "{error}");
    let error = store.resolve("contoso").unwrap_err().to_string();
    assert!(error.contains("contoso@latest"), "{error}");
    store.commit(draft(night(1), estate(true))).unwrap();

    for text in ["2026-11-21", "@before CU15", "contoso@previous", FIRST] {
        assert_eq!(store.resolve(text).unwrap().id, FIRST, "{text}");
    }
    let error = store.resolve("2026-11").unwrap_err().to_string();
    assert!(
        error.contains(FIRST) && error.contains("2026-11-22T020000Z"),
        "{error}"
    );
    let error = store.resolve("contoso@nightly").unwrap_err().to_string();
    assert!(
        error.contains("2026-11-21T020000Z (before CU15)"),
        "{error}"
    );
    let error = store.resolve("fabrikam@latest").unwrap_err().to_string();
    assert!(error.contains("it has contoso"), "{error}");
    let error = store.resolve("baseline").unwrap_err().to_string();
    assert!(error.contains("baseline set"), "{error}");

    let approved = store.resolve("previous").unwrap();
    let baseline = store.set_baseline(&approved, "alice", "reviewed").unwrap();
    assert_eq!(store.baseline("contoso").unwrap(), Some(baseline));
    assert_eq!(store.resolve("baseline").unwrap(), approved);

    let mut other = draft(night(0), estate(true));
    other.manifest.organization = "fabrikam".to_owned();
    store.commit(other).unwrap();
    let error = store.resolve("@latest").unwrap_err().to_string();
    assert!(error.contains("contoso, fabrikam"), "{error}");
    let resolved = store.resolve_in(Some("fabrikam"), "latest").unwrap();
    assert_eq!(resolved.organization, "fabrikam");
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn assessments_are_kept_by_digest() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    store.commit(draft(night(0), estate(true))).unwrap();
    assert_eq!(
        store.assessment("contoso", FIRST, "sha256:ab").unwrap(),
        None
    );
    store
        .keep_assessment("contoso", FIRST, "sha256:ab", b"{}")
        .unwrap();
    store
        .keep_assessment("contoso", FIRST, "sha256:ab", b"{1}")
        .unwrap();
    assert_eq!(store.assessments("contoso", FIRST).unwrap(), ["ab"]);
    assert_eq!(
        store
            .assessment("contoso", FIRST, "sha256:ab")
            .unwrap()
            .as_deref(),
        Some(b"{1}".as_slice())
    );
    assert!(
        store
            .keep_assessment("contoso", "2026-01-01T000000Z", "ab", b"")
            .is_err()
    );
    assert_eq!(store.check().unwrap(), []);
}
