//! The export script: a real PowerShell grammar reads it, and what it may call is a list. And the reader
//! of the record that it writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use exdrift::catalog::REDACTED;
use exdrift::catalog::{self, Class, Home, Per, Roles};
use exdrift::collect::record::{Record, RecordError};
use exdrift::collect::script::{Audience, catalog_digest, generate};
use exdrift::model::{Plane, State};
use tree_sitter::{Node, Parser, Tree};

// ---- the script ----

fn script() -> String {
    generate(Audience::OnPremises)
}

pub fn parse(script: &str) -> Tree {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_powershell::LANGUAGE.into())
        .expect("the grammar fits the parser");
    parser.parse(script, None).expect("no timeout is set")
}

/// Every node of a kind, in order.
pub fn nodes<'t>(tree: &'t Tree, kind: &str) -> Vec<Node<'t>> {
    let mut found = Vec::new();
    let mut open = vec![tree.root_node()];
    while let Some(node) = open.pop() {
        if node.kind() == kind {
            found.push(node);
        }
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).collect();
        open.extend(children.into_iter().rev());
    }
    found
}

pub fn text<'s>(node: Node<'_>, script: &'s str) -> &'s str {
    &script[node.byte_range()]
}

/// `Name -Argument` of every command, or `& expression`.
pub fn commands(tree: &Tree, script: &str) -> Vec<(String, String)> {
    nodes(tree, "command")
        .into_iter()
        .map(|node| {
            let name = node
                .child_by_field_name("command_name")
                .expect("a command has a name");
            let operator = node
                .child(0)
                .filter(|child| child.kind() == "command_invokation_operator")
                .map_or("", |child| text(child, script));
            (
                format!("{operator}{}", text(name, script)),
                text(node, script).to_owned(),
            )
        })
        .collect()
}

#[test]
fn a_powershell_grammar_reads_the_script_without_an_error() {
    let script = script();
    let tree = parse(&script);
    let mut broken = nodes(&tree, "ERROR");
    let mut open = vec![tree.root_node()];
    while let Some(node) = open.pop() {
        if node.is_missing() {
            broken.push(node);
        }
        let mut cursor = node.walk();
        open.extend(node.children(&mut cursor).collect::<Vec<_>>());
    }
    let places: Vec<_> = broken
        .iter()
        .map(|node| {
            let line = node.start_position().row;
            format!("{}: {}", line + 1, script.lines().nth(line).unwrap_or(""))
        })
        .collect();
    assert!(places.is_empty(), "{}", places.join("\n"));
    assert!(!tree.root_node().has_error());
    // The grammar does notice: one bracket less is an error.
    assert!(
        parse(&script.replacen("try {", "try", 1))
            .root_node()
            .has_error()
    );
}

#[test]
fn only_listed_commands_are_called_and_none_of_them_changes_exchange() {
    let script = script();
    let tree = parse(&script);
    let functions: BTreeSet<_> = nodes(&tree, "function_name")
        .into_iter()
        .map(|node| text(node, &script).to_owned())
        .collect();
    assert!(functions.iter().all(|name| name.contains("-Exdrift")));
    let cmdlets: BTreeSet<_> = catalog::KINDS
        .iter()
        .filter_map(|spec| spec.call(Plane::Onprem))
        .map(|call| call.cmdlet.to_owned())
        .collect();
    // Windows PowerShell's own. Export-Clixml alone writes, and only into the new folder.
    let own = [
        "Export-Clixml",
        "ForEach-Object", // counts mailboxes and users
        "Get-Command",
        "Get-ItemProperty",
        "Get-Location",
        "Invoke-Command",
        "New-Object",
        "New-PSSessionOption",
        "Write-Host",
        "Write-Output",
        "Write-Progress",
        "Write-Warning",
    ];
    let mut seen = BTreeSet::new();
    for (name, whole) in commands(&tree, &script) {
        let known = functions.contains(&name)
            || cmdlets.contains(&name)
            || own.contains(&name.as_str())
            || ["&$Read.Run", "&$exSetup", "&$iisApplications"].contains(&name.as_str())
            || (name.starts_with("&{") && whole.contains("$WhatIf.IsPresent"));
        assert!(known, "not on the list: {whole}");
        if cmdlets.contains(&name) {
            assert!(name.starts_with("Get-"), "{name} does not only read");
        }
        seen.insert(name);
    }
    // The walk finds commands at all, in blocks inside of tables too.
    assert!(seen.is_superset(&cmdlets), "calls are missing: {seen:?}");
    assert!(seen.contains("&$Read.Run") && seen.contains("Export-Clixml"));
    // Objects that commands make: types, never a process or a COM object.
    for (_, whole) in commands(&tree, &script)
        .iter()
        .filter(|(name, _)| name == "New-Object")
    {
        assert!(whole.contains("-TypeName System."), "{whole}");
    }
}

