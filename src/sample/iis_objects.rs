//! What IIS does for each application of a Mailbox server: as the export script writes it, and as the
//! files themselves.
//!
//! Paths, pools and authentication: `applicationHost.config` of 2019 CU11 servers. Extended Protection and
//! `sslFlags`: the table of Microsoft's Extended Protection document, which Setup applies from 2019 CU14
//! on. `OAuthHttpModule.Profiles`: `cu-behaviour` section 2.6. What a front end offers follows its
//! virtual directories. The files are invented texts of the same facts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::Plane;

use super::bundle::File;
use super::estate::{Organization, Server};
use super::object::{Object, Prop};
use super::types;

const KIND: &str = "IisApplication";
const FRONT: &str = "Default Web Site";
const BACK: &str = "Exchange Back End";
const INSTALLED: &str = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\";

/// Modules in force everywhere: those of IIS that Exchange asks for, in order.
const MODULES: [&str; 12] = [
    "HttpLoggingModule",
    "HttpCacheModule",
    "DynamicCompressionModule",
    "StaticCompressionModule",
    "StaticFileModule",
    "AnonymousAuthenticationModule",
    "BasicAuthenticationModule",
    "WindowsAuthenticationModule",
    "DigestAuthenticationModule",
    "CertificateMappingAuthenticationModule",
    "RequestFilteringModule",
    "RewriteModule",
];

const SSL: &[&str] = &["Ssl", "Ssl128"];
const BOTH: &[&str] = &["Negotiate", "NTLM"];

/// One path. `offers`: A anonymous, B Basic, W Windows; `like` names the virtual directory that decides
/// Basic and Windows instead.
struct Row {
    path: &'static str,
    pool: &'static str,
    folder: &'static str,
    offers: &'static str,
    like: Option<(&'static str, Likeness)>,
    token: &'static str,
    ssl: &'static [&'static str],
    settings: &'static [(&'static str, &'static str)],
}

/// How a virtual directory says what it offers.
#[derive(Clone, Copy)]
enum Likeness {
    Flags(&'static str, &'static str),
    Methods,
}

const FLAGS: Likeness = Likeness::Flags("BasicAuthentication", "WindowsAuthentication");

const fn row(
    path: &'static str,
    pool: &'static str,
    folder: &'static str,
    offers: &'static str,
    token: &'static str,
) -> Row {
    Row {
        path,
        pool,
        folder,
        offers,
        like: None,
        token,
        ssl: SSL,
        settings: &[],
    }
}

impl Row {
    const fn like(mut self, kind: &'static str, likeness: Likeness) -> Self {
        self.like = Some((kind, likeness));
        self
    }

    const fn ssl(mut self, flags: &'static [&'static str]) -> Self {
        self.ssl = flags;
        self
    }

    const fn settings(mut self, settings: &'static [(&'static str, &'static str)]) -> Self {
        self.settings = settings;
        self
    }
}

const PROFILES: &str = "OAuthHttpModule.Profiles";
const PROTOCOL: &str = "HttpProxy.ProtocolType";
const RESOURCE: (&str, &str) = ("OAuthHttpModule.ResourceType", "Exchange");
const ROUTING: &str = "RoutingUpdateModule.ProtocolType";

