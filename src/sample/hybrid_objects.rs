//! What the hybrid wizard and an administrator of a hybrid leave behind, and the numbers of mailboxes
//! and users.
//!
//! Property names and types: exports of 2019 organizations (HybridConfiguration, SettingOverride),
//! Format-List texts and the cmdlets' reference (the others). Values: as the wizard and
//! `ConfigureExchangeHybridApplication.ps1` leave them (controls catalogue, sections 3, 6 and 7).

use chrono::{Duration, TimeZone as _, Utc};

use crate::model::Plane;

use super::der::{self, Certificate};
use super::estate::{Exposure, Organization, Place, Role, Server};
use super::object::{Object, Prop};
use super::organization_objects::smtp_domains;
use super::random::Random;
use super::types;

/// The name of the policy that blocks legacy authentication.
const BLOCK_LEGACY: &str = "Block legacy authentication";

const PROTOCOLS: [(&str, &str); 8] = [
    ("BlockLegacyAuthActiveSync", "BlockModernAuthActiveSync"),
    ("BlockLegacyAuthAutodiscover", "BlockModernAuthAutodiscover"),
    ("BlockLegacyAuthImap", "BlockModernAuthImap"),
    ("BlockLegacyAuthMapi", "BlockModernAuthMapi"),
    (
        "BlockLegacyAuthOfflineAddressBook",
        "BlockModernAuthOfflineAddressBook",
    ),
    ("BlockLegacyAuthPop", "BlockModernAuthPop"),
    ("BlockLegacyAuthRpc", "BlockModernAuthRpc"),
    ("BlockLegacyAuthWebServices", "BlockModernAuthWebServices"),
];

const ALLOW_BASIC: [&str; 13] = [
    "AllowBasicAuthActiveSync",
    "AllowBasicAuthAutodiscover",
    "AllowBasicAuthImap",
    "AllowBasicAuthMapi",
    "AllowBasicAuthOfflineAddressBook",
    "AllowBasicAuthOutlookService",
    "AllowBasicAuthPop",
    "AllowBasicAuthReportingWebServices",
    "AllowBasicAuthRest",
    "AllowBasicAuthRpc",
    "AllowBasicAuthSmtp",
    "AllowBasicAuthWebServices",
    "AllowBasicAuthPowershell",
];

const FEATURES: [(&str, i32); 8] = [
    ("FreeBusy", 0),
    ("MoveMailbox", 1),
    ("Mailtips", 2),
    ("MessageTracking", 3),
    ("OwaRedirection", 4),
    ("OnlineArchive", 5),
    ("SecureMail", 6),
    ("Photos", 8),
];

impl Organization {
    /// Everything of this file.
    pub(super) fn hybrid_objects(&self) -> Vec<Object> {
        let mut all = vec![
            self.hybrid_configuration(),
            self.hybrid_override(),
            self.availability_address_space(),
            self.counts_of_mailboxes(),
            self.counts_of_users(),
        ];
        for plane in [Plane::Onprem, Plane::Cloud] {
            all.push(self.intra_organization_configuration(plane));
            all.push(self.federation_trust(plane));
            all.push(self.federated_organization(plane));
            all.push(self.authentication_policy(plane));
        }
        all
    }

    /// The policy that `DefaultAuthenticationPolicy` names.
    pub(super) fn default_authentication_policy(&self, plane: Plane) -> Prop {
        let dn = self.distinguished_name(plane, BLOCK_LEGACY, "CN=Auth Policies");
        self.reference(plane, BLOCK_LEGACY, &dn)
    }

    /// Where hybrid mail goes in and out: the servers for Exchange Online, or all.
    pub(super) fn transport_servers(&self) -> Vec<&Server> {
        let mailbox = |server: &&Server| server.role == Role::Mailbox;
        let chosen: Vec<&Server> = self
            .servers
            .iter()
            .filter(mailbox)
            .filter(|server| server.exposure == Exposure::ExoOnly)
            .collect();
        match chosen.is_empty() {
            true => self.servers.iter().filter(mailbox).take(1).collect(),
            false => chosen,
        }
    }

