//! Connectors, overrides, federation, hybrid, Entra ID, and the numbers of mailboxes and users: what an
//! import makes of them, in every spelling.

use std::collections::BTreeMap;
use std::path::PathBuf;

use exdrift::collect::{Import, ImportOptions, import};
use exdrift::model::{Basis, CoverageRow, Plane, Reason, Resource, State, Value};
use exdrift::protocol::decode;
use exdrift::sample::{GeneratorOptions, Prop, Style, generate, loose_clixml, write_to};
use serde_json::{Value as Json, json};

use super::import::options;
use super::support::corpus;

fn read(files: &[(&str, &str)]) -> Import {
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    write_to(&files, folder.path()).unwrap();
    import(&[folder.path().to_owned()], &options()).unwrap()
}

fn only<'i>(import: &'i Import, kind: &str) -> &'i Resource {
    let all: Vec<_> = import
        .snapshot
        .resources
        .values()
        .filter(|resource| resource.id.kind.as_str() == kind)
        .collect();
    let unrecognised = &import.snapshot.manifest.unrecognised;
    assert_eq!(all.len(), 1, "{kind}: {all:#?} {unrecognised:#?}");
    all[0]
}

fn coverage<'i>(import: &'i Import, plane: Plane, kind: &str) -> &'i CoverageRow {
    import
        .snapshot
        .manifest
        .coverage
        .rows
        .iter()
        .find(|row| row.plane == plane && row.kind.as_str() == kind)
        .unwrap()
}

fn texts(names: &[&str]) -> Value {
    Value::List(names.iter().map(|name| Value::text(*name)).collect())
}

// ---- Microsoft Graph ----

const APP: &str = "00000002-0000-0ff1-ce00-000000000000";
/// SHA-1 of nothing in particular, as bytes, and its three spellings.
const THUMBPRINT: &str = "0102030405060708090A0B0C0D0E0F1011121314";
const THUMBPRINT_BASE64: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQ=";

fn key(identifier: &Json) -> Json {
    json!({
        "customKeyIdentifier": identifier, "displayName": "CN=auth", "endDateTime": "2027-03-01T00:00:00Z",
        "key": null, "keyId": "AAAAAAAA-0000-0000-0000-000000000001", "startDateTime": "2026-03-01T00:00:00Z",
        "type": "AsymmetricX509Cert", "usage": "Verify",
    })
}

fn rest(next: bool) -> String {
    let mut page = json!({
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals",
        "value": [{
            "@odata.id": "https://graph.microsoft.com/v2/x/directoryObjects/y",
            "id": "bbbbbbbb-0000-0000-0000-000000000002",
            "accountEnabled": true,
            "appId": APP,
            "appOwnerOrganizationId": "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
            "displayName": "Office 365 Exchange Online",
            "servicePrincipalNames": ["https://mail.contoso.com", APP],
            "keyCredentials": [key(&json!(THUMBPRINT_BASE64))],
            "passwordCredentials": [{
                "customKeyIdentifier": null, "displayName": "old", "endDateTime": "2027-01-01T00:00:00Z",
                "hint": "Hqx", "keyId": "cccccccc-0000-0000-0000-000000000003",
                "secretText": "Hqx8Q~decoy", "startDateTime": "2025-01-01T00:00:00Z",
            }],
            "verifiedPublisher": {"displayName": null, "verifiedPublisherId": "42"},
        }],
    });
    if next {
        page["@odata.nextLink"] =
            json!("https://graph.microsoft.com/v1.0/servicePrincipals?$skiptoken=z");
    }
    page.to_string()
}

/// What `Get-MgServicePrincipal | ConvertTo-Json -Depth 5` writes for the same object.
fn sdk() -> String {
    fn pascal(value: &Json) -> Json {
        match value {
            Json::Object(map) => map
                .iter()
                .filter(|(name, _)| !name.starts_with('@'))
                .map(|(name, value)| (name[..1].to_ascii_uppercase() + &name[1..], pascal(value)))
                .collect(),
            Json::Array(members) => members.iter().map(pascal).collect(),
            other => other.clone(),
        }
    }
    let page: Json = serde_json::from_str(&rest(false)).unwrap();
    let mut object = pascal(&page["value"][0]);
    object["AdditionalProperties"] = json!({"@odata.context": "x"});
    object["AppRoleAssignedTo"] = Json::Null;
    object["KeyCredentials"][0]["CustomKeyIdentifier"] = (1..=20).collect();
    object["KeyCredentials"][0]["AdditionalProperties"] = json!({});
    object["KeyCredentials"][0]["EndDateTime"] = json!("/Date(1803859200000)/");
    object.to_string()
}

