//! What the organization has once: trust in tokens, connectors, domains; on both sides of the hybrid.
//!
//! Property names and types: exports of a 2019 CU11 organization (PartnerApplication, AuthConfig,
//! AcceptedDomain, OrganizationConfig), Format-List texts (connector, relationship), names seen in a live
//! tenant (AuthServer). Values: as the hybrid wizard leaves them (`cu-behaviour` section 2.5).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{Duration, TimeZone as _, Utc};

use crate::model::Plane;

use super::defaults;
use super::der::{self, Certificate};
use super::estate::{Organization, Place};
use super::object::{Object, Prop};
use super::random::Random;
use super::types;

/// Exchange Online's application identifier.
pub const EXCHANGE_ONLINE: &str = "00000002-0000-0ff1-ce00-000000000000";
/// Microsoft Graph's application identifier.
pub const MICROSOFT_GRAPH: &str = "00000003-0000-0000-c000-000000000000";
/// The Teams scheduler's application identifier.
pub const TEAMS_SCHEDULER: &str = "7557eb47-c689-4224-abcf-aef9bd7573df";
/// Cloud voicemail's application identifier.
pub const CLOUD_VOICEMAIL: &str = "db7de2b5-2149-435e-8043-e080dd50afae";

/// `ActAsPermissions` of Microsoft Graph as the wizard writes them (controls catalogue, table 5.1).
const GRAPH_PERMISSIONS: &str = "Mail.Read Mail.Write Mail.Send Calendars.Read Calendars.ReadWrite \
     Calendars.Read.Shared Calendars.ReadWrite.Shared Contacts.Read Contacts.ReadWrite \
     Contacts.Read.Shared Contacts.ReadWrite.Shared Mail.ReadWrite Calendars.Write Contacts.Write \
     Sites.Read.All Sites.ReadWrite.All User.Read User.ReadWrite User.ReadBasic.All User.Read.All \
     User.ReadWrite.All Group.Read.All Group.ReadWrite.All People.Read People.ReadWrite \
     MailboxSettings.ReadWrite Privilege.SkipClientAccessRules Tasks.Read Tasks.ReadWrite";

const PARTNER_PATH: &str = "CN=Partner Applications,CN=Auth Configuration";

impl Organization {
    /// The tenant's GUID.
    pub(super) fn tenant_guid(&self) -> String {
        Random::named(self.seed, "tenant").guid()
    }

    /// The name that the wizard gives to an object of this organization: `HybridIOC - <GUID>`.
    pub(super) fn wizard_name(&self, prefix: &str) -> String {
        format!("{prefix} - {}", Random::named(self.seed, "wizard").guid())
    }

    /// Everything that the organization and its tenant have once.
    pub(super) fn organization_objects(&self) -> Vec<Object> {
        let mut all = vec![
            self.auth_server("ACS", "MicrosoftACS"),
            self.auth_server("EvoSts", "AzureAD"),
            self.auth_config(),
            self.partner_application(Plane::Onprem, "Exchange Online", EXCHANGE_ONLINE),
            self.partner_application(Plane::Onprem, "Microsoft Graph", MICROSOFT_GRAPH),
            self.partner_application(Plane::Onprem, "TeamsScheduler", TEAMS_SCHEDULER),
            self.partner_application(Plane::Onprem, "CloudVoicemail", CLOUD_VOICEMAIL),
            self.partner_application(Plane::Cloud, "Microsoft Graph", MICROSOFT_GRAPH),
        ];
        for plane in [Plane::Onprem, Plane::Cloud] {
            all.push(self.connector(plane));
            all.push(self.relationship(plane));
            all.push(self.organization_config(plane));
        }
        let (routing, initial) = (
            self.routing_domain(),
            format!("{}.onmicrosoft.com", self.tenant),
        );
        for domain in [&self.domain, &routing] {
            all.push(self.accepted_domain(Plane::Onprem, domain));
        }
        for domain in [&self.domain, &routing, &initial] {
            all.push(self.accepted_domain(Plane::Cloud, domain));
        }
        all
    }

