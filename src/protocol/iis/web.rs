//! `web.config`: the allow-listed settings, and what it changes of `applicationHost.config`.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::xml::Element;

/// Keys of `appSettings` that are taken. Each says who may sign in, or how; none holds a secret in the
/// files of 2016 CU22 and 2019 CU11 servers.
pub const SETTINGS: [&str; 18] = [
    "CertificateAuthenticationModule.CafeProxy",
    "HttpProxy.ProtocolType",
    "LiveIdBasicAuthModule.AllowLiveIDOnlyAuth",
    "LiveIdBasicAuthModule.ApplicationName",
    "MobileSyncRedirectBypassEnabled",
    "OAuthHttpModule.AddToHttpContextItems",
    "OAuthHttpModule.AddToRequestHeaders",
    "OAuthHttpModule.ConvertToSidBasedIdentity",
    "OAuthHttpModule.Profiles",
    "OAuthHttpModule.ResourceType",
    "OAuthHttpModule.RunningAtBackend",
    "OAuthHttpModule.UseMasterAccountSid",
    "OAuthHttpModule.V1AppRoles",
    "OAuthHttpModule.V1AppScopes",
    "PSLanguageMode",
    "RoutingUpdateModule.ProtocolType",
    "SoapEndpointEnabled",
    "WsSecurityEndpointEnabled",
];

/// What one `web.config` says of its own folder.
pub(super) struct WebConfig {
    /// Allow-listed settings; `None` where some stand in another file or are encrypted.
    pub settings: Option<BTreeMap<&'static str, String>>,
    pub modules_added: Vec<String>,
    pub modules_removed: Vec<String>,
    /// True where the list of modules is started anew.
    pub modules_cleared: bool,
    /// What it says itself; nothing is assumed.
    pub overrides: Facts,
    /// `%ExchangeInstallDir%` stands in it: an update that was not run as an administrator.
    pub unresolved: bool,
}

/// True where the file is only `runtime` bindings: `SharedWebConfig.config`.
pub(super) fn is_shared(root: &Element<'_>) -> bool {
    !root.children.is_empty() && root.children.iter().all(|child| child.name == "runtime")
}

pub(super) fn read(root: &Element<'_>, text: &str) -> WebConfig {
    let mut levels = vec![root];
    // A location without a path, or with ".", is the folder itself.
    levels.extend(root.named("location").filter(|location| {
        location
            .attribute("path")
            .is_none_or(|path| matches!(path.trim(), "" | "."))
    }));
    let mut read = WebConfig {
        settings: Some(BTreeMap::new()),
        modules_added: Vec::new(),
        modules_removed: Vec::new(),
        modules_cleared: false,
        overrides: Facts::default(),
        unresolved: text.to_ascii_lowercase().contains("%exchangeinstalldir%"),
    };
    for level in levels {
        for settings in level.named("appSettings") {
            read.settings(settings);
        }
        for web_server in level.named("system.webServer") {
            read.overrides.apply(web_server);
            for modules in web_server.named("modules") {
                read.modules(modules);
            }
        }
    }
    read.overrides.forget_modules();
    read
}

impl WebConfig {
    fn settings(&mut self, section: &Element<'_>) {
        if section.is_hidden() || section.attribute("file").is_some() {
            self.settings = None;
            return;
        }
        let Some(settings) = self.settings.as_mut() else {
            return;
        };
        for child in &section.children {
            if child.name == "clear" {
                settings.clear();
                continue;
            }
            let key = child.attribute("key").map(str::trim).unwrap_or_default();
            let Some(known) = SETTINGS.iter().find(|k| k.eq_ignore_ascii_case(key)) else {
                continue;
            };
            match child.name {
                "add" => {
                    let value = child.attribute("value").unwrap_or_default();
                    settings.insert(known, value.to_owned());
                }
                "remove" => _ = settings.remove(known),
                _ => {}
            }
        }
    }

    fn modules(&mut self, section: &Element<'_>) {
        for child in &section.children {
            let name = child.attribute("name").map(str::trim).unwrap_or_default();
            match child.name {
                "clear" => {
                    self.modules_cleared = true;
                    self.modules_added.clear();
                    self.modules_removed.clear();
                }
                "add" if !name.is_empty() => self.modules_added.push(name.to_owned()),
                "remove" if !name.is_empty() => {
                    // Removing what the file itself added, as a section opened twice may.
                    self.modules_added.retain(|m| !m.eq_ignore_ascii_case(name));
                    self.modules_removed.push(name.to_owned());
                }
                _ => {}
            }
        }
    }
}
