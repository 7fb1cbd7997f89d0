//! Bad input: one clear message that names file and place, exit 2, nothing half-written.

use std::fs;
use std::path::Path;

use exdrift::sample::{
    GeneratorOptions, Stage, configuration, contoso, generate, loose_clixml, loose_json,
    plant_secrets, write_to,
};

use super::{Desk, Ran};

const OBJS: &str =
    "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">";

fn refused(ran: &Ran, words: &[&str]) {
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(ran.out, "", "{ran:?}");
    assert!(ran.err.starts_with("error: "), "{}", ran.err);
    for word in words {
        assert!(ran.err.contains(word), "`{word}` is not in: {}", ran.err);
    }
}

#[test]
fn files_that_are_no_exports() {
    let desk = Desk::new();
    let deep = format!("{OBJS}{}", "<Obj><LST>".repeat(500));
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"x\"><!ENTITY c \"&b;&b;\">]><Objs>&c;</Objs>";
    let cases: &[(&str, &[u8], &[&str])] = &[
        (
            "truncated.xml",
            &format!("{OBJS}<Obj RefId=\"0\"><Props><S N=\"Na").into_bytes(),
            &["line 1"],
        ),
        ("empty.xml", b"", &["empty"]),
        (
            "binary.xml",
            &[0x80, 0x81, 0xff, 0x00, 0x01, 0xfe, 0xc3],
            &["byte"],
        ),
        ("deep.xml", deep.as_bytes(), &["line 1"]),
        ("bomb.xml", bomb.as_bytes(), &["line 1"]),
        ("half.json", b"{\"a\": [1, 2", &["line 1"]),
        ("twice.json", b"{\"Name\": 1, \"Name\": 2}", &["Name"]),
        ("plain.txt", b"Name : EX01", &["plain.txt"]),
        ("other.xml", b"<configuration/>", &["configuration"]),
    ];
    for (name, bytes, words) in cases {
        desk.write(name, bytes);
        let ran = desk.run(&["import", name, "--org", "contoso"]);
        refused(&ran, &[&[*name][..], words].concat());
    }
    desk.write("big.xml", vec![b' '; 5000]);
    refused(
        &desk.run(&[
            "import",
            "big.xml",
            "--org",
            "contoso",
            "--max-file-size",
            "4K",
        ]),
        &["big.xml", "5000", "4096", "--max-file-size"],
    );
    refused(
        &desk.run(&["import", "nothing.xml", "--org", "contoso"]),
        &["nothing.xml"],
    );
    desk.write("folder/readme.txt", "hello");
    refused(
        &desk.run(&["import", "folder", "--org", "contoso"]),
        &["nothing recognised", "readme.txt"],
    );
    assert!(
        !desk.path().join("snapshots").exists(),
        "nothing was written"
    );
}

#[test]
fn an_edited_store_is_noticed() {
    let desk = Desk::contoso();
    let file = desk
        .path()
        .join("snapshots/contoso/2026-11-21T080000Z/onprem/servers/EXCAS02.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let edited = text.replacen(
        "WindowsAuthentication: true",
        "WindowsAuthentication: false",
        1,
    );
    assert_ne!(text, edited);
    // The file may be a hard link to another snapshot's: replace it, as an editor does.
    fs::remove_file(&file).unwrap();
    fs::write(&file, edited).unwrap();
    refused(&desk.run(&["audit"]), &["EXCAS02.yaml", "store check"]);
    let check = desk.run(&["store", "check"]);
    assert_eq!(check.code, 1, "{check:?}");
    assert!(check.out.contains("EXCAS02.yaml"), "{}", check.out);
    // The other snapshot is as good as before.
    assert_eq!(desk.run(&["audit", "before", "--fail-on", "none"]).code, 0);
}

