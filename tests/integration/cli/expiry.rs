//! What time alone made is not the update's doing, and `verify` says so.

use exdrift::sample::{Stage, configuration, contoso, inject};

use super::Desk;

#[test]
fn a_certificate_that_nears_its_end_is_no_work_of_the_update() {
    let desk = Desk::new();
    desk.write("exdrift.yaml", configuration(&contoso(Stage::Before)));
    let mut organization = contoso(Stage::Before);
    inject(&mut organization, "AUTH-002", "EXMBX01").unwrap();
    desk.bundle("before", &organization, "2026-10-20T18:00:00Z");
    // The update broke something of its own, too.
    inject(&mut organization, "PAPP-009", "EXMBX01").unwrap();
    desk.bundle("after", &organization, "2026-11-21T08:00:00Z");
    for name in ["before", "after"] {
        let ran = desk.run(&["import", name, "--org", "contoso", "--label", name]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }

    let verify = ["verify", "--before", "@before", "--after", "@after"];
    let ran = desk.run(&[&verify[..], &["--format", "json"]].concat());
    assert_eq!(ran.code, 1, "what has run out fails all the same: {ran:?}");
    let json = ran.json();
    let by_time: Vec<&str> = json["expiry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fingerprint| fingerprint.as_str().unwrap())
        .collect();
    let told: Vec<(&str, bool)> = json["new"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let fingerprint = finding["fingerprint"].as_str().unwrap();
            (
                finding["policy"].as_str().unwrap(),
                by_time.contains(&fingerprint),
            )
        })
        .collect();
    let expected = [("AUTH-001", true), ("AUTH-002", true), ("PAPP-009", false)];
    assert_eq!(told, expected);
    assert_eq!(by_time.len(), 2);

    let text = desk.run(&verify);
    let phrase = "2 of them by time alone";
    // Lines are broken where the paper ends.
    let words: Vec<&str> = text.out.split_whitespace().collect();
    assert!(words.join(" ").contains(phrase), "{}", text.out);
    let html = desk.run(&[&verify[..], &["--format", "html"]].concat());
    assert!(html.out.contains(phrase), "{}", html.out);
}

#[test]
fn without_such_findings_nothing_is_said_of_time() {
    let desk = Desk::contoso();
    let verify = ["verify", "--before", "@before", "--after", "@after"];
    let ran = desk.run(&[&verify[..], &["--format", "json"]].concat());
    assert!(ran.json().get("expiry").is_none());
    assert!(!desk.run(&verify).out.contains("by time alone"));
}
