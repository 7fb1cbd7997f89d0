//! Why a change happened, as far as the two snapshots show it.
//!
//! The classes and their order follow the vendor's documents about updates (which sources: `facts.rs`
//! and its tables). No list of what an update resets exists, so nothing is assumed: a value that changed
//! with the build is `update_reset` only where it now equals the factory value, `update_intended` only
//! where a document says that this build does it, else `changed_at_update`. `manual` means that nothing
//! on record explains the change, not that somebody was seen doing it.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Build;
use super::coverage::server_of;
use super::facts::{self, factory_default};
use super::wizard;
use crate::catalog;
use crate::model::{
    Attribution, Change, ChangeSet, DriftClass, Op, Plane, ResourceId, ResourceRef, Site, Value,
};
use crate::snapshot::Snapshot;

/// Gives every change its class, with the evidence in one sentence.
pub fn attribute(changes: &mut ChangeSet, before: &Snapshot, after: &Snapshot) {
    let record = Record::new(changes, before, after);
    let attributions: Vec<Attribution> = changes
        .changes
        .iter()
        .map(|change| record.explain(change))
        .collect();
    for (change, attribution) in changes.changes.iter_mut().zip(attributions) {
        change.attribution = Some(attribution);
    }
}

/// A server's build on both sides, from one source.
#[derive(Clone, Copy)]
struct Builds {
    before: Build,
    after: Build,
    /// True where the file version of `ExSetup.exe` was read: it shows security updates,
    /// `AdminDisplayVersion` does not.
    exact: bool,
}

impl Builds {
    fn moved(&self) -> bool {
        self.before != self.after
    }

    fn source(&self) -> &'static str {
        if self.exact {
            "ExSetup.exe"
        } else {
            "AdminDisplayVersion, which does not show security updates"
        }
    }

    fn went(&self, server: &str) -> String {
        let Builds { before, after, .. } = self;
        let source = if self.exact {
            "ExSetup.exe"
        } else {
            "AdminDisplayVersion"
        };
        let back = if before <= after { "" } else { "back " };
        format!("{server} went {back}from {before} to {after} ({source})")
    }
}

/// What the two snapshots say beside the changes themselves.
struct Record<'a> {
    before: &'a Snapshot,
    after: &'a Snapshot,
    /// By upper-case server name; only where both sides have the build from one source.
    builds: BTreeMap<String, Builds>,
    /// Virtual directories that were removed and made again.
    rebuilt: BTreeSet<(Plane, &'a str, &'a str)>,
    /// Whether the hybrid wizard ran between the snapshots.
    wizard: wizard::Run,
    /// True where another program version or other file formats made the older snapshot.
    other_collector: bool,
}

impl<'a> Record<'a> {
    fn new(changes: &'a ChangeSet, before: &'a Snapshot, after: &'a Snapshot) -> Self {
        let formats = |snapshot: &'a Snapshot| -> BTreeSet<&'a str> {
            let sources = snapshot.manifest.sources.iter();
            sources.map(|source| source.format.as_str()).collect()
        };
        Record {
            before,
            after,
            builds: builds(before, after),
            rebuilt: changes
                .changes
                .iter()
                .filter(|change| change.op == Op::Recreated && is_directory(&change.resource))
                .filter_map(|change| identify(&change.resource))
                .collect(),
            wizard: wizard::Run::between(before, after),
            other_collector: before.manifest.tool != after.manifest.tool
                || formats(before) != formats(after),
        }
    }

    fn explain(&self, change: &Change) -> Attribution {
        if let Some(attribution) = self
            .rebuild(change)
            .or_else(|| self.wizard.explain(change, self.after))
        {
            return attribution;
        }
        let resource = &change.resource;
        match server_of(&resource.kind, &resource.id, resource.server.as_deref()) {
            Some(server) => self.on_server(change, &server),
            None => self.organization_wide(change),
        }
    }

    fn rebuild(&self, change: &Change) -> Option<Attribution> {
        let id = &change.resource.id;
        if !self.rebuilt.contains(&identify(&change.resource)?) {
            return None;
        }
        let evidence = match change.op {
            Op::Recreated => format!(
                "the Guid of {id} went from {} to {}: the directory was removed and made again",
                shown(change.before.as_ref()),
                shown(change.after.as_ref()),
            ),
            _ => format!("{id} has another Guid: the directory was removed and made again"),
        };
        Some(because(DriftClass::Rebuild, evidence))
    }

    fn on_server(&self, change: &Change, server: &str) -> Attribution {
        let Some(builds) = self.builds.get(server) else {
            return self.build_unknown(change, server);
        };
        match builds.before.cmp(&builds.after) {
            std::cmp::Ordering::Equal => self.same_build(change, server, builds),
            std::cmp::Ordering::Less => updated(change, server, builds),
            std::cmp::Ordering::Greater => {
                because(DriftClass::ChangedAtUpdate, builds.went(server))
            }
        }
    }

