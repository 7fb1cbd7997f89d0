//! Cross-premises lookup and the dedicated hybrid application.

use chrono::{TimeZone as _, Utc};

use crate::model::Plane;
use crate::sample::contoso::Expected;
use crate::sample::estate::Organization;
use crate::sample::object::{Object, Prop};
use crate::sample::organization_objects::smtp_domains;
use crate::sample::random::Random;
use crate::sample::trust_objects::EXCHANGE_ONLINE;
use crate::sample::types;

/// Violates one of this module's policies; `None` for any other.
pub(super) fn violate(
    organization: &mut Organization,
    policy: &'static str,
) -> Option<Vec<Expected>> {
    Some(match policy {
        "IOC-002" => organization.no_way_back(),
        "IOC-005" => organization.two_connectors(),
        "ORG-001" => organization.other_application(),
        "ORG-002" => organization.unknown_partner(),
        "ORG-003" => organization.address_space_with_credentials(),
        "HAPP-002" => organization.override_off(),
        "HAPP-003" => organization.shared_application(),
        "HAPP-005" => organization.certificate_on_shared_principal(),
        _ => return None,
    })
}

impl Organization {
    fn no_way_back(&mut self) -> Vec<Expected> {
        let key = self.wizard_name("HybridIOC");
        if let Some(object) = self.find_mut(Plane::Cloud, "IntraOrganizationConnector", &key) {
            object.set("Enabled", Prop::Bool(false));
        }
        vec![self.lacking("IOC-002")]
    }

    /// A copy of an object on-premises under another name, as somebody makes it by hand.
    fn copy(&self, kind: &'static str, key: &str, name: &str) -> Option<Object> {
        let mut copy = self.find(Plane::Onprem, kind, key)?.clone();
        copy.set("Name", Prop::text(name));
        let guid = Random::named(self.seed, &format!("copy/{kind}/{name}")).guid();
        copy.set("Guid", Prop::Guid(guid));
        copy.to_string = name.to_owned();
        Some(copy)
    }

    fn two_connectors(&mut self) -> Vec<Expected> {
        let kind = "IntraOrganizationConnector";
        let key = self.wizard_name("HybridIOC");
        self.objects.extend(self.copy(kind, &key, "Old connector"));
        vec![
            Expected::fail("IOC-005", kind, key),
            Expected::fail("IOC-005", kind, "Old connector"),
        ]
    }

    fn other_application(&mut self) -> Vec<Expected> {
        let kind = "OrganizationRelationship";
        let key = self.wizard_name("On-premises to O365");
        let application = Prop::Uri("sharing.fabrikam.example".to_owned());
        self.set(kind, &key, "TargetApplicationUri", application);
        vec![Expected::fail("ORG-001", kind, key)]
    }

    /// It has the name that the wizard gives, and another organization's domain.
    fn unknown_partner(&mut self) -> Vec<Expected> {
        let kind = "OrganizationRelationship";
        let key = self.wizard_name("On-premises to O365");
        let name = "On-premises to O365 - 6c1f0a52-0d6b-4c1f-9b57-3f1f8f3f8d11";
        if let Some(mut object) = self.copy(kind, &key, name) {
            object.set(
                "DomainNames",
                smtp_domains(&["northwind.example".to_owned()]),
            );
            self.objects.push(object);
        }
        vec![Expected::fail("ORG-002", kind, name)]
    }

    fn shared_application(&mut self) -> Vec<Expected> {
        let key = self.wizard_name("EvoSts");
        let shared = Prop::text(EXCHANGE_ONLINE);
        self.set("AuthServer", &key, "ApplicationIdentifier", shared);
        vec![Expected::fail("HAPP-003", "AuthServer", key)]
    }

    /// Left from the time before the connector, with an account of the other side.
    fn address_space_with_credentials(&mut self) -> Vec<Expected> {
        let kind = "AvailabilityAddressSpace";
        let forest = self.routing_domain();
        if let Some(mut object) = self.copy(kind, &format!("legacy.{}", self.domain), &forest) {
            object.set("ForestName", Prop::text(forest.as_str()));
            object.set("UserName", Prop::text("cloud\\svc-freebusy"));
            object.set("UseServiceAccount", Prop::Bool(false));
            let method =
                "Microsoft.Exchange.Data.Directory.SystemConfiguration.AvailabilityAccessMethod";
            object.set("AccessMethod", Prop::Enum(method, "OrgWideFB", 2));
            self.objects.push(object);
        }
        vec![Expected::fail("ORG-003", kind, forest)]
    }

    fn override_off(&mut self) -> Vec<Expected> {
        self.set(
            "SettingOverride",
            "EnableExchangeHybrid3PAppFeature",
            "Parameters",
            Prop::strings(["Enabled=false"]),
        );
        vec![self.lacking("HAPP-002")]
    }

    /// As a run of the hybrid wizard leaves it.
    fn certificate_on_shared_principal(&mut self) -> Vec<Expected> {
        let kind = "ServicePrincipal";
        let key = Random::named(self.seed, "key/shared").guid();
        let day = |year| Utc.with_ymd_and_hms(year, 3, 4, 9, 30, 0).single();
        if let Some(object) = self.find_mut(Plane::Entra, kind, EXCHANGE_ONLINE) {
            let credential = Prop::Fields(vec![
                ("keyId", Prop::Guid(key)),
                ("displayName", Prop::Null),
                ("startDateTime", Prop::Utc(day(2025).unwrap_or_default())),
                ("endDateTime", Prop::Utc(day(2030).unwrap_or_default())),
                ("type", Prop::text("AsymmetricX509Cert")),
                ("usage", Prop::text("Verify")),
                ("customKeyIdentifier", Prop::Bytes(vec![7; 20])),
            ]);
            object.set("keyCredentials", types::list(vec![credential]));
        }
        let mut expected = Expected::fail("HAPP-005", kind, EXCHANGE_ONLINE);
        expected.plane = Some(Plane::Entra);
        vec![expected]
    }
}
