//! `Get-ClientAccessService`: the Autodiscover address that domain-joined clients find in Active
//! Directory. This is the internal URL of Autodiscover; the one on the virtual directory is read by
//! nobody (controls catalogue, section 0.3 rule 2).
//!
//! `Get-ClientAccessServer` (2013; deprecated since 2016) returns the same objects: one kind, and
//! [`super::named`] knows the older noun.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Roles, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::ServerName),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("Fqdn").ty(Type::LowerText),
    property("AutoDiscoverServiceCN").ty(Type::Text),
    property("AutoDiscoverServiceClassName").ty(Type::Text),
    property("AutoDiscoverServiceInternalUri")
        .ty(Type::Url)
        .unset(),
    property("AutoDiscoverServiceGuid").ty(Type::Guid),
    property("AutoDiscoverSiteScope")
        .ty(Type::Set(&Type::Text))
        .unset(),
    property("AlternateServiceAccountConfiguration").secret(),
    property("ClientAccessArray").ty(Type::AdName).unset(),
    property("OutlookAnywhereEnabled").bool().unset(),
    property("IsOutOfService").bool().unset(),
    property("WorkloadManagementPolicy")
        .ty(Type::AdName)
        .unset(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "ClientAccessService",
    calls: &[Call {
        plane: Plane::Onprem,
        cmdlet: "Get-ClientAccessService",
        arguments: "",
        per: Per::Organization,
    }],
    home: Home::Server {
        roles: Roles::ClientAccess,
    },
    key: KeyRule::Server,
    type_names: &["ClientAccessServer", "ClientAccessService"],
    signature: &["AutoDiscoverServiceInternalUri", "AutoDiscoverServiceCN"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "Get-ClientAccessService reference; Format-List output in public documents",
};
