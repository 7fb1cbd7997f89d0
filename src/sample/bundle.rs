//! Files as a user has them: the export script's bundle, and loose exports.

use std::fs;
use std::io;
use std::path::Path;

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde_json::{Value as Json, json};

use crate::catalog::{Call, Home, KINDS, KeyRule, KindSpec, Per, Roles};
use crate::model::Plane;

use super::clixml::{Form, Style, clixml};
use super::estate::{Organization, Role, Server};
use super::json::{Flavour, graph, json};
use super::object::Object;
use super::random::Random;

/// Relative path with `/`, and bytes.
pub type File = (String, Vec<u8>);

/// A call that did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The plane of the call.
    pub plane: Plane,
    /// The kind that it reads.
    pub kind: &'static str,
    /// The server; `None` for an organization-wide call.
    pub server: Option<String>,
    /// `failed`, `denied` or `unsupported`.
    pub state: &'static str,
    /// What the cmdlet said.
    pub error: String,
}

/// How a bundle is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleOptions {
    /// The CLIXML documents. Exchange Online's are deserialized in any case: there is no live session to it.
    pub style: Style,
    /// Calls that did not answer; their objects are left out.
    pub failures: Vec<Failure>,
}

impl Default for BundleOptions {
    /// The script's copies, every call answered.
    fn default() -> Self {
        BundleOptions {
            style: Style {
                form: Form::Copied,
                ..Style::default()
            },
            failures: Vec::new(),
        }
    }
}

/// What the export script leaves behind for the whole organization, as Windows PowerShell writes it.
pub fn bundle(organization: &Organization, started: DateTime<Utc>) -> Vec<File> {
    bundle_with(organization, started, &BundleOptions::default())
}

/// The same, written otherwise. `record.json` comes last.
pub fn bundle_with(
    organization: &Organization,
    started: DateTime<Utc>,
    options: &BundleOptions,
) -> Vec<File> {
    let mut files = Vec::new();
    let mut calls = Vec::new();
    for planned in plan(organization) {
        let style = match planned.call.plane {
            Plane::Cloud => Style {
                form: Form::Deserialized,
                ..options.style
            },
            _ => options.style,
        };
        let failure = options.failures.iter().find(|failure| {
            failure.plane == planned.call.plane
                && failure.kind == planned.spec.name
                && failure.server.as_deref() == planned.server
        });
        let mut row = planned.row();
        match failure {
            Some(failure) => {
                row["state"] = json!(failure.state);
                row["error"] = json!(failure.error);
            }
            None => {
                let objects = planned.objects(organization);
                let path = planned.path("xml");
                let bytes = clixml(objects.iter().copied(), style);
                row["file"] = json!(path);
                row["sha256"] = json!(sha256(&bytes));
                row["count"] = json!(objects.len());
                files.push((path, bytes));
            }
        }
        calls.push(row);
    }
    let record = json!({
        "schema": "exdrift.record/1",
        "script": {"name": "exdrift-export", "version": "0.1.0"},
        "plane": "onprem",
        "computer": organization.session.computer,
        "user": format!("{}\\svc-exdrift", organization.title.to_ascii_uppercase()),
        "started": moment(started),
        "ended": moment(started + Duration::seconds(190)),
        "whatif": false,
        "servers": null,
        "calls": calls,
    });
    files.push((
        "record.json".to_owned(),
        format!("{record:#}\r\n").into_bytes(),
    ));
    files
}

/// One CLIXML file a kind and plane, all servers in it (of certificates one a server), without a record: what people send around.
pub fn loose_clixml(organization: &Organization, style: Style) -> Vec<File> {
    loose(organization, "xml", |objects| {
        clixml(objects.iter().copied(), style)
    })
}

