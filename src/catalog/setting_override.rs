//! `Get-SettingOverride`: switches of the product that somebody turned by hand.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("ComponentName").ty(Type::Text).unset(),
    property("SectionName").ty(Type::Text).unset(),
    property("FlightName").ty(Type::Text).unset(),
    property("AppId").ty(Type::Text).unset(),
    property("ModifiedBy").ty(Type::Text).unset(),
    property("Reason").ty(Type::Text).unset(),
    property("Parameters").ty(Type::Set(&Type::Text)),
    property("Server").ty(Type::Set(&Type::UpperText)).unset(),
    property("MinVersion").ty(Type::ServerVersion).unset(),
    property("MaxVersion").ty(Type::ServerVersion).unset(),
    property("FixVersion").ty(Type::ServerVersion).unset(),
    property("IsFlight").bool(),
    property("Status").ty(Type::Text),
    property("XmlRaw").dropped(), // the properties above say the same
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "SettingOverride",
    calls: &[Call {
        plane: Plane::Onprem,
        cmdlet: "Get-SettingOverride",
        arguments: "",
        per: Per::Organization,
    }],
    home: Home::Organization,
    key: KeyRule::Name,
    type_names: &["SettingOverride"],
    signature: &["ComponentName", "SectionName"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "exports of 2019 CU11 and of 2016 organizations",
};
