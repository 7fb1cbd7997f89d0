//! A snapshot as Rego sees it. Built once, straight from the resources, and shared by all engines.
//!
//! `input.<plane>.<Kind>` is a list for every kind of the catalog that the plane has; a resource is
//! its properties with `_plane`, `_kind`, `_key`, `_server`, `_site`, `_evidence`, `_observed`. On a
//! directory that was read from Active Directory only, what IIS decides is masked; where a file holds a
//! selection of an object's properties, every declared one that it left out says so.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use rayon::prelude::*;
use regorus::Value as Rego;
use rustc_hash::FxHashMap;

use super::reads::{Reads, View};
use super::servers::Estate;
use crate::catalog::{self, Class};
use crate::model::{
    Evidence, Kind, OTHER_PROPERTIES, Plane, Reason, Resource, Value, is_selection,
};

/// The input of every policy, built once and shared.
pub(super) struct Input(Rego);

impl Input {
    /// `configured`: the planes that the operator has; all without. `reads`: what the policies look at;
    /// everything without. What nobody looks at is left out.
    pub fn new(
        estate: &Estate<'_>,
        now: DateTime<Utc>,
        configured: Option<&[Plane]>,
        reads: Option<&Reads>,
    ) -> Self {
        let mut planes: BTreeMap<Plane, BTreeMap<Rego, Rego>> = BTreeMap::new();
        for plane in Plane::ALL {
            let kinds = planes.entry(plane).or_default();
            // A list for every kind that can be named, empty or not.
            for spec in catalog::on_plane(plane) {
                kinds.insert(Rego::from(spec.name), Rego::from(Vec::<Rego>::new()));
            }
        }
        for (plane, kind, resources) in estate.kinds() {
            let view = match reads {
                None => Some(&View::WHOLE),
                Some(reads) => reads.of_kind(plane, &Kind::new(kind)),
            };
            let Some(view) = view else { continue };
            let mask = Mask::of(kind, view);
            let built: Vec<Vec<Rego>> = resources
                .par_chunks(128)
                .map(|chunk| {
                    let mut keys = Keys::default();
                    chunk
                        .iter()
                        .map(|resource| object(resource, &mask, view, &mut keys))
                        .collect()
                })
                .collect();
            let list: Vec<Rego> = built.into_iter().flatten().collect();
            planes
                .entry(plane)
                .or_default()
                .insert(Rego::from(kind), Rego::from(list));
        }
        let coverage = serde_json::to_value(estate.snapshot.coverage()).unwrap_or_default();
        let organization = estate.snapshot.manifest.organization.as_str();
        let mut input = BTreeMap::from([
            (
                Rego::from("now"),
                Rego::from(now.to_rfc3339_opts(SecondsFormat::Secs, true)),
            ),
            (Rego::from("organization"), Rego::from(organization)),
            (Rego::from("coverage"), Rego::from(coverage)),
            (
                Rego::from("planes"),
                Plane::ALL
                    .iter()
                    .filter(|plane| configured.is_none_or(|planes| planes.contains(plane)))
                    .map(|plane| Rego::from(plane.as_str()))
                    .collect::<Vec<_>>()
                    .into(),
            ),
        ]);
        for (plane, kinds) in planes {
            input.insert(Rego::from(plane.as_str()), Rego::from(kinds));
        }
        Input(Rego::from(input))
    }

    /// A share of it: cloning counts, it does not copy.
    pub fn share(&self) -> Rego {
        self.0.clone()
    }
}

/// What a resource of one kind may not know.
struct Mask {
    /// What IIS decides.
    metabase: Vec<&'static str>,
    ad_only: Rego,
    /// What a file's maker may leave out.
    content: Vec<&'static str>,
    not_exported: Rego,
}

impl Mask {
    fn of(kind: &str, view: &View) -> Self {
        let declared = || {
            catalog::find(kind)
                .into_iter()
                .flat_map(|spec| spec.declared())
                .filter(|property| view.has(property.name))
        };
        let mark = |reason| rego(&Value::undecided(reason, None), &mut Keys::default());
        Mask {
            metabase: declared().filter(|p| p.metabase).map(|p| p.name).collect(),
            ad_only: mark(Reason::AdOnly),
            content: declared()
                .filter(|p| p.class == Class::Content)
                .map(|p| p.name)
                .collect(),
            not_exported: mark(Reason::NotExported),
        }
    }
}

/// Property names repeat thousands of times: one allocation each.
#[derive(Default)]
struct Keys(FxHashMap<String, Rego>);

impl Keys {
    fn of(&mut self, name: &str) -> Rego {
        if let Some(known) = self.0.get(name) {
            return known.clone();
        }
        let key = Rego::from(name);
        self.0.insert(name.to_owned(), key.clone());
        key
    }
}

