//! The applications of a server's web sites, from `applicationHost.config` and `web.config`.

use super::enums::{EXTENDED_PROTECTION_FLAG, EXTENDED_PROTECTION_TOKEN_CHECKING, IIS_SSL_FLAG};
use super::{Call, Home, KeyRule, KindSpec, Per, Property, Roles, Type, property};
use crate::model::Plane;

const FLAGS: Type = Type::Set(&Type::Enum(&EXTENDED_PROTECTION_FLAG));
const SSL_FLAGS: Type = Type::Set(&Type::Enum(&IIS_SSL_FLAG));

const PROPERTIES: &[Property] = &[
    property("SiteName").ty(Type::Text),
    // "/" is the site itself. A build that Setup names a folder after is written `(build)`.
    property("ApplicationPath").ty(Type::Text),
    property("PhysicalPath").ty(Type::Text),
    property("ApplicationPool").ty(Type::Text),
    property("AnonymousAuthentication").bool(),
    property("BasicAuthentication").bool(),
    property("WindowsAuthentication").bool(),
    property("DigestAuthentication").bool(),
    property("ClientCertificateMappingAuthentication").bool(),
    property("IisClientCertificateMappingAuthentication").bool(),
    property("WindowsAuthenticationProviders").ty(Type::Ordered(&Type::Text)),
    property("Modules").ty(Type::Ordered(&Type::Text)),
    property("ExtendedProtectionTokenChecking").ty(Type::Enum(&EXTENDED_PROTECTION_TOKEN_CHECKING)),
    property("ExtendedProtectionFlags").ty(FLAGS),
    property("ExtendedProtectionSPNList").ty(Type::Set(&Type::Text)),
    property("SslFlags").ty(SSL_FLAGS),
    // `ipSecurity/@allowUnlisted`: false is an IP filter, Microsoft's mitigation of a weaker EWS back end.
    property("IpSecurityAllowUnlisted").bool(),
    // Allow-listed keys of `web.config`; absent where no web.config was read.
    property("AppSettings").ty(Type::Map),
    // What `web.config` does to the list of `applicationHost.config`; absent where none was read.
    property("WebConfigModulesAdded").ty(Type::Ordered(&Type::Text)),
    property("WebConfigModulesCleared").bool(),
    property("WebConfigModulesRemoved").ty(Type::Set(&Type::Text)),
    // `%ExchangeInstallDir%` stands in `web.config` as it is: an update that was not run as an administrator.
    property("UnresolvedInstallDir").bool(),
    // The files that were read.
    property("ReadFrom").ty(Type::Set(&Type::Text)).observed(),
    // The builds that `(build)` stands for.
    property("Builds").ty(Type::Set(&Type::Text)).observed(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "IisApplication",
    calls: &[Call {
        plane: Plane::Host,
        cmdlet: "Get-IisApplication",
        arguments: "",
        per: Per::Host,
    }],
    home: Home::Server {
        roles: Roles::NotEdge,
    },
    key: KeyRule::WebApplication,
    type_names: &["IisApplication"],
    signature: &["SiteName", "ApplicationPath"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "applicationHost.config and web.config of 2016 CU22 and 2019 CU11 servers; IIS_schema.xml",
};
