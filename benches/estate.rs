//! The whole way on a generated estate of 1,000 servers: import, store, load, audit, diff; every figure
//! against its budget, all in one run.
//!
//! `cargo bench --bench estate`, with another number of servers behind `--`. The audit runs in a
//! process of its own, so that its memory is its own. `cargo bench --bench estate -- timings` adds a
//! line for every policy.
//!
//! Import is measured on 30 servers in the likeness of `Export-Clixml`: UTF-16 and `SerializationData`
//! of real sizes. The 1,000 servers have short blobs, because a snapshot keeps none.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use chrono::{DateTime, Utc};
use exdrift::collect::{ImportOptions, import};
use exdrift::drift::diff;
use exdrift::policy::{EvaluateOptions, LoadOptions, Memory, PolicySet, evaluate, evaluate_with};
use exdrift::protocol::{Limits, clixml, decode};
use exdrift::sample::{
    Blobs, BundleOptions, Encoding, File, Form, GeneratorOptions, Organization, Style, bundle_with,
    generate, params, write_to,
};
use exdrift::snapshot::{FolderStore, Snapshot, Store};
use exdrift::{catalog, normalise};
use quick_xml::Reader;
use quick_xml::events::Event;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What the budget of an audit is stated for.
const POLICIES: usize = 60;
/// Best of so many: the machine is shared.
const ROUNDS: usize = 3;

/// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).filter(|a| a != "--bench").collect();
    if let [phase, folder, timings, out] = words.as_slice()
        && phase == "audit"
    {
        return audit(Path::new(folder), timings == "timings", out == "Stated");
    }
    let timings = words.iter().any(|word| word == "timings");
    let servers = words.iter().find_map(|w| w.parse().ok()).unwrap_or(1000);
    println!(
        "{servers} servers; {:<46} {:>12} {:>12}",
        "", "figure", "budget"
    );

    import_of_a_realistic_bundle()?;

    let whole = |servers| generate(&GeneratorOptions::new(servers, 7));
    // What the budgets are stated for: nine virtual directories a server.
    let bare = |servers| {
        let mut organization = whole(servers);
        organization.objects.retain(|o| o.kind != "IisApplication");
        organization
    };
    println!("\nnine virtual directories a server");
    let quarter = estate(&bare(servers / 4), false, Out::Nothing)?;
    let time = estate(&bare(servers), timings, Out::Stated)?;
    within(
        "evaluate, of four times that of a quarter",
        ms(time) / (4.0 * ms(quarter)),
        1.25,
    );
    println!("\nwith the applications of IIS, 28 a server");
    estate(&whole(servers), timings, Out::Beyond)?;
    Ok(())
}

/// What an estate is there for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Out {
    /// The budgets are stated for it.
    Stated,
    /// It has more than they are stated for.
    Beyond,
    /// Comparison alone.
    Nothing,
}

/// Commits, audits and compares; the time of one evaluation.
fn estate(organization: &Organization, timings: bool, out: Out) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let drafts = drafts(organization, folder.path(), out)?;
    let root = folder.path().join("snapshots");
    let store = FolderStore::open(&root)?;
    let mut stored = Vec::new();
    for (name, draft) in drafts {
        let (time, snapshot) = timed(|| store.commit(draft));
        if out != Out::Nothing {
            plain(&format!("commit, {name}"), ms(time));
        }
        stored.push(snapshot?);
        if out == Out::Nothing {
            break;
        }
    }
    fs::write(
        folder.path().join("params.json"),
        params(organization).to_string(),
    )?;
    let output = Command::new(env::current_exe()?)
        .args(["audit".as_ref(), folder.path().as_os_str()])
        .arg(if timings { "timings" } else { "plain" })
        .arg(format!("{out:?}"))
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    if out != Out::Nothing {
        print!("{}", String::from_utf8_lossy(&output.stdout));
        compared(&store, &stored)?;
    }
    let nanoseconds = fs::read_to_string(folder.path().join("evaluate"))?.parse()?;
    Ok(Duration::from_nanos(nanoseconds))
}

fn compared(store: &FolderStore, stored: &[Snapshot]) -> Result<()> {
    for (name, after, budget) in [("10 servers", 1, 50.0), ("all servers", 2, 2000.0)] {
        let resolve = |index: usize| {
            let snapshot: &Snapshot = &stored[index];
            store.resolve(&format!("fabrikam@{}", snapshot.manifest.id))
        };
        let (before, after) = (resolve(0)?, resolve(after)?);
        let mut changes = 0;
        let (load, all) = best_of_two(|| {
            let start = Instant::now();
            let pair = store.load_pair(&before, &after).expect("stored");
            let loaded = start.elapsed();
            changes = diff(&pair.before, &pair.after).changes.len();
            (loaded, start.elapsed())
        });
        plain(&format!("load_pair, {name} changed"), ms(load));
        within(
            &format!("load_pair and diff, {changes} changes"),
            ms(all),
            budget,
        );
    }
    Ok(())
}

