//! .NET type chains of Exchange's objects and value objects.
//!
//! Source: `TN` blocks of exports of a 2019 CU11 server; chains of kinds without a public export follow
//! their siblings.

use super::object::{Prop, ValueObject};

macro_rules! system_configuration {
    ($name:literal) => {
        concat!(
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.",
            $name
        )
    };
}

macro_rules! list_of {
    ($collection:literal, $member:expr, $assembly:literal) => {
        concat!($collection, "`1[[", $member, ", ", $assembly, "]]")
    };
}

macro_rules! value_chain {
    ($($name:ident = $type:expr;)*) => {
        $(pub(super) const $name: &[&str] = &[$type, "System.Object"];)*
    };
}

const AD_CONFIGURATION_OBJECT: &str = system_configuration!("ADConfigurationObject");
const AD_OBJECT: &str = "Microsoft.Exchange.Data.Directory.ADObject";
const AD_RAW_ENTRY: &str = "Microsoft.Exchange.Data.Directory.ADRawEntry";
const CONFIGURABLE: &str = "Microsoft.Exchange.Data.ConfigurableObject";
/// The base of objects that show a selection of what Active Directory has.
pub(super) const PRESENTATION: &str =
    "Microsoft.Exchange.Data.Directory.Management.ADPresentationObject";
const MULTI_VALUED_BASE: &str = "Microsoft.Exchange.Data.MultiValuedPropertyBase";
const OBJECT: &str = "System.Object";

macro_rules! directories {
    ($($name:ident = $type:literal, $($base:literal),*;)*) => {
        $(pub(super) const $name: &[&str] = &[
            system_configuration!($type),
            $(system_configuration!($base),)*
            system_configuration!("ExchangeVirtualDirectory"),
            system_configuration!("ADVirtualDirectory"),
            AD_CONFIGURATION_OBJECT, AD_OBJECT, AD_RAW_ENTRY, CONFIGURABLE, OBJECT,
        ];)*
    };
}

directories! {
    EWS = "ADWebServicesVirtualDirectory", "ADExchangeServiceVirtualDirectory";
    AUTODISCOVER = "ADAutodiscoverVirtualDirectory", "ADExchangeServiceVirtualDirectory";
    POWERSHELL = "ADPowerShellVirtualDirectory", "ADPowerShellCommonVirtualDirectory",
        "ADExchangeServiceVirtualDirectory";
    OWA = "ADOwaVirtualDirectory", "ExchangeWebAppVirtualDirectory";
    ECP = "ADEcpVirtualDirectory", "ExchangeWebAppVirtualDirectory";
    MAPI = "ADMapiVirtualDirectory",;
    OAB = "ADOabVirtualDirectory",;
    ACTIVE_SYNC = "ADMobileVirtualDirectory",;
    OUTLOOK_ANYWHERE = "ADRpcHttpVirtualDirectory",;
}

macro_rules! configuration_objects {
    ($($name:ident = $type:literal;)*) => {
        $(pub(super) const $name: &[&str] = &[
            system_configuration!($type),
            AD_CONFIGURATION_OBJECT, AD_OBJECT, AD_RAW_ENTRY, CONFIGURABLE, OBJECT,
        ];)*
    };
}

configuration_objects! {
    AUTH_SERVER = "AuthServer";
    AUTH_CONFIG = "AuthConfig";
    PARTNER_APPLICATION = "PartnerApplication";
    INTRA_ORGANIZATION_CONNECTOR = "IntraOrganizationConnector";
    ORGANIZATION_RELATIONSHIP = "OrganizationRelationship";
    ACCEPTED_DOMAIN = "AcceptedDomain";
    INTRA_ORGANIZATION_CONFIGURATION = "IntraOrganizationConfiguration";
    FEDERATION_TRUST = "FederationTrust";
    FEDERATED_ORGANIZATION = "FederatedOrganizationIdWithDomainStatus";
    AVAILABILITY_ADDRESS_SPACE = "AvailabilityAddressSpace";
    HYBRID_CONFIGURATION = "HybridConfiguration";
    AUTHENTICATION_POLICY = "AuthenticationPolicy";
    SETTING_OVERRIDE = "ConfigurationSettings.SettingOverride";
    SEND_CONNECTOR = "SmtpSendConnectorConfig";
    RECEIVE_CONNECTOR = "ReceiveConnector";
}

