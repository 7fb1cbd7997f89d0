//! JSON Schemas (2020-12) of what we write and read, printed by `schema`.
//!
//! Outputs are derived from the types that write them; the policy input is read from the catalog; the
//! export script's record is written by hand, because the script writes it.

use serde_json::{Map, Value as Json, json};

use super::json::{DIFF_SCHEMA, DiffDocument};
use crate::catalog::{self, KindSpec, Property, Type};
use crate::model::{Assessment, CoverageRow, Plane, Value, Verification};

/// The names that [`schema`] knows, with one line each for `--help`.
pub const SCHEMAS: &[(&str, &str)] = &[
    (
        "audit",
        "audit --format json: every evaluation of a snapshot",
    ),
    (
        "diff",
        "diff --format json: what differs between two snapshots",
    ),
    ("verify", "verify --format json: what an update did"),
    ("input", "what a policy sees as `input`"),
    ("record", "record.json of the export script's bundle"),
];

/// One schema; None for a name that is not in [`SCHEMAS`].
pub fn schema(name: &str) -> Option<Json> {
    match name {
        "audit" => Some(derived::<Assessment>(name, Assessment::SCHEMA)),
        "diff" => Some(derived::<DiffDocument<'static>>(name, DIFF_SCHEMA)),
        "verify" => Some(derived::<Verification>(name, Verification::SCHEMA)),
        "input" => Some(input()),
        "record" => Some(record()),
        _ => None,
    }
}

/// A type's schema. Readers ignore unknown keys, so nothing is closed; the schema word is fixed.
fn derived<T: schemars::JsonSchema>(name: &str, word: &str) -> Json {
    let mut schema = schemars::SchemaGenerator::default()
        .into_root_schema_for::<T>()
        .to_value();
    schema["title"] = json!(format!("exdrift {name}"));
    schema["properties"]["schema"] = json!({"const": word});
    schema
}

/// `input` of a policy: every kind of the catalog on the four planes that policies read.
fn input() -> Json {
    let mut generator = schemars::SchemaGenerator::default();
    let value = generator.subschema_for::<Value>().to_value();
    let row = generator.subschema_for::<CoverageRow>().to_value();
    let mut properties = Map::new();
    properties.insert(
        "now".into(),
        json!({"type": "string", "format": "date-time"}),
    );
    properties.insert("organization".into(), json!({"type": "string"}));
    properties.insert("coverage".into(), json!({"type": "array", "items": row}));
    let names: Vec<_> = Plane::ALL.iter().map(|plane| plane.as_str()).collect();
    properties.insert(
        "planes".into(),
        json!({"description": "The planes that the operator has.", "type": "array", "items": {"enum": names}}),
    );
    let mut definitions: Map<String, Json> = generator.take_definitions(true);
    for plane in [Plane::Onprem, Plane::Cloud, Plane::Entra, Plane::Host] {
        let mut kinds = Map::new();
        for spec in catalog::KINDS {
            if spec.call(plane).is_some() {
                let reference = format!("#/$defs/{}", spec.name);
                kinds.insert(
                    spec.name.to_owned(),
                    json!({"type": "array", "items": {"$ref": reference}}),
                );
                definitions.insert(spec.name.to_owned(), resource(spec, &value));
            } else {
                kinds.insert(spec.name.to_owned(), json!({"type": "array"}));
            }
        }
        let required: Vec<_> = catalog::on_plane(plane).map(|spec| spec.name).collect();
        properties.insert(
            plane.as_str().to_owned(),
            json!({
                "description": plane.title(),
                "type": "object",
                "properties": kinds,
                "required": required,
            }),
        );
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "exdrift policy input",
        "type": "object",
        "properties": properties,
        "required": ["now", "organization", "coverage", "onprem", "cloud", "entra", "host"],
        "$defs": definitions,
    })
}

/// One kind: its declared properties; undeclared ones are values of any shape.
fn resource(spec: &KindSpec, value: &Json) -> Json {
    let mut properties = Map::new();
    for property in spec.declared() {
        if property.class == catalog::Class::Content {
            properties.insert(property.name.to_owned(), property_schema(property, value));
        }
    }
    let text = json!({"type": ["string", "null"]});
    properties.insert("_plane".into(), json!({"type": "string"}));
    properties.insert("_kind".into(), json!({"const": spec.name}));
    properties.insert("_key".into(), json!({"type": "string"}));
    properties.insert("_server".into(), text);
    properties.insert(
        "_site".into(),
        json!({"enum": ["frontend", "backend", null]}),
    );
    properties.insert(
        "_evidence".into(),
        json!({"enum": ["iis", "ad", "unstated", null]}),
    );
    properties.insert("_observed".into(), json!({"type": "object"}));
    json!({
        "description": format!("Source of the property list: {}", spec.source),
        "type": "object",
        "properties": properties,
        "required": ["_plane", "_kind", "_key"],
        "additionalProperties": value,
    })
}

