//! `ProviderSettingsExport.json` of CISA's ScubaGear, and the `ScubaResults*.json` that holds it as `Raw`.
//!
//! One JSON object with a section for each thing that was asked: Exchange Online, Entra ID, and a lot that
//! is nobody's business here and is listed. `*_successful_commands` and `*_unsuccessful_commands` say which
//! calls answered; a call that failed leaves an empty section behind.
//!
//! Facts: the exports of one tenant of December 2022, June 2024 and April 2025, and ScubaGear's providers
//! `ExportEXOProvider.psm1` and `ExportAADProvider.psm1` (`AADHybridExchangeHelper.psm1` for the two
//! sections about Exchange hybrid), `CommandTracker.psm1` and `Orchestrator.psm1`, as read on 2026-11-22.
//! Since 2023 `org_config` holds three properties of the organization's configuration, and the sections of
//! Entra ID hold the applications that ScubaGear takes an interest in, with some properties each.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::selection::{self, NO_KIND, property, text};
use super::{Find, Format, Reading, Seen};
use crate::catalog::{self, KindSpec};
use crate::collect::coverage::Ended;
use crate::collect::place::Unplaced;
use crate::model::{Plane, State};
use crate::protocol::{
    Content, Document, ListKind, ObjId, Property, ProtocolError, PsObject, PsValue, json,
};

pub(super) static FORMAT: Format = Format {
    name: "scubagear",
    recognise,
    read,
    is_certain: true,
};

/// Sections that hold a cmdlet's objects as they were.
const SECTIONS: &[(&str, &str)] = &[
    ("org_config", "Get-OrganizationConfig"),
    ("all_domains", "Get-AcceptedDomain"),
    ("accepted_domains", "Get-AcceptedDomain"),
    ("remote_domains", "Get-RemoteDomain"),
    ("transport_config", "Get-TransportConfig"),
    ("sharing_policy", "Get-SharingPolicy"),
    ("transport_rule", "Get-TransportRule"),
    ("conn_filter", "Get-HostedConnectionFilterPolicy"),
    ("dkim_config", "Get-DkimSigningConfig"),
    ("admin_audit_log_config", "Get-AdminAuditLogConfig"),
    ("inbound_connectors", "Get-InboundConnector"),
    ("outbound_connectors", "Get-OutboundConnector"),
    ("intra_org_connectors", "Get-IntraOrganizationConnector"),
    ("org_relationships", "Get-OrganizationRelationship"),
];

/// Calls of ScubaGear's own that read applications, with the kind that they are about.
const ENTRA_CALLS: &[(&str, &str)] = &[
    ("Get-LegacyExchangeServicePrincipal", "ServicePrincipal"),
    (
        "Get-ServicePrincipalsWithRiskyPermissions",
        "ServicePrincipal",
    ),
    (
        "Format-RiskyThirdPartyServicePrincipals",
        "ServicePrincipal",
    ),
    ("Get-DedicatedExchangeHybridApplications", "Application"),
    ("Get-ApplicationsWithRiskyPermissions", "Application"),
    ("Format-RiskyApplications", "Application"),
];

/// About the file itself.
const ABOUT: &[&str] = &[
    "baseline_version",
    "module_version",
    "date",
    "timestamp_zulu",
    "report_uuid",
    "scuba_config",
];

fn recognise(seen: &Seen<'_>) -> bool {
    let start = seen.start();
    if !start.starts_with('{') {
        return false;
    }
    let head = head(start, 4096);
    let has = |key: &str| head.contains(key);
    has("\"baseline_version\"") && has("\"module_version\"")
        || has("\"MetaData\"") && has("\"ScubaGear\"")
        // Saved again by a tool that sorts the members.
        || start.contains("_unsuccessful_commands\"") && start.contains("\"baseline_version\"")
}

