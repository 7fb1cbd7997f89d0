//! The verdict on an update: two assessments by the same policies, params and facts, and the drift.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Assessment, ChangeSet, DriftClass, Evaluation, Kind, Outcome, Plane, ResourceRef, SnapshotRef,
    Verdict, Verification,
};

/// A policy's id and a subject.
type Key<'a> = (&'a str, &'a SubjectKey);
type SubjectKey = (Option<Plane>, Kind, String);

/// Compares by policy and resource. `fixed` holds the evaluations of the older side (they say what
/// was wrong), the other lists those of the newer side.
pub fn verify(before: &Assessment, after: &Assessment, drift: ChangeSet) -> Verification {
    let keys = |side: &Assessment| -> Vec<SubjectKey> {
        side.evaluations.iter().map(|e| key(&e.resource)).collect()
    };
    let (before_keys, after_keys) = (keys(before), keys(after));
    let old: BTreeMap<Key<'_>, &Evaluation> = before
        .evaluations
        .iter()
        .zip(&before_keys)
        .map(|(e, k)| ((e.policy.as_str(), k), e))
        .collect();
    let now: BTreeMap<Key<'_>, &Evaluation> = after
        .evaluations
        .iter()
        .zip(&after_keys)
        .map(|(e, k)| ((e.policy.as_str(), k), e))
        .collect();

    let mut new = Vec::new();
    let mut still = Vec::new();
    let mut lost = Lost::default();
    for (evaluation, key) in after.evaluations.iter().zip(&after_keys) {
        let earlier = old.get(&(evaluation.policy.as_str(), key)).copied();
        match evaluation.outcome {
            Outcome::Fail => {
                let failed = earlier.is_some_and(|e| e.outcome == Outcome::Fail);
                // A waiver that no longer fits makes the finding new: nobody accepted this value.
                let was_open = earlier.is_some_and(Evaluation::is_open_failure);
                if evaluation.is_open_failure() && !was_open {
                    new.push(evaluation.clone());
                } else if failed {
                    still.push(evaluation.clone());
                }
            }
            Outcome::Unknown | Outcome::Error => {
                if earlier.is_some_and(had_an_answer) {
                    lost.push(evaluation);
                }
            }
            Outcome::Pass | Outcome::NotApplicable | Outcome::Manual => {}
        }
    }
    let mut fixed = Vec::new();
    for (evaluation, key) in before.evaluations.iter().zip(&before_keys) {
        match now.get(&(evaluation.policy.as_str(), key)) {
            Some(later) => {
                let answered = matches!(later.outcome, Outcome::Pass | Outcome::NotApplicable);
                if evaluation.outcome == Outcome::Fail && answered {
                    fixed.push(evaluation.clone());
                }
            }
            // The subject is gone. Where the policy could not see that server or kind any more,
            // nobody knows whether it was removed or only not read.
            None if had_an_answer(evaluation) => {
                let blind: Vec<&Evaluation> = after
                    .evaluations
                    .iter()
                    .filter(|e| e.policy == evaluation.policy && blinds(e, &evaluation.resource))
                    .collect();
                if blind.is_empty() {
                    if evaluation.outcome == Outcome::Fail {
                        fixed.push(evaluation.clone());
                    }
                } else {
                    blind.into_iter().for_each(|e| lost.push(e));
                }
            }
            None => {}
        }
    }

    let lost_evidence = lost.list;
    let unexplained = drift.changes.iter().any(|change| {
        !change
            .attribution
            .as_ref()
            .is_some_and(|a| a.class.is_explained() || a.class == DriftClass::Expiry)
    });
    let blind = !lost_evidence.is_empty() || drift.coverage_changes.iter().any(|c| c.lost);
    let verdict = if !new.is_empty() || unexplained {
        Verdict::Regressed
    } else if blind {
        Verdict::Incomplete
    } else if !fixed.is_empty() {
        Verdict::Fixed
    } else {
        Verdict::Clean
    };
    let run_next = run_next(&new, &lost_evidence, verdict, before, after);
    Verification {
        schema: Verification::SCHEMA.to_owned(),
        verdict,
        before: reference(before),
        after: reference(after),
        drift,
        new,
        fixed,
        still,
        lost_evidence,
        run_next,
        expiry: Vec::new(),
    }
}

/// The new findings that time alone made, as fingerprints in the order of `new`: `before_later`, the older
/// side judged at the time of the newer one, fails them too, and everything that they show is the same.
/// A certificate that ran out is one; a certificate that was exchanged for a shorter one is not.
pub fn by_time_alone(new: &[Evaluation], before_later: &Assessment) -> Vec<String> {
    let later: BTreeMap<&str, &Evaluation> = before_later
        .evaluations
        .iter()
        .filter(|e| e.outcome == Outcome::Fail)
        .map(|e| (e.fingerprint.as_str(), e))
        .collect();
    new.iter()
        .filter(|e| {
            later
                .get(e.fingerprint.as_str())
                .is_some_and(|earlier| earlier.evidence == e.evidence)
        })
        .map(|e| e.fingerprint.clone())
        .collect()
}

#[derive(Default)]
struct Lost {
    list: Vec<Evaluation>,
    seen: BTreeSet<String>,
}

impl Lost {
    fn push(&mut self, evaluation: &Evaluation) {
        if self.seen.insert(evaluation.fingerprint.clone()) {
            self.list.push(evaluation.clone());
        }
    }
}

fn key(resource: &ResourceRef) -> SubjectKey {
    (resource.plane, resource.kind.clone(), resource.id.clone())
}

fn had_an_answer(evaluation: &Evaluation) -> bool {
    matches!(
        evaluation.outcome,
        Outcome::Pass | Outcome::Fail | Outcome::NotApplicable
    )
}

/// True where this evaluation says that the policy cannot see what the resource lived in: the
/// organization as a whole, or its server.
fn blinds(evaluation: &Evaluation, resource: &ResourceRef) -> bool {
    matches!(evaluation.outcome, Outcome::Unknown | Outcome::Error)
        && (evaluation.resource.plane.is_none()
            || (evaluation.resource.server.is_some()
                && evaluation.resource.server == resource.server))
}

fn reference(side: &Assessment) -> SnapshotRef {
    SnapshotRef {
        organization: side.organization.clone(),
        snapshot: side.snapshot.clone(),
        digest: side.digest.clone(),
    }
}

/// First the PowerShell that mends new findings, each once, then what exdrift should do.
fn run_next(
    new: &[Evaluation],
    lost: &[Evaluation],
    verdict: Verdict,
    before: &Assessment,
    after: &Assessment,
) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut push = |command: String| {
        if !commands.contains(&command) {
            commands.push(command);
        }
    };
    for remediation in new.iter().filter_map(|e| e.remediation.as_ref()) {
        push(remediation.powershell.trim_end().to_owned());
    }
    let organization = &after.organization;
    if !lost.is_empty() {
        push("exdrift collect --script > exdrift-export.ps1".to_owned());
        push(format!("exdrift import <bundle> --org {organization}"));
    }
    if !new.is_empty() || !lost.is_empty() {
        push(format!(
            "exdrift verify --before {organization}@{} --after {organization}@latest",
            before.snapshot
        ));
    }
    if matches!(verdict, Verdict::Clean | Verdict::Fixed) {
        push(format!(
            "exdrift baseline set {organization}@{}",
            after.snapshot
        ));
    }
    commands
}
