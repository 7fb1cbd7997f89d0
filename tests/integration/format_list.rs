//! Format-List text: the texts that people pasted, and every generated object against its CLIXML.

use std::collections::BTreeMap;

use chrono::Utc;
use exdrift::collect::{Import, ImportError, ImportOptions, import};
use exdrift::model::{Plane, Reason, Resource, ResourceId, State, Value};
use exdrift::protocol::{Limits, format_list as format_list_reader};
use exdrift::sample::{
    Blobs, Culture, Form, GeneratorOptions, Organization, Random, Style, Window, format_list,
    generate, loose_clixml, plant_secrets, write_to,
};

use crate::cli::Desk;
use crate::support;

fn options() -> ImportOptions {
    ImportOptions::new("contoso", Utc::now())
}

fn read(files: &[(String, Vec<u8>)], options: &ImportOptions) -> Result<Import, ImportError> {
    let folder = tempfile::tempdir().unwrap();
    write_to(files, folder.path()).unwrap();
    import(&[folder.path().to_owned()], options)
}

fn read_text(name: &str, text: impl Into<Vec<u8>>) -> Import {
    read(&[(name.to_owned(), text.into())], &options()).unwrap()
}

fn only(import: Import) -> Resource {
    let mut resources = import.snapshot.resources.into_values();
    let first = resources.next().expect("a resource");
    assert!(resources.next().is_none());
    first
}

fn reason(value: &Value) -> Reason {
    value
        .undecided_reason()
        .unwrap_or_else(|| panic!("{value:?}"))
}

/// The loose files of an estate with the kind, plane and server that their names say, as text.
fn texts(estate: &Organization, window: Window) -> Vec<(String, Vec<u8>)> {
    let mut groups: BTreeMap<(Plane, &str, Option<&str>), Vec<&exdrift::sample::Object>> =
        BTreeMap::new();
    for object in &estate.objects {
        let key = (object.plane, object.kind, object.server.as_deref());
        groups.entry(key).or_default().push(object);
    }
    groups
        .into_iter()
        .map(|((plane, kind, server), objects)| {
            let server = server.map_or(String::new(), |server| format!("{server}/"));
            let name = format!("{plane}/{server}Get-{kind}.txt");
            (name, format_list(objects, window).into_bytes())
        })
        .collect()
}

/// How many values a form of text says, of all that CLIXML says.
fn compare(
    reference: &BTreeMap<ResourceId, Resource>,
    read: &Import,
    window: Window,
) -> (usize, usize) {
    let (mut decided, mut all) = (0, 0);
    for (id, resource) in &read.snapshot.resources {
        // A certificate that lost its RawData may still have its thumbprint.
        let Some(right) = reference.get(id) else {
            panic!("{window:?}: {id} is not in the CLIXML");
        };
        assert_eq!(resource.server, right.server, "{id}");
        for (mine, theirs) in [
            (&resource.properties, &right.properties),
            (&resource.observed, &right.observed),
        ] {
            for (name, value) in mine {
                all += 1;
                if value.has_undecided() {
                    continue;
                }
                decided += 1;
                // A property that this form alone has (a certificate's) has nothing to contradict it.
                if let Some(right) = theirs.get(name)
                    && !right.has_undecided()
                {
                    assert_eq!(value, right, "{window:?}: {id} {name}");
                }
            }
        }
    }
    (decided, all)
}

