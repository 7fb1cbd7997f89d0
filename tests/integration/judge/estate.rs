//! Invented organizations and packs of invented policies.

use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, TimeZone, Utc};
use exdrift::catalog;
use exdrift::model::{
    Basis, Coverage, CoverageRow, Evaluation, Evidence, Exception, Kind, Outcome, Plane, Resource,
    ResourceId, Site, State, Tool, Value,
};
use exdrift::policy::{EvaluateOptions, LoadOptions, PolicyError, PolicySet, evaluate};
use exdrift::snapshot::{FORMAT, Manifest, Snapshot, TimeBasis, Times};

pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 2, 3, 10).unwrap()
}

/// EX01, EX02, ... with front end and back end of EWS and one AuthServer, everything collected.
pub fn estate(servers: usize) -> Snapshot {
    let mut snapshot = Snapshot {
        manifest: Manifest {
            format: FORMAT.to_owned(),
            organization: "contoso".to_owned(),
            id: "2026-11-21T020000Z".to_owned(),
            label: None,
            times: Times {
                started: now(),
                ended: now(),
                basis: TimeBasis::Recorded,
            },
            late: false,
            tool: Tool::this(),
            sources: Vec::new(),
            revisions: Default::default(),
            coverage: Coverage::default(),
            unrecognised: Vec::new(),
            content_digest: "sha256:0".to_owned(),
            previous_manifest: None,
        },
        resources: Default::default(),
    };
    for n in 1..=servers {
        let name = format!("EX{n:02}");
        put(
            &mut snapshot,
            Plane::Onprem,
            "ExchangeServer",
            &name,
            None,
            &[
                ("Name", name.as_str().into()),
                ("AdminDisplayVersion", "15.2.1544.4".into()),
                ("IsMailboxServer", true.into()),
                ("IsClientAccessServer", true.into()),
                ("IsEdgeServer", false.into()),
            ],
        );
        for (site, windows) in [("Default Web Site", false), ("Exchange Back End", true)] {
            let key = format!("{name}\\EWS ({site})");
            put(
                &mut snapshot,
                Plane::Onprem,
                "WebServicesVirtualDirectory",
                &key,
                Some(&name),
                &[
                    ("WindowsAuthentication", windows.into()),
                    ("OAuthAuthentication", true.into()),
                    ("ExternalUrl", Value::Null),
                ],
            );
        }
    }
    put(
        &mut snapshot,
        Plane::Onprem,
        "AuthServer",
        "EvoSts",
        None,
        &[("Enabled", true.into()), ("DomainName", Value::Null)],
    );
    for plane in Plane::ALL {
        for spec in catalog::on_plane(plane) {
            snapshot.manifest.coverage.rows.push(CoverageRow {
                plane,
                kind: Kind::new(spec.name),
                state: State::Complete,
                basis: Basis::Recorded,
                count: snapshot.of_kind(plane, spec.name).count(),
                reason: None,
                except: Vec::new(),
            });
        }
    }
    snapshot
}

pub fn put(
    snapshot: &mut Snapshot,
    plane: Plane,
    kind: &str,
    key: &str,
    server: Option<&str>,
    properties: &[(&str, Value)],
) {
    let spec = catalog::find(kind).expect("a kind of the catalog");
    let site = spec.site(key);
    let id = ResourceId {
        plane,
        kind: Kind::new(kind),
        key: key.to_owned(),
    };
    let resource = Resource {
        id: id.clone(),
        server: server.map(str::to_owned),
        site,
        evidence: spec.is_virtual_directory().then_some(Evidence::Iis),
        properties: properties
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        observed: Default::default(),
    };
    assert_eq!(site.is_some(), spec.is_virtual_directory());
    assert!(site != Some(Site::Backend) || key.contains("Back End"));
    snapshot.resources.insert(id, resource);
}

/// The front-end EWS directory of a server.
pub fn ews<'a>(snapshot: &'a mut Snapshot, server: &str) -> &'a mut Resource {
    let id = ResourceId {
        plane: Plane::Onprem,
        kind: Kind::new("WebServicesVirtualDirectory"),
        key: format!("{server}\\EWS (Default Web Site)"),
    };
    snapshot.resources.get_mut(&id).expect("it is there")
}

pub fn set(resource: &mut Resource, name: &str, value: Value) {
    resource.properties.insert(name.to_owned(), value);
}

