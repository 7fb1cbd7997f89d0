//! The nine directories of a server with client access.
//!
//! Property names and types: exports of a 2019 CU11 server (EWS, OWA), Format-List texts of public exports
//! (Autodiscover, OAB, ECP) and the cmdlet references (MAPI, ActiveSync, PowerShell, Outlook Anywhere).
//! Values: factory values as `cu-behaviour` section 2.4 has them, locked down where the server is exposed.

use crate::model::Plane;

use super::defaults;
use super::estate::{Exposure, Organization, Place, Server};
use super::object::{Object, Prop};
use super::types;

/// A member of one of Exchange's configuration enumerations, by the type's last segment.
macro_rules! member {
    ($ty:literal, $name:literal, $number:literal) => {
        Prop::Enum(
            concat!(
                "Microsoft.Exchange.Data.Directory.SystemConfiguration.",
                $ty
            ),
            $name,
            $number,
        )
    };
}

/// Authentication of one directory with flags.
#[derive(Clone, Copy)]
struct Flags {
    basic: bool,
    windows: bool,
    oauth: bool,
    ws_security: bool,
}

impl Flags {
    /// The methods that the flags add up to, as Exchange lists them.
    fn methods(self) -> Prop {
        let mut names = Vec::new();
        if self.basic {
            names.push("Basic");
        }
        if self.windows {
            names.extend(["Ntlm", "WindowsIntegrated"]);
        }
        if self.ws_security {
            names.push("WSSecurity");
        }
        if self.oauth {
            names.push("OAuth");
        }
        Prop::methods(names)
    }
}

struct Directory {
    kind: &'static str,
    types: &'static [&'static str],
    virtual_path: &'static str,
    file_path: &'static str,
    class: &'static str,
    category: &'static str,
    url: Option<&'static str>,
    blob: usize,
}

impl Organization {
    /// All directories of a server, in the order of the catalog.
    pub(super) fn directories(&self, server: &Server) -> Vec<Object> {
        vec![
            self.active_sync(server),
            self.ews(server),
            self.mapi(server),
            self.oab(server),
            self.autodiscover(server),
            self.owa(server),
            self.ecp(server),
            self.power_shell(server),
            self.outlook_anywhere(server),
        ]
    }

    fn active_sync(&self, server: &Server) -> Object {
        let basic = server.exposure != Exposure::Internet;
        // Filled, so that they say something: untouched lists are empty and allow every method.
        let methods = || match server.exposure {
            Exposure::Internet => Prop::methods(["OAuth"]),
            _ => Prop::methods(["Basic", "OAuth"]),
        };
        let own = vec![
            (
                "MobileClientFlags",
                member!(
                    "MobileClientFlagsType",
                    "BadItemReportingEnabled, SendWatsonReport",
                    3
                ),
            ),
            (
                "MobileClientCertificateProvisioningEnabled",
                Prop::Bool(false),
            ),
            ("BadItemReportingEnabled", Prop::Bool(true)),
            ("SendWatsonReport", Prop::Bool(true)),
            ("MobileClientCertificateAuthorityURL", Prop::text("")),
            ("MobileClientCertTemplateName", Prop::text("")),
            (
                "ActiveSyncServer",
                Prop::text(self.url(server, "/Microsoft-Server-ActiveSync")),
            ),
            (
                "RemoteDocumentsActionForUnknownServers",
                member!("RemoteDocumentsActions", "Allow", 0),
            ),
            ("RemoteDocumentsAllowedServers", Prop::strings::<&str>([])),
            ("RemoteDocumentsBlockedServers", Prop::strings::<&str>([])),
            (
                "RemoteDocumentsInternalDomainSuffixList",
                Prop::strings::<&str>([]),
            ),
            ("BasicAuthEnabled", Prop::Bool(basic)),
            ("WindowsAuthEnabled", Prop::Bool(false)),
            ("CompressionEnabled", Prop::Bool(true)),
            (
                "ClientCertAuth",
                member!("ClientCertAuthTypes", "Ignore", 0),
            ),
            ("WebsiteName", Prop::text("Default Web Site")),
            ("WebSiteSSLEnabled", Prop::Bool(true)),
            (
                "VirtualDirectoryName",
                Prop::text("Microsoft-Server-ActiveSync"),
            ),
        ];
        let directory = Directory {
            kind: "ActiveSyncVirtualDirectory",
            types: types::ACTIVE_SYNC,
            virtual_path: "Microsoft-Server-ActiveSync",
            file_path: "sync",
            class: "msExchMobileVirtualDirectory",
            category: "ms-Exch-Mobile-Virtual-Directory",
            url: Some("/Microsoft-Server-ActiveSync"),
            blob: 18_000,
        };
        self.directory(server, &directory, own, methods)
    }

