//! What is taken of `system.webServer`, by name; nothing else of it is looked at.
//!
//! Names, members and defaults: the IIS configuration reference (Microsoft Learn, `iis/configuration`:
//! `security/access`, `security/ipSecurity`, `security/authentication/*`,
//! `windowsAuthentication/extendedProtection`), which states IIS_schema.xml's.

use std::collections::BTreeMap;

use super::xml::Element;

/// A section that is switched by its attribute `enabled`: element, property, documented default.
const SWITCHES: [(&str, &str, &str); 6] = [
    ("anonymousAuthentication", "AnonymousAuthentication", "true"),
    ("basicAuthentication", "BasicAuthentication", "false"),
    ("windowsAuthentication", WINDOWS, "false"),
    ("digestAuthentication", "DigestAuthentication", "false"),
    (
        "clientCertificateMappingAuthentication",
        "ClientCertificateMappingAuthentication",
        "false",
    ),
    (
        "iisClientCertificateMappingAuthentication",
        "IisClientCertificateMappingAuthentication",
        "false",
    ),
];

const WINDOWS: &str = "WindowsAuthentication";
const PROVIDERS: &str = "WindowsAuthenticationProviders";
const TOKEN_CHECKING: &str = "ExtendedProtectionTokenChecking";
const EP_FLAGS: &str = "ExtendedProtectionFlags";
const SPN_LIST: &str = "ExtendedProtectionSPNList";
const SSL_FLAGS: &str = "SslFlags";
const IP_UNLISTED: &str = "IpSecurityAllowUnlisted";
const MODULES: &str = "Modules";

/// Single values with their documented defaults, beside the switches.
const SINGLE: [(&str, &str); 4] = [
    (TOKEN_CHECKING, "None"),
    (EP_FLAGS, "None"),
    (SSL_FLAGS, "None"),
    (IP_UNLISTED, "true"),
];

/// Members of `sslFlags` with their numbers.
const SSL_MEMBERS: [(&str, u64); 5] = [
    ("Ssl", 8),
    ("SslNegotiateCert", 32),
    ("SslRequireCert", 64),
    ("SslMapCert", 128),
    ("Ssl128", 256),
];

/// Members of `extendedProtection/@flags` with their numbers.
const EP_MEMBERS: [(&str, u64); 4] = [
    ("Proxy", 1),
    ("NoServiceNameCheck", 2),
    ("AllowDotlessSpn", 4),
    ("ProxyCohosting", 32),
];

/// Values of the properties, each under its property's name. What is missing here was not said, or is
/// hidden (encrypted, or in a file of its own) and so unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    single: BTreeMap<&'static str, Option<String>>,
    lists: BTreeMap<&'static str, Option<Vec<String>>>,
}

/// One value of [`Facts`], as it is handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    Bool(bool),
    /// As the file has it: a member of an enumeration, or what no reader of the property can use.
    Text(String),
    List(Vec<String>),
}

impl Facts {
    /// What IIS assumes where the file says nothing.
    pub fn defaults() -> Self {
        let switches = SWITCHES.iter().map(|(_, name, value)| (*name, *value));
        Facts {
            single: switches
                .chain(SINGLE)
                .map(|(name, value)| (name, Some(value.to_owned())))
                .collect(),
            lists: [PROVIDERS, SPN_LIST, MODULES]
                .into_iter()
                .map(|name| (name, Some(Vec::new())))
                .collect(),
        }
    }

    /// True where nothing was said.
    pub fn is_empty(&self) -> bool {
        self.single.is_empty() && self.lists.is_empty()
    }

    /// Members of all lists: what a copy of this costs.
    pub fn size(&self) -> usize {
        let members = self.lists.values().flatten().map(Vec::len);
        members.sum::<usize>() + self.single.len()
    }

    /// Adds what one `system.webServer` says to what was inherited.
    pub fn apply(&mut self, web_server: &Element<'_>) {
        for authentication in web_server.below(&["security", "authentication"]) {
            for (element, property, _) in SWITCHES {
                for section in authentication.named(element) {
                    if section.is_hidden() {
                        self.single.insert(property, None);
                    } else {
                        self.set(property, section.attribute("enabled"));
                    }
                }
            }
            for windows in authentication.named("windowsAuthentication") {
                self.windows(windows);
            }
        }
        for (path, property, attribute) in [
            (["security", "access"], SSL_FLAGS, "sslFlags"),
            (["security", "ipSecurity"], IP_UNLISTED, "allowUnlisted"),
        ] {
            for section in web_server.below(&path) {
                match section.is_hidden() {
                    true => _ = self.single.insert(property, None),
                    false => self.set(property, section.attribute(attribute)),
                }
            }
        }
        for modules in web_server.named("modules") {
            match modules.is_hidden() {
                true => _ = self.lists.insert(MODULES, None),
                false => self.collect(MODULES, modules, ["add", "remove", "clear"], "name"),
            }
        }
    }