/// At most that many bytes of the beginning, in whole characters.
pub(super) fn head(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn read<'a>(seen: &Seen<'a>) -> Result<Reading<'a>, ProtocolError> {
    let document = json::parse(seen.text, seen.limits)?;
    let Some((export, results)) = export_of(&document) else {
        return Ok(Reading::of_roots(document));
    };
    let mut reader = Reader {
        commands: Commands::of(&document, document.object(export)),
        document,
        finds: Vec::new(),
        unplaced: Vec::new(),
        ended: Vec::new(),
    };
    let taken_at = taken_at(reader.document.object(export));
    let sections: Vec<(String, PsValue<'a>)> = reader
        .document
        .object(export)
        .props
        .iter()
        .map(|p| (p.name.to_string(), p.value.clone()))
        .collect();
    for (name, value) in &sections {
        reader.section(name, value);
    }
    if let Some(results) = results {
        reader.judgements(results);
    }
    reader.failures();
    Ok(Reading {
        document: reader.document,
        finds: reader.finds,
        unplaced: reader.unplaced,
        ended: reader.ended,
        taken_at,
    })
}

/// The object with the sections, and the file's root where that is another one. None: a file of another
/// kind that begins alike.
fn export_of(document: &Document<'_>) -> Option<(ObjId, Option<ObjId>)> {
    let is_export = |object: &PsObject<'_>| {
        object
            .props
            .iter()
            .any(|p| p.name.ends_with("_successful_commands"))
    };
    let [root] = document.roots.as_slice() else {
        return None;
    };
    let PsValue::Object(root) = root.value else {
        return None;
    };
    if is_export(document.object(root)) {
        return Some((root, None));
    }
    match document.object(root).get("Raw") {
        Some(PsValue::Object(raw)) if is_export(document.object(*raw)) => Some((*raw, Some(root))),
        _ => None,
    }
}

/// The calls that answered and those that did not, of all products.
#[derive(Default)]
struct Commands {
    answered: BTreeSet<String>,
    failed: BTreeSet<String>,
}

impl Commands {
    fn of(document: &Document<'_>, export: &PsObject<'_>) -> Self {
        let mut commands = Commands::default();
        for property in &export.props {
            let target = match property.name.as_ref() {
                name if name.ends_with("_unsuccessful_commands") => &mut commands.failed,
                name if name.ends_with("_successful_commands") => &mut commands.answered,
                _ => continue,
            };
            let names = selection::members(document, &property.value);
            target.extend(
                names
                    .into_iter()
                    .filter_map(|n| n.as_str())
                    .map(str::to_owned),
            );
        }
        commands
    }
}

struct Reader<'a> {
    document: Document<'a>,
    commands: Commands,
    finds: Vec<Find>,
    unplaced: Vec<Unplaced>,
    ended: Vec<Ended>,
}

impl<'a> Reader<'a> {
    fn section(&mut self, name: &str, value: &PsValue<'a>) {
        if ABOUT.contains(&name) || name.ends_with("successful_commands") {
            return;
        }
        match name {
            "legacy_exchange_service_principal" => {
                for id in selection::objects(&self.document, value) {
                    self.service_principal(id, false);
                }
            }
            "risky_third_party_service_principals" => {
                for id in selection::objects(&self.document, value) {
                    self.service_principal(id, true);
                }
            }
            "risky_applications" => {
                for id in selection::objects(&self.document, value) {
                    self.application(id);
                }
            }
            "dedicated_exchange_hybrid_applications" => self.hybrid_applications(value),
            _ => self.cmdlet_section(name, value),
        }
    }

    /// A section with a cmdlet's objects, or one that is listed.
    fn cmdlet_section(&mut self, name: &str, value: &PsValue<'a>) {
        let cmdlet = SECTIONS
            .iter()
            .find(|(section, _)| *section == name)
            .map(|(_, cmdlet)| *cmdlet);
        let Some((cmdlet, spec)) = cmdlet.and_then(|cmdlet| Some((cmdlet, cloud_kind(cmdlet)?)))
        else {
            let count = selection::count(&self.document, value);
            return selection::list(
                &mut self.unplaced,
                &format!("section {name}"),
                count,
                "kind",
            );
        };
        for member in selection::members(&self.document, value)
            .into_iter()
            .cloned()
            .collect::<Vec<_>>()
        {
            let PsValue::Object(id) = member else {
                // An error's text, where an object belongs.
                selection::list(
                    &mut self.unplaced,
                    &format!("section {name}"),
                    1,
                    "an object",
                );
                continue;
            };
            let whole = ["Identity", "Guid", "DistinguishedName", "ExchangeObjectId"]
                .iter()
                .any(|known| self.document.object(id).get(known).is_some());
            let object = match whole {
                true => id,
                false => self.picked(id),
            };
            self.find(object, spec, Plane::Cloud);
        }
        if self.commands.answered.contains(cmdlet) && !self.commands.failed.contains(cmdlet) {
            self.ended(spec, Plane::Cloud, State::Complete, None);
        }
    }