#[test]
fn only_listed_members_of_dotnet_are_called() {
    let script = script();
    let tree = parse(&script);
    let allowed: BTreeSet<_> = [
        "[System.BitConverter]::ToString",
        "[System.DateTime]::UtcNow.ToString",
        "[System.Diagnostics.FileVersionInfo]::GetVersionInfo",
        "[System.Environment]::ExpandEnvironmentVariables",
        "[System.IO.Directory]::CreateDirectory",
        "[System.IO.Directory]::Exists",
        "[System.IO.File]::Delete", // its own unfinished file
        "[System.IO.File]::Exists",
        "[System.IO.File]::Move", // record.json under its name
        "[System.IO.File]::OpenRead",
        "[System.IO.File]::ReadAllText",  // web.config
        "[System.IO.File]::WriteAllText", // record.json
        "[System.IO.Path]::Combine",
        "[System.IO.Path]::GetDirectoryName",
        "[System.Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties",
        "[System.Security.Principal.WindowsIdentity]::GetCurrent",
        "[System.Xml.XmlReader]::Create", // without DTD and resolver
        "[string]::Format",
        "[string]::IsNullOrEmpty",
        "[string]::Join",
    ]
    .into();
    let mut found = BTreeSet::new();
    for node in nodes(&tree, "invokation_expression") {
        let whole = text(node, &script);
        let head = whole.split('(').next().unwrap_or("");
        if head.starts_with('[') && head.matches("::").count() == 1 && !head.contains(").") {
            found.insert(head.to_owned());
        }
    }
    let found: BTreeSet<_> = found.iter().map(String::as_str).collect();
    let stray: Vec<_> = found.difference(&allowed).collect();
    assert!(stray.is_empty(), "{stray:?}");
    assert!(found.contains("[System.IO.File]::WriteAllText"));
    // On objects: texts, lists and streams of its own. None of these changes an Exchange object.
    let methods = [
        "Add",
        "Append",
        "Clear",
        "ComputeHash",
        "Contains",
        "ContainsKey",
        "Dispose",
        "GetAttribute",
        "GetBytes",
        "GetEnumerator",
        "GetString",
        "GetUnresolvedProviderPathFromPSPath",
        "HasAttribute",
        "Insert",
        "Load", // an XML document, from a stream that is open for reading
        "Remove",
        "RemoveAt",
        "Replace",
        "Split",
        "StartsWith",
        "Substring",
        "ToArray",
        "ToCharArray",
        "ToLowerInvariant",
        "ToString",
        "Trim",
        "get_Name",
    ];
    for node in nodes(&tree, "invokation_expression") {
        let mut cursor = node.walk();
        let member = node
            .children(&mut cursor)
            .find(|child| child.kind() == "member_name")
            .map(|child| text(child, &script))
            .expect("a method has a name");
        let whole = text(node, &script);
        let listed = methods.contains(&member)
            || allowed
                .iter()
                .any(|name| whole.starts_with(name) && name.ends_with(member));
        assert!(listed, "not on the list: {whole}");
    }
    for word in [
        "Invoke-Expression",
        "Add-Type",
        "DownloadString",
        "Start-Process",
    ] {
        assert!(!script.contains(word), "{word}");
    }
}

