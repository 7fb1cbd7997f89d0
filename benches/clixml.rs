//! How fast CLIXML becomes objects, against a bare scan of the same text by the same XML reader.
//!
//! `cargo bench --bench clixml`. The input is generated in the likeness of `Get-OwaVirtualDirectory |
//! Export-Clixml`: 150 properties a directory in some 650 elements, and `SerializationData` blobs of the sizes found
//! there, four fifths of the bytes. With `EXDRIFT_CORPUS` the corpus is measured too, with `EXDRIFT_VENV`
//! psrpcore on the generated file. Single thread; best of several rounds, the contestants in turn, so
//! that a busy machine disturbs all alike.
//!
//! The budget is an import at 0.45 of the bare scan, so reading alone should stay above 0.6.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use exdrift::protocol::{Limits, clixml, decode};
use quick_xml::Reader;
use quick_xml::events::Event;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let generated = owa_directories(100);
    measure(
        "generated OWA directories",
        std::slice::from_ref(&generated),
    );
    measure_decoding(&generated);

    let corpus =
        env::var_os("EXDRIFT_CORPUS").map_or_else(|| root.join("../shared/corpus"), PathBuf::from);
    match clixml_files(&corpus) {
        Some(texts) => measure("corpus", &texts),
        None => println!("no corpus at {} (EXDRIFT_CORPUS)", corpus.display()),
    }

    let venv = env::var_os("EXDRIFT_VENV").map_or_else(|| root.join(".venv"), PathBuf::from);
    match psrpcore(&venv.join("bin/python"), root, &generated) {
        Some(time) => report("psrpcore", generated.len(), time),
        None => println!("no psrpcore in {} (EXDRIFT_VENV)", venv.display()),
    }
}

fn report(what: &str, bytes: usize, time: Duration) {
    let rate = bytes as f64 / time.as_secs_f64() / 1e6;
    println!(
        "{what:<28} {:>9.2} ms {rate:>9.1} MB/s",
        time.as_secs_f64() * 1e3
    );
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn measure(what: &str, texts: &[String]) {
    let bytes: usize = texts.iter().map(String::len).sum();
    let (mut scan, mut read) = (Duration::MAX, Duration::MAX);
    let mut ratios = Vec::new();
    for _ in 0..60 {
        let s = timed(|| texts.iter().map(|text| bare_scan(text)).sum::<usize>());
        let r = timed(|| texts.iter().map(|text| objects(text)).sum::<usize>());
        ratios.push(s.as_secs_f64() / r.as_secs_f64());
        (scan, read) = (scan.min(s), read.min(r));
    }
    ratios.sort_by(f64::total_cmp);
    let (megabytes, elements) = (bytes as f64 / 1e6, elements(texts));
    println!(
        "{what}: {} files, {megabytes:.1} MB, {elements} elements",
        texts.len()
    );
    report("  bare quick-xml scan", bytes, scan);
    report("  clixml::parse", bytes, read);
    println!(
        "  parse / scan: {:.2} of the best times, {:.2} in the median round",
        scan.as_secs_f64() / read.as_secs_f64(),
        ratios[ratios.len() / 2]
    );
}

fn measure_decoding(text: &str) {
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let best = |bytes: &[u8]| {
        (0..15)
            .map(|_| timed(|| decode(bytes).map(|t| t.len())))
            .min()
            .unwrap_or_default()
    };
    report(
        "decode UTF-8 (MB of text)",
        text.len(),
        best(text.as_bytes()),
    );
    report("decode UTF-16 (MB of text)", text.len(), best(&utf16));
}

fn bare_scan(text: &str) -> usize {
    // The line in front of captured output is no XML.
    let mut reader = Reader::from_str(text.trim_start_matches("#< CLIXML"));
    let mut events = 0;
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Eof => return events,
            event => {
                black_box(&event);
                events += 1;
            }
        }
    }
}

fn objects(text: &str) -> usize {
    let document = clixml::parse(text, &Limits::default()).expect("CLIXML");
    black_box(&document).counts.objects
}

fn elements(texts: &[String]) -> usize {
    let tags = |text: &String| text.matches('<').count() - text.matches("</").count();
    texts.iter().map(tags).sum()
}

fn clixml_files(corpus: &Path) -> Option<Vec<String>> {
    let manifest = fs::read_to_string(corpus.join("MANIFEST.tsv")).ok()?;
    let texts = manifest
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|columns| columns[2] == "clixml")
        .filter_map(|columns| {
            let bytes = fs::read(corpus.join(columns[0])).ok()?;
            let text = decode(&bytes).ok()?.into_owned();
            clixml::parse(&text, &Limits::default())
                .is_ok()
                .then_some(text)
        })
        .collect();
    Some(texts)
}

