//! Data files of EDCA: one for the organization, one a server.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value as Json, json};

use super::shown;
use crate::model::Plane;
use crate::sample::bundle::File;
use crate::sample::estate::{Organization, Role};
use crate::sample::object::{Object, Prop};

/// The cmdlets whose directories EDCA's table has.
const DIRECTORIES: [&str; 6] = [
    "MapiVirtualDirectory",
    "OwaVirtualDirectory",
    "EcpVirtualDirectory",
    "WebServicesVirtualDirectory",
    "ActiveSyncVirtualDirectory",
    "AutodiscoverVirtualDirectory",
];

/// What EDCA leaves in its data folder for the whole organization; it does not read Edge servers.
pub fn edca(organization: &Organization, at: DateTime<Utc>) -> Vec<File> {
    let stamp = at.format("%Y%m%d_%H%M%S");
    let mut files = vec![(
        format!("{}_{stamp}.json", organization.title),
        text(&organization_file(organization, at)),
    )];
    for server in organization.servers.iter().filter(|s| s.role != Role::Edge) {
        files.push((
            format!("{}_{stamp}.json", organization.fqdn(&server.name)),
            text(&server_file(organization, &server.name, at)),
        ));
    }
    files
}

fn text(file: &Json) -> Vec<u8> {
    format!("{file:#}\r\n").into_bytes()
}

fn metadata(kind: &str, at: DateTime<Utc>) -> Json {
    json!({
        "FileType": kind,
        "ToolName": "EDCA",
        "ToolVersion": "0.1.0",
        "CollectionTimestamp": at.to_rfc3339_opts(SecondsFormat::Micros, false),
        "ExecutedBy": "CONTOSO\\svc-edca",
    })
}

fn organization_file(organization: &Organization, at: DateTime<Utc>) -> Json {
    let domains: Vec<&str> = organization
        .of_kind(Plane::Onprem, "AcceptedDomain")
        .filter_map(|domain| domain.text("DomainName"))
        .collect();
    let config = organization
        .of_kind(Plane::Onprem, "OrganizationConfig")
        .next();
    json!({
        "Metadata": metadata("Organization", at),
        "Organization": {
            "Available": true,
            "SourceServer": organization.session.computer,
            "ExchangeCmdletsAvailable": true,
            "OrganizationIdentity": config.and_then(|c| c.text("Name")),
            "OAuth2ClientProfileEnabled": config.and_then(|c| flag(c, "OAuth2ClientProfileEnabled")),
            "AdSplitPermissionEnabled": null,
            "AcceptedDomains": domains,
            "RemoteDomains": [{"Name": "Default", "DomainName": "*", "AutoForwardEnabled": false}],
            "CollectionWarnings": [
                "Get-AuthenticationPolicy failed: Some of the parameters specified with the \"Get-AuthenticationPolicy\" cmdlet aren't present in the role definition for the current user.",
                "Get-AuthServer failed: The call to the domain controller timed out.",
            ],
        },
        "EmailAuthentication": {"Available": true, "DomainResults": []},
    })
}

fn server_file(organization: &Organization, server: &str, at: DateTime<Utc>) -> Json {
    let fqdn = organization.fqdn(server);
    let on_server = |kind| {
        organization
            .of_kind(Plane::Onprem, kind)
            .filter(|object| object.server.as_deref() == Some(server))
            .collect::<Vec<_>>()
    };
    let own = organization.find(Plane::Onprem, "ExchangeServer", server);
    let own_text = |name: &str| own.and_then(|own| own.text(name)).map(str::to_owned);
    let directories: Vec<Json> = DIRECTORIES
        .into_iter()
        .flat_map(|kind| {
            on_server(kind)
                .into_iter()
                .map(move |d| directory_row(d, kind))
        })
        .collect();
    let offloading: Vec<Json> = on_server("OutlookAnywhere")
        .into_iter()
        .map(|d| json!({"Identity": identity(d), "SSLOffloading": flag(d, "SSLOffloading")}))
        .collect();
    let forms: Vec<Json> = on_server("OwaVirtualDirectory")
        .into_iter()
        .map(|d| json!({"Identity": identity(d), "FormsAuthentication": flag(d, "FormsAuthentication")}))
        .collect();
    let mut exchange = Map::new();
    for (name, value) in [
        ("ExchangeCmdletsAvailable", json!(true)),
        ("Name", json!(server)),
        (
            "AdminDisplayVersion",
            json!(own_text("AdminDisplayVersion")),
        ),
        ("BuildNumber", Json::Null),
        ("Edition", json!(own_text("Edition"))),
        ("ProductLine", json!("ExchangeSE")),
        ("IsExchangeServer", json!(true)),
        ("ExtendedProtectionStatus", json!(directories)),
        ("OutlookAnywhereSSLOffloading", json!(offloading)),
        ("OwaFormsAuthentication", json!(forms)),
        ("AdSite", json!(own_text("Site"))),
        ("MapiHttpEnabled", json!(true)),
        (
            "ReceiveConnectors",
            rows(&on_server("ReceiveConnector"), &RECEIVE),
        ),
        (
            "SendConnectors",
            rows(
                &organization
                    .of_kind(Plane::Onprem, "SendConnector")
                    .collect::<Vec<_>>(),
                &SEND,
            ),
        ),
        ("Hsts", json!({"SiteCount": 2, "Sites": []})),
        ("CollectionWarnings", json!([])),
    ] {
        exchange.insert(name.to_owned(), value);
    }
    json!({
        "Metadata": metadata("Server", at),
        "Servers": [{
            "Server": fqdn,
            "OS": {"ComputerName": server, "OSVersion": "10.0.20348"},
            "Tls": {"Tls12Enabled": true},
            "Services": [{"Name": "MSExchangeIS", "Status": "Running"}],
            "Exchange": exchange,
            "Certificates": [
                {
                    "Subject": format!("CN=WMSvc-SHA2-{server}"),
                    "Thumbprint": "0AFDE77B4548D756E8767963EEC7DC755075C152",
                    "NotAfter": "/Date(1936651472000)/",
                    "IsExpired": false,
                },
            ],
            "PSComputerName": "localhost",
            "RunspaceId": organization.session.runspace,
            "PSShowComputerName": false,
        }],
    })
}

