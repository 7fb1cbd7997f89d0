//! What a policy needs to see, against what was seen. Unknown is not pass, and it is decided here.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use super::metadata::{Metadata, Scope};
use super::requirement::Requirement;
use super::servers::{Estate, is_judged, server_of_reference};
use crate::catalog;
use crate::model::{
    Evidence, Kind, Plane, Reason, Resource, ResourceRef, State, Value, is_selection,
};

/// One thing that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// A machine word.
    pub reason: String,
    /// One sentence for a person.
    pub message: String,
    /// The property and its resource, where one value is missing.
    pub property: Option<(Plane, String, String, String)>,
    /// The kind that was not seen, or whose value is missing; none where no evidence is (a param).
    pub kind: Option<Kind>,
    /// The params that the operator did not give.
    pub param: Option<String>,
}

impl Gap {
    pub fn new(reason: impl Into<String>, message: impl Into<String>) -> Self {
        Gap {
            reason: reason.into(),
            message: message.into(),
            property: None,
            kind: None,
            param: None,
        }
    }

    /// The same, of a kind.
    pub fn of(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Seen, but longer ago than allowed: no pass rests on it, and what is wrong in it still fails.
    fn is_old(&self) -> bool {
        self.reason == STALE
    }
}

const STALE: &str = "stale";

/// The requirements of one policy over one snapshot.
pub(super) struct Gate<'a> {
    estate: &'a Estate<'a>,
    scope: Scope,
    requires: &'a [Requirement],
    any_of: Vec<&'a [Requirement]>,
    /// Answers that are the same for every subject of a server.
    cache: RefCell<HashMap<CacheKey, Option<Gap>>>,
}

/// A requirement by its address, and the server.
type CacheKey = (*const Requirement, Option<String>);

impl<'a> Gate<'a> {
    /// `planes`: those that the operator has; groups of other planes do not count.
    pub fn new(estate: &'a Estate<'a>, metadata: &'a Metadata, planes: Option<&[Plane]>) -> Self {
        let has = |r: &Requirement| planes.is_none_or(|planes| planes.contains(&r.plane));
        Gate {
            estate,
            scope: metadata.scope,
            requires: &metadata.requires,
            any_of: metadata
                .any_of
                .iter()
                .map(Vec::as_slice)
                .filter(|group| group.iter().all(has))
                .collect(),
            cache: RefCell::default(),
        }
    }

    /// True where Rego must not be asked: what it would take for empty was never seen. For
    /// `scope: server` an organization-wide kind must be whole.
    pub fn is_blind(&self) -> bool {
        let dark = |r: &Requirement| {
            self.estate.is_unseen(r.plane, r.kind.as_str())
                || (self.scope == Scope::Server
                    && !is_server_bound(r)
                    && self.coverage(r, None).is_some_and(|gap| !gap.is_old()))
        };
        self.requires.iter().any(dark)
            || (!self.any_of.is_empty() && self.any_of.iter().all(|group| group.iter().any(dark)))
    }

