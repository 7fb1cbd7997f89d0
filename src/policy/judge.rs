//! One policy against one snapshot: subjects, what is missing, what Rego says, one answer each.

use std::collections::{BTreeMap, BTreeSet};

use super::asking::Answer;
use super::engine::RegoError;
use super::evaluate::EvaluateOptions;
use super::fingerprint::fingerprint;
use super::gate::{Gap, Gate, undecided};
use super::metadata::{Automation, Scope};
use super::output::{self, Remark, Remarks, SubjectKey, Violation};
use super::remediation::Filling;
use super::servers::{Estate, is_judged, server_of_reference};
use super::set::Policy;
use super::words::{missing_params, remark_text, unknown_text, violation_text};
use crate::catalog;
use crate::model::{
    Evaluation, EvidenceItem, Outcome, Plane, Remediation, Resource, ResourceId, ResourceRef,
};

pub(super) struct Judge<'a> {
    pub policy: &'a Policy,
    pub estate: &'a Estate<'a>,
    pub options: &'a EvaluateOptions,
}

/// What is known before Rego is asked.
pub(super) enum Prepared<'a> {
    /// No evidence is needed.
    Answered(Vec<Evaluation>),
    /// Rego must not be asked: evidence or params are missing.
    Blind(Gate<'a>, Option<Gap>),
    /// Rego decides.
    Seeing(Gate<'a>),
}

/// What Rego said.
#[derive(Default)]
struct Said {
    violations: BTreeMap<SubjectKey, Vec<Violation>>,
    not_applicable: Remarks,
    unknown: Remarks,
}

type Subjects = BTreeMap<SubjectKey, ResourceRef>;

impl<'a> Judge<'a> {
    /// What there is before Rego is asked.
    pub fn prepare(&self) -> Prepared<'a> {
        if let Some(evaluations) = self.before_rego() {
            return Prepared::Answered(evaluations);
        }
        let metadata = &self.policy.metadata;
        let gate = Gate::new(self.estate, metadata, self.options.planes.as_deref());
        let missing_params = missing_params(
            &metadata.params,
            &self.options.params,
            &self.estate.snapshot.manifest.organization,
        );
        if gate.is_blind() || missing_params.is_some() {
            return Prepared::Blind(gate, missing_params);
        }
        Prepared::Seeing(gate)
    }

    /// All evaluations of the policy, sorted by subject. `answer`: what Rego said, where it was asked.
    pub fn answer(
        &self,
        prepared: Prepared<'_>,
        answer: Option<Result<Answer, RegoError>>,
    ) -> Vec<Evaluation> {
        let (gate, missing_params, said) = match prepared {
            Prepared::Answered(evaluations) => return evaluations,
            Prepared::Blind(gate, missing_params) => {
                let said = Ok((self.default_subjects(), Said::default()));
                (gate, missing_params, said)
            }
            // No answer is an error: silence would pass.
            Prepared::Seeing(gate) => {
                let answer = answer.unwrap_or_else(|| Err(RegoError::no_answer()));
                (gate, None, answer.and_then(|answer| self.read(&answer)))
            }
        };
        said.and_then(|(subjects, said)| self.judge(&gate, missing_params, subjects, said))
            .unwrap_or_else(|error| vec![self.error(&error)])
    }

    /// The answers that need no evidence at all.
    fn before_rego(&self) -> Option<Vec<Evaluation>> {
        let metadata = &self.policy.metadata;
        let one = |outcome, reason: &str, message: String| {
            Some(vec![self.blank(
                self.organization(),
                outcome,
                Some(reason),
                message,
            )])
        };
        if let Some(why) = self.options.disabled.get(&metadata.id) {
            let message = format!("Switched off by the operator: {why}");
            return one(Outcome::NotApplicable, "disabled", message);
        }
        if let Some(planes) = &self.options.planes {
            let lacks = |plane: Plane| !planes.contains(&plane);
            let missing = metadata
                .requires
                .iter()
                .map(|r| r.plane)
                .find(|p| lacks(*p))
                .or_else(|| {
                    let groups = &metadata.any_of;
                    let none_left = !groups.is_empty()
                        && groups.iter().all(|g| g.iter().any(|r| lacks(r.plane)));
                    none_left
                        .then(|| groups.iter().flatten().map(|r| r.plane).find(|p| lacks(*p)))?
                });
            if let Some(plane) = missing {
                let message = format!(
                    "It needs {} ({plane}), which is not among this organization's planes.",
                    plane.title()
                );
                return one(Outcome::NotApplicable, "plane_not_configured", message);
            }
        }
        if metadata.automation == Automation::Manual {
            let message = "A person must look at this; see the description.".to_owned();
            return one(Outcome::Manual, "manual", message);
        }
        None
    }

    fn judge(
        &self,
        gate: &Gate<'_>,
        missing_params: Option<Gap>,
        subjects: Subjects,
        said: Said,
    ) -> Result<Vec<Evaluation>, RegoError> {
        let withheld = gate.withheld();
        self.check(&subjects, &said)?;

        // A server whose evidence is missing has an answer of its own, even without a subject.
        let mut missing_servers = Subjects::new();
        for server in self.servers_without_subject(&withheld, &subjects) {
            let reference = self.pseudo_subject(server);
            missing_servers.insert(SubjectKey::of(&reference), reference);
        }

        let mut evaluations = Vec::new();
        for (key, reference) in &subjects {
            let resource = self.resource(reference);
            let mut gaps = gate.of_subject(reference, resource);
            gaps.extend(missing_params.clone());
            let is_withheld = server_of_reference(reference).is_some_and(|s| withheld.contains(s));
            evaluations.push(self.one(key, reference, resource, &said, gaps, is_withheld));
        }
        for reference in missing_servers.values() {
            let gaps = gate.of_server(&reference.id);
            evaluations.push(self.unknown(reference.clone(), &gaps, &[]));
        }
        // Servers that nobody listed may have subjects that nobody saw.
        let mut unseen: Vec<Gap> = gate.unlisted_servers().into_iter().collect();
        if self.policy.rules.subject {
            // Which subjects there are, only Rego could have said.
            unseen.extend(missing_params);
        }
        if evaluations.is_empty() {
            unseen.splice(0..0, gate.of_organization());
            evaluations.push(self.without_subject(&unseen, &said));
        } else if !unseen.is_empty()
            && !subjects.contains_key(&SubjectKey::of(&self.organization()))
        {
            evaluations.push(self.unknown(self.organization(), &unseen, &[]));
        }
        evaluations.sort_by(|a, b| order(&a.resource).cmp(&order(&b.resource)));
        Ok(evaluations)
    }

    /// No subject: not applicable where everything was seen, else nobody knows.
    fn without_subject(&self, gaps: &[Gap], said: &Said) -> Evaluation {
        if !gaps.is_empty() || !said.unknown.all.is_empty() {
            return self.unknown(self.organization(), gaps, &said.unknown.all);
        }
        let (reason, message) = match said.not_applicable.all.first() {
            Some(remark) => (remark.reason.as_str(), remark_text(remark)),
            None => ("no_subject", "Nothing of this kind is there.".to_owned()),
        };
        self.blank(
            self.organization(),
            Outcome::NotApplicable,
            Some(reason),
            message,
        )
    }

    /// Withheld servers too: their subjects exist, and what is seen to be wrong there is wrong.
    fn read(&self, answer: &Answer) -> Result<(Subjects, Said), RegoError> {
        let mut subjects = self.default_subjects();
        let mut said = Said::default();
        for (rule, value) in answer {
            match *rule {
                "violation" => said.violations = output::violations(value).map_err(bad_output)?,
                "subject" => subjects = output::subjects(value).map_err(bad_output)?,
                "unknown" => said.unknown = output::remarks(rule, value).map_err(bad_output)?,
                _ => said.not_applicable = output::remarks(rule, value).map_err(bad_output)?,
            }
        }
        Ok((subjects, said))
    }

    /// Every resource of the first required kind; of directories the front ends.
    fn default_subjects(&self) -> Subjects {
        if self.policy.rules.subject {
            return Subjects::new();
        }
        let Some(first) = self.policy.metadata.requires.first() else {
            return Subjects::new();
        };
        self.estate
            .of_kind(first.plane, first.kind.as_str())
            .iter()
            .filter(|resource| is_judged(resource))
            .map(|resource| {
                let reference = resource.reference();
                (SubjectKey::of(&reference), reference)
            })
            .collect()
    }

    /// Rego may only speak of subjects, and of resources that exist.
    fn check(&self, subjects: &Subjects, said: &Said) -> Result<(), RegoError> {
        let named = said
            .violations
            .keys()
            .map(|key| ("violation", key))
            .chain(said.unknown.one.keys().map(|key| ("unknown", key)))
            .chain(
                said.not_applicable
                    .one
                    .keys()
                    .map(|key| ("not_applicable", key)),
            );
        for (rule, key) in named {
            if !subjects.contains_key(key) {
                return Err(bad_output(format!(
                    "`{rule}` names {key}, which is not a subject of this policy"
                )));
            }
        }
        for reference in subjects.values() {
            if reference.plane.is_some() && self.resource(reference).is_none() {
                let key = SubjectKey::of(reference);
                return Err(bad_output(format!(
                    "`subject` names {key}, which is not in the snapshot"
                )));
            }
        }
        let limit = self.policy.metadata.severity;
        let raised = |v: &Violation| v.severity.filter(|severity| *severity > limit);
        match said.violations.values().flatten().find_map(raised) {
            Some(severity) => Err(bad_output(format!(
                "`violation` raises the severity to {}; it may only lower {}",
                severity.as_str(),
                limit.as_str()
            ))),
            None => Ok(()),
        }
    }

    fn servers_without_subject<'s>(
        &'s self,
        withheld: &BTreeSet<&'s str>,
        subjects: &Subjects,
    ) -> Vec<&'s str> {
        let metadata = &self.policy.metadata;
        let Some(first) = metadata.requires.first() else {
            return Vec::new();
        };
        let spec = first.spec();
        let first_is_bound = spec.is_some_and(|spec| spec.is_server_bound());
        let seen: BTreeSet<&str> = subjects.values().filter_map(server_of_reference).collect();
        let mut servers: BTreeSet<&str> = BTreeSet::new();
        let subjects_have_servers = !seen.is_empty() || subjects.is_empty();
        match metadata.scope {
            // Judged by its own kind, and every other that it needs of the server.
            Scope::Server if first_is_bound && subjects_have_servers => {
                servers.extend(withheld);
            }
            Scope::Organization if first_is_bound && !self.policy.rules.subject => {
                servers.extend(self.unseen_carriers());
            }
            _ => {}
        }
        servers.retain(|server| !seen.contains(server));
        servers.into_iter().collect()
    }

    /// Servers that should carry the first required kind and whose evidence is missing.
    fn unseen_carriers(&self) -> BTreeSet<&str> {
        let Some(first) = self.policy.metadata.requires.first() else {
            return BTreeSet::new();
        };
        let (plane, kind) = (first.plane, first.kind.as_str());
        let mut servers = match catalog::find(kind) {
            Some(spec) => self.estate.carriers(plane, spec),
            None => BTreeSet::new(),
        };
        let unseen = self.estate.is_unseen(plane, kind);
        servers.retain(|server| unseen || self.estate.exception(plane, kind, server).is_some());
        servers
    }

    /// Stands for what should be there: the first required kind on that server, its name as the id.
    fn pseudo_subject(&self, server: &str) -> ResourceRef {
        match self.policy.metadata.requires.first() {
            Some(first) => ResourceRef {
                plane: Some(first.plane),
                kind: first.kind.clone(),
                id: server.to_owned(),
                server: Some(server.to_owned()),
            },
            None => self.organization(),
        }
    }

    /// One answer. Precedence: fail, unknown, not_applicable, pass.
    fn one(
        &self,
        key: &SubjectKey,
        reference: &ResourceRef,
        resource: Option<&Resource>,
        said: &Said,
        mut gaps: Vec<Gap>,
        is_withheld: bool,
    ) -> Evaluation {
        let mut violations: Vec<&Violation> = Vec::new();
        for violation in said.violations.get(key).into_iter().flatten() {
            // Where evidence of the server is missing, only what the subject itself shows counts: a rule
            // must not take for wrong what it could not see.
            if is_withheld && !is_seen(violation, resource) {
                continue;
            }
            // An absent or undecided value that Rego took for a wrong one is still missing.
            if let Some(reason) = undecided(&violation.observed) {
                let property = violation.property.as_deref().unwrap_or("a value");
                let message = format!("{property} of {} is undecided ({reason})", reference.id);
                let kind = violation
                    .resource
                    .as_ref()
                    .unwrap_or(reference)
                    .kind
                    .clone();
                gaps.push(Gap::new(reason.as_str(), message).of(kind));
            } else if !is_missing(violation, key, &gaps) {
                violations.push(violation);
            }
        }
        if !violations.is_empty() {
            return self.failure(reference, resource, &violations);
        }
        let remarks = |remarks: &Remarks| -> Vec<Remark> {
            let own = remarks.one.get(key).into_iter().flatten();
            remarks.all.iter().chain(own).cloned().collect()
        };
        let unknown = remarks(&said.unknown);
        if !gaps.is_empty() || !unknown.is_empty() {
            return self.unknown(reference.clone(), &gaps, &unknown);
        }
        let not_applicable = remarks(&said.not_applicable);
        if let Some(first) = not_applicable.first() {
            return self.blank(
                reference.clone(),
                Outcome::NotApplicable,
                Some(&first.reason),
                remark_text(first),
            );
        }
        self.blank(
            reference.clone(),
            Outcome::Pass,
            None,
            "In order.".to_owned(),
        )
    }

    fn failure(
        &self,
        reference: &ResourceRef,
        resource: Option<&Resource>,
        violations: &[&Violation],
    ) -> Evaluation {
        let metadata = &self.policy.metadata;
        let severity = violations
            .iter()
            .map(|v| v.severity.unwrap_or(metadata.severity))
            .max()
            .unwrap_or(metadata.severity);
        let mut messages: Vec<String> = Vec::new();
        for violation in violations {
            let message = violation_text(violation);
            if !messages.contains(&message) {
                messages.push(message);
            }
        }
        let mut message = messages.join(" ");
        let remediation = self
            .remediation(reference, resource, violations)
            .unwrap_or_else(|why| {
                message.push_str(&format!(" ({why}.)"));
                None
            });
        let evidence = violations
            .iter()
            .map(|violation| EvidenceItem {
                property: violation.property.clone(),
                observed: violation.observed.clone(),
                expected: violation.expected.clone(),
                resource: violation.resource.clone(),
            })
            .collect();
        Evaluation {
            severity,
            evidence,
            remediation,
            ..self.blank(reference.clone(), Outcome::Fail, None, message)
        }
    }

    fn remediation(
        &self,
        reference: &ResourceRef,
        resource: Option<&Resource>,
        violations: &[&Violation],
    ) -> Result<Option<Remediation>, String> {
        let Some(template) = &self.policy.metadata.remediation else {
            return Ok(None);
        };
        let mut observed = BTreeMap::new();
        let mut expected = BTreeMap::new();
        for violation in violations {
            if let Some(property) = &violation.property {
                observed.insert(property.clone(), violation.observed.clone());
                expected.insert(property.clone(), violation.expected.clone());
            }
        }
        let filling = Filling {
            server: server_of_reference(reference),
            identity: &reference.id,
            subject: resource.map(|r| &r.properties),
            observed: &observed,
            expected: &expected,
        };
        template.fill(&filling).map(Some)
    }

    fn unknown(&self, reference: ResourceRef, gaps: &[Gap], remarks: &[Remark]) -> Evaluation {
        let reason = gaps
            .first()
            .map(|gap| gap.reason.as_str())
            .or_else(|| remarks.first().map(|remark| remark.reason.as_str()))
            .unwrap_or("unknown");
        let message = unknown_text(gaps, remarks);
        let missing = match gaps.first() {
            Some(gap) => (gap.kind.clone(), gap.param.clone()),
            None => remarks.first().map_or((None, None), |remark| {
                (remark.kind.clone(), remark.param.clone())
            }),
        };
        Evaluation {
            missing_kind: missing.0,
            missing_param: missing.1,
            ..self.blank(reference, Outcome::Unknown, Some(reason), message)
        }
    }

    fn error(&self, error: &RegoError) -> Evaluation {
        self.blank(
            self.organization(),
            Outcome::Error,
            Some(error.reason),
            format!(
                "{error}. The policy gave no answer; see `exdrift policy check` and its author."
            ),
        )
    }

    fn blank(
        &self,
        resource: ResourceRef,
        outcome: Outcome,
        reason: Option<&str>,
        message: String,
    ) -> Evaluation {
        let metadata = &self.policy.metadata;
        let organization = &self.estate.snapshot.manifest.organization;
        Evaluation {
            policy: metadata.id.clone(),
            title: metadata.title.clone(),
            severity: metadata.severity,
            outcome,
            reason: reason.map(str::to_owned),
            fingerprint: fingerprint(organization, &metadata.id, &resource),
            resource,
            message,
            evidence: Vec::new(),
            remediation: None,
            references: metadata.references.clone(),
            frameworks: metadata.frameworks.clone(),
            waiver: None,
            category: metadata.category.clone(),
            since: None,
            missing_kind: None,
            missing_param: None,
        }
    }

    fn organization(&self) -> ResourceRef {
        ResourceRef::organization(&self.estate.snapshot.manifest.organization)
    }

    fn resource(&self, reference: &ResourceRef) -> Option<&Resource> {
        self.estate.snapshot.resources.get(&ResourceId {
            plane: reference.plane?,
            kind: reference.kind.clone(),
            key: reference.id.clone(),
        })
    }
}

