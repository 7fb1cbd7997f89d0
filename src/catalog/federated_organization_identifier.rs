//! `Get-FederatedOrganizationIdentifier`: the domains that the organization federates.
//!
//! Without `-IncludeExtendedDomainInfo`: that switch asks a service on the internet for the domains' status.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("Enabled").bool(),
    property("AccountNamespace").ty(Type::LowerText).unset(),
    property("Domains").ty(Type::Set(&Type::LowerText)),
    property("DefaultDomain").ty(Type::LowerText).unset(),
    property("OrganizationContact").ty(Type::LowerText).unset(),
    property("DelegationTrustLink").ty(Type::AdName).unset(),
    property("ClientTrustLink").ty(Type::AdName).unset(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "FederatedOrganizationIdentifier",
    calls: &[
        Call {
            plane: Plane::Onprem,
            cmdlet: "Get-FederatedOrganizationIdentifier",
            arguments: "",
            per: Per::Organization,
        },
        Call {
            plane: Plane::Cloud,
            cmdlet: "Get-FederatedOrganizationIdentifier",
            arguments: "",
            per: Per::Organization,
        },
    ],
    home: Home::Organization,
    key: KeyRule::Singleton,
    type_names: &[
        "FederatedOrganizationIdWithDomainStatus",
        "FederatedOrganizationId",
    ],
    signature: &["AccountNamespace", "DelegationTrustLink"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "Get-FederatedOrganizationIdentifier reference; Format-List output in public documents",
};
