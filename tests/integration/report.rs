//! Every format on one invented organization, on a hostile one, and on a large one.

mod sample;

use std::path::{Path, PathBuf};
use std::process::Command;

use exdrift::model::Outcome;
use exdrift::report::{REPORTERS, RenderOptions, ReportKind, render, schema};
use sample::{Sample, hostile, large};

const KINDS: [ReportKind; 4] = [
    ReportKind::Audit,
    ReportKind::Diff,
    ReportKind::Verify,
    ReportKind::Run,
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rendered(sample: &Sample, kind: ReportKind, format: &str, options: &RenderOptions) -> String {
    let mut out = Vec::new();
    render(format, &sample.report(kind), &mut out, options).unwrap();
    String::from_utf8(out).unwrap()
}

fn plain(sample: &Sample, kind: ReportKind, format: &str) -> String {
    rendered(sample, kind, format, &RenderOptions::default())
}

/// Compares byte by byte; `EXDRIFT_BLESS=1` writes instead.
fn golden(name: &str, text: &str) {
    let path = root().join("tests/golden").join(name);
    if std::env::var_os("EXDRIFT_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let wanted = std::fs::read_to_string(&path)
        .unwrap_or_else(|e| panic!("{}: {e}; EXDRIFT_BLESS=1 writes it", path.display()));
    if wanted != text {
        let line = wanted.lines().zip(text.lines()).position(|(a, b)| a != b);
        panic!(
            "{} differs from line {:?} on; look at the difference, then EXDRIFT_BLESS=1",
            path.display(),
            line.map(|n| n + 1)
        );
    }
}

#[test]
fn every_format_of_every_verb_is_as_it_was() {
    let sample = Sample::mixed();
    for kind in KINDS {
        for reporter in REPORTERS.iter().filter(|r| r.supports(kind)) {
            let name = format!("{}.{}", kind.as_str(), reporter.extension());
            golden(&name, &plain(&sample, kind, reporter.name()));
        }
    }
    let narrow = RenderOptions {
        width: 80,
        color: false,
    };
    golden(
        "audit.80.txt",
        &rendered(&sample, ReportKind::Audit, "text", &narrow),
    );
}

#[test]
fn write_samples_for_a_look() {
    let Some(folder) = std::env::var_os("EXDRIFT_LOOK").map(PathBuf::from) else {
        return;
    };
    let sample = Sample::mixed();
    for kind in KINDS {
        std::fs::write(
            folder.join(format!("{}.html", kind.as_str())),
            plain(&sample, kind, "html"),
        )
        .unwrap();
    }
    let big = large(1000);
    std::fs::write(
        folder.join("large.html"),
        plain(&big, ReportKind::Audit, "html"),
    )
    .unwrap();
    std::fs::write(
        folder.join("large.txt"),
        plain(&big, ReportKind::Audit, "text"),
    )
    .unwrap();
    std::fs::write(
        folder.join("hundred.html"),
        plain(&large(100), ReportKind::Audit, "html"),
    )
    .unwrap();
    std::fs::write(
        folder.join("hostile.html"),
        plain(&hostile(), ReportKind::Run, "html"),
    )
    .unwrap();
    std::fs::write(
        folder.join("color.txt"),
        rendered(
            &sample,
            ReportKind::Audit,
            "text",
            &RenderOptions {
                width: 80,
                color: true,
            },
        ),
    )
    .unwrap();
}
