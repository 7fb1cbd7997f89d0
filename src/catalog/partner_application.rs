//! `Get-PartnerApplication`: the applications whose tokens Exchange accepts.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("Enabled").bool(),
    property("UseAuthServer").bool(),
    property("AcceptSecurityIdentifierInformation").bool(),
    property("ApplicationIdentifier").ty(Type::LowerText),
    property("AuthMetadataUrl").ty(Type::Url).unset(),
    property("Realm").ty(Type::LowerText).unset(),
    property("LinkedAccount").ty(Type::AdObject).unset(),
    property("AccountType").ty(Type::Text),
    property("IssuerIdentifier").ty(Type::Text).unset(),
    // Null on all five objects of the lab export: nothing granted (controls catalogue, PAPP-004).
    property("AppOnlyPermissions")
        .ty(Type::Set(&Type::Text))
        .unset(),
    property("ActAsPermissions")
        .ty(Type::Set(&Type::Text))
        .unset(),
    property("CertificateStrings")
        .ty(Type::Set(&Type::Text))
        .unset(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "PartnerApplication",
    calls: &[
        Call {
            plane: Plane::Onprem,
            cmdlet: "Get-PartnerApplication",
            arguments: "",
            per: Per::Organization,
        },
        Call {
            plane: Plane::Cloud,
            cmdlet: "Get-PartnerApplication",
            arguments: "",
            per: Per::Organization,
        },
    ],
    home: Home::Organization,
    key: KeyRule::Name,
    type_names: &["PartnerApplication"],
    signature: &["ApplicationIdentifier", "UseAuthServer"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "export of a 2019 CU11 server with five partner applications",
};
