//! Every kind of configuration object, declared once.
//!
//! One file per kind. Collection (the generated PowerShell script too), typing, identity, noise,
//! redaction and the reference pages are read from here: a new kind is one file and one row below.
//!
//! In: nothing. Out: [`KindSpec`]s. Never: I/O.

mod accepted_domain;
mod active_sync_virtual_directory;
mod application;
mod application_access_policy;
mod auth_config;
mod auth_server;
mod authentication_policy;
mod autodiscover_virtual_directory;
mod availability_address_space;
mod cas_mailbox;
mod client_access_service;
mod ecp_virtual_directory;
mod enums;
mod exchange_certificate;
mod exchange_server;
mod federated_organization_identifier;
mod federation_trust;
mod hybrid_configuration;
mod iis_application;
mod intra_organization_configuration;
mod intra_organization_connector;
mod mailbox_server;
mod mapi_virtual_directory;
mod noise;
mod oab_virtual_directory;
mod organization_config;
mod organization_relationship;
mod outlook_anywhere;
mod owa_virtual_directory;
mod partner_application;
mod power_shell_virtual_directory;
mod receive_connector;
mod secrets;
mod send_connector;
mod server_version;
mod service_principal;
mod setting_override;
mod spec;
mod stated;
mod user;
mod virtual_directory;
mod web_services_virtual_directory;

pub use enums::{EnumSpec, spelled};
pub use exchange_certificate::is_bare_certificate;
pub use noise::common_class;
pub use secrets::{ALLOWED as NOT_SECRET, REDACTED, WORDS as SECRET_WORDS, is_secret_name};
pub use spec::{Blank, Call, Class, Home, KeyRule, KindSpec, Per, Property, Roles, Type, property};
pub use stated::states_secret;

use crate::model::{Kind, Plane};

/// All kinds, in the order in which they are collected and stored.
pub static KINDS: &[&KindSpec] = &[
    &exchange_server::SPEC,
    &server_version::SPEC,
    &active_sync_virtual_directory::SPEC,
    &web_services_virtual_directory::SPEC,
    &mapi_virtual_directory::SPEC,
    &oab_virtual_directory::SPEC,
    &autodiscover_virtual_directory::SPEC,
    &owa_virtual_directory::SPEC,
    &ecp_virtual_directory::SPEC,
    &power_shell_virtual_directory::SPEC,
    &outlook_anywhere::SPEC,
    &auth_server::SPEC,
    &auth_config::SPEC,
    &partner_application::SPEC,
    &intra_organization_connector::SPEC,
    &organization_relationship::SPEC,
    &organization_config::SPEC,
    &accepted_domain::SPEC,
    &exchange_certificate::SPEC,
    &client_access_service::SPEC,
    &mailbox_server::SPEC,
    &intra_organization_configuration::SPEC,
    &federation_trust::SPEC,
    &federated_organization_identifier::SPEC,
    &availability_address_space::SPEC,
    &hybrid_configuration::SPEC,
    &authentication_policy::SPEC,
    &setting_override::SPEC,
    &send_connector::SPEC,
    &receive_connector::SPEC,
    &application_access_policy::SPEC,
    &cas_mailbox::SPEC,
    &user::SPEC,
    &service_principal::SPEC,
    &application::SPEC,
    &iis_application::SPEC,
];

/// Nouns that older cmdlets and tools use for a kind. Stored, judged and reported is the kind's own:
/// `Get-ClientAccessServer` (2013, and deprecated since 2016) returns what `Get-ClientAccessService` does.
const OTHER_NOUNS: &[(&str, &str)] = &[
    ("ClientAccessServer", "ClientAccessService"),
    ("MgServicePrincipal", "ServicePrincipal"),
    ("MgApplication", "Application"),
];

/// The declaration of a kind by any noun that an export may carry, without regard to case.
pub fn named(noun: &str) -> Option<&'static KindSpec> {
    let noun = OTHER_NOUNS
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(noun))
        .map_or(noun, |(_, name)| name);
    KINDS
        .iter()
        .copied()
        .find(|spec| spec.name.eq_ignore_ascii_case(noun))
}

/// The declaration of a kind, by its noun.
pub fn find(noun: &str) -> Option<&'static KindSpec> {
    KINDS.iter().copied().find(|spec| spec.name == noun)
}

/// The same, for a [`Kind`] of the model.
pub fn find_kind(kind: &Kind) -> Option<&'static KindSpec> {
    find(kind.as_str())
}

/// The kinds that can be read on one plane.
pub fn on_plane(plane: Plane) -> impl Iterator<Item = &'static KindSpec> {
    KINDS
        .iter()
        .copied()
        .filter(move |spec| spec.call(plane).is_some())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_every_kind_can_be_collected() {
        let names: BTreeSet<_> = KINDS.iter().map(|spec| spec.name).collect();
        assert_eq!(names.len(), KINDS.len());
        for spec in KINDS {
            assert!(!spec.calls.is_empty(), "{} has no call", spec.name);
            assert!(
                !spec.type_names.is_empty(),
                "{} has no type name",
                spec.name
            );
            let properties: BTreeSet<_> = spec
                .declared()
                .map(|p| p.name.to_ascii_lowercase())
                .collect();
            assert_eq!(
                properties.len(),
                spec.declared().count(),
                "{} repeats a property",
                spec.name
            );
        }
    }

    #[test]
    fn no_signature_is_contained_in_another_kinds_properties_without_that_kind_being_more_specific()
    {
        // A signature decides the kind of an untyped JSON object, so no two may be equal.
        let signatures: BTreeSet<_> = KINDS
            .iter()
            .filter(|s| !s.signature.is_empty())
            .map(|s| s.signature)
            .collect();
        let with = KINDS.iter().filter(|s| !s.signature.is_empty()).count();
        assert_eq!(signatures.len(), with);
    }
}
