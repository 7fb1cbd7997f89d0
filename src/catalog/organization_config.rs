//! `Get-OrganizationConfig`: one object with the organization's switches.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("OAuth2ClientProfileEnabled").bool(),
    property("MapiHttpEnabled").bool(),
    property("EnableDownloadDomains").bool(),
    property("MitigationsEnabled").bool(),
    property("DefaultAuthenticationPolicy").ty(Type::AdObject).unset(),
    property("WhenCreated").observed(),
    // Sizes of the hierarchy and moments of service jobs; they move by themselves.
    property("TenantAdminNotificationForActivationEmail").observed(),
    property("PublicFolderMailboxesMigrationComplete").bool(),
    property("MaxInformationBarrierSegments").ty(Type::Int),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "OrganizationConfig",
    calls: &[Call { plane: Plane::Onprem, cmdlet: "Get-OrganizationConfig", arguments: "", per: Per::Organization }, Call { plane: Plane::Cloud, cmdlet: "Get-OrganizationConfig", arguments: "", per: Per::Organization }],
    home: Home::Organization,
    key: KeyRule::Singleton,
    type_names: &["OrganizationConfig"],
    signature: &["MapiHttpEnabled", "OAuth2ClientProfileEnabled"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "exports of 2013 CU23, 2016 CU22 and 2019 CU11 organizations; JSON of an Exchange Online tenant",
};
