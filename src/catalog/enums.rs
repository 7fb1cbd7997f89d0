//! Enumerations whose canonical spelling, or number, matters.

/// An enumeration: its members' canonical spellings with their numbers where a source gives them.
#[derive(Debug)]
pub struct EnumSpec {
    /// The .NET type's last segment.
    pub name: &'static str,
    /// Canonical spelling and number.
    pub members: &'static [(&'static str, Option<i64>)],
    /// Flags print as a list of names (`Tls, Integrated`); their number is a sum.
    pub flags: bool,
}

impl EnumSpec {
    /// The canonical spelling of a member; None for what no source names.
    pub fn canonical(&self, text: &str) -> Option<&'static str> {
        let text = text.trim();
        self.members
            .iter()
            .map(|(name, _)| *name)
            .find(|name| name.eq_ignore_ascii_case(text))
    }

    /// The member with a number, where a source gives the number.
    pub fn by_number(&self, number: i64) -> Option<&'static str> {
        if self.flags {
            return None;
        }
        self.members
            .iter()
            .find(|(_, n)| *n == Some(number))
            .map(|(name, _)| *name)
    }
}

/// An enumeration by its .NET type name's last segment.
pub fn spelled(type_name: &str) -> Option<&'static EnumSpec> {
    ALL.iter().copied().find(|spec| spec.name == type_name)
}

/// `Microsoft.Exchange.Data.Directory.SystemConfiguration.AuthenticationMethod`. Names: reference of
/// Set-MapiVirtualDirectory and Set-WebServicesVirtualDirectory; numbers: only those seen in exports
/// of a 2019 CU11 server (Basic 0, Ntlm 2, Fba 3, WindowsIntegrated 4, WSSecurity 7, OAuth 10).
pub static AUTHENTICATION_METHOD: EnumSpec = EnumSpec {
    name: "AuthenticationMethod",
    members: &[
        ("Basic", Some(0)),
        ("Digest", None),
        ("Ntlm", Some(2)),
        ("Fba", Some(3)),
        ("WindowsIntegrated", Some(4)),
        ("LiveIdFba", None),
        ("LiveIdBasic", None),
        ("WSSecurity", Some(7)),
        ("Certificate", None),
        ("NegoEx", None),
        ("OAuth", Some(10)),
        ("Adfs", None),
        ("Kerberos", None),
        ("Negotiate", None),
        ("LiveIdNegotiate", None),
        ("Misconfigured", None),
    ],
    flags: false,
};

/// `ExtendedProtectionTokenCheckingMode`; None 0 seen on a 2019 CU11 server.
pub static EXTENDED_PROTECTION_TOKEN_CHECKING: EnumSpec = EnumSpec {
    name: "ExtendedProtectionTokenCheckingMode",
    members: &[("None", Some(0)), ("Allow", None), ("Require", None)],
    flags: false,
};

/// `ExtendedProtectionFlag`, reference of Set-WebServicesVirtualDirectory.
pub static EXTENDED_PROTECTION_FLAG: EnumSpec = EnumSpec {
    name: "ExtendedProtectionFlag",
    members: &[
        ("None", None),
        ("Proxy", None),
        ("NoServiceNameCheck", None),
        ("AllowDotlessSpn", None),
        ("ProxyCohosting", None),
    ],
    flags: false,
};

/// `sslFlags` of `system.webServer/security/access`, IIS_schema.xml. No member is its `None` (0).
pub static IIS_SSL_FLAG: EnumSpec = EnumSpec {
    name: "sslFlags",
    members: &[
        ("Ssl", Some(8)),
        ("SslNegotiateCert", Some(32)),
        ("SslRequireCert", Some(64)),
        ("SslMapCert", Some(128)),
        ("Ssl128", Some(256)),
    ],
    flags: true,
};

/// `ClientCertAuthTypes`, reference of Set-ActiveSyncVirtualDirectory.
pub static CLIENT_CERT_AUTH: EnumSpec = EnumSpec {
    name: "ClientCertAuthTypes",
    members: &[("Ignore", None), ("Accepted", None), ("Required", None)],
    flags: false,
};

/// `AuthServerType`, reference of New-AuthServer.
pub static AUTH_SERVER_TYPE: EnumSpec = EnumSpec {
    name: "AuthServerType",
    members: &[
        ("Unknown", None),
        ("MicrosoftACS", None),
        ("Facebook", None),
        ("LinkedIn", None),
        ("ADFS", None),
        ("AzureAD", None),
    ],
    flags: false,
};

static ALL: &[&EnumSpec] = &[
    &AUTHENTICATION_METHOD,
    &EXTENDED_PROTECTION_TOKEN_CHECKING,
    &EXTENDED_PROTECTION_FLAG,
    &CLIENT_CERT_AUTH,
    &AUTH_SERVER_TYPE,
];