    /// `Get-AuthServer`: an issuer of tokens. `prefix` is `ACS` or `EvoSts`.
    pub(super) fn auth_server(&self, prefix: &str, ty: &'static str) -> Object {
        let name = self.wizard_name(prefix);
        let tenant = self.tenant_guid();
        let evo = ty == "AzureAD";
        let (issuer, metadata, token, authorize) = if evo {
            (
                format!("https://sts.windows.net/{tenant}/"),
                format!(
                    "https://login.windows.net/{}.onmicrosoft.com/federationmetadata/2007-06/federationmetadata.xml",
                    self.tenant
                ),
                String::new(),
                format!("https://login.windows.net/{tenant}/oauth2/authorize"),
            )
        } else {
            (
                "00000001-0000-0000-c000-000000000000".to_owned(),
                format!("https://accounts.accesscontrol.windows.net/{tenant}/metadata/json/1"),
                format!("https://accounts.accesscontrol.windows.net/{tenant}/tokens/oauth/2"),
                String::new(),
            )
        };
        let numbers = [
            "Unknown",
            "MicrosoftACS",
            "Facebook",
            "LinkedIn",
            "ADFS",
            "AzureAD",
        ];
        let number = numbers.iter().position(|n| *n == ty).unwrap_or(0) as i32;
        let signing = self.signing_certificates(prefix);
        let own = vec![
            ("IssuerIdentifier", Prop::text(issuer)),
            (
                "CertificateBytes",
                Prop::List(
                    types::STRINGS,
                    signing.iter().cloned().map(Prop::Bytes).collect(),
                ),
            ),
            (
                "CertificateStrings",
                Prop::strings(signing.iter().map(|der| STANDARD.encode(der))),
            ),
            ("RsaKeyModulusExponents", Prop::strings::<&str>([])),
            ("CurrentEncryptedAppSecret", Prop::Null),
            ("PreviousEncryptedAppSecret", Prop::Null),
            ("TokenIssuingEndpoint", Prop::text(token)),
            ("AuthorizationEndpoint", Prop::text(authorize)),
            ("ApplicationIdentifier", Prop::text("")),
            ("AuthMetadataUrl", Prop::text(metadata)),
            ("Realm", Prop::text(tenant)),
            (
                "Type",
                Prop::Enum(
                    "Microsoft.Exchange.Data.Directory.SystemConfiguration.AuthServerType",
                    ty,
                    number,
                ),
            ),
            ("Enabled", Prop::Bool(true)),
            ("IsDefaultAuthorizationEndpoint", Prop::Bool(evo)),
            ("DomainName", Prop::strings::<&str>([])),
            ("TimesOfUnmatchPartner", Prop::Int(0)),
        ];
        let place = Place {
            name: &name,
            path: "CN=Auth Servers,CN=Auth Configuration",
            class: "msExchAuthAuthServer",
            category: "ms-Exch-Auth-Auth-Server",
            version: (0, 20, "15.0.0.0"),
            shown: &name,
        };
        self.directory_object(
            "AuthServer",
            Plane::Onprem,
            types::AUTH_SERVER,
            own,
            &place,
            16_800,
        )
    }

    fn signing_certificates(&self, prefix: &str) -> Vec<Vec<u8>> {
        let from = Utc
            .with_ymd_and_hms(2025, 1, 15, 0, 0, 0)
            .single()
            .unwrap_or_default();
        (0..2)
            .map(|n| {
                der::certificate(
                    &Certificate {
                        common_name: "accounts.accesscontrol.windows.net",
                        dns_names: &[],
                        not_before: from + Duration::days(60 * n),
                        not_after: from + Duration::days(1825 + 60 * n),
                    },
                    &mut Random::named(self.seed, &format!("signing/{prefix}/{n}")),
                )
            })
            .collect()
    }

    fn auth_config(&self) -> Object {
        let thumbprint = der::thumbprint(&self.auth_certificate());
        let own = vec![
            ("CurrentCertificateThumbprint", Prop::text(thumbprint)),
            ("PreviousCertificateThumbprint", Prop::text("")),
            ("NextCertificateThumbprint", Prop::text("")),
            ("NextCertificateEffectiveDate", Prop::Null),
            ("ServiceName", Prop::text(EXCHANGE_ONLINE)),
            ("Realm", Prop::text("")),
            ("DeploymentId", Prop::text("")),
            ("IssuerIdentifier", Prop::text("")),
        ];
        let place = Place {
            name: "Auth Configuration",
            path: "",
            class: "msExchAuthAuthConfig",
            category: "ms-Exch-Auth-Auth-Config",
            version: (0, 20, "15.0.0.0"),
            shown: "Auth Configuration",
        };
        self.directory_object(
            "AuthConfig",
            Plane::Onprem,
            types::AUTH_CONFIG,
            own,
            &place,
            13_900,
        )
    }