#[test]
fn mistakes_in_what_a_person_writes() {
    let desk = Desk::contoso();
    desk.write("twice.yaml", "hma: true\nhma: false\n");
    refused(
        &desk.run(&["audit", "--params", "twice.yaml"]),
        &["twice.yaml:2:"],
    );
    desk.write("unknown.yaml", "hmaa: true\n");
    refused(
        &desk.run(&["audit", "--params", "unknown.yaml"]),
        &["unknown.yaml:1:", "hmaa", "hma"],
    );
    desk.write(
        "waivers.yaml",
        "- policy: EXT-002\n  owner: me\n  why: because\n",
    );
    refused(
        &desk.run(&["audit", "--waivers", "waivers.yaml"]),
        &["waivers.yaml:"],
    );
    refused(
        &desk.run(&["audit", "yesterday"]),
        &["yesterday", "before", "after"],
    );
    refused(
        &desk.run(&["audit", "--profile", "nonsense"]),
        &["nonsense", "hma_external"],
    );
    refused(&desk.run(&["audit", "--format", "pdf"]), &["pdf", "html"]);
    let config = configuration(&contoso(Stage::Before));
    desk.write("exdrift.yaml", format!("{config}nonsense: 1\n"));
    refused(&desk.run(&["audit"]), &["exdrift.yaml:", "nonsense"]);
    desk.write(
        "exdrift.yaml",
        config.replace(
            "    planes:",
            "    audit: {policies: {EXT-999: {enabled: false, reason: x}}}\n    planes:",
        ),
    );
    refused(&desk.run(&["audit"]), &["EXT-999", "EXT-001"]);
}

#[test]
fn a_file_that_cannot_be_used_says_what_to_do() {
    let desk = Desk::contoso();
    for flag in ["--params", "--waivers", "--config"] {
        refused(
            &desk.run(&["audit", flag, "nope.yaml"]),
            &["nope.yaml", "next: check the path"],
        );
    }
    fs::write(desk.path().join("latin.yaml"), b"# caf\xe9\n").unwrap();
    for flag in ["--params", "--waivers", "--config"] {
        refused(
            &desk.run(&["audit", flag, "latin.yaml"]),
            &["latin.yaml", "next: save it as UTF-8"],
        );
    }
    refused(
        &desk.run(&["audit", "--output", "."]),
        &["next: name a file in it, not the folder"],
    );
    for verb in ["audit", "import"] {
        let ran = desk.run(&[verb, "x", "--at", "yesterday"]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains("2026-11-21T02:00:00Z"), "{}", ran.err);
    }
}

#[test]
fn a_line_feed_in_a_name_begins_no_line_of_an_error() {
    let desk = Desk::contoso();
    for arguments in [
        ["import", "before", "--org", "name\nline"].as_slice(),
        &["audit", "name\nline"],
        &["audit", "name\nline@latest"],
        &["audit", "--profile", "name\nline"],
        &["explain", "name\nline"],
        &["run", "--org", "name\nline"],
    ] {
        let ran = desk.run(arguments);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(
            ran.err.contains(r"name\nline"),
            "{arguments:?}: {}",
            ran.err
        );
        assert!(
            !ran.err.contains("name\nline"),
            "{arguments:?}: {}",
            ran.err
        );
    }
}

fn pack(desk: &Desk, name: &str, body: &str, metadata: bool) {
    let head = if metadata {
        "# METADATA\n# title: Custom\n# description: A policy of a test.\n# custom:\n#   id: CUS-001\n#   severity: low\n\
         #   category: CUS\n#   profiles: []\n#   scope: organization\n#   requires: [onprem.AuthServer]\n\
         #   automation: automated\n#   grade: K\n#   since: 0.1.0\n"
    } else {
        ""
    };
    let folder = format!("{name}/exchange/custom");
    desk.write(
        &format!("{folder}/bad.rego"),
        format!("{head}package exchange.custom.bad\n\n{body}\n"),
    );
    desk.write(
        &format!("{folder}/bad_test.rego"),
        "package exchange.custom.bad_test\n\nimport data.exchange.custom.bad\n\ntest_silent if count(bad.violation) == 0 with input as {\"onprem\": {\"AuthServer\": []}}\n",
    );
}

