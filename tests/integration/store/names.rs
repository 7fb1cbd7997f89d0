//! Names of organizations and servers on every file system.

use super::*;

#[test]
fn names_that_differ_by_case_are_refused() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    let error = store
        .commit(draft(
            night(0),
            vec![directory("EX01", true), directory("ex01", true)],
        ))
        .unwrap_err();
    assert!(matches!(error, StoreError::CaseCollision { .. }), "{error}");
    store.commit(draft(night(0), estate(true))).unwrap();
    let mut other = draft(night(0), estate(true));
    other.manifest.organization = "Contoso".to_owned();
    let error = store.commit(other).unwrap_err();
    assert!(
        error.to_string().contains("`contoso` and `Contoso`"),
        "{error}"
    );
}

#[test]
fn servers_with_names_that_windows_reserves_are_stored() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    let stored = store
        .commit(draft(
            night(0),
            vec![
                directory("NUL", true),
                directory("AUX.contoso.com", true),
                directory("É 1", true),
            ],
        ))
        .unwrap();
    let servers = root
        .path()
        .join("contoso")
        .join(FIRST)
        .join("onprem/servers");
    for file in ["%4EUL.yaml", "%41UX.contoso.com.yaml", "%C3%89%201.yaml"] {
        assert!(servers.join(file).is_file(), "{file}");
    }
    assert_eq!(
        store.load(&store.resolve("latest").unwrap()).unwrap(),
        stored
    );
}

#[test]
fn names_that_no_reference_could_say_are_refused() {
    let root = TempDir::new().unwrap();
    let store = open(root.path());
    for name in ["", "a/b", "a@b", "..\\x"] {
        let mut wrong = draft(night(0), estate(true));
        wrong.manifest.organization = name.to_owned();
        assert!(
            matches!(store.commit(wrong), Err(StoreError::Invalid { .. })),
            "{name}"
        );
    }
    let mut wrong = draft(night(0), estate(true));
    wrong.manifest.label = Some("latest".to_owned());
    assert!(store.commit(wrong).is_err());
    assert!(fs::read_dir(root.path()).unwrap().next().is_none());
}
