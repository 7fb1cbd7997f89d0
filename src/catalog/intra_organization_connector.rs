//! `Get-IntraOrganizationConnector`: where each side looks the other one up.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("Enabled").bool(),
    property("TargetAddressDomains").ty(Type::Set(&Type::LowerText)),
    property("DiscoveryEndpoint").ty(Type::Url).unset(),
    property("TargetSharingEpr").ty(Type::Url).unset(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "IntraOrganizationConnector",
    calls: &[
        Call {
            plane: Plane::Onprem,
            cmdlet: "Get-IntraOrganizationConnector",
            arguments: "",
            per: Per::Organization,
        },
        Call {
            plane: Plane::Cloud,
            cmdlet: "Get-IntraOrganizationConnector",
            arguments: "",
            per: Per::Organization,
        },
    ],
    home: Home::Organization,
    key: KeyRule::Name,
    type_names: &["IntraOrganizationConnector"],
    signature: &["TargetAddressDomains", "DiscoveryEndpoint"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "Format-List export of Exchange Online; Set-IntraOrganizationConnector reference",
};
