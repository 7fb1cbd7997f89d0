//! `Get-IntraOrganizationConfiguration`: the addresses that the hybrid wizard writes into the connectors.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("OnlineDiscoveryEndpoint").ty(Type::Url).unset(),
    property("OnlineTargetAddress").ty(Type::LowerText).unset(),
    property("OnPremiseTargetAddresses")
        .ty(Type::Set(&Type::LowerText))
        .unset(),
    property("OnPremiseDiscoveryEndpoint").ty(Type::Url).unset(),
    property("OnPremiseWebServiceEndpoint")
        .ty(Type::Url)
        .unset(),
    // The wizard's own reckoning; blank in Exchange Online.
    property("DeploymentIsCompleteIOCReady").bool().unset(),
    property("HasNonIOCReadyExchangeCASServerVersions")
        .bool()
        .unset(),
    property("HasNonIOCReadyExchangeMailboxServerVersions")
        .bool()
        .unset(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "IntraOrganizationConfiguration",
    calls: &[
        Call {
            plane: Plane::Onprem,
            cmdlet: "Get-IntraOrganizationConfiguration",
            arguments: "",
            per: Per::Organization,
        },
        Call {
            plane: Plane::Cloud,
            cmdlet: "Get-IntraOrganizationConfiguration",
            arguments: "",
            per: Per::Organization,
        },
    ],
    home: Home::Organization,
    key: KeyRule::Singleton,
    type_names: &["IntraOrganizationConfiguration"],
    signature: &["OnlineDiscoveryEndpoint", "OnPremiseDiscoveryEndpoint"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "Format-List export of Exchange Online; Get-IntraOrganizationConfiguration reference",
};
