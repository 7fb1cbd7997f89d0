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

mod applications;
mod time;

use std::collections::BTreeSet;

use super::selection::{self, NO_KIND};
use super::{Find, Format, Reading, Seen};
use crate::catalog::{self, KindSpec};
use crate::collect::coverage::Ended;
use crate::collect::place::Unplaced;
use crate::model::{Plane, State};
use crate::protocol::{Document, ObjId, ProtocolError, PsObject, PsValue, json};

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
    let head = seen.head(4096);
    let has = |key: &str| head.contains(key);
    has("\"baseline_version\"") && has("\"module_version\"")
        || has("\"MetaData\"") && has("\"ScubaGear\"")
        // Saved again by a tool that sorts the members.
        || start.contains("_unsuccessful_commands\"") && start.contains("\"baseline_version\"")
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
    let taken_at = time::taken_at(reader.document.object(export));
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
        pages: Vec::new(),
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
                NO_KIND,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Limits;

    fn with<T>(text: &str, look: impl FnOnce(Reading<'_>) -> T) -> T {
        let limits = Limits::default();
        let seen = Seen {
            name: "a.json",
            shown: "a.json",
            text,
            limits: &limits,
        };
        assert!(recognise(&seen), "{text}");
        look(read(&seen).unwrap())
    }

    fn export(members: &str) -> String {
        format!(
            "{{\"baseline_version\": \"1\", \"module_version\": \"1\", {members}, \"exo_successful_commands\": []}}"
        )
    }

    #[test]
    fn times_of_all_versions_are_read() {
        let at = |members: &str| {
            with(&export(members), |reading| {
                reading.taken_at.map(|at| at.to_rfc3339())
            })
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
        assert_eq!(at("\"date\": \"9. Dezember 2022 um halb zwei\""), None);
    }

    #[test]
    fn a_file_that_begins_alike_speaks_for_itself() {
        let text = "{\"baseline_version\": 1, \"module_version\": 2, \"Name\": \"x\"}";
        with(text, |reading| {
            assert_eq!(reading.finds.len(), 1);
            assert!(reading.finds[0].kind.is_none());
        });
    }

    #[test]
    fn sorted_members_are_the_same_file() {
        let filler = "\"aad_unsuccessful_commands\": [], \"accepted_domains\": [";
        let text = format!(
            "{{{filler}{}], \"baseline_version\": \"1\", \"exo_successful_commands\": []}}",
            " ".repeat(5000)
        );
        with(&text, |reading| assert!(reading.finds.is_empty()));
    }

    /// The picked properties of the first application.
    fn keys(app: &str) -> Option<usize> {
        let members = format!("\"legacy_exchange_service_principal\": [{app}]");
        with(&export(&members), |reading| {
            let object = reading.document.object(reading.finds[0].object);
            let keys = object.get("keyCredentials")?;
            Some(reading.document.list(keys).unwrap().len())
        })
    }

    #[test]
    fn no_keys_are_told_from_keys_that_nobody_can_see() {
        let credential = "{\"KeyId\": \"1\", \"DisplayName\": \"a\"}";
        for (shown, has, expected) in [
            ("null", "false", Some(0)),
            ("null", "true", None),
            (credential, "true", Some(1)),
            // Cut at the depth of the export.
            ("[\"@{KeyId=1; DisplayName=a}\"]", "true", None),
        ] {
            let app = format!(
                "{{\"AppId\": \"x\", \"HasKeyCredentials\": {has}, \"KeyCredentials\": {shown}}}"
            );
            assert_eq!(keys(&app), expected, "{app}");
        }
        assert_eq!(keys("{\"AppId\": \"x\", \"KeyCredentials\": null}"), None);
    }

    #[test]
    fn a_hybrid_application_is_two_things_where_it_was_registered() {
        let kinds = |registered: bool| {
            let members = format!(
                "\"dedicated_exchange_hybrid_applications\": [{{\"Apps\": {{\"AppId\": \"x\", \"AppRegistrationExists\": {registered}}}}}]"
            );
            with(&export(&members), |reading| {
                let mut kinds: Vec<_> = reading
                    .finds
                    .iter()
                    .map(|find| find.kind.unwrap().name)
                    .collect();
                kinds.sort_unstable();
                kinds
            })
        };
        assert_eq!(kinds(true), ["Application", "ServicePrincipal"]);
        assert_eq!(kinds(false), ["ServicePrincipal"]);
    }
}