    fn ews(&self, server: &Server) -> Object {
        let flags = Flags {
            basic: false,
            windows: server.exposure != Exposure::Internet,
            oauth: true,
            ws_security: server.exposure != Exposure::Internet,
        };
        let mut own = vec![
            ("CertificateAuthentication", Prop::Null),
            ("InternalNLBBypassUrl", Prop::Null),
            ("GzipLevel", member!("GzipLevel", "Low", 1)),
            (
                "MRSProxyEnabled",
                Prop::Bool(server.exposure == Exposure::ExoOnly),
            ),
        ];
        own.extend(service_flags(flags));
        let directory = Directory {
            kind: "WebServicesVirtualDirectory",
            types: types::EWS,
            virtual_path: "EWS",
            file_path: "EWS",
            class: "msExchWebServicesVirtualDirectory",
            category: "ms-Exch-Web-Services-Virtual-Directory",
            url: Some("/EWS/Exchange.asmx"),
            blob: 19_200,
        };
        self.directory(server, &directory, own, || flags.methods())
    }

    fn mapi(&self, server: &Server) -> Object {
        let methods = || match server.exposure {
            Exposure::Internet => Prop::methods(["OAuth"]),
            _ => Prop::methods(["Ntlm", "OAuth", "Negotiate"]),
        };
        let own = vec![("IISAuthenticationMethods", methods())];
        let directory = Directory {
            kind: "MapiVirtualDirectory",
            types: types::MAPI,
            virtual_path: "mapi",
            file_path: "mapi",
            class: "msExchMapiVirtualDirectory",
            category: "ms-Exch-Mapi-Virtual-Directory",
            url: Some("/mapi"),
            blob: 16_500,
        };
        self.directory(server, &directory, own, methods)
    }

    fn oab(&self, server: &Server) -> Object {
        let windows = server.exposure != Exposure::Internet;
        let flags = Flags {
            basic: false,
            windows,
            oauth: true,
            ws_security: false,
        };
        let book = "Default Offline Address Book";
        let dn = self.distinguished_name(
            Plane::Onprem,
            book,
            "CN=Offline Address Lists,CN=Address Lists Container",
        );
        let own = vec![
            ("PollInterval", Prop::Int(480)),
            (
                "OfflineAddressBooks",
                Prop::List(
                    types::AD_OBJECT_IDS,
                    vec![self.reference(Plane::Onprem, &format!("\\{book}"), &dn)],
                ),
            ),
            ("RequireSSL", Prop::Bool(true)),
            ("BasicAuthentication", Prop::Bool(false)),
            ("WindowsAuthentication", Prop::Bool(windows)),
            ("OAuthAuthentication", Prop::Bool(true)),
        ];
        let directory = Directory {
            kind: "OabVirtualDirectory",
            types: types::OAB,
            virtual_path: "OAB",
            file_path: "OAB",
            class: "msExchOABVirtualDirectory",
            category: "ms-Exch-OAB-Virtual-Directory",
            url: Some("/OAB"),
            blob: 17_000,
        };
        self.directory(server, &directory, own, || {
            let mut names = Vec::new();
            if flags.windows {
                names.push("WindowsIntegrated");
            }
            names.push("OAuth");
            Prop::methods(names)
        })
    }

    fn autodiscover(&self, server: &Server) -> Object {
        let inside = server.exposure != Exposure::Internet;
        let flags = Flags {
            basic: inside,
            windows: inside,
            oauth: true,
            ws_security: inside,
        };
        let own = service_flags(flags);
        let directory = Directory {
            kind: "AutodiscoverVirtualDirectory",
            types: types::AUTODISCOVER,
            virtual_path: "Autodiscover",
            file_path: "Autodiscover",
            class: "msExchAutoDiscoverVirtualDirectory",
            category: "ms-Exch-Auto-Discover-Virtual-Directory",
            url: None,
            blob: 17_400,
        };
        self.directory(server, &directory, own, || flags.methods())
    }

    fn owa(&self, server: &Server) -> Object {
        let mut own = defaults::owa();
        own.extend([
            ("ExternalDownloadHostName", Prop::Null),
            ("InternalDownloadHostName", Prop::Null),
            ("ServerName", Prop::text(server.name.as_str())),
        ]);
        own.extend(web_app_flags("owa"));
        let directory = Directory {
            kind: "OwaVirtualDirectory",
            types: types::OWA,
            virtual_path: "owa",
            file_path: "owa",
            class: "msExchOWAVirtualDirectory",
            category: "ms-Exch-OWA-Virtual-Directory",
            url: Some("/owa"),
            blob: 87_500,
        };
        self.directory(server, &directory, own, || Prop::methods(["Basic", "Fba"]))
    }