/// Takes the evidence of one kind away from one server, as a failed call does.
pub fn lose(snapshot: &mut Snapshot, kind: &str, server: &str, state: State) {
    snapshot
        .resources
        .retain(|id, r| id.kind.as_str() != kind || r.server.as_deref() != Some(server));
    let row = row(snapshot, kind);
    row.state = State::Partial;
    row.except.push(Exception {
        server: server.to_owned(),
        state,
        reason: Some("the call failed".to_owned()),
    });
}

/// Takes a whole kind away.
pub fn lose_kind(snapshot: &mut Snapshot, kind: &str, state: State) {
    snapshot.resources.retain(|id, _| id.kind.as_str() != kind);
    row(snapshot, kind).state = state;
}

pub fn row<'a>(snapshot: &'a mut Snapshot, kind: &str) -> &'a mut CoverageRow {
    snapshot
        .manifest
        .coverage
        .rows
        .iter_mut()
        .find(|row| row.kind.as_str() == kind && row.plane == Plane::Onprem)
        .expect("a row of every kind")
}

/// A folder of policies, removed when dropped.
pub struct Pack {
    dir: tempfile::TempDir,
}

impl Pack {
    pub fn new() -> Self {
        Pack {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    pub fn file(self, relative: &str, text: &str) -> Self {
        let path = self.dir.path().join(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// `exchange/t/<name>.rego` with METADATA made of `custom` lines.
    pub fn policy(self, name: &str, custom: &str, body: &str) -> Self {
        let text = policy(name, custom, body);
        self.file(&format!("exchange/t/{name}.rego"), &text)
    }

    pub fn load(&self) -> Result<PolicySet, PolicyError> {
        PolicySet::load(self.options())
    }

    pub fn options(&self) -> LoadOptions {
        LoadOptions {
            dirs: vec![self.path()],
            builtin: false,
        }
    }

    /// Loads and evaluates at the default options.
    pub fn judge(&self, snapshot: &Snapshot) -> Vec<Evaluation> {
        self.judge_with(snapshot, &EvaluateOptions::at(now()))
    }

    pub fn judge_with(&self, snapshot: &Snapshot, options: &EvaluateOptions) -> Vec<Evaluation> {
        let set = self.load().unwrap_or_else(|error| panic!("{error}"));
        evaluate(&set, snapshot, options)
    }

    /// Codes, lines and levels that the lint finds, the missing tests left out.
    pub fn findings(&self) -> Vec<(String, u32)> {
        let report = PolicySet::check(self.options()).unwrap();
        report
            .diagnostics
            .iter()
            .filter(|d| d.code != "test_missing")
            .map(|d| (d.code.to_owned(), d.line))
            .collect()
    }
}

pub fn policy(name: &str, custom: &str, body: &str) -> String {
    let id = name.to_uppercase().replace('_', "-");
    let mut text = format!(
        "# METADATA\n# title: {name}\n# description: Invented.\n# custom:\n#   id: {id}\n#   severity: high\n\
         #   category: T\n#   since: 0.1.0\n"
    );
    for line in custom.lines() {
        text.push_str(&format!("#   {line}\n"));
    }
    text.push_str(&format!("package exchange.t.{name}\n\n{body}\n"));
    text
}

/// The directory policy that most tests use: Windows authentication offered on EWS.
pub const EWS: &str =
    "scope: server\nrequires:\n  - onprem.WebServicesVirtualDirectory.WindowsAuthentication";

pub const EWS_RULE: &str = r#"violation contains v if {
	some dir in input.onprem.WebServicesVirtualDirectory
	dir._site == "frontend"
	dir.WindowsAuthentication != false
	v := {
		"subject": {"plane": dir._plane, "kind": dir._kind, "id": dir._key},
		"property": "WindowsAuthentication",
		"observed": dir.WindowsAuthentication,
		"expected": false,
	}
}"#;

/// `EX01: fail`, `EX02: unknown denied`, ... by server, or the subject's id without one.
pub fn words(evaluations: &[Evaluation]) -> Vec<String> {
    evaluations
        .iter()
        .map(|e| {
            let who = e.resource.server.as_deref().unwrap_or(&e.resource.id);
            match &e.reason {
                Some(reason) => format!("{who}: {} {reason}", e.outcome.as_str()),
                None => format!("{who}: {}", e.outcome.as_str()),
            }
        })
        .collect()
}

/// How green an outcome is: pass is the greenest.
pub fn green(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Fail | Outcome::Error => 0,
        Outcome::Unknown | Outcome::Manual => 1,
        Outcome::NotApplicable => 2,
        Outcome::Pass => 3,
    }
}
