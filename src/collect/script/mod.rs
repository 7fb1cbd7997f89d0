//! The export script: Windows PowerShell that an administrator runs where exdrift may not go.
//!
//! In: the catalog. Out: the text of the script, ASCII with CRLF line ends (Notepad of Windows Server
//! 2016 shows LF alone as one line). Never: a clock, a file, or a cmdlet that is not in the catalog.
//!
//! `frame.ps1` is the script without its table of calls; what stands there in double braces is filled
//! in here. What the script writes is read back by [`crate::collect::record`].

use std::fmt::Write as _;

use ring::digest;

use crate::catalog::{self, Call, Class, Home, KeyRule, KindSpec, Per, Roles};
use crate::model::Plane;

const FRAME: &str = include_str!("frame.ps1");
const IIS: &str = include_str!("iis.ps1");

/// The script's name in `record.json`.
pub const NAME: &str = "exdrift-export";

/// What a certificate says beside its DER bytes, which answer everything else. A certificate object
/// can reach its private key, so no other property of it is touched.
const CERTIFICATE_FACTS: [&str; 7] = [
    "RawData",
    "Thumbprint",
    "Services",
    "Status",
    "RootCAType",
    "HasPrivateKey",
    "PrivateKeyExportable",
];

/// For whom a script is written: which shell it runs in, and so which planes it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Audience {
    /// The Exchange Management Shell of an Exchange server: the planes `onprem` and `host`.
    OnPremises,
}

impl Audience {
    /// The planes that its shell can read, in the order in which they are read.
    pub fn planes(self) -> &'static [Plane] {
        match self {
            Audience::OnPremises => &[Plane::Onprem, Plane::Host],
        }
    }
}

/// The script. The same catalog gives the same bytes.
pub fn generate(audience: Audience) -> String {
    let words = catalog::SECRET_WORDS.map(quote).join(", ");
    let allowed: Vec<_> = catalog::NOT_SECRET
        .iter()
        .map(|name| format!("        {}", quote(name)))
        .collect();
    let reads: Vec<_> = reads(audience)
        .map(|(spec, call)| entry(spec, call))
        .collect();
    let settings: Vec<_> = crate::protocol::iis::SETTINGS
        .iter()
        .map(|name| format!("            {}", quote(name)))
        .collect();
    let iis = IIS.replace("{{settings}}", &settings.join(",\n"));
    let text = FRAME
        .replace("{{iis}}", &iis)
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{catalog}}", &catalog_digest())
        .replace("{{revisions}}", &revisions(audience))
        .replace("{{words}}", &words)
        .replace("{{word_pattern}}", &catalog::SECRET_WORDS.join("|"))
        .replace("{{allowed}}", &allowed.join(",\n"))
        .replace("{{redacted}}", catalog::REDACTED)
        .replace("{{reads}}", &reads.join("\n"));
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

/// The digest of the catalog: `sha256:` and lower hex over the sorted `kind SPACE revision LF` lines.
/// Two scripts of one digest read the same kinds in the same form.
pub fn catalog_digest() -> String {
    let mut lines: Vec<_> = catalog::KINDS
        .iter()
        .map(|spec| format!("{} {}\n", spec.name, spec.revision))
        .collect();
    lines.sort();
    let digest = digest::digest(&digest::SHA256, lines.concat().as_bytes());
    digest
        .as_ref()
        .iter()
        .fold(String::from("sha256:"), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}"); // a String takes every write
            hex
        })
}

/// Every kind with its call on the planes of an audience. Planes are the outer order, so that the
/// slow calls into other servers come last.
fn reads(audience: Audience) -> impl Iterator<Item = (&'static KindSpec, &'static Call)> {
    audience.planes().iter().flat_map(|plane| {
        catalog::on_plane(*plane)
            .filter(|spec| !spec.is_summary())
            .filter_map(|spec| Some((spec, spec.call(*plane)?)))
    })
}