    /// The certificate that hybrid mail flow shows, which each of those servers has.
    pub(super) fn hybrid_certificate(&self) -> Prop {
        let name = self
            .transport_servers()
            .first()
            .map_or_else(|| self.domain.clone(), |server| self.namespace(server));
        let subject = format!("CN={name}");
        types::x509_identifier(&subject, &subject)
    }

    pub(super) fn server_references(&self, servers: &[&Server]) -> Prop {
        Prop::List(
            types::AD_OBJECT_IDS,
            servers
                .iter()
                .map(|server| self.server_reference(&server.name))
                .collect(),
        )
    }

    fn hybrid_configuration(&self) -> Object {
        let servers = self.transport_servers();
        let features = FEATURES.map(|(name, number)| {
            Prop::Enum(
                "Microsoft.Exchange.Data.Directory.SystemConfiguration.HybridFeature",
                name,
                number,
            )
        });
        let own = vec![
            ("ClientAccessServers", self.server_references(&[])),
            ("EdgeTransportServers", self.server_references(&[])),
            (
                "ReceivingTransportServers",
                self.server_references(&servers),
            ),
            ("SendingTransportServers", self.server_references(&servers)),
            (
                "OnPremisesSmartHost",
                types::smtp_domain(&format!("hybrid.{}", self.domain)),
            ),
            ("Domains", smtp_domains(std::slice::from_ref(&self.domain))),
            ("Features", Prop::List(types::VALUES, features.to_vec())),
            ("ExternalIPAddresses", types::list(Vec::new())),
            ("TlsCertificateName", self.hybrid_certificate()),
            ("ServiceInstance", Prop::Int(0)),
        ];
        let name = "Hybrid Configuration";
        let place = Place {
            name,
            path: "CN=Hybrid Configuration",
            class: "msExchCoexistenceRelationship",
            category: "ms-Exch-Coexistence-Relationship",
            version: (0, 20, "15.0.0.0"),
            shown: name,
        };
        self.directory_object(
            "HybridConfiguration",
            Plane::Onprem,
            types::HYBRID_CONFIGURATION,
            own,
            &place,
            33_000,
        )
    }

    /// The switch that makes servers use the dedicated application.
    fn hybrid_override(&self) -> Object {
        let (component, section) = ("Global", "ExchangeOnpremAsThirdPartyAppId");
        let by = format!("{}/Users/Administrator", self.domain);
        let reason = "Enable dedicated Exchange hybrid app feature";
        let own = vec![
            ("ComponentName", Prop::text(component)),
            ("SectionName", Prop::text(section)),
            ("AppId", Prop::text("EXO")),
            ("FlightName", Prop::Null),
            ("ModifiedBy", Prop::text(by.as_str())),
            ("Reason", Prop::text(reason)),
            ("MinVersion", Prop::Null),
            ("MaxVersion", Prop::Null),
            ("FixVersion", Prop::Null),
            ("Server", Prop::Null),
            ("IsFlight", Prop::Bool(false)),
            ("Parameters", Prop::strings(["Enabled=true"])),
            (
                "Status",
                Prop::Enum(
                    "Microsoft.Exchange.Data.Directory.SystemConfiguration.ConfigurationSettings.SettingOverrideStatus",
                    "Accepted",
                    3,
                ),
            ),
            (
                "XmlRaw",
                Prop::text(format!(
                    "<S CN=\"{component}\" SN=\"{section}\" MB=\"{by}\" R=\"{reason}\"><Ps><P>Enabled=true</P></Ps></S>"
                )),
            ),
        ];
        let name = "EnableExchangeHybrid3PAppFeature";
        let place = Place {
            name,
            path: "CN=Setting Overrides,CN=Global Settings",
            class: "msExchConfigSettings",
            category: "ms-Exch-Config-Settings",
            version: (0, 1, "8.0.535.0"),
            shown: name,
        };
        self.directory_object(
            "SettingOverride",
            Plane::Onprem,
            types::SETTING_OVERRIDE,
            own,
            &place,
            14_000,
        )
    }

