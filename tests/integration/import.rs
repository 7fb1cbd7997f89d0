//! Exports of one estate in every form give one configuration.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use exdrift::collect::{Import, ImportError, ImportOptions, import};
use exdrift::drift::diff;
use exdrift::model::{
    OTHER_PROPERTIES, Plane, Reason, Resource, ResourceId, State, Value, is_selection,
};
use exdrift::sample::{
    Blobs, BundleOptions, Encoding, Flavour, Form, GeneratorOptions, Organization, Stage, Style,
    bundle, bundle_with, contoso, generate, loose_clixml, loose_json, noise, write_to,
};

pub fn options() -> ImportOptions {
    // The files of a test are written now, and are not of tomorrow.
    ImportOptions {
        strict: true,
        ..ImportOptions::new("contoso", Utc::now())
    }
}

pub fn at() -> DateTime<Utc> {
    "2026-11-21T02:00:00Z".parse().unwrap()
}

fn read(files: &[(String, Vec<u8>)]) -> Import {
    let folder = tempfile::tempdir().unwrap();
    write_to(files, folder.path()).unwrap();
    import(&[folder.path().to_owned()], &options()).unwrap()
}

fn resources(files: &[(String, Vec<u8>)]) -> BTreeMap<ResourceId, Resource> {
    let read = read(files);
    let strange = &read.snapshot.manifest.unrecognised;
    assert!(strange.is_empty(), "{strange:#?}");
    read.snapshot.resources
}

fn assert_same(a: &BTreeMap<ResourceId, Resource>, b: &BTreeMap<ResourceId, Resource>, what: &str) {
    assert_eq!(
        a.keys().collect::<Vec<_>>(),
        b.keys().collect::<Vec<_>>(),
        "{what}"
    );
    for (id, left) in a {
        let right = &b[id];
        assert_eq!(left.server, right.server, "{what}: {id}");
        assert_eq!(left.evidence, right.evidence, "{what}: {id}");
        for name in left.properties.keys().chain(right.properties.keys()) {
            assert_eq!(
                left.properties.get(name),
                right.properties.get(name),
                "{what}: {id} {name}"
            );
        }
    }
}

fn estate() -> Organization {
    generate(&GeneratorOptions::new(4, 7))
}

#[test]
fn encodings_sessions_and_reimported_exports_give_one_configuration() {
    let estate = estate();
    let reference = resources(&loose_clixml(&estate, Style::default()));
    assert!(reference.len() > 40, "{}", reference.len());
    for form in [Form::Live, Form::Deserialized] {
        for encoding in [Encoding::Utf16LeBom, Encoding::Utf8Bom, Encoding::Utf8] {
            let style = Style {
                form,
                encoding,
                blobs: Blobs::Short,
            };
            let other = resources(&loose_clixml(&estate, style));
            // A re-exported certificate has lost its RawData, and so its key.
            assert_same(&reference, &other, &format!("{form:?} {encoding:?}"));
        }
    }
}

#[test]
fn noise_changes_nothing() {
    let quiet = estate();
    let light = BundleOptions {
        style: Style {
            blobs: Blobs::Short,
            ..Style::default()
        },
        ..BundleOptions::default()
    };
    let reference = read(&bundle_with(&quiet, at(), &light)).snapshot;
    for seed in 0..8 {
        let mut noisy = quiet.clone();
        noise(&mut noisy, seed);
        let other = read(&bundle_with(&noisy, at(), &light)).snapshot;
        assert_same(
            &reference.resources,
            &other.resources,
            &format!("noise {seed}"),
        );
        let changes = diff(&reference, &other);
        assert!(changes.is_empty(), "{changes:#?}");
    }
}

