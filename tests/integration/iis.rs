//! Configuration files of IIS: what applications are made of them, against an independent reader, and what
//! never gets out of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use exdrift::collect::{Import, ImportError, import};
use exdrift::model::{Plane, Resource, Site, Value};
use exdrift::sample::{GeneratorOptions, bundle, generate, iis_files, loose_clixml, write_to};

use super::import::options;
use super::support::{corpus, moment};

fn lenient() -> exdrift::collect::ImportOptions {
    exdrift::collect::ImportOptions {
        strict: false,
        ..options()
    }
}

/// Imports corpus files as those of one server.
fn read_as(paths: &[PathBuf], server: &str) -> Import {
    let told = exdrift::collect::ImportOptions {
        server: Some(server.to_owned()),
        // A health check's folder has another server's file beside it.
        prefer: vec!["applicationHost.config".to_owned()],
        ..lenient()
    };
    import(paths, &told).unwrap()
}

/// The applications of a snapshot, by key.
fn applications(read: &Import) -> BTreeMap<String, &Resource> {
    read.snapshot
        .resources
        .values()
        .filter(|r| r.id.kind.as_str() == "IisApplication")
        .map(|r| (r.id.key.clone(), r))
        .collect()
}

fn words(value: Option<&Value>) -> String {
    match value {
        Some(Value::List(members)) => members
            .iter()
            .map(|m| m.as_text().unwrap_or("?").to_owned())
            .collect::<Vec<_>>()
            .join("|"),
        Some(other) => other.to_string(),
        None => "absent".to_owned(),
    }
}

/// Every string of the snapshot and of what is said about it.
fn everything(read: &Import) -> String {
    format!("{read:?}")
}

// ---- the corpus ----

const E19: &str = "css-exchange/hc-e19-cu11/Exchange/IIS";
const E16: &str = "css-exchange/hc-e16-cu22/Exchange/IIS";
const EP: &str = "css-exchange/extended-protection";

/// What `applicationHost.config` names, found without an XML parser: site, path of applications and
/// directories, and paths of locations.
fn named_in(text: &str) -> BTreeSet<String> {
    let attribute = |tag: &str, name: &str| -> Option<String> {
        let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        Some(tag[from..].split('"').next()?.to_owned())
    };
    let mut keys = BTreeSet::new();
    let (mut site, mut application, mut comment) = (String::new(), String::new(), false);
    for line in text.lines() {
        comment |= line.contains("<!--");
        if comment {
            comment = !line.contains("-->");
            continue;
        }
        let line = line.trim();
        if line.starts_with("<site ") {
            site = attribute(line, "name").unwrap();
        } else if line.starts_with("<application path=") {
            application = attribute(line, "path").unwrap();
            keys.insert(format!("{site}{application}").to_lowercase());
        } else if line.starts_with("<virtualDirectory ") {
            let path = attribute(line, "path").unwrap();
            if path != "/" {
                let above = application.trim_end_matches('/');
                keys.insert(format!("{site}{above}{path}").to_lowercase());
            }
        } else if line.starts_with("<location ") {
            let path = attribute(line, "path").unwrap();
            match path.contains('/') {
                true => keys.insert(path.to_lowercase()),
                false => path.is_empty() || keys.insert(format!("{path}/").to_lowercase()),
            };
        }
    }
    keys
}

fn without_builds(keys: BTreeSet<String>) -> BTreeSet<String> {
    keys.into_iter()
        .map(|key| match key.rsplit_once('/') {
            Some((above, last)) if last.starts_with("15.") => format!("{above}/(build)"),
            _ => key,
        })
        .collect()
}