/// The same in JSON. PowerShell 5.1 writes UTF-16, 7 writes UTF-8.
pub fn loose_json(organization: &Organization, flavour: Flavour) -> Vec<File> {
    use super::clixml::Encoding;
    use super::json::Shell;
    let encoding = match flavour.shell {
        Shell::Windows51 => Encoding::Utf16LeBom,
        Shell::Core7 => Encoding::Utf8,
    };
    loose(organization, "json", |objects| {
        let set = match objects.first().map(|object| object.kind) {
            Some("ServicePrincipal") => Some("servicePrincipals"),
            Some("Application") => Some("applications"),
            _ => None,
        };
        let objects = objects.iter().copied();
        encoding.bytes(&match set {
            Some(set) => graph(objects, set, flavour.shell),
            None => json(objects, flavour),
        })
    })
}

/// Writes files below a folder, which is made where it is missing.
///
/// # Errors
/// Those of the file system, with the path in the text.
pub fn write_to(files: &[File], folder: &Path) -> io::Result<()> {
    let told = |path: &Path, error: io::Error| {
        io::Error::new(error.kind(), format!("{}: {error}", path.display()))
    };
    for (path, bytes) in files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| told(parent, error))?;
        }
        fs::write(&path, bytes).map_err(|error| told(&path, error))?;
    }
    Ok(())
}

/// One call of the script.
struct Planned<'a> {
    spec: &'static KindSpec,
    call: &'static Call,
    server: Option<&'a str>,
}

fn plan(organization: &Organization) -> Vec<Planned<'_>> {
    let mut all = Vec::new();
    for spec in KINDS.iter().copied() {
        for call in spec.calls {
            match call.per {
                Per::Organization => all.push(Planned {
                    spec,
                    call,
                    server: None,
                }),
                Per::Server | Per::Host => all.extend(
                    organization
                        .servers
                        .iter()
                        .filter(|server| carries(spec, server))
                        .map(|server| Planned {
                            spec,
                            call,
                            server: Some(server.name.as_str()),
                        }),
                ),
            }
        }
    }
    if organization.session.order != 0 {
        Random::new(organization.session.order).shuffle(&mut all);
    }
    all
}

fn carries(spec: &KindSpec, server: &Server) -> bool {
    match spec.home {
        Home::Organization => true,
        Home::Server { roles: Roles::Any } => true,
        Home::Server { .. } => server.role != Role::Edge,
    }
}

impl Planned<'_> {
    fn objects<'o>(&self, organization: &'o Organization) -> Vec<&'o Object> {
        organization
            .objects
            .iter()
            .filter(|object| {
                object.plane == self.call.plane
                    && object.kind == self.spec.name
                    && (self.server.is_none() || object.server.as_deref() == self.server)
            })
            .collect()
    }

    fn path(&self, extension: &str) -> String {
        let (plane, kind) = (self.call.plane, self.spec.name);
        match self.server {
            Some(server) => format!("{plane}/{server}/{kind}.{extension}"),
            None => format!("{plane}/{kind}.{extension}"),
        }
    }

    fn row(&self) -> Json {
        let arguments = match (self.call.per, self.server) {
            (Per::Server, Some(server)) => json!({"Server": server}),
            _ => json!({}),
        };
        json!({
            "plane": self.call.plane,
            "kind": self.spec.name,
            "cmdlet": self.call.cmdlet,
            "arguments": arguments,
            "server": self.server,
            "file": null,
            "sha256": null,
            "count": null,
            "state": "complete",
            "error": null,
            "warnings": [],
        })
    }
}

fn loose(
    organization: &Organization,
    extension: &str,
    write: impl Fn(&[&Object]) -> Vec<u8>,
) -> Vec<File> {
    let mut files = Vec::new();
    for spec in KINDS.iter().copied() {
        for call in spec.calls {
            // A certificate does not say whose it is: its folder does.
            let servers: Vec<Option<&str>> = match spec.key {
                KeyRule::ServerThumbprint => {
                    let servers = organization.servers.iter();
                    servers.map(|server| Some(server.name.as_str())).collect()
                }
                _ => vec![None],
            };
            for server in servers {
                let planned = Planned { spec, call, server };
                let objects = planned.objects(organization);
                if !objects.is_empty() {
                    files.push((planned.path(extension), write(&objects)));
                }
            }
        }
    }
    files
}

fn sha256(bytes: &[u8]) -> String {
    ring::digest::digest(&ring::digest::SHA256, bytes)
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