fn psrpcore(python: &Path, root: &Path, text: &str) -> Option<Duration> {
    let file = tempfile::NamedTempFile::new().ok()?;
    fs::write(file.path(), text).ok()?;
    let output = Command::new(python)
        .arg(root.join("tests/clixml_peer.py"))
        .arg("--time")
        .arg(file.path())
        .output()
        .ok()?;
    let seconds: f64 = String::from_utf8(output.stdout).ok()?.trim().parse().ok()?;
    Some(Duration::from_secs_f64(seconds))
}

const HEAD: &str =
    "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\n";

/// Directories with the number, mix and size of properties that one has in an Exchange 2019 export.
fn owa_directories(count: usize) -> String {
    let mut out = String::from(HEAD);
    let mut number = 0;
    for i in 0..count {
        directory(&mut out, i, &mut number).expect("writing to a string");
    }
    out.push_str("</Objs>");
    out
}

fn directory(out: &mut String, i: usize, number: &mut usize) -> std::fmt::Result {
    let mut next = || {
        *number += 1;
        *number
    };
    let blob = |size: usize| "AAEAAAD/////AQAAAAAAAAAMAgAA".repeat(size / 28);
    writeln!(out, "  <Obj RefId=\"{}\">", next())?;
    types(out, i == 0, 0, "ADOwaVirtualDirectory", 8)?;
    let name = format!("EX{i:03}\\owa (Default Web Site)");
    writeln!(out, "    <ToString>{name}</ToString>\n    <Props>")?;
    for p in 0..118 {
        let property = match p % 8 {
            0 => format!("<Nil N=\"UnsetProperty{p}\" />"),
            1 => format!("<S N=\"Url{p}\">https://mail.contoso.com/owa?x=1&amp;y={p}</S>"),
            2 => format!("<S N=\"NamedProperty{p}\">EX{i:03}_directory {p}</S>"),
            _ => format!("<B N=\"SwitchEnabled{p}\">true</B>"),
        };
        writeln!(out, "      {property}")?;
    }
    for p in 0..16 {
        writeln!(out, "      <Obj N=\"Choice{p}\" RefId=\"{}\">", next())?;
        types(out, i == 0, 1 + p, "GzipLevel", 4)?;
        writeln!(
            out,
            "        <ToString>Low</ToString>\n        <I32>{p}</I32>\n      </Obj>"
        )?;
    }
    for p in 0..8 {
        writeln!(out, "      <Obj N=\"List{p}\" RefId=\"{}\">", next())?;
        types(
            out,
            i == 0,
            20 + p,
            "ADMultiValuedProperty`1[[System.String]]",
            4,
        )?;
        writeln!(out, "        <LST>")?;
        for v in 0..30 {
            writeln!(out, "          <S>.contoso{v}</S>")?;
        }
        writeln!(out, "        </LST>\n      </Obj>")?;
    }
    for (p, size) in [404, 976, 464, 2084, 1920, 888].into_iter().enumerate() {
        let id = next();
        writeln!(out, "      <Obj N=\"ObjectProperty{p}\" RefId=\"{id}\">")?;
        types(out, i == 0 && p == 0, 30, "ADObjectId", 3)?;
        writeln!(
            out,
            "        <ToString>EX{i:03}</ToString>\n        <Props>"
        )?;
        for v in 0..9 {
            let dn = format!("CN=EX{i:03},CN=Servers,CN=First,DC=contoso,DC=com");
            writeln!(out, "          <S N=\"DistinguishedName{v}\">{dn}</S>")?;
        }
        let guid = "e3e2b33c-0d3b-4f9c-8d84-5c1ec5b0c9a1";
        writeln!(out, "          <G N=\"ObjectGuid\">{guid}</G>")?;
        writeln!(out, "          <I32 N=\"Depth\">9</I32>")?;
        writeln!(out, "          <Ref N=\"Self\" RefId=\"{id}\" />")?;
        let blob = blob(size);
        writeln!(out, "        </Props>\n        <MS>")?;
        writeln!(out, "          <BA N=\"SerializationData\">{blob}</BA>")?;
        writeln!(out, "        </MS>\n      </Obj>")?;
    }
    writeln!(
        out,
        "      <DT N=\"WhenChanged\">2021-11-21T14:03:11-05:00</DT>\n    </Props>"
    )?;
    writeln!(
        out,
        "    <MS>\n      <S N=\"PSComputerName\">ex{i:03}.contoso.com</S>"
    )?;
    let blob = blob(111_084);
    writeln!(
        out,
        "      <BA N=\"SerializationData\">{blob}</BA>\n    </MS>\n  </Obj>"
    )
}

/// `TN` the first time, `TNRef` afterwards.
fn types(out: &mut String, first: bool, id: usize, name: &str, count: usize) -> std::fmt::Result {
    if !first {
        return writeln!(out, "        <TNRef RefId=\"{id}\" />");
    }
    writeln!(out, "        <TN RefId=\"{id}\">")?;
    for c in 0..count {
        writeln!(
            out,
            "          <T>Microsoft.Exchange.Data.Directory.{name}.Base{c}</T>"
        )?;
    }
    writeln!(out, "        </TN>")
}
