//! Known violations: one wrong setting, and every answer of the built-in pack that it changes.

mod clients;
mod listeners;
mod lookup;

use crate::model::{Outcome, Plane};

use super::contoso::Expected;
use super::estate::{Build, Exposure, Organization, Role};
use super::object::Prop;
use super::trust_objects::{EXCHANGE_ONLINE, MICROSOFT_GRAPH};

mod trust;

/// The policies that [`inject`] can violate.
pub const VIOLATIONS: [&str; 65] = [
    "APP-003",
    "AUTH-001",
    "AUTH-002",
    "AUTH-005",
    "BUILD-001",
    "BUILD-002",
    "BUILD-003",
    "BUILD-005",
    "CBA-001",
    "CBA-002",
    "CERT-001",
    "ECP-001",
    "EP-001",
    "EP-002",
    "EP-003",
    "EXT-001",
    "EXT-002",
    "EXT-003",
    "EXT-004",
    "EXT-005",
    "EXT-006",
    "EXT-007",
    "EXT-008",
    "EXT-009",
    "EXT-012",
    "HAPP-002",
    "HAPP-003",
    "HAPP-005",
    "HMA-001",
    "HMA-002",
    "HMA-003",
    "HMA-004",
    "HMA-005",
    "HMA-006",
    "HMA-007",
    "HMA-008",
    "HMA-009",
    "HMA-010",
    "HMA-011",
    "HMA-012",
    "HMA-013",
    "HMA-014",
    "HMA-017",
    "IOC-001",
    "IOC-002",
    "IOC-003",
    "IOC-005",
    "OA-001",
    "OA-002",
    "ORG-001",
    "ORG-002",
    "ORG-003",
    "PAPP-001",
    "PAPP-003",
    "PAPP-004",
    "PAPP-006",
    "PAPP-007",
    "PAPP-009",
    "PS-001",
    "SPN-001",
    "VDIR-001",
    "VDIR-002",
    "VDIR-005",
    "VDIR-008",
    "VDIR-009",
];

/// Violates a policy, on a server where the policy is about servers, and tells every evaluation that
/// fails because of it, in order. `None` where the policy does not apply to the server (an `EXT` policy on
/// an internal one, a directory on Edge), or is not in [`VIOLATIONS`]; then nothing was changed.
pub fn inject(
    organization: &mut Organization,
    policy: &str,
    server: &str,
) -> Option<Vec<Expected>> {
    let policy = *VIOLATIONS.iter().find(|known| **known == policy)?;
    let found = organization.server(server)?;
    let (exposure, role) = (found.exposure, found.role);
    let internet = exposure == Exposure::Internet;
    let on_directories = matches!(
        policy,
        "EXT-001" | "EXT-002" | "EXT-003" | "EXT-004" | "EXT-005"
    ) || matches!(policy, "OA-001" | "PS-001" | "VDIR-001")
        || listeners::POLICIES.contains(&policy)
        || matches!(policy, "HMA-001" | "HMA-002" | "HMA-003" | "HMA-004");
    let mailbox_only = on_directories || policy == "HMA-013";
    if mailbox_only && (role == Role::Edge || (policy.starts_with("EXT") && !internet)) {
        return None;
    }
    let mut expected = match policy {
        _ if clients::HERE.contains(&policy) => {
            organization.client_violation(policy, server, exposure)?
        }
        "APP-003" | "AUTH-001" | "AUTH-002" | "CERT-001" | "PAPP-001" | "PAPP-009" | "SPN-001" => {
            organization.trust_violation(policy, server)?
        }
        "AUTH-005" => organization.foreign_issuer(),
        "BUILD-001" => organization.rebuild(server, Build::E2019_CU15_SEP26),
        "BUILD-002" => organization.rebuild(server, Build::SE_RTM_AUG26),
        "BUILD-003" if organization.has_peers(server) => {
            organization.rebuild(server, Build::SE_RTM_AUG26)
        }
        "BUILD-003" => organization.rebuild(server, Build::E2019_CU15_SEP26),
        "BUILD-005" => organization.rebuild(server, Build::E2019_CU13_NOV24),
        "HMA-008" => organization.no_anchor(),
        "HMA-009" => organization.no_default_endpoint(),
        "HMA-010" => organization.no_client_profile(),
        "IOC-001" => organization.connector_off(),
        "IOC-003" => organization.two_endpoints(),
        "PAPP-003" | "PAPP-004" | "PAPP-007" => organization.partner(policy),
        _ if listeners::POLICIES.contains(&policy) => organization.listener(policy, server)?,
        _ => match lookup::violate(organization, policy) {
            Some(expected) => expected,
            None => organization.directory_violation(policy, server, internet)?,
        },
    };
    expected.sort();
    Some(expected)
}

