//! Whatever changes in an organization, of any kind that the catalog knows and any property that an export
//! shows: the comparison of two imports names it once, and names nothing else. What the catalog says is
//! spelled in several ways, or is no configuration, is no change.
//!
//! `EXDRIFT_CASES=10` runs ten times as many cases.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex};

use chrono::{DateTime, Utc};
use exdrift::catalog::{self, Class, Type};
use exdrift::collect::{ImportOptions, import};
use exdrift::drift::{Configuration, apply, diff};
use exdrift::model::{Op, Plane, ResourceId, Value};
use exdrift::sample::{
    Blobs, BundleOptions, Encoding, Flavour, Form, GeneratorOptions, Object, Organization, Prop,
    Random, Style, bundle_with, generate, loose_clixml, loose_json, noise, write_to,
};
use exdrift::snapshot::{FolderStore, Snapshot, Store};
use proptest::prelude::*;
use proptest::sample::select;

use another::{Chance, has_bytes};
use fixed::{FIXED, Fixed, TELLS_MORE};
use respelled::respelled;

mod another;
mod fixed;
mod respelled;
mod whole;

/// How often each property is tried, unless `EXDRIFT_CASES` multiplies it.
fn cases(default: u32) -> ProptestConfig {
    let times: u32 = std::env::var("EXDRIFT_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1);
    ProptestConfig {
        cases: default * times,
        failure_persistence: None,
        max_shrink_iters: 40,
        ..ProptestConfig::default()
    }
}

fn at() -> DateTime<Utc> {
    "2026-11-21T02:00:00Z".parse().unwrap()
}

/// Which export an organization is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum How {
    /// The export script's bundle.
    Script,
    /// The same calls, as somebody would write them by hand.
    Live,
    /// Loose CLIXML of live objects.
    Loose,
    /// Imported and exported again.
    Again,
    /// `ConvertTo-Json` of live objects, Windows PowerShell.
    JsonLive,
    /// The same of deserialized ones.
    JsonAgain,
    /// PowerShell 7.
    JsonCore,
}

const ALL: [How; 7] = [
    How::Script,
    How::Live,
    How::Loose,
    How::Again,
    How::JsonLive,
    How::JsonAgain,
    How::JsonCore,
];

impl How {
    fn style(self, encoding: Encoding) -> Style {
        Style {
            form: match self {
                How::Script => Form::Copied,
                How::Again => Form::Deserialized,
                _ => Form::Live,
            },
            encoding,
            blobs: Blobs::Short,
        }
    }

    /// True where an export cannot express everything.
    fn is_lossy(self) -> bool {
        matches!(self, How::JsonLive | How::JsonAgain | How::JsonCore)
    }

    fn is_bundle(self) -> bool {
        matches!(self, How::Script | How::Live)
    }

    /// Nothing in a loose file says on which server a certificate is, and Graph's pages are one a tenant.
    fn holds(self, object: &Object) -> bool {
        self.is_bundle() || object.kind != "ExchangeCertificate"
    }

    fn files(self, organization: &Organization, encoding: Encoding) -> Vec<(String, Vec<u8>)> {
        let style = self.style(encoding);
        match self {
            How::Script | How::Live => {
                let options = BundleOptions {
                    style,
                    failures: Vec::new(),
                };
                bundle_with(organization, at(), &options)
            }
            How::Loose | How::Again => loose_clixml(organization, style),
            How::JsonLive => loose_json(organization, Flavour::WINDOWS_LIVE),
            How::JsonAgain => loose_json(organization, Flavour::WINDOWS_DESERIALIZED),
            How::JsonCore => loose_json(organization, Flavour::CORE_DESERIALIZED),
        }
    }

    fn read(self, organization: &Organization) -> Snapshot {
        let mut organization = organization.clone();
        organization.objects.retain(|object| self.holds(object));
        read(
            &organization.name,
            &self.files(&organization, Encoding::Utf8),
        )
    }
}