/// JSON says the same, or says why it cannot. Property by property, both shells, live and imported.
#[test]
fn json_is_equal_in_what_it_expresses_and_undecided_in_the_rest() {
    let estate = estate();
    let reference = resources(&loose_clixml(&estate, Style::default()));
    {
        for flavour in [
            Flavour::WINDOWS_LIVE,
            Flavour::WINDOWS_DESERIALIZED,
            Flavour::CORE_DESERIALIZED,
        ] {
            let form = flavour.form;
            let what = format!("{:?} {form:?}", flavour.shell);
            let other = resources(&loose_json(&estate, flavour));
            let (mut equal, mut undecided) = (0, BTreeMap::<String, usize>::new());
            let mut different = std::collections::BTreeSet::new();
            for (id, left) in &reference {
                let right = other
                    .get(id)
                    .unwrap_or_else(|| panic!("{what}: {id} is missing"));
                assert_eq!(left.evidence, right.evidence, "{what}: {id}");
                for (name, value) in &left.properties {
                    let Some(read) = right.properties.get(name) else {
                        panic!("{what}: {id} {name} is missing")
                    };
                    // Both forms of a live certificate hold its bytes alone.
                    if name == OTHER_PROPERTIES && value == read {
                        continue;
                    }
                    if read.has_undecided() {
                        *undecided.entry(format!("{} {name}", id.kind)).or_default() += 1;
                    } else {
                        if value == read {
                            equal += 1;
                        } else {
                            different
                                .insert(format!("{what}: {} {name}: {value:?} {read:?}", id.kind));
                        }
                    }
                }
            }
            assert!(different.is_empty(), "{different:#?}");
            eprintln!("{what}: {equal} equal, undecided: {undecided:?}");
            if form == Form::Deserialized {
                assert!(undecided.is_empty(), "{what}: {undecided:?}");
            }
            assert!(
                equal > 5 * undecided.values().sum::<usize>(),
                "{what}: {equal}"
            );
        }
    }
}

#[test]
fn the_bundles_record_makes_coverage_recorded_and_complete() {
    let read = read(&bundle(&contoso(Stage::Before), at()));
    for row in &read.snapshot.coverage().rows {
        let asked = read
            .snapshot
            .resources
            .keys()
            .any(|id| id.plane == row.plane && id.kind == row.kind);
        if asked {
            assert_eq!(row.state, State::Complete, "{row:?}");
            assert_eq!(row.basis, exdrift::model::Basis::Recorded, "{row:?}");
        }
    }
    assert_eq!(read.snapshot.manifest.times.started, at());
}

#[test]
fn a_missing_directory_of_one_server_is_an_exception_of_that_server() {
    let files: Vec<_> = loose_clixml(&estate(), Style::default());
    let gone = |path: &str| path.contains("MapiVirtualDirectory");
    let without: Vec<_> = files
        .iter()
        .filter(|(path, _)| !gone(path))
        .cloned()
        .collect();
    assert!(without.len() < files.len());
    let read = read(&without);
    let row = read
        .snapshot
        .coverage()
        .row(Plane::Onprem, "MapiVirtualDirectory")
        .unwrap();
    assert_eq!(row.state, State::NotAttempted);
    assert!(!row.except.is_empty());
}

