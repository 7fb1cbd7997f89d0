//! Known violations of what clients meet: OAuth by directory and server, Outlook on the web, the admin
//! center, Outlook Anywhere, client certificates; and of what Hybrid Modern Authentication needs.

use crate::model::Plane;
use crate::sample::contoso::Expected;
use crate::sample::estate::{Build, Exposure, Organization, Role, Server};
use crate::sample::object::Prop;
use crate::sample::types;

/// The policies of this file.
pub(super) const HERE: [&str; 13] = [
    "CBA-001", "CBA-002", "ECP-001", "EXT-012", "HMA-005", "HMA-006", "HMA-007", "HMA-011",
    "HMA-012", "HMA-013", "HMA-014", "HMA-017", "OA-002",
];

/// Exchange Server 2019 RTM, which Hybrid Modern Authentication does not know (`exchange-builds.csv`).
const E2019_RTM: Build = Build {
    setup: [15, 2, 221, 12],
    update: [15, 2, 221, 12],
};

/// A server that the operator's params expect behind a device which ends client certificates.
const BEHIND_DEVICE: &str = "EXKCD01";

impl Organization {
    /// See [`inject`](super::inject).
    pub(super) fn client_violation(
        &mut self,
        policy: &'static str,
        server: &str,
        exposure: Exposure,
    ) -> Option<Vec<Expected>> {
        match policy {
            "CBA-001" => {
                let accepted = Prop::Enum(
                    "Microsoft.Exchange.Data.Directory.SystemConfiguration.ClientCertAuthTypes",
                    "Accepted",
                    1,
                );
                self.one(policy, server, ACTIVE_SYNC, &[("ClientCertAuth", accepted)])
            }
            "CBA-002" => Some(self.password_behind_device()),
            "ECP-001" if exposure == Exposure::Internet => {
                self.one(policy, server, ECP, &[("AdminEnabled", Prop::Bool(true))])
            }
            "EXT-012" => {
                self.organization_flag("DefaultAuthenticationPolicy", Prop::Null);
                Some(vec![self.lacking(policy)])
            }
            "HMA-005" => {
                let passwords = Prop::methods(["Basic"]);
                let mut expected = self.one(
                    policy,
                    server,
                    ACTIVE_SYNC,
                    &[("ExternalAuthenticationMethods", passwords)],
                )?;
                expected.extend(self.differs(server, ACTIVE_SYNC));
                Some(expected)
            }
            "HMA-006" => self.oauth_on_one_directory(server),
            "HMA-007" if self.has_peer(server) => {
                let mut expected = self.one(
                    "HMA-004",
                    server,
                    OAB,
                    &[("OAuthAuthentication", Prop::Bool(false))],
                )?;
                expected.extend(self.differs(server, OAB));
                if exposure == Exposure::Internet {
                    expected.push(Expected::fail("EXT-004", OAB.0, key(server, OAB)));
                }
                Some(expected)
            }
            "HMA-011" => {
                self.organization_flag("MapiHttpEnabled", Prop::Bool(false));
                let kind = "OrganizationConfig";
                Some(vec![Expected::fail(policy, kind, kind)])
            }
            "HMA-012" => {
                let kind = "ExchangeServer";
                let version = types::server_version([14, 3, 123, 4]);
                self.set(kind, server, "AdminDisplayVersion", version)
                    .then(|| vec![Expected::fail(policy, kind, server)])
            }
            "HMA-013" => {
                let mut expected = self.rebuild(server, E2019_RTM);
                // Extended Protection is on, which that build cannot do.
                for policy in [policy, "EP-001"] {
                    expected.push(Expected::fail(policy, "ServerVersion", server));
                }
                Some(expected)
            }
            "HMA-014" => self.plain_http(server),
            "HMA-017" => Some(self.second_tenant()),
            "OA-002" => {
                let offload = [("SSLOffloading", Prop::Bool(true))];
                let mut expected = self.one(policy, server, OUTLOOK_ANYWHERE, &offload)?;
                // Extended Protection is on beside it.
                expected.push(Expected::fail("EP-003", "ServerVersion", server));
                Some(expected)
            }
            _ => None,
        }
    }

    /// HMA-007 of a directory, where another server of the same exposure is there to differ from.
    pub(super) fn differs(&self, server: &str, directory: Directory) -> Option<Expected> {
        self.has_peer(server)
            .then(|| Expected::fail("HMA-007", directory.0, key(server, directory)))
    }

