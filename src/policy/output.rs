//! What a policy's rules returned, checked: a result that does not fit is an error of the policy.

use std::collections::BTreeMap;

use regorus::Value as Rego;
use serde::Deserialize;

use super::input::from_rego;
use crate::model::{Kind, Plane, ResourceRef, Severity, Value};

/// What makes a subject the same one in two rules.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct SubjectKey {
    pub plane: Option<Plane>,
    pub kind: Kind,
    pub id: String,
}

impl SubjectKey {
    pub fn of(reference: &ResourceRef) -> Self {
        SubjectKey {
            plane: reference.plane,
            kind: reference.kind.clone(),
            id: reference.id.clone(),
        }
    }
}

impl std::fmt::Display for SubjectKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.plane {
            Some(plane) => write!(f, "{plane}.{} {}", self.kind, self.id),
            None => write!(f, "{} {}", self.kind, self.id),
        }
    }
}

/// One member of `violation`.
#[derive(Clone, Debug)]
pub(super) struct Violation {
    pub property: Option<String>,
    pub observed: Value,
    pub expected: Value,
    pub severity: Option<Severity>,
    pub message: Option<String>,
    pub resource: Option<ResourceRef>,
}

/// One member of `unknown` or `not_applicable`.
#[derive(Clone, Debug)]
pub(super) struct Remark {
    pub reason: String,
    pub message: Option<String>,
    /// The kind whose evidence is missing, where it is another one than the subject's.
    pub kind: Option<Kind>,
    /// The param that the operator did not give, where that is what is missing.
    pub param: Option<String>,
}

/// Remarks by subject; those for every subject apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Remarks {
    pub all: Vec<Remark>,
    pub one: BTreeMap<SubjectKey, Vec<Remark>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSubject {
    plane: Option<Plane>,
    kind: String,
    id: String,
    #[serde(default)]
    server: Option<String>,
}

impl RawSubject {
    fn reference(self) -> ResourceRef {
        ResourceRef {
            plane: self.plane,
            kind: Kind::new(&self.kind),
            id: self.id,
            server: self.server,
        }
    }

    fn key(self) -> SubjectKey {
        SubjectKey {
            plane: self.plane,
            kind: Kind::new(&self.kind),
            id: self.id,
        }
    }
}

const SUBJECT_FORM: &str = r#"{"plane", "kind", "id", "server"}"#;

/// Members of a partial set (or a list); nothing where the rule has no value.
fn members<'a>(rule: &str, value: &'a Rego) -> Result<Vec<&'a Rego>, String> {
    match value {
        Rego::Undefined => Ok(Vec::new()),
        Rego::Set(set) => Ok(set.iter_sorted().collect()),
        Rego::Array(list) => Ok(list.iter().collect()),
        _ => Err(format!(
            "`{rule}` is not a set; write `{rule} contains ...`"
        )),
    }
}

fn field<'a>(object: &'a Rego, name: &str) -> Option<&'a Rego> {
    match object {
        Rego::Object(fields) => fields.get(&Rego::from(name)),
        _ => None,
    }
}

fn text(rule: &str, object: &Rego, name: &str) -> Result<Option<String>, String> {
    match field(object, name) {
        None | Some(Rego::Null) => Ok(None),
        Some(Rego::String(text)) => Ok(Some(text.to_string())),
        Some(other) => Err(format!("`{rule}`: `{name}` is not text: {other}")),
    }
}

fn known_keys(rule: &str, object: &Rego, known: &[&str]) -> Result<(), String> {
    let Rego::Object(fields) = object else {
        return Err(format!("`{rule}` has a member that is no object: {object}"));
    };
    for key in fields.keys_sorted() {
        if !key
            .as_string()
            .is_ok_and(|key| known.contains(&key.as_ref()))
        {
            return Err(format!(
                "`{rule}` has the key {key}; known are {}",
                known.join(", ")
            ));
        }
    }
    Ok(())
}

fn subject(rule: &str, value: &Rego) -> Result<RawSubject, String> {
    let form = |why: String| format!("`{rule}`: {value} is not a subject {SUBJECT_FORM}: {why}");
    let json = serde_json::to_value(value).map_err(|e| form(e.to_string()))?;
    serde_json::from_value(json).map_err(|e| form(e.to_string()))
}

/// Reads `subject`.
pub(super) fn subjects(value: &Rego) -> Result<BTreeMap<SubjectKey, ResourceRef>, String> {
    let mut found = BTreeMap::new();
    for member in members("subject", value)? {
        let reference = subject("subject", member)?.reference();
        found.insert(SubjectKey::of(&reference), reference);
    }
    Ok(found)
}

/// Reads `violation`.
pub(super) fn violations(value: &Rego) -> Result<BTreeMap<SubjectKey, Vec<Violation>>, String> {
    const RULE: &str = "violation";
    let known = [
        "subject", "property", "observed", "expected", "severity", "message", "resource",
    ];
    let mut found: BTreeMap<SubjectKey, Vec<Violation>> = BTreeMap::new();
    for member in members(RULE, value)? {
        known_keys(RULE, member, &known)?;
        let key = match field(member, "subject") {
            Some(value) => subject(RULE, value)?.key(),
            None => return Err(format!("`{RULE}` has a member without subject: {member}")),
        };
        let severity = match text(RULE, member, "severity")? {
            Some(word) => Some(
                Severity::ALL
                    .into_iter()
                    .find(|severity| severity.as_str() == word)
                    .ok_or_else(|| format!("`{RULE}`: `{word}` is not a severity"))?,
            ),
            None => None,
        };
        let resource = match field(member, "resource") {
            None | Some(Rego::Null) => None,
            Some(value) => Some(subject(RULE, value)?.reference()),
        };
        found.entry(key).or_default().push(Violation {
            property: text(RULE, member, "property")?,
            observed: field(member, "observed").map_or(Value::Null, from_rego),
            expected: field(member, "expected").map_or(Value::Null, from_rego),
            severity,
            message: text(RULE, member, "message")?,
            resource,
        });
    }
    Ok(found)
}

/// Reads `unknown` or `not_applicable`.
pub(super) fn remarks(rule: &str, value: &Rego) -> Result<Remarks, String> {
    let known = ["subject", "reason", "message", "property", "kind", "param"];
    let mut found = Remarks::default();
    for member in members(rule, value)? {
        known_keys(rule, member, &known)?;
        let remark = Remark {
            reason: text(rule, member, "reason")?
                .filter(|reason| !reason.is_empty())
                .ok_or_else(|| format!("`{rule}` has a member without reason: {member}"))?,
            message: match (
                text(rule, member, "message")?,
                text(rule, member, "property")?,
            ) {
                (Some(message), _) => Some(message),
                (None, property) => property,
            },
            kind: text(rule, member, "kind")?.map(|kind| Kind::new(&kind)),
            param: text(rule, member, "param")?,
        };
        match field(member, "subject") {
            None | Some(Rego::Null) => found.all.push(remark),
            Some(value) => {
                let key = subject(rule, value)?.key();
                found.one.entry(key).or_default().push(remark);
            }
        }
    }
    Ok(found)
}
