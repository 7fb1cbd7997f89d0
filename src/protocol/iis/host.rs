//! `applicationHost.config`: every application with what is in force for it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::error::{Position, ProtocolError};
use super::super::limits::Limits;
use super::facts::Facts;
use super::xml::Element;

/// An application, a virtual directory, or a path that a `location` says something of.
pub(super) struct Application {
    pub site: String,
    /// `/EWS`; `/` is the site itself. A build in it is `(build)`.
    pub path: String,
    pub physical_path: Option<String>,
    pub pool: Option<String>,
    /// The builds that `(build)` stands for.
    pub builds: Vec<String>,
    pub facts: Facts,
    pub at: usize,
}

/// What the whole file says.
pub(super) struct Host {
    pub applications: Vec<Application>,
    /// How many `location` elements name a site that the file does not have.
    pub orphans: usize,
}

/// A `location` element.
struct Location<'e, 'a> {
    element: &'e Element<'a>,
    /// `owa/auth` of `Default Web Site/owa/auth`, spelled as it is.
    path: String,
    inherited: bool,
}

/// A place that gets an [`Application`].
struct Target {
    path: String,
    physical_path: Option<String>,
    pool: Option<String>,
    at: usize,
}

/// One site's applications: lower-case path (`owa/calendar`, empty for the site) and pool.
type Pools = BTreeMap<String, Option<String>>;

pub(super) fn read(root: &Element<'_>, text: &str, limits: &Limits) -> Result<Host, ProtocolError> {
    let mut base = Facts::defaults();
    for web_server in root.named("system.webServer") {
        base.apply(web_server);
    }
    let mut everywhere = Vec::new();
    let mut by_site: BTreeMap<String, Vec<Location<'_, '_>>> = BTreeMap::new();
    for element in root.named("location") {
        let path = trimmed(element.attribute("path").unwrap_or_default());
        let inherited = !element
            .attribute("inheritInChildApplications")
            .is_some_and(|value| value.eq_ignore_ascii_case("false"));
        if path.is_empty() || path == "." {
            // Every site's root is an application below the server's own level.
            if inherited {
                everywhere.push(element);
            }
            continue;
        }
        let (site, rest) = path.split_once('/').unwrap_or((path, ""));
        by_site
            .entry(site.to_lowercase())
            .or_default()
            .push(Location {
                element,
                path: trimmed(rest).to_owned(),
                inherited,
            });
    }
    for location in everywhere {
        for web_server in location.named("system.webServer") {
            base.apply(web_server);
        }
    }
    let mut budget = Budget {
        text,
        left: limits.values,
        limits,
    };
    let mut applications = Vec::new();
    for sites in root.below(&["system.applicationHost", "sites"]) {
        let common = default_pool(sites);
        for site in sites.named("site") {
            let Some(name) = site.attribute("name").filter(|name| !name.is_empty()) else {
                continue;
            };
            let locations = by_site.remove(&name.to_lowercase()).unwrap_or_default();
            let (pools, targets) = targets(site, common.as_deref(), &locations);
            let mut found = Vec::with_capacity(targets.len());
            for (path, target) in targets {
                let mut facts = in_force(&base, &target, &locations, &pools, &mut budget)?;
                // Modules are an application's: nothing below it can have its own.
                if !pools.contains_key(&path) {
                    facts.forget_modules();
                }
                found.push((target, facts));
            }
            applications.extend(named_by_build(name, found));
        }
    }
    Ok(Host {
        applications,
        orphans: by_site.values().map(Vec::len).sum(),
    })
}

/// `applicationDefaults/@applicationPool` of the sites or of one site.
fn default_pool(parent: &Element<'_>) -> Option<String> {
    let defaults = parent.named("applicationDefaults");
    let pools = defaults.filter_map(|defaults| defaults.attribute("applicationPool"));
    pools.last().map(str::to_owned)
}

fn targets(
    site: &Element<'_>,
    common_pool: Option<&str>,
    locations: &[Location<'_, '_>],
) -> (Pools, BTreeMap<String, Target>) {
    let site_pool = default_pool(site).or_else(|| common_pool.map(str::to_owned));
    let mut pools = Pools::new();
    let mut targets: BTreeMap<String, Target> = BTreeMap::new();
    for application in site.named("application") {
        let path = trimmed(application.attribute("path").unwrap_or_default());
        let pool = application.attribute("applicationPool").map(str::to_owned);
        pools.insert(path.to_lowercase(), pool.or_else(|| site_pool.clone()));
    }
    for application in site.named("application") {
        let path = trimmed(application.attribute("path").unwrap_or_default());
        let pool = pools.get(&path.to_lowercase()).cloned().flatten();
        targets.insert(
            path.to_lowercase(),
            Target {
                path: path.to_owned(),
                physical_path: None,
                pool: pool.clone(),
                at: application.at,
            },
        );
        for directory in application.named("virtualDirectory") {
            let own = trimmed(directory.attribute("path").unwrap_or_default());
            let whole = match (path.is_empty(), own.is_empty()) {
                (_, true) => path.to_owned(),
                (true, false) => own.to_owned(),
                (false, false) => format!("{path}/{own}"),
            };
            let physical = directory.attribute("physicalPath").map(str::to_owned);
            let target = targets.entry(whole.to_lowercase()).or_insert(Target {
                path: whole,
                physical_path: None,
                pool: pool.clone(),
                at: directory.at,
            });
            target.physical_path = target.physical_path.take().or(physical);
        }
    }
    for location in locations {
        let mut says = Facts::default();
        for web_server in location.element.named("system.webServer") {
            says.apply(web_server);
        }
        if says.is_empty() {
            continue;
        }
        targets
            .entry(location.path.to_lowercase())
            .or_insert_with(|| Target {
                path: location.path.clone(),
                physical_path: None,
                pool: pool_of(&location.path, &pools),
                at: location.element.at,
            });
    }
    (pools, targets)
}

