use std::borrow::Cow;

use super::super::psobject::{Content, ListKind, PsObject, PsValue};
use super::super::{Document, Limits, Position, ProtocolError};
use super::*;

const OPEN: &str =
    r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">"#;

fn wrap(inner: &str) -> String {
    format!("{OPEN}{inner}</Objs>")
}

fn read<T>(inner: &str, look: impl FnOnce(&Document<'_>) -> T) -> T {
    let text = wrap(inner);
    let document = parse(&text, &Limits::default()).unwrap_or_else(|e| panic!("{inner}: {e}"));
    look(&document)
}

fn refusal(inner: &str) -> String {
    refused(&wrap(inner)).to_string()
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

fn text(text: &str) -> PsValue<'_> {
    PsValue::Text(Cow::Borrowed(text))
}

#[test]
fn every_scalar_has_its_type() {
    let cases = [
        ("<S>a</S>", text("a")),
        ("<S />", text("")),
        ("<S></S>", text("")),
        ("<Nil/>", PsValue::Nil),
        ("<Nil></Nil>", PsValue::Nil),
        ("<B>true</B>", PsValue::Bool(true)),
        ("<B>False</B>", PsValue::Bool(false)),
        ("<C>97</C>", PsValue::Char('a')),
        ("<C>55356</C>", PsValue::Char('\u{FFFD}')),
        ("<By>255</By>", PsValue::Int(255)),
        ("<SB>-128</SB>", PsValue::Int(-128)),
        ("<I16>-32768</I16>", PsValue::Int(-32768)),
        ("<U16>65535</U16>", PsValue::Int(65535)),
        ("<I32> -5 </I32>", PsValue::Int(-5)),
        ("<U32>4294967295</U32>", PsValue::Int(4_294_967_295)),
        ("<I64>-9223372036854775808</I64>", PsValue::Int(i64::MIN)),
        ("<U64>7</U64>", PsValue::Int(7)),
        ("<U64>18446744073709551615</U64>", PsValue::UInt(u64::MAX)),
        (
            "<Sg>3.402823E+38</Sg>",
            PsValue::Number("3.402823E+38".into()),
        ),
        ("<Db>-INF</Db>", PsValue::Number("-INF".into())),
        ("<D>1.302000</D>", PsValue::Number("1.302000".into())),
        (
            "<DT>2008-04-11T10:42:32.2731993-07:00</DT>",
            PsValue::DateTime("2008-04-11T10:42:32.2731993-07:00".into()),
        ),
        ("<TS>PT1H5M</TS>", PsValue::Span("PT1H5M".into())),
        (
            "<G>00000000-0000-0000-0000-00000000000A</G>",
            PsValue::Guid("00000000-0000-0000-0000-00000000000A".into()),
        ),
        (
            "<URI>https://mail.contoso.com/ews</URI>",
            PsValue::Uri("https://mail.contoso.com/ews".into()),
        ),
        (
            "<Version>15.2.986.5</Version>",
            PsValue::Version("15.2.986.5".into()),
        ),
        (
            "<XD>&lt;a b=\"c\" /&gt;</XD>",
            PsValue::Xml("<a b=\"c\" />".into()),
        ),
        (
            "<SBK>Get-Item</SBK>",
            PsValue::ScriptBlock("Get-Item".into()),
        ),
        ("<BA>AAECAw==</BA>", PsValue::Bytes("AAECAw==".into())),
        ("<BA/>", PsValue::Bytes("".into())),
        ("<SS>0100000000</SS>", PsValue::SecureString),
        (
            "<PR><AV>a</AV><AI>1</AI><Nil /><SD>s</SD></PR>",
            PsValue::Progress,
        ),
    ];
    for (inner, expected) in cases {
        read(inner, |document| {
            assert_eq!(document.roots[0].value, expected, "{inner}");
            assert_eq!(document.counts.scalars, 1);
        });
    }
}

#[test]
fn plain_text_is_borrowed() {
    let file = wrap("<S>a plain_text</S><S>an _x000A_escape</S>");
    let document = parse(&file, &Limits::default()).unwrap();
    let borrowed = |i: usize| match &document.roots[i].value {
        PsValue::Text(t) => matches!(t, Cow::Borrowed(_)),
        other => panic!("{other:?}"),
    };
    assert!(borrowed(0));
    assert!(!borrowed(1));
}

#[test]
fn text_is_joined_and_unescaped() {
    for (inner, expected) in [
        ("a &lt;I&gt; &amp;&#x20;b &apos;&quot;", "a <I> & b '\""),
        ("x<![CDATA[<y> & _x0041_]]>z", "x<y> & Az"),
        ("one<!-- aside -->two", "onetwo"),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a&#13;\nb", "a\r\nb"),
        ("_x005F_x000A__x000a_", "_x000A_\n"),
        ("_xD83C_&#x5F;xDF8E_", "\u{1F38E}"),
        ("  blanks stay  ", "  blanks stay  "),
        (" \n ", " \n "),
    ] {
        read(&format!("<S>{inner}</S>"), |document| {
            assert_eq!(document.roots[0].value, text(expected), "{inner}");
        });
    }
}

#[test]
fn an_enumeration_in_either_order_with_its_types() {
    for inner in [
        r#"<Obj RefId="1"><TN RefId="0"><T>Contoso.GzipLevel</T><T>System.Enum</T></TN><ToString>Low</ToString><I32>1</I32></Obj>"#,
        r#"<Obj RefId="1"><I32>1</I32><ToString>Low</ToString><TN RefId="0"><T>Contoso.GzipLevel</T><T>System.Enum</T></TN></Obj>"#,
    ] {
        read(inner, |document| {
            let object = first(document);
            assert_eq!(object.to_string.as_deref(), Some("Low"));
            assert_eq!(object.content, Content::Scalar(PsValue::Int(1)));
            assert_eq!(
                document.type_names(object),
                ["Contoso.GzipLevel", "System.Enum"]
            );
            assert_eq!(
                document.scalar(&document.roots[0].value),
                Some(&PsValue::Int(1))
            );
        });
    }
}

#[test]
fn properties_and_added_members_stay_apart_and_names_compare_without_case() {
    let inner = r#"<Obj RefId="0"><ToString /><Props><S N="Name">own</S><Nil N="ExternalUrl" /><S N="Realm" /></Props><MS><S N="name">added</S><G N="RunspaceId">1</G><BA N="SerializationData">AAEA</BA></MS></Obj>"#;
    read(inner, |document| {
        let object = first(document);
        assert_eq!(object.get("NAME"), Some(&text("own")));
        assert_eq!(object.extended[0].value, text("added"));
        assert_eq!(object.get("externalurl"), Some(&PsValue::Nil));
        assert_eq!(object.get("Realm"), Some(&text("")));
        assert_eq!(object.get("InternalUrl"), None);
        assert_eq!(object.own("RunspaceId"), None);
        assert_eq!(object.to_string.as_deref(), Some(""));
        let names: Vec<_> = object.properties().map(|p| &*p.name).collect();
        assert_eq!(names, ["Name", "ExternalUrl", "Realm", "RunspaceId"]);
        assert_eq!(document.counts.properties, 3);
        assert_eq!(document.counts.extended, 2);
        assert_eq!(document.counts.serialization_data, 1);
        assert_eq!(object.get("SerializationData"), None);
    });
}

#[test]
fn names_are_unescaped() {
    let inner = r#"<Obj><MS><S N="a_x000A_&amp;b">1</S><S N='_xD83C__xdf8e_'>2</S></MS></Obj>"#;
    read(inner, |document| {
        let object = first(document);
        assert_eq!(object.get("a\n&b"), Some(&text("1")));
        assert_eq!(object.get("\u{1F38E}"), Some(&text("2")));
    });
}

#[test]
fn every_collection() {
    for (element, kind) in [
        ("LST", ListKind::List),
        ("IE", ListKind::Enumerable),
        ("QUE", ListKind::Queue),
        ("STK", ListKind::Stack),
    ] {
        let inner = format!("<Obj><{element}><S>a</S><Nil /><I32>2</I32></{element}></Obj>");
        read(&inner, |document| {
            let members = vec![text("a"), PsValue::Nil, PsValue::Int(2)];
            assert_eq!(document.list(&document.roots[0].value), Some(&members[..]));
            assert_eq!(first(document).content, Content::List(kind, members));
        });
        let empty = format!("<Obj><{element} /></Obj>");
        read(&empty, |document| {
            assert_eq!(first(document).content, Content::List(kind, vec![]));
        });
    }
    let inner = r#"<Obj><DCT><En><S N="Key">a</S><I32 N="Value">1</I32></En><En><Nil N="Value" /><I32 N="Key">2</I32></En></DCT></Obj>"#;
    read(inner, |document| {
        assert_eq!(
            first(document).content,
            Content::Dict(vec![
                (text("a"), PsValue::Int(1)),
                (PsValue::Int(2), PsValue::Nil),
            ])
        );
    });
    read("<Obj><DCT /></Obj>", |document| {
        assert_eq!(first(document).content, Content::Dict(vec![]));
    });
}

#[test]
fn a_collection_can_have_members_of_its_own() {
    let inner = r#"<Obj RefId="0"><MS><S N="note">n</S></MS><LST><S>a</S></LST></Obj>"#;
    read(inner, |document| {
        let object = first(document);
        assert_eq!(object.get("note"), Some(&text("n")));
        assert!(matches!(object.content, Content::List(ListKind::List, _)));
    });
}

#[test]
fn references_reach_across_top_level_objects_siblings_and_ancestors() {
    let inner = r#"<Obj RefId="0"><TN RefId="0"><T>A</T></TN><Props><Obj N="Identity" RefId="1"><TN RefId="1"><T>Deserialized.B</T></TN><Props><Ref N="Self" RefId="1" /><Ref N="Owner" RefId="0" /></Props></Obj><Ref N="Id" RefId="1" /></Props></Obj><Obj RefId="2"><TNRef RefId="1" /><Props><Ref N="Id" RefId="1"></Ref></Props></Obj><Ref RefId="0" />"#;
    read(inner, |document| {
        let server = first(document);
        let identity = server.get("Id").unwrap();
        assert_eq!(identity, server.get("Identity").unwrap());
        let id = document.as_object(identity).unwrap();
        assert_eq!(id.get("Self"), Some(identity));
        assert_eq!(id.get("Owner"), Some(&document.roots[0].value));
        let second = document.as_object(&document.roots[1].value).unwrap();
        assert_eq!(second.get("Id"), Some(identity));
        assert_eq!(document.type_name(second), Some("B"));
        assert_eq!(document.type_names(second), ["Deserialized.B"]);
        assert_eq!(document.roots[2].value, document.roots[0].value);
        assert_eq!(document.counts.objects, 3);
        assert_eq!(document.counts.references, 5);
    });
}

#[test]
fn the_last_definition_before_a_reference_counts() {
    let inner = r#"<Obj RefId="1"><ToString>first</ToString></Obj><Ref RefId="1" /><Obj RefId="1"><ToString>second</ToString></Obj><Ref RefId="1" />"#;
    read(inner, |document| {
        let shown: Vec<_> = document
            .roots
            .iter()
            .map(|root| {
                document
                    .as_object(&root.value)
                    .unwrap()
                    .to_string
                    .as_deref()
                    .unwrap()
            })
            .collect();
        assert_eq!(shown, ["first", "first", "second", "second"]);
    });
}

#[test]
fn dangling_and_forward_references_are_refused() {
    assert_eq!(
        refusal(r#"<Ref RefId="7" /><Obj RefId="7" />"#),
        "line 1, column 81: Ref refers to RefId 7, which nothing before it defines: the file was cut or edited, export it again"
    );
    assert!(refusal(r#"<Obj><TNRef RefId="3" /></Obj>"#).contains("TNRef refers to RefId 3"));
    // Objects and type lists count apart.
    assert!(refusal(r#"<Obj RefId="3" /><Obj><TNRef RefId="3" /></Obj>"#).contains("TNRef"));
    assert!(refusal("<Ref />").contains("<Ref> without RefId"));
}

#[test]
fn an_object_may_wrap_an_object() {
    let inner = r#"<Obj RefId="0"><Obj RefId="1"><I32>5</I32></Obj></Obj><Obj RefId="2"><Ref RefId="2" /></Obj>"#;
    read(inner, |document| {
        assert_eq!(
            document.scalar(&document.roots[0].value),
            Some(&PsValue::Int(5))
        );
        assert_eq!(document.scalar(&document.roots[1].value), None);
    });
}

#[test]
fn streams_stand_on_top_level_values() {
    let inner = r#"<S S="error">a</S><Obj S="progress" RefId="0" /><S S="x_x0041_">b</S><S>c</S>"#;
    read(inner, |document| {
        let streams: Vec<_> = document.roots.iter().map(|r| r.stream.as_deref()).collect();
        assert_eq!(streams, [Some("error"), Some("progress"), Some("xA"), None]);
    });
}

#[test]
fn nothing_returned_is_no_root() {
    for file in [
        format!("{OPEN}</Objs>"),
        format!("{OPEN}\n</Objs>\n"),
        OPEN.replace(">", " />"),
        format!("<?xml version=\"1.0\"?><!-- c -->{OPEN}</Objs><!-- c -->"),
    ] {
        let document = parse(&file, &Limits::default()).unwrap();
        assert!(document.roots.is_empty(), "{file}");
    }
}

#[test]
fn captured_error_streams_begin_with_a_line_and_may_hold_several_documents() {
    let one = wrap(r#"<Obj RefId="0"><TN RefId="0"><T>A</T></TN></Obj>"#);
    let file = format!("#< CLIXML\r\n{one}{one}");
    let document = parse(&file, &Limits::default()).unwrap();
    assert_eq!(document.roots.len(), 2);
    assert_eq!(document.position(document.roots[0].at).line, 2);
    // Numbers end with their document.
    let other = wrap(r#"<Ref RefId="0" />"#);
    assert!(parse(&format!("#< CLIXML\n{one}{other}"), &Limits::default()).is_err());
    // Without the line a file is one document.
    assert!(
        refused(&format!("{one}{one}"))
            .to_string()
            .contains("second root")
    );
}

#[test]
fn other_formats_are_named() {
    for (file, expected) in [
        (
            "",
            "line 1, column 1: this is not CLIXML: the file is empty; write it with Export-Clixml",
        ),
        (
            " \n ",
            "line 2, column 2: this is not CLIXML: the file is empty; write it with Export-Clixml",
        ),
        (
            "[{}]",
            "line 1, column 1: this is not CLIXML: it looks like JSON; name it .json",
        ),
        (
            "\nName : EX01",
            "line 2, column 1: this is not CLIXML: it begins with text in place of <Objs>; Format-List output and CSV are other formats; write it with Export-Clixml",
        ),
        (
            "<?xml version=\"1.0\"?>\n<configuration/>",
            "line 2, column 1: this is not CLIXML: root element <configuration>; it looks like an IIS or .NET configuration file",
        ),
        (
            "<Obj RefId=\"0\" />",
            "line 1, column 1: this is not CLIXML: root element <Obj>; it looks like a fragment of CLIXML, which has <Objs> around it",
        ),
        (
            "<S>x</S>",
            "line 1, column 1: this is not CLIXML: root element <S>; it looks like a fragment of CLIXML, which has <Objs> around it",
        ),
        (
            "<plist/>",
            "line 1, column 1: this is not CLIXML: root element <plist>; write it with Export-Clixml",
        ),
        (
            "<!-- only -->",
            "line 1, column 14: this is not CLIXML: no element at all; write it with Export-Clixml",
        ),
        (
            "<Objs/>",
            "line 1, column 1: this is not CLIXML: <Objs> without a namespace; PowerShell writes xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"",
        ),
        (
            "<Objs xmlns=\"urn:x\"/>",
            "line 1, column 1: this is not CLIXML: <Objs> of another namespace; PowerShell writes xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"",
        ),
    ] {
        assert_eq!(refused(file).to_string(), expected);
    }
    assert!(
        refused(&wrap("").replace("1.1.0.1", "2.0"))
            .to_string()
            .contains("another version")
    );
}

#[test]
fn malformed_parts_are_named_with_their_place() {
    for (inner, expected) in [
        (
            "<Obj><Mystery N=\"A\">1</Mystery></Obj>",
            "<Mystery> is no element of CLIXML (property A)",
        ),
        (
            "<Obj><MS><Prop N=\"A\">1</Prop></MS></Obj>",
            "<Prop> is no element of CLIXML (property A)",
        ),
        (
            "<Obj><MS><S>1</S></MS></Obj>",
            "<S> in <MS> without N, the name of the property",
        ),
        (
            "<Obj><DCT><S>1</S></DCT></Obj>",
            "<S> in <DCT>, where <En> was expected",
        ),
        (
            "<Obj><DCT><En><S N=\"Key\">1</S></En></DCT></Obj>",
            "a dictionary entry <En> without N=\"Value\"",
        ),
        (
            "<Obj><DCT><En><S N=\"Value\">1</S></En></DCT></Obj>",
            "a dictionary entry <En> without N=\"Key\"",
        ),
        (
            "<Obj><DCT><En /></DCT></Obj>",
            "a dictionary entry <En> without N=\"Key\"",
        ),
        (
            "<Obj><DCT><En><S N=\"NotKey\">1</S></En></DCT></Obj>",
            "<S> in <En> is neither N=\"Key\" nor N=\"Value\"",
        ),
        (
            "<Obj><DCT><En><S N=\"Key\">1</S><S N=\"Key\">2</S></En></DCT></Obj>",
            "a dictionary entry <En> with two keys or values",
        ),
        (
            "<Obj><TN><S>x</S></TN></Obj>",
            "<S> in <TN>, where <T> was expected",
        ),
        (
            "<Obj><I32>1</I32><I32>2</I32></Obj>",
            "an object has a second <I32>",
        ),
        ("<Obj><LST/><S>1</S></Obj>", "an object has a second <S>"),
        (
            "<Obj><ToString/><ToString/></Obj>",
            "an object has a second <ToString>",
        ),
        (
            "<Obj><Props/><Props/></Obj>",
            "an object has a second <Props>",
        ),
        ("<Obj><MS/><MS/></Obj>", "an object has a second <MS>"),
        (
            "<Obj>text</Obj>",
            "text in <Obj>, where elements were expected",
        ),
        (
            "<Obj>&amp;</Obj>",
            "text in <Obj>, where elements were expected",
        ),
        (
            "<Obj><LST><![CDATA[x]]></LST></Obj>",
            "text in <LST>, where elements were expected",
        ),
        (
            "<S><S>x</S></S>",
            "an element in <S>, where text was expected",
        ),
        (
            "<Nil><S>x</S></Nil>",
            "an element in <Nil>, where nothing was expected",
        ),
        (
            "<Nil>x</Nil>",
            "text in <Nil>, where elements were expected",
        ),
        ("<S>&evil;</S>", "an undefined entity in <S>"),
        ("<S>a & b</S>", "an ampersand that starts no entity"),
        (
            "<Obj><MS><S N=\"&evil;\">x</S></MS></Obj>",
            "an undefined entity in an attribute of <S>",
        ),
        ("<S N=a>x</S>", "a damaged attribute in <S>"),
        ("<S N>x</S>", "a damaged attribute in <S>"),
        (
            "<S N=\"a\" N=\"b\">x</S>",
            "an attribute stands twice in <S>",
        ),
        (
            "<Obj><MS></Obj>",
            "an end tag stands where </MS> was expected",
        ),
    ] {
        let message = refusal(inner);
        assert!(message.contains(expected), "{inner}: {message}");
        assert!(message.starts_with("line 1, column "), "{message}");
    }
}

#[test]
fn every_end_tag_is_compared() {
    for (inner, expected) in [
        ("<S>x</B>", "</S>"),
        ("<S>x&amp;</B>", "</S>"),
        ("<S></B>", "</S>"),
        ("<S>x</Sx>", "</S>"),
        ("<SB>1</S>", "</SB>"),
        ("<Nil></S>", "</Nil>"),
        ("<Obj></S>", "</Obj>"),
        ("<Obj><Props></MS></Obj>", "</Props>"),
        ("<Obj><LST><S>x</S></Obj>", "</LST>"),
        ("<Obj><DCT><En><S N=\"Key\">k</S></DCT></Obj>", "</En>"),
        ("<Obj><TN><T>x</TN></Obj>", "</T>"),
        ("<SS>00</S>", "</SS>"),
        ("<PR><AV>x</SD></PR>", "another"),
        ("<PR><AV>x</AV></S>", "</PR>"),
        (
            "<Obj><MS><BA N=\"SerializationData\">AA</S></MS></Obj>",
            "</BA>",
        ),
        ("</Obj>", "</Objs>"),
    ] {
        let message = refusal(inner);
        assert!(message.contains(expected), "{inner}: {message}");
    }
    read(
        "<S>x</S ><Obj\n><LST ></LST\t></Obj ><SS>00</SS >",
        |document| {
            assert_eq!(document.roots.len(), 3);
        },
    );
}

#[test]
fn numbers_and_flags_are_checked_and_never_repeated() {
    for (element, content) in [
        ("I32", "2147483648"),
        ("I32", "hunter2"),
        ("I32", ""),
        ("By", "256"),
        ("SB", "-129"),
        ("U16", "-1"),
        ("U32", "4294967296"),
        ("I64", "9223372036854775808"),
        ("U64", "18446744073709551616"),
        ("U64", "-1"),
        ("C", "65536"),
        ("B", "hunter2"),
        ("B", ""),
        ("Db", "hunter2"),
        ("D", "1,5"),
    ] {
        let message = refusal(&format!(
            "<Obj><MS><{element} N=\"Prop\">{content}</{element}></MS></Obj>"
        ));
        assert!(
            message.contains(&format!("<{element}> does not hold")),
            "{message}"
        );
        assert!(message.contains("(property Prop)"), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn a_secure_string_never_leaves_the_parser() {
    let secret = "0100000066756e6e79";
    let inner = format!("<Obj><SS>{secret}</SS><MS><SS N=\"Password\">{secret}</SS></MS></Obj>");
    read(&inner, |document| {
        // `source` is the file itself, kept for positions; everything made from it is looked at.
        let seen = format!("{:?} {:?}", document.roots, document.objects());
        assert!(!seen.contains(secret));
        assert!(seen.contains("SecureString"));
    });
    for broken in [
        format!("<SS>{secret}"),
        format!("<SS>{secret}</S>"),
        format!("<SS>{secret}</{secret}>"),
        format!("<SS>{secret}&{secret}</SS>"),
        format!("<SS>{secret}<{secret}</SS>"),
        format!("<SS>{secret}</SS"),
    ] {
        let message = refusal(&broken);
        assert!(!message.contains(secret), "{message}");
    }
}

#[test]
fn entity_bombs_and_doctypes_are_refused() {
    let bomb = format!(
        "<!DOCTYPE Objs [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>{}",
        wrap("<S>&b;</S>")
    );
    assert!(refused(&bomb).to_string().contains("a DOCTYPE is refused"));
    for inside in [
        "<!DOCTYPE x>",
        "<S><!DOCTYPE x></S>",
        "<SS><!DOCTYPE x></SS>",
    ] {
        assert!(refusal(inside).contains("a DOCTYPE is refused"), "{inside}");
    }
}

#[test]
fn every_cut_of_a_file_is_refused_with_a_place() {
    let file = wrap(
        "\n<Obj RefId=\"0\"><TN RefId=\"0\"><T>A</T></TN><ToString>x &amp; y</ToString>\
         <Props><S N=\"P\">v</S><Nil N=\"Q\" /></Props><MS><SS N=\"R\">00</SS></MS>\
         <DCT><En><S N=\"Key\">k</S><S N=\"Value\">v</S></En></DCT></Obj>\n",
    );
    assert!(parse(&file, &Limits::default()).is_ok());
    for end in 0..file.len() {
        let error = refused(&file[..end]);
        assert!(error.position().is_some());
    }
    let cut = refused(&file[..file.len() - "</Objs>".len()]).to_string();
    assert_eq!(
        cut,
        "line 3, column 1: the file ends before </Objs>: it was cut off, export it again"
    );
    let twice = refused(&format!("{file}</Objs>")).to_string();
    assert!(twice.contains("an end tag outside the root element"));
    let after = format!("{file} trailing");
    assert!(
        refused(&after)
            .to_string()
            .contains("text or an end tag outside the root element")
    );
}

#[test]
fn places_count_lines_and_characters_from_one() {
    let file = wrap("\n  <S>\u{DF}\u{1F38E}</S><X/>");
    assert_eq!(
        refused(&file).position(),
        Some(Position {
            line: 2,
            column: 12
        })
    );
}

#[test]
fn limits_hold() {
    let nested = |n: usize| {
        wrap(&format!(
            "{}{}",
            "<Obj><LST>".repeat(n),
            "</LST></Obj>".repeat(n)
        ))
    };
    let within =
        |file: &str, limits: Limits| parse(file, &limits).map(|_| ()).map_err(|e| e.to_string());
    let depth = |depth| Limits {
        depth,
        ..Limits::default()
    };
    assert_eq!(within(&nested(32), depth(64)), Ok(()));
    assert!(
        within(&nested(33), depth(64))
            .unwrap_err()
            .contains("more than 64 levels")
    );
    // However much is asked for, recursion ends.
    let deep = nested(100_000);
    assert!(
        within(&deep, depth(usize::MAX))
            .unwrap_err()
            .contains("more than 256 levels")
    );

    let three = wrap("<Obj /><Obj /><Obj />");
    let objects = |objects| Limits {
        objects,
        ..Limits::default()
    };
    assert_eq!(within(&three, objects(3)), Ok(()));
    assert!(
        within(&three, objects(2))
            .unwrap_err()
            .contains("more than 2 objects")
    );

    let values = |values| Limits {
        values,
        ..Limits::default()
    };
    let four =
        wrap("<Obj RefId=\"0\"><LST><S/><Nil/></LST></Obj><Ref RefId=\"0\" /><Ref RefId=\"0\" />");
    assert_eq!(within(&four, values(4)), Ok(()));
    assert!(
        within(&four, values(3))
            .unwrap_err()
            .contains("more than 3 values")
    );

    let text = |text| Limits {
        text,
        ..Limits::default()
    };
    for inner in [
        "<S>12345</S>",
        "<S>12&amp;45</S>",
        "<S>12<![CDATA[345]]></S>",
    ] {
        assert_eq!(within(&wrap(inner), text(5)), Ok(()), "{inner}");
        assert!(
            within(&wrap(inner), text(4))
                .unwrap_err()
                .contains("more than 4 bytes")
        );
    }
}

/// A seeded generator: the same mutations on every run.
struct Seed(u64);

impl Seed {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % below.max(1)
    }
}

#[test]
fn two_thousand_mutations_neither_panic_nor_hang() {
    let file = wrap(
        r#"
  <Obj RefId="0"><TN RefId="0"><T>Contoso.Dir</T><T>System.Object</T></TN><ToString>EX01\EWS &lt;x&gt;</ToString>
    <Props><Nil N="ExternalUrl" /><B N="Enabled">true</B><I32 N="Port">443</I32><U64 N="Size">18446744073709551615</U64>
      <Obj N="Methods" RefId="1"><TNRef RefId="0" /><LST><S>Ntlm_x000A_</S><C>97</C></LST></Obj><Ref N="Id" RefId="1" />
      <SS N="Secret">01000000</SS><BA N="Raw">AAECAw==</BA><DT N="When">2021-01-01T00:00:00Z</DT></Props>
    <MS><BA N="SerializationData">AAEAAAD/////</BA><G N="RunspaceId">0</G></MS></Obj>
  <Obj RefId="2"><DCT><En><S N="Key">k</S><Db N="Value">1.5</Db></En></DCT></Obj><S S="error"><![CDATA[x]]></S>
"#,
    );
    assert!(parse(&file, &Limits::default()).is_ok());
    let pieces = [
        "<",
        ">",
        "</",
        "/>",
        "&",
        "&#x0;",
        "\"",
        "_x",
        "_xD83C_",
        "<!--",
        "<![CDATA[",
        "]]>",
        "<?",
        "<Obj>",
        "</Obj>",
        "<Ref RefId=\"0\"/>",
        "\u{0}",
        "\u{1F38E}",
    ];
    let mut seed = Seed(20_211_121);
    let mut accepted = 0;
    for _ in 0..2000 {
        let mut bytes = file.clone().into_bytes();
        for _ in 0..=seed.next(4) {
            let at = seed.next(bytes.len());
            let end = (at + seed.next(40)).min(bytes.len());
            match seed.next(5) {
                0 => bytes[at] = seed.next(256) as u8,
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let piece = pieces[seed.next(pieces.len())].bytes();
                    bytes.splice(at..at, piece);
                }
                3 => {
                    let copy = bytes[at..end].to_vec();
                    let to = seed.next(bytes.len());
                    bytes.splice(to..to, copy);
                }
                _ => bytes.truncate(at.max(1)),
            }
            if bytes.is_empty() {
                break;
            }
        }
        if let Ok(text) = decode(&bytes) {
            match parse(&text, &Limits::default()) {
                Ok(_) => accepted += 1,
                Err(e) => assert!(!e.to_string().is_empty()),
            }
        }
    }
    // Mutations of texts and blanks are harmless: neither everything nor nothing is refused.
    assert!((20..1500).contains(&accepted), "{accepted}");
}
