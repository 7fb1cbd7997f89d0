//! Applications registered in Entra ID: the dedicated hybrid application among them.
//!
//! Names are Microsoft Graph's, with a small first letter whatever tool asked (REST, `Get-MgApplication`).

use super::service_principal::{KEY_CREDENTIAL, PASSWORD_CREDENTIAL};
use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const RESOURCE_ACCESS: &[Property] = &[
    property("resourceAppId").ty(Type::Guid),
    property("resourceAccess").ty(Type::Set(&Type::Record(&[
        property("id").ty(Type::Guid),
        property("type").ty(Type::Text),
    ]))),
];

const PROPERTIES: &[Property] = &[
    property("appId").ty(Type::Guid),
    property("id").ty(Type::Guid),
    property("displayName").ty(Type::Text),
    property("keyCredentials").ty(Type::Set(&Type::Record(KEY_CREDENTIAL))),
    property("passwordCredentials").ty(Type::Set(&Type::Record(PASSWORD_CREDENTIAL))),
    property("signInAudience").ty(Type::Text),
    property("identifierUris").ty(Type::Set(&Type::Text)),
    property("requiredResourceAccess").ty(Type::Set(&Type::Record(RESOURCE_ACCESS))),
    property("isFallbackPublicClient").bool().unset(),
    property("publisherDomain").ty(Type::LowerText).unset(),
    property("tags").ty(Type::Set(&Type::Text)),
    property("groupMembershipClaims").ty(Type::Text).unset(),
    property("tokenEncryptionKeyId").ty(Type::Guid).unset(),
    property("uniqueName").ty(Type::Text).unset(),
    property("disabledByMicrosoftStatus").ty(Type::Text).unset(),
    // About the object, not of it.
    property("createdDateTime").ty(Type::Date).observed(),
    property("deletedDateTime").dropped(),
    property("additionalProperties").dropped(),
    property("info").dropped(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "Application",
    calls: &[Call {
        plane: Plane::Entra,
        cmdlet: "Get-MgApplication",
        arguments: "-All",
        per: Per::Organization,
    }],
    home: Home::Organization,
    key: KeyRule::Property("appId"),
    type_names: &["MicrosoftGraphApplication", "MicrosoftGraphApplication1"],
    signature: &["appId", "requiredResourceAccess"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "Microsoft Graph v1.0: resource type application",
};
