//! Dates as PowerShell's JSON writes them.

use chrono::{DateTime, SecondsFormat};

/// What a text is.
pub(super) enum Date {
    /// No date.
    No,
    /// ISO 8601 with a time.
    Iso,
    /// `/Date(ms)/`, here in ISO 8601.
    Ticks(String),
}

/// Only a text that is a date as a whole is one.
pub(super) fn recognise(text: &str) -> Date {
    if let Some(iso) = ticks(text) {
        return Date::Ticks(iso);
    }
    if is_iso(text) { Date::Iso } else { Date::No }
}

/// `/Date(1670440199000)/`, `/Date(1670440199000+0100)/`, and `Date(1670440199000)`, which is left
/// where a clean-up script removed the slashes. The milliseconds are UTC; the offset only says how the
/// date was shown.
fn ticks(text: &str) -> Option<String> {
    let inner = match text.strip_prefix('/') {
        Some(rest) => rest.strip_suffix('/')?,
        None => text,
    };
    let inner = inner.strip_prefix("Date(")?.strip_suffix(')')?;
    // The first character may be the number's own sign, or no digit at all.
    let offset_at = inner
        .char_indices()
        .skip(1)
        .find_map(|(at, c)| matches!(c, '+' | '-').then_some(at));
    let (number, offset) = match offset_at {
        Some(i) => (&inner[..i], &inner[i + 1..]),
        None => (inner, "0000"),
    };
    if offset.len() != 4 || !offset.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let date = DateTime::from_timestamp_millis(number.parse().ok()?)?;
    Some(date.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// `2024-06-05T10:00:00`, with fraction, with `Z` or an offset, or without.
fn is_iso(text: &str) -> bool {
    let Some((date_time, rest)) = text.as_bytes().split_at_checked(19) else {
        return false;
    };
    let shape = b"dddd-dd-ddTdd:dd:dd";
    let matches = date_time.iter().zip(shape).all(|(b, s)| match s {
        b'd' => b.is_ascii_digit(),
        _ => b == s,
    });
    if !matches {
        return false;
    }
    let zone = match rest.strip_prefix(b".") {
        None => rest,
        Some(fraction) => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            if digits == 0 || digits > 9 {
                return false;
            }
            &fraction[digits..]
        }
    };
    match zone {
        b"" | b"Z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].into_iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> Option<String> {
        match recognise(text) {
            Date::No => None,
            Date::Iso => Some(text.to_owned()),
            Date::Ticks(iso) => Some(iso),
        }
    }

    #[test]
    fn ticks_are_utc() {
        let expected = Some("2022-12-07T19:09:59Z".to_owned());
        assert_eq!(iso("/Date(1670440199000)/"), expected);
        assert_eq!(iso("Date(1670440199000)"), expected);
        assert_eq!(iso("/Date(1670440199000+0100)/"), expected);
        assert_eq!(iso("/Date(1670440199000-0730)/"), expected);
        assert_eq!(
            iso("/Date(1670440199123)/"),
            Some("2022-12-07T19:09:59.123Z".to_owned())
        );
        assert_eq!(
            iso("/Date(-62135578800000)/"),
            Some("0001-01-01T05:00:00Z".to_owned())
        );
    }

    #[test]
    fn iso_stays_as_written() {
        for text in [
            "2024-06-05T10:00:00",
            "2024-06-05T10:00:00Z",
            "2024-06-05T10:00:00.1234567Z",
            "2024-06-05T10:00:00.1234567+02:00",
            "0001-01-01T00:00:00",
        ] {
            assert_eq!(iso(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn other_text_is_no_date() {
        for text in [
            "",
            "Date()",
            "/Date(1670440199000)",
            "Date(1670440199000)/",
            "/Date(x)/",
            "/Date(99999999999999999999)/",
            "/Date(9999999999999999)/",
            "/Date(1670440199000+01)/",
            "2024-06-05",
            "2024-06-05 10:00:00",
            "2024-06-05T10:00:00.",
            "2024-06-05T10:00:00+0200",
            "2024-06-05T10:00:00Z and more",
            "\u{1F38E}\u{1F38E}\u{1F38E}\u{1F38E}\u{1F38E}",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }
}
