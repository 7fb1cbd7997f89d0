//! An invented organization: ten servers, one of them wrong since last night.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeZone, Utc};
use exdrift::model::*;
use exdrift::report::{Report, ReportKind, ServerFacts, WaiverNote};

pub const BEFORE: &str = "2026-11-20T020000Z";
pub const NOW: &str = "2026-11-21T020000Z";

pub fn at(hour: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, hour, 0, 0).unwrap()
}

/// Everything that a [`Report`] borrows.
pub struct Sample {
    pub organization: String,
    pub now: Assessment,
    pub before: Assessment,
    pub drift: ChangeSet,
    pub verification: Verification,
    pub servers: Vec<ServerFacts>,
}

/// Id, category, title, severity, kind.
type Control = (
    &'static str,
    &'static str,
    &'static str,
    Severity,
    &'static str,
);

const CONTROLS: &[Control] = &[
    (
        "EP-001",
        "EP",
        "Extended Protection is off on a front-end directory",
        Severity::High,
        "OwaVirtualDirectory",
    ),
    (
        "EP-002",
        "EP",
        "Extended Protection differs between servers",
        Severity::Medium,
        "EcpVirtualDirectory",
    ),
    (
        "EXT-001",
        "EXT",
        "Basic authentication is offered to the Internet",
        Severity::Critical,
        "WebServicesVirtualDirectory",
    ),
    (
        "EXT-002",
        "EXT",
        "Windows authentication is offered to the Internet",
        Severity::Critical,
        "WebServicesVirtualDirectory",
    ),
    (
        "EXT-003",
        "EXT",
        "The admin center answers on the Internet",
        Severity::High,
        "EcpVirtualDirectory",
    ),
    (
        "EXT-004",
        "EXT",
        "Remote PowerShell answers on the Internet",
        Severity::High,
        "PowerShellVirtualDirectory",
    ),
    (
        "EXT-006",
        "EXT",
        "MRS proxy is on outside a migration",
        Severity::Medium,
        "WebServicesVirtualDirectory",
    ),
    (
        "HMA-001",
        "HMA",
        "OAuth is off on the EWS directory",
        Severity::High,
        "WebServicesVirtualDirectory",
    ),
    (
        "HMA-002",
        "HMA",
        "OAuth is off on the Autodiscover directory",
        Severity::High,
        "AutodiscoverVirtualDirectory",
    ),
    (
        "HMA-003",
        "HMA",
        "OAuth is missing from the MAPI methods",
        Severity::High,
        "MapiVirtualDirectory",
    ),
    (
        "HMA-004",
        "HMA",
        "OAuth is off on the OAB directory",
        Severity::Medium,
        "OabVirtualDirectory",
    ),
    (
        "HMA-005",
        "HMA",
        "Outlook Anywhere accepts less than TLS",
        Severity::Medium,
        "OutlookAnywhere",
    ),
    (
        "TLS-001",
        "TLS",
        "The TLS bridge's certificate differs between servers",
        Severity::Low,
        "ExchangeCertificate",
    ),
    (
        "URL-001",
        "URL",
        "An external URL names a host outside the namespaces",
        Severity::Low,
        "OabVirtualDirectory",
    ),
];

const ORGANIZATION: &[Control] = &[
    (
        "AUTH-001",
        "AUTH",
        "No authorization server for Entra ID",
        Severity::Critical,
        "AuthServer",
    ),
    (
        "AUTH-002",
        "AUTH",
        "The OAuth signing certificate expires soon",
        Severity::High,
        "AuthConfig",
    ),
    (
        "AUTH-003",
        "AUTH",
        "The next signing certificate is not staged",
        Severity::Low,
        "AuthConfig",
    ),
    (
        "HAPP-001",
        "HAPP",
        "The shared service principal still has keys",
        Severity::High,
        "ServicePrincipal",
    ),
    (
        "HYB-001",
        "HYB",
        "Availability goes by the old connector",
        Severity::Info,
        "IntraOrganizationConnector",
    ),
];

fn directory(kind: &str) -> String {
    kind.replace("VirtualDirectory", "")
        .replace("WebServices", "EWS")
}

