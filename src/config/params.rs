//! What only the operator knows. Policies read it as `data.params`.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::model::glob_matches;

/// The operator's facts about an organization. What is absent here is absent in `data.params`, and a
/// policy that needs it answers `unknown` (`param_missing`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Hybrid Modern Authentication is meant to be on (true) or off (false).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hma: Option<bool>,
    /// The hybrid topology.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hybrid: Option<Hybrid>,
    /// The Microsoft 365 cloud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Cloud>,
    /// Who can reach which server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<Exposure>,
    /// Published names and how their traffic arrives.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "namespaces"
    )]
    pub namespaces: Option<BTreeMap<String, Namespace>>,
    /// `contoso.mail.onmicrosoft.com` and the like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_domains: Option<Vec<String>>,
    /// Names or issuer identifiers of the authorization servers that are meant to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_servers: Option<Vec<String>>,
    /// Names or application identifiers of the partner applications that are meant to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_applications: Option<Vec<String>>,
    /// True: app-only Graph access is wanted, and its loss is the finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub graph_app_only: Option<bool>,
    /// Names or application identifiers of partner applications that may name users by security
    /// identifier: resource forests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid_partner_applications: Option<Vec<String>>,
    /// Server-name globs where certificates of devices end at ActiveSync: Windows authentication is
    /// needed there.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "some_globs"
    )]
    pub certificate_device_servers: Option<Vec<String>>,
    /// Server-name globs where ActiveSync itself asks the device for its certificate.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "some_globs"
    )]
    pub certificate_servers: Option<Vec<String>>,
    /// Mail domains of other organizations that organization relationships are meant to share with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_organizations: Option<Vec<String>>,
    /// Servers that mailbox moves use; empty where none are made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migration_servers: Option<Vec<String>>,
    /// Name of an organization relationship to the security group that it is meant to be limited to, as
    /// Exchange shows it (`contoso.com/Groups/Sharing`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_busy_scopes: Option<BTreeMap<String, String>>,
    /// Open, for third-party packs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packs: Option<BTreeMap<String, serde_json::Value>>,
}

/// The hybrid topology.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hybrid {
    /// No hybrid.
    None,
    /// The wizard's minimal hybrid: no connector, no relationship.
    ClassicMinimal,
    /// The wizard's full classic hybrid.
    ClassicFull,
    /// Full hybrid through the Hybrid Agent.
    ModernAgent,
}

/// The Microsoft 365 cloud that the tenant lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cloud {
    /// Worldwide, GCC included.
    Global,
    /// US Government GCC High.
    GccHigh,
    /// US Department of Defense.
    Dod,
    /// Operated by 21Vianet.
    China,
}

/// Server-name globs by who can reach them. The first list that matches wins, in this order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exposure {
    /// Reachable from the internet.
    #[serde(default, deserialize_with = "globs")]
    pub internet: Vec<String>,
    /// Reachable from Exchange Online only.
    #[serde(default, deserialize_with = "globs")]
    pub exo_only: Vec<String>,
    /// Reachable from inside only.
    #[serde(default, deserialize_with = "globs")]
    pub internal: Vec<String>,
}

impl Exposure {
    /// The exposure word of a server, by the first list that matches; None where no list does.
    pub fn of(&self, server: &str) -> Option<&'static str> {
        [
            ("internet", &self.internet),
            ("exo_only", &self.exo_only),
            ("internal", &self.internal),
        ]
        .into_iter()
        .find(|(_, globs)| globs.iter().any(|glob| glob_matches(glob, server)))
        .map(|(word, _)| word)
    }
}

/// A published name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Namespace {
    /// Published paths: ews, mapi, oab, autodiscover, activesync, owa, ecp, rpc, powershell.
    #[serde(default, deserialize_with = "paths")]
    pub paths: Vec<String>,
    /// What happens to TLS in front of the servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsPath>,
    /// Server-name globs of the servers behind the name. Without: those that carry it in an address.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "some_globs"
    )]
    pub servers: Option<Vec<String>>,
}

/// The words for what a device in front may publish.
const PATHS: [&str; 9] = [
    "ews",
    "mapi",
    "oab",
    "autodiscover",
    "activesync",
    "owa",
    "ecp",
    "rpc",
    "powershell",
];

/// What a word of the configuration must be, so that none silently means nothing.
trait Rule {
    /// What is wrong with the word, and what was expected.
    fn problem(word: &str) -> Option<String>;
}

/// A word that its rule has nothing against; an error has its line and column.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Word<R>(String, std::marker::PhantomData<R>);