pub(super) const EXCHANGE_SERVER: &[&str] = &[
    "Microsoft.Exchange.Data.Directory.Management.ExchangeServer",
    PRESENTATION,
    AD_OBJECT,
    AD_RAW_ENTRY,
    CONFIGURABLE,
    OBJECT,
];

macro_rules! presentation_objects {
    ($($name:ident = $type:literal;)*) => {
        $(pub(super) const $name: &[&str] = &[
            concat!("Microsoft.Exchange.Data.Directory.Management.", $type),
            PRESENTATION, AD_OBJECT, AD_RAW_ENTRY, CONFIGURABLE, OBJECT,
        ];)*
    };
}

presentation_objects! {
    CLIENT_ACCESS_SERVER = "ClientAccessServer";
    MAILBOX_SERVER = "MailboxServer";
}

pub(super) const ORGANIZATION_CONFIG: &[&str] = &[
    "Microsoft.Exchange.Data.Directory.Management.OrganizationConfig",
    PRESENTATION,
    AD_OBJECT,
    AD_RAW_ENTRY,
    CONFIGURABLE,
    OBJECT,
];

pub(super) const EXCHANGE_CERTIFICATE: &[&str] = &[
    "Microsoft.Exchange.Management.SystemConfigurationTasks.ExchangeCertificate",
    "System.Security.Cryptography.X509Certificates.X509Certificate2",
    "System.Security.Cryptography.X509Certificates.X509Certificate",
    OBJECT,
];

value_chain! {
    CAS_MAILBOX = "exdrift.CASMailbox";
    USER = "exdrift.User";
    APPLICATION_ACCESS_POLICY = "Microsoft.Exchange.Management.ServerStatus.ApplicationAccessPolicy";
    SERVICE_PRINCIPAL = "Microsoft.Graph.PowerShell.Models.MicrosoftGraphServicePrincipal";
    APPLICATION = "Microsoft.Graph.PowerShell.Models.MicrosoftGraphApplication";
    SIZE = "Microsoft.Exchange.Data.ByteQuantifiedSize";
    ADDRESS_SPACE = "Microsoft.Exchange.Data.AddressSpace";
    X509_IDENTIFIER = "Microsoft.Exchange.Data.SmtpX509Identifier";
    IP_BINDING = "Microsoft.Exchange.Data.IPBinding";
    IP_RANGE = "Microsoft.Exchange.Data.IPRange";
    FQDN = "Microsoft.Exchange.Data.Fqdn";
    DOMAIN_CAPABILITIES = "Microsoft.Exchange.Data.SmtpReceiveDomainCapabilities";
    DICTIONARY = "System.Collections.Specialized.OrderedDictionary";
    FILE_VERSION_INFO = "System.Diagnostics.FileVersionInfo";
    SERVER_VERSION = "Microsoft.Exchange.Data.ServerVersion";
    OBJECT_VERSION = "Microsoft.Exchange.Data.ExchangeObjectVersion";
    ORGANIZATION_ID = "Microsoft.Exchange.Data.Directory.OrganizationId";
    TIME_SPAN = "Microsoft.Exchange.Data.EnhancedTimeSpan";
    SMTP_DOMAIN_WITH_SUBDOMAINS = "Microsoft.Exchange.Data.SmtpDomainWithSubdomains";
    SMTP_DOMAIN = "Microsoft.Exchange.Data.SmtpDomain";
    SMTP_ADDRESS = "Microsoft.Exchange.Data.SmtpAddress";
    HOSTNAME = "Microsoft.Exchange.Data.Hostname";
    LOCAL_LONG_FULL_PATH = "Microsoft.Exchange.Data.LocalLongFullPath";
    NETWORK_ADDRESS = "Microsoft.Exchange.Data.CustomNetworkAddress";
    NAMING_POLICY = "Microsoft.Exchange.Data.Directory.SystemConfiguration.DistributionGroupNamingPolicy";
    PUBLIC_FOLDER_INFORMATION = "Microsoft.Exchange.Data.PublicFolderInformation";
    PROXY_ADDRESS = "Microsoft.Exchange.Data.SmtpProxyAddress";
    PROXY_ADDRESSES = "Microsoft.Exchange.Data.ProxyAddressCollection";
    NETWORK_ADDRESSES = "Microsoft.Exchange.Data.NetworkAddressCollection";
    UNLIMITED_INT = "Microsoft.Exchange.Data.Unlimited`1[[System.Int32, mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089]]";
    UNLIMITED_SIZE = "Microsoft.Exchange.Data.Unlimited`1[[Microsoft.Exchange.Data.ByteQuantifiedSize, Microsoft.Exchange.Data, Version=15.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35]]";
}