fn literal(value: &Value) -> String {
    match value {
        Value::Bool(flag) => format!("${flag}"),
        Value::List(list) => list.iter().map(literal).collect::<Vec<_>>().join(","),
        other => format!("'{other}'"),
    }
}

fn print(policy: &str, id: &str) -> String {
    let text = format!("{policy}|{id}");
    (0..4u64)
        .map(|salt| {
            let hash = text
                .bytes()
                .fold(0xcbf2_9ce4_8422_2325 ^ salt, |hash, byte| {
                    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
                });
            format!("{:08x}", hash as u32)
        })
        .collect()
}

pub fn evaluation(control: &Control, server: Option<&str>, organization: &str) -> Evaluation {
    let (policy, category, title, severity, kind) = *control;
    let directory = directory(kind);
    let resource = match server {
        Some(server) => ResourceRef {
            plane: Some(Plane::Onprem),
            kind: Kind::new(kind),
            id: format!("{server}\\{directory} (Default Web Site)"),
            server: Some(server.to_owned()),
        },
        None => ResourceRef::organization(organization),
    };
    Evaluation {
        policy: policy.to_owned(),
        title: title.to_owned(),
        severity,
        outcome: Outcome::Pass,
        reason: None,
        message: format!("{title}: not so."),
        evidence: Vec::new(),
        remediation: None,
        references: vec![
            "https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/exchange-extended-protection".to_owned(),
            "Set-WebServicesVirtualDirectory reference".to_owned(),
        ],
        frameworks: BTreeMap::from([("NSA-CISA".to_owned(), vec!["modern authentication".to_owned()])]),
        fingerprint: print(policy, &resource.id),
        waiver: None,
        category: category.to_owned(),
        since: None,
        missing_kind: None,
        missing_param: None,
        resource,
    }
}

fn fail(e: &mut Evaluation, property: &str, observed: Value, expected: Value, since: &str) {
    let place = e
        .resource
        .server
        .clone()
        .unwrap_or_else(|| "the organization".to_owned());
    e.outcome = Outcome::Fail;
    e.message = format!("{place}: {property} is {observed} and should be {expected}.");
    let (cure, back) = (literal(&expected), literal(&observed));
    e.evidence.push(EvidenceItem {
        property: Some(property.to_owned()),
        observed,
        expected,
        resource: None,
    });
    let kind = e.resource.kind.clone();
    e.remediation = Some(Remediation {
        powershell: format!(
            "Set-{kind} -Identity '{}' -{property} {cure}",
            e.resource.id
        ),
        rollback: Some(format!(
            "Set-{kind} -Identity '{}' -{property} {back}",
            e.resource.id
        )),
    });
    e.since = Some(since.to_owned());
}

fn assessment(
    organization: &str,
    snapshot: &str,
    evaluations: Vec<Evaluation>,
    coverage: Coverage,
) -> Assessment {
    Assessment {
        schema: Assessment::SCHEMA.to_owned(),
        organization: organization.to_owned(),
        snapshot: snapshot.to_owned(),
        digest: format!("sha256:{}", "5e".repeat(32)),
        evaluated_at: at(2),
        policies_digest: format!("sha256:{}", "a1".repeat(32)),
        params_digest: format!("sha256:{}", "b2".repeat(32)),
        facts_date: "2026-10-08".to_owned(),
        tool: Tool {
            name: "exdrift".to_owned(),
            version: "0.1.0".to_owned(),
        },
        summary: Summary::of(&evaluations),
        coverage,
        evaluations,
        outliers: Vec::new(),
    }
}

fn coverage(is_denied: bool) -> Coverage {
    let row = |plane, kind: &str, count| CoverageRow {
        plane,
        kind: Kind::new(kind),
        state: State::Complete,
        basis: Basis::Recorded,
        count,
        reason: None,
        except: Vec::new(),
    };
    let mut anywhere = row(Plane::Onprem, "OutlookAnywhere", 10);
    if is_denied {
        anywhere.state = State::Partial;
        anywhere.count = 9;
        anywhere.except.push(Exception {
            server: "EX03".to_owned(),
            state: State::Denied,
            reason: Some("The role Virtual Directories does not reach this server.".to_owned()),
        });
    }
    let mut certificates = row(Plane::Onprem, "ExchangeCertificate", 4);
    certificates.basis = Basis::Assumed;
    let mut principal = row(Plane::Entra, "ServicePrincipal", 0);
    principal.state = State::NotAttempted;
    Coverage {
        rows: vec![
            row(Plane::Onprem, "AuthConfig", 1),
            row(Plane::Onprem, "AuthServer", 3),
            certificates,
            anywhere,
            row(Plane::Onprem, "WebServicesVirtualDirectory", 10),
            principal,
        ],
    }
}

