//! What can be wrong with policies, with place and next step.

use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Level as Decor, Renderer, Snippet};

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth mending; nothing is refused.
    Warning,
    /// `policy check` fails, an audit still runs (a missing test file).
    CheckOnly,
    /// Refused everywhere: the policy could pass in silence.
    Error,
}

/// One thing that is wrong in one place of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad.
    pub level: Level,
    /// A machine word: `unknown_function`.
    pub code: &'static str,
    /// The file as the user knows it.
    pub file: String,
    /// Line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// Column in characters, from 1; 0 where the whole line is meant.
    pub column: u32,
    /// Length of the underlined text in characters, at least 1.
    pub length: u32,
    /// The text of that line, empty where the whole file is meant.
    pub source_line: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Diagnostic {
    /// A diagnostic about a whole file.
    pub fn of_file(
        level: Level,
        code: &'static str,
        file: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Diagnostic {
            level,
            code,
            file: file.to_owned(),
            line: 0,
            column: 0,
            length: 1,
            source_line: String::new(),
            message: message.into(),
            help: help.into(),
        }
    }

    /// A diagnostic about a place; the source line is cut out of `text`.
    pub fn at(
        level: Level,
        code: &'static str,
        file: &str,
        text: &str,
        (line, column, length): (u32, u32, u32),
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let source_line = (line as usize)
            .checked_sub(1)
            .and_then(|index| text.lines().nth(index))
            .unwrap_or_default()
            .to_owned();
        Diagnostic {
            line,
            column,
            length: length.max(1),
            source_line,
            ..Diagnostic::of_file(level, code, file, message, help)
        }
    }

    /// `file:line:column`, or the file alone.
    pub fn place(&self) -> String {
        match (self.line, self.column) {
            (0, _) => self.file.clone(),
            (line, 0) => format!("{}:{line}", self.file),
            (line, column) => format!("{}:{line}:{column}", self.file),
        }
    }

    /// Several lines for a person: message, place, source line with a caret, what to do.
    pub fn render(&self, colour: bool) -> String {
        let decor = match self.level {
            Level::Warning => Decor::WARNING,
            Level::CheckOnly | Level::Error => Decor::ERROR,
        };
        let title = format!("{} [{}]", self.message, self.code);
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let title = decor.primary_title(title);
        let mut group = if self.line == 0 {
            title.element(annotate_snippets::Origin::path(self.file.as_str()))
        } else {
            let start = byte_offset(&self.source_line, self.column.saturating_sub(1));
            let end = byte_offset(
                &self.source_line,
                self.column.saturating_sub(1) + self.length,
            )
            .max(start);
            title.element(
                Snippet::source(self.source_line.as_str())
                    .line_start(self.line as usize)
                    .path(self.file.as_str())
                    .annotation(AnnotationKind::Primary.span(start..end)),
            )
        };
        if !self.help.is_empty() {
            group = group.element(Decor::HELP.message(self.help.as_str()));
        }
        renderer.render(&[group])
    }
}

fn byte_offset(line: &str, characters: u32) -> usize {
    line.char_indices()
        .nth(characters as usize)
        .map_or(line.len(), |(offset, _)| offset)
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place(), self.message)?;
        if !self.help.is_empty() {
            write!(f, " ({})", self.help)?;
        }
        Ok(())
    }
}

/// Why policies cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// A folder or file cannot be read. The operator mends the path or its rights.
    #[error(
        "cannot read {path}: {source}; give a folder with `exchange/`, `lib/` or `facts/` in it"
    )]
    Read {
        /// What was being read.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Policies, facts or METADATA are wrong. Their author mends them; see each diagnostic.
    #[error("{} in policies: {}", count(.diagnostics), first(.diagnostics))]
    Refused {
        /// Everything that was found, sorted by file and line.
        diagnostics: Vec<Diagnostic>,
    },
    /// The engine could not start. A fault of this program.
    #[error("the policy engine does not start: {0}")]
    Engine(String),
}

fn count(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics
        .iter()
        .filter(|d| d.level == Level::Error)
        .count();
    format!("{errors} error{}", if errors == 1 { "" } else { "s" })
}

fn first(diagnostics: &[Diagnostic]) -> String {
    diagnostics
        .iter()
        .find(|d| d.level == Level::Error)
        .map_or_else(String::new, ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rendered_diagnostic_shows_file_line_column_and_caret() {
        let text = "package a\nx := fooo(1)\n";
        let diagnostic = Diagnostic::at(
            Level::Error,
            "unknown_function",
            "a.rego",
            text,
            (2, 6, 4),
            "`fooo` is not a function",
            "spell it right",
        );
        let rendered = diagnostic.render(false);
        for part in ["a.rego:2:6", "x := fooo(1)", "^^^^", "help: spell it right"] {
            assert!(rendered.contains(part), "{part} is missing in\n{rendered}");
        }
    }

    #[test]
    fn a_column_past_the_end_does_not_panic() {
        let diagnostic = Diagnostic::at(Level::Error, "x", "a.rego", "ü", (1, 40, 3), "m", "");
        assert!(diagnostic.render(false).contains("a.rego:1"));
    }
}