#[test]
fn text_says_what_clixml_says_or_that_it_cannot_say() {
    let estate = generate(&GeneratorOptions::new(2, 7));
    let style = Style {
        form: Form::Live,
        blobs: Blobs::Short,
        ..Style::default()
    };
    // A folder a server, as the texts have: it says whose certificates they are.
    let mut files = Vec::new();
    for server in &estate.servers {
        let mut own = estate.clone();
        let is_here = |name: &str| name == server.name;
        own.objects
            .retain(|object| object.server.as_deref().is_none_or(is_here));
        let here = loose_clixml(&own, style).into_iter();
        files.extend(here.map(|(path, bytes)| (format!("{}/{path}", server.name), bytes)));
    }
    let reference = read(&files, &options()).unwrap().snapshot.resources;
    let wide = Window {
        width: None,
        ..Window::SHELL
    };
    let windows = [
        (wide, 0.55),
        (
            Window {
                culture: Culture::UnitedStates,
                ..wide
            },
            0.55,
        ),
        (
            Window {
                culture: Culture::UnitedKingdom,
                ..wide
            },
            0.55,
        ),
        (
            Window {
                members: 4,
                dots: "\u{2026}",
                ..wide
            },
            0.5,
        ),
        (
            Window {
                spaced: true,
                ..wide
            },
            0.55,
        ),
        (Window::SHELL, 0.5),
        (
            Window {
                by_words: false,
                ..Window::SHELL
            },
            0.5,
        ),
        (
            Window {
                indented: false,
                ..Window::SHELL
            },
            0.45,
        ),
        (
            Window {
                indented: false,
                by_words: false,
                ..Window::SHELL
            },
            0.45,
        ),
        (
            Window {
                spaced: true,
                ..Window::SHELL
            },
            0.5,
        ),
        (
            Window {
                width: Some(80),
                members: 4,
                ..Window::SHELL
            },
            0.4,
        ),
        (
            Window {
                width: Some(80),
                by_words: false,
                ..Window::SHELL
            },
            0.4,
        ),
        (
            Window {
                width: Some(80),
                spaced: true,
                indented: false,
                ..Window::SHELL
            },
            0.3,
        ),
    ];
    for (window, expected) in windows {
        let read = read(&texts(&estate, window), &options()).unwrap();
        assert!(read.failed.is_empty(), "{:?}", read.failed);
        let (decided, all) = compare(&reference, &read, window);
        let share = decided as f64 / all as f64;
        eprintln!(
            "{window:?}: {decided} of {all} values, {} of {} objects",
            read.snapshot.resources.len(),
            reference.len()
        );
        assert!(share > expected, "{window:?}: {share}");
        // No object disappears in silence.
        let unplaced: usize = read
            .snapshot
            .manifest
            .unrecognised
            .iter()
            .map(|u| u.count)
            .sum();
        assert!(read.snapshot.resources.len() + unplaced >= reference.len());
        // A certificate has blank lines of its own: among others they part an object, and are listed.
        if window.width.is_none() && !window.spaced {
            assert_eq!(unplaced, 0, "{:?}", read.snapshot.manifest.unrecognised);
            assert_eq!(read.snapshot.resources.len(), reference.len());
        }
    }
}

fn pasted(name: &str) -> Option<Vec<u8>> {
    let path = support::corpus()?.join("forum-text").join(name);
    Some(std::fs::read(path).unwrap())
}

fn set(members: &[&str]) -> Value {
    Value::set(members.iter().map(|m| Value::text(*m)).collect())
}

/// Values that a person read in the texts.
fn assert_values(resource: &Resource, values: &[(&str, Value)]) {
    for (name, value) in values {
        let found = resource
            .properties
            .get(*name)
            .or_else(|| resource.observed.get(*name));
        assert_eq!(found, Some(value), "{} {name}", resource.id);
    }
}

fn assert_undecided(resource: &Resource, names: &[&str], expected: Reason) {
    for name in names {
        let found = resource
            .properties
            .get(*name)
            .or_else(|| resource.observed.get(*name));
        assert_eq!(
            reason(found.expect(name)),
            expected,
            "{} {name}",
            resource.id
        );
    }
}

