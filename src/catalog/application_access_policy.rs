//! `Get-ApplicationAccessPolicy`: which mailboxes an application may reach in Exchange Online.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    // Tenant, application and scope: the one property that tells two policies of an application apart.
    property("Identity").ty(Type::Text),
    property("AppId").ty(Type::Guid),
    property("AccessRight").ty(Type::Text),
    property("ScopeName").ty(Type::Text).unset(),
    property("ScopeIdentity").ty(Type::Text).unset(),
    property("ScopeIdentityRaw").ty(Type::Text).unset(),
    property("PolicyScopeGroupId").ty(Type::Text).unset(),
    property("Description").ty(Type::Text).unset(),
    property("ShardType").ty(Type::Text),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "ApplicationAccessPolicy",
    calls: &[Call {
        plane: Plane::Cloud,
        cmdlet: "Get-ApplicationAccessPolicy",
        arguments: "",
        per: Per::Organization,
    }],
    home: Home::Organization,
    key: KeyRule::Property("Identity"),
    type_names: &["ApplicationAccessPolicy"],
    signature: &["AppId", "AccessRight"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "Format-List export of Exchange Online; New-ApplicationAccessPolicy reference",
};
