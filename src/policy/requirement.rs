//! `plane.Kind`, `plane.Kind.Property`, `plane.Kind.Property@build`: what a policy needs to see.

use std::fmt;
use std::str::FromStr;

use crate::catalog::{self, Blank, Class, KindSpec, Property};
use crate::model::{Kind, Plane};

/// One entry of `requires`, `any_of` or `uses`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Requirement {
    /// Where.
    pub plane: Plane,
    /// What.
    pub kind: Kind,
    /// Which property; the whole kind without.
    pub property: Option<String>,
    /// The build that has the property first, as the policy states it.
    pub since: Option<String>,
}

impl Requirement {
    /// The catalog's declaration of the kind.
    pub fn spec(&self) -> Option<&'static KindSpec> {
        catalog::find_kind(&self.kind)
    }

    /// The catalog's declaration of the property, where it has one.
    pub fn declared(&self) -> Option<&'static Property> {
        self.spec()?.property(self.property.as_deref()?)
    }

    /// The build that has the property first: the policy's word, else the catalog's.
    pub fn first_build(&self) -> Option<&str> {
        self.since
            .as_deref()
            .or_else(|| self.declared().and_then(|p| p.since))
    }

    /// True where `$null` is an answer (nothing is set).
    pub fn null_is_an_answer(&self) -> bool {
        self.declared().is_some_and(|p| p.blank == Blank::Unset)
    }

    /// What is wrong with the entry against the catalog, with what to write instead.
    pub fn problem(&self) -> Option<(String, String)> {
        let Some(spec) = self.spec() else {
            return Some((
                format!("the catalog knows no kind `{}`", self.kind),
                nearest_kind(self.plane, self.kind.as_str()),
            ));
        };
        if spec.call(self.plane).is_none() {
            let planes: Vec<_> = spec.calls.iter().map(|c| c.plane.as_str()).collect();
            return Some((
                format!("`{}` is not read on the plane `{}`", self.kind, self.plane),
                format!("it is read on {}", planes.join(", ")),
            ));
        }
        let property = self.declared()?;
        let written = self.property.as_deref().unwrap_or_default();
        if property.name != written {
            return Some((
                format!("`{written}` is spelt `{}` in Exchange", property.name),
                "policies compare names exactly".to_owned(),
            ));
        }
        match property.class {
            Class::Dropped => Some((
                format!("`{written}` is never stored"),
                "it carries nothing that another property does not; see the catalog".to_owned(),
            )),
            Class::Secret => Some((
                format!("`{written}` is a secret; only its presence is stored"),
                "judge something else".to_owned(),
            )),
            Class::Observed => Some((
                format!("`{written}` is kept apart from configuration"),
                format!("read `_observed.{written}` and leave it out here"),
            )),
            Class::Content => None,
        }
    }
}

/// `the nearest name is X`, or all kinds of the plane.
pub fn nearest_kind(plane: Plane, written: &str) -> String {
    let names: Vec<_> = catalog::on_plane(plane).map(|spec| spec.name).collect();
    match nearest(written, names.iter().copied()) {
        Some(name) => format!("did you mean `{plane}.{name}`?"),
        None => format!("kinds of {plane}: {}", names.join(", ")),
    }
}

/// The name that differs from `written` by the fewest letters, where that is few enough to be a slip.
pub fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| {
            (
                distance(&written.to_lowercase(), &name.to_lowercase()),
                name,
            )
        })
        .filter(|(distance, _)| *distance <= 1 + written.chars().count() / 5)
        .min()
        .map(|(_, name)| name)
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

impl FromStr for Requirement {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (path, since) = match text.split_once('@') {
            Some((path, build)) => (path, Some(build)),
            None => (text, None),
        };
        if let Some(build) = since {
            let parts: Vec<_> = build.split('.').collect();
            if parts.len() != 4 || parts.iter().any(|p| p.parse::<u32>().is_err()) {
                return Err(format!("`{build}` is not a build; write `15.2.1544.11`"));
            }
        }
        let mut parts = path.split('.');
        let (Some(plane), Some(kind)) = (parts.next(), parts.next()) else {
            return Err(format!(
                "`{text}` names no kind; write `onprem.AuthServer` or `onprem.AuthServer.Enabled`"
            ));
        };
        let property = parts.next();
        if parts.next().is_some() || kind.is_empty() || property.is_some_and(str::is_empty) {
            return Err(format!(
                "`{text}` is not `plane.Kind` or `plane.Kind.Property`"
            ));
        }
        if since.is_some() && property.is_none() {
            return Err(format!(
                "`{text}`: a build belongs to a property, not to a kind"
            ));
        }
        Ok(Requirement {
            plane: plane.parse()?,
            kind: Kind::new(kind),
            property: property.map(str::to_owned),
            since: since.map(str::to_owned),
        })
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.plane, self.kind)?;
        if let Some(property) = &self.property {
            write!(f, ".{property}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_are_read_and_everything_else_is_refused() {
        let kind: Requirement = "onprem.AuthServer".parse().unwrap();
        assert_eq!((kind.property.as_deref(), kind.first_build()), (None, None));
        let property: Requirement = "onprem.AuthServer.DomainName".parse().unwrap();
        assert_eq!(property.first_build(), Some("15.1.2106.2"), "the catalog's");
        let stated: Requirement = "onprem.AuthServer.DomainName@15.2.1.2".parse().unwrap();
        assert_eq!(stated.first_build(), Some("15.2.1.2"));
        for wrong in [
            "AuthServer",
            "moon.AuthServer",
            "onprem.AuthServer.A.B",
            "onprem.AuthServer@15.2.1.2",
            "onprem.AuthServer.Enabled@15.2",
            "onprem..Enabled",
        ] {
            assert!(wrong.parse::<Requirement>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_catalog_is_asked() {
        let problem = |text: &str| text.parse::<Requirement>().unwrap().problem();
        assert!(problem("onprem.AuthServer.Enabled").is_none());
        let (_, help) = problem("onprem.AuthServr").unwrap();
        assert!(help.contains("onprem.AuthServer"), "{help}");
        assert!(problem("cloud.MapiVirtualDirectory").is_some());
        assert!(problem("onprem.AuthServer.enabled").is_some());
        assert!(problem("onprem.AuthServer.CurrentEncryptedAppSecret").is_some());
    }
}
