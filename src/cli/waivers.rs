//! How waivers fared, in the words of a report.

use crate::catalog::{is_secret_name, states_secret};
use crate::finding::{OtherValue, Waiver, WaiverReport, WaiverUse};
use crate::model::{EvidenceItem, Value};
use crate::report::{Report, WaiverNote};

/// Findings of one waiver that are told in full.
const SHOWN: usize = 5;

/// Hands a report the waivers that a person should look at.
pub(super) fn note_waivers(report: &mut Report<'_>, waivers: &WaiverReport) {
    for (waiver, used) in waivers.notable() {
        match used {
            WaiverUse::Expired(_) => report.expired_waivers.push(note(waiver, Vec::new())),
            WaiverUse::OtherValue(others) => {
                report.changed_waivers.push(note(waiver, changes(others)));
            }
            WaiverUse::Unused | WaiverUse::Covers(_) => {
                report.unused_waivers.push(note(waiver, Vec::new()));
            }
        }
    }
}

fn note(waiver: &Waiver, changes: Vec<String>) -> WaiverNote {
    WaiverNote {
        subject: format!(
            "{} (line {} of the waivers file)",
            waiver.policy, waiver.line
        ),
        owner: waiver.owner.clone(),
        reason: waiver.reason.clone(),
        until: waiver.until.to_string(),
        changes,
    }
}

/// A sentence a finding, the first few.
fn changes(others: &[OtherValue]) -> Vec<String> {
    let mut sentences: Vec<String> = others.iter().take(SHOWN).map(change).collect();
    if others.len() > SHOWN {
        sentences.push(format!("and {} more findings", others.len() - SHOWN));
    }
    sentences
}

/// `BasicAuthentication from true to false on EX01\EWS (Default Web Site)`.
fn change(other: &OtherValue) -> String {
    let differing: Vec<String> = other.evidence.iter().map(difference).collect();
    format!("{} on {}", differing.join(", "), other.resource.id)
}

fn difference((item, accepted): &(EvidenceItem, Option<Value>)) -> String {
    let name = item.property.as_deref();
    let observed = shown(name, &item.observed);
    match accepted {
        Some(accepted) => format!(
            "{} from {} to {observed}",
            name.unwrap_or("the value"),
            shown(name, accepted)
        ),
        None => format!(
            "{} is {observed} and not named by the waiver",
            name.unwrap_or("the value")
        ),
    }
}

/// A value; a person may have written a secret into the waivers file.
fn shown(property: Option<&str>, value: &Value) -> String {
    let text = value.to_string();
    if property.is_some_and(is_secret_name) || states_secret(&text) {
        return "(redacted)".to_owned();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ResourceRef;

    fn said(property: &str, accepted: Option<Value>, observed: Value) -> String {
        let item = EvidenceItem {
            property: Some(property.to_owned()),
            observed,
            expected: Value::Null,
            resource: None,
        };
        change(&OtherValue {
            resource: ResourceRef::organization("contoso"),
            evidence: vec![(item, accepted)],
        })
    }

    #[test]
    fn a_changed_value_is_told_from_what_is_accepted_to_what_is_there() {
        assert_eq!(
            said("BasicAuthentication", Some(false.into()), true.into()),
            "BasicAuthentication from false to true on contoso"
        );
        assert_eq!(
            said("BasicAuthentication", None, true.into()),
            "BasicAuthentication is true and not named by the waiver on contoso"
        );
    }

    #[test]
    fn a_secret_in_the_waivers_file_is_not_repeated() {
        let secret = || Value::Text("Pa55w0rd".to_owned());
        let text = said("ClientSecret", Some(secret()), Value::Null);
        assert!(!text.contains("Pa55w0rd"), "{text}");
        let nested = Value::Map([("password".to_owned(), secret())].into());
        let text = said("Credentials", Some(nested), Value::Null);
        assert!(!text.contains("Pa55w0rd"), "{text}");
    }
}
