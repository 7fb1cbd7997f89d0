//! What was touched afterwards is not believed, and what could not be read back is not written.

use super::*;

#[test]
fn an_edited_file_is_named_and_nothing_of_it_is_believed() {
    for (file, from, to) in [
        ("onprem/servers/EX01.yaml", "true", "false"),
        ("observed/onprem/servers/EX01.yaml", "2026", "2025"),
        ("files.sha256", "EX01", "EX03"),
        ("manifest.yaml", "recorded", "stated"),
    ] {
        let root = TempDir::new().unwrap();
        let store = open(root.path());
        store.commit(draft(night(0), estate(true))).unwrap();
        let path = root.path().join("contoso").join(FIRST).join(file);
        edit(&path, from, to);
        let error = store.load(&store.resolve("latest").unwrap()).unwrap_err();
        let StoreError::Edited { path: named, .. } = &error else {
            panic!("{file}: {error}");
        };
        assert_eq!(*named, path);
        assert!(error.to_string().contains("exdrift store check"), "{error}");
        let problems = store.check().unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!((problems[0].what, &problems[0].path), (What::Edited, &path));
    }
}

#[test]
fn a_file_made_to_fit_its_listing_still_breaks_the_chain_of_digests() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    store.commit(draft(night(0), estate(true))).unwrap();
    let folder = root.path().join("contoso").join(FIRST);
    let file = folder.join("onprem/servers/EX01.yaml");
    let old = exdrift::snapshot::sha256_hex(&fs::read(&file).unwrap());
    edit(&file, "true", "false");
    let new = exdrift::snapshot::sha256_hex(&fs::read(&file).unwrap());
    edit(&folder.join("files.sha256"), &old, &new);
    let error = store.load(&store.resolve("latest").unwrap()).unwrap_err();
    assert!(error.to_string().contains("files.sha256"), "{error}");
}

#[test]
fn check_names_what_is_missing_extra_unknown_and_out_of_order() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    for number in 0..3 {
        store.commit(draft(night(number), estate(true))).unwrap();
    }
    let contoso = root.path().join("contoso");
    let folder = contoso.join(FIRST);
    fs::remove_file(folder.join("onprem/servers/EX01.yaml")).unwrap();
    fs::write(folder.join("onprem/servers/EX09.yaml"), "x").unwrap();
    assert_eq!(whats(&store), [What::Missing, What::Extra]);

    // Somebody takes the middle one out of history.
    let path = contoso.join("history.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let parts: Vec<_> = text.split("- id: ").collect();
    fs::write(
        &path,
        format!("{}- id: {}- id: {}", parts[0], parts[1], parts[3]),
    )
    .unwrap();
    assert_eq!(
        whats(&store),
        [
            What::Missing,
            What::Extra,
            What::ChainBroken,
            What::HistoryGap
        ]
    );
    // It does not follow the last entry any more, so the next writer leaves it aside.
    store.commit(draft(night(3), estate(true))).unwrap();
    assert_eq!(store.history("contoso").unwrap().entries.len(), 3);
    fs::remove_dir_all(contoso.join("2026-11-23T020000Z")).unwrap();
    assert!(whats(&store).contains(&What::Missing));
}

#[test]
fn damaged_documents_say_where() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    store.commit(draft(night(0), estate(true))).unwrap();
    let outside = root.path().join("copy");
    let copy = |edit_manifest: &dyn Fn(&str) -> String| {
        let _ = fs::remove_dir_all(&outside);
        fs::create_dir(&outside).unwrap();
        let from = root.path().join("contoso").join(FIRST);
        let text = fs::read_to_string(from.join("manifest.yaml")).unwrap();
        fs::copy(from.join("files.sha256"), outside.join("files.sha256")).unwrap();
        fs::write(outside.join("manifest.yaml"), edit_manifest(&text)).unwrap();
        store.outside(&outside).unwrap_err().to_string()
    };
    let truncated = copy(&|text| text[..text.len() / 2].to_owned());
    assert!(truncated.contains("manifest.yaml:"), "{truncated}");
    assert!(truncated.contains("store check"), "{truncated}");
    let newer = copy(&|text| text.replace("exdrift.snapshot/1", "exdrift.snapshot/2"));
    assert!(
        newer.contains("`exdrift.snapshot/2`") && newer.contains("newer"),
        "{newer}"
    );
    let foreign = copy(&|text| text.replace("exdrift.snapshot/1", "other/1"));
    assert!(foreign.contains("manifest.yaml:1:1"), "{foreign}");
    let twice = copy(&|text| format!("{text}organization: other\n"));
    assert!(twice.contains("duplicate"), "{twice}");
}

#[test]
fn a_changed_baseline_record_is_noticed() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    store.commit(draft(night(0), estate(true))).unwrap();
    store.commit(draft(night(1), estate(true))).unwrap();
    let approved = store.resolve("latest").unwrap();
    store.set_baseline(&approved, "alice", "reviewed").unwrap();
    edit(
        &root.path().join("contoso/baseline.yaml"),
        "2026-11-22T020000Z",
        FIRST,
    );
    assert!(store.resolve("baseline").is_err());
    assert_eq!(whats(&store), [What::Edited]);
}

#[test]
fn resources_in_a_wrong_place_are_refused() {
    let root = TempDir::new().unwrap();
    let mut wrong = draft(night(0), estate(true));
    let (id, resource) = wrong.resources.pop_first().unwrap();
    wrong.resources.insert(
        ResourceId {
            key: "other".to_owned(),
            ..id
        },
        resource,
    );
    let error = open(root.path()).commit(wrong).unwrap_err();
    assert!(error.to_string().contains("another key"), "{error}");
}

#[test]
fn nesting_that_could_not_be_read_back_is_never_recorded() {
    let root = TempDir::new().unwrap();
    let mut value = Value::Null;
    for _ in 0..200 {
        value = Value::List(vec![value]);
    }
    let mut deep = auth_server("ACS");
    deep.properties.insert("Deep".to_owned(), value);
    let error = open(root.path())
        .commit(draft(night(0), vec![deep]))
        .unwrap_err();
    assert!(matches!(error, StoreError::Invalid { .. }), "{error}");
    assert!(open(root.path()).organizations().unwrap().is_empty());
}
