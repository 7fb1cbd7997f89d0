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

impl EnumSpec {
    /// The flags that a number stands for, `None` left out. Nothing where a bit has no named source.
    pub fn flags_of(&self, number: i64) -> Option<Vec<&'static str>> {
        let mut left = number;
        let mut names = Vec::new();
        for (name, bit) in self.members {
            if let Some(bit) = bit.filter(|bit| *bit > 0 && left & bit == *bit) {
                left &= !bit;
                names.push(*name);
            }
        }
        (left == 0).then_some(names)
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

/// `AuthMechanisms` of receive connectors. Names: reference of Set-ReceiveConnector; numbers: 31 and 15 of
/// a 2019 CU11 server print as five and four names in ascending order.
pub static RECEIVE_AUTH_MECHANISM: EnumSpec = EnumSpec {
    name: "AuthMechanisms",
    members: &[
        ("None", Some(0)),
        ("Tls", Some(1)),
        ("Integrated", Some(2)),
        ("BasicAuth", Some(4)),
        ("BasicAuthRequireTLS", Some(8)),
        ("ExchangeServer", Some(16)),
        ("ExternalAuthoritative", None),
    ],
    flags: true,
};

/// `PermissionGroups`. Names: reference of Set-ReceiveConnector (it sets all but `Custom`); numbers: 2, 4, 6,
/// 13 and 14 of a 2019 CU11 server.
pub static PERMISSION_GROUPS: EnumSpec = EnumSpec {
    name: "PermissionGroups",
    members: &[
        ("None", Some(0)),
        ("AnonymousUsers", Some(1)),
        ("ExchangeUsers", Some(2)),
        ("ExchangeServers", Some(4)),
        ("ExchangeLegacyServers", Some(8)),
        ("Partners", None),
        ("Custom", None),
    ],
    flags: true,
};

/// `SmtpSendConnectorConfig+AuthMechanisms`. Names: reference of Set-SendConnector; None 0 of a 2019 CU11
/// organization.
pub static SEND_AUTH_MECHANISM: EnumSpec = EnumSpec {
    name: "SmtpSendConnectorConfig+AuthMechanisms",
    members: &[
        ("None", Some(0)),
        ("BasicAuth", None),
        ("BasicAuthRequireTLS", None),
        ("ExchangeServer", None),
        ("ExternalAuthoritative", None),
    ],
    flags: false,
};

/// `TlsAuthLevel`, reference of Set-SendConnector.
pub static TLS_AUTH_LEVEL: EnumSpec = EnumSpec {
    name: "TlsAuthLevel",
    members: &[
        ("EncryptionOnly", None),
        ("CertificateValidation", None),
        ("DomainValidation", None),
        ("CertificateExpiryCheck", None),
    ],
    flags: false,
};

/// `ProtocolLoggingLevel`; both numbers of a 2019 CU11 server.
pub static PROTOCOL_LOGGING_LEVEL: EnumSpec = EnumSpec {
    name: "ProtocolLoggingLevel",
    members: &[("None", Some(0)), ("Verbose", Some(1))],
    flags: false,
};

/// `ServerRole` where it stands for the transport service; numbers of a 2019 CU11 server.
pub static TRANSPORT_ROLE: EnumSpec = EnumSpec {
    name: "TransportRole",
    members: &[
        ("HubTransport", Some(32)),
        ("FrontendTransport", Some(16384)),
        ("Edge", None),
    ],
    flags: false,
};

/// `HybridFeature`. Names: reference of Set-HybridConfiguration; numbers: those of a 2019 organization.
pub static HYBRID_FEATURE: EnumSpec = EnumSpec {
    name: "HybridFeature",
    members: &[
        ("FreeBusy", Some(0)),
        ("MoveMailbox", Some(1)),
        ("Mailtips", Some(2)),
        ("MessageTracking", Some(3)),
        ("OwaRedirection", Some(4)),
        ("OnlineArchive", Some(5)),
        ("SecureMail", Some(6)),
        ("CentralizedTransport", None),
        ("Photos", Some(8)),
    ],
    flags: false,
};

/// `AvailabilityAccessMethod`, reference of Add-AvailabilityAddressSpace.
pub static AVAILABILITY_ACCESS_METHOD: EnumSpec = EnumSpec {
    name: "AvailabilityAccessMethod",
    members: &[
        ("PerUserFB", None),
        ("OrgWideFB", None),
        ("OrgWideFBBasic", None),
        ("OrgWideFBToken", None),
        ("PublicFolder", None),
        ("InternalProxy", None),
    ],
    flags: false,
};

static ALL: &[&EnumSpec] = &[
    &AUTHENTICATION_METHOD,
    &EXTENDED_PROTECTION_TOKEN_CHECKING,
    &EXTENDED_PROTECTION_FLAG,
    &CLIENT_CERT_AUTH,
    &AUTH_SERVER_TYPE,
    &RECEIVE_AUTH_MECHANISM,
    &PERMISSION_GROUPS,
    &TLS_AUTH_LEVEL,
    &PROTOCOL_LOGGING_LEVEL,
    &HYBRID_FEATURE,
    &AVAILABILITY_ACCESS_METHOD,
];