    fn windows(&mut self, windows: &Element<'_>) {
        if windows.is_hidden() {
            for name in [TOKEN_CHECKING, EP_FLAGS] {
                self.single.insert(name, None);
            }
            for name in [PROVIDERS, SPN_LIST] {
                self.lists.insert(name, None);
            }
            return;
        }
        for providers in windows.named("providers") {
            self.collect(PROVIDERS, providers, ["add", "remove", "clear"], "value");
        }
        for protection in windows.named("extendedProtection") {
            self.set(TOKEN_CHECKING, protection.attribute("tokenChecking"));
            self.set(EP_FLAGS, protection.attribute("flags"));
            let names = ["spn", "removeSpn", "clearSpns"];
            self.collect(SPN_LIST, protection, names, "name");
        }
    }

    fn set(&mut self, property: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.single.insert(property, Some(value.trim().to_owned()));
        }
    }

    /// A collection: later elements add, remove or clear what was inherited; the order is kept.
    fn collect(
        &mut self,
        property: &'static str,
        collection: &Element<'_>,
        [add, remove, clear]: [&str; 3],
        key: &str,
    ) {
        // Not inherited and not cleared: what it adds to is not known.
        let mut list = self.lists.remove(property).unwrap_or(None);
        let mut said = false;
        for child in &collection.children {
            if child.name == clear {
                list = Some(Vec::new());
                said = true;
                continue;
            }
            let (Some(members), Some(value)) = (list.as_mut(), child.attribute(key)) else {
                continue;
            };
            let value = value.trim();
            let at = members.iter().position(|m| m.eq_ignore_ascii_case(value));
            if child.name == add && at.is_none() {
                members.push(value.to_owned());
                said = true;
            } else if child.name == remove {
                said = true;
                if let Some(at) = at {
                    members.remove(at);
                }
            }
        }
        if said || list.is_some() {
            self.lists.insert(property, list);
        }
    }

    /// Takes the list of modules out, where it is another's (schema: `MachineToApplication`), or told
    /// apart as what `web.config` adds and removes.
    pub fn forget_modules(&mut self) {
        self.lists.remove(MODULES);
    }

    /// Everything that is known, under the property's name.
    pub fn known(&self) -> Vec<(&'static str, Fact)> {
        let single = self.single.iter().filter_map(|(name, value)| {
            let value = value.as_deref()?;
            Some((*name, single(name, value)))
        });
        let lists = self
            .lists
            .iter()
            .filter_map(|(name, list)| Some((*name, Fact::List(list.clone()?))));
        single.chain(lists).collect()
    }
}

fn single(name: &str, value: &str) -> Fact {
    match name {
        SSL_FLAGS => Fact::List(members(value, &SSL_MEMBERS)),
        EP_FLAGS => Fact::List(members(value, &EP_MEMBERS)),
        TOKEN_CHECKING => Fact::Text(match value {
            "0" => "None".to_owned(),
            "1" => "Allow".to_owned(),
            "2" => "Require".to_owned(),
            other => other.to_owned(),
        }),
        // Anything else stays as it is, and the reader of the property says that it cannot use it.
        _ => match value.to_ascii_lowercase().as_str() {
            "true" => Fact::Bool(true),
            "false" => Fact::Bool(false),
            _ => Fact::Text(value.to_owned()),
        },
    }
}

/// The members of a value of flags: names with commas, or their sum. `None` is no member.
fn members(value: &str, known: &[(&str, u64)]) -> Vec<String> {
    if let Ok(mut number) = value.parse::<u64>() {
        let mut found: Vec<String> = Vec::new();
        for (name, bit) in known {
            if number & bit != 0 {
                found.push((*name).to_owned());
                number &= !bit;
            }
        }
        if number != 0 {
            found.push(number.to_string());
        }
        return found;
    }
    value
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("None"))
        .map(str::to_owned)
        .collect()
}
