//! `Get-AuthenticationPolicy`: which protocols take which authentication.
//!
//! On-premises (2019 CU2) it blocks: `BlockLegacyAuth*`, and since 2019 CU13 `BlockModernAuth*`; in Exchange
//! Online it allows: `AllowBasicAuth*`. The two must not be mixed up.

use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("BlockLegacyAuthActiveSync").bool(),
    property("BlockLegacyAuthAutodiscover").bool(),
    property("BlockLegacyAuthImap").bool(),
    property("BlockLegacyAuthMapi").bool(),
    property("BlockLegacyAuthOfflineAddressBook").bool(),
    property("BlockLegacyAuthPop").bool(),
    property("BlockLegacyAuthRpc").bool(),
    property("BlockLegacyAuthWebServices").bool(),
    property("BlockModernAuthActiveSync").bool(),
    property("BlockModernAuthAutodiscover").bool(),
    property("BlockModernAuthImap").bool(),
    property("BlockModernAuthMapi").bool(),
    property("BlockModernAuthOfflineAddressBook").bool(),
    property("BlockModernAuthPop").bool(),
    property("BlockModernAuthRpc").bool(),
    property("BlockModernAuthWebServices").bool(),
    property("AllowBasicAuthActiveSync").bool(),
    property("AllowBasicAuthAutodiscover").bool(),
    property("AllowBasicAuthImap").bool(),
    property("AllowBasicAuthLogExport").bool(),
    property("AllowBasicAuthMapi").bool(),
    property("AllowBasicAuthOfflineAddressBook").bool(),
    property("AllowBasicAuthOutlookService").bool(),
    property("AllowBasicAuthPop").bool(),
    property("AllowBasicAuthPowerShell").bool(),
    property("AllowBasicAuthReportingWebServices").bool(),
    property("AllowBasicAuthRest").bool(),
    property("AllowBasicAuthRpc").bool(),
    property("AllowBasicAuthSmtp").bool(),
    property("AllowBasicAuthWebServices").bool(),
    property("AllowBasicAuthWindowsLiveId").bool(),
    property("AllowLegacyExchangeTokens").bool().unset(),
    property("TrustedAuthenticationPolicy")
        .ty(Type::AdName)
        .unset(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "AuthenticationPolicy",
    calls: &[
        Call {
            plane: Plane::Onprem,
            cmdlet: "Get-AuthenticationPolicy",
            arguments: "",
            per: Per::Organization,
        },
        Call {
            plane: Plane::Cloud,
            cmdlet: "Get-AuthenticationPolicy",
            arguments: "",
            per: Per::Organization,
        },
    ],
    home: Home::Organization,
    key: KeyRule::Name,
    type_names: &["AuthenticationPolicy"],
    signature: &[],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "Format-List export of Exchange Online; New-AuthenticationPolicy reference",
};
