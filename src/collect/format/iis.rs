//! `applicationHost.config` and `web.config`, under their own names or as a health check collects them.

use crate::catalog;
use crate::protocol::iis::{self, Web};
use crate::protocol::{Document, ProtocolError};

use super::super::place::Unplaced;
use super::{Find, Format, Reading, Seen};

pub(super) static FORMAT: Format = Format {
    name: "iis_config",
    recognise: |seen| file(seen.name).is_some() && seen.start().starts_with('<'),
    read,
    is_certain: true,
};

/// Which of the files a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::collect) enum File {
    Host,
    Web,
    Shared,
}

/// `applicationHost.config`, `E19_ApplicationHost_1.config`, `web.config`, `DefaultWebSite-EWS_web.config`.
pub(in crate::collect) fn file(name: &str) -> Option<File> {
    let lower = name.to_ascii_lowercase();
    let stem = lower.strip_suffix(".config")?;
    let words = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    if stem.contains("applicationhost") {
        Some(File::Host)
    } else if stem.contains("sharedwebconfig") {
        Some(File::Shared)
    } else if words == "web" || words.ends_with("_web") || words.ends_with("-web") {
        Some(File::Web)
    } else {
        None
    }
}

fn read<'a>(seen: &Seen<'a>) -> Result<Reading<'a>, ProtocolError> {
    if file(seen.name) == Some(File::Host) {
        let host = iis::application_host(seen.text, seen.limits)?;
        let mut reading = reading(host.document);
        if host.orphans > 0 {
            reading.unplaced.push(aside(
                "(location)",
                format!(
                    "the site: {} location elements name sites that the file does not have",
                    host.orphans
                ),
            ));
        }
        return Ok(reading);
    }
    let folder = folder(seen.shown);
    let places = places(seen.shown, seen.name);
    match iis::web_config(seen.text, seen.limits, &places, &folder)? {
        Web::Config(document) => Ok(reading(document)),
        Web::Bindings(document) => {
            let mut reading = reading(document);
            let words = "assembly bindings, of which nothing is kept".to_owned();
            reading
                .unplaced
                .push(aside("(SharedWebConfig.config)", words));
            Ok(reading)
        }
    }
}

