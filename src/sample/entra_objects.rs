//! The tenant's side in Entra ID, and who may reach which mailboxes with an application's own rights.
//!
//! Names: Microsoft Graph v1.0, as the export script writes them. Values: Exchange Online's principal with
//! every name that clients use, no customer key on it, and the dedicated hybrid application with the
//! organization's Auth certificate (controls catalogue, sections 7, 12 and 13).

use std::collections::BTreeSet;

use chrono::{Duration, TimeZone as _, Utc};

use crate::model::Plane;

use super::der;
use super::estate::{Organization, Role};
use super::object::{Object, Prop};
use super::random::Random;
use super::trust_objects::EXCHANGE_ONLINE;
use super::types;

/// The application of a room booking product, which reads calendars by its own right.
const BOOKING: &str = "Room booking";
/// The tenant of Microsoft's own applications.
const MICROSOFT_SERVICES: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

impl Organization {
    /// Everything of this file.
    pub(super) fn entra_objects(&self) -> Vec<Object> {
        let hybrid = (self.dedicated_application(), self.dedicated_name());
        let booking = (self.application_id(BOOKING), BOOKING.to_owned());
        let mut all = vec![self.exchange_online_principal()];
        for (app, name) in [&hybrid, &booking] {
            all.push(self.own_principal(app, name));
            all.push(self.application(app, name));
        }
        all.push(self.application_access_policy(&booking.0));
        all
    }

    /// The dedicated hybrid application's id.
    pub(super) fn dedicated_application(&self) -> String {
        self.application_id("dedicated")
    }

    fn application_id(&self, name: &str) -> String {
        Random::named(self.seed, &format!("application/{name}")).guid()
    }

    /// The wizard names it after the Exchange organization's GUID.
    fn dedicated_name(&self) -> String {
        format!(
            "ExchangeServerApp-{}",
            self.guid(Plane::Onprem, "OrganizationConfig", &self.title)
        )
    }

