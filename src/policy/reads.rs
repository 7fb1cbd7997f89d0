//! What policies look at: the kinds and properties that METADATA names, and the digest of all that is
//! there of them.

use std::collections::{BTreeMap, BTreeSet};

use ring::digest;

use super::metadata::Metadata;
use super::remediation::Template;
use crate::catalog::Roles;
use crate::model::{Kind, OTHER_PROPERTIES, Plane, Resource, Value};

/// SHA-256.
pub(super) type Digest = [u8; 32];

/// The kinds that policies look at, each with the properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reads {
    kinds: BTreeMap<(Plane, Kind), Wanted>,
    /// What is never compared, too.
    observed: bool,
}

/// The properties of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    All,
    These(BTreeSet<String>),
}

/// What is looked at of one kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    wanted: &'a Wanted,
    /// What is never compared, too.
    observed: bool,
}

impl View<'static> {
    /// Everything.
    pub const WHOLE: View<'static> = View {
        wanted: &Wanted::All,
        observed: true,
    };
}

impl<'a> View<'a> {
    /// True where the property is looked at. The mark of a selection always is.
    pub fn has(&self, property: &str) -> bool {
        match self.wanted {
            Wanted::All => true,
            Wanted::These(names) => names.contains(property) || property == OTHER_PROPERTIES,
        }
    }

    /// What is looked at of a resource's properties, in one order for one view.
    pub fn properties(
        self,
        resource: &'a Resource,
    ) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let (all, these) = match self.wanted {
            Wanted::All => (Some(&resource.properties), None),
            Wanted::These(names) => (None, Some(names)),
        };
        // A few of a hundred: each is looked up.
        let found = these.into_iter().flat_map(|names| {
            let names = names.iter().map(String::as_str);
            let names = std::iter::once(OTHER_PROPERTIES).chain(names);
            names.filter_map(|name| resource.properties.get_key_value(name))
        });
        all.into_iter().flatten().chain(found)
    }

    /// What is looked at of what is never compared.
    pub fn observed(self, resource: &'a Resource) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let observed = self.observed.then_some(&resource.observed);
        observed.into_iter().flatten()
    }
}

impl Reads {
    /// What a policy names. Of the built-in ones it is known that they look at no other property; of
    /// others only that they look at no other kind, because the lint finds every kind and not every
    /// property.
    pub fn of(metadata: &Metadata, built_in: bool, observed: bool) -> Self {
        let mut kinds: BTreeMap<(Plane, Kind), Wanted> = BTreeMap::new();
        for named in metadata.named() {
            let these = || Wanted::These(BTreeSet::new());
            let place = (named.plane, named.kind.clone());
            let wanted = kinds.entry(place).or_insert_with(these);
            match (&named.property, &mut *wanted) {
                (Some(property), Wanted::These(names)) if built_in => {
                    names.insert(property.clone());
                }
                _ => *wanted = Wanted::All,
            }
        }
        // What a remediation says of its subject.
        if let (Some(template), Some(first)) = (&metadata.remediation, metadata.requires.first())
            && let Some(Wanted::These(names)) = kinds.get_mut(&(first.plane, first.kind.clone()))
        {
            names.extend(Template::of_subject(template).map(str::to_owned));
        }
        // Which servers there are, and what each should carry.
        let servers = (Plane::Onprem, Kind::new("ExchangeServer"));
        let wanted = kinds
            .entry(servers)
            .or_insert_with(|| Wanted::These(BTreeSet::new()));
        if let Wanted::These(names) = wanted {
            names.extend(Roles::DECIDED_BY.map(str::to_owned));
        }
        Reads {
            kinds,
            observed: observed || !built_in,
        }
    }

    /// All that any of them looks at.
    pub fn of_all(reads: impl IntoIterator<Item = Reads>) -> Self {
        let mut all = Reads {
            kinds: BTreeMap::new(),
            observed: false,
        };
        for more in reads {
            all.observed |= more.observed;
            for (place, wanted) in more.kinds {
                match (all.kinds.get_mut(&place), wanted) {
                    (Some(Wanted::These(names)), Wanted::These(more)) => names.extend(more),
                    (Some(known), Wanted::All) => *known = Wanted::All,
                    (Some(Wanted::All), _) => {}
                    (None, wanted) => drop(all.kinds.insert(place, wanted)),
                }
            }
        }
        all
    }

