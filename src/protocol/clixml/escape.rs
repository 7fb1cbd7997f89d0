//! The two escapes of CLIXML: XML's own, and `_xHHHH_` for a UTF-16 unit that XML cannot carry.

use std::borrow::Cow;

pub(super) use super::super::entity::entity;

/// `_xHHHH_` undone, in either case; two that form a surrogate pair become one character, half a pair
/// U+FFFD. `_x005F_` is the underscore that keeps a literal `_x000A_` from meaning a line feed.
#[inline]
pub(super) fn units(text: &str) -> Cow<'_, str> {
    if !has(text.as_bytes(), b'_') {
        return Cow::Borrowed(text);
    }
    units_undone(text)
}

/// True where a byte occurs. Names and values are short: a search function's setup would cost more
/// than the search.
#[inline]
fn has(bytes: &[u8], needle: u8) -> bool {
    if bytes.len() < 64 {
        bytes.iter().fold(false, |found, b| found | (*b == needle))
    } else {
        memchr::memchr(needle, bytes).is_some()
    }
}

fn units_undone(text: &str) -> Cow<'_, str> {
    let Some(first) = next_unit(text, 0) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    let mut found = Some(first);
    while let Some((at, unit)) = found {
        out.push_str(&text[copied..at]);
        copied = at + LENGTH;
        let low = unit_at(text.as_bytes(), copied);
        let pair = [Some(unit), low].into_iter().flatten();
        match char::decode_utf16(pair).next() {
            Some(Ok(c)) => {
                out.push(c);
                if c.len_utf16() == 2 {
                    copied += LENGTH;
                }
            }
            _ => out.push(char::REPLACEMENT_CHARACTER),
        }
        found = next_unit(text, copied);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// Bytes of `_xHHHH_`.
const LENGTH: usize = 7;

fn next_unit(text: &str, from: usize) -> Option<(usize, u16)> {
    let bytes = text.as_bytes();
    let mut from = from;
    loop {
        let at = from + memchr::memchr(b'_', &bytes[from..])?;
        match unit_at(bytes, at) {
            Some(unit) => return Some((at, unit)),
            None => from = at + 1,
        }
    }
}

fn unit_at(bytes: &[u8], at: usize) -> Option<u16> {
    match bytes.get(at..at + LENGTH)? {
        [b'_', b'x' | b'X', hex @ .., b'_'] => hex.iter().try_fold(0u16, |unit, digit| {
            let digit = char::from(*digit).to_digit(16)?;
            Some(unit << 4 | digit as u16)
        }),
        _ => None,
    }
}

/// Line ends as XML defines them: a carriage return in the file, with or without a line feed, is a
/// line feed. A real one is written `_x000D_`.
#[inline]
pub(super) fn line_ends(text: &str) -> Cow<'_, str> {
    if !has(text.as_bytes(), b'\r') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// The value of an attribute: blanks and entities as XML defines them, then `_xHHHH_`.
///
/// `None`: an entity that XML does not define.
pub(super) fn attribute(raw: &str) -> Option<Cow<'_, str>> {
    let special = |b: u8| matches!(b, b'&' | b'\n' | b'\r' | b'\t');
    if !raw.bytes().fold(false, |found, b| found | special(b)) {
        return Some(units(raw));
    }
    let mut out = String::with_capacity(raw.len());
    let normal = line_ends(raw);
    let mut rest: &str = &normal;
    while let Some(i) = rest.find(['&', '\n', '\t']) {
        out.push_str(&rest[..i]);
        if rest.as_bytes()[i] != b'&' {
            out.push(' ');
            rest = &rest[i + 1..];
            continue;
        }
        let (name, after) = rest[i + 1..].split_once(';')?;
        out.push(entity(name)?);
        rest = after;
    }
    out.push_str(rest);
    Some(Cow::Owned(units(&out).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_undone_in_either_case_and_in_pairs() {
        for (escaped, plain) in [
            ("plain", "plain"),
            ("a_x000D__x000A_b", "a\r\nb"),
            ("a_x000d__x000a_b", "a\r\nb"),
            ("_X0041_", "A"),
            ("_x005F_x000A_", "_x000A_"),
            ("_x005F__x005F_", "__"),
            ("_xD83C__xDF8E_", "\u{1F38E}"),
            ("_xd83c__xdf8e_!", "\u{1F38E}!"),
            ("_xD83C_", "\u{FFFD}"),
            ("_xDF8E__xD83C_", "\u{FFFD}\u{FFFD}"),
            ("_xD83C_ _xDF8E_", "\u{FFFD} \u{FFFD}"),
            ("_xD83C__x0041_", "\u{FFFD}A"),
            ("_x00_", "_x00_"),
            ("_x00G0_", "_x00G0_"),
            ("_x0041", "_x0041"),
            ("__x0041_", "_A"),
            ("_x_x0041_", "_xA"),
            ("_", "_"),
            ("\u{E9}_x00E9_\u{E9}", "\u{E9}\u{E9}\u{E9}"),
        ] {
            assert_eq!(units(escaped), plain, "{escaped}");
        }
        assert!(matches!(units("snake_case_x"), Cow::Borrowed(_)));
    }

    #[test]
    fn attributes_know_entities_and_units() {
        assert_eq!(attribute("My Property").unwrap(), "My Property");
        assert_eq!(attribute("a&amp;b&#x41;&#66;_x000A_").unwrap(), "a&bAB\n");
        assert_eq!(attribute("a\r\nb").unwrap(), "a b");
        assert_eq!(attribute("&evil;"), None);
        assert_eq!(attribute("&#0;"), None);
        assert_eq!(attribute("&amp"), None);
    }

    #[test]
    fn an_entity_is_one_of_five_or_a_number() {
        assert_eq!(entity("#x1F38E"), Some('\u{1F38E}'));
        assert_eq!(entity("#xD800"), None);
        assert_eq!(entity("#+65"), None);
        assert_eq!(entity("nbsp"), None);
    }
}
