//! Decoys: texts that no snapshot, log, error or report may ever contain.

use crate::model::Plane;

use super::estate::Organization;
use super::object::Prop;
use super::random::Random;

/// Puts key material and credentials where real organizations have them, in declared and in unheard-of
/// properties, and returns their texts. Write the organization with [`Form::Live`](super::Form::Live) or
/// as JSON, as a user without the export script would; the script's copies leave them out.
pub fn plant_secrets(organization: &mut Organization, seed: u64) -> Vec<String> {
    let mut random = Random::named(seed, "secrets");
    let mut decoys = Vec::new();
    let places: [(&str, &'static str); 6] = [
        ("AuthServer", "CurrentEncryptedAppSecret"),
        ("AuthServer", "PreviousEncryptedAppSecret"),
        ("PartnerApplication", "ClientSecretValue"),
        ("OrganizationConfig", "RelayCredential"),
        ("WebServicesVirtualDirectory", "ServiceAccountPassword"),
        ("IisApplication", "MachineKey"),
    ];
    for (kind, property) in places {
        let found = organization
            .objects
            .iter_mut()
            .find(|object| object.plane != Plane::Cloud && object.kind == kind);
        if let Some(object) = found {
            let decoy = format!("decoy-{}", random.guid());
            object.set(property, Prop::text(decoy.as_str()));
            decoys.push(decoy);
        }
    }
    decoys
}
