//! `HealthChecker-SERVER-TIME.xml` of the Exchange Health Checker, as its versions since 2024 write it.

use chrono::{DateTime, Utc};

use crate::catalog;
use crate::model::Plane;
use crate::sample::bundle::File;
use crate::sample::clixml::{Blobs, Encoding, Form, Node, Style, tree};
use crate::sample::estate::{Organization, Role, Server};
use crate::sample::object::{Object, Prop};

/// The organization's objects, by the names that the script gives them.
const ORGANIZATION: [(&str, &str); 7] = [
    ("GetOrganizationConfig", "OrganizationConfig"),
    ("GetHybridConfiguration", "HybridConfiguration"),
    ("GetPartnerApplication", "PartnerApplication"),
    ("GetSettingOverride", "SettingOverride"),
    ("GetAuthConfig", "AuthConfig"),
    ("GetAuthServer", "AuthServer"),
    ("GetSendConnector", "SendConnector"),
];

const DIRECTORIES: [(&str, &str); 9] = [
    (
        "GetActiveSyncVirtualDirectory",
        "ActiveSyncVirtualDirectory",
    ),
    (
        "GetAutoDiscoverVirtualDirectory",
        "AutodiscoverVirtualDirectory",
    ),
    ("GetEcpVirtualDirectory", "EcpVirtualDirectory"),
    ("GetMapiVirtualDirectory", "MapiVirtualDirectory"),
    ("GetOabVirtualDirectory", "OabVirtualDirectory"),
    ("GetOutlookAnywhere", "OutlookAnywhere"),
    ("GetOwaVirtualDirectory", "OwaVirtualDirectory"),
    (
        "GetPowerShellVirtualDirectory",
        "PowerShellVirtualDirectory",
    ),
    (
        "GetWebServicesVirtualDirectory",
        "WebServicesVirtualDirectory",
    ),
];

/// One file a server, all of one run.
pub fn health_checker(organization: &Organization, at: DateTime<Utc>) -> Vec<File> {
    // Active Directory's memory of the directories: IIS was not asked.
    let mut remembered = organization.clone();
    for object in remembered.objects.iter_mut().filter(|o| o.is_directory()) {
        forget(object);
    }
    organization
        .servers
        .iter()
        .map(|server| {
            let root = file(&remembered, server, at);
            let style = Style {
                form: Form::Deserialized,
                encoding: Encoding::Utf8Bom,
                blobs: Blobs::Short,
            };
            let name = format!(
                "HealthChecker-{}-{}.xml",
                server.name,
                at.format("%Y%m%d%H%M%S")
            );
            (name, style.encoding.bytes(&tree(&root, style)))
        })
        .collect()
}

/// With `-ADPropertiesOnly` a directory's path is empty and its flags are off, whatever IIS does.
fn forget(object: &mut Object) {
    let Some(spec) = catalog::find(object.kind) else {
        return;
    };
    let names: Vec<&'static str> = object.properties.iter().map(|(name, _)| *name).collect();
    for name in names {
        let is_metabase = spec.property(name).is_some_and(|p| p.metabase);
        match object.prop(name) {
            Some(Prop::Bool(_)) if is_metabase => object.set(name, Prop::Bool(false)),
            _ if name == "Path" => object.set(name, Prop::text("")),
            _ => {}
        }
    }
}

fn file<'a>(organization: &'a Organization, server: &Server, at: DateTime<Utc>) -> Node<'a> {
    let offset = organization.session.offset;
    let data = Node::Bag(vec![
        ("GenerationTime", Node::Value(Prop::Local(at, offset))),
        ("HealthCheckerVersion", text("26.10.14.1602")),
        ("ServerName", text(&organization.fqdn(&server.name))),
        (
            "OrganizationInformation",
            organization_part(organization, server),
        ),
        (
            "HardwareInformation",
            Node::Bag(vec![("TotalMemory", text("128 GB"))]),
        ),
        (
            "OSInformation",
            Node::Bag(vec![("ServerPendingReboot", no())]),
        ),
        ("ExchangeInformation", server_part(organization, server)),
    ]);
    Node::Bag(vec![
        ("HealthCheckerExchangeServer", data),
        (
            "HtmlServerValues",
            Node::Bag(vec![("OverviewValues", text("..."))]),
        ),
        ("DisplayResults", Node::Bag(vec![("Details", text("..."))])),
    ])
}