    /// A copy that says what it leaves out.
    fn picked(&mut self, id: ObjId) -> ObjId {
        let object = self.document.object(id);
        let (props, at) = (object.props.clone(), object.at);
        selection::selection(&mut self.document, props, at)
    }

    /// A service principal as ScubaGear shows it. In the list of applications with risky permissions the
    /// credentials say whose they are.
    fn service_principal(&mut self, id: ObjId, is_risky: bool) {
        let Some(spec) = catalog::find("ServicePrincipal") else {
            return selection::list(&mut self.unplaced, "service principal", 1, NO_KIND);
        };
        let object = self.document.object(id).clone();
        let mut picked = named(
            &object,
            &[
                "appId",
                "displayName",
                "signInAudience",
                "appOwnerOrganizationId",
            ],
        );
        picked.extend(self.own_id(&object, "ServicePrincipal"));
        picked.extend(self.credentials(&object, is_risky.then_some(false)));
        let id = selection::selection(&mut self.document, picked, object.at);
        self.find(id, spec, Plane::Entra);
    }

    fn application(&mut self, id: ObjId) {
        let Some(spec) = catalog::find("Application") else {
            return selection::list(&mut self.unplaced, "application", 1, NO_KIND);
        };
        let object = self.document.object(id).clone();
        let mut picked = named(&object, &["appId", "displayName", "signInAudience"]);
        picked.extend(self.own_id(&object, "Application"));
        picked.extend(self.credentials(&object, Some(true)));
        let id = selection::selection(&mut self.document, picked, object.at);
        self.find(id, spec, Plane::Entra);
    }

    /// `[{"DedicatedHybridAppConfigured": true, "Apps": [...]}]`: each has a service principal, and an
    /// application where it was registered in this tenant.
    fn hybrid_applications(&mut self, value: &PsValue<'a>) {
        let apps: Vec<ObjId> = selection::objects(&self.document, value)
            .into_iter()
            .filter_map(|id| self.document.object(id).get("Apps"))
            .flat_map(|apps| selection::objects(&self.document, apps))
            .collect();
        for id in apps {
            let object = self.document.object(id).clone();
            if object.get("AppRegistrationExists") != Some(&PsValue::Bool(false)) {
                self.application(id);
            }
            let Some(spec) = catalog::find("ServicePrincipal") else {
                continue;
            };
            // The credentials that are shown here are the application's.
            let mut picked = named(&object, &["appId", "displayName", "appOwnerOrganizationId"]);
            if matches!(object.get("ObjectId"), Some(PsValue::Object(_))) {
                picked.extend(self.own_id(&object, "ServicePrincipal"));
            }
            let id = selection::selection(&mut self.document, picked, object.at);
            self.find(id, spec, Plane::Entra);
        }
    }

