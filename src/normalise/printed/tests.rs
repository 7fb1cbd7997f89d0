use super::*;
use crate::catalog::find;
use crate::model::Properties;
use crate::protocol::{Limits, format_list};

fn of(kind: &str, text: &str) -> Properties {
    let listing = format_list::parse(text, &Limits::default()).unwrap();
    let object = &listing.document.objects()[0];
    let read = super::super::object(&listing.document, object, find(kind).unwrap());
    read.properties.into_iter().chain(read.observed).collect()
}

/// One property of an OWA directory.
fn owa(name: &str, value: &str) -> Value {
    let text = format!("Name : owa\n{name} : {value}\n");
    of("OwaVirtualDirectory", &text).remove(name).unwrap()
}

fn reason(value: &Value) -> Reason {
    value
        .undecided_reason()
        .unwrap_or_else(|| panic!("{value:?}"))
}

fn set(members: &[&str]) -> Value {
    Value::set(members.iter().map(|m| Value::text(*m)).collect())
}

#[test]
fn typed_values() {
    assert_eq!(owa("BasicAuthentication", "True"), Value::Bool(true));
    assert_eq!(owa("BasicAuthentication", "false"), Value::Bool(false));
    assert_eq!(
        owa("ExtendedProtectionTokenChecking", "require"),
        Value::text("Require")
    );
    assert_eq!(
        owa("InternalUrl", "https://MAIL.contoso.com:443/owa"),
        Value::text("https://mail.contoso.com/owa")
    );
    assert_eq!(owa("ExtendedProtectionFlags", "{}"), Value::List(vec![]));
    assert_eq!(
        owa("InternalAuthenticationMethods", "{Ntlm, OAuth, basic}"),
        set(&["Basic", "Ntlm", "OAuth"])
    );
    assert_eq!(
        owa("Guid", "8DD24194-EDDC-4A6C-82AF-96C1C5985595"),
        Value::text("8dd24194-eddc-4a6c-82af-96c1c5985595")
    );
    assert_eq!(
        owa("AdminDisplayVersion", "Version 15.0 (Build 1497.2)"),
        Value::text("15.0.1497.2")
    );
}

#[test]
fn blank_is_no_answer_of_any_type() {
    for name in [
        "ExternalUrl",
        "BasicAuthentication",
        "ExtendedProtectionSPNList",
        "Unheard",
        "Guid",
    ] {
        assert_eq!(reason(&owa(name, "")), Reason::NullOrEmpty, "{name}");
    }
}

#[test]
fn lists_that_were_cut_keep_what_was_seen() {
    for dots in ["...", "\u{2026}"] {
        let value = owa(
            "InternalAuthenticationMethods",
            &format!("{{Basic, Fba{dots}}}"),
        );
        assert_eq!(
            value,
            Value::undecided(Reason::Truncated, Some(set(&["Basic", "Fba"])))
        );
    }
    assert_eq!(
        reason(&owa("InternalAuthenticationMethods", "{Basic, Fba")),
        Reason::Truncated
    );
    assert_eq!(reason(&owa("Unheard", "{a, b...}")), Reason::Truncated);
}

#[test]
fn a_comma_inside_a_member_is_not_guessed() {
    assert_eq!(owa("Unheard", "{a, b}"), set(&["a", "b"]));
    assert_eq!(owa("Unheard", "{Sales, Berlin}"), set(&["Berlin", "Sales"]));
    assert_eq!(
        owa("Unheard", "{one member only}"),
        set(&["one member only"])
    );
    for value in [
        "{Doe, John (Sales)}",
        "{CN=mail, O=Contoso}",
        "{a, , b}",
        "{8dd24194-eddc-4a6c-82af-96c1c5985595}",
    ] {
        assert_eq!(reason(&owa("Unheard", value)), Reason::Ambiguous, "{value}");
    }
}

