//! The first lines of every report: is anything worse than last time, on which server, which control,
//! since when, what to run.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::{Before, Comparison, Standing};
use super::{Report, ReportKind, words};
use crate::model::{Change, ChangeSet, Evaluation, Outcome, State, Verdict};

/// The colour of the first line, and a word for those who see none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// Something is worse, or wrong with nothing to compare.
    Bad,
    /// Nothing is worse, but something is wrong or could not be seen.
    Watch,
    /// Nothing is wrong in what was seen.
    Good,
}

/// Something to run. PowerShell from a policy, or a command of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// `EXT-002 on EX07`.
    pub title: String,
    /// As the policy filled it, not yet made visible.
    pub text: String,
}

/// The first lines.
#[derive(Clone, Debug)]
pub(super) struct Story {
    /// See [`Tone`].
    pub tone: Tone,
    /// `Worse than last time`.
    pub verdict: String,
    /// The rest of the sentence: `EX07 now fails EXT-002`. May be empty.
    pub sentence: String,
    /// Labelled answers, in order: server, control, since.
    pub answers: Vec<(&'static str, String)>,
    /// What to run, in order; the most urgent first.
    pub run: Vec<Command>,
}

impl Story {
    /// Reads a report.
    pub(super) fn of(report: &Report<'_>, comparison: &Comparison<'_>) -> Self {
        match report.kind {
            ReportKind::Diff => diff(report),
            ReportKind::Verify => verify(report, comparison),
            ReportKind::Audit | ReportKind::Run => audit(report, comparison),
        }
    }
}

fn audit(report: &Report<'_>, comparison: &Comparison<'_>) -> Story {
    let shown = if comparison.new.is_empty() {
        &comparison.open
    } else {
        &comparison.new
    };
    let (tone, verdict, sentence) = audit_sentence(report, comparison);
    let mut answers = answers(report, comparison, shown);
    if let Some(drift) = report.drift {
        answers.extend(moved("Drift", "", drift));
    }
    if let Some(drift) = report.baseline_drift {
        answers.extend(moved("Baseline", " against the approved one", drift));
    }
    answers.extend(other_measure(report));
    answers.extend(carried_on(report));
    Story {
        tone,
        verdict,
        sentence,
        answers,
        run: commands(shown),
    }
}

/// `5 changes on EX04 and EX06, 3 of them not explained`; nothing where nothing changed.
fn moved(label: &'static str, against: &str, drift: &ChangeSet) -> Option<(&'static str, String)> {
    let changes: Vec<&Change> = drift.changes.iter().collect();
    if changes.is_empty() {
        return None;
    }
    let unexplained = changes.iter().filter(|c| !is_explained(c)).count();
    let is_asked = changes.iter().any(|c| c.attribution.is_some());
    let rest = match unexplained {
        n if n > 0 && is_asked => format!(", {n} of them not explained"),
        _ => String::new(),
    };
    let text = format!(
        "{}{against} on {}{rest}",
        words::count(changes.len(), "change", "changes"),
        words::listed(&change_places(&changes), 4)
    );
    Some((label, text))
}

/// Two audits by different policies are not the same measure, and a reader must know it.
fn other_measure(report: &Report<'_>) -> Option<(&'static str, String)> {
    let (now, then) = (report.assessment?, report.previous?);
    let what = match (
        now.policies_digest != then.policies_digest,
        now.params_digest != then.params_digest,
    ) {
        (true, true) => "The policies and the parameters are",
        (true, false) => "The policies are",
        (false, true) => "The parameters are",
        (false, false) => return None,
    };
    Some((
        "Mind",
        format!("{what} not those of last time: what is new here may be new to see, not new."),
    ))
}

/// What was seen earlier says what was wrong then, and nothing is in order by it.
fn carried_on(report: &Report<'_>) -> Option<(&'static str, String)> {
    let mut rows = report.assessment?.coverage.rows.iter();
    let why = rows.find_map(|row| match row.state {
        State::Stale => row.reason.as_deref(),
        _ => None,
    })?;
    let text = format!(
        "{}: the evidence of then is carried on. What failed still fails, all else is unknown.",
        super::visible(why)
    );
    Some(("Mind", text))
}

fn audit_sentence(report: &Report<'_>, comparison: &Comparison<'_>) -> (Tone, String, String) {
    let open = &comparison.open;
    let unseen = report
        .assessment
        .map_or(0, |a| a.summary.unknown + a.summary.error);
    if !comparison.new.is_empty() {
        let rest = match open.len() - comparison.new.len() {
            0 => String::new(),
            n => format!(
                " {} open as before.",
                words::count(n, "finding is", "findings are")
            ),
        };
        let sentence = format!("{}.{rest}", who_fails(&comparison.new, "now "));
        return (Tone::Bad, "Worse than last time".to_owned(), sentence);
    }
    if !comparison.lost.is_empty() {
        let places = places(&comparison.lost);
        let sentence = format!(
            "{} on {} had an answer last time and {} none now{}.",
            words::count(comparison.lost.len(), "check", "checks"),
            words::listed(&places, 3),
            if comparison.lost.len() == 1 {
                "has"
            } else {
                "have"
            },
            match open.len() {
                0 => String::new(),
                n => format!(
                    "; {} open as before",
                    words::count(n, "finding is", "findings are")
                ),
            }
        );
        return (
            Tone::Watch,
            "Less can be seen than last time".to_owned(),
            sentence,
        );
    }
    let not_seen = match unseen {
        0 => String::new(),
        n => format!(
            " {} no answer, so this is not a pass.",
            words::count(n, "check has", "checks have")
        ),
    };
    let fixed = match comparison.fixed.len() {
        0 => String::new(),
        n => format!(
            " {} fixed.",
            words::count(n, "finding was", "findings were")
        ),
    };
    match (comparison.known, open.is_empty()) {
        (true, false) => (
            Tone::Watch,
            "Nothing is worse than last time".to_owned(),
            format!("{} as before.{fixed}", who_fails(open, "still ")),
        ),
        (false, false) => (
            Tone::Bad,
            "No earlier audit to compare with".to_owned(),
            format!("{}.", who_fails(open, "")),
        ),
        (known, true) => (
            if unseen == 0 { Tone::Good } else { Tone::Watch },
            if known {
                "Nothing is worse than last time".to_owned()
            } else {
                "No earlier audit to compare with".to_owned()
            },
            format!("Nothing that could be seen fails.{fixed}{not_seen}"),
        ),
    }
}

fn verify(report: &Report<'_>, comparison: &Comparison<'_>) -> Story {
    let Some(verification) = report.verification else {
        return audit(report, comparison);
    };
    let unexplained: Vec<&Change> = verification
        .drift
        .changes
        .iter()
        .filter(|change| !is_explained(change))
        .collect();
    let mut parts = Vec::new();
    if !comparison.new.is_empty() {
        let by_time = by_time_alone(&verification.expiry, &comparison.new);
        parts.push(format!("{}{by_time}", who_fails(&comparison.new, "now ")));
    }
    if !unexplained.is_empty() {
        parts.push(format!(
            "{} without an explanation on {}",
            words::count(unexplained.len(), "change", "changes"),
            words::listed(&change_places(&unexplained), 3)
        ));
    }
    if !comparison.lost.is_empty() {
        parts.push(format!(
            "{} had an answer before and {} none now",
            words::count(comparison.lost.len(), "check", "checks"),
            if comparison.lost.len() == 1 {
                "has"
            } else {
                "have"
            },
        ));
    }
    if !comparison.fixed.is_empty() {
        parts.push(words::count(
            comparison.fixed.len(),
            "finding was fixed",
            "findings were fixed",
        ));
    }
    if parts.is_empty() {
        parts.push(
            "Nothing newly fails, every change is explained, all evidence is there".to_owned(),
        );
    }
    let mut run: Vec<Command> = verification
        .run_next
        .iter()
        .map(|text| Command {
            title: title_of(text, &comparison.new),
            text: text.clone(),
        })
        .collect();
    if run.is_empty() {
        run = commands(&comparison.new);
    }
    let tone = match verification.verdict {
        Verdict::Clean | Verdict::Fixed => Tone::Good,
        Verdict::Regressed => Tone::Bad,
        Verdict::Incomplete => Tone::Watch,
    };
    let mut answers = regression(report, comparison, &unexplained);
    answers.extend(still(comparison));
    Story {
        tone,
        verdict: format!("{} after the update", words::verdict(verification.verdict)),
        sentence: format!("{}.", parts.join("; ")),
        answers,
        run,
    }
}

/// Where the update did something, and what: findings first, then changes, then evidence. Never what
/// failed before it.
fn regression(
    report: &Report<'_>,
    comparison: &Comparison<'_>,
    unexplained: &[&Change],
) -> Vec<(&'static str, String)> {
    if !comparison.new.is_empty() {
        return answers(report, comparison, &comparison.new);
    }
    if !unexplained.is_empty() {
        return vec![
            ("Server", words::listed(&change_places(unexplained), 6)),
            ("Property", words::listed(&properties(unexplained), 4)),
            ("Between", between(report)),
        ];
    }
    answers(report, comparison, &comparison.lost)
}

/// What no update is to blame for, so that nobody takes it for gone.
fn still(comparison: &Comparison<'_>) -> Option<(&'static str, String)> {
    let is_old = |e: &&&Evaluation| comparison.standing(e) == Standing::Still;
    let old: Vec<&Evaluation> = comparison.open.iter().filter(is_old).copied().collect();
    let ids: Vec<&str> = policies(&old).into_iter().map(|(id, _)| id).collect();
    (!old.is_empty()).then(|| {
        let text = format!(
            "{} before the update and {} now: {}",
            words::count(old.len(), "finding was open", "findings were open"),
            if old.len() == 1 { "is" } else { "are" },
            words::listed(&ids, 6)
        );
        ("As before", text)
    })
}

/// What the update has no part in, said behind the findings; nothing where there is none.
fn by_time_alone(expiry: &[String], new: &[&Evaluation]) -> String {
    let count = new
        .iter()
        .filter(|e| expiry.contains(&e.fingerprint))
        .count();
    match count {
        0 => String::new(),
        n if n == new.len() => " by time alone, with or without the update".to_owned(),
        n => format!(" ({n} of them by time alone, with or without the update)"),
    }
}

/// The finding that a line of `run_next` mends, where it is one's.
fn title_of(text: &str, new: &[&Evaluation]) -> String {
    new.iter()
        .find(|e| e.remediation.as_ref().is_some_and(|r| r.powershell == text))
        .map_or_else(|| "Next".to_owned(), |e| title(e))
}

fn diff(report: &Report<'_>) -> Story {
    let Some(drift) = report.drift else {
        return Story {
            tone: Tone::Watch,
            verdict: "Nothing was compared".to_owned(),
            sentence: String::new(),
            answers: Vec::new(),
            run: Vec::new(),
        };
    };
    let changes: Vec<&Change> = drift.changes.iter().collect();
    let lost = drift.coverage_changes.iter().filter(|c| c.lost).count();
    let not_seen = match lost {
        0 => String::new(),
        n => format!(
            " {} lost.",
            words::count(n, "piece of evidence was", "pieces of evidence were")
        ),
    };
    let since = vec![("Between", between(report))];
    if changes.is_empty() {
        let tone = if lost == 0 { Tone::Good } else { Tone::Watch };
        return Story {
            tone,
            verdict: "No configuration changed".to_owned(),
            sentence: not_seen.trim().to_owned(),
            answers: since,
            run: Vec::new(),
        };
    }
    let places = change_places(&changes);
    let mut answers = vec![("Property", words::listed(&properties(&changes), 4))];
    if places.len() > 3 {
        answers.insert(0, ("Server", words::listed(&places, 8)));
    }
    answers.extend(since);
    Story {
        tone: Tone::Watch,
        verdict: words::count(
            changes.len(),
            "configuration change",
            "configuration changes",
        ),
        sentence: format!(
            "On {}.{not_seen}",
            words::listed(&change_places(&changes), 3)
        ),
        answers,
        run: Vec::new(),
    }
}

/// An update or the like is documented to do this. A change nobody asked about is not explained.
pub(super) fn is_explained(change: &Change) -> bool {
    change
        .attribution
        .as_ref()
        .is_some_and(|attribution| attribution.class.is_explained())
}

fn properties<'a>(changes: &[&'a Change]) -> Vec<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for change in changes {
        let name = change
            .property
            .as_deref()
            .unwrap_or(change.resource.kind.as_str());
        *counts.entry(name).or_default() += 1;
    }
    let mut names: Vec<_> = counts.into_iter().collect();
    names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    names.into_iter().map(|(name, _)| name).collect()
}