    fn build_unknown(&self, change: &Change, server: &str) -> Attribution {
        let known = |snapshot: &Snapshot| build_of(snapshot, server).next().is_some();
        let (was, is) = (known(self.before), known(self.after));
        if is_new_property(change) {
            return because(
                DriftClass::UnknownBefore,
                format!(
                    "the older snapshot does not have the property, nor the build of {server} on both sides"
                ),
            );
        }
        let evidence = match (was, is) {
            (false, true) => format!("{server} and its build are in the newer snapshot only"),
            (true, false) => format!("{server} and its build are in the older snapshot only"),
            _ => format!(
                "nothing on record explains it; the build of {server} was not read on both sides, so an update is not ruled out"
            ),
        };
        because(DriftClass::Manual, evidence)
    }

    fn same_build(&self, change: &Change, server: &str, builds: &Builds) -> Attribution {
        let same = format!(
            "{server} has {} on both sides ({})",
            builds.after,
            builds.source()
        );
        if change.resource.kind.as_str() == "ExchangeServer"
            && change.property.as_deref() == Some("MitigationsApplied")
        {
            return because(
                DriftClass::Mitigation,
                format!(
                    "{same}; the Emergency Mitigation service applies and withdraws mitigations by itself"
                ),
            );
        }
        if is_new_property(change) && (self.other_collector || !builds.exact) {
            return because(
                DriftClass::UnknownBefore,
                format!("the older snapshot does not have the property; {same}"),
            );
        }
        because(
            DriftClass::Manual,
            format!("{same}; nothing on record explains it"),
        )
    }

    fn organization_wide(&self, change: &Change) -> Attribution {
        let has_builds = matches!(
            change.resource.plane,
            Some(Plane::Onprem | Plane::Directory)
        );
        if !has_builds {
            return if is_new_property(change) {
                because(
                    DriftClass::UnknownBefore,
                    "the older snapshot does not have the property; the service has no build to compare".to_owned(),
                )
            } else {
                because(DriftClass::Manual, self.unexplained(change))
            };
        }
        let moved: Vec<_> = self.builds.iter().filter(|(_, b)| b.moved()).collect();
        let Some((server, first)) = moved.first() else {
            let exact = !self.builds.is_empty() && self.builds.values().all(|b| b.exact);
            return if is_new_property(change) && (self.other_collector || !exact) {
                because(
                    DriftClass::UnknownBefore,
                    "the older snapshot does not have the property".to_owned(),
                )
            } else {
                because(DriftClass::Manual, self.unexplained(change))
            };
        };
        if is_new_property(change) {
            let crossed = moved
                .iter()
                .find_map(|(server, builds)| introduction(change, server, builds));
            return crossed.unwrap_or_else(|| {
                because(
                    DriftClass::UnknownBefore,
                    format!(
                        "the older snapshot does not have the property; {}",
                        first.went(server)
                    ),
                )
            });
        }
        let others = match moved.len() - 1 {
            0 => String::new(),
            1 => ", one more server changed build".to_owned(),
            n => format!(", {n} more servers changed build"),
        };
        because(
            DriftClass::ChangedAtUpdate,
            format!(
                "{}{others}; an update keeps what lives in Active Directory, so it does not explain this change",
                first.went(server)
            ),
        )
    }

    fn unexplained(&self, change: &Change) -> String {
        let mut evidence = "nothing on record explains it".to_owned();
        if change.resource.plane == Some(Plane::Onprem) {
            evidence.push_str(&match self.builds.len() {
                0 => "; no server's build was read on both sides".to_owned(),
                1 => "; the one server whose build was read kept it".to_owned(),
                n => format!("; the {n} servers whose builds were read kept them"),
            });
        }
        if let Some(doubt) = self.wizard.doubt(change) {
            evidence.push_str("; ");
            evidence.push_str(doubt);
        }
        evidence
    }
}