#[test]
fn every_application_host_file_of_the_corpus_gives_all_its_places_and_no_key_material() {
    let Some(corpus) = corpus() else { return };
    let files = [
        format!("{E19}/applicationHost.config"),
        format!("{E19}/applicationHost1.config"),
        format!("{EP}/E16_Configured_ApplicationHost.config"),
        format!("{EP}/E19_Configured_ApplicationHost.config"),
        format!("{EP}/E19_MisConfigured_ApplicationHost.config"),
        format!("{EP}/E19_NotConfigured_ApplicationHost.config"),
        "css-exchange/iis-modules/E19_applicationHost_Default.config".to_owned(),
        "css-exchange/iis-modules/E16_applicationHost_Mixed.config".to_owned(),
    ];
    for file in files {
        let path = corpus.join(&file);
        let text = fs::read_to_string(&path).unwrap();
        let read = read_as(&[path], "EX01");
        let found = applications(&read);
        // 30 applications, 4 more virtual directories, 9 locations below: 43 by Python's xml.etree too.
        assert_eq!(found.len(), 43, "{file}");
        let keys: BTreeSet<String> = found
            .keys()
            .map(|key| key.strip_prefix("EX01\\").unwrap().to_lowercase())
            .collect();
        assert_eq!(keys, without_builds(named_in(&text)), "{file}");
        let backends = found.values().filter(|r| r.site == Some(Site::Backend));
        assert_eq!(backends.count(), 27, "{file}");
        assert!(found.values().all(|r| r.server.as_deref() == Some("EX01")));
        assert!(found.values().all(|r| r.id.plane == Plane::Host));
        // The session keys of the file are base64 of more than 200 characters.
        let keys: Vec<&str> = text
            .split("sessionKey=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|key| !key.is_empty())
            .collect();
        assert!(!keys.is_empty(), "{file}");
        let all = everything(&read);
        for key in keys {
            assert!(!all.contains(&key[..40.min(key.len())]), "{file}");
        }
        assert!(!all.contains("IUSR"), "{file}");
    }
}

#[test]
fn extended_protection_on_off_and_half_configured() {
    let Some(corpus) = corpus() else { return };
    let checking = |file: &str| -> BTreeMap<String, String> {
        let read = read_as(&[corpus.join(EP).join(file)], "EX01");
        applications(&read)
            .into_iter()
            .map(|(key, r)| {
                let key = key.strip_prefix("EX01\\").unwrap().to_owned();
                let value = words(r.properties.get("ExtendedProtectionTokenChecking"));
                (key, value)
            })
            .collect()
    };
    let count = |of: &BTreeMap<String, String>, value: &str| {
        of.values().filter(|v| v.as_str() == value).count()
    };
    // Counted by Python's xml.etree over the same files.
    let on = checking("E19_Configured_ApplicationHost.config");
    for (key, value) in [
        ("Default Web Site/API", "Require"),
        ("Default Web Site/Autodiscover", "None"),
        ("Default Web Site/ecp", "Require"),
        ("Default Web Site/EWS", "Allow"),
        ("Default Web Site/mapi", "Require"),
        ("Default Web Site/Microsoft-Server-ActiveSync", "Allow"),
        (
            "Default Web Site/Microsoft-Server-ActiveSync/Proxy",
            "Allow",
        ),
        ("Default Web Site/OAB", "Allow"),
        ("Default Web Site/owa", "Require"),
        ("Default Web Site/owa/auth", "Require"),
        ("Default Web Site/PowerShell", "None"),
        ("Default Web Site/Rpc", "Require"),
        ("Default Web Site/", "None"),
        ("Exchange Back End/EWS", "Require"),
        ("Exchange Back End/EWS/bin", "Require"),
        ("Exchange Back End/Autodiscover", "None"),
        ("Exchange Back End/PowerShell", "Require"),
        ("Exchange Back End/mapi/nspi", "Require"),
        ("Exchange Back End/owa/(build)", "Require"),
        ("Exchange Back End/", "None"),
    ] {
        assert_eq!(on[key], value, "{key}");
    }
    assert_eq!(
        (
            count(&on, "Require"),
            count(&on, "Allow"),
            count(&on, "None")
        ),
        (30, 4, 9)
    );
    let off = checking("E19_NotConfigured_ApplicationHost.config");
    assert_eq!(count(&off, "None"), 43);
    let half = checking("E19_MisConfigured_ApplicationHost.config");
    let differing: Vec<(&str, &str)> = half
        .iter()
        .filter(|(key, value)| on[*key] != **value)
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        differing,
        [
            ("Default Web Site/Microsoft-Server-ActiveSync", "Require"),
            ("Default Web Site/OAB", "Require"),
            ("Default Web Site/ecp", "None"),
            ("Default Web Site/owa", "Allow"),
            ("Default Web Site/owa/Calendar", "Allow"),
            ("Default Web Site/owa/Integrated", "Allow"),
            ("Default Web Site/owa/auth", "Allow"),
            ("Default Web Site/owa/oma", "Allow"),
            ("Exchange Back End/PowerShell", "None"),
            ("Exchange Back End/ecp", "None"),
            ("Exchange Back End/ecp/(build)", "None"),
            ("Exchange Back End/ecp/App_Themes", "None"),
        ]
    );
    let e16 = checking("E16_Configured_ApplicationHost.config");
    assert_eq!(e16["Default Web Site/API"], "Require");
}

