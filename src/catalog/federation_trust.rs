//! `Get-FederationTrust`: the trust with the Azure AD authentication system (formerly Microsoft Federation
//! Gateway) that delegated sharing rests on.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("ApplicationIdentifier").ty(Type::Text).unset(),
    property("ApplicationUri").ty(Type::Text).unset(),
    property("OrgCertificate").ty(Type::Certificate).unset(),
    property("OrgNextCertificate").ty(Type::Certificate).unset(),
    property("OrgPrevCertificate").ty(Type::Certificate).unset(),
    property("TokenIssuerCertificate")
        .ty(Type::Certificate)
        .unset(),
    property("TokenIssuerPrevCertificate")
        .ty(Type::Certificate)
        .unset(),
    // Thumbprints of the certificates above, whose private keys the servers hold.
    property("OrgPrivCertificate").ty(Type::UpperText).unset(),
    property("OrgNextPrivCertificate")
        .ty(Type::UpperText)
        .unset(),
    property("OrgPrevPrivCertificate")
        .ty(Type::UpperText)
        .unset(),
    property("PolicyReferenceUri").ty(Type::Text).unset(),
    property("TokenIssuerType").ty(Type::Text).unset(),
    property("TokenIssuerUri").ty(Type::Text).unset(),
    property("TokenIssuerCertReference").ty(Type::Text).unset(),
    property("TokenIssuerPrevCertReference")
        .ty(Type::Text)
        .unset(),
    property("NamespaceProvisioner").ty(Type::Text).unset(),
    property("AdministratorProvisioningId")
        .ty(Type::Text)
        .unset(),
    property("TokenIssuerMetadataEpr").ty(Type::Url).unset(),
    property("TokenIssuerEpr").ty(Type::Url).unset(),
    property("WebRequestorRedirectEpr").ty(Type::Url).unset(),
    property("MetadataEpr").ty(Type::Url).unset(),
    property("MetadataPutEpr").ty(Type::Url).unset(),
    property("MetadataPollInterval").ty(Type::Span),
    property("TimesOfUnmatchPartner").observed(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "FederationTrust",
    calls: &[
        Call {
            plane: Plane::Onprem,
            cmdlet: "Get-FederationTrust",
            arguments: "",
            per: Per::Organization,
        },
        Call {
            plane: Plane::Cloud,
            cmdlet: "Get-FederationTrust",
            arguments: "",
            per: Per::Organization,
        },
    ],
    home: Home::Organization,
    key: KeyRule::Name,
    type_names: &["FederationTrust"],
    signature: &["TokenIssuerUri", "OrgPrivCertificate"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "property names of a live Exchange Online tenant; Get-FederationTrust reference",
};
