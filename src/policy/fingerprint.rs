//! The identity of a finding, stable across runs, wordings and versions.

use ring::digest;

use super::set::hex;
use crate::model::ResourceRef;

/// First 32 hex digits of SHA-256 over the canonical JSON `[1, organization, policy, plane, kind, key]`.
///
/// No values, words, severities or versions: a finding keeps its fingerprint until its subject or
/// policy is another one.
pub fn fingerprint(organization: &str, policy: &str, subject: &ResourceRef) -> String {
    let plane = subject.plane.map(|plane| plane.as_str());
    let parts = (
        1,
        organization,
        policy,
        plane,
        subject.kind.as_str(),
        subject.id.as_str(),
    );
    // A tuple of numbers and texts always has a JSON form.
    let json = serde_json::to_vec(&parts).unwrap_or_default();
    let mut hex = hex(digest::digest(&digest::SHA256, &json).as_ref());
    hex.truncate(32);
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_documented_digest() {
        // printf '%s' '[1,"contoso","EXT-002",null,"Organization","contoso"]' | sha256sum
        let subject = ResourceRef::organization("contoso");
        assert_eq!(
            fingerprint("contoso", "EXT-002", &subject),
            "c5ca96c091279cacf3dd607f632262a3"
        );
    }
}
