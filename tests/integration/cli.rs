//! The real binary, as a user or a scheduler runs it.

mod cache;
mod expiry;
mod hostile;
mod nightly;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use exdrift::sample::{
    Blobs, BundleOptions, Organization, Stage, bundle_with, configuration, contoso, write_to,
};
use tempfile::TempDir;

/// A folder with a store, bundles and the program.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Desk {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs exdrift here, with nothing of this machine's environment.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_exdrift"))
            .current_dir(self.path())
            .env_clear()
            .args(arguments)
            .output()
            .unwrap();
        Ran::new(output)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// As the export script writes it, with small blobs.
    pub fn bundle(&self, name: &str, organization: &Organization, at: &str) {
        let mut how = BundleOptions::default();
        how.style.blobs = Blobs::Short;
        let files = bundle_with(organization, at.parse().unwrap(), &how);
        write_to(&files, &self.path().join(name)).unwrap();
    }

    /// Contoso before and after its update, imported, with its configuration.
    pub fn contoso() -> Self {
        let desk = Desk::new();
        desk.write("exdrift.yaml", configuration(&contoso(Stage::Before)));
        for (stage, name, at) in [
            (Stage::Before, "before", "2026-11-20T18:00:00Z"),
            (Stage::After, "after", "2026-11-21T08:00:00Z"),
        ] {
            desk.bundle(name, &contoso(stage), at);
            let ran = desk.run(&["import", name, "--org", "contoso", "--label", name]);
            assert_eq!(ran.code, 0, "{ran:?}");
        }
        desk
    }
}

#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    fn new(output: Output) -> Self {
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

#[test]
fn import_prints_the_snapshots_name_and_nothing_else() {
    let desk = Desk::new();
    desk.bundle("b", &contoso(Stage::Before), "2026-11-20T18:00:00Z");
    let ran = desk.run(&["import", "b", "--org", "contoso"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "contoso@2026-11-20T180000Z\n"),
        "{ran:?}"
    );
    assert!(ran.err.contains("7 servers"), "{}", ran.err);
    // The same again is another snapshot with the same content.
    let again = desk.run(&["import", "b", "--org", "contoso", "-q"]);
    assert_eq!(again.out, "contoso@2026-11-20T180000Z-2\n");
    assert_eq!(again.err, "");
    let diff = desk.run(&["diff", "previous", "latest"]);
    assert_eq!(diff.code, 0, "{diff:?}");
    assert_eq!(desk.run(&["store", "check"]).code, 0);
    let history = desk.run(&["history"]);
    assert_eq!(history.out.lines().count(), 2, "{history:?}");
}