const FRONT_END: &[Row] = &[
    row(
        "/",
        "MSExchangeOWAAppPool",
        "%SystemDrive%\\inetpub\\wwwroot",
        "A",
        "None",
    ),
    row(
        "/owa",
        "MSExchangeOWAAppPool",
        "FrontEnd\\HttpProxy\\owa",
        "B",
        "Require",
    )
    .like("OwaVirtualDirectory", FLAGS)
    .settings(&[(PROTOCOL, "Owa")]),
    row(
        "/ecp",
        "MSExchangeECPAppPool",
        "FrontEnd\\HttpProxy\\ecp",
        "AB",
        "Require",
    )
    .like("EcpVirtualDirectory", FLAGS)
    .settings(&[(PROTOCOL, "Ecp"), (PROFILES, "S2SAppActAs")]),
    row(
        "/EWS",
        "MSExchangeServicesAppPool",
        "FrontEnd\\HttpProxy\\EWS",
        "AW",
        "Allow",
    )
    .like("WebServicesVirtualDirectory", FLAGS)
    .settings(&[
        (PROTOCOL, "Ews"),
        (
            PROFILES,
            "S2SAppActAs|S2SAppOnly|V1AppActAs|V1AppOnly|Callback",
        ),
        RESOURCE,
    ]),
    row(
        "/API",
        "MSExchangeRestFrontEndAppPool",
        "FrontEnd\\HttpProxy\\Rest",
        "AW",
        "Require",
    )
    .settings(&[
        (PROTOCOL, "Rest"),
        (
            PROFILES,
            "S2SAppActAs|S2SAppOnly|V1AppActAs|V1AppOnly|Callback|V1S2SActAs|CallbackV2",
        ),
        RESOURCE,
    ]),
    row(
        "/Autodiscover",
        "MSExchangeAutodiscoverAppPool",
        "FrontEnd\\HttpProxy\\Autodiscover",
        "ABW",
        "None",
    )
    .like("AutodiscoverVirtualDirectory", FLAGS)
    .settings(&[
        (PROTOCOL, "Autodiscover"),
        (PROFILES, "S2SAppActAs|S2SAppOnly|V1AppActAs|V1AppOnly"),
        RESOURCE,
    ]),
    row(
        "/Microsoft-Server-ActiveSync",
        "MSExchangeSyncAppPool",
        "FrontEnd\\HttpProxy\\sync",
        "B",
        "Allow",
    )
    .like(
        "ActiveSyncVirtualDirectory",
        Likeness::Flags("BasicAuthEnabled", "WindowsAuthEnabled"),
    )
    .settings(&[(PROTOCOL, "Eas"), (PROFILES, "V1AppActAs"), RESOURCE]),
    row(
        "/Microsoft-Server-ActiveSync/Proxy",
        "MSExchangeSyncAppPool",
        "",
        "W",
        "Allow",
    ),
    row(
        "/OAB",
        "MSExchangeOABAppPool",
        "FrontEnd\\HttpProxy\\OAB",
        "W",
        "Allow",
    )
    .like("OabVirtualDirectory", FLAGS)
    .settings(&[
        (PROTOCOL, "Oab"),
        (PROFILES, "V1AppActAs|Callback"),
        RESOURCE,
    ]),
    row(
        "/PowerShell",
        "MSExchangePowerShellFrontEndAppPool",
        "FrontEnd\\HttpProxy\\PowerShell",
        "",
        "None",
    )
    .ssl(&["SslNegotiateCert"])
    .settings(&[(PROTOCOL, "PowerShell")]),
    row(
        "/mapi",
        "MSExchangeMapiFrontEndAppPool",
        "FrontEnd\\HttpProxy\\mapi",
        "W",
        "Require",
    )
    .like("MapiVirtualDirectory", Likeness::Methods)
    .settings(&[(PROTOCOL, "Mapi"), (PROFILES, "V1AppActAs"), RESOURCE]),
    row(
        "/Rpc",
        "MSExchangeRpcProxyFrontEndAppPool",
        "FrontEnd\\HttpProxy\\rpc",
        "BW",
        "Require",
    )
    .like("OutlookAnywhere", Likeness::Methods)
    .settings(&[(PROTOCOL, "RpcHttp")]),
];

const BACK_END: &[Row] = &[
    row("/", "DefaultAppPool", "ClientAccess", "A", "None"),
    row(
        "/API",
        "MSExchangeRestAppPool",
        "ClientAccess\\rest",
        "AW",
        "Require",
    )
    .settings(&[(ROUTING, "Rest")]),
    row(
        "/Autodiscover",
        "MSExchangeAutodiscoverAppPool",
        "ClientAccess\\Autodiscover",
        "AW",
        "None",
    )
    .settings(&[(ROUTING, "Autodiscover")]),
    row(
        "/EWS",
        "MSExchangeServicesAppPool",
        "ClientAccess\\exchweb\\EWS",
        "AW",
        "Require",
    )
    .settings(&[(ROUTING, "EWS")]),
    row(
        "/Microsoft-Server-ActiveSync",
        "MSExchangeSyncAppPool",
        "ClientAccess\\sync",
        "B",
        "Require",
    )
    .settings(&[(ROUTING, "EAS")]),
    row(
        "/Microsoft-Server-ActiveSync/Proxy",
        "MSExchangeSyncAppPool",
        "",
        "W",
        "Require",
    ),
    row(
        "/OAB",
        "MSExchangeOABAppPool",
        "ClientAccess\\OAB",
        "W",
        "Require",
    )
    .settings(&[(ROUTING, "OAB")]),
    row(
        "/PowerShell",
        "MSExchangePowerShellAppPool",
        "ClientAccess\\PowerShell-Proxy",
        "W",
        "Require",
    )
    .ssl(&["Ssl", "Ssl128", "SslNegotiateCert"])
    .settings(&[
        ("PSLanguageMode", "RestrictedLanguage"),
        (ROUTING, "Powershell"),
    ]),
    row(
        "/PushNotifications",
        "MSExchangePushNotificationsAppPool",
        "ClientAccess\\PushNotifications",
        "AW",
        "Require",
    )
    .settings(&[(ROUTING, "PushNotifications")]),
    row(
        "/Rpc",
        "MSExchangeRpcProxyAppPool",
        "%windir%\\System32\\RpcProxy",
        "W",
        "Require",
    )
    .settings(&[(ROUTING, "RPC")]),
    row(
        "/RpcWithCert",
        "MSExchangeRpcProxyAppPool",
        "%windir%\\System32\\RpcProxy",
        "W",
        "Require",
    )
    .settings(&[(ROUTING, "RPC")]),
    row(
        "/ecp",
        "MSExchangeECPAppPool",
        "ClientAccess\\ecp",
        "AW",
        "Require",
    )
    .settings(&[(ROUTING, "ECP")]),
    row(
        "/mapi/emsmdb",
        "MSExchangeMapiMailboxAppPool",
        "ClientAccess\\mapi\\emsmdb",
        "W",
        "Require",
    )
    .settings(&[(ROUTING, "MapiMailbox")]),
    row(
        "/mapi/nspi",
        "MSExchangeMapiAddressBookAppPool",
        "ClientAccess\\mapi\\nspi",
        "W",
        "Require",
    )
    .settings(&[(ROUTING, "MapiAddressBook")]),
    row(
        "/owa",
        "MSExchangeOWAAppPool",
        "ClientAccess\\owa",
        "AW",
        "Require",
    )
    .settings(&[(ROUTING, "OWA")]),
    row("/owa/(build)", "MSExchangeOWAAppPool", "", "A", "Require"),
];

