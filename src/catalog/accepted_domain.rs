//! `Get-AcceptedDomain`: the domains that the organization accepts mail for.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("DomainName").ty(Type::LowerText),
    property("DomainType").ty(Type::Text),
    property("AuthenticationType").ty(Type::Text).unset(),
    property("LiveIdInstanceType").ty(Type::Text).unset(),
    property("CatchAllRecipientID").ty(Type::AdObject).unset(),
    property("FederatedOrganizationLink")
        .ty(Type::AdObject)
        .unset(),
    property("MailFlowPartner").ty(Type::AdObject).unset(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "AcceptedDomain",
    calls: &[
        Call {
            plane: Plane::Onprem,
            cmdlet: "Get-AcceptedDomain",
            arguments: "",
            per: Per::Organization,
        },
        Call {
            plane: Plane::Cloud,
            cmdlet: "Get-AcceptedDomain",
            arguments: "",
            per: Per::Organization,
        },
    ],
    home: Home::Organization,
    key: KeyRule::Name,
    type_names: &["AcceptedDomain"],
    signature: &["DomainName", "DomainType", "MatchSubDomains"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "exports of a 2019 CU11 organization; JSON of an Exchange Online tenant",
};
