//! Violations of what listens on a server: published paths, addresses, IIS, Extended Protection.

use crate::model::Plane;

use super::super::contoso::Expected;
use super::super::estate::Organization;
use super::super::object::Prop;
use super::super::types;

/// The policies that [`Organization::listener`] violates.
pub(super) const POLICIES: [&str; 12] = [
    "EP-001", "EP-002", "EP-003", "EXT-006", "EXT-007", "EXT-008", "EXT-009", "PAPP-006",
    "VDIR-002", "VDIR-005", "VDIR-008", "VDIR-009",
];

impl Organization {
    pub(super) fn listener(&mut self, policy: &'static str, server: &str) -> Option<Vec<Expected>> {
        match policy {
            "EXT-006" | "EXT-007" | "EXT-008" | "EXT-009" => self.led_inside(policy, server),
            "VDIR-002" => self.on_directory(
                policy,
                "EcpVirtualDirectory",
                &directory(server, "ecp"),
                "DigestAuthentication",
                Prop::Bool(true),
            ),
            "VDIR-005" => {
                let kind = "ActiveSyncVirtualDirectory";
                let key = directory(server, "Microsoft-Server-ActiveSync");
                let address = self.find(Plane::Onprem, kind, &key)?.text("InternalUrl")?;
                let plain = address.replacen("https://", "http://", 1);
                self.on_directory(policy, kind, &key, "InternalUrl", Prop::Uri(plain))
            }
            "EP-003" => {
                let key = directory(server, "Rpc");
                self.set("OutlookAnywhere", &key, "SSLOffloading", Prop::Bool(true))
                    .then(|| {
                        vec![
                            Expected::fail(policy, "ServerVersion", server),
                            Expected::fail("OA-002", "OutlookAnywhere", key),
                        ]
                    })
            }
            _ => self.in_iis(policy, server),
        }
    }

    /// An address outside names the namespace of the internal servers, whose device lets everything
    /// through: all four paths are then published from this server.
    fn led_inside(&mut self, policy: &str, server: &str) -> Option<Vec<Expected>> {
        let host = format!("outlook.{}", self.domain);
        let all = [
            ("EXT-006", "OwaVirtualDirectory", "owa"),
            ("EXT-007", "EcpVirtualDirectory", "ecp"),
            ("EXT-008", "PowerShellVirtualDirectory", "PowerShell"),
            ("EXT-009", "OutlookAnywhere", "Rpc"),
        ];
        let (_, kind, name) = *all.iter().find(|(known, ..)| *known == policy)?;
        let key = directory(server, name);
        let is_set = match kind {
            "OutlookAnywhere" => self.set(kind, &key, "ExternalHostname", types::hostname(&host)),
            _ => {
                let address = Prop::Uri(format!("https://{host}/{}", name.to_ascii_lowercase()));
                self.set(kind, &key, "ExternalUrl", address)
            }
        };
        is_set.then(|| {
            all.iter()
                .map(|(policy, kind, name)| Expected::fail(policy, kind, directory(server, name)))
                // Its certificate answers for its own names alone, on what browsers open.
                .chain(
                    matches!(policy, "EXT-006" | "EXT-007")
                        .then(|| Expected::fail("CERT-001", "ExchangeServer", server)),
                )
                .collect()
        })
    }

    fn on_directory(
        &mut self,
        policy: &'static str,
        kind: &'static str,
        key: &str,
        property: &'static str,
        value: Prop,
    ) -> Option<Vec<Expected>> {
        self.set(kind, key, property, value)
            .then(|| vec![Expected::fail(policy, kind, key)])
    }

    /// One property of one application of IIS.
    fn in_iis(&mut self, policy: &'static str, server: &str) -> Option<Vec<Expected>> {
        const KIND: &str = "IisApplication";
        let (path, property, value) = match policy {
            "EP-001" => (
                "Default Web Site/owa",
                "ExtendedProtectionTokenChecking",
                Prop::text("None"),
            ),
            // Untouched before Extended Protection; VDIR-009 leaves this path out.
            "EP-002" => ("Default Web Site/Rpc", "SslFlags", flags(&[])),
            "PAPP-006" => (
                "Default Web Site/API",
                "AppSettings",
                Prop::Map(vec![(
                    "OAuthHttpModule.Profiles",
                    Prop::text("S2SAppActAs|S2SAppOnly|V1S2SAppOnly"),
                )]),
            ),
            "VDIR-008" => (
                "Exchange Back End/EWS",
                "DigestAuthentication",
                Prop::Bool(true),
            ),
            "VDIR-009" => ("Default Web Site/API", "SslFlags", flags(&[])),
            _ => return None,
        };
        let key = format!("{server}\\{path}");
        self.find_mut(Plane::Host, KIND, &key)?.set(property, value);
        Some(match policy {
            "EP-001" | "EP-002" => vec![Expected::fail(policy, "ServerVersion", server)],
            // Extended Protection is on there.
            "VDIR-009" => vec![
                Expected::fail(policy, KIND, key),
                Expected::fail("EP-002", "ServerVersion", server),
            ],
            _ => vec![Expected::fail(policy, KIND, key)],
        })
    }
}

fn directory(server: &str, name: &str) -> String {
    format!("{server}\\{name} (Default Web Site)")
}

fn flags(members: &[&str]) -> Prop {
    Prop::List(
        types::STRING_ARRAY,
        members.iter().map(|member| Prop::text(*member)).collect(),
    )
}
