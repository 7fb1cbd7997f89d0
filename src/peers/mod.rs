//! Which server is not like its peers, without any baseline.
//!
//! Behind a load balancer the one wrong server of ten shows up at random, and a baseline that was wrong
//! from the start never shows it. Servers of one role, build and exposure are compared property by
//! property; what three quarters of them share (two of three) is usual, and whoever differs is named.
//!
//! In: a snapshot, the operator's exposure lists, the policies that read a property. Out: [`Outlier`]s.
//! Never: a verdict (the few may be right), or a word about a value that nobody saw.

mod place;
mod sentence;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::catalog::{self, KeyRule};
use crate::model::{Evidence, Kind, Outlier, Peers, Plane, Resource, State, Value};
use crate::snapshot::Snapshot;

/// What is known of the servers beside the snapshot.
pub struct Knowledge<'a> {
    /// The exposure that the operator gave to a server.
    pub exposure: &'a dyn Fn(&str) -> Option<String>,
    /// The ids of policies that look at a property.
    pub read_by: &'a dyn Fn(Plane, &str, &str) -> Vec<String>,
}

/// Fewer servers than this have no usual value.
const LEAST: usize = 3;

/// Objects of all servers that are the same thing on each: plane, kind, key without the server.
type Slot<'s> = (Plane, &'s str, String);

