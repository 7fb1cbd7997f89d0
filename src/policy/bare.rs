//! What another Rego engine needs to be asked the same: modules, `input`, `data`; and what each rule of
//! each policy gave here, before the engine of evidence had its say.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::engine;
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
    let input = Input::new(&Estate::new(snapshot), options.now);
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
    let input = Input::new(&Estate::new(snapshot), options.now);
    let data = set.data(&options.params);
    let mut all = BTreeMap::new();
    for policy in set.policies() {
        let rules: Vec<&str> = [
            (policy.rules.violation, "violation"),
            (policy.rules.not_applicable, "not_applicable"),
            (policy.rules.unknown, "unknown"),
            (policy.rules.subject, "subject"),
        ]
        .into_iter()
        .filter_map(|(has, rule)| has.then_some(rule))
        .collect();
        let Ok(mut engine) = set.engine(policy, &data, options.time_limit) else {
            continue;
        };
        engine.set_input(input.share());
        let Ok(values) = engine::eval_all(&mut engine, &policy.package, &rules) else {
            continue;
        };
        let said = rules
            .iter()
            .zip(values)
            .filter(|(_, value)| *value != regorus::Value::Undefined)
            .filter_map(|(rule, value)| {
                Some(((*rule).to_owned(), serde_json::to_value(value).ok()?))
            })
            .collect();
        all.insert(policy.package.clone(), said);
    }
    all
}