pub fn servers(count: usize) -> Vec<ServerFacts> {
    (1..=count)
        .map(|n| ServerFacts {
            name: format!("EX{n:02}"),
            role: "Mailbox".to_owned(),
            build: (n != 9).then(|| "15.2.1748.10".to_owned()),
            exposure: match n * 10 / count.max(1) {
                0..=4 => Some("internet".to_owned()),
                5..=6 => Some("exo_only".to_owned()),
                _ => Some("internal".to_owned()),
            },
            is_edge: false,
        })
        .chain([ServerFacts {
            name: "EDGE01".to_owned(),
            role: "Edge Transport".to_owned(),
            is_edge: true,
            ..ServerFacts::default()
        }])
        .collect()
}

fn evaluations(organization: &str, now: bool) -> Vec<Evaluation> {
    let mut list = Vec::new();
    for control in CONTROLS {
        for n in 1..=10 {
            let server = format!("EX{n:02}");
            let mut e = evaluation(control, Some(&server), organization);
            match (control.0, n) {
                // The wrong one: new since last night.
                ("EXT-002", 4) if now => fail(
                    &mut e,
                    "WindowsAuthentication",
                    true.into(),
                    false.into(),
                    NOW,
                ),
                ("HMA-003", 4) if now => fail(
                    &mut e,
                    "IISAuthenticationMethods",
                    Value::set(vec!["Ntlm".into(), "Negotiate".into()]),
                    Value::set(vec!["Ntlm".into(), "OAuth".into(), "Negotiate".into()]),
                    NOW,
                ),
                // Known for weeks, everywhere: nobody stands out.
                ("EXT-006", n) if n < 9 => fail(
                    &mut e,
                    "MRSProxyEnabled",
                    true.into(),
                    false.into(),
                    "2026-10-02T020000Z",
                ),
                ("URL-001", 8) => fail(
                    &mut e,
                    "ExternalUrl",
                    "https://old.contoso.com/oab".into(),
                    "a host of params.namespaces".into(),
                    "2026-11-01T020000Z",
                ),
                ("EXT-003", 2) => {
                    fail(
                        &mut e,
                        "AdminEnabled",
                        true.into(),
                        false.into(),
                        "2026-09-12T020000Z",
                    );
                    e.waiver = Some(Waived {
                        owner: "j.doe".to_owned(),
                        reason: "Jump host until the new one is racked.".to_owned(),
                        until: "2026-12-31".to_owned(),
                        expired: false,
                    });
                }
                ("EP-001", 6) if !now => fail(
                    &mut e,
                    "ExtendedProtectionTokenChecking",
                    "None".into(),
                    "Require".into(),
                    BEFORE,
                ),
                ("HMA-005", 3) if now => {
                    e.outcome = Outcome::Unknown;
                    e.reason = Some("denied".to_owned());
                    e.message = "OutlookAnywhere of EX03 was refused.".to_owned();
                }
                ("EP-002", 9 | 10) => {
                    e.outcome = Outcome::Unknown;
                    e.reason = Some("ad_only".to_owned());
                    e.message = "Read with -ADPropertiesOnly: Active Directory does not know what IIS does.".to_owned();
                }
                ("EXT-004", 7..) | ("EXT-001", 9..) => {
                    e.outcome = Outcome::NotApplicable;
                    e.reason = Some("internal_server".to_owned());
                    e.message = "The server is not reached from the Internet.".to_owned();
                }
                ("TLS-001", _) => {
                    e.outcome = Outcome::Manual;
                    e.message =
                        "Compare the certificate of the bridge with the server's.".to_owned();
                }
                ("HMA-004", 5) => {
                    e.outcome = Outcome::Error;
                    e.reason = Some("time_limit".to_owned());
                    e.message = "The policy took longer than 10 s.".to_owned();
                }
                _ => {}
            }
            list.push(e);
        }
    }
    for control in ORGANIZATION {
        let mut e = evaluation(control, None, organization);
        match control.0 {
            "AUTH-003" => {
                fail(
                    &mut e,
                    "NextCertificateThumbprint",
                    Value::Null,
                    "a certificate".into(),
                    "2026-11-01T020000Z",
                );
            }
            "HAPP-001" => {
                e.outcome = Outcome::Unknown;
                e.reason = Some("not_collected".to_owned());
                e.message = "Entra ID was not read.".to_owned();
            }
            _ => {}
        }
        list.push(e);
    }
    list
}

