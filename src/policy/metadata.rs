//! The `# METADATA` comment block before a policy's `package`: YAML, read into a typed form.
//!
//! regorus drops comments, so the block is found and parsed here. The form is OPA's annotations
//! (`title`, `description`, `related_resources`, ...) with our own keys under `custom`; an unknown
//! key is an error with line and column, since a misspelt `requires` would be a policy that passes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::error::{Diagnostic, Level};
use super::remediation::Template;
use super::requirement::Requirement;
use crate::model::Severity;

/// What a policy says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Permanent id: `EXT-002`.
    pub id: String,
    /// One line.
    pub title: String,
    /// Why it matters.
    pub description: String,
    /// Sources: the address where there is one, else the text.
    pub references: Vec<String>,
    /// Severity of a failure.
    pub severity: Severity,
    /// `HMA`, `EXT`, ...
    pub category: String,
    /// Profiles that load it; empty: every run does.
    pub profiles: Vec<String>,
    /// What an answer may depend on.
    pub scope: Scope,
    /// All of these, else unknown.
    pub requires: Vec<Requirement>,
    /// One of these groups complete, else unknown.
    pub any_of: Vec<Vec<Requirement>>,
    /// Looked at where present; the policy reads `input.coverage` itself.
    pub uses: Vec<Requirement>,
    /// Dotted paths below `data.params` that must be given.
    pub params: Vec<String>,
    /// Judged by Rego, or by a person.
    pub automation: Automation,
    /// What to run on a failure.
    pub remediation: Option<Template>,
    /// Framework to control ids.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// Grade of the evidence behind the policy, as the control catalogue writes it.
    pub grade: String,
    /// The exdrift version that had it first.
    pub since: String,
}

impl Metadata {
    /// Everything named under `requires`, `any_of` and `uses`.
    pub fn named(&self) -> impl Iterator<Item = &Requirement> {
        self.requires
            .iter()
            .chain(self.any_of.iter().flatten())
            .chain(&self.uses)
    }
}

/// What an answer may depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// One server's resources, organization-wide kinds, params and facts.
    Server,
    /// Everything.
    Organization,
}