/// A declared type, or null, or undecided: an export may always fail to say.
fn property_schema(property: &Property, value: &Json) -> Json {
    let mut description = String::new();
    if let Some(build) = property.since {
        description.push_str(&format!("Since build {build}. "));
    }
    if property.metabase {
        description
            .push_str("From the IIS metabase; `ad_only` where read with -ADPropertiesOnly. ");
    }
    let undecided = json!({
        "type": "object",
        "properties": {"$undecided": {"type": "string"}, "seen": value},
        "required": ["$undecided"],
    });
    let mut schema = json!({"anyOf": [shape(property.ty, value), {"type": "null"}, undecided]});
    if !description.is_empty() {
        schema["description"] = json!(description.trim_end());
    }
    schema
}

fn shape(ty: Type, value: &Json) -> Json {
    match ty {
        Type::Inferred => value.clone(),
        Type::Bool => json!({"type": "boolean"}),
        Type::Int => json!({"type": "integer"}),
        Type::Enum(spec) => {
            let members: Vec<_> = spec.members.iter().map(|(name, _)| *name).collect();
            // A newer build may know more members than we do.
            json!({"type": ["string", "integer", "array"], "examples": members})
        }
        Type::Flags(spec) => {
            let members: Vec<_> = spec.members.iter().map(|(name, _)| *name).collect();
            json!({"type": "array", "items": {"type": "string", "examples": members}})
        }
        Type::Certificate => {
            json!({"description": "The public facts of its DER bytes.", "type": "object"})
        }
        Type::Map => json!({"type": "object"}),
        Type::Tally => {
            json!({"description": "Value -> how many objects have it.", "type": "object", "additionalProperties": {"type": "integer"}})
        }
        Type::Record(fields) => {
            let fields: Map<_, _> = fields
                .iter()
                .map(|field| (field.name.to_owned(), property_schema(field, value)))
                .collect();
            json!({"type": "object", "properties": fields, "additionalProperties": false})
        }
        Type::KeyIdentifier => json!({"description": "Upper-case hex.", "type": "string"}),
        Type::Size => {
            json!({"description": "Bytes, or `Unlimited`.", "type": ["integer", "string"]})
        }
        Type::Limit => {
            json!({"description": "A count, or `Unlimited`.", "type": ["integer", "string"]})
        }
        Type::Span => {
            json!({"description": "Seconds, or `Unlimited`.", "type": ["integer", "string"]})
        }
        Type::Date => json!({"description": "RFC 3339, UTC.", "type": "string"}),
        Type::Text
        | Type::LowerText
        | Type::UpperText
        | Type::Guid
        | Type::Url
        | Type::ServerVersion
        | Type::AdObject
        | Type::AdName
        | Type::ServerName => json!({"type": "string"}),
        Type::Set(member) | Type::Ordered(member) => {
            json!({"type": "array", "items": {"anyOf": [shape(*member, value), {"type": ["null", "object"]}]}})
        }
    }
}

/// `record.json` as the export script writes it.
fn record() -> Json {
    let text_or_null = json!({"type": ["string", "null"]});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "exdrift record",
        "description": "Which calls the export script made and how they ended. It is what makes coverage `recorded`.",
        "type": "object",
        "required": ["schema", "script", "plane", "computer", "user", "started", "ended", "calls"],
        "properties": {
            "schema": {"const": "exdrift.record/1"},
            "script": {
                "type": "object",
                "required": ["name", "version"],
                "properties": {"name": {"type": "string"}, "version": {"type": "string"}},
            },
            "plane": {"enum": ["onprem", "cloud", "entra", "host"]},
            "computer": {"type": "string"},
            "user": {"type": "string"},
            "started": {"type": "string", "format": "date-time"},
            "ended": {"type": "string", "format": "date-time"},
            "whatif": {"type": "boolean"},
            "servers": {
                "description": "The list given by -Server; null for every server.",
                "type": ["array", "null"],
                "items": {"type": "string"},
            },
            "calls": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["plane", "kind", "cmdlet", "state"],
                    "properties": {
                        "plane": {"enum": ["onprem", "cloud", "entra", "host"]},
                        "kind": {"type": "string"},
                        "cmdlet": {"type": "string"},
                        "arguments": {"type": ["object", "null"]},
                        "server": {"description": "Null for calls of the whole organization.", "type": ["string", "null"]},
                        "file": text_or_null,
                        "sha256": {"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
                        "count": {"type": ["integer", "null"], "minimum": 0},
                        "state": {"enum": ["complete", "failed", "denied", "unsupported"]},
                        "error": text_or_null,
                    },
                    "if": {"properties": {"state": {"const": "complete"}}},
                    "then": {
                        "required": ["file", "sha256", "count"],
                        "properties": {
                            "file": {"type": "string"},
                            "sha256": {"type": "string"},
                            "count": {"type": "integer"},
                        },
                    },
                },
            },
        },
    })
}
