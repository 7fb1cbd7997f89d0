//! CLIXML and JSON of the corpus, and CLIXML against an independent reader (psrpcore).
//!
//! `EXDRIFT_CORPUS` names the corpus, `EXDRIFT_VENV` a Python environment with
//! `tests/requirements.txt` installed (`.venv` where it is not set). Without them the tests say so
//! and return.

#![expect(
    clippy::print_stderr,
    reason = "a skipped test says so, a comparison its figures"
)]

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use exdrift::protocol::{
    Content, Document, Limits, ListKind, ObjId, PsObject, PsValue, clixml, decode, json,
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn corpus() -> Option<PathBuf> {
    let path = std::env::var_os("EXDRIFT_CORPUS")
        .map_or_else(|| Path::new(ROOT).join("../shared/corpus"), PathBuf::from);
    if path.join("MANIFEST.tsv").is_file() {
        return Some(path);
    }
    eprintln!("skipped: no corpus at {} (EXDRIFT_CORPUS)", path.display());
    None
}

fn python() -> Option<PathBuf> {
    let venv = std::env::var_os("EXDRIFT_VENV")
        .map_or_else(|| Path::new(ROOT).join(".venv"), PathBuf::from);
    let found = ["bin/python", "Scripts/python.exe"]
        .iter()
        .map(|relative| venv.join(relative))
        .find(|python| python.is_file());
    if found.is_none() {
        eprintln!(
            "skipped: no Python environment at {} (EXDRIFT_VENV)",
            venv.display()
        );
    }
    found
}

/// Relative paths of the corpus' files of one format.
fn files(corpus: &Path, format: &str) -> Vec<String> {
    let manifest = fs::read_to_string(corpus.join("MANIFEST.tsv")).unwrap();
    manifest
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|columns| columns[2] == format)
        .map(|columns| columns[0].to_owned())
        .collect()
}

/// Files that are wrong on purpose, and what is said about them.
const REFUSED: &[(&str, &str)] = &[
    (
        "psrpcore/fragments/test_serializer__test_fail_deserialize_dict_no_key__1.xml",
        "line 1, column 179: <S> in <En> is neither N=\"Key\" nor N=\"Value\"",
    ),
    (
        "psrpcore/fragments/test_serializer__test_fail_deserialize_dict_no_value__1.xml",
        "line 1, column 195: <S> in <En> is neither N=\"Key\" nor N=\"Value\"",
    ),
];

