//! One YAML document of resources: a server's, or one kind's.
//!
//! One configuration gives one sequence of bytes: kinds, keys and names in byte order, marks first.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{Evidence, Kind, Plane, Properties, Resource, Site, Value};

/// The format word of this version.
pub const FORMAT: &str = "exdrift.resources/1";

const SITE: &str = "_site";
const EVIDENCE: &str = "_evidence";

/// Which half of a resource a document holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// Marks and configuration.
    Content,
    /// What is never compared.
    Observed,
}

/// Writes resources that belong to one file.
pub(super) fn write(
    plane: Plane,
    server: Option<&str>,
    half: Half,
    resources: &[&Resource],
) -> Result<Vec<u8>, serde_yaml::Error> {
    let mut kinds: BTreeMap<&str, BTreeMap<&str, Body<'_>>> = BTreeMap::new();
    for resource in resources {
        kinds
            .entry(resource.id.kind.as_str())
            .or_default()
            .insert(&resource.id.key, Body { resource, half });
    }
    let document = Out {
        format: FORMAT,
        plane,
        server,
        resources: kinds,
    };
    let mut bytes = Vec::with_capacity(resources.len() * 2048);
    serde_yaml::to_writer(&mut bytes, &document)?;
    Ok(bytes)
}

#[derive(Serialize)]
struct Out<'a> {
    format: &'static str,
    plane: Plane,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a str>,
    resources: BTreeMap<&'a str, BTreeMap<&'a str, Body<'a>>>,
}

struct Body<'a> {
    resource: &'a Resource,
    half: Half,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let resource = self.resource;
        let (properties, content) = match self.half {
            Half::Content => (&resource.properties, true),
            Half::Observed => (&resource.observed, false),
        };
        let mut map = serializer.serialize_map(None)?;
        if content {
            if let Some(evidence) = resource.evidence {
                map.serialize_entry(EVIDENCE, evidence.as_str())?;
            }
            if let Some(site) = resource.site {
                map.serialize_entry(SITE, site.as_str())?;
            }
        }
        for (name, value) in properties {
            // A doubled first character keeps Exchange's names apart from our marks.
            match name.chars().next() {
                Some(first @ ('_' | '$')) => {
                    map.serialize_entry(&format!("{first}{name}"), value)?;
                }
                _ => map.serialize_entry(name, value)?,
            }
        }
        map.end()
    }
}

/// A document as read.
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Document {
    pub format: String,
    pub plane: Plane,
    #[serde(default)]
    pub server: Option<String>,
    pub resources: Kinds,
}

/// Kinds, each with its resources, in the order of the file.
#[derive(Debug, PartialEq)]
pub(super) struct Kinds(pub Vec<(Kind, Vec<(String, Entry)>)>);

/// One resource of a document.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Entry {
    pub site: Option<Site>,
    pub evidence: Option<Evidence>,
    pub properties: Properties,
}

impl<'de> Deserialize<'de> for Kinds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kinds = deserializer.deserialize_map(Unique::<Keys>::new("kinds"))?;
        Ok(Kinds(
            kinds
                .into_iter()
                .map(|(kind, keys)| (Kind::new(kind), keys.0.into_iter().collect()))
                .collect(),
        ))
    }
}

struct Keys(BTreeMap<String, Entry>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_map(Unique::<Entry>::new("resource keys"))
            .map(Keys)
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of properties")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Entry, A::Error> {
        let mut names = Names::default();
        let (mut site, mut evidence) = (None, None);
        while let Some(name) = access.next_key_seed(&mut names)? {
            let again = match name {
                Name::Property(name) => {
                    names.properties.push((name, access.next_value()?));
                    false
                }
                Name::Site => site.replace(access.next_value()?).is_some(),
                Name::Evidence => evidence.replace(access.next_value()?).is_some(),
                // A mark that this version does not know.
                Name::Other => {
                    access.next_value::<IgnoredAny>()?;
                    false
                }
            };
            if again {
                return Err(de::Error::custom("a mark is there twice"));
            }
        }
        Ok(Entry {
            site,
            evidence,
            // In order already, which makes this cheap.
            properties: names.properties.into_iter().collect(),
        })
    }
}

/// A name in a resource: one of our marks, or Exchange's without what keeps it apart from them.
enum Name {
    Site,
    Evidence,
    Other,
    Property(String),
}

/// The properties so far. Canonical files have them in order, so that a repeated name cannot hide;
/// where one is out of order, every name is remembered.
#[derive(Default)]
struct Names {
    properties: Vec<(String, Value)>,
    seen: Option<BTreeSet<String>>,
}

impl<'de> DeserializeSeed<'de> for &mut Names {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for &mut Names {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property name")
    }

    fn visit_str<E: de::Error>(self, written: &str) -> Result<Name, E> {
        let name = match written.as_bytes() {
            [b'_', b'_', ..] | [b'$', b'$', ..] => &written[1..],
            [b'_', ..] => {
                return Ok(match written {
                    SITE => Name::Site,
                    EVIDENCE => Name::Evidence,
                    _ => Name::Other,
                });
            }
            _ => written,
        };
        let in_order = self
            .properties
            .last()
            .is_none_or(|(last, _)| last.as_str() < name);
        if self.seen.is_some() || !in_order {
            let properties = &self.properties;
            let seen = self
                .seen
                .get_or_insert_with(|| properties.iter().map(|(n, _)| n.clone()).collect());
            if !seen.insert(name.to_owned()) {
                return Err(E::custom(format_args!("`{written}` is there twice")));
            }
        }
        Ok(Name::Property(name.to_owned()))
    }
}

/// A map that refuses a key that it has, at the place of the second one.
struct Unique<V> {
    what: &'static str,
    value: std::marker::PhantomData<V>,
}

impl<V> Unique<V> {
    fn new(what: &'static str) -> Self {
        Unique {
            what,
            value: std::marker::PhantomData,
        }
    }
}

impl<'de, V: Deserialize<'de>> Visitor<'de> for Unique<V> {
    type Value = BTreeMap<String, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a map of {}", self.what)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some(key) = access.next_key_seed(NewKey(&map))? {
            let value = access.next_value()?;
            map.insert(key, value);
        }
        Ok(map)
    }
}

/// Refusing inside the key's own reading gives the error the key's line and column.
struct NewKey<'a, V>(&'a BTreeMap<String, V>);

impl<'de, V> DeserializeSeed<'de> for NewKey<'_, V> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<V> Visitor<'_> for NewKey<'_, V> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<String, E> {
        if self.0.contains_key(key) {
            return Err(E::custom(format_args!("`{key}` is there twice")));
        }
        Ok(key.to_owned())
    }
}

/// Reads a document both ways; true where the quick reader reads it.
///
/// # Panics
/// Where the reader for the canonical form answers otherwise than the general one.
pub(crate) fn read_twice(bytes: &[u8]) -> bool {
    let Some(quick) = super::canonical::read_canonical::<Document>(bytes) else {
        return false;
    };
    let general: Document = serde_yaml::from_slice(bytes).expect("the general reader reads it too");
    assert_eq!(quick, general);
    true
}

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Result<Document, serde_yaml::Error> {
    super::canonical::read(bytes)
}
