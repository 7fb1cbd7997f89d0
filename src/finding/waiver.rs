//! `waivers.yaml`: findings that somebody accepted, for a value, until a day.
//!
//! ```yaml
//! - policy: EXT-006
//!   resource: {plane: onprem, kind: WebServicesVirtualDirectory, id: "*", server: "EX0?"}
//!   value: {MRSProxyEnabled: true}     # or one value, where the finding has one
//!   owner: anna@contoso.com
//!   reason: migration until spring
//!   until: 2027-03-31
//! ```
//!
//! Instead of `resource` a `fingerprint` names one finding. The value is bound too: where the
//! observed value is another one, the finding counts again.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use crate::catalog::states_secret;
use crate::model::{
    Evaluation, EvidenceItem, Outcome, Plane, ResourceRef, Value, Waived, glob_matches,
};

/// Why waivers cannot be used. The operator mends the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaiversError {
    /// Not YAML of the documented form.
    #[error(
        "{file}:{line}:{column}: {message}\n  {source_line}\n  a waiver has policy, fingerprint or resource {{plane, kind, id, server}}, value, owner, reason, until"
    )]
    Form {
        /// The file as the user knows it.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// The line's text.
        source_line: String,
        /// What is wrong.
        message: String,
    },
}

/// All waivers of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waivers {
    /// In the order of the file.
    pub list: Vec<Waiver>,
}

/// One waiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The policy's id.
    pub policy: String,
    /// Which findings.
    pub selector: Selector,
    /// The accepted value: property to observed value, or the value of the one property observed.
    pub value: Value,
    /// Who accepted it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day that it holds, UTC.
    pub until: NaiveDate,
    /// Line in the file, from 1.
    pub line: usize,
}

/// Which findings a waiver is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// One finding.
    Fingerprint(String),
    /// Every resource that fits.
    Resource {
        /// Where; any without.
        plane: Option<Plane>,
        /// The kind's name; any without.
        kind: Option<String>,
        /// Glob over the key.
        id: Option<String>,
        /// Glob over the server's name.
        server: Option<String>,
    },
}

/// How a waiver fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaiverUse {
    /// It covers so many findings.
    Covers(usize),
    /// It would cover so many and has expired: they count.
    Expired(usize),
    /// Its findings are there with another value: they count. What each of them differs in.
    OtherValue(Vec<OtherValue>),
    /// No finding fits.
    Unused,
}

/// A finding that a waiver is for, and what is observed there instead of the accepted value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherValue {
    /// The subject.
    pub resource: ResourceRef,
    /// The evidence that differs, each with the value that the waiver accepts there; none where it
    /// does not name the property.
    pub evidence: Vec<(EvidenceItem, Option<Value>)>,
}

/// How every waiver fared, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaiverReport {
    /// Waiver and use.
    pub uses: Vec<(Waiver, WaiverUse)>,
}