fn change_places<'a>(changes: &[&'a Change]) -> Vec<&'a str> {
    let names: BTreeSet<_> = changes
        .iter()
        .map(|c| c.resource.server.as_deref().unwrap_or("the organization"))
        .collect();
    names.into_iter().collect()
}

/// Distinct places, in the order of the list.
fn places<'a>(list: &[&'a Evaluation]) -> Vec<&'a str> {
    let mut names = Vec::new();
    for e in list {
        let name = words::place(e);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// `EX07 now fails EXT-002 and 2 more controls`.
fn who_fails(list: &[&Evaluation], adverb: &str) -> String {
    let places = places(list);
    let policies = policies(list);
    let (who, verb) = (
        words::listed(&places, 3),
        if places.len() == 1 { "fails" } else { "fail" },
    );
    let mut who_chars = who.chars();
    let who = match who_chars.next() {
        Some(first) => first.to_uppercase().chain(who_chars).collect(),
        None => who,
    };
    let verb = if adverb == "still " && places.len() > 1 {
        "fail"
    } else {
        verb
    };
    match policies.as_slice() {
        [(id, _)] => format!("{who} {adverb}{verb} {}", super::visible(id)),
        // Several servers, several controls: not everybody fails everything.
        several if places.len() > 1 => format!(
            "{} of {} on {who}",
            words::count(list.len(), "failure", "failures"),
            words::count(several.len(), "control", "controls"),
        ),
        [(id, _), rest @ ..] => format!(
            "{who} {adverb}{verb} {} and {}",
            super::visible(id),
            words::count(rest.len(), "more control", "more controls")
        ),
        [] => who,
    }
}

fn policies<'a>(list: &[&'a Evaluation]) -> Vec<(&'a str, &'a str)> {
    let mut ids: Vec<(&str, &str)> = Vec::new();
    for e in list {
        if !ids.iter().any(|(id, _)| *id == e.policy) {
            ids.push((&e.policy, &e.title));
        }
    }
    ids
}