    /// Another forest's free/busy, through the service account and without stored credentials.
    fn availability_address_space(&self) -> Object {
        let forest = format!("legacy.{}", self.domain);
        let own = vec![
            ("ForestName", Prop::text(forest.as_str())),
            ("UserName", Prop::text("")),
            ("UseServiceAccount", Prop::Bool(true)),
            (
                "AccessMethod",
                Prop::Enum(
                    "Microsoft.Exchange.Data.Directory.SystemConfiguration.AvailabilityAccessMethod",
                    "InternalProxy",
                    5,
                ),
            ),
            (
                "ProxyUrl",
                Prop::Uri(format!("https://outlook.{}/EWS/Exchange.asmx", self.domain)),
            ),
            ("TargetAutodiscoverEpr", Prop::Null),
            ("TargetServiceEpr", Prop::Null),
            ("TargetTenantId", Prop::text("")),
            ("Credentials", Prop::Null),
            ("ParentPathId", Prop::text("CN=Availability Configuration")),
        ];
        let place = Place {
            name: &forest,
            path: "CN=Availability Configuration",
            class: "msExchAvailabilityAddressSpace",
            category: "ms-Exch-Availability-Address-Space",
            version: (0, 1, "8.0.535.0"),
            shown: &forest,
        };
        self.directory_object(
            "AvailabilityAddressSpace",
            Plane::Onprem,
            types::AVAILABILITY_ADDRESS_SPACE,
            own,
            &place,
            12_000,
        )
    }

    fn intra_organization_configuration(&self, plane: Plane) -> Object {
        let online = "https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc";
        let onprem = format!("https://hybrid.{}", self.domain);
        let ready = |flag: bool| match plane {
            Plane::Cloud => Prop::Null,
            _ => Prop::Bool(flag),
        };
        let own = vec![
            ("OnlineDiscoveryEndpoint", Prop::Uri(online.to_owned())),
            ("OnlineTargetAddress", Prop::text(self.routing_domain())),
            (
                "OnPremiseTargetAddresses",
                smtp_domains(std::slice::from_ref(&self.domain)),
            ),
            (
                "OnPremiseDiscoveryEndpoint",
                Prop::Uri(format!("{onprem}/autodiscover/autodiscover.svc")),
            ),
            (
                "OnPremiseWebServiceEndpoint",
                Prop::Uri(format!("{onprem}/EWS/Exchange.asmx")),
            ),
            ("DeploymentIsCompleteIOCReady", ready(true)),
            ("HasNonIOCReadyExchangeCASServerVersions", ready(false)),
            ("HasNonIOCReadyExchangeMailboxServerVersions", ready(false)),
        ];
        let place = Place {
            name: "Intra Organization Configuration",
            path: "",
            class: "msExchIntraOrganizationConnector",
            category: "ms-Exch-Intra-Organization-Connector",
            version: (0, 20, "15.0.0.0"),
            shown: "Intra Organization Configuration",
        };
        self.directory_object(
            "IntraOrganizationConfiguration",
            plane,
            types::INTRA_ORGANIZATION_CONFIGURATION,
            own,
            &place,
            9_000,
        )
    }

