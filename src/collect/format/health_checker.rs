//! `HealthChecker-SERVER-TIME.xml` of Microsoft's Exchange Health Checker (project CSS-Exchange).
//!
//! CLIXML of one object with `HealthCheckerExchangeServer`, `HtmlServerValues` and `DisplayResults`. The
//! first holds what the script read: `OrganizationInformation` with the organization's objects under names
//! such as `GetAuthConfig`, `ExchangeInformation` with one server's.
//!
//! Facts, from the project's source as read on 2026-11-22 (`Get-HealthCheckerDataObject.ps1`,
//! `Invoke-JobOrganizationInformation.ps1`, `Invoke-JobExchangeInformationCmdlet.ps1`,
//! `Get-ExchangeVirtualDirectories.ps1`, `Get-ExSetupFileVersionInfo.ps1`,
//! `Get-ExchangeServerCertificateInformation.ps1`):
//! - Everything in `VirtualDirectories` was read with `-ADPropertiesOnly` (since October 2023): Active
//!   Directory's memory. Older files have directories beside it, and those speak for themselves.
//! - A property is null where its cmdlet failed, and where it found nothing.
//! - `GetSettingOverride` and `AcceptedDomain` are the text `Unknown` where the cmdlet failed; accepted
//!   domains are kept only where their name is `*`.
//! - `ExSetup.exe` that was not found is replaced by numbers of the cumulative update, marked
//!   `FailedGetExSetup`.
//! - `-Depth 2` keeps what came through remoting whole and cuts what the session itself made to text.
//! - Where `Export-Clixml` fails, a copy that went through JSON is written: Exchange's types are gone.

use chrono::{DateTime, Utc};

use super::selection::{self, NO_KIND};
use super::{Find, Format, Reading, Seen};
use crate::catalog::{self, KindSpec};
use crate::collect::coverage::{Ended, ONE_SERVER_EACH};
use crate::collect::place::Unplaced;
use crate::model::{Evidence, Plane, State};
use crate::normalise;
use crate::protocol::{Content, Document, ObjId, ProtocolError, PsObject, PsValue, clixml};

pub(super) static FORMAT: Format = Format {
    name: "health_checker",
    recognise,
    read,
    is_certain: true,
};

/// What the root holds beside the server's data.
const RESULTS: &str = "HealthCheckerExchangeServer";

fn recognise(seen: &Seen<'_>) -> bool {
    let head = seen.head(8192);
    head.starts_with("<Objs")
        && (head.contains("N=\"HealthCheckerExchangeServer\"")
            || head.contains("N=\"HealthCheckerVersion\""))
}

fn read<'a>(seen: &Seen<'a>) -> Result<Reading<'a>, ProtocolError> {
    let mut document = clixml::parse(seen.text, seen.limits)?;
    let Some((root, data)) = data_of(&document) else {
        return Ok(Reading::of_roots(document));
    };
    let mut reader = Reader {
        server: String::new(),
        is_edge: false,
        document: &document,
        finds: Vec::new(),
        unplaced: Vec::new(),
        ended: Vec::new(),
    };
    reader.root(root);
    let taken_at = match data {
        Some(data) => {
            reader.data(data);
            taken_at(data)
        }
        None => {
            let missing = "HealthChecker could not write its data; run it again";
            selection::list(&mut reader.unplaced, RESULTS, 1, missing);
            None
        }
    };
    let Reader {
        mut finds,
        unplaced,
        ended,
        ..
    } = reader;
    // CLIXML carries a certificate's bytes and nothing of what Exchange does with it.
    for find in finds.iter_mut().filter(|f| is_certificate(f.kind)) {
        let object = document.object(find.object);
        if object.get("Services").is_none() {
            let (picked, at) = (object.properties().cloned().collect(), object.at);
            find.object = selection::selection(&mut document, picked, at);
        }
    }
    Ok(Reading {
        pages: Vec::new(),
        finds,
        unplaced,
        ended,
        taken_at,
        document,
    })
}

fn is_certificate(kind: Option<&KindSpec>) -> bool {
    kind.is_some_and(|spec| spec.name == "ExchangeCertificate")
}