fn answers(
    report: &Report<'_>,
    comparison: &Comparison<'_>,
    shown: &[&Evaluation],
) -> Vec<(&'static str, String)> {
    let Some(worst) = shown.first() else {
        return Vec::new();
    };
    let controls: Vec<String> = policies(shown)
        .iter()
        .map(|(id, title)| format!("{} {}", super::visible(id), super::visible(title)))
        .collect();
    let control = match controls.as_slice() {
        [first, rest @ ..] if !rest.is_empty() => {
            format!("{first} (and {} more)", rest.len())
        }
        all => all.join(""),
    };
    vec![
        ("Server", words::listed(&places(shown), 6)),
        (
            "Control",
            format!("{control} · {}", words::severity(worst.severity)),
        ),
        ("Since", since(report, comparison, worst)),
    ]
}

/// Since when one finding has failed.
pub(super) fn since(report: &Report<'_>, comparison: &Comparison<'_>, e: &Evaluation) -> String {
    match comparison.standing(e) {
        Standing::New(before) => {
            let then = match (report.compared_with, before) {
                (_, Before::Absent) => String::new(),
                (Some(then), _) => {
                    format!("; {} {}", before.words(), words::moment(then))
                }
                (None, _) => format!("; {}", before.words()),
            };
            format!("{}{then}", words::moment(report.snapshot))
        }
        Standing::Still | Standing::Lost | Standing::Plain => match &e.since {
            Some(since) if since != report.snapshot || comparison.known => words::moment(since),
            _ if e.outcome == Outcome::Fail => {
                format!("{} or earlier", words::moment(report.snapshot))
            }
            _ => words::moment(report.snapshot),
        },
    }
}

/// `2026-11-20 02:00 UTC and 2026-11-21 02:00 UTC`.
fn between(report: &Report<'_>) -> String {
    match report.compared_with {
        Some(then) => format!(
            "{} and {}",
            words::moment(then),
            words::moment(report.snapshot)
        ),
        None => words::moment(report.snapshot),
    }
}

fn title(e: &Evaluation) -> String {
    format!(
        "{} on {}",
        super::visible(&e.policy),
        words::listed(&[words::place(e)], 1)
    )
}

/// Remediations, each text once, in the order of the findings.
fn commands(list: &[&Evaluation]) -> Vec<Command> {
    let mut seen = BTreeSet::new();
    list.iter()
        .filter_map(|e| {
            let text = &e.remediation.as_ref()?.powershell;
            seen.insert(text.as_str()).then(|| Command {
                title: title(e),
                text: text.clone(),
            })
        })
        .collect()
}
