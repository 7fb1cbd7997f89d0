//! `Get-SendConnector`: where mail leaves the organization.

use super::enums::{PROTOCOL_LOGGING_LEVEL, SEND_AUTH_MECHANISM, TLS_AUTH_LEVEL};
use super::{Call, Home, KeyRule, KindSpec, Per, Property, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("Enabled").bool(),
    property("RequireTLS").bool(),
    property("CloudServicesMailEnabled").bool(),
    property("IgnoreSTARTTLS").bool(),
    property("DNSRoutingEnabled").bool(),
    property("DomainSecureEnabled").bool(),
    property("ForceHELO").bool(),
    property("FrontendProxyEnabled").bool(),
    property("RequireOorg").bool(),
    property("UseExternalDNSServersEnabled").bool(),
    property("IsScopedConnector").bool(),
    property("IsSmtpConnector").bool(),
    property("AddressSpaces").ty(Type::Set(&Type::LowerText)),
    property("SmartHosts").ty(Type::Set(&Type::LowerText)),
    property("SmartHostsString").dropped(), // SmartHosts says the same
    property("SmartHostAuthMechanism").ty(Type::Enum(&SEND_AUTH_MECHANISM)),
    property("AuthenticationCredential").secret().unset(),
    property("TlsAuthLevel")
        .ty(Type::Enum(&TLS_AUTH_LEVEL))
        .unset(),
    property("TlsDomain").ty(Type::LowerText).unset(),
    property("TlsCertificateName").ty(Type::Text).unset(),
    property("CertificateSubject").ty(Type::Text).unset(),
    property("Fqdn").ty(Type::LowerText).unset(),
    property("Port").ty(Type::Int),
    property("SmtpMaxMessagesPerConnection").ty(Type::Int),
    property("MaxMessageSize").ty(Type::Size),
    property("ConnectionInactivityTimeOut").ty(Type::Span),
    property("ProtocolLoggingLevel").ty(Type::Enum(&PROTOCOL_LOGGING_LEVEL)),
    property("SourceIPAddress").ty(Type::Text),
    property("SourceTransportServers").ty(Type::Set(&Type::ServerName)),
    property("ConnectedDomains").ty(Type::Set(&Type::Text)),
    property("SourceRoutingGroup").ty(Type::AdName).unset(),
    property("HomeMTA").ty(Type::AdName).unset(),
    property("HomeMtaServerId").ty(Type::ServerName).unset(),
    // Enumerations: a name where the export has one; a bare number says nothing.
    property("ErrorPolicies").ty(Type::Text),
    property("ConnectorType").ty(Type::Text),
    property("Region").ty(Type::Text),
    property("Comment").ty(Type::Text).unset(),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "SendConnector",
    calls: &[Call {
        plane: Plane::Onprem,
        cmdlet: "Get-SendConnector",
        arguments: "",
        per: Per::Organization,
    }],
    home: Home::Organization,
    key: KeyRule::Name,
    type_names: &["SmtpSendConnectorConfig"],
    signature: &["SmartHosts", "AddressSpaces", "SourceTransportServers"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "export of a 2019 CU11 organization",
};