#[test]
fn policies_that_could_pass_in_silence_are_refused_with_their_place() {
    let desk = Desk::contoso();
    let rule = |condition: &str| {
        format!(
            "violation contains {{\"subject\": null}} if {{\n\tsome s in input.onprem.AuthServer\n\t{condition}\n}}"
        )
    };
    let cases = [
        (
            "syntax",
            "violation contains x if {".to_owned(),
            true,
            "bad.rego:",
        ),
        (
            "function",
            rule("starts_with(s.Name, \"x\")"),
            true,
            "starts_with",
        ),
        ("arity", rule("startswith(s.Name)"), true, "startswith"),
        (
            "data",
            rule("s.Name in data.facts.nowhere"),
            true,
            "nowhere",
        ),
        ("metadata", rule("s.Enabled == true"), false, "METADATA"),
        ("clock", rule("time.now_ns() > 0"), true, "time.now_ns"),
    ];
    for (name, body, metadata, word) in cases {
        pack(&desk, name, &body, metadata);
        let ran = desk.run(&["audit", "--policies", name]);
        refused(&ran, &["bad.rego", word]);
        let check = desk.run(&["policy", "check", "--policies", name]);
        assert_eq!(check.code, 2, "{name}: {check:?}");
        assert!(check.out.contains(word), "{name}: {}", check.out);
    }
}

#[test]
fn a_policy_that_loops_costs_itself_and_nothing_else() {
    let desk = Desk::contoso();
    let body = "violation contains {\"subject\": null} if {\n\tsome a in numbers.range(1, 3000)\n\tsome b in numbers.range(1, 3000)\n\tsome c in numbers.range(1, 3000)\n\ta + b + c == -1\n\tcount(input.onprem.AuthServer) > 0\n}";
    pack(&desk, "loops", body, true);
    let ran = desk.run(&["audit", "--policies", "loops", "--format", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let json = ran.json();
    assert_eq!(json["summary"]["error"], 1);
    assert_eq!(json["summary"]["fail"], 5);
}

#[test]
fn words_that_would_be_kept_state_no_secret() {
    let desk = Desk::contoso();
    for verb in [
        [
            "import",
            "before",
            "--org",
            "contoso",
            "--label",
            "before password=hunter2",
        ]
        .as_slice(),
        &["baseline", "set", "latest", "--reason", "pwd: hunter2"],
    ] {
        let ran = desk.run(verb);
        refused(&ran, &["states a secret", verb[verb.len() - 2]]);
        assert!(!ran.err.contains("hunter2"), "{}", ran.err);
    }
}

#[test]
fn no_room_and_no_right() {
    let desk = Desk::contoso();
    let full = Path::new("/dev/full");
    if full.exists() {
        let ran = desk.run(&["audit", "--format", "html", "--output", "/dev/full"]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains("/dev/full"), "{}", ran.err);
    }
    // A file where the store's folder should be cannot be written, not even by root.
    desk.write("blocked", "a file");
    let ran = desk.run(&["import", "before", "--org", "contoso", "--store", "blocked"]);
    refused(&ran, &["blocked"]);
    let ran = desk.run(&[
        "audit",
        "--format",
        "html",
        "--output",
        "nowhere/report.html",
    ]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("nowhere"), "{}", ran.err);
}

fn bytes_below(folder: &Path, all: &mut Vec<u8>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bytes_below(&path, all);
        } else {
            all.extend(fs::read(path).unwrap());
        }
    }
}

#[test]
fn a_planted_secret_is_in_no_byte_of_store_logs_or_reports() {
    for json in [false, true] {
        let desk = Desk::new();
        let mut organization = generate(&GeneratorOptions::new(3, 17));
        let decoys = plant_secrets(&mut organization, 17);
        let files = if json {
            loose_json(
                &organization,
                exdrift::sample::Flavour::WINDOWS_DESERIALIZED,
            )
        } else {
            loose_clixml(&organization, exdrift::sample::Style::default())
        };
        write_to(&files, &desk.path().join("in")).unwrap();
        let mut said = String::new();
        for arguments in [
            &["import", "in", "--org", "f", "-vv"][..],
            &["audit", "--format", "html", "-vv"],
            &["audit", "--format", "json", "-vv"],
            &["audit", "-vv"],
        ] {
            let ran = desk.run(arguments);
            assert!(ran.code != 2, "{ran:?}");
            said.push_str(&ran.out);
            said.push_str(&ran.err);
        }
        let mut kept = Vec::new();
        bytes_below(&desk.path().join("snapshots"), &mut kept);
        let kept = String::from_utf8_lossy(&kept);
        assert!(decoys.len() >= 5);
        for decoy in &decoys {
            assert!(
                !said.contains(decoy.as_str()) && !kept.contains(decoy.as_str()),
                "{decoy}"
            );
        }
    }
}