/// A folder for one case: in memory where the system has such a place, because every snapshot is written
/// through to its disk.
fn scratch() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// Files on disk to a snapshot.
fn read(name: &str, files: &[(String, Vec<u8>)]) -> Snapshot {
    let folder = scratch();
    write_to(files, folder.path()).unwrap();
    let options = ImportOptions {
        strict: true,
        at: Some(at()),
        ..ImportOptions::new(name, Utc::now())
    };
    import(&[folder.path().to_owned()], &options)
        .unwrap()
        .snapshot
}

/// An organization, and what each export of it gives.
struct Estate {
    organization: Organization,
    certificates: Vec<Vec<u8>>,
    read: Mutex<BTreeMap<How, Arc<Snapshot>>>,
    digests: Mutex<BTreeMap<How, String>>,
}

/// Which organization: the same words give the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Which {
    seed: u64,
    servers: usize,
    edge: usize,
}

impl Estate {
    fn of(which: Which) -> Arc<Estate> {
        static MADE: LazyLock<Mutex<HashMap<Which, Arc<Estate>>>> = LazyLock::new(Mutex::default);
        let mut made = MADE.lock().unwrap();
        let estate = made.entry(which).or_insert_with(|| {
            let organization = generate(&GeneratorOptions {
                edge_servers: which.edge,
                internet: 1,
                ..GeneratorOptions::new(which.servers, which.seed)
            });
            let mut certificates = Vec::new();
            for object in &organization.objects {
                for (_, prop) in &object.properties {
                    match prop {
                        Prop::Certificate(der) => certificates.push(der.clone()),
                        Prop::Bytes(der) if object.kind == "ExchangeCertificate" => {
                            certificates.push(der.clone());
                        }
                        _ => {}
                    }
                }
            }
            Arc::new(Estate {
                organization,
                certificates,
                read: Mutex::default(),
                digests: Mutex::default(),
            })
        });
        Arc::clone(estate)
    }

    fn read(&self, how: How) -> Arc<Snapshot> {
        let mut read = self.read.lock().unwrap();
        let snapshot = read
            .entry(how)
            .or_insert_with(|| Arc::new(how.read(&self.organization)));
        Arc::clone(snapshot)
    }
}

fn which() -> impl Strategy<Value = Which> {
    (0..4_u64, 1..=3_usize, 0..=1_usize).prop_map(|(seed, servers, edge)| Which {
        seed,
        servers,
        edge,
    })
}

/// Where a property stands on an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Own,
    Hidden,
    Note,
}

impl Part {
    const ALL: [Part; 3] = [Part::Own, Part::Hidden, Part::Note];

    fn of(self, object: &Object) -> &Vec<(&'static str, Prop)> {
        match self {
            Part::Own => &object.properties,
            Part::Hidden => &object.hidden,
            Part::Note => &object.notes,
        }
    }

    fn of_mut(self, object: &mut Object) -> &mut Vec<(&'static str, Prop)> {
        match self {
            Part::Own => &mut object.properties,
            Part::Hidden => &mut object.hidden,
            Part::Note => &mut object.notes,
        }
    }
}

/// Every property of an object: where it stands, and its name.
fn slots(object: &Object) -> Vec<(Part, &'static str)> {
    let parts = Part::ALL.into_iter();
    parts
        .flat_map(|part| part.of(object).iter().map(move |(name, _)| (part, *name)))
        .collect()
}

/// What the catalog says of a property, by its own words: written apart from the reader on purpose.
fn class(kind: &str, name: &str) -> (Class, Type) {
    let spec = catalog::find(kind).unwrap();
    match spec.property(name) {
        Some(declared) => (declared.class, declared.ty),
        None if catalog::is_secret_name(name) => (Class::Secret, Type::Inferred),
        None if spec.is_graph() => (Class::Content, Type::Inferred),
        None => (
            catalog::common_class(name).unwrap_or(Class::Content),
            Type::Inferred,
        ),
    }
}

/// How a mutation must be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// One change.
    Change,
    /// One line about evidence: something is there now that is never shown.
    Evidence,
    /// Not at all.
    Never,
}

/// A property that was given another value.
#[derive(Clone, Debug)]
struct Made {
    id: ResourceId,
    name: &'static str,
    told: Told,
    after: Prop,
}

const DECOY: &str = "decoy-";

