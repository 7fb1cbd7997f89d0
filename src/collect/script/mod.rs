//! The export script: Windows PowerShell that an administrator runs where exdrift may not go.
//!
//! In: the catalog. Out: the text of the script, ASCII with CRLF line ends (Notepad of Windows Server
//! 2016 shows LF alone as one line). Never: a clock, a file, or a cmdlet that is not in the catalog.
//!
//! `frame.ps1` (on-premises) and `online.ps1` (Exchange Online, Microsoft Graph) are the scripts without
//! their table of calls, `functions.ps1` is what they share; what stands there in double braces is filled
//! in here. What the script writes is read back by [`crate::collect::record`].

use std::fmt::Write as _;

use ring::digest;

use crate::catalog::{self, Call, Class, Home, KeyRule, KindSpec, Per, Property, Roles, Type};
use crate::model::Plane;

const FRAME: &str = include_str!("frame.ps1");
const ONLINE: &str = include_str!("online.ps1");
const FUNCTIONS: &str = include_str!("functions.ps1");
const GRAPH_FUNCTIONS: &str = include_str!("graph.ps1");
const ONLINE_FUNCTIONS: &str = include_str!("exchange_online.ps1");

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
    /// A session of `Connect-ExchangeOnline`: the plane `cloud`.
    ExchangeOnline,
    /// A session of `Connect-MgGraph`: the plane `entra`.
    Graph,
}

/// What differs between the scripts beside their calls.
struct Shell {
    frame: &'static str,
    /// Functions of this shell alone.
    own: &'static str,
    /// The expression that copies an object without its secrets.
    copy: &'static str,
    /// `Export-Clixml -Depth`, and why.
    depth: &'static str,
    depth_reason: &'static str,
    missing: &'static str,
    word: &'static str,
    service: &'static str,
    connect: &'static str,
    session: &'static str,
    rights: &'static str,
}

/// Depth 3 keeps the ToString of every Exchange value, in lists too.
const DEPTH_OF_EXCHANGE: &str = "Depth 3: the object, its properties, the members of a list, and the members' own properties as text.\n\
                \x20               # So every Exchange value keeps its ToString, in lists too.";

const COPY: &str = "Copy-ExdriftObject $item $Read $Name";

impl Audience {
    /// The planes that its shell can read, in the order in which they are read.
    pub fn planes(self) -> &'static [Plane] {
        match self {
            Audience::OnPremises => &[Plane::Onprem, Plane::Host],
            Audience::ExchangeOnline => &[Plane::Cloud],
            Audience::Graph => &[Plane::Entra],
        }
    }

    fn shell(self) -> Shell {
        match self {
            Audience::OnPremises => Shell {
                frame: FRAME,
                own: "",
                copy: COPY,
                depth: "3",
                depth_reason: DEPTH_OF_EXCHANGE,
                missing: " is not in this session: this version of Exchange does not have it, or no management role of this account has it. View-Only Organization Management should.",
                word: "onprem",
                service: "Exchange Server",
                connect: "",
                session: "",
                rights: "",
            },
            Audience::ExchangeOnline => Shell {
                frame: ONLINE,
                own: ONLINE_FUNCTIONS,
                copy: COPY,
                depth: "3",
                depth_reason: DEPTH_OF_EXCHANGE,
                missing: " is not in this session: no management role of this account has it, or Connect-ExchangeOnline was told to load other commands. View-Only Organization Management should.",
                word: "online",
                service: "Exchange Online",
                connect: "Connect-ExchangeOnline",
                session: "Get-ConnectionInformation",
                rights: "the role group View-Only Organization Management of Exchange Online, or the Entra role Global Reader.",
            },
            Audience::Graph => Shell {
                frame: ONLINE,
                own: GRAPH_FUNCTIONS,
                copy: "Copy-ExdriftGraphObject $item $Read",
                depth: "6",
                depth_reason: "Depth 6: the fields of what is nested in lists of nested objects, too.",
                missing: " is not in this session: install the module Microsoft.Graph.Applications.",
                word: "graph",
                service: "Microsoft Graph",
                connect: "Connect-MgGraph -Scopes Application.Read.All",
                session: "Get-MgContext",
                rights: "the delegated Graph permission Application.Read.All, and no other. It cannot change anything.",
            },
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
    let shell = audience.shell();
    let text = shell
        .frame
        .replace("{{functions}}", FUNCTIONS.trim_end_matches('\n'))
        .replace("{{origin}}", shell.own)
        .replace("{{copy}}", shell.copy)
        .replace("{{depth}}", shell.depth)
        .replace("{{depth_reason}}", shell.depth_reason)
        .replace("{{missing_cmdlet}}", shell.missing)
        .replace("{{word}}", shell.word)
        .replace("{{service}}", shell.service)
        .replace("{{connect}}", shell.connect)
        .replace("{{session}}", shell.session)
        .replace("{{rights}}", shell.rights)
        .replace("{{plane}}", audience.planes()[0].as_str())
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
        catalog::on_plane(*plane).filter_map(|spec| Some((spec, spec.call(*plane)?)))
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
        // One by one: a hundred thousand mailboxes never stand in memory together.
        Per::Organization if spec.is_summary() => (
            "Organization",
            fixed.clone(),
            format!(
                "{{ {fixed} -ErrorAction Stop | ForEach-Object -Process {{ Add-ExdriftCount $counts $_ $Read }} }}"
            ),
        ),
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
        Per::Host => (
            "Host",
            "file version of ExSetup.exe".to_owned(),
            "{ param($Name, $Fqdn) if ($Name -eq $env:COMPUTERNAME) { & $exSetup } else { \
             Invoke-Command -ComputerName $Fqdn -ScriptBlock $exSetup -SessionOption $sessionOption -ErrorAction Stop } }"
                .to_owned(),
        ),
    };
    let certificate = matches!(spec.key, KeyRule::ServerThumbprint);
    let graph: Vec<&str> = spec
        .declared()
        .filter(|_| spec.is_graph())
        .filter(|property| !matches!(property.class, Class::Dropped | Class::Secret))
        .map(|property| property.name)
        .collect();
    let only: &[&str] = match certificate {
        true => &CERTIFICATE_FACTS,
        false => &graph,
    };
    let names_of = |is: fn(&Type) -> bool| -> Vec<&str> {
        spec.declared()
            .filter(|property| is(&property.ty))
            .map(|property| property.name)
            .collect()
    };
    let certificates = names_of(|ty| matches!(ty, Type::Certificate));
    let counts = names_of(|ty| matches!(ty, Type::Tally));
    let mut records = Vec::new();
    for property in spec.declared() {
        records_of(property, &mut records);
    }
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
         \x20           Certificates = {}; Counts = {}; Records = @{{ {} }}\n\
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
        list(&certificates),
        list(&counts),
        records.join("; "),
    )
}

/// The fields of nested objects, at any depth: `'keyCredentials' = @('keyId', ...)`.
fn records_of(property: &Property, records: &mut Vec<String>) {
    let mut ty = &property.ty;
    while let Type::Set(inner) | Type::Ordered(inner) = ty {
        ty = inner;
    }
    if let Type::Record(fields) = ty {
        let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        records.push(format!("{} = {}", quote(property.name), list(&names)));
        for field in *fields {
            records_of(field, records);
        }
    }
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
        for audience in [
            Audience::OnPremises,
            Audience::ExchangeOnline,
            Audience::Graph,
        ] {
            let script = generate(audience);
            assert!(!script.contains("{{"), "a hole is left for {audience:?}");
            assert!(script.is_ascii());
            assert_eq!(script.matches('\n').count(), script.matches("\r\n").count());
        }
    }
}
