//! Why a file could not be read.

use std::fmt;

/// A place in the decoded text, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl Position {
    /// The place of a byte offset; one past the end is the end.
    pub fn of(text: &str, at: usize) -> Self {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Position {
            line: before.bytes().filter(|b| *b == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a file could not be read. The operator can fix each of these, mostly by exporting again.
///
/// No variant repeats data of the file: names of elements and properties, numbers of references and
/// positions only.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// The bytes are no text in an encoding that PowerShell writes.
    #[error("byte {offset}: {problem}")]
    Encoding {
        /// Bytes from the start of the file.
        offset: usize,
        /// What is wrong, and what was expected.
        problem: String,
    },
    /// Another format altogether.
    #[error("{at}: this is not CLIXML: {found}; {hint}")]
    NotClixml {
        /// Where.
        at: Position,
        /// What stands there.
        found: String,
        /// What it might be, or what to do.
        hint: &'static str,
    },
    /// Not well-formed, or cut off.
    #[error("{at}: {problem}")]
    Syntax {
        /// Where.
        at: Position,
        /// What is wrong, and what was expected.
        problem: String,
    },
    /// Well-formed, but against the format.
    #[error("{at}: {problem}")]
    Format {
        /// Where.
        at: Position,
        /// What is wrong, and what was expected.
        problem: String,
    },
    /// A reference to an object or a type list that was not defined before it.
    #[error(
        "{at}: {element} refers to RefId {id}, which nothing before it defines: the file was cut or edited, export it again"
    )]
    Reference {
        /// Where.
        at: Position,
        /// `Ref` or `TNRef`.
        element: &'static str,
        /// The number.
        id: String,
    },
    /// More than [`super::Limits`] allow.
    #[error("{at}: more than {limit} {what}; export fewer objects into one file")]
    Limit {
        /// Where the limit was passed.
        at: Position,
        /// What there is too much of.
        what: &'static str,
        /// The bound.
        limit: usize,
    },
}

impl ProtocolError {
    /// The place in the decoded text; encoding errors have none.
    pub fn position(&self) -> Option<Position> {
        match self {
            ProtocolError::Encoding { .. } => None,
            ProtocolError::NotClixml { at, .. }
            | ProtocolError::Syntax { at, .. }
            | ProtocolError::Format { at, .. }
            | ProtocolError::Reference { at, .. }
            | ProtocolError::Limit { at, .. } => Some(*at),
        }
    }
}

/// A name of the file, made fit for a message: control characters escaped, not longer than a line.
pub(super) fn shown(name: &str) -> String {
    let mut out: String = name.chars().take(60).flat_map(char::escape_debug).collect();
    if name.chars().nth(60).is_some() {
        out.push('…');
    }
    out
}