/// One row of the script's table.
fn entry(spec: &KindSpec, call: &Call) -> String {
    let roles = match spec.home {
        Home::Organization | Home::Server { roles: Roles::Any } => "Any",
        Home::Server {
            roles: Roles::NotEdge,
        } => "NotEdge",
        Home::Server {
            roles: Roles::ClientAccess,
        } => "ClientAccess",
        Home::Server {
            roles: Roles::Mailbox,
        } => "Any", // no such kind is read server by server
    };
    let fixed = if call.arguments.is_empty() {
        call.cmdlet.to_owned()
    } else {
        format!("{} {}", call.cmdlet, call.arguments)
    };
    let (per, text, run) = match call.per {
        Per::Organization => (
            "Organization",
            fixed.clone(),
            format!("{{ {fixed} -ErrorAction Stop }}"),
        ),
        Per::Server => (
            "Server",
            fixed.clone(),
            format!("{{ param($Name) {fixed} -Server $Name -ErrorAction Stop }}"),
        ),
        // Invoke-Command: the least that answers reliably. The registry and the file shares of another
        // server take its local administrators, and Remote Registry is often off.
        Per::Host => {
            let (what, block) = match spec.key {
                KeyRule::WebApplication => (
                    "configuration of IIS (applicationHost.config, web.config)",
                    "$iisApplications",
                ),
                _ => ("file version of ExSetup.exe", "$exSetup"),
            };
            let run = format!(
                "{{ param($Name, $Fqdn) if ($Name -eq $env:COMPUTERNAME) {{ & {block} }} else {{ \
                 Invoke-Command -ComputerName $Fqdn -ScriptBlock {block} -SessionOption $sessionOption -ErrorAction Stop }} }}"
            );
            ("Host", what.to_owned(), run)
        }
    };
    let certificate = matches!(spec.key, KeyRule::ServerThumbprint);
    let only: &[&str] = if certificate { &CERTIFICATE_FACTS } else { &[] };
    let bytes: &[&str] = if certificate { &["RawData"] } else { &[] };
    let secrets: Vec<_> = spec
        .declared()
        .filter(|property| property.class == Class::Secret)
        .map(|property| property.name)
        .collect();
    let arguments: Vec<_> = arguments(call.arguments)
        .into_iter()
        .map(|(name, value)| match value {
            Some(value) => format!("{} = {}", quote(name), quote(value)),
            None => format!("{} = $true", quote(name)),
        })
        .collect();
    format!(
        "        @{{\n\
         \x20           Plane = {}; Kind = {}; Cmdlet = {}; Per = '{per}'; Roles = '{roles}'\n\
         \x20           Text = {}; Arguments = [ordered]@{{ {} }}\n\
         \x20           Only = {}; Bytes = {}; Secrets = {}\n\
         \x20           Run = {run}\n\
         \x20       }}",
        quote(call.plane.as_str()),
        quote(spec.name),
        quote(call.cmdlet),
        quote(&text),
        arguments.join("; "),
        list(only),
        list(bytes),
        list(&secrets),
    )
}

/// `-Name value -Switch` of the catalog, for the record. A value in single quotes loses them.
fn arguments(text: &str) -> Vec<(&str, Option<&str>)> {
    let mut found: Vec<(&str, Option<&str>)> = Vec::new();
    for word in text.split_ascii_whitespace() {
        match (word.strip_prefix('-'), found.last_mut()) {
            (Some(name), _) => match name.split_once(':') {
                Some((name, value)) => found.push((name, Some(value))),
                None => found.push((name, None)),
            },
            (None, Some(last)) => last.1 = Some(word.trim_matches('\'')),
            (None, None) => {} // a positional value has no name to record
        }
    }
    found
}

/// The kinds that are read, with their revisions, as lines of the header.
fn revisions(audience: Audience) -> String {
    let mut lines = vec![String::from("   ")];
    for (spec, _) in reads(audience) {
        let word = format!(" {} {},", spec.name, spec.revision);
        match lines.last_mut() {
            Some(line) if line.len() + word.len() <= 110 => line.push_str(&word),
            _ => lines.push(format!("   {word}")),
        }
    }
    lines.join("\n").trim_end_matches(',').to_owned()
}

fn list(items: &[&str]) -> String {
    let items: Vec<_> = items.iter().map(|item| quote(item)).collect();
    format!("@({})", items.join(", "))
}

/// A PowerShell literal: single quotes, doubled inside.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_recorded_by_name() {
        assert_eq!(
            arguments("-Status -Scope 'Forest' -Confirm:$false"),
            [
                ("Status", None),
                ("Scope", Some("Forest")),
                ("Confirm", Some("$false"))
            ]
        );
        assert!(arguments("").is_empty());
    }

    #[test]
    fn a_quote_in_a_literal_is_doubled() {
        assert_eq!(quote("it's"), "'it''s'");
    }

    #[test]
    fn certificate_facts_are_declared_and_none_is_a_secret() {
        for spec in catalog::KINDS
            .iter()
            .filter(|spec| matches!(spec.key, KeyRule::ServerThumbprint))
        {
            for name in CERTIFICATE_FACTS {
                let property = spec.property(name);
                assert!(
                    property.is_some(),
                    "{name} is not declared by {}",
                    spec.name
                );
                assert!(property.is_some_and(|p| p.class != Class::Secret), "{name}");
                assert!(!catalog::is_secret_name(name), "{name}");
            }
        }
    }

    #[test]
    fn every_hole_is_filled() {
        let script = generate(Audience::OnPremises);
        assert!(!script.contains("{{"), "a hole of frame.ps1 is left");
        assert!(script.is_ascii());
        assert_eq!(script.matches('\n').count(), script.matches("\r\n").count());
    }
}