impl Organization {
    fn directory_violation(
        &mut self,
        policy: &'static str,
        server: &str,
        internet: bool,
    ) -> Option<Vec<Expected>> {
        let (kind, directory, property, value) = match policy {
            "EXT-001" => (
                "ActiveSyncVirtualDirectory",
                "Microsoft-Server-ActiveSync",
                "BasicAuthEnabled",
                Prop::Bool(true),
            ),
            "EXT-002" => (
                "WebServicesVirtualDirectory",
                "EWS",
                "WindowsAuthentication",
                Prop::Bool(true),
            ),
            "EXT-003" => (
                "MapiVirtualDirectory",
                "mapi",
                "IISAuthenticationMethods",
                Prop::methods(["Ntlm", "OAuth", "Negotiate"]),
            ),
            "EXT-004" => (
                "OabVirtualDirectory",
                "OAB",
                "WindowsAuthentication",
                Prop::Bool(true),
            ),
            "EXT-005" => (
                "AutodiscoverVirtualDirectory",
                "Autodiscover",
                "BasicAuthentication",
                Prop::Bool(true),
            ),
            "HMA-001" => (
                "WebServicesVirtualDirectory",
                "EWS",
                "OAuthAuthentication",
                Prop::Bool(false),
            ),
            "HMA-002" => (
                "AutodiscoverVirtualDirectory",
                "Autodiscover",
                "OAuthAuthentication",
                Prop::Bool(false),
            ),
            "HMA-003" => (
                "MapiVirtualDirectory",
                "mapi",
                "IISAuthenticationMethods",
                Prop::methods(["Ntlm", "Negotiate"]),
            ),
            "HMA-004" => (
                "OabVirtualDirectory",
                "OAB",
                "OAuthAuthentication",
                Prop::Bool(false),
            ),
            "OA-001" => (
                "OutlookAnywhere",
                "Rpc",
                "IISAuthenticationMethods",
                Prop::methods(["Basic", "Ntlm", "Negotiate"]),
            ),
            "PS-001" => (
                "PowerShellVirtualDirectory",
                "PowerShell",
                "BasicAuthentication",
                Prop::Bool(true),
            ),
            "VDIR-001" => (
                "WebServicesVirtualDirectory",
                "EWS",
                "BasicAuthentication",
                Prop::Bool(true),
            ),
            _ => return None,
        };
        let key = format!("{server}\\{directory} (Default Web Site)");
        if !self.set(kind, &key, property, value) {
            return None;
        }
        // What else a locked-down server then fails, and what the lock-down fails elsewhere.
        let also: &[&'static str] = match policy {
            "HMA-001" | "VDIR-001" if internet => &["EXT-002"],
            "HMA-002" if internet => &["EXT-005"],
            "HMA-003" if internet => &["EXT-003"],
            "HMA-004" if internet => &["EXT-004"],
            _ => &[],
        };
        let mut expected: Vec<Expected> = std::iter::once(&policy)
            .chain(also)
            .map(|policy| Expected::fail(policy, kind, key.as_str()))
            .collect();
        if matches!(policy, "HMA-001" | "HMA-002" | "HMA-003" | "HMA-004") {
            expected.extend(self.differs(server, (kind, directory)));
        }
        Some(expected)
    }

    /// Servers that clients cannot tell apart: one name, or Edge.
    fn has_peers(&self, name: &str) -> bool {
        self.server(name).is_some_and(|server| {
            self.servers.iter().any(|other| {
                other.name != server.name
                    && other.role == server.role
                    && (server.role == Role::Edge || other.exposure == server.exposure)
            })
        })
    }

    /// Another build on one server, while all others stay at their newest.
    fn rebuild(&mut self, server: &str, build: Build) -> Vec<Expected> {
        let newest = Build::SE_RTM_SEP26;
        if let Some(found) = self.servers.iter_mut().find(|found| found.name == server) {
            found.build = build;
            let found = found.clone();
            let version = self.server_version(&found);
            if let Some(object) = self.find_mut(Plane::Host, "ServerVersion", server) {
                *object = version;
            }
            let display = super::types::server_version(build.update);
            for object in &mut self.objects {
                let concerned = object.key() == server && object.kind == "ExchangeServer"
                    || object.is_directory() && object.server.as_deref() == Some(server);
                if concerned {
                    object.set("AdminDisplayVersion", display.clone());
                }
            }
        }
        let product_ended = build.update[..3] != newest.update[..3];
        let update_missing = build.setup != newest.setup && build != Build::E2019_CU15_SEP26;
        // A second product shows beside any other server, an older update beside its own group.
        let uneven = match product_ended {
            true => self.servers.len() > 1,
            false => self.has_peers(server),
        };
        [
            ("BUILD-001", product_ended),
            ("BUILD-002", update_missing),
            ("BUILD-003", uneven),
            // CU15 and CU14 are 2019's last two.
            ("BUILD-005", product_ended && build.update[2] < 1544),
        ]
        .into_iter()
        .filter(|(_, fails)| *fails)
        .map(|(policy, _)| Expected::fail(policy, "ServerVersion", server))
        .collect()
    }

