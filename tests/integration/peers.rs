//! The server that is not like its peers is named, and nobody else.

use exdrift::model::{Evidence, Outlier, Plane, Reason, ResourceId, State, Value};
use exdrift::peers::{Knowledge, outliers};
use exdrift::sample::{GeneratorOptions, Organization, generate, inject, params};
use exdrift::snapshot::Snapshot;
use serde_json::Value as Json;

use super::import::at;
use super::support::{bundle, snapshot};

/// Ten internal servers, four that face the internet, one for Exchange Online.
fn estate() -> Organization {
    generate(&GeneratorOptions {
        internet: 4,
        ..GeneratorOptions::new(15, 7)
    })
}

fn found(snapshot: &Snapshot, params: &Json) -> Vec<Outlier> {
    let is_in = |list: &str, server: &str| {
        params["exposure"][list]
            .as_array()
            .into_iter()
            .flatten()
            .any(|glob| exdrift::model::glob_matches(glob.as_str().unwrap(), server))
    };
    let exposure = |server: &str| {
        ["internet", "exo_only", "internal"]
            .into_iter()
            .find(|list| is_in(list, server))
            .map(str::to_owned)
    };
    let read_by = |_: Plane, kind: &str, property: &str| match (kind, property) {
        ("MapiVirtualDirectory", "IISAuthenticationMethods") => vec!["HMA-003".to_owned()],
        _ => Vec::new(),
    };
    outliers(
        snapshot,
        &Knowledge {
            exposure: &exposure,
            read_by: &read_by,
        },
    )
}

fn id(kind: &str, key: &str) -> ResourceId {
    ResourceId {
        plane: Plane::Onprem,
        kind: exdrift::model::Kind::new(kind),
        key: key.to_owned(),
    }
}

/// Changes one property of one resource.
fn set(snapshot: &mut Snapshot, kind: &str, key: &str, property: &str, value: Value) {
    let resource = snapshot.resources.get_mut(&id(kind, key)).unwrap();
    resource.properties.insert(property.to_owned(), value);
}

const EWS: &str = "WebServicesVirtualDirectory";

#[test]
fn servers_that_are_alike_but_for_their_names_have_no_outlier() {
    let organization = estate();
    let found = found(&snapshot(&organization), &params(&organization));
    let told: Vec<_> = found.iter().map(|o| &o.message).collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn the_one_without_oauth_is_named_with_the_policy_that_reads_it() {
    let mut organization = estate();
    inject(&mut organization, "HMA-003", "EXMBX07").unwrap();
    let found = found(&snapshot(&organization), &params(&organization));
    let first = &found[0];
    assert_eq!(
        first.message,
        "EXMBX07 is the only one of 10 without OAuth in IISAuthenticationMethods of mapi (Default Web Site)"
    );
    assert_eq!(first.servers, ["EXMBX07"]);
    assert_eq!(first.removed, [Value::text("OAuth")]);
    assert!(first.added.is_empty());
    assert_eq!((first.compared, first.usual_on, first.unseen), (10, 9, 0));
    assert_eq!(first.policies, ["HMA-003"]);
    assert_eq!(first.peers.exposure.as_deref(), Some("internal"));
    assert!(found.iter().all(|o| o.servers == ["EXMBX07"]), "{found:#?}");
}

#[test]
fn other_exposure_is_another_group() {
    let organization = estate();
    let mut told = params(&organization);
    // Nobody says how servers are exposed: the one that moves mailboxes now stands among all others.
    told["exposure"] = serde_json::json!({});
    let found = found(&snapshot(&organization), &told);
    let moving = found
        .iter()
        .find(|o| o.property.as_deref() == Some("MRSProxyEnabled"));
    assert_eq!(moving.unwrap().servers, ["EXHYB01"]);
    assert!(found.iter().all(|o| o.peers.exposure.is_none()));
}

#[test]
fn what_nobody_saw_is_neither_like_nor_unlike() {
    let organization = estate();
    let mut snapshot = snapshot(&organization);
    let key = |n: u8| format!("EXMBX{n:02}\\EWS (Default Web Site)");
    set(
        &mut snapshot,
        EWS,
        &key(1),
        "OAuthAuthentication",
        Value::undecided(Reason::Truncated, Some(Value::Bool(false))),
    );
    snapshot
        .resources
        .get_mut(&id(EWS, &key(2)))
        .unwrap()
        .properties
        .remove("OAuthAuthentication");
    set(
        &mut snapshot,
        EWS,
        &key(3),
        "OAuthAuthentication",
        Value::Bool(false),
    );
    snapshot
        .resources
        .get_mut(&id(EWS, &key(3)))
        .unwrap()
        .evidence = Some(Evidence::Ad);
    assert_eq!(found(&snapshot, &params(&organization)), []);
    // One that was seen is named, and the three are counted as unseen.
    set(
        &mut snapshot,
        EWS,
        &key(4),
        "OAuthAuthentication",
        Value::Bool(false),
    );
    let found = found(&snapshot, &params(&organization));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        (found[0].compared, found[0].usual_on, found[0].unseen),
        (7, 6, 3)
    );
    assert_eq!(
        found[0].message,
        "EXMBX04 is the only one of 7 with false as OAuthAuthentication of EWS (Default Web Site); usual is true"
    );
}