#[test]
fn every_clixml_file_of_the_corpus_is_read_or_refused_with_one_message() {
    let Some(corpus) = corpus() else { return };
    let mut read = 0;
    let mut objects = 0;
    let mut properties = 0;
    let mut skipped = 0;
    let mut refused = Vec::new();
    let names = files(&corpus, "clixml");
    for name in &names {
        let bytes = fs::read(corpus.join(name)).unwrap();
        let text = decode(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        match clixml::parse(&text, &Limits::default()) {
            Ok(document) => {
                read += 1;
                objects += document.counts.objects;
                properties += document.counts.properties + document.counts.extended;
                skipped += document.counts.serialization_data;
                assert_eq!(document.counts.objects, document.objects().len());
            }
            Err(e) => refused.push((name.as_str(), e.to_string())),
        }
    }
    eprintln!(
        "{} files: {read} read, {} refused; {objects} objects, {properties} properties, {skipped} SerializationData blobs skipped",
        names.len(),
        refused.len()
    );
    let expected: Vec<_> = REFUSED.iter().map(|(n, m)| (*n, (*m).to_owned())).collect();
    assert_eq!(refused, expected);
}

#[test]
fn files_of_other_formats_are_refused_as_such() {
    let Some(corpus) = corpus() else { return };
    for (format, expected) in [
        ("json", "it looks like JSON"),
        ("iis/.net config", "this is not CLIXML: root element <"),
        ("xml", "this is not CLIXML: root element <"),
        ("format-list text", "it begins with text in place of <Objs>"),
    ] {
        for name in files(&corpus, format) {
            let bytes = fs::read(corpus.join(&name)).unwrap();
            let Ok(text) = decode(&bytes) else { continue };
            let error = clixml::parse(&text, &Limits::default())
                .unwrap_err()
                .to_string();
            // A per-cmdlet file of a cmdlet that returned nothing may hold the word null.
            let null = text.trim() == "null";
            assert!(null || error.contains(expected), "{name}: {error}");
        }
    }
}

#[test]
fn every_json_file_of_the_corpus_agrees_with_a_general_json_library() {
    let Some(corpus) = corpus() else { return };
    let mut values = 0;
    let names = files(&corpus, "json");
    for name in &names {
        let bytes = fs::read(corpus.join(name)).unwrap();
        let text = decode(&bytes).unwrap();
        let document =
            json::parse(&text, &Limits::default()).unwrap_or_else(|e| panic!("{name}: {e}"));
        let other: serde_json::Value = serde_json::from_str(&text).unwrap();
        let roots = match &other {
            serde_json::Value::Array(list) if list.iter().all(serde_json::Value::is_null) => vec![],
            serde_json::Value::Array(list) => list.iter().collect(),
            serde_json::Value::Null => vec![],
            other => vec![other],
        };
        assert_eq!(document.roots.len(), roots.len(), "{name}");
        for (ours, theirs) in document.roots.iter().zip(roots) {
            values += same_json(&document, &ours.value, theirs, name);
        }
    }
    eprintln!("{} JSON files, {values} values equal", names.len());
    assert!(values > 1000);
}

fn same_json(
    document: &Document<'_>,
    ours: &PsValue<'_>,
    theirs: &serde_json::Value,
    at: &str,
) -> usize {
    use serde_json::Value;
    match (ours, theirs) {
        (PsValue::Object(id), Value::Object(map)) => {
            let object = document.object(*id);
            let kept = map.keys().filter(|k| *k != "SerializationData").count();
            if let (Content::List(_, members), Some(Value::Array(list))) =
                (&object.content, map.get("value"))
            {
                assert_eq!(map.len(), 2, "{at}");
                assert_eq!(members.len(), list.len(), "{at}");
                return members
                    .iter()
                    .zip(list)
                    .map(|(m, t)| same_json(document, m, t, at))
                    .sum();
            }
            assert_eq!(object.props.len(), kept, "{at}");
            object
                .props
                .iter()
                .map(|p| {
                    same_json(
                        document,
                        &p.value,
                        &map[&*p.name],
                        &format!("{at}/{}", p.name),
                    )
                })
                .sum()
        }
        (PsValue::Object(_), Value::Array(list)) => {
            let members = document.list(ours).unwrap_or_else(|| panic!("{at}"));
            assert_eq!(members.len(), list.len(), "{at}");
            members
                .iter()
                .zip(list)
                .map(|(m, t)| same_json(document, m, t, at))
                .sum()
        }
        _ => {
            let same = match (ours, theirs) {
                (PsValue::Nil, Value::Null) => true,
                (PsValue::Bool(a), Value::Bool(b)) => a == b,
                (PsValue::Int(a), Value::Number(b)) => b.as_i64() == Some(*a),
                (PsValue::UInt(a), Value::Number(b)) => b.as_u64() == Some(*a),
                (PsValue::Number(a), Value::Number(b)) => a.parse().ok() == b.as_f64(),
                (PsValue::Text(a), Value::String(b)) => a == b,
                (PsValue::DateTime(a), Value::String(b)) => a == b || b.contains("Date("),
                _ => false,
            };
            assert!(same, "{at}: {ours:?} and {theirs}");
            1
        }
    }
}

/// What psrpcore cannot read, and why that is its limit and not ours.
const PEER_FAILS: &[(&str, &str)] = &[
    (
        "css-exchange/hc-e19-cu11/OS/Win32_PageFileSetting.xml",
        "an empty <Objs ... /> is cut at its first > and so never closed",
    ),
    (
        "psrpcore/fragments/test_serializer__test_fail_deserialize_dict_no_key__1.xml",
        "wrong on purpose, refused here too",
    ),
    (
        "psrpcore/fragments/test_serializer__test_fail_deserialize_dict_no_value__1.xml",
        "wrong on purpose, refused here too",
    ),
];

/// What psrpcore reads otherwise, and why.
const PEER_DIFFERS: &[(&str, &str)] = &[(
    "psrpcore/fragments/test_primitive__test_ps_bool_deserialize_extended__1.xml",
    "Python's bool holds no properties: the one in MS is lost",
)];

#[test]
fn an_independent_reader_finds_the_same_objects_properties_and_values() {
    let (Some(corpus), Some(python)) = (corpus(), python()) else {
        return;
    };
    let names = files(&corpus, "clixml");
    let output = Command::new(python)
        .arg(Path::new(ROOT).join("tests/clixml_peer.py"))
        .args(&names)
        .current_dir(&corpus)
        .env("PYTHONIOENCODING", "utf-8")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let stdout = String::from_utf8(output.stdout).unwrap();

    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    let mut failed = Vec::new();
    let mut differences = Vec::new();
    for line in stdout.lines() {
        let peer: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = peer["file"].as_str().unwrap();
        if let Some(error) = peer["error"].as_str() {
            eprintln!("psrpcore fails on {name}: {error}");
            failed.push(name.to_owned());
            continue;
        }
        if PEER_DIFFERS.iter().any(|(file, _)| *file == name) {
            continue;
        }
        let bytes = fs::read(corpus.join(name)).unwrap();
        let text = decode(&bytes).unwrap();
        let document = clixml::parse(&text, &Limits::default()).unwrap();
        let mut walk = Walk::new(&document);
        for (i, root) in document.roots.iter().enumerate() {
            walk.value(&i.to_string(), &root.value);
        }
        for (what, ours) in [
            ("objects", document.counts.objects),
            ("references", document.counts.references),
            ("serialization_data", document.counts.serialization_data),
        ] {
            let theirs = peer[what].as_u64().unwrap() as usize;
            if ours != theirs {
                differences.push(format!("{name}: {what}: {ours}, psrpcore {theirs}"));
            }
            *totals.entry(what).or_default() += ours;
        }
        let rows = peer["rows"].as_array().unwrap();
        if rows.len() != walk.rows.len() {
            differences.push(format!(
                "{name}: {} rows, psrpcore {}",
                walk.rows.len(),
                rows.len()
            ));
        }
        for (ours, theirs) in walk.rows.iter().zip(rows) {
            let (path, value) = (theirs[0].as_str().unwrap(), theirs[1].as_str().unwrap());
            if ours.0 != path || !same_value(&ours.1, value) {
                differences.push(format!(
                    "{name}: {} = {}, psrpcore {path} = {value}",
                    ours.0, ours.1
                ));
                break;
            }
            *totals.entry("rows").or_default() += 1;
            let last = path.rsplit('/').next().unwrap_or_default();
            if last.starts_with("Props.") || last.starts_with("MS.") {
                *totals.entry("properties").or_default() += 1;
            }
        }
        *totals.entry("files").or_default() += 1;
    }
    eprintln!("equal with psrpcore: {totals:?}");
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        differences.join("\n")
    );
    let expected: Vec<_> = PEER_FAILS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(failed, expected);
}

