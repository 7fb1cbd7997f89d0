//! What each server has beside its directories: the server object, its build, its certificates.
//!
//! Property names and types: exports of a 2019 CU11 server.

use chrono::{Duration, TimeZone as _, Utc};

use crate::model::Plane;

use super::der::{self, Certificate};
use super::estate::{Organization, Place, Role, Server};
use super::object::{Object, Prop};
use super::random::Random;
use super::types;

impl Organization {
    /// `Get-ExchangeServer`.
    pub(super) fn exchange_server(&self, server: &Server) -> Object {
        let edge = server.role == Role::Edge;
        let fqdn = self.fqdn(&server.name);
        let (role, number) = if edge { ("Edge", 64) } else { ("Mailbox", 2) };
        let dcs = || Prop::strings([self.session.domain_controller.as_str()]);
        let site = format!("{}/Configuration/Sites/Berlin", self.domain);
        let site_dn = format!(
            "CN=Berlin,CN=Sites,CN=Configuration,{}",
            self.domain
                .split('.')
                .map(|label| format!("DC={label}"))
                .collect::<Vec<_>>()
                .join(",")
        );
        let data_path =
            "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Mailbox\\Mailbox Database 01";
        let own = vec![
            ("Name", Prop::text(server.name.as_str())),
            (
                "DataPath",
                types::object(
                    types::LOCAL_LONG_FULL_PATH,
                    data_path,
                    vec![
                        ("PathName", Prop::text(data_path)),
                        ("IsLocalFull", Prop::Bool(true)),
                        ("IsUnc", Prop::Bool(false)),
                        ("DriveName", Prop::text("C:")),
                    ],
                    372,
                ),
            ),
            ("Domain", Prop::text(self.domain.as_str())),
            (
                "Edition",
                Prop::Enum("Microsoft.Exchange.Data.ServerEditionType", "Standard", 1),
            ),
            (
                "ExchangeLegacyDN",
                Prop::text(format!(
                    "/o={}/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Configuration/cn=Servers/cn={}",
                    self.title, server.name
                )),
            ),
            ("ExchangeLegacyServerRole", Prop::Int(0)),
            ("Fqdn", Prop::text(fqdn.as_str())),
            ("CustomerFeedbackEnabled", Prop::Bool(false)),
            ("InternetWebProxy", Prop::Null),
            ("InternetWebProxyBypassList", Prop::Null),
            ("IsHubTransportServer", Prop::Bool(!edge)),
            ("IsClientAccessServer", Prop::Bool(!edge)),
            ("IsExchange2007OrLater", Prop::Bool(true)),
            ("IsEdgeServer", Prop::Bool(edge)),
            ("IsMailboxServer", Prop::Bool(!edge)),
            ("IsE14OrLater", Prop::Bool(true)),
            ("IsE15OrLater", Prop::Bool(true)),
            ("IsProvisionedServer", Prop::Bool(false)),
            ("IsUnifiedMessagingServer", Prop::Bool(false)),
            ("IsFrontendTransportServer", Prop::Bool(!edge)),
            ("NetworkAddress", self.network_addresses(server, &fqdn)),
            (
                "OrganizationalUnit",
                Prop::text(format!("{}/{}", self.domain, server.name)),
            ),
            (
                "AdminDisplayVersion",
                types::server_version(server.build.update),
            ),
            ("Site", self.reference(Plane::Onprem, &site, &site_dn)),
            (
                "ServerRole",
                Prop::Enum(
                    "Microsoft.Exchange.Data.Directory.SystemConfiguration.ServerRole",
                    role,
                    number,
                ),
            ),
            ("ErrorReportingEnabled", Prop::Bool(false)),
            ("MitigationsEnabled", Prop::Bool(true)),
            ("StaticDomainControllers", Prop::strings::<&str>([])),
            ("StaticGlobalCatalogs", Prop::strings::<&str>([])),
            ("StaticConfigDomainController", Prop::text("")),
            ("StaticExcludedDomainControllers", Prop::strings::<&str>([])),
            ("MonitoringGroup", Prop::text("")),
            ("CurrentDomainControllers", dcs()),
            ("CurrentGlobalCatalogs", dcs()),
            (
                "CurrentConfigDomainController",
                Prop::text(self.session.domain_controller.as_str()),
            ),
            ("ProductID", Prop::text("02064-110-5000001-75001")),
            ("IsExchangeTrialEdition", Prop::Bool(false)),
            ("IsExpiredExchangeTrialEdition", Prop::Bool(false)),
            ("MailboxProvisioningAttributes", Prop::Null),
            ("RemainingTrialPeriod", types::time_span(0)),
            (
                "MitigationsAppliedTime",
                Prop::Utc(self.moment("mitigations", &server.name)),
            ),
            ("MitigationsApplied", Prop::strings(["PING1"])),
            ("MitigationsBlocked", Prop::Null),
            ("DataCollectionEnabled", Prop::Bool(false)),
        ];
        let path = self.server_path(&server.name);
        let path = path.split_once(',').map_or("", |(_, rest)| rest);
        let mut object = self.directory_object(
            "ExchangeServer",
            Plane::Onprem,
            types::EXCHANGE_SERVER,
            own,
            &Place {
                name: &server.name,
                path,
                class: "msExchExchangeServer",
                category: "ms-Exch-Exchange-Server",
                version: (0, 1, "8.0.535.0"),
                shown: &server.name,
            },
            68_400,
        );
        object.set(
            "ObjectClass",
            Prop::strings(["top", "server", "msExchExchangeServer"]),
        );
        object
    }

