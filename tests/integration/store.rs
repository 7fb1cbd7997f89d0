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
use exdrift::model::{
    Coverage, Evidence, Kind, Plane, Properties, Reason, Resource, ResourceId, Site, Tool, Value,
};
use exdrift::snapshot::{
    FORMAT, FolderStore, Manifest, Snapshot, Step, Store, StoreError, TimeBasis, Times, What,
};
use proptest::prelude::*;
use tempfile::TempDir;

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
fn an_edited_file_is_named_and_nothing_of_it_is_believed() {
    for (file, from, to) in [
        ("onprem/servers/EX01.yaml", "true", "false"),
        ("observed/onprem/servers/EX01.yaml", "2026", "2025"),
        ("files.sha256", "EX01", "EX03"),
        ("manifest.yaml", "recorded", "stated"),
    ] {
        let root = TempDir::new().unwrap();
        let store = open(root.path());
        store.commit(draft(night(0), estate(true))).unwrap();
        let path = root.path().join("contoso").join(FIRST).join(file);
        edit(&path, from, to);
        let error = store.load(&store.resolve("latest").unwrap()).unwrap_err();
        let StoreError::Edited { path: named, .. } = &error else {
            panic!("{file}: {error}");
        };
        assert_eq!(*named, path);
        assert!(error.to_string().contains("exdrift store check"), "{error}");
        let problems = store.check().unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!((problems[0].what, &problems[0].path), (What::Edited, &path));
    }
}

#[test]
fn a_file_made_to_fit_its_listing_still_breaks_the_chain_of_digests() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    store.commit(draft(night(0), estate(true))).unwrap();
    let folder = root.path().join("contoso").join(FIRST);
    let file = folder.join("onprem/servers/EX01.yaml");
    let old = exdrift::snapshot::sha256_hex(&fs::read(&file).unwrap());
    edit(&file, "true", "false");
    let new = exdrift::snapshot::sha256_hex(&fs::read(&file).unwrap());
    edit(&folder.join("files.sha256"), &old, &new);
    let error = store.load(&store.resolve("latest").unwrap()).unwrap_err();
    assert!(error.to_string().contains("files.sha256"), "{error}");
}

#[test]
fn check_names_what_is_missing_extra_unknown_and_out_of_order() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    for number in 0..3 {
        store.commit(draft(night(number), estate(true))).unwrap();
    }
    let contoso = root.path().join("contoso");
    let folder = contoso.join(FIRST);
    fs::remove_file(folder.join("onprem/servers/EX01.yaml")).unwrap();
    fs::write(folder.join("onprem/servers/EX09.yaml"), "x").unwrap();
    assert_eq!(whats(&store), [What::Missing, What::Extra]);

    // Somebody takes the middle one out of history.
    let path = contoso.join("history.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let parts: Vec<_> = text.split("- id: ").collect();
    fs::write(
        &path,
        format!("{}- id: {}- id: {}", parts[0], parts[1], parts[3]),
    )
    .unwrap();
    assert_eq!(
        whats(&store),
        [
            What::Missing,
            What::Extra,
            What::ChainBroken,
            What::HistoryGap
        ]
    );
    // It does not follow the last entry any more, so the next writer leaves it aside.
    store.commit(draft(night(3), estate(true))).unwrap();
    assert_eq!(store.history("contoso").unwrap().entries.len(), 3);
    fs::remove_dir_all(contoso.join("2026-11-23T020000Z")).unwrap();
    assert!(whats(&store).contains(&What::Missing));
}