impl Organization {
    /// Every path of both sites of a server, whose virtual directories are these.
    pub(super) fn iis_applications(&self, server: &Server, directories: &[Object]) -> Vec<Object> {
        let sites = [(FRONT, FRONT_END), (BACK, BACK_END)];
        sites
            .into_iter()
            .flat_map(|(site, rows)| rows.iter().map(move |row| (site, row)))
            .map(|(site, row)| self.iis_application(server, site, row, directories))
            .collect()
    }

    fn iis_application(
        &self,
        server: &Server,
        site: &'static str,
        row: &Row,
        directories: &[Object],
    ) -> Object {
        let (basic, windows) = match row.like {
            Some((kind, likeness)) => offered(directories, kind, likeness),
            None => (row.offers.contains('B'), row.offers.contains('W')),
        };
        let mut properties = vec![
            ("SiteName", Prop::text(site)),
            ("ApplicationPath", Prop::text(row.path)),
        ];
        if !row.folder.is_empty() {
            let folder = match row.folder.starts_with('%') {
                true => row.folder.to_owned(),
                false => format!("{INSTALLED}{}", row.folder),
            };
            properties.push(("PhysicalPath", Prop::text(folder)));
        }
        let negotiate: &[&str] = match (site, row.path) {
            (FRONT, "/PowerShell") => &["Negotiate"],
            _ => BOTH,
        };
        properties.extend([
            ("ApplicationPool", Prop::text(row.pool)),
            (
                "AnonymousAuthentication",
                Prop::Bool(row.offers.contains('A')),
            ),
            ("BasicAuthentication", Prop::Bool(basic)),
            ("WindowsAuthentication", Prop::Bool(windows)),
            ("DigestAuthentication", Prop::Bool(false)),
            ("ClientCertificateMappingAuthentication", Prop::Bool(false)),
            (
                "IisClientCertificateMappingAuthentication",
                Prop::Bool(false),
            ),
            (
                "WindowsAuthenticationProviders",
                texts(types::ORDERED, negotiate),
            ),
            ("ExtendedProtectionTokenChecking", Prop::text(row.token)),
            ("ExtendedProtectionFlags", texts(types::STRING_ARRAY, &[])),
            ("ExtendedProtectionSPNList", texts(types::STRING_ARRAY, &[])),
            ("SslFlags", texts(types::STRING_ARRAY, row.ssl)),
            ("IpSecurityAllowUnlisted", Prop::Bool(true)),
        ]);
        let mut read_from = vec!["applicationHost.config"];
        if !row.folder.is_empty() {
            properties.push(("Modules", texts(types::ORDERED, &MODULES)));
        }
        if !row.settings.is_empty() {
            read_from.push("web.config");
            let settings = row.settings.iter();
            properties.extend([
                (
                    "AppSettings",
                    Prop::Map(
                        settings
                            .map(|(key, value)| (*key, Prop::text(*value)))
                            .collect(),
                    ),
                ),
                ("WebConfigModulesAdded", texts(types::ORDERED, &[])),
                (
                    "WebConfigModulesRemoved",
                    texts(types::STRING_ARRAY, &["Session"]),
                ),
                ("WebConfigModulesCleared", Prop::Bool(false)),
                ("UnresolvedInstallDir", Prop::Bool(false)),
            ]);
        }
        let builds = match row.path.contains("(build)") {
            true => vec![server.build.update.map(|n| n.to_string()).join(".")],
            false => Vec::new(),
        };
        let builds: Vec<&str> = builds.iter().map(String::as_str).collect();
        properties.extend([
            ("Builds", texts(types::STRING_ARRAY, &builds)),
            ("ReadFrom", texts(types::STRING_ARRAY, &read_from)),
        ]);
        Object {
            kind: KIND,
            plane: Plane::Host,
            server: Some(server.name.clone()),
            types: types::IIS_APPLICATION,
            to_string: String::new(),
            properties,
            hidden: Vec::new(),
            notes: vec![("PSComputerName", Prop::text(self.fqdn(&server.name)))],
            blob: 0,
        }
    }
}