#[test]
fn without_a_majority_nobody_is_usual() {
    let organization = estate();
    let mut snapshot = snapshot(&organization);
    for n in 1..=2 {
        let key = format!("EXCAS{n:02}\\EWS (Default Web Site)");
        set(
            &mut snapshot,
            EWS,
            &key,
            "MRSProxyEnabled",
            Value::Bool(true),
        );
    }
    assert_eq!(found(&snapshot, &params(&organization)), [], "two of four");
    for n in 1..=3 {
        let key = format!("EXMBX{n:02}\\EWS (Default Web Site)");
        set(
            &mut snapshot,
            EWS,
            &key,
            "MRSProxyEnabled",
            Value::Bool(true),
        );
    }
    assert_eq!(found(&snapshot, &params(&organization)), [], "three of ten");
    set(
        &mut snapshot,
        EWS,
        "EXMBX03\\EWS (Default Web Site)",
        "MRSProxyEnabled",
        Value::Bool(false),
    );
    let found = found(&snapshot, &params(&organization));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].servers, ["EXMBX01", "EXMBX02"], "two of ten");
}

#[test]
fn a_missing_directory_is_named_only_where_the_server_was_asked() {
    let organization = estate();
    let mut snapshot = snapshot(&organization);
    snapshot
        .resources
        .remove(&id(EWS, "EXMBX05\\EWS (Default Web Site)"));
    let all = found(&snapshot, &params(&organization));
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(
        all[0].message,
        "EXMBX05 is the only one of 10 without EWS (Default Web Site)"
    );
    assert_eq!((&all[0].observed, all[0].usual.is_some()), (&None, true));
    for row in &mut snapshot.manifest.coverage.rows {
        if row.kind.as_str() == EWS {
            row.except.push(exdrift::model::Exception {
                server: "EXMBX05".to_owned(),
                state: State::NotAttempted,
                reason: None,
            });
        }
    }
    assert_eq!(found(&snapshot, &params(&organization)), []);
}

#[test]
fn another_build_is_named_and_not_compared_otherwise() {
    let organization = estate();
    let mut snapshot = snapshot(&organization);
    let version = ResourceId {
        plane: Plane::Host,
        kind: exdrift::model::Kind::new("ServerVersion"),
        key: "EXMBX09".to_owned(),
    };
    snapshot
        .resources
        .get_mut(&version)
        .unwrap()
        .properties
        .insert("FileVersion".to_owned(), Value::text("15.2.2562.17"));
    set(
        &mut snapshot,
        EWS,
        "EXMBX09\\EWS (Default Web Site)",
        "MRSProxyEnabled",
        Value::Bool(true),
    );
    let found = found(&snapshot, &params(&organization));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].kind.as_str(), "ServerVersion");
    assert_eq!(found[0].servers, ["EXMBX09"]);
    assert_eq!(found[0].peers.build, None);
}

#[test]
fn the_audit_tells_in_every_format() {
    let mut organization = estate();
    inject(&mut organization, "HMA-003", "EXMBX07").unwrap();
    let home = tempfile::tempdir().unwrap();
    let exports = bundle(&organization, &at().to_rfc3339());
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_exdrift"))
            .args(arguments)
            .current_dir(home.path())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    std::fs::write(
        home.path().join("params.yaml"),
        serde_json::to_string(&params(&organization)).unwrap(),
    )
    .unwrap();
    run(&[
        "import",
        exports.path().to_str().unwrap(),
        "--org",
        "fabrikam",
    ]);
    let audit = |format: &str| run(&["audit", "--params", "params.yaml", "--format", format]);
    let text = audit("text");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("EXMBX07 is the only one of 10 without OAuth"),
        "{text}"
    );
    assert!(words.contains("Unlike their peers"), "{text}");
    assert!(audit("html").contains("Unlike their peers"));
    let json: Json = serde_json::from_str(&audit("json")).unwrap();
    let first = &json["outliers"][0];
    assert_eq!(first["servers"][0], "EXMBX07");
    assert!(
        first["policies"]
            .as_array()
            .unwrap()
            .contains(&"HMA-003".into())
    );
}
