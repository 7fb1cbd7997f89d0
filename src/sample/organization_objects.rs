//! What the organization has once: connectors, relationships, switches, domains; on both sides of the
//! hybrid.
//!
//! Property names and types: exports of a 2019 CU11 organization (AcceptedDomain, OrganizationConfig),
//! Format-List texts (connector, relationship). Values: as the hybrid wizard leaves them (`cu-behaviour`
//! section 2.5).

use crate::model::Plane;

use super::defaults;
use super::estate::{Organization, Place};
use super::object::{Object, Prop};
use super::random::Random;
use super::trust_objects::{CLOUD_VOICEMAIL, EXCHANGE_ONLINE, MICROSOFT_GRAPH, TEAMS_SCHEDULER};
use super::types;

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
            (
                "DefaultAuthenticationPolicy",
                self.default_authentication_policy(plane),
            ),
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

pub(super) fn smtp_domains(names: &[String]) -> Prop {
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
