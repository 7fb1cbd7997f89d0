//! `Get-CASMailbox`: how many mailboxes have which protocol switched on or off. Numbers only: a list of
//! mailboxes is folded where it is read, and the export script counts before it writes.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Count").ty(Type::Int),
    // value -> mailboxes: "true", "false", "unset" (inherits the organization's), "unknown".
    property("MapiHttpEnabled").ty(Type::Tally),
    property("MAPIEnabled").ty(Type::Tally),
    property("OWAEnabled").ty(Type::Tally),
    property("ECPEnabled").ty(Type::Tally),
    property("EwsEnabled").ty(Type::Tally),
    property("ActiveSyncEnabled").ty(Type::Tally),
    property("OWAforDevicesEnabled").ty(Type::Tally),
    property("PopEnabled").ty(Type::Tally),
    property("ImapEnabled").ty(Type::Tally),
    property("UniversalOutlookEnabled").ty(Type::Tally),
    property("OutlookMobileEnabled").ty(Type::Tally),
    property("MacOutlookEnabled").ty(Type::Tally),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "CASMailbox",
    calls: &[Call {
        plane: Plane::Onprem,
        cmdlet: "Get-CASMailbox",
        arguments: "-ResultSize Unlimited",
        per: Per::Organization,
    }],
    home: Home::Organization,
    key: KeyRule::Singleton,
    type_names: &["CASMailbox"],
    signature: &["Count", "MapiHttpEnabled"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "Set-CASMailbox reference",
};
