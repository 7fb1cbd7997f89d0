//! `Get-ExchangeCertificate`: what the certificate itself says, computed from its DER bytes.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Roles, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    // Computed from RawData (DER) where it is there; the same names where an export has them as text.
    property("Thumbprint").ty(Type::UpperText),
    property("SerialNumber").ty(Type::UpperText),
    property("Subject").ty(Type::Text),
    property("Issuer").ty(Type::Text),
    property("NotBefore").ty(Type::Date),
    property("NotAfter").ty(Type::Date),
    property("CertificateDomains").ty(Type::Set(&Type::LowerText)),
    property("PublicKeySize").ty(Type::Int),
    property("PublicKeyAlgorithm").ty(Type::Text),
    property("SignatureAlgorithm").ty(Type::Text),
    property("RawData").dropped(), // what it says is stored under the names above
    property("Services").ty(Type::Text),
    property("Status").ty(Type::Text),
    property("RootCAType").ty(Type::Text),
    property("HasPrivateKey").bool(),
    property("PrivateKeyExportable").bool(),
    property("Identity").dropped(), // the key says the same
    property("PrivateKey").secret(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "ExchangeCertificate",
    calls: &[Call {
        plane: Plane::Onprem,
        cmdlet: "Get-ExchangeCertificate",
        arguments: "",
        per: Per::Server,
    }],
    home: Home::Server { roles: Roles::Any },
    key: KeyRule::ServerThumbprint,
    type_names: &["ExchangeCertificate"],
    signature: &[],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "exports of a 2019 CU11 server: RawData (DER) and nothing else of its own",
};