/// The root, and the server's data: a property of it, the root itself, or not there (null).
fn data_of<'d, 'a>(
    document: &'d Document<'a>,
) -> Option<(&'d PsObject<'a>, Option<&'d PsObject<'a>>)> {
    let [root] = document.roots.as_slice() else {
        return None;
    };
    let root = document.as_object(&root.value)?;
    match root.get(RESULTS) {
        Some(value) if value.is_nil() => Some((root, None)),
        Some(value) => Some((root, document.as_object(value))),
        None => {
            let is_data = ["HealthCheckerVersion", "ExchangeInformation"]
                .iter()
                .all(|name| root.get(name).is_some());
            is_data.then_some((root, Some(root)))
        }
    }
}

/// With an offset always: `[datetime]::Now` of the session, or a job's copy of it.
fn taken_at(data: &PsObject<'_>) -> Option<DateTime<Utc>> {
    let text = selection::text(data, "GenerationTime")?;
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    Some(at.to_utc())
}

struct Reader<'d, 'a> {
    /// As the script names it: short or with its domain.
    server: String,
    is_edge: bool,
    document: &'d Document<'a>,
    finds: Vec<Find>,
    unplaced: Vec<Unplaced>,
    ended: Vec<Ended>,
}

impl<'d, 'a> Reader<'d, 'a> {
    /// What the script made of the data: for people, not for us.
    fn root(&mut self, root: &'d PsObject<'a>) {
        for name in ["HtmlServerValues", "DisplayResults"] {
            if root.get(name).is_some_and(|value| !value.is_nil()) {
                let missing = "HealthChecker's own judgement, not a setting";
                selection::list(&mut self.unplaced, name, 1, missing);
            }
        }
    }

    fn data(&mut self, data: &'d PsObject<'a>) {
        self.server = selection::text(data, "ServerName")
            .unwrap_or_default()
            .to_owned();
        let part = |name: &str| data.get(name).filter(|value| !value.is_nil());
        let exchange = part("ExchangeInformation");
        self.is_edge = exchange
            .and_then(|value| self.document.as_object(value))
            .and_then(|object| object.get("GetExchangeServer"))
            .and_then(|value| self.document.as_object(value))
            .is_some_and(|server| server.get("IsEdgeServer") == Some(&PsValue::Bool(true)));
        for (name, value) in [
            ("OrganizationInformation", part("OrganizationInformation")),
            ("ExchangeInformation", exchange),
        ] {
            match value.map(|value| self.document.as_object(value)) {
                Some(Some(object)) if !object.props.is_empty() || !object.extended.is_empty() => {
                    self.part(name, object);
                }
                Some(_) => self.cut(name),
                None => {}
            }
        }
        for name in ["HardwareInformation", "OSInformation"] {
            if part(name).is_some() {
                selection::list(&mut self.unplaced, name, 1, NO_KIND);
            }
        }
        // One file is about one server, whatever the organization has beside it.
        if let Some(spec) = catalog::find("ExchangeServer") {
            self.ended(spec, None, State::Partial, Some(ONE_SERVER_EACH.to_owned()));
        }
    }

    /// Half a file: the export's depth ended here.
    fn cut(&mut self, name: &str) {
        let missing = "its content: the file's depth ended here";
        selection::list(&mut self.unplaced, name, 1, missing);
        let is_organization = name == "OrganizationInformation";
        for spec in catalog::on_plane(Plane::Onprem).filter(|spec| !spec.is_summary()) {
            if spec.is_server_bound() != is_organization {
                let reason = format!("HealthChecker's file holds only the name of {name}");
                self.ended(spec, Some(Plane::Onprem), State::Failed, Some(reason));
            }
        }
    }

    /// One of the two halves, or a part of one, property by property.
    fn part(&mut self, part: &str, object: &'d PsObject<'a>) {
        for property in object.properties() {
            let (name, value) = (property.name.as_ref(), &property.value);
            let path = format!("{part}.{name}");
            match name {
                "VirtualDirectories" => self.nested(&path, value),
                "ExchangeCertificateInformation" => self.certificates(&path, value, "Certificates"),
                // Before 2024: a list of summaries, each with its certificate.
                "ExchangeCertificates" => self.certificates(&path, value, ""),
                "BuildInformation" => self.build(&path, value),
                "AcceptedDomain" | "WildCardAcceptedDomain" => self.accepted_domains(&path, value),
                _ => match name.strip_prefix("Get").and_then(catalog::named) {
                    Some(spec) if spec.call(Plane::Onprem).is_some() => {
                        self.answer(&path, spec, value);
                    }
                    _ => self.list(&path, value),
                },
            }
        }
    }