fn text<'a>(text: &str) -> Node<'a> {
    Node::Value(Prop::text(text))
}

fn no<'a>() -> Node<'a> {
    Node::Value(Prop::Bool(false))
}

/// What a variable holds after a cmdlet: nothing, one object, or an array.
fn answer(objects: Vec<&Object>) -> Node<'_> {
    match objects.as_slice() {
        [] => Node::Value(Prop::Null),
        [only] => Node::Object(only),
        several => Node::List(several.iter().map(|object| Node::Object(object)).collect()),
    }
}

fn organization_part<'a>(organization: &'a Organization, server: &Server) -> Node<'a> {
    let is_edge = server.role == Role::Edge;
    let mut members: Vec<(&'static str, Node<'a>)> = ORGANIZATION
        .into_iter()
        .map(
            |(name, kind)| match is_edge && kind != "OrganizationConfig" {
                true => (name, Node::Value(Prop::Null)),
                false => (
                    name,
                    answer(organization.of_kind(Plane::Onprem, kind).collect()),
                ),
            },
        )
        .collect();
    members.push((
        "AcceptedDomain",
        Node::Bag(vec![("WildCardAcceptedDomain", Node::Value(Prop::Null))]),
    ));
    members.push(("MapiHttpEnabled", Node::Value(Prop::Bool(true))));
    members.push((
        "WellKnownSecurityGroups",
        Node::List(vec![
            text("Exchange Servers"),
            text("Exchange Trusted Subsystem"),
        ]),
    ));
    Node::Bag(members)
}

fn server_part<'a>(organization: &'a Organization, server: &Server) -> Node<'a> {
    let is_edge = server.role == Role::Edge;
    let of = |plane, kind: &'static str| {
        let name = server.name.clone();
        answer(
            organization
                .of_kind(plane, kind)
                .filter(|object| object.server.as_ref() == Some(&name))
                .collect(),
        )
    };
    let directories = DIRECTORIES
        .into_iter()
        .map(|(name, kind)| (name, of(Plane::Onprem, kind)))
        .collect();
    let own = organization
        .find(Plane::Onprem, "ExchangeServer", &server.name)
        .map_or(Node::Value(Prop::Null), Node::Object);
    Node::Bag(vec![
        ("GetExchangeServer", own),
        ("GetMailboxServer", of(Plane::Onprem, "MailboxServer")),
        ("GetReceiveConnector", of(Plane::Onprem, "ReceiveConnector")),
        ("VirtualDirectories", Node::Bag(directories)),
        (
            "ExchangeCertificateInformation",
            Node::Bag(vec![
                ("Certificates", of(Plane::Onprem, "ExchangeCertificate")),
                ("InternalCertificate", Node::Value(Prop::Null)),
                ("CustomCertificates", Node::List(vec![text("...")])),
            ]),
        ),
        (
            "BuildInformation",
            Node::Bag(vec![
                ("ServerRole", text(if is_edge { "Edge" } else { "Mailbox" })),
                ("ExchangeSetup", of(Plane::Host, "ServerVersion")),
            ]),
        ),
        (
            "IISSettings",
            Node::Bag(vec![(
                "applicationHostConfig",
                text(
                    "<configuration><configProtectedData><providers><add name=\"AesProvider\" sessionKey=\"decoy-key-material\" /></providers></configProtectedData></configuration>",
                ),
            )]),
        ),
    ])
}
