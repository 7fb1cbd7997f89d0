//! From the bytes of a file to text.

use std::borrow::Cow;

use super::error::ProtocolError;

/// The text of an export, without its byte order mark.
///
/// `Export-Clixml` of Windows PowerShell writes UTF-16LE with a mark, `Out-File -Encoding utf8` UTF-8
/// with one, PowerShell 7 UTF-8 without. UTF-16 without a mark is recognised by its first character:
/// an export begins with an ASCII character, so one byte of the first two is zero.
///
/// UTF-8 is borrowed.
///
/// # Errors
/// [`ProtocolError::Encoding`] with the byte offset of the first bytes that are no text. Nothing is
/// replaced: a damaged name would be drift tomorrow.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ProtocolError> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Err(problem(
            0,
            "UTF-32 is not supported; PowerShell writes UTF-16 or UTF-8",
        )),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, 2, u16::from_le_bytes).map(Cow::Owned),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, 2, u16::from_be_bytes).map(Cow::Owned),
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest, 3),
        [first, 0, ..] if *first != 0 => utf16(bytes, 0, u16::from_le_bytes).map(Cow::Owned),
        [0, second, ..] if *second != 0 => utf16(bytes, 0, u16::from_be_bytes).map(Cow::Owned),
        _ => utf8(bytes, 0),
    }
}

/// The ASCII of a text in an unknown code page (every one of Windows and of its console has it in common);
/// every other byte is U+FFFD. None for UTF-16 and for bytes that are no text.
///
/// Nobody can tell a code page by its bytes: what is not ASCII stays unknown.
pub fn decode_ascii(bytes: &[u8]) -> Option<String> {
    let is_text =
        |b: &u8| !b.is_ascii_control() || matches!(b, b'\t' | b'\n' | b'\r' | 0x1b | 0x0c);
    let strange = bytes.iter().filter(|b| !b.is_ascii()).count();
    (bytes.iter().all(is_text) && strange <= bytes.len() / 2).then(|| {
        bytes
            .iter()
            .map(|b| {
                if b.is_ascii() {
                    char::from(*b)
                } else {
                    '\u{fffd}'
                }
            })
            .collect()
    })
}

fn problem(offset: usize, problem: &str) -> ProtocolError {
    ProtocolError::Encoding {
        offset,
        problem: problem.to_owned(),
    }
}

fn utf8(bytes: &[u8], before: usize) -> Result<Cow<'_, str>, ProtocolError> {
    std::str::from_utf8(bytes)
        .map(Cow::Borrowed)
        .map_err(|e| {
            let what = match e.error_len() {
                None => "the file ends inside a UTF-8 character: it was cut off, export it again",
                Some(_) => {
                    "not UTF-8, and no byte order mark of UTF-16 at the start: export it again with -Encoding utf8"
                }
            };
            problem(before + e.valid_up_to(), what)
        })
}

/// Units that are looked at together: exports are nearly all ASCII.
const RUN: usize = 16;

fn utf16(
    bytes: &[u8],
    before: usize,
    unit: impl Fn([u8; 2]) -> u16 + Copy,
) -> Result<String, ProtocolError> {
    let (units, rest) = bytes.as_chunks::<2>();
    let mut out: Vec<u8> = Vec::with_capacity(units.len() + units.len() / 8);
    let mut at = 0;
    while at < units.len() {
        if let Some(run) = units[at..].first_chunk::<RUN>() {
            let run = run.map(unit);
            if run.iter().fold(0, |all, u| all | u) < 0x80 {
                out.extend_from_slice(&run.map(|u| u as u8));
                at += RUN;
                continue;
            }
        }
        let first = unit(units[at]);
        let second = units.get(at + 1).map(|pair| unit(*pair));
        let mut pair = char::decode_utf16([Some(first), second].into_iter().flatten());
        let Some(Ok(c)) = pair.next() else {
            return Err(problem(
                before + at * 2,
                "half a character of UTF-16 (an unpaired surrogate): the file is damaged, export it again",
            ));
        };
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        at += c.len_utf16();
    }
    if !rest.is_empty() {
        return Err(problem(
            before + units.len() * 2,
            "the file ends inside a UTF-16 character: it was cut off, export it again",
        ));
    }
    // Made of whole characters just above; checking again is cheaper than pushing one by one.
    String::from_utf8(out).map_err(|e| problem(e.utf8_error().valid_up_to(), "no text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "<Objs>Gr\u{FC}\u{DF}e \u{1F38E} from EX01, a run of more than sixteen units</Objs>";

    fn le(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn be(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    }

    fn with(mark: &[u8], bytes: &[u8]) -> Vec<u8> {
        [mark, bytes].concat()
    }

    #[test]
    fn every_encoding_of_powershell_gives_the_same_text() {
        for bytes in [
            TEXT.as_bytes().to_vec(),
            with(&[0xEF, 0xBB, 0xBF], TEXT.as_bytes()),
            with(&[0xFF, 0xFE], &le(TEXT)),
            with(&[0xFE, 0xFF], &be(TEXT)),
            le(TEXT),
            be(TEXT),
        ] {
            assert_eq!(decode(&bytes).unwrap(), TEXT);
        }
        assert!(matches!(decode(TEXT.as_bytes()), Ok(Cow::Borrowed(_))));
        assert_eq!(decode(&[]).unwrap(), "");
        assert_eq!(decode(&[0xFF, 0xFE]).unwrap(), "");
    }

    #[test]
    fn bytes_that_are_no_text_are_an_error_with_their_offset() {
        let offset = |bytes: &[u8]| match decode(bytes) {
            Err(ProtocolError::Encoding { offset, .. }) => offset,
            other => panic!("{other:?}"),
        };
        assert_eq!(offset(b"<Objs>\xFC</Objs>"), 6);
        assert_eq!(offset(b"\xEF\xBB\xBF<Objs>\xFC"), 9);
        assert_eq!(
            offset("<Objs>\u{1F38E}".as_bytes().split_last().unwrap().1),
            6
        );
        let mut cut = with(&[0xFF, 0xFE], &le("<Objs>"));
        cut.pop();
        assert_eq!(offset(&cut), 12);
        let lone = with(&[0xFF, 0xFE], &[b'a', 0, 0x3C, 0xD8, b'b', 0]);
        assert_eq!(offset(&lone), 4);
        assert_eq!(offset(&[0xFF, 0xFE, 0, 0, b'<', 0, 0, 0]), 0);
    }
}
