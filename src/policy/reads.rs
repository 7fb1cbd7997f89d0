//! What policies look at: the kinds that METADATA names, of them the properties whose names stand anywhere in
//! the texts of the pack (policies, library, facts), and the digest of all that is there of them.
//!
//! A property whose name is nowhere written cannot be read; which of those that are written a rule reads in
//! the end nobody has to know.

use std::collections::BTreeSet;
use std::sync::Arc;

use ring::digest;
use rustc_hash::FxHashSet;

use super::metadata::Metadata;
use crate::catalog::Roles;
use crate::model::{Kind, Plane, Resource, Value};

/// SHA-256.
pub(super) type Digest = [u8; 32];

/// What policies look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reads {
    kinds: BTreeSet<(Plane, Kind)>,
    view: View,
}

/// Every word of some texts.
pub(super) type Words = Arc<FxHashSet<String>>;

/// What is looked at of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct View {
    /// Every word of the pack; none: every property.
    words: Option<Words>,
    /// What is never compared, too.
    observed: bool,
}

impl View {
    /// Everything.
    pub const WHOLE: View = View {
        words: None,
        observed: true,
    };

    /// True where the property may be looked at. A name that is no word always may.
    pub fn has(&self, property: &str) -> bool {
        match &self.words {
            None => true,
            Some(words) => words.contains(property) || !property.bytes().all(is_of_a_word),
        }
    }

    /// What is looked at of a resource's properties.
    pub fn properties<'a>(
        &'a self,
        resource: &'a Resource,
    ) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let properties = resource.properties.iter();
        properties.filter(|(name, _)| self.has(name))
    }

    /// What is looked at of what is never compared.
    pub fn observed<'a>(
        &self,
        resource: &'a Resource,
    ) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let observed = self.observed.then_some(&resource.observed);
        observed.into_iter().flatten()
    }
}

/// The words of a pack's texts, with the names that the audit itself looks at.
pub(super) fn words<'t>(texts: impl Iterator<Item = &'t str>) -> Words {
    let mut words: FxHashSet<&str> = texts
        .flat_map(|text| text.split(|c: char| !c.is_ascii() || !is_of_a_word(c as u8)))
        .collect();
    words.extend(Roles::DECIDED_BY);
    Arc::new(words.into_iter().map(str::to_owned).collect())
}

fn is_of_a_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Reads {
    /// Of a policy of a pack with these words. `None`: a policy that is not part of the program may do what
    /// it likes, and of it only the kinds are known.
    pub fn of(metadata: &Metadata, words: Option<Words>, observed: bool) -> Self {
        let mut kinds: BTreeSet<(Plane, Kind)> = metadata
            .named()
            .map(|named| (named.plane, named.kind.clone()))
            .collect();
        // Which servers there are, and what each should carry.
        kinds.insert((Plane::Onprem, Kind::new("ExchangeServer")));
        let observed = observed || words.is_none();
        Reads {
            kinds,
            view: View { words, observed },
        }
    }

    /// All that any of them looks at; all are of one pack.
    pub fn of_all<'r>(reads: impl IntoIterator<Item = &'r Reads>) -> Self {
        let mut all = Reads {
            kinds: BTreeSet::new(),
            view: View {
                words: Some(Words::default()),
                observed: false,
            },
        };
        for more in reads {
            all.kinds.extend(more.kinds.iter().cloned());
            all.view.observed |= more.view.observed;
            if all.view.words.is_some() {
                all.view.words.clone_from(&more.view.words);
            }
        }
        all
    }

    /// What is looked at of a kind; none where nobody does.
    pub fn of_kind(&self, plane: Plane, kind: &Kind) -> Option<&View> {
        let named = self.kinds.contains(&(plane, kind.clone()));
        named.then_some(&self.view)
    }

    /// The kinds.
    pub fn kinds(&self) -> impl Iterator<Item = (Plane, &Kind)> {
        self.kinds.iter().map(|(plane, kind)| (*plane, kind))
    }

    /// What is looked at of every kind that is.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// True where what is never compared is looked at.
    pub fn has_observed(&self) -> bool {
        self.view.observed
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
    pub fn resource(&mut self, resource: &Resource, view: &View) {
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
