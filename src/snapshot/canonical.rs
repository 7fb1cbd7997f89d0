//! A fast reader of the YAML that exdrift itself writes, about ten times the speed of a full one.
//!
//! It knows block maps and lists, `{}`, `[]`, plain and quoted scalars on one line, and takes text
//! only where no YAML reader could take it for anything else. Everything beyond that (comments,
//! anchors, flow, literal blocks, escapes, odd indentation, duplicate keys) makes it give up without
//! an answer, and the caller reads the document with `serde_yaml`, which also words the errors.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};

/// Nesting beyond this is left to `serde_yaml`, whose limit is 128.
const MAX_DEPTH: usize = 100;

/// Reads a document of ours, quickly where it has the canonical form.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_yaml::Error> {
    match read_canonical(bytes) {
        Some(document) => Ok(document),
        None => serde_yaml::from_slice(bytes),
    }
}

/// The document, or none where this reader gives up.
pub(super) fn read_canonical<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let text = std::str::from_utf8(bytes).ok()?;
    // Breaks and controls that YAML treats on their own or refuses: C1 (NEL among them), U+2028, U+2029,
    // BOM, and what is no character.
    let controls = bytes
        .iter()
        .any(|b| (*b < 0x20 && *b != b'\n') || *b == 0x7f);
    let special = !bytes.is_ascii()
        && text.contains(|c| {
            matches!(
                c,
                '\u{80}'
                    ..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
            )
        });
    if controls || special || !text.ends_with('\n') {
        return None;
    }
    let mut reader = Reader {
        text,
        at: 0,
        place: Place::Block(0),
        depth: 0,
    };
    let document = T::deserialize(&mut reader).ok()?;
    (reader.at == text.len()).then_some(document)
}

/// No answer: read with the full reader.
#[derive(Debug)]
struct GiveUp;

impl fmt::Display for GiveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not in canonical form")
    }
}

impl std::error::Error for GiveUp {}

impl de::Error for GiveUp {
    fn custom<T: fmt::Display>(_: T) -> Self {
        GiveUp
    }
}

type Answer<T> = Result<T, GiveUp>;

/// Where the next node stands.
#[derive(Clone, Copy)]
enum Place {
    /// At a column where a map or a list may begin.
    Block(usize),
    /// Behind `key: `, where only a scalar may stand.
    Inline,
}

struct Reader<'de> {
    text: &'de str,
    /// Start of the next node, or of the next line after one.
    at: usize,
    place: Place,
    depth: usize,
}

enum Scalar<'de> {
    Null,
    Bool(bool),
    Int(i64),
    Text(Cow<'de, str>),
    EmptyList,
    EmptyMap,
}

