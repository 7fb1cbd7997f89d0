//! The built-in policies under another Rego engine (`regopy`, of Python): the same modules, the same input,
//! the same answers. `tests/run` installs the engine where it can be had.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use exdrift::policy::{EvaluateOptions, LoadOptions, PolicySet, answers, world};
use exdrift::sample::{GeneratorOptions, VIOLATIONS, generate, inject, params};
use exdrift::snapshot::Snapshot;
use serde_json::Value as Json;

use super::import::{at, options};
use super::support::snapshot;

fn python() -> Option<PathBuf> {
    let venv = std::env::var_os("EXDRIFT_VENV").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv"),
        PathBuf::from,
    );
    let python = venv.join("bin/python");
    let has_it = python.is_file()
        && Command::new(&python)
            .args(["-c", "import regopy"])
            .output()
            .is_ok_and(|output| output.status.success());
    if !has_it {
        eprintln!("skipped: no regopy in {}", venv.display());
        return None;
    }
    Some(python)
}

/// Arrays in order, for what the one engine has as a set and the other as a list.
fn in_order(value: &Json) -> Json {
    match value {
        Json::Array(members) => {
            let mut members: Vec<Json> = members.iter().map(in_order).collect();
            members.sort_by_key(Json::to_string);
            Json::Array(members)
        }
        Json::Object(map) => Json::Object(
            map.iter()
                .map(|(key, value)| (key.clone(), in_order(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// It compares arrays by their text: [15, 2, 986] is above [15, 2, 1118].
const ARRAYS: &str = "builds are compared";
/// Its answers do not survive a backslash, so it is asked with another sign, which a key made of parts lacks.
const BACKSLASH: &str = "a key is put together";
/// It has no `time.parse_rfc3339_ns`.
const NO_CLOCK: &str = "dates are compared";

/// Where the other engine is known to be wrong, with what it lacks.
const DEFECTS: [(&str, &str); 9] = [
    ("exchange.application.secret_on_mail_application", NO_CLOCK),
    ("exchange.authorization.client_certificate_unfit", NO_CLOCK),
    (
        "exchange.external.legacy_authentication_not_blocked",
        ARRAYS,
    ),
    ("exchange.hybrid.build_below_hma_minimum", ARRAYS),
    ("exchange.hybrid.half_done_oauth_on_owa_and_ecp", ARRAYS),
    ("exchange.mobile.client_certificate_not_required", BACKSLASH),
    ("exchange.protection.ssl_flags_missing", ARRAYS),
    ("exchange.protection.unexpected_token_checking", ARRAYS),
    (
        "exchange.updates.cumulative_update_too_old_for_hybrid",
        ARRAYS,
    ),
];

#[test]
fn another_rego_engine_gives_the_same_answers_independent() {
    let Some(python) = python() else { return };
    let set = PolicySet::load(LoadOptions::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let clean = generate(&GeneratorOptions::new(2, 5));
    let mut violated = clean.clone();
    for policy in VIOLATIONS {
        for server in &clean.servers {
            inject(&mut violated, policy, &server.name);
        }
    }
    let mut worlds: Vec<(String, Snapshot, Json)> = vec![
        ("clean".into(), snapshot(&clean), params(&clean)),
        ("violated".into(), snapshot(&violated), params(&clean)),
        ("nobody-said".into(), snapshot(&violated), Json::Null),
    ];
    if let Some(corpus) = super::support::corpus() {
        let exports = corpus.join("css-exchange/hc-e19-cu11/Exchange");
        let told = exdrift::collect::ImportOptions {
            strict: false,
            server: Some("SOLO-E19A".to_owned()),
            prefer: vec!["applicationHost.config".to_owned()],
            ..options()
        };
        let import = exdrift::collect::import(&[exports], &told);
        worlds.push(("corpus".into(), import.unwrap().snapshot, params(&clean)));
    }
    let mut expected = BTreeMap::new();
    let mut paths = Vec::new();
    for (name, snapshot, params) in &worlds {
        let mut under = EvaluateOptions::at(at());
        under.params = params.clone();
        let path = folder.path().join(name);
        let asked = world(&set, snapshot, &under).unwrap();
        std::fs::write(&path, serde_json::to_vec(&asked).unwrap()).unwrap();
        for (package, rules) in answers(&set, snapshot, &under) {
            for (rule, value) in rules {
                expected.insert((name.clone(), package.clone(), rule), value);
            }
        }
        paths.push(path);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(python)
        .arg(root.join("tests/rego_peer.py"))
        .arg(root.join("policies"))
        .args(&paths)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let (mut same, mut unreadable, mut differing, mut refused) =
        (0, 0, Vec::new(), BTreeMap::new());
    let mut packages = BTreeSet::new();
    let mut explained = BTreeSet::new();
    // The engine prints complaints of its own between the answers.
    let said = String::from_utf8(output.stdout).unwrap();
    for line in said.lines().filter(|line| line.starts_with('{')) {
        let said: Json = serde_json::from_str(line).unwrap();
        let text = |key: &str| said[key].as_str().unwrap().to_owned();
        let name = text("world").rsplit('/').next().unwrap().to_owned();
        let key = (name, text("package"), text("rule"));
        if let Some(error) = said.get("error") {
            // Its answers do not survive a quotation mark inside a text either.
            let quoted = expected.iter().any(|((world, package, _), value)| {
                (world, package) == (&key.0, &key.1) && value.to_string().contains("\\\"")
            });
            // It cannot read every module, and not every answer that it gives is JSON.
            let said = error.to_string();
            match quoted || said.contains("Syntax error") || said.contains("delimiter") {
                true => unreadable += 1,
                false => drop(refused.insert(key, error.to_string())),
            }
            continue;
        }
        packages.insert(key.1.clone());
        let ours = expected.get(&key).map_or(Json::Array(Vec::new()), in_order);
        let theirs = in_order(&said["value"]);
        let defect = DEFECTS.iter().find(|(package, _)| *package == key.1);
        match (ours == theirs, defect) {
            (true, _) => same += 1,
            (false, Some((package, _))) => drop(explained.insert(*package)),
            (false, None) => {
                differing.push(format!("{key:?}\n  here  {ours}\n  there {theirs}"));
            }
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    // Some differ on real exports alone.
    if super::support::corpus().is_some() {
        let listed: BTreeSet<&str> = DEFECTS.iter().map(|(package, _)| *package).collect();
        assert_eq!(explained, listed, "not all of these differ any more");
    }
    eprintln!(
        "{same} answers of {} policies are the same, {unreadable} times it could not read a policy or write its answer",
        packages.len()
    );
    assert!(refused.is_empty(), "{refused:#?}");
    assert!(
        unreadable * 7 < set.policies().len() * worlds.len(),
        "{unreadable}"
    );
    assert!(same > 3 * set.policies().len(), "{same}");
}