    fn ecp(&self, server: &Server) -> Object {
        let mut own = vec![
            (
                "AdminEnabled",
                Prop::Bool(server.exposure != Exposure::Internet),
            ),
            ("OwaOptionsEnabled", Prop::Bool(true)),
            ("GzipLevel", member!("GzipLevel", "Low", 1)),
            ("DefaultDomain", Prop::text("")),
        ];
        own.extend(web_app_flags("ecp"));
        let directory = Directory {
            kind: "EcpVirtualDirectory",
            types: types::ECP,
            virtual_path: "ecp",
            file_path: "ecp",
            class: "msExchECPVirtualDirectory",
            category: "ms-Exch-ECP-Virtual-Directory",
            url: Some("/ecp"),
            blob: 18_600,
        };
        self.directory(server, &directory, own, || Prop::methods(["Basic", "Fba"]))
    }

    fn power_shell(&self, server: &Server) -> Object {
        let own = vec![
            ("RequireSSL", Prop::Bool(false)),
            ("CertificateAuthentication", Prop::Bool(true)),
            (
                "VirtualDirectoryType",
                member!("PowerShellVirtualDirectoryType", "PowerShell", 0),
            ),
            ("LiveIdNegotiateAuthentication", Prop::Bool(false)),
            ("LiveIdBasicAuthentication", Prop::Bool(false)),
            ("BasicAuthentication", Prop::Bool(false)),
            ("WindowsAuthentication", Prop::Bool(false)),
            ("DigestAuthentication", Prop::Bool(false)),
            ("WSSecurityAuthentication", Prop::Bool(false)),
            ("OAuthAuthentication", Prop::Bool(false)),
            ("AdfsAuthentication", Prop::Bool(false)),
            ("SessionStateProxyEnabled", Prop::Bool(false)),
        ];
        let directory = Directory {
            kind: "PowerShellVirtualDirectory",
            types: types::POWERSHELL,
            virtual_path: "PowerShell",
            file_path: "PowerShell",
            class: "msExchPowerShellVirtualDirectory",
            category: "ms-Exch-Power-Shell-Virtual-Directory",
            url: Some("/powershell"),
            blob: 17_900,
        };
        let mut object = self.directory(server, &directory, own, || Prop::methods([]));
        // Nobody outside is meant to manage servers.
        object.set("ExternalUrl", Prop::Null);
        object
    }

    fn outlook_anywhere(&self, server: &Server) -> Object {
        let host = self.namespace(server);
        let own = vec![
            ("ServerName", Prop::text(server.name.as_str())),
            ("SSLOffloading", Prop::Bool(false)),
            ("ExternalHostname", Prop::Null),
            ("InternalHostname", types::hostname(&host)),
            (
                "ExternalClientAuthenticationMethod",
                types::method("Negotiate"),
            ),
            ("InternalClientAuthenticationMethod", types::method("Ntlm")),
            (
                "IISAuthenticationMethods",
                Prop::methods(["Ntlm", "Negotiate"]),
            ),
            ("XropUrl", Prop::Null),
            ("ExternalClientsRequireSsl", Prop::Bool(true)),
            ("InternalClientsRequireSsl", Prop::Bool(true)),
        ];
        let directory = Directory {
            kind: "OutlookAnywhere",
            types: types::OUTLOOK_ANYWHERE,
            virtual_path: "Rpc",
            file_path: "rpc",
            class: "msExchRpcHttpVirtualDirectory",
            category: "ms-Exch-Rpc-Http-Virtual-Directory",
            url: None,
            blob: 17_700,
        };
        self.directory(server, &directory, own, || {
            Prop::methods(["Ntlm", "Negotiate"])
        })
    }

    /// EWS of a further front-end web site, for known changes.
    pub(super) fn second_ews(&self, server: &Server, serial: usize) -> Object {
        let mut object = self.ews(server);
        let site = format!("Exchange Partner {serial}");
        let name = format!("EWS ({site})");
        let shown = format!("{}\\{name}", server.name);
        let path = format!("CN=HTTP,CN=Protocols,{}", self.server_path(&server.name));
        let dn = self.distinguished_name(Plane::Onprem, &name, &path);
        let guid = self.guid(Plane::Onprem, object.kind, &shown);
        object.set("Name", Prop::text(name));
        object.set("DistinguishedName", Prop::text(dn.as_str()));
        object.set(
            "Identity",
            self.ad_object_id(Plane::Onprem, &shown, &dn, &guid),
        );
        object.set("Guid", Prop::Guid(guid));
        object.set(
            "MetabasePath",
            Prop::text(format!(
                "IIS://{}/W3SVC/{}/ROOT/EWS",
                self.fqdn(&server.name),
                2 + serial
            )),
        );
        object.set("Path", Prop::text(format!("D:\\Sites\\{site}\\EWS")));
        object.to_string = shown;
        object
    }