fn one_file(folder: &Path, name: &str, text: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

const OBJS: &str =
    "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">";

/// An AuthServer as CLIXML, with more properties.
fn auth_server(properties: &str) -> String {
    format!(
        "{OBJS}<Obj RefId=\"0\"><TN RefId=\"0\"><T>Microsoft.Exchange.Data.Directory.SystemConfiguration.AuthServer</T></TN>\
         <Props><S N=\"Name\">EvoSts</S>{properties}</Props></Obj></Objs>"
    )
}

#[test]
fn secrets_of_known_and_unknown_properties_are_redacted_by_name_and_by_type() {
    let folder = tempfile::tempdir().unwrap();
    let planted = "hunter2-planted";
    let clixml = auth_server(&format!(
        "<S N=\"CurrentEncryptedAppSecret\">{planted}</S><S N=\"ServicePassword\">{planted}</S>\
         <SS N=\"Anything\">{planted}</SS><BA N=\"Blob\">aHVudGVyMi1wbGFudGVk</BA>\
         <S N=\"Remark\">Server=x;Password={planted};</S>\
         <Obj N=\"Nested\" RefId=\"1\"><MS><S N=\"ApiToken\">{planted}</S><S N=\"Plain\">kept</S></MS></Obj>\
         <Obj N=\"Flat\" RefId=\"2\"><ToString>@{{Password={planted}}}</ToString></Obj>\
         <Obj N=\"Credential\" RefId=\"3\"><TN RefId=\"1\"><T>System.Management.Automation.PSCredential</T></TN>\
         <ToString>x</ToString><Props><S N=\"UserName\">u</S><SS N=\"Password\">{planted}</SS></Props></Obj>"
    ));
    let json = format!(
        r#"{{"TokenIssuingEndpoint": "https://sts.example/", "IsDefaultAuthorizationEndpoint": true, "Name": "Other",
            "CurrentEncryptedAppSecret": "{planted}", "clientSecret": "{planted}", "Deep": "@{{Password={planted}}}",
            "Inner": {{"PrivateKey": "{planted}", "Kept": 1}}}}"#
    );
    let a = one_file(folder.path(), "GetAuthServer.xml", clixml.as_bytes());
    let b = one_file(folder.path(), "other.json", json.as_bytes());
    let read = import(&[a, b], &options()).unwrap();
    let all = format!("{:?}", read.snapshot);
    assert!(
        !all.contains("hunter2") && !all.contains("aHVudGVy"),
        "{all}"
    );
    let server = read
        .snapshot
        .resources
        .values()
        .find(|r| r.id.key == "EvoSts")
        .unwrap();
    for name in [
        "CurrentEncryptedAppSecret",
        "ServicePassword",
        "Anything",
        "Blob",
        "Remark",
        "Credential",
    ] {
        assert_eq!(
            server.properties[name].undecided_reason(),
            Some(Reason::Redacted),
            "{name}"
        );
    }
    assert!(
        matches!(&server.properties["Nested"], Value::Map(map) if map["Plain"] == Value::text("kept"))
    );
    // The endpoint's name contains "token" and is no secret.
    let other = read
        .snapshot
        .resources
        .values()
        .find(|r| r.id.key == "Other")
        .unwrap();
    assert_eq!(
        other.properties["TokenIssuingEndpoint"],
        Value::text("https://sts.example/")
    );
}

/// The net by text has no element and no name beside it.
#[test]
fn a_secret_in_text_is_redacted_whatever_element_holds_it() {
    let stated = "password=hunter2-planted";
    let object = |inner: &str| {
        format!("<Obj N=\"X\" RefId=\"5\"><TN RefId=\"5\"><T>Vendor.Thing</T></TN>{inner}</Obj>")
    };
    let places = [
        format!("<URI N=\"X\">https://host/?{stated}</URI>"),
        "<URI N=\"X\">ftp://user:hunter2-planted@host/</URI>".to_owned(),
        format!("<S N=\"X\">{stated}</S>"),
        format!("<XD N=\"X\">&lt;a {stated} /&gt;</XD>"),
        format!("<Version N=\"X\">{stated}</Version>"),
        object(&format!("<ToString>{stated}</ToString>")),
        object(&format!(
            "<ToString>{stated}</ToString><Props><S N=\"q\">1</S></Props>"
        )),
        object(&format!(
            "<LST><URI>https://host/?{stated}</URI><S>{stated}</S></LST>"
        )),
        object(&format!("<QUE><S>{stated}</S></QUE>")),
        object(&format!(
            "<DCT><En><S N=\"Key\">{stated}</S><S N=\"Value\">y</S></En></DCT>"
        )),
        object("<MS><S N=\"Name\">Password</S><S N=\"Value\">hunter2-planted</S></MS>"),
        format!("<S N=\"{stated}\">x</S>"),
        "<S N=\"UserPasswd\">hunter2-planted</S>".to_owned(),
    ];
    for place in places {
        let read = coverage(&[("GetAuthServer.xml", auth_server(&place))]);
        let all = format!("{:?}", read.snapshot);
        assert!(!all.contains("hunter2"), "{place}: {all}");
        assert!(
            all.contains("Redacted") || all.contains("TooDeep"),
            "{place}: {all}"
        );
    }
    // Nor has what has no place.
    let strange = auth_server("").replace("SystemConfiguration.AuthServer", stated);
    let read = coverage(&[("GetAuthServer.xml", auth_server("")), ("x.xml", strange)]);
    let all = format!("{:?}", read.snapshot);
    assert!(
        !all.contains("hunter2") && all.contains("(redacted)"),
        "{all}"
    );
}