/// MB/s of `import`, cold decoding included; and what typing costs beside reading the XML at all.
fn import_of_a_realistic_bundle() -> Result<()> {
    let organization = generate(&GeneratorOptions::new(30, 3));
    let bundle = bundle_with(
        &organization,
        at(),
        &BundleOptions {
            style: Style::default(),
            ..BundleOptions::default()
        },
    );
    let exports: Vec<&File> = bundle
        .iter()
        .filter(|(path, _)| path.ends_with(".xml"))
        .collect();
    let bytes: usize = exports.iter().map(|(_, bytes)| bytes.len()).sum();
    let folder = tempfile::tempdir()?;
    write_to(&bundle, folder.path())?;
    let paths = [folder.path().to_owned()];
    let time = best(|| imported(&paths, &organization));
    println!(
        "{} exports of 30 servers, {:.1} MB",
        exports.len(),
        bytes as f64 / 1e6
    );
    at_least(
        "import, MB/s of CLIXML on disk",
        bytes as f64 / time.as_secs_f64() / 1e6,
        60.0,
    );
    let stores = tempfile::tempdir()?;
    let mut rounds = 0;
    let time = best(|| -> Result<()> {
        rounds += 1;
        let store = FolderStore::open(stores.path().join(rounds.to_string()))?;
        store.commit(imported(&paths, &organization)?)?;
        Ok(())
    });
    at_least(
        "import and commit, MB/s of CLIXML on disk",
        bytes as f64 / time.as_secs_f64() / 1e6,
        60.0,
    );
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let time = best(|| one.install(|| imported(&paths, &organization).is_ok()));
    plain(
        "import on one thread, MB/s",
        bytes as f64 / time.as_secs_f64() / 1e6,
    );

    let texts: Vec<String> = exports
        .iter()
        .map(|(_, bytes)| decode(bytes).map(|t| t.into_owned()))
        .collect::<std::result::Result<_, _>>()?;
    let scan = best(|| texts.iter().map(|text| bare_scan(text)).sum::<usize>());
    let parse = best(|| {
        texts
            .iter()
            .map(|text| clixml::parse(text, &Limits::default()).map_or(0, |d| d.counts.objects))
            .sum::<usize>()
    });
    let resources = best(|| {
        exports
            .iter()
            .zip(&texts)
            .map(|((path, _), text)| typed(path, text))
            .sum::<usize>()
    });
    let cold = best(|| {
        exports
            .iter()
            .map(|(path, bytes)| typed(path, &decode(bytes).expect("text")))
            .sum::<usize>()
    });
    let decoding = best(|| {
        let scan = |bytes: &[u8]| bare_scan(&decode(bytes).expect("text"));
        exports.iter().map(|(_, bytes)| scan(bytes)).sum::<usize>()
    });
    let of_scan = |time: Duration| scan.as_secs_f64() / time.as_secs_f64();
    plain("bare quick-xml scan of the decoded text, ms", ms(scan));
    plain("CLIXML to objects, of the scan's speed", of_scan(parse));
    at_least(
        "CLIXML to typed resources, of the scan's speed",
        of_scan(resources),
        0.45,
    );
    plain("the same from UTF-16 bytes", of_scan(cold));
    plain(
        "the same, of a scan that decodes first too",
        decoding.as_secs_f64() / cold.as_secs_f64(),
    );
    Ok(())
}

/// The number of typed values in an export.
fn typed(path: &str, text: &str) -> usize {
    let stem = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let spec = catalog::find(stem.trim_end_matches(".xml")).expect("named by its kind");
    let document = clixml::parse(text, &Limits::default()).expect("CLIXML");
    document
        .roots
        .iter()
        .filter_map(|root| document.as_object(&root.value))
        .map(|object| {
            let values = normalise::object(&document, object, spec);
            black_box(&values).properties.len() + values.observed.len()
        })
        .sum()
}

fn bare_scan(text: &str) -> usize {
    let mut reader = Reader::from_str(text);
    let mut events = 0;
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Eof => return events,
            event => {
                black_box(&event);
                events += 1;
            }
        }
    }
}

