//! `Get-HybridConfiguration`: what the hybrid wizard was told last.

use super::enums::HYBRID_FEATURE;
use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const FEATURES: Type = Type::Set(&Type::Enum(&HYBRID_FEATURE));

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("ClientAccessServers").ty(Type::Set(&Type::ServerName)),
    property("EdgeTransportServers").ty(Type::Set(&Type::ServerName)),
    property("ReceivingTransportServers").ty(Type::Set(&Type::ServerName)),
    property("SendingTransportServers").ty(Type::Set(&Type::ServerName)),
    property("OnPremisesSmartHost").ty(Type::LowerText).unset(),
    property("Domains").ty(Type::Set(&Type::LowerText)),
    property("Features").ty(FEATURES),
    property("ExternalIPAddresses").ty(Type::Set(&Type::Text)),
    property("TlsCertificateName").ty(Type::Text).unset(),
    property("ServiceInstance").ty(Type::Int),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "HybridConfiguration",
    calls: &[Call {
        plane: Plane::Onprem,
        cmdlet: "Get-HybridConfiguration",
        arguments: "",
        per: Per::Organization,
    }],
    home: Home::Organization,
    key: KeyRule::Singleton,
    type_names: &["HybridConfiguration"],
    signature: &["SendingTransportServers", "OnPremisesSmartHost"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "export of a 2019 organization",
};
