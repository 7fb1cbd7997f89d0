//! `Get-OwaVirtualDirectory`: Outlook on the web.

use super::virtual_directory::{FLAGS, HOME, SHARED, call};
use super::{KeyRule, KindSpec, Property, Type, property};

const PROPERTIES: &[Property] = &[
    property("FormsAuthentication").bool().metabase(),
    property("ExternalDownloadHostName")
        .ty(Type::LowerText)
        .unset(),
    property("InternalDownloadHostName")
        .ty(Type::LowerText)
        .unset(),
    property("DefaultDomain").ty(Type::LowerText).unset(),
    property("LogonFormat").ty(Type::Text).metabase(),
    property("GzipLevel").ty(Type::Text).metabase(),
    property("FilterWebBeaconsAndHtmlForms").ty(Type::Text),
    property("VirtualDirectoryType").ty(Type::Text),
    property("Exchange2003Url").ty(Type::Url).unset(),
    property("FailbackUrl").ty(Type::Url).unset(),
    property("SetPhotoURL").ty(Type::Url).unset(),
    property("Url").ty(Type::Set(&Type::Url)).unset(),
    // Enumerations: a name where the export has one; a bare number says nothing.
    property("OwaVersion").ty(Type::Text),
    property("RemoteDocumentsActionForUnknownServers").ty(Type::Text),
    property("ActionForUnknownFileAndMIMETypes").ty(Type::Text),
    property("ClientAuthCleanupLevel").ty(Type::Text),
    property("OutboundCharset").ty(Type::Text),
    property("WebPartsFrameOptionsType").ty(Type::Text),
    property("AllowOfflineOn").ty(Type::Text),
    property("InstantMessagingType").ty(Type::Text),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "OwaVirtualDirectory",
    calls: &[call("Get-OwaVirtualDirectory")],
    home: HOME,
    key: KeyRule::Directory("owa"),
    type_names: &["ADOwaVirtualDirectory"],
    signature: &["FormsAuthentication", "OwaVersion"],
    only_where: None,
    properties: &[SHARED, FLAGS, PROPERTIES],
    revision: 1,
    source: "export of a 2019 CU11 server",
};
