use super::*;

fn read(text: &str) -> Listing<'_> {
    parse(text, &Limits::default()).unwrap()
}

/// Name and text of every property, object by object.
fn rows(text: &str) -> Vec<Vec<(String, String)>> {
    let listing = read(text);
    listing
        .document
        .objects()
        .iter()
        .map(|object| {
            object
                .properties()
                .map(|p| (p.name.to_string(), p.value.as_str().unwrap().to_owned()))
                .collect()
        })
        .collect()
}

fn row(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn padded_rows_and_blank_lines_between_objects() {
    let text = "\r\n\r\nName    : EWS (Default Web Site)\r\nEnabled : True\r\n\r\n\r\nName    : OAB\r\nEnabled :\r\n\r\n";
    assert_eq!(
        rows(text),
        [
            vec![
                row("Name", "EWS (Default Web Site)"),
                row("Enabled", "True")
            ],
            vec![row("Name", "OAB"), row("Enabled", "")],
        ]
    );
}

#[test]
fn rows_without_padding_and_with_indentation() {
    for text in [
        "Name : A\nUrl : https://a/b\nEnabled : True\n",
        "   Name : A\n   Url : https://a/b\n   Enabled : True\n",
        "Name : A\n   Url : https://a/b\n   Enabled : True\n",
        "Name\t: A\nUrl\t: https://a/b\nEnabled\t: True\n",
    ] {
        assert_eq!(
            rows(text),
            [vec![
                row("Name", "A"),
                row("Url", "https://a/b"),
                row("Enabled", "True")
            ]],
            "{text}"
        );
    }
}

#[test]
fn blank_lines_between_all_rows_are_no_boundary_and_a_repeated_name_is_one() {
    let text = "Identity : A\n\nHost     : x\n\nMethod   : Ntlm\n\nIdentity : B\n\nHost     :\n\nMethod   : Basic\n";
    assert_eq!(
        rows(text),
        [
            vec![
                row("Identity", "A"),
                row("Host", "x"),
                row("Method", "Ntlm")
            ],
            vec![
                row("Identity", "B"),
                row("Host", ""),
                row("Method", "Basic")
            ],
        ]
    );
}

#[test]
fn lines_of_a_value() {
    let text = "Name   : A\nDn     : CN=A (Default Web\n         Site),CN=B\nNested : x\n         Key : value\nLast   : z\n";
    assert_eq!(
        rows(text),
        [vec![
            row("Name", "A"),
            row("Dn", "CN=A (Default Web\nSite),CN=B"),
            row("Nested", "x\nKey : value"),
            row("Last", "z"),
        ]]
    );
    let text = "Name : A\nDn   : CN=A (Default Web\nSite),CN=B\nLast : z\n";
    assert_eq!(
        rows(text)[0][1],
        row("Dn", "CN=A (Default Web\u{b}Site),CN=B")
    );
    let text = "Name    : A\nMethods : OAuth\n          Ntlm\nOther   :\n          OAuth\n          Ntlm\n";
    assert_eq!(rows(text)[0][1], row("Methods", "OAuth\nNtlm"));
    assert_eq!(rows(text)[0][2], row("Other", "OAuth\nNtlm"));
}

#[test]
fn an_empty_line_of_a_value_ends_no_object() {
    let text = "Name   : A\nBanner : one\n         \n         two\nLast   : z\nNote   : x\n         \nEnd    : y\n";
    assert_eq!(
        rows(text),
        [vec![
            row("Name", "A"),
            row("Banner", "one\u{b}\ntwo"),
            row("Last", "z"),
            row("Note", "x\u{b}"),
            row("End", "y"),
        ]]
    );
}

#[test]
fn a_row_inside_a_value_is_never_a_property() {
    // The colon stands elsewhere.
    let text = "Name        : A\nDescription : see the\nNote : below\nEnabled     : True\n";
    assert_eq!(
        rows(text),
        [vec![
            row("Name", "A"),
            row("Description", "see the\u{b}Note : below"),
            row("Enabled", "True"),
        ]]
    );
}

#[test]
fn only_the_first_colon_counts_and_names_may_have_blanks() {
    let text =
        "Server Name : EX01\nName        : a : b: c\nServer Role : Mailbox\nEnabled     : True\n";
    let read = rows(text);
    assert_eq!(read[0][0], row("Name", "a : b: c"));
    assert_eq!(read[0][1], row("Server Role", "Mailbox"));
}

#[test]
fn commands_prompts_and_prose() {
    let text = "Hello,\nhere it is:\n\n[PS] C:\\Windows\\system32>Get-ExchangeServer | Get-OwaVirtualDirectory -Server EX01 -ADPropertiesOnly | fl Name,*Auth*\n\n\nName : owa\nBasicAuthentication : True\n\n[PS] C:\\>Get-Mailbox bob | fl\n\nName : bob\nAlias : bob\n\nAny ideas?\n\nName : x\nAlias : y\n";
    let listing = read(text);
    let commands: Vec<_> = listing
        .commands
        .iter()
        .map(|c| c.as_ref().map(|c| c.cmdlet.as_str()))
        .collect();
    assert_eq!(
        commands,
        [Some("Get-OwaVirtualDirectory"), Some("Get-Mailbox"), None]
    );
    let first = listing.commands[0].as_ref().unwrap();
    assert_eq!(first.server.as_deref(), Some("EX01"));
    assert!(first.ad_only);
    assert_eq!(listing.stray, 3);
    assert_eq!(listing.document.roots.len(), 3);
}

#[test]
fn errors_are_no_objects() {
    let text = "Get-OwaVirtualDirectory : Access is denied.\nAt line:1 char:1\n+ Get-OwaVirtualDirectory\n+ ~~~~~~\n    + CategoryInfo          : NotSpecified: (:) [Get-OwaVirtualDirectory], X\n    + FullyQualifiedErrorId : X\n\nName : owa\nPath : C:\\x\n";
    let listing = read(text);
    assert_eq!(listing.errors.len(), 1);
    assert_eq!(
        listing.errors[0].as_ref().unwrap().cmdlet,
        "Get-OwaVirtualDirectory"
    );
    assert_eq!(rows(text), [vec![row("Name", "owa"), row("Path", "C:\\x")]]);
}

#[test]
fn a_list_in_a_text_is_no_error_and_what_touches_a_value_taints_it() {
    let text = "Name    : A\nComment : to do:\n          + one\n          + two\nLast    : z\n";
    assert_eq!(rows(text)[0][1], row("Comment", "to do:\n+ one\n+ two"));
    let text = "Name    : A\nComment : please run\nGet-Mailbox -Identity x\n";
    assert_eq!(rows(text)[0][1], row("Comment", "please run\u{b}"));
    let text = "Name : A\nUrl  : https://a/b\n[PS] C:\\>\n";
    assert_eq!(rows(text)[0][1], row("Url", "https://a/b"));
}

#[test]
fn many_lines_of_one_sort_are_read_in_time() {
    let blanks = format!("A : 1\nB : 2\n{}C : 3\n", "\n".repeat(100_000));
    assert_eq!(rows(&blanks).len(), 2);
    let names: String = (0..30_000).map(|n| format!("N{n:06} : {n}\n")).collect();
    assert_eq!(rows(&names)[0].len(), 30_000);
    let lines = format!("Name : A\n{}", "       x\n".repeat(50_000));
    assert_eq!(rows(&lines).len(), 1);
}

#[test]
fn colours_are_no_text_and_other_controls_are_damage() {
    let text = "\u{1b}[32;1mName    : \u{1b}[0mA\n\u{1b}[32;1mEnabled : \u{1b}[0mTr\u{1}ue\n";
    assert_eq!(
        rows(text),
        [vec![row("Name", "A"), row("Enabled", "Tr\u{fffd}ue")]]
    );
}

#[test]
fn a_text_that_ends_inside_a_line_says_so() {
    assert_eq!(
        rows("Name : A\nUrl  : https://mail.con")[0][1],
        row("Url", "https://mail.con\u{c}")
    );
    assert_eq!(rows("Name : A\nUrl  :"), [vec![row("Name", "A")]]);
}

#[test]
fn what_is_no_list_is_an_error_or_not_recognised() {
    for text in [
        "",
        "hello",
        "key: value\nother: value\n",
        "a:b\n",
        "https://x : y",
    ] {
        assert!(!looks_like(text, true), "{text}");
        assert!(parse(text, &Limits::default()).is_err(), "{text}");
    }
    assert!(!looks_like("Note : this is prose\n", false));
    assert!(looks_like("Name : A\nUrl : b\n", false));
    assert!(looks_like(
        "[PS] C:\\>Get-AuthServer | fl Name\n\nName : A\n",
        false
    ));
}

#[test]
fn limits_hold() {
    let text = "A : 1\nB : 2\n\nA : 1\nB : 2\n";
    for limits in [
        Limits {
            objects: 1,
            ..Limits::default()
        },
        Limits {
            values: 3,
            ..Limits::default()
        },
        Limits {
            text: 0,
            ..Limits::default()
        },
    ] {
        assert!(matches!(
            parse(text, &limits),
            Err(ProtocolError::Limit { .. })
        ));
    }
}
