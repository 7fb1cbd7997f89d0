//! Mail flow, and the two roles of a server: connectors, `MailboxServer`, `ClientAccessService`.
//!
//! Property names, types and Setup's values: exports of a 2019 CU11 server (connectors, MailboxServer);
//! the cmdlets' reference (ClientAccessService). The wizard's connector: controls catalogue, CERT-004.

use crate::model::Plane;

use super::estate::{Exposure, Organization, Place, Server};
use super::object::{Object, Prop};
use super::types;

/// A member of an enumeration with its number.
type Member = (&'static str, i32);
/// Name, port, front end, mechanisms, permission groups.
type Setup = (&'static str, i32, bool, Member, Member);

/// Receive connectors of Setup: name, port, role, mechanisms, permission groups.
const CONNECTORS: [Setup; 5] = [
    (
        "Default",
        2525,
        false,
        ALL_MECHANISMS,
        ("ExchangeUsers, ExchangeServers, ExchangeLegacyServers", 14),
    ),
    (
        "Client Proxy",
        465,
        false,
        ALL_MECHANISMS,
        ("ExchangeUsers, ExchangeServers", 6),
    ),
    (
        "Default Frontend",
        25,
        true,
        ALL_MECHANISMS,
        ("AnonymousUsers, ExchangeServers, ExchangeLegacyServers", 13),
    ),
    (
        "Outbound Proxy Frontend",
        717,
        true,
        ALL_MECHANISMS,
        ("ExchangeServers", 4),
    ),
    (
        "Client Frontend",
        587,
        true,
        ("Tls, Integrated, BasicAuth, BasicAuthRequireTLS", 15),
        ("ExchangeUsers", 2),
    ),
];

const ALL_MECHANISMS: (&str, i32) = (
    "Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer",
    31,
);

impl Organization {
    /// What a Mailbox server has once, and its receive connectors.
    pub(super) fn role_objects(&self, server: &Server) -> Vec<Object> {
        let mut all = vec![
            self.client_access_service(server),
            self.mailbox_server(server),
        ];
        for connector in CONNECTORS {
            all.push(self.receive_connector(server, connector));
        }
        all
    }

    /// The organization's send connectors.
    pub(super) fn transport_objects(&self) -> Vec<Object> {
        vec![
            self.send_connector("Outbound to Office 365", &self.routing_domain(), true),
            self.send_connector("Internet", "*", false),
        ]
    }

    fn server_object(
        &self,
        kind: &'static str,
        chain: &'static [&'static str],
        server: &Server,
        own: Vec<(&'static str, Prop)>,
    ) -> Object {
        let path = self.server_path(&server.name);
        let path = path.split_once(',').map_or("", |(_, rest)| rest);
        let place = Place {
            name: &server.name,
            path,
            class: "msExchExchangeServer",
            category: "ms-Exch-Exchange-Server",
            version: (0, 1, "8.0.535.0"),
            shown: &server.name,
        };
        let mut object = self.directory_object(kind, Plane::Onprem, chain, own, &place, 60_000);
        object.server = Some(server.name.clone());
        object
    }

    fn client_access_service(&self, server: &Server) -> Object {
        // The name that the server's clients use has the certificate; internal ones find it here.
        let uri = format!(
            "https://{}/Autodiscover/Autodiscover.xml",
            self.namespace(server)
        );
        let own = vec![
            ("Name", Prop::text(server.name.as_str())),
            ("Fqdn", Prop::text(self.fqdn(&server.name))),
            ("ClientAccessArray", Prop::Null),
            ("OutlookAnywhereEnabled", Prop::Bool(true)),
            ("AutoDiscoverServiceCN", Prop::text(server.name.as_str())),
            (
                "AutoDiscoverServiceClassName",
                Prop::text("ms-Exchange-AutoDiscover-Service"),
            ),
            ("AutoDiscoverServiceInternalUri", Prop::Uri(uri)),
            (
                "AutoDiscoverServiceGuid",
                Prop::Guid("77378f46-2c66-4aa9-a6a6-3e7a48b19596".to_owned()),
            ),
            ("AutoDiscoverSiteScope", Prop::strings(["Berlin"])),
            ("AlternateServiceAccountConfiguration", Prop::Null),
            ("IsOutOfService", Prop::Bool(false)),
            ("WorkloadManagementPolicy", Prop::Null),
        ];
        self.server_object(
            "ClientAccessService",
            types::CLIENT_ACCESS_SERVER,
            server,
            own,
        )
    }

    fn mailbox_server(&self, server: &Server) -> Object {
        let group = match server.exposure {
            Exposure::Internal => self.reference(
                Plane::Onprem,
                "DAG01",
                &self.distinguished_name(
                    Plane::Onprem,
                    "DAG01",
                    "CN=Database Availability Groups,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups",
                ),
            ),
            _ => Prop::Null,
        };
        let logs = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Logging";
        let mut own = vec![
            ("Name", Prop::text(server.name.as_str())),
            ("DatabaseAvailabilityGroup", group),
            (
                "AdminDisplayVersion",
                types::server_version(server.build.update),
            ),
            (
                "ServerRole",
                Prop::Enum(
                    "Microsoft.Exchange.Data.Directory.SystemConfiguration.ServerRole",
                    "Mailbox",
                    2,
                ),
            ),
            ("ExchangeLegacyServerRole", Prop::Int(0)),
            ("SharingPolicySchedule", types::list(Vec::new())),
            (
                "CalendarRepairLogPath",
                path(&format!("{logs}\\Calendar Repair Assistant")),
            ),
            ("CalendarRepairIntervalEndWindow", Prop::Int(7)),
            (
                "CalendarRepairLogFileAgeLimit",
                types::time_span(10 * 86_400),
            ),
            (
                "CalendarRepairLogDirectorySizeLimit",
                types::size(524_288_000, "500 MB"),
            ),
            (
                "LogPathForManagedFolders",
                path(&format!("{logs}\\Managed Folder Assistant")),
            ),
            ("LogFileAgeLimitForManagedFolders", types::time_span(0)),
            (
                "LogDirectorySizeLimitForManagedFolders",
                types::unlimited(types::UNLIMITED_SIZE),
            ),
            ("MigrationLogMaxAge", types::time_span(180 * 86_400)),
            (
                "MigrationLogMaxFileSize",
                types::size(104_857_600, "100 MB"),
            ),
            ("MaxTransportSyncDispatchers", Prop::Int(5)),
            ("SubmissionServerOverrideList", types::list(Vec::new())),
            ("Locale", types::list(Vec::new())),
            ("FaultZone", Prop::text("")),
            ("MaximumActiveDatabases", Prop::Null),
            ("MaximumPreferredActiveDatabases", Prop::Null),
            ("WacDiscoveryEndpoint", Prop::Null),
            (
                "AutoDatabaseMountDial",
                Prop::Enum(
                    "Microsoft.Exchange.Data.Directory.SystemConfiguration.AutoDatabaseMountDial",
                    "GoodAvailability",
                    6,
                ),
            ),
            (
                "DatabaseCopyAutoActivationPolicy",
                Prop::Enum(
                    "Microsoft.Exchange.Data.Directory.SystemConfiguration.DatabaseCopyAutoActivationPolicyType",
                    "Unrestricted",
                    0,
                ),
            ),
        ];
        for (name, flag) in [
            ("CalendarRepairLogEnabled", true),
            ("CalendarRepairLogSubjectLoggingEnabled", true),
            ("CalendarRepairMissingItemFixDisabled", false),
            ("MAPIEncryptionRequired", false),
            ("RetentionLogForManagedFoldersEnabled", false),
            ("JournalingLogForManagedFoldersEnabled", false),
            ("FolderLogForManagedFoldersEnabled", false),
            ("SubjectLogForManagedFoldersEnabled", false),
            ("ForceGroupMetricsGeneration", false),
            ("IsPhoneticSupportEnabled", false),
            ("DatabaseCopyActivationDisabledAndMoveNow", false),
            ("AutoDagServerConfigured", false),
            ("TransportSyncDispatchEnabled", false),
            ("TransportSyncLogEnabled", false),
            ("TransportSyncMailboxHealthLogEnabled", false),
            ("IsExcludedFromProvisioning", false),
        ] {
            own.push((name, Prop::Bool(flag)));
        }
        self.server_object("MailboxServer", types::MAILBOX_SERVER, server, own)
    }

    fn receive_connector(
        &self,
        server: &Server,
        (title, port, front, mechanisms, groups): Setup,
    ) -> Object {
        let name = format!("{title} {}", server.name);
        let hybrid = title == "Default Frontend"
            && self
                .transport_servers()
                .iter()
                .any(|other| other.name == server.name);
        let (certificate, capabilities) = match hybrid {
            true => (
                self.hybrid_certificate(),
                vec![capability("mail.protection.outlook.com")],
            ),
            false => (Prop::Null, Vec::new()),
        };
        let (role, number) = match front {
            true => ("FrontendTransport", 16_384),
            false => ("HubTransport", 32),
        };
        let logging = i32::from(port == 25);
        let mut own = vec![
            ("Name", Prop::text(name.as_str())),
            (
                "AuthMechanism",
                Prop::Enum(types::RECEIVE_AUTH, mechanisms.0, mechanisms.1),
            ),
            ("Banner", Prop::text("")),
            (
                "Bindings",
                types::list(vec![
                    types::ip_binding("0.0.0.0", port),
                    types::ip_binding("::", port),
                ]),
            ),
            ("DefaultDomain", Prop::Null),
            ("Fqdn", host(&self.fqdn(&server.name))),
            ("ServiceDiscoveryFqdn", Prop::Null),
            ("TlsCertificateName", certificate),
            ("Comment", Prop::text("")),
            ("ConnectionTimeout", types::time_span(600)),
            ("ConnectionInactivityTimeout", types::time_span(300)),
            ("TarpitInterval", types::time_span(5)),
            ("AuthTarpitInterval", types::time_span(5)),
            ("MaxAcknowledgementDelay", types::time_span(30)),
            ("MessageRateLimit", types::unlimited(types::UNLIMITED_INT)),
            ("MaxInboundConnection", types::limit(5000)),
            (
                "MaxInboundConnectionPerSource",
                types::unlimited(types::UNLIMITED_INT),
            ),
            ("MaxProtocolErrors", types::limit(5)),
            ("MaxInboundConnectionPercentagePerSource", Prop::Int(100)),
            ("MaxHeaderSize", types::size(262_144, "256 KB")),
            ("MaxMessageSize", types::size(37_748_736, "36 MB")),
            ("MaxHopCount", Prop::Int(60)),
            ("MaxLocalHopCount", Prop::Int(5)),
            ("MaxLogonFailures", Prop::Int(3)),
            ("MaxRecipientsPerMessage", Prop::Int(200)),
            (
                "MessageRateSource",
                member("MessageRateSourceFlags", "IPAddress", 1),
            ),
            (
                "PermissionGroups",
                Prop::Enum(types::PERMISSION_GROUPS, groups.0, groups.1),
            ),
            (
                "ProtocolLoggingLevel",
                member(
                    "ProtocolLoggingLevel",
                    ["None", "Verbose"][logging as usize],
                    logging,
                ),
            ),
            (
                "RemoteIPRanges",
                types::list(vec![
                    types::ip_range("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                    types::ip_range("0.0.0.0", "255.255.255.255"),
                ]),
            ),
            (
                "ExtendedProtectionPolicy",
                member("ExtendedProtectionPolicySetting", "None", 0),
            ),
            ("TlsDomainCapabilities", types::list(capabilities)),
            ("Server", self.server_reference(&server.name)),
            ("TransportRole", member("ServerRole", role, number)),
            ("SizeEnabled", member("SizeMode", "Enabled", 1)),
        ];
        for flag in [
            "BinaryMimeEnabled",
            "ChunkingEnabled",
            "DeliveryStatusNotificationEnabled",
            "EightBitMimeEnabled",
            "SmtpUtf8Enabled",
            "EnhancedStatusCodesEnabled",
            "Enabled",
            "PipeliningEnabled",
        ] {
            own.push((flag, Prop::Bool(true)));
        }
        for flag in [
            "BareLinefeedRejectionEnabled",
            "DomainSecureEnabled",
            "LongAddressesEnabled",
            "OrarEnabled",
            "SuppressXAnonymousTls",
            "ProxyEnabled",
            "AdvertiseClientSettings",
            "RequireEHLODomain",
            "RequireTLS",
            "EnableAuthGSSAPI",
            "LiveCredentialEnabled",
            "RejectReservedTopLevelRecipientDomains",
            "RejectReservedSecondLevelRecipientDomains",
            "RejectSingleLabelRecipientDomains",
            "AcceptConsumerMail",
        ] {
            own.push((flag, Prop::Bool(false)));
        }
        let shown = format!("{}\\{name}", server.name);
        let path = format!(
            "CN=SMTP Receive Connectors,CN=Protocols,{}",
            self.server_path(&server.name)
        );
        let place = Place {
            name: &name,
            path: &path,
            class: "msExchSmtpReceiveConnector",
            category: "ms-Exch-Smtp-Receive-Connector",
            version: (0, 1, "8.0.535.0"),
            shown: &shown,
        };
        let mut object = self.directory_object(
            "ReceiveConnector",
            Plane::Onprem,
            types::RECEIVE_CONNECTOR,
            own,
            &place,
            42_000,
        );
        object.server = Some(server.name.clone());
        object
    }

    fn send_connector(&self, name: &str, domain: &str, hybrid: bool) -> Object {
        let servers = self.transport_servers();
        let when = |flag: bool, value: Prop| if flag { value } else { Prop::Null };
        let mut own = vec![
            (
                "TlsDomain",
                when(hybrid, types::smtp_domain("mail.protection.outlook.com")),
            ),
            (
                "TlsAuthLevel",
                when(hybrid, member("TlsAuthLevel", "DomainValidation", 2)),
            ),
            ("ErrorPolicies", member("ErrorPolicies", "Default", 0)),
            ("SmartHosts", types::list(Vec::new())),
            ("Port", Prop::Int(25)),
            ("ConnectionInactivityTimeOut", types::time_span(600)),
            (
                "Fqdn",
                when(hybrid, host(&format!("hybrid.{}", self.domain))),
            ),
            (
                "TlsCertificateName",
                when(hybrid, self.hybrid_certificate()),
            ),
            (
                "ProtocolLoggingLevel",
                member("ProtocolLoggingLevel", "None", 0),
            ),
            (
                "SmartHostAuthMechanism",
                member("SmtpSendConnectorConfig+AuthMechanisms", "None", 0),
            ),
            ("AuthenticationCredential", Prop::Null),
            ("SourceIPAddress", Prop::text("0.0.0.0")),
            ("SmtpMaxMessagesPerConnection", Prop::Int(20)),
            ("ConnectorType", member("SendConnectorType", "Default", 0)),
            ("SmartHostsString", Prop::text("")),
            ("CertificateSubject", Prop::Null),
            ("Region", member("SendConnectorRegion", "NotSpecified", 0)),
            (
                "AddressSpaces",
                types::list(vec![types::address_space(domain, 1)]),
            ),
            ("ConnectedDomains", types::list(Vec::new())),
            ("Comment", Prop::text("")),
            ("SourceTransportServers", self.server_references(&servers)),
            ("MaxMessageSize", types::size(36_700_160, "35 MB")),
        ];
        for (flag, on) in [
            ("DNSRoutingEnabled", true),
            ("Enabled", true),
            ("IsSmtpConnector", true),
            ("CloudServicesMailEnabled", hybrid),
            ("RequireTLS", hybrid),
            ("ForceHELO", false),
            ("FrontendProxyEnabled", false),
            ("IgnoreSTARTTLS", false),
            ("RequireOorg", false),
            ("UseExternalDNSServersEnabled", false),
            ("DomainSecureEnabled", false),
            ("IsScopedConnector", false),
        ] {
            own.push((flag, Prop::Bool(on)));
        }
        let place = Place {
            name,
            path: "CN=Connections,CN=Exchange Routing Group (DWBGZMFD01QNBJR),CN=Routing Groups,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups",
            class: "msExchRoutingSMTPConnector",
            category: "ms-Exch-Routing-SMTP-Connector",
            version: (0, 1, "8.0.535.0"),
            shown: name,
        };
        self.directory_object(
            "SendConnector",
            Plane::Onprem,
            types::SEND_CONNECTOR,
            own,
            &place,
            40_000,
        )
    }
}

/// An enumeration of Exchange's system configuration.
fn member(ty: &'static str, name: &'static str, number: i32) -> Prop {
    Prop::Enum(types::system_enum(ty), name, number)
}

fn path(text: &str) -> Prop {
    types::object(
        types::LOCAL_LONG_FULL_PATH,
        text,
        vec![
            ("PathName", Prop::text(text)),
            ("IsLocalFull", Prop::Bool(true)),
            ("IsUnc", Prop::Bool(false)),
            ("DriveName", Prop::text("C:")),
        ],
        372,
    )
}

fn host(name: &str) -> Prop {
    types::object(types::FQDN, name, vec![("Domain", Prop::text(name))], 210)
}

fn capability(domain: &str) -> Prop {
    types::object(
        types::DOMAIN_CAPABILITIES,
        format!("{domain}:AcceptCloudServicesMail"),
        vec![
            ("Domain", Prop::text(domain)),
            ("Capabilities", Prop::text("AcceptCloudServicesMail")),
            ("SmtpX509Identifier", Prop::Null),
        ],
        390,
    )
}