const RECEIVE: [&str; 9] = [
    "PermissionGroups",
    "AuthMechanism",
    "ProtocolLoggingLevel",
    "MaxMessageSize",
    "MaxHopCount",
    "ConnectionTimeout",
    "TransportRole",
    "Banner",
    "RequireTLS",
];

const SEND: [&str; 9] = [
    "Enabled",
    "CloudServicesMailEnabled",
    "TlsAuthLevel",
    "RequireTLS",
    "TlsCertificateName",
    "TlsDomain",
    "Fqdn",
    "SmartHosts",
    "AddressSpaces",
];

/// `[string]` of a property: a collection's members with blanks between, nothing for null.
fn printed(object: &Object, name: &str) -> String {
    match object.prop(name) {
        Some(Prop::List(_, members)) => {
            let members: Vec<String> = members.iter().map(one).collect();
            members.join(" ")
        }
        Some(prop) => one(prop),
        None => String::new(),
    }
}

fn one(prop: &Prop) -> String {
    match prop {
        Prop::Text(text) | Prop::Uri(text) | Prop::Guid(text) => text.clone(),
        Prop::Enum(_, name, _) => (*name).to_owned(),
        Prop::Object(object) => object.to_string.clone(),
        Prop::Int(number) => number.to_string(),
        Prop::Bool(flag) => if *flag { "True" } else { "False" }.to_owned(),
        _ => String::new(),
    }
}

fn flag(object: &Object, name: &str) -> Option<bool> {
    match object.prop(name) {
        Some(Prop::Bool(flag)) => Some(*flag),
        _ => None,
    }
}

fn identity(object: &Object) -> String {
    format!(
        "{}\\{}",
        object.server.as_deref().unwrap_or_default(),
        object.text("Name").unwrap_or_default()
    )
}

fn directory_row(object: &Object, kind: &str) -> Json {
    json!({
        "VirtualDirectoryType": format!("Get-{kind}"),
        "Identity": identity(object),
        "ExtendedProtectionTokenChecking": printed(object, "ExtendedProtectionTokenChecking"),
        "ExtendedProtectionFlags": printed(object, "ExtendedProtectionFlags"),
        "ExtendedProtectionSPNList": printed(object, "ExtendedProtectionSPNList"),
        "InternalAuthenticationMethods": printed(object, "InternalAuthenticationMethods"),
        "ExternalAuthenticationMethods": printed(object, "ExternalAuthenticationMethods"),
        "IISAuthenticationMethods": printed(object, "IISAuthenticationMethods"),
    })
}

/// Rows with some properties, as text where the object has no flag or list of that name.
fn rows(objects: &[&Object], columns: &[&str]) -> Json {
    let rows = objects.iter().map(|object| {
        let all = shown([*object]).into_iter().next().unwrap_or_default();
        let mut row = Map::new();
        let name = match object.server {
            Some(_) => identity(object),
            None => object.text("Name").unwrap_or_default().to_owned(),
        };
        row.insert("Identity".to_owned(), json!(name));
        for column in columns {
            let value = match all.get(*column) {
                Some(value @ (Json::Bool(_) | Json::Array(_))) => value.clone(),
                _ => json!(printed(object, column)),
            };
            row.insert((*column).to_owned(), value);
        }
        Json::Object(row)
    });
    Json::Array(rows.collect())
}