    fn federation_trust(&self, plane: Plane) -> Object {
        let name = match plane {
            Plane::Cloud => "MicrosoftOnline",
            _ => "Microsoft Federation Gateway",
        };
        let from = Utc
            .with_ymd_and_hms(2025, 4, 2, 8, 0, 0)
            .single()
            .unwrap_or_default();
        let certificate = |common_name: &str| {
            let made = Certificate {
                common_name,
                dns_names: &[],
                not_before: from,
                not_after: from + Duration::days(1800),
            };
            let mut random = Random::named(self.seed, &format!("trust/{plane}/{common_name}"));
            der::certificate(&made, &mut random)
        };
        let own_certificate = certificate("Federation");
        let thumbprint = der::thumbprint(&own_certificate);
        let gateway =
            "https://nexus.microsoftonline-p.com/federationmetadata/2006-12/federationmetadata.xml";
        let (application, uri, own_certificate, thumbprint) = match plane {
            // The shared identity of Exchange Online (controls catalogue, ORG-004).
            Plane::Cloud => (
                "260563",
                "outlook.com".to_owned(),
                Prop::Null,
                String::new(),
            ),
            _ => (
                "000000004C0DA1B2",
                format!("FYDIBOHF25SPDLT.{}", self.domain),
                Prop::Certificate(own_certificate),
                thumbprint,
            ),
        };
        let own = vec![
            ("ApplicationIdentifier", Prop::text(application)),
            ("ApplicationUri", Prop::Uri(uri)),
            ("OrgCertificate", own_certificate),
            ("OrgNextCertificate", Prop::Null),
            ("OrgPrevCertificate", Prop::Null),
            ("OrgPrivCertificate", Prop::text(thumbprint)),
            ("OrgNextPrivCertificate", Prop::text("")),
            ("OrgPrevPrivCertificate", Prop::text("")),
            (
                "TokenIssuerCertificate",
                Prop::Certificate(certificate("sts.windows.net")),
            ),
            ("TokenIssuerPrevCertificate", Prop::Null),
            ("PolicyReferenceUri", Prop::text("EX_MBI_FED_SSL")),
            ("TokenIssuerMetadataEpr", Prop::Uri(gateway.to_owned())),
            ("MetadataPollInterval", types::time_span(86_400)),
            (
                "TokenIssuerType",
                Prop::Enum(
                    "Microsoft.Exchange.Data.Directory.SystemConfiguration.FederationTrust+PartnerSTSType",
                    "LiveId",
                    0,
                ),
            ),
            (
                "TokenIssuerUri",
                Prop::Uri("urn:federation:MicrosoftOnline".to_owned()),
            ),
            (
                "TokenIssuerEpr",
                Prop::Uri("https://login.microsoftonline.com/extSTS.srf".to_owned()),
            ),
            (
                "WebRequestorRedirectEpr",
                Prop::Uri("https://login.microsoftonline.com/login.srf".to_owned()),
            ),
            ("MetadataEpr", Prop::Null),
            ("MetadataPutEpr", Prop::Null),
            ("TokenIssuerCertReference", Prop::text("stscer")),
            ("TokenIssuerPrevCertReference", Prop::text("")),
            (
                "NamespaceProvisioner",
                Prop::Enum(
                    "Microsoft.Exchange.Data.Directory.SystemConfiguration.FederationTrust+NamespaceProvisionerType",
                    "LiveDomainServices2",
                    2,
                ),
            ),
            ("TimesOfUnmatchPartner", Prop::Int(0)),
        ];
        let place = Place {
            name,
            path: "CN=Federation Trusts",
            class: "msExchFedTrust",
            category: "ms-Exch-Fed-Trust",
            version: (0, 10, "14.0.100.0"),
            shown: name,
        };
        self.directory_object(
            "FederationTrust",
            plane,
            types::FEDERATION_TRUST,
            own,
            &place,
            21_000,
        )
    }

