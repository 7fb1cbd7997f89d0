//! `diff --format unified`: changed properties as YAML, in the form that every review tool colours.

use std::collections::BTreeMap;
use std::io::Write;

use similar::TextDiff;

use super::{RenderOptions, Report, ReportError, ReportKind, Reporter, require, visible, words};
use crate::model::{Change, Op, ResourceRef, Value};

/// See the module.
pub(super) struct Unified;

impl Reporter for Unified {
    fn name(&self) -> &'static str {
        "unified"
    }

    fn extension(&self) -> &'static str {
        "diff"
    }

    fn supports(&self, kind: ReportKind) -> bool {
        kind == ReportKind::Diff
    }

    fn render(
        &self,
        report: &Report<'_>,
        out: &mut dyn Write,
        _: &RenderOptions,
    ) -> Result<(), ReportError> {
        require(report)?;
        let Some(drift) = report.drift else {
            return Ok(());
        };
        let mut resources: Vec<(&ResourceRef, Vec<&Change>)> = Vec::new();
        for change in &drift.changes {
            match resources.last_mut() {
                Some((resource, changes)) if **resource == change.resource => changes.push(change),
                _ => resources.push((&change.resource, vec![change])),
            }
        }
        for (resource, changes) in resources {
            write_resource(out, report, resource, &changes)?;
        }
        for change in &drift.coverage_changes {
            let place = match &change.property {
                Some(_) => change.id.as_deref(),
                None => change.server.as_deref().or(change.id.as_deref()),
            };
            writeln!(
                out,
                "# coverage: {}/{}{}{}: {} -> {} ({})",
                change.plane,
                visible(change.kind.as_str()),
                place
                    .map(|p| format!(" {}", visible(p)))
                    .unwrap_or_default(),
                change
                    .property
                    .as_deref()
                    .map(|p| format!(" {}", visible(p)))
                    .unwrap_or_default(),
                visible(&change.before),
                visible(&change.after),
                visible(&change.reason),
            )?;
        }
        Ok(())
    }
}

fn write_resource(
    out: &mut dyn Write,
    report: &Report<'_>,
    resource: &ResourceRef,
    changes: &[&Change],
) -> Result<(), ReportError> {
    let name = |id: &str| {
        let plane = resource.plane.map_or("", |plane| plane.as_str());
        format!(
            "{plane}/{}/{}",
            visible(resource.kind.as_str()),
            visible(id)
        )
    };
    let (mut before, mut after) = (String::new(), String::new());
    let mut old_name = name(&resource.id);
    for change in changes {
        match change.op {
            Op::Added => after.push_str("(present)\n"),
            Op::Removed => before.push_str("(present)\n"),
            Op::Recreated => {
                before.push_str("(the earlier object)\n");
                after.push_str("(recreated: another Guid)\n");
            }
            Op::Renamed => {
                if let Some(id) = &change.before_id {
                    old_name = name(id);
                }
                before.push_str("(earlier name)\n");
                after.push_str("(renamed)\n");
            }
            Op::Changed => {}
        }
        if let Some(property) = &change.property {
            lines(&mut before, property, change.before.as_ref());
            lines(&mut after, property, change.after.as_ref());
        }
    }
    let moments = report
        .drift
        .map(|d| (&d.before.snapshot, &d.after.snapshot));
    let (then, now) = moments.map_or_else(Default::default, |(a, b)| {
        (words::moment(a), words::moment(b))
    });
    let diff = TextDiff::from_lines(&before, &after);
    write!(
        out,
        "{}",
        diff.unified_diff().context_radius(3).header(
            &format!("a/{old_name}\t{then}"),
            &format!("b/{}\t{now}", name(&resource.id))
        )
    )?;
    Ok(())
}

/// `Name: value`, or a member a line. An absent property has no line.
fn lines(text: &mut String, property: &str, value: Option<&Value>) {
    let Some(value) = value else { return };
    let one = |value: &Value| visible(&value.to_string()).into_owned();
    let property = visible(property);
    match value {
        Value::List(members) if !members.is_empty() => {
            text.push_str(&format!("{property}:\n"));
            for member in members {
                text.push_str(&format!("  - {}\n", one(member)));
            }
        }
        Value::Map(entries) if !entries.is_empty() => {
            let entries: BTreeMap<_, _> = entries.iter().collect();
            text.push_str(&format!("{property}:\n"));
            for (name, member) in entries {
                text.push_str(&format!("  {}: {}\n", visible(name), one(member)));
            }
        }
        other => text.push_str(&format!("{property}: {}\n", one(other))),
    }
}
