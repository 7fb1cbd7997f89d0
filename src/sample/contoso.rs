//! The organization of `exdrift demo`: Contoso, before and after a cumulative update.
//!
//! Seven servers in classic full hybrid. EXCAS01 and EXCAS02 face the internet and offer OAuth only,
//! EXHYB01 serves Exchange Online (moves and look-ups, Windows authentication on EWS), EXMBX01 to EXMBX03
//! are internal, EDGE01 is Edge Transport.
//!
//! **Before**: Exchange Server 2019 CU15 with its newest security update. Two known findings: the product
//! is out of support on every server (BUILD-001, which is why the update is made), and Outlook Anywhere on
//! EXMBX03 still offers Basic as Setup left it (OA-001).
//!
//! **After**: Exchange Server SE with its newest security update went over all servers and put
//! authentication methods back on EXCAS02: EWS Windows, MAPI Ntlm and Negotiate, Autodiscover Basic and
//! Windows, OAB Windows, WSSecurity with them (factory values). Nothing else but noise differs.

use serde_json::{Value as Json, json};

use crate::model::{Outcome, Plane};

use super::estate::{Build, Exposure, Organization, Role, Server};
use super::noise::noise;
use super::object::Prop;
use super::trust_objects::{CLOUD_VOICEMAIL, EXCHANGE_ONLINE, MICROSOFT_GRAPH, TEAMS_SCHEDULER};

const SEED: u64 = 20_261_121;

/// A side of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The evening before the update.
    Before,
    /// The morning after.
    After,
}

/// Contoso at one side of the update.
pub fn contoso(stage: Stage) -> Organization {
    let build = match stage {
        Stage::Before => Build::E2019_CU15_SEP26,
        Stage::After => Build::SE_RTM_SEP26,
    };
    let servers = [
        ("EXCAS01", Exposure::Internet),
        ("EXCAS02", Exposure::Internet),
        ("EXHYB01", Exposure::ExoOnly),
        ("EXMBX01", Exposure::Internal),
        ("EXMBX02", Exposure::Internal),
        ("EXMBX03", Exposure::Internal),
    ]
    .map(|(name, exposure)| Server {
        name: name.to_owned(),
        role: Role::Mailbox,
        exposure,
        build,
    });
    let mut all = servers.to_vec();
    all.push(Server {
        name: "EDGE01".to_owned(),
        role: Role::Edge,
        exposure: Exposure::Internal,
        build,
    });
    let mut contoso = Organization::build("contoso", "contoso.com", SEED, all);
    contoso.set(
        "OutlookAnywhere",
        "EXMBX03\\Rpc (Default Web Site)",
        "IISAuthenticationMethods",
        Prop::methods(["Basic", "Ntlm", "Negotiate"]),
    );
    if stage == Stage::After {
        put_back_factory_values(&mut contoso, "EXCAS02");
        noise(&mut contoso, SEED + 1);
    }
    contoso
}