#[test]
fn copies_that_disagree_stop_the_import_and_prefer_decides() {
    let folder = tempfile::tempdir().unwrap();
    let a = one_file(
        folder.path(),
        "old.xml",
        auth_server("<B N=\"Enabled\">true</B>").as_bytes(),
    );
    let b = one_file(
        folder.path(),
        "new.xml",
        auth_server("<B N=\"Enabled\">false</B>").as_bytes(),
    );
    let paths = [a.clone(), b, a];
    let error = import(&paths, &options()).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, ImportError::Conflict { .. }), "{text}");
    for word in ["EvoSts", "Enabled", "old.xml", "new.xml", "--prefer"] {
        assert!(text.contains(word), "{text}");
    }
    let prefer = ImportOptions {
        prefer: vec!["new*".to_owned()],
        ..options()
    };
    let read = import(&paths, &prefer).unwrap();
    let server = read.snapshot.resources.values().next().unwrap();
    assert_eq!(server.properties["Enabled"], Value::Bool(false));
}

#[test]
fn a_broken_file_stops_when_named_and_is_a_gap_when_found() {
    let folder = tempfile::tempdir().unwrap();
    one_file(
        folder.path(),
        "GetAuthServer.xml",
        auth_server("").as_bytes(),
    );
    let broken = one_file(
        folder.path(),
        "GetAuthConfig.xml",
        &auth_server("").as_bytes()[..200],
    );
    let error = import(std::slice::from_ref(&broken), &options())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("GetAuthConfig.xml") && error.contains("line 1"),
        "{error}"
    );
    let lenient = ImportOptions {
        strict: false,
        ..options()
    };
    let read = import(&[folder.path().to_owned()], &lenient).unwrap();
    assert_eq!(read.failed.len(), 1);
    let row = read
        .snapshot
        .coverage()
        .row(Plane::Onprem, "AuthConfig")
        .unwrap();
    assert_eq!(row.state, State::Failed);
    assert!(
        row.reason.as_deref().unwrap().contains("GetAuthConfig.xml"),
        "{row:?}"
    );
}

#[test]
fn an_export_that_found_nothing_is_complete_with_no_object() {
    let folder = tempfile::tempdir().unwrap();
    one_file(
        folder.path(),
        "Get-AuthServer.xml",
        format!("{OBJS}</Objs>").as_bytes(),
    );
    one_file(folder.path(), "Get-PartnerApplication.json", b"[]");
    let told = ImportOptions {
        plane: Some(Plane::Onprem),
        ..options()
    };
    let read = import(&[folder.path().to_owned()], &told).unwrap();
    for kind in ["AuthServer", "PartnerApplication"] {
        let row = read.snapshot.coverage().row(Plane::Onprem, kind).unwrap();
        assert_eq!((row.state, row.count), (State::Complete, 0), "{kind}");
    }
}

fn auth_servers(objects: &str) -> String {
    format!("{OBJS}{objects}</Objs>")
}