/// Gives a property another value; `None` where no other is known.
fn make(
    object: &mut Object,
    (part, name): (Part, &'static str),
    how: How,
    chance: &mut Chance<'_>,
) -> Option<Made> {
    let (class, ty) = class(object.kind, name);
    let at = part.of(object).iter().position(|(n, _)| *n == name)?;
    let before = part.of(object)[at].1.clone();
    let after = match class {
        Class::Secret => Prop::text(format!("{DECOY}{}", chance.random.guid())),
        _ => (0..20).find_map(|_| chance.another(&before, ty).filter(|new| *new != before))?,
    };
    let told = match class {
        // A live certificate shows these to the script alone.
        _ if part == Part::Hidden && how != How::Script => Told::Never,
        Class::Observed | Class::Dropped => Told::Never,
        Class::Secret if is_blank(&before) => Told::Evidence,
        Class::Secret => Told::Never,
        Class::Content if has_bytes(&before) && !matches!(ty, Type::KeyIdentifier) => Told::Never,
        Class::Content => Told::Change,
    };
    // A declared name has one spelling.
    let declared = catalog::find(object.kind).and_then(|spec| spec.property(name));
    let name = declared.map_or(name, |declared| declared.name);
    let id = ResourceId {
        plane: object.plane,
        kind: object.kind.into(),
        key: object.key(),
    };
    part.of_mut(object)[at].1 = after.clone();
    Some(Made {
        id,
        name,
        told,
        after,
    })
}

type Line = (ResourceId, String);

/// Compares what was found with what was made.
fn check(before: &Snapshot, after: &Snapshot, made: &[Made], how: How) -> Result<(), String> {
    let found = diff(before, after);
    let value = |snapshot: &'_ Snapshot, made: &Made| -> Option<Value> {
        let resource = snapshot.resources.get(&made.id)?;
        resource.properties.get(made.name).cloned()
    };
    let (mut changes, mut evidence): (BTreeMap<Line, &Made>, BTreeSet<Line>) = Default::default();
    for one in made {
        let line = (one.id.clone(), one.name.to_owned());
        let (old, new) = (value(before, one), value(after, one));
        let undecided = [&old, &new].map(|value| value.as_ref().is_some_and(Value::has_undecided));
        match one.told {
            Told::Never => {}
            Told::Evidence => {
                evidence.insert(line);
            }
            // An export that cannot express a value cannot show that it changed.
            Told::Change if how.is_lossy() && undecided.contains(&true) => {
                if old != new {
                    evidence.insert(line);
                }
            }
            Told::Change => {
                changes.insert(line, one);
            }
        }
    }
    let mut wrong = Vec::new();
    for change in &found.changes {
        let line = (
            ResourceId {
                plane: change.resource.plane.unwrap_or(Plane::Onprem),
                kind: change.resource.kind.clone(),
                key: change.resource.id.clone(),
            },
            change.property.clone().unwrap_or_default(),
        );
        match changes.remove(&line) {
            Some(one) if change.op == Op::Changed => {
                if (&change.before, &change.after) != (&value(before, one), &value(after, one)) {
                    wrong.push(format!("other values: {change:?}"));
                }
            }
            _ => wrong.push(format!("not made: {change:?}")),
        }
    }
    for change in &found.coverage_changes {
        let line = (
            ResourceId {
                plane: change.plane,
                kind: change.kind.clone(),
                key: change.id.clone().unwrap_or_default(),
            },
            change.property.clone().unwrap_or_default(),
        );
        if !evidence.remove(&line) {
            wrong.push(format!("nothing became unseen: {change:?}"));
        }
    }
    for ((id, name), one) in changes {
        let (old, new) = (value(before, one), value(after, one));
        wrong.push(format!(
            "not found: {id} {name}: {old:?} -> {new:?} {:?}",
            one.after
        ));
    }
    wrong.extend(evidence.iter().map(|line| format!("not told: {line:?}")));
    if format!("{after:?}").contains(DECOY) {
        wrong.push("a secret is in the snapshot".to_owned());
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(format!("{how:?}: {wrong:#?}")),
    }
}

/// What the listed properties of an object are: see [`FIXED`].
fn fixed(object: &Object, name: &str, how: How) -> Option<&'static Fixed> {
    FIXED.iter().find(|fixed| {
        (fixed.kind == "*" || fixed.kind == object.kind)
            && fixed.name == name
            && (fixed.only.is_empty() || fixed.only.contains(&how))
            && (fixed.kind != "*" || class(object.kind, name).0 == Class::Content)
    })
}