    fn federated_organization(&self, plane: Plane) -> Object {
        let namespace = format!("FYDIBOHF25SPDLT.{}", self.domain);
        let trust = self.distinguished_name(
            plane,
            "Microsoft Federation Gateway",
            "CN=Federation Trusts",
        );
        let (namespace, domains) = match plane {
            Plane::Cloud => (
                format!("{}.onmicrosoft.com", self.tenant),
                vec![
                    format!("{}.onmicrosoft.com", self.tenant),
                    self.routing_domain(),
                ],
            ),
            _ => (namespace.clone(), vec![namespace, self.domain.clone()]),
        };
        let own = vec![
            ("AccountNamespace", types::smtp_domain(&namespace)),
            ("Domains", smtp_domains(&domains)),
            ("DefaultDomain", Prop::Null),
            ("Enabled", Prop::Bool(true)),
            ("OrganizationContact", types::smtp_address("")),
            (
                "DelegationTrustLink",
                self.reference(plane, "Microsoft Federation Gateway", &trust),
            ),
        ];
        let place = Place {
            name: "Federation",
            path: "",
            class: "msExchFedOrgId",
            category: "ms-Exch-Fed-OrgId",
            version: (0, 10, "14.0.100.0"),
            shown: "Federation",
        };
        self.directory_object(
            "FederatedOrganizationIdentifier",
            plane,
            types::FEDERATED_ORGANIZATION,
            own,
            &place,
            14_000,
        )
    }

    fn authentication_policy(&self, plane: Plane) -> Object {
        let own = match plane {
            Plane::Cloud => ALLOW_BASIC.map(|name| (name, Prop::Bool(false))).to_vec(),
            _ => PROTOCOLS
                .iter()
                .flat_map(|(legacy, modern)| {
                    [(*legacy, Prop::Bool(true)), (*modern, Prop::Bool(false))]
                })
                .collect(),
        };
        let place = Place {
            name: BLOCK_LEGACY,
            path: "CN=Auth Policies",
            class: "msExchAuthPolicy",
            category: "ms-Exch-Auth-Policy",
            version: (0, 20, "15.0.0.0"),
            shown: BLOCK_LEGACY,
        };
        self.directory_object(
            "AuthenticationPolicy",
            plane,
            types::AUTHENTICATION_POLICY,
            own,
            &place,
            11_000,
        )
    }

    /// What the export script writes of mailboxes: numbers.
    fn counts_of_mailboxes(&self) -> Object {
        let all = 150 * self.servers.len() as i32;
        let inherited = Prop::Counts(vec![("false", 0), ("true", 0), ("unset", all)]);
        let on = |off: i32| Prop::Counts(vec![("false", off), ("true", all - off)]);
        self.counts(
            "CASMailbox",
            types::CAS_MAILBOX,
            vec![
                ("Count", Prop::Int(all)),
                ("MapiHttpEnabled", inherited),
                ("MAPIEnabled", on(0)),
                ("OWAEnabled", on(3)),
                ("ECPEnabled", on(0)),
                ("EwsEnabled", Prop::Counts(vec![("unset", all)])),
                ("ActiveSyncEnabled", on(all / 10)),
                ("OWAforDevicesEnabled", on(0)),
                ("PopEnabled", on(all)),
                ("ImapEnabled", on(all)),
            ],
        )
    }

    fn counts_of_users(&self) -> Object {
        let all = 160 * self.servers.len() as i32;
        self.counts(
            "User",
            types::USER,
            vec![
                ("Count", Prop::Int(all)),
                ("AuthenticationPolicy", Prop::Counts(vec![("unset", all)])),
                (
                    "RemotePowerShellEnabled",
                    Prop::Counts(vec![("false", all - 4), ("true", 4)]),
                ),
            ],
        )
    }

    fn counts(
        &self,
        kind: &'static str,
        chain: &'static [&'static str],
        properties: Vec<(&'static str, Prop)>,
    ) -> Object {
        Object {
            kind,
            plane: Plane::Onprem,
            server: None,
            types: chain,
            to_string: kind.to_owned(),
            properties,
            hidden: Vec::new(),
            notes: Vec::new(),
            blob: 0,
        }
    }
}