impl<'de> Reader<'de> {
    fn rest(&self) -> &'de str {
        &self.text[self.at..]
    }

    /// The rest of the present line.
    fn line(&self) -> &'de str {
        let rest = self.rest();
        &rest[..rest.find('\n').unwrap_or(rest.len())]
    }

    /// The indentation of the line that begins here.
    fn indent(&self) -> usize {
        self.rest().bytes().take_while(|b| *b == b' ').count()
    }

    /// A quoted text that begins here, and its length with the quotes.
    fn quoted(&self) -> Answer<(Cow<'de, str>, usize)> {
        let line = self.line();
        let quote = line.as_bytes()[0];
        let body = &line[1..];
        if quote == b'"' {
            let end = body.bytes().position(|b| b == b'"').ok_or(GiveUp)?;
            let text = &body[..end];
            return if text.contains('\\') {
                Err(GiveUp)
            } else {
                Ok((Cow::Borrowed(text), end + 2))
            };
        }
        let bytes = body.as_bytes();
        let (mut at, mut doubled) = (0, false);
        loop {
            match bytes.get(at) {
                None => return Err(GiveUp),
                Some(b'\'') if bytes.get(at + 1) == Some(&b'\'') => {
                    doubled = true;
                    at += 2;
                }
                Some(b'\'') => break,
                Some(_) => at += 1,
            }
        }
        let text = &body[..at];
        let text = if doubled {
            Cow::Owned(text.replace("''", "'"))
        } else {
            Cow::Borrowed(text)
        };
        Ok((text, at + 2))
    }

    /// The key that begins here, with its length up to the colon; none where no key stands here.
    fn key(&self) -> Answer<Option<(Cow<'de, str>, usize)>> {
        let line = self.line();
        let (key, length) = match line.as_bytes().first() {
            Some(b'\'' | b'"') => self.quoted()?,
            _ => {
                let bytes = line.as_bytes();
                let colon = (0..bytes.len()).find(|at| {
                    bytes[*at] == b':' && matches!(bytes.get(at + 1), None | Some(b' '))
                });
                let Some(colon) = colon else {
                    return Ok(None);
                };
                match plain(&line[..colon])? {
                    Scalar::Text(text) if !text.starts_with(':') => (text, colon),
                    _ => return Err(GiveUp),
                }
            }
        };
        let behind = &line.as_bytes()[length..];
        match behind {
            [b':'] | [b':', b' ', ..] => Ok(Some((key, length))),
            [] => Ok(None),
            _ => Err(GiveUp),
        }
    }

    /// The scalar that begins here, to the end of its line.
    fn scalar(&mut self) -> Answer<Scalar<'de>> {
        let line = self.line();
        let scalar = match line {
            "" => return Err(GiveUp),
            "[]" => Scalar::EmptyList,
            "{}" => Scalar::EmptyMap,
            _ if line.starts_with(['\'', '"']) => {
                let (text, length) = self.quoted()?;
                if length != line.len() {
                    return Err(GiveUp);
                }
                Scalar::Text(text)
            }
            _ => plain(line)?,
        };
        self.at += line.len() + 1;
        Ok(scalar)
    }

    fn text(&mut self) -> Answer<Cow<'de, str>> {
        match self.scalar()? {
            Scalar::Text(text) => Ok(text),
            _ => Err(GiveUp),
        }
    }

    fn deeper(&mut self) -> Answer<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(GiveUp);
        }
        Ok(())
    }
}