    /// `ObjectId` is a text, or two of them by whose they are.
    fn own_id(&self, object: &PsObject<'a>, whose: &str) -> Option<Property<'a>> {
        let value = match object.get("ObjectId")? {
            PsValue::Object(id) => self.document.object(*id).get(whose)?,
            value => value,
        };
        (!value.is_nil()).then(|| property("id", value.clone()))
    }

    /// `KeyCredentials` and `PasswordCredentials`. Null is what ScubaGear writes where there are none and
    /// where it could not read them; `HasKeyCredentials` tells the two apart. With `whose`, those alone
    /// whose `IsFromApplication` says so.
    fn credentials(&mut self, object: &PsObject<'a>, whose: Option<bool>) -> Vec<Property<'a>> {
        let mut picked = Vec::new();
        for (name, shown) in [
            ("keyCredentials", "KeyCredentials"),
            ("passwordCredentials", "PasswordCredentials"),
        ] {
            let Some(value) = object.get(shown) else {
                continue;
            };
            let has_none = name == "keyCredentials"
                && object.get("HasKeyCredentials") == Some(&PsValue::Bool(false));
            // Beyond its depth a credential is one text: there is one, and nothing is known of it.
            let is_cut = selection::members(&self.document, value).len()
                != selection::objects(&self.document, value).len();
            if value.is_nil() && !has_none || is_cut {
                continue;
            }
            let mut credentials = Vec::new();
            for id in selection::objects(&self.document, value) {
                let credential = self.document.object(id);
                let is_others = match (whose, credential.get("IsFromApplication")) {
                    (Some(wanted), Some(PsValue::Bool(from))) => *from != wanted,
                    _ => false,
                };
                if is_others {
                    continue;
                }
                let mut credential = credential.clone();
                if name == "keyCredentials" {
                    for left_out in ["type", "usage", "customKeyIdentifier"] {
                        credential.props.push(selection::not_exported(left_out));
                    }
                }
                credentials.push(PsValue::Object(self.document.add(credential)));
            }
            let list = PsObject {
                content: Content::List(ListKind::List, credentials),
                at: object.at,
                ..PsObject::default()
            };
            picked.push(property(name, PsValue::Object(self.document.add(list))));
        }
        picked
    }

    fn find(&mut self, object: ObjId, spec: &'static KindSpec, plane: Plane) {
        self.finds.push(Find {
            kind: Some(spec),
            plane: Some(plane),
            ..Find::unnamed(object)
        });
    }

    fn ended(
        &mut self,
        spec: &'static KindSpec,
        plane: Plane,
        state: State,
        reason: Option<String>,
    ) {
        self.ended.push(Ended {
            plane: Some(plane),
            kind: spec.name,
            server: None,
            state,
            reason,
            recorded: true,
        });
    }

    /// What ScubaGear says that it could not read, and what it reads in part by its nature.
    fn failures(&mut self) {
        for cmdlet in std::mem::take(&mut self.commands.failed) {
            let entra = ENTRA_CALLS
                .iter()
                .find(|(call, _)| *call == cmdlet)
                .and_then(|(_, noun)| catalog::find(noun));
            let (spec, plane) = match (cloud_kind(&cmdlet), entra) {
                (Some(spec), _) => (spec, Plane::Cloud),
                (None, Some(spec)) => (spec, Plane::Entra),
                (None, None) => continue,
            };
            let reason = format!("ScubaGear says that its call {cmdlet} failed");
            self.ended(spec, plane, State::Failed, Some(reason));
        }
        for noun in ["Application", "ServicePrincipal"] {
            let seen = |find: &Find| find.kind.is_some_and(|spec| spec.name == noun);
            if let Some(spec) = catalog::find(noun)
                && self.finds.iter().any(seen)
            {
                let reason = "ScubaGear shows the hybrid applications and those with permissions that it calls risky, not all";
                self.ended(spec, Plane::Entra, State::Partial, Some(reason.to_owned()));
            }
        }
    }

    /// ScubaGear's own results beside the settings.
    fn judgements(&mut self, results: ObjId) {
        let parts: Vec<(String, usize)> = self
            .document
            .object(results)
            .props
            .iter()
            .filter(|p| !matches!(p.name.as_ref(), "Raw" | "MetaData"))
            .map(|p| {
                (
                    p.name.to_string(),
                    selection::count(&self.document, &p.value),
                )
            })
            .collect();
        for (name, count) in parts {
            let missing = "ScubaGear's own judgement, not a setting";
            selection::list(
                &mut self.unplaced,
                &format!("section {name}"),
                count,
                missing,
            );
        }
    }
}

/// The kind that a cmdlet of Exchange Online reads, if it is one of ours.
fn cloud_kind(cmdlet: &str) -> Option<&'static KindSpec> {
    catalog::named(cmdlet.strip_prefix("Get-")?).filter(|spec| {
        spec.call(Plane::Cloud)
            .is_some_and(|call| call.cmdlet.eq_ignore_ascii_case(cmdlet))
    })
}

/// Properties under Graph's names; null is left out where the tool writes it for "not asked".
fn named<'a>(object: &PsObject<'a>, names: &[&'static str]) -> Vec<Property<'a>> {
    names
        .iter()
        .filter_map(|name| Some(property(name, object.get(name)?.clone())))
        .filter(|p| !p.value.is_nil())
        .collect()
}

/// `timestamp_zulu`; before 2023 `date`, which names its time zone as Windows does.
fn taken_at(object: &PsObject<'_>) -> Option<DateTime<Utc>> {
    let exact = text(object, "timestamp_zulu");
    if let Some(at) = exact.and_then(|text| DateTime::parse_from_rfc3339(text).ok()) {
        return Some(at.to_utc());
    }
    let date = text(object, "date")?;
    let (clock, zone) = (date.get(..19)?, date.get(19..)?.trim());
    let hours = ZONES.iter().find(|(name, _)| *name == zone)?.1;
    let local = NaiveDateTime::parse_from_str(clock, "%m/%d/%Y %H:%M:%S").ok()?;
    Some((local - TimeDelta::hours(hours)).and_utc())
}

/// Hours from UTC, by Windows' English names of time zones.
const ZONES: &[(&str, i64)] = &[
    ("Coordinated Universal Time", 0),
    ("UTC", 0),
    ("Eastern Standard Time", -5),
    ("Eastern Daylight Time", -4),
    ("Central Standard Time", -6),
    ("Central Daylight Time", -5),
    ("Mountain Standard Time", -7),
    ("Mountain Daylight Time", -6),
    ("US Mountain Standard Time", -7),
    ("Pacific Standard Time", -8),
    ("Pacific Daylight Time", -7),
    ("Alaskan Standard Time", -9),
    ("Alaskan Daylight Time", -8),
    ("Hawaiian Standard Time", -10),
    ("GMT Standard Time", 0),
    ("GMT Daylight Time", 1),
    ("W. Europe Standard Time", 1),
    ("W. Europe Daylight Time", 2),
    ("Romance Standard Time", 1),
    ("Romance Daylight Time", 2),
    ("Central European Standard Time", 1),
    ("Central European Daylight Time", 2),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Limits;

    fn reading(text: &str) -> Option<Reading<'_>> {
        let limits = Limits::default();
        let seen = Seen {
            name: "a.json",
            shown: "a.json",
            text,
            limits: &limits,
        };
        recognise(&seen).then(|| read(&seen).unwrap())
    }

    #[test]
    fn times_of_all_versions_are_read() {
        let at = |members: &str| {
            let text = format!(
                "{{\"baseline_version\": \"1\", \"module_version\": \"1\", {members}, \"exo_successful_commands\": []}}"
            );
            reading(&text).unwrap().taken_at.map(|at| at.to_rfc3339())
        };
        let utc = |text: &str| Some(text.to_owned());
        assert_eq!(
            at("\"timestamp_zulu\": \"2025-04-15T16:46:25.343Z\""),
            utc("2025-04-15T16:46:25.343+00:00")
        );
        assert_eq!(
            at("\"date\": \"12/09/2022 13:26:11 Eastern Standard Time\""),
            utc("2022-12-09T18:26:11+00:00")
        );
        assert_eq!(at("\"date\": \"12/09/2022 13:26:11 Nowhere Time\""), None);
        assert_eq!(at("\"date\": \"9. Dezember\""), None);
    }

    #[test]
    fn a_file_that_begins_alike_speaks_for_itself() {
        let text = "{\"baseline_version\": 1, \"module_version\": 2, \"Name\": \"x\"}";
        let reading = reading(text).unwrap();
        assert_eq!(reading.finds.len(), 1);
        assert!(reading.finds[0].kind.is_none());
    }
}
