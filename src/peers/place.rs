//! What is a server's own, and so no difference between servers.

use crate::model::Value;

/// What stands for the server's own name.
const SELF: &str = "(this server)";

/// Properties that say which server it is, where it stands, or who found it. They differ by nature.
const OWN: [&str; 12] = [
    "Name",
    "Guid",
    "Fqdn",
    "Site",
    "Server",
    "ExchangeLegacyDN",
    "NetworkAddress",
    "ProductID",
    "MetabasePath",
    "DistinguishedName",
    "OrganizationalUnit",
    "DataPath",
];

/// True for a property that names the server itself.
pub(super) fn is_a_servers_own(property: &str) -> bool {
    OWN.iter().any(|own| own.eq_ignore_ascii_case(property))
}

/// A key without its server: `EX01\EWS (Default Web Site)` is `EWS (Default Web Site)`, `EX01` is empty,
/// and the connector `EX01\Client Frontend EX01` is `Client Frontend (this server)`.
pub(super) fn object(key: &str, server: &str) -> String {
    match key.get(..server.len()) {
        Some(start) if start.eq_ignore_ascii_case(server) => {
            without_name(key[server.len()..].trim_start_matches('\\'), server)
        }
        _ => without_name(key, server),
    }
}

/// A value with the server's own name taken out: `https://ex01.contoso.com/ews` is the same setting on
/// EX01 as `https://ex02.contoso.com/ews` on EX02.
pub(super) fn without_server(value: &Value, server: &str) -> Value {
    match value {
        Value::Text(text) => Value::Text(without_name(text, server)),
        Value::List(list) => Value::List(list.iter().map(|v| without_server(v, server)).collect()),
        Value::Map(map) => Value::Map(
            map.iter()
                .map(|(key, value)| (key.clone(), without_server(value, server)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn without_name(text: &str, server: &str) -> String {
    let is_of_a_name = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-');
    // ASCII case folding keeps every byte where it is.
    let (lower, server) = (text.to_ascii_lowercase(), server.to_ascii_lowercase());
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    while let Some(at) = lower[rest..].find(&server).map(|at| rest + at) {
        let end = at + server.len();
        let whole = !is_of_a_name(text[..at].chars().next_back())
            && !is_of_a_name(text[end..].chars().next());
        out.push_str(&text[rest..at]);
        out.push_str(if whole { SELF } else { &text[at..end] });
        rest = end;
    }
    out.push_str(&text[rest..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_without_its_server() {
        assert_eq!(
            object("EX01\\EWS (Default Web Site)", "EX01"),
            "EWS (Default Web Site)"
        );
        assert_eq!(object("ex01", "EX01"), "");
        assert_eq!(object("Other", "EX01"), "Other");
        assert_eq!(object("Ü", "EX01"), "Ü");
    }

    #[test]
    fn only_the_whole_name_is_the_servers_own() {
        let without = |text| without_name(text, "EX01");
        assert_eq!(
            without("https://ex01.contoso.com/ews"),
            "https://(this server).contoso.com/ews"
        );
        assert_eq!(without("EX01 and EX010"), "(this server) and EX010");
        assert_eq!(without("MEX01"), "MEX01");
        assert_eq!(without("ÄEX01 EX01Ä"), "ÄEX01 EX01Ä");
        assert_eq!(without(""), "");
    }

    #[test]
    fn names_inside_lists_and_maps_are_found() {
        let value = Value::List(vec![Value::Map(
            [("a".to_owned(), Value::text("http/EX02"))].into(),
        )]);
        let same = Value::List(vec![Value::Map(
            [("a".to_owned(), Value::text("http/EX03"))].into(),
        )]);
        assert_eq!(
            without_server(&value, "EX02"),
            without_server(&same, "EX03")
        );
    }
}