fn reading(document: Document<'_>) -> Reading<'_> {
    let mut reading = Reading::of_roots(document);
    for find in &mut reading.finds {
        *find = Find {
            kind: catalog::find("IisApplication"),
            ..find.clone()
        };
    }
    reading
}

fn aside(type_name: &str, missing: String) -> Unplaced {
    Unplaced {
        type_name: type_name.to_owned(),
        missing,
        plane: None,
        kind: None,
    }
}

/// The folder of a shown path, with `/`.
fn folder(shown: &str) -> String {
    let shown = shown.replace('\\', "/");
    shown
        .rsplit_once('/')
        .map(|(folder, _)| folder.to_owned())
        .unwrap_or_default()
}

const FRONT: &str = "Default Web Site";
const BACK: &str = "Exchange Back End";

/// Where Setup puts the files: folder, site, the applications that it serves. The folders and paths are
/// those of `applicationHost.config` of 2016 CU22 and 2019 CU11 servers.
const LAYOUT: [(&str, &str, &[&str]); 25] = [
    (
        "frontend/httpproxy/owa",
        FRONT,
        &["/owa", "/owa/Calendar", "/owa/Integrated", "/owa/oma"],
    ),
    ("frontend/httpproxy/ecp", FRONT, &["/ecp"]),
    ("frontend/httpproxy/ews", FRONT, &["/EWS"]),
    ("frontend/httpproxy/rest", FRONT, &["/API"]),
    ("frontend/httpproxy/autodiscover", FRONT, &["/Autodiscover"]),
    (
        "frontend/httpproxy/sync",
        FRONT,
        &["/Microsoft-Server-ActiveSync"],
    ),
    ("frontend/httpproxy/oab", FRONT, &["/OAB"]),
    ("frontend/httpproxy/powershell", FRONT, &["/PowerShell"]),
    ("frontend/httpproxy/mapi", FRONT, &["/mapi"]),
    ("frontend/httpproxy/rpc", FRONT, &["/Rpc"]),
    ("inetpub/wwwroot", FRONT, &["/"]),
    ("clientaccess/powershell-proxy", BACK, &["/PowerShell"]),
    ("clientaccess/mapi/emsmdb", BACK, &["/mapi/emsmdb"]),
    ("clientaccess/mapi/nspi", BACK, &["/mapi/nspi"]),
    ("clientaccess/rest", BACK, &["/API"]),
    ("clientaccess/owa", BACK, &["/owa", "/owa/Calendar"]),
    ("clientaccess/oab", BACK, &["/OAB"]),
    ("clientaccess/ecp", BACK, &["/ecp"]),
    ("clientaccess/autodiscover", BACK, &["/Autodiscover"]),
    ("clientaccess/sync", BACK, &["/Microsoft-Server-ActiveSync"]),
    ("clientaccess/exchweb/ews", BACK, &["/EWS"]),
    ("clientaccess/exchweb/ews/bin", BACK, &["/EWS/bin"]),
    (
        "clientaccess/pushnotifications",
        BACK,
        &["/PushNotifications"],
    ),
    ("system32/rpcproxy", BACK, &["/Rpc", "/RpcWithCert"]),
    ("clientaccess", BACK, &["/"]),
];

/// Names that a health check gives the files when it puts them into one folder: `DefaultWebSite-EWS_web`.
const COLLECTED: [(&str, &str); 24] = [
    ("defaultwebsite-autod", "frontend/httpproxy/autodiscover"),
    ("defaultwebsite-eas", "frontend/httpproxy/sync"),
    ("defaultwebsite-ecp", "frontend/httpproxy/ecp"),
    ("defaultwebsite-ews", "frontend/httpproxy/ews"),
    ("defaultwebsite-mapi", "frontend/httpproxy/mapi"),
    ("defaultwebsite-oab", "frontend/httpproxy/oab"),
    ("defaultwebsite-owa", "frontend/httpproxy/owa"),
    ("defaultwebsite-powershell", "frontend/httpproxy/powershell"),
    ("defaultwebsite-rest", "frontend/httpproxy/rest"),
    ("defaultwebsite-rpc", "frontend/httpproxy/rpc"),
    ("defaultwebsite", "inetpub/wwwroot"),
    ("exchangebackend-autod", "clientaccess/autodiscover"),
    ("exchangebackend-eas", "clientaccess/sync"),
    ("exchangebackend-ecp", "clientaccess/ecp"),
    ("exchangebackend-ews", "clientaccess/exchweb/ews"),
    ("exchangebackend-mapiemsmdb", "clientaccess/mapi/emsmdb"),
    ("exchangebackend-mapinspi", "clientaccess/mapi/nspi"),
    ("exchangebackend-oab", "clientaccess/oab"),
    ("exchangebackend-owa", "clientaccess/owa"),
    (
        "exchangebackend-powershell",
        "clientaccess/powershell-proxy",
    ),
    ("exchangebackend-push", "clientaccess/pushnotifications"),
    ("exchangebackend-rest", "clientaccess/rest"),
    ("exchangebackend-rpc", "system32/rpcproxy"),
    ("exchangebackend", "clientaccess"),
];

/// The applications that a `web.config` belongs to, by the layout of an Exchange server.
fn places(shown: &str, name: &str) -> Vec<(String, String)> {
    let stem = name.to_ascii_lowercase();
    let stem = stem.strip_suffix(".config").unwrap_or(&stem);
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let folder = match stem.strip_suffix("_web") {
        Some(short) => COLLECTED
            .iter()
            .find(|(collected, _)| *collected == short)
            .map(|(_, folder)| (*folder).to_owned()),
        None if stem == "web" => Some(folder(shown).to_ascii_lowercase()),
        None => None,
    };
    let Some(folder) = folder else {
        return Vec::new();
    };
    let ends = |tail: &str| {
        folder
            .strip_suffix(tail)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    LAYOUT
        .iter()
        .filter(|(tail, ..)| ends(tail))
        .flat_map(|(_, site, paths)| {
            paths
                .iter()
                .map(|path| ((*site).to_owned(), (*path).to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_files_apart() {
        for (name, expected) in [
            ("applicationHost.config", Some(File::Host)),
            ("E19_NotConfigured_ApplicationHost.config", Some(File::Host)),
            ("applicationHost1.config", Some(File::Host)),
            ("web.config", Some(File::Web)),
            ("Web.Config", Some(File::Web)),
            ("DefaultWebSite-EWS_web.config", Some(File::Web)),
            ("DefaultWebSite_web1.config", Some(File::Web)),
            ("SharedWebConfig.config", Some(File::Shared)),
            ("DefaultWebSite_SharedWebConfig.config", Some(File::Shared)),
            ("EdgeTransport.exe.config", None),
            ("web.config.xml", None),
            ("cobweb.config", None),
        ] {
            assert_eq!(file(name), expected, "{name}");
        }
    }

    #[test]
    fn the_layout_of_an_exchange_server_places_a_file() {
        let place = |shown: &str| {
            let name = shown.rsplit('/').next().unwrap_or(shown);
            places(shown, name)
                .into_iter()
                .map(|(site, path)| format!("{site}{path}"))
                .collect::<Vec<_>>()
        };
        let root = "EX01/C/Program Files/Microsoft/Exchange Server/V15";
        assert_eq!(
            place(&format!("{root}/FrontEnd/HttpProxy/rest/web.config")),
            ["Default Web Site/API"]
        );
        assert_eq!(
            place("ClientAccess/exchweb/ews/web.config"),
            ["Exchange Back End/EWS"]
        );
        assert_eq!(place("ClientAccess/web.config"), ["Exchange Back End/"]);
        assert_eq!(
            place("x/FrontEnd/HttpProxy/owa/web.config").len(),
            4,
            "one folder serves the mailbox, the calendar and the two old names"
        );
        assert_eq!(
            place("iis/ExchangeBackEnd-RPC_web.config"),
            ["Exchange Back End/Rpc", "Exchange Back End/RpcWithCert"]
        );
        assert_eq!(place("DefaultWebSite_web1.config"), ["Default Web Site/"]);
        assert!(place("EX01/web.config").is_empty());
        assert!(place("MyClientAccess/web.config").is_empty());
        assert!(place("Contoso-EWS_web.config").is_empty());
    }
}