#[test]
fn every_kind_of_these_planes_has_exactly_one_call() {
    let script = script();
    let commands = commands(&parse(&script), &script);
    for spec in catalog::KINDS {
        for plane in [Plane::Onprem, Plane::Host] {
            let row = format!("Plane = '{plane}'; Kind = '{}';", spec.name);
            let expected = usize::from(spec.call(plane).is_some());
            assert_eq!(script.matches(&row).count(), expected, "{row}");
        }
        let Some(call) = spec.call(Plane::Onprem) else {
            continue;
        };
        // One more for the list of servers that the script itself needs.
        let expected = if spec.name == "ExchangeServer" { 2 } else { 1 };
        let calls: Vec<_> = commands
            .iter()
            .filter(|(name, _)| name == call.cmdlet)
            .map(|(_, whole)| whole.as_str())
            .collect();
        assert_eq!(calls.len(), expected, "{}", call.cmdlet);
        for whole in calls {
            assert!(whole.trim_end().ends_with("-ErrorAction Stop"), "{whole}");
            assert_eq!(
                whole.contains("-Server $Name"),
                call.per == Per::Server,
                "{whole}"
            );
        }
    }
    assert!(!script.contains("'cloud'"));
}

#[test]
fn roles_follow_the_catalog() {
    let script = script();
    for spec in catalog::KINDS {
        let Some(call) = spec.call(Plane::Onprem) else {
            continue;
        };
        let role = match spec.home {
            Home::Server {
                roles: Roles::ClientAccess,
            } => "ClientAccess",
            Home::Server {
                roles: Roles::NotEdge,
            } => "NotEdge",
            _ => "Any",
        };
        let row = format!(
            "Kind = '{}'; Cmdlet = '{}'; Per = '{:?}'; Roles = '{role}'",
            spec.name, call.cmdlet, call.per
        );
        assert!(script.contains(&row), "{row}");
    }
}

#[test]
fn authentication_is_never_read_from_active_directory_alone() {
    assert!(!script().to_ascii_lowercase().contains("adpropertiesonly"));
}

#[test]
fn secrets_are_named_in_the_script_and_replaced_before_the_export() {
    let script = script();
    for word in catalog::SECRET_WORDS {
        assert!(script.contains(&format!("'{word}'")), "{word}");
    }
    for name in catalog::NOT_SECRET {
        assert!(script.contains(&format!("'{name}'")), "{name}");
    }
    let mut secrets = 0;
    for spec in catalog::KINDS
        .iter()
        .filter(|spec| spec.call(Plane::Onprem).is_some())
    {
        let head = format!("Kind = '{}';", spec.name);
        let (_, row) = script.split_once(&head).expect("the kind has a row");
        let (row, _) = row.split_once("Run = ").expect("the row has a call");
        let (_, listed) = row.split_once("Secrets = @(").expect("and secrets");
        for property in spec.declared().filter(|p| p.class == Class::Secret) {
            assert!(
                listed.contains(&format!("'{}'", property.name)),
                "{} of {}",
                property.name,
                spec.name
            );
            secrets += 1;
        }
    }
    assert!(secrets > 0, "the catalog declares no secret to test with");
    assert!(script.contains(&format!("'{REDACTED}'")));
    // What reaches the one cmdlet that writes objects are the copies, and a copy is made without them.
    let tree = parse(&script);
    let exports: Vec<_> = nodes(&tree, "pipeline_chain")
        .into_iter()
        .map(|node| text(node, &script))
        .filter(|whole| whole.starts_with("$copies") && whole.contains("| Export-Clixml"))
        .collect();
    assert_eq!(exports.len(), 1);
    assert_eq!(script.matches("| Export-Clixml").count(), 1);
    assert!(
        exports[0].starts_with("$copies.ToArray() | Export-Clixml -LiteralPath $file -Depth 3")
    );
    let adds: Vec<_> = script
        .lines()
        .filter(|line| line.contains("$copies.Add("))
        .collect();
    assert_eq!(adds.len(), 2);
    assert!(adds.iter().all(|add| add.contains("$copies.Add($copy)")));
    // An object's copy, or the numbers of many objects.
    let made: BTreeSet<_> = script
        .lines()
        .filter_map(|line| line.trim().strip_prefix("$copy = "))
        .collect();
    let expected = [
        "Copy-ExdriftObject $item $Read $Name",
        "ConvertTo-ExdriftSummary $counts $Read",
        "[pscustomobject]$values", // inside of the first
        "@{ Single = [ordered]@{}; Lists = [ordered]@{} }", // a section of IIS, merged by name
    ];
    assert_eq!(made, expected.into());
    // What is counted never comes to the line that copies, and its messages are not kept.
    let (before, _) = script
        .split_once("$copy = Copy-ExdriftObject $item $Read $Name")
        .expect("objects are copied");
    assert!(before.contains("if ($Read.Counts.Length -gt 0) { continue }"));
    for spec in catalog::KINDS.iter().filter(|spec| spec.is_summary()) {
        let row = script
            .split_once(&format!("Kind = '{}';", spec.name))
            .and_then(|(_, row)| row.split_once("Run = "))
            .expect("the kind has a row")
            .0;
        assert!(!row.contains("Counts = @()"), "{}", spec.name);
        let counted = format!(
            "{} -ResultSize Unlimited -ErrorAction Stop | ForEach-Object -Process {{ Add-ExdriftCount $counts $_ $Read }} }}",
            spec.calls[0].cmdlet
        );
        assert!(script.contains(&counted), "{counted}");
    }
}

