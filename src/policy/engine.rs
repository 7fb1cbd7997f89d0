//! The only place that starts regorus, with the settings that every use needs.

use std::num::NonZeroU32;
use std::time::Duration;

use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value};

/// Why Rego gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RegoError {
    /// `time_limit`, `runtime_error`.
    pub reason: &'static str,
    /// One line.
    pub message: String,
    /// File, line and column, where the engine says them.
    pub place: Option<(String, u32, u32)>,
}

impl RegoError {
    /// The engine did not say what it was asked.
    pub fn no_answer() -> Self {
        RegoError {
            reason: "runtime_error",
            message: "the engine answered in another form than asked for".to_owned(),
            place: None,
        }
    }
}

impl std::fmt::Display for RegoError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some((file, line, column)) = &self.place {
            write!(f, "{file}:{line}:{column}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// An engine without policies.
pub(super) fn new(time_limit: Duration) -> Engine {
    let mut engine = Engine::new();
    // Strict, one `regex.match` on null ends the whole query instead of being undefined.
    engine.set_strict_builtin_errors(false);
    engine.set_execution_timer_config(ExecutionTimerConfig {
        limit: time_limit,
        check_interval: NonZeroU32::MIN.saturating_add(255),
    });
    // Otherwise print() writes to standard error by itself.
    engine.set_gather_prints(true);
    engine
}

/// Adds a module and reads its errors.
pub(super) fn add(engine: &mut Engine, file: &str, text: &str) -> Result<(), RegoError> {
    engine
        .add_policy(file.to_owned(), text.to_owned())
        .map(drop)
        .map_err(|error| describe(error.downcast_ref(), &error.to_string()))
}

/// Mounts a data document; the tables in it are shared, not copied.
pub(super) fn mount(engine: &mut Engine, data: Value) -> Result<(), RegoError> {
    engine.add_data(data).map_err(|error| RegoError {
        reason: "runtime_error",
        message: format!("params or facts cannot be mounted: {error}"),
        place: None,
    })
}

/// Compiles what was added: finds unsafe variables, which would break every evaluation.
pub(super) fn prepare(engine: &mut Engine) -> Result<(), RegoError> {
    engine
        .eval_query("true".to_owned(), false)
        .map(drop)
        .map_err(|error| describe(error.downcast_ref(), &error.to_string()))
}

/// Evaluates one rule that exists. `Value::Undefined` where it has no value.
pub(super) fn eval(engine: &mut Engine, rule: &str) -> Result<Value, RegoError> {
    let value = engine
        .eval_rule(rule.to_owned())
        .map_err(|error| describe(error.downcast_ref(), &error.to_string()));
    // What policies print goes nowhere, and must not pile up.
    let _ = engine.take_prints();
    value
}

/// Evaluates rules that exist (package and name) in one query: what they share in the library is then
/// computed once. `Value::Undefined` for a rule without a value.
pub(super) fn eval_all(
    engine: &mut Engine,
    rules: &[(&str, &str)],
) -> Result<Vec<Value>, RegoError> {
    // A comprehension is defined even where the rule is not.
    let terms: Vec<String> = rules
        .iter()
        .map(|(package, rule)| format!("[x | x := data.{package}.{rule}]"))
        .collect();
    let results = engine
        .eval_query(format!("[{}]", terms.join(", ")), false)
        .map_err(|error| describe(error.downcast_ref(), &error.to_string()));
    let _ = engine.take_prints();
    let value = results?
        .result
        .into_iter()
        .next()
        .and_then(|row| row.expressions.into_iter().next())
        .map_or(Value::Undefined, |expression| expression.value);
    let members = match &value {
        Value::Array(members) if members.len() == rules.len() => members,
        _ => return Err(RegoError::no_answer()),
    };
    Ok(members
        .iter()
        .map(|member| match member {
            Value::Array(one) => one.first().cloned().unwrap_or(Value::Undefined),
            _ => Value::Undefined,
        })
        .collect())
}

fn describe(limit: Option<&regorus::LimitError>, text: &str) -> RegoError {
    match limit {
        Some(regorus::LimitError::TimeLimitExceeded { limit, .. }) => RegoError {
            reason: "time_limit",
            message: format!(
                "stopped after {} s; the policy is too expensive for this organization",
                limit.as_secs_f64()
            ),
            place: None,
        },
        _ => read_text(text),
    }
}

/// regorus' errors are text: `--> file:line:column`, the source line with a caret, `error: message`.
fn read_text(text: &str) -> RegoError {
    let place = text
        .lines()
        .find_map(|line| line.trim_start().strip_prefix("--> "))
        .and_then(|arrow| {
            let (rest, column) = arrow.trim().rsplit_once(':')?;
            let (file, line) = rest.rsplit_once(':')?;
            Some((file.to_owned(), line.parse().ok()?, column.parse().ok()?))
        });
    let message = text
        .lines()
        .map(str::trim)
        .find_map(|line| {
            line.strip_prefix("error: ")
                .or_else(|| line.strip_prefix("warning: "))
        })
        .or_else(|| text.lines().map(str::trim).find(|line| !line.is_empty()))
        .unwrap_or("no message");
    RegoError {
        reason: "runtime_error",
        message: message.to_owned(),
        place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_survive_windows_paths() {
        let error = read_text("\n--> C:\\p\\a.rego:3:14\n  |\n3 | x\n  |  ^\nerror: bad thing");
        assert_eq!(error.place, Some(("C:\\p\\a.rego".to_owned(), 3, 14)));
        assert_eq!(error.message, "bad thing");
    }

    #[test]
    fn a_parse_error_an_unsafe_variable_and_a_loop_are_read() {
        let second = Duration::from_secs(1);
        let parse = add(&mut new(second), "a.rego", "package a\nx := [1,\n").unwrap_err();
        assert!(parse.place.is_some(), "{parse}");

        let mut engine = new(second);
        add(&mut engine, "b.rego", "package b\n\nx if { y > 1 }\n").unwrap();
        let unsafe_variable = prepare(&mut engine).unwrap_err();
        let (file, line, _) = unsafe_variable.place.clone().unwrap();
        assert_eq!((file.as_str(), line), ("b.rego", 3), "{unsafe_variable}");

        let mut engine = new(Duration::from_millis(100));
        let text = "package c\nn := numbers.range(1, 3000)\nx := count([1 | some a in n; some b in n; a > b])\n";
        add(&mut engine, "c.rego", text).unwrap();
        let error = eval(&mut engine, "data.c.x").unwrap_err();
        assert_eq!(error.reason, "time_limit");
    }
}
