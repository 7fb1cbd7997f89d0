//! Snapshots of older formats and catalog revisions, brought to today's form while they are read.

use std::collections::BTreeMap;

use crate::catalog;
use crate::model::{OTHER_PROPERTIES, Reason, Resource, Value};

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

/// Every step known.
pub(super) static STEPS: &[Step] = &[Step {
    kind: "ExchangeCertificate",
    from: 1,
    apply: |resource| {
        if catalog::is_bare_certificate(&resource.properties) {
            let mark = Value::undecided(Reason::NotExported, None);
            let name = OTHER_PROPERTIES.to_owned();
            resource.properties.insert(name, mark);
        }
    },
}];

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
    use crate::model::{Kind, Plane, Properties, ResourceId, is_selection};
    use crate::snapshot::files::tests::manifest;

    fn noop(_: &mut Resource) {}

    #[test]
    fn a_certificate_of_which_only_the_bytes_were_kept_becomes_a_selection() {
        let certificate = |more: &[&str]| {
            let names = ["Thumbprint", "NotAfter"].iter().chain(more);
            Resource {
                id: ResourceId {
                    plane: Plane::Onprem,
                    kind: Kind::new("ExchangeCertificate"),
                    key: "EX01\\00".to_owned(),
                },
                server: Some("EX01".to_owned()),
                site: None,
                evidence: None,
                properties: names
                    .map(|name| ((*name).to_owned(), Value::text("x")))
                    .collect(),
                observed: Properties::new(),
            }
        };
        let mut old = manifest("contoso");
        old.revisions.insert("ExchangeCertificate".to_owned(), 1);
        let plan = plan(&mut old, STEPS);
        for (more, is) in [(&[][..], true), (&["Services"][..], false)] {
            let mut resource = certificate(more);
            for step in &plan["ExchangeCertificate"] {
                (step.apply)(&mut resource);
            }
            assert_eq!(is_selection(&resource.properties), is, "{more:?}");
        }
    }

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