#[test]
fn an_update_of_the_build_alone_is_no_difference() {
    let Some(corpus) = corpus() else { return };
    let keys = |file: &Path| -> BTreeSet<String> {
        let read = read_as(&[corpus.join(file)], "EX01");
        applications(&read).into_keys().collect()
    };
    let cu11 = keys(&Path::new(E19).join("applicationHost.config"));
    let later = keys(&Path::new(EP).join("E19_NotConfigured_ApplicationHost.config"));
    assert_eq!(cu11, later);
}

/// One folder of a health check: its files, and the damaged one among them.
#[test]
fn a_health_checks_folder_gives_settings_to_the_applications_they_belong_to() {
    let Some(corpus) = corpus() else { return };
    let read = read_as(&[corpus.join(E19)], "EX01");
    let found = applications(&read);
    assert_eq!(found.len(), 43);
    let setting = |key: &str, name: &str| match found[&format!("EX01\\{key}")]
        .properties
        .get("AppSettings")
    {
        Some(Value::Map(map)) => map.get(name).map(|v| words(Some(v))),
        None => Some("no file".to_owned()),
        other => panic!("{key}: {other:?}"),
    };
    let profiles = |key: &str| setting(key, "OAuthHttpModule.Profiles").unwrap();
    assert_eq!(
        profiles("Default Web Site/API"),
        "S2SAppActAs|S2SAppOnly|V1AppActAs|V1AppOnly|Callback|V1S2SActAs|CallbackV2"
    );
    assert_eq!(
        profiles("Default Web Site/EWS"),
        "S2SAppActAs|S2SAppOnly|V1AppActAs|V1AppOnly|Callback"
    );
    assert_eq!(
        profiles("Default Web Site/Microsoft-Server-ActiveSync"),
        "V1AppActAs"
    );
    assert_eq!(profiles("Default Web Site/ecp"), "S2SAppActAs");
    assert_eq!(
        setting("Default Web Site/owa", "OAuthHttpModule.Profiles"),
        None
    );
    assert_eq!(
        setting("Exchange Back End/PowerShell", "PSLanguageMode").as_deref(),
        Some("RestrictedLanguage")
    );
    // 22 web.config files that are whole: 10 of front ends (OWA's serves four applications), the site's,
    // 11 of back ends (OWA's serves two, the RPC proxy's two).
    let with = |r: &&&Resource| r.properties.contains_key("AppSettings");
    assert_eq!(found.values().filter(with).count(), 13 + 1 + 14);
    // The one that is not well-formed: one error with its place, and the kind is not all there.
    assert_eq!(read.failed.len(), 1, "{:?}", read.failed);
    let failed = &read.failed[0];
    assert!(failed.path.ends_with("DefaultWebSite_web1.config"));
    assert!(
        failed.reason.contains("line 42, column 3"),
        "{}",
        failed.reason
    );
    let bindings = read
        .snapshot
        .manifest
        .unrecognised
        .iter()
        .find(|u| u.path.ends_with("SharedWebConfig.config"))
        .unwrap();
    assert!(bindings.missing.contains("bindings"), "{bindings:?}");
    let row = read
        .snapshot
        .manifest
        .coverage
        .rows
        .iter()
        .find(|row| row.kind.as_str() == "IisApplication")
        .unwrap();
    assert_ne!(row.state, exdrift::model::State::Complete, "{row:?}");
}