impl WaiverReport {
    /// Those that a person should look at: unused, expired, or with another value.
    pub fn notable(&self) -> impl Iterator<Item = &(Waiver, WaiverUse)> {
        self.uses
            .iter()
            .filter(|(_, used)| !matches!(used, WaiverUse::Covers(_)))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWaiver {
    policy: String,
    #[serde(default)]
    fingerprint: Option<String>,
    #[serde(default)]
    resource: Option<RawResource>,
    value: Value,
    owner: String,
    reason: String,
    until: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawResource {
    #[serde(default)]
    plane: Option<Plane>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    server: Option<String>,
}

impl Waivers {
    /// Reads the text of a waivers file. An empty file has none.
    ///
    /// # Errors
    /// The first thing that is wrong, with line and column.
    pub fn parse(file: &str, text: &str) -> Result<Waivers, WaiversError> {
        let form = |line: usize, column: usize, message: String| WaiversError::Form {
            file: file.to_owned(),
            line,
            column,
            source_line: shown(text.lines().nth(line.saturating_sub(1)).unwrap_or_default()),
            message,
        };
        let nothing = text
            .lines()
            .map(str::trim)
            .all(|line| line.is_empty() || line.starts_with('#') || line == "---");
        if nothing {
            return Ok(Waivers::default());
        }
        let raw: Vec<RawWaiver> = serde_yaml::from_str(text).map_err(|error| {
            let (line, column) = error
                .location()
                .map_or((1, 1), |at| (at.line(), at.column()));
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message);
            form(line, column, message.to_owned())
        })?;
        let lines = item_lines(text);
        let mut list = Vec::with_capacity(raw.len());
        for (index, raw) in raw.into_iter().enumerate() {
            let line = lines.get(index).copied().unwrap_or(1);
            // The key's own line, for what only its meaning shows.
            let end = lines.get(index + 1).copied().unwrap_or(usize::MAX);
            let at = |key: &str| {
                text.lines()
                    .enumerate()
                    .skip(line - 1)
                    .take_while(|(n, _)| n + 1 < end)
                    .find_map(|(n, l)| Some((n + 1, l.find(key)? + 1)))
                    .unwrap_or((line, 1))
            };
            let wrong = |key: &str, message: &str| {
                let (line, column) = at(key);
                form(line, column, message.to_owned())
            };
            let selector = match (raw.fingerprint, raw.resource) {
                (Some(fingerprint), None) => {
                    if fingerprint.len() != 32
                        || !fingerprint.bytes().all(|b| b.is_ascii_hexdigit())
                    {
                        return Err(wrong("fingerprint", "a fingerprint has 32 hex digits"));
                    }
                    Selector::Fingerprint(fingerprint.to_ascii_lowercase())
                }
                (None, Some(resource)) => Selector::Resource {
                    plane: resource.plane,
                    kind: resource.kind,
                    id: resource.id,
                    server: resource.server,
                },
                (Some(_), Some(_)) => {
                    return Err(wrong("resource", "give fingerprint or resource, not both"));
                }
                (None, None) => {
                    return Err(wrong("policy", "neither fingerprint nor resource is given"));
                }
            };
            for (key, given) in [("owner", &raw.owner), ("reason", &raw.reason)] {
                if given.trim().is_empty() {
                    return Err(wrong(key, &format!("`{key}` is empty")));
                }
            }
            let until = NaiveDate::parse_from_str(&raw.until, "%Y-%m-%d")
                .map_err(|_| wrong("until", "`until` is not a date; write 2027-03-31"))?;
            list.push(Waiver {
                policy: raw.policy,
                selector,
                value: raw.value,
                owner: raw.owner,
                reason: shown(&raw.reason),
                until,
                line,
            });
        }
        Ok(Waivers { list })
    }

    /// Marks every failing evaluation that a waiver covers; a waiver in force wins over an expired
    /// one, else the first of the file.
    pub(super) fn apply(&self, evaluations: &mut [Evaluation], now: DateTime<Utc>) -> WaiverReport {
        let today = now.date_naive();
        let mut by_policy: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, waiver) in self.list.iter().enumerate() {
            by_policy.entry(&waiver.policy).or_default().push(index);
        }
        let mut fits = vec![0_usize; self.list.len()];
        let mut other = vec![Vec::new(); self.list.len()];
        for evaluation in evaluations.iter_mut() {
            evaluation.waiver = None;
            if evaluation.outcome != Outcome::Fail {
                continue;
            }
            let mut best: Option<Waived> = None;
            for index in by_policy
                .get(evaluation.policy.as_str())
                .into_iter()
                .flatten()
                .copied()
            {
                let waiver = &self.list[index];
                if !waiver.selects(evaluation) {
                    continue;
                }
                if !waiver.accepts(evaluation) {
                    other[index].push(waiver.otherwise(evaluation));
                    continue;
                }
                fits[index] += 1;
                let expired = today > waiver.until;
                if best.as_ref().is_none_or(|b| b.expired && !expired) {
                    best = Some(Waived {
                        owner: waiver.owner.clone(),
                        reason: waiver.reason.clone(),
                        until: waiver.until.to_string(),
                        expired,
                    });
                }
            }
            evaluation.waiver = best;
        }
        let uses = self.list.iter().zip(fits).zip(other);
        let uses = uses.map(|((waiver, fits), other)| {
            let used = match fits {
                0 if other.is_empty() => WaiverUse::Unused,
                0 => WaiverUse::OtherValue(other),
                found if today > waiver.until => WaiverUse::Expired(found),
                found => WaiverUse::Covers(found),
            };
            (waiver.clone(), used)
        });
        WaiverReport {
            uses: uses.collect(),
        }
    }
}

impl Waiver {
    fn selects(&self, evaluation: &Evaluation) -> bool {
        match &self.selector {
            Selector::Fingerprint(fingerprint) => *fingerprint == evaluation.fingerprint,
            Selector::Resource {
                plane,
                kind,
                id,
                server,
            } => {
                let resource = &evaluation.resource;
                plane.is_none_or(|plane| resource.plane == Some(plane))
                    && kind.as_ref().is_none_or(|k| k == resource.kind.as_str())
                    && id.as_ref().is_none_or(|g| glob_matches(g, &resource.id))
                    && server.as_ref().is_none_or(|glob| {
                        resource
                            .server
                            .as_ref()
                            .is_some_and(|server| glob_matches(glob, server))
                    })
            }
        }
    }