fn change(server: &str, kind: &str, property: &str, before: Value, after: Value) -> Change {
    Change {
        op: Op::Changed,
        resource: ResourceRef {
            plane: Some(Plane::Onprem),
            kind: Kind::new(kind),
            id: format!("{server}\\{} (Default Web Site)", directory(kind)),
            server: Some(server.to_owned()),
        },
        before_id: None,
        property: Some(property.to_owned()),
        added: Vec::new(),
        removed: Vec::new(),
        before: Some(before),
        after: Some(after),
        attribution: None,
    }
}

fn because(mut change: Change, class: DriftClass, evidence: &str) -> Change {
    change.attribution = Some(Attribution {
        class,
        evidence: evidence.to_owned(),
    });
    change
}

fn drift(organization: &str) -> ChangeSet {
    let side = |snapshot: &str| SnapshotRef {
        organization: organization.to_owned(),
        snapshot: snapshot.to_owned(),
        digest: format!("sha256:{}", "5e".repeat(32)),
    };
    let mut mapi = change(
        "EX04",
        "MapiVirtualDirectory",
        "IISAuthenticationMethods",
        Value::set(vec!["Ntlm".into(), "Negotiate".into(), "OAuth".into()]),
        Value::set(vec!["Ntlm".into(), "Negotiate".into()]),
    );
    mapi.removed.push("OAuth".into());
    let mut url = change(
        "EX04",
        "WebServicesVirtualDirectory",
        "ExternalUrl",
        Value::Null,
        Value::Null,
    );
    url.before = None;
    url.after = Some("https://mail.contoso.com/ews".into());
    let mut connector = change("EX04", "AuthServer", "Enabled", Value::Null, Value::Null);
    connector.op = Op::Added;
    connector.property = None;
    (connector.before, connector.after) = (None, None);
    connector.resource.server = None;
    connector.resource.id = "ACS - contoso".to_owned();
    ChangeSet {
        before: side(BEFORE),
        after: side(NOW),
        changes: vec![
            because(
                change(
                    "EX04",
                    "WebServicesVirtualDirectory",
                    "WindowsAuthentication",
                    false.into(),
                    true.into(),
                ),
                DriftClass::UpdateReset,
                "EX04 went from 15.2.1544.4 to 15.2.1748.10; the factory value is true.",
            ),
            because(
                url,
                DriftClass::UnknownBefore,
                "15.2.1544.4 had no such property.",
            ),
            because(
                mapi,
                DriftClass::Manual,
                "No build change and no wizard run between the snapshots.",
            ),
            because(
                change(
                    "EX06",
                    "OwaVirtualDirectory",
                    "ExtendedProtectionTokenChecking",
                    "None".into(),
                    "Require".into(),
                ),
                DriftClass::UpdateIntended,
                "15.2.1748.10 turns Extended Protection on.",
            ),
            because(
                connector,
                DriftClass::HcwReapply,
                "The hybrid configuration was written at 01:12 UTC.",
            ),
        ],
        coverage_changes: vec![CoverageChange {
            plane: Plane::Onprem,
            kind: Kind::new("OutlookAnywhere"),
            id: None,
            server: Some("EX03".to_owned()),
            property: None,
            before: "complete".to_owned(),
            after: "denied".to_owned(),
            lost: true,
            reason: "The role Virtual Directories does not reach this server.".to_owned(),
        }],
    }
}

impl Sample {
    pub fn mixed() -> Self {
        Sample::named("contoso")
    }

