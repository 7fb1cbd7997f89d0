//! What the rules of all modules refer to: packages, facts, and the kinds that each rule reads.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::requirement;
use super::syntax::{self, ModuleSyntax, Reference, Step};
use crate::catalog;
use crate::model::Plane;

/// What the references of all modules may lead to.
pub(super) struct World<'a> {
    /// Package to the names of its rules, and to its functions' numbers of arguments.
    packages: BTreeMap<&'a str, Names<'a>>,
    facts: BTreeSet<&'a str>,
    /// Full rule path to the kinds that it reads, through everything that it refers to.
    kinds: BTreeMap<String, BTreeSet<(Plane, String)>>,
    /// Full rule path to the planes that it reads a kind of by a name it is given
    /// (`input.onprem[kind]`).
    by_name: BTreeMap<String, BTreeSet<Plane>>,
}

/// What a package declares.
#[derive(Default)]
struct Names<'a> {
    rules: BTreeSet<&'a str>,
    /// Name to the numbers of arguments.
    functions: BTreeMap<&'a str, &'a BTreeSet<usize>>,
}

impl<'a> World<'a> {
    pub fn new(modules: &'a BTreeMap<&'a str, ModuleSyntax>, facts: &'a Facts) -> Self {
        let mut world = World {
            packages: BTreeMap::new(),
            facts: facts.tables.keys().map(String::as_str).collect(),
            kinds: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for module in modules.values() {
            let names = world.packages.entry(&module.package).or_default();
            names.rules.extend(module.names.iter().map(String::as_str));
            let functions = module.functions.iter().map(|(n, a)| (n.as_str(), a));
            names.functions.extend(functions);
            for rule in &module.rules {
                let path = format!("{}.{}", module.package, rule.name);
                let kinds = world.kinds.entry(path.clone()).or_default();
                let edges = edges.entry(path.clone()).or_default();
                let by_name = world.by_name.entry(path).or_default();
                for reference in &rule.references {
                    if let Some(kind) = kind_of(reference) {
                        kinds.insert(kind);
                    } else if reference.root == "data" {
                        edges.extend(prefixes(reference));
                    } else if let [Step::Name(plane), Step::Any, ..] = reference.steps.as_slice() {
                        by_name.extend(plane.parse::<Plane>());
                    }
                }
            }
        }
        close(&mut world.by_name, &edges);
        for module in modules.values() {
            for rule in &module.rules {
                for call in &rule.calls {
                    let named: Vec<_> = world.kinds_by_name(&module.package, call).collect();
                    let path = format!("{}.{}", module.package, rule.name);
                    world.kinds.entry(path).or_default().extend(named);
                }
            }
        }
        close(&mut world.kinds, &edges);
        world
    }

    /// The numbers of arguments that a function of some package takes.
    pub fn arities(&self, package: &str, name: &str) -> Option<&'a BTreeSet<usize>> {
        self.packages.get(package)?.functions.get(name).copied()
    }

    /// Every function by its full name.
    pub fn functions(&self) -> impl Iterator<Item = String> {
        self.packages.iter().flat_map(|(package, names)| {
            let functions = names.functions.keys();
            functions.map(move |name| format!("data.{package}.{name}"))
        })
    }

    /// The kinds that a rule reads, by its full path.
    pub fn kinds_of(&self, path: &str) -> Option<&BTreeSet<(Plane, String)>> {
        self.kinds.get(path)
    }

    pub fn known_packages(&self) -> String {
        let names: Vec<_> = self
            .packages
            .keys()
            .filter(|name| name.starts_with("lib"))
            .map(|name| format!("data.{name}"))
            .collect();
        if names.is_empty() {
            return "none in lib/".to_owned();
        }
        names.join(", ")
    }

    /// Whether a `data` path leads to a rule, a fact or params; else what to write.
    pub fn target(&self, steps: &[Step]) -> Result<(), String> {
        let names: Vec<&str> = steps
            .iter()
            .map_while(|step| match step {
                Step::Name(name) => Some(name.as_str()),
                Step::Any => None,
            })
            .collect();
        match names.as_slice() {
            [] | ["params", ..] | ["facts"] => return Ok(()),
            ["facts", stem, ..] => {
                if self.facts.contains(stem) {
                    return Ok(());
                }
                let known: Vec<_> = self.facts.iter().copied().collect();
                return Err(format!("files in facts/: {}", known.join(", ")));
            }
            _ => {}
        }
        let path = names.join(".");
        // The longest package that the path starts with decides.
        for end in (1..=names.len()).rev() {
            let package = names[..end].join(".");
            let Some(Names { rules, .. }) = self.packages.get(package.as_str()) else {
                continue;
            };
            let Some(rule) = names.get(end) else {
                return Ok(());
            };
            if rules.contains(rule) {
                return Ok(());
            }
            let nested = format!("{package}.{rule}");
            if self
                .packages
                .keys()
                .any(|p| *p == nested || p.starts_with(&format!("{nested}.")))
            {
                return Ok(());
            }
            return Err(match requirement::nearest(rule, rules.iter().copied()) {
                Some(name) => format!("did you mean `data.{package}.{name}`?"),
                None => format!("`data.{package}` has no rule `{rule}`"),
            });
        }
        let inside = format!("{path}.");
        if self.packages.keys().any(|p| p.starts_with(&inside)) {
            return Ok(());
        }
        Err(format!(
            "data is data.params, data.facts and the library: {}",
            self.known_packages()
        ))
    }

    /// The kinds that a call names to a function which reads kinds by name.
    pub fn kinds_by_name<'s>(
        &'s self,
        package: &str,
        call: &'s syntax::Call,
    ) -> impl Iterator<Item = (Plane, String)> + use<'s, 'a> {
        let path = match call.name.strip_prefix("data.") {
            Some(path) => path.to_owned(),
            None => format!("{package}.{}", call.name),
        };
        let planes = self.by_name.get(&path);
        call.texts
            .iter()
            .flatten()
            .filter_map(|text| catalog::find(text))
            .flat_map(move |spec| {
                planes
                    .into_iter()
                    .flatten()
                    .filter(|plane| spec.call(**plane).is_some())
                    .map(|plane| (*plane, spec.name.to_owned()))
            })
    }
}

/// What a rule has, it has through everything that it refers to. To a fixed point; policies are
/// small and shallow.
fn close<T: Clone + Ord>(
    sets: &mut BTreeMap<String, BTreeSet<T>>,
    edges: &BTreeMap<String, BTreeSet<String>>,
) {
    loop {
        let mut grew = false;
        for (path, targets) in edges {
            let reached: BTreeSet<T> = targets
                .iter()
                .filter_map(|target| sets.get(target))
                .flatten()
                .cloned()
                .collect();
            let own = sets.entry(path.clone()).or_default();
            let before = own.len();
            own.extend(reached);
            grew |= own.len() > before;
        }
        if !grew {
            return;
        }
    }
}

/// Every leading path of a `data` reference: one of them is the rule.
pub(super) fn prefixes(reference: &Reference) -> Vec<String> {
    let mut path = String::new();
    let mut all = Vec::new();
    for name in reference.names() {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        all.push(path.clone());
    }
    all
}

pub(super) fn kind_of(reference: &Reference) -> Option<(Plane, String)> {
    if reference.root != "input" {
        return None;
    }
    let mut names = reference.names();
    let plane = names.next()?.parse().ok()?;
    Some((plane, names.next()?.to_owned()))
}