fn object(resource: &Resource, mask: &Mask, view: &View, keys: &mut Keys) -> Rego {
    let mut out = properties(view.properties(resource), keys);
    if is_selection(&resource.properties) {
        out.remove(&keys.of(OTHER_PROPERTIES));
        for name in &mask.content {
            out.entry(keys.of(name))
                .or_insert_with(|| mask.not_exported.clone());
        }
    }
    if resource.evidence == Some(Evidence::Ad) {
        for name in &mask.metabase {
            out.insert(keys.of(name), mask.ad_only.clone());
        }
    }
    let text = |text: Option<&str>| text.map_or(Rego::Null, Rego::from);
    let marks = [
        ("_plane", keys.of(resource.id.plane.as_str())),
        ("_kind", keys.of(resource.id.kind.as_str())),
        ("_key", Rego::from(resource.id.key.as_str())),
        ("_server", text(resource.server.as_deref())),
        ("_site", text(resource.site.map(|s| s.as_str()))),
        ("_evidence", text(resource.evidence.map(|e| e.as_str()))),
        (
            "_observed",
            Rego::from(properties(view.observed(resource), keys)),
        ),
    ];
    for (name, value) in marks {
        out.insert(keys.of(name), value);
    }
    Rego::from(out)
}

fn properties<'a>(
    properties: impl Iterator<Item = (&'a String, &'a Value)>,
    keys: &mut Keys,
) -> BTreeMap<Rego, Rego> {
    properties
        .map(|(name, value)| (keys.of(name), rego(value, keys)))
        .collect()
}

/// A value in the form of the snapshot's JSON.
fn rego(value: &Value, keys: &mut Keys) -> Rego {
    match value {
        Value::Null => Rego::Null,
        Value::Bool(flag) => Rego::Bool(*flag),
        Value::Int(number) => Rego::from(*number),
        Value::Text(text) => Rego::from(text.as_str()),
        Value::List(members) => {
            let members: Vec<Rego> = members.iter().map(|m| rego(m, keys)).collect();
            Rego::from(members)
        }
        Value::Map(members) => {
            let members: BTreeMap<Rego, Rego> = members
                .iter()
                .map(|(name, member)| {
                    let name = if name.starts_with('$') {
                        keys.of(&format!("${name}"))
                    } else {
                        keys.of(name)
                    };
                    (name, rego(member, keys))
                })
                .collect();
            Rego::from(members)
        }
        Value::Undecided(undecided) => {
            let mut out =
                BTreeMap::from([(keys.of("$undecided"), keys.of(undecided.reason.as_str()))]);
            if let Some(seen) = &undecided.seen {
                out.insert(keys.of("seen"), rego(seen, keys));
            }
            Rego::from(out)
        }
    }
}

/// What Rego gave back, as a value of ours. The engine's numbers with a fraction become text.
pub(super) fn from_rego(value: &Rego) -> Value {
    match value {
        Rego::Null | Rego::Undefined => Value::Null,
        Rego::Bool(flag) => Value::Bool(*flag),
        Rego::Number(_) => value
            .as_i64()
            .map_or_else(|_| Value::text(value.to_string()), Value::Int),
        Rego::String(text) => Value::text(text.as_ref()),
        Rego::Array(members) => Value::List(members.iter().map(from_rego).collect()),
        Rego::Set(members) => Value::set(members.iter_sorted().map(from_rego).collect()),
        Rego::Object(_) => {
            // The snapshot's own reader knows `$undecided` and doubled marks.
            serde_json::to_value(value)
                .ok()
                .and_then(|json| serde_json::from_value(json).ok())
                .unwrap_or_else(|| Value::text(value.to_string()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Properties;

    #[test]
    fn what_a_selection_left_out_is_no_answer() {
        let mark = Value::undecided(Reason::NotExported, None);
        let resource = Resource {
            id: crate::model::ResourceId {
                plane: Plane::Onprem,
                kind: "OrganizationConfig".into(),
                key: "OrganizationConfig".to_owned(),
            },
            server: None,
            site: None,
            evidence: None,
            properties: Properties::from([
                (OTHER_PROPERTIES.to_owned(), mark.clone()),
                ("MapiHttpEnabled".to_owned(), Value::Bool(true)),
            ]),
            observed: Properties::new(),
        };
        let mask = Mask::of("OrganizationConfig", &View::WHOLE);
        let input = object(&resource, &mask, &View::WHOLE, &mut Keys::default());
        assert_eq!(from_rego(&input["MapiHttpEnabled"]), Value::Bool(true));
        assert_eq!(from_rego(&input["OAuth2ClientProfileEnabled"]), mark);
        assert_eq!(input[OTHER_PROPERTIES], Rego::Undefined);
        // A whole object that lacks one is of another build.
        let mut whole = resource;
        whole.properties.remove(OTHER_PROPERTIES);
        let input = object(&whole, &mask, &View::WHOLE, &mut Keys::default());
        assert_eq!(input["OAuth2ClientProfileEnabled"], Rego::Undefined);
    }

    #[test]
    fn values_come_back_as_they_went() {
        let value = Value::Map(BTreeMap::from([
            ("$x".to_owned(), Value::Int(i64::MIN)),
            (
                "list".to_owned(),
                Value::List(vec![Value::Null, Value::text("a"), Value::Bool(true)]),
            ),
            (
                "cut".to_owned(),
                Value::undecided(Reason::Truncated, Some(Value::text("b..."))),
            ),
        ]));
        assert_eq!(from_rego(&rego(&value, &mut Keys::default())), value);
    }
}
