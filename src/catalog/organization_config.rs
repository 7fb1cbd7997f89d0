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
    property("DefaultAuthenticationPolicy")
        .ty(Type::AdName)
        .unset(),
    property("PublicFolderMailboxesMigrationComplete").bool(),
    property("MaxInformationBarrierSegments").ty(Type::Int),
    property("MailTipsLargeAudienceThreshold").ty(Type::Int),
    // Enumerations: a name where the export has one; a bare number says nothing.
    property("PublicFoldersEnabled").ty(Type::Text),
    property("MicrosoftExchangeRecipientEmailAddresses").ty(Type::Set(&Type::Text)),
    property("MicrosoftExchangeRecipientPrimarySmtpAddress").ty(Type::Text),
    property("ResourceAddressLists").ty(Type::Set(&Type::AdName)),
    property("RootPublicFolderMailbox").ty(Type::Text).unset(),
    property("Industry").ty(Type::Text),
    property("RmsoSubscriptionStatus").ty(Type::Text),
    property("HybridConfigurationStatus").ty(Type::Text),
    property("Heuristics").ty(Type::Text),
    property("DistributionGroupNamingPolicy")
        .ty(Type::Text)
        .unset(),
    property("DefaultPublicFolderIssueWarningQuota").ty(Type::Size),
    property("DefaultPublicFolderProhibitPostQuota").ty(Type::Size),
    property("DefaultPublicFolderMaxItemSize").ty(Type::Size),
    property("DefaultPublicFolderDeletedItemRetention").ty(Type::Span),
    property("DefaultPublicFolderMovedItemRetention").ty(Type::Span),
    property("ActivityBasedAuthenticationTimeoutInterval").ty(Type::Span),
    property("AdminDisplayVersion").ty(Type::Text),
    property("PreviousAdminDisplayVersion")
        .ty(Type::Text)
        .unset(),
    property("RBACConfigurationVersion").ty(Type::Text),
    property("ExchangeVersion").ty(Type::Text),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "OrganizationConfig",
    calls: &[
        Call {
            plane: Plane::Onprem,
            cmdlet: "Get-OrganizationConfig",
            arguments: "",
            per: Per::Organization,
        },
        Call {
            plane: Plane::Cloud,
            cmdlet: "Get-OrganizationConfig",
            arguments: "",
            per: Per::Organization,
        },
    ],
    home: Home::Organization,
    key: KeyRule::Singleton,
    type_names: &["OrganizationConfig"],
    signature: &["MapiHttpEnabled", "OAuth2ClientProfileEnabled"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "exports of 2013 CU23, 2016 CU22 and 2019 CU11 organizations; JSON of an Exchange Online tenant",
};
