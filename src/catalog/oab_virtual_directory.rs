//! `Get-OabVirtualDirectory`: the offline address book.

use super::virtual_directory::{HOME, SHARED, call};
use super::{KeyRule, KindSpec, Property, Type, property};

const PROPERTIES: &[Property] = &[
    property("BasicAuthentication").bool().metabase(),
    property("WindowsAuthentication").bool().metabase(),
    property("OAuthAuthentication").bool().metabase(),
    property("RequireSSL").bool().metabase(),
    property("OfflineAddressBooks").ty(Type::Set(&Type::AdName)),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "OabVirtualDirectory",
    calls: &[call("Get-OabVirtualDirectory")],
    home: HOME,
    key: KeyRule::Directory("OAB"),
    type_names: &["ADOabVirtualDirectory"],
    signature: &["PollInterval", "OfflineAddressBooks"],
    only_where: None,
    properties: &[SHARED, PROPERTIES],
    revision: 1,
    source: "Format-List exports of 2016 servers; Set-OabVirtualDirectory reference",
};
