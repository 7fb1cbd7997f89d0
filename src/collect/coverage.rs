//! Coverage: what was expected against what is there.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Home, KINDS, KeyRule, KindSpec, Roles};
use crate::model::{
    Basis, Coverage, CoverageRow, Exception, Kind, Plane, Resource, ResourceId, Site, State,
};

/// Said of the list of servers by files that are about one server each: ten of them may be all servers of
/// the organization, or not. Any other list of servers settles it.
pub(super) const ONE_SERVER_EACH: &str =
    "each file names its own server only; add the output of Get-ExchangeServer for the list of all";

/// How one recorded call, or one file that could not be read, ended.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub plane: Option<Plane>,
    pub kind: &'static str,
    pub server: Option<String>,
    pub state: State,
    pub reason: Option<String>,
    pub recorded: bool,
}

/// One row for every kind and plane of the catalog.
pub(super) fn rows(resources: &BTreeMap<ResourceId, Resource>, ended: &[Ended]) -> Coverage {
    // The list of servers first: all else is measured against it.
    let servers: Vec<&Resource> = resources
        .values()
        .filter(|r| r.id.plane == Plane::Onprem && r.id.kind.as_str() == "ExchangeServer")
        .collect();
    let mut rows = Vec::new();
    let mut list = rows_of(
        spec("ExchangeServer"),
        Plane::Onprem,
        resources,
        ended,
        &[],
        true,
    );
    unlisted(&mut list, &servers, resources);
    let list_is_complete = list.state == State::Complete && !servers.is_empty();
    for spec in KINDS {
        for call in spec.calls {
            rows.push(match spec.name {
                "ExchangeServer" => list.clone(),
                _ => rows_of(
                    spec,
                    call.plane,
                    resources,
                    ended,
                    &servers,
                    list_is_complete,
                ),
            });
        }
    }
    rows.sort_by(|a, b| (a.plane, &a.kind).cmp(&(b.plane, &b.kind)));
    Coverage { rows }
}

/// Servers that have objects here and do not stand in the list of servers: the list is not whole.
fn unlisted(
    list: &mut CoverageRow,
    servers: &[&Resource],
    resources: &BTreeMap<ResourceId, Resource>,
) {
    if servers.is_empty() {
        return;
    }
    let listed: BTreeSet<&str> = servers
        .iter()
        .map(|server| server.id.key.as_str())
        .collect();
    let named: BTreeSet<&str> = resources
        .values()
        .filter_map(|r| r.server.as_deref())
        .collect();
    let missing: Vec<&str> = named.difference(&listed).copied().collect();
    if missing.is_empty() {
        return;
    }
    list.state = State::Partial;
    list.reason = Some(format!(
        "not in the list of servers: {}",
        missing.join(", ")
    ));
    list.except
        .extend(missing.into_iter().map(|server| Exception {
            server: server.to_owned(),
            state: State::NotAttempted,
            reason: Some("other exports name it".to_owned()),
        }));
}

fn spec(name: &str) -> &'static KindSpec {
    crate::catalog::find(name).expect("the catalog has the kinds that it names itself")
}

fn rows_of(
    spec: &'static KindSpec,
    plane: Plane,
    resources: &BTreeMap<ResourceId, Resource>,
    ended: &[Ended],
    servers: &[&Resource],
    list_is_complete: bool,
) -> CoverageRow {
    let mine: Vec<&Resource> = resources
        .values()
        .filter(|r| r.id.plane == plane && r.id.kind.as_str() == spec.name)
        .collect();
    // A file that failed without a plane counts for the kind's first plane.
    let calls: Vec<&Ended> = ended
        .iter()
        .filter(|e| e.kind == spec.name && e.plane.unwrap_or(spec.calls[0].plane) == plane)
        .collect();
    let basis = if calls.iter().any(|e| e.recorded) {
        Basis::Recorded
    } else {
        Basis::Assumed
    };
    let mut row = CoverageRow {
        plane,
        kind: Kind::new(spec.name),
        state: State::NotAttempted,
        basis,
        count: mine.len(),
        reason: None,
        except: Vec::new(),
    };
    match spec.home {
        Home::Organization => whole(&mut row, &calls),
        Home::Server { roles } => {
            // Of the one object that a server has, a copy that cannot be used takes nothing away.
            let is_one_each = spec.key == KeyRule::Server;
            let bad = |e: &Ended| e.state != State::Complete;
            let has = |e: &Ended| {
                mine.iter()
                    .any(|r| r.server.is_some() && r.server == e.server)
            };
            let mut calls = calls;
            calls.retain(|e| !(is_one_each && bad(e) && has(e)));
            per_server(&mut row, &mine, &calls, servers, roles, list_is_complete);
        }
    }
    row
}