#[test]
fn variables_are_set_before_they_are_read_and_automatic_ones_never_set() {
    let script = script();
    let tree = parse(&script);
    let name = |node: Node<'_>| text(node, &script).to_ascii_lowercase();
    let mut set: BTreeSet<_> = nodes(&tree, "left_assignment_expression")
        .into_iter()
        .map(name)
        .filter(|text| text.starts_with('$'))
        .map(|text| text.split(['.', '[']).next().unwrap_or("").to_owned())
        .collect();
    let automatic = [
        "$_",
        "$args",
        "$error",
        "$executioncontext",
        "$false",
        "$host",
        "$home",
        "$input",
        "$matches",
        "$myinvocation",
        "$null",
        "$pid",
        "$profile",
        "$psitem",
        "$pshome",
        "$pwd",
        "$this",
        "$true",
        "$whatifpreference",
    ];
    for variable in automatic {
        assert!(!set.contains(variable), "{variable} belongs to PowerShell");
    }
    for kind in ["script_parameter", "foreach_statement"] {
        for node in nodes(&tree, kind) {
            let mut cursor = node.walk();
            set.extend(
                node.children(&mut cursor)
                    .filter(|child| child.kind() == "variable")
                    .map(name),
            );
        }
    }
    for node in nodes(&tree, "variable") {
        let variable = name(node);
        let known = set.contains(&variable)
            || automatic.contains(&variable.as_str())
            || variable.starts_with("$env:");
        let line = node.start_position().row + 1;
        assert!(known, "line {line}: {variable} is never set");
    }
}

#[test]
fn the_script_is_the_same_every_time_and_says_what_it_is() {
    let script = script();
    assert_eq!(script, self::script());
    assert!(script.starts_with("#requires -Version 5.1\r\n<#"));
    assert!(script.contains(&catalog_digest()));
    assert!(script.contains(&format!("exdrift {}", env!("CARGO_PKG_VERSION"))));
    for spec in catalog::KINDS
        .iter()
        .filter(|spec| spec.call(Plane::Onprem).is_some())
    {
        assert!(script.contains(&format!("{} {}", spec.name, spec.revision)));
    }
    assert!(script.is_ascii());
}

// ---- the record ----

const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"; // of no bytes

fn record(calls: &str) -> String {
    format!(
        r#"{{"schema":"exdrift.record/1","script":{{"name":"exdrift-export","version":"0.1.0","color":"blue"}},
"plane":"onprem","computer":"EX01.contoso.example","user":"CONTOSO\\auditor","started":"2026-11-21T02:00:00Z",
"ended":"2026-11-21T02:03:10Z","whatif":false,"servers":null,"later":1,"calls":[{calls}]}}"#
    )
}

fn complete(kind: &str, server: &str, file: &str) -> String {
    format!(
        r#"{{"plane":"onprem","kind":"{kind}","cmdlet":"Get-{kind}","arguments":{{"Server":"{server}"}},"server":"{server}",
"file":"{file}","sha256":"{DIGEST}","count":1,"state":"complete","error":null,"warnings":[]}}"#
    )
}

fn read(text: &str) -> Result<Record, RecordError> {
    Record::read(text.as_bytes(), Path::new("bundle/record.json"))
}

fn refused(text: &str) -> String {
    read(text).expect_err(text).to_string()
}

