//! What another Rego engine needs to be asked the same: modules, `input`, `data`; and what each rule of
//! each policy gave here, before the engine of evidence had its say.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::asking::Asking;
use super::evaluate::EvaluateOptions;
use super::input::Input;
use super::reads::Reads;
use super::servers::Estate;
use super::set::{Policy, PolicySet};
use crate::snapshot::Snapshot;

/// `{"input": ..., "data": {"params": ..., "facts": ...}}`: the document that a policy is asked with, for
/// other engines (`opa eval`) and for writing tests. With all that is there: a built-in policy is shown
/// what it can look at, and gives the same answers.
///
/// # Errors
/// A value that JSON cannot hold; none is known.
pub fn world(
    set: &PolicySet,
    snapshot: &Snapshot,
    options: &EvaluateOptions,
) -> Result<Json, serde_json::Error> {
    let input = Input::new(
        &Estate::new(snapshot),
        options.now,
        options.planes.as_deref(),
        None,
    );
    Ok(serde_json::json!({
        "input": serde_json::to_value(input.share())?,
        "data": serde_json::to_value(set.data(&options.params))?,
    }))
}

/// Package to rule to value, as Rego gave them: sets are arrays in order, a rule without a value is absent.
/// A policy that broke is absent as a whole.
pub type Said = BTreeMap<String, BTreeMap<String, Json>>;

/// What every policy says with [`world`] before it.
pub fn answers(set: &PolicySet, snapshot: &Snapshot, options: &EvaluateOptions) -> Said {
    said(set, snapshot, options, |_| None)
}

/// What every policy says where it is shown what it can look at and no more, as in an audit.
pub fn answers_to_what_is_named(
    set: &PolicySet,
    snapshot: &Snapshot,
    options: &EvaluateOptions,
) -> Said {
    said(set, snapshot, options, |policy| Some(&policy.reads))
}

fn said<'a>(
    set: &'a PolicySet,
    snapshot: &Snapshot,
    options: &EvaluateOptions,
    reads: impl Fn(&'a Policy) -> Option<&'a Reads>,
) -> Said {
    let estate = Estate::new(snapshot);
    let mut all = Said::new();
    for policy in set.policies() {
        let planes = options.planes.as_deref();
        let input = Input::new(&estate, options.now, planes, reads(policy));
        let asking = Asking::new(set, &input, &options.params, options.time_limit);
        let Some(Ok(answer)) = asking.ask(&[policy]).pop() else {
            continue;
        };
        let said = answer
            .into_iter()
            .filter(|(_, value)| *value != regorus::Value::Undefined)
            .filter_map(|(rule, value)| Some((rule.to_owned(), serde_json::to_value(value).ok()?)))
            .collect();
        all.insert(policy.package.clone(), said);
    }
    all
}
