//! JSON (RFC 8259) into the arena.

use std::borrow::Cow;
use std::collections::HashSet;

use super::super::error::{Position, ProtocolError, shown};
use super::super::limits::Limits;
use super::super::psobject::{Content, Document, ListKind, ObjId, Property, PsObject, PsValue};
use super::dates;

pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    limits: Limits,
    pub(super) document: Document<'a>,
}

type Scanned<T> = Result<T, ProtocolError>;

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, limits: &Limits, document: Document<'a>) -> Self {
        Scanner {
            text,
            at: 0,
            depth: 0,
            limits: Limits {
                depth: limits.depth.min(Limits::MAX_DEPTH),
                ..*limits
            },
            document,
        }
    }

    /// The value of the whole text, and where it begins.
    pub(super) fn only_value(&mut self) -> Scanned<(PsValue<'a>, usize)> {
        self.blanks();
        let at = self.at;
        match self.peek() {
            None => return Err(self.wrong(at, "the file is empty: write it with ConvertTo-Json")),
            Some(b'<') => {
                return Err(self.wrong(at, "this is not JSON: it looks like XML; name it .xml"));
            }
            Some(_) => {}
        }
        let value = self.value()?;
        self.blanks();
        match self.peek() {
            None => Ok((value, at)),
            Some(_) => Err(self.wrong(
                self.at,
                "text after the end of the JSON value: one file holds one object or one array",
            )),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn wrong(&self, at: usize, problem: impl Into<String>) -> ProtocolError {
        ProtocolError::Syntax {
            at: Position::of(self.text, at),
            problem: problem.into(),
        }
    }

    /// Cut off where the text ends, else something else than was expected.
    fn expected(&self, what: &str) -> ProtocolError {
        match self.peek() {
            None => self.wrong(
                self.at,
                format!("the file ends where {what} was expected: it was cut off, export it again"),
            ),
            Some(_) => self.wrong(self.at, format!("{what} was expected here")),
        }
    }

    fn limit(&self, at: usize, what: &'static str, limit: usize) -> ProtocolError {
        ProtocolError::Limit {
            at: Position::of(self.text, at),
            what,
            limit,
        }
    }

    fn value(&mut self) -> Scanned<PsValue<'a>> {
        let at = self.at;
        let value = match self.peek() {
            Some(b'{') => return self.object(),
            Some(b'[') => return self.array(),
            Some(b'"') => {
                let text = self.string()?;
                match dates::recognise(&text) {
                    dates::Date::No => PsValue::Text(text),
                    dates::Date::Iso => PsValue::DateTime(text),
                    dates::Date::Ticks(iso) => PsValue::DateTime(Cow::Owned(iso)),
                }
            }
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", PsValue::Bool(true))?,
            Some(b'f') => self.word("false", PsValue::Bool(false))?,
            Some(b'n') => self.word("null", PsValue::Nil)?,
            _ => return Err(self.expected("a value")),
        };
        self.document.counts.scalars += 1;
        if self.document.counts.scalars > self.limits.values {
            return Err(self.limit(at, "values", self.limits.values));
        }
        Ok(value)
    }

    fn word(&mut self, word: &str, value: PsValue<'a>) -> Scanned<PsValue<'a>> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.expected("true, false or null"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn enter(&mut self) -> Scanned<()> {
        self.depth += 1;
        if self.depth > self.limits.depth {
            return Err(self.limit(self.at, "levels of nested values", self.limits.depth));
        }
        self.at += 1;
        self.blanks();
        Ok(())
    }

    /// After a member: true where another follows.
    fn another(&mut self, close: u8, expected: &str) -> Scanned<bool> {
        self.blanks();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.blanks();
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.expected(expected)),
        }
    }

    fn array(&mut self) -> Scanned<PsValue<'a>> {
        let at = self.at;
        let mut members = Vec::new();
        self.enter()?;
        if self.peek() == Some(b']') {
            self.at += 1;
        } else {
            loop {
                members.push(self.value()?);
                if !self.another(b']', "a comma or ]")? {
                    break;
                }
            }
        }
        self.depth -= 1;
        self.push(PsObject {
            content: Content::List(ListKind::List, members),
            at,
            ..PsObject::default()
        })
    }

    fn object(&mut self) -> Scanned<PsValue<'a>> {
        let at = self.at;
        let mut props: Vec<Property<'a>> = Vec::new();
        let mut keys = Keys::default();
        self.enter()?;
        if self.peek() == Some(b'}') {
            self.at += 1;
        } else {
            loop {
                let key_at = self.at;
                if self.peek() != Some(b'"') {
                    return Err(self.expected("a key in double quotes"));
                }
                let name = self.string()?;
                if keys.contains(&props, name.clone()) {
                    let problem = format!(
                        "the key \"{}\" stands twice in one object: the file was edited",
                        shown(&name)
                    );
                    return Err(self.wrong(key_at, problem));
                }
                self.blanks();
                if self.peek() != Some(b':') {
                    return Err(self.expected("a colon"));
                }
                self.at += 1;
                self.blanks();
                let value = self.value()?;
                props.push(Property { name, value });
                if !self.another(b'}', "a comma or }")? {
                    break;
                }
            }
        }
        self.depth -= 1;
        if let Some(list) = self.wrapped_list(&props) {
            // The number in `Count` says nothing that the array does not.
            self.document.counts.scalars -= 1;
            return Ok(list);
        }
        if props.iter().any(|p| p.name == "SerializationData") {
            let before = props.len();
            props.retain(|p| p.name != "SerializationData");
            self.document.counts.serialization_data += before - props.len();
        }
        self.document.counts.properties += props.len();
        self.push(PsObject {
            props,
            at,
            ..PsObject::default()
        })
    }

    /// The array of `{"value": [...], "Count": n}`.
    fn wrapped_list(&self, props: &[Property<'a>]) -> Option<PsValue<'a>> {
        let [value, count] = props else { return None };
        let (value, count) = match (&*value.name, &*count.name) {
            ("value", "Count") => (&value.value, &count.value),
            ("Count", "value") => (&count.value, &value.value),
            _ => return None,
        };
        let length = self.document.list(value)?.len();
        let same = matches!(count, PsValue::Int(n) if usize::try_from(*n) == Ok(length));
        same.then(|| value.clone())
    }

    fn push(&mut self, object: PsObject<'a>) -> Scanned<PsValue<'a>> {
        let index = self.document.objects.len();
        let too_many = |limit| self.limit(object.at, "objects", limit);
        if index >= self.limits.objects {
            return Err(too_many(self.limits.objects));
        }
        let id = u32::try_from(index).map_err(|_| too_many(u32::MAX as usize))?;
        self.document.objects.push(object);
        self.document.counts.objects += 1;
        Ok(PsValue::Object(ObjId(id)))
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        self.at - from
    }

    fn number(&mut self) -> Scanned<PsValue<'a>> {
        let from = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        if whole == 0 {
            return Err(self.expected("a digit"));
        }
        if leading_zero && whole > 1 {
            return Err(self.wrong(from, "a number that begins with 0: text was meant"));
        }
        let mut integer = true;
        if self.peek() == Some(b'.') {
            integer = false;
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.expected("a digit"));
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            integer = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.expected("a digit"));
            }
        }
        let text = &self.text[from..self.at];
        if integer {
            if let Ok(number) = text.parse() {
                return Ok(PsValue::Int(number));
            }
            if let Ok(number) = text.parse() {
                return Ok(PsValue::UInt(number));
            }
        }
        Ok(PsValue::Number(Cow::Borrowed(text)))
    }

    fn string(&mut self) -> Scanned<Cow<'a, str>> {
        let quote = self.at;
        self.at += 1;
        let mut from = self.at;
        let mut owned: Option<String> = None;
        let bytes = self.text.as_bytes();
        loop {
            let Some(i) = bytes[self.at..]
                .iter()
                .position(|b| *b == b'"' || *b == b'\\' || *b < 0x20)
            else {
                return Err(self.wrong(
                    quote,
                    "a text without its closing quote: the file was cut off, export it again",
                ));
            };
            self.at += i;
            let piece = &self.text[from..self.at];
            if owned.as_ref().map_or(0, String::len) + piece.len() > self.limits.text {
                return Err(self.limit(quote, "bytes of text in one value", self.limits.text));
            }
            match bytes[self.at] {
                b'"' => {
                    self.at += 1;
                    return Ok(match owned {
                        None => Cow::Borrowed(piece),
                        Some(text) => Cow::Owned(text + piece),
                    });
                }
                b'\\' => {
                    let text = owned.get_or_insert_default();
                    text.push_str(piece);
                    self.at += 1;
                    let c = self.escape()?;
                    owned.get_or_insert_default().push(c);
                    from = self.at;
                }
                _ => {
                    return Err(self.wrong(
                        self.at,
                        "a control character in a text: JSON writes it with a backslash",
                    ));
                }
            }
        }
    }

    /// After the backslash.
    fn escape(&mut self) -> Scanned<char> {
        let c = match self.peek() {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self
                    .unit(self.at + 1)
                    .ok_or_else(|| self.expected("\\u and four hexadecimal digits"))?;
                self.at += 5;
                let second = match self.text.as_bytes().get(self.at..self.at + 2) {
                    Some(b"\\u") => self.unit(self.at + 2),
                    _ => None,
                };
                let units = [Some(first), second].into_iter().flatten();
                return Ok(match char::decode_utf16(units).next() {
                    Some(Ok(c)) => {
                        if c.len_utf16() == 2 {
                            self.at += 6;
                        }
                        c
                    }
                    _ => char::REPLACEMENT_CHARACTER,
                });
            }
            _ => return Err(self.expected("an escape that JSON knows")),
        };
        self.at += 1;
        Ok(c)
    }

    fn unit(&self, at: usize) -> Option<u16> {
        let hex = self.text.get(at..at + 4)?;
        if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        u16::from_str_radix(hex, 16).ok()
    }
}

/// The keys of one object: looked through while they are few, hashed when they are many.
#[derive(Default)]
struct Keys<'a>(HashSet<Cow<'a, str>>);

impl<'a> Keys<'a> {
    const FEW: usize = 32;

    /// True where `name` is among `props`, or among the keys that were asked for before.
    fn contains(&mut self, props: &[Property<'a>], name: Cow<'a, str>) -> bool {
        if props.len() < Self::FEW {
            return props.iter().any(|p| p.name == name);
        }
        if self.0.is_empty() {
            self.0.extend(props.iter().map(|p| p.name.clone()));
        }
        !self.0.insert(name)
    }
}
