//! What each side can prove: a resource is gone only where somebody looked and it was not there.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalog::{self, KeyRule};
use crate::model::{CoverageChange, CoverageRow, Kind, Plane, Resource, State};
use crate::snapshot::Snapshot;

/// The `reason` of a row whose kind lives on servers and whose snapshot has no complete list of them.
const SERVER_LIST_UNKNOWN: &str = "server_list_unknown";
/// A server that a complete list of servers does not have.
const NOT_EXPECTED: &str = "not_expected";
/// The catalogs read the kind differently.
const READ_DIFFERENTLY: &str = "read_differently";

/// Both sides' coverage, and the entries that absences without proof have caused so far.
pub(super) struct Sight<'a> {
    before: Side<'a>,
    after: Side<'a>,
    /// Kinds of different catalog revisions, with the planes on which a resource was left out.
    incomparable: BTreeMap<Kind, (u32, u32)>,
    left_out: BTreeSet<(Plane, Kind)>,
    /// Absences that the states alone do not explain, by plane, kind, id and server.
    absences: BTreeMap<(Plane, Kind, Option<String>, Option<String>), CoverageChange>,
}

impl<'a> Sight<'a> {
    pub(super) fn new(before: &'a Snapshot, after: &'a Snapshot) -> Self {
        let incomparable = before
            .manifest
            .revisions
            .iter()
            .filter_map(|(kind, old)| {
                let new = after.manifest.revisions.get(kind)?;
                (old != new).then(|| (Kind::new(kind), (*old, *new)))
            })
            .collect();
        Sight {
            before: Side::new(before),
            after: Side::new(after),
            incomparable,
            left_out: BTreeSet::new(),
            absences: BTreeMap::new(),
        }
    }

    /// True where a kind is known to be read differently by the two sides' catalogs.
    pub(super) fn has_incomparable_kinds(&self) -> bool {
        !self.incomparable.is_empty()
    }

    /// False for a resource of such a kind, which is noted.
    pub(super) fn can_compare(&mut self, resource: &Resource) -> bool {
        if !self.incomparable.contains_key(&resource.id.kind) {
            return true;
        }
        self.left_out
            .insert((resource.id.plane, resource.id.kind.clone()));
        false
    }

    /// True where the newer side looked for this resource of the older one and it was not there. Else
    /// the reason is an entry of [`Sight::into_changes`].
    pub(super) fn after_proves_absence_of(&mut self, resource: &Resource) -> bool {
        self.after.proves_absence_of(resource) || {
            self.note_absence(resource, true);
            false
        }
    }

    /// The same for a resource that only the newer side has.
    pub(super) fn before_proves_absence_of(&mut self, resource: &Resource) -> bool {
        self.before.proves_absence_of(resource) || {
            self.note_absence(resource, false);
            false
        }
    }

    fn note_absence(&mut self, resource: &Resource, lost: bool) {
        let (plane, kind) = (resource.id.plane, &resource.id.kind);
        let (was, is) = (
            self.before.state(plane, kind),
            self.after.state(plane, kind),
        );
        let server = bound_to(resource);
        let told = was != is
            || server
                .as_deref()
                .filter(|_| is_usable(was))
                .is_some_and(|server| {
                    self.before.word(plane, kind, server) != self.after.word(plane, kind, server)
                        && (self.before.is_exception(plane, kind, server)
                            || self.after.is_exception(plane, kind, server))
                });
        if told {
            return;
        }
        let id = server.is_none().then(|| resource.id.key.clone());
        let (seen, missing) = if lost {
            ("older", "newer")
        } else {
            ("newer", "older")
        };
        let word = |here: bool| if here { "seen" } else { "not_seen" }.to_owned();
        self.absences
            .entry((plane, kind.clone(), id.clone(), server.clone()))
            .or_insert_with(|| CoverageChange {
                plane,
                kind: kind.clone(),
                id,
                server,
                property: None,
                before: word(lost),
                after: word(!lost),
                lost,
                reason: format!(
                    "seen in the {seen} snapshot only, and the {missing} one does not prove that it is not there"
                ),
            });
    }