#[test]
fn damaged_documents_say_where() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    store.commit(draft(night(0), estate(true))).unwrap();
    let outside = root.path().join("copy");
    let copy = |edit_manifest: &dyn Fn(&str) -> String| {
        let _ = fs::remove_dir_all(&outside);
        fs::create_dir(&outside).unwrap();
        let from = root.path().join("contoso").join(FIRST);
        let text = fs::read_to_string(from.join("manifest.yaml")).unwrap();
        fs::copy(from.join("files.sha256"), outside.join("files.sha256")).unwrap();
        fs::write(outside.join("manifest.yaml"), edit_manifest(&text)).unwrap();
        store.outside(&outside).unwrap_err().to_string()
    };
    let truncated = copy(&|text| text[..text.len() / 2].to_owned());
    assert!(truncated.contains("manifest.yaml:"), "{truncated}");
    assert!(truncated.contains("store check"), "{truncated}");
    let newer = copy(&|text| text.replace("exdrift.snapshot/1", "exdrift.snapshot/2"));
    assert!(
        newer.contains("`exdrift.snapshot/2`") && newer.contains("newer"),
        "{newer}"
    );
    let foreign = copy(&|text| text.replace("exdrift.snapshot/1", "other/1"));
    assert!(foreign.contains("manifest.yaml:1:1"), "{foreign}");
    let twice = copy(&|text| format!("{text}organization: other\n"));
    assert!(twice.contains("duplicate"), "{twice}");
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
fn a_changed_baseline_record_is_noticed() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    store.commit(draft(night(0), estate(true))).unwrap();
    store.commit(draft(night(1), estate(true))).unwrap();
    let approved = store.resolve("latest").unwrap();
    store.set_baseline(&approved, "alice", "reviewed").unwrap();
    edit(
        &root.path().join("contoso/baseline.yaml"),
        "2026-11-22T020000Z",
        FIRST,
    );
    assert!(store.resolve("baseline").is_err());
    assert_eq!(whats(&store), [What::Edited]);
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

#[test]
fn names_that_differ_by_case_are_refused() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    let error = store
        .commit(draft(
            night(0),
            vec![directory("EX01", true), directory("ex01", true)],
        ))
        .unwrap_err();
    assert!(matches!(error, StoreError::CaseCollision { .. }), "{error}");
    store.commit(draft(night(0), estate(true))).unwrap();
    let mut other = draft(night(0), estate(true));
    other.manifest.organization = "Contoso".to_owned();
    let error = store.commit(other).unwrap_err();
    assert!(
        error.to_string().contains("`contoso` and `Contoso`"),
        "{error}"
    );
}

#[test]
fn servers_with_names_that_windows_reserves_are_stored() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    let stored = store
        .commit(draft(
            night(0),
            vec![
                directory("NUL", true),
                directory("AUX.contoso.com", true),
                directory("É 1", true),
            ],
        ))
        .unwrap();
    let servers = root
        .path()
        .join("contoso")
        .join(FIRST)
        .join("onprem/servers");
    for file in ["%4EUL.yaml", "%41UX.contoso.com.yaml", "%C3%89%201.yaml"] {
        assert!(servers.join(file).is_file(), "{file}");
    }
    assert_eq!(
        store.load(&store.resolve("latest").unwrap()).unwrap(),
        stored
    );
}

#[test]
fn names_that_no_reference_could_say_are_refused() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    for name in ["", "a/b", "a@b", "..\\x"] {
        let mut wrong = draft(night(0), estate(true));
        wrong.manifest.organization = name.to_owned();
        assert!(
            matches!(store.commit(wrong), Err(StoreError::Invalid { .. })),
            "{name}"
        );
    }
    let mut wrong = draft(night(0), estate(true));
    wrong.manifest.label = Some("latest".to_owned());
    assert!(store.commit(wrong).is_err());
    assert!(fs::read_dir(root.path()).unwrap().next().is_none());
}

#[cfg(unix)]
fn links(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).unwrap().nlink()
}

#[cfg(unix)]
#[test]
fn unchanged_files_are_linked_but_edited_ones_and_git_work_trees_are_not() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    let file = |night: &str, server: &str| {
        root.path()
            .join(format!("contoso/{night}/onprem/servers/{server}.yaml"))
    };
    store.commit(draft(night(0), estate(true))).unwrap();
    store.commit(draft(night(1), estate(false))).unwrap();
    assert_eq!(links(&file(FIRST, "EX01")), 1);
    assert_eq!(links(&file(FIRST, "EX02")), 2);

    // The last snapshot's file was edited in place: the new one must not share it.
    edit(&file("2026-11-22T020000Z", "EX02"), "false", "true");
    let third = store.commit(draft(night(2), estate(false))).unwrap();
    assert_eq!(links(&file("2026-11-23T020000Z", "EX02")), 1);
    assert_eq!(
        store.load(&store.resolve("latest").unwrap()).unwrap(),
        third
    );

    fs::create_dir(root.path().join(".git")).unwrap();
    store.commit(draft(night(3), estate(false))).unwrap();
    assert_eq!(links(&file("2026-11-24T020000Z", "EX02")), 1);
}

