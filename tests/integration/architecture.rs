//! Rooms use only the rooms that they may use.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Room, and the rooms of ours that it may use. `cli` composes and may use all.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("protocol", &[]),
    ("catalog", &["model"]),
    ("config", &["model"]),
    ("normalise", &["model", "catalog", "protocol"]),
    ("snapshot", &["model", "catalog"]),
    (
        "collect",
        &["model", "catalog", "protocol", "normalise", "snapshot"],
    ),
    ("policy", &["model", "catalog", "snapshot"]),
    ("finding", &["model", "catalog", "snapshot", "policy"]),
    ("drift", &["model", "catalog", "snapshot"]),
    ("peers", &["model", "catalog", "snapshot"]),
    // The JSON Schema of the policy input is read from the catalog.
    ("report", &["model", "catalog"]),
    ("sample", &["model", "catalog"]),
];

fn sources(folder: &Path, all: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|e| e == "rs") {
            all.push((
                path.display().to_string(),
                fs::read_to_string(&path).unwrap(),
            ));
        }
    }
}

/// The part of a file before its unit tests: tests may look over the fence.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap()
}

fn room_files() -> BTreeMap<String, Vec<(String, String)>> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut rooms = BTreeMap::new();
    for entry in fs::read_dir(src).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let mut all = Vec::new();
            sources(&path, &mut all);
            rooms.insert(
                path.file_name().unwrap().to_string_lossy().into_owned(),
                all,
            );
        }
    }
    rooms
}

#[test]
fn a_room_uses_only_the_rooms_that_it_may() {
    let rooms = room_files();
    let known: BTreeSet<&str> = rooms.keys().map(String::as_str).collect();
    let mut declared: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    declared.insert("cli");
    assert_eq!(known, declared, "every room has its row");
    let mut breaches = Vec::new();
    for (room, may) in ROOMS {
        for (file, text) in &rooms[*room] {
            if file.ends_with("tests.rs") {
                continue;
            }
            for (number, line) in code(text).lines().enumerate() {
                for used in line.split("crate::").skip(1) {
                    let used: &str = used
                        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                        .next()
                        .unwrap();
                    if known.contains(used) && used != *room && !may.contains(&used) {
                        breaches.push(format!("{file}:{}: {room} uses {used}", number + 1));
                    }
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn only_the_edge_looks_at_the_clock_and_the_environment() {
    let mut breaches = Vec::new();
    for (room, files) in room_files() {
        if room == "cli" {
            continue;
        }
        for (file, text) in files {
            // The store records who holds a lock and when something was stored: its own doings.
            let is_store = room == "snapshot";
            for (number, line) in code(&text).lines().enumerate() {
                let clock = line.contains("Utc::now()") || line.contains("SystemTime::now()");
                let environment = line.contains("std::env::") || line.contains("env::var");
                if (clock || environment) && !is_store && !line.contains("env!(") {
                    breaches.push(format!("{file}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn nothing_opens_a_socket_or_changes_exchange() {
    for (_, files) in room_files() {
        for (file, text) in files {
            let code = code(&text);
            for word in ["std::net::", "TcpStream", "UdpSocket", "Command::new"] {
                assert!(!code.contains(word), "{file} has {word}");
            }
        }
    }
}