    /// Every name that a client may ask a token for.
    fn client_names(&self) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = self
            .servers
            .iter()
            .filter(|server| server.role == Role::Mailbox)
            .map(|server| self.namespace(server))
            .collect();
        names.insert(format!("autodiscover.{}", self.domain));
        names
    }

    fn exchange_online_principal(&self) -> Object {
        let names = self
            .client_names()
            .into_iter()
            .map(|host| format!("https://{host}"))
            .chain([
                EXCHANGE_ONLINE.to_owned(),
                format!("{EXCHANGE_ONLINE}/outlook.office365.com"),
                "https://outlook.office365.com".to_owned(),
                "https://outlook.office.com".to_owned(),
            ]);
        let mut own = self.common(
            "ServicePrincipal",
            EXCHANGE_ONLINE,
            "Office 365 Exchange Online",
        );
        own.extend([
            ("accountEnabled", Prop::Bool(true)),
            (
                "appOwnerOrganizationId",
                Prop::Guid(MICROSOFT_SERVICES.to_owned()),
            ),
            ("servicePrincipalType", Prop::text("Application")),
            ("servicePrincipalNames", Prop::strings(names)),
            (
                "replyUrls",
                Prop::strings([format!("https://mail.{}/owa", self.domain)]),
            ),
            ("keyCredentials", types::list(Vec::new())),
            ("passwordCredentials", types::list(Vec::new())),
            ("appRoleAssignmentRequired", Prop::Bool(false)),
            ("signInAudience", Prop::text("AzureADMultipleOrgs")),
        ]);
        entra("ServicePrincipal", types::SERVICE_PRINCIPAL, own)
    }

    fn own_principal(&self, app: &str, name: &str) -> Object {
        let mut own = self.common("ServicePrincipal", app, name);
        own.extend([
            ("accountEnabled", Prop::Bool(true)),
            ("appOwnerOrganizationId", Prop::Guid(self.tenant_guid())),
            ("servicePrincipalType", Prop::text("Application")),
            ("servicePrincipalNames", Prop::strings([app])),
            ("replyUrls", Prop::strings::<&str>([])),
            ("keyCredentials", types::list(Vec::new())),
            ("passwordCredentials", types::list(Vec::new())),
            ("appRoleAssignmentRequired", Prop::Bool(false)),
            ("signInAudience", Prop::text("AzureADMyOrg")),
        ]);
        entra("ServicePrincipal", types::SERVICE_PRINCIPAL, own)
    }

    fn application(&self, app: &str, name: &str) -> Object {
        let dedicated = app == self.dedicated_application();
        // The Auth certificate's own dates, or a year's certificate.
        let (identifier, from, days) = match dedicated {
            true => (
                hex(&der::thumbprint(&self.auth_certificate())),
                Utc.with_ymd_and_hms(2025, 3, 4, 9, 30, 0),
                1800,
            ),
            false => (
                Random::named(self.seed, "booking key").bytes(20),
                Utc.with_ymd_and_hms(2026, 6, 1, 0, 0, 0),
                364,
            ),
        };
        let from = from.single().unwrap_or_default();
        let key = Prop::Fields(vec![
            (
                "keyId",
                Prop::Guid(Random::named(self.seed, &format!("key/{app}")).guid()),
            ),
            (
                "displayName",
                Prop::text(match dedicated {
                    true => "CN=Microsoft Exchange Server Auth Certificate",
                    false => "CN=room-booking",
                }),
            ),
            ("startDateTime", Prop::Utc(from)),
            ("endDateTime", Prop::Utc(from + Duration::days(days))),
            ("type", Prop::text("AsymmetricX509Cert")),
            ("usage", Prop::text("Verify")),
            ("customKeyIdentifier", Prop::Bytes(identifier)),
        ]);
        // full_access_as_app for the look-ups of hybrid, Calendars.Read of Graph for the other.
        let (resource, role) = match dedicated {
            true => (EXCHANGE_ONLINE, "dc890d15-9560-4a4c-9b7f-a736ec74ec40"),
            false => (
                "00000003-0000-0000-c000-000000000000",
                "798ee544-9d2d-430c-a058-570e29e34338",
            ),
        };
        let mut own = self.common("Application", app, name);
        own.extend([
            ("signInAudience", Prop::text("AzureADMyOrg")),
            ("identifierUris", Prop::strings::<&str>([])),
            (
                "publisherDomain",
                Prop::text(format!("{}.onmicrosoft.com", self.tenant)),
            ),
            ("keyCredentials", types::list(vec![key])),
            ("passwordCredentials", types::list(Vec::new())),
            (
                "requiredResourceAccess",
                types::list(vec![Prop::Fields(vec![
                    ("resourceAppId", Prop::Guid(resource.to_owned())),
                    (
                        "resourceAccess",
                        types::list(vec![Prop::Fields(vec![
                            ("id", Prop::Guid(role.to_owned())),
                            ("type", Prop::text("Role")),
                        ])]),
                    ),
                ])]),
            ),
            ("isFallbackPublicClient", Prop::Bool(false)),
        ]);
        entra("Application", types::APPLICATION, own)
    }

    fn common(&self, kind: &str, app: &str, name: &str) -> Vec<(&'static str, Prop)> {
        vec![
            ("appId", Prop::Guid(app.to_owned())),
            ("id", Prop::Guid(self.guid(Plane::Entra, kind, app))),
            ("displayName", Prop::text(name)),
            ("tags", Prop::strings::<&str>([])),
            ("createdDateTime", Prop::Utc(self.moment(kind, app))),
        ]
    }

    /// `Get-ApplicationAccessPolicy`: the booking product reaches its rooms and nobody else.
    fn application_access_policy(&self, app: &str) -> Object {
        let scope = "S-1-5-21-1004336348-1177238915-682003330-4711";
        let own = vec![
            ("ScopeName", Prop::text("Bookable rooms")),
            ("ScopeIdentity", Prop::text("Bookable rooms")),
            (
                "Identity",
                Prop::text(format!("{}\\{app}:{scope}", self.tenant_guid())),
            ),
            ("AppId", Prop::text(app)),
            ("ScopeIdentityRaw", Prop::text(scope)),
            ("Description", Prop::text("Rooms only")),
            ("AccessRight", Prop::text("RestrictAccess")),
            ("ShardType", Prop::text("All")),
            ("IsValid", Prop::Bool(true)),
        ];
        Object {
            plane: Plane::Cloud,
            ..entra(
                "ApplicationAccessPolicy",
                types::APPLICATION_ACCESS_POLICY,
                own,
            )
        }
    }
}

fn entra(
    kind: &'static str,
    chain: &'static [&'static str],
    properties: Vec<(&'static str, Prop)>,
) -> Object {
    Object {
        kind,
        plane: Plane::Entra,
        server: None,
        types: chain,
        to_string: chain.first().copied().unwrap_or_default().to_owned(),
        properties,
        hidden: Vec::new(),
        notes: Vec::new(),
        blob: 0,
    }
}

fn hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks_exact(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
