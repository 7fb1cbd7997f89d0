//! Which file a resource lives in, and names that every file system can hold.

use crate::model::{Plane, Resource};

use super::digest::sha256_hex;

/// The folder of what is never compared.
pub(super) const OBSERVED: &str = "observed/";

/// Windows' device names; with any extension they are still devices.
const DEVICES: &[&str] = &["CON", "PRN", "AUX", "NUL"];

/// A path component: `[A-Za-z0-9._-]` as they are, everything else percent-encoded, and the first
/// character too where Windows reserves the name or a dot hides it.
pub fn component(name: &str) -> String {
    if name.is_empty() {
        // No other name gives this, because `%` itself is encoded.
        return "%".to_owned();
    }
    let reserved = is_device(name);
    let last = name.len() - 1;
    let mut out = String::with_capacity(name.len());
    for (at, byte) in name.bytes().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let edge_dot = byte == b'.' && (at == 0 || at == last);
        if plain && !edge_dot && !(reserved && at == 0) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    if out.len() > 200 {
        // File systems hold 255 bytes a component. `%-` is no percent code, so nothing else gives this.
        let cut = out.char_indices().nth(120).map_or(out.len(), |(i, _)| i);
        format!("{}%-{}", &out[..cut], &sha256_hex(name.as_bytes())[..32])
    } else {
        out
    }
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    let upper = stem.to_ascii_uppercase();
    DEVICES.contains(&upper.as_str())
        || ["COM", "LPT"].iter().any(|port| {
            upper
                .strip_prefix(port)
                .is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
        })
}

/// The name that a component stands for; none where it was shortened or is not one of ours.
pub fn decode(component: &str) -> Option<String> {
    if component == "%" {
        return Some(String::new());
    }
    let bytes = component.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%' {
            let code = component.get(at + 1..at + 3)?;
            out.push(u8::from_str_radix(code, 16).ok()?);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).ok()
}

/// The file of a server's resources, or of one kind that belongs to no server.
pub fn file(plane: Plane, server: Option<&str>, kind: &str) -> String {
    match (plane, server) {
        // One host, one file: these planes have nothing else.
        (Plane::Host | Plane::Wire, Some(server)) => {
            format!("{plane}/{}.yaml", component(server))
        }
        (_, Some(server)) => format!("{plane}/servers/{}.yaml", component(server)),
        (_, None) => format!("{plane}/organization/{}.yaml", component(kind)),
    }
}

/// The file that a resource lives in.
pub fn file_of(resource: &Resource) -> String {
    file(
        resource.id.plane,
        resource.server.as_deref(),
        resource.id.kind.as_str(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_windows_reserves_or_hides_are_encoded() {
        for (name, expected) in [
            ("EX01", "EX01"),
            ("con", "%63on"),
            ("NUL.contoso.com", "%4EUL.contoso.com"),
            ("COM1", "%43OM1"),
            ("COM10", "COM10"),
            ("LPT0", "%4CPT0"),
            ("console", "console"),
            ("a b", "a%20b"),
            ("..", "%2E%2E"),
            (".staging-x", "%2Estaging-x"),
            ("trailing.", "trailing%2E"),
            ("Zürich", "Z%C3%BCrich"),
            ("50%", "50%25"),
            ("a/b\\c", "a%2Fb%5Cc"),
        ] {
            assert_eq!(component(name), expected);
            assert_eq!(decode(expected).as_deref(), Some(name));
        }
    }

    #[test]
    fn long_names_stay_apart_and_fit() {
        let (a, b) = ("x".repeat(300), format!("{}y", "x".repeat(299)));
        assert_ne!(component(&a), component(&b));
        assert!(component(&"ü".repeat(300)).len() < 220);
    }
}
