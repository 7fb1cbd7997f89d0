//! `Get-WebServicesVirtualDirectory`: Exchange Web Services.

use super::virtual_directory::{FLAGS, HOME, SHARED, call};
use super::{KeyRule, KindSpec, Property, Type, property};

const PROPERTIES: &[Property] = &[
    property("WSSecurityAuthentication").bool().metabase(),
    property("CertificateAuthentication")
        .bool()
        .metabase()
        .unset(),
    property("MRSProxyEnabled").bool().metabase(),
    property("InternalNLBBypassUrl").ty(Type::Url).unset(),
    property("GzipLevel").ty(Type::Text).metabase(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "WebServicesVirtualDirectory",
    calls: &[call("Get-WebServicesVirtualDirectory")],
    home: HOME,
    key: KeyRule::Directory("EWS"),
    type_names: &["ADWebServicesVirtualDirectory"],
    signature: &["MRSProxyEnabled", "WSSecurityAuthentication"],
    only_where: None,
    properties: &[SHARED, FLAGS, PROPERTIES],
    revision: 1,
    source: "export of a 2019 CU11 server",
};