    fn nested(&mut self, path: &str, value: &'d PsValue<'a>) {
        match self.document.as_object(value) {
            Some(object) => self.part(path, object),
            None => self.list(path, value),
        }
    }

    /// The answer of one cmdlet: objects, nothing, or the word for a failure.
    fn answer(&mut self, path: &str, spec: &'static KindSpec, value: &'d PsValue<'a>) {
        if value.is_nil() {
            return self.nothing(spec);
        }
        if value.as_str() == Some("Unknown") {
            let reason = format!("HealthChecker says that {} failed", cmdlet(spec));
            return self.ended(spec, Some(Plane::Onprem), State::Failed, Some(reason));
        }
        let remembered = path.contains(".VirtualDirectories.");
        for member in selection::members(self.document, value) {
            match self.object(spec, member) {
                Some(object) => self.finds.push(Find {
                    object,
                    kind: Some(spec),
                    plane: Some(Plane::Onprem),
                    server: spec.is_server_bound().then(|| self.server.clone()),
                    evidence: remembered.then_some(Evidence::Ad),
                }),
                None => self.cut_object(path, spec, member, Plane::Onprem),
            }
        }
    }

    /// An object that is all there: it says what type it has, and has properties.
    fn object(&self, spec: &KindSpec, value: &'d PsValue<'a>) -> Option<ObjId> {
        let PsValue::Object(id) = value else {
            return None;
        };
        let object = self.document.object(*id);
        let full = self.document.type_name(object)?;
        let full = full.strip_prefix("Selected.").unwrap_or(full);
        let name = normalise::last_segment(full);
        let is_plain = is_certificate(Some(spec)) && name == "X509Certificate2";
        let is_type = spec.type_names.contains(&name) || is_plain;
        (is_type && !(object.props.is_empty() && object.extended.is_empty())).then_some(*id)
    }

    /// Only the name of an object, or a copy without types: no values to trust.
    fn cut_object(
        &mut self,
        path: &str,
        spec: &'static KindSpec,
        value: &PsValue<'a>,
        plane: Plane,
    ) {
        let full = self
            .document
            .as_object(value)
            .and_then(|object| self.document.type_name(object))
            .unwrap_or("text");
        self.unplaced.push(Unplaced {
            type_name: format!("{path} ({full})"),
            missing: "its properties: the file holds a shortened copy".to_owned(),
            plane: Some(plane),
            kind: None,
        });
        let reason = format!(
            "HealthChecker's file holds a shortened copy of a {}",
            spec.name
        );
        self.ended(spec, Some(plane), State::Failed, Some(reason));
    }

    /// Null: the call failed, or found nothing. The script writes both alike.
    fn nothing(&mut self, spec: &'static KindSpec) {
        if self.is_edge {
            return; // not asked there, and nobody expects it
        }
        // These exist in every organization, and on every server that is asked: nothing is a failure.
        let must_exist = spec.is_server_bound()
            || matches!(
                spec.name,
                "ExchangeServer" | "OrganizationConfig" | "AuthConfig"
            );
        let (state, reason) = match (spec.name, must_exist) {
            // It has a word of its own for a failure.
            ("SettingOverride", _) => (State::Complete, None),
            (_, true) => (
                State::Failed,
                Some(format!("HealthChecker has no answer of {}", cmdlet(spec))),
            ),
            (_, false) => (
                State::NotAttempted,
                Some(format!(
                    "HealthChecker has no answer of {}: it failed or found nothing",
                    cmdlet(spec)
                )),
            ),
        };
        self.ended(spec, Some(Plane::Onprem), state, reason);
    }

