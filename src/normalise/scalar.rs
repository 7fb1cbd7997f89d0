//! Canonical forms of single values. One table of them stands in `snapshots/README.md`.

use chrono::{DateTime, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use url::Url;

use crate::model::Value;

/// Bytes from `36 MB (37,748,736 bytes)`, whatever the culture's digit grouping is.
pub fn size(text: &str) -> Option<i64> {
    let inner = text
        .strip_suffix(" bytes)")
        .or_else(|| text.strip_suffix(" Bytes)"))?;
    let (human, digits) = inner.rsplit_once('(')?;
    if !human.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut number: i64 = 0;
    let mut seen = false;
    for c in digits.chars() {
        if let Some(digit) = c.to_digit(10) {
            number = number.checked_mul(10)?.checked_add(i64::from(digit))?;
            seen = true;
        } else if !matches!(
            c,
            ',' | '.' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}'
        ) {
            return None;
        }
    }
    seen.then_some(number)
}

/// A span in seconds from `[-][d.]hh:mm:ss[.fffffff]`, .NET's own form.
pub fn span(text: &str) -> Option<Value> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (clock, days) = match rest.split_once(':')?.0.split_once('.') {
        Some((days, _)) => (&rest[days.len() + 1..], days.parse::<i64>().ok()?),
        None => (rest, 0),
    };
    let mut parts = clock.split(':');
    let two = |part: Option<&str>| -> Option<i64> {
        let part = part?;
        (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let hours = two(parts.next())?;
    let minutes = two(parts.next())?;
    let last = parts.next()?;
    if parts.next().is_some() || hours > 23 || minutes > 59 {
        return None;
    }
    let (seconds, fraction) = match last.split_once('.') {
        Some((seconds, fraction)) => (two(Some(seconds))?, fraction),
        None => (two(Some(last))?, ""),
    };
    if seconds > 59 {
        return None;
    }
    let total = days
        .checked_mul(86_400)?
        .checked_add(hours * 3_600 + minutes * 60 + seconds)?;
    seconds_value(negative, total, fraction)
}

/// A span in seconds from XML Schema's `P1DT2H3M4.5S`, CLIXML's `TS`.
pub fn iso_span(text: &str) -> Option<Value> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let rest = rest.strip_prefix('P')?;
    let (mut total, mut fraction, mut time, mut number) = (0_i64, "", false, 0);
    let bytes = rest.as_bytes();
    if bytes.is_empty() {
        return None;
    }
    for (i, byte) in bytes.iter().enumerate() {
        let value = || rest[number..i].parse::<i64>().ok();
        match byte {
            b'0'..=b'9' | b'.' => continue,
            b'T' if !time && number == i => time = true,
            b'D' if !time => total = total.checked_add(value()?.checked_mul(86_400)?)?,
            b'H' if time => total = total.checked_add(value()?.checked_mul(3_600)?)?,
            b'M' if time => total = total.checked_add(value()?.checked_mul(60)?)?,
            b'S' if time => match rest[number..i].split_once('.') {
                Some((whole, part)) => {
                    total = total.checked_add(whole.parse().ok()?)?;
                    fraction = part;
                }
                None => total = total.checked_add(value()?)?,
            },
            _ => return None, // months and years have no length in seconds
        }
        number = i + 1;
    }
    (number == bytes.len()).then(|| seconds_value(negative, total, fraction))?
}

/// Whole seconds are a number, others decimal text.
fn seconds_value(negative: bool, seconds: i64, fraction: &str) -> Option<Value> {
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() {
        return Some(Value::Int(if negative { -seconds } else { seconds }));
    }
    let sign = if negative { "-" } else { "" };
    Some(Value::Text(format!("{sign}{seconds}.{fraction}")))
}

/// UTC, second precision, from ISO 8601 and from `/Date(ms)/` with or without its solidi. Year 1 is
/// .NET's unset date: null. A moment without offset is taken as UTC.
///
/// JSON of Windows PowerShell has milliseconds, CLIXML 100 ns: seconds are what both express.
pub fn date(text: &str) -> Option<Value> {
    let moment = ms_date(text).or_else(|| iso_date(text))?;
    Some(moment_value(moment))
}

fn moment_value(moment: DateTime<Utc>) -> Value {
    use chrono::Datelike;
    // -62135596800 s is 0001-01-01; exporters write it shifted by their own offset.
    if moment.year() <= 1 {
        return Value::Null;
    }
    Value::Text(moment.to_rfc3339_opts(SecondsFormat::Secs, true))
}

