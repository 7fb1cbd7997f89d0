//! A snapshot by kind and server, with its coverage at hand.

use std::collections::{BTreeSet, HashMap};

use crate::catalog::{self, Home, KeyRule, KindSpec};
use crate::model::{CoverageRow, Exception, Plane, Resource, ResourceRef, Site, State};
use crate::snapshot::Snapshot;

/// Index over one snapshot.
pub(super) struct Estate<'a> {
    pub snapshot: &'a Snapshot,
    kinds: ByKind<'a, Vec<&'a Resource>>,
    on_server: ByKind<'a, HashMap<&'a str, Vec<&'a Resource>>>,
    rows: ByKind<'a, Row<'a>>,
}

type ByKind<'a, V> = HashMap<Plane, HashMap<&'a str, V>>;

struct Row<'a> {
    row: &'a CoverageRow,
    except: HashMap<&'a str, &'a Exception>,
}

impl<'a> Estate<'a> {
    pub fn new(snapshot: &'a Snapshot) -> Self {
        let mut kinds: ByKind<'_, Vec<&Resource>> = HashMap::new();
        let mut on_server: ByKind<'_, HashMap<&str, Vec<&Resource>>> = HashMap::new();
        for resource in snapshot.resources.values() {
            let id = &resource.id;
            let of_plane = kinds.entry(id.plane).or_default();
            of_plane.entry(id.kind.as_str()).or_default().push(resource);
            if let Some(server) = server_of(resource) {
                let of_plane = on_server.entry(id.plane).or_default();
                let of_kind = of_plane.entry(id.kind.as_str()).or_default();
                of_kind.entry(server).or_default().push(resource);
            }
        }
        let mut rows: ByKind<'_, Row<'_>> = HashMap::new();
        for row in &snapshot.coverage().rows {
            let except = row.except.iter().map(|e| (e.server.as_str(), e)).collect();
            let of_plane = rows.entry(row.plane).or_default();
            of_plane.insert(row.kind.as_str(), Row { row, except });
        }
        Estate {
            snapshot,
            kinds,
            on_server,
            rows,
        }
    }

    /// Kinds with resources, each with its resources in key order.
    pub fn kinds(&self) -> impl Iterator<Item = (Plane, &'a str, &[&'a Resource])> {
        self.kinds.iter().flat_map(|(plane, kinds)| {
            kinds
                .iter()
                .map(|(kind, resources)| (*plane, *kind, resources.as_slice()))
        })
    }

    pub fn of_kind(&self, plane: Plane, kind: &str) -> &[&'a Resource] {
        self.kinds
            .get(&plane)
            .and_then(|kinds| kinds.get(kind))
            .map_or(&[], Vec::as_slice)
    }

    pub fn on_server(&self, plane: Plane, kind: &str, server: &str) -> &[&'a Resource] {
        self.on_server
            .get(&plane)
            .and_then(|kinds| kinds.get(kind)?.get(server))
            .map_or(&[], Vec::as_slice)
    }

    pub fn row(&self, plane: Plane, kind: &str) -> Option<&'a CoverageRow> {
        Some(self.rows.get(&plane)?.get(kind)?.row)
    }

    pub fn exception(&self, plane: Plane, kind: &str, server: &str) -> Option<&'a Exception> {
        let row = self.rows.get(&plane)?.get(kind)?;
        row.except.get(server).copied()
    }

    /// True where nothing of the kind may be taken for an answer: an empty list says nothing.
    pub fn is_unseen(&self, plane: Plane, kind: &str) -> bool {
        match self.row(plane, kind) {
            None => true,
            Some(row) => matches!(
                row.state,
                State::Denied | State::Failed | State::Unsupported | State::NotAttempted
            ),
        }
    }

    /// The servers that should carry a server-bound kind: by role, from the list of servers; those
    /// that coverage names; those that have one.
    pub fn carriers(&self, plane: Plane, spec: &KindSpec) -> BTreeSet<&'a str> {
        let Home::Server { roles } = spec.home else {
            return BTreeSet::new();
        };
        let mut servers: BTreeSet<&str> = self
            .of_kind(Plane::Onprem, "ExchangeServer")
            .iter()
            .filter(|server| roles.carried_by(server))
            .map(|server| server.id.key.as_str())
            .collect();
        if let Some(row) = self.rows.get(&plane).and_then(|rows| rows.get(spec.name)) {
            servers.extend(row.except.keys());
        }
        servers.extend(
            self.of_kind(plane, spec.name)
                .iter()
                .filter_map(|r| server_of(r)),
        );
        servers
    }
}

/// The server that a resource lives on, or is.
pub(super) fn server_of(resource: &Resource) -> Option<&str> {
    resource.server.as_deref().or_else(|| {
        catalog::find_kind(&resource.id.kind)
            .is_some_and(|spec| matches!(spec.key, KeyRule::Server))
            .then_some(resource.id.key.as_str())
    })
}

/// The same for a reference.
pub(super) fn server_of_reference(reference: &ResourceRef) -> Option<&str> {
    reference.server.as_deref().or_else(|| {
        catalog::find_kind(&reference.kind)
            .is_some_and(|spec| matches!(spec.key, KeyRule::Server))
            .then_some(reference.id.as_str())
    })
}

/// Directory policies judge the front end.
pub(super) fn is_judged(resource: &Resource) -> bool {
    resource.site != Some(Site::Backend)
}