#[test]
fn rest_and_the_sdk_give_one_service_principal() {
    let from_rest = read(&[("servicePrincipals.json", &rest(false))]);
    let from_sdk = read(&[("Get-MgServicePrincipal.json", &sdk())]);
    let unnamed = read(&[("anything.json", &rest(false))]);
    let one = only(&from_rest, "ServicePrincipal");
    assert_eq!(one.id.plane, Plane::Entra);
    assert_eq!(one.id.key, APP);
    assert_eq!(
        one.properties,
        only(&from_sdk, "ServicePrincipal").properties
    );
    assert_eq!(
        one.properties,
        only(&unnamed, "ServicePrincipal").properties
    );
    let row = coverage(&from_rest, Plane::Entra, "ServicePrincipal");
    assert_eq!((row.state, row.basis), (State::Complete, Basis::Assumed));

    let Value::List(keys) = &one.properties["keyCredentials"] else {
        panic!("{:?}", one.properties["keyCredentials"])
    };
    let Value::Map(key) = &keys[0] else {
        panic!("{keys:?}")
    };
    assert_eq!(key["customKeyIdentifier"], Value::text(THUMBPRINT));
    assert_eq!(key["endDateTime"], Value::text("2027-03-01T00:00:00Z"));
    assert_eq!(
        key["keyId"],
        Value::text("aaaaaaaa-0000-0000-0000-000000000001")
    );
    assert!(!key.contains_key("key"));
    // An undeclared object has REST's names, and no null.
    assert_eq!(
        one.properties["verifiedPublisher"],
        Value::Map(BTreeMap::from([(
            "verifiedPublisherId".to_owned(),
            Value::text("42")
        )]))
    );
    for import in [&from_rest, &from_sdk] {
        let all = format!("{:?}", import.snapshot);
        for secret in ["Hqx8Q~decoy", "Hqx", "secretText", "hint"] {
            assert!(!all.contains(secret), "{secret}");
        }
    }
}

#[test]
fn a_certificates_name_is_one_in_bytes_base64_hex_and_numbers() {
    let numbers: Vec<String> = (1..=20).map(|n: u8| n.to_string()).collect();
    for identifier in [
        json!(THUMBPRINT_BASE64),
        json!(THUMBPRINT.to_lowercase()),
        json!(numbers.join(" ")),
        (1..=20).collect(),
        // The hex text itself, as bytes in base64.
        json!("MDEwMjAzMDQwNTA2MDcwODA5MEEwQjBDMEQwRTBGMTAxMTEyMTMxNA=="),
    ] {
        let application = json!({
            "appId": "dddddddd-0000-0000-0000-000000000004", "requiredResourceAccess": [],
            "keyCredentials": [key(&identifier)],
        });
        let import = read(&[("a.json", &application.to_string())]);
        let text = format!(
            "{:?}",
            only(&import, "Application").properties["keyCredentials"]
        );
        assert!(text.contains(THUMBPRINT), "{identifier}: {text}");
    }
}

#[test]
fn a_page_that_names_a_next_one_is_not_all() {
    let import = read(&[("servicePrincipals.json", &rest(true))]);
    only(&import, "ServicePrincipal");
    let row = coverage(&import, Plane::Entra, "ServicePrincipal");
    assert_eq!(row.state, State::Partial);
    let reason = row.reason.as_deref().unwrap();
    assert!(
        reason.contains("@odata.nextLink") && reason.contains("servicePrincipals.json"),
        "{reason}"
    );
    // The last page beside it does not make up for one between.
    let both = read(&[("page1.json", &rest(true)), ("page9.json", &rest(false))]);
    assert_eq!(
        coverage(&both, Plane::Entra, "ServicePrincipal").state,
        State::Partial
    );
}

#[test]
fn an_empty_page_says_that_there_is_none() {
    let page = r#"{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#applications","value":[]}"#;
    let import = read(&[("x.json", page)]);
    let row = coverage(&import, Plane::Entra, "Application");
    assert_eq!((row.state, row.count), (State::Complete, 0));
    assert_eq!(
        coverage(&import, Plane::Entra, "ServicePrincipal").state,
        State::NotAttempted
    );
}