#[test]
fn an_autodiscover_directory_of_a_swiss_2013_server() {
    let name = "Get-AutodiscoverVirtualDirectory.e15.fl.txt";
    let Some(text) = pasted(name) else { return };
    let directory = only(read_text(name, text));
    assert_eq!(
        directory.id.key,
        "EXCHANGE2013\\Autodiscover (Default Web Site)"
    );
    assert_eq!(directory.id.plane, Plane::Onprem);
    let methods = set(&["Basic", "Ntlm", "WindowsIntegrated", "WSSecurity", "OAuth"]);
    assert_values(
        &directory,
        &[
            ("InternalAuthenticationMethods", methods.clone()),
            ("ExternalAuthenticationMethods", methods),
            ("LiveIdNegotiateAuthentication", false.into()),
            ("BasicAuthentication", true.into()),
            ("OAuthAuthentication", true.into()),
            ("AdfsAuthentication", false.into()),
            ("ExtendedProtectionTokenChecking", "None".into()),
            ("ExtendedProtectionFlags", Value::List(vec![])),
            ("AdminDisplayVersion", "15.0.1497.2".into()),
            ("Server", "EXCHANGE2013".into()),
            ("ExchangeVersion", "0.10 (14.0.100.0)".into()),
            ("Guid", "8dd24194-eddc-4a6c-82af-96c1c5985595".into()),
            ("WhenChangedUTC", "2016-04-04T08:50:11Z".into()),
            ("WhenCreatedUTC", "2016-04-04T08:50:01Z".into()),
            (
                "Path",
                r"D:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\Autodiscover"
                    .into(),
            ),
        ],
    );
    assert_undecided(
        &directory,
        &["InternalUrl", "ExternalUrl", "AdminDisplayName"],
        Reason::NullOrEmpty,
    );
    assert_undecided(&directory, &["DistinguishedName"], Reason::Ambiguous);
    // Dropped as in every other format.
    for name in [
        "RunspaceId",
        "WhenChanged",
        "ObjectClass",
        "IsValid",
        "Identity",
    ] {
        assert!(!directory.properties.contains_key(name), "{name}");
    }
}

#[test]
fn a_connector_of_exchange_online_with_blank_lines_and_broken_words() {
    let name = "Get-IntraOrganizationConnector.exo.fl.txt";
    let Some(text) = pasted(name) else { return };
    let connector = only(read_text(name, text));
    assert_eq!(connector.id.plane, Plane::Cloud);
    assert_eq!(
        connector.id.key,
        "HybridIOC - 550d3715-58c4-4079-af8e-b45162205800"
    );
    assert_values(
        &connector,
        &[
            ("TargetAddressDomains", set(&["contoso.ru"])),
            (
                "DiscoveryEndpoint",
                "https://mxm.contoso.ru/autodiscover/autodiscover.svc".into(),
            ),
            ("Enabled", true.into()),
            ("Guid", "14c000b9-f420-4273-b7bd-c41569de88d8".into()),
            ("WhenChangedUTC", "2020-09-25T10:25:05Z".into()),
            ("WhenCreatedUTC", "2020-09-24T16:19:21Z".into()),
        ],
    );
    assert_undecided(&connector, &["TargetSharingEpr"], Reason::NullOrEmpty);
    // `CN=Configur` and `ation`: nobody can tell that no blank was there.
    assert_undecided(&connector, &["DistinguishedName"], Reason::Ambiguous);
    assert!(!connector.properties.contains_key("SerializationData"));
}

#[test]
fn an_address_book_directory_with_damaged_text_and_a_value_a_line() {
    let name = "Get-OabVirtualDirectory.e16.mojibake.fl.txt";
    let Some(text) = pasted(name) else { return };
    let directory = only(read_text(name, text));
    assert_eq!(directory.id.key, "XIAORANG-EXC01\\OAB (Default Web Site)");
    let methods = set(&["OAuth", "WindowsIntegrated"]);
    assert_values(
        &directory,
        &[
            ("InternalAuthenticationMethods", methods.clone()),
            ("ExternalAuthenticationMethods", methods),
            ("RequireSSL", true.into()),
            ("BasicAuthentication", false.into()),
            ("ExternalUrl", "http://f/".into()),
            (
                "InternalUrl",
                "https://xiaorang-exc01.xiaorang.lab/OAB".into(),
            ),
            ("AdminDisplayVersion", "15.1.1591.10".into()),
        ],
    );
    assert_undecided(&directory, &["OfflineAddressBooks"], Reason::Damaged);
    assert_undecided(
        &directory,
        &["ExtendedProtectionFlags", "ExtendedProtectionSPNList"],
        Reason::NullOrEmpty,
    );
}

