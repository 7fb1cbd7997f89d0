//! Value objects of Exchange as they print, from the properties that `ConvertTo-Json` writes instead.
//!
//! Names of the properties: CLIXML exports of a 2019 CU11 server, which carry both the text and the parts.

use crate::protocol::{PsObject, PsValue};

use super::value::Reader;

impl<'d, 'a> Reader<'d, 'a> {
    /// The printed form of a value object from its properties.
    pub(super) fn parts(&self, object: &'d PsObject<'a>) -> Option<String> {
        let get = |name: &str| object.get(name);
        let text = |name: &str| get(name).and_then(PsValue::as_str);
        let int = |name: &str| match get(name) {
            Some(PsValue::Int(number)) => Some(*number),
            _ => None,
        };
        if let Some(name) = text("DistinguishedName").filter(|name| !name.is_empty()) {
            return Some(name.to_owned());
        }
        if let (Some(major), Some(minor), Some(build), Some(revision)) =
            (int("Major"), int("Minor"), int("Build"), int("Revision"))
        {
            return Some(format!("{major}.{minor}.{build}.{revision}"));
        }
        if let (Some(ticks), Some(_)) = (int("Ticks"), get("TotalSeconds")) {
            return Some(clock(ticks));
        }
        match get("IsUnlimited") {
            Some(PsValue::Bool(true)) => return Some("Unlimited".to_owned()),
            Some(PsValue::Bool(false)) => {
                return match get("Value")? {
                    PsValue::Int(number) => Some(number.to_string()),
                    PsValue::Object(id) => self.object_text(self.document.object(*id)),
                    other => other.as_str().map(str::to_owned),
                };
            }
            _ => {}
        }
        // Windows PowerShell gives a date that carries a note as an object of its own.
        if get("DateTime").is_some() {
            return text("value").map(str::to_owned);
        }
        if let (Some(local), Some(domain)) = (text("Local"), text("Domain")) {
            let empty = local.is_empty() && domain.is_empty();
            return Some(if empty {
                String::new()
            } else {
                format!("{local}@{domain}")
            });
        }
        if let (Some(issuer), Some(subject)) =
            (text("CertificateIssuer"), text("CertificateSubject"))
        {
            return Some(format!("<I>{issuer}<S>{subject}"));
        }
        // A range of addresses prints its expression.
        if let Some(expression) = text("Expression").filter(|_| get("RangeFormat").is_some()) {
            return Some(expression.to_owned());
        }
        if let (Some(ty), Some(address), Some(cost)) = (text("Type"), text("Address"), int("Cost"))
        {
            return Some(format!("{ty}:{address};{cost}"));
        }
        if let Some(port) = int("Port").filter(|_| get("AddressFamily").is_some()) {
            let address = self.address(get("Address")?)?;
            return Some(match address.contains(':') {
                true => format!("[{address}]:{port}"),
                false => format!("{address}:{port}"),
            });
        }
        if get("Capabilities").is_some() {
            let capabilities = text("Capabilities")?;
            let domain = self.host(get("Domain")?)?;
            return Some(format!("{domain}:{capabilities}"));
        }
        // A smart host is an address or a name; the other of the two is a blank.
        if let Some(PsValue::Bool(is_address)) = get("IsIPAddress") {
            return match is_address {
                true => self.address(get("Address")?),
                false => self.host(get("Domain")?),
            };
        }
        if get("IPAddressToString").is_some() {
            return text("IPAddressToString").map(str::to_owned);
        }
        ["Address", "PathName", "Domain"]
            .into_iter()
            .find_map(text)
            .map(str::to_owned)
    }

    /// An IP address, which a live object shows by its parts.
    fn address(&self, value: &'d PsValue<'a>) -> Option<String> {
        match value {
            PsValue::Object(id) => {
                let object = self.document.object(*id);
                match object.get("IPAddressToString").and_then(PsValue::as_str) {
                    Some(text) => Some(text.to_owned()),
                    None => object.to_string.as_ref().map(|text| text.to_string()),
                }
            }
            other => other.as_str().map(str::to_owned),
        }
    }

    /// A host name, which a live object shows by its parts.
    fn host(&self, value: &'d PsValue<'a>) -> Option<String> {
        match value {
            PsValue::Object(id) => {
                let object = self.document.object(*id);
                ["HostnameString", "Domain"]
                    .into_iter()
                    .find_map(|name| object.get(name).and_then(PsValue::as_str))
                    .or(object.to_string.as_deref())
                    .map(str::to_owned)
            }
            other => other.as_str().map(str::to_owned),
        }
    }
}

/// .NET ticks (100 ns) as `[-]d.hh:mm:ss.fffffff`.
fn clock(ticks: i64) -> String {
    let sign = if ticks < 0 { "-" } else { "" };
    let ticks = ticks.unsigned_abs();
    let (seconds, fraction) = (ticks / 10_000_000, ticks % 10_000_000);
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    format!(
        "{sign}{days}.{:02}:{:02}:{:02}.{fraction:07}",
        rest / 3_600,
        rest / 60 % 60,
        rest % 60
    )
}

#[cfg(test)]
mod tests {
    use crate::catalog::Type;
    use crate::model::Value;
    use crate::normalise::canonical;
    use crate::protocol::{Limits, json};

    #[test]
    fn parts_print_as_the_objects_do() {
        for (parts, printed) in [
            (
                r#"{"CertificateSubject":"CN=mail","CertificateIssuer":"CN=CA","SubjectCommonName":"mail"}"#,
                Some("<I>CN=CA<S>CN=mail"),
            ),
            (
                r#"{"Address":"*.contoso.com","Type":"SMTP","Cost":5,"Domain":"contoso.com","IncludeSubDomains":true}"#,
                Some("SMTP:*.contoso.com;5"),
            ),
            (
                r#"{"Port":25,"AddressFamily":2,"Address":{"IPAddressToString":"::"}}"#,
                Some("[::]:25"),
            ),
            (
                r#"{"Port":25,"AddressFamily":2,"Address":"0.0.0.0"}"#,
                Some("0.0.0.0:25"),
            ),
            (
                r#"{"LowerBound":"10.0.0.1","UpperBound":"10.0.0.9","RangeFormat":2,"Expression":"10.0.0.1-10.0.0.9"}"#,
                Some("10.0.0.1-10.0.0.9"),
            ),
            (
                r#"{"Domain":{"Domain":"fabrikam.com"},"Capabilities":"AcceptCloudServicesMail","SmtpX509Identifier":null}"#,
                Some("fabrikam.com:AcceptCloudServicesMail"),
            ),
            // A number says less than the name that other exports have.
            (r#"{"Domain":"fabrikam.com","Capabilities":64}"#, None),
            (
                r#"{"IsIPAddress":false,"Address":{"IPAddressToString":"0.0.0.0"},"Domain":{"HostnameString":"relay.contoso.com"}}"#,
                Some("relay.contoso.com"),
            ),
            (
                r#"{"IsIPAddress":true,"Address":{"IPAddressToString":"10.0.0.5"},"Domain":{"HostnameString":""}}"#,
                Some("10.0.0.5"),
            ),
        ] {
            let text = format!(r#"{{"x":{parts}}}"#);
            let document = json::parse(&text, &Limits::default()).unwrap();
            let root = document.as_object(&document.roots[0].value).unwrap();
            let value = canonical(&document, root.get("x").unwrap(), &Type::Text);
            match printed {
                Some(printed) => assert_eq!(value, Value::text(printed), "{parts}"),
                None => assert!(value.undecided_reason().is_some(), "{parts}: {value:?}"),
            }
        }
    }
}