    /// Evidence gained and lost, kind by kind and server by server.
    pub(super) fn into_changes(self) -> Vec<CoverageChange> {
        let mut kinds: BTreeSet<(Plane, &str)> = self.before.rows.keys().copied().collect();
        kinds.extend(self.after.rows.keys());
        kinds.extend(
            self.left_out
                .iter()
                .map(|(plane, kind)| (*plane, kind.as_str())),
        );
        let mut out = Vec::new();
        for (plane, noun) in kinds {
            let kind = Kind::new(noun);
            let (was, is) = (
                self.before.state(plane, &kind),
                self.after.state(plane, &kind),
            );
            let revisions = self.incomparable.get(&kind);
            if let Some((old, new)) = revisions.filter(|_| is_usable(was) == is_usable(is)) {
                out.push(entry(
                    plane,
                    &kind,
                    None,
                    (was.as_str(), READ_DIFFERENTLY),
                    false,
                    format!("the catalog read this kind at revision {old} before and at revision {new} now, and the older form cannot be upgraded"),
                ));
            } else if was != is {
                out.push(entry(
                    plane,
                    &kind,
                    None,
                    (was.as_str(), is.as_str()),
                    rank(is) < rank(was),
                    self.reason(plane, &kind, was, is),
                ));
            }
            if is_usable(was) && is_usable(is) {
                self.exceptions(plane, &kind, &mut out);
            }
        }
        out.extend(self.absences.into_values());
        out
    }

    /// One entry for each server whose state for the kind differs between the sides.
    fn exceptions(&self, plane: Plane, kind: &Kind, out: &mut Vec<CoverageChange>) {
        let servers: BTreeSet<&String> = [&self.before, &self.after]
            .into_iter()
            .filter_map(|side| side.rows.get(&(plane, kind.as_str())))
            .flat_map(|row| row.except.keys())
            .collect();
        for server in servers {
            let was = self.before.word(plane, kind, server);
            let is = self.after.word(plane, kind, server);
            if was == is {
                continue;
            }
            let side = if is == State::Complete.as_str() || is == NOT_EXPECTED {
                &self.before
            } else {
                &self.after
            };
            let reason = side
                .rows
                .get(&(plane, kind.as_str()))
                .and_then(|row| row.except.get(server))
                .and_then(|(_, reason)| reason.clone())
                .unwrap_or_else(|| format!("{server}: {was} before, {is} now"));
            let complete = State::Complete.as_str();
            let lost = was == complete;
            out.push(entry(
                plane,
                kind,
                Some(server.clone()),
                (was, is),
                lost,
                reason,
            ));
        }
    }

    /// The worse side's reason, else the states in words.
    fn reason(&self, plane: Plane, kind: &Kind, was: State, is: State) -> String {
        let side = if rank(is) < rank(was) || is == State::NotAttempted {
            &self.after
        } else {
            &self.before
        };
        side.rows
            .get(&(plane, kind.as_str()))
            .and_then(|row| row.row.reason.clone())
            .unwrap_or_else(|| {
                format!(
                    "{kind} on {plane}: {} before, {} now",
                    was.as_str(),
                    is.as_str()
                )
            })
    }
}

fn entry(
    plane: Plane,
    kind: &Kind,
    server: Option<String>,
    (before, after): (&str, &str),
    lost: bool,
    reason: String,
) -> CoverageChange {
    CoverageChange {
        plane,
        kind: kind.clone(),
        id: None,
        server,
        property: None,
        before: before.to_owned(),
        after: after.to_owned(),
        lost,
        reason,
    }
}

/// The server that a resource is bound to, in upper case. None for organization-wide kinds, the list of
/// servers itself among them.
fn bound_to(resource: &Resource) -> Option<String> {
    let bound = catalog::find_kind(&resource.id.kind)
        .map_or(resource.server.is_some(), |spec| spec.is_server_bound());
    bound.then(|| match &resource.server {
        Some(server) => server.to_ascii_uppercase(),
        None => match resource.id.key.split_once('\\') {
            Some((server, _)) => server.to_ascii_uppercase(),
            None => resource.id.key.to_ascii_uppercase(),
        },
    })
}

/// Better evidence is higher. What was not read at all is equally bad for every reason.
fn rank(state: State) -> u8 {
    match state {
        State::Complete => 3,
        State::Partial => 2,
        State::Stale => 1,
        State::Denied | State::Failed | State::Unsupported | State::NotAttempted => 0,
    }
}

