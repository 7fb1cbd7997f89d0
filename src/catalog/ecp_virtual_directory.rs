//! `Get-EcpVirtualDirectory`: the Exchange admin center and options.

use super::virtual_directory::{FLAGS, HOME, SHARED, call};
use super::{KeyRule, KindSpec, Property, Type, property};

const PROPERTIES: &[Property] = &[
    property("FormsAuthentication").bool().metabase(),
    property("AdminEnabled").bool(),
    property("OwaOptionsEnabled").bool(),
    property("DefaultDomain").ty(Type::LowerText).unset(),
    property("GzipLevel").ty(Type::Text).metabase(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "EcpVirtualDirectory",
    calls: &[call("Get-EcpVirtualDirectory")],
    home: HOME,
    key: KeyRule::Directory("ecp"),
    type_names: &["ADEcpVirtualDirectory"],
    signature: &["AdminEnabled", "OwaOptionsEnabled"],
    only_where: None,
    properties: &[SHARED, FLAGS, PROPERTIES],
    revision: 1,
    source: "Format-List export of a 2019 CU5 server; Set-EcpVirtualDirectory reference",
};