#[test]
fn a_write_that_fails_at_any_step_leaves_the_store_as_it_was() {
    for failing in Step::ALL.into_iter().filter(|step| *step < Step::Recorded) {
        let root = TempDir::new().unwrap();
        let store = open(root.path());
        store.commit(draft(night(0), estate(true))).unwrap();
        let before = bytes_below(root.path());
        let full = open(root.path()).with_steps(move |step| {
            if step == failing {
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
            Ok(())
        });
        let error = full.commit(draft(night(1), estate(false))).unwrap_err();
        assert!(matches!(error, StoreError::NotRecorded { .. }), "{error}");
        let text = error.to_string();
        assert!(
            text.contains("as it was before") && text.contains("Make room"),
            "{text}"
        );
        assert_eq!(bytes_below(root.path()), before, "{failing:?}");
        assert_eq!(store.check().unwrap(), []);
        store.commit(draft(night(1), estate(false))).unwrap();
    }
}

const CHILD_ROOT: &str = "EXDRIFT_TEST_STORE";
const CHILD_STEP: &str = "EXDRIFT_TEST_STEP";

/// Runs as a process of its own, started by the tests below: it dies in the middle of a commit, or
/// holds the lock until its standard input ends.
#[test]
fn child_that_writes_for_the_tests_below() {
    let (Ok(root), Ok(dying)) = (std::env::var(CHILD_ROOT), std::env::var(CHILD_STEP)) else {
        return;
    };
    let store = open(Path::new(&root)).with_steps(move |step| {
        let word = format!("{step:?}");
        if dying == word {
            std::process::abort();
        }
        if dying == "hold" && step == Step::Locked {
            fs::write(Path::new(&root).join("held"), "").unwrap();
            io::copy(&mut io::stdin(), &mut io::sink()).unwrap();
        }
        Ok(())
    });
    store.commit(draft(night(1), estate(false))).unwrap();
}

fn child(root: &Path, step: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "store::child_that_writes_for_the_tests_below"])
        .env(CHILD_ROOT, root)
        .env(CHILD_STEP, step)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    command
}

#[test]
fn a_writer_that_dies_between_two_steps_leaves_the_old_store_or_a_whole_new_snapshot() {
    for step in Step::ALL {
        let root = TempDir::new().unwrap();
        let store = open(root.path());
        let first = store.commit(draft(night(0), estate(true))).unwrap();
        let status = child(root.path(), &format!("{step:?}")).status().unwrap();
        assert!(!status.success(), "{step:?}: the child should have died");

        // Readers, before anybody repairs anything.
        let latest = store.load(&store.resolve("latest").unwrap()).unwrap();
        let expected = draft(night(1), estate(false)).resources;
        if step == Step::Recorded {
            assert_eq!(latest.resources, expected);
        } else {
            assert_eq!(latest, first, "{step:?}");
        }

        // The next writer: what was whole is taken in, what was not is gone.
        store.commit(draft(night(2), estate(true))).unwrap();
        let history = store.history("contoso").unwrap();
        let ids: Vec<_> = history.entries.iter().map(|e| e.id.as_str()).collect();
        if step >= Step::Renamed {
            assert_eq!(
                ids,
                [FIRST, "2026-11-22T020000Z", "2026-11-23T020000Z"],
                "{step:?}"
            );
            let taken = store.load(&store.resolve("previous").unwrap()).unwrap();
            assert_eq!(taken.resources, expected);
        } else {
            assert_eq!(ids, [FIRST, "2026-11-23T020000Z"], "{step:?}");
        }
        assert_eq!(store.check().unwrap(), [], "{step:?}");
        let left = fs::read_dir(root.path().join("contoso"))
            .unwrap()
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with(".staging-"));
        assert!(!left, "{step:?}: staging is left");
    }
}

#[test]
fn the_first_snapshot_ever_may_die_too() {
    for step in [Step::Sealed, Step::Renamed, Step::HistoryStaged] {
        let root = TempDir::new().unwrap();
        assert!(
            !child(root.path(), &format!("{step:?}"))
                .status()
                .unwrap()
                .success()
        );
        let store = open(root.path());
        assert!(store.organizations().unwrap().is_empty());
        store.commit(draft(night(2), estate(true))).unwrap();
        let expected = if step == Step::Sealed { 1 } else { 2 };
        assert_eq!(store.history("contoso").unwrap().entries.len(), expected);
        assert_eq!(store.check().unwrap(), []);
    }
}

