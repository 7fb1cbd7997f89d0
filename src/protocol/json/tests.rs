use std::borrow::Cow;

use super::super::psobject::{ListKind, PsObject};
use super::super::{Document, Position};
use super::*;

fn read<T>(text: &str, look: impl FnOnce(&Document<'_>) -> T) -> T {
    let document = parse(text, &Limits::default()).unwrap_or_else(|e| panic!("{text}: {e}"));
    look(&document)
}

fn refused(text: &str) -> ProtocolError {
    match parse(text, &Limits::default()) {
        Ok(_) => panic!("accepted: {text}"),
        Err(e) => e,
    }
}

fn first<'d, 'a>(document: &'d Document<'a>) -> &'d PsObject<'a> {
    document.as_object(&document.roots[0].value).unwrap()
}

#[test]
fn the_members_of_a_top_level_array_are_the_roots() {
    read(r#"{"Name":"EX01"}"#, |document| {
        assert_eq!(document.format, Format::Json);
        assert_eq!(document.roots.len(), 1);
        assert_eq!(document.counts.objects, 1);
        assert_eq!(first(document).get("name").unwrap().as_str(), Some("EX01"));
    });
    read("\r\n[ {\"A\":1}\r\n, {\"A\":2} , null ]\n", |document| {
        assert_eq!(document.roots.len(), 3);
        assert_eq!(document.counts.objects, 2);
        assert_eq!(document.counts.properties, 2);
        assert!(document.roots[2].value.is_nil());
        assert_eq!(
            document.position(document.roots[1].at),
            Position { line: 3, column: 3 }
        );
    });
    read(r#"[[1,2],[]]"#, |document| {
        assert_eq!(document.roots.len(), 2);
        assert_eq!(document.list(&document.roots[0].value).unwrap().len(), 2);
        assert_eq!(
            first(document).content,
            Content::List(ListKind::List, vec![PsValue::Int(1), PsValue::Int(2)])
        );
    });
    read(r#""only text""#, |document| {
        assert_eq!(document.roots[0].value.as_str(), Some("only text"));
    });
}

#[test]
fn a_cmdlet_that_returned_nothing_leaves_no_root() {
    for text in ["null", "[]", "[null]", "[ null , null ]", " [] "] {
        read(text, |document| {
            assert!(document.roots.is_empty(), "{text}");
            assert_eq!(document.counts, Default::default());
        });
    }
    read("[{}]", |document| assert_eq!(document.roots.len(), 1));
}

#[test]
fn null_empty_and_absent_differ() {
    read(r#"{"a":null,"b":"","c":[],"d":{}}"#, |document| {
        let object = first(document);
        assert_eq!(object.get("a"), Some(&PsValue::Nil));
        assert_eq!(object.get("b"), Some(&PsValue::Text(Cow::Borrowed(""))));
        assert_eq!(document.list(object.get("c").unwrap()), Some(&[][..]));
        assert!(
            document
                .as_object(object.get("d").unwrap())
                .unwrap()
                .props
                .is_empty()
        );
        assert_eq!(object.get("e"), None);
    });
}

#[test]
fn numbers_keep_what_they_say() {
    let text = r#"[0,-0,9223372036854775807,-9223372036854775808,9223372036854775808,18446744073709551615,18446744073709551616,1.10,1e3,-2.5E-7]"#;
    read(text, |document| {
        let values: Vec<_> = document.roots.iter().map(|r| r.value.clone()).collect();
        assert_eq!(
            values,
            [
                PsValue::Int(0),
                PsValue::Int(0),
                PsValue::Int(i64::MAX),
                PsValue::Int(i64::MIN),
                PsValue::UInt(1 << 63),
                PsValue::UInt(u64::MAX),
                PsValue::Number("18446744073709551616".into()),
                PsValue::Number("1.10".into()),
                PsValue::Number("1e3".into()),
                PsValue::Number("-2.5E-7".into()),
            ]
        );
    });
}