#[test]
fn untyped_values_are_decided_where_one_reading_is_left() {
    assert_eq!(owa("Unheard", "True"), Value::Bool(true));
    assert_eq!(owa("Unheard", "Low"), Value::text("Low"));
    assert_eq!(owa("Unheard", "0123"), Value::text("0123"));
    assert_eq!(owa("Unheard", "06:00:00"), Value::Int(21_600));
    assert_eq!(
        owa("Unheard", "36 MB (37,748,736 bytes)"),
        Value::Int(37_748_736)
    );
    assert_eq!(
        owa("Unheard", "0.10 (14.0.100.0)"),
        Value::text("0.10 (14.0.100.0)")
    );
    for value in ["480", "-1", "0", "1,5", "1.5"] {
        assert_eq!(reason(&owa("Unheard", value)), Reason::Ambiguous, "{value}");
    }
    for value in [
        "System.Object[]",
        "Microsoft.Exchange.Data.Foo",
        "@{a=b; c=d}",
    ] {
        assert_eq!(reason(&owa("Unheard", value)), Reason::TooDeep, "{value}");
    }
}

#[test]
fn broken_lines_are_put_together_where_the_type_has_no_blanks() {
    let text = "Name                            : owa (Default Web Site)\n\
        InternalAuthenticationMethods   : {Basic, Ntlm, WindowsIn\n                                  tegrated,\n                                  OAuth}\n\
        InternalUrl                     : https://mail.contoso.com/\n                                  owa\n\
        Guid                            : 8dd24194-eddc-4a6c-\n                                  82af-96c1c5985595\n\
        DistinguishedName               : CN=owa (Default Web\n                                  Site),CN=HTTP\n\
        Path                            : C:\\Program\n                                  Files\\x\n\
        Url                             : {https://a.contoso.com/,\n                                  https://b.contoso.com/}\n\
        OfflineStuff                    : {aaa,\n                                  bbb}\n";
    let read = of("OwaVirtualDirectory", text);
    assert_eq!(
        read["InternalAuthenticationMethods"],
        set(&["Basic", "Ntlm", "OAuth", "WindowsIntegrated"])
    );
    assert_eq!(
        read["InternalUrl"],
        Value::text("https://mail.contoso.com/owa")
    );
    assert_eq!(
        read["Guid"],
        Value::text("8dd24194-eddc-4a6c-82af-96c1c5985595")
    );
    assert_eq!(
        read["Url"],
        set(&["https://a.contoso.com/", "https://b.contoso.com/"])
    );
    for name in ["DistinguishedName", "Path", "OfflineStuff"] {
        assert_eq!(reason(&read[name]), Reason::Ambiguous, "{name}");
    }
}

#[test]
fn prose_below_a_value_is_not_part_of_it() {
    let text = "Name        : owa\nInternalUrl : https://mail.contoso.com/owa\nAny ideas?\n";
    assert_eq!(
        reason(&of("OwaVirtualDirectory", text)["InternalUrl"]),
        Reason::Ambiguous
    );
    let text = "Name                : owa\nBasicAuthentication : True\nAny ideas?\n";
    assert_eq!(
        reason(&of("OwaVirtualDirectory", text)["BasicAuthentication"]),
        Reason::Ambiguous
    );
}

#[test]
fn one_value_a_line() {
    let text = "Name                          : owa\n\
        InternalAuthenticationMethods : OAuth\n                                WindowsIntegrated\n\
        ExtendedProtectionFlags       : Proxy\n\
        FilterWebBeaconsAndHtmlForms  : one\n                                two\n";
    let read = of("OwaVirtualDirectory", text);
    assert_eq!(
        read["InternalAuthenticationMethods"],
        set(&["OAuth", "WindowsIntegrated"])
    );
    assert_eq!(read["ExtendedProtectionFlags"], set(&["Proxy"]));
    assert_eq!(
        reason(&read["FilterWebBeaconsAndHtmlForms"]),
        Reason::Ambiguous
    );
}

#[test]
fn secrets_stay_where_they_are() {
    assert_eq!(
        reason(&owa("Blob", "{48, 130, 4, 12...}")),
        Reason::Redacted
    );
    assert_eq!(reason(&owa("SomePassword", "hunter2")), Reason::Redacted);
    assert_eq!(
        reason(&owa("Comment", "password=hunter2")),
        Reason::Redacted
    );
    let text = "Name    : owa\nComment : user pass\n          word=hunter2\n";
    let value = of("OwaVirtualDirectory", text).remove("Comment").unwrap();
    assert_eq!(value, Value::undecided(Reason::Redacted, None));
}

#[test]
fn damaged_text_is_not_a_value() {
    assert_eq!(
        reason(&owa("DefaultDomain", "M\u{fffd}nchen.example")),
        Reason::Damaged
    );
    assert_eq!(reason(&owa("Unheard", "MÃ¼nchen")), Reason::Damaged);
    assert_eq!(owa("Unheard", "München"), Value::text("München"));
}