    pub fn named(organization: &str) -> Self {
        let now = assessment(
            organization,
            NOW,
            evaluations(organization, true),
            coverage(true),
        );
        let before = assessment(
            organization,
            BEFORE,
            evaluations(organization, false),
            coverage(false),
        );
        let drift = drift(organization);
        let of = |keep: &dyn Fn(&Evaluation) -> bool, from: &Assessment| -> Vec<Evaluation> {
            from.evaluations
                .iter()
                .filter(|e| keep(e))
                .cloned()
                .collect()
        };
        let is_new = |e: &Evaluation| e.since.as_deref() == Some(NOW);
        let verification = Verification {
            schema: Verification::SCHEMA.to_owned(),
            verdict: Verdict::Regressed,
            before: drift.before.clone(),
            after: drift.after.clone(),
            new: of(&is_new, &now),
            fixed: of(
                &|e| e.policy == "EP-001" && e.outcome == Outcome::Fail,
                &before,
            ),
            still: of(&|e| e.outcome == Outcome::Fail && !is_new(e), &now),
            lost_evidence: of(
                &|e| e.policy == "HMA-005" && e.outcome == Outcome::Unknown,
                &now,
            ),
            run_next: of(&is_new, &now)
                .into_iter()
                .filter_map(|e| Some(e.remediation?.powershell))
                .chain(["exdrift import drop --org contoso".to_owned()])
                .collect(),
            drift: drift.clone(),
            expiry: Vec::new(),
        };
        Sample {
            organization: organization.to_owned(),
            now,
            before,
            drift,
            verification,
            servers: servers(10),
        }
    }

    pub fn report(&self, kind: ReportKind) -> Report<'_> {
        let mut report = Report::new(kind, &self.organization, NOW, at(3));
        report.compared_with = Some(BEFORE);
        report.servers = self.servers.clone();
        match kind {
            ReportKind::Diff => report.drift = Some(&self.drift),
            ReportKind::Verify => {
                report.verification = Some(&self.verification);
                report.assessment = Some(&self.now);
                report.previous = Some(&self.before);
            }
            ReportKind::Audit | ReportKind::Run => {
                report.assessment = Some(&self.now);
                report.previous = Some(&self.before);
                report.hints.push(
                    "params:\n  namespaces: {mail.contoso.com: {paths: [ews], tls: bridge}}"
                        .to_owned(),
                );
                report.unused_waivers.push(WaiverNote {
                    subject: "EXT-003 on EX01".to_owned(),
                    owner: "j.doe".to_owned(),
                    reason: "Decommissioned.".to_owned(),
                    until: "2027-01-31".to_owned(),
                    changes: Vec::new(),
                });
                report.changed_waivers.push(WaiverNote {
                    subject: "EXT-005 on EX02".to_owned(),
                    owner: "j.doe".to_owned(),
                    reason: "Moves in spring.".to_owned(),
                    until: "2027-03-31".to_owned(),
                    changes: vec![
                        "BasicAuthentication from true to false on EX02\\Autodiscover".to_owned(),
                    ],
                });
                if kind == ReportKind::Run {
                    report.drift = Some(&self.drift);
                    report.baseline_drift = Some(&self.drift);
                }
            }
        }
        report
    }
}

/// Text that tries everything: markup, script, addresses, terminal controls, direction marks, length.
pub fn hostile_text(salt: &str) -> String {
    format!(
        "</style></script><script>window.hacked='{salt}'</script><img src=x onerror=\"window.hacked=1\">\
         ' onmouseover='window.hacked=2' \u{1b}[31mred\u{1b}]0;title\u{7} \u{202e}txt.exe\u{2066} \u{0}\r\n<!-- javascript:alert(1)"
    )
}

