//! `exdrift.yaml`: raw file to validated configuration.
//!
//! In: the file's text. Out: [`Config`]. Never: reads environment variables or other files. Unknown
//! keys, wrong types and impossible values are errors with line and column; nothing is ignored.

mod params;
mod template;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};

use crate::model::{Plane, Severity};

pub use params::{Cloud, Exposure, Hybrid, Namespace, Params, TlsPath};
pub use template::template;

/// Everything that `exdrift.yaml` can say. A file that is not there is the default.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Always 1.
    #[serde(default)]
    pub version: Version,
    /// The folder of the store; `snapshots` where absent.
    #[serde(default)]
    pub store: Option<PathBuf>,
    /// Policy packs beside the built-in one.
    #[serde(default)]
    pub policies: Vec<PathBuf>,
    /// By organization name.
    #[serde(default, deserialize_with = "unique_map")]
    pub organizations: BTreeMap<String, Organization>,
}

/// One organization's settings.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// The planes under audit; policies that need another one are not applicable. Absent: all.
    #[serde(default)]
    pub planes: Option<Vec<Plane>>,
    /// What only the operator knows.
    #[serde(default)]
    pub params: Params,
    /// How to judge.
    #[serde(default)]
    pub audit: Audit,
    /// Where snapshots come from, for `run`.
    #[serde(default)]
    pub collectors: Vec<Collector>,
    /// A waivers file.
    #[serde(default)]
    pub waivers: Option<PathBuf>,
}

/// How to judge an organization.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// The profile whose policies are loaded (`hma_external`).
    #[serde(default)]
    pub profile: Option<String>,
    /// The least severity that makes exit code 1.
    #[serde(default)]
    pub fail_on: Option<FailOn>,
    /// Switches by policy id.
    #[serde(default, deserialize_with = "unique_map")]
    pub policies: BTreeMap<String, PolicySwitch>,
}

/// A switch for one policy. Switching one off needs a reason, which reports show.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicySwitch {
    /// False switches the policy off.
    pub enabled: bool,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The least severity that makes exit code 1, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailOn(pub Option<Severity>);

impl Default for FailOn {
    fn default() -> Self {
        FailOn(Some(Severity::Low))
    }
}

impl std::str::FromStr for FailOn {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if word == "none" {
            return Ok(FailOn(None));
        }
        Severity::ALL
            .into_iter()
            .find(|s| s.as_str() == word)
            .map(|s| FailOn(Some(s)))
            .ok_or_else(|| {
                format!(
                    "`{word}` is not a severity; one of critical, high, medium, low, info, none"
                )
            })
    }
}

impl<'de> Deserialize<'de> for FailOn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// A way to get a snapshot without a person.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collector {
    /// A name for reports.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: CollectorKind,
    /// The folder that bundles are dropped into.
    pub path: PathBuf,
    /// A bundle that ended earlier is stale.
    #[serde(default)]
    pub max_age: Option<Age>,
}

/// Kinds of collectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectorKind {
    /// A folder that the export script's bundles are dropped into.
    Drop,
}

/// `90m`, `26h`, `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age(pub Duration);

impl<'de> Deserialize<'de> for Age {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || de::Error::custom(format!("`{text}` is not an age; write 90m, 26h or 7d"));
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let seconds = match &text[digits.len()..] {
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Err(wrong()),
        };
        let count: u64 = digits.parse().map_err(|_| wrong())?;
        count
            .checked_mul(seconds)
            .map(|s| Age(Duration::from_secs(s)))
            .ok_or_else(wrong)
    }
}

/// The format's version: 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Version(u32);

impl Default for Version {
    fn default() -> Self {
        Version(1)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            1 => Ok(Version(1)),
            other => Err(de::Error::custom(format!(
                "version {other} is not known; write version: 1"
            ))),
        }
    }
}

/// A map that refuses a repeated key.
fn unique_map<'de, D, V>(deserializer: D) -> Result<BTreeMap<String, V>, D::Error>
where
    D: Deserializer<'de>,
    V: Deserialize<'de>,
{
    struct Unique<V>(std::marker::PhantomData<V>);
    impl<'de, V: Deserialize<'de>> de::Visitor<'de> for Unique<V> {
        type Value = BTreeMap<String, V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(BTreeMap::new())
        }

        fn visit_map<A: de::MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut map = BTreeMap::new();
            while let Some(key) = access.next_key::<String>()? {
                if map.contains_key(&key) {
                    return Err(de::Error::custom(format!("`{key}` stands here twice")));
                }
                let value = access.next_value()?;
                map.insert(key, value);
            }
            Ok(map)
        }
    }
    deserializer.deserialize_any(Unique(std::marker::PhantomData))
}

/// Why a configuration file cannot be used. The operator can mend every one of these.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The text is not what is expected at a place.
    #[error("{}{}: {problem}\n  next: mend this line; `exdrift init --print` shows a commented example", file.display(), place(*line, *column))]
    Invalid {
        /// The file.
        file: PathBuf,
        /// 1-based, where known.
        line: Option<usize>,
        /// 1-based, where known.
        column: Option<usize>,
        /// What was found and what was expected.
        problem: String,
    },
}

fn place(line: Option<usize>, column: Option<usize>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        _ => String::new(),
    }
}