#[test]
fn a_cut_text_is_truncated() {
    let text = "Name        : owa\nInternalUrl : https://mail.con";
    assert_eq!(
        reason(&of("OwaVirtualDirectory", text)["InternalUrl"]),
        Reason::Truncated
    );
}

fn dates(rows: &[(&str, &str)]) -> Properties {
    let mut text = "Name : EX01\n".to_owned();
    for (name, value) in rows {
        text.push_str(&format!("{name} : {value}\n"));
    }
    of("AuthConfig", &text)
}

#[test]
fn a_date_is_decided_by_what_proves_its_order() {
    let moment = |rows: &[(&str, &str)]| dates(rows)["WhenChangedUTC"].clone();
    // A day above twelve.
    assert_eq!(
        moment(&[("WhenChangedUTC", "3/16/2020 11:27:59 PM")]),
        Value::text("2020-03-16T23:27:59Z")
    );
    assert_eq!(
        moment(&[("WhenChangedUTC", "25.09.2020 10:25:05")]),
        Value::text("2020-09-25T10:25:05Z")
    );
    // The same number twice; the year first.
    assert_eq!(
        moment(&[("WhenChangedUTC", "04.04.2016 08:50:11")]),
        Value::text("2016-04-04T08:50:11Z")
    );
    assert_eq!(
        moment(&[("WhenChangedUTC", "2020/4/5 12:00:00 AM")]),
        Value::text("2020-04-05T00:00:00Z")
    );
    // Another date of the same object.
    assert_eq!(
        moment(&[
            ("WhenChangedUTC", "4/5/2020 1:00:00 AM"),
            ("WhenCreatedUTC", "3/16/2020 1:00:00 AM"),
        ]),
        Value::text("2020-04-05T01:00:00Z")
    );
    // The twin is on the next day: the number that differs is the day.
    assert_eq!(
        moment(&[
            ("WhenChanged", "05/04/2020 01:30:00"),
            ("WhenChangedUTC", "04/04/2020 23:30:00"),
        ]),
        Value::text("2020-04-04T23:30:00Z")
    );
    assert_eq!(
        moment(&[
            ("WhenChanged", "06/04/2020 01:30:00"),
            ("WhenChangedUTC", "05/04/2020 23:30:00"),
        ]),
        Value::text("2020-04-05T23:30:00Z")
    );
}

#[test]
fn a_date_that_nothing_proves_is_undecided() {
    for rows in [
        vec![("WhenChangedUTC", "4/5/2020 1:00:00 AM")],
        vec![("WhenChangedUTC", "04.05.2020 01:00:00")],
        // They contradict each other.
        vec![
            ("WhenChangedUTC", "4/5/2020 1:00:00 AM"),
            ("A", "3/16/2020 1:00:00 AM"),
            ("B", "16/3/2020 1:00:00 AM"),
        ],
        // The same day in both: no proof.
        vec![
            ("WhenChanged", "05/04/2020 10:30:00"),
            ("WhenChangedUTC", "05/04/2020 08:30:00"),
        ],
        vec![("WhenChangedUTC", "16.03.20 01:00:00")],
        vec![("WhenChangedUTC", "16/3/2563 1:00:00")],
        vec![("WhenChangedUTC", "2020/3/16 下午 04:27:59")],
        vec![("WhenChangedUTC", "16 марта 2020 г. 16:27:59")],
    ] {
        assert_eq!(
            reason(&dates(&rows)["WhenChangedUTC"]),
            Reason::Ambiguous,
            "{rows:?}"
        );
    }
}

#[test]
fn a_clock_without_offset_is_no_moment() {
    let read = dates(&[
        ("NextCertificateEffectiveDate", "3/16/2020 4:27:59 PM"),
        ("Seen", "3/16/2020 4:27:59 PM"),
        ("Other", "3/16/2020 4:27:59 PM"),
        ("OtherUTC", "3/16/2020 11:27:59 PM"),
        ("Unset", "1/1/0001 12:00:00 AM"),
    ]);
    assert_eq!(
        reason(&read["NextCertificateEffectiveDate"]),
        Reason::Ambiguous
    );
    assert_eq!(reason(&read["Seen"]), Reason::Ambiguous);
    assert_eq!(read["Other"], Value::text("2020-03-16T23:27:59Z"));
    assert_eq!(read["Unset"], Value::Null);
}