    fn foreign_issuer(&mut self) -> Vec<Expected> {
        let name = "Fabrikam AD FS";
        let mut object = self.auth_server("Unexpected", "ADFS");
        object.set("Name", Prop::text(name));
        object.set(
            "IssuerIdentifier",
            Prop::text("https://adfs.fabrikam.example/adfs/services/trust"),
        );
        object.set(
            "AuthMetadataUrl",
            Prop::text(
                "https://adfs.fabrikam.example/federationmetadata/2007-06/federationmetadata.xml",
            ),
        );
        object.to_string = name.to_owned();
        self.objects.push(object);
        vec![Expected::fail("AUTH-005", "AuthServer", name)]
    }

    fn evosts(&mut self) -> Option<&mut super::object::Object> {
        let key = self.wizard_name("EvoSts");
        self.find_mut(Plane::Onprem, "AuthServer", &key)
    }

    fn no_anchor(&mut self) -> Vec<Expected> {
        if let Some(object) = self.evosts() {
            object.set("Enabled", Prop::Bool(false));
        }
        // The disabled object is the default endpoint too, and names the dedicated application.
        vec![
            self.lacking("HAPP-003"),
            self.lacking("HMA-008"),
            self.lacking("HMA-009"),
        ]
    }

    fn no_default_endpoint(&mut self) -> Vec<Expected> {
        if let Some(object) = self.evosts() {
            object.set("IsDefaultAuthorizationEndpoint", Prop::Bool(false));
        }
        vec![
            self.lacking("HMA-009"),
            Expected::fail("HMA-010", "OrganizationConfig", "OrganizationConfig"),
        ]
    }

    fn no_client_profile(&mut self) -> Vec<Expected> {
        self.set(
            "OrganizationConfig",
            "OrganizationConfig",
            "OAuth2ClientProfileEnabled",
            Prop::Bool(false),
        );
        vec![Expected::fail(
            "HMA-010",
            "OrganizationConfig",
            "OrganizationConfig",
        )]
    }

    fn connector_off(&mut self) -> Vec<Expected> {
        let key = self.wizard_name("HybridIOC");
        self.set(
            "IntraOrganizationConnector",
            &key,
            "Enabled",
            Prop::Bool(false),
        );
        vec![self.lacking("IOC-001")]
    }

    fn two_endpoints(&mut self) -> Vec<Expected> {
        let key = self.wizard_name("HybridIOC");
        let address = format!("https://mail.{}/ews/exchange.asmx", self.domain);
        if let Some(object) = self.find_mut(Plane::Cloud, "IntraOrganizationConnector", &key) {
            object.set("TargetSharingEpr", Prop::Uri(address));
        }
        let mut expected = Expected::fail("IOC-003", "IntraOrganizationConnector", key);
        expected.plane = Some(Plane::Cloud);
        vec![expected]
    }

    fn partner(&mut self, policy: &'static str) -> Vec<Expected> {
        let name = match policy {
            "PAPP-007" => {
                let unknown = "5b0d1b0e-7a34-4c1e-9d52-0e2f6a9c1d77";
                let object = self.partner_application(Plane::Onprem, "Unknown Tool", unknown);
                self.objects.push(object);
                "Unknown Tool"
            }
            "PAPP-004" => {
                let permissions = Prop::strings(["Mail.ReadWrite", "Calendars.ReadWrite"]);
                self.set(
                    "PartnerApplication",
                    "Exchange Online",
                    "AppOnlyPermissions",
                    permissions,
                );
                debug_assert!(self.has_application("Exchange Online", EXCHANGE_ONLINE));
                "Exchange Online"
            }
            _ => {
                let account = self.reference(
                    Plane::Onprem,
                    &format!("{}/Users/svc-graph", self.domain),
                    "CN=svc-graph,CN=Users,DC=example,DC=com",
                );
                self.set(
                    "PartnerApplication",
                    "Microsoft Graph",
                    "LinkedAccount",
                    account,
                );
                debug_assert!(self.has_application("Microsoft Graph", MICROSOFT_GRAPH));
                "Microsoft Graph"
            }
        };
        vec![Expected::fail(policy, "PartnerApplication", name)]
    }

    fn has_application(&self, key: &str, application: &str) -> bool {
        self.find(Plane::Onprem, "PartnerApplication", key)
            .is_some_and(|object| object.text("ApplicationIdentifier") == Some(application))
    }

    /// A failure of the organization itself.
    fn lacking(&self, policy: &'static str) -> Expected {
        Expected {
            policy,
            plane: None,
            kind: "Organization",
            key: self.name.clone(),
            outcome: Outcome::Fail,
        }
    }
}