    /// `Certificates` of a record, or a list of summaries with `CertificateObject`.
    fn certificates(&mut self, path: &str, value: &'d PsValue<'a>, inside: &str) {
        let Some(spec) = catalog::find("ExchangeCertificate") else {
            return self.list(path, value);
        };
        if inside.is_empty() {
            for member in selection::members(self.document, value) {
                let certificate = self
                    .document
                    .as_object(member)
                    .and_then(|summary| summary.get("CertificateObject"));
                self.answer(path, spec, certificate.unwrap_or(member));
            }
            return;
        }
        let Some(object) = self.document.as_object(value) else {
            return self.nothing(spec);
        };
        for property in object.properties() {
            let path = format!("{path}.{}", property.name);
            match property.name.as_ref() {
                "Certificates" => self.answer(&path, spec, &property.value),
                _ => self.list(&path, &property.value),
            }
        }
    }

    /// `ExchangeSetup`, the file version of `ExSetup.exe`, stands among other facts of the build.
    fn build(&mut self, path: &str, value: &'d PsValue<'a>) {
        let Some(object) = self.document.as_object(value) else {
            return self.list(path, value);
        };
        for property in object.properties() {
            let path = format!("{path}.{}", property.name);
            let spec = catalog::find("ServerVersion");
            let (true, Some(spec)) = (property.name == "ExchangeSetup", spec) else {
                self.list(&path, &property.value);
                continue;
            };
            let setup = self.document.as_object(&property.value);
            let guessed = setup.is_some_and(|setup| setup.get("FailedGetExSetup").is_some());
            match self.object(spec, &property.value) {
                Some(object) if !guessed => self.finds.push(Find {
                    object,
                    kind: Some(spec),
                    plane: Some(Plane::Host),
                    server: Some(self.server.clone()),
                    evidence: None,
                }),
                _ if guessed => {
                    let reason = "HealthChecker did not find ExSetup.exe".to_owned();
                    self.ended(spec, Some(Plane::Host), State::Failed, Some(reason));
                    selection::list(&mut self.unplaced, &path, 1, "the file ExSetup.exe");
                }
                _ if property.value.is_nil() => {
                    let reason = "HealthChecker has no version of ExSetup.exe".to_owned();
                    self.ended(spec, Some(Plane::Host), State::Failed, Some(reason));
                }
                _ => self.cut_object(&path, spec, &property.value, Plane::Host),
            }
        }
    }

    /// Domains of the name `*` alone: never all of them.
    fn accepted_domains(&mut self, path: &str, value: &'d PsValue<'a>) {
        let Some(spec) = catalog::find("AcceptedDomain") else {
            return self.list(path, value);
        };
        if value.as_str() == Some("Unknown") {
            return self.answer(path, spec, value);
        }
        let domains = self
            .document
            .as_object(value)
            .and_then(|object| object.get("WildCardAcceptedDomain"))
            .unwrap_or(value);
        if !domains.is_nil() {
            self.answer(path, spec, domains);
            let reason = "HealthChecker keeps the accepted domains named * alone".to_owned();
            self.ended(spec, Some(Plane::Onprem), State::Partial, Some(reason));
        }
    }

    fn list(&mut self, path: &str, value: &PsValue<'a>) {
        let count = match self.document.as_object(value) {
            Some(object) if object.content == Content::None => 1,
            _ => selection::count(self.document, value),
        };
        selection::list(&mut self.unplaced, path, count, NO_KIND);
    }

    fn ended(
        &mut self,
        spec: &'static KindSpec,
        plane: Option<Plane>,
        state: State,
        reason: Option<String>,
    ) {
        self.ended.push(Ended {
            plane,
            kind: spec.name,
            server: (spec.is_server_bound() && !self.server.is_empty())
                .then(|| normalise::server_name(&self.server)),
            state,
            reason,
            recorded: false,
        });
    }
}