    /// `Get-PartnerApplication`: an application whose tokens are accepted.
    pub(super) fn partner_application(
        &self,
        plane: Plane,
        name: &str,
        application: &'static str,
    ) -> Object {
        let graph = application == MICROSOFT_GRAPH;
        let account = "Exchange Online-ApplicationAccount";
        let linked = if application == EXCHANGE_ONLINE && plane == Plane::Onprem {
            let root: Vec<String> = self
                .domain
                .split('.')
                .map(|label| format!("DC={label}"))
                .collect();
            self.reference(
                plane,
                &format!("{}/Users/{account}", self.domain),
                &format!("CN={account},CN=Users,{}", root.join(",")),
            )
        } else {
            Prop::Null
        };
        let permissions = if graph {
            Prop::List(
                types::STRING_ARRAY,
                GRAPH_PERMISSIONS
                    .split_whitespace()
                    .map(Prop::text)
                    .collect(),
            )
        } else {
            Prop::Null
        };
        let own = vec![
            ("Enabled", Prop::Bool(true)),
            ("ApplicationIdentifier", Prop::text(application)),
            ("CertificateStrings", Prop::strings::<&str>([])),
            ("AuthMetadataUrl", Prop::text("")),
            ("Realm", Prop::text("")),
            ("UseAuthServer", Prop::Bool(true)),
            ("AcceptSecurityIdentifierInformation", Prop::Bool(graph)),
            ("LinkedAccount", linked),
            ("DeploymentId", Prop::text("")),
            ("IssuerIdentifier", Prop::text("")),
            (
                "AccountType",
                Prop::Enum(
                    "Microsoft.Exchange.Data.Directory.SystemConfiguration.SupportedAccountType",
                    "OrganizationalAccount",
                    1,
                ),
            ),
            ("AppOnlyPermissions", Prop::Null),
            ("ActAsPermissions", permissions),
        ];
        let place = Place {
            name,
            path: PARTNER_PATH,
            class: "msExchAuthPartnerApplication",
            category: "ms-Exch-Auth-Partner-Application",
            version: (0, 20, "15.0.0.0"),
            shown: name,
        };
        self.directory_object(
            "PartnerApplication",
            plane,
            types::PARTNER_APPLICATION,
            own,
            &place,
            14_400,
        )
    }

    fn connector(&self, plane: Plane) -> Object {
        let name = self.wizard_name("HybridIOC");
        let mut own = match plane {
            Plane::Cloud => vec![
                (
                    "TargetAddressDomains",
                    smtp_domains(std::slice::from_ref(&self.domain)),
                ),
                (
                    "DiscoveryEndpoint",
                    Prop::Uri(format!(
                        "https://hybrid.{}/autodiscover/autodiscover.svc",
                        self.domain
                    )),
                ),
                ("TargetSharingEpr", Prop::Null),
            ],
            _ => vec![
                (
                    "TargetAddressDomains",
                    smtp_domains(&[self.routing_domain()]),
                ),
                (
                    "DiscoveryEndpoint",
                    Prop::Uri(
                        "https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc".into(),
                    ),
                ),
            ],
        };
        own.push(("Enabled", Prop::Bool(true)));
        let place = Place {
            name: &name,
            path: "CN=Intra Organization Connectors",
            class: "msExchIntraOrganizationConnector",
            category: "ms-Exch-Intra-Organization-Connector",
            version: (0, 20, "15.0.0.0"),
            shown: &name,
        };
        self.directory_object(
            "IntraOrganizationConnector",
            plane,
            types::INTRA_ORGANIZATION_CONNECTOR,
            own,
            &place,
            13_700,
        )
    }

