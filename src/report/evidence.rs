//! Evidence lost and gained: what happened to several kinds, or to several properties of one object, for
//! one reason is said once.

use std::collections::HashMap;

use super::words;
use crate::model::{ChangeSet, CoverageChange, Plane};

/// Characters of an object's name.
const PLACE: usize = 400;

/// What became more or less visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moved<'a> {
    /// The first of those that are alike: where, from what to what, and why.
    pub change: &'a CoverageChange,
    /// Kinds of one plane.
    pub kinds: Vec<&'a str>,
    /// Properties of the one object; empty where all of it is meant.
    pub properties: Vec<&'a str>,
}

/// What changes must share to be said in one line: the reason, what was and is known, and the object, or
/// that there is none.
type Alike<'a> = (
    Plane,
    Option<(&'a str, &'a str)>,
    Option<&'a str>,
    bool,
    [&'a str; 3],
);

fn alike(change: &CoverageChange) -> Alike<'_> {
    let place = change.id.as_deref().or(change.server.as_deref());
    let is_whole_kind = place.is_none() && change.property.is_none();
    let object = (!is_whole_kind).then(|| (change.kind.as_str(), place.unwrap_or_default()));
    // Of one object, properties are told together, but never with the object itself.
    let part = change.property.as_ref().map(|_| "properties");
    let what = [&change.before, &change.after, &change.reason].map(String::as_str);
    (change.plane, object, part, change.lost, what)
}

/// The changes of evidence in the order in which they come.
pub(super) fn moved(drift: &ChangeSet) -> Vec<Moved<'_>> {
    let mut found: Vec<Moved<'_>> = Vec::new();
    let mut places: HashMap<Alike<'_>, usize> = HashMap::new();
    for change in &drift.coverage_changes {
        let at = *places.entry(alike(change)).or_insert_with(|| {
            found.push(Moved {
                change,
                kinds: Vec::new(),
                properties: Vec::new(),
            });
            found.len() - 1
        });
        if !found[at].kinds.contains(&change.kind.as_str()) {
            found[at].kinds.push(change.kind.as_str());
        }
        found[at].properties.extend(change.property.as_deref());
    }
    found
}

impl Moved<'_> {
    /// `Enabled and Realm of AuthServer ACS`, or the kinds. Visible text.
    pub(super) fn what(&self, show: usize) -> String {
        let place = self.change.id.as_deref().or(self.change.server.as_deref());
        let mut text = words::listed(&self.kinds, usize::MAX);
        if let Some(place) = place {
            text.push(' ');
            text.push_str(&super::escape::clipped(&super::visible(place), PLACE));
        }
        match self.properties.is_empty() {
            true => text,
            false => format!("{} of {text}", words::listed(&self.properties, show)),
        }
    }
}
