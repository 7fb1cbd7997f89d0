//! `Get-PowerShellVirtualDirectory`: remote PowerShell.

use super::virtual_directory::{HOME, SHARED, call};
use super::{KeyRule, KindSpec, Property, Type, property};

const PROPERTIES: &[Property] = &[
    property("BasicAuthentication").bool().metabase(),
    property("WindowsAuthentication").bool().metabase(),
    property("CertificateAuthentication").bool().metabase(),
    property("LiveIdBasicAuthentication").bool().metabase(),
    property("LiveIdNegotiateAuthentication")
        .bool()
        .metabase()
        .unset(),
    property("RequireSSL").bool().metabase(),
    property("VirtualDirectoryType").ty(Type::Text),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "PowerShellVirtualDirectory",
    calls: &[call("Get-PowerShellVirtualDirectory")],
    home: HOME,
    key: KeyRule::Directory("PowerShell"),
    type_names: &["ADPowerShellVirtualDirectory"],
    signature: &[
        "VirtualDirectoryType",
        "RequireSSL",
        "CertificateAuthentication",
    ],
    only_where: None,
    properties: &[SHARED, PROPERTIES],
    revision: 1,
    source: "Set-PowerShellVirtualDirectory reference; no public full export is known",
};
