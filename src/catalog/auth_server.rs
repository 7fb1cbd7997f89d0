//! `Get-AuthServer`: the token issuers that Exchange accepts.

use super::enums::AUTH_SERVER_TYPE;
use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("Type").ty(Type::Enum(&AUTH_SERVER_TYPE)),
    property("Enabled").bool(),
    property("IsDefaultAuthorizationEndpoint").bool(),
    property("TrustAnySSLCertificate").bool(),
    property("IssuerIdentifier").ty(Type::Text).unset(),
    property("Realm").ty(Type::LowerText).unset(),
    property("ApplicationIdentifier")
        .ty(Type::LowerText)
        .unset()
        .since("15.1.2507.55"),
    property("AuthMetadataUrl").ty(Type::Url).unset(),
    property("AuthorizationEndpoint").ty(Type::Url).unset(),
    property("TokenIssuingEndpoint").ty(Type::Url).unset(),
    property("DomainName")
        .ty(Type::Set(&Type::LowerText))
        .unset()
        .since("15.1.2106.2"),
    property("CertificateStrings")
        .ty(Type::Set(&Type::Text))
        .unset(),
    property("RsaKeyModulusExponents").dropped(), // follow from the certificates
    property("CertificateBytes").dropped(),       // CertificateStrings says the same
    property("CurrentEncryptedAppSecret").secret(),
    property("PreviousEncryptedAppSecret").secret(),
    property("TimesOfUnmatchPartner").observed(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "AuthServer",
    calls: &[Call {
        plane: Plane::Onprem,
        cmdlet: "Get-AuthServer",
        arguments: "",
        per: Per::Organization,
    }],
    home: Home::Organization,
    key: KeyRule::Name,
    type_names: &["AuthServer"],
    signature: &["TokenIssuingEndpoint", "IsDefaultAuthorizationEndpoint"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "property names of a live Exchange Online tenant; Set-AuthServer reference",
};
