//! What is no change however it is written, what concerns a whole object, and whole organizations.

use super::*;

/// The digest of a snapshot's content, as the store computes it.
fn digest(snapshot: &Snapshot) -> String {
    let folder = scratch();
    let store = FolderStore::open(folder.path()).unwrap();
    let kept = store.commit(snapshot.clone()).unwrap();
    kept.manifest.content_digest
}

/// The same organization in other words.
fn in_other_words(
    organization: &mut Organization,
    how: How,
    random: &mut Random,
    all: bool,
) -> usize {
    let mut spelled = 0;
    for object in organization.objects.iter_mut().filter(|o| how.holds(o)) {
        for slot in slots(object) {
            let (class, ty) = class(object.kind, slot.1);
            // A count that is text is a property of one mailbox: see `collect::fold`.
            let is_count = catalog::find(object.kind).unwrap().is_summary() && slot.1 == "Count";
            if class == Class::Secret || is_count || !(all || random.below(4) == 0) {
                continue;
            }
            let is_graph = object.plane == Plane::Entra;
            let properties = slot.0.of_mut(object);
            let Some((_, prop)) = properties.iter_mut().find(|(name, _)| *name == slot.1) else {
                continue;
            };
            // Graph has no other time than UTC.
            if is_graph && matches!(prop, Prop::Utc(_)) {
                continue;
            }
            if let Some(same) = respelled(prop, ty, random) {
                *prop = same;
                spelled += 1;
            }
        }
    }
    spelled
}

/// What two snapshots must be where nothing happened between them.
fn same(estate: &Estate, after: &Snapshot, how: How) -> Result<(), String> {
    let before = estate.read(how);
    let found = diff(&before, after);
    if !found.is_empty() {
        return Err(format!("{found:#?}"));
    }
    let mut known = estate.digests.lock().unwrap();
    let old = known.entry(how).or_insert_with(|| digest(&before));
    let new = &digest(after);
    match old == new {
        true => Ok(()),
        false => Err(format!("no difference, and {old} is not {new}")),
    }
}

