//! Answers that were given before, each with the digest of all that it rests on.
//!
//! A text of lines, each part by part with tabs between: the format with the SHA-256 of the rest; the
//! digest of every server; then a line a policy, with what its answers rest on and the answers as JSON. It
//! is a cache: a memory that is of another form, cut short or changed by one bit is no memory.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ring::digest;
use serde::{Deserialize, Serialize};

use super::metadata::Metadata;
use super::reads::Digest;
use super::set::hex;
use crate::model::{Evaluation, EvidenceItem, Kind, Outcome, Remediation, ResourceRef, Severity};

const FORMAT: &str = "exdrift.answers/1";

/// What was answered in the last evaluation. Empty: nothing is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// What each server showed to the policies that look at one server.
    pub(super) servers: BTreeMap<String, String>,
    /// By policy id.
    pub(super) policies: BTreeMap<String, Remembered>,
}

/// The answers of one policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remembered {
    /// What they rest on; of a policy that looks at one server, all but the servers.
    pub on: String,
    /// A list of [`Kept`], as JSON: most is taken over as it is.
    json: String,
}

impl Memory {
    /// Reads what [`Memory::to_bytes`] gave; empty for anything else.
    pub fn read(bytes: &[u8]) -> Self {
        Memory::parse(bytes).unwrap_or_default()
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (head, body) = std::str::from_utf8(bytes).ok()?.split_once('\n')?;
        if head != heading(body) {
            return None;
        }
        let mut lines = body.lines();
        let servers = serde_json::from_str(lines.next()?).ok()?;
        let mut policies = BTreeMap::new();
        for line in lines {
            let mut parts = line.splitn(3, '\t').map(str::to_owned);
            let (id, on, json) = (parts.next()?, parts.next()?, parts.next()?);
            policies.insert(id, Remembered { on, json });
        }
        Some(Memory { servers, policies })
    }

    /// As a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = serde_json::to_string(&self.servers).unwrap_or_default();
        body.push('\n');
        for (id, remembered) in &self.policies {
            for part in [id, "\t", &remembered.on, "\t", &remembered.json, "\n"] {
                body.push_str(part);
            }
        }
        format!("{}\n{body}", heading(&body)).into_bytes()
    }
}

fn heading(body: &str) -> String {
    let digest = digest::digest(&digest::SHA256, body.as_bytes());
    format!("{FORMAT}\t{}", hex(digest.as_ref()))
}

impl Remembered {
    /// None where they are not worth it: a policy that broke is asked again.
    pub fn of(on: &Digest, answers: &[Evaluation]) -> Option<Self> {
        if answers.iter().any(|e| e.outcome == Outcome::Error) {
            return None;
        }
        let kept: Vec<Kept> = answers.iter().map(Kept::of).collect();
        // JSON escapes every tab and line break.
        let json = serde_json::to_string(&kept).ok()?;
        Some(Remembered { on: hex(on), json })
    }

    /// True where they rest on just this.
    pub fn rests_on(&self, on: &Digest) -> bool {
        self.on == hex(on)
    }

    /// The answers; none where they are of another form.
    pub fn answers(&self, metadata: &Metadata) -> Option<Vec<Evaluation>> {
        let kept: Vec<Kept> = serde_json::from_str(&self.json).ok()?;
        Some(kept.into_iter().map(|k| k.whole(metadata)).collect())
    }
}

/// An evaluation without what its policy says once for all.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    severity: Severity,
    outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'a, str>>,
    resource: Cow<'a, ResourceRef>,
    message: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "is_empty")]
    evidence: Cow<'a, [EvidenceItem]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remediation: Option<Cow<'a, Remediation>>,
    fingerprint: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    missing_kind: Option<Cow<'a, Kind>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    missing_param: Option<Cow<'a, str>>,
}

fn is_empty(evidence: &[EvidenceItem]) -> bool {
    evidence.is_empty()
}

impl<'a> Kept<'a> {
    /// Waiver and history are added to an evaluation later, and never kept.
    fn of(e: &'a Evaluation) -> Self {
        Kept {
            severity: e.severity,
            outcome: e.outcome,
            reason: e.reason.as_deref().map(Cow::Borrowed),
            resource: Cow::Borrowed(&e.resource),
            message: Cow::Borrowed(&e.message),
            evidence: Cow::Borrowed(&e.evidence),
            remediation: e.remediation.as_ref().map(Cow::Borrowed),
            fingerprint: Cow::Borrowed(&e.fingerprint),
            missing_kind: e.missing_kind.as_ref().map(Cow::Borrowed),
            missing_param: e.missing_param.as_deref().map(Cow::Borrowed),
        }
    }

    fn whole(self, metadata: &Metadata) -> Evaluation {
        Evaluation {
            policy: metadata.id.clone(),
            title: metadata.title.clone(),
            severity: self.severity,
            outcome: self.outcome,
            reason: self.reason.map(Cow::into_owned),
            resource: self.resource.into_owned(),
            message: self.message.into_owned(),
            evidence: self.evidence.into_owned(),
            remediation: self.remediation.map(Cow::into_owned),
            references: metadata.references.clone(),
            frameworks: metadata.frameworks.clone(),
            fingerprint: self.fingerprint.into_owned(),
            waiver: None,
            category: metadata.category.clone(),
            since: None,
            missing_kind: self.missing_kind.map(Cow::into_owned),
            missing_param: self.missing_param.map(Cow::into_owned),
        }
    }
}
