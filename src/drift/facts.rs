//! What a fresh server shows, and what Setup is documented to change: two sourced tables.
//!
//! `factory_defaults.json`: one row a kind, property and site. `basis` is `lab` (a vendor lab or public
//! export shows it), `document` (the vendor's table of default settings) or `reference` (the cmdlet
//! reference; taken only where nothing contradicts it). What sources disagree on has no row: the OAuth
//! flag of the OAB directory, TLS on the OAB directory of 2013.
//!
//! `documented_changes.json`: `setup` is what an update to that build does on purpose, `introduced` the
//! properties that a build has first, one build for each product line or cumulative update.

use std::sync::LazyLock;

use serde::Deserialize;

use super::build::Build;
use crate::model::{Site, Value};

/// A value that a fresh server has.
#[derive(Clone, Debug, Deserialize)]
pub struct FactoryDefault {
    /// The cmdlet noun.
    pub kind: String,
    /// Exchange's name.
    pub property: String,
    /// The value; lists are sets.
    pub value: Value,
    /// Which web site.
    #[serde(default = "frontend")]
    pub site: Site,
    /// The first build with this default; absent: all.
    pub from: Option<BuildText>,
    /// The first build without it; absent: none.
    pub until: Option<BuildText>,
    /// `lab`, `document` or `reference`.
    pub basis: String,
    /// Where it was read.
    pub source: String,
}

/// Something that Setup does on purpose.
#[derive(Debug, Deserialize)]
pub(super) struct SetupChange {
    pub kind: String,
    pub property: String,
    pub site: Site,
    pub before: Value,
    pub after: Value,
    /// The first build whose Setup does it.
    pub from: BuildText,
    /// In words.
    pub does: String,
    pub source: String,
}

/// A property that older builds do not have.
#[derive(Debug, Deserialize)]
pub(super) struct Introduced {
    pub kind: String,
    pub property: String,
    /// The first build of each line (`15.1`, `15.2`) or cumulative update that has it.
    pub since: Vec<BuildText>,
    /// In words.
    pub update: String,
    pub source: String,
}

impl Introduced {
    /// True where an update from one build to the other brought the property.
    pub(super) fn crossed(&self, before: Build, after: Build) -> bool {
        self.has(after) && !self.has(before)
    }

    /// Compares inside the build's own cumulative update where the table names it, else with the
    /// lowest build of its line: hotfix updates reach several cumulative updates at once.
    fn has(&self, build: Build) -> bool {
        let since = || self.since.iter().map(|text| text.0);
        if let Some(first) = since().find(|s| s.cumulative() == build.cumulative()) {
            return build >= first;
        }
        let in_line = || since().filter(|s| s.line() == build.line());
        match in_line().max() {
            Some(newest) if build > newest => true,
            // Between two of several named cumulative updates nothing is said: older.
            Some(_) => false,
            // A line that the table does not name: newer lines have it, older ones never got it.
            None => since().max().is_some_and(|newest| build > newest),
        }
    }
}

#[derive(Debug, Deserialize)]
struct Documented {
    setup: Vec<SetupChange>,
    introduced: Vec<Introduced>,
}

/// A build as the tables write it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct BuildText(pub Build);

impl TryFrom<String> for BuildText {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(BuildText)
    }
}

fn frontend() -> Site {
    Site::Frontend
}

static DEFAULTS: LazyLock<Vec<FactoryDefault>> = LazyLock::new(|| {
    let mut rows: Vec<FactoryDefault> = serde_json::from_str(include_str!("factory_defaults.json"))
        .expect("the built-in table is read by a test");
    for row in &mut rows {
        if let Value::List(members) = &mut row.value {
            row.value = Value::set(std::mem::take(members));
        }
    }
    rows
});

static DOCUMENTED: LazyLock<Documented> = LazyLock::new(|| {
    serde_json::from_str(include_str!("documented_changes.json"))
        .expect("the built-in table is read by a test")
});

/// The whole table of factory defaults.
pub fn factory_defaults() -> &'static [FactoryDefault] {
    &DEFAULTS
}

/// The factory value of a property on a server of this build, where a source gives one.
pub fn factory_default(
    kind: &str,
    property: &str,
    site: Site,
    build: Build,
) -> Option<&'static FactoryDefault> {
    DEFAULTS.iter().find(|row| {
        row.property == property
            && row.kind == kind
            && row.site == site
            && row.from.is_none_or(|from| build >= from.0)
            && row.until.is_none_or(|until| build < until.0)
    })
}

/// What an update from `before` to `after` does to this property on purpose. Setup runs with a
/// cumulative update, never with a security update.
pub(super) fn setup_change(
    (kind, property, site): (&str, &str, Site),
    (old, new): (&Value, &Value),
    (before, after): (Build, Build),
) -> Option<&'static SetupChange> {
    if before.cumulative() == after.cumulative() {
        return None;
    }
    DOCUMENTED.setup.iter().find(|row| {
        row.property == property
            && row.kind == kind
            && row.site == site
            && row.before == *old
            && row.after == *new
            && after >= row.from.0
    })
}

/// The row of a property that some build introduced.
pub(super) fn introduced(kind: &str, property: &str) -> Option<&'static Introduced> {
    DOCUMENTED
        .introduced
        .iter()
        .find(|row| row.property == property && row.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_row_names_a_kind_of_the_catalog_and_its_source() {
        for row in factory_defaults() {
            let spec = catalog::find(&row.kind).expect("a kind");
            assert!(spec.property(&row.property).is_some(), "{row:?}");
            assert!(["lab", "document", "reference"].contains(&row.basis.as_str()));
            assert!(!row.source.is_empty());
        }
        for row in &DOCUMENTED.setup {
            let spec = catalog::find(&row.kind).expect("a kind");
            assert!(spec.property(&row.property).is_some(), "{row:?}");
            assert!(!row.source.is_empty() && row.before != row.after);
        }
        for row in &DOCUMENTED.introduced {
            assert!(catalog::find(&row.kind).is_some(), "{row:?}");
            assert!(!row.source.is_empty() && !row.since.is_empty());
        }
    }

    #[test]
    fn no_two_defaults_hold_for_one_build() {
        for row in factory_defaults() {
            for build in ["15.0.1497.2", "15.1.2507.6", "15.2.1118.7", "15.2.1748.10"] {
                let build: Build = build.parse().unwrap();
                let holding = factory_defaults()
                    .iter()
                    .filter(|r| {
                        (&r.kind, &r.property, r.site) == (&row.kind, &row.property, row.site)
                            && r.from.is_none_or(|from| build >= from.0)
                            && r.until.is_none_or(|until| build < until.0)
                    })
                    .count();
                assert!(holding <= 1, "{row:?}");
            }
        }
    }

    #[test]
    fn a_hotfix_update_reaches_several_cumulative_updates() {
        let row = introduced("AuthServer", "ApplicationIdentifier").unwrap();
        let crossed = |a: &str, b: &str| row.crossed(a.parse().unwrap(), b.parse().unwrap());
        assert!(crossed("15.2.1544.14", "15.2.1544.25"));
        assert!(crossed("15.1.2507.44", "15.1.2507.55"));
        assert!(crossed("15.2.1544.14", "15.2.1748.24"));
        assert!(crossed("15.2.1118.7", "15.2.2562.17"));
        assert!(!crossed("15.2.1544.14", "15.2.1748.10")); // CU15 itself came before it
        assert!(!crossed("15.2.1544.25", "15.2.1748.24")); // both have it
        assert!(!crossed("15.1.2507.39", "15.1.2507.44"));
    }
}