#[test]
fn an_organization_relationship_with_american_dates() {
    let name = "Get-OrganizationRelationship.onprem.fl.txt";
    let Some(text) = pasted(name) else { return };
    let relationship = only(read_text(name, text));
    assert_eq!(relationship.id.plane, Plane::Onprem);
    assert_eq!(
        relationship.id.key,
        "On-premises to O365 - 0fbd5031-9d75-482c-90d9-4d6501e88168"
    );
    assert_values(
        &relationship,
        &[
            (
                "DomainNames",
                set(&["northcoastchurch.mail.onmicrosoft.com"]),
            ),
            ("FreeBusyAccessEnabled", true.into()),
            ("FreeBusyAccessLevel", "LimitedDetails".into()),
            ("TargetApplicationUri", "outlook.com".into()),
            (
                "TargetOwaURL",
                "http://outlook.com/owa/northcoastchurch.onmicrosoft.com".into(),
            ),
            (
                "TargetAutodiscoverEpr",
                "https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc/WSSecurity"
                    .into(),
            ),
            ("WhenChangedUTC", "2020-03-16T23:27:59Z".into()),
            ("WhenCreatedUTC", "2020-03-16T23:27:57Z".into()),
        ],
    );
    assert_undecided(
        &relationship,
        &[
            "FreeBusyAccessScope",
            "TargetSharingEpr",
            "OrganizationContact",
        ],
        Reason::NullOrEmpty,
    );
}

#[test]
fn two_servers_in_one_text_are_named_by_their_identity() {
    let name = "Get-OutlookAnywhere.two-servers.selected.fl.txt";
    let Some(text) = pasted(name) else { return };
    let read = read_text(name, text);
    let resources: Vec<&Resource> = read.snapshot.resources.values().collect();
    let keys: Vec<&str> = resources.iter().map(|r| r.id.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "MAIL10\\Rpc (Default Web Site)",
            "MAIL16\\Rpc (Default Web Site)"
        ]
    );
    for resource in &resources {
        assert_values(
            resource,
            &[
                ("ExternalHostname", "mydomain.textile.ru".into()),
                ("ExternalClientAuthenticationMethod", "Basic".into()),
                ("InternalClientAuthenticationMethod", "Ntlm".into()),
                ("IISAuthenticationMethods", set(&["Basic", "Ntlm"])),
            ],
        );
    }
    assert_undecided(resources[0], &["InternalHostname"], Reason::NullOrEmpty);
    assert_values(
        resources[1],
        &[("InternalHostname", "mail16.local.mydomain.ru".into())],
    );
}

#[test]
fn a_web_services_directory_that_the_poster_cut() {
    let name = "Get-WebServicesVirtualDirectory.e19cu5.fl.txt";
    let Some(text) = pasted(name) else { return };
    let directory = only(read_text(name, text.clone()));
    assert_eq!(directory.id.key, "LABMAIL01\\EWS (Default Web Site)");
    let methods = set(&["Ntlm", "WindowsIntegrated", "WSSecurity", "OAuth"]);
    assert_values(
        &directory,
        &[
            (
                "InternalNLBBypassUrl",
                "https://mail01.domain.int/ews/exchange.asmx".into(),
            ),
            ("GzipLevel", "Low".into()),
            ("MRSProxyEnabled", false.into()),
            ("InternalAuthenticationMethods", methods.clone()),
            ("ExternalAuthenticationMethods", methods),
            ("WSSecurityAuthentication", true.into()),
            ("ExtendedProtectionFlags", Value::List(vec![])),
            ("AdminDisplayVersion", "15.2.595.3".into()),
            (
                "InternalUrl",
                "https://mail.domain.int/EWS/Exchange.asmx".into(),
            ),
        ],
    );
    assert_undecided(
        &directory,
        &["CertificateAuthentication", "LiveIdNegotiateAuthentication"],
        Reason::NullOrEmpty,
    );
    // What was cut off is absent.
    assert!(!directory.properties.contains_key("ExternalUrl"));
    // Cut at any byte: no panic, and no value that the whole text does not have.
    for end in 0..text.len() {
        let Ok(read) = read(&[(name.to_owned(), text[..end].to_vec())], &options()) else {
            continue;
        };
        for part in read.snapshot.resources.values() {
            for (property, value) in &part.properties {
                assert!(
                    value.has_undecided() || directory.properties.get(property) == Some(value),
                    "{end}: {property} {value:?}"
                );
            }
        }
    }
}