fn cmdlet(spec: &KindSpec) -> &'static str {
    spec.calls.first().map_or("its cmdlet", |call| call.cmdlet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Limits;

    fn with<T>(data: &str, look: impl FnOnce(Reading<'_>) -> T) -> T {
        let text = format!(
            "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"><Obj RefId=\"0\"><MS>{data}</MS></Obj></Objs>"
        );
        let limits = Limits::default();
        let seen = Seen {
            name: "HealthChecker-EX01-20261121020000.xml",
            shown: "HealthChecker-EX01-20261121020000.xml",
            text: &text,
            limits: &limits,
        };
        assert!(recognise(&seen), "{text}");
        look(read(&seen).unwrap())
    }

    fn data(members: &str) -> String {
        format!(
            "<Obj N=\"HealthCheckerExchangeServer\" RefId=\"1\"><MS><DT N=\"GenerationTime\">2026-11-21T03:00:00+01:00</DT><S N=\"ServerName\">ex01.contoso.com</S>{members}</MS></Obj>"
        )
    }

    fn failed(reading: &Reading<'_>) -> Vec<&'static str> {
        let all = reading.ended.iter().filter(|e| e.state == State::Failed);
        all.map(|e| e.kind).collect()
    }

    #[test]
    fn a_half_that_the_depth_cut_off_is_failed_and_not_empty() {
        for cut in [
            "<S N=\"ExchangeInformation\">@{BuildInformation=; GetExchangeServer=EX01}</S>",
            "<Obj N=\"ExchangeInformation\" RefId=\"2\"><ToString>@{BuildInformation=}</ToString></Obj>",
        ] {
            with(&data(cut), |reading| {
                assert!(reading.finds.is_empty());
                let failed = failed(&reading);
                assert!(failed.contains(&"OwaVirtualDirectory"), "{failed:?}");
                assert!(!failed.contains(&"AuthServer"), "{failed:?}");
                assert_eq!(reading.unplaced.len(), 1);
                assert_eq!(
                    reading.taken_at.map(|at| at.to_rfc3339()).as_deref(),
                    Some("2026-11-21T02:00:00+00:00")
                );
            });
        }
    }

    #[test]
    fn an_object_without_its_type_or_its_properties_is_no_resource() {
        let config = |inside: &str| {
            data(&format!(
                "<Obj N=\"OrganizationInformation\" RefId=\"2\"><MS>{inside}</MS></Obj>"
            ))
        };
        let typed = "<Obj N=\"GetAuthConfig\" RefId=\"3\"><TN RefId=\"0\"><T>Deserialized.Microsoft.Exchange.Data.Directory.SystemConfiguration.AuthConfig</T></TN><ToString>Auth Configuration</ToString>";
        let whole = format!("{typed}<Props><S N=\"Realm\" /></Props></Obj>");
        with(&config(&whole), |reading| {
            assert_eq!(reading.finds.len(), 1);
            assert!(failed(&reading).is_empty());
        });
        for cut in [
            format!("{typed}</Obj>"),
            "<S N=\"GetAuthConfig\">Auth Configuration</S>".to_owned(),
            // A copy that went through JSON.
            "<Obj N=\"GetAuthConfig\" RefId=\"3\"><TN RefId=\"0\"><T>System.Management.Automation.PSCustomObject</T></TN><MS><S N=\"Realm\" /></MS></Obj>".to_owned(),
            "<Nil N=\"GetAuthConfig\" />".to_owned(),
        ] {
            with(&config(&cut), |reading| {
                assert!(reading.finds.is_empty(), "{cut}");
                assert_eq!(failed(&reading), ["AuthConfig"], "{cut}");
            });
        }
    }

    #[test]
    fn nothing_and_failure_look_alike_unless_the_script_has_a_word_for_it() {
        let states = |inside: &str| {
            let members =
                format!("<Obj N=\"OrganizationInformation\" RefId=\"2\"><MS>{inside}</MS></Obj>");
            with(&data(&members), |reading| {
                let ended = reading.ended.into_iter();
                ended
                    .filter(|e| e.kind != "ExchangeServer")
                    .map(|e| (e.kind, e.state))
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(
            states("<Nil N=\"GetHybridConfiguration\" />"),
            [("HybridConfiguration", State::NotAttempted)]
        );
        assert_eq!(
            states("<Nil N=\"GetSettingOverride\" />"),
            [("SettingOverride", State::Complete)]
        );
        assert_eq!(
            states("<S N=\"GetSettingOverride\">Unknown</S>"),
            [("SettingOverride", State::Failed)]
        );
        assert_eq!(
            states("<S N=\"AcceptedDomain\">Unknown</S>"),
            [("AcceptedDomain", State::Failed)]
        );
    }

    #[test]
    fn a_file_without_data_says_what_to_do() {
        with("<Nil N=\"HealthCheckerExchangeServer\" />", |reading| {
            assert!(reading.finds.is_empty());
            assert!(reading.unplaced[0].missing.contains("run it again"));
        });
    }
}