fn texts(chain: &'static [&'static str], members: &[&str]) -> Prop {
    Prop::List(
        chain,
        members.iter().map(|member| Prop::text(*member)).collect(),
    )
}

/// Basic and Windows of a server's front-end directory.
fn offered(directories: &[Object], kind: &str, likeness: Likeness) -> (bool, bool) {
    let Some(directory) = directories.iter().find(|object| {
        object.kind == kind && object.text("Name").is_some_and(|name| name.contains(FRONT))
    }) else {
        return (false, false);
    };
    match likeness {
        Likeness::Flags(basic, windows) => {
            let on = |name: &str| directory.prop(name) == Some(&Prop::Bool(true));
            (on(basic), on(windows))
        }
        Likeness::Methods => {
            let has = |method: &str| match directory.prop("IISAuthenticationMethods") {
                Some(Prop::List(_, members)) => members
                    .iter()
                    .any(|member| matches!(member, Prop::Enum(_, name, _) if *name == method)),
                _ => false,
            };
            (has("Basic"), has("Ntlm") || has("Negotiate"))
        }
    }
}

/// The files of one server that say what its objects say: `applicationHost.config`, and a `web.config` in
/// each application's folder. Beside the settings stands what a real file has and nobody may keep; `decoy`
/// is its text.
pub fn iis_files(organization: &Organization, server: &str, decoy: &str) -> Vec<File> {
    let objects: Vec<&Object> = organization
        .of_kind(Plane::Host, KIND)
        .filter(|object| object.server.as_deref() == Some(server))
        .collect();
    let mut files = vec![(
        format!("{server}/applicationHost.config"),
        host_file(&objects, decoy).into_bytes(),
    )];
    let mut folders: BTreeMap<String, &Object> = BTreeMap::new();
    for object in objects {
        if object.prop("AppSettings").is_none() {
            continue;
        }
        let folder = object.text("PhysicalPath").unwrap_or_default();
        let folder = folder.strip_prefix(INSTALLED).unwrap_or(folder);
        let folder = folder.strip_prefix("%windir%\\").unwrap_or(folder);
        folders.insert(folder.replace('\\', "/"), object);
    }
    for (folder, object) in folders {
        let path = format!("{server}/{folder}/web.config");
        files.push((path, web_file(object, decoy).into_bytes()));
    }
    files
}

fn host_file(objects: &[&Object], decoy: &str) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<configuration>\r\n\
         <configProtectedData><providers>\r\n\
         <add name=\"AesProvider\" keyContainerName=\"iisConfigurationKey\" sessionKey=\"{0}\" />\r\n\
         </providers></configProtectedData>\r\n\
         <system.applicationHost>\r\n<applicationPools>\r\n\
         <add name=\"Custom\"><processModel userName=\"svc\" password=\"{0}\" /></add>\r\n\
         </applicationPools>\r\n<sites>\r\n",
        attribute(decoy)
    );
    for site in [FRONT, BACK] {
        let _ = write!(out, "<site name=\"{site}\" id=\"{}\">\r\n", site.len());
        for object in objects.iter().filter(|o| o.text("SiteName") == Some(site)) {
            let Some(folder) = object.text("PhysicalPath") else {
                continue;
            };
            let text = |name: &str| attribute(object.text(name).unwrap_or_default());
            let _ = write!(
                out,
                "<application path=\"{}\" applicationPool=\"{}\">\
                 <virtualDirectory path=\"/\" physicalPath=\"{}\" userName=\"svc\" password=\"{}\" />\
                 </application>\r\n",
                text("ApplicationPath"),
                text("ApplicationPool"),
                attribute(folder),
                attribute(decoy)
            );
        }
        out.push_str("</site>\r\n");
    }
    out.push_str(
        "</sites>\r\n</system.applicationHost>\r\n<system.webServer />\r\n\
         <location path=\"\" overrideMode=\"Allow\"><system.webServer><modules>\r\n",
    );
    for module in MODULES {
        let _ = write!(out, "<add name=\"{module}\" lockItem=\"false\" />\r\n");
    }
    out.push_str("</modules></system.webServer></location>\r\n");
    for object in objects {
        out.push_str(&location(object, decoy));
    }
    out.push_str("</configuration>\r\n");
    out
}