#[test]
fn web_configs_alone_give_settings_alone() {
    let Some(corpus) = corpus() else { return };
    let read = read_as(&[corpus.join(E16)], "EX16");
    assert!(read.failed.is_empty(), "{:?}", read.failed);
    let found = applications(&read);
    // 10 front-end files for 13 applications, 11 back-end files for 13.
    assert_eq!(found.len(), 26);
    for (key, resource) in &found {
        assert!(resource.properties.contains_key("AppSettings"), "{key}");
        assert!(
            !resource.properties.contains_key("AnonymousAuthentication"),
            "{key}"
        );
        assert!(
            !resource.properties.contains_key("WebConfigFolder"),
            "{key}"
        );
    }
    let ews = &found["EX16\\Default Web Site/EWS"];
    assert_eq!(words(ews.observed.get("ReadFrom")), "web.config");
}

// ---- invented files ----

fn estate() -> exdrift::sample::Organization {
    generate(&GeneratorOptions::new(2, 11))
}

const DECOY: &str = "decoy-0f2c9a7e-KEY+/==&<>";

/// The files of every server, in folders that have the servers' names, with the list of servers.
fn files(organization: &exdrift::sample::Organization) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = organization
        .servers
        .iter()
        .flat_map(|server| iis_files(organization, &server.name, DECOY))
        .collect();
    files.extend(
        loose_clixml(organization, Default::default())
            .into_iter()
            .filter(|(path, _)| path.contains("ExchangeServer")),
    );
    files
}

fn read(files: &[(String, Vec<u8>)]) -> Import {
    let folder = tempfile::tempdir().unwrap();
    write_to(files, folder.path()).unwrap();
    import(&[folder.path().to_owned()], &lenient()).unwrap()
}

#[test]
fn files_and_the_scripts_objects_say_the_same() {
    let estate = estate();
    let of_files = read(&files(&estate));
    assert!(of_files.failed.is_empty(), "{:?}", of_files.failed);
    assert_eq!(
        of_files.unplaced, 0,
        "{:?}",
        of_files.snapshot.manifest.unrecognised
    );
    let of_script = read(&bundle(&estate, moment("2026-11-21T02:00:00Z")));
    let (a, b) = (applications(&of_files), applications(&of_script));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    assert_eq!(a.len(), 28 * 2);
    for (key, left) in a {
        let right = b[&key];
        assert_eq!(left.properties, right.properties, "{key}");
        assert_eq!(left.observed, right.observed, "{key}");
        assert_eq!(
            (left.site, &left.server),
            (right.site, &right.server),
            "{key}"
        );
    }
}

#[test]
fn no_key_no_password_and_no_account_leaves_the_parser() {
    let estate = estate();
    let files = files(&estate);
    let text = String::from_utf8_lossy(&files[0].1).into_owned();
    assert!(text.contains("decoy-0f2c9a7e"));
    assert!(!everything(&read(&files)).contains("decoy"));
    // Cut and damaged in the middle of every secret: the error has none of it either.
    let (path, bytes) = &files[0];
    let text = std::str::from_utf8(bytes).unwrap();
    for (at, _) in text.match_indices("decoy-") {
        for damaged in [
            text[..at + 10].to_owned(),
            format!("{}<{}", &text[..at + 10], &text[at + 10..]),
            format!("{}\"{}", &text[..at + 10], &text[at + 10..]),
            format!("{}&{}", &text[..at + 10], &text[at + 10..]),
            format!("{}\"/><{}", &text[..at], &text[at..]),
        ] {
            let folder = tempfile::tempdir().unwrap();
            write_to(&[(path.clone(), damaged.into_bytes())], folder.path()).unwrap();
            let file = folder.path().join(path);
            let words = match import(&[file], &lenient()) {
                Err(error) => format!("{error} {error:?}"),
                Ok(read) => everything(&read),
            };
            assert!(!words.contains("decoy"), "{words}");
        }
    }
}

#[test]
fn a_file_without_a_server_or_an_application_is_listed_with_what_was_missing() {
    let estate = estate();
    let all = files(&estate);
    let host = &all[0].1;
    let (_, web) = all
        .iter()
        .find(|(path, _)| path.ends_with("HttpProxy/EWS/web.config"))
        .unwrap();
    let servers = all.last().unwrap().clone();
    let read = read(&[
        ("somewhere/applicationHost.config".to_owned(), host.clone()),
        ("EXHYB01/web.config".to_owned(), web.clone()),
        servers,
    ]);
    assert!(applications(&read).is_empty());
    assert_eq!(read.unplaced, 28 + 1);
    let missing: Vec<(&str, usize, &str)> = read
        .snapshot
        .manifest
        .unrecognised
        .iter()
        .map(|u| (u.path.as_str(), u.count, u.missing.as_str()))
        .collect();
    assert_eq!(missing.len(), 2, "{missing:?}");
    assert!(
        missing[0].2.starts_with("application: the folder"),
        "{missing:?}"
    );
    assert_eq!(
        (missing[1].0, missing[1].1, missing[1].2),
        ("somewhere/applicationHost.config", 28, "server")
    );
}

