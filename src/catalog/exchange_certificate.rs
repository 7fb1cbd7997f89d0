//! `Get-ExchangeCertificate`: what the certificate itself says, computed from its DER bytes.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Roles, Type, property};
use crate::model::{Plane, Properties};

/// What the certificate's own bytes say.
const COMPUTED: [&str; 10] = [
    "Thumbprint",
    "SerialNumber",
    "Subject",
    "Issuer",
    "NotBefore",
    "NotAfter",
    "CertificateDomains",
    "PublicKeySize",
    "PublicKeyAlgorithm",
    "SignatureAlgorithm",
];

/// True where nothing is known of a certificate but its bytes. `Export-Clixml` of a live object leaves out
/// what Exchange says of it (services, private key, status): that is not known to be absent.
pub fn is_bare_certificate(properties: &Properties) -> bool {
    !properties
        .keys()
        .any(|name| !COMPUTED.contains(&name.as_str()) && SPEC.property(name).is_some())
}

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
    // 2: an export of the bytes alone is marked as a selection.
    revision: 2,
    source: "exports of a 2019 CU11 server: RawData (DER) and nothing else of its own",
};
