//! `Get-ActiveSyncVirtualDirectory`: no OAuth flag of its own, other names for Basic and Windows.

use super::enums::CLIENT_CERT_AUTH;
use super::virtual_directory::{HOME, SHARED, call};
use super::{KeyRule, KindSpec, Property, Type, property};

const PROPERTIES: &[Property] = &[
    property("BasicAuthEnabled").bool().metabase(),
    property("WindowsAuthEnabled").bool().metabase(),
    property("CompressionEnabled").bool().metabase(),
    property("ClientCertAuth")
        .ty(Type::Enum(&CLIENT_CERT_AUTH))
        .metabase(),
    // Enumerations: a name where the export has one; a bare number says nothing.
    property("MobileClientFlags").ty(Type::Text),
    property("RemoteDocumentsActionForUnknownServers").ty(Type::Text),
    property("WebsiteName").ty(Type::Text),
    property("WebSiteSSLEnabled").bool().metabase(),
    property("VirtualDirectoryName").ty(Type::Text),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "ActiveSyncVirtualDirectory",
    calls: &[call("Get-ActiveSyncVirtualDirectory")],
    home: HOME,
    key: KeyRule::Directory("Microsoft-Server-ActiveSync"),
    type_names: &["ADMobileVirtualDirectory"],
    signature: &["BasicAuthEnabled", "MobileClientFlags"],
    only_where: None,
    properties: &[SHARED, PROPERTIES],
    revision: 1,
    source: "Set-ActiveSyncVirtualDirectory reference; no public full export is known",
};