/// A plain scalar, where every YAML reader agrees on it.
fn plain(text: &str) -> Answer<Scalar<'_>> {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return Err(GiveUp);
    };
    match text {
        "null" => return Ok(Scalar::Null),
        "true" => return Ok(Scalar::Bool(true)),
        "false" => return Ok(Scalar::Bool(false)),
        "Null" | "NULL" | "True" | "TRUE" | "False" | "FALSE" => return Err(GiveUp),
        _ => {}
    }
    if matches!(last, b' ' | b':') {
        return Err(GiveUp);
    }
    let mut before = 0;
    let breaks = bytes.iter().any(|b| {
        let breaks = (*b == b' ' && before == b':') || (*b == b'#' && before == b' ');
        before = *b;
        breaks
    });
    if breaks {
        return Err(GiveUp);
    }
    let string = || Ok(Scalar::Text(Cow::Borrowed(text)));
    match first {
        b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'/' | b'\\' | b'(' | b'<' | 0x80.. => string(),
        // File name endings. `.inf` and `.nan` are numbers, so are digits behind a point.
        b'.' if bytes.get(1).is_some_and(u8::is_ascii_alphabetic)
            && !text[1..].eq_ignore_ascii_case("inf")
            && !text[1..].eq_ignore_ascii_case("nan") =>
        {
            string()
        }
        // `::1`: no key, since no blank follows a colon, and no number.
        b':' if bytes.get(1) == Some(&b':') => string(),
        b'0'..=b'9' | b'-' => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            if whole && digits.len() <= 18 && (digits == "0" || !digits.starts_with('0')) {
                return text.parse().map(Scalar::Int).map_err(|_| GiveUp);
            }
            if *first == b'-' {
                return Err(GiveUp);
            }
            // No spelling of a number has another character, or two dots, or two dashes.
            let foreign = bytes.iter().any(|b| {
                !(b.is_ascii_hexdigit()
                    || matches!(b, b'x' | b'X' | b'o' | b'O' | b'+' | b'-' | b'.' | b'_'))
            });
            let count = |wanted: u8| bytes.iter().filter(|b| **b == wanted).count();
            // Digests: a hexadecimal number has 0x in front, others have no letter behind a prefix but e.
            let is_hex = !text.starts_with("0x")
                && !text.starts_with("0X")
                && bytes
                    .iter()
                    .skip(2)
                    .any(|b| matches!(b | 0x20, b'a'..=b'd' | b'f'));
            if foreign || is_hex || count(b'.') > 1 || count(b'-') > 1 {
                string()
            } else {
                Err(GiveUp)
            }
        }
        _ => Err(GiveUp),
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = GiveUp;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Answer<V::Value> {
        if let Place::Block(column) = self.place {
            if self.rest().starts_with("- ") {
                self.deeper()?;
                let value = visitor.visit_seq(Items {
                    reader: self,
                    column,
                    first: true,
                })?;
                self.depth -= 1;
                return Ok(value);
            }
            if self.key()?.is_some() {
                self.deeper()?;
                let value = visitor.visit_map(Entries {
                    reader: self,
                    column,
                    first: true,
                })?;
                self.depth -= 1;
                return Ok(value);
            }
        }
        match self.scalar()? {
            Scalar::Null => visitor.visit_unit(),
            Scalar::Bool(flag) => visitor.visit_bool(flag),
            Scalar::Int(number) => visitor.visit_i64(number),
            Scalar::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Scalar::Text(Cow::Owned(text)) => visitor.visit_string(text),
            Scalar::EmptyList => visitor.visit_seq(de::value::SeqDeserializer::<_, GiveUp>::new(
                std::iter::empty::<()>(),
            )),
            Scalar::EmptyMap => visitor.visit_map(de::value::MapDeserializer::<_, GiveUp>::new(
                std::iter::empty::<((), ())>(),
            )),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Answer<V::Value> {
        match self.text()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Answer<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Answer<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Answer<V::Value> {
        if self.line() == "null" {
            self.scalar()?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Answer<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Answer<V::Value> {
        let text = self.text()?;
        visitor.visit_enum(text.as_ref().into_deserializer())
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct ignored_any
    }
}

struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    column: usize,
    first: bool,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = GiveUp;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Answer<Option<S::Value>> {
        let reader = &mut *self.reader;
        if !std::mem::take(&mut self.first) {
            let indent = reader.indent();
            if indent > self.column {
                return Err(GiveUp);
            }
            let item = reader.rest()[indent..].starts_with("- ");
            if indent < self.column || !item {
                return Ok(None);
            }
            reader.at += indent;
        }
        reader.at += 2;
        reader.place = Place::Block(self.column + 2);
        seed.deserialize(reader).map(Some)
    }
}

struct Entries<'a, 'de> {
    reader: &'a mut Reader<'de>,
    column: usize,
    first: bool,
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = GiveUp;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Answer<Option<S::Value>> {
        let reader = &mut *self.reader;
        if !std::mem::take(&mut self.first) {
            let indent = reader.indent();
            if indent > self.column {
                return Err(GiveUp);
            }
            if indent < self.column || reader.at == reader.text.len() {
                return Ok(None);
            }
            reader.at += indent;
        }
        let (key, length) = reader.key()?.ok_or(GiveUp)?;
        reader.at += length + 1;
        match key {
            Cow::Borrowed(key) => seed.deserialize(de::value::BorrowedStrDeserializer::new(key)),
            Cow::Owned(key) => seed.deserialize(key.into_deserializer()),
        }
        .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Answer<S::Value> {
        let reader = &mut *self.reader;
        if reader.rest().starts_with(' ') {
            reader.at += 1;
            reader.place = Place::Inline;
            return seed.deserialize(reader);
        }
        reader.at += 1;
        let indent = reader.indent();
        let item = reader.rest()[indent..].starts_with("- ");
        // A list stands at its key's column, a map two further in: as libyaml writes them.
        let expected = if item { self.column } else { self.column + 2 };
        if indent != expected {
            return Err(GiveUp);
        }
        reader.at += indent;
        reader.place = Place::Block(indent);
        seed.deserialize(reader)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::model::Value;

    /// Where the fast reader answers, the full one gives the same answer.
    fn agrees(text: &str) -> bool {
        match read_canonical::<Value>(text.as_bytes()) {
            Some(fast) => {
                assert_eq!(
                    serde_yaml::from_str::<Value>(text).ok(),
                    Some(fast),
                    "{text:?}"
                );
                true
            }
            None => false,
        }
    }

    #[test]
    fn what_we_write_is_read_without_giving_up() {
        for text in [
            "a: 1\nb: null\nc: true\nd: x y\ne: 'it''s'\nf: []\ng: {}\n",
            "a:\n- b: 1\n  c: 2\n- d: 3\ne:\n  f:\n  - - 1\n    - 2\n  - x\n  - 'y: z'\n",
            "a: 2026-01-02T03:04:05Z\nb: 15.2.1748.10\nc: 1a2b3c4d-0000-0000-0000-000000000000\nd: -5\n",
            "a: 030d824efae7234bb3ccf7d8d9aae9ef\nb: 0beb2b090d1565b0e51c490e5b7ccb3c\nc: 9e04a\n",
            "a:\n- .docx\n- .e5\n- .infinite\n",
            "EX01\\EWS (Default Web Site):\n  u: https://mail.contoso.com/EWS/Exchange.asmx\n",
            "- a\n- 'true'\n- \"b\"\n",
            "a:\n- ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\n- ::1\nb: ::1-::2\n",
        ] {
            assert!(agrees(text), "gave up on {text:?}");
        }
    }

    #[test]
    fn what_another_hand_wrote_is_left_to_the_full_reader() {
        for text in [
            "a: 1 # one\n",
            "# x\na: 1\n",
            "a: &x 1\nb: *x\n",
            "a: {b: 1}\n",
            "a: |-\n  x\n",
            "a: \"\\n\"\n",
            "a: x\n  y\n",
            "a:\n    b: 1\n",
            "a:\nb: 1\n",
            "a: 0123\n",
            "a: 1.10\n",
            "a: True\n",
            "1: a\n",
            "---\na: 1\n",
            "a: 1\n\nb: 2\n",
            "a: 1\na: 2\n",
            "a: 1",
            "",
        ] {
            assert!(!agrees(text), "{text:?}");
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let text = prop_oneof![
            "[ -~]{0,12}",
            "[-0-9a-fxo.+_eE:# ']{0,8}",
            "\\PC{0,6}",
            any::<String>()
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            text.clone().prop_map(Value::Text),
        ];
        leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                prop::collection::btree_map(text.clone(), inner, 0..4).prop_map(Value::Map),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn both_readers_agree_on_what_we_write(value in value()) {
            let text = serde_yaml::to_string(&value).unwrap();
            if let Some(fast) = read_canonical::<Value>(text.as_bytes()) {
                prop_assert_eq!(fast, value);
            }
        }

        #[test]
        fn both_readers_agree_on_what_was_tampered_with(
            value in value(),
            cuts in prop::collection::vec((any::<prop::sample::Index>(), "[-: \n#'\"{}\\[\\]a1.~?!&*|>%@,]{0,2}"), 1..4),
        ) {
            let mut text = serde_yaml::to_string(&value).unwrap();
            for (at, insert) in cuts {
                let places: Vec<_> = text.char_indices().map(|(i, _)| i).collect();
                if places.is_empty() {
                    break;
                }
                let place = places[at.index(places.len())];
                text.remove(place);
                text.insert_str(place, &insert);
            }
            agrees(&text);
        }

        #[test]
        fn both_readers_agree_on_any_lines(text in "([ ]{0,4}(- ){0,2}[-a1'\":#.~\\[\\]{}?! ]{0,5}(: |:)?[a-c0-9'.\" -]{0,4}\n){1,6}") {
            agrees(&text);
        }
    }

    #[test]
    fn typed_documents_read_alike() {
        let text = "id: x\nlist:\n- 1\nmaybe: null\n";
        #[derive(Debug, PartialEq, serde::Deserialize)]
        struct T {
            id: String,
            list: Vec<u32>,
            maybe: Option<String>,
            #[serde(default)]
            none: BTreeMap<String, String>,
        }
        let fast: T = read_canonical(text.as_bytes()).unwrap();
        assert_eq!(fast, serde_yaml::from_str(text).unwrap());
    }
}
