//! Data shown as what it is: nothing in a name or a value may move a cursor, turn text around or hide.

use std::borrow::Cow;

/// Characters that a terminal or a browser obeys or hides instead of showing.
///
/// Controls (C0, DEL, C1), bidirectional controls and marks (Unicode Bidi_Control), default-ignorable
/// characters without a shape (soft hyphen, zero width, word joiner, BOM, variation tags), line and
/// paragraph separators, interlinear annotations.
fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// One line of data with every character that is not plain text written as an escape: `\n`, `\t`,
/// `\u{1b}`, `\u{202e}`. Plain text comes back unchanged and uncopied.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_dangerous(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Several lines (PowerShell, YAML): line breaks stay, everything else as [`visible`].
pub(super) fn visible_lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.lines().map(visible)
}

/// The first `limit` characters of already visible text, and a note of how many were left out.
pub(super) fn clipped(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        None => Cow::Borrowed(text),
        Some((end, _)) => {
            let rest = text[end..].chars().count();
            Cow::Owned(format!("{}… (+{rest} characters)", &text[..end]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_direction_marks_become_visible() {
        assert_eq!(
            visible("a\u{1b}[31mb\u{202e}c\u{9b}d\u{0}\r\n"),
            "a\\u{1b}[31mb\\u{202e}c\\u{9b}d\\u{0}\\r\\n"
        );
        assert!(matches!(visible("Größe ✓ 日本"), Cow::Borrowed(_)));
    }

    #[test]
    fn clipping_counts_what_is_gone() {
        assert_eq!(clipped("äöü", 3), "äöü");
        assert_eq!(clipped("äöüß", 3), "äöü… (+1 characters)");
    }
}
