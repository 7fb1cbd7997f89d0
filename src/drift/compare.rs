//! One resource on both sides: which of its properties differ, and how.

use std::cmp::Ordering;

use super::pair::guid;
use crate::catalog::{self, KindSpec};
use crate::model::{
    Change, CoverageChange, Evidence, OTHER_PROPERTIES, Op, Reason, Resource, Value, is_selection,
};

/// What was found so far, in no particular order.
#[derive(Default)]
pub(super) struct Found {
    pub changes: Vec<Change>,
    pub coverage_changes: Vec<CoverageChange>,
}

/// Compares two versions of one resource: the same key, or two keys with one Guid.
pub(super) fn compare(old: &Resource, new: &Resource, found: &mut Found) {
    let mut whole = whole_change(old, new);
    let evidence = EvidencePair::of(old, new);
    if evidence.switched() {
        found.coverage_changes.push(switched_evidence(old, new));
    }
    let selection = SelectionPair::of(old, new);
    if selection.switched() {
        found.coverage_changes.push(switched_selection(old, new));
    }
    for (name, before, after) in differing(old, new) {
        if selection.hides(before, after) {
            continue;
        }
        if let Some(whole) = &mut whole {
            let told = match whole.op {
                Op::Renamed => name == "Name" && !is_undecided(before) && !is_undecided(after),
                _ => name == "Guid",
            };
            if told {
                whole.before = before.cloned();
                whole.after = after.cloned();
                continue;
            }
        }
        if evidence.hides(name, before, after) {
            continue;
        }
        let left_out = before.is_none() && selection.before || after.is_none() && selection.after;
        if is_undecided(before) || is_undecided(after) || left_out || evidence.is_memory(name) {
            let ad_only = evidence.is_memory(name);
            found
                .coverage_changes
                .push(undecided_property(new, name, before, after, ad_only));
        } else {
            found.changes.push(changed(new, name, before, after));
        }
    }
    found.changes.extend(whole);
}

/// `renamed` or `recreated`, where the pair is one.
fn whole_change(old: &Resource, new: &Resource) -> Option<Change> {
    let (op, before_id) = if old.id.key != new.id.key {
        (Op::Renamed, Some(old.id.key.clone()))
    } else {
        let (before, after) = (guid(old)?, guid(new)?);
        if before == after {
            return None;
        }
        (Op::Recreated, None)
    };
    Some(Change {
        op,
        resource: new.reference(),
        before_id,
        property: None,
        before: None,
        after: None,
        added: Vec::new(),
        removed: Vec::new(),
        attribution: None,
    })
}

/// The properties that are not equal, by name; an absent side is `None`.
fn differing<'a>(
    old: &'a Resource,
    new: &'a Resource,
) -> Vec<(&'a str, Option<&'a Value>, Option<&'a Value>)> {
    let mut out = Vec::new();
    let mut left = old.properties.iter().peekable();
    let mut right = new.properties.iter().peekable();
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return out,
        };
        match order {
            Ordering::Less => out.extend(left.next().map(|(n, v)| (n.as_str(), Some(v), None))),
            Ordering::Greater => out.extend(right.next().map(|(n, v)| (n.as_str(), None, Some(v)))),
            Ordering::Equal => {
                if let (Some((name, a)), Some((_, b))) = (left.next(), right.next())
                    && a != b
                {
                    out.push((name.as_str(), Some(a), Some(b)));
                }
            }
        }
    }
}

fn changed(
    resource: &Resource,
    name: &str,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Change {
    let (added, removed) = members(before, after);
    Change {
        op: Op::Changed,
        resource: resource.reference(),
        before_id: None,
        property: Some(name.to_owned()),
        before: before.cloned(),
        after: after.cloned(),
        added,
        removed,
        attribution: None,
    }
}

/// The members that a list gained and lost; null and absent count as no members. Both empty where
/// neither side is a list, or where only the order of an ordered list differs.
fn members(before: Option<&Value>, after: Option<&Value>) -> (Vec<Value>, Vec<Value>) {
    let list = |value: Option<&Value>| match value {
        Some(Value::List(list)) => {
            let mut sorted = list.clone();
            sorted.sort();
            Some(sorted)
        }
        Some(Value::Null) | None => Some(Vec::new()),
        Some(_) => None,
    };
    let (Some(old), Some(new)) = (list(before), list(after)) else {
        return (Vec::new(), Vec::new());
    };
    let mut added = Vec::new();
    let mut removed = Vec::new();
    let mut left = old.into_iter().peekable();
    let mut right = new.into_iter().peekable();
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return (added, removed),
        };
        match order {
            Ordering::Less => removed.extend(left.next()),
            Ordering::Greater => added.extend(right.next()),
            Ordering::Equal => {
                left.next();
                right.next();
            }
        }
    }
}

fn is_undecided(value: Option<&Value>) -> bool {
    value.is_some_and(Value::has_undecided)
}

/// Who answered for a directory on the two sides.
struct EvidencePair {
    before_ad: bool,
    after_ad: bool,
    spec: Option<&'static KindSpec>,
}

