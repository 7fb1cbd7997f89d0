//! Decoys: texts that no snapshot, log, error or report may ever contain.

use crate::model::Plane;

use super::estate::Organization;
use super::object::Prop;
use super::random::Random;
use super::types;

/// Puts key material and credentials where real organizations have them, in declared and in unheard-of
/// properties, and returns their texts. Write the organization with [`Form::Live`](super::Form::Live) or
/// as JSON, as a user without the export script would; the script's copies leave them out.
pub fn plant_secrets(organization: &mut Organization, seed: u64) -> Vec<String> {
    let mut random = Random::named(seed, "secrets");
    let mut decoys = Vec::new();
    let places: [(&str, &'static str); 8] = [
        ("AuthServer", "CurrentEncryptedAppSecret"),
        ("AuthServer", "PreviousEncryptedAppSecret"),
        ("PartnerApplication", "ClientSecretValue"),
        ("OrganizationConfig", "RelayCredential"),
        ("WebServicesVirtualDirectory", "ServiceAccountPassword"),
        ("SendConnector", "AuthenticationCredential"),
        ("AvailabilityAddressSpace", "Credentials"),
        ("ReceiveConnector", "RelayPassword"),
    ];
    for (kind, property) in places {
        let found = organization
            .objects
            .iter_mut()
            .find(|object| object.plane == Plane::Onprem && object.kind == kind);
        if let Some(object) = found {
            let decoy = format!("decoy-{}", random.guid());
            object.set(property, Prop::text(decoy.as_str()));
            decoys.push(decoy);
        }
    }
    // Graph shows a password once, when it is made; its hint and the key of a certificate stay visible.
    let application = organization
        .objects
        .iter_mut()
        .find(|object| object.kind == "Application");
    if let Some(object) = application {
        let mut decoy = || {
            let decoy = format!("decoy-{}", random.guid());
            decoys.push(decoy.clone());
            Prop::text(decoy)
        };
        let password = Prop::Fields(vec![
            ("displayName", Prop::text("planted")),
            ("secretText", decoy()),
            ("hint", decoy()),
        ]);
        let key = Prop::Fields(vec![
            ("displayName", Prop::text("planted")),
            ("key", decoy()),
        ]);
        object.set("passwordCredentials", types::list(vec![password]));
        object.set("keyCredentials", types::list(vec![key]));
    }
    decoys
}
