//! `Get-OutlookAnywhere`: RPC over HTTP, the `Rpc` directory.

use super::enums::AUTHENTICATION_METHOD;
use super::virtual_directory::{HOME, METHODS, SHARED, call};
use super::{KeyRule, KindSpec, Property, Type, property};

const PROPERTIES: &[Property] = &[
    property("IISAuthenticationMethods").ty(METHODS).metabase(),
    property("ExternalClientAuthenticationMethod").ty(Type::Enum(&AUTHENTICATION_METHOD)),
    property("InternalClientAuthenticationMethod").ty(Type::Enum(&AUTHENTICATION_METHOD)),
    property("ExternalHostname").ty(Type::LowerText).unset(),
    property("InternalHostname").ty(Type::LowerText).unset(),
    property("ExternalClientsRequireSsl").bool(),
    property("InternalClientsRequireSsl").bool(),
    property("SSLOffloading").bool().metabase(),
    property("ServerName").ty(Type::ServerName),
    property("XropUrl").ty(Type::Url).unset(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "OutlookAnywhere",
    calls: &[call("Get-OutlookAnywhere")],
    home: HOME,
    key: KeyRule::Directory("Rpc"),
    type_names: &["ADRpcHttpVirtualDirectory"],
    signature: &["SSLOffloading", "ExternalClientAuthenticationMethod"],
    only_where: None,
    properties: &[SHARED, PROPERTIES],
    revision: 1,
    source: "Format-List export of two servers; Set-OutlookAnywhere reference",
};