/// The servers that differ from their peers. Most telling first: what a policy reads, then by plane, kind,
/// object and property.
pub fn outliers(snapshot: &Snapshot, knowledge: &Knowledge<'_>) -> Vec<Outlier> {
    let servers = peers_of(snapshot, knowledge);
    if servers.len() < LEAST {
        return Vec::new();
    }
    let mut slots: BTreeMap<Slot<'_>, BTreeMap<&str, &Resource>> = BTreeMap::new();
    for resource in snapshot.resources.values() {
        let Some(server) = resource.server.as_deref() else {
            continue;
        };
        if let Some((server, _)) = servers.get_key_value(server) {
            let slot = (
                resource.id.plane,
                resource.id.kind.as_str(),
                place::object(&resource.id.key, server),
            );
            slots.entry(slot).or_default().insert(server, resource);
        }
    }
    let (alike, of_all_builds) = (groups(&servers, false), groups(&servers, true));
    let mut found: Vec<Outlier> = slots
        .par_iter()
        .flat_map_iter(|(slot, resources)| {
            let mut found = Vec::new();
            let is_build = slot.1 == "ServerVersion";
            for (peers, members) in if is_build { &of_all_builds } else { &alike } {
                let group = Group {
                    snapshot,
                    slot,
                    peers,
                    members,
                };
                group.missing(resources, &mut found);
                group.properties(resources, &mut found);
            }
            found
        })
        .collect();
    for outlier in &mut found {
        if let Some(property) = &outlier.property {
            outlier.policies = (knowledge.read_by)(outlier.plane, outlier.kind.as_str(), property);
        }
        outlier.message = sentence::of(outlier);
    }
    found.sort_by(|a, b| {
        let key = |o: &Outlier| {
            (
                o.policies.is_empty(),
                o.plane,
                o.kind.as_str().to_owned(),
                o.object.clone(),
                o.property.clone(),
                o.servers.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    found
}

/// Every server with what makes it comparable.
fn peers_of(snapshot: &Snapshot, knowledge: &Knowledge<'_>) -> BTreeMap<String, Peers> {
    let text = |resource: &Resource, name: &str| {
        resource
            .properties
            .get(name)
            .and_then(Value::as_text)
            .map(str::to_owned)
    };
    let builds: BTreeMap<&str, String> = snapshot
        .of_kind(Plane::Host, "ServerVersion")
        .filter_map(|version| Some((version.id.key.as_str(), text(version, "FileVersion")?)))
        .collect();
    snapshot
        .of_kind(Plane::Onprem, "ExchangeServer")
        .map(|server| {
            let name = server.id.key.clone();
            let peers = Peers {
                role: text(server, "ServerRole"),
                build: builds
                    .get(name.as_str())
                    .cloned()
                    .or_else(|| text(server, "AdminDisplayVersion")),
                exposure: (knowledge.exposure)(&name),
            };
            (name, peers)
        })
        .collect()
}

/// The groups that are large enough. Builds are compared among servers of all builds.
fn groups(servers: &BTreeMap<String, Peers>, is_build: bool) -> Vec<(Peers, BTreeSet<&str>)> {
    let mut groups: BTreeMap<Peers, BTreeSet<&str>> = BTreeMap::new();
    for (name, peers) in servers {
        let mut peers = peers.clone();
        if is_build {
            peers.build = None;
        }
        groups.entry(peers).or_default().insert(name);
    }
    groups
        .into_iter()
        .filter(|(_, members)| members.len() >= LEAST)
        .collect()
}

/// Comparable servers before one slot.
struct Group<'g> {
    snapshot: &'g Snapshot,
    slot: &'g Slot<'g>,
    peers: &'g Peers,
    members: &'g BTreeSet<&'g str>,
}

impl Group<'_> {
    /// Objects that a few servers have, or lack.
    fn missing(&self, resources: &BTreeMap<&str, &Resource>, found: &mut Vec<Outlier>) {
        let coverage = self.snapshot.coverage();
        let (seen, unseen): (Vec<&str>, Vec<&str>) = self.members.iter().partition(|server| {
            resources.contains_key(*server)
                || coverage.state_on(self.slot.0, self.slot.1, server) == State::Complete
        });
        let has = |server: &&str| resources.contains_key(*server);
        let (with, without): (Vec<&str>, Vec<&str>) = seen.iter().partition(|s| has(s));
        if with.is_empty() || without.is_empty() {
            return;
        }
        let lacking = with.len() > without.len();
        // Each server has a certificate or two of its own.
        let own = catalog::find(self.slot.1).is_some_and(|s| s.key == KeyRule::ServerThumbprint);
        if own && !lacking {
            return;
        }
        let (few, most) = match lacking {
            true => (without, with.len()),
            false => (with, without.len()),
        };
        if is_usual(most, seen.len()) {
            let whole = Value::text(self.slot.2.clone());
            found.push(Outlier {
                observed: (!lacking).then(|| whole.clone()),
                usual: lacking.then_some(whole),
                compared: seen.len(),
                usual_on: most,
                unseen: unseen.len(),
                ..self.outlier(None, &few)
            });
        }
    }

    /// Properties that a few servers have otherwise.
    fn properties(&self, resources: &BTreeMap<&str, &Resource>, found: &mut Vec<Outlier>) {
        let spec = catalog::find(self.slot.1);
        let here: Vec<(&str, &Resource)> = self
            .members
            .iter()
            .filter_map(|server| Some((*server, *resources.get(server)?)))
            .collect();
        if here.len() < LEAST {
            return;
        }
        let names: BTreeSet<&str> = here
            .iter()
            .flat_map(|(_, resource)| resource.properties.keys())
            .map(String::as_str)
            .filter(|name| !place::is_a_servers_own(name))
            .collect();
        for name in names {
            let metabase = spec
                .and_then(|spec| spec.property(name))
                .is_some_and(|property| property.metabase);
            let answers: Vec<(&str, &Value)> = here
                .iter()
                // Active Directory does not know what IIS does.
                .filter(|(_, resource)| !(metabase && resource.evidence == Some(Evidence::Ad)))
                .filter_map(|(server, resource)| Some((*server, resource.properties.get(name)?)))
                .filter(|(_, value)| !value.has_undecided())
                .collect();
            // Most properties are the same everywhere, and need no more than a look.
            if answers.windows(2).all(|pair| pair[0].1 == pair[1].1) {
                continue;
            }
            let compared = answers.len();
            let mut by_value: BTreeMap<Value, Vec<&str>> = BTreeMap::new();
            for (server, value) in answers {
                by_value
                    .entry(place::without_server(value, server))
                    .or_default()
                    .push(server);
            }
            self.differing(name, by_value, compared, found);
        }
    }

    fn differing(
        &self,
        name: &str,
        mut by_value: BTreeMap<Value, Vec<&str>>,
        compared: usize,
        found: &mut Vec<Outlier>,
    ) {
        if by_value.len() < 2 {
            return;
        }
        let Some(usual) = by_value
            .iter()
            .find(|(_, servers)| is_usual(servers.len(), compared))
            .map(|(value, _)| value.clone())
        else {
            return;
        };
        let usual_on = by_value.remove(&usual).map_or(0, |servers| servers.len());
        for (value, servers) in by_value {
            let (added, removed) = members(&value, &usual);
            found.push(Outlier {
                observed: Some(value),
                usual: Some(usual.clone()),
                added,
                removed,
                compared,
                usual_on,
                unseen: self.members.len() - compared,
                ..self.outlier(Some(name), &servers)
            });
        }
    }

    fn outlier(&self, property: Option<&str>, servers: &[&str]) -> Outlier {
        Outlier {
            plane: self.slot.0,
            kind: Kind::new(self.slot.1),
            object: match self.slot.2.as_str() {
                "" => self.slot.1.to_owned(),
                object => object.to_owned(),
            },
            property: property.map(str::to_owned),
            servers: servers.iter().map(|s| (*s).to_owned()).collect(),
            observed: None,
            usual: None,
            added: Vec::new(),
            removed: Vec::new(),
            peers: self.peers.clone(),
            compared: 0,
            usual_on: 0,
            unseen: 0,
            policies: Vec::new(),
            message: String::new(),
        }
    }
}

/// Three quarters of at least four, or two of three.
fn is_usual(have: usize, of: usize) -> bool {
    of >= LEAST && (have * 4 >= of * 3 || (of == LEAST && have == 2))
}

/// What one list has and the other lacks, both ways.
fn members(value: &Value, usual: &Value) -> (Vec<Value>, Vec<Value>) {
    let (Value::List(value), Value::List(usual)) = (value, usual) else {
        return (Vec::new(), Vec::new());
    };
    let beyond = |a: &[Value], b: &[Value]| {
        a.iter()
            .filter(|member| !b.contains(member))
            .cloned()
            .collect()
    };
    (beyond(value, usual), beyond(usual, value))
}