/// Reads a YAML document into a typed value, with the place of what is wrong.
///
/// # Errors
/// Unknown keys, duplicate keys, wrong types: file, line, column and what was expected.
pub fn parse_yaml<T: de::DeserializeOwned>(text: &str, file: &Path) -> Result<T, ConfigError> {
    serde_yaml::from_str(text).map_err(|error| {
        let location = error.location();
        let whole = error.to_string();
        // The message ends in its place, which stands in front here.
        let problem = match whole.rfind(" at line ") {
            Some(at) if location.is_some() => whole[..at].to_owned(),
            _ => whole,
        };
        if let Some((line, column)) = repeated_key(text, &problem) {
            return ConfigError::Invalid {
                file: file.to_owned(),
                line: Some(line),
                column: Some(column),
                problem,
            };
        }
        ConfigError::Invalid {
            file: file.to_owned(),
            line: location.as_ref().map(serde_yaml::Location::line),
            column: location.as_ref().map(serde_yaml::Location::column),
            problem,
        }
    })
}

/// The second place of a key that a struct's reader found twice: it names the struct's own place.
fn repeated_key(text: &str, problem: &str) -> Option<(usize, usize)> {
    let key = problem
        .split("duplicate field `")
        .nth(1)?
        .split('`')
        .next()?;
    let mut places = text.lines().enumerate().filter_map(|(index, line)| {
        let start = line.trim_start();
        let rest = start.strip_prefix(key)?;
        rest.trim_start()
            .starts_with(':')
            .then(|| (index + 1, line.len() - start.len() + 1))
    });
    let second = places.nth(1)?;
    // With a third one nobody knows which two are meant.
    places.next().is_none().then_some(second)
}

impl Config {
    /// Reads and checks a configuration.
    ///
    /// # Errors
    /// See [`parse_yaml`]; also a switched-off policy without a reason, a repeated collector name.
    pub fn parse(text: &str, file: &Path) -> Result<Config, ConfigError> {
        if text.trim().is_empty() {
            return Ok(Config::default());
        }
        let config: Config = parse_yaml(text, file)?;
        for (name, organization) in &config.organizations {
            for (id, switch) in &organization.audit.policies {
                if !switch.enabled && switch.reason.as_deref().unwrap_or("").trim().is_empty() {
                    return Err(config_problem(
                        text,
                        file,
                        id,
                        format!(
                            "policy {id} of organization {name} is switched off without a `reason`; reports show the reason"
                        ),
                    ));
                }
            }
            let mut names = std::collections::BTreeSet::new();
            for collector in &organization.collectors {
                if !names.insert(&collector.name) {
                    return Err(config_problem(
                        text,
                        file,
                        &collector.name,
                        format!(
                            "collector {} of organization {name} stands here twice",
                            collector.name
                        ),
                    ));
                }
            }
        }
        Ok(config)
    }
}

/// An error about a word, at its last place in the text.
fn config_problem(text: &str, file: &Path, word: &str, problem: String) -> ConfigError {
    let at = text.rfind(word).map(|at| {
        let before = &text[..at];
        let line = before.matches('\n').count() + 1;
        let column = at - before.rfind('\n').map_or(0, |n| n + 1) + 1;
        (line, column)
    });
    ConfigError::Invalid {
        file: file.to_owned(),
        line: at.map(|(line, _)| line),
        column: at.map(|(_, column)| column),
        problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(text: &str) -> String {
        Config::parse(text, Path::new("exdrift.yaml"))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn the_template_is_a_valid_configuration_commented_out_or_not() {
        let text = template("contoso", &["EX01".to_owned(), "EX02".to_owned()]);
        let config = Config::parse(&text, Path::new("exdrift.yaml")).unwrap();
        assert!(config.organizations.contains_key("contoso"));
        let all: String = text
            .lines()
            .map(|line| line.replacen("#: ", "", 1) + "\n")
            .collect();
        let config = Config::parse(&all, Path::new("exdrift.yaml")).unwrap();
        let organization = &config.organizations["contoso"];
        assert_eq!(organization.params.hma, Some(true));
        assert_eq!(
            organization.collectors[0].max_age,
            Some(Age(Duration::from_secs(26 * 3600)))
        );
        assert!(!organization.audit.policies["EXT-005"].enabled);
    }

    #[test]
    fn mistakes_name_their_place_and_what_is_expected() {
        let text = fails("version: 1\norganizations:\n  contoso:\n    plane: [onprem]\n");
        assert!(text.starts_with("exdrift.yaml:4:5: "), "{text}");
        assert!(
            text.contains("unknown field `plane`") && text.contains("planes"),
            "{text}"
        );
        let text = fails("organizations:\n  contoso:\n    audit: {fail_on: severe}\n");
        assert!(
            text.contains("exdrift.yaml:3:") && text.contains("critical, high"),
            "{text}"
        );
        let text = fails("organizations:\n  a: {}\n  a: {}\n");
        assert!(text.contains("twice"), "{text}");
        let text = fails("version: 2\n");
        assert!(text.contains("version 2 is not known"), "{text}");
        let text = fails(
            "organizations:\n  contoso:\n    audit:\n      policies: {EXT-006: {enabled: false}}\n",
        );
        assert!(
            text.starts_with("exdrift.yaml:4:18: ") && text.contains("reason"),
            "{text}"
        );
        let text = fails(
            "organizations:\n  c:\n    collectors: [{name: n, type: drop, path: p, max_age: 26}]\n",
        );
        assert!(text.contains("26h"), "{text}");
    }
}