fn ms_date(text: &str) -> Option<DateTime<Utc>> {
    let inner = text
        .trim_matches('/')
        .strip_prefix("Date(")?
        .strip_suffix(')')?;
    // An offset behind the number says where it was written, not when it was.
    let end = inner[1.min(inner.len())..]
        .find(['+', '-'])
        .map_or(inner.len(), |at| at + 1);
    let ms: i64 = inner[..end].parse().ok()?;
    Utc.timestamp_opt(ms.div_euclid(1_000), 0).single()
}

fn iso_date(text: &str) -> Option<DateTime<Utc>> {
    let bytes = text.as_bytes();
    if bytes.len() < 19 || bytes[4] != b'-' || bytes[10] != b'T' || bytes[13] != b':' {
        return None;
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.with_timezone(&Utc));
    }
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
        .ok()
        .map(|naive| naive.and_utc())
}

/// Lower case without braces, where the text is a GUID.
pub fn guid(text: &str) -> Option<String> {
    let inner = text
        .strip_prefix('{')
        .and_then(|t| t.strip_suffix('}'))
        .unwrap_or(text);
    is_guid(inner).then(|| inner.to_ascii_lowercase())
}

fn is_guid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// Scheme and host in lower case, without default port; path, query and a trailing solidus as they
/// stand. Text that is no absolute URL stays as it is.
pub fn url(text: &str) -> String {
    let trimmed = text.trim();
    if !(starts_with_ignore_case(trimmed, "http://")
        || starts_with_ignore_case(trimmed, "https://"))
    {
        return trimmed.to_owned();
    }
    let Ok(parsed) = Url::parse(trimmed) else {
        return trimmed.to_owned();
    };
    let Some(host) = parsed.host_str() else {
        return trimmed.to_owned();
    };
    // Only scheme, host and port are canonical; the rest is copied, not re-encoded.
    let after_scheme = trimmed.find("://").map_or(0, |at| at + 3);
    let authority = trimmed[after_scheme..]
        .find(['/', '?', '#'])
        .map_or(trimmed.len(), |at| after_scheme + at);
    let port = parsed
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    if trimmed[after_scheme..authority].contains('@') {
        // Whoever writes a password into an address does not want it kept.
        return format!(
            "{}://{host}{port}{}",
            parsed.scheme(),
            &trimmed[authority..]
        );
    }
    format!(
        "{}://{host}{port}{}",
        parsed.scheme(),
        &trimmed[authority..]
    )
}

/// True for text that is an absolute web address and nothing else.
pub fn is_url(text: &str) -> bool {
    (starts_with_ignore_case(text, "http://") || starts_with_ignore_case(text, "https://"))
        && !text.contains(|c: char| c.is_whitespace())
}

fn starts_with_ignore_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// `15.2.986.5`, from `Version 15.2 (Build 986.5)`, `15.02.0986.005` and `15.2.986.5`.
pub fn server_version(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("Version ") {
        let (major_minor, build) = rest.split_once(" (Build ")?;
        return dotted(&format!("{major_minor}.{}", build.strip_suffix(')')?));
    }
    dotted(text)
}

/// Dotted numbers without padding; None for anything else.
fn dotted(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    for (i, part) in text.split('.').enumerate() {
        if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        if i > 0 {
            out.push('.');
        }
        let trimmed = part.trim_start_matches('0');
        out.push_str(if trimmed.is_empty() { "0" } else { trimmed });
    }
    out.contains('.').then_some(out)
}

/// `contoso.com/Configuration/Sites/Main` from `CN=Main,CN=Sites,CN=Configuration,DC=contoso,DC=com`:
/// the form that an `ADObjectId` prints. Text that is no distinguished name stays as it is.
pub fn canonical_name(text: &str) -> String {
    if !(starts_with_ignore_case(text, "CN=")
        || starts_with_ignore_case(text, "OU=")
        || starts_with_ignore_case(text, "DC="))
    {
        return text.to_owned();
    }
    let mut containers = Vec::new();
    let mut domain = Vec::new();
    for part in split_distinguished_name(text) {
        let Some((attribute, value)) = part.split_once('=') else {
            return text.to_owned();
        };
        let value = value.replace('\\', "");
        if attribute.trim().eq_ignore_ascii_case("DC") {
            domain.push(value);
        } else {
            containers.push(value.replace('/', "\\/"));
        }
    }
    if domain.is_empty() {
        return text.to_owned();
    }
    let mut out = domain.join(".");
    for container in containers.iter().rev() {
        out.push('/');
        out.push_str(container);
    }
    out
}

