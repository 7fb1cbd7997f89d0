//! Properties that cannot be changed by themselves, each with the reason.

use super::How;

/// A property whose change says something else than "changed".
pub struct Fixed {
    /// The kind; `*` for every kind whose catalog entry keeps it as content.
    pub kind: &'static str,
    /// The property.
    pub name: &'static str,
    /// In these exports; in all where none is named.
    pub only: &'static [How],
    /// Why.
    pub why: &'static str,
}

const fn fixed(kind: &'static str, name: &'static str, why: &'static str) -> Fixed {
    Fixed {
        kind,
        name,
        only: &[],
        why,
    }
}

const fn loose(kind: &'static str, name: &'static str, why: &'static str) -> Fixed {
    Fixed {
        only: &[
            How::Loose,
            How::Again,
            How::JsonLive,
            How::JsonAgain,
            How::JsonCore,
        ],
        ..fixed(kind, name, why)
    }
}

const KEY: &str = "it is the key, or a part of it";
const CARRIES: &str = "which directories are expected of a server follows from it";
const SERVER: &str = "nothing else in a loose file says on which server the object is";

/// See the module. What another Guid, another name and another certificate are has tests of its own.
pub const FIXED: &[Fixed] = &[
    fixed("*", "Name", KEY),
    fixed(
        "*",
        "Guid",
        "another Guid is another object under the same key",
    ),
    loose("*", "Server", SERVER),
    loose("IisApplication", "PSComputerName", SERVER),
    loose("ServerVersion", "PSComputerName", SERVER),
    fixed("ExchangeServer", "IsEdgeServer", CARRIES),
    fixed("ServicePrincipal", "appId", KEY),
    fixed("Application", "appId", KEY),
    fixed("ApplicationAccessPolicy", "Identity", KEY),
    fixed("IisApplication", "SiteName", KEY),
    fixed("IisApplication", "ApplicationPath", KEY),
    fixed(
        "ExchangeCertificate",
        "RawData",
        "the key and every other fact follow from it",
    ),
    fixed(
        "ExchangeCertificate",
        "Thumbprint",
        "computed from the certificate, whatever the export says",
    ),
];

/// Properties whose absence says something of the whole object: kind, name, and what it says.
pub const TELLS_MORE: &[(&str, &str, &str)] = &[
    ("ServerVersion", "FileName", "any file has a version"),
    (
        "CASMailbox",
        "Count",
        "without it the object is one mailbox",
    ),
    ("User", "Count", "without it the object is one user"),
    (
        "*",
        "IsValid",
        "without it and ObjectState an object is a selection",
    ),
];