fn is_usable(state: State) -> bool {
    rank(state) >= rank(State::Partial)
}

/// One snapshot's coverage, looked up instead of searched.
struct Side<'a> {
    snapshot: &'a Snapshot,
    rows: FxHashMap<(Plane, &'a str), Row<'a>>,
    /// Upper-case names, where the list is complete.
    servers: Option<FxHashSet<String>>,
}

struct Row<'a> {
    row: &'a CoverageRow,
    except: BTreeMap<String, (State, Option<String>)>,
    /// Servers with a resource of the kind; only where the list of servers does not say.
    seen: OnceCell<FxHashSet<String>>,
}

impl<'a> Side<'a> {
    fn new(snapshot: &'a Snapshot) -> Self {
        let rows = snapshot
            .coverage()
            .rows
            .iter()
            .map(|row| {
                let except = row
                    .except
                    .iter()
                    .map(|e| (e.server.to_ascii_uppercase(), (e.state, e.reason.clone())))
                    .collect();
                let key = (row.plane, row.kind.as_str());
                let seen = OnceCell::new();
                (key, Row { row, except, seen })
            })
            .collect();
        let listed = snapshot.coverage().state(Plane::Onprem, "ExchangeServer");
        let servers = (listed == State::Complete).then(|| {
            snapshot
                .of_kind(Plane::Onprem, "ExchangeServer")
                .map(|server| server.id.key.to_ascii_uppercase())
                .collect()
        });
        Side {
            snapshot,
            rows,
            servers,
        }
    }

    /// The state of the kind apart from the servers that its exceptions name one by one.
    fn state(&self, plane: Plane, kind: &Kind) -> State {
        match self.rows.get(&(plane, kind.as_str())) {
            None => State::NotAttempted,
            Some(row) if row.row.state == State::Partial && row.exceptions_explain() => {
                State::Complete
            }
            Some(row) => row.row.state,
        }
    }

    fn is_exception(&self, plane: Plane, kind: &Kind, server: &str) -> bool {
        self.rows
            .get(&(plane, kind.as_str()))
            .is_some_and(|row| row.except.contains_key(server))
    }

    /// The state of a kind on one server, as a word.
    fn word(&self, plane: Plane, kind: &Kind, server: &str) -> &'static str {
        let Some(row) = self.rows.get(&(plane, kind.as_str())) else {
            return State::NotAttempted.as_str();
        };
        if let Some((state, _)) = row.except.get(server) {
            return state.as_str();
        }
        let seen = self.seen(row).contains(server);
        match &self.servers {
            _ if seen => State::Complete.as_str(),
            Some(listed) if listed.contains(server) => State::Complete.as_str(),
            Some(_) => NOT_EXPECTED,
            None => State::NotAttempted.as_str(),
        }
    }

    /// True where this side was asked for the resource and does not have it.
    fn proves_absence_of(&self, resource: &Resource) -> bool {
        let Some(row) = self
            .rows
            .get(&(resource.id.plane, resource.id.kind.as_str()))
        else {
            return false;
        };
        let Some(server) = bound_to(resource) else {
            return row.row.state == State::Complete;
        };
        if row.except.contains_key(&server) {
            return false;
        }
        match row.row.state {
            State::Complete => true,
            State::Partial => row.exceptions_explain() || self.seen(row).contains(&server),
            _ => false,
        }
    }

    fn seen<'r>(&self, row: &'r Row<'a>) -> &'r FxHashSet<String> {
        row.seen.get_or_init(|| {
            self.snapshot
                .of_kind(row.row.plane, row.row.kind.as_str())
                .filter_map(bound_to)
                .collect()
        })
    }
}

impl Row<'_> {
    /// True where the exceptions are all that is missing.
    fn exceptions_explain(&self) -> bool {
        !self.except.is_empty() && self.row.reason.as_deref() != Some(SERVER_LIST_UNKNOWN)
    }
}

/// The server that a change belongs to: the server's own objects (`ExchangeServer`) included.
pub(super) fn server_of(kind: &Kind, key: &str, server: Option<&str>) -> Option<String> {
    match catalog::find_kind(kind) {
        Some(spec) if matches!(spec.key, KeyRule::Server) => Some(key.to_ascii_uppercase()),
        _ => server.map(str::to_ascii_uppercase),
    }
}
