//! `Get-ExchangeServer`: the list of servers, which the coverage of every other kind is measured against.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::ServerName),
    property("Identity").dropped(), // the key says the same
    property("Fqdn").ty(Type::LowerText),
    property("Domain").ty(Type::LowerText),
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("AdminDisplayVersion").ty(Type::ServerVersion),
    property("DataPath").ty(Type::Text),
    property("Edition").ty(Type::Text),
    property("ServerRole").ty(Type::Text),
    property("Site").ty(Type::AdObject).unset(),
    property("IsClientAccessServer").bool(),
    property("IsMailboxServer").bool(),
    property("IsEdgeServer").bool(),
    property("IsHubTransportServer").bool(),
    property("IsFrontendTransportServer").bool(),
    property("IsUnifiedMessagingServer").bool(),
    property("MitigationsEnabled").bool(),
    property("MitigationsApplied")
        .ty(Type::Set(&Type::Text))
        .unset(),
    property("MitigationsBlocked")
        .ty(Type::Set(&Type::Text))
        .unset(),
    property("NetworkAddress").ty(Type::Set(&Type::Text)),
    property("StaticDomainControllers").ty(Type::Set(&Type::LowerText)),
    property("StaticGlobalCatalogs").ty(Type::Set(&Type::LowerText)),
    property("StaticExcludedDomainControllers").ty(Type::Set(&Type::LowerText)),
    property("StaticConfigDomainController")
        .ty(Type::LowerText)
        .unset(),
    property("InternetWebProxy").ty(Type::Url).unset(),
    // Count down by themselves.
    property("IsExpiredExchangeTrialEdition").bool().observed(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "ExchangeServer",
    calls: &[Call {
        plane: Plane::Onprem,
        cmdlet: "Get-ExchangeServer",
        arguments: "",
        per: Per::Organization,
    }],
    home: Home::Organization,
    key: KeyRule::Server,
    type_names: &["ExchangeServer"],
    signature: &["ServerRole", "IsClientAccessServer", "AdminDisplayVersion"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "exports of 2013 CU23, 2016 CU22 and 2019 CU11 servers",
};
