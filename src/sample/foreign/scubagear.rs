//! `ProviderSettingsExport.json` of ScubaGear, as its version 1.6 writes it.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value as Json, json};

use super::shown;
use crate::model::Plane;
use crate::sample::bundle::File;
use crate::sample::estate::Organization;

/// Sections with a cmdlet's objects, and the cmdlet.
const SECTIONS: [(&str, &str); 4] = [
    ("org_config", "OrganizationConfig"),
    ("accepted_domains", "AcceptedDomain"),
    ("intra_org_connectors", "IntraOrganizationConnector"),
    ("org_relationships", "OrganizationRelationship"),
];

/// The settings of the organization's tenant. The calls that failed leave an empty section.
pub fn scubagear(organization: &Organization, at: DateTime<Utc>, failed: &[&str]) -> File {
    let text = settings(organization, at, failed);
    ("ProviderSettingsExport.json".to_owned(), text.into_bytes())
}

/// The same inside `ScubaResults_*.json`, beside ScubaGear's own results.
pub fn scubagear_results(organization: &Organization, at: DateTime<Utc>) -> File {
    let about = json!({
        "TenantId": "8c4ca1d2-6f0f-4f6a-9f5e-3b8a2f1c7d10",
        "Tool": "ScubaGear",
        "ToolVersion": "1.6.0",
        "TimestampZulu": zulu(at),
    });
    let summary = json!({"EXO": {"Passes": 11, "Failures": 2}});
    let results = json!({"EXO": [{"GroupName": "Automatic Forwarding to External Domains"}]});
    let text = format!(
        "{{\r\n\"MetaData\": {about:#},\r\n\"Summary\": {summary:#},\r\n\"Results\": {results:#},\r\n\"Raw\": {}}}\r\n",
        settings(organization, at, &[])
    );
    ("ScubaResults_3f6c8d91.json".to_owned(), text.into_bytes())
}

fn zulu(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// One object, its members in the order in which ScubaGear's text template has them.
fn settings(organization: &Organization, at: DateTime<Utc>, failed: &[&str]) -> String {
    let tenant = format!("{}.onmicrosoft.com", organization.tenant);
    let mut members = Vec::new();
    let mut put = |name: &str, value: Json| members.push(format!("    \"{name}\": {value:#}"));
    put("baseline_version", json!("1"));
    put("module_version", json!("1.6.0"));
    put(
        "date",
        json!(
            at.format("%m/%d/%Y %H:%M:%S Coordinated Universal Time")
                .to_string()
        ),
    );
    put("timestamp_zulu", json!(zulu(at)));
    put(
        "tenant_details",
        json!([{"TenantId": "8c4ca1d2-6f0f-4f6a-9f5e-3b8a2f1c7d10", "DomainName": tenant}]),
    );
    put("scuba_config", json!({}));
    put(
        "privileged_users",
        json!({
            "0a6f2c3e-54c1-4c9b-8d0e-2f1b7a9c6d01": {"DisplayName": "Ada", "roles": ["Exchange Administrator"]},
            "1b7f3d4f-65d2-4dac-9e1f-302c8bad7e12": {"DisplayName": "Ben", "roles": ["Global Administrator"]},
        }),
    );
    put("total_user_count", json!(109));
    put("risky_applications", json!([risky_application()]));
    put("risky_third_party_service_principals", Json::Null);
    put(
        "legacy_exchange_service_principal",
        json!([exchange_online(at)]),
    );
    put(
        "spf_records",
        json!([{"domain": tenant, "rdata": ["v=spf1 -all"], "log": []}]),
    );
    let mut answered = vec!["Get-ScubaSpfRecord".to_owned()];
    let mut unanswered = Vec::new();
    for (section, noun) in SECTIONS {
        let cmdlet = format!("Get-{noun}");
        if failed.contains(&cmdlet.as_str()) {
            put(section, json!([]));
            unanswered.push(cmdlet);
            continue;
        }
        let mut objects = shown(organization.of_kind(Plane::Cloud, noun));
        if section == "org_config" {
            for object in &mut objects {
                if let Some(object) = object.as_object_mut() {
                    object.retain(|name, _| {
                        matches!(name.as_str(), "Name" | "DisplayName" | "AuditDisabled")
                    });
                }
            }
        }
        put(section, Json::Array(objects));
        answered.push(cmdlet);
    }
    put("exo_successful_commands", json!(answered));
    put("exo_unsuccessful_commands", json!(unanswered));
    format!("{{\r\n{}\r\n}}\r\n", members.join(",\r\n"))
}

/// Credentials of an application and of its service principal in one list.
fn risky_application() -> Json {
    let credential = |id: &str, name: &str, of_application: bool| {
        json!({
            "KeyId": id,
            "DisplayName": name,
            "StartDateTime": "/Date(1712162249000)/",
            "EndDateTime": "/Date(1806770249000)/",
            "IsFromApplication": of_application,
        })
    };
    json!({
        "ObjectId": {
            "Application": "5d1c0c4e-1f50-4a59-8d3f-3d3f0f3a1b21",
            "ServicePrincipal": "6e2d1d5f-2061-4b6a-9e40-4e40104b2c32",
        },
        "AppId": "3b5e7c9d-8a6f-4e1d-b2c3-d4e5f6a7b8c9",
        "DisplayName": "Fabrikam Archive",
        "IsMultiTenantEnabled": false,
        "KeyCredentials": [
            credential("71f3a2c4-0b5d-4e6f-8a7b-9c0d1e2f3a41", "archive 2026", true),
            credential("82a4b3d5-1c6e-4f70-9b8c-0d1e2f3a4b52", "added by hand", false),
        ],
        "PasswordCredentials": null,
        "FederatedCredentials": null,
        "RiskyPermissions": [{"RoleDisplayName": "full_access_as_app", "IsAdminConsented": true}],
    })
}

/// The first-party service principal, without the key that hybrid organizations once put there.
fn exchange_online(at: DateTime<Utc>) -> Json {
    json!({
        "ObjectId": "0d9b3e7a-7d1f-4a8e-9c52-6b1f0a2d4c11",
        "AppId": "00000002-0000-0ff1-ce00-000000000000",
        "DisplayName": "Office 365 Exchange Online",
        "SignInAudience": "AzureADMultipleOrgs",
        "HasKeyCredentials": false,
        "KeyCredentials": null,
        "PasswordCredentials": [{
            "KeyId": "93b5c4e6-2d7f-4081-ac9d-1e2f3a4b5c63",
            "DisplayName": "left behind",
            "StartDateTime": format!("/Date({})/", at.timestamp_millis() - 86_400_000),
            "EndDateTime": format!("/Date({})/", at.timestamp_millis() + 86_400_000),
            "IsFromApplication": false,
        }],
        "FederatedCredentials": null,
        "AppOwnerOrganizationId": "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
    })
}