#[test]
fn audit_fails_by_threshold_and_counts_add_up() {
    let desk = Desk::contoso();
    let ran = desk.run(&["audit", "--format", "json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let json = ran.json();
    assert_eq!(json["schema"], "exdrift.audit/1");
    assert_eq!(json["snapshot"], "2026-11-21T080000Z");
    let count = |name: &str| json["summary"][name].as_u64().unwrap();
    let all: u64 = [
        "pass",
        "fail",
        "not_applicable",
        "unknown",
        "error",
        "manual",
    ]
    .iter()
    .map(|name| count(name))
    .sum();
    assert_eq!(all, json["evaluations"].as_array().unwrap().len() as u64);
    assert_eq!((count("fail"), count("unknown"), count("error")), (5, 0, 0));
    // EXT-002 is critical; nothing reaches a threshold that is not there.
    for (threshold, code) in [("critical", 1), ("info", 1), ("none", 0)] {
        let ran = desk.run(&["audit", "--fail-on", threshold, "--format", "json"]);
        assert_eq!(ran.code, code, "{threshold}");
    }
    for format in ["text", "html"] {
        let ran = desk.run(&["audit", "--format", format]);
        assert_eq!(ran.code, 1);
        assert!(ran.out.contains("EXCAS02"), "{format}");
    }
}

#[test]
fn without_a_configuration_external_policies_are_unknown_and_the_lines_to_add_are_printed() {
    let desk = Desk::contoso();
    fs::remove_file(desk.path().join("exdrift.yaml")).unwrap();
    let ran = desk.run(&["audit"]);
    for word in ["exposure", "EXCAS02", "contoso:"] {
        assert!(ran.out.contains(word), "{word}: {}", ran.out);
    }
    let json = desk.run(&["audit", "--format", "json"]).json();
    assert!(json["summary"]["unknown"].as_u64().unwrap() > 0);
}

#[test]
fn diff_and_verify_tell_the_update_from_the_reset() {
    let desk = Desk::contoso();
    let diff = desk.run(&["diff", "before", "contoso@after", "--format", "json"]);
    assert_eq!(diff.code, 1);
    let json = diff.json();
    assert_eq!(json["schema"], "exdrift.diff/1");
    assert_eq!(json["coverage_changes"].as_array().unwrap().len(), 0);
    let ran = desk.run(&[
        "verify", "--before", "@before", "--after", "@after", "--format", "json",
    ]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let json = ran.json();
    assert_eq!(json["verdict"], "regressed");
    let policies: Vec<&str> = json["new"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["policy"].as_str().unwrap())
        .collect();
    assert_eq!(policies, ["EXT-002", "EXT-003", "EXT-004", "EXT-005"]);
    let next = json["run_next"].as_array().unwrap();
    assert!(next.iter().any(|line| {
        line.as_str()
            .unwrap()
            .contains("Set-WebServicesVirtualDirectory")
    }));
    for format in ["text", "html"] {
        assert_eq!(
            desk.run(&["verify", "--before", "before", "--format", format])
                .code,
            1
        );
    }
    let unified = desk.run(&["diff", "before", "after", "--format", "unified"]);
    assert!(
        unified.out.contains("+WindowsAuthentication: true"),
        "{}",
        unified.out
    );
}

#[test]
fn a_baseline_is_set_shown_and_used() {
    let desk = Desk::contoso();
    assert_eq!(desk.run(&["baseline", "show"]).code, 3);
    let set = desk.run(&[
        "baseline",
        "set",
        "before",
        "--reason",
        "locked down",
        "--by",
        "anna",
    ]);
    assert_eq!(
        (set.code, set.out.as_str()),
        (0, "contoso@2026-11-20T180000Z\n")
    );
    let show = desk.run(&["baseline", "show"]);
    assert!(
        show.out.contains("anna") && show.out.contains("locked down"),
        "{show:?}"
    );
    assert_eq!(desk.run(&["diff", "baseline", "latest"]).code, 1);
}

#[test]
fn explain_policies_and_findings() {
    let desk = Desk::contoso();
    let policy = desk.run(&["explain", "ext-002"]);
    assert_eq!(policy.code, 0);
    for word in [
        "EXT-002",
        "Severity",
        "Set-WebServicesVirtualDirectory",
        "Sources",
    ] {
        assert!(policy.out.contains(word), "{word}: {}", policy.out);
    }
    let json = desk.run(&["audit", "--format", "json"]).json();
    let finding = json["evaluations"]
        .as_array()
        .unwrap()
        .iter()
        .find(|e| e["outcome"] == "fail" && e["policy"] == "EXT-003")
        .unwrap();
    let fingerprint = finding["fingerprint"].as_str().unwrap();
    let ran = desk.run(&["explain", fingerprint]);
    assert!(
        ran.out.contains("EXCAS02") && ran.out.contains("fail"),
        "{ran:?}"
    );
    let wrong = desk.run(&["explain", "EXT-999"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.err.contains("EXT-999") && wrong.err.contains("EXT-002"),
        "{}",
        wrong.err
    );
}

#[test]
fn policies_are_listed_checked_and_tested() {
    let desk = Desk::new();
    let list = desk.run(&["policy", "list"]);
    let known = exdrift::sample::VIOLATIONS.len();
    assert_eq!(list.out.lines().count(), known, "{}", list.out);
    let check = desk.run(&["policy", "check"]);
    assert_eq!(check.code, 0, "{}", check.out);
    let test = desk.run(&["policy", "test", "--coverage"]);
    assert_eq!(test.code, 0, "{}", test.out);
    assert!(test.out.contains(" 0 failed"), "{}", test.out);
}

#[test]
fn schemas_completions_script_and_init() {
    let desk = Desk::new();
    for name in ["audit", "diff", "verify", "input", "record"] {
        desk.run(&["schema", name]).json();
    }
    assert_eq!(desk.run(&["schema", "nothing"]).code, 2);
    assert!(
        desk.run(&["schema", "kinds"])
            .out
            .contains("Get-MapiVirtualDirectory")
    );
    assert!(
        desk.run(&["completions", "powershell"])
            .out
            .contains("exdrift")
    );
    let script = desk.run(&["collect", "--script"]);
    assert!(script.out.contains("Get-OwaVirtualDirectory") && script.code == 0);
    for (session, cmdlet) in [
        ("on_premises", "Get-OwaVirtualDirectory"),
        ("exchange_online", "Get-ApplicationAccessPolicy"),
        ("graph", "Get-MgServicePrincipal"),
    ] {
        let script = desk.run(&["collect", "--script", "--for", session]);
        assert!(script.out.contains(cmdlet) && script.code == 0, "{session}");
    }
    assert_eq!(desk.run(&["collect", "--for", "graph"]).code, 2);
    assert_eq!(desk.run(&["collect", "--script", "--for", "wire"]).code, 2);
    assert_eq!(desk.run(&["collect"]).code, 2);
    assert_eq!(desk.run(&["init", "--org", "fabrikam"]).code, 0);
    let again = desk.run(&["init"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("exists already"), "{}", again.err);
    // What init writes is a valid configuration.
    desk.bundle("b", &contoso(Stage::Before), "2026-11-20T18:00:00Z");
    assert_eq!(
        desk.run(&["import", "b", "--org", "fabrikam", "-q"]).code,
        0
    );
    assert_ne!(desk.run(&["audit"]).code, 2);
}

#[test]
fn the_demo_tells_its_story_and_names_its_report() {
    let desk = Desk::new();
    let ran = desk.run(&["demo"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for word in ["REGRESSED", "EXCAS02", "EXT-002", "exdrift-demo.html"] {
        assert!(ran.out.contains(word), "{word}: {}", ran.out);
    }
    let html = fs::read_to_string(desk.path().join("exdrift-demo.html")).unwrap();
    assert!(html.contains("EXCAS02"));
    // Nothing but the report is left behind.
    assert_eq!(fs::read_dir(desk.path()).unwrap().count(), 1);
}
