//! `Get-AutodiscoverVirtualDirectory`: its URLs are not what clients use; its authentication is.

use super::virtual_directory::{FLAGS, HOME, SHARED, call};
use super::{KeyRule, KindSpec, Property, property};

const PROPERTIES: &[Property] = &[property("WSSecurityAuthentication").bool().metabase()];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "AutodiscoverVirtualDirectory",
    calls: &[call("Get-AutodiscoverVirtualDirectory")],
    home: HOME,
    key: KeyRule::Directory("Autodiscover"),
    type_names: &["ADAutodiscoverVirtualDirectory"],
    signature: &[],
    only_where: None,
    properties: &[SHARED, FLAGS, PROPERTIES],
    revision: 1,
    source: "Format-List export of a 2013 CU23 server",
};
