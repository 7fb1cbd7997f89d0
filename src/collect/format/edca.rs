//! Data files of EDCA (Exchange Deployment & Compliance Assessment, Michel de Rooij): one JSON file for
//! each server and one for the organization.
//!
//! EDCA writes its own tables with some properties of Exchange's objects, as text: lists are joined by
//! blanks, and null is written as empty text. What can be told from that is taken over object by object,
//! each marked as a selection; everything else is listed.
//!
//! Facts, from the project's public source (`Modules/Collection.ps1`) and its published sample data of one
//! lab (tool version 0.1.0, April 2026), as read on 2026-11-22:
//! - `Metadata`: `FileType` (`Server`, `Organization`), `ToolName` `EDCA`, `CollectionTimestamp`.
//! - `Servers[].Exchange.ExtendedProtectionStatus`: one row for each directory of six cmdlets, asked without
//!   `-ADPropertiesOnly`, so IIS answered. `VirtualDirectoryType` is the cmdlet.
//! - `SendConnectors`, an organization's, stand in every server's file.
//! - Rows of `Certificates` with `Services` come from `Get-ExchangeCertificate`'s list.
//! - `AcceptedDomains` are texts without a name: no object can be told from them.
//! - `CollectionWarnings` says `Get-X failed: ...`. A role that lacks the cmdlet or a parameter says so.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::selection::{self, NO_KIND, property, text};
use super::{Find, Format, Reading, Seen};
use crate::catalog::{self, Type, states_secret};
use crate::collect::coverage::{Ended, ONE_SERVER_EACH};
use crate::collect::place::Unplaced;
use crate::model::{Evidence, Plane, State};
use crate::normalise::server_name;
use crate::protocol::{
    Content, Document, ListKind, ObjId, Property, ProtocolError, PsObject, PsValue, json,
};

pub(super) static FORMAT: Format = Format {
    name: "edca",
    recognise,
    read,
    is_certain: true,
};

fn recognise(seen: &Seen<'_>) -> bool {
    let compact: String = seen.head(2048).split_whitespace().collect();
    compact.starts_with('{')
        && compact.contains("\"Metadata\":{")
        && compact.contains("\"ToolName\":\"EDCA\"")
}

fn read<'a>(seen: &Seen<'a>) -> Result<Reading<'a>, ProtocolError> {
    let document = json::parse(seen.text, seen.limits)?;
    let Some((root, taken_at)) = root_of(&document) else {
        return Ok(Reading::of_roots(document));
    };
    let mut reader = Reader {
        document,
        finds: Vec::new(),
        unplaced: Vec::new(),
        ended: Vec::new(),
    };
    for Property { name, value } in reader.document.object(root).props.clone() {
        match name.as_ref() {
            "Metadata" => {}
            "Servers" => {
                for id in selection::objects(&reader.document, &value) {
                    reader.server(id);
                }
            }
            "Organization" => {
                for id in selection::objects(&reader.document, &value) {
                    reader.organization(id);
                }
            }
            name => reader.list(name, &value),
        }
    }
    Ok(Reading {
        finds: reader.finds,
        unplaced: reader.unplaced,
        ended: reader.ended,
        taken_at,
        ..Reading::of_roots(reader.document)
    })
}

/// The root of a data file, and when it was collected.
fn root_of(document: &Document<'_>) -> Option<(ObjId, Option<DateTime<Utc>>)> {
    let [root] = document.roots.as_slice() else {
        return None;
    };
    let PsValue::Object(id) = root.value else {
        return None;
    };
    let root = document.object(id);
    let metadata = document.as_object(root.get("Metadata")?)?;
    let has_data = ["Servers", "Organization"]
        .iter()
        .any(|name| root.get(name).is_some());
    if text(metadata, "ToolName") != Some("EDCA") || !has_data {
        return None;
    }
    let at = text(metadata, "CollectionTimestamp")
        .and_then(|text| DateTime::parse_from_rfc3339(text).ok())
        .map(|at| at.to_utc());
    Some((id, at))
}

/// What is known of a row beside its own columns.
struct Row {
    kind: &'static str,
    plane: Plane,
    server: Option<String>,
    evidence: Option<Evidence>,
}

struct Reader<'a> {
    document: Document<'a>,
    finds: Vec<Find>,
    unplaced: Vec<Unplaced>,
    ended: Vec<Ended>,
}

impl<'a> Reader<'a> {
    fn server(&mut self, id: ObjId) {
        let object = self.document.object(id).clone();
        let Some(server) = text(&object, "Server").map(str::to_owned) else {
            return selection::list(&mut self.unplaced, "Servers", 1, "Server");
        };
        let short = server_name(&server);
        for Property { name, value } in &object.props {
            match name.as_ref() {
                "Server" | "PSComputerName" | "RunspaceId" | "PSShowComputerName" => {}
                "Exchange" => {
                    for id in selection::objects(&self.document, value) {
                        self.exchange(id, &server, &short);
                    }
                }
                "Certificates" => self.certificates(value, &short),
                name => self.list(name, value),
            }
        }
    }