/// Equal as text, or as floating-point numbers.
fn same_value(ours: &str, theirs: &str) -> bool {
    let number = |text: &str| text.strip_prefix("number ")?.parse::<f64>().ok();
    ours == theirs || (number(ours).is_some() && number(ours) == number(theirs))
}

/// The rows that `clixml_peer.py` prints, from our document.
struct Walk<'d, 'a> {
    document: &'d Document<'a>,
    rows: Vec<(String, String)>,
    numbers: HashMap<ObjId, usize>,
}

impl<'d, 'a> Walk<'d, 'a> {
    fn new(document: &'d Document<'a>) -> Self {
        Walk {
            document,
            rows: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    fn row(&mut self, path: &str, text: impl Into<String>) {
        self.rows.push((path.to_owned(), text.into()));
    }

    fn value(&mut self, path: &str, value: &'d PsValue<'a>) {
        let PsValue::Object(id) = value else {
            return self.row(path, canonical(value));
        };
        let object = self.document.object(*id);
        if let Content::Scalar(inner) = &object.content {
            self.row(path, canonical(inner));
            return self.members(path, object);
        }
        if let Some(number) = self.numbers.get(id) {
            return self.row(path, format!("object {number}"));
        }
        self.numbers.insert(*id, self.numbers.len());
        match &object.content {
            Content::None | Content::Scalar(_) => self.row(path, "plain"),
            Content::List(kind, members) => {
                let word = match kind {
                    ListKind::List => "LST",
                    ListKind::Enumerable => "IE",
                    ListKind::Queue => "QUE",
                    ListKind::Stack => "STK",
                };
                self.row(path, format!("{word} {}", members.len()));
                for (i, member) in members.iter().enumerate() {
                    self.value(&format!("{path}/{i}"), member);
                }
            }
            Content::Dict(entries) => {
                self.row(path, format!("DCT {}", entries.len()));
                for (i, (key, value)) in entries.iter().enumerate() {
                    self.value(&format!("{path}/{i}.key"), key);
                    self.value(&format!("{path}/{i}.value"), value);
                }
            }
        }
        self.members(path, object);
    }

    fn members(&mut self, path: &str, object: &'d PsObject<'a>) {
        if object.types.is_some() {
            let names = self.document.type_names(object);
            self.row(&format!("{path}/types"), names.join("|"));
        }
        if let Some(text) = &object.to_string {
            self.row(&format!("{path}/ToString"), text.clone());
        }
        for (section, properties) in [("Props", &object.props), ("MS", &object.extended)] {
            for property in properties {
                self.value(
                    &format!("{path}/{section}.{}", property.name),
                    &property.value,
                );
            }
        }
    }
}

fn canonical(value: &PsValue<'_>) -> String {
    match value {
        PsValue::Nil => "nil".to_owned(),
        PsValue::Bool(b) => format!("bool {b}"),
        PsValue::Int(i) => format!("int {i}"),
        PsValue::UInt(u) => format!("int {u}"),
        PsValue::Number(n) => format!("number {n}"),
        PsValue::Char(c) => format!("char {}", u32::from(*c)),
        PsValue::Text(t) => format!("text {t}"),
        PsValue::DateTime(t) => format!("date {}", canonical_date(t)),
        PsValue::Span(t) => format!("span {}", nanoseconds(t)),
        PsValue::Guid(t) => format!("guid {}", t.to_lowercase()),
        PsValue::Uri(t) => format!("uri {t}"),
        PsValue::Version(t) => format!("version {t}"),
        PsValue::Xml(t) => format!("xml {t}"),
        PsValue::ScriptBlock(t) => format!("script {t}"),
        PsValue::Bytes(t) => {
            let base64: String = t.split_ascii_whitespace().collect();
            format!("bytes {base64}")
        }
        PsValue::SecureString => "secure".to_owned(),
        PsValue::Progress => "progress".to_owned(),
        other => panic!("{other:?} is no scalar"),
    }
}

/// Nine digits of a second, `+0000` as offset.
fn canonical_date(text: &str) -> String {
    let (second, rest) = text.split_at(19);
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (fraction, zone) = rest.split_at(digits);
    let zone = match zone {
        "Z" => "+0000".to_owned(),
        other => other.replace(':', ""),
    };
    format!("{second}.{fraction:0<9}{zone}")
}

/// `-P1DT2H3M4.5S` in nanoseconds.
fn nanoseconds(text: &str) -> i128 {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let mut total = 0i128;
    let mut number = String::new();
    for c in rest.chars() {
        let seconds = match c {
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            'P' | 'T' => continue,
            digit => {
                number.push(digit);
                continue;
            }
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
        let nanoseconds: i128 = format!("{fraction:0<9}").parse().unwrap();
        total += (whole.parse::<i128>().unwrap() * 1_000_000_000 + nanoseconds) * seconds;
        number.clear();
    }
    sign * total
}