/// Splits at commas that are not escaped.
fn split_distinguished_name(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (i, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// The last part of a canonical or distinguished name.
pub fn last_name(text: &str) -> String {
    let name = canonical_name(text.trim());
    name.rsplit(['/', '\\']).next().unwrap_or(&name).to_owned()
}

/// The short upper-case name of a server, from a name, a host name or a distinguished name.
pub fn server_name(text: &str) -> String {
    let name = canonical_name(text.trim());
    // `contoso.com/Configuration/.../EX01` is a path, `a/b` is a strange name.
    let last = match name.split_once('/') {
        Some((domain, rest)) if domain.contains('.') => rest.rsplit('/').next().unwrap_or(rest),
        _ => &name,
    };
    let short = last.split('.').next().unwrap_or(last);
    if short.is_empty() { last } else { short }.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_in_any_culture() {
        assert_eq!(size("36 MB (37,748,736 bytes)"), Some(37_748_736));
        assert_eq!(size("1.7 GB (1.825.361.920 bytes)"), Some(1_825_361_920));
        assert_eq!(size("0 B (0 bytes)"), Some(0));
        assert_eq!(size("unlimited"), None);
        assert_eq!(size("see (12 bytes)"), None);
    }

    #[test]
    fn spans_from_both_notations_agree() {
        for (clock, iso, value) in [
            ("06:00:00", "PT6H", Value::Int(21_600)),
            ("7.00:00:00", "P7D", Value::Int(604_800)),
            ("-00:00:01", "-PT1S", Value::Int(-1)),
            (
                "10675199.02:48:05.4775807",
                "P10675199DT2H48M5.4775807S",
                Value::text("922337203685.4775807"),
            ),
            ("00:00:00.5000000", "PT0.5S", Value::text("0.5")),
            ("00:00:00", "PT0S", Value::Int(0)),
        ] {
            assert_eq!(span(clock), Some(value.clone()), "{clock}");
            assert_eq!(iso_span(iso), Some(value), "{iso}");
        }
        for not in [
            "12:30",
            "25:00:00",
            "1.2.3",
            "a:b:c",
            "15.2.986.5",
            "00:00:00:00",
        ] {
            assert_eq!(span(not), None, "{not}");
        }
        for not in ["P", "P1Y", "6H", "PT5", "P1DT2H3"] {
            assert_eq!(iso_span(not), None, "{not}");
        }
    }

    #[test]
    fn dates_become_utc_seconds_and_year_one_is_unset() {
        for text in [
            "2022-12-07T18:09:59Z",
            "2022-12-07T19:09:59.123+01:00",
            "2022-12-07T18:09:59.1234567",
            "/Date(1670436599000)/",
            "Date(1670436599000)",
            "/Date(1670436599000+0100)/",
        ] {
            assert_eq!(
                date(text),
                Some(Value::text("2022-12-07T18:09:59Z")),
                "{text}"
            );
        }
        for text in [
            "/Date(-62135578800000)/",
            "0001-01-01T00:00:00",
            "/Date(-62135596800000)/",
        ] {
            assert_eq!(date(text), Some(Value::Null), "{text}");
        }
        assert_eq!(date("2022-12-07"), None);
    }

    #[test]
    fn addresses_keep_their_path_and_lose_their_accidents() {
        assert_eq!(
            url("HTTPS://Mail.Contoso.COM:443/EWS/Exchange.asmx"),
            "https://mail.contoso.com/EWS/Exchange.asmx"
        );
        assert_eq!(url("https://mail.contoso.com"), "https://mail.contoso.com");
        assert_eq!(url("http://ex01:81/"), "http://ex01:81/");
        assert_eq!(url("outlook.com"), "outlook.com");
        assert_eq!(url("https://admin:hunter2@ex01/x"), "https://ex01/x");
    }

    #[test]
    fn versions_lose_their_padding() {
        for text in ["Version 15.2 (Build 986.5)", "15.02.0986.005", "15.2.986.5"] {
            assert_eq!(
                server_version(text).as_deref(),
                Some("15.2.986.5"),
                "{text}"
            );
        }
        assert_eq!(server_version("Exchange"), None);
    }

    #[test]
    fn distinguished_names_print_as_canonical_names() {
        assert_eq!(
            canonical_name("CN=Default-First-Site-Name,CN=Sites,CN=Configuration,DC=Solo,DC=com"),
            "Solo.com/Configuration/Sites/Default-First-Site-Name"
        );
        assert_eq!(canonical_name(r"CN=a\,b,OU=x,DC=c,DC=d"), "c.d/x/a,b");
        assert_eq!(canonical_name("EX01"), "EX01");
        assert_eq!(server_name("CN=EX01,CN=Servers,DC=contoso,DC=com"), "EX01");
        assert_eq!(server_name("ex01.contoso.com"), "EX01");
    }
}
