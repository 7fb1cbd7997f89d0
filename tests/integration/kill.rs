//! The real binary, killed at random moments, on a full disk, on a read-only one, and twice at once: the
//! store stays whole and nothing that was approved is lost.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use exdrift::sample::{GeneratorOptions, Organization, Random, generate, inject};
use exdrift::snapshot::{FolderStore, Store};

use super::cli::Desk;

/// Kills in the ordinary run; `EXDRIFT_KILLS=500` for the long one.
const KILLS: usize = 45;

const CONFIGURATION: &str = "version: 1\norganizations:\n  fabrikam:\n    params: {hma: true}\n    collectors:\n    - {name: nightly, type: drop, path: drop, max_age: 99999h}\n";

fn small(violated: bool) -> Organization {
    let mut organization = generate(&GeneratorOptions::new(2, 3));
    if violated {
        inject(&mut organization, "HMA-001", "EXMBX01");
    }
    organization
}

fn start(desk: &Desk, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_exdrift"))
        .current_dir(desk.path())
        .env_clear()
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The ids of all snapshots, and the approved one.
fn kept(desk: &Desk) -> (BTreeSet<String>, Option<String>) {
    let store = FolderStore::open(desk.path().join("snapshots")).unwrap();
    let ids = store.history("fabrikam").unwrap();
    (
        ids.by_time().iter().map(|entry| entry.id.clone()).collect(),
        store
            .baseline("fabrikam")
            .unwrap()
            .map(|baseline| baseline.id),
    )
}

fn is_clean(desk: &Desk, after: &str) {
    let check = desk.run(&["store", "check"]);
    assert_eq!(check.code, 0, "after {after}: {}{}", check.out, check.err);
}

#[test]
fn killed_at_any_moment_the_store_is_clean_and_nothing_approved_is_lost() {
    let desk = Desk::new();
    desk.write("exdrift.yaml", CONFIGURATION);
    desk.bundle("a", &small(false), "2026-11-20T02:00:00Z");
    desk.bundle("b", &small(true), "2026-11-20T02:00:00Z");
    assert_eq!(desk.run(&["import", "a", "--org", "fabrikam"]).code, 0);
    assert_eq!(
        desk.run(&["baseline", "set", "latest", "--reason", "first"])
            .code,
        0
    );
    let kills = std::env::var("EXDRIFT_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(KILLS);
    let mut random = Random::new(77);
    let mut longest = [Duration::from_millis(200); 3];
    let (mut killed, mut finished) = (0, 0);
    let mut made = 1;
    for round in 0..kills {
        let (ids, approved) = kept(&desk);
        let minute = format!("2026-11-21T{:02}:{:02}:00Z", round / 60 % 24, round % 60);
        let which = round % 3;
        let bundle = if random.below(2) == 0 { "a" } else { "b" };
        if which == 2 {
            let organization = small(round % 2 == 0);
            let name = format!("drop/n{round:03}");
            desk.bundle(&name, &organization, &minute);
        }
        let at = ["--at", minute.as_str()];
        let arguments: Vec<&str> = match which {
            0 => ["import", bundle, "--org", "fabrikam"]
                .into_iter()
                .chain(at)
                .collect(),
            1 => vec!["baseline", "set", "latest", "--reason", "again"],
            _ => vec!["run", "--html", "night.html"],
        };
        let started = Instant::now();
        let mut child = start(&desk, &arguments);
        let share = random.below(1_100) as u32;
        thread::sleep(longest[which] * share / 1_000);
        match child.try_wait().unwrap() {
            Some(_) => finished += 1,
            None => {
                // SIGKILL: nothing in the program can answer.
                child.kill().unwrap();
                killed += 1;
            }
        }
        if !child.wait().unwrap().success() && started.elapsed() > longest[which] {
            longest[which] = started.elapsed().min(Duration::from_secs(3));
        }
        let after = format!("round {round}: {arguments:?}");
        let (ids_now, approved_now) = kept(&desk);
        assert!(ids_now.is_superset(&ids), "{after}: a snapshot is gone");
        // What a killed `run` left lying, and what a killed writer left whole, the next one takes too; none
        // of them twice, which would number its id (`...Z-2`).
        made += usize::from(which != 1);
        assert!(ids_now.len() <= made, "{after}: more came than were made");
        let doubled: Vec<&String> = ids_now.iter().filter(|id| !id.ends_with('Z')).collect();
        assert!(doubled.is_empty(), "{after}: recorded twice: {doubled:?}");
        let latest = ids.iter().next_back().cloned();
        assert!(
            approved_now == approved || (which == 1 && approved_now == latest),
            "{after}: approved was {approved:?}, is {approved_now:?}, latest {latest:?}"
        );
        is_clean(&desk, &after);
    }
    // It works on, and the half-written leavings of the dead are no snapshots.
    assert_eq!(
        desk.run(&[
            "import",
            "a",
            "--org",
            "fabrikam",
            "--at",
            "2026-11-22T01:00:00Z"
        ])
        .code,
        0
    );
    assert!(
        killed >= kills / 3,
        "{killed} killed, {finished} were faster"
    );
    eprintln!("{killed} killed, {finished} were faster");
}

#[test]
fn two_writers_at_once_both_arrive() {
    let desk = Desk::new();
    desk.bundle("a", &small(false), "2026-11-20T02:00:00Z");
    desk.bundle("b", &small(true), "2026-11-20T03:00:00Z");
    for round in 0..4 {
        let at = [
            format!("2026-11-21T0{round}:00:00Z"),
            format!("2026-11-21T0{round}:30:00Z"),
        ];
        let mut writers = [
            start(&desk, &["import", "a", "--org", "fabrikam", "--at", &at[0]]),
            start(&desk, &["import", "b", "--org", "fabrikam", "--at", &at[1]]),
        ];
        for writer in &mut writers {
            assert!(writer.wait().unwrap().success());
        }
        is_clean(&desk, "two writers");
        assert_eq!(kept(&desk).0.len(), (round + 1) * 2);
    }
}

/// Runs a command line in a namespace of mounts of its own; None where this machine has none to give.
fn mounted(desk: &Path, script: &str) -> Option<std::process::Output> {
    let unshared = |script: &str| {
        Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c", script])
            .current_dir(desk)
            .env("EXDRIFT", env!("CARGO_BIN_EXE_exdrift"))
            .output()
            .ok()
    };
    let possible = unshared("mkdir -p probe && mount -t tmpfs none probe")
        .is_some_and(|output| output.status.success());
    if !possible {
        eprintln!("skipped: no namespace of mounts can be made here");
        return None;
    }
    unshared(script)
}

#[test]
fn a_full_disk_is_one_error_and_the_store_stays_whole() {
    let desk = Desk::new();
    desk.bundle("a", &small(false), "2026-11-20T02:00:00Z");
    desk.bundle("b", &small(true), "2026-11-20T03:00:00Z");
    // Room for one snapshot and a part of the next.
    let script = "mkdir snapshots && mount -t tmpfs -o size=1m none snapshots
        $EXDRIFT import a --org fabrikam || exit 90
        $EXDRIFT baseline set latest --reason first || exit 91
        dd if=/dev/zero of=snapshots/ballast bs=4k 2>/dev/null
        for n in 1 2 3; do
          $EXDRIFT import b --org fabrikam; [ $? = 2 ] || exit 92
          truncate -s -16k snapshots/ballast
        done
        rm snapshots/ballast
        $EXDRIFT store check || exit 93
        $EXDRIFT baseline show || exit 94
        [ $($EXDRIFT history | wc -l) = 1 ] || exit 95
        mount -o remount,size=8m snapshots
        $EXDRIFT import b --org fabrikam || exit 96
        $EXDRIFT store check || exit 97";
    if let Some(output) = mounted(desk.path(), script) {
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.contains("No space left"), "{said}");
    }
}

#[test]
fn a_read_only_store_is_read_and_says_what_it_cannot_keep() {
    let desk = Desk::new();
    desk.bundle("a", &small(false), "2026-11-20T02:00:00Z");
    let script = "$EXDRIFT import a --org fabrikam || exit 90
        mount --bind snapshots snapshots && mount -o remount,bind,ro snapshots || exit 0
        $EXDRIFT audit >/dev/null; [ $? = 2 ] && exit 91
        $EXDRIFT store check || exit 92
        $EXDRIFT import a --org fabrikam --at 2026-11-21T01:00:00Z; [ $? = 2 ] || exit 93
        $EXDRIFT baseline set latest --reason no; [ $? = 2 ] || exit 94
        exit 0";
    if let Some(output) = mounted(desk.path(), script) {
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.contains("Read-only"), "{said}");
    }
}