#[test]
fn the_physical_path_of_the_same_server_places_a_file_where_the_layout_does_not() {
    let estate = estate();
    let all = files(&estate);
    let server = estate.servers[0].name.clone();
    let host = String::from_utf8(all[0].1.clone())
        .unwrap()
        .replace("V15\\FrontEnd\\HttpProxy\\EWS", "V15\\Custom\\Services");
    let find = |tail: &str| {
        let found = all.iter().find(|(path, _)| path.ends_with(tail));
        found.unwrap().1.clone()
    };
    let web = find("HttpProxy/EWS/web.config");
    let read = read(&[
        (
            format!("{server}/applicationHost.config"),
            host.into_bytes(),
        ),
        (format!("{server}/D/V15/Custom/Services/web.config"), web),
        all.last().unwrap().clone(),
    ]);
    let found = applications(&read);
    assert_eq!(found.len(), 28);
    let ews = found[&format!("{server}\\Default Web Site/EWS")];
    assert!(ews.properties.contains_key("AppSettings"), "{ews:?}");
    assert_eq!(
        words(ews.observed.get("ReadFrom")),
        "applicationHost.config|web.config"
    );
    let with = found
        .values()
        .filter(|r| r.properties.contains_key("AppSettings"));
    assert_eq!(with.count(), 1);
}

#[test]
fn web_config_has_the_last_word_and_two_hosts_that_disagree_are_a_conflict() {
    let estate = estate();
    let all = files(&estate);
    let server = estate.servers[0].name.clone();
    let host = String::from_utf8(all[0].1.clone()).unwrap();
    let web = r#"<configuration><system.webServer><security><authentication>
        <basicAuthentication enabled="true" /></authentication></security></system.webServer></configuration>"#;
    let path = format!("{server}/FrontEnd/HttpProxy/OAB/web.config");
    let list = all.last().unwrap().clone();
    let one = read(&[
        (
            format!("{server}/applicationHost.config"),
            host.clone().into_bytes(),
        ),
        (path, web.as_bytes().to_vec()),
        list.clone(),
    ]);
    let found = applications(&one);
    let oab = found[&format!("{server}\\Default Web Site/OAB")];
    assert_eq!(oab.properties["BasicAuthentication"], Value::Bool(true));
    let ews = found[&format!("{server}\\Default Web Site/EWS")];
    assert_eq!(ews.properties["BasicAuthentication"], Value::Bool(false));

    let other = host.replacen("tokenChecking=\"Require\"", "tokenChecking=\"None\"", 1);
    let folder = tempfile::tempdir().unwrap();
    let both = [
        (
            format!("{server}/applicationHost.config"),
            host.into_bytes(),
        ),
        (
            format!("{server}/old/applicationHost.config"),
            other.into_bytes(),
        ),
        list,
    ];
    write_to(&both, folder.path()).unwrap();
    match import(&[folder.path().to_owned()], &lenient()) {
        Err(ImportError::Conflict { property, kind, .. }) => {
            assert_eq!(
                (kind.as_str(), property.as_str()),
                ("IisApplication", "ExtendedProtectionTokenChecking")
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_encoding_gives_the_same() {
    let estate = estate();
    let all = files(&estate);
    let server = estate.servers[0].name.clone();
    let text = String::from_utf8(all[0].1.clone()).unwrap();
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let name = format!("{server}/applicationHost.config");
    let list = all.last().unwrap().clone();
    let plain = read(&[(name.clone(), text.clone().into_bytes()), list.clone()]);
    let marked = [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat();
    for bytes in [utf16, marked] {
        let other = read(&[(name.clone(), bytes), list.clone()]);
        assert_eq!(plain.snapshot.resources, other.snapshot.resources);
    }
}
