//! What outlives a run beside the store: it saves time, and changes no answer.

use std::fs;
use std::path::PathBuf;

use exdrift::sample::{GeneratorOptions, configuration, generate, inject};

use super::Desk;

fn files(desk: &Desk) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(desk.path().join("cache")) else {
        return Vec::new();
    };
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn answers_are_remembered_outside_the_store_and_change_nothing() {
    let desk = Desk::new();
    let clean = generate(&GeneratorOptions::new(25, 5));
    desk.write("exdrift.yaml", configuration(&clean));
    let mut wrong = clean.clone();
    let server = &clean.servers[3].name;
    assert!(inject(&mut wrong, "VDIR-001", server).is_some());
    for (organization, name, at) in [
        (&clean, "before", "2026-11-20T18:00:00Z"),
        (&wrong, "after", "2026-11-21T08:00:00Z"),
    ] {
        desk.bundle(name, organization, at);
        let import = ["import", name, "--org", "fabrikam", "--label", name, "-q"];
        assert_eq!(desk.run(&import).code, 0);
    }
    let audit = |snapshot: &str, more: &[&str]| {
        let mut words = vec!["audit", snapshot, "--format", "json"];
        words.extend(more);
        desk.run(&words)
    };
    let cached = ["--cache", "cache"];
    for snapshot in ["before", "after", "before", "after"] {
        let asked = audit(snapshot, &["--no-cache"]);
        let with = audit(snapshot, &cached);
        assert_eq!(
            (with.code, &with.out),
            (asked.code, &asked.out),
            "{snapshot}"
        );
        assert_eq!(with.err, asked.err);
    }
    assert_eq!(audit("after", &[]).code, 1);

    let [file]: [PathBuf; 1] = files(&desk).try_into().unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for path in [file.as_path(), file.parent().unwrap()] {
            let mode = fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{} is {mode:o}", path.display());
        }
    }
    // One bit, or half of it: asked again, and mended.
    let whole = fs::read(&file).unwrap();
    let expected = audit("after", &["--no-cache"]);
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for damaged in [&flipped[..], &whole[..whole.len() / 2], b""] {
        fs::write(&file, damaged).unwrap();
        let ran = audit("after", &cached);
        assert_eq!((ran.code, &ran.out), (expected.code, &expected.out));
        assert_eq!(fs::read(&file).unwrap(), whole);
    }
    // A folder that cannot be made.
    desk.write("file", "");
    let ran = audit("after", &["--cache", "file/below"]);
    assert_eq!((ran.code, &ran.out), (expected.code, &expected.out));
    assert_eq!(desk.run(&["store", "check"]).code, 0);
}

#[test]
fn a_small_organization_leaves_nothing_behind() {
    let desk = Desk::contoso();
    let ran = desk.run(&["audit", "after", "--cache", "cache"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(files(&desk), Vec::<PathBuf>::new());
}