    /// The facts of one server under `Exchange`.
    fn exchange(&mut self, id: ObjId, server: &str, short: &str) {
        let object = self.document.object(id).clone();
        let on_server = |kind, evidence| Row {
            kind,
            plane: Plane::Onprem,
            server: Some(short.to_owned()),
            evidence,
        };
        let whole = |kind| Row {
            kind,
            plane: Plane::Onprem,
            server: None,
            evidence: None,
        };
        self.exchange_server(&object, server);
        for Property { name, value } in &object.props {
            match name.as_ref() {
                // Of the server's own object, above; the rest of these says where they came from.
                "Name" | "AdminDisplayVersion" | "Edition" | "AdSite" => {}
                "ExchangeCmdletsAvailable" | "IsExchangeServer" => {}
                "CollectionWarnings" => self.warnings(value, Some(short)),
                "ExtendedProtectionStatus" => {
                    for id in selection::objects(&self.document, value) {
                        let row = self.document.object(id);
                        let kind = text(row, "VirtualDirectoryType")
                            .and_then(|cmdlet| cmdlet.strip_prefix("Get-"))
                            .and_then(catalog::named)
                            .filter(|spec| spec.is_virtual_directory());
                        match kind {
                            Some(spec) => {
                                let row = on_server(spec.name, Some(Evidence::Iis));
                                self.row(id, name, &row);
                            }
                            None => self.list(&format!("Exchange.{name}"), &PsValue::Object(id)),
                        }
                    }
                }
                "OutlookAnywhereSSLOffloading" => {
                    self.rows(
                        name,
                        value,
                        &on_server("OutlookAnywhere", Some(Evidence::Iis)),
                    );
                }
                "OwaFormsAuthentication" => {
                    let row = on_server("OwaVirtualDirectory", Some(Evidence::Iis));
                    self.rows(name, value, &row);
                }
                "ReceiveConnectors" => self.rows(name, value, &on_server("ReceiveConnector", None)),
                "SendConnectors" => self.rows(name, value, &whole("SendConnector")),
                name => self.list(&format!("Exchange.{name}"), value),
            }
        }
    }

    fn exchange_server(&mut self, object: &PsObject<'a>, server: &str) {
        let Some(spec) = catalog::find("ExchangeServer") else {
            return;
        };
        let is_server = object.get("IsExchangeServer") != Some(&PsValue::Bool(false));
        let name = object
            .get("Name")
            .filter(|_| is_server && text(object, "Name").is_some());
        let Some(name) = name else {
            return selection::list(&mut self.unplaced, "Exchange", 1, "an Exchange server");
        };
        let mut picked = vec![property("Name", name.clone())];
        if server.contains('.') {
            picked.push(property(
                "Fqdn",
                PsValue::Text(Cow::Owned(server.to_owned())),
            ));
        }
        for (name, shown) in [
            ("AdminDisplayVersion", "AdminDisplayVersion"),
            ("Edition", "Edition"),
            ("Site", "AdSite"),
        ] {
            if text(object, shown).is_some()
                && let Some(value) = object.get(shown)
            {
                picked.push(property(name, value.clone()));
            }
        }
        let id = selection::selection(&mut self.document, picked, object.at);
        self.finds.push(Find {
            kind: Some(spec),
            plane: Some(Plane::Onprem),
            ..Find::unnamed(id)
        });
        self.ended.push(Ended {
            plane: Some(Plane::Onprem),
            kind: spec.name,
            server: None,
            state: State::Partial,
            reason: Some(ONE_SERVER_EACH.to_owned()),
            recorded: false,
        });
    }

    fn organization(&mut self, id: ObjId) {
        let object = self.document.object(id).clone();
        for Property { name, value } in &object.props {
            match name.as_ref() {
                "Available" | "SourceServer" | "ExchangeCmdletsAvailable" => {}
                "OrganizationIdentity" => {}
                "CollectionWarnings" => self.warnings(value, None),
                "OAuth2ClientProfileEnabled" if !value.is_nil() => {
                    let Some(spec) = catalog::find("OrganizationConfig") else {
                        continue;
                    };
                    let mut picked = vec![property("OAuth2ClientProfileEnabled", value.clone())];
                    if let Some(name) = object.get("OrganizationIdentity").filter(|v| !v.is_nil()) {
                        picked.push(property("Name", name.clone()));
                    }
                    let id = selection::selection(&mut self.document, picked, object.at);
                    self.finds.push(Find {
                        kind: Some(spec),
                        plane: Some(Plane::Onprem),
                        ..Find::unnamed(id)
                    });
                }
                "AcceptedDomains" => {
                    let count = selection::count(&self.document, value);
                    let name = "Organization.AcceptedDomains";
                    selection::list(&mut self.unplaced, name, count, "their names");
                }
                name => self.list(&format!("Organization.{name}"), value),
            }
        }
    }