/// The mixed sample in which every text that can come from outside is hostile.
pub fn hostile() -> Sample {
    let mut sample = Sample::named(&hostile_text("organization"));
    let long = "x<y>".repeat(2_500);
    for assessment in [&mut sample.now, &mut sample.before] {
        for (index, e) in assessment.evaluations.iter_mut().enumerate() {
            poison(e);
            if index % 7 == 0 {
                for item in &mut e.evidence {
                    item.observed = Value::Text(long.clone());
                }
            }
        }
        assessment.snapshot = hostile_text("snapshot");
        assessment.digest = hostile_text("digest");
        for row in &mut assessment.coverage.rows {
            row.kind = Kind::new(hostile_text("kind"));
            row.reason = Some(hostile_text("reason"));
            for except in &mut row.except {
                except.server = hostile_text("except");
                except.reason = Some(hostile_text("why"));
            }
        }
    }
    for change in &mut sample.drift.changes {
        change.resource.id = hostile_text("key");
        change.resource.server = Some(hostile_text("server"));
        change.property = change.property.as_ref().map(|_| hostile_text("property"));
        change.after = Some(Value::List(vec![
            Value::Text(hostile_text("member")),
            long.as_str().into(),
        ]));
        change.added = vec![Value::Text(hostile_text("member"))];
        if let Some(attribution) = &mut change.attribution {
            attribution.evidence = hostile_text("attribution");
        }
    }
    for change in &mut sample.drift.coverage_changes {
        change.reason = hostile_text("coverage");
        change.before = hostile_text("state");
    }
    let v = &mut sample.verification;
    for e in v
        .new
        .iter_mut()
        .chain(&mut v.fixed)
        .chain(&mut v.still)
        .chain(&mut v.lost_evidence)
    {
        poison(e);
    }
    v.run_next.push(hostile_text("run"));
    v.drift = sample.drift.clone();
    for server in &mut sample.servers {
        server.name = hostile_server(&server.name);
        server.role = hostile_text("role");
        server.build = Some(hostile_text("build"));
        server.exposure = Some(hostile_text("exposure"));
    }
    sample
}

fn hostile_server(name: &str) -> String {
    format!("{name}{}", hostile_text("server"))
}

fn poison(e: &mut Evaluation) {
    e.title = hostile_text("title");
    e.message = hostile_text("message");
    e.category = hostile_text("category");
    e.resource.id.push_str(&hostile_text("id"));
    e.resource.server = e.resource.server.as_deref().map(hostile_server);
    e.references = vec![
        "javascript:window.hacked=3".to_owned(),
        "data:text/html,<script>window.hacked=4</script>".to_owned(),
        "https://example.com/\"onclick=\"window.hacked=5".to_owned(),
        hostile_text("reference"),
    ];
    e.frameworks = BTreeMap::from([(hostile_text("framework"), vec![hostile_text("control")])]);
    if let Some(remediation) = &mut e.remediation {
        remediation.powershell.push_str(&hostile_text("powershell"));
        remediation.rollback = Some(hostile_text("rollback"));
    }
    if let Some(waiver) = &mut e.waiver {
        waiver.owner = hostile_text("owner");
        waiver.reason = hostile_text("waiver");
    }
    if e.reason.is_some() {
        e.reason = Some(hostile_text("word"));
    }
    for item in &mut e.evidence {
        item.property = Some(hostile_text("property"));
        item.observed = Value::Text(hostile_text("observed"));
    }
}

/// Many servers, each with a handful of open findings and one oddity.
pub fn large(count: usize) -> Sample {
    let mut sample = Sample::mixed();
    sample.servers = servers(count);
    let (mut list, mut older) = (Vec::new(), Vec::new());
    for copy in 0..4 {
        for control in CONTROLS {
            for n in 1..=count {
                let server = format!("EX{n:02}");
                let mut e = evaluation(control, Some(&server), "contoso");
                e.policy = format!("{}{copy}", e.policy);
                e.fingerprint = print(&e.policy, &e.resource.id);
                if (n * 7 + copy) % 5 == 0 && control.3 == Severity::High {
                    fail(
                        &mut e,
                        "WindowsAuthentication",
                        true.into(),
                        false.into(),
                        "2026-11-01T020000Z",
                    );
                }
                older.push(e.clone());
                if n % 97 == copy + 3 && control.3 == Severity::Critical {
                    fail(
                        &mut e,
                        "WindowsAuthentication",
                        true.into(),
                        false.into(),
                        NOW,
                    );
                }
                list.push(e);
            }
        }
    }
    sample.now = assessment("contoso", NOW, list, coverage(false));
    sample.before = assessment("contoso", BEFORE, older, coverage(false));
    sample
}
