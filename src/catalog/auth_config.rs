//! `Get-AuthConfig`: the certificate that signs this organization's tokens.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("CurrentCertificateThumbprint")
        .ty(Type::UpperText)
        .unset(),
    property("PreviousCertificateThumbprint")
        .ty(Type::UpperText)
        .unset(),
    property("NextCertificateThumbprint")
        .ty(Type::UpperText)
        .unset(),
    property("NextCertificateEffectiveDate")
        .ty(Type::Date)
        .unset(),
    property("Realm").ty(Type::LowerText).unset(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "AuthConfig",
    calls: &[Call {
        plane: Plane::Onprem,
        cmdlet: "Get-AuthConfig",
        arguments: "",
        per: Per::Organization,
    }],
    home: Home::Organization,
    key: KeyRule::Singleton,
    type_names: &["AuthConfig"],
    signature: &["CurrentCertificateThumbprint", "NextCertificateThumbprint"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "exports of a 2019 CU11 server",
};