/// What the update did to one internet-facing server.
fn put_back_factory_values(contoso: &mut Organization, server: &str) {
    let service = ["Basic", "Ntlm", "WindowsIntegrated", "WSSecurity", "OAuth"];
    let kinds: [(&str, &str, &[&str], &[&'static str]); 4] = [
        (
            "WebServicesVirtualDirectory",
            "EWS",
            &service[1..],
            &["WindowsAuthentication", "WSSecurityAuthentication"],
        ),
        (
            "MapiVirtualDirectory",
            "mapi",
            &["Ntlm", "OAuth", "Negotiate"],
            &[],
        ),
        (
            "AutodiscoverVirtualDirectory",
            "Autodiscover",
            &service,
            &[
                "BasicAuthentication",
                "WindowsAuthentication",
                "WSSecurityAuthentication",
            ],
        ),
        (
            "OabVirtualDirectory",
            "OAB",
            &["WindowsIntegrated", "OAuth"],
            &["WindowsAuthentication"],
        ),
    ];
    for (kind, directory, methods, flags) in kinds {
        let key = format!("{server}\\{directory} (Default Web Site)");
        let Some(object) = contoso.find_mut(Plane::Onprem, kind, &key) else {
            continue;
        };
        for flag in flags {
            object.set(flag, Prop::Bool(true));
        }
        let mut lists = vec![
            "InternalAuthenticationMethods",
            "ExternalAuthenticationMethods",
        ];
        if kind == "MapiVirtualDirectory" {
            lists.push("IISAuthenticationMethods");
        }
        for list in lists {
            object.set(list, Prop::methods(methods.iter().copied()));
        }
    }
}

/// A policy's answer that is known beforehand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    /// Policy id.
    pub policy: &'static str,
    /// Plane of the subject; `None` where it is the organization.
    pub plane: Option<Plane>,
    /// Kind of the subject.
    pub kind: &'static str,
    /// Key of the subject.
    pub key: String,
    /// The answer.
    pub outcome: Outcome,
}

impl Expected {
    /// A failure of an object on-premises.
    pub(super) fn fail(policy: &'static str, kind: &'static str, key: impl Into<String>) -> Self {
        Expected {
            policy,
            plane: Some(match kind {
                "ServerVersion" => Plane::Host,
                _ => Plane::Onprem,
            }),
            kind,
            key: key.into(),
            outcome: Outcome::Fail,
        }
    }
}

/// Every failure of Contoso under the built-in pack with [`params`], in order; all else passes or does
/// not apply.
pub fn contoso_failures(stage: Stage) -> Vec<Expected> {
    let mut all = vec![Expected::fail(
        "OA-001",
        "OutlookAnywhere",
        "EXMBX03\\Rpc (Default Web Site)",
    )];
    match stage {
        Stage::Before => {
            let servers = [
                "EDGE01", "EXCAS01", "EXCAS02", "EXHYB01", "EXMBX01", "EXMBX02", "EXMBX03",
            ];
            all.extend(servers.map(|server| Expected::fail("BUILD-001", "ServerVersion", server)));
        }
        Stage::After => {
            for (policy, kind, directory) in [
                ("EXT-002", "WebServicesVirtualDirectory", "EWS"),
                ("EXT-003", "MapiVirtualDirectory", "mapi"),
                ("EXT-004", "OabVirtualDirectory", "OAB"),
                ("EXT-005", "AutodiscoverVirtualDirectory", "Autodiscover"),
            ] {
                let key = format!("EXCAS02\\{directory} (Default Web Site)");
                all.push(Expected::fail(policy, kind, key));
            }
        }
    }
    all.sort();
    all
}

/// The operator's params for Contoso.
pub fn contoso_params() -> Json {
    params(&contoso(Stage::Before))
}

/// The operator's params of an organization made here: `organizations.<name>.params` of `exdrift.yaml`.
///
/// What the organization has is what is declared, so take them before [`inject`](super::inject): an
/// operator does not declare the intruder.
pub fn params(organization: &Organization) -> Json {
    let names = |exposure: Exposure| -> Vec<&str> {
        organization
            .servers
            .iter()
            .filter(|server| server.exposure == exposure)
            .map(|server| server.name.as_str())
            .collect()
    };
    let mut auth_servers: Vec<&str> = organization
        .of_kind(Plane::Onprem, "AuthServer")
        .filter_map(|object| object.text("Name"))
        .collect();
    auth_servers.sort_unstable();
    let domain = &organization.domain;
    json!({
        "hma": true,
        "hybrid": "classic_full",
        "cloud": "global",
        "exposure": {
            "internet": glob(&names(Exposure::Internet), "EXCAS*"),
            "exo_only": glob(&names(Exposure::ExoOnly), "EXHYB*"),
            "internal": ["*"],
        },
        "namespaces": {
            format!("mail.{domain}"): {
                "paths": ["ews", "mapi", "oab", "autodiscover", "activesync"],
                "tls": "bridge",
            },
            format!("hybrid.{domain}"): {"paths": ["ews", "autodiscover"], "tls": "pass_through"},
            format!("outlook.{domain}"): {
                "paths": ["ews", "mapi", "oab", "owa", "ecp", "autodiscover", "activesync"],
                "tls": "pass_through",
            },
        },
        "tenant_domains": [organization.routing_domain()],
        "auth_servers": auth_servers,
        "partner_applications": [EXCHANGE_ONLINE, MICROSOFT_GRAPH, TEAMS_SCHEDULER, CLOUD_VOICEMAIL],
        "graph_app_only": false,
        "partner_organizations": [],
        "migration_servers": names(Exposure::ExoOnly),
        "packs": {},
    })
}

/// A complete `exdrift.yaml` for an organization made here.
pub fn configuration(organization: &Organization) -> String {
    let tree = json!({
        "version": 1,
        "store": "snapshots",
        "organizations": {
            organization.name.as_str(): {
                "planes": ["onprem", "cloud", "entra", "host"],
                "params": params(organization),
            },
        },
    });
    serde_yaml::to_string(&tree).unwrap_or_default()
}

fn glob<'a>(names: &[&'a str], pattern: &'a str) -> Vec<&'a str> {
    let prefix = pattern.trim_end_matches('*');
    if !names.is_empty() && names.iter().all(|name| name.starts_with(prefix)) {
        vec![pattern]
    } else {
        names.to_vec()
    }
}
