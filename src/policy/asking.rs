//! Asks Rego. Policies that need the same modules of the library share an engine and a query: what they
//! share is then computed once for all of them.

use std::collections::BTreeMap;
use std::time::Duration;

use regorus::{Engine, Value};

use super::engine::{self, RegoError};
use super::input::Input;
use super::library;
use super::set::{Policy, PolicySet};

/// What is asked about.
pub(super) struct Asking<'a> {
    set: &'a PolicySet,
    input: &'a Input,
    /// Params and facts, shared by all engines.
    data: Value,
    time_limit: Duration,
}

/// The value of each of the output rules that a policy has.
pub(super) type Answer = Vec<(&'static str, Value)>;

impl<'a> Asking<'a> {
    pub fn new(
        set: &'a PolicySet,
        input: &'a Input,
        params: &serde_json::Value,
        time_limit: Duration,
    ) -> Self {
        Asking {
            set,
            input,
            data: set.data(params),
            time_limit,
        }
    }

    /// The policies by what they need of the library; each with its place in the list.
    pub fn groups<'p>(&self, policies: &[&'p Policy]) -> Vec<Vec<(usize, &'p Policy)>> {
        let mut groups: BTreeMap<Vec<&str>, Vec<(usize, &Policy)>> = BTreeMap::new();
        for (place, policy) in policies.iter().enumerate() {
            let mut needed: Vec<&str> = library::needed(self.set.libs.iter(), &policy.source)
                .into_iter()
                .map(|module| module.relative.as_str())
                .collect();
            needed.sort_unstable();
            groups.entry(needed).or_default().push((place, policy));
        }
        groups.into_values().collect()
    }

    /// The answers of policies that need the same of the library. One that breaks costs itself only: then
    /// each is asked alone.
    pub fn ask(&self, policies: &[&Policy]) -> Vec<Result<Answer, RegoError>> {
        match self.together(policies) {
            Ok(answers) => answers.into_iter().map(Ok).collect(),
            Err(error) if policies.len() == 1 => vec![Err(error)],
            Err(_) => policies
                .iter()
                .map(|policy| {
                    let answer = self.together(&[policy])?.pop();
                    answer.ok_or_else(RegoError::no_answer)
                })
                .collect(),
        }
    }

    fn together(&self, policies: &[&Policy]) -> Result<Vec<Answer>, RegoError> {
        let Some(first) = policies.first() else {
            return Ok(Vec::new());
        };
        let mut engine = self.engine(first, policies)?;
        let rules: Vec<(&str, &'static str)> = policies
            .iter()
            .flat_map(|policy| {
                let names = policy.rules.names();
                names.map(|rule| (policy.package.as_str(), rule))
            })
            .collect();
        let mut values = engine::eval_all(&mut engine, &rules)?.into_iter();
        Ok(policies
            .iter()
            .map(|policy| {
                let names = policy.rules.names();
                names.zip(values.by_ref()).collect()
            })
            .collect())
    }

    /// An engine with the policies and the part of the library that they refer to. Only what is needed:
    /// regorus looks through all modules of an engine whenever a rule refers to another package or to
    /// `data.params`.
    fn engine(&self, first: &Policy, policies: &[&Policy]) -> Result<Engine, RegoError> {
        let mut engine = engine::new(self.time_limit);
        for module in library::needed(self.set.libs.iter(), &first.source) {
            engine::add(&mut engine, &module.shown, &module.text)?;
        }
        for policy in policies {
            engine::add(&mut engine, &policy.file, &policy.source)?;
        }
        engine::mount(&mut engine, self.data.clone())?;
        engine.set_input(self.input.share());
        Ok(engine)
    }
}
