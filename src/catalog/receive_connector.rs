//! `Get-ReceiveConnector`: where mail enters a server.

use super::enums::{
    PERMISSION_GROUPS, PROTOCOL_LOGGING_LEVEL, RECEIVE_AUTH_MECHANISM, TRANSPORT_ROLE,
};
use super::{Call, Home, KeyRule, KindSpec, Per, Property, Roles, Type, property};
use crate::model::Plane;

const PROPERTIES: &[Property] = &[
    property("Name").ty(Type::Text),
    property("Server").ty(Type::ServerName),
    property("Identity").dropped(), // the key says the same
    property("Guid").ty(Type::Guid),
    property("ExchangeVersion").ty(Type::Text),
    property("Enabled").bool(),
    property("RequireTLS").bool(),
    property("AcceptConsumerMail").bool(),
    property("AdvertiseClientSettings").bool(),
    property("BareLinefeedRejectionEnabled").bool(),
    property("BinaryMimeEnabled").bool(),
    property("ChunkingEnabled").bool(),
    property("DeliveryStatusNotificationEnabled").bool(),
    property("DomainSecureEnabled").bool(),
    property("EightBitMimeEnabled").bool(),
    property("EnableAuthGSSAPI").bool(),
    property("EnhancedStatusCodesEnabled").bool(),
    property("LiveCredentialEnabled").bool(),
    property("LongAddressesEnabled").bool(),
    property("OrarEnabled").bool(),
    property("PipeliningEnabled").bool(),
    property("ProxyEnabled").bool(),
    property("RejectReservedSecondLevelRecipientDomains").bool(),
    property("RejectReservedTopLevelRecipientDomains").bool(),
    property("RejectSingleLabelRecipientDomains").bool(),
    property("RequireEHLODomain").bool(),
    property("SmtpUtf8Enabled").bool(),
    property("SuppressXAnonymousTls").bool(),
    property("AuthMechanism").ty(Type::Flags(&RECEIVE_AUTH_MECHANISM)),
    property("PermissionGroups").ty(Type::Flags(&PERMISSION_GROUPS)),
    property("TransportRole").ty(Type::Enum(&TRANSPORT_ROLE)),
    property("Bindings").ty(Type::Set(&Type::Text)),
    property("RemoteIPRanges").ty(Type::Set(&Type::Text)),
    property("TlsDomainCapabilities").ty(Type::Set(&Type::Text)),
    property("TlsCertificateName").ty(Type::Text).unset(),
    property("Fqdn").ty(Type::LowerText).unset(),
    property("ServiceDiscoveryFqdn").ty(Type::LowerText).unset(),
    property("DefaultDomain").ty(Type::LowerText).unset(),
    property("Banner").ty(Type::Text).unset(),
    property("Comment").ty(Type::Text).unset(),
    property("ConnectionTimeout").ty(Type::Span),
    property("ConnectionInactivityTimeout").ty(Type::Span),
    property("TarpitInterval").ty(Type::Span),
    property("AuthTarpitInterval").ty(Type::Span),
    property("MaxAcknowledgementDelay").ty(Type::Span),
    property("MaxHeaderSize").ty(Type::Size),
    property("MaxMessageSize").ty(Type::Size),
    // Counts, or `Unlimited`.
    property("MessageRateLimit").ty(Type::Limit),
    property("MaxInboundConnection").ty(Type::Limit),
    property("MaxInboundConnectionPerSource").ty(Type::Limit),
    property("MaxProtocolErrors").ty(Type::Limit),
    property("MaxInboundConnectionPercentagePerSource").ty(Type::Int),
    property("MaxHopCount").ty(Type::Int),
    property("MaxLocalHopCount").ty(Type::Int),
    property("MaxLogonFailures").ty(Type::Int),
    property("MaxRecipientsPerMessage").ty(Type::Int),
    property("ProtocolLoggingLevel").ty(Type::Enum(&PROTOCOL_LOGGING_LEVEL)),
    // Enumerations: a name where the export has one; a bare number says nothing.
    property("MessageRateSource").ty(Type::Text),
    property("ExtendedProtectionPolicy").ty(Type::Text),
    property("SizeEnabled").ty(Type::Text),
];

/// See the module.
pub(super) static SPEC: KindSpec = KindSpec {
    name: "ReceiveConnector",
    calls: &[Call {
        plane: Plane::Onprem,
        cmdlet: "Get-ReceiveConnector",
        arguments: "",
        per: Per::Server,
    }],
    home: Home::Server {
        roles: Roles::NotEdge,
    },
    key: KeyRule::ServerAndName,
    type_names: &["ReceiveConnector"],
    signature: &["AuthMechanism", "PermissionGroups", "RemoteIPRanges"],
    only_where: None,
    properties: &[PROPERTIES],
    revision: 1,
    source: "export of a 2019 CU11 server with five connectors",
};