/// One estate three times: as it is, with 10 servers changed, with all changed.
fn drafts(organization: &Organization, folder: &Path, out: Out) -> Result<Vec<(String, Snapshot)>> {
    let light = BundleOptions {
        style: Style {
            form: Form::Copied,
            encoding: Encoding::Utf8,
            blobs: Blobs::Short,
        },
        ..BundleOptions::default()
    };
    let exports = folder.join("exports");
    let files = bundle_with(organization, at(), &light);
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    write_to(&files, &exports)?;
    let (time, read) = timed(|| imported(std::slice::from_ref(&exports), organization));
    let quiet = read?;
    if out == Out::Nothing {
        return Ok(vec![("for comparison".to_owned(), quiet)]);
    }
    println!("{} files, {:.1} MB", files.len(), bytes as f64 / 1e6);
    plain("import of the large estate, ms", ms(time));
    let directories = quiet
        .resources
        .values()
        .filter(|r| r.site.is_some())
        .count();
    let properties: usize = quiet.resources.values().map(|r| r.properties.len()).sum();
    println!(
        "{} resources, {directories} directories, {properties} properties",
        quiet.resources.len()
    );
    let changed = |count: usize, hours: i64| {
        let wanted: BTreeSet<&str> = organization
            .servers
            .iter()
            .take(count)
            .map(|s| s.name.as_str())
            .collect();
        let mut snapshot = quiet.clone();
        snapshot.manifest.times.started += chrono::TimeDelta::hours(hours);
        snapshot.manifest.times.ended += chrono::TimeDelta::hours(hours);
        for resource in snapshot.resources.values_mut() {
            if resource
                .server
                .as_deref()
                .is_some_and(|s| wanted.contains(s))
                && resource.properties.contains_key("ExternalUrl")
            {
                resource
                    .properties
                    .insert("ExternalUrl".to_owned(), "https://new.fabrikam.com/".into());
            }
        }
        snapshot
    };
    let (few, all) = (changed(10, 1), changed(usize::MAX, 2));
    Ok(vec![
        ("the first".to_owned(), quiet),
        ("10 servers changed".to_owned(), few),
        ("all servers changed".to_owned(), all),
    ])
}

/// Load and evaluate, in a process of its own.
fn audit(folder: &Path, timings: bool, stated: bool) -> Result<()> {
    let store = FolderStore::open(folder.join("snapshots"))?;
    let history = store.history("fabrikam")?;
    let first = history.entries.first().ok_or("an empty store")?;
    let resolved = store.resolve(&format!("fabrikam@{}", first.id))?;
    let mut under = EvaluateOptions::at(at());
    under.params = serde_json::from_str(&fs::read_to_string(folder.join("params.json"))?)?;
    under.profile = Some("hma_external".to_owned());

    let start = Instant::now();
    let set = PolicySet::load(pack())?;
    let policies = start.elapsed();
    let snapshot = store.load(&resolved)?;
    let load = start.elapsed() - policies;
    let evaluations = evaluate(&set, &snapshot, &under);
    let whole = start.elapsed();
    plain("policies read and linted, ms", ms(policies));
    plain("snapshot loaded, ms", ms(load));
    plain(
        &format!("evaluated first, {} evaluations, ms", evaluations.len()),
        ms(whole - load - policies),
    );
    let peak = peak_memory();

    let all = best(|| evaluate(&set, &snapshot, &under));
    fs::write(folder.join("evaluate"), all.as_nanos().to_string())?;
    let mut without = under.clone();
    without.disabled = set
        .policies()
        .iter()
        .map(|p| (p.metadata.id.clone(), "measured".to_owned()))
        .collect();
    let fixed = best(|| evaluate(&set, &snapshot, &without));
    let count = set.policies().len();
    let mean = all.saturating_sub(fixed).as_secs_f64() * 1e3 / count as f64;
    plain(&format!("evaluate, {count} policies, ms"), ms(all));
    plain("  of it the input, without any policy, ms", ms(fixed));
    plain("  mean of a policy, ms of the wall", mean);
    let scaled = ms(policies) + ms(load) + ms(fixed) + mean * POLICIES as f64;
    let whole = format!("audit with {POLICIES} such policies, load included, ms");
    if stated {
        within(&whole, scaled, 1500.0);
    } else {
        plain(&whole, scaled);
    }
    within("audit, peak memory, MB", peak, 800.0);
    if timings {
        for policy in set.policies() {
            let mut alone = without.clone();
            alone.disabled.remove(&policy.metadata.id);
            let time = best(|| evaluate(&set, &snapshot, &alone));
            plain(
                &format!("    {} {}", policy.metadata.id, policy.package),
                ms(time.saturating_sub(fixed)),
            );
        }
    }
    second_audit(&store, &under, stated)?;
    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    for evaluation in &evaluations {
        *outcomes.entry(evaluation.outcome.as_str()).or_default() += 1;
    }
    println!("{outcomes:?}");
    Ok(())
}