pub(super) const AD_OBJECT_ID: &[&str] = &[
    "Microsoft.Exchange.Data.Directory.ADObjectId",
    "Microsoft.Exchange.Data.ObjectId",
    OBJECT,
];

pub(super) const STRINGS: &[&str] = &[
    list_of!(
        "Microsoft.Exchange.Data.MultiValuedProperty",
        "System.String",
        "mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089"
    ),
    MULTI_VALUED_BASE,
    OBJECT,
];

/// A list of value objects.
pub(super) const VALUES: &[&str] = &[
    "Microsoft.Exchange.Data.MultiValuedProperty`1[[Microsoft.Exchange.Data.IConfigurable, Microsoft.Exchange.Data, Version=15.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35]]",
    MULTI_VALUED_BASE,
    OBJECT,
];
pub(super) const OBJECT_ARRAY: &[&str] = &["System.Object[]", "System.Array", OBJECT];

pub(super) const STRING_ARRAY: &[&str] = &["System.String[]", "System.Array", OBJECT];

pub(super) const METHODS: &[&str] = &[
    list_of!(
        "Microsoft.Exchange.Data.Directory.ADMultiValuedProperty",
        system_configuration!("AuthenticationMethod"),
        "Microsoft.Exchange.Data.Directory, Version=15.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
    ),
    list_of!(
        "Microsoft.Exchange.Data.MultiValuedProperty",
        system_configuration!("AuthenticationMethod"),
        "Microsoft.Exchange.Data.Directory, Version=15.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
    ),
    MULTI_VALUED_BASE,
    OBJECT,
];

pub(super) const PROTECTION_FLAGS: &[&str] = &[
    list_of!(
        "Microsoft.Exchange.Data.MultiValuedProperty",
        system_configuration!("ExtendedProtectionFlag"),
        "Microsoft.Exchange.Data.Directory, Version=15.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
    ),
    MULTI_VALUED_BASE,
    OBJECT,
];

pub(super) const SMTP_DOMAINS: &[&str] = &[
    list_of!(
        "Microsoft.Exchange.Data.MultiValuedProperty",
        "Microsoft.Exchange.Data.SmtpDomain",
        "Microsoft.Exchange.Data, Version=15.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
    ),
    MULTI_VALUED_BASE,
    OBJECT,
];

pub(super) const AD_OBJECT_IDS: &[&str] = &[
    list_of!(
        "Microsoft.Exchange.Data.Directory.ADMultiValuedProperty",
        "Microsoft.Exchange.Data.Directory.ADObjectId",
        "Microsoft.Exchange.Data.Directory, Version=15.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
    ),
    list_of!(
        "Microsoft.Exchange.Data.MultiValuedProperty",
        "Microsoft.Exchange.Data.Directory.ADObjectId",
        "Microsoft.Exchange.Data.Directory, Version=15.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
    ),
    MULTI_VALUED_BASE,
    OBJECT,
];

/// A certificate of .NET, as it hangs on a federation trust.
pub(super) const CERTIFICATE: &[&str] = &[
    "System.Security.Cryptography.X509Certificates.X509Certificate2",
    "System.Security.Cryptography.X509Certificates.X509Certificate",
    OBJECT,
];

pub(super) const RECEIVE_AUTH: &str = system_configuration!("AuthMechanisms");
pub(super) const PERMISSION_GROUPS: &str = system_configuration!("PermissionGroups");

/// True for enumerations that print as a list of names.
pub(super) fn is_flags(ty: &str) -> bool {
    ty == RECEIVE_AUTH || ty == PERMISSION_GROUPS
}

/// Full names of enumerations of the connectors.
const CONNECTOR_ENUMS: [&str; 10] = [
    system_configuration!("MessageRateSourceFlags"),
    system_configuration!("ProtocolLoggingLevel"),
    system_configuration!("ExtendedProtectionPolicySetting"),
    system_configuration!("ServerRole"),
    system_configuration!("SizeMode"),
    system_configuration!("TlsAuthLevel"),
    system_configuration!("ErrorPolicies"),
    system_configuration!("SmtpSendConnectorConfig+AuthMechanisms"),
    system_configuration!("SendConnectorType"),
    system_configuration!("SendConnectorRegion"),
];

