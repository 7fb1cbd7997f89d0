//! Violations of trust: certificates, partner applications, and what Entra ID knows.

use chrono::{Duration, TimeZone as _, Utc};

use crate::model::Plane;
use crate::sample::contoso::Expected;
use crate::sample::der::{self, Certificate};
use crate::sample::estate::{Organization, Role, Server};
use crate::sample::object::Prop;
use crate::sample::random::Random;
use crate::sample::trust_objects::EXCHANGE_ONLINE;
use crate::sample::types;

/// Subject of the certificate that signs tokens.
const AUTH_CERTIFICATE: &str = "Microsoft Exchange Server Auth Certificate";

impl Organization {
    /// See [`inject`](super::inject). `None` where the policy does not judge such a server.
    pub(super) fn trust_violation(
        &mut self,
        policy: &'static str,
        server: &str,
    ) -> Option<Vec<Expected>> {
        match policy {
            "APP-003" => self.secret_on_application(),
            "AUTH-001" => self.signing_certificate_missing(server),
            "AUTH-002" => Some(self.signing_certificate_ends()),
            "CERT-001" => self.certificate_without_the_name(server),
            "PAPP-001" => Some(self.exchange_online_off()),
            "PAPP-009" => Some(self.sid_accepted()),
            "SPN-001" => self.host_not_registered(server),
            _ => None,
        }
    }

    fn mailbox_server_named(&self, name: &str) -> Option<Server> {
        self.server(name)
            .filter(|server| server.role == Role::Mailbox)
            .cloned()
    }

    /// The server lost its copy of the certificate that signs tokens.
    fn signing_certificate_missing(&mut self, server: &str) -> Option<Vec<Expected>> {
        self.mailbox_server_named(server)?;
        let key = format!("{server}\\{}", der::thumbprint(&self.auth_certificate()));
        self.objects
            .retain(|object| object.kind != "ExchangeCertificate" || object.key() != key);
        Some(vec![Expected::fail("AUTH-001", "AuthConfig", "AuthConfig")])
    }

    /// It ends 45 days after the story, and nobody staged the next one.
    fn signing_certificate_ends(&mut self) -> Vec<Expected> {
        let end = Utc
            .with_ymd_and_hms(2027, 1, 5, 2, 0, 0)
            .single()
            .unwrap_or_default();
        let raw = der::certificate(
            &Certificate {
                common_name: AUTH_CERTIFICATE,
                dns_names: &[],
                not_before: end - Duration::days(1800),
                not_after: end,
            },
            &mut Random::named(self.seed, "ending auth certificate"),
        );
        let former = der::thumbprint(&self.auth_certificate());
        self.set(
            "AuthConfig",
            "AuthConfig",
            "CurrentCertificateThumbprint",
            Prop::text(der::thumbprint(&raw)),
        );
        for server in self.servers.clone() {
            let key = format!("{}\\{former}", server.name);
            let certificate = self.certificate(&server, raw.clone(), AUTH_CERTIFICATE);
            if let Some(object) = self.find_mut(Plane::Onprem, "ExchangeCertificate", &key) {
                *object = certificate;
            }
        }
        // Less than 60 days is a warning of its own.
        ["AUTH-001", "AUTH-002"]
            .map(|policy| Expected::fail(policy, "AuthConfig", "AuthConfig"))
            .to_vec()
    }

    /// The renewed certificate of the server was ordered without the name that its clients use.
    fn certificate_without_the_name(&mut self, server: &str) -> Option<Vec<Expected>> {
        let server = self.mailbox_server_named(server)?;
        let from = Utc.with_ymd_and_hms(2026, 11, 1, 0, 0, 0).single()?;
        let names = [self.fqdn(&server.name)];
        let raw = der::certificate(
            &Certificate {
                common_name: &names[0],
                dns_names: &names,
                not_before: from,
                not_after: from + Duration::days(398),
            },
            &mut Random::named(self.seed, &format!("renewed/{}", server.name)),
        );
        let renewed = self.certificate(&server, raw, &names[0]);
        let signing = format!(
            "{}\\{}",
            server.name,
            der::thumbprint(&self.auth_certificate())
        );
        let own = self.objects.iter_mut().find(|object| {
            object.kind == "ExchangeCertificate"
                && object.server.as_deref() == Some(server.name.as_str())
                && object.key() != signing
        })?;
        *own = renewed;
        Some(vec![Expected::fail(
            "CERT-001",
            "ExchangeServer",
            server.name,
        )])
    }

    fn exchange_online_off(&mut self) -> Vec<Expected> {
        self.set(
            "PartnerApplication",
            "Exchange Online",
            "Enabled",
            Prop::Bool(false),
        );
        vec![self.lacking("PAPP-001")]
    }

    fn sid_accepted(&mut self) -> Vec<Expected> {
        let name = "TeamsScheduler";
        self.set(
            "PartnerApplication",
            name,
            "AcceptSecurityIdentifierInformation",
            Prop::Bool(true),
        );
        vec![Expected::fail("PAPP-009", "PartnerApplication", name)]
    }

    /// Somebody gave the booking product a secret beside its certificate.
    fn secret_on_application(&mut self) -> Option<Vec<Expected>> {
        let key_id = Random::named(self.seed, "secret of an application").guid();
        let application = self.objects.iter_mut().find(|object| {
            object.kind == "Application" && object.text("displayName") == Some("Room booking")
        })?;
        let from = Utc.with_ymd_and_hms(2026, 11, 2, 8, 0, 0).single()?;
        let secret = Prop::Fields(vec![
            ("keyId", Prop::Guid(key_id)),
            ("displayName", Prop::text("temporary")),
            ("startDateTime", Prop::Utc(from)),
            ("endDateTime", Prop::Utc(from + Duration::days(180))),
        ]);
        application.set("passwordCredentials", types::list(vec![secret]));
        let key = application.key();
        Some(vec![in_entra("APP-003", "Application", key)])
    }

    /// The name that the server's clients use is not registered.
    fn host_not_registered(&mut self, server: &str) -> Option<Vec<Expected>> {
        let server = self.mailbox_server_named(server)?;
        let name = format!("https://{}", self.namespace(&server));
        let principal = self.find_mut(Plane::Entra, "ServicePrincipal", EXCHANGE_ONLINE)?;
        let Some(Prop::List(_, names)) = principal.prop("servicePrincipalNames").cloned() else {
            return None;
        };
        let left = names
            .iter()
            .filter_map(|prop| match prop {
                Prop::Text(text) if *text != name => Some(text.as_str()),
                _ => None,
            })
            .collect::<Vec<_>>();
        principal.set("servicePrincipalNames", Prop::strings(left));
        Some(vec![in_entra(
            "SPN-001",
            "ServicePrincipal",
            EXCHANGE_ONLINE.to_owned(),
        )])
    }
}

fn in_entra(policy: &'static str, kind: &'static str, key: String) -> Expected {
    Expected {
        plane: Some(Plane::Entra),
        ..Expected::fail(policy, kind, key)
    }
}
