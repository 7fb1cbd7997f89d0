//! What was looked at, against what was expected. Unknown is not pass, and this is how we know.

use serde::{Deserialize, Serialize};

use super::{Kind, Plane};

/// How far a kind was seen.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Everything expected is here.
    Complete,
    /// Some of it; `except` or `reason` says what is missing.
    Partial,
    /// The call was refused for lack of rights.
    Denied,
    /// The call or file failed.
    Failed,
    /// This build or edition has no such cmdlet.
    Unsupported,
    /// Nobody asked.
    NotAttempted,
    /// The newest answer is older than `max_age`.
    Stale,
}

impl State {
    /// The snake_case word.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Complete => "complete",
            State::Partial => "partial",
            State::Denied => "denied",
            State::Failed => "failed",
            State::Unsupported => "unsupported",
            State::NotAttempted => "not_attempted",
            State::Stale => "stale",
        }
    }
}

/// Who says so: a record of the calls, or the mere presence of a file.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The script's or a collector's record says which call ran and how it ended.
    Recorded,
    /// A loose file; nobody said that it holds everything.
    Assumed,
}

impl Basis {
    /// The snake_case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Basis::Recorded => "recorded",
            Basis::Assumed => "assumed",
        }
    }
}

/// One server whose state differs from its row's.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
pub struct Exception {
    /// Upper-case server name.
    pub server: String,
    /// Its state for this kind.
    pub state: State,
    /// Why, in words for a person, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How far one kind was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CoverageRow {
    /// Where.
    pub plane: Plane,
    /// What.
    pub kind: Kind,
    /// The state of the kind as a whole: `complete` only with an empty `except`.
    pub state: State,
    /// Who says so.
    pub basis: Basis,
    /// How many resources there are.
    pub count: usize,
    /// A machine word (`server_list_unknown`) or the collector's message.
    pub reason: Option<String>,
    /// Expected servers that are not complete.
    #[serde(default)]
    pub except: Vec<Exception>,
}

/// All rows of a snapshot, sorted by plane and kind. A kind without a row was not attempted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Coverage {
    /// One row a kind and plane.
    pub rows: Vec<CoverageRow>,
}

impl Coverage {
    /// The row of a kind, if it was looked at.
    pub fn row(&self, plane: Plane, kind: &str) -> Option<&CoverageRow> {
        self.rows
            .iter()
            .find(|row| row.plane == plane && row.kind.as_str() == kind)
    }

    /// The state of a kind as a whole; `NotAttempted` without a row.
    pub fn state(&self, plane: Plane, kind: &str) -> State {
        self.row(plane, kind)
            .map_or(State::NotAttempted, |row| row.state)
    }

    /// True where both saw every kind equally far, however many resources there were.
    pub fn sees_as(&self, other: &Coverage) -> bool {
        let alike = |(a, b): (&CoverageRow, &CoverageRow)| {
            (a.plane, &a.kind, a.state, &a.except) == (b.plane, &b.kind, b.state, &b.except)
        };
        self.rows.len() == other.rows.len() && self.rows.iter().zip(&other.rows).all(alike)
    }

    /// The state of a server-bound kind on one server: its exception, else complete where the kind
    /// was read at all.
    pub fn state_on(&self, plane: Plane, kind: &str, server: &str) -> State {
        let Some(row) = self.row(plane, kind) else {
            return State::NotAttempted;
        };
        if let Some(exception) = row
            .except
            .iter()
            .find(|e| e.server.eq_ignore_ascii_case(server))
        {
            return exception.state;
        }
        match row.state {
            State::Partial => State::Complete,
            other => other,
        }
    }
}
