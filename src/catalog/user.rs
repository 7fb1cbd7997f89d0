//! `Get-User`: how many users have which authentication policy. Numbers only: a list of users is folded
//! where it is read, and the export script counts before it writes.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Count").ty(Type::Int),
    // value -> users; "unset" where the organization's default holds, "unknown" where the export does not say.
    property("AuthenticationPolicy").ty(Type::Tally),
    property("RemotePowerShellEnabled").ty(Type::Tally),
    property("RecipientTypeDetails").ty(Type::Tally),
    property("AccountDisabled").ty(Type::Tally),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "User",
    calls: &[Call {
        plane: Plane::Onprem,
        cmdlet: "Get-User",
        arguments: "-ResultSize Unlimited",
        per: Per::Organization,
    }],
    home: Home::Organization,
    key: KeyRule::Singleton,
    type_names: &["User"],
    signature: &["Count", "AuthenticationPolicy"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "Set-User reference",
};