    fn relationship(&self, plane: Plane) -> Object {
        let cloud = plane == Plane::Cloud;
        let (prefix, domains, uri, autodiscover) = if cloud {
            (
                "O365 to On-premises",
                vec![self.domain.clone()],
                format!("FYDIBOHF25SPDLT.{}", self.domain),
                format!(
                    "https://hybrid.{}/autodiscover/autodiscover.svc/WSSecurity",
                    self.domain
                ),
            )
        } else {
            (
                "On-premises to O365",
                vec![self.routing_domain()],
                "outlook.com".to_owned(),
                "https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc/WSSecurity"
                    .to_owned(),
            )
        };
        let name = self.wizard_name(prefix);
        let mut own = vec![
            ("DomainNames", smtp_domains(&domains)),
            ("FreeBusyAccessEnabled", Prop::Bool(true)),
            (
                "FreeBusyAccessLevel",
                sharing_level("FreeBusyAccessLevel", "LimitedDetails", 2),
            ),
            ("FreeBusyAccessScope", Prop::Null),
            ("MailboxMoveEnabled", Prop::Bool(cloud)),
            ("DeliveryReportEnabled", Prop::Bool(true)),
            ("MailTipsAccessEnabled", Prop::Bool(true)),
            (
                "MailTipsAccessLevel",
                sharing_level("MailTipsAccessLevel", "All", 2),
            ),
            ("MailTipsAccessScope", Prop::Null),
            ("PhotosEnabled", Prop::Bool(true)),
            ("TargetApplicationUri", Prop::Uri(uri)),
            ("TargetSharingEpr", Prop::Null),
            (
                "TargetOwaURL",
                Prop::Uri(format!(
                    "https://outlook.com/owa/{}.onmicrosoft.com",
                    self.tenant
                )),
            ),
            ("TargetAutodiscoverEpr", Prop::Uri(autodiscover)),
            ("OrganizationContact", types::smtp_address("")),
            ("Enabled", Prop::Bool(true)),
            ("ArchiveAccessEnabled", Prop::Bool(true)),
        ];
        if cloud {
            own.extend([
                ("MailboxMoveCapability", Prop::Null),
                ("MailboxMovePublishedScopes", Prop::strings::<&str>([])),
                ("IdentityMoveEnabled", Prop::Bool(false)),
                ("PeopleSearchEnabled", Prop::Bool(false)),
                ("OAuthApplicationId", Prop::Null),
            ]);
        }
        let place = Place {
            name: &name,
            path: "CN=Federation",
            class: "msExchFedSharingRelationship",
            category: "ms-Exch-Fed-Sharing-Relationship",
            version: (0, 10, "14.0.100.0"),
            shown: &name,
        };
        self.directory_object(
            "OrganizationRelationship",
            plane,
            types::ORGANIZATION_RELATIONSHIP,
            own,
            &place,
            15_200,
        )
    }

    fn organization_config(&self, plane: Plane) -> Object {
        let mut own = defaults::organization();
        let (name, shown) = match plane {
            Plane::Cloud => {
                let name = format!("{}.onmicrosoft.com", self.tenant);
                (name.clone(), name)
            }
            _ => (self.title.clone(), self.title.clone()),
        };
        let system = format!(
            "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@{}",
            self.domain
        );
        let rooms = self.distinguished_name(
            plane,
            "All Rooms",
            "CN=All Address Lists,CN=Address Lists Container",
        );
        own.extend([
            ("Name", Prop::text(name)),
            ("OAuth2ClientProfileEnabled", Prop::Bool(true)),
            ("LegacyExchangeDN", Prop::text(format!("/o={}", self.title))),
            (
                "DistributionGroupNamingPolicy",
                types::object(
                    types::NAMING_POLICY,
                    "",
                    vec![
                        ("PrefixElements", Prop::Null),
                        ("SuffixElements", Prop::Null),
                        ("IsEmpty", Prop::Bool(true)),
                    ],
                    267,
                ),
            ),
            (
                "MicrosoftExchangeRecipientEmailAddresses",
                Prop::List(
                    types::PROXY_ADDRESSES,
                    vec![types::object(
                        types::PROXY_ADDRESS,
                        format!("SMTP:{system}"),
                        vec![
                            ("SmtpAddress", Prop::text(system.as_str())),
                            ("IsPrimaryAddress", Prop::Bool(true)),
                            ("PrefixString", Prop::text("SMTP")),
                        ],
                        620,
                    )],
                ),
            ),
            (
                "MicrosoftExchangeRecipientPrimarySmtpAddress",
                types::smtp_address(&system),
            ),
            (
                "ResourceAddressLists",
                Prop::List(
                    types::AD_OBJECT_IDS,
                    vec![self.reference(plane, "\\All Rooms", &rooms)],
                ),
            ),
            (
                "RootPublicFolderMailbox",
                types::object(
                    types::PUBLIC_FOLDER_INFORMATION,
                    "",
                    vec![
                        ("IsValid", Prop::Bool(false)),
                        ("CanUpdate", Prop::Bool(true)),
                        ("LockedForMigration", Prop::Bool(false)),
                    ],
                    0,
                ),
            ),
        ]);
        let place = Place {
            name: "",
            path: "",
            class: "msExchOrganizationContainer",
            category: "ms-Exch-Organization-Container",
            version: (2, 0, "15.0.0.0"),
            shown: &shown,
        };
        self.directory_object(
            "OrganizationConfig",
            plane,
            types::ORGANIZATION_CONFIG,
            own,
            &place,
            30_700,
        )
    }

