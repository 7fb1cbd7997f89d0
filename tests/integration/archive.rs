//! Zip archives: a bundle in one is a bundle, and a hostile one is refused whole.

use std::path::PathBuf;

use chrono::Utc;
use exdrift::collect::drop_folder::look;
use exdrift::collect::{FileError, Import, ImportError, ImportOptions, import};
use exdrift::sample::{
    Blobs, BundleOptions, GeneratorOptions, Style, bundle_with, generate, loose_clixml,
};

use crate::cli::Desk;

/// One entry as its two headers say it. What is `None` is what is right.
#[derive(Clone)]
struct Entry {
    name: Vec<u8>,
    local_name: Option<Vec<u8>>,
    content: Vec<u8>,
    packed: Option<Vec<u8>>,
    method: u16,
    flags: u16,
    crc: Option<u32>,
    size: Option<u32>,
    local_size: Option<u32>,
    system: u8,
    attributes: u32,
}

fn entry(name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Entry {
    Entry {
        name: name.as_ref().to_vec(),
        local_name: None,
        content: content.as_ref().to_vec(),
        packed: None,
        method: 0,
        flags: 0,
        crc: None,
        size: None,
        local_size: None,
        system: 3,
        attributes: 0o100_644 << 16,
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1));
        }
    }
    !crc
}

fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = out.len() as u32;
        let packed = entry.packed.as_ref().unwrap_or(&entry.content);
        let crc = entry.crc.unwrap_or_else(|| crc32(&entry.content));
        let size = entry.size.unwrap_or(entry.content.len() as u32);
        let common = |size: u32, name: &[u8]| {
            let mut head = Vec::new();
            for part in [20, entry.flags, entry.method, 0, 0x21] {
                head.extend(part.to_le_bytes());
            }
            for part in [crc, packed.len() as u32, size] {
                head.extend(part.to_le_bytes());
            }
            head.extend((name.len() as u16).to_le_bytes());
            head.extend(0_u16.to_le_bytes());
            head
        };
        let local = entry.local_name.as_ref().unwrap_or(&entry.name);
        out.extend(b"PK\x03\x04");
        out.extend(common(entry.local_size.unwrap_or(size), local));
        out.extend(local);
        out.extend(packed);
        central.extend(b"PK\x01\x02");
        central.extend([20, entry.system]);
        central.extend(common(size, &entry.name));
        central.extend([0; 6]);
        central.extend(entry.attributes.to_le_bytes());
        central.extend(offset.to_le_bytes());
        central.extend(&entry.name);
    }
    end(out, &central, entries.len())
}