/// A kind of the organization: the worst of its calls, or its mere presence.
fn whole(row: &mut CoverageRow, calls: &[&Ended]) {
    let good = row.count > 0 || calls.iter().any(|e| e.state == State::Complete);
    match (good, calls.iter().find(|e| e.state != State::Complete)) {
        (true, None) => row.state = State::Complete,
        (true, Some(bad)) => {
            row.state = State::Partial;
            row.reason.clone_from(&bad.reason);
        }
        (false, Some(bad)) => {
            row.state = bad.state;
            row.reason.clone_from(&bad.reason);
        }
        (false, None) => {}
    }
}

/// A kind that lives on servers: each expected server is complete or an exception.
fn per_server(
    row: &mut CoverageRow,
    mine: &[&Resource],
    calls: &[&Ended],
    servers: &[&Resource],
    roles: Roles,
    list_is_complete: bool,
) {
    // Clients meet the front end: a back end alone is no evidence of it.
    let present: BTreeSet<&str> = mine
        .iter()
        .filter(|r| r.site != Some(Site::Backend))
        .filter_map(|r| r.server.as_deref())
        .collect();
    let expected: BTreeSet<&str> = servers
        .iter()
        .filter(|s| roles.carried_by(s))
        .map(|s| s.id.key.as_str())
        .collect();
    let mut named: BTreeSet<&str> = expected.clone();
    named.extend(calls.iter().filter_map(|e| e.server.as_deref()));
    for server in &named {
        let of_server = || {
            calls
                .iter()
                .filter(|e| e.server.as_deref() == Some(*server))
        };
        let bad = of_server().find(|e| e.state != State::Complete);
        // An expected server has the object; a call that returned none did not see it.
        let answered = of_server().any(|e| e.state == State::Complete);
        let good = present.contains(server) || (answered && !expected.contains(server));
        match (good, bad) {
            (true, None) => {}
            (true, Some(bad)) => row.except.push(Exception {
                server: (*server).to_owned(),
                state: State::Partial,
                reason: bad.reason.clone(),
            }),
            (false, Some(bad)) => row.except.push(Exception {
                server: (*server).to_owned(),
                state: bad.state,
                reason: bad.reason.clone(),
            }),
            (false, None) => row.except.push(Exception {
                server: (*server).to_owned(),
                state: State::NotAttempted,
                reason: answered.then(|| "the call returned nothing".to_owned()),
            }),
        }
    }
    let stray = calls
        .iter()
        .find(|e| e.server.is_none() && e.state != State::Complete);
    let something = !present.is_empty()
        || calls.iter().any(|e| e.state == State::Complete)
        || (list_is_complete && expected.is_empty() && !calls.is_empty());
    row.state = if !something {
        // All exceptions alike: the kind as a whole is that.
        match (row.except.first(), stray) {
            (_, Some(stray)) => stray.state,
            (Some(first), None) if row.except.iter().all(|e| e.state == first.state) => first.state,
            (Some(_), None) => State::Failed,
            (None, None) => State::NotAttempted,
        }
    } else if row.except.is_empty() && stray.is_none() && list_is_complete {
        State::Complete
    } else {
        State::Partial
    };
    row.reason = match (stray, list_is_complete) {
        (Some(stray), _) => stray.reason.clone(),
        (None, false) if row.state == State::Partial => Some("server_list_unknown".to_owned()),
        (None, _) if row.state == State::Failed || row.state == State::Denied => {
            row.except.iter().find_map(|e| e.reason.clone())
        }
        _ => None,
    };
}
