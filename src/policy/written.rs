//! A remediation as its author wrote it, holes and all, for `explain`.

use super::remediation::{Hole, Part, Template};

impl Template {
    /// The PowerShell with its holes.
    pub fn powershell(&self) -> String {
        self.powershell.iter().map(written).collect()
    }

    /// The way back with its holes.
    pub fn rollback(&self) -> Option<String> {
        self.rollback
            .as_ref()
            .map(|parts| parts.iter().map(written).collect())
    }
}

fn written(part: &Part) -> String {
    match part {
        Part::Text(text) => text.clone(),
        Part::Hole(Hole::Server) => "{{server}}".to_owned(),
        Part::Hole(Hole::Identity) => "{{identity}}".to_owned(),
        Part::Hole(Hole::Subject(name)) => format!("{{{{subject.{name}}}}}"),
        Part::Hole(Hole::Observed(name)) => format!("{{{{observed.{name}}}}}"),
        Part::Hole(Hole::Expected(name)) => format!("{{{{expected.{name}}}}}"),
    }
}
