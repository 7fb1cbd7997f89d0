//! What must hold for any bytes at all. Coverage-guided fuzzing (`tests/fuzz`) and the ordinary tests call
//! the same functions: each takes whatever comes and panics only where a promise is broken.

use std::fs;
use std::path::Path;

use chrono::DateTime;

use crate::catalog;
use crate::collect::{ImportOptions, import};
use crate::drift::diff;
use crate::normalise;
use crate::policy;
use crate::protocol::{self, Limits, ProtocolError, clixml, format_list, iis, json};
use crate::snapshot;

/// Bounds that a small machine meets at every input.
fn limits() -> Limits {
    Limits {
        depth: 64,
        objects: 20_000,
        values: 200_000,
        text: 1 << 20,
    }
}

/// An error names a place in the text, or the byte where the text ends to be one.
fn places(text: &str, error: &ProtocolError) {
    let said = error.to_string();
    assert!(!said.is_empty());
    if let Some(rest) = said.strip_prefix("line ") {
        let line: usize = rest
            .split(|c: char| !c.is_ascii_digit())
            .next()
            .and_then(|digits| digits.parse().ok())
            .expect("a line number follows the word");
        assert!(
            line >= 1 && line <= text.matches('\n').count() + 1,
            "{said}"
        );
    }
}

/// CLIXML: no panic, an error with a place, and ids that stay inside the document.
pub fn clixml(bytes: &[u8]) {
    let Ok(text) = protocol::decode(bytes) else {
        return;
    };
    match clixml::parse(&text, &limits()) {
        Ok(document) => normalised(&document, "PartnerApplication"),
        Err(error) => places(&text, &error),
    }
}

/// JSON: the same; and what serde_json refuses is refused.
pub fn json(bytes: &[u8]) {
    let Ok(text) = protocol::decode(bytes) else {
        return;
    };
    match json::parse(&text, &limits()) {
        Ok(document) => {
            walk(&document);
            let other: Result<serde_json::Value, _> = serde_json::from_str(&text);
            if let Err(error) = other {
                // Numbers beyond 64 bits of exponent and lone surrogates are text here.
                let known = ["number out of range", "surrogate", "recursion limit"];
                let said = error.to_string();
                assert!(
                    known.iter().any(|word| said.contains(word)),
                    "read what serde_json refuses: {said}"
                );
            }
        }
        Err(error) => places(&text, &error),
    }
}

/// Configuration of IIS and .NET: the same, whichever of the two files it is taken for.
pub fn iis(bytes: &[u8]) {
    let Ok(text) = protocol::decode(bytes) else {
        return;
    };
    match iis::application_host(&text, &limits()) {
        Ok(host) => normalised(&host.document, "IisApplication"),
        Err(error) => places(&text, &error),
    }
    let place = ("Default Web Site".to_owned(), "/EWS".to_owned());
    match iis::web_config(&text, &limits(), &[place], "FrontEnd/HttpProxy/EWS") {
        Ok(iis::Web::Config(document) | iis::Web::Bindings(document)) => {
            normalised(&document, "IisApplication");
        }
        Err(error) => places(&text, &error),
    }
}

/// Format-List text: the same, and a value that is made of broken lines is never a plain one.
pub fn format_list(bytes: &[u8]) {
    let Ok(text) = protocol::decode(bytes) else {
        return;
    };
    match format_list::parse(&text, &limits()) {
        Ok(listing) => {
            assert_eq!(listing.commands.len(), listing.document.roots.len());
            normalised(&listing.document, "OwaVirtualDirectory");
            normalised(&listing.document, "AuthServer");
        }
        Err(error) => places(&text, &error),
    }
}

/// Every object becomes canonical values, whatever it holds.
fn normalised(document: &protocol::Document<'_>, kind: &str) {
    walk(document);
    let spec = catalog::find(kind).expect("a kind of the catalog");
    for object in document.objects() {
        let made = normalise::object(document, object, spec);
        assert!(made.properties.keys().all(|name| !name.is_empty()));
    }
}

fn walk(document: &protocol::Document<'_>) {
    for object in document.objects() {
        for property in object.properties() {
            let _ = document.as_object(&property.value);
            let _ = document.scalar(&property.value);
        }
        let _ = document.type_name(object);
    }
}

/// A content file of the store: no panic, and the reader for the canonical form agrees with the general
/// one wherever it answers.
pub fn store(bytes: &[u8]) {
    let _ = is_canonical(bytes);
}

/// The same; true where the quick reader answers.
pub fn is_canonical(bytes: &[u8]) -> bool {
    snapshot::read_twice(bytes)
}

/// METADATA of a policy: no panic, and every complaint has a place.
pub fn metadata(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Err(diagnostics) = policy::read_metadata("any.rego", text) {
        assert!(!diagnostics.is_empty());
        for diagnostic in diagnostics {
            assert!(!diagnostic.render(false).is_empty());
        }
    }
}

/// Names that a file may come under: readers look at them, and at what is inside.
pub const FILE_NAMES: [&str; 12] = [
    "EX01/Get-OwaVirtualDirectory.xml",
    "OwaVirtualDirectory.json",
    "ProviderSettingsExport.json",
    "ScubaResults.json",
    "HealthChecker-EX01-20260101010101.xml",
    "20260101_EX01.json",
    "Organization.json",
    "servicePrincipals.json",
    "EX01/applicationHost.config",
    "EX01/FrontEnd/HttpProxy/EWS/web.config",
    "listing.txt",
    "exports.zip",
];

/// A file as a user has it, through the whole import: the first byte chooses its name, the others are in
/// it. An error says something; a snapshot is the same each time, differs from itself in nothing, and
/// names no server and no key that is empty.
///
/// # Panics
/// Also where `folder`, which belongs to this probe alone, cannot be written.
pub fn whole_import(bytes: &[u8], folder: &Path) {
    let Some((first, content)) = bytes.split_first() else {
        return;
    };
    let name = FILE_NAMES[usize::from(*first) % FILE_NAMES.len()];
    let _ = fs::remove_dir_all(folder);
    let file = folder.join(name);
    fs::create_dir_all(file.parent().unwrap_or(folder)).expect("a folder of one's own");
    fs::write(&file, content).expect("a file of one's own");
    let now = DateTime::from_timestamp(4_102_444_800, 0).unwrap_or_default();
    let mut options = ImportOptions::new("contoso", now);
    options.max_file_size = 1 << 20;
    let once = || import(&[folder.to_owned()], &options);
    match once() {
        Ok(read) => {
            let again = once().expect("what was read is read again");
            assert_eq!(read.snapshot.resources, again.snapshot.resources);
            assert!(diff(&read.snapshot, &again.snapshot).changes.is_empty());
            for (id, resource) in &read.snapshot.resources {
                assert!(!id.key.is_empty(), "{id:?}");
                assert_ne!(resource.server.as_deref(), Some(""), "{id:?}");
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