fn coverage(files: &[(&str, String)]) -> Import {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        one_file(folder.path(), name, text.as_bytes());
    }
    let lenient = ImportOptions {
        strict: false,
        plane: Some(Plane::Onprem),
        ..options()
    };
    import(&[folder.path().to_owned()], &lenient).unwrap()
}

#[test]
fn an_object_without_a_key_or_an_error_among_them_leaves_its_kind_incomplete() {
    let named = "<Obj RefId=\"0\"><TN RefId=\"0\"><T>x.AuthServer</T></TN><Props><S N=\"Name\">A</S></Props></Obj>";
    let nameless =
        "<Obj RefId=\"1\"><TNRef RefId=\"0\"/><Props><B N=\"Enabled\">true</B></Props></Obj>";
    let error = "<S S=\"error\">access denied</S>";
    for rest in [nameless, error] {
        let read = coverage(&[("GetAuthServer.xml", auth_servers(&format!("{named}{rest}")))]);
        let row = read
            .snapshot
            .coverage()
            .row(Plane::Onprem, "AuthServer")
            .unwrap();
        assert_eq!(row.state, State::Partial, "{row:?}");
        assert_eq!(read.unplaced, 1);
    }
}

#[test]
fn a_server_that_only_other_exports_name_leaves_the_list_of_servers_incomplete() {
    let server = "<Obj RefId=\"0\"><TN RefId=\"0\"><T>x.ExchangeServer</T></TN><Props><S N=\"Name\">EX01</S></Props></Obj>";
    let directory = |name: &str| {
        format!(
            "<Obj RefId=\"0\"><TN RefId=\"0\"><T>x.ADMapiVirtualDirectory</T></TN><Props>\
             <S N=\"Name\">mapi (Default Web Site)</S><S N=\"Server\">{name}</S></Props></Obj>"
        )
    };
    let read = coverage(&[
        ("GetExchangeServer.xml", auth_servers(server)),
        (
            "GetMapiVirtualDirectory.xml",
            auth_servers(&directory("EX02")),
        ),
    ]);
    let row = read
        .snapshot
        .coverage()
        .row(Plane::Onprem, "ExchangeServer")
        .unwrap();
    assert_eq!(row.state, State::Partial);
    assert!(row.reason.as_deref().unwrap().contains("EX02"), "{row:?}");
    let row = read
        .snapshot
        .coverage()
        .row(Plane::Onprem, "MapiVirtualDirectory")
        .unwrap();
    assert_eq!(row.state, State::Partial);
    assert!(
        row.except
            .iter()
            .any(|e| e.server == "EX01" && e.state == State::NotAttempted)
    );
}

#[test]
fn lists_that_were_cut_or_flattened_are_undecided() {
    let list = |value: &str| {
        let text = format!(
            "<Obj RefId=\"0\"><TN RefId=\"0\"><T>x.ADMapiVirtualDirectory</T></TN><Props>\
             <S N=\"Name\">mapi (Default Web Site)</S><S N=\"Server\">EX01</S>{value}</Props></Obj>"
        );
        let read = coverage(&[("GetMapiVirtualDirectory.xml", auth_servers(&text))]);
        let one = read.snapshot.resources.into_values().next().unwrap();
        one.properties["IISAuthenticationMethods"].clone()
    };
    let of = |text: &str| format!("<S N=\"IISAuthenticationMethods\">{text}</S>");
    let flat = |text: &str| {
        format!("<Obj N=\"IISAuthenticationMethods\" RefId=\"1\"><ToString>{text}</ToString></Obj>")
    };
    for (value, reason) in [
        (of("System.Object[]"), Reason::TooDeep),
        (of("Basic Ntlm"), Reason::TooDeep),
        (flat("Basic Ntlm"), Reason::TooDeep),
        (of(""), Reason::NullOrEmpty),
        (of("{OAuth...}"), Reason::Truncated),
    ] {
        assert_eq!(list(&value).undecided_reason(), Some(reason), "{value}");
    }
    let strange = list(&of("Carrier pigeon"));
    assert!(strange.has_undecided(), "{strange:?}");
    let folder = tempfile::tempdir().unwrap();
    let json = r#"{"Name": "mapi (Default Web Site)", "Server": "EX01", "MetabasePath": "x",
        "IISAuthenticationMethods": ["OAuth", "..."]}"#;
    let path = one_file(
        folder.path(),
        "GetMapiVirtualDirectory.json",
        json.as_bytes(),
    );
    let read = import(&[path], &options()).unwrap();
    let one = read.snapshot.resources.values().next().unwrap();
    assert_eq!(
        one.properties["IISAuthenticationMethods"].undecided_reason(),
        Some(Reason::Truncated)
    );
}