/// The pool of the nearest application at or above a path.
fn pool_of(path: &str, pools: &Pools) -> Option<String> {
    let path = path.to_lowercase();
    prefixes(&path)
        .rev()
        .find_map(|above| pools.get(above))?
        .clone()
}

/// The site itself, and every path down to the whole one: `""`, `owa`, `owa/auth`.
fn prefixes(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    let ends: Vec<usize> = path
        .match_indices('/')
        .map(|(at, _)| at)
        .chain([path.len()])
        .collect();
    let own = if path.is_empty() { vec![] } else { ends };
    [""].into_iter()
        .chain(own.into_iter().map(move |end| &path[..end]))
        .collect::<Vec<_>>()
        .into_iter()
}

struct Budget<'l> {
    text: &'l str,
    left: usize,
    limits: &'l Limits,
}

impl Budget<'_> {
    fn take(&mut self, cost: usize, at: usize) -> Result<(), ProtocolError> {
        self.left = self
            .left
            .checked_sub(cost)
            .ok_or_else(|| ProtocolError::Limit {
                at: Position::of(self.text, at),
                what: "inherited values",
                limit: self.limits.values,
            })?;
        Ok(())
    }
}

/// From the server down to the path: each level adds what it says, a path that is repeated in the
/// order of the file. A location that child applications do not inherit ends at the next one.
fn in_force(
    base: &Facts,
    target: &Target,
    locations: &[Location<'_, '_>],
    pools: &Pools,
    budget: &mut Budget<'_>,
) -> Result<Facts, ProtocolError> {
    budget.take(base.size() + locations.len(), target.at)?;
    let mut facts = base.clone();
    let whole = target.path.to_lowercase();
    for above in prefixes(&whole) {
        let parted =
            || prefixes(&whole).any(|below| below.len() > above.len() && pools.contains_key(below));
        for location in locations.iter().filter(|l| l.path.to_lowercase() == above) {
            if !location.inherited && parted() {
                continue;
            }
            for web_server in location.element.named("system.webServer") {
                facts.apply(web_server);
                budget.take(facts.size(), target.at)?;
            }
        }
    }
    Ok(facts)
}

fn trimmed(path: &str) -> &str {
    path.trim().trim_matches('/')
}

/// Gives paths that name a build one name whatever the build, so that an update is no change. Where
/// two builds lie side by side and differ, the newest has that name and the others keep their own.
fn named_by_build(site: &str, found: Vec<(Target, Facts)>) -> Vec<Application> {
    let mut groups: BTreeMap<String, Vec<(Vec<u64>, Application)>> = BTreeMap::new();
    for (target, facts) in found {
        let (path, build) = without_build(&target.path, '/');
        let literal = format!("/{}", target.path);
        let key = path.to_lowercase();
        let application = Application {
            site: site.to_owned(),
            path: format!("/{path}"),
            physical_path: target
                .physical_path
                .map(|physical| without_build(&physical, '\\').0),
            pool: target.pool,
            builds: build.clone().into_iter().collect(),
            facts,
            at: target.at,
        };
        let number = build.map(|b| numbers(&b)).unwrap_or_default();
        let mut application = application;
        if number.is_empty() {
            application.path = literal;
        }
        groups.entry(key).or_default().push((number, application));
    }
    let mut all = Vec::new();
    for mut group in groups.into_values() {
        group.sort_by(|a, b| b.0.cmp(&a.0));
        let mut members = group.into_iter().map(|(_, application)| application);
        let Some(mut newest) = members.next() else {
            continue;
        };
        let mut builds: BTreeSet<String> = newest.builds.iter().cloned().collect();
        for mut other in members {
            if other.facts == newest.facts && other.pool == newest.pool {
                builds.extend(other.builds);
            } else {
                let build = other.builds.concat();
                other.path = other.path.replace(BUILD, &build);
                other.builds.clear();
                all.push(other);
            }
        }
        newest.builds = builds.into_iter().collect();
        all.push(newest);
    }
    all
}

/// What stands in a path where a build stood.
const BUILD: &str = "(build)";

/// A path with its build, four numbers with dots, replaced.
fn without_build(path: &str, separator: char) -> (String, Option<String>) {
    let mut build = None;
    let parts: Vec<&str> = path
        .split(separator)
        .map(|part| {
            let is_build = build.is_none() && numbers(part).len() == 4;
            if is_build {
                build = Some(part.to_owned());
                BUILD
            } else {
                part
            }
        })
        .collect();
    (parts.join(&separator.to_string()), build)
}

/// The numbers of `15.2.922.7`; empty for anything else.
fn numbers(text: &str) -> Vec<u64> {
    text.split('.')
        .map(|part| {
            let plain = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| part.parse().ok()).flatten()
        })
        .collect::<Option<_>>()
        .unwrap_or_default()
}