#[test]
fn a_record_is_read_with_and_without_a_byte_order_mark() {
    let denied = r#"{"plane":"host","kind":"ServerVersion","cmdlet":"Get-ExSetupVersion","arguments":{},"server":"EX02",
"file":null,"sha256":null,"count":null,"state":"denied","error":"Access is denied."}"#;
    let text = record(&format!(
        "{},{denied}",
        complete(
            "OwaVirtualDirectory",
            "EX01",
            "onprem/EX01/OwaVirtualDirectory.xml"
        )
    ));
    let record = read(&text).expect("a good record");
    assert_eq!(record.plane, Plane::Onprem);
    assert_eq!(record.started.to_rfc3339(), "2026-11-21T02:00:00+00:00");
    assert_eq!(record.servers, None);
    assert_eq!(record.calls.len(), 2);
    assert_eq!(record.calls[0].state, State::Complete);
    assert_eq!(record.calls[0].arguments["Server"], "EX01");
    assert_eq!(record.calls[1].state, State::Denied);
    assert_eq!(record.calls[1].error.as_deref(), Some("Access is denied."));
    assert_eq!(record.files().count(), 1);
    assert_eq!(
        record.call_of("onprem/EX01/OwaVirtualDirectory.xml"),
        Some(&record.calls[0])
    );
    let marked = read(&format!("\u{FEFF}{text}")).expect("a byte order mark is no harm");
    assert_eq!(marked, record);
}

#[test]
fn a_later_schema_and_other_json_are_told_apart() {
    let later = record("")
        .replace("record/1\"", "record/2\"")
        .replace("\"calls\"", "\"steps\"");
    let message = refused(&later);
    assert!(message.contains("exdrift.record/2"), "{message}");
    assert!(message.contains("exdrift-export 0.1.0"), "{message}");
    let message = refused(r#"{"hello": "world"}"#);
    assert!(message.contains("missing field `schema`"), "{message}");
    assert!(
        message.starts_with("bundle/record.json:1:18: "),
        "{message}"
    );
    let message = refused("{\n  \"schema\": ");
    assert!(message.starts_with("bundle/record.json:2:"), "{message}");
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(*b"{\0}\0").collect();
    let message = Record::read(&utf16, Path::new("record.json"))
        .expect_err("UTF-16")
        .to_string();
    assert!(message.contains("UTF-16"), "{message}");
}

#[test]
fn a_file_outside_of_the_bundle_is_refused() {
    for (file, why) in [
        ("../secret.xml", "leads out"),
        ("onprem/../../secret.xml", "leads out"),
        ("/etc/passwd", "absolute"),
        ("C:/Windows/win.ini", "colon"),
        ("onprem/a.xml:stream", "colon"),
        (r"onprem\\EX01\\a.xml", "backslash"),
        (r"\\\\server\\share\\a.xml", "backslash"),
        ("onprem//a.xml", "empty component"),
        ("onprem/./a.xml", "leads out"),
        ("onprem/.../a.xml", "leads out"),
        ("onprem/EX01./a.xml", "dot or a blank"),
        ("onprem/a\\u0000.xml", "control"),
        ("Record.json", "the record itself"),
        ("", "empty"),
    ] {
        let message = refused(&record(&complete("EcpVirtualDirectory", "EX01", file)));
        assert!(message.contains(why), "{file}: {message}");
        assert!(message.contains("call 1"), "{message}");
    }
}

#[test]
fn what_is_said_twice_is_refused() {
    let one = complete("EcpVirtualDirectory", "EX01", "onprem/EX01/a.xml");
    let message = refused(&record(&format!(
        "{one},{}",
        complete("EcpVirtualDirectory", "ex01", "onprem/EX01/b.xml")
    )));
    assert!(message.contains("calls 1 and 2"), "{message}");
    assert!(
        message.contains("onprem EcpVirtualDirectory ex01"),
        "{message}"
    );
    let message = refused(&record(&format!(
        "{one},{}",
        complete("EcpVirtualDirectory", "EX02", "onprem/ex01/A.xml")
    )));
    assert!(message.contains("onprem/ex01/A.xml"), "{message}");
    let message = refused(&record(
        &one.replace("\"arguments\":{", "\"arguments\":{\"server\":\"EX09\","),
    ));
    assert!(message.contains("\"Server\" twice"), "{message}");
    let message =
        refused(&record("").replace("\"whatif\":false", "\"whatif\":false,\"whatif\":false"));
    assert!(message.contains("duplicate field `whatif`"), "{message}");
}

#[test]
fn a_call_that_contradicts_itself_is_refused() {
    let good = complete("EcpVirtualDirectory", "EX01", "onprem/EX01/a.xml");
    for (from, to, why) in [
        ("\"complete\"", "\"failed\"", "not complete, and yet"),
        ("\"count\":1", "\"count\":null", "complete without"),
        ("\"complete\"", "\"stale\"", "unknown variant `stale`"),
        ("e3b0c442", "E3B0C442", "64 lower-case hex"),
        ("e3b0c442", "", "64 lower-case hex"),
        ("\"count\":1", "\"count\":-1", "invalid value"),
    ] {
        let message = refused(&record(&good.replace(from, to)));
        assert!(message.contains(why), "{message}");
    }
    let message = refused(&record(&good).replace("\"whatif\":false", "\"whatif\":true"));
    assert!(
        message.starts_with("bundle/record.json: not a record"),
        "{message}"
    );
    assert!(message.contains("whatif is true"), "{message}");
}

#[test]
fn files_are_compared_with_their_digests() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("onprem/EX01/a.xml");
    let record = read(&record(&complete(
        "EcpVirtualDirectory",
        "EX01",
        "onprem/EX01/a.xml",
    )))
    .expect("good");

    let message = record
        .verify(folder.path())
        .expect_err("no file")
        .to_string();
    assert!(message.contains("a.xml"), "{message}");

    fs::create_dir_all(file.parent().expect("it has one")).expect("a folder");
    fs::write(&file, b"").expect("a file");
    record
        .verify(folder.path())
        .expect("the bytes are the same");
    record.calls[0].verify_bytes(b"", &file).expect("these too");

    fs::write(&file, b"<").expect("a file");
    let message = record
        .verify(folder.path())
        .expect_err("changed")
        .to_string();
    assert!(message.contains("a.xml: SHA-256 is "), "{message}");
    assert!(message.contains(&format!("expected {DIGEST}")), "{message}");
    assert!(message.contains("copy the bundle again"), "{message}");
    assert!(record.calls[0].verify_bytes(b"<", &file).is_err());

    fs::remove_file(&file).expect("gone");
    fs::create_dir(&file).expect("a folder in its place");
    assert!(record.verify(folder.path()).is_err());
}