#[test]
fn a_snapshot_that_is_not_whole_is_never_taken_into_history() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    store.commit(draft(night(0), estate(true))).unwrap();
    assert!(!child(root.path(), "Renamed").status().unwrap().success());
    let orphan = root.path().join("contoso/2026-11-22T020000Z");
    fs::write(orphan.join("onprem/servers/EX01.yaml"), "").unwrap();
    let next = store.commit(draft(night(1), estate(true))).unwrap();
    assert_eq!(next.manifest.id, "2026-11-22T020000Z-2");
    assert_eq!(whats(&store), [What::HistoryGap]);
}

#[test]
fn a_held_lock_names_its_holder_and_readers_do_not_wait() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    store.commit(draft(night(0), estate(true))).unwrap();
    let mut holder = child(root.path(), "hold")
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let begun = std::time::Instant::now();
    while !root.path().join("held").exists() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "the child never held the lock"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    let error = store.commit(draft(night(2), estate(true))).unwrap_err();
    let StoreError::Locked { holder: named, .. } = &error else {
        panic!("{error}");
    };
    if cfg!(unix) {
        assert!(
            named.contains(&format!("process {}", holder.id())),
            "{named}"
        );
        assert!(named.contains("since 20"), "{named}");
    }
    store.load(&store.resolve("latest").unwrap()).unwrap();
    drop(holder.stdin.take());
    assert!(holder.wait().unwrap().success());
    store.commit(draft(night(2), estate(true))).unwrap();
    assert_eq!(store.history("contoso").unwrap().entries.len(), 3);
}

#[test]
fn writers_in_one_process_take_turns() {
    let root = TempDir::new().unwrap();
    let store = FolderStore::open(root.path()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| store.commit(draft(night(0), estate(true))).unwrap());
        }
    });
    assert_eq!(store.history("contoso").unwrap().entries.len(), 4);
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn a_store_that_cannot_be_written_gives_one_clear_error() {
    let root = TempDir::new().unwrap();
    // Works for root too: a file stands where a folder must be.
    let file = root.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = FolderStore::open(&file).unwrap_err().to_string();
    assert!(error.contains("--store"), "{error}");
    fs::write(root.path().join("contoso"), "x").unwrap();
    let error = open(root.path())
        .commit(draft(night(0), estate(true)))
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("nothing was recorded") && text.contains("contoso"),
        "{text}"
    );
    assert!(open(root.path()).organizations().unwrap().is_empty());
}

#[cfg(unix)]
#[test]
fn a_read_only_store_can_be_read_and_says_so_when_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    store.commit(draft(night(0), estate(true))).unwrap();
    let contoso = root.path().join("contoso");
    fs::remove_file(contoso.join(".lock")).unwrap();
    fs::set_permissions(&contoso, fs::Permissions::from_mode(0o555)).unwrap();
    let rights_bind = fs::write(contoso.join("probe"), "").is_err();
    if rights_bind {
        let error = store.commit(draft(night(1), estate(true))).unwrap_err();
        assert!(
            error.to_string().contains("Give this account the right"),
            "{error}"
        );
        assert_eq!(store.check().unwrap(), []);
    } else {
        eprintln!("this account may write everywhere; rights cannot be tested");
    }
    fs::set_permissions(&contoso, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn resources_in_a_wrong_place_are_refused() {
    let root = TempDir::new().unwrap();
    let mut wrong = draft(night(0), estate(true));
    let (id, resource) = wrong.resources.pop_first().unwrap();
    wrong.resources.insert(
        ResourceId {
            key: "other".to_owned(),
            ..id
        },
        resource,
    );
    let error = open(root.path()).commit(wrong).unwrap_err();
    assert!(error.to_string().contains("another key"), "{error}");
}

#[test]
fn nesting_that_could_not_be_read_back_is_never_recorded() {
    let root = TempDir::new().unwrap();
    let mut value = Value::Null;
    for _ in 0..200 {
        value = Value::List(vec![value]);
    }
    let mut deep = auth_server("ACS");
    deep.properties.insert("Deep".to_owned(), value);
    let error = open(root.path())
        .commit(draft(night(0), vec![deep]))
        .unwrap_err();
    assert!(matches!(error, StoreError::Invalid { .. }), "{error}");
    assert!(open(root.path()).organizations().unwrap().is_empty());
}

/// Text that YAML readers love to take for something else.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "",
            " ",
            "null",
            "~",
            "true",
            "no",
            "on",
            "0123",
            "1.10",
            "1e3",
            "0x1F",
            "0o17",
            ".inf",
            "-",
            "- a",
            "a: b",
            "a #b",
            "#",
            "'",
            "\"",
            "''",
            "\\",
            "|",
            ">",
            "!x",
            "&a",
            "*a",
            "%",
            "@",
            "`",
            "{}",
            "[]",
            "{a: b}",
            "a\nb",
            "a\n",
            "\n",
            "a\r\nb",
            "\t",
            " a",
            "a ",
            "a\n\n b",
            "\u{85}",
            "\u{2028}",
            "\u{feff}x",
            "\u{0}",
            "\u{7f}",
            "\u{1b}[0m",
            "<<",
            "=",
            "---",
            "...",
            "--- a",
            "_site",
            "_evidence",
            "__x",
            "_",
            "$undecided",
            "$$x",
            "seen",
            "é",
            "😀",
            "2026-11-21",
            "+1",
            "-0",
            "00",
            "1_000",
            "9223372036854775808",
            "? a",
            ": a",
            "a:",
            "a: ",
            "12:30:45",
            "\u{a0}",
            "y",
            "NULL",
            "False",
            "0b1",
            "1.",
            "-.5",
            "+.inf",
            ".NaN",
            "-9223372036854775809",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
        "[ -~]{0,80}",
        any::<String>(),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        hostile().prop_map(Value::Text),
        Just(Value::undecided(Reason::Redacted, None)),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map(hostile(), inner.clone(), 0..4).prop_map(Value::Map),
            inner.prop_map(|seen| Value::undecided(Reason::Truncated, Some(seen))),
        ]
    })
}

