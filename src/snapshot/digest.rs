//! SHA-256, the listing `files.sha256`, and the content digest.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ring::digest::{Context, SHA256, digest};

/// Lower-case hex of SHA-256.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

/// `sha256:` and lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", sha256_hex(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, b| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{b:02x}");
        text
    })
}

/// The files of a snapshot: path below its folder (with `/`) to lower-case hex of SHA-256.
///
/// Holds every file but `manifest.yaml` and `files.sha256` itself: the manifest holds this listing's
/// digest, history and the next manifest hold the manifest's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing(pub BTreeMap<String, String>);

impl Listing {
    /// The form that `sha256sum -c` reads, in path order.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.0.len() * 100);
        for (path, hash) in &self.0 {
            text.push_str(hash);
            text.push_str("  ");
            text.push_str(path);
            text.push('\n');
        }
        text
    }

    /// The reverse.
    ///
    /// # Errors
    /// The line (from 1) and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut files = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let wrong = |what: &str| (number + 1, what.to_owned());
            let (hash, path) = line
                .split_once("  ")
                .ok_or_else(|| wrong("no two spaces between digest and path"))?;
            if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(wrong("the digest is not 64 hex digits"));
            }
            // Paths are joined to the snapshot's folder: they must stay below it.
            let below = !path.is_empty()
                && !path.contains(['\\', ':', '\0'])
                && path
                    .split('/')
                    .all(|part| !part.is_empty() && part != "." && part != "..");
            if !below {
                return Err(wrong("the path leaves the snapshot's folder"));
            }
            if files
                .insert(path.to_owned(), hash.to_ascii_lowercase())
                .is_some()
            {
                return Err(wrong("the path is listed twice"));
            }
        }
        Ok(Listing(files))
    }

    /// The content files: everything but `observed/`.
    pub fn content(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(path, hash)| (path.as_str(), hash.as_str()))
            .filter(|(path, _)| !path.starts_with(super::layout::OBSERVED))
    }

    /// SHA-256 over the sorted `path NUL sha256 LF` lines of the content files.
    pub fn content_digest(&self) -> String {
        let mut context = Context::new(&SHA256);
        for (path, hash) in self.content() {
            context.update(path.as_bytes());
            context.update(b"\0");
            context.update(hash.as_bytes());
            context.update(b"\n");
        }
        format!("sha256:{}", hex(context.finish().as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_survives_its_text_and_observed_files_are_not_content() {
        let mut listing = Listing::default();
        listing
            .0
            .insert("onprem/servers/EX01.yaml".to_owned(), sha256_hex(b"a"));
        let before = listing.content_digest();
        listing.0.insert(
            "observed/onprem/servers/EX01.yaml".to_owned(),
            sha256_hex(b"b"),
        );
        assert_eq!(listing.content_digest(), before);
        assert_eq!(Listing::parse(&listing.to_text()), Ok(listing));
        // Computed with: printf 'onprem/servers/EX01.yaml\0%s\n' "$(printf a|sha256sum|cut -c-64)" | sha256sum
        assert_eq!(
            before,
            "sha256:faeb068d5510f6e9ef2ce5ca207d7c24b8365734c4e4ebbae0307d573ee5b30b"
        );
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_refused() {
        let hash = sha256_hex(b"");
        for path in ["../x", "/etc/passwd", "a//b", "a/./b", "C:\\x", ""] {
            let (line, _) = Listing::parse(&format!("{hash}  {path}\n")).unwrap_err();
            assert_eq!(line, 1, "{path}");
        }
    }
}
