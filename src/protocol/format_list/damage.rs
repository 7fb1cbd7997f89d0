//! Text that lost its characters on the way.

/// True where a text shows signs that it was decoded with the wrong code page, or lost characters:
///
/// - U+FFFD, C1 controls, private use characters;
/// - a question mark beside a character outside ASCII, or two in a row outside a URL: what a console
///   prints for a character that its code page lacks;
/// - box drawing: UTF-8 read as a console code page;
/// - text that is UTF-8 again when it is encoded in a code page (`Ã¼`, `é»˜è®¤`).
///
/// A wrong letter in place of another letter leaves no sign.
pub fn is_damaged(text: &str) -> bool {
    if text.is_ascii() {
        return lost_letters(text);
    }
    let strange = |c: char| {
        matches!(c,
            '\u{fffd}'
            | '\u{80}'..='\u{9f}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{2500}'..='\u{259f}')
    };
    text.contains(strange) || lost_letters(text) || beside_question_mark(text) || is_mojibake(text)
}

fn lost_letters(text: &str) -> bool {
    text.contains("??") && !text.contains("://")
}

fn beside_question_mark(text: &str) -> bool {
    // A full-width form of an opening bracket may be what is left of the last letter.
    let mut before = 'a';
    text.chars().any(|c| {
        let damaged = (c == '?' && !before.is_ascii()) || (before == '?' && !c.is_ascii());
        before = c;
        damaged
    })
}

/// Code pages in which UTF-8 is often read by mistake.
static WRONG: [&encoding_rs::Encoding; 9] = [
    encoding_rs::WINDOWS_1252,
    encoding_rs::WINDOWS_1251,
    encoding_rs::WINDOWS_1250,
    encoding_rs::WINDOWS_1254,
    encoding_rs::IBM866,
    encoding_rs::GBK,
    encoding_rs::BIG5,
    encoding_rs::SHIFT_JIS,
    encoding_rs::EUC_KR,
];

/// Two bytes of chance make a letter now and then, and a wrong code page loses some: where letters have two
/// bytes, half the text must be letters of three.
fn is_mojibake(text: &str) -> bool {
    WRONG.iter().any(|wrong| {
        let (bytes, _, has_unmappable) = wrong.encode(text);
        if has_unmappable {
            return false;
        }
        if wrong.is_single_byte() {
            return std::str::from_utf8(&bytes).is_ok();
        }
        let right = String::from_utf8_lossy(&bytes);
        let wide = right
            .chars()
            .filter(|c| *c != '\u{fffd}' && c.len_utf8() > 2)
            .count();
        wide > 1 && wide * 6 > bytes.iter().filter(|b| !b.is_ascii()).count()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_seen() {
        for text in [
            "M\u{fffd}nchen",
            "MÃ¼nchen",
            "Zürich ├╝",
            "\u{9c}",
            "????? (Default Web Site)",
            "Stra?e \u{df}?",
            "榛樿鑴辨満閫氳绨",
            "榛樿鑴辨満閫氳绨?",
        ] {
            assert!(is_damaged(text), "{text}");
        }
    }

    #[test]
    fn sound_text_is_sound() {
        for text in [
            "München",
            "Зона обмена",
            "默认脱机通讯簿",
            "中文",
            "Straße 5, Zürich",
            "https://mail.contoso.com/owa??x",
            "Is it on?",
            "日本語",
        ] {
            assert!(!is_damaged(text), "{text}");
        }
    }
}