/// True where the violation rests on a decided property of the subject's own resource.
fn is_seen(violation: &Violation, resource: Option<&Resource>) -> bool {
    violation.resource.is_none()
        && violation
            .property
            .as_ref()
            .and_then(|name| resource?.properties.get(name))
            .is_some_and(|value| !value.has_undecided() && *value != crate::model::Value::Null)
}

/// True where the violation speaks of a value that is missing.
fn is_missing(violation: &Violation, subject: &SubjectKey, gaps: &[Gap]) -> bool {
    let Some(property) = &violation.property else {
        return false;
    };
    let (plane, kind, key) = match &violation.resource {
        Some(resource) => (resource.plane, resource.kind.as_str(), resource.id.as_str()),
        None => (subject.plane, subject.kind.as_str(), subject.id.as_str()),
    };
    gaps.iter()
        .filter_map(|gap| gap.property.as_ref())
        .any(|(p, k, id, name)| Some(*p) == plane && k == kind && id == key && name == property)
}

fn bad_output(message: String) -> RegoError {
    RegoError {
        reason: "bad_output",
        message,
        place: None,
    }
}

/// The organization first, then by plane, kind and key.
pub(super) fn order(reference: &ResourceRef) -> (Option<Plane>, &str, &str) {
    (reference.plane, reference.kind.as_str(), &reference.id)
}