/// A change on a server whose build went up.
fn updated(change: &Change, server: &str, builds: &Builds) -> Attribution {
    let went = builds.went(server);
    let kind = change.resource.kind.as_str();
    let (Op::Changed, Some(property)) = (change.op, change.property.as_deref()) else {
        return because(DriftClass::ChangedAtUpdate, went);
    };
    let is_build = match kind {
        // The file that the update replaced describes itself.
        "ServerVersion" => property != "FileName",
        "ExchangeServer" => property == "AdminDisplayVersion",
        _ => false,
    };
    if is_build {
        return because(
            DriftClass::UpdateIntended,
            format!("{went}: the build itself"),
        );
    }
    let Some(old) = &change.before else {
        return introduction(change, server, builds).unwrap_or_else(|| {
            because(
                DriftClass::UnknownBefore,
                format!("the older snapshot does not have the property; {went}"),
            )
        });
    };
    let Some(new) = &change.after else {
        return because(
            DriftClass::ChangedAtUpdate,
            format!("{went}; the property is gone"),
        );
    };
    if carries_build(old, new, builds) {
        return because(
            DriftClass::UpdateIntended,
            format!("{went}; the value contains the build and is otherwise the same"),
        );
    }
    let site = site_of(change);
    let crossed = (builds.before, builds.after);
    if let Some(row) =
        site.and_then(|site| facts::setup_change((kind, property, site), (old, new), crossed))
    {
        return because(
            DriftClass::UpdateIntended,
            format!("{went}; {} ({})", row.does, row.source),
        );
    }
    match site.and_then(|site| factory_default(kind, property, site, builds.after)) {
        Some(row) if row.value == *new => because(
            DriftClass::UpdateReset,
            format!(
                "{went}; the factory value is {} ({}: {})",
                row.value, row.basis, row.source
            ),
        ),
        Some(row) => because(
            DriftClass::ChangedAtUpdate,
            format!("{went}; the factory value is {}", row.value),
        ),
        None => because(
            DriftClass::ChangedAtUpdate,
            format!("{went}; no document says that the update changes this"),
        ),
    }
}

/// A property that the crossed build is documented to bring.
fn introduction(change: &Change, server: &str, builds: &Builds) -> Option<Attribution> {
    let row = facts::introduced(change.resource.kind.as_str(), change.property.as_deref()?)?;
    row.crossed(builds.before, builds.after).then(|| {
        because(
            DriftClass::UpdateIntended,
            format!(
                "{}; the property came with {} ({})",
                builds.went(server),
                row.update,
                row.source
            ),
        )
    })
}

fn is_new_property(change: &Change) -> bool {
    change.op == Op::Changed && change.before.is_none() && change.after.is_some()
}

/// True for a text that is the same but for the build in it (`.../owa/15.2.922.7`).
fn carries_build(old: &Value, new: &Value, builds: &Builds) -> bool {
    let (Some(old), Some(new)) = (old.as_text(), new.as_text()) else {
        return false;
    };
    let (was, is) = (builds.before.to_string(), builds.after.to_string());
    old.contains(&was) && old.replace(&was, &is) == new
}

fn site_of(change: &Change) -> Option<Site> {
    catalog::find_kind(&change.resource.kind)?.site(&change.resource.id)
}

fn is_directory(resource: &ResourceRef) -> bool {
    catalog::find_kind(&resource.kind).is_some_and(|spec| spec.is_virtual_directory())
}

fn identify(resource: &ResourceRef) -> Option<(Plane, &str, &str)> {
    Some((resource.plane?, resource.kind.as_str(), &resource.id))
}

fn because(class: DriftClass, evidence: String) -> Attribution {
    Attribution { class, evidence }
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "(absent)".to_owned(), Value::to_string)
}

/// The builds that a snapshot has of a server: `(exact, build)`, the exact one first.
fn build_of<'a>(
    snapshot: &'a Snapshot,
    server: &'a str,
) -> impl Iterator<Item = (bool, Build)> + 'a {
    [
        (true, Plane::Host, "ServerVersion", "FileVersion"),
        (
            false,
            Plane::Onprem,
            "ExchangeServer",
            "AdminDisplayVersion",
        ),
    ]
    .into_iter()
    .filter_map(move |(exact, plane, kind, property)| {
        let id = ResourceId {
            plane,
            kind: kind.into(),
            key: server.to_owned(),
        };
        let value = snapshot.resources.get(&id)?.properties.get(property)?;
        Some((exact, value.as_text()?.parse().ok()?))
    })
}

fn builds(before: &Snapshot, after: &Snapshot) -> BTreeMap<String, Builds> {
    let listed = before
        .of_kind(Plane::Host, "ServerVersion")
        .chain(before.of_kind(Plane::Onprem, "ExchangeServer"));
    let servers: BTreeSet<&str> = listed.map(|resource| resource.id.key.as_str()).collect();
    servers
        .into_iter()
        .filter_map(|server| {
            // Only like with like: the two sources count differently.
            let builds = build_of(before, server).find_map(|(exact, old)| {
                let (_, new) = build_of(after, server).find(|(other, _)| *other == exact)?;
                Some(Builds {
                    before: old,
                    after: new,
                    exact,
                })
            })?;
            Some((server.to_ascii_uppercase(), builds))
        })
        .collect()
}