    fn network_addresses(&self, server: &Server, fqdn: &str) -> Prop {
        let address = |protocol: &'static str, display: &'static str, address: &str| {
            types::object(
                types::NETWORK_ADDRESS,
                format!("{protocol}:{address}"),
                vec![
                    ("ProtocolName", Prop::text(protocol)),
                    ("DisplayName", Prop::text(display)),
                    ("AddressString", Prop::text(address)),
                ],
                0,
            )
        };
        Prop::List(
            types::NETWORK_ADDRESSES,
            vec![
                address("ncacn_vns_spp", "Vines SPP", &server.name),
                address("netbios", "NetBIOS", &server.name),
                address("ncacn_np", "Named Pipes", &server.name),
                address("ncacn_spx", "SPX", &server.name),
                address("ncacn_ip_tcp", "TCP/IP", fqdn),
                address("ncalrpc", "Local", &server.name),
            ],
        )
    }

    /// `ExSetup.exe`'s file version, read on the server.
    pub(super) fn server_version(&self, server: &Server) -> Object {
        let [a, b, c, d] = server.build.setup;
        let version = format!("{a}.{b:02}.{c:04}.{d:03}");
        let path = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\bin\\ExSetup.exe";
        let line = |name: &str, value: &str| format!("{:<18}{value}\r\n", format!("{name}:"));
        let to_string: String = [
            ("File", path),
            ("InternalName", "ExSetup.exe"),
            ("OriginalFilename", "ExSetup.exe"),
            ("FileVersion", &version),
            ("FileDescription", ""),
            ("Product", "Microsoft® Exchange"),
            ("ProductVersion", &version),
            ("Debug", "False"),
            ("Patched", "False"),
            ("PreRelease", "False"),
            ("PrivateBuild", "False"),
            ("SpecialBuild", "False"),
            ("Language", "Language Neutral"),
        ]
        .into_iter()
        .map(|(name, value)| line(name, value))
        .collect();
        let raw = Prop::Version(server.build.text());
        let part = |n: u32| Prop::Int(n as i32);
        Object {
            kind: "ServerVersion",
            plane: Plane::Host,
            server: Some(server.name.clone()),
            types: types::FILE_VERSION_INFO,
            to_string,
            properties: vec![
                ("Comments", Prop::text("Service Pack 2")),
                ("CompanyName", Prop::text("Microsoft Corporation")),
                ("FileBuildPart", part(c)),
                ("FileDescription", Prop::text("")),
                ("FileMajorPart", part(a)),
                ("FileMinorPart", part(b)),
                ("FileName", Prop::text(path)),
                ("FilePrivatePart", part(d)),
                ("FileVersion", Prop::text(version.as_str())),
                ("InternalName", Prop::text("ExSetup.exe")),
                ("IsDebug", Prop::Bool(false)),
                ("IsPatched", Prop::Bool(false)),
                ("IsPrivateBuild", Prop::Bool(false)),
                ("IsPreRelease", Prop::Bool(false)),
                ("IsSpecialBuild", Prop::Bool(false)),
                ("Language", Prop::text("Language Neutral")),
                (
                    "LegalCopyright",
                    Prop::text("© Microsoft Corporation. All rights reserved."),
                ),
                (
                    "LegalTrademarks",
                    Prop::text("Microsoft® is a registered trademark."),
                ),
                ("OriginalFilename", Prop::text("ExSetup.exe")),
                ("PrivateBuild", Prop::text("")),
                ("ProductBuildPart", part(c)),
                ("ProductMajorPart", part(a)),
                ("ProductMinorPart", part(b)),
                ("ProductName", Prop::text("Microsoft® Exchange")),
                ("ProductPrivatePart", part(d)),
                ("ProductVersion", Prop::text(version.as_str())),
                ("SpecialBuild", Prop::text("")),
            ],
            hidden: Vec::new(),
            notes: vec![
                ("FileVersionRaw", raw.clone()),
                ("ProductVersionRaw", raw),
                ("PSComputerName", Prop::text(self.fqdn(&server.name))),
            ],
            blob: 0,
        }
    }