/// `Get-OutlookAnywhere | Select-Object ... | ConvertTo-Json`: what is left has all that MAPI's directory is
/// known by, and not all that Outlook Anywhere is.
#[test]
fn a_directory_cut_down_to_some_properties_is_of_the_kind_that_its_path_or_name_says() {
    let kind = |file: &str, identity: &str| {
        let folder = tempfile::tempdir().unwrap();
        let json = format!(
            r#"{{{identity}, "Server": "EX01", "IISAuthenticationMethods": ["Ntlm"],
            "ExternalHostname": "mail.contoso.com", "SSLOffloading": false}}"#
        );
        let path = one_file(folder.path(), file, json.as_bytes());
        let read = import(&[path], &options()).unwrap();
        let id = read.snapshot.resources.into_keys().next().unwrap();
        id.kind.as_str().to_owned()
    };
    let by_path = r#""Name": "x", "MetabasePath": "IIS://EX01/W3SVC/1/ROOT/Rpc""#;
    let by_name = r#""Name": "Rpc (Default Web Site)", "MetabasePath": null"#;
    let by_identity = r#""Identity": "EX01\\Rpc (Exchange Back End)", "MetabasePath": null"#;
    for file in [
        "Get-OutlookAnywhere.json",
        "Get-MapiVirtualDirectory.json",
        "answer.json",
    ] {
        for identity in [by_path, by_name, by_identity] {
            assert_eq!(kind(file, identity), "OutlookAnywhere", "{file} {identity}");
        }
    }
    // A directory that somebody gave another name: the file's name is all there is.
    let silent = r#""Name": "outside", "MetabasePath": "IIS://EX01/W3SVC/1/ROOT/outside""#;
    for named in ["OutlookAnywhere", "MapiVirtualDirectory"] {
        assert_eq!(kind(&format!("Get-{named}.json"), silent), named);
    }
}