    /// The name that clients use for a server.
    pub(super) fn namespace(&self, server: &Server) -> String {
        match server.exposure {
            Exposure::Internet => format!("mail.{}", self.domain),
            Exposure::ExoOnly => format!("hybrid.{}", self.domain),
            Exposure::Internal => format!("outlook.{}", self.domain),
        }
    }

    fn url(&self, server: &Server, path: &str) -> String {
        format!("https://{}{path}", self.namespace(server))
    }

    fn directory(
        &self,
        server: &Server,
        directory: &Directory,
        own: Vec<(&'static str, Prop)>,
        methods: impl Fn() -> Prop,
    ) -> Object {
        let name = format!("{} (Default Web Site)", directory.virtual_path);
        let shown = format!("{}\\{name}", server.name);
        let path = format!("CN=HTTP,CN=Protocols,{}", self.server_path(&server.name));
        let url = |set: bool| match directory.url.filter(|_| set) {
            Some(path) => Prop::Uri(self.url(server, path)),
            None => Prop::Null,
        };
        let mut properties = own;
        properties.extend([
            ("Name", Prop::text(name.as_str())),
            ("InternalAuthenticationMethods", methods()),
            ("ExternalAuthenticationMethods", methods()),
            (
                "MetabasePath",
                Prop::text(format!(
                    "IIS://{}/W3SVC/1/ROOT/{}",
                    self.fqdn(&server.name),
                    directory.virtual_path
                )),
            ),
            (
                "Path",
                Prop::text(format!(
                    "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\{}",
                    directory.file_path
                )),
            ),
            (
                "ExtendedProtectionTokenChecking",
                token_checking(directory.virtual_path),
            ),
            (
                "ExtendedProtectionFlags",
                Prop::List(types::PROTECTION_FLAGS, Vec::new()),
            ),
            ("ExtendedProtectionSPNList", Prop::strings::<&str>([])),
            (
                "AdminDisplayVersion",
                types::server_version(server.build.update),
            ),
            ("Server", self.server_reference(&server.name)),
            ("InternalUrl", url(true)),
            ("ExternalUrl", url(server.exposure != Exposure::Internal)),
        ]);
        let mut object = self.directory_object(
            directory.kind,
            Plane::Onprem,
            directory.types,
            properties,
            &Place {
                name: &name,
                path: &path,
                class: directory.class,
                category: directory.category,
                version: (0, 10, "14.0.100.0"),
                shown: &shown,
            },
            directory.blob,
        );
        object.set(
            "ObjectClass",
            Prop::strings(["top", "msExchVirtualDirectory", directory.class]),
        );
        object.server = Some(server.name.clone());
        object
    }
}

/// Extended Protection as Setup leaves it from 2019 CU14 on, by directory: the table of Microsoft's
/// Extended Protection document.
fn token_checking(virtual_path: &str) -> Prop {
    let (name, number) = match virtual_path {
        "Autodiscover" | "PowerShell" => ("None", 0),
        "EWS" | "OAB" | "Microsoft-Server-ActiveSync" => ("Allow", 1),
        _ => ("Require", 2),
    };
    Prop::Enum(types::TOKEN_CHECKING, name, number)
}

/// The flags of EWS and Autodiscover.
fn service_flags(flags: Flags) -> Vec<(&'static str, Prop)> {
    vec![
        ("LiveIdNegotiateAuthentication", Prop::Null),
        ("WSSecurityAuthentication", Prop::Bool(flags.ws_security)),
        ("LiveIdBasicAuthentication", Prop::Bool(false)),
        ("BasicAuthentication", Prop::Bool(flags.basic)),
        ("DigestAuthentication", Prop::Bool(false)),
        ("WindowsAuthentication", Prop::Bool(flags.windows)),
        ("OAuthAuthentication", Prop::Bool(flags.oauth)),
        ("AdfsAuthentication", Prop::Bool(false)),
    ]
}

/// The flags of OWA and ECP as Setup leaves them.
fn web_app_flags(display_name: &str) -> Vec<(&'static str, Prop)> {
    vec![
        ("BasicAuthentication", Prop::Bool(true)),
        ("WindowsAuthentication", Prop::Bool(false)),
        ("DigestAuthentication", Prop::Bool(false)),
        ("FormsAuthentication", Prop::Bool(true)),
        ("LiveIdAuthentication", Prop::Bool(false)),
        ("AdfsAuthentication", Prop::Bool(false)),
        ("OAuthAuthentication", Prop::Bool(false)),
        ("WebSite", Prop::text("Default Web Site")),
        ("DisplayName", Prop::text(display_name)),
    ]
}
