//! `Get-MapiVirtualDirectory`: authentication is one list, not flags.

use super::virtual_directory::{HOME, METHODS, SHARED, call};
use super::{KeyRule, KindSpec, Property, property};

const PROPERTIES: &[Property] = &[property("IISAuthenticationMethods").ty(METHODS).metabase()];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "MapiVirtualDirectory",
    calls: &[call("Get-MapiVirtualDirectory")],
    home: HOME,
    key: KeyRule::Directory("mapi"),
    type_names: &["ADMapiVirtualDirectory"],
    signature: &["IISAuthenticationMethods", "MetabasePath"],
    only_where: None,
    properties: &[SHARED, PROPERTIES],
    revision: 1,
    source: "Set-MapiVirtualDirectory reference; no public full export is known",
};