    /// Servers that must not be asked about: evidence that the policy needs of them is missing.
    pub fn withheld(&self) -> BTreeSet<&'a str> {
        if self.scope != Scope::Server {
            return BTreeSet::new();
        }
        let bound: BTreeSet<(Plane, &str)> = self
            .requires
            .iter()
            .chain(self.any_of.iter().copied().flatten())
            .filter(|r| is_server_bound(r))
            .map(|r| (r.plane, r.kind.as_str()))
            .collect();
        let mut servers = BTreeSet::new();
        for (plane, kind) in bound {
            if let Some(spec) = catalog::find(kind) {
                servers.extend(self.estate.carriers(plane, spec));
            }
        }
        servers.retain(|server| self.of_server(server).iter().any(|gap| !gap.is_old()));
        servers
    }

    /// What coverage lacks for a server.
    pub fn of_server(&self, server: &str) -> Vec<Gap> {
        self.gaps(|r| self.coverage(r, Some(server)))
    }

    /// What coverage lacks for the whole organization.
    pub fn of_organization(&self) -> Vec<Gap> {
        self.gaps(|r| self.coverage(r, None))
    }

    /// A required kind whose servers are not known, so that no list of subjects is complete.
    pub fn unlisted_servers(&self) -> Option<Gap> {
        self.requires
            .iter()
            .filter(|r| is_server_bound(r))
            .find_map(|r| {
                let row = self.estate.row(r.plane, r.kind.as_str())?;
                let unexplained =
                    row.except.is_empty() || row.reason.as_deref() == Some("server_list_unknown");
                (row.state == State::Partial && unexplained).then(|| self.coverage(r, None))?
            })
    }

    /// Everything that is missing to judge a subject; `resource` is the subject's, where it is one.
    pub fn of_subject(&self, subject: &ResourceRef, resource: Option<&Resource>) -> Vec<Gap> {
        let server = match self.scope {
            Scope::Server => server_of_reference(subject),
            Scope::Organization => None,
        };
        self.gaps(|r| {
            self.coverage(r, server)
                .or_else(|| self.property(r, server, subject, resource))
        })
    }

    fn gaps(&self, gap: impl Fn(&'a Requirement) -> Option<Gap>) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = Vec::new();
        let mut push = |gap: Gap| {
            if !gaps.contains(&gap) {
                gaps.push(gap);
            }
        };
        self.requires.iter().filter_map(&gap).for_each(&mut push);
        if !self.any_of.is_empty() {
            let mut groups = Vec::with_capacity(self.any_of.len());
            for group in &self.any_of {
                groups.push(group.iter().filter_map(&gap).collect::<Vec<_>>());
            }
            if !groups.iter().any(Vec::is_empty) {
                // The way with the fewest holes is the one to mend.
                let nearest = groups.into_iter().min_by_key(Vec::len);
                nearest.into_iter().flatten().for_each(&mut push);
            }
        }
        gaps
    }

    fn coverage(&self, r: &'a Requirement, server: Option<&str>) -> Option<Gap> {
        let server = server.filter(|_| is_server_bound(r));
        let kind = r.kind.as_str();
        let Some(row) = self.estate.row(r.plane, kind) else {
            return Some(state_gap(r, server, State::NotAttempted, None));
        };
        match server {
            Some(server) => match self.estate.exception(r.plane, kind, server) {
                Some(exception) if exception.state == State::Complete => None,
                Some(exception) => {
                    let reason = exception.reason.as_deref().or(row.reason.as_deref());
                    Some(state_gap(r, Some(server), exception.state, reason))
                }
                None => match row.state {
                    State::Complete | State::Partial => None,
                    state => Some(state_gap(r, Some(server), state, row.reason.as_deref())),
                },
            },
            None if row.state == State::Complete && row.except.is_empty() => None,
            None => {
                let mut gap = state_gap(
                    r,
                    None,
                    match row.state {
                        State::Complete => State::Partial,
                        state => state,
                    },
                    row.reason.as_deref(),
                );
                if let Some(first) = row.except.first() {
                    let more = match row.except.len() {
                        1 => String::new(),
                        n => format!(" and {} more", n - 1),
                    };
                    gap.message = format!(
                        "{} of {}{more} is missing ({}){}",
                        r.kind,
                        first.server,
                        first.state.as_str(),
                        how_to_read(r)
                    );
                }
                Some(gap)
            }
        }
    }

    fn property(
        &self,
        r: &'a Requirement,
        server: Option<&str>,
        subject: &ResourceRef,
        resource: Option<&Resource>,
    ) -> Option<Gap> {
        let name = r.property.as_deref()?;
        if subject.plane == Some(r.plane) && subject.kind == r.kind {
            return property_gap(r, name, resource?);
        }
        let server = server.filter(|_| is_server_bound(r));
        let key = (std::ptr::from_ref(r), server.map(str::to_owned));
        if let Some(known) = self.cache.borrow().get(&key) {
            return known.clone();
        }
        let resources = match server {
            Some(server) => self.estate.on_server(r.plane, r.kind.as_str(), server),
            None => self.estate.of_kind(r.plane, r.kind.as_str()),
        };
        let gap = resources
            .iter()
            .filter(|resource| is_judged(resource))
            .find_map(|resource| property_gap(r, name, resource));
        self.cache.borrow_mut().insert(key, gap.clone());
        gap
    }
}