    /// `Get-AcceptedDomain`.
    pub(super) fn accepted_domain(&self, plane: Plane, domain: &str) -> Object {
        let first = domain == self.domain;
        let own = vec![
            (
                "DomainName",
                types::object(
                    types::SMTP_DOMAIN_WITH_SUBDOMAINS,
                    domain,
                    vec![
                        ("Address", Prop::text(domain)),
                        ("IncludeSubDomains", Prop::Bool(false)),
                        ("Domain", Prop::text(domain)),
                        ("SmtpDomain", Prop::text(domain)),
                        ("IsStar", Prop::Bool(false)),
                    ],
                    351,
                ),
            ),
            ("CatchAllRecipientID", Prop::Null),
            (
                "DomainType",
                Prop::Enum(
                    "Microsoft.Exchange.Data.Directory.SystemConfiguration.AcceptedDomainType",
                    "Authoritative",
                    0,
                ),
            ),
            ("MatchSubDomains", Prop::Bool(false)),
            ("AddressBookEnabled", Prop::Bool(true)),
            ("Default", Prop::Bool(first)),
            ("EmailOnly", Prop::Bool(false)),
            ("ExternallyManaged", Prop::Bool(false)),
            ("AuthenticationType", Prop::Null),
            ("LiveIdInstanceType", Prop::Null),
            ("PendingRemoval", Prop::Bool(false)),
            ("PendingCompletion", Prop::Bool(false)),
            ("FederatedOrganizationLink", Prop::Null),
            ("MailFlowPartner", Prop::Null),
            ("OutboundOnly", Prop::Bool(false)),
            ("PendingFederatedAccountNamespace", Prop::Bool(false)),
            ("PendingFederatedDomain", Prop::Bool(false)),
            (
                "IsCoexistenceDomain",
                Prop::Bool(domain == self.routing_domain()),
            ),
            ("PerimeterDuplicateDetected", Prop::Bool(false)),
            ("IsDefaultFederatedDomain", Prop::Bool(false)),
            ("EnableNego2Authentication", Prop::Bool(false)),
            (
                "InitialDomain",
                Prop::Bool(plane == Plane::Cloud && !first && domain != self.routing_domain()),
            ),
        ];
        let place = Place {
            name: domain,
            path: "CN=Accepted Domains,CN=Transport Settings",
            class: "msExchAcceptedDomain",
            category: "ms-Exch-Accepted-Domain",
            version: (0, 20, "15.0.0.0"),
            shown: domain,
        };
        self.directory_object(
            "AcceptedDomain",
            plane,
            types::ACCEPTED_DOMAIN,
            own,
            &place,
            14_500,
        )
    }
}

fn smtp_domains(names: &[String]) -> Prop {
    Prop::List(
        types::SMTP_DOMAINS,
        names.iter().map(|name| types::smtp_domain(name)).collect(),
    )
}

fn sharing_level(ty: &str, name: &'static str, number: i32) -> Prop {
    let full = if ty == "FreeBusyAccessLevel" {
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.FreeBusyAccessLevel"
    } else {
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.MailTipsAccessLevel"
    };
    Prop::Enum(full, name, number)
}
