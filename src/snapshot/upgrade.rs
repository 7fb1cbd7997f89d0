//! Snapshots of older formats and catalog revisions, brought to today's form while they are read.

use std::collections::BTreeMap;

use crate::catalog;
use crate::model::Resource;

use super::manifest::Manifest;

/// One step of one kind: from a catalog revision to the next.
pub(super) struct Step {
    /// Cmdlet noun.
    pub kind: &'static str,
    /// The revision that it starts from.
    pub from: u32,
    /// Rewrites what the older revision wrote differently.
    pub apply: fn(&mut Resource),
}

/// Every step known. Empty: no kind has had a second revision yet.
pub(super) static STEPS: &[Step] = &[];

/// The steps that a snapshot's kinds need, and the revisions that they lead to. A kind that no
/// unbroken row of steps brings to the catalog's revision keeps its own: comparing it is
/// `read_differently`.
pub(super) fn plan<'s>(
    manifest: &mut Manifest,
    steps: &'s [Step],
) -> BTreeMap<String, Vec<&'s Step>> {
    let mut plan = BTreeMap::new();
    for (kind, revision) in &mut manifest.revisions {
        let Some(spec) = catalog::find(kind) else {
            continue;
        };
        let row: Option<Vec<_>> = (*revision..spec.revision)
            .map(|from| steps.iter().find(|s| s.kind == kind && s.from == from))
            .collect();
        if let Some(row) = row.filter(|row| !row.is_empty()) {
            *revision = spec.revision;
            plan.insert(kind.clone(), row);
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::files::tests::manifest;

    fn noop(_: &mut Resource) {}

    #[test]
    fn only_an_unbroken_row_of_steps_raises_a_revision() {
        let today = catalog::find("AuthServer").unwrap().revision;
        let steps = [Step {
            kind: "AuthServer",
            from: today - 1,
            apply: noop,
        }];
        let mut old = manifest("contoso");
        old.revisions.insert("AuthServer".to_owned(), today - 1);
        old.revisions.insert("AuthConfig".to_owned(), 0);
        let plan = plan(&mut old, &steps);
        assert_eq!(plan.keys().collect::<Vec<_>>(), ["AuthServer"]);
        assert_eq!(old.revisions["AuthServer"], today);
        assert_eq!(old.revisions["AuthConfig"], 0);
    }
}