    fn certificates(&mut self, value: &PsValue<'a>, server: &str) {
        let row = Row {
            kind: "ExchangeCertificate",
            plane: Plane::Onprem,
            server: Some(server.to_owned()),
            evidence: None,
        };
        for id in selection::objects(&self.document, value) {
            // Without them a row is any certificate of the computer.
            if text(self.document.object(id), "Services").is_some() {
                self.row(id, "Certificates", &row);
            } else {
                selection::list(&mut self.unplaced, "Certificates", 1, "Services");
            }
        }
    }

    fn rows(&mut self, table: &str, value: &PsValue<'a>, row: &Row) {
        for id in selection::objects(&self.document, value) {
            self.row(id, table, row);
        }
    }

    /// One row of a table: the columns that are properties of the kind, in the kind's shape.
    fn row(&mut self, id: ObjId, table: &str, row: &Row) {
        let object = self.document.object(id).clone();
        let path = format!("Exchange.{table}");
        let Some(spec) = catalog::find(row.kind) else {
            return selection::list(&mut self.unplaced, &path, 1, NO_KIND);
        };
        let mut picked: Vec<Property<'a>> = Vec::new();
        // `EX01\owa (Default Web Site)`
        if let Some(identity) = text(&object, "Identity") {
            let name = identity.split_once('\\').map_or(identity, |(_, name)| name);
            picked.push(property("Name", PsValue::Text(Cow::Owned(name.to_owned()))));
        }
        if let (Some(server), true) = (&row.server, spec.property("Server").is_some()) {
            picked.push(property(
                "Server",
                PsValue::Text(Cow::Owned(server.clone())),
            ));
        }
        for Property { name, value } in &object.props {
            // A column of EDCA's own: OWA has a property of that name.
            let own = matches!(name.as_ref(), "Identity" | "VirtualDirectoryType");
            let Some(declared) = spec.property(name).filter(|_| !own) else {
                continue;
            };
            if let Some(value) = self.shaped(value, &declared.ty) {
                picked.push(property(declared.name, value));
            }
        }
        let id = selection::selection(&mut self.document, picked, object.at);
        self.finds.push(Find {
            object: id,
            kind: Some(spec),
            plane: Some(row.plane),
            server: row.server.clone(),
            evidence: row.evidence,
        });
    }

    /// A column's value in the shape of the property. Empty text is null, an empty list or a property that
    /// the object does not have: no answer. Members of an enumeration have no blanks in their names, so a
    /// list of them that was joined by blanks can be told apart.
    fn shaped(&mut self, value: &PsValue<'a>, ty: &Type) -> Option<PsValue<'a>> {
        if value.is_nil() {
            return None;
        }
        let Some(shown) = value.as_str() else {
            return Some(value.clone());
        };
        match ty {
            _ if shown.trim().is_empty() => None,
            Type::Set(Type::Enum(_)) => {
                let members = shown
                    .split_whitespace()
                    .map(|member| PsValue::Text(Cow::Owned(member.to_owned())))
                    .collect();
                Some(PsValue::Object(self.document.add(PsObject {
                    content: Content::List(ListKind::List, members),
                    ..PsObject::default()
                })))
            }
            // Where the members may hold blanks nobody can tell them apart.
            Type::Set(_) | Type::Ordered(_) if shown.trim().contains(' ') => None,
            _ => Some(value.clone()),
        }
    }

    /// `Get-AuthServer failed: ...`, `Get-OwaVirtualDirectory (Download Domains) failed: ...`
    fn warnings(&mut self, value: &PsValue<'a>, server: Option<&str>) {
        let texts: Vec<String> = selection::members(&self.document, value)
            .into_iter()
            .filter_map(|warning| warning.as_str().map(str::to_owned))
            .collect();
        for warning in texts {
            let cmdlet = warning.split([' ', ':']).next().unwrap_or_default();
            let spec = cmdlet
                .strip_prefix("Get-")
                .and_then(catalog::named)
                .filter(|spec| spec.call(Plane::Onprem).is_some());
            let Some((spec, (_, why))) = spec.zip(warning.split_once(" failed: ")) else {
                selection::list(
                    &mut self.unplaced,
                    "CollectionWarnings",
                    1,
                    "a cmdlet of a kind",
                );
                continue;
            };
            // What a role does not grant is not there for its user.
            let denied = [
                "role definition",
                "is not recognized",
                "ccess is denied",
                "nauthorized",
            ]
            .iter()
            .any(|words| why.contains(words));
            let why = match states_secret(why) {
                true => "(the message states a secret and is not kept)",
                false => why,
            };
            self.ended.push(Ended {
                plane: Some(Plane::Onprem),
                kind: spec.name,
                server: server.filter(|_| spec.is_server_bound()).map(str::to_owned),
                state: if denied { State::Denied } else { State::Failed },
                reason: Some(format!("EDCA says that {cmdlet} failed: {why}")),
                recorded: true,
            });
        }
    }

    fn list(&mut self, path: &str, value: &PsValue<'a>) {
        let count = selection::count(&self.document, value);
        selection::list(&mut self.unplaced, path, count, NO_KIND);
    }
}
