//! How a person names a snapshot: `contoso@latest`, `baseline`, `2026-11-21`, a label, `./folder`.

use std::path::PathBuf;

use super::error::StoreError;
use super::history::{Entry, History};

/// A reference as written, before it is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// A snapshot folder outside the store.
    Folder(PathBuf),
    /// A snapshot of an organization, or of the only one.
    Stored {
        /// Before the `@`, where there is one.
        organization: Option<String>,
        /// Which one.
        which: Which,
    },
}

/// Which snapshot of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The newest by time of collection.
    Latest,
    /// The one before it.
    Previous,
    /// The approved one.
    Baseline,
    /// An id, the beginning of one, or a label.
    Named(String),
}

/// Words that no label may be.
const WORDS: [&str; 3] = ["latest", "previous", "baseline"];

impl Reference {
    /// Reads a reference. Text with a path separator is a folder. A leading `@`, which PowerShell
    /// needs nowhere but people write, is left out.
    ///
    /// # Errors
    /// Empty text.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let text = text.trim();
        if text.contains(['/', '\\']) {
            return Ok(Reference::Folder(PathBuf::from(text)));
        }
        let (organization, which) = match text.split_once('@') {
            Some(("", which)) => (None, which),
            Some((organization, which)) => (Some(organization.to_owned()), which),
            None => (None, text),
        };
        let which = match which {
            "" => {
                return Err(StoreError::Invalid {
                    what: "the snapshot reference",
                    value: text.to_owned(),
                    reason:
                        "it names no snapshot; write ORGANIZATION@latest, @previous, @baseline, \
                             an id, a label, or a folder with a separator (./x)"
                            .to_owned(),
                });
            }
            "latest" => Which::Latest,
            "previous" => Which::Previous,
            "baseline" => Which::Baseline,
            name => Which::Named(name.to_owned()),
        };
        Ok(Reference::Stored {
            organization,
            which,
        })
    }
}

/// Refuses a label that a reference could not name.
pub(super) fn check_label(label: &str) -> Result<(), StoreError> {
    let reason = if label.trim().is_empty() || label.trim() != label {
        "it is empty or has blanks at its ends"
    } else if label.contains(['/', '\\', '@']) || label.chars().any(char::is_control) {
        "it has a separator, an `@` or a control character; use letters, digits, blanks, `.`, `_`, `-`"
    } else if WORDS.contains(&label) {
        "this word has a meaning of its own in references; choose another one"
    } else if super::history::parse_id(label).is_some() {
        "it looks like a snapshot id; choose another one"
    } else {
        return Ok(());
    };
    Err(StoreError::Invalid {
        what: "the label",
        value: label.to_owned(),
        reason: reason.to_owned(),
    })
}

/// Refuses an organization that a reference could not name.
pub(super) fn check_organization(name: &str) -> Result<(), StoreError> {
    let reason = if name.trim().is_empty() || name.trim() != name {
        "it is empty or has blanks at its ends"
    } else if name.contains(['/', '\\', '@']) || name.chars().any(char::is_control) {
        "it has a separator, an `@` or a control character; a short name such as `contoso` serves best"
    } else if super::layout::decode(&super::layout::component(name)).as_deref() != Some(name) {
        "it is too long for a folder's name"
    } else {
        return Ok(());
    };
    Err(StoreError::Invalid {
        what: "the organization",
        value: name.to_owned(),
        reason: reason.to_owned(),
    })
}

/// An id, else a label, else the beginning of an id.
pub(super) fn find<'a>(history: &'a History, name: &str) -> Result<&'a Entry, StoreError> {
    let live = history.by_time();
    if let Some(entry) = live.iter().find(|entry| entry.id == name) {
        return Ok(entry);
    }
    let labelled: Vec<_> = live
        .iter()
        .filter(|entry| entry.label.as_deref() == Some(name))
        .collect();
    let found = if labelled.is_empty() {
        live.iter()
            .filter(|entry| entry.id.starts_with(name))
            .collect()
    } else {
        labelled
    };
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(unknown(
            history,
            name,
            if history.is_pruned(name) {
                ": it was pruned"
            } else {
                ""
            },
        )),
        several => Err(StoreError::Ambiguous {
            text: name.to_owned(),
            candidates: several.iter().rev().take(10).map(|e| shown(e)).collect(),
        }),
    }
}

/// An error that lists what there is.
pub(super) fn unknown(history: &History, text: &str, hint: &str) -> StoreError {
    StoreError::UnknownSnapshot {
        text: text.to_owned(),
        organization: history.organization.clone(),
        hint: hint.to_owned(),
        candidates: history
            .by_time()
            .into_iter()
            .rev()
            .take(10)
            .map(shown)
            .collect(),
    }
}

fn shown(entry: &Entry) -> String {
    match &entry.label {
        Some(label) => format!("{} ({label})", entry.id),
        None => entry.id.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(organization: Option<&str>, which: Which) -> Reference {
        Reference::Stored {
            organization: organization.map(str::to_owned),
            which,
        }
    }

    #[test]
    fn references_are_read_as_the_contract_says() {
        let named = |name: &str| Which::Named(name.to_owned());
        for (text, expected) in [
            ("contoso@latest", stored(Some("contoso"), Which::Latest)),
            ("@previous", stored(None, Which::Previous)),
            ("baseline", stored(None, Which::Baseline)),
            ("2026-11", stored(None, named("2026-11"))),
            (
                "contoso@before CU15",
                stored(Some("contoso"), named("before CU15")),
            ),
            ("./x", Reference::Folder("./x".into())),
            (
                "C:\\snapshots\\x",
                Reference::Folder("C:\\snapshots\\x".into()),
            ),
        ] {
            assert_eq!(Reference::parse(text).unwrap(), expected, "{text}");
        }
        assert!(Reference::parse("contoso@").is_err());
        assert!(Reference::parse("").is_err());
    }

    #[test]
    fn labels_that_a_reference_cannot_name_are_refused() {
        for label in [
            "",
            " a",
            "latest",
            "a/b",
            "a@b",
            "2026-11-21T020000Z",
            "a\nb",
        ] {
            assert!(check_label(label).is_err(), "{label:?}");
        }
        check_label("before CU15").unwrap();
    }
}