/// A whole audit, then that of the next snapshot with what the first one remembered.
fn second_audit(store: &FolderStore, under: &EvaluateOptions, stated: bool) -> Result<()> {
    let history = store.history("fabrikam")?;
    // The smaller estate is there for comparison alone.
    if history.entries.len() < 2 {
        return Ok(());
    }
    let whole = |entry: usize, bytes: &[u8], phases: bool| -> Result<(Duration, Vec<u8>)> {
        let resolved = store.resolve(&format!("fabrikam@{}", history.entries[entry].id))?;
        let mut under = under.clone();
        let start = Instant::now();
        let set = PolicySet::load(pack())?;
        let policies = start.elapsed();
        let snapshot = store.load(&resolved)?;
        let load = start.elapsed();
        under.now = snapshot.manifest.times.ended;
        let mut memory = Memory::read(bytes);
        let read = start.elapsed();
        let evaluations = evaluate_with(&set, &snapshot, &under, &mut memory);
        let evaluated = start.elapsed();
        let kept = memory.to_bytes();
        let whole = start.elapsed();
        if phases {
            plain("  of it policies, ms", ms(policies));
            plain("  of it loading, ms", ms(load - policies));
            plain("  of it reading the memory, ms", ms(read - load));
            plain("  of it evaluating, ms", ms(evaluated - read));
            plain("  of it writing the memory, ms", ms(whole - evaluated));
        }
        black_box(evaluations);
        Ok((whole, kept))
    };
    let mut first = (Duration::MAX, Vec::new());
    for _ in 0..ROUNDS {
        first = whole(0, &[], false)?.min(first);
    }
    let (first, bytes) = first;
    plain("first audit with an empty memory, ms", ms(first));
    plain("  that remembers, MB", bytes.len() as f64 / 1e6);
    let mut second = Duration::MAX;
    for round in 0..ROUNDS {
        second = whole(1, &bytes, round == 0)?.0.min(second);
    }
    let ratio = ms(second) / ms(first);
    plain("second audit, 10 servers changed, ms", ms(second));
    if stated {
        within("second audit, of the first", ratio, 0.15);
    } else {
        plain("second audit, of the first", ratio);
    }
    Ok(())
}

/// The built-in policies, or those of the folder in `EXDRIFT_POLICIES`: they change without a build.
fn pack() -> LoadOptions {
    match env::var_os("EXDRIFT_POLICIES") {
        Some(folder) => LoadOptions {
            dirs: vec![folder.into()],
            builtin: false,
        },
        None => LoadOptions::default(),
    }
}

/// The most that the process had in memory, in MB.
fn peak_memory() -> f64 {
    fs::read_to_string("/proc/self/status")
        .unwrap_or_default()
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok())
        .map_or(f64::NAN, |kilobytes| kilobytes * 1024.0 / 1e6)
}

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_226_400, 0).unwrap_or_default()
}

fn imported(paths: &[PathBuf], organization: &Organization) -> Result<Snapshot> {
    Ok(import(paths, &import_options(organization))?.snapshot)
}

fn import_options(organization: &Organization) -> ImportOptions {
    ImportOptions {
        organization: organization.name.clone(),
        kind: None,
        plane: None,
        server: None,
        prefer: Vec::new(),
        strict: true,
        at: None,
        label: None,
        max_file_size: 256 << 20,
        now: at(),
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = black_box(work());
    (start.elapsed(), done)
}

fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    (0..ROUNDS)
        .map(|_| timed(&mut work).0)
        .min()
        .unwrap_or_default()
}

/// The round with the shorter whole.
fn best_of_two(mut work: impl FnMut() -> (Duration, Duration)) -> (Duration, Duration) {
    (0..ROUNDS)
        .map(|_| work())
        .min_by_key(|(_, all)| *all)
        .unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn plain(what: &str, figure: f64) {
    println!("{what:<58} {figure:>12.2}");
}

fn within(what: &str, figure: f64, budget: f64) {
    row(what, figure, budget, figure <= budget);
}

fn at_least(what: &str, figure: f64, budget: f64) {
    row(what, figure, budget, figure >= budget);
}

fn row(what: &str, figure: f64, budget: f64, met: bool) {
    let word = if met { "met" } else { "MISSED" };
    println!("{what:<58} {figure:>12.2} {budget:>12.2} {word}");
}