fn is_server_bound(r: &Requirement) -> bool {
    r.spec().is_some_and(|spec| spec.is_server_bound())
}

/// `AuthServer of EX01 was refused (Access denied); ...`.
fn state_gap(r: &Requirement, server: Option<&str>, state: State, reason: Option<&str>) -> Gap {
    let what = match server {
        Some(server) => format!("{} of {server}", r.kind),
        None => r.kind.to_string(),
    };
    let (word, happened) = match state {
        State::NotAttempted => ("not_collected", "was not collected"),
        State::Denied => ("denied", "was refused for lack of rights"),
        State::Failed => ("failed", "could not be read"),
        State::Unsupported => ("unsupported", "cannot be read on this build"),
        State::Stale => (STALE, "is carried on from an earlier export"),
        State::Partial | State::Complete => ("partial", "was read in part"),
    };
    // `server_list_unknown` and the like say more than `partial`.
    let machine_word =
        |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let word = match (state, reason.filter(machine_word)) {
        (State::Partial | State::Complete, Some(reason)) => reason,
        _ => word,
    };
    let why = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
    Gap::new(word, format!("{what} {happened}{why}{}", how_to_read(r))).of(r.kind.clone())
}

fn how_to_read(r: &Requirement) -> String {
    match r.spec().and_then(|spec| spec.call(r.plane)) {
        // No cmdlet reads these, and the name of the call is ours.
        Some(_) if r.plane == Plane::Host => "; the export script reads it".to_owned(),
        Some(call) => format!("; `{}` reads it, the export script does", call.cmdlet),
        None => String::new(),
    }
}

fn property_gap(r: &Requirement, name: &str, resource: &Resource) -> Option<Gap> {
    let metabase = || r.declared().is_some_and(|p| p.metabase);
    let (reason, message) = if resource.evidence == Some(Evidence::Ad) && metabase() {
        (
            Reason::AdOnly.as_str(),
            format!(
                "{name} of {} was read from Active Directory only, which does not know what IIS does; export without -ADPropertiesOnly",
                resource.id.key
            ),
        )
    } else {
        match resource.properties.get(name) {
            None if is_selection(&resource.properties) => (
                Reason::NotExported.as_str(),
                format!(
                    "{name} of {} is not in the file: the tool that wrote it picks some properties{}",
                    resource.id.key,
                    how_to_read(r)
                ),
            ),
            None => {
                let since = match r.first_build() {
                    Some(build) => format!("; builds before {build} do not have it"),
                    None => "; this build or this export does not have it".to_owned(),
                };
                (
                    "property_absent",
                    format!("{name} is absent on {}{since}", resource.id.key),
                )
            }
            Some(Value::Null) if !r.null_is_an_answer() => (
                "null_value",
                format!("{name} of {} is blank, which is no answer", resource.id.key),
            ),
            Some(value) => {
                let reason = undecided(value)?;
                (
                    reason.as_str(),
                    format!(
                        "{name} of {} is undecided in this export ({reason}); export it as CLIXML",
                        resource.id.key
                    ),
                )
            }
        }
    };
    Some(Gap {
        reason: reason.to_owned(),
        message,
        property: Some((
            resource.id.plane,
            resource.id.kind.to_string(),
            resource.id.key.clone(),
            name.to_owned(),
        )),
        kind: Some(resource.id.kind.clone()),
        param: None,
    })
}

/// The first undecided reason in a value or its members.
pub(super) fn undecided(value: &Value) -> Option<Reason> {
    match value {
        Value::Undecided(u) => Some(u.reason),
        Value::List(members) => members.iter().find_map(undecided),
        Value::Map(members) => members.values().find_map(undecided),
        _ => None,
    }
}
