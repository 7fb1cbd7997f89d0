//! What another Rego engine needs to be asked the same: modules, `input`, `data`; and what each rule of
//! each policy gave here, before the engine of evidence had its say.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::asking::Asking;
use super::evaluate::EvaluateOptions;
use super::input::Input;
use super::servers::Estate;
use super::set::PolicySet;
use crate::snapshot::Snapshot;

/// `{"input": ..., "data": {"params": ..., "facts": ...}}`: the document that a policy is asked with, for
/// other engines (`opa eval`) and for writing tests.
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
pub fn answers(
    set: &PolicySet,
    snapshot: &Snapshot,
    options: &EvaluateOptions,
) -> BTreeMap<String, BTreeMap<String, Json>> {
    let input = Input::new(
        &Estate::new(snapshot),
        options.now,
        options.planes.as_deref(),
        None,
    );
    let asking = Asking::new(set, &input, &options.params, options.time_limit);
    let mut all = BTreeMap::new();
    for policy in set.policies() {
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
