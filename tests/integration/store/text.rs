//! Any value reads back, however YAML would take it.

use super::*;

/// Text that YAML readers love to take for something else.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "",
            " ",
            "null",
            "~",
            "true",
            "no",
            "on",
            "0123",
            "1.10",
            "1e3",
            "0x1F",
            "0o17",
            ".inf",
            "-",
            "- a",
            "a: b",
            "a #b",
            "#",
            "'",
            "\"",
            "''",
            "\\",
            "|",
            ">",
            "!x",
            "&a",
            "*a",
            "%",
            "@",
            "`",
            "{}",
            "[]",
            "{a: b}",
            "a\nb",
            "a\n",
            "\n",
            "a\r\nb",
            "\t",
            " a",
            "a ",
            "a\n\n b",
            "\u{85}",
            "\u{2028}",
            "\u{feff}x",
            "\u{0}",
            "\u{7f}",
            "\u{1b}[0m",
            "<<",
            "=",
            "---",
            "...",
            "--- a",
            "_site",
            "_evidence",
            "__x",
            "_",
            "$undecided",
            "$$x",
            "seen",
            "é",
            "😀",
            "2026-11-21",
            "+1",
            "-0",
            "00",
            "1_000",
            "9223372036854775808",
            "? a",
            ": a",
            "a:",
            "a: ",
            "12:30:45",
            "\u{a0}",
            "y",
            "NULL",
            "False",
            "0b1",
            "1.",
            "-.5",
            "+.inf",
            ".NaN",
            "-9223372036854775809",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
        "[ -~]{0,80}",
        any::<String>(),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        hostile().prop_map(Value::Text),
        Just(Value::undecided(Reason::Redacted, None)),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map(hostile(), inner.clone(), 0..4).prop_map(Value::Map),
            inner.prop_map(|seen| Value::undecided(Reason::Truncated, Some(seen))),
        ]
    })
}

fn resource() -> impl Strategy<Value = Resource> {
    let properties = || prop::collection::btree_map(hostile(), value(), 0..6);
    (
        prop::sample::select(Plane::ALL.to_vec()),
        prop::sample::select(vec!["A", "OwaVirtualDirectory", "con", "true", "9"]),
        hostile(),
        prop::option::of(prop::sample::select(vec![
            "EX01", "NUL", "", "ex 2", "1e3", "a/b",
        ])),
        prop::option::of(prop::sample::select(vec![Site::Frontend, Site::Backend])),
        prop::option::of(prop::sample::select(vec![
            Evidence::Iis,
            Evidence::Ad,
            Evidence::Unstated,
        ])),
        properties(),
        properties(),
    )
        .prop_map(
            |(plane, kind, key, server, site, evidence, properties, observed)| Resource {
                id: ResourceId {
                    plane,
                    kind: Kind::new(kind),
                    key,
                },
                server: server.map(str::to_owned),
                site,
                evidence,
                properties,
                observed,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_resources_read_back_and_give_the_same_bytes_again(
        resources in prop::collection::vec(resource(), 0..6),
    ) {
        let root = TempDir::new().unwrap();
        let store = open(root.path());
        let stored = store.commit(draft(night(0), resources.clone())).unwrap();
        let loaded = store.load(&store.resolve("latest").unwrap()).unwrap();
        prop_assert_eq!(&loaded, &stored);

        let other = TempDir::new().unwrap();
        let mut again = loaded;
        again.manifest.label = Some("again".to_owned());
        open(other.path()).commit(again).unwrap();
        let files = |root: &Path| -> Vec<_> {
            bytes_below(&root.join("contoso").join(FIRST))
                .into_iter()
                .filter(|(path, _)| path != Path::new("manifest.yaml"))
                .collect()
        };
        prop_assert_eq!(files(root.path()), files(other.path()));
        prop_assert_eq!(store.check().unwrap(), vec![]);
    }
}

/// What YAML refuses in plain text is written so that it comes back.
#[test]
fn characters_that_yaml_refuses_come_back() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    let mut odd = directory("EX01", true);
    for (index, text) in [
        "\u{81}",
        "a\u{9f}b",
        "\u{ffff}",
        "\u{fffe}",
        "\u{1b}[0m",
        "\u{7f}",
        "\u{85}x",
        "\u{feff}",
    ]
    .into_iter()
    .enumerate()
    {
        odd.properties
            .insert(format!("P{index}"), Value::text(text));
        odd.properties
            .insert(format!("K{text}"), Value::text("key"));
    }
    let stored = store.commit(draft(night(0), vec![odd])).unwrap();
    let loaded = store.load(&store.resolve("latest").unwrap()).unwrap();
    assert_eq!(loaded, stored);
    assert_eq!(store.check().unwrap(), vec![]);
}