    /// The certificate that signs the organization's tokens; one for all servers.
    pub(super) fn auth_certificate(&self) -> Vec<u8> {
        let mut random = Random::named(self.seed, "auth certificate");
        // Five years, as `New-ExchangeCertificate` makes it, and far from either end of the story.
        let from = Utc
            .with_ymd_and_hms(2025, 3, 4, 9, 30, 0)
            .single()
            .unwrap_or_default();
        der::certificate(
            &Certificate {
                common_name: "Microsoft Exchange Server Auth Certificate",
                dns_names: &[],
                not_before: from,
                not_after: from + Duration::days(1800),
            },
            &mut random,
        )
    }

    /// `Get-ExchangeCertificate -Server`: the Auth certificate (not on Edge) and the server's own.
    pub(super) fn certificates(&self, server: &Server) -> Vec<Object> {
        let mut random = Random::named(self.seed, &format!("certificate/{}", server.name));
        let from = self.moment("certificate", &server.name) + Duration::days(400);
        let fqdn = self.fqdn(&server.name);
        let names = match server.role {
            Role::Edge => vec![fqdn.clone()],
            Role::Mailbox => vec![self.namespace(server), fqdn.clone()],
        };
        let own = der::certificate(
            &Certificate {
                common_name: &names[0],
                dns_names: &names,
                not_before: from,
                not_after: from + Duration::days(825),
            },
            &mut random,
        );
        let mut all = Vec::new();
        if server.role == Role::Mailbox {
            let subject = "Microsoft Exchange Server Auth Certificate";
            all.push(self.certificate(server, self.auth_certificate(), subject));
        }
        all.push(self.certificate(server, own, &names[0]));
        all
    }

    /// One more certificate of a server, for known changes.
    pub(super) fn spare_certificate(&self, server: &Server, serial: usize) -> Vec<u8> {
        let mut random = Random::named(self.seed, &format!("spare/{}/{serial}", server.name));
        let from = self.moment("spare", &server.name);
        der::certificate(
            &Certificate {
                common_name: &format!("spare{serial}.example.com"),
                dns_names: &[],
                not_before: from,
                not_after: from + Duration::days(2000),
            },
            &mut random,
        )
    }

    /// A certificate object: `RawData` and nothing else of its own.
    pub(super) fn certificate(&self, server: &Server, raw: Vec<u8>, common_name: &str) -> Object {
        let block = |title: &str, value: &str| format!("[{title}]\r\n  {value}\r\n\r\n");
        let subject = format!("CN={common_name}");
        let to_string = [
            block("Subject", &subject),
            block("Issuer", &subject),
            block("Serial Number", &der::serial_number(&raw)),
            block("Thumbprint", &der::thumbprint(&raw)),
        ]
        .concat();
        let member =
            |ty: &'static str, name: &'static str, number: i32| Prop::Enum(ty, name, number);
        let services = member(
            "Microsoft.Exchange.Management.SystemConfigurationTasks.AllowedServices",
            if common_name.starts_with("Microsoft") {
                "SMTP"
            } else {
                "IIS, SMTP"
            },
            if common_name.starts_with("Microsoft") {
                4
            } else {
                12
            },
        );
        let status = member(
            "Microsoft.Exchange.Management.SystemConfigurationTasks.CertificateStatus",
            "Valid",
            1,
        );
        let root = member(
            "Microsoft.Exchange.Management.SystemConfigurationTasks.CertificateAuthorityType",
            "None",
            1,
        );
        Object {
            kind: "ExchangeCertificate",
            plane: Plane::Onprem,
            server: Some(server.name.clone()),
            types: types::EXCHANGE_CERTIFICATE,
            to_string: to_string.trim_end_matches("\r\n").to_owned() + "\r\n",
            hidden: vec![
                ("Thumbprint", Prop::text(der::thumbprint(&raw))),
                ("Services", services),
                ("Status", status),
                ("RootCAType", root),
                ("HasPrivateKey", Prop::Bool(true)),
                ("PrivateKeyExportable", Prop::Bool(false)),
            ],
            properties: vec![("RawData", Prop::Bytes(raw))],
            notes: self.notes(),
            blob: 2_760,
        }
    }
}