fn may_mutate(object: &Object, slot: (Part, &str), how: How) -> bool {
    fixed(object, slot.1, how).is_none()
}

/// In how many imports an export's properties are tried, each in one of them.
const ROUNDS: usize = 12;

/// What happens to a property.
type Deed = fn(&mut Object, (Part, &'static str), How, &mut Chance<'_>) -> Option<Made>;

/// Does it to every property of all objects, in every export: which must be told, and what was.
fn sweep(deed: Deed, may: fn(&Object, (Part, &str), How) -> bool) -> usize {
    let estate = Estate::of(Which {
        seed: 1,
        servers: 2,
        edge: 1,
    });
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut wrong = Vec::new();
    let mut made_at_all = 0;
    for how in ALL {
        let before = estate.read(how);
        for round in 0..ROUNDS {
            let mut organization = estate.organization.clone();
            let mut random = Random::named(round as u64, "every property");
            let mut chance = Chance {
                random: &mut random,
                certificates: &estate.certificates,
            };
            let mut made = Vec::new();
            for object in organization.objects.iter_mut().filter(|o| how.holds(o)) {
                seen.insert(object.kind);
                for slot in slots(object).into_iter().skip(round).step_by(ROUNDS) {
                    if !may(object, slot, how) {
                        continue;
                    }
                    match deed(object, slot, how, &mut chance) {
                        Some(one) => made.push(one),
                        None => wrong.push(format!("{} {slot:?}: no other value", object.kind)),
                    }
                }
            }
            made_at_all += made.len();
            if let Err(error) = check(&before, &how.read(&organization), &made, how) {
                wrong.push(error);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let kinds: BTreeSet<&str> = catalog::KINDS.iter().map(|spec| spec.name).collect();
    assert_eq!(seen, kinds, "a kind that the generator does not make");
    made_at_all
}

/// None of them is overlooked.
#[test]
fn every_property_of_every_kind_is_found_once() {
    let made = sweep(make, may_mutate);
    assert!(made > 5_000, "{made}");
}

/// As where an update takes a property away, or (read the other way) brings one.
#[test]
fn every_property_that_vanishes_is_found_once() {
    let made = sweep(take, |object, slot, how| {
        may_mutate(object, slot, how) && !tells_more(object, slot.1)
    });
    assert!(made > 5_000, "{made}");
}

/// See [`TELLS_MORE`].
fn tells_more(object: &Object, property: &str) -> bool {
    TELLS_MORE
        .iter()
        .any(|(kind, name, _)| *name == property && (*kind == "*" || *kind == object.kind))
}

/// Takes a property away.
fn take(
    object: &mut Object,
    (part, name): (Part, &'static str),
    how: How,
    _: &mut Chance<'_>,
) -> Option<Made> {
    let (class, ty) = class(object.kind, name);
    let at = part.of(object).iter().position(|(n, _)| *n == name)?;
    let is_graph = catalog::find(object.kind).unwrap().is_graph();
    let declared = catalog::find(object.kind).and_then(|spec| spec.property(name));
    let (_, before) = part.of_mut(object).remove(at);
    let is_bytes = has_bytes(&before) && !matches!(ty, Type::KeyIdentifier);
    let told = match class {
        _ if part == Part::Hidden && how != How::Script => Told::Never,
        Class::Observed | Class::Dropped => Told::Never,
        // Graph leaves out what is null.
        _ if is_graph && declared.is_none() && before == Prop::Null => Told::Never,
        Class::Secret if is_blank(&before) => Told::Change,
        Class::Secret => Told::Evidence,
        Class::Content if is_bytes => Told::Evidence,
        Class::Content => Told::Change,
    };
    Some(Made {
        id: ResourceId {
            plane: object.plane,
            kind: object.kind.into(),
            key: object.key(),
        },
        name: declared.map_or(name, |declared| declared.name),
        told,
        after: Prop::Null,
    })
}

/// Nothing is in there.
fn is_blank(prop: &Prop) -> bool {
    match prop {
        Prop::Null => true,
        Prop::Text(text) => text.is_empty(),
        Prop::List(_, members) => members.is_empty(),
        _ => false,
    }
}

/// Where a property is listed, a plain mutation of it does something else.
#[test]
fn no_exception_is_stale() {
    let estate = Estate::of(Which {
        seed: 1,
        servers: 2,
        edge: 1,
    });
    let mut stale = Vec::new();
    for fixed in FIXED {
        let how = fixed.only.first().copied().unwrap_or(How::Script);
        let before = estate.read(how);
        let fits = |object: &&Object| fixed.kind == "*" || object.kind == fixed.kind;
        let mut tried = 0;
        let mut needed = false;
        for (at, object) in estate.organization.objects.iter().enumerate() {
            let slot = slots(object)
                .into_iter()
                .find(|(_, name)| *name == fixed.name);
            let Some(slot) =
                slot.filter(|_| fits(&object) && !may_mutate(object, (Part::Own, fixed.name), how))
            else {
                continue;
            };
            tried += 1;
            let mut organization = estate.organization.clone();
            let mut random = Random::named(at as u64, fixed.name);
            let mut chance = Chance {
                random: &mut random,
                certificates: &estate.certificates,
            };
            let plain = make(&mut organization.objects[at], slot, how, &mut chance);
            needed |= plain
                .is_none_or(|made| check(&before, &how.read(&organization), &[made], how).is_err());
            if needed || tried == 12 {
                break;
            }
        }
        if !needed {
            stale.push(format!(
                "{} {}: {} ({tried} tried)",
                fixed.kind, fixed.name, fixed.why
            ));
        }
    }
    assert!(stale.is_empty(), "{stale:#?}");
}

/// Objects to change: each a kind, an object of it and a property, as far into their lists as the numbers say.
fn chosen(
    organization: &Organization,
    picks: &[(u32, u32, u32)],
    how: How,
) -> Vec<(usize, (Part, &'static str))> {
    let kinds: BTreeSet<(Plane, &str)> = organization
        .objects
        .iter()
        .filter(|object| how.holds(object))
        .map(|object| (object.plane, object.kind))
        .collect();
    let kinds: Vec<_> = kinds.into_iter().collect();
    let mut out: Vec<(usize, (Part, &'static str))> = Vec::new();
    for (kind, object, property) in picks {
        let kind = kinds[*kind as usize % kinds.len()];
        let all: Vec<usize> = (0..organization.objects.len())
            .filter(|at| {
                let object = &organization.objects[*at];
                (object.plane, object.kind) == kind
            })
            .collect();
        let at = all[*object as usize % all.len()];
        let object = &organization.objects[at];
        let slots: Vec<_> = slots(object)
            .into_iter()
            .filter(|slot| may_mutate(object, *slot, how) && !tells_more(object, slot.1))
            .collect();
        let slot = slots[*property as usize % slots.len()];
        if !out.contains(&(at, slot)) {
            out.push((at, slot));
        }
    }
    out
}

/// The estate's organization with the chosen properties changed, and what was done.
fn mutated(
    estate: &Estate,
    picks: &[(u32, u32, u32)],
    how: How,
    seed: u64,
) -> (Organization, Vec<Made>) {
    let mut organization = estate.organization.clone();
    let mut random = Random::new(seed);
    let mut chance = Chance {
        random: &mut random,
        certificates: &estate.certificates,
    };
    let mut made = Vec::new();
    for (at, slot) in chosen(&organization, picks, how) {
        made.extend(make(&mut organization.objects[at], slot, how, &mut chance));
    }
    (organization, made)
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn one_to_six_mutations_are_found_each_once(
        which in which(),
        how in select(ALL.to_vec()),
        picks in proptest::collection::vec(any::<(u32, u32, u32)>(), 1..=6),
        seed in any::<u64>(),
        quiet in any::<bool>(),
    ) {
        let estate = Estate::of(which);
        let (mut organization, made) = mutated(&estate, &picks, how, seed);
        if !quiet {
            noise(&mut organization, seed);
        }
        let after = how.read(&organization);
        let outcome = check(&estate.read(how), &after, &made, how);
        prop_assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    }
}