/// The full name of one of them; its short one where it is unknown.
pub(super) fn system_enum(short: &'static str) -> &'static str {
    CONNECTOR_ENUMS
        .into_iter()
        .find(|full| full.ends_with(&format!(".{short}")))
        .unwrap_or(short)
}

/// The bases of the export script's copies.
pub(super) const CUSTOM_OBJECT: &[&str] = &["System.Management.Automation.PSCustomObject", OBJECT];

/// The bases of every enumeration.
pub(super) const ENUM_BASES: &[&str] = &["System.Enum", "System.ValueType", OBJECT];

pub(super) const AUTHENTICATION_METHOD: &str = system_configuration!("AuthenticationMethod");
pub(super) const TOKEN_CHECKING: &str =
    system_configuration!("ExtendedProtectionTokenCheckingMode");

/// The members of `AuthenticationMethod`, each at its number. Basic 0, Ntlm 2, Fba 3,
/// WindowsIntegrated 4, WSSecurity 7 and OAuth 10 stand in exports; the others fill the places between.
const METHOD_NAMES: [&str; 15] = [
    "Basic",
    "Digest",
    "Ntlm",
    "Fba",
    "WindowsIntegrated",
    "LiveIdFba",
    "LiveIdBasic",
    "WSSecurity",
    "Certificate",
    "NegoEx",
    "OAuth",
    "Adfs",
    "Kerberos",
    "Negotiate",
    "LiveIdNegotiate",
];

/// A member of `AuthenticationMethod`; an unknown name is `Misconfigured`.
pub(super) fn method(name: &str) -> Prop {
    let at = METHOD_NAMES.iter().position(|n| *n == name);
    let (name, number) = at.map_or(("Misconfigured", 15), |at| (METHOD_NAMES[at], at as i32));
    Prop::Enum(AUTHENTICATION_METHOD, name, number)
}

/// What `X509Certificate2.ToString()` begins with.
pub(super) fn certificate_text(der: &[u8]) -> String {
    let block = |title: &str, value: &str| format!("[{title}]\r\n  {value}\r\n\r\n");
    [
        block("Serial Number", &super::der::serial_number(der)),
        block("Thumbprint", &super::der::thumbprint(der)),
    ]
    .concat()
}

/// `Version 15.2 (Build 986.5)`.
pub(super) fn server_version(build: [u32; 4]) -> Prop {
    let [major, minor, number, revision] = build;
    object(
        SERVER_VERSION,
        format!("Version {major}.{minor} (Build {number}.{revision})"),
        vec![
            ("Major", Prop::Int(major as i32)),
            ("Minor", Prop::Int(minor as i32)),
            ("Build", Prop::Int(number as i32)),
            ("Revision", Prop::Int(revision as i32)),
            ("FilePatchLevelDescription", Prop::Null),
        ],
        303,
    )
}

/// `0.10 (14.0.100.0)`: the version of Exchange that first wrote this kind of object.
pub(super) fn object_version(major: u8, minor: u8, build: &str) -> Prop {
    object(
        OBJECT_VERSION,
        format!("{major}.{minor} ({build})"),
        vec![
            (
                "NextMajorVersion",
                Prop::text(format!("{}.0 (0.0.0.0)", major + 1)),
            ),
            (
                "NextMinorVersion",
                Prop::text(format!("{major}.{} (0.0.0.0)", minor + 1)),
            ),
            ("Major", Prop::Byte(major)),
            ("Minor", Prop::Byte(minor)),
            ("ExchangeBuild", Prop::text(build)),
        ],
        348,
    )
}

/// `06:00:00`, `7.00:00:00`. Whole seconds.
pub(super) fn time_span(seconds: i64) -> Prop {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (hours, minutes, secs) = (rest / 3600, rest % 3600 / 60, rest % 60);
    let clock = format!("{hours:02}:{minutes:02}:{secs:02}");
    let to_string = if days == 0 {
        clock
    } else {
        format!("{days}.{clock}")
    };
    object(
        TIME_SPAN,
        to_string,
        vec![
            ("Days", Prop::Int(days as i32)),
            ("Hours", Prop::Int(hours as i32)),
            ("Milliseconds", Prop::Int(0)),
            ("Minutes", Prop::Int(minutes as i32)),
            ("Seconds", Prop::Int(secs as i32)),
            ("Ticks", Prop::Long(seconds * 10_000_000)),
            ("TotalDays", Prop::Double(seconds / 86_400)),
            ("TotalHours", Prop::Double(seconds / 3600)),
            ("TotalMilliseconds", Prop::Double(seconds * 1000)),
            ("TotalMinutes", Prop::Double(seconds / 60)),
            ("TotalSeconds", Prop::Double(seconds)),
            ("Sign", Prop::Int(i32::from(seconds > 0))),
        ],
        189,
    )
}

/// `Unlimited`.
pub(super) fn unlimited(types: &'static [&'static str]) -> Prop {
    object(
        types,
        "Unlimited",
        vec![("IsUnlimited", Prop::Bool(true))],
        618,
    )
}