impl<'de, R: Rule> Deserialize<'de> for Word<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        match R::problem(&word) {
            Some(problem) => Err(de::Error::custom(problem)),
            None => Ok(Word(word, std::marker::PhantomData)),
        }
    }
}

fn plain<R>(words: Vec<Word<R>>) -> Vec<String> {
    words.into_iter().map(|word| word.0).collect()
}

/// A path that no policy knows publishes nothing, and a check would pass on it.
struct PublishedPath;

impl Rule for PublishedPath {
    fn problem(word: &str) -> Option<String> {
        let is_known = PATHS.iter().any(|known| known.eq_ignore_ascii_case(word));
        (!is_known).then(|| {
            let known = PATHS.join(", ");
            format!("unknown path `{word}`, expected one of {known}")
        })
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct HostName;

impl Rule for HostName {
    fn problem(word: &str) -> Option<String> {
        let is_of_a_label = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_of_a_label);
        (!word.split('.').all(is_label)).then(|| {
            format!(
                "`{word}` is no host name, expected one like mail.contoso.com, without https://, port or path"
            )
        })
    }
}

struct ServerGlob;

impl Rule for ServerGlob {
    fn problem(word: &str) -> Option<String> {
        let is_of_a_glob = |b: u8| b.is_ascii_alphanumeric() || b"-_.*?".contains(&b);
        (word.is_empty() || !word.bytes().all(is_of_a_glob)).then(|| {
            format!(
                "`{word}` matches no server, expected a server's name or a pattern of it with `*` and `?`"
            )
        })
    }
}

fn paths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Vec::<Word<PublishedPath>>::deserialize(deserializer).map(plain)
}

fn namespaces<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BTreeMap<String, Namespace>>, D::Error> {
    type Names = BTreeMap<Word<HostName>, Namespace>;
    let names = Option::<Names>::deserialize(deserializer)?;
    Ok(names.map(|names| {
        names
            .into_iter()
            .map(|(name, rules)| (name.0, rules))
            .collect()
    }))
}

fn some_globs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let globs = Option::<Vec<Word<ServerGlob>>>::deserialize(deserializer)?;
    Ok(globs.map(plain))
}

fn globs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Vec::<Word<ServerGlob>>::deserialize(deserializer).map(plain)
}

/// What a device in front does with TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsPath {
    /// Decrypts and encrypts again.
    Bridge,
    /// Passes the connection through.
    PassThrough,
    /// Decrypts and sends plain HTTP.
    Offload,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_would_silently_mean_nothing_is_refused() {
        let read = |text: &str| serde_yaml::from_str::<Params>(text).map_err(|e| e.to_string());
        for (text, told) in [
            (
                "namespaces: {m.x.com: {paths: [active_sync]}}",
                "activesync",
            ),
            (
                "namespaces: {m.x.com: {paths: [/mapi]}}",
                "unknown path `/mapi`",
            ),
            ("namespaces: {https://m.x.com: {}}", "no host name"),
            ("namespaces: {m.x.com.: {}}", "no host name"),
            ("namespaces: {'*.x.com': {}}", "no host name"),
            ("namespaces: {m.x.com: {servers: ['EX[']}}", "`EX[`"),
            ("exposure: {internet: ['EX{1']}", "`EX{1`"),
            ("exposure: {internal: ['']}", "matches no server"),
            ("certificate_servers: ['EX 01']", "`EX 01`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(
                error.contains(told) && error.contains("line 1"),
                "{text}: {error}"
            );
        }
        let good = "namespaces: {Mail.x.com: {paths: [EWS, ActiveSync], servers: ['ex0?', 'a-b.x.com']}}\n\
            exposure: {internet: ['EX*'], internal: ['*']}\ncertificate_servers: [EX01]";
        assert!(read(good).is_ok(), "{:?}", read(good));
        assert!(read("namespaces: null\ncertificate_servers: null").is_ok());
    }

    #[test]
    fn the_first_list_that_matches_wins_without_case() {
        let exposure = Exposure {
            internet: vec!["excas*".into()],
            exo_only: vec!["EXHYB0?".into()],
            internal: vec!["*".into()],
        };
        assert_eq!(exposure.of("EXCAS01"), Some("internet"));
        assert_eq!(exposure.of("exhyb01"), Some("exo_only"));
        assert_eq!(exposure.of("EXHYB"), Some("internal"));
        assert_eq!(Exposure::default().of("EXCAS01"), None);
    }
}