    fn has_peer(&self, server: &str) -> bool {
        let exposure = self.server(server).map(|found| found.exposure);
        self.servers.iter().any(|other| {
            other.name != server && other.role == Role::Mailbox && Some(other.exposure) == exposure
        })
    }

    /// Changes one directory; its failure.
    fn one(
        &mut self,
        policy: &'static str,
        server: &str,
        directory: Directory,
        changes: &[(&'static str, Prop)],
    ) -> Option<Vec<Expected>> {
        let key = key(server, directory);
        let object = self.find_mut(Plane::Onprem, directory.0, &key)?;
        for (property, value) in changes {
            object.set(property, value.clone());
        }
        Some(vec![Expected::fail(policy, directory.0, key)])
    }

    fn organization_flag(&mut self, property: &'static str, value: Prop) {
        self.set("OrganizationConfig", "OrganizationConfig", property, value);
    }

    /// OAuth beside the form on one directory: that one has passwords too, and all others lack it.
    fn oauth_on_one_directory(&mut self, server: &str) -> Option<Vec<Expected>> {
        self.one(
            "HMA-006",
            server,
            OWA,
            &[("OAuthAuthentication", Prop::Bool(true))],
        )?;
        Some(
            [OWA, ECP]
                .into_iter()
                .flat_map(|directory| self.of_kind(Plane::Onprem, directory.0))
                .map(|object| Expected::fail("HMA-006", object.kind, object.key()))
                .collect(),
        )
    }

    /// A server of the name that the operator declared, as Setup leaves it: Basic, and no Windows.
    fn password_behind_device(&mut self) -> Vec<Expected> {
        if self.server(BEHIND_DEVICE).is_none() {
            let server = Server {
                name: BEHIND_DEVICE.to_owned(),
                role: Role::Mailbox,
                exposure: Exposure::Internal,
                build: self.servers.first().map_or(E2019_RTM, |first| first.build),
            };
            let mut objects = vec![self.exchange_server(&server), self.server_version(&server)];
            objects.extend(self.directories(&server));
            objects.extend(self.role_objects(&server));
            objects.extend(self.certificates(&server));
            self.servers.push(server);
            self.objects.extend(objects);
        }
        vec![Expected::fail(
            "CBA-002",
            ACTIVE_SYNC.0,
            key(BEHIND_DEVICE, ACTIVE_SYNC),
        )]
    }

    /// IIS of one server takes EWS without TLS.
    fn plain_http(&mut self, server: &str) -> Option<Vec<Expected>> {
        let key = format!("{server}\\Default Web Site/EWS");
        let object = self.find_mut(Plane::Host, "IisApplication", &key)?;
        object.set("SslFlags", Prop::strings::<&str>([]));
        let on_host = |policy| Expected {
            plane: Some(Plane::Host),
            ..Expected::fail(policy, "IisApplication", key.clone())
        };
        Some(vec![
            on_host("HMA-014"),
            on_host("VDIR-009"),
            Expected::fail("EP-002", "ServerVersion", server),
        ])
    }

    /// A second trusted tenant, none of the two with domains, and not among the declared ones.
    fn second_tenant(&mut self) -> Vec<Expected> {
        let name = "EvoSts - Fabrikam";
        let first = self.wizard_name("EvoSts");
        let mut object = self.auth_server("EvoSts", "AzureAD");
        object.set("Name", Prop::text(name));
        object.set("IsDefaultAuthorizationEndpoint", Prop::Bool(false));
        let realm = "0a6f1c52-5a4e-4a7b-8a39-6d2f0b1c9e44";
        object.set("Realm", Prop::text(realm));
        object.set(
            "IssuerIdentifier",
            Prop::text(format!("https://sts.windows.net/{realm}/")),
        );
        object.to_string = name.to_owned();
        self.objects.push(object);
        vec![
            Expected::fail("AUTH-005", "AuthServer", name),
            Expected::fail("HMA-017", "AuthServer", name),
            Expected::fail("HMA-017", "AuthServer", first),
        ]
    }
}

/// Kind and name of a directory.
pub(super) type Directory = (&'static str, &'static str);

const ACTIVE_SYNC: Directory = ("ActiveSyncVirtualDirectory", "Microsoft-Server-ActiveSync");
const ECP: Directory = ("EcpVirtualDirectory", "ecp");
const OAB: Directory = ("OabVirtualDirectory", "OAB");
const OUTLOOK_ANYWHERE: Directory = ("OutlookAnywhere", "Rpc");
const OWA: Directory = ("OwaVirtualDirectory", "owa");

fn key(server: &str, directory: Directory) -> String {
    format!("{server}\\{} (Default Web Site)", directory.1)
}