/// `36 MB (37,748,736 bytes)`; an export has no parts of it.
pub(super) fn size(bytes: i64, shown: &str) -> Prop {
    let digits = bytes.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    let text = format!("{shown} ({} bytes)", groups.join(","));
    object(SIZE, text, Vec::new(), 402)
}

/// `Unlimited` or a number.
pub(super) fn limit(number: i32) -> Prop {
    object(
        UNLIMITED_INT,
        number.to_string(),
        vec![
            ("IsUnlimited", Prop::Bool(false)),
            ("Value", Prop::Int(number)),
        ],
        618,
    )
}

/// `SMTP:*;1`.
pub(super) fn address_space(domain: &str, cost: i32) -> Prop {
    object(
        ADDRESS_SPACE,
        format!("SMTP:{domain};{cost}"),
        vec![
            ("Address", Prop::text(domain)),
            ("Type", Prop::text("SMTP")),
            ("Cost", Prop::Int(cost)),
            ("IncludeSubDomains", Prop::Bool(domain.starts_with('*'))),
            ("Domain", Prop::text(domain)),
            ("IsSmtpType", Prop::Bool(true)),
            ("IsX400Type", Prop::Bool(false)),
        ],
        520,
    )
}

/// `<I>issuer<S>subject`.
pub(super) fn x509_identifier(issuer: &str, subject: &str) -> Prop {
    object(
        X509_IDENTIFIER,
        format!("<I>{issuer}<S>{subject}"),
        vec![
            ("CertificateSubject", Prop::text(subject)),
            ("CertificateIssuer", Prop::text(issuer)),
            (
                "SubjectCommonName",
                Prop::text(subject.trim_start_matches("CN=")),
            ),
        ],
        510,
    )
}

/// A range of IP addresses.
pub(super) fn ip_range(low: &str, high: &str) -> Prop {
    let text = format!("{low}-{high}");
    object(
        IP_RANGE,
        text.clone(),
        vec![
            ("LowerBound", Prop::text(low)),
            ("UpperBound", Prop::text(high)),
            ("RangeFormat", Prop::text("LoHi")),
            ("Expression", Prop::Text(text)),
        ],
        640,
    )
}

/// An address and a port.
pub(super) fn ip_binding(address: &str, port: i32) -> Prop {
    let text = match address.contains(':') {
        true => format!("[{address}]:{port}"),
        false => format!("{address}:{port}"),
    };
    object(
        IP_BINDING,
        text,
        vec![
            ("Port", Prop::Int(port)),
            ("AddressFamily", Prop::text("InterNetwork")),
            ("Address", Prop::text(address)),
        ],
        480,
    )
}

/// A list of Exchange's value objects or references.
pub(super) fn list(members: Vec<Prop>) -> Prop {
    Prop::List(VALUES, members)
}

/// A host name.
pub(super) fn hostname(name: &str) -> Prop {
    object(
        HOSTNAME,
        name,
        vec![("HostnameString", Prop::text(name))],
        180,
    )
}

/// An SMTP domain.
pub(super) fn smtp_domain(name: &str) -> Prop {
    object(SMTP_DOMAIN, name, vec![("Domain", Prop::text(name))], 210)
}

/// An SMTP address.
pub(super) fn smtp_address(address: &str) -> Prop {
    let (local, domain) = address.split_once('@').unwrap_or_default();
    object(
        SMTP_ADDRESS,
        address,
        vec![
            ("Length", Prop::Int(address.len() as i32)),
            ("Local", Prop::text(local)),
            ("Domain", Prop::text(domain)),
            ("Address", Prop::text(address)),
            ("IsUTF8", Prop::Bool(false)),
            ("IsValidAddress", Prop::Bool(!address.is_empty())),
        ],
        260,
    )
}

/// Any value object.
pub(super) fn object(
    types: &'static [&'static str],
    to_string: impl Into<String>,
    properties: Vec<(&'static str, Prop)>,
    blob: usize,
) -> Prop {
    Prop::Object(Box::new(ValueObject {
        types,
        to_string: to_string.into(),
        properties,
        blob,
        shared: false,
    }))
}