/// The object's own word for its server, whichever property it is, beats the folder that it was found in.
#[test]
fn an_object_belongs_to_the_server_that_it_names() {
    let place = "CN=Servers,CN=Exchange Administrative Group,DC=contoso,DC=com";
    let thumbprint = "A".repeat(40);
    for (kind, properties) in [
        ("ClientAccessService", r#""Identity": "EX02""#.to_owned()),
        (
            "ClientAccessService",
            r#""Fqdn": "ex02.contoso.com""#.to_owned(),
        ),
        (
            "ClientAccessService",
            format!(r#""AutoDiscoverServiceCN": "x", "DistinguishedName": "CN=EX02,{place}""#),
        ),
        ("MailboxServer", r#""Identity": "EX02""#.to_owned()),
        (
            "ReceiveConnector",
            r#""Identity": "EX02\\Relay", "Name": "Relay""#.to_owned(),
        ),
        (
            "ReceiveConnector",
            format!(
                r#""Name": "Relay", "DistinguishedName": "CN=Relay,CN=SMTP Receive Connectors,CN=Protocols,CN=EX02,{place}""#
            ),
        ),
        (
            "WebServicesVirtualDirectory",
            format!(
                r#""Name": "EWS (Default Web Site)", "DistinguishedName": "CN=EWS (Default Web Site),CN=HTTP,CN=Protocols,CN=EX02,{place}""#
            ),
        ),
        (
            "OwaVirtualDirectory",
            r#""Identity": "EX02\\owa (Default Web Site)""#.to_owned(),
        ),
        (
            "ExchangeCertificate",
            format!(
                r#""Identity": "ex02.contoso.com\\{thumbprint}", "Thumbprint": "{thumbprint}", "PSComputerName": "ex01.contoso.com""#
            ),
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let servers = r#"[{"Name": "EX01", "ServerRole": "Mailbox", "IsClientAccessServer": true, "AdminDisplayVersion": "Version 15.2 (Build 986.5)"}]"#;
        let files = [
            ("ExchangeServer.json".to_owned(), servers.into()),
            (
                format!("EX01/Get-{kind}.json"),
                format!("[{{{properties}}}]").into_bytes(),
            ),
        ];
        write_to(&files, folder.path()).unwrap();
        let read = import(&[folder.path().to_owned()], &options()).unwrap();
        let found: Vec<_> = read.snapshot.of_kind(Plane::Onprem, kind).collect();
        let servers: Vec<_> = found.iter().map(|r| r.server.as_deref()).collect();
        assert_eq!(servers, [Some("EX02")], "{kind} {properties}");
    }
}

/// `Get-ExchangeCertificate -Server EX02` in a session on EX01: the object names EX01's session only.
#[test]
fn a_certificate_is_never_given_to_the_session_of_another_servers_answer() {
    let certificate = |thumbprint: char| {
        let thumbprint = thumbprint.to_string().repeat(40);
        format!(r#"{{"Thumbprint": "{thumbprint}", "PSComputerName": "ex01.contoso.com"}}"#)
    };
    let placed = |files: &[(&str, &str)]| {
        let servers = r#"[{"Name": "EX01", "ServerRole": "Mailbox", "IsClientAccessServer": true,
            "AdminDisplayVersion": "Version 15.2 (Build 986.5)"}, {"Name": "EX02",
            "ServerRole": "Mailbox", "IsClientAccessServer": true,
            "AdminDisplayVersion": "Version 15.2 (Build 986.5)"}]"#;
        let mut all = vec![("Get-ExchangeServer.json".to_owned(), servers.into())];
        for (name, certificates) in files {
            let objects: Vec<String> = certificates.chars().map(certificate).collect();
            let text = format!("[{}]", objects.join(","));
            all.push(((*name).to_owned(), text.into_bytes()));
        }
        let read = read(&all);
        let mut found: Vec<String> = read
            .snapshot
            .of_kind(Plane::Onprem, "ExchangeCertificate")
            .map(|r| r.id.key[..6].to_owned())
            .collect();
        found.sort();
        (found.join(" "), read.snapshot)
    };
    // One answer of one session, once or twice: of its computer.
    let one = "Get-ExchangeCertificate.json";
    let copied = [(one, "ab"), ("ExchangeCertificate.json", "ba")];
    assert_eq!(placed(&[(one, "ab")]).0, "EX01\\A EX01\\B");
    assert_eq!(placed(&copied).0, "EX01\\A EX01\\B");
    // A folder or a file's name knows better.
    for name in [
        "EX02/ExchangeCertificate.json",
        "ExchangeCertificate-ex02.json",
    ] {
        assert_eq!(
            placed(&[(name, "a"), (one, "b")]).0,
            "EX01\\B EX02\\A",
            "{name}"
        );
    }
    // Two answers of one session; one certificate of two servers in one answer.
    let two = [(one, "a"), ("ExchangeCertificate.json", "ab")];
    for files in [two.as_slice(), &[(one, "aba")]] {
        let (found, snapshot) = placed(files);
        assert_eq!(found, "", "{files:?}");
        let unrecognised = &snapshot.manifest.unrecognised;
        let said = unrecognised
            .iter()
            .all(|u| u.missing.contains("one session"));
        assert!(said && !unrecognised.is_empty(), "{unrecognised:?}");
        let row = snapshot
            .coverage()
            .row(Plane::Onprem, "ExchangeCertificate");
        assert_eq!(row.map(|row| row.state), Some(State::Partial), "{row:?}");
    }
    let between = [("ExchangeCertificate EX01 EX02.json", "a"), (one, "b")];
    assert_eq!(placed(&between).0, "");
}

/// Cut down to some properties, an object of an unchanged estate has lost evidence and nothing else, whatever
/// it was cut down in; a whole object as JSON is whole.
#[test]
fn a_selection_of_properties_is_lost_evidence_and_no_drift() {
    let whole = |extra: &str| {
        format!(
            r#"{{"Name": "EvoSts", "Type": "AzureAD", "Enabled": true, "Realm": "contoso",
            "IsDefaultAuthorizationEndpoint": true {extra}}}"#
        )
    };
    let read = |name: &str, text: &str| coverage(&[(name, text.to_owned())]).snapshot;
    let before = read(
        "Get-AuthServer.json",
        &whole(r#", "ObjectState": "Unchanged", "TokenIssuingEndpoint": null"#),
    );
    assert!(!is_selection(
        &before.resources.values().next().unwrap().properties
    ));
    let clixml = auth_server("<S N=\"Type\">AzureAD</S><B N=\"Enabled\">true</B>")
        .replace("<T>Microsoft.", "<T>Selected.Microsoft.");
    let text = "Get-AuthServer | Format-List Name, Type, Enabled\n\n\nName    : EvoSts\nType    : AzureAD\nEnabled : True\n\n\n";
    for (name, text) in [
        ("Get-AuthServer.json", whole("").as_str()),
        ("Get-AuthServer.xml", clixml.as_str()),
        ("Get-AuthServer.txt", text),
    ] {
        let after = read(name, text);
        let found = diff(&before, &after);
        assert!(found.changes.is_empty(), "{name}: {:#?}", found.changes);
        let lost: Vec<_> = found
            .coverage_changes
            .iter()
            .filter(|c| c.id.is_some())
            .collect();
        assert_eq!(lost.len(), 1, "{name}: {lost:#?}");
        assert!(
            lost[0].lost && lost[0].after == "not_exported",
            "{name}: {lost:#?}"
        );
    }
}

/// A text that fell into pieces is not known to hold all of an object; a sentence around a whole one is no
/// piece of it.
#[test]
fn a_broken_text_leaves_its_objects_open_and_prose_does_not() {
    let object = "Name        : EvoSts\nType        : AzureAD\nEnabled     : True\n\
        IsValid     : True\nObjectState : Unchanged\n";
    let is_open = |text: &str| {
        let read = coverage(&[("Get-AuthServer.txt", text.to_owned())]);
        let all: Vec<_> = read.snapshot.of_kind(Plane::Onprem, "AuthServer").collect();
        assert_eq!(all.len(), 1, "{text}");
        is_selection(&all[0].properties)
    };
    assert!(!is_open(&format!("\n\n{object}\n\n")));
    assert!(!is_open(&format!(
        "Here is what the server says.\n\n\n{object}\n\nIt was like that in May, too.\n"
    )));
    assert!(is_open(&format!(
        "\n\nRealmOfIt   : contoso\nIssuerOfIt  : x\n\n\n{object}\n\n"
    )));
}

#[test]
fn exports_of_tomorrow_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = one_file(
        folder.path(),
        "GetAuthServer.xml",
        auth_server("").as_bytes(),
    );
    let late = ImportOptions {
        at: Some("2099-01-01T00:00:00Z".parse().unwrap()),
        ..options()
    };
    let error = import(&[path], &late).unwrap_err().to_string();
    assert!(error.contains("2099") && error.contains("--at"), "{error}");
}