fn end(mut out: Vec<u8>, central: &[u8], count: usize) -> Vec<u8> {
    let start = out.len() as u32;
    out.extend(central);
    out.extend(b"PK\x05\x06");
    out.extend([0; 4]);
    for _ in 0..2 {
        out.extend((count as u16).to_le_bytes());
    }
    out.extend((central.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// Deflate with the fixed code: one letter, then repeats of 258 bytes.
fn repeated(letter: u8, repeats: usize) -> (Vec<u8>, Vec<u8>) {
    let mut bits: Vec<bool> = vec![true, true, false];
    let mut code = |value: u16, width: usize| {
        bits.extend((0..width).rev().map(|at| value >> at & 1 == 1));
    };
    code(0x30 + u16::from(letter), 8);
    for _ in 0..repeats {
        code(0b1100_0101, 8);
        code(0, 5);
    }
    code(0, 7);
    let packed = bits
        .chunks(8)
        .map(|byte| {
            byte.iter()
                .enumerate()
                .fold(0, |all, (at, bit)| all | u8::from(*bit) << at)
        })
        .collect();
    (packed, vec![letter; 1 + 258 * repeats])
}

fn options() -> ImportOptions {
    ImportOptions::new("contoso", Utc::now())
}

fn read_with(bytes: &[u8], options: &ImportOptions) -> Result<Import, ImportError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.zip");
    std::fs::write(&path, bytes).unwrap();
    let named = import(std::slice::from_ref(&path), options);
    // A hostile archive is one wherever it lies.
    let found = import(&[folder.path().to_owned()], options);
    if let Err(ImportError::File(FileError::Archive { .. })) = &named {
        assert!(
            matches!(found, Err(ImportError::File(FileError::Archive { .. }))),
            "{found:?}"
        );
    }
    named
}

fn read(bytes: &[u8]) -> Result<Import, ImportError> {
    read_with(bytes, &options())
}

const OBJECT: &str = r#"{"Name": "A", "Identity": "A", "TokenIssuingEndpoint": null, "IsDefaultAuthorizationEndpoint": false}"#;
const SOUND: &str = "onprem/Get-AuthServer.json";

fn light() -> BundleOptions {
    BundleOptions {
        style: Style {
            blobs: Blobs::Short,
            ..Style::default()
        },
        ..BundleOptions::default()
    }
}

#[test]
fn a_bundle_in_an_archive_is_the_bundle() {
    let estate = generate(&GeneratorOptions::new(2, 3));
    let at = "2026-11-21T02:00:00Z".parse().unwrap();
    let files = bundle_with(&estate, at, &light());
    let folder = tempfile::tempdir().unwrap();
    exdrift::sample::write_to(&files, folder.path()).unwrap();
    let reference = import(&[folder.path().to_owned()], &options()).unwrap();
    let slashed: Vec<Entry> = files.iter().map(|(n, b)| entry(n, b)).collect();
    // As Windows PowerShell's Compress-Archive writes it.
    let dos: Vec<Entry> = files
        .iter()
        .map(|(name, bytes)| Entry {
            system: 0,
            attributes: 0,
            ..entry(name.replace('/', "\\"), bytes)
        })
        .collect();
    // Packed with its folder, and with entries for the folders.
    let nested: Vec<Entry> = [entry("export/", ""), entry("export/onprem/", "")]
        .into_iter()
        .map(|folder| Entry {
            attributes: 0o040_755 << 16,
            ..folder
        })
        .chain(files.iter().map(|(n, b)| entry(format!("export/{n}"), b)))
        .collect();
    for entries in [slashed, dos, nested] {
        let read = read(&zip(&entries)).unwrap();
        assert_eq!(read.snapshot.resources, reference.snapshot.resources);
        assert_eq!(
            read.snapshot.manifest.coverage,
            reference.snapshot.manifest.coverage
        );
        assert_eq!(
            read.snapshot.manifest.times,
            reference.snapshot.manifest.times
        );
        assert!(read.failed.is_empty());
        assert!(
            read.snapshot
                .manifest
                .sources
                .iter()
                .all(|source| source.path.contains("bundle.zip!/")),
        );
    }
}

#[test]
fn a_changed_or_missing_file_of_a_bundle_is_noticed() {
    let estate = generate(&GeneratorOptions::new(1, 3));
    let at = "2026-11-21T02:00:00Z".parse().unwrap();
    let files = bundle_with(&estate, at, &light());
    let mut entries: Vec<Entry> = files.iter().map(|(n, b)| entry(n, b)).collect();
    entries[0].content.push(b' ');
    let error = read(&zip(&entries)).unwrap_err();
    assert!(matches!(error, ImportError::Record(_)), "{error}");
    assert!(error.to_string().contains("bundle.zip!"), "{error}");
    let error = read(&zip(&entries[1..])).unwrap_err();
    assert!(matches!(error, ImportError::Record(_)), "{error}");
}

#[test]
fn loose_exports_in_an_archive_and_what_is_no_export() {
    let estate = generate(&GeneratorOptions::new(1, 3));
    let files = loose_clixml(&estate, light().style);
    let mut entries: Vec<Entry> = files.iter().map(|(n, b)| entry(n, b)).collect();
    let sound = read(&zip(&entries)).unwrap().snapshot.resources.len();
    assert!(sound > 10);
    entries.push(entry("inner.zip", zip(&[entry(SOUND, OBJECT)])));
    entries.push(entry("notes.gz", b"\x1f\x8b\x08\0"));
    entries.push(entry(".hidden/x.xml", "<broken"));
    entries.push(entry("__MACOSX/._x.xml", "<broken"));
    let read = read(&zip(&entries)).unwrap();
    assert_eq!(read.snapshot.resources.len(), sound);
    assert!(read.failed.is_empty(), "{:?}", read.failed);
    let strange: Vec<(&str, &str)> = read
        .snapshot
        .manifest
        .unrecognised
        .iter()
        .map(|u| (u.path.rsplit('/').next().unwrap(), u.type_name.as_str()))
        .collect();
    assert_eq!(
        strange,
        [
            ("inner.zip", "a zip archive"),
            ("notes.gz", "a gzip archive")
        ]
    );
}

#[test]
fn a_drop_folder_takes_a_bundle_in_an_archive_once() {
    let estate = generate(&GeneratorOptions::new(1, 3));
    let at = "2026-11-21T02:00:00Z".parse().unwrap();
    let files = bundle_with(&estate, at, &light());
    let entries: Vec<Entry> = files
        .iter()
        .map(|(n, b)| entry(format!("night/{n}"), b))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let whole = zip(&entries);
    write("a.zip", &whole);
    let dropped = look(folder.path()).unwrap();
    assert!(dropped.problems.is_empty(), "{:?}", dropped.problems);
    assert_eq!(dropped.bundles.len(), 1);
    assert_eq!(dropped.bundles[0].path, folder.path().join("a.zip"));
    let read = import(&[dropped.bundles[0].path.clone()], &options()).unwrap();
    let record = read
        .snapshot
        .manifest
        .sources
        .iter()
        .find(|s| s.format == "record")
        .unwrap();
    assert_eq!(record.sha256, dropped.bundles[0].digest);
    // The folder that it was unpacked to is the same bundle.
    exdrift::sample::write_to(&files, &folder.path().join("night")).unwrap();
    assert_eq!(look(folder.path()).unwrap().bundles.len(), 1);
    // Archives that are none of ours are left alone; those that cannot be taken are named.
    write("other.zip", &zip(&[entry("x.txt", "hello")]));
    write("half.zip", &whole[..whole.len() / 2]);
    write("evil.zip", &zip(&[entry("../x", "")]));
    let mut changed = entries.clone();
    changed[0].content.push(b' ');
    write("changed.zip", &zip(&changed));
    let dropped = look(folder.path()).unwrap();
    assert_eq!(dropped.bundles.len(), 1);
    assert_eq!(dropped.problems.len(), 3, "{:#?}", dropped.problems);
    for name in ["half.zip", "evil.zip", "changed.zip"] {
        assert!(dropped.problems.iter().any(|p| p.contains(name)), "{name}");
    }
}

#[test]
fn hostile_archives_are_refused_whole() {
    let sound = entry(SOUND, OBJECT);
    let with = |other: Entry| zip(&[sound.clone(), other]);
    let named = |name: &str| with(entry(name, OBJECT));
    let dos = |name: &str| {
        with(Entry {
            system: 0,
            ..entry(name, OBJECT)
        })
    };
    let (bomb, zeros) = repeated(b'a', 80_000);
    let (packed, letters) = repeated(b'a', 3);
    let mut overlapping = Vec::new();
    {
        // A whole entry inside the content of another one.
        let inner = zip(&[entry("x.json", OBJECT)]);
        let at = |bytes: &[u8], mark: &[u8]| bytes.windows(4).position(|w| w == mark).unwrap();
        let (inner_at, inner_to) = (at(&inner, b"PK\x01\x02"), at(&inner, b"PK\x05\x06"));
        let one = zip(&[entry(SOUND, &inner[..inner_at])]);
        let (at, to) = (at(&one, b"PK\x01\x02"), at(&one, b"PK\x05\x06"));
        let mut central = one[at..to].to_vec();
        let begin = central.len() + 42;
        central.extend(&inner[inner_at..inner_to]);
        central[begin..begin + 4].copy_from_slice(&(30 + SOUND.len() as u32).to_le_bytes());
        overlapping.extend(end(one[..at].to_vec(), &central, 2));
    }
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("parent", named("../evil.xml"), "leads out"),
        ("parent inside", named("a/../../evil.xml"), "leads out"),
        ("parent at the end", named("a/.."), "leads out"),
        ("absolute", named("/etc/x.xml"), "absolute"),
        ("share", dos("\\\\server\\share\\x.xml"), "absolute"),
        ("drive", named("C:/x.xml"), "colon"),
        ("drive of DOS", dos("C:\\x.xml"), "colon"),
        ("stream", named("x.xml:evil"), "colon"),
        ("backslash", named("a\\x.xml"), "backslash"),
        ("parent of DOS", dos("..\\x.xml"), "leads out"),
        ("nul", named("x\0.xml"), "control"),
        ("line feed", named("x\n.xml"), "control"),
        ("empty part", named("a//x.xml"), "empty part"),
        ("no name", named("."), "no name"),
        ("long name", named(&"a/".repeat(30_000)), "1024"),
        ("same name", with(sound.clone()), "same name"),
        ("case", named("ONPREM/get-authserver.JSON"), "case"),
        ("case of a folder", named("Onprem/x.json"), "case"),
        ("file and folder", named("onprem"), "same name"),
        (
            "file below a file",
            named("onprem/get-authserver.json/x"),
            "same name",
        ),
        (
            "same after the dot",
            named("./onprem/Get-AuthServer.json"),
            "same name",
        ),
        (
            "link",
            with(Entry {
                attributes: 0o120_777 << 16,
                ..entry("x.json", "/etc/passwd")
            }),
            "link",
        ),
        (
            "device",
            with(Entry {
                attributes: 0o020_666 << 16,
                ..entry("x.json", "")
            }),
            "link or a device",
        ),
        (
            "encrypted",
            with(Entry {
                flags: 1,
                ..entry("x.json", OBJECT)
            }),
            "encrypted",
        ),
        (
            "method",
            with(Entry {
                method: 12,
                ..entry("x.json", OBJECT)
            }),
            "Deflate",
        ),
        (
            "bomb",
            with(Entry {
                method: 8,
                packed: Some(bomb.clone()),
                ..entry("x.json", &zeros)
            }),
            "grow",
        ),
        (
            "size too small",
            with(Entry {
                method: 8,
                packed: Some(packed.clone()),
                size: Some(10),
                ..entry("x.json", &letters)
            }),
            "",
        ),
        (
            "size too large",
            with(Entry {
                method: 8,
                packed: Some(packed.clone()),
                size: Some(9_999),
                ..entry("x.json", &letters)
            }),
            "",
        ),
        (
            "a bomb that says it is small",
            with(Entry {
                method: 8,
                packed: Some(bomb),
                size: Some(100),
                ..entry("x.json", &zeros)
            }),
            "",
        ),
        (
            "two sizes",
            with(Entry {
                local_size: Some(3),
                ..entry("x.json", OBJECT)
            }),
            "",
        ),
        (
            "two names",
            with(Entry {
                local_name: Some(b"y.json".to_vec()),
                ..entry("x.json", OBJECT)
            }),
            "",
        ),
        (
            "checksum",
            with(Entry {
                crc: Some(1),
                ..entry("x.json", OBJECT)
            }),
            "damaged",
        ),
        (
            "not deflate",
            with(Entry {
                method: 8,
                packed: Some(vec![0xff; 40]),
                ..entry("x.json", OBJECT)
            }),
            "damaged",
        ),
        ("overlapping", overlapping, "overlap"),
        (
            "something before",
            [b"PK\x03\x04MZ".to_vec(), zip(std::slice::from_ref(&sound))].concat(),
            "before",
        ),
    ];
    for (what, bytes, words) in cases {
        match read(&bytes) {
            Err(error @ ImportError::File(FileError::Archive { .. })) => {
                let text = error.to_string();
                assert!(text.contains("bundle.zip"), "{what}: {text}");
                assert!(text.contains(words), "{what}: {text}");
                assert!(!text.contains(['\0', '\u{1b}']), "{what}: {text:?}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
    // The same entry without harm is read.
    let harmless = Entry {
        method: 8,
        packed: Some(packed),
        ..entry("notes.txt", letters)
    };
    assert_eq!(read(&with(harmless)).unwrap().snapshot.resources.len(), 1);
}

#[test]
fn limits_hold_for_each_file_for_all_and_for_their_number() {
    let small = ImportOptions {
        max_file_size: 1_000,
        ..options()
    };
    let many: Vec<Entry> = (0..9)
        .map(|n| entry(format!("{n}.txt"), vec![b'x'; 950]))
        .collect();
    // The archive is a file, too.
    assert!(matches!(
        read_with(&zip(&many[..2]), &small),
        Err(ImportError::File(FileError::TooLarge { .. }))
    ));
    // Nor may all archives of an import fill the memory.
    match read_with(&zip(&many), &small) {
        Err(ImportError::File(FileError::Archive { problem, .. })) => {
            assert!(problem.contains("8000"), "{problem}");
        }
        other => panic!("{other:?}"),
    }
    let (deflated, letters) = repeated(b'a', 3);
    let entries: Vec<Entry> = (0..6)
        .map(|n| Entry {
            method: 8,
            packed: Some(deflated.clone()),
            ..entry(n.to_string(), &letters)
        })
        .collect();
    let tiny = ImportOptions {
        max_file_size: 560,
        ..options()
    };
    match read_with(&zip(&entries), &tiny) {
        Err(ImportError::File(FileError::Archive { problem, .. })) => {
            assert!(
                problem.contains("4480") || problem.contains("in all"),
                "{problem}"
            );
        }
        // Six small headers may be beyond the archive's own limit.
        Err(ImportError::File(FileError::TooLarge { .. })) => {}
        other => panic!("{other:?}"),
    }
    // One file of a sound archive that is beyond the limit is as one of a folder is.
    let (deflated, letters) = repeated(b'a', 20);
    let entries = [
        entry(SOUND, OBJECT),
        Entry {
            method: 8,
            packed: Some(deflated),
            ..entry("Get-AuthConfig.json", &letters)
        },
    ];
    let read = read_with(&zip(&entries), &small).unwrap();
    assert_eq!(read.snapshot.resources.len(), 1);
    assert_eq!(read.failed.len(), 1);
    assert_eq!(
        read.failed[0].path.rsplit('/').next(),
        Some("Get-AuthConfig.json")
    );
    assert!(
        read.failed[0].reason.contains("5161"),
        "{}",
        read.failed[0].reason
    );
}

#[test]
fn a_directory_of_millions_is_refused_before_it_is_read() {
    let mut out = zip(&[entry(SOUND, OBJECT)]);
    out.truncate(out.len() - 22);
    let entry: Vec<u8> = [b"PK\x01\x02".to_vec(), vec![0; 42]].concat();
    let central = entry.repeat(100_001);
    match read(&end(out, &central, 0xffff)) {
        Err(ImportError::File(FileError::Archive { problem, .. })) => {
            assert!(problem.contains("100000"), "{problem}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_archive_that_is_cut_or_changed_at_any_byte_never_panics_and_is_never_half_read() {
    let whole = zip(&[entry(SOUND, OBJECT), entry("b.txt", "hello")]);
    let sound = read(&whole).unwrap().snapshot.resources;
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("bundle.zip");
    for end in 0..whole.len() {
        std::fs::write(&path, &whole[..end]).unwrap();
        assert!(
            import(std::slice::from_ref(&path), &options()).is_err(),
            "{end}"
        );
    }
    for at in 0..whole.len() {
        for bit in [1, 0x80] {
            let mut changed = whole.clone();
            changed[at] ^= bit;
            std::fs::write(&path, &changed).unwrap();
            if let Ok(read) = import(std::slice::from_ref(&path), &options()) {
                // Times, attributes and the like mean nothing; names of exports are hints.
                assert!(
                    read.snapshot.resources.is_empty() || read.snapshot.resources == sound,
                    "{at}"
                );
            }
        }
    }
}

#[test]
fn a_broken_archive_in_a_folder_is_a_failed_file() {
    let desk = Desk::new();
    desk.write(SOUND, OBJECT);
    let whole = zip(&[entry(SOUND, OBJECT)]);
    desk.write("onprem/half.zip", &whole[..whole.len() - 5]);
    let ran = desk.run(&["import", "onprem", "--org", "contoso"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.err.contains("half.zip"), "{}", ran.err);
    let ran = desk.run(&["import", "onprem/half.zip", "--org", "fabrikam"]);
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn the_program_writes_nothing_of_a_hostile_archive() {
    let desk = Desk::new();
    desk.write(SOUND, OBJECT);
    desk.write(
        "onprem/x.zip",
        zip(&[entry(SOUND, OBJECT), entry("../../evil", "x")]),
    );
    for arguments in [["import", "onprem/x.zip"], ["import", "onprem"]] {
        let ran = desk.run(&[&arguments[..], &["--org", "contoso"]].concat());
        assert_eq!(ran.code, 2, "{ran:?}");
        assert_eq!(ran.out, "");
        assert!(ran.err.contains("x.zip!/../../evil"), "{}", ran.err);
        assert!(ran.err.contains("next: "), "{}", ran.err);
    }
    assert!(!desk.path().join("snapshots").exists());
    assert!(!desk.path().join("evil").exists());
}