    /// What is looked at of a kind; none where nobody does.
    pub fn of_kind(&self, plane: Plane, kind: &Kind) -> Option<View<'_>> {
        let wanted = self.kinds.get(&(plane, kind.clone()))?;
        Some(self.view(wanted))
    }

    /// True where what is never compared is looked at.
    pub fn has_observed(&self) -> bool {
        self.observed
    }

    /// The kinds, each with what is looked at of it.
    pub fn kinds(&self) -> impl Iterator<Item = (Plane, &Kind, View<'_>)> {
        self.kinds
            .iter()
            .map(|((plane, kind), wanted)| (*plane, kind, self.view(wanted)))
    }

    fn view<'a>(&self, wanted: &'a Wanted) -> View<'a> {
        View {
            wanted,
            observed: self.observed,
        }
    }
}

/// Takes in everything that an answer rests on.
pub(super) struct Witness(digest::Context);

impl Witness {
    pub fn new() -> Self {
        Witness(digest::Context::new(&digest::SHA256))
    }

    /// A text, told apart from what comes before and after.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let mut bytes = Vec::with_capacity(text.len() + 8);
        put(text, &mut bytes);
        self.0.update(&bytes);
        self
    }

    /// What is looked at of a resource.
    pub fn resource(&mut self, resource: &Resource, view: View<'_>) {
        let id = &resource.id;
        let mut bytes = Vec::with_capacity(512);
        put(id.plane.as_str(), &mut bytes);
        put(id.kind.as_str(), &mut bytes);
        put(&id.key, &mut bytes);
        let marks = [
            resource.server.as_deref(),
            resource.site.map(|site| site.as_str()),
            resource.evidence.map(|evidence| evidence.as_str()),
        ];
        for mark in marks {
            match mark {
                Some(mark) => put(mark, &mut bytes),
                None => bytes.push(0),
            }
        }
        put_all(view.properties(resource), &mut bytes);
        put_all(view.observed(resource), &mut bytes);
        self.0.update(&bytes);
    }

    pub fn digest(self) -> Digest {
        let mut digest = Digest::default();
        digest.copy_from_slice(self.0.finish().as_ref());
        digest
    }
}

/// Every piece begins with what it is and how long, so that no two different values give one text.
fn put(text: &str, bytes: &mut Vec<u8>) {
    bytes.push(b'"');
    put_length(text.len(), bytes);
    bytes.extend(text.as_bytes());
}

fn put_length(length: usize, bytes: &mut Vec<u8>) {
    bytes.extend((length as u64).to_le_bytes());
}

fn put_all<'a>(properties: impl Iterator<Item = (&'a String, &'a Value)>, bytes: &mut Vec<u8>) {
    for (name, value) in properties {
        put(name, bytes);
        put_value(value, bytes);
    }
    bytes.push(b'.');
}

fn put_value(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Null => bytes.push(b'n'),
        Value::Bool(flag) => bytes.push(if *flag { b't' } else { b'f' }),
        Value::Int(number) => {
            bytes.push(b'i');
            bytes.extend(number.to_le_bytes());
        }
        Value::Text(text) => put(text, bytes),
        Value::List(members) => {
            bytes.push(b'[');
            put_length(members.len(), bytes);
            for member in members {
                put_value(member, bytes);
            }
        }
        Value::Map(members) => {
            bytes.push(b'{');
            put_length(members.len(), bytes);
            for (name, member) in members {
                put(name, bytes);
                put_value(member, bytes);
            }
        }
        Value::Undecided(undecided) => {
            bytes.push(b'?');
            put(undecided.reason.as_str(), bytes);
            match &undecided.seen {
                Some(seen) => put_value(seen, bytes),
                None => bytes.push(0),
            }
        }
    }
}