fn location(object: &Object, decoy: &str) -> String {
    let text = |name: &str| object.text(name).unwrap_or_default().to_owned();
    let on = |name: &str| object.prop(name) == Some(&Prop::Bool(true));
    let path = text("ApplicationPath");
    let build = members(object, "Builds").concat();
    let path = path.replace("(build)", &build);
    let mut out = format!(
        "<location path=\"{}\"><system.webServer><security>\
         <access sslFlags=\"{}\" /><ipSecurity allowUnlisted=\"{}\" /><authentication>\r\n",
        attribute(format!("{}{path}", text("SiteName")).trim_end_matches('/')),
        members(object, "SslFlags").join(", "),
        on("IpSecurityAllowUnlisted")
    );
    for (element, property) in [
        ("anonymousAuthentication", "AnonymousAuthentication"),
        ("basicAuthentication", "BasicAuthentication"),
        ("digestAuthentication", "DigestAuthentication"),
        (
            "clientCertificateMappingAuthentication",
            "ClientCertificateMappingAuthentication",
        ),
        (
            "iisClientCertificateMappingAuthentication",
            "IisClientCertificateMappingAuthentication",
        ),
    ] {
        let account = match element {
            "anonymousAuthentication" => {
                format!(" userName=\"IUSR\" password=\"{}\"", attribute(decoy))
            }
            _ => String::new(),
        };
        let _ = write!(
            out,
            "<{element} enabled=\"{}\"{account} />\r\n",
            on(property)
        );
    }
    let _ = write!(
        out,
        "<windowsAuthentication enabled=\"{}\"><providers><clear />",
        on("WindowsAuthentication")
    );
    for provider in members(object, "WindowsAuthenticationProviders") {
        let _ = write!(out, "<add value=\"{}\" />", attribute(&provider));
    }
    let _ = write!(
        out,
        "</providers><extendedProtection tokenChecking=\"{}\" flags=\"{}\"><clearSpns />",
        attribute(&text("ExtendedProtectionTokenChecking")),
        members(object, "ExtendedProtectionFlags").join(",")
    );
    for spn in members(object, "ExtendedProtectionSPNList") {
        let _ = write!(out, "<spn name=\"{}\" />", attribute(&spn));
    }
    out.push_str(
        "</extendedProtection></windowsAuthentication>\r\n\
         </authentication></security></system.webServer></location>\r\n",
    );
    out
}

fn web_file(object: &Object, decoy: &str) -> String {
    let decoy = attribute(decoy);
    let mut out = format!(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<configuration>\r\n\
         <connectionStrings><add name=\"db\" connectionString=\"Server=x;Password={decoy}\" /></connectionStrings>\r\n\
         <system.web><machineKey validationKey=\"{decoy}\" decryptionKey=\"{decoy}\" /></system.web>\r\n\
         <appSettings>\r\n<add key=\"ServiceAccount.Credential\" value=\"{decoy}\" />\r\n"
    );
    if let Some(Prop::Map(settings)) = object.prop("AppSettings") {
        for (key, value) in settings {
            if let Prop::Text(value) = value {
                let _ = write!(
                    out,
                    "<add key=\"{key}\" value=\"{}\" />\r\n",
                    attribute(value)
                );
            }
        }
    }
    out.push_str("</appSettings>\r\n<system.webServer><modules>\r\n");
    for module in members(object, "WebConfigModulesRemoved") {
        let _ = write!(out, "<remove name=\"{}\" />\r\n", attribute(&module));
    }
    for module in members(object, "WebConfigModulesAdded") {
        let _ = write!(
            out,
            "<add name=\"{}\" type=\"Contoso.Module\" />\r\n",
            attribute(&module)
        );
    }
    out.push_str("</modules></system.webServer>\r\n</configuration>\r\n");
    out
}

fn members(object: &Object, name: &str) -> Vec<String> {
    match object.prop(name) {
        Some(Prop::List(_, members)) => members
            .iter()
            .filter_map(|member| match member {
                Prop::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
