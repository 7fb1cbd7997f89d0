//! `exdrift run` over a drop folder.

use std::fs;

use exdrift::sample::{Stage, contoso};

use super::Desk;

fn configured() -> Desk {
    let desk = Desk::new();
    let text = exdrift::sample::configuration(&contoso(Stage::Before));
    let text = text.replace(
        "    planes:",
        "    collectors:\n    - {name: nightly, type: drop, path: drop}\n    planes:",
    );
    assert!(text.contains("collectors"), "{text}");
    desk.write("exdrift.yaml", text);
    desk
}

#[test]
fn the_nightly_job_takes_each_bundle_once_and_compares_with_last_time() {
    let desk = configured();
    fs::create_dir(desk.path().join("drop")).unwrap();
    let nothing = desk.run(&["run"]);
    assert_eq!(nothing.code, 2);
    assert!(nothing.err.contains("drop"), "{}", nothing.err);

    desk.bundle("drop/n1", &contoso(Stage::Before), "2026-11-20T02:00:00Z");
    let first = desk.run(&["run", "--html", "night.html"]);
    assert_eq!(first.code, 1, "{first:?}");
    assert!(desk.path().join("night.html").is_file());
    assert_eq!(
        desk.run(&["baseline", "set", "latest", "--reason", "first"])
            .code,
        0
    );

    // Nothing new: judged again, but the evidence is old.
    let stale = desk.run(&["run", "--format", "json", "--fail-on", "none"]);
    assert_eq!(stale.code, 3, "{stale:?}");
    // No limit of age is configured, so nothing is too old: there is nothing newer.
    let since = "no new bundle since 2026-11-20 02:";
    assert!(stale.err.contains(since), "{}", stale.err);
    let told = desk.run(&["run", "--fail-on", "none"]).out;
    assert!(told.contains(since), "{told}");
    assert!(!told.contains("too old"), "{told}");
    assert!(
        stale.json()["coverage"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["state"] == "stale")
    );
    assert_eq!(desk.run(&["history"]).out.lines().count(), 1);

    desk.bundle("drop/n2", &contoso(Stage::After), "2026-11-21T02:00:00Z");
    let second = desk.run(&["run", "--fail-on", "none"]);
    // Drift against the baseline, whatever the threshold of findings.
    assert_eq!(second.code, 1, "{second:?}");
    assert!(second.out.contains("EXCAS02"), "{}", second.out);
    assert_eq!(desk.run(&["history"]).out.lines().count(), 2);
    // The bundles are still there.
    assert!(desk.path().join("drop/n1/record.json").is_file());
}

#[test]
fn a_bundle_that_is_not_whole_is_not_taken() {
    let desk = configured();
    desk.bundle("drop/n1", &contoso(Stage::Before), "2026-11-20T02:00:00Z");
    let file = desk.path().join("drop/n1/onprem/AuthServer.xml");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let ran = desk.run(&["run"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.err.contains("AuthServer.xml") && ran.err.contains("SHA-256"),
        "{}",
        ran.err
    );
    assert!(!desk.path().join("snapshots/contoso").exists());
    // A copy that is still under way has no record yet.
    fs::remove_file(desk.path().join("drop/n1/record.json")).unwrap();
    let ran = desk.run(&["run"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("0 bundles"), "{}", ran.err);
}