#[test]
fn every_value_spelled_otherwise_is_the_same_value() {
    let estate = Estate::of(Which {
        seed: 1,
        servers: 2,
        edge: 1,
    });
    let mut wrong = Vec::new();
    let mut spelled = 0;
    for how in ALL {
        let mut organization = estate.organization.clone();
        let mut random = Random::named(3, "spelled");
        spelled += in_other_words(&mut organization, how, &mut random, true);
        if let Err(error) = same(&estate, &how.read(&organization), how) {
            wrong.push(format!("{how:?}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(spelled > 5_000, "{spelled}");
}

/// Loose files of the same objects, cut into other files with other names, each with an encoding of its own.
fn in_other_files(
    organization: &Organization,
    how: How,
    random: &mut Random,
) -> Vec<(String, Vec<u8>)> {
    let mut organization = organization.clone();
    organization.objects.retain(|object| how.holds(object));
    random.shuffle(&mut organization.objects);
    let mut files = Vec::new();
    for part in 0..1 + random.below(3) {
        let mut some = organization.clone();
        let mut at = 0;
        let parts = 3;
        some.objects.retain(|_| {
            at += 1;
            // The last part has the rest, whichever it is.
            at % parts == part
        });
        organization
            .objects
            .retain(|object| !some.objects.contains(object));
        files.extend(of_part(&some, how, random, part));
    }
    files.extend(of_part(&organization, how, random, 9));
    random.shuffle(&mut files);
    files
}

fn of_part(
    organization: &Organization,
    how: How,
    random: &mut Random,
    part: usize,
) -> Vec<(String, Vec<u8>)> {
    const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Utf16LeBom];
    let written = ENCODINGS.map(|encoding| how.files(organization, encoding));
    let count = written[0].len();
    (0..count)
        .map(|at| {
            let (path, bytes) = written[random.below(3)][at].clone();
            // `onprem/Kind.xml` to `onprem/part1/Kind.1.xml`.
            let (folder, name) = path.rsplit_once('/').unwrap();
            let (stem, extension) = name.split_once('.').unwrap();
            (
                format!("{folder}/part{part}/{stem}.{part}.{extension}"),
                bytes,
            )
        })
        .collect()
}

/// The configuration, without the properties and objects of which the comparison says that they are not known.
fn known(
    configuration: &Configuration,
    unknown: &BTreeSet<(ResourceId, Option<String>)>,
) -> Configuration {
    let mut out = configuration.clone();
    out.retain(|id, properties| {
        properties.retain(|name, _| !unknown.contains(&(id.clone(), Some(name.clone()))));
        !unknown.contains(&(id.clone(), None))
    });
    out
}

/// Kinds whose name is the server's: nothing that lives on it stays where it was.
const SERVERS: [&str; 3] = ["ExchangeServer", "ClientAccessService", "MailboxServer"];

/// What the catalog declares and the generator does not make: every kind of value, in every export.
#[test]
fn declared_properties_that_are_not_made_are_found_too() {
    let estate = Estate::of(Which {
        seed: 1,
        servers: 1,
        edge: 0,
    });
    let mut before = estate.organization.clone();
    let mut random = Random::named(5, "declared");
    let mut chance = Chance {
        random: &mut random,
        certificates: &estate.certificates,
    };
    let mut added: Vec<(usize, &'static str)> = Vec::new();
    let mut seen: BTreeSet<(Plane, &str)> = BTreeSet::new();
    for (at, object) in before.objects.iter_mut().enumerate() {
        // One object of a kind is enough, and a certificate has nothing but its bytes.
        if object.kind == "ExchangeCertificate" || !seen.insert((object.plane, object.kind)) {
            continue;
        }
        for declared in catalog::find(object.kind).unwrap().declared() {
            let made = slots(object);
            let is_made = made
                .iter()
                .any(|(_, name)| name.eq_ignore_ascii_case(declared.name));
            if !is_made && declared.class == Class::Content {
                object.set(declared.name, chance.fresh(declared.ty).unwrap());
                added.push((at, declared.name));
            }
        }
    }
    let mut wrong = Vec::new();
    for how in ALL {
        let mut after = before.clone();
        let mut made = Vec::new();
        for (at, name) in &added {
            let object = &mut after.objects[*at];
            if may_mutate(object, (Part::Own, name), how) {
                made.extend(make(object, (Part::Own, name), how, &mut chance));
            }
        }
        if let Err(error) = check(&how.read(&before), &how.read(&after), &made, how) {
            wrong.push(error);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(added.len() > 50, "{}", added.len());
}

/// `Export-Clixml` leaves out of a live certificate what the export script shows: one line each says so, and
/// nothing was switched off.
#[test]
fn what_serves_a_certificate_is_not_gone_where_an_export_leaves_it_out() {
    let estate = Estate::of(Which {
        seed: 1,
        servers: 1,
        edge: 0,
    });
    let (script, live) = (estate.read(How::Script), estate.read(How::Live));
    for (before, after, lost) in [(&script, &live, true), (&live, &script, false)] {
        let found = diff(before, after);
        assert!(found.changes.is_empty(), "{:#?}", found.changes);
        let certificates = before.of_kind(Plane::Onprem, "ExchangeCertificate");
        let expected: Vec<_> = certificates
            .map(|r| (r.id.key.as_str(), None, lost))
            .collect();
        let told: Vec<_> = found
            .coverage_changes
            .iter()
            .map(|c| (c.id.as_deref().unwrap(), c.property.as_deref(), c.lost))
            .collect();
        assert_eq!(told, expected);
        assert!(!expected.is_empty());
    }
}

/// `Get-ExchangeCertificate -Server EX02 | Export-Clixml EX02\...` in a shell that another server answers:
/// the objects name that one, the folder the right one.
#[test]
fn a_folder_with_a_servers_name_says_whose_certificates_it_holds() {
    let estate = Estate::of(Which {
        seed: 1,
        servers: 3,
        edge: 0,
    });
    let mut files = How::Loose.files(&estate.organization, Encoding::Utf8);
    files.retain(|(path, _)| !path.contains("ExchangeCertificate"));
    for server in &estate.organization.servers {
        let mut own = estate.organization.clone();
        own.objects.retain(|object| {
            object.kind == "ExchangeCertificate" && object.server.as_deref() == Some(&server.name)
        });
        for (path, bytes) in How::Loose.files(&own, Encoding::Utf8) {
            files.push((format!("{}/{path}", server.name), bytes));
        }
    }
    let keys = |snapshot: &Snapshot| -> Vec<String> {
        let all = snapshot.of_kind(Plane::Onprem, "ExchangeCertificate");
        all.map(|resource| resource.id.key.clone()).collect()
    };
    let read = read("fabrikam", &files);
    assert_eq!(keys(&read), keys(&estate.read(How::Script)));
    assert_eq!(keys(&read).len(), 6);
}

/// And both exports in one import are one organization, of which the fuller one tells all.
#[test]
fn two_exports_of_one_organization_agree_and_the_fuller_one_tells() {
    let estate = Estate::of(Which {
        seed: 1,
        servers: 1,
        edge: 0,
    });
    let folder = scratch();
    for (name, how) in [("script", How::Script), ("live", How::Live)] {
        let files = how.files(&estate.organization, Encoding::Utf8);
        write_to(&files, &folder.path().join(name)).unwrap();
    }
    let options = ImportOptions::new("fabrikam", Utc::now());
    let both = ["live", "script"].map(|name| folder.path().join(name));
    let read = import(&both, &options).unwrap();
    let found = diff(&estate.read(How::Script), &read.snapshot);
    assert!(found.is_empty(), "{found:#?}");
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn other_words_another_order_and_other_files_are_no_change(
        which in which(),
        how in select(ALL.to_vec()),
        seed in any::<u64>(),
        apart in any::<bool>(),
    ) {
        let estate = Estate::of(which);
        let mut organization = estate.organization.clone();
        let mut random = Random::new(seed);
        in_other_words(&mut organization, how, &mut random, false);
        noise(&mut organization, seed);
        let after = match apart && !how.is_bundle() {
            true => read(&organization.name, &in_other_files(&organization, how, &mut random)),
            false => how.read(&organization),
        };
        let outcome = same(&estate, &after, how);
        prop_assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    }

    #[test]
    fn what_the_store_gives_back_differs_in_the_same(
        which in which(),
        how in select(ALL.to_vec()),
        picks in proptest::collection::vec(any::<(u32, u32, u32)>(), 1..=6),
        seed in any::<u64>(),
    ) {
        let estate = Estate::of(which);
        let (organization, made) = mutated(&estate, &picks, how, seed);
        let folder = scratch();
        let store = FolderStore::open(folder.path()).unwrap();
        let [before, after] = [(*estate.read(how)).clone(), how.read(&organization)].map(|draft| {
            let kept = store.commit(draft).unwrap();
            store.resolve(&kept.manifest.id).unwrap()
        });
        let (old, new) = (store.load(&before).unwrap(), store.load(&after).unwrap());
        let outcome = check(&old, &new, &made, how);
        prop_assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
        // Files that are equal are not read, and the answer is the same.
        let pair = store.load_pair(&before, &after).unwrap();
        prop_assert_eq!(diff(&pair.before, &pair.after), diff(&old, &new));
        let unchanged = old.resources.keys().eq(new.resources.keys())
            && old.resources.iter().all(|(id, resource)| {
                resource.properties == new.resources[id].properties
            });
        prop_assert_eq!(before.content_digest == after.content_digest, unchanged);
        // No byte of a secret reaches the disk.
        let mut folders = vec![folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                match entry.path() {
                    path if path.is_dir() => folders.push(path),
                    path => {
                        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                        prop_assert!(!text.contains(DECOY), "{}", path.display());
                    }
                }
            }
        }
    }

    #[test]
    fn an_export_in_another_form_shows_the_same_changes_and_no_others(
        which in which(),
        (old_form, new_form) in (select(ALL.to_vec()), select(ALL.to_vec())),
        picks in proptest::collection::vec(any::<(u32, u32, u32)>(), 0..=6),
        seed in any::<u64>(),
    ) {
        let estate = Estate::of(which);
        let mut organization = estate.organization.clone();
        let holds = |object: &Object| old_form.holds(object) && new_form.holds(object);
        organization.objects.retain(&holds);
        let before = old_form.read(&organization);
        let mut random = Random::new(seed);
        let mut chance = Chance { random: &mut random, certificates: &estate.certificates };
        let mut made = Vec::new();
        // What the poorer of the two cannot be asked, neither can be.
        let poorer = old_form.max(new_form);
        for (at, slot) in chosen(&organization, &picks, poorer) {
            made.extend(make(&mut organization.objects[at], slot, poorer, &mut chance));
        }
        let after = new_form.read(&organization);
        let decided = |snapshot: &Snapshot, made: &Made| {
            let resource = &snapshot.resources[&made.id];
            !resource.properties.get(made.name).is_some_and(Value::has_undecided)
        };
        let expected: BTreeSet<Line> = made
            .iter()
            .filter(|one| one.told == Told::Change)
            .filter(|one| decided(&before, one) && decided(&after, one))
            .map(|one| (one.id.clone(), one.name.to_owned()))
            .collect();
        let found: Vec<Line> = diff(&before, &after)
            .changes
            .iter()
            .map(|change| (
                ResourceId {
                    plane: change.resource.plane.unwrap_or(Plane::Onprem),
                    kind: change.resource.kind.clone(),
                    key: change.resource.id.clone(),
                },
                change.property.clone().unwrap_or_default(),
            ))
            .collect();
        prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{:#?}", made);
    }

    #[test]
    fn the_changes_between_two_imports_lead_from_one_to_the_other(
        (a, b) in (which(), which()),
        how in select(ALL.to_vec()),
    ) {
        let [before, after] = [a, b].map(|which| Estate::of(which).read(how));
        prop_assert!(diff(&before, &before).is_empty());
        let changes = diff(&before, &after);
        let configuration = |snapshot: &Snapshot| -> Configuration {
            let resources = snapshot.resources.iter();
            resources.map(|(id, r)| (id.clone(), r.properties.clone())).collect()
        };
        let mut unknown = BTreeSet::new();
        for change in &changes.coverage_changes {
            // Everything was exported: only single values may be unknown.
            let id = change.id.clone();
            prop_assert!(id.is_some() && change.property.is_some(), "{change:#?}");
            let id = ResourceId {
                plane: change.plane,
                kind: change.kind.clone(),
                key: id.unwrap_or_default(),
            };
            unknown.insert((id, change.property.clone()));
        }
        prop_assert_eq!(
            known(&apply(&before, &changes), &unknown),
            known(&configuration(&after), &unknown)
        );
        prop_assert_eq!(changes.is_empty(), configuration(&before) == configuration(&after));
    }

    #[test]
    fn another_guid_name_or_certificate_is_another_object_once(
        which in which(),
        how in select(vec![How::Script, How::Live]),
        pick in any::<u32>(),
        what in 0..3_usize,
        seed in any::<u64>(),
    ) {
        let estate = Estate::of(which);
        let mut organization = estate.organization.clone();
        let mut random = Random::new(seed);
        let property = ["Guid", "Name", "RawData"][what];
        let all: Vec<usize> = (0..organization.objects.len())
            .filter(|at| {
                let object = &organization.objects[*at];
                object.prop(property).is_some()
                    && (what == 2 || class(object.kind, property).0 == Class::Content)
                    && (what != 2 || object.kind == "ExchangeCertificate")
                    && !(what == 1 && SERVERS.contains(&object.kind))
            })
            .collect();
        let at = all[pick as usize % all.len()];
        let mut chance = Chance { random: &mut random, certificates: &estate.certificates };
        let object = &mut organization.objects[at];
        let old = (object.key(), object.prop("Guid").cloned());
        match what {
            2 => {
                let der = chance.random.pick(&estate.certificates).unwrap().clone();
                prop_assume!(object.prop(property) != Some(&Prop::Bytes(der.clone())));
                let thumbprint = exdrift::sample::thumbprint(&der);
                for (name, prop) in &mut object.hidden {
                    if *name == "Thumbprint" {
                        *prop = Prop::text(thumbprint.as_str());
                    }
                }
                object.set(property, Prop::Bytes(der));
            }
            _ => {
                let prop = object.prop(property).unwrap().clone();
                let new = chance.another(&prop, Type::LowerText).unwrap();
                object.set(property, new);
            }
        }
        let new = (object.key(), object.prop("Guid").cloned());
        let taken = |key: &str| {
            let object = &organization.objects[at];
            organization.objects.iter().enumerate().any(|(n, other)| {
                n != at && other.kind == object.kind && other.plane == object.plane && other.key() == key
            })
        };
        prop_assume!(!taken(&new.0));
        let found = diff(&estate.read(how), &how.read(&organization));
        prop_assert!(found.coverage_changes.is_empty(), "{found:#?}");
        let told: Vec<_> = found
            .changes
            .iter()
            .map(|c| (c.op, c.resource.id.clone(), c.property.clone()))
            .collect();
        let has_guid = matches!(&old.1, Some(Prop::Guid(guid)) if guid.bytes().any(|b| !matches!(b, b'0' | b'-')));
        let expected = match (what, old.0 == new.0, has_guid) {
            (0, _, true) => vec![(Op::Recreated, new.0, None)],
            (_, true, _) => vec![(Op::Changed, new.0, Some(property.to_owned()))],
            (_, false, true) => vec![(Op::Renamed, new.0, None)],
            (_, false, false) => {
                let mut both = vec![(Op::Removed, old.0, None), (Op::Added, new.0, None)];
                both.sort_by(|a, b| a.1.cmp(&b.1));
                both
            }
        };
        prop_assert_eq!(told, expected);
    }
}
