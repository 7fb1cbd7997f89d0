//! Service principals of Entra ID: the applications that the tenant knows, Exchange Online among them.
//!
//! Names are Microsoft Graph's, with a small first letter whatever tool asked (REST, `Get-MgServicePrincipal`).

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

/// What is kept of a key: never the key itself.
pub(super) const KEY_CREDENTIAL: &[Property] = &[
    property("keyId").ty(Type::Guid),
    property("displayName").ty(Type::Text).unset(),
    property("startDateTime").ty(Type::Date),
    property("endDateTime").ty(Type::Date),
    property("type").ty(Type::Text),
    property("usage").ty(Type::Text),
    property("customKeyIdentifier")
        .ty(Type::KeyIdentifier)
        .unset(),
];

/// What is kept of a password: never its text or the hint (its first characters).
pub(super) const PASSWORD_CREDENTIAL: &[Property] = &[
    property("keyId").ty(Type::Guid),
    property("displayName").ty(Type::Text).unset(),
    property("startDateTime").ty(Type::Date),
    property("endDateTime").ty(Type::Date),
];

const APP_ROLE_ASSIGNMENT: &[Property] = &[
    property("id").ty(Type::Text),
    property("appRoleId").ty(Type::Guid),
    property("principalId").ty(Type::Guid),
    property("principalType").ty(Type::Text),
    property("principalDisplayName").ty(Type::Text),
    property("resourceId").ty(Type::Guid),
    property("resourceDisplayName").ty(Type::Text),
];

const PROPERTIES: &[Property] = &[
    property("appId").ty(Type::Guid),
    property("id").ty(Type::Guid),
    property("displayName").ty(Type::Text),
    property("keyCredentials").ty(Type::Set(&Type::Record(KEY_CREDENTIAL))),
    property("passwordCredentials").ty(Type::Set(&Type::Record(PASSWORD_CREDENTIAL))),
    property("accountEnabled").bool(),
    property("appOwnerOrganizationId").ty(Type::Guid).unset(),
    property("servicePrincipalType").ty(Type::Text),
    property("signInAudience").ty(Type::Text).unset(),
    property("servicePrincipalNames").ty(Type::Set(&Type::Text)),
    property("replyUrls").ty(Type::Set(&Type::Url)),
    property("alternativeNames").ty(Type::Set(&Type::Text)),
    property("tags").ty(Type::Set(&Type::Text)),
    property("notificationEmailAddresses").ty(Type::Set(&Type::LowerText)),
    property("appRoleAssignments").ty(Type::Set(&Type::Record(APP_ROLE_ASSIGNMENT))),
    property("appRoleAssignmentRequired").bool(),
    property("preferredTokenSigningKeyThumbprint")
        .ty(Type::UpperText)
        .unset(),
    property("preferredTokenSigningKeyEndDateTime")
        .ty(Type::Date)
        .unset(),
    property("tokenEncryptionKeyId").ty(Type::Guid).unset(),
    property("homepage").ty(Type::Url).unset(),
    property("loginUrl").ty(Type::Url).unset(),
    property("logoutUrl").ty(Type::Url).unset(),
    // About the object, not of it.
    property("createdDateTime").ty(Type::Date).observed(),
    property("deletedDateTime").dropped(),
    property("additionalProperties").dropped(),
    property("info").dropped(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "ServicePrincipal",
    calls: &[Call {
        plane: Plane::Entra,
        cmdlet: "Get-MgServicePrincipal",
        arguments: "-All",
        per: Per::Organization,
    }],
    home: Home::Organization,
    key: KeyRule::Property("appId"),
    type_names: &[
        "MicrosoftGraphServicePrincipal",
        "MicrosoftGraphServicePrincipal1",
    ],
    signature: &["appId", "servicePrincipalNames"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "Microsoft Graph v1.0: resource type servicePrincipal",
};
