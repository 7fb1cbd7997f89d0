//! The file version of `ExSetup.exe`: the build with security updates, which `AdminDisplayVersion` does not show.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Roles, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("FileVersion").ty(Type::ServerVersion),
    // The same moment of the same update: FileVersion is the one that is compared.
    property("ProductVersion")
        .ty(Type::ServerVersion)
        .observed(),
    property("FileVersionRaw").dropped(), // FileVersion says the same
    property("ProductVersionRaw").dropped(),
    property("FileMajorPart").dropped(),
    property("FileMinorPart").dropped(),
    property("FileBuildPart").dropped(),
    property("FilePrivatePart").dropped(),
    property("ProductMajorPart").dropped(),
    property("ProductMinorPart").dropped(),
    property("ProductBuildPart").dropped(),
    property("ProductPrivatePart").dropped(),
    property("FileName").ty(Type::Text),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "ServerVersion",
    calls: &[Call {
        plane: Plane::Host,
        cmdlet: "Get-ExSetupVersion",
        arguments: "",
        per: Per::Host,
    }],
    home: Home::Server { roles: Roles::Any },
    key: KeyRule::Server,
    type_names: &["FileVersionInfo"],
    signature: &["FileVersion", "OriginalFilename", "ProductVersion"],
    only_where: Some(("FileName", "ExSetup.exe")),
    properties: &[PROPERTIES],
    revision: 1,
    source: "export of ExSetup.exe's FileVersionInfo of a 2019 CU11 server",
};
