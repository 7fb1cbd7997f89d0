//! Whose tokens the organization accepts: issuers, applications, and its own signing certificate.
//!
//! Property names and types: exports of a 2019 CU11 organization (PartnerApplication, AuthConfig), names
//! seen in a live tenant (AuthServer). Values: as the hybrid wizard leaves them (`cu-behaviour` section 2.5).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{Duration, TimeZone as _, Utc};

use crate::model::Plane;

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
            (
                "ApplicationIdentifier",
                Prop::text(if evo {
                    self.dedicated_application()
                } else {
                    String::new()
                }),
            ),
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
            (
                "DomainName",
                Prop::strings(evo.then(|| self.routing_domain())),
            ),
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

    pub(super) fn auth_config(&self) -> Object {
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
}