#[test]
fn texts_that_do_not_say_enough_are_listed_with_what_is_missing() {
    for (name, missing) in [
        ("Get-EcpVirtualDirectory.e19cu5.selected.fl.txt", "server"),
        (
            "Get-MapiVirtualDirectory.docs.selected.fl.txt",
            "key (Name)",
        ),
    ] {
        let Some(text) = pasted(name) else { return };
        match read(&[(name.to_owned(), text)], &options()) {
            Err(ImportError::NothingRecognised { seen, .. }) => {
                assert_eq!(seen.len(), 1, "{name}");
                assert_eq!(seen[0].missing, missing, "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    // With a word of the user's it is a resource.
    let name = "Get-EcpVirtualDirectory.e19cu5.selected.fl.txt";
    let Some(text) = pasted(name) else { return };
    let told = ImportOptions {
        server: Some("labmail01".to_owned()),
        ..options()
    };
    let directory = only(read(&[(name.to_owned(), text)], &told).unwrap());
    assert_eq!(directory.id.key, "LABMAIL01\\ecp (Default Web Site)");
    assert_values(
        &directory,
        &[
            ("InternalAuthenticationMethods", set(&["Basic", "Fba"])),
            ("ExternalAuthenticationMethods", set(&["Fba"])),
            ("BasicAuthentication", true.into()),
            ("FormsAuthentication", true.into()),
            ("OAuthAuthentication", false.into()),
            ("InternalUrl", "https://mail.labad.int/ecp".into()),
        ],
    );
}

#[test]
fn an_authorization_server_without_padding() {
    let name = "Get-AuthServer.docs.selected.fl.txt";
    let Some(text) = pasted(name) else { return };
    let told = ImportOptions {
        plane: Some(Plane::Onprem),
        ..options()
    };
    let server = only(read(&[(name.to_owned(), text)], &told).unwrap());
    assert_eq!(server.id.key, "WindowsAzureACS");
    assert_values(
        &server,
        &[
            ("Enabled", true.into()),
            ("IssuerIdentifier", "00000001-0000-0000-c000-000000000000".into()),
            (
                "AuthMetadataUrl",
                "https://accounts.accesscontrol.windows.net/contoso.com/metadata/json/1".into(),
            ),
            (
                "TokenIssuingEndpoint",
                "https://accounts.accesscontrol.windows.net/XXXXXXXX-5045-4d00-a59a-c7896ef052a1/tokens/OAuth/2".into(),
            ),
        ],
    );
}

const PASTE: &str = "[PS] C:\\>Get-OwaVirtualDirectory -Server EX01 | fl Name,Basic*,Path\r\n\r\n\r\nName                : owa (Default Web Site)\r\nBasicAuthentication : False\r\nPath                : C:\\owa\r\n\r\n\r\n\r\n[PS] C:\\>";

#[test]
fn the_command_above_an_object_says_what_it_is() {
    let directory = only(read_text("paste.txt", PASTE));
    assert_eq!(
        directory.id.to_string(),
        "onprem/OwaVirtualDirectory/EX01\\owa (Default Web Site)"
    );
    // The answer of another cmdlet is not taken for one of ours.
    let other = PASTE.replace("Get-OwaVirtualDirectory", "Get-SomethingElse");
    let files = [("Get-OwaVirtualDirectory.txt".to_owned(), other.into_bytes())];
    assert!(matches!(
        read(&files, &options()),
        Err(ImportError::NothingRecognised { .. })
    ));
}

#[test]
fn an_error_of_the_cmdlet_is_a_failed_call_and_no_object() {
    let text = format!(
        "{PASTE}Get-OwaVirtualDirectory -Server EX02 | fl\r\nGet-OwaVirtualDirectory : Access is denied.\r\n    + CategoryInfo          : NotSpecified: (:) [Get-OwaVirtualDirectory], X\r\n\r\n"
    );
    let read = read_text("paste.txt", text);
    assert_eq!(read.snapshot.resources.len(), 1);
    let row = read
        .snapshot
        .coverage()
        .rows
        .iter()
        .find(|row| row.kind.as_str() == "OwaVirtualDirectory")
        .unwrap();
    assert_eq!(row.state, State::Partial, "{row:?}");
    let why = row.reason.as_deref().unwrap_or_default();
    assert!(why.contains("paste.txt: "), "{row:?}");
    // Evidence is missing: the import's exit code says so.
    assert_eq!(read.unplaced, 1);
}

#[test]
fn every_encoding_of_a_console() {
    let text = PASTE.replace("C:\\owa", "C:\\Büro");
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for bytes in [text.clone().into_bytes(), utf16] {
        let directory = only(read_text("paste.txt", bytes));
        assert_eq!(directory.properties["Path"], Value::text("C:\\Büro"));
    }
    // cp1252 and cp850: nobody can tell which, so the value is undecided, and the others are not.
    for byte in [0xfc, 0x81] {
        let bytes: Vec<u8> = text
            .chars()
            .map(|c| {
                if c == 'ü' {
                    byte
                } else {
                    u8::try_from(u32::from(c)).unwrap()
                }
            })
            .collect();
        let directory = only(read_text("paste.txt", bytes));
        assert_eq!(reason(&directory.properties["Path"]), Reason::Damaged);
        assert_eq!(
            directory.properties["BasicAuthentication"],
            Value::Bool(false)
        );
    }
}

#[test]
fn a_planted_secret_is_in_no_byte_of_a_snapshot() {
    let mut estate = generate(&GeneratorOptions::new(2, 17));
    let decoys = plant_secrets(&mut estate, 17);
    assert!(decoys.len() >= 5);
    for window in [
        Window {
            width: None,
            ..Window::SHELL
        },
        // Broken inside the secret.
        Window {
            width: Some(80),
            by_words: false,
            ..Window::SHELL
        },
        Window {
            width: Some(80),
            by_words: false,
            indented: false,
            ..Window::SHELL
        },
    ] {
        let read = read(&texts(&estate, window), &options()).unwrap();
        let kept = format!("{:?}", read.snapshot);
        for decoy in &decoys {
            assert!(!kept.contains(decoy.as_str()), "{decoy}");
            // Nor a part of one.
            assert!(!kept.contains("decoy-"), "{window:?}");
        }
    }
}

#[test]
fn text_that_was_torn_apart_never_panics() {
    let estate = generate(&GeneratorOptions::new(1, 5));
    let objects: Vec<_> = estate.objects.iter().filter(|o| o.is_directory()).collect();
    let text = format_list(objects, Window::SHELL);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut random = Random::named(5, "torn");
    let limits = Limits::default();
    for _ in 0..400 {
        let mut torn = String::new();
        for line in lines.iter().take(120) {
            match random.below(12) {
                0 => {}
                1 => torn.push_str(line.trim_start()),
                2 => torn.push_str(line.trim_end()),
                3 => torn.push_str(&line.chars().rev().collect::<String>()),
                4 => torn.push_str(&line.replace(' ', "\u{a0}\u{301}")),
                5 => torn.push_str(&line.replace(':', "\u{1b}[")),
                _ => torn.push_str(line),
            }
        }
        if let Ok(listing) = format_list_reader::parse(&torn, &limits) {
            assert_eq!(listing.commands.len(), listing.document.roots.len());
        }
    }
}

#[test]
fn the_program_reads_a_text_and_an_audit_does_not_pass_on_what_it_cannot_say() {
    let desk = Desk::new();
    let text = PASTE.replace("BasicAuthentication : False", "BasicAuthentication :      ");
    desk.write("paste.txt", text);
    let ran = desk.run(&["import", "paste.txt", "--org", "contoso"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = desk.run(&["audit", "--format", "json", "--fail-on", "none"]);
    let report: serde_json::Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e} {ran:?}"));
    let passes: Vec<&serde_json::Value> = report["evaluations"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|evaluation| {
            evaluation["outcome"] == "pass"
                && evaluation.to_string().contains("OwaVirtualDirectory")
        })
        .collect();
    assert!(passes.is_empty(), "{passes:#?}");
}
