//! Writers that fail, die, wait or may not write; links between snapshots.

use super::*;

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
        .args([
            "--exact",
            "store::writers::child_that_writes_for_the_tests_below",
        ])
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
fn a_snapshot_without_its_line_in_history_is_told_as_what_mends_itself() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    store.commit(draft(night(0), estate(true))).unwrap();
    assert!(!child(root.path(), "Renamed").status().unwrap().success());
    assert_eq!(whats(&store), [What::Unrecorded]);
    assert!(What::Unrecorded.mends_itself());
    store.commit(draft(night(2), estate(true))).unwrap();
    assert_eq!(store.check().unwrap(), []);
    assert_eq!(store.history("contoso").unwrap().entries.len(), 3);
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
