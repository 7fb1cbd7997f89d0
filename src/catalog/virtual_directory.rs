//! What all virtual directories share.

use super::enums::{
    AUTHENTICATION_METHOD, EXTENDED_PROTECTION_FLAG, EXTENDED_PROTECTION_TOKEN_CHECKING,
};
use super::{Call, Home, Per, Property, Roles, Type, property};
use crate::model::Plane;

/// Servers with client access carry every directory.
pub(super) const HOME: Home = Home::Server {
    roles: Roles::ClientAccess,
};

/// A set of authentication methods, compared without case and order (controls catalogue 0.3 rule 5).
pub(super) const METHODS: Type = Type::Set(&Type::Enum(&AUTHENTICATION_METHOD));

const FLAG_SET: Type = Type::Set(&Type::Enum(&EXTENDED_PROTECTION_FLAG));

/// Reads front ends. Never with `-ADPropertiesOnly`: then Active Directory answers instead of IIS.
pub(super) const fn call(cmdlet: &'static str) -> Call {
    Call {
        plane: Plane::Onprem,
        cmdlet,
        arguments: "",
        per: Per::Server,
    }
}

/// Identity, addresses and Extended Protection. Types: exports of a 2019 CU11 server.
pub(super) const SHARED: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Server").ty(Type::ServerName),
    property("Identity").dropped(), // the key says the same
    // Repeats the server's; one update would show up once a directory.
    property("AdminDisplayVersion")
        .ty(Type::ServerVersion)
        .observed(),
    property("ExchangeVersion").ty(Type::Text),
    property("Path").ty(Type::Text),
    property("MetabasePath").ty(Type::Text),
    property("Guid").ty(Type::Guid),
    property("InternalUrl").ty(Type::Url).unset(),
    property("ExternalUrl").ty(Type::Url).unset(),
    property("InternalAuthenticationMethods")
        .ty(METHODS)
        .metabase(),
    property("ExternalAuthenticationMethods")
        .ty(METHODS)
        .metabase(),
    property("ExtendedProtectionTokenChecking")
        .ty(Type::Enum(&EXTENDED_PROTECTION_TOKEN_CHECKING))
        .metabase(),
    property("ExtendedProtectionFlags").ty(FLAG_SET).metabase(),
    property("ExtendedProtectionSPNList")
        .ty(Type::Set(&Type::Text))
        .metabase(),
];

/// The flags of EWS, Autodiscover, OWA and ECP.
pub(super) const FLAGS: &[Property] = &[
    property("BasicAuthentication").bool().metabase(),
    property("WindowsAuthentication").bool().metabase(),
    property("DigestAuthentication").bool().metabase(),
    property("OAuthAuthentication").bool().metabase(),
    property("AdfsAuthentication").bool().metabase(),
    property("LiveIdBasicAuthentication").bool().metabase(),
    property("LiveIdNegotiateAuthentication")
        .bool()
        .metabase()
        .unset(),
];