proptest::proptest! {
    /// Bytes from anywhere give a record or one message, never a panic.
    #[test]
    fn a_damaged_record_is_an_error_and_not_a_crash(
        cut in 0_usize..700, at in 0_usize..700, byte in proptest::num::u8::ANY,
    ) {
        let text = record(&complete("EcpVirtualDirectory", "EX01", "onprem/EX01/a.xml"));
        let mut bytes = text.into_bytes();
        bytes.truncate(cut.max(1));
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Err(error) = Record::read(&bytes, Path::new("record.json")) {
            proptest::prop_assert!(error.to_string().starts_with("record.json"));
        }
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_bundle_is_not_followed() {
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let target = elsewhere.path().join("b.xml");
    fs::write(&target, b"").expect("a file");
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir_all(folder.path().join("onprem/EX01")).expect("a folder");
    std::os::unix::fs::symlink(&target, folder.path().join("onprem/EX01/a.xml")).expect("a link");
    let record = read(&record(&complete(
        "EcpVirtualDirectory",
        "EX01",
        "onprem/EX01/a.xml",
    )))
    .expect("good");
    let message = record
        .verify(folder.path())
        .expect_err("a link")
        .to_string();
    assert!(message.contains("a link leads out"), "{message}");
}

#[test]
fn the_keys_that_the_script_writes_are_the_keys_that_are_read() {
    let script = script();
    let text = record(&complete(
        "EcpVirtualDirectory",
        "EX01",
        "onprem/EX01/a.xml",
    ));
    let value: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let call = value["calls"][0].as_object().expect("a call");
    for key in value
        .keys()
        .filter(|key| *key != "later")
        .chain(call.keys())
    {
        assert!(
            script.contains(&format!("            {key} = ")),
            "the script does not write {key}"
        );
    }
    for state in [
        State::Complete,
        State::Failed,
        State::Denied,
        State::Unsupported,
    ] {
        assert!(
            script.contains(&format!("'{}'", state.as_str())),
            "{state:?}"
        );
    }
}
