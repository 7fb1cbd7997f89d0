//! What is counted adds up: for any answers and any waivers, in every report. A waiver moves a failure into
//! another column and does nothing else; one past its last day moves nothing.
//!
//! `EXDRIFT_CASES=10` runs ten times as many cases.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use exdrift::finding::{Context, WaiverUse, Waivers, assess, exit_code};
use exdrift::model::{
    Assessment, Coverage, Evaluation, EvidenceItem, Outcome, Plane, ResourceRef, Severity, Tool,
    Value,
};
use exdrift::policy::fingerprint;
use exdrift::report::{RenderOptions, Report, ReportKind, render};
use exdrift::snapshot::{FORMAT, Manifest, Snapshot, TimeBasis, Times};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const POLICIES: [&str; 4] = ["EXT-001", "EXT-002", "HMA-001", "ORG-001"];
const KINDS: [&str; 2] = ["WebServicesVirtualDirectory", "OwaVirtualDirectory"];
const TODAY: &str = "2026-11-21";

fn cases() -> ProptestConfig {
    let times: u32 = std::env::var("EXDRIFT_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1);
    ProptestConfig {
        cases: 300 * times,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn now() -> DateTime<Utc> {
    "2026-11-21T23:59:59Z".parse().unwrap()
}

fn snapshot() -> Snapshot {
    Snapshot {
        manifest: Manifest {
            format: FORMAT.to_owned(),
            organization: "contoso".to_owned(),
            id: "2026-11-21T020000Z".to_owned(),
            label: None,
            times: Times {
                started: now(),
                ended: now(),
                basis: TimeBasis::Recorded,
            },
            late: false,
            tool: Tool::this(),
            sources: Vec::new(),
            revisions: BTreeMap::new(),
            coverage: Coverage::default(),
            unrecognised: Vec::new(),
            content_digest: String::new(),
            previous_manifest: None,
        },
        resources: BTreeMap::new(),
    }
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        (0..2_i64).prop_map(Value::Int),
        vec(select(vec!["Basic", "Ntlm"]).prop_map(Value::text), 0..3).prop_map(Value::List),
    ]
}

fn subject() -> impl Strategy<Value = ResourceRef> {
    let servers = vec![
        "EX01", "EX02", "EX03", "EX04", "EX05", "EX10", "EX11", "MBX1",
    ];
    let server = option::weighted(0.9, select(servers));
    (select(KINDS.to_vec()), server).prop_map(|(kind, server)| match server {
        Some(server) => ResourceRef {
            plane: Some(Plane::Onprem),
            kind: kind.into(),
            id: format!("{server}\\{kind} (Default Web Site)"),
            server: Some(server.to_owned()),
        },
        None => ResourceRef {
            plane: None,
            kind: "Organization".into(),
            id: "contoso".to_owned(),
            server: None,
        },
    })
}

fn evaluation() -> impl Strategy<Value = Evaluation> {
    let outcome = prop_oneof![3 => Just(Outcome::Fail), 2 => select(Outcome::ALL.to_vec())];
    let evidence = vec(
        (option::weighted(0.9, select(vec!["A", "B"])), value()),
        0..3,
    );
    (
        select(POLICIES.to_vec()),
        subject(),
        outcome,
        select(Severity::ALL.to_vec()),
        evidence,
    )
        .prop_map(
            |(policy, resource, outcome, severity, evidence)| Evaluation {
                policy: policy.to_owned(),
                title: format!("Title of {policy}"),
                severity,
                outcome,
                reason: (outcome == Outcome::Unknown).then(|| "not_collected".to_owned()),
                message: format!("{policy} says something"),
                evidence: evidence
                    .into_iter()
                    .map(|(property, observed)| EvidenceItem {
                        property: property.map(str::to_owned),
                        observed,
                        expected: Value::Null,
                        resource: None,
                    })
                    .collect(),
                remediation: None,
                references: Vec::new(),
                frameworks: BTreeMap::new(),
                fingerprint: fingerprint("contoso", policy, &resource),
                resource,
                waiver: None,
                category: policy[..3].to_owned(),
                since: None,
                missing_kind: None,
                missing_param: None,
            },
        )
}

/// One a policy and subject, in the order of an assessment.
fn evaluations() -> impl Strategy<Value = Vec<Evaluation>> {
    vec(evaluation(), 0..90).prop_map(|all| {
        let mut seen = BTreeSet::new();
        let mut all: Vec<Evaluation> = all
            .into_iter()
            .filter(|e| seen.insert(e.fingerprint.clone()))
            .collect();
        all.sort_by(|a, b| (&a.policy, &a.resource.id).cmp(&(&b.policy, &b.resource.id)));
        all
    })
}

/// A waiver as a person wrote it.
#[derive(Clone, Debug)]
struct Wish {
    policy: String,
    fingerprint: Option<String>,
    plane: Option<Plane>,
    kind: Option<String>,
    id: Option<String>,
    server: Option<String>,
    value: Value,
    until: &'static str,
}

impl Wish {
    fn line(&self) -> String {
        let mut wish = serde_json::json!({
            "policy": self.policy, "owner": "anna@contoso.com", "reason": "migration",
            "value": self.value, "until": self.until,
        });
        match &self.fingerprint {
            Some(fingerprint) => wish["fingerprint"] = fingerprint.as_str().into(),
            None => {
                let mut resource = serde_json::Map::new();
                let mut put = |name: &str, text: Option<&str>| {
                    resource.extend(text.map(|text| (name.to_owned(), text.into())));
                };
                put("plane", self.plane.map(|plane| plane.as_str()));
                put("kind", self.kind.as_deref());
                put("id", self.id.as_deref());
                put("server", self.server.as_deref());
                wish["resource"] = resource.into();
            }
        }
        format!("- {wish}\n")
    }

    fn is_over(&self) -> bool {
        self.until < TODAY
    }

    /// By the words of the documentation, written apart from the program.
    fn is_for(&self, e: &Evaluation) -> bool {
        let fits = |glob: &Option<String>, text: Option<&str>| match (glob, text) {
            (None, _) => true,
            (Some(glob), Some(text)) => glob_fits(&glob.to_lowercase(), &text.to_lowercase()),
            (Some(_), None) => false,
        };
        self.policy == e.policy
            && match &self.fingerprint {
                Some(fingerprint) => *fingerprint == e.fingerprint,
                None => {
                    let r = &e.resource;
                    (self.plane.is_none() || self.plane == r.plane)
                        && self
                            .kind
                            .as_ref()
                            .is_none_or(|kind| *kind == r.kind.to_string())
                        && fits(&self.id, Some(&r.id))
                        && fits(&self.server, r.server.as_deref())
                }
            }
    }

    fn accepts(&self, e: &Evaluation) -> bool {
        let plain = |value: &Value| match value {
            Value::List(members) => Value::set(members.clone()),
            other => other.clone(),
        };
        let by_name = |item: &EvidenceItem| match (&self.value, &item.property) {
            (Value::Map(map), Some(name)) => map
                .get(name)
                .is_some_and(|value| plain(value) == plain(&item.observed)),
            _ => false,
        };
        let alone = e.evidence.len() == 1 && plain(&e.evidence[0].observed) == plain(&self.value);
        alone || (!e.evidence.is_empty() && e.evidence.iter().all(by_name))
    }
}

fn glob_fits(glob: &str, text: &str) -> bool {
    match (glob.chars().next(), text.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => {
            glob_fits(&glob[1..], text) || (!text.is_empty() && glob_fits(glob, &text[1..]))
        }
        (Some('?'), Some(_)) => glob_fits(&glob[1..], &text[1..]),
        (Some(a), Some(b)) if a == b => glob_fits(&glob[1..], &text[1..]),
        _ => false,
    }
}

/// A waiver: half of them for one of the answers, with the value that was seen.
fn wish(all: Vec<Evaluation>) -> impl Strategy<Value = Wish> {
    let aimed = any::<proptest::sample::Index>();
    let globs = vec!["*", "ex0?*", "EX01\\*", "?X10*", "*Owa*", "contoso", ""];
    let servers = vec!["*", "EX0?", "ex10", "EX*1", "MBX*"];
    let resource = (
        option::weighted(0.3, select(vec![Plane::Onprem, Plane::Cloud])),
        option::weighted(0.3, select(KINDS.to_vec())),
        option::weighted(0.4, select(globs)),
        option::weighted(0.4, select(servers)),
    );
    let value = prop_oneof![
        value(),
        proptest::collection::btree_map(
            select(vec!["A", "B"]).prop_map(str::to_owned),
            value(),
            0..3
        )
        .prop_map(Value::Map),
    ];
    (
        aimed,
        0..4_u8,
        select(POLICIES.to_vec()),
        resource,
        value,
        select(vec![
            "2026-11-20",
            "2026-11-21",
            "2026-11-22",
            "2019-01-01",
            "2031-12-31",
        ]),
        any::<bool>(),
    )
        .prop_map(move |(aimed, how, policy, resource, value, until, seen)| {
            let target = (!all.is_empty()).then(|| &all[aimed.index(all.len())]);
            let (plane, kind, id, server) = resource;
            let mut wish = Wish {
                policy: policy.to_owned(),
                fingerprint: None,
                plane,
                kind: kind.map(str::to_owned),
                id: id.map(str::to_owned),
                server: server.map(str::to_owned),
                value,
                until,
            };
            if let Some(target) = target {
                if how < 3 {
                    wish.policy.clone_from(&target.policy);
                }
                if how == 0 {
                    wish.fingerprint = Some(target.fingerprint.clone());
                }
                if seen {
                    wish.value = match target.evidence.as_slice() {
                        [only] => only.observed.clone(),
                        several => Value::Map(
                            several
                                .iter()
                                .filter_map(|item| {
                                    Some((item.property.clone()?, item.observed.clone()))
                                })
                                .collect(),
                        ),
                    };
                }
            }
            wish
        })
}

fn answers_and_waivers() -> impl Strategy<Value = (Vec<Evaluation>, Vec<Wish>)> {
    evaluations().prop_flat_map(|all| {
        let wishes = vec(wish(all.clone()), 0..8);
        (Just(all), wishes)
    })
}

fn parsed(wishes: &[Wish]) -> Waivers {
    let text: String = wishes.iter().map(Wish::line).collect();
    Waivers::parse("waivers.yaml", &text).unwrap()
}

fn context() -> Context {
    Context {
        evaluated_at: now(),
        policies_digest: "sha256:1".to_owned(),
        params_digest: "sha256:2".to_owned(),
        facts_date: "2026-10-13".to_owned(),
        outliers: Vec::new(),
    }
}

/// What a person counts by hand.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    fail: usize,
    waived: usize,
    unknown: usize,
    error: usize,
    manual: usize,
    not_applicable: usize,
    pass: usize,
    all: usize,
}

impl Counted {
    fn of(evaluations: &[Evaluation], wishes: &[Wish]) -> Self {
        let count = |outcome| evaluations.iter().filter(|e| e.outcome == outcome).count();
        let covers = |e: &Evaluation| {
            let mut fitting = wishes.iter().filter(|w| w.is_for(e) && w.accepts(e));
            e.outcome == Outcome::Fail && fitting.any(|wish| !wish.is_over())
        };
        Counted {
            fail: count(Outcome::Fail),
            waived: evaluations.iter().filter(|e| covers(e)).count(),
            unknown: count(Outcome::Unknown),
            error: count(Outcome::Error),
            manual: count(Outcome::Manual),
            not_applicable: count(Outcome::NotApplicable),
            pass: count(Outcome::Pass),
            all: evaluations.len(),
        }
    }
}

/// The number right before a word of a line.
fn before(text: &str, word: &str) -> usize {
    let at = text
        .find(word)
        .unwrap_or_else(|| panic!("no `{word}` in {text}"));
    let number = text[..at]
        .trim_end()
        .rsplit(|c: char| !c.is_ascii_digit())
        .next();
    number
        .and_then(|n| n.parse().ok())
        .unwrap_or_else(|| panic!("no number before `{word}` in {text}"))
}

/// The line of totals that the terminal and HTML end with.
fn totals(line: &str) -> Counted {
    let counted = Counted {
        fail: before(line, " fail"),
        waived: match line.contains("of them waived") {
            true => before(line, " of them waived"),
            false => 0,
        },
        unknown: before(line, " unknown"),
        error: before(line, " error"),
        manual: before(line, " manual"),
        not_applicable: before(line, " not applicable"),
        pass: before(line, " pass"),
        all: before(line, " evaluations"),
    };
    // And the severities of that line add up to its failures.
    let by: usize = Severity::ALL
        .iter()
        .map(|severity| format!(" {}", severity.as_str()))
        .filter(|word| line.contains(word.as_str()))
        .map(|word| before(line, &word))
        .sum();
    assert_eq!(by, counted.fail, "{line}");
    counted
}

fn shown(
    format: &str,
    kind: ReportKind,
    assessment: &Assessment,
    brief: bool,
    width: usize,
) -> String {
    let mut report = Report::new(kind, "contoso", &assessment.snapshot, now());
    report.assessment = Some(assessment);
    let options = RenderOptions {
        width,
        color: false,
        brief,
    };
    let mut out = Vec::new();
    render(format, &report, &mut out, &options).unwrap();
    String::from_utf8(out).unwrap()
}

/// The number in a heading of the HTML report; none without the heading.
fn heading(html: &str, id: &str) -> usize {
    let Some((_, rest)) = html.split_once(&format!("<h2 id=\"{id}\">")) else {
        return 0;
    };
    let line = rest.split("</h2>").next().unwrap();
    let number = line.split("<span class=\"quiet\">").nth(1).unwrap();
    number.split("</span>").next().unwrap().parse().unwrap()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_waiver_moves_a_failure_and_nothing_else((evaluations, wishes) in answers_and_waivers()) {
        let snapshot = snapshot();
        let judge = |wishes: &[Wish]| {
            assess(&snapshot, evaluations.clone(), &parsed(wishes), None, context())
        };
        let (without, with) = (judge(&[]), judge(&wishes));
        let (plain, waived) = (&without.assessment, &with.assessment);

        // Nothing is hidden, nothing else is another.
        let bare: Vec<Evaluation> = waived
            .evaluations
            .iter()
            .map(|e| Evaluation { waiver: None, ..e.clone() })
            .collect();
        prop_assert_eq!(&bare, &evaluations);
        prop_assert_eq!(&plain.evaluations, &evaluations);

        // Whose waiver it is, and whether it still holds.
        for e in &waived.evaluations {
            let fitting: Vec<&Wish> = wishes
                .iter()
                .filter(|w| e.outcome == Outcome::Fail && w.is_for(e) && w.accepts(e))
                .collect();
            let holds = fitting.iter().any(|wish| !wish.is_over());
            prop_assert_eq!(e.waiver.is_some(), !fitting.is_empty(), "{:?}", e);
            prop_assert_eq!(e.waiver.as_ref().map(|w| w.expired), e.waiver.as_ref().map(|_| !holds));
            prop_assert_eq!(e.is_open_failure(), e.outcome == Outcome::Fail && !holds);
        }

        // The sums.
        for (assessment, wishes) in [(plain, &[][..]), (waived, &wishes[..])] {
            let s = &assessment.summary;
            let counted = Counted::of(&evaluations, wishes);
            prop_assert_eq!(
                s.pass + s.fail + s.not_applicable + s.unknown + s.error + s.manual,
                evaluations.len()
            );
            prop_assert_eq!(s.fail_by_severity.values().sum::<usize>(), s.fail);
            prop_assert!(s.waived <= s.fail);
            let open = assessment.evaluations.iter().filter(|e| e.is_open_failure()).count();
            prop_assert_eq!(open + s.waived, s.fail);
            let summary = Counted {
                fail: s.fail,
                waived: s.waived,
                unknown: s.unknown,
                error: s.error,
                manual: s.manual,
                not_applicable: s.not_applicable,
                pass: s.pass,
                all: evaluations.len(),
            };
            prop_assert_eq!(summary, counted);
        }
        let mut moved = waived.summary.clone();
        moved.waived = 0;
        prop_assert_eq!(&moved, &plain.summary);

        // Expired ones alone move nothing.
        let over: Vec<Wish> = wishes.iter().filter(|wish| wish.is_over()).cloned().collect();
        prop_assert_eq!(&judge(&over).assessment.summary, &plain.summary);

        // How each fared, and the same in another order of the file.
        for ((_, used), wish) in with.waivers.uses.iter().zip(&wishes) {
            let fails = evaluations.iter().filter(|e| e.outcome == Outcome::Fail && wish.is_for(e));
            let (fits, other): (Vec<_>, Vec<_>) = fails.partition(|e| wish.accepts(e));
            let is_as_expected = match used {
                WaiverUse::Unused => fits.is_empty() && other.is_empty(),
                WaiverUse::OtherValue(others) => fits.is_empty() && others.len() == other.len(),
                WaiverUse::Expired(n) => wish.is_over() && *n == fits.len() && *n > 0,
                WaiverUse::Covers(n) => !wish.is_over() && *n == fits.len() && *n > 0,
            };
            prop_assert!(is_as_expected, "{:?}: {:?}", wish, used);
        }
        prop_assert_eq!(with.waivers.uses.len(), wishes.len());
        let reversed: Vec<Wish> = wishes.iter().rev().cloned().collect();
        prop_assert_eq!(&judge(&reversed).assessment.summary, &waived.summary);

        // What the exit code counts.
        for fail_on in Severity::ALL.into_iter().map(Some).chain([None]) {
            let open = |e: &&Evaluation| e.is_open_failure() && fail_on.is_some_and(|t| e.severity >= t);
            let expected = match waived.evaluations.iter().any(|e| open(&e)) {
                true => 1,
                false if waived.summary.unknown + waived.summary.error > 0 => 3,
                false => 0,
            };
            prop_assert_eq!(exit_code(waived, fail_on), expected);
        }
    }

    #[test]
    fn every_report_shows_the_same_totals(
        (evaluations, wishes) in answers_and_waivers(),
        width in 30..220_usize,
    ) {
        let counted = Counted::of(&evaluations, &wishes);
        let assessment =
            assess(&snapshot(), evaluations, &parsed(&wishes), None, context()).assessment;
        for kind in [ReportKind::Audit, ReportKind::Run] {
            for brief in [false, true] {
                let text = shown("text", kind, &assessment, brief, width);
                let (_, summary) = text.rsplit_once("\nSummary\n").unwrap();
                let line = summary.split_whitespace().collect::<Vec<_>>().join(" ");
                prop_assert_eq!(&totals(&line), &counted);
            }
            let json: serde_json::Value =
                serde_json::from_str(&shown("json", kind, &assessment, false, width)).unwrap();
            let whole: Assessment = serde_json::from_value(json.clone()).unwrap();
            prop_assert_eq!(&whole, &assessment);
            let number = |name: &str| json["summary"][name].as_u64().unwrap() as usize;
            prop_assert_eq!(number("fail"), counted.fail);
            prop_assert_eq!(number("waived"), counted.waived);
            let names = ["pass", "fail", "not_applicable", "unknown", "error", "manual"];
            prop_assert_eq!(names.into_iter().map(number).sum::<usize>(), counted.all);
            prop_assert_eq!(json["evaluations"].as_array().unwrap().len(), counted.all);

            let html = shown("html", kind, &assessment, false, width);
            let (_, footer) = html.rsplit_once("<footer>").unwrap();
            let line = footer.split("</p>").next().unwrap();
            prop_assert_eq!(&totals(line), &counted);
            prop_assert_eq!(heading(&html, "findings"), counted.fail - counted.waived);
            prop_assert_eq!(heading(&html, "waived"), counted.waived);
            prop_assert_eq!(heading(&html, "errors"), counted.error);
            prop_assert_eq!(heading(&html, "unknown"), counted.unknown);
            prop_assert_eq!(heading(&html, "manual"), counted.manual);
            prop_assert_eq!(before(&html, " pass</summary>"), counted.pass);
            prop_assert_eq!(before(&html, " do not apply</summary>"), counted.not_applicable);
        }
        // The groups of the terminal, where no line is broken.
        let text = shown("text", ReportKind::Audit, &assessment, false, 300);
        let (open, rest) = match text.split_once("\nAccepted findings (waived)\n") {
            Some((open, rest)) => (open.to_owned(), rest.to_owned()),
            None => (text, String::new()),
        };
        let sum = |text: &str| -> usize {
            text.lines()
                .filter(|line| line.ends_with(" finding]") || line.ends_with(" findings]"))
                .map(|line| before(line, " finding"))
                .sum()
        };
        prop_assert_eq!(sum(&open), counted.fail - counted.waived);
        prop_assert_eq!(sum(&rest), counted.waived);
    }
}