fn resource() -> impl Strategy<Value = Resource> {
    let properties = || prop::collection::btree_map(hostile(), value(), 0..6);
    (
        prop::sample::select(Plane::ALL.to_vec()),
        prop::sample::select(vec!["A", "OwaVirtualDirectory", "con", "true", "9"]),
        hostile(),
        prop::option::of(prop::sample::select(vec![
            "EX01", "NUL", "", "ex 2", "1e3", "a/b",
        ])),
        prop::option::of(prop::sample::select(vec![Site::Frontend, Site::Backend])),
        prop::option::of(prop::sample::select(vec![
            Evidence::Iis,
            Evidence::Ad,
            Evidence::Unstated,
        ])),
        properties(),
        properties(),
    )
        .prop_map(
            |(plane, kind, key, server, site, evidence, properties, observed)| Resource {
                id: ResourceId {
                    plane,
                    kind: Kind::new(kind),
                    key,
                },
                server: server.map(str::to_owned),
                site,
                evidence,
                properties,
                observed,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_resources_read_back_and_give_the_same_bytes_again(
        resources in prop::collection::vec(resource(), 0..6),
    ) {
        let root = TempDir::new().unwrap();
        let store = open(root.path());
        let stored = store.commit(draft(night(0), resources.clone())).unwrap();
        let loaded = store.load(&store.resolve("latest").unwrap()).unwrap();
        prop_assert_eq!(&loaded, &stored);

        let other = TempDir::new().unwrap();
        let mut again = loaded;
        again.manifest.label = Some("again".to_owned());
        open(other.path()).commit(again).unwrap();
        let files = |root: &Path| -> Vec<_> {
            bytes_below(&root.join("contoso").join(FIRST))
                .into_iter()
                .filter(|(path, _)| path != Path::new("manifest.yaml"))
                .collect()
        };
        prop_assert_eq!(files(root.path()), files(other.path()));
        prop_assert_eq!(store.check().unwrap(), vec![]);
    }
}

/// What YAML refuses in plain text is written so that it comes back.
#[test]
fn characters_that_yaml_refuses_come_back() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    let mut odd = directory("EX01", true);
    for (index, text) in [
        "\u{81}",
        "a\u{9f}b",
        "\u{ffff}",
        "\u{fffe}",
        "\u{1b}[0m",
        "\u{7f}",
        "\u{85}x",
        "\u{feff}",
    ]
    .into_iter()
    .enumerate()
    {
        odd.properties
            .insert(format!("P{index}"), Value::text(text));
        odd.properties
            .insert(format!("K{text}"), Value::text("key"));
    }
    let stored = store.commit(draft(night(0), vec![odd])).unwrap();
    let loaded = store.load(&store.resolve("latest").unwrap()).unwrap();
    assert_eq!(loaded, stored);
    assert_eq!(store.check().unwrap(), vec![]);
}
