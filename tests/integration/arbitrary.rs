//! Damaged files of every format: no panic, no endless loop, and what the reader says is consistent. The
//! same probes are what coverage-guided fuzzing runs (`tests/fuzz/README.md`), and what it ever found stands
//! in `tests/fuzz/seeds`.

use std::fs;
use std::path::{Path, PathBuf};

use exdrift::probe;
use exdrift::sample::{
    Blobs, Flavour, GeneratorOptions, Random, Style, Window, bundle, edca, format_list, generate,
    health_checker, iis_files, loose_clixml, loose_json, scubagear, scubagear_results, write_to,
};
use exdrift::snapshot::{FolderStore, Store};

use super::import::at;

/// Damaged copies of each seed.
const COPIES: usize = 150;

/// Larger seeds teach nothing that smaller ones do not.
const LARGEST: usize = 64 * 1024;

type Probe = fn(&[u8]);

const TARGETS: [(&str, Probe); 7] = [
    ("clixml", probe::clixml),
    ("json", probe::json),
    ("iis", probe::iis),
    ("format_list", probe::format_list),
    ("store", probe::store),
    ("metadata", probe::metadata),
    ("whole_import", whole_import),
];

/// In a folder of this thread.
fn whole_import(bytes: &[u8]) {
    thread_local! {
        static FOLDER: tempfile::TempDir = tempfile::tempdir().unwrap();
    }
    FOLDER.with(|folder| probe::whole_import(bytes, &folder.path().join("exports")));
}

/// A file as that probe takes it: behind the number of its name.
fn under(name: &str, bytes: &[u8]) -> Vec<u8> {
    let number = probe::FILE_NAMES
        .iter()
        .position(|known| known.contains(name))
        .unwrap();
    let mut whole = vec![u8::try_from(number).unwrap()];
    whole.extend_from_slice(bytes);
    whole
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => below(&path, found),
            false => found.push(path),
        }
    }
    found.sort();
}

/// Kept inputs first, then whole files of an invented organization.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    below(&root.join("tests/fuzz/seeds").join(target), &mut paths);
    let mut seeds: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    let organization = generate(&GeneratorOptions::new(1, 11));
    let short = Style {
        blobs: Blobs::Short,
        ..Style::default()
    };
    match target {
        "clixml" => seeds.extend(
            loose_clixml(&organization, short)
                .into_iter()
                .map(|(_, bytes)| bytes),
        ),
        "json" => seeds.extend(
            loose_json(&organization, Flavour::WINDOWS_LIVE)
                .into_iter()
                .map(|(_, bytes)| bytes),
        ),
        "iis" => {
            let server = organization.servers[0].name.clone();
            let files = iis_files(&organization, &server, "decoy");
            seeds.extend(files.into_iter().map(|(_, bytes)| bytes));
        }
        "format_list" => {
            let text = format_list(&organization.objects, Window::SHELL);
            let bytes = text.into_bytes();
            seeds.extend(bytes.chunks(20_000).map(<[u8]>::to_vec));
        }
        "store" => {
            let folder = tempfile::tempdir().unwrap();
            let exports = folder.path().join("exports");
            write_to(&bundle(&organization, at()), &exports).unwrap();
            let options = super::import::options();
            let snapshot = exdrift::collect::import(&[exports], &options)
                .unwrap()
                .snapshot;
            let store = FolderStore::open(folder.path().join("store")).unwrap();
            store.commit(snapshot).unwrap();
            let mut files = Vec::new();
            below(&folder.path().join("store"), &mut files);
            files.retain(|path| path.extension().is_some_and(|e| e == "yaml"));
            seeds.extend(files.iter().map(|path| fs::read(path).unwrap()));
        }
        "metadata" => {
            let mut files = Vec::new();
            below(&root.join("policies/exchange"), &mut files);
            files.retain(|path| !path.ends_with("_test.rego"));
            seeds.extend(files.iter().take(12).map(|path| fs::read(path).unwrap()));
        }
        "whole_import" => {
            let named = |name: &str, file: &(String, Vec<u8>)| under(name, &file.1);
            let settings = scubagear(&organization, at(), &["federation"]);
            seeds.push(named("ProviderSettings", &settings));
            seeds.push(named(
                "ScubaResults",
                &scubagear_results(&organization, at()),
            ));
            for file in health_checker(&organization, at()) {
                seeds.push(named("HealthChecker", &file));
            }
            for file in edca(&organization, at()) {
                seeds.push(named("20260101_EX01", &file));
            }
            for (_, bytes) in loose_clixml(&organization, short).iter().take(6) {
                seeds.push(under("OwaVirtualDirectory.xml", bytes));
            }
        }
        _ => {}
    }
    seeds.retain(|seed| seed.len() <= LARGEST);
    seeds
}

/// One kind of damage that files meet: cut, flipped, doubled, spliced, with a mark of the format put in.
fn damaged(seed: &[u8], random: &mut Random) -> Vec<u8> {
    const MARKS: [&[u8]; 16] = [
        b"<",
        b">",
        b"&",
        b"\"",
        b"{",
        b"}",
        b"[",
        b",",
        b":",
        b"\n",
        b"\0",
        b"\xff",
        b"<Ref RefId=\"0\" />",
        b"- ",
        b"# ",
        b"\xef\xbb\xbf",
    ];
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(3) {
        if bytes.is_empty() {
            return bytes;
        }
        let at = random.below(bytes.len());
        match random.below(5) {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << random.below(8),
            2 => {
                let end = (at + 1 + random.below(200)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            3 => {
                let end = (at + 1 + random.below(64)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let mark = random.pick(&MARKS).copied().unwrap_or_default();
                bytes.splice(at..at, mark.iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn damaged_files_of_every_format_break_nothing() {
    for (target, probe) in TARGETS {
        let seeds = seeds(target);
        assert!(seeds.len() > 5, "{target}: {} seeds", seeds.len());
        for (index, seed) in seeds.iter().enumerate() {
            probe(seed);
            let mut random = Random::named(5, &format!("{target} {index}"));
            for _ in 0..COPIES.min(2_000_000 / (seed.len() + 1)) {
                probe(&damaged(seed, &mut random));
            }
        }
    }
}

/// Every prefix of a small file of each format.
#[test]
fn cut_at_any_byte_breaks_nothing() {
    for (target, probe) in TARGETS {
        let seeds = seeds(target);
        let Some(seed) = seeds.iter().min_by_key(|seed| seed.len().abs_diff(4_000)) else {
            continue;
        };
        for end in 0..seed.len().min(6_000) {
            probe(&seed[..end]);
        }
    }
}

/// `EXDRIFT_SEEDS=DIR` writes what a fuzzer starts from.
#[test]
fn seeds_can_be_written_out() {
    let Some(folder) = std::env::var_os("EXDRIFT_SEEDS") else {
        return;
    };
    for (target, _) in TARGETS {
        let to = Path::new(&folder).join(target);
        fs::create_dir_all(&to).unwrap();
        for (index, seed) in seeds(target).iter().enumerate() {
            fs::write(to.join(format!("seed-{index:03}")), seed).unwrap();
        }
    }
}