    /// True where every observed value is the accepted one.
    fn accepts(&self, evaluation: &Evaluation) -> bool {
        let evidence = &evaluation.evidence;
        // One value accepts one observation: what is found beside it later was never accepted.
        if let [only] = evidence.as_slice()
            && same(&self.value, &only.observed)
        {
            return true;
        }
        !evidence.is_empty() && evidence.iter().all(|item| self.accepts_own(item))
    }

    /// True where the waiver names the property, with this value.
    fn accepts_own(&self, item: &EvidenceItem) -> bool {
        self.own(item)
            .is_some_and(|value| same(value, &item.observed))
    }

    /// The accepted value of the property, where the waiver names properties.
    fn own(&self, item: &EvidenceItem) -> Option<&Value> {
        match &self.value {
            Value::Map(accepted) => accepted.get(item.property.as_ref()?),
            _ => None,
        }
    }

    /// In what a finding differs from what is accepted.
    fn otherwise(&self, evaluation: &Evaluation) -> OtherValue {
        let is_for_one = !matches!(self.value, Value::Map(_)) && evaluation.evidence.len() == 1;
        let differs = |item: &&EvidenceItem| !self.accepts_own(item);
        let accepted = |item: &EvidenceItem| match is_for_one {
            true => Some(self.value.clone()),
            false => self.own(item).cloned(),
        };
        OtherValue {
            resource: evaluation.resource.clone(),
            evidence: evaluation
                .evidence
                .iter()
                .filter(differs)
                .map(|item| (item.clone(), accepted(item)))
                .collect(),
        }
    }
}

/// What a person wrote, for reports; nothing of it where it states a secret.
fn shown(text: &str) -> String {
    match states_secret(text) {
        true => "(states a secret and is not shown)".to_owned(),
        false => text.to_owned(),
    }
}

/// Equal, with lists as sets: the order in which a person writes methods means nothing.
fn same(accepted: &Value, observed: &Value) -> bool {
    match (accepted, observed) {
        (Value::List(a), Value::List(b)) => Value::set(a.clone()) == Value::set(b.clone()),
        _ => accepted == observed,
    }
}

/// The line on which each item of the outermost list starts.
fn item_lines(text: &str) -> Vec<usize> {
    let indent = text
        .lines()
        .find(|line| line.trim_start().starts_with('-') && line.trim() != "---")
        .map_or(0, |line| line.len() - line.trim_start().len());
    text.lines()
        .enumerate()
        .filter(|(_, line)| {
            line.len() - line.trim_start().len() == indent
                && (line.trim_start().starts_with("- ") || line.trim() == "-")
        })
        .map(|(index, _)| index + 1)
        .collect()
}
