//! How fast two snapshots of 1,000 servers (nine directories each) are compared, against a naive
//! structural comparison of the same data as `serde_json` values in the same run.
//!
//! `cargo bench --bench drift`. Budgets: ten servers changed under 50 ms, all of them under 2 s.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use exdrift::catalog;
use exdrift::drift::{attribute, diff};
use exdrift::model::{
    Basis, Coverage, CoverageRow, Evidence, Plane, Properties, Resource, ResourceId, State, Tool,
    Value,
};
use exdrift::snapshot::{FORMAT, Manifest, Snapshot, TimeBasis, Times};

const SERVERS: usize = 1000;
const RUNS: usize = 7;

fn main() {
    let before = organization(0);
    let same = organization(0);
    let few = organization(10);
    let all = organization(SERVERS);
    let properties: usize = before.resources.values().map(|r| r.properties.len()).sum();
    println!(
        "{SERVERS} servers, {} resources, {properties} properties",
        before.resources.len()
    );

    for (name, after, budget) in [
        ("nothing changed", &same, 50),
        ("10 servers changed", &few, 50),
        ("all servers changed", &all, 2000),
    ] {
        let count = diff(&before, after).changes.len();
        let ours = best(|| diff(&before, after));
        let (a, b) = (as_json(&before), as_json(after));
        let walk = best(|| naive(&a, &b));
        let whole = best(|| naive(&as_json(&before), &as_json(after)));
        let verdict = if ours < Duration::from_millis(budget) {
            "met"
        } else {
            "MISSED"
        };
        println!(
            "{name}: {count} changes, diff {:.1} ms (budget {budget} ms {verdict}); naive json walk {:.1} ms, ratio {:.2}; with building the json {:.1} ms, ratio {:.2}",
            ms(ours),
            ms(walk),
            ours.as_secs_f64() / walk.as_secs_f64(),
            ms(whole),
            ours.as_secs_f64() / whole.as_secs_f64(),
        );
    }

    let mut changes = diff(&before, &all);
    let start = Instant::now();
    attribute(&mut changes, &before, &all);
    println!("attribute all: {:.1} ms", ms(start.elapsed()));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The best of a few runs: the machine is shared.
fn best<T>(mut run: impl FnMut() -> T) -> Duration {
    let time = |run: &mut dyn FnMut() -> T| {
        let start = Instant::now();
        black_box(run());
        start.elapsed()
    };
    (0..RUNS).map(|_| time(&mut run)).min().unwrap_or_default()
}

/// An invented organization whose first `changed` servers went through an update.
fn organization(changed: usize) -> Snapshot {
    let mut resources = BTreeMap::new();
    let mut rows: BTreeMap<(Plane, &'static str), usize> = BTreeMap::new();
    let mut insert = |resource: Resource, kind: &'static str| {
        *rows.entry((resource.id.plane, kind)).or_default() += 1;
        resources.insert(resource.id.clone(), resource);
    };
    for number in 0..SERVERS {
        let server = format!("EX{number:04}");
        let updated = number < changed;
        let build = if updated {
            "15.2.1748.10"
        } else {
            "15.2.1544.4"
        };
        let version = [("FileVersion".to_owned(), build.into())].into();
        insert(
            resource(Plane::Host, "ServerVersion", &server, &server, version),
            "ServerVersion",
        );
        let version = [("AdminDisplayVersion".to_owned(), build.into())].into();
        insert(
            resource(Plane::Onprem, "ExchangeServer", &server, &server, version),
            "ExchangeServer",
        );
        for spec in catalog::KINDS
            .iter()
            .filter(|spec| spec.is_virtual_directory())
        {
            let key = format!("{server}\\{} (Default Web Site)", spec.name);
            let size = match spec.name {
                "OwaVirtualDirectory" => 130,
                "WebServicesVirtualDirectory" => 70,
                _ => 60,
            };
            let properties = directory(&key, &server, size, updated);
            insert(
                resource(Plane::Onprem, spec.name, &key, &server, properties),
                spec.name,
            );
        }
    }
    let rows = rows
        .into_iter()
        .map(|((plane, kind), count)| CoverageRow {
            plane,
            kind: kind.into(),
            state: State::Complete,
            basis: Basis::Recorded,
            count,
            reason: None,
            except: Vec::new(),
        })
        .collect();
    let at = chrono::DateTime::UNIX_EPOCH;
    Snapshot {
        manifest: Manifest {
            format: FORMAT.to_owned(),
            organization: "contoso".to_owned(),
            id: String::new(),
            label: None,
            times: Times {
                started: at,
                ended: at,
                basis: TimeBasis::Stated,
            },
            late: false,
            tool: Tool::this(),
            sources: Vec::new(),
            revisions: BTreeMap::new(),
            coverage: Coverage { rows },
            unrecognised: Vec::new(),
            content_digest: String::new(),
            previous_manifest: None,
        },
        resources,
    }
}

fn resource(plane: Plane, kind: &str, key: &str, server: &str, properties: Properties) -> Resource {
    let spec = catalog::find(kind);
    Resource {
        id: ResourceId {
            plane,
            kind: kind.into(),
            key: key.to_owned(),
        },
        server: Some(server.to_owned()),
        site: spec.and_then(|s| s.site(key)),
        evidence: spec
            .is_some_and(|s| s.is_virtual_directory())
            .then_some(Evidence::Iis),
        properties,
        observed: Properties::new(),
    }
}

/// Flags, addresses, lists and numbers in about the mix of real exports.
fn directory(key: &str, server: &str, size: usize, updated: bool) -> Properties {
    let mut properties = Properties::new();
    let mut put = |name: &str, value: Value| properties.insert(name.to_owned(), value);
    put("Server", server.into());
    put("BasicAuthentication", updated.into());
    put(
        "ExtendedProtectionTokenChecking",
        if updated { "Require" } else { "None" }.into(),
    );
    put(
        "ExternalUrl",
        format!("https://{server}.contoso.com/").as_str().into(),
    );
    let mut methods: Vec<Value> = vec!["Ntlm".into(), "OAuth".into(), "WindowsIntegrated".into()];
    if updated {
        methods.push("Basic".into());
    }
    put("InternalAuthenticationMethods", Value::set(methods));
    for i in 0..size - 5 {
        let value = match i % 6 {
            0 | 1 => (i % 4 == 0).into(),
            2 => Value::Null,
            3 => Value::text(format!("{key} value {i}")),
            4 => Value::Int(i as i64),
            _ => Value::set(vec!["Default".into(), Value::text(format!("member {i}"))]),
        };
        put(&format!("SomeFeatureProperty{i}Enabled"), value);
    }
    properties
}

fn as_json(snapshot: &Snapshot) -> serde_json::Value {
    let resources = snapshot.resources.iter().map(|(id, resource)| {
        let properties = serde_json::to_value(&resource.properties);
        (id.to_string(), properties.expect("plain data"))
    });
    serde_json::Value::Object(resources.collect())
}

/// A path and its two values.
type Difference = (String, serde_json::Value, serde_json::Value);

/// Walks two trees and collects the paths where they differ.
fn naive(a: &serde_json::Value, b: &serde_json::Value) -> Vec<Difference> {
    fn walk<'a>(
        path: &mut Vec<&'a str>,
        a: &'a serde_json::Value,
        b: &'a serde_json::Value,
        out: &mut Vec<Difference>,
    ) {
        use serde_json::Value::{Null, Object};
        if let (Object(a), Object(b)) = (a, b) {
            for (name, left) in a {
                path.push(name);
                walk(path, left, b.get(name).unwrap_or(&Null), out);
                path.pop();
            }
            for (name, right) in b.iter().filter(|(name, _)| !a.contains_key(*name)) {
                path.push(name);
                out.push((path.join("/"), Null, right.clone()));
                path.pop();
            }
        } else if a != b {
            out.push((path.join("/"), a.clone(), b.clone()));
        }
    }
    let mut out = Vec::new();
    walk(&mut Vec::new(), a, b, &mut out);
    out
}
