//! `Get-AvailabilityAddressSpace`: free/busy of other forests, the last of the three lookups.

use super::enums::AVAILABILITY_ACCESS_METHOD;
use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("ForestName").ty(Type::LowerText),
    property("AccessMethod").ty(Type::Enum(&AVAILABILITY_ACCESS_METHOD)),
    property("UseServiceAccount").bool(),
    property("UserName").ty(Type::Text).unset(),
    property("Credentials").secret().unset(),
    property("ParentPathId").ty(Type::Text).unset(),
    property("ProxyUrl").ty(Type::Url).unset(),
    property("TargetAutodiscoverEpr").ty(Type::Url).unset(),
    property("TargetServiceEpr").ty(Type::Url).unset(),
    property("TargetTenantId").ty(Type::LowerText).unset(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "AvailabilityAddressSpace",
    calls: &[Call {
        plane: Plane::Onprem,
        cmdlet: "Get-AvailabilityAddressSpace",
        arguments: "",
        per: Per::Organization,
    }],
    home: Home::Organization,
    key: KeyRule::Name,
    type_names: &["AvailabilityAddressSpace"],
    signature: &["ForestName", "AccessMethod"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "Add-AvailabilityAddressSpace reference",
};
