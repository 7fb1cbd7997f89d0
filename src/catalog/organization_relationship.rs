//! `Get-OrganizationRelationship`: free/busy and moves between organizations.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("Enabled").bool(),
    property("DomainNames").ty(Type::Set(&Type::LowerText)),
    property("FreeBusyAccessEnabled").bool(),
    property("FreeBusyAccessLevel").ty(Type::Text),
    property("MailboxMoveEnabled").bool(),
    property("DeliveryReportEnabled").bool(),
    property("MailTipsAccessEnabled").bool(),
    property("ArchiveAccessEnabled").bool(),
    property("PhotosEnabled").bool(),
    property("MailTipsAccessLevel").ty(Type::Text),
    property("TargetApplicationUri").ty(Type::Text).unset(),
    property("TargetSharingEpr").ty(Type::Url).unset(),
    property("TargetOwaURL").ty(Type::Url).unset(),
    property("TargetAutodiscoverEpr").ty(Type::Url).unset(),
    property("OrganizationContact").ty(Type::LowerText).unset(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "OrganizationRelationship",
    calls: &[
        Call {
            plane: Plane::Onprem,
            cmdlet: "Get-OrganizationRelationship",
            arguments: "",
            per: Per::Organization,
        },
        Call {
            plane: Plane::Cloud,
            cmdlet: "Get-OrganizationRelationship",
            arguments: "",
            per: Per::Organization,
        },
    ],
    home: Home::Organization,
    key: KeyRule::Name,
    type_names: &["OrganizationRelationship"],
    signature: &["FreeBusyAccessEnabled", "TargetAutodiscoverEpr"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "Format-List export on-premises; JSON of an Exchange Online tenant",
};