/// Who judges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Automation {
    /// Rego.
    #[default]
    Automated,
    /// A person.
    Manual,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    #[serde(default)]
    scope: Option<String>,
    title: String,
    description: String,
    #[serde(default)]
    related_resources: Vec<Related>,
    #[serde(default, rename = "authors")]
    _authors: Option<serde_yaml::Value>,
    #[serde(default, rename = "organizations")]
    _organizations: Option<serde_yaml::Value>,
    #[serde(default, rename = "schemas")]
    _schemas: Option<serde_yaml::Value>,
    #[serde(default, rename = "entrypoint")]
    _entrypoint: Option<bool>,
    custom: Custom,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Related {
    Text(String),
    Full {
        #[serde(rename = "ref")]
        reference: String,
        #[serde(default, rename = "description")]
        _description: Option<String>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Custom {
    id: String,
    severity: Severity,
    category: String,
    #[serde(default)]
    profiles: Vec<String>,
    scope: Scope,
    #[serde(default)]
    requires: Vec<String>,
    #[serde(default)]
    any_of: Vec<Vec<String>>,
    #[serde(default)]
    uses: Vec<String>,
    #[serde(default)]
    params: Vec<String>,
    #[serde(default)]
    automation: Automation,
    #[serde(default)]
    remediation: Option<RawRemediation>,
    #[serde(default)]
    frameworks: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    grade: String,
    since: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRemediation {
    powershell: String,
    #[serde(default)]
    rollback: Option<String>,
}

const TEMPLATE_HELP: &str = "start the file with a `# METADATA` comment block: title, description \
     and custom: {id, severity, category, scope, requires, since, ...}";

/// The YAML of the block that ends right before `package`, with the line of its first YAML line.
struct Found {
    /// Comment marks removed.
    yaml: String,
    /// File line of the first YAML line, from 1.
    first_line: u32,
    /// Characters removed in front of each line.
    indents: Vec<u32>,
}

fn find(text: &str) -> Option<Found> {
    let lines: Vec<&str> = text.lines().collect();
    let package = lines.iter().position(|line| {
        line.strip_prefix("package")
            .is_some_and(|rest| rest.starts_with(char::is_whitespace))
    })?;
    // OPA attaches the block that touches `package`; comments between are part of the block.
    let start = lines[..package].iter().rposition(|line| {
        line.strip_prefix('#')
            .is_some_and(|rest| rest.trim() == "METADATA")
    })?;
    let mut yaml = String::new();
    let mut indents = Vec::new();
    for line in &lines[start + 1..package] {
        let Some(rest) = line.strip_prefix('#') else {
            break;
        };
        let (rest, indent) = match rest.strip_prefix(' ') {
            Some(rest) => (rest, 2),
            None => (rest, 1),
        };
        yaml.push_str(rest);
        yaml.push('\n');
        indents.push(indent);
    }
    Some(Found {
        yaml,
        first_line: u32::try_from(start).unwrap_or(0) + 2,
        indents,
    })
}

/// Reads the METADATA of a policy file.
///
/// # Errors
/// Everything that is wrong with it, each with its line and column.
pub fn parse(file: &str, text: &str) -> Result<Metadata, Vec<Diagnostic>> {
    let Some(found) = find(text) else {
        return Err(vec![Diagnostic::of_file(
            Level::Error,
            "metadata_missing",
            file,
            "no METADATA before `package`",
            TEMPLATE_HELP,
        )]);
    };
    let block: Block = match serde_yaml::from_str(&found.yaml) {
        Ok(block) => block,
        Err(error) => {
            let (line, column) = match error.location() {
                Some(at) => found.place(at.line(), at.column()),
                None => (found.first_line.saturating_sub(1), 1),
            };
            let message = error.to_string();
            // serde_yaml ends with its own position, which counts from the block's start.
            let message = match message.rfind(" at line ") {
                Some(end) => &message[..end],
                None => message.as_str(),
            };
            return Err(vec![Diagnostic::at(
                Level::Error,
                "metadata_invalid",
                file,
                text,
                (line, column, 1),
                format!("METADATA: {message}"),
                TEMPLATE_HELP,
            )]);
        }
    };
    Reader {
        file,
        text,
        found: &found,
        diagnostics: Vec::new(),
    }
    .read(block)
}

impl Found {
    /// A place in the block as a place in the file. serde_yaml counts both from 1.
    fn place(&self, line: usize, column: usize) -> (u32, u32) {
        let index = line.saturating_sub(1);
        let indent = self.indents.get(index).copied().unwrap_or(2);
        (
            self.first_line + u32::try_from(index).unwrap_or(0),
            u32::try_from(column).unwrap_or(1) + indent,
        )
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    found: &'a Found,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn read(mut self, block: Block) -> Result<Metadata, Vec<Diagnostic>> {
        let Block {
            scope,
            title,
            description,
            related_resources,
            custom,
            ..
        } = block;
        if let Some(scope) = scope.filter(|s| s != "package") {
            self.wrong(
                &scope,
                "the block belongs to the package",
                "write `scope: package`",
            );
        }
        let id_is_fit = !custom.id.is_empty()
            && custom
                .id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
        if !id_is_fit {
            self.wrong(
                &custom.id,
                &format!("`{}` is not an id", custom.id),
                "ids are permanent and made of letters, digits, `-`, `.`, `_`: `EXT-002`",
            );
        }
        for (key, value) in [("title", &title), ("category", &custom.category)] {
            if value.trim().is_empty() {
                self.wrong(key, &format!("`{key}` is empty"), "say it in one line");
            }
        }
        let requires = self.requirements(&custom.requires);
        let any_of: Vec<_> = custom
            .any_of
            .iter()
            .map(|group| self.requirements(group))
            .collect();
        if any_of.iter().any(Vec::is_empty) {
            self.wrong(
                "any_of",
                "`any_of` has an empty group",
                "write [[a, b], [c]]",
            );
        }
        let uses = self.requirements(&custom.uses);
        for path in &custom.params {
            if path.split('.').any(str::is_empty) {
                self.wrong(
                    path,
                    &format!("`{path}` is not a path below data.params"),
                    "write `exposure.internet`, without `data.params`",
                );
            }
        }
        let remediation = custom.remediation.and_then(|raw| {
            Template::parse(&raw.powershell, raw.rollback.as_deref())
                .map_err(|problem| {
                    self.wrong(&problem.written, &problem.message, &problem.help);
                })
                .ok()
        });
        if !self.diagnostics.is_empty() {
            return Err(self.diagnostics);
        }
        Ok(Metadata {
            id: custom.id,
            title: title.trim().to_owned(),
            description: description.trim().to_owned(),
            references: related_resources
                .into_iter()
                .map(|related| match related {
                    Related::Text(text) => text,
                    Related::Full { reference, .. } => reference,
                })
                .collect(),
            severity: custom.severity,
            category: custom.category,
            profiles: custom.profiles,
            scope: custom.scope,
            requires,
            any_of,
            uses,
            params: custom.params,
            automation: custom.automation,
            remediation,
            frameworks: custom.frameworks,
            grade: custom.grade,
            since: custom.since,
        })
    }

    fn requirements(&mut self, entries: &[String]) -> Vec<Requirement> {
        let mut read = Vec::new();
        for entry in entries {
            match entry.parse::<Requirement>() {
                Err(message) => self.wrong(entry, &message, "kinds are those of the catalog"),
                Ok(requirement) => match requirement.problem() {
                    Some((message, help)) => self.wrong(entry, &message, &help),
                    None => read.push(requirement),
                },
            }
        }
        read
    }

    /// An error at the first line of the block that holds `written`.
    fn wrong(&mut self, written: &str, message: &str, help: &str) {
        let place = self
            .found
            .yaml
            .lines()
            .enumerate()
            .find_map(|(index, line)| {
                let byte = line.find(written)?;
                let column = line[..byte].chars().count() + 1;
                let (line, column) = self.found.place(index + 1, column);
                Some((
                    line,
                    column,
                    u32::try_from(written.chars().count()).unwrap_or(1),
                ))
            })
            .filter(|_| !written.is_empty())
            .unwrap_or((self.found.first_line.saturating_sub(1), 1, 1));
        self.diagnostics.push(Diagnostic::at(
            Level::Error,
            "metadata_invalid",
            self.file,
            self.text,
            place,
            format!("METADATA: {message}"),
            help,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# A licence line\n\n# METADATA\n# title: Windows authentication is offered\n\
        # description: |\n#   Two lines\n#   of text.\n# related_resources:\n#   - ref: https://example.test/a\n\
        #     description: Reference\n#   - A book\n# custom:\n#   id: EXT-002\n#   severity: critical\n\
        #   category: EXT\n#   scope: server\n#   requires: [onprem.WebServicesVirtualDirectory.WindowsAuthentication]\n\
        #   params: [exposure.internet]\n#   since: 0.1.0\npackage exchange.ext.windows\n";

    #[test]
    fn a_full_block_is_read() {
        let metadata = parse("a.rego", GOOD).unwrap();
        assert_eq!(metadata.id, "EXT-002");
        assert_eq!(metadata.references, ["https://example.test/a", "A book"]);
        assert_eq!(metadata.severity, Severity::Critical);
        assert_eq!(metadata.scope, Scope::Server);
        assert_eq!(metadata.since, "0.1.0");
        assert_eq!(metadata.description, "Two lines\nof text.");
    }

    fn error(from: &str, to: &str) -> Diagnostic {
        assert!(GOOD.contains(from));
        let text = GOOD.replace(from, to);
        let mut errors = parse("a.rego", &text).unwrap_err();
        assert_eq!(errors.len(), 1, "{errors:?}");
        errors.remove(0)
    }

    #[test]
    fn an_unknown_key_is_refused_where_it_stands() {
        let found = error("#   params:", "#   parms:");
        assert_eq!(found.line, 18, "{found}");
        assert!(found.message.contains("parms"), "{found}");
        assert!(found.source_line.contains("parms"), "{found}");
    }

    #[test]
    fn bad_yaml_and_bad_values_show_their_line() {
        let broken = error("#   severity: critical", "#   severity: [critical");
        assert!((13..=16).contains(&broken.line), "{broken}");
        let word = error("critical", "dreadful");
        assert_eq!(word.line, 14, "{word}");
        let kind = error("onprem.Web", "onprem.Wob");
        assert_eq!((kind.line, kind.column), (17, 16), "{kind}");
        assert!(kind.help.contains("did you mean"), "{kind}");
    }

    #[test]
    fn a_missing_block_says_what_to_write() {
        let errors = parse("a.rego", "package a\n").unwrap_err();
        assert_eq!(errors[0].code, "metadata_missing");
        // A block of a rule is not the package's.
        let errors = parse("a.rego", "package a\n\n# METADATA\n# title: x\nr := 1\n").unwrap_err();
        assert_eq!(errors[0].code, "metadata_missing");
    }
}
