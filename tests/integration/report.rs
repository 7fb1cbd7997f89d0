//! Every format on one invented organization, on a hostile one, and on a large one.
#![expect(
    clippy::print_stdout,
    reason = "a skipped test says why, and cargo shows it with --nocapture"
)]

mod sample;

use std::path::{Path, PathBuf};
use std::process::Command;

use exdrift::model::{Basis, CoverageChange, Outcome, Plane};
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
        ..RenderOptions::default()
    };
    golden(
        "audit.80.txt",
        &rendered(&sample, ReportKind::Audit, "text", &narrow),
    );
}

/// The parts of a text that a terminal or a reader's eye must never get raw.
fn raw_controls(text: &str) -> Vec<char> {
    text.chars()
        .filter(|c| {
            (c.is_control() && *c != '\n')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .collect()
}

#[test]
fn a_hostile_organization_moves_no_cursor_and_brings_no_markup() {
    let sample = hostile();
    for kind in KINDS {
        for reporter in REPORTERS.iter().filter(|r| r.supports(kind)) {
            let text = plain(&sample, kind, reporter.name());
            let found = raw_controls(&text);
            let is_unified = reporter.name() == "unified";
            let found: Vec<_> = found
                .into_iter()
                .filter(|c| !(is_unified && *c == '\t'))
                .collect();
            if reporter.name() != "json" {
                assert!(
                    found.is_empty(),
                    "{} {}: {found:?}",
                    kind.as_str(),
                    reporter.name()
                );
                assert!(
                    text.contains("\\u{1b}[31mred"),
                    "{} {}: not shown",
                    kind.as_str(),
                    reporter.name()
                );
            }
            if reporter.name() == "html" {
                assert_eq!(text.matches("<script").count(), 1, "{}", kind.as_str());
                assert_eq!(text.matches("</script").count(), 1);
                assert_eq!(text.matches("<style").count(), 1);
                assert_eq!(text.matches("</style").count(), 1);
                for never in [
                    "<img",
                    "<!--",
                    "href=\"javascript",
                    "href=\"data:",
                    " style=\"",
                    "onerror=\"",
                    "'unsafe",
                ] {
                    assert!(!text.contains(never), "{}: {never}", kind.as_str());
                }
                assert!(
                    !text.contains(&"x&lt;y&gt;".repeat(1_100)),
                    "a long value is not clipped"
                );
            }
        }
    }
}

#[test]
fn without_colours_text_carries_no_escape_and_with_them_it_says_the_same() {
    let sample = Sample::mixed();
    for kind in KINDS {
        let bare = plain(&sample, kind, "text");
        assert!(!bare.contains('\u{1b}'));
        let colours = rendered(
            &sample,
            kind,
            "text",
            &RenderOptions {
                width: 100,
                color: true,
                ..RenderOptions::default()
            },
        );
        assert!(colours.contains('\u{1b}'));
        let mut stripped = String::new();
        let mut in_escape = false;
        for c in colours.chars() {
            match (in_escape, c) {
                (false, '\u{1b}') => in_escape = true,
                (false, c) => stripped.push(c),
                (true, 'm') => in_escape = false,
                (true, _) => {}
            }
        }
        let lines = |text: &str| {
            text.lines()
                .map(|l| l.trim_end().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(lines(&stripped), lines(&bare));
    }
}

#[test]
fn prose_stays_within_eighty_columns() {
    let sample = Sample::mixed();
    for kind in KINDS {
        let text = rendered(
            &sample,
            kind,
            "text",
            &RenderOptions {
                width: 80,
                color: false,
                ..RenderOptions::default()
            },
        );
        for line in text.lines().filter(|line| line.chars().count() > 80) {
            assert!(line.trim_start().starts_with("Set-"), "too long: {line}");
        }
    }
}

/// The lines up to the first blank one after the heading.
fn opening(text: &str) -> String {
    let lines = text.split("\n\n").nth(1).unwrap_or_default();
    lines.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_first_lines_answer_in_order() {
    let sample = Sample::mixed();
    let text = plain(&sample, ReportKind::Audit, "text");
    let opening = opening(&text);
    let mut last = 0;
    for wanted in [
        "WORSE THAN LAST TIME: EX04 now fails EXT-002 and 1 more control",
        "Server EX04",
        "Control EXT-002",
        "Since 2026-11-21 02:00 UTC; passed 2026-11-20 02:00 UTC",
        "Run ",
        "Set-WebServicesVirtualDirectory -Identity 'EX04\\EWS (Default Web Site)' -WindowsAuthentication $false",
        "Not seen NEW OutlookAnywhere on EX03: access denied",
    ] {
        let at = opening
            .find(wanted)
            .unwrap_or_else(|| panic!("no {wanted:?} in:\n{opening}"));
        assert!(at >= last, "{wanted:?} comes too early in:\n{opening}");
        last = at;
    }
}

#[test]
fn one_wrong_server_of_ten_stands_out_and_what_is_wrong_everywhere_does_not() {
    let html = plain(&Sample::mixed(), ReportKind::Audit, "html");
    let rows: Vec<&str> = html
        .split("<tr")
        .filter_map(|row| row.split("</tr>").next())
        .filter(|row| row.contains("class=\"name\""))
        .collect();
    assert_eq!(rows.len(), 11);
    for row in rows {
        let strong = row.matches("td class=\"f high new\"").count();
        let is_wrong_one = row.contains(">EX04<");
        assert_eq!(strong, if is_wrong_one { 2 } else { 0 }, "{row}");
        assert_eq!(
            row.contains("td class=\"u new\""),
            row.contains(">EX03<"),
            "{row}"
        );
        assert!(
            !row.contains("f medium"),
            "what fails everywhere is loud: {row}"
        );
    }
    assert_eq!(html.matches("td class=\"f common\"").count(), 8);
}

#[test]
fn an_update_is_judged_in_the_first_word_and_drift_against_the_baseline_is_said() {
    let sample = Sample::mixed();
    let verify = opening(&plain(&sample, ReportKind::Verify, "text"));
    assert!(
        verify.starts_with("REGRESSED AFTER THE UPDATE: EX04 now fails EXT-002"),
        "{verify}"
    );
    assert!(
        verify.contains("3 changes without an explanation on EX04 and the organization"),
        "{verify}"
    );
    let run = opening(&plain(&sample, ReportKind::Run, "text"));
    assert!(
        run.contains(
            "Baseline 5 changes against the approved one on EX04, EX06 and the organization"
        ),
        "{run}"
    );
}

#[test]
fn the_first_lines_of_a_verdict_blame_no_update_for_what_failed_before_it() {
    let mut sample = Sample::mixed();
    let old = "10 findings were open before the update and are now: EXT-006, AUTH-003 and URL-001";
    let head = |sample: &Sample| opening(&plain(sample, ReportKind::Verify, "text"));
    let with_new = head(&sample);
    assert!(
        with_new.contains("Server EX04 Control EXT-002"),
        "{with_new}"
    );
    assert!(with_new.contains(old), "{with_new}");
    // Changes alone make the regression.
    sample.verification.new.clear();
    let changes = head(&sample);
    let wanted = "Server EX04 and the organization Property";
    assert!(changes.contains(wanted), "{changes}");
    assert!(!changes.contains("Control"), "{changes}");
    assert!(changes.contains(old), "{changes}");
    let html = plain(&sample, ReportKind::Verify, "html");
    assert!(!html.contains("<dt>Control</dt>"));
    // Evidence alone.
    sample.verification.drift.changes.clear();
    let lost = head(&sample);
    assert!(lost.contains("Server EX03 Control HMA-005"), "{lost}");
    // Nothing at all.
    sample.verification.lost_evidence.clear();
    let nothing = head(&sample);
    assert!(!nothing.contains("Control"), "{nothing}");
    assert!(nothing.contains(old), "{nothing}");
}

#[test]
fn a_kind_that_is_read_on_two_planes_is_one_kind_from_loose_files() {
    let mut sample = Sample::mixed();
    let rows = &mut sample.now.coverage.rows;
    rows.truncate(1);
    rows[0].basis = Basis::Assumed;
    let mut cloud = rows[0].clone();
    cloud.plane = Plane::Cloud;
    rows.push(cloud);
    let text = plain(&sample, ReportKind::Audit, "text");
    assert!(text.contains("1 kind comes from loose files"), "{text}");
}

#[test]
fn evidence_that_was_lost_names_its_properties_and_says_one_reason_once() {
    let mut sample = Sample::mixed();
    let model = sample.drift.coverage_changes[0].clone();
    let of_trust = |property: &str| CoverageChange {
        kind: "FederationTrust".into(),
        id: Some("Gateway".to_owned()),
        server: None,
        property: Some(property.to_owned()),
        before: "decided".to_owned(),
        after: "null_or_empty".to_owned(),
        ..model.clone()
    };
    let of_kind = |kind: &str| CoverageChange {
        kind: kind.into(),
        server: None,
        after: "stale".to_owned(),
        ..model.clone()
    };
    sample.drift.coverage_changes = vec![
        of_kind("AuthConfig"),
        of_trust("OrgCertificate"),
        of_kind("AuthServer"),
        of_trust("TokenIssuerUri"),
        CoverageChange {
            after: "truncated".to_owned(),
            ..of_trust("TokenIssuerCertificate")
        },
    ];
    let text = plain(&sample, ReportKind::Diff, "text");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in [
        "lost: AuthConfig and AuthServer from complete to stale",
        "lost: OrgCertificate and TokenIssuerUri of FederationTrust Gateway from decided to null or empty",
        "lost: TokenIssuerCertificate of FederationTrust Gateway from decided to truncated",
    ] {
        assert!(text.contains(wanted), "no {wanted:?} in {text}");
    }
    let html = plain(&sample, ReportKind::Diff, "html");
    assert!(html.contains("OrgCertificate and TokenIssuerUri of FederationTrust Gateway"));
    let unified = plain(&sample, ReportKind::Diff, "unified");
    assert!(unified.contains("FederationTrust Gateway TokenIssuerUri: decided -> null_or_empty"));
}

#[test]
fn other_policies_than_last_time_are_mentioned() {
    let mut sample = Sample::mixed();
    sample.before.policies_digest = "sha256:other".to_owned();
    let text = opening(&plain(&sample, ReportKind::Audit, "text"));
    assert!(
        text.contains("The policies are not those of last time"),
        "{text}"
    );
}

#[test]
fn an_unchanged_estate_is_not_called_worse() {
    let sample = Sample::mixed();
    let mut report = sample.report(ReportKind::Audit);
    report.previous = Some(&sample.now);
    let mut out = Vec::new();
    render("text", &report, &mut out, &RenderOptions::default()).unwrap();
    let opening = opening(&String::from_utf8(out).unwrap());
    assert!(
        opening.starts_with("NOTHING IS WORSE THAN LAST TIME"),
        "{opening}"
    );
    assert!(!opening.contains("NEW"), "{opening}");
}

#[test]
fn lost_evidence_alone_is_said_first_and_unknown_is_never_called_a_pass() {
    let mut sample = Sample::mixed();
    for assessment in [&mut sample.now, &mut sample.before] {
        assessment
            .evaluations
            .retain(|e| e.outcome != Outcome::Fail && e.outcome != Outcome::Error);
    }
    let text = plain(&sample, ReportKind::Audit, "text");
    assert!(
        opening(&text).starts_with("LESS CAN BE SEEN THAN LAST TIME"),
        "{text}"
    );

    let mut report = sample.report(ReportKind::Audit);
    report.previous = None;
    let mut out = Vec::new();
    render("text", &report, &mut out, &RenderOptions::default()).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(opening(&text).contains("so this is not a pass"), "{text}");
}

#[test]
fn what_was_not_seen_is_named_by_its_kind_and_never_by_the_words_of_a_message() {
    let mut sample = Sample::mixed();
    let unseen = |sample: &Sample| plain(sample, ReportKind::Audit, "text");
    let e = sample
        .now
        .evaluations
        .iter_mut()
        .find(|e| e.outcome == Outcome::Unknown && e.resource.plane.is_none())
        .unwrap();
    e.reason = Some("not_collected".to_owned());
    e.message = "Somebody was not collected.".to_owned();
    let id = e.policy.clone();
    let text = unseen(&sample);
    assert!(text.contains("Configuration of the organization"), "{text}");
    assert!(!text.contains("Somebody: "), "{text}");

    let named = sample.now.evaluations.iter_mut();
    for e in named.filter(|e| e.policy == id) {
        e.missing_kind = Some("ServicePrincipal".into());
    }
    let text = unseen(&sample);
    assert!(
        !text.contains("Configuration of the organization"),
        "{text}"
    );
    assert!(text.contains("ServicePrincipal"), "{text}");
}

#[test]
fn an_assessment_of_an_older_version_stays_readable() {
    let sample = Sample::mixed();
    let mut json = serde_json::to_value(&sample.now).unwrap();
    for e in json["evaluations"].as_array_mut().unwrap() {
        e.as_object_mut().unwrap().remove("missing_kind");
    }
    let read: exdrift::model::Assessment = serde_json::from_value(json).unwrap();
    assert_eq!(read, sample.now);
}

#[test]
fn a_waived_finding_is_not_open_and_an_expired_waiver_is() {
    let mut sample = Sample::mixed();
    let text = plain(&sample, ReportKind::Audit, "text");
    let (open, waived) = text.split_once("Accepted findings (waived)").unwrap();
    assert!(!open.contains("EXT-003  The admin center"));
    assert!(waived.contains("waived by j.doe until 2026-12-31"));
    for e in &mut sample.now.evaluations {
        if let Some(waiver) = &mut e.waiver {
            waiver.expired = true;
        }
    }
    let text = plain(&sample, ReportKind::Audit, "text");
    assert!(!text.contains("Accepted findings"));
    assert!(text.contains("EXPIRED waiver by j.doe"));
    assert!(text.contains("was waived 2026-11-20"), "{text}");
}

#[test]
fn a_format_that_a_verb_does_not_have_names_those_it_has() {
    let sample = Sample::mixed();
    let mut out = Vec::new();
    let error = render(
        "unified",
        &sample.report(ReportKind::Audit),
        &mut out,
        &RenderOptions::default(),
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "`unified` is not a format of `audit`; one of text, json, html"
    );
    assert!(out.is_empty());
}

#[test]
fn a_thousand_servers_stay_readable() {
    let sample = large(1_000);
    let started = std::time::Instant::now();
    let html = plain(&sample, ReportKind::Audit, "html");
    println!(
        "{} evaluations, {} bytes of HTML in {:?}",
        sample.now.evaluations.len(),
        html.len(),
        started.elapsed()
    );
    assert!(html.len() < 5_000_000, "{} bytes", html.len());
    let text = plain(&sample, ReportKind::Audit, "text");
    assert!(text.len() < 2_000_000, "{} bytes", text.len());
}

/// The Python of the tests' virtual environment, else the system's.
fn python() -> PathBuf {
    let venv = std::env::var_os("EXDRIFT_VENV").map_or_else(|| root().join(".venv"), PathBuf::from);
    let own = venv.join("bin/python");
    if own.exists() {
        own
    } else {
        PathBuf::from("python3")
    }
}

/// None where Python or `jsonschema` is absent.
fn is_accepted(schema: &serde_json::Value, document: &str, extra: &[&str]) -> Option<bool> {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (
        folder.path().join("schema.json"),
        folder.path().join("document.json"),
    );
    std::fs::write(&a, schema.to_string()).unwrap();
    std::fs::write(&b, document).unwrap();
    let script = root().join("tests/browser/validate.py");
    let output = Command::new(python())
        .arg(script)
        .args([&a, &b])
        .args(extra)
        .output()
        .ok()?;
    if output.status.code() == Some(77) {
        return None;
    }
    if !output.status.success() {
        println!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Some(output.status.success())
}

#[test]
fn outputs_obey_their_schemas() {
    let sample = Sample::mixed();
    let wild = hostile();
    for (kind, name) in [
        (ReportKind::Audit, "audit"),
        (ReportKind::Diff, "diff"),
        (ReportKind::Verify, "verify"),
        (ReportKind::Run, "audit"),
    ] {
        let schema = schema::schema(name).unwrap();
        for sample in [&sample, &wild] {
            let Some(is_ok) = is_accepted(&schema, &plain(sample, kind, "json"), &[]) else {
                println!("skipped: no Python with jsonschema (EXDRIFT_VENV)");
                return;
            };
            assert!(is_ok, "{name}");
        }
        // A schema that accepts everything would prove nothing.
        let wrong = r#"{"schema": "exdrift.audit/2", "before": 1}"#;
        assert_eq!(
            is_accepted(&schema, wrong, &["--invalid"]),
            Some(true),
            "{name}"
        );
        let torn =
            plain(&sample, kind, "json").replace("\"plane\": \"onprem\"", "\"plane\": \"moon\"");
        assert_eq!(
            is_accepted(&schema, &torn, &["--invalid"]),
            Some(true),
            "{name}"
        );
    }
    let record = schema::schema("record").unwrap();
    let good = r#"{"schema":"exdrift.record/1","script":{"name":"exdrift-export","version":"0.1.0"},"plane":"onprem",
        "computer":"EX01.contoso.com","user":"CONTOSO\\admin","started":"2026-11-21T02:00:00Z","ended":"2026-11-21T02:03:10Z",
        "whatif":false,"servers":null,"calls":[{"plane":"onprem","kind":"AuthServer","cmdlet":"Get-AuthServer","arguments":{},
        "server":null,"file":null,"sha256":null,"count":null,"state":"denied","error":"no"}]}"#;
    assert_eq!(is_accepted(&record, good, &[]), Some(true));
    let bad = good.replace("denied", "complete");
    assert_eq!(is_accepted(&record, &bad, &["--invalid"]), Some(true));
    let input = schema::schema("input").unwrap();
    let mut document = serde_json::json!({"now": "2026-11-21T02:03:10Z", "organization": "contoso", "coverage": []});
    for plane in ["onprem", "cloud", "entra", "host"] {
        let kinds = input["properties"][plane]["properties"]
            .as_object()
            .unwrap();
        document[plane] = kinds
            .keys()
            .map(|kind| (kind.clone(), serde_json::json!([])))
            .collect();
    }
    document["onprem"]["WebServicesVirtualDirectory"] = serde_json::json!([{
        "_plane": "onprem", "_kind": "WebServicesVirtualDirectory", "_key": "EX01\\EWS (Default Web Site)", "_server": "EX01",
        "_site": "frontend", "_evidence": "iis", "_observed": {}, "WindowsAuthentication": true, "ExternalUrl": null,
        "MRSProxyEnabled": {"$undecided": "ad_only"}, "Somewhere": ["new"]
    }]);
    assert_eq!(is_accepted(&input, &document.to_string(), &[]), Some(true));
    document["onprem"]["WebServicesVirtualDirectory"][0]["MRSProxyEnabled"] =
        serde_json::json!("perhaps");
    assert_eq!(
        is_accepted(&input, &document.to_string(), &["--invalid"]),
        Some(true)
    );
}

#[test]
fn every_named_schema_exists_and_no_other() {
    for (name, _) in schema::SCHEMAS {
        assert!(schema::schema(name).is_some(), "{name}");
    }
    assert!(schema::schema("nothing").is_none());
}

fn chromium() -> Option<PathBuf> {
    let stated = std::env::var_os("EXDRIFT_CHROMIUM").map(PathBuf::from);
    stated
        .into_iter()
        .chain(
            [
                "/usr/bin/chromium",
                "/usr/bin/chromium-browser",
                "/usr/bin/google-chrome",
            ]
            .map(PathBuf::from),
        )
        .find(|path| path.exists())
}

/// How many cells the matrix of a report has: controls that judge servers, times servers.
fn cells(sample: &Sample) -> usize {
    let judged = sample
        .now
        .evaluations
        .iter()
        .filter(|e| e.resource.server.is_some());
    let controls: std::collections::BTreeSet<_> =
        judged.map(|e| (&e.category, &e.policy)).collect();
    controls.len() * sample.servers.len()
}

#[test]
fn a_real_browser_shows_it_quietly() {
    let Some(chromium) = chromium() else {
        println!("skipped: no Chromium (EXDRIFT_CHROMIUM)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (mixed, wild) = (Sample::mixed(), hostile());
    let runs = [
        ("audit", &mixed, ReportKind::Audit, cells(&mixed), false),
        ("diff", &mixed, ReportKind::Diff, 0, false),
        ("verify", &mixed, ReportKind::Verify, cells(&mixed), false),
        ("hostile", &wild, ReportKind::Run, cells(&wild), true),
    ];
    for (name, sample, kind, cells, is_hostile) in runs {
        let file = folder.path().join(format!("{name}.html"));
        std::fs::write(&file, plain(sample, kind, "html")).unwrap();
        let cells = if kind == ReportKind::Diff {
            3 * 5
        } else {
            cells
        };
        let mut command = Command::new(python());
        command
            .arg(root().join("tests/browser/check_report.py"))
            .arg(&chromium)
            .arg(&file)
            .arg(cells.to_string());
        if is_hostile {
            command.arg("--hostile");
        }
        let output = match command.output() {
            Ok(output) => output,
            Err(e) => {
                println!("skipped: no Python ({e})");
                return;
            }
        };
        assert!(
            output.status.success(),
            "{name}:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