impl EvidencePair {
    fn of(old: &Resource, new: &Resource) -> Self {
        let before_ad = old.evidence == Some(Evidence::Ad);
        let after_ad = new.evidence == Some(Evidence::Ad);
        EvidencePair {
            before_ad,
            after_ad,
            // Only asked where Active Directory answered.
            spec: (before_ad || after_ad)
                .then(|| catalog::find_kind(&new.id.kind))
                .flatten(),
        }
    }

    fn switched(&self) -> bool {
        self.before_ad != self.after_ad
    }

    fn is_metabase(&self, name: &str) -> bool {
        self.spec
            .and_then(|spec| spec.property(name))
            .is_some_and(|property| property.metabase)
    }

    /// True where one side alone is Active Directory's memory and the property is answered from IIS.
    /// Beside the catalog's metabase properties these are the texts that such an export leaves empty:
    /// `Path`, `WebSite`, `DisplayName` (two exports of one OWA directory of a 2019 CU11 server).
    fn hides(&self, name: &str, before: Option<&Value>, after: Option<&Value>) -> bool {
        let remembered = match (self.before_ad, self.after_ad) {
            (true, false) => before,
            (false, true) => after,
            _ => return false,
        };
        self.is_metabase(name) || matches!(remembered, Some(Value::Text(text)) if text.is_empty())
    }

    /// True where both sides are Active Directory's memory of something that IIS decides.
    fn is_memory(&self, name: &str) -> bool {
        self.before_ad && self.after_ad && self.is_metabase(name)
    }
}

/// Which of the two sides is some tool's selection of the object's properties.
struct SelectionPair {
    before: bool,
    after: bool,
}

impl SelectionPair {
    fn of(old: &Resource, new: &Resource) -> Self {
        SelectionPair {
            before: is_selection(&old.properties),
            after: is_selection(&new.properties),
        }
    }

    fn switched(&self) -> bool {
        self.before != self.after
    }

    /// True for what one side alone left out: one entry for the object says it.
    fn hides(&self, before: Option<&Value>, after: Option<&Value>) -> bool {
        let left_out = match (self.before, self.after) {
            (true, false) => before,
            (false, true) => after,
            _ => return false,
        };
        left_out.is_none_or(|value| value.undecided_reason() == Some(Reason::NotExported))
    }
}

fn switched_selection(old: &Resource, new: &Resource) -> CoverageChange {
    let word = |r: &Resource| match r.properties.get(OTHER_PROPERTIES) {
        Some(_) => Reason::NotExported.as_str().to_owned(),
        None => "decided".to_owned(),
    };
    let lost = is_selection(&new.properties);
    CoverageChange {
        plane: new.id.plane,
        kind: new.id.kind.clone(),
        id: Some(new.id.key.clone()),
        server: new.server.clone(),
        property: None,
        before: word(old),
        after: word(new),
        lost,
        reason: if lost {
            "the newer file holds a selection of the properties: the others are no longer known"
        } else {
            "the older file held a selection of the properties: what the others were is not known"
        }
        .to_owned(),
    }
}

fn switched_evidence(old: &Resource, new: &Resource) -> CoverageChange {
    let word = |r: &Resource| r.evidence.map_or("unstated", Evidence::as_str).to_owned();
    let lost = new.evidence == Some(Evidence::Ad);
    CoverageChange {
        plane: new.id.plane,
        kind: new.id.kind.clone(),
        id: Some(new.id.key.clone()),
        server: new.server.clone(),
        property: None,
        before: word(old),
        after: word(new),
        lost,
        reason: if lost {
            "read with -ADPropertiesOnly now: what IIS does is no longer known".to_owned()
        } else {
            "read with -ADPropertiesOnly before: what IIS did then is not known".to_owned()
        },
    }
}

fn undecided_property(
    resource: &Resource,
    name: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    ad_only: bool,
) -> CoverageChange {
    let word = |value: Option<&Value>| match value {
        None => "absent",
        Some(value) => {
            first_reason(value).map_or(if ad_only { "ad_only" } else { "decided" }, Reason::as_str)
        }
    };
    let (was, is) = (word(before), word(after));
    let reason = if ad_only {
        "Active Directory remembers another value; what IIS does was read on neither side"
    } else {
        match (was, is) {
            ("decided", _) => "the newer export does not say what the value is",
            (_, "decided") => "the older export did not say what the value was",
            _ => "neither export says what the value is, and what they show differs",
        }
    };
    CoverageChange {
        plane: resource.id.plane,
        kind: resource.id.kind.clone(),
        id: Some(resource.id.key.clone()),
        server: resource.server.clone(),
        property: Some(name.to_owned()),
        before: was.to_owned(),
        after: is.to_owned(),
        lost: was == "decided",
        reason: reason.to_owned(),
    }
}

/// The reason of the first undecided value in reading order.
fn first_reason(value: &Value) -> Option<Reason> {
    match value {
        Value::Undecided(undecided) => Some(undecided.reason),
        Value::List(list) => list.iter().find_map(first_reason),
        Value::Map(map) => map.values().find_map(first_reason),
        _ => None,
    }
}