#[test]
fn texts_are_unescaped_and_borrowed_where_they_can_be() {
    for (text, plain) in [
        (r#""plain \u00fc""#, "plain \u{FC}"),
        (
            r#""\u003cI\u003e\/\\\"\b\f\n\r\t""#,
            "<I>/\\\"\u{8}\u{C}\n\r\t",
        ),
        (r#""\ud83c\udf8e""#, "\u{1F38E}"),
        (r#""\ud83c""#, "\u{FFFD}"),
        (r#""\udf8e\ud83c!""#, "\u{FFFD}\u{FFFD}!"),
        (r#""\ud83c\u0041""#, "\u{FFFD}A"),
        // Backslashes lost by a clean-up script: not ours to mend.
        (r#""u003cu003e""#, "u003cu003e"),
    ] {
        read(text, |document| {
            assert_eq!(document.roots[0].value.as_str(), Some(plain), "{text}");
        });
    }
    let document = parse(r#""plain""#, &Limits::default()).unwrap();
    assert!(matches!(
        document.roots[0].value,
        PsValue::Text(Cow::Borrowed(_))
    ));
}

#[test]
fn dates_of_both_powershells_are_dates() {
    let text = r#"["\/Date(1670440199000)\/","/Date(1670440199000+0100)/","Date(1717562155000)","2024-06-05T10:00:00Z","\/Date(-62135578800000)\/"]"#;
    read(text, |document| {
        let dates: Vec<_> = document
            .roots
            .iter()
            .map(|root| match &root.value {
                PsValue::DateTime(iso) => &**iso,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(
            dates,
            [
                "2022-12-07T19:09:59Z",
                "2022-12-07T19:09:59Z",
                "2024-06-05T04:35:55Z",
                "2024-06-05T10:00:00Z",
                "0001-01-01T05:00:00Z",
            ]
        );
    });
}

#[test]
fn the_wrapper_of_windows_powershell_is_its_array() {
    read(
        r#"{"Servers":{"value":["EX01","EX02"],"Count":2}}"#,
        |document| {
            let servers = document
                .list(first(document).get("Servers").unwrap())
                .unwrap();
            assert_eq!(servers.len(), 2);
            assert_eq!(document.counts.objects, 2);
            assert_eq!(document.counts.properties, 1);
            assert_eq!(document.counts.scalars, 2);
        },
    );
    read(r#"{"Count":1,"value":[{"Name":"a"}]}"#, |document| {
        assert_eq!(document.roots.len(), 1);
        assert_eq!(first(document).get("Name").unwrap().as_str(), Some("a"));
    });
    read(r#"{"value":[],"Count":0}"#, |document| {
        assert!(document.roots.is_empty())
    });
    for other in [
        r#"{"value":["a"],"Count":2}"#,
        r#"{"value":"a","Count":1}"#,
        r#"{"value":["a"],"Count":1,"More":1}"#,
        r#"{"Value":["a"],"Count":1}"#,
    ] {
        read(other, |document| {
            assert!(first(document).get("Count").is_some(), "{other}");
        });
    }
}

#[test]
fn a_key_twice_is_refused_but_not_in_another_case() {
    let error = refused("{\"Name\":1,\n \"Name\":2}");
    assert_eq!(
        error.to_string(),
        "line 2, column 2: the key \"Name\" stands twice in one object: the file was edited"
    );
    read(r#"{"Name":1,"name":2,"N\u0061me2":3}"#, |document| {
        assert_eq!(first(document).props.len(), 3);
    });
    assert!(parse(r#"{"Name":1,"N\u0061me":2}"#, &Limits::default()).is_err());
    // Beyond the keys that are looked through one by one.
    let many: Vec<_> = (0..100).map(|i| format!("\"k{i}\":{i}")).collect();
    let fine = format!("{{{}}}", many.join(","));
    read(&fine, |document| {
        assert_eq!(first(document).props.len(), 100)
    });
    for again in ["k0", "k31", "k32", "k99"] {
        let twice = format!("{{{},\"{again}\":0}}", many.join(","));
        assert!(refused(&twice).to_string().contains(again));
    }
}

#[test]
fn what_is_not_json_is_refused_with_a_place() {
    for (text, expected) in [
        (
            "",
            "line 1, column 1: the file is empty: write it with ConvertTo-Json",
        ),
        (
            "<Objs/>",
            "line 1, column 1: this is not JSON: it looks like XML; name it .xml",
        ),
        (
            "{} {}",
            "line 1, column 4: text after the end of the JSON value: one file holds one object or one array",
        ),
        (
            "[1]\n]",
            "line 2, column 1: text after the end of the JSON value: one file holds one object or one array",
        ),
        (
            "{\"a\":1",
            "line 1, column 7: the file ends where a comma or } was expected: it was cut off, export it again",
        ),
        ("[1,]", "line 1, column 4: a value was expected here"),
        (
            "{\"a\":1,}",
            "line 1, column 8: a key in double quotes was expected here",
        ),
        (
            "{a:1}",
            "line 1, column 2: a key in double quotes was expected here",
        ),
        ("{\"a\" 1}", "line 1, column 6: a colon was expected here"),
        ("[1 2]", "line 1, column 4: a comma or ] was expected here"),
        (
            "tru",
            "line 1, column 1: true, false or null was expected here",
        ),
        (
            "truest",
            "line 1, column 5: text after the end of the JSON value: one file holds one object or one array",
        ),
        ("NaN", "line 1, column 1: a value was expected here"),
        (
            "01",
            "line 1, column 1: a number that begins with 0: text was meant",
        ),
        (
            "-",
            "line 1, column 2: the file ends where a digit was expected: it was cut off, export it again",
        ),
        (
            "1.",
            "line 1, column 3: the file ends where a digit was expected: it was cut off, export it again",
        ),
        ("1e+x", "line 1, column 4: a digit was expected here"),
        (
            "\"a",
            "line 1, column 1: a text without its closing quote: the file was cut off, export it again",
        ),
        (
            "\"a\nb\"",
            "line 1, column 3: a control character in a text: JSON writes it with a backslash",
        ),
        (
            "\"\\x\"",
            "line 1, column 3: an escape that JSON knows was expected here",
        ),
        (
            "\"\\u12\"",
            "line 1, column 3: \\u and four hexadecimal digits was expected here",
        ),
        (
            "\"\\u+123\"",
            "line 1, column 3: \\u and four hexadecimal digits was expected here",
        ),
    ] {
        assert_eq!(refused(text).to_string(), expected, "{text}");
    }
}

#[test]
fn every_cut_of_a_file_is_refused() {
    let file = r#"{"a":[1.5e3,"x\u00e9\n",{"b":null}],"c":"\u{E9}"}"#;
    assert!(parse(file, &Limits::default()).is_err());
    let file = "{\"a\":[1.5e3,\"x\\u00e9\\n\",{\"b\":null}],\"c\":\"\u{E9}\"}";
    assert!(parse(file, &Limits::default()).is_ok());
    for end in (0..file.len()).filter(|end| file.is_char_boundary(*end)) {
        refused(&file[..end]);
    }
}

#[test]
fn serialization_data_is_counted_and_not_kept() {
    read(r#"{"Name":"a","SerializationData":[1,2,3]}"#, |document| {
        assert_eq!(first(document).props.len(), 1);
        assert_eq!(document.counts.serialization_data, 1);
    });
}

#[test]
fn limits_hold() {
    let within =
        |text: &str, limits: Limits| parse(text, &limits).map(|_| ()).map_err(|e| e.to_string());
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    let depth = |depth| Limits {
        depth,
        ..Limits::default()
    };
    assert_eq!(within(&nested(64), depth(64)), Ok(()));
    assert!(
        within(&nested(65), depth(64))
            .unwrap_err()
            .contains("more than 64 levels")
    );
    assert!(
        within(&nested(1_000_000), depth(usize::MAX))
            .unwrap_err()
            .contains("more than 256")
    );
    let objects = Limits {
        objects: 2,
        ..Limits::default()
    };
    assert_eq!(within("[{}]", objects), Ok(()));
    assert!(
        within("[{},{}]", objects)
            .unwrap_err()
            .contains("more than 2 objects")
    );
    let values = Limits {
        values: 2,
        ..Limits::default()
    };
    assert!(
        within("[1,2,3]", values)
            .unwrap_err()
            .contains("more than 2 values")
    );
    let text = Limits {
        text: 3,
        ..Limits::default()
    };
    assert_eq!(within(r#""abc""#, text), Ok(()));
    assert!(
        within(r#""abcd""#, text)
            .unwrap_err()
            .contains("more than 3 bytes")
    );
    assert!(
        within(r#""ab\ncd""#, text)
            .unwrap_err()
            .contains("more than 3 bytes")
    );
}

#[test]
fn two_thousand_mutations_neither_panic_nor_hang() {
    let file = r#"[{"Name":"EX01","Port":443,"Size":18446744073709551615,"Ratio":1.10,"When":"\/Date(1670440199000)\/","Url":null,
  "Methods":{"value":["Ntlm","OAuth"],"Count":2},"Nested":{"a":[true,false,[]],"b":"\ud83c\udf8e"}},{"Name":"@{a=b}"}]"#;
    assert!(parse(file, &Limits::default()).is_ok());
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\\",
        "\\u",
        ",",
        ":",
        "null",
        "-",
        "e",
        "\u{0}",
        "\u{1F38E}",
    ];
    let mut state = 7u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) as usize % below.max(1)
    };
    for _ in 0..2000 {
        let mut bytes = file.as_bytes().to_vec();
        for _ in 0..=next(3) {
            let at = next(bytes.len());
            let end = (at + next(20)).min(bytes.len());
            match next(4) {
                0 => bytes[at] = next(256) as u8,
                1 => drop(bytes.drain(at..end)),
                2 => drop(bytes.splice(at..at, pieces[next(pieces.len())].bytes())),
                _ => {
                    let copy = bytes[at..end].to_vec();
                    let to = next(bytes.len());
                    bytes.splice(to..to, copy);
                }
            }
        }
        if let Ok(text) = decode(&bytes) {
            let _ = parse(&text, &Limits::default());
        }
    }
}