#[test]
fn exchange_onlines_own_service_principals_are_others() {
    let export = json!([{
        "DisplayName": "app", "AppId": APP, "ObjectId": "eeeeeeee-0000-0000-0000-000000000005",
        "Identity": "x", "Name": "x",
    }]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Get-ServicePrincipal.json");
    std::fs::write(&path, export.to_string()).unwrap();
    let error = import(&[path], &options()).unwrap_err().to_string();
    assert!(error.contains("nothing recognised"), "{error}");
}

// ---- mailboxes and users ----

fn mailbox(name: &str, mapi: Json, pop: bool) -> Json {
    json!({
        "Name": name, "PrimarySmtpAddress": format!("{name}@contoso.com"), "MapiHttpEnabled": mapi,
        "PopEnabled": pop, "DistinguishedName": format!("CN={name},OU=Users,DC=contoso,DC=com"),
        "OrganizationId": "", "Identity": format!("contoso.com/Users/{name}"),
    })
}

#[test]
fn a_list_of_mailboxes_becomes_its_numbers_and_no_mailbox_is_named_anywhere() {
    let mut last = mailbox("Zacharias", json!(null), true);
    last.as_object_mut().unwrap().remove("PopEnabled");
    let list = json!([
        mailbox("Anastasia", json!(null), true),
        mailbox("Bartholomew", json!(true), false),
        mailbox("Cassiopeia", json!(false), true),
        last,
    ]);
    let import = read(&[("Get-CASMailbox.json", &list.to_string())]);
    let summary = only(&import, "CASMailbox");
    assert_eq!(
        (summary.id.key.as_str(), summary.server.as_deref()),
        ("CASMailbox", None)
    );
    let count = |property: &str, value: &str| match &summary.properties[property] {
        Value::Map(map) => map.get(value).cloned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(summary.properties["Count"], Value::Int(4));
    assert_eq!(count("MapiHttpEnabled", "unset"), Some(Value::Int(2)));
    assert_eq!(count("MapiHttpEnabled", "true"), Some(Value::Int(1)));
    assert_eq!(count("MapiHttpEnabled", "false"), Some(Value::Int(1)));
    assert_eq!(count("PopEnabled", "true"), Some(Value::Int(2)));
    // Zacharias' export does not say: that is not unset.
    assert_eq!(count("PopEnabled", "unknown"), Some(Value::Int(1)));
    assert!(!summary.properties.contains_key("ImapEnabled"));
    assert_eq!(
        summary.properties.keys().collect::<Vec<_>>(),
        ["Count", "MapiHttpEnabled", "PopEnabled"]
    );
    assert!(summary.observed.is_empty());
    let all = format!("{:?}", import.snapshot);
    for name in ["Anastasia", "Bartholomew", "Cassiopeia", "Zacharias"] {
        assert!(!all.contains(name), "{name}");
    }
    assert_eq!(
        coverage(&import, Plane::Onprem, "CASMailbox").state,
        State::Complete
    );
}

#[test]
fn two_lists_that_disagree_name_no_mailbox_in_the_error() {
    let folder = tempfile::tempdir().unwrap();
    for (file, name, pop) in [
        ("a/CASMailbox.json", "Anastasia", true),
        ("b/CASMailbox.json", "Bartholomew", false),
    ] {
        let list = json!([mailbox(name, json!(null), pop)]).to_string();
        write_to(&[(file.to_owned(), list.into_bytes())], folder.path()).unwrap();
    }
    let error = import(&[folder.path().to_owned()], &options()).unwrap_err();
    let all = format!("{error} {error:?}");
    assert!(
        all.contains("CASMailbox") && all.contains("PopEnabled"),
        "{all}"
    );
    assert!(
        !all.contains("Anastasia") && !all.contains("Bartholomew"),
        "{all}"
    );
}

#[test]
fn users_of_clixml_and_of_json_give_the_same_numbers() {
    let user = |name: &str, policy: &str| {
        format!(
            "<Obj RefId=\"{name}\"><TN RefId=\"{name}\"><T>Deserialized.Microsoft.Exchange.Data.Directory.Management.User</T>\
             <T>System.Object</T></TN><Props><S N=\"Name\">{name}</S>{policy}<B N=\"RemotePowerShellEnabled\">false</B>\
             <S N=\"OrganizationId\"></S></Props></Obj>"
        )
    };
    let clixml = format!(
        "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">{}{}{}</Objs>",
        user("1", "<Nil N=\"AuthenticationPolicy\" />"),
        user("2", "<S N=\"AuthenticationPolicy\"></S>"),
        user("3", "<S N=\"AuthenticationPolicy\">Block legacy</S>"),
    );
    let json = json!([
        {"Name": "1", "AuthenticationPolicy": null, "RemotePowerShellEnabled": false, "OrganizationId": ""},
        {"Name": "2", "AuthenticationPolicy": "", "RemotePowerShellEnabled": false, "OrganizationId": ""},
        {"Name": "3", "RemotePowerShellEnabled": false, "OrganizationId": "",
         "AuthenticationPolicy": {"Name": "Block legacy", "DistinguishedName": "CN=Block legacy,CN=Auth Policies,DC=contoso,DC=com"}},
    ]);
    let one = read(&[("users.xml", &clixml)]);
    let other = read(&[("Get-User.json", &json.to_string())]);
    let summary = only(&one, "User");
    assert_eq!(summary.properties, only(&other, "User").properties);
    assert_eq!(
        summary.properties["AuthenticationPolicy"],
        Value::Map(BTreeMap::from([
            ("unset".to_owned(), Value::Int(2)),
            ("Block legacy".to_owned(), Value::Int(1)),
        ]))
    );
}

#[test]
fn exactly_a_thousand_are_the_cmdlets_default_and_perhaps_not_all() {
    let list: Json = (0..1000)
        .map(|n| mailbox(&format!("m{n}"), json!(null), true))
        .collect();
    let import = read(&[("CASMailbox.json", &list.to_string())]);
    let row = coverage(&import, Plane::Onprem, "CASMailbox");
    assert_eq!(row.state, State::Partial);
    assert!(
        row.reason
            .as_deref()
            .unwrap()
            .contains("-ResultSize Unlimited"),
        "{row:?}"
    );
}

// ---- servers and connectors ----

#[test]
fn both_nouns_of_the_client_access_service_are_one_kind_and_each_object_names_its_server() {
    let list = json!([
        {"Name": "EX01", "AutoDiscoverServiceInternalUri": "https://AUTODISCOVER.contoso.com/Autodiscover/Autodiscover.xml"},
        {"Name": "ex02.contoso.com", "AutoDiscoverServiceInternalUri": null},
    ])
    .to_string();
    let import = read(&[("Get-ClientAccessServer.json", &list)]);
    let same = read(&[("Get-ClientAccessService.json", &list)]);
    assert_eq!(import.snapshot.resources, same.snapshot.resources);
    let keys: Vec<_> = import
        .snapshot
        .resources
        .values()
        .map(|r| (r.id.key.as_str(), r.server.as_deref()))
        .collect();
    assert_eq!(keys, [("EX01", Some("EX01")), ("EX02", Some("EX02"))]);
    let first = import.snapshot.resources.values().next().unwrap();
    assert_eq!(
        first.properties["AutoDiscoverServiceInternalUri"],
        Value::text("https://autodiscover.contoso.com/Autodiscover/Autodiscover.xml")
    );
    // `--server` cannot make one server of a list.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ClientAccessServer.json");
    std::fs::write(&path, &list).unwrap();
    let told = ImportOptions {
        server: Some("EX09".to_owned()),
        ..options()
    };
    assert_eq!(import.snapshot.resources, named(&path, &told));
}

fn named(
    path: &std::path::Path,
    how: &ImportOptions,
) -> BTreeMap<exdrift::model::ResourceId, Resource> {
    import(&[path.to_owned()], how).unwrap().snapshot.resources
}

#[test]
fn flags_are_one_set_as_names_as_a_list_and_as_their_sum() {
    let connector = |mechanism: Json, groups: Json| {
        json!({
            "Name": "Default EX01", "Server": "EX01", "AuthMechanism": mechanism, "PermissionGroups": groups,
            "RemoteIPRanges": ["0.0.0.0-255.255.255.255"], "Enabled": true,
        })
        .to_string()
    };
    let value = |mechanism: Json, groups: Json| {
        let import = read(&[("ReceiveConnector.json", &connector(mechanism, groups))]);
        let one = only(&import, "ReceiveConnector").clone();
        assert_eq!(one.id.key, "EX01\\Default EX01");
        (
            one.properties["AuthMechanism"].clone(),
            one.properties["PermissionGroups"].clone(),
        )
    };
    let expected = (
        texts(&["BasicAuth", "Integrated", "Tls"]),
        texts(&["AnonymousUsers", "ExchangeServers"]),
    );
    assert_eq!(
        value(
            json!("Tls, Integrated, BasicAuth"),
            json!("AnonymousUsers, ExchangeServers")
        ),
        expected
    );
    assert_eq!(
        value(
            json!("basicauth, tls, integrated"),
            json!("ExchangeServers,AnonymousUsers")
        ),
        expected
    );
    assert_eq!(value(json!(7), json!(5)), expected);
    assert_eq!(
        value(
            json!(["Tls", "BasicAuth", "Integrated"]),
            json!(["ExchangeServers", "AnonymousUsers"])
        ),
        expected
    );
    assert_eq!(value(json!("None"), json!(0)), (texts(&[]), texts(&[])));
    // A bit that no source names is no answer.
    let (mechanism, groups) = value(json!(64), json!("Unheard, AnonymousUsers"));
    assert_eq!(mechanism.undecided_reason(), Some(Reason::EnumNumber));
    assert_eq!(groups.undecided_reason(), Some(Reason::UnexpectedType));
}

#[test]
fn secrets_of_connectors_and_address_spaces_stay_out() {
    let files = [
        ("SendConnector.json", json!({"Name": "Out", "SmartHosts": ["relay.contoso.com"], "AddressSpaces": ["SMTP:*;1"],
            "SourceTransportServers": ["EX01"], "AuthenticationCredential": {"UserName": "svc-relay", "Password": "decoy-1"}})),
        ("AvailabilityAddressSpace.json", json!({"Name": "x", "ForestName": "fabrikam.com", "AccessMethod": "OrgWideFB",
            "Credentials": "decoy-2"})),
        ("ReceiveConnector.json", json!({"Name": "In", "Server": "EX01", "AuthMechanism": "Tls", "PermissionGroups": "None",
            "RemoteIPRanges": [], "SharedSecret": "decoy-3"})),
    ]
    .map(|(name, value)| (name, value.to_string()));
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let import = read(&files);
    let all = format!("{:?}", import.snapshot);
    assert!(
        !all.contains("decoy-") && !all.contains("svc-relay"),
        "{all}"
    );
    // That there is one is kept.
    for (kind, property) in [
        ("SendConnector", "AuthenticationCredential"),
        ("AvailabilityAddressSpace", "Credentials"),
    ] {
        let value = &only(&import, kind).properties[property];
        assert_eq!(value.undecided_reason(), Some(Reason::Redacted), "{kind}");
    }
}

#[test]
fn a_trusts_certificate_is_its_public_facts_and_an_authentication_policy_keeps_its_switches() {
    let organization = generate(&GeneratorOptions::new(2, 3));
    let trust = organization
        .of_kind(Plane::Onprem, "FederationTrust")
        .next()
        .unwrap();
    let Some(Prop::Certificate(der)) = trust.prop("OrgCertificate") else {
        panic!("the sample has a certificate")
    };
    let folder = tempfile::tempdir().unwrap();
    write_to(
        &loose_clixml(&organization, Style::default()),
        folder.path(),
    )
    .unwrap();
    let snapshot = import(&[folder.path().to_owned()], &options())
        .unwrap()
        .snapshot;
    let of = |plane: Plane, kind: &str| {
        snapshot
            .resources
            .values()
            .find(|r| r.id.plane == plane && r.id.kind.as_str() == kind)
            .unwrap()
    };
    let Value::Map(facts) = &of(Plane::Onprem, "FederationTrust").properties["OrgCertificate"]
    else {
        panic!("no certificate")
    };
    assert_eq!(
        facts["Thumbprint"],
        Value::text(exdrift::sample::thumbprint(der))
    );
    assert_eq!(facts["Subject"], Value::text("CN=Federation"));
    assert!(facts.contains_key("NotAfter"));
    let policy = &of(Plane::Onprem, "AuthenticationPolicy").properties;
    assert_eq!(policy["BlockLegacyAuthWebServices"], Value::Bool(true));
    assert_eq!(policy["BlockModernAuthWebServices"], Value::Bool(false));
    assert!(
        !of(Plane::Cloud, "AuthenticationPolicy")
            .properties
            .contains_key("BlockLegacyAuthPop")
    );
}

// ---- real exports ----

fn real(names: &[&str]) -> Option<Import> {
    let folder = corpus()?;
    let paths: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
    Some(import(&paths, &options()).unwrap())
}

/// How many objects stand at the root of a CLIXML file: two blanks of indentation, counted as text.
fn at_the_root(name: &str) -> usize {
    let bytes = std::fs::read(corpus().unwrap().join(name)).unwrap();
    let text = decode(&bytes).unwrap();
    text.lines()
        .filter(|line| line.starts_with("  <Obj "))
        .count()
}

#[test]
fn real_exports_of_connectors_servers_and_overrides_are_read_whole() {
    const FOLDER: &str = "css-exchange/hc-e19-cu11/Exchange";
    let files = [
        ("GetReceiveConnector.xml", "ReceiveConnector"),
        ("GetSendConnector.xml", "SendConnector"),
        ("GetHybridConfiguration.xml", "HybridConfiguration"),
        ("GetMailboxServer.xml", "MailboxServer"),
        ("GetSettingOverride.xml", "SettingOverride"),
    ]
    .map(|(file, kind)| (format!("{FOLDER}/{file}"), kind));
    let names: Vec<&str> = files.iter().map(|(file, _)| file.as_str()).collect();
    let Some(import) = real(&names) else { return };
    for (file, kind) in &files {
        let found = import
            .snapshot
            .resources
            .keys()
            .filter(|id| id.kind.as_str() == *kind)
            .count();
        assert_eq!(found, at_the_root(file), "{kind}");
        assert!(found > 0);
    }
    assert!(import.snapshot.manifest.unrecognised.is_empty());
    let by_key = |kind: &str, key: &str| {
        import
            .snapshot
            .resources
            .values()
            .find(|r| r.id.kind.as_str() == kind && r.id.key == key)
            .unwrap()
    };
    let front = by_key(
        "ReceiveConnector",
        "WIN-CTD3L0RGEN4\\Default Frontend WIN-CTD3L0RGEN4",
    );
    assert_eq!(
        front.properties["PermissionGroups"],
        texts(&["AnonymousUsers", "ExchangeLegacyServers", "ExchangeServers"])
    );
    assert_eq!(
        front.properties["TransportRole"],
        Value::text("FrontendTransport")
    );
    assert_eq!(
        front.properties["TlsDomainCapabilities"],
        texts(&["fabrikam.com:AcceptCloudServicesMail"])
    );
    assert_eq!(front.properties["MaxMessageSize"], Value::Int(37_748_736));
    assert_eq!(
        front.properties["MaxInboundConnectionPerSource"],
        Value::Int(20)
    );
    assert_eq!(
        front.properties["MessageRateLimit"],
        Value::text("Unlimited")
    );
    let out = by_key("SendConnector", "Mail to O365");
    assert_eq!(out.properties["AddressSpaces"], texts(&["smtp:*;1"]));
    assert_eq!(
        out.properties["SmartHosts"],
        texts(&["microsoft-com.mail.protection.outlook.com"])
    );
    assert_eq!(
        out.properties["TlsCertificateName"],
        Value::text("<I>CN=localhost<S>CN=localhost")
    );
    let hybrid = by_key("HybridConfiguration", "HybridConfiguration");
    assert_eq!(
        hybrid.properties["SendingTransportServers"],
        texts(&["EX-02"])
    );
    assert_eq!(hybrid.properties["ServiceInstance"], Value::Int(0));
    let server = by_key("MailboxServer", "SOLO-E19A");
    assert_eq!(server.server.as_deref(), Some("SOLO-E19A"));
    assert_eq!(
        server.properties["MigrationLogMaxDirectorySize"],
        Value::Int(5_368_709_120)
    );
    // No declared property of a real object is undecided.
    for resource in import.snapshot.resources.values() {
        for (name, value) in &resource.properties {
            assert!(!value.has_undecided(), "{} {name}: {value:?}", resource.id);
        }
    }
}

#[test]
fn real_overrides_say_what_they_turn_and_where() {
    let file = "css-exchange/setting-override-2023/GetSettingOverrideMultiConfigs.xml";
    let Some(import) = real(&[file]) else { return };
    let all: Vec<_> = import.snapshot.resources.values().collect();
    assert_eq!(all.len(), at_the_root(file));
    let server =
        |name: &str| all.iter().find(|r| r.id.key == name).unwrap().properties["Server"].clone();
    assert_eq!(server("DisablingAMSIScanOnOrg"), Value::Null);
    assert_eq!(
        server("DisablingAMSIScanOnSrv"),
        texts(&["WIN-CTD3L0RGEN4"])
    );
    for resource in all {
        assert_eq!(resource.properties["Parameters"], texts(&["Enabled=False"]));
        assert!(!resource.properties.contains_key("XmlRaw"));
    }
}
