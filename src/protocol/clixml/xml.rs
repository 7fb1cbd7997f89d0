//! XML as CLIXML uses it: elements, four attributes, text. Everything is a slice of the input.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::Event;

use super::super::error::{Position, ProtocolError, shown};
use super::{escape, object};

/// The start of an element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'a> {
    pub name: &'a str,
    /// Raw `N`: the property's name.
    pub n: Option<&'a str>,
    /// Raw `RefId`.
    pub ref_id: Option<&'a str>,
    /// All attributes, raw, for [`Tag::attribute`].
    attributes: &'a str,
    /// `<x/>`: no content and no end.
    pub empty: bool,
    /// Byte offset of its `<`.
    pub at: usize,
}

impl<'a> Tag<'a> {
    /// The raw value of any attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        let mut attributes = Attributes {
            text: self.attributes,
            at: 0,
        };
        while let Some(Some((other, value))) = attributes.next() {
            if other == name {
                return Some(value);
            }
        }
        None
    }
}

/// A pull reader that gives the children of an element, or its text.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    base: usize,
    max_text: usize,
}

impl<'a> Xml<'a> {
    /// Reads `text` from the byte `base` on; offsets count from the start of `text`.
    pub(super) fn new(text: &'a str, base: usize, max_text: usize) -> Self {
        let mut reader = Reader::from_str(&text[base..]);
        // End tags are compared here: every caller knows which one it waits for.
        reader.config_mut().check_end_names = false;
        Xml {
            reader,
            text,
            base,
            max_text,
        }
    }

    fn offset(&self) -> usize {
        self.base + self.reader.buffer_position() as usize
    }

    pub(super) fn position(&self, at: usize) -> Position {
        Position::of(self.text, at)
    }

    pub(super) fn syntax(&self, at: usize, problem: impl Into<String>) -> ProtocolError {
        ProtocolError::Syntax {
            at: self.position(at),
            problem: problem.into(),
        }
    }

    pub(super) fn format(&self, at: usize, problem: impl Into<String>) -> ProtocolError {
        ProtocolError::Format {
            at: self.position(at),
            problem: problem.into(),
        }
    }

    #[inline]
    fn event(&mut self) -> Result<Event<'a>, ProtocolError> {
        self.reader
            .read_event()
            .map_err(|e| self.not_well_formed(&e))
    }

    /// quick-xml's errors can carry what stands in the file, so the words are ours.
    #[cold]
    fn not_well_formed(&self, error: &Error) -> ProtocolError {
        let at = self.base + self.reader.error_position() as usize;
        let problem = match error {
            Error::IllFormed(IllFormedError::UnmatchedEndTag(_)) => {
                "an end tag that closes nothing: the file was edited or damaged".to_owned()
            }
            Error::IllFormed(IllFormedError::UnclosedReference) => {
                "an ampersand that starts no entity: `&` is written `&amp;`".to_owned()
            }
            Error::Syntax(_) => {
                "the file ends inside a tag: it was cut off, export it again".to_owned()
            }
            _ => "not well-formed XML: the file was edited or damaged".to_owned(),
        };
        self.syntax(at, problem)
    }

    /// An end tag, or the error that it is another's. Names that are not CLIXML's are not repeated:
    /// inside a SecureString damage can make a "name" of what is none.
    #[inline]
    fn ends(&self, end: &str, name: &str, at: usize) -> Result<(), ProtocolError> {
        if end == name {
            return Ok(());
        }
        let expected = match object::is_known(name) {
            true => format!("</{name}>"),
            false => "another".to_owned(),
        };
        Err(self.syntax(
            at,
            format!(
                "an end tag stands where {expected} was expected: the file was edited or damaged"
            ),
        ))
    }

    fn cut_off(&self, inside: &str) -> ProtocolError {
        self.syntax(
            self.text.len(),
            format!(
                "the file ends before </{}>: it was cut off, export it again",
                shown(inside)
            ),
        )
    }

    fn tag(&self, length: usize, empty: bool) -> Result<Tag<'a>, ProtocolError> {
        // `length` is what stands between `<` and `>` or `/>`; the reader is just behind it.
        let end = self.offset() - if empty { 2 } else { 1 };
        let start = end - length;
        let content = &self.text[start..end];
        let at = start - 1;
        let name_end = content
            .bytes()
            .position(|b| b.is_ascii_whitespace())
            .unwrap_or(content.len());
        let mut tag = Tag {
            name: &content[..name_end],
            n: None,
            ref_id: None,
            attributes: &content[name_end..],
            empty,
            at,
        };
        let mut rest = Attributes {
            text: content,
            at: name_end,
        };
        while let Some(attribute) = rest.next() {
            let Some((name, value)) = attribute else {
                let problem = format!(
                    "a damaged attribute in <{}>: name=\"value\" was expected",
                    shown(tag.name)
                );
                return Err(self.syntax(at, problem));
            };
            let slot = match name {
                "N" => &mut tag.n,
                "RefId" => &mut tag.ref_id,
                _ => continue,
            };
            if slot.replace(value).is_some() {
                let problem = format!("an attribute stands twice in <{}>", shown(tag.name));
                return Err(self.syntax(at, problem));
            }
        }
        Ok(tag)
    }

    /// Moves past `length` bytes that need no looking at.
    fn pass(&mut self, length: usize) {
        self.reader.stream().consume(length);
    }

    /// Moves past blanks: an event for each would be half of all events.
    fn pass_blanks(&mut self) {
        let rest = &self.text.as_bytes()[self.offset()..];
        let blanks = indentation(rest);
        // Only in front of a tag: quick-xml wants the text in front of a reference in one piece.
        if blanks > 0 && rest.get(blanks) == Some(&b'<') {
            self.pass(blanks);
        }
    }

    /// The text up to the end tag, where nothing else stands between, passed over.
    fn pass_text(&mut self) -> &'a str {
        let from = self.offset();
        let rest = &self.text.as_bytes()[from..];
        match memchr::memchr2(b'<', b'&', rest) {
            Some(i) if rest[i..].starts_with(b"</") => {
                self.pass(i);
                &self.text[from..from + i]
            }
            _ => "",
        }
    }

    /// Moves past the end tag of `name`, where it comes next in its plain form.
    #[inline]
    fn pass_end(&mut self, name: &str) -> bool {
        let rest = &self.text.as_bytes()[self.offset()..];
        let plain = rest.starts_with(b"</")
            && rest[2..].starts_with(name.as_bytes())
            && rest.get(2 + name.len()) == Some(&b'>');
        if plain {
            self.pass(name.len() + 3);
        }
        plain
    }

    /// The next element outside every other, `None` at the end of the file.
    pub(super) fn top(&mut self) -> Result<Option<Tag<'a>>, ProtocolError> {
        loop {
            let before = self.offset();
            match self.event()? {
                Event::Start(e) => return self.tag(e.len(), false).map(Some),
                Event::Empty(e) => return self.tag(e.len(), true).map(Some),
                Event::Text(t) if t.trim_ascii().is_empty() => {}
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::DocType(_) => return Err(self.doctype(before)),
                Event::Eof => return Ok(None),
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) | Event::End(_) => {
                    return Err(
                        self.syntax(before, "text or an end tag outside the root element <Objs>")
                    );
                }
            }
        }
    }

    fn doctype(&self, at: usize) -> ProtocolError {
        self.syntax(
            at,
            "a DOCTYPE is refused: PowerShell never writes one, and it can define entities",
        )
    }

    /// The next child of an element that is not empty, `None` at its end.
    #[inline]
    pub(super) fn child(&mut self, parent: &str) -> Result<Option<Tag<'a>>, ProtocolError> {
        loop {
            self.pass_blanks();
            if self.pass_end(parent) {
                return Ok(None);
            }
            let before = self.offset();
            match self.event()? {
                Event::Start(e) => return self.tag(e.len(), false).map(Some),
                Event::Empty(e) => return self.tag(e.len(), true).map(Some),
                Event::End(e) => return self.ends(&e, parent, before).map(|()| None),
                Event::Text(t) if t.bytes().all(|b| b.is_ascii_whitespace()) => {}
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => return Err(self.cut_off(parent)),
                Event::DocType(_) => return Err(self.doctype(before)),
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) | Event::Decl(_) => {
                    return Err(self.format(
                        before,
                        format!("text in <{}>, where elements were expected", shown(parent)),
                    ));
                }
            }
        }
    }

    /// The text of an element as XML has it, `_xHHHH_` not undone.
    #[inline]
    pub(super) fn raw_text(&mut self, tag: &Tag<'a>) -> Result<Cow<'a, str>, ProtocolError> {
        if tag.empty {
            return Ok(Cow::Borrowed(""));
        }
        let mut text = escape::line_ends(self.pass_text());
        let mut first = true;
        loop {
            if text.len() > self.max_text {
                return Err(ProtocolError::Limit {
                    at: self.position(tag.at),
                    what: "bytes of text in one value",
                    limit: self.max_text,
                });
            }
            if std::mem::take(&mut first) && self.pass_end(tag.name) {
                return Ok(text);
            }
            let before = self.offset();
            match self.event()? {
                Event::End(e) => return self.ends(&e, tag.name, before).map(|()| text),
                Event::Text(t) => append(&mut text, t.into_inner()),
                Event::CData(t) => append(&mut text, t.into_inner()),
                Event::GeneralRef(name) => match escape::entity(&name) {
                    Some(c) => text.to_mut().push(c),
                    None => {
                        return Err(self.syntax(
                            tag.at,
                            format!(
                                "an undefined entity in <{}>: XML knows lt, gt, amp, quot, apos and numbers",
                                shown(tag.name)
                            ),
                        ));
                    }
                },
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => return Err(self.cut_off(tag.name)),
                Event::DocType(_) => return Err(self.doctype(tag.at)),
                Event::Start(_) | Event::Empty(_) | Event::Decl(_) => {
                    return Err(self.format(
                        tag.at,
                        format!(
                            "an element in <{}>, where text was expected",
                            shown(tag.name)
                        ),
                    ));
                }
            }
        }
    }

    /// The text of an element with `_xHHHH_` undone.
    #[inline]
    pub(super) fn text(&mut self, tag: &Tag<'a>) -> Result<Cow<'a, str>, ProtocolError> {
        Ok(match self.raw_text(tag)? {
            Cow::Borrowed(raw) => escape::units(raw),
            Cow::Owned(raw) => match escape::units(&raw) {
                Cow::Borrowed(_) => Cow::Owned(raw),
                Cow::Owned(plain) => Cow::Owned(plain),
            },
        })
    }

    /// Passes over an element without keeping or repeating anything of it.
    pub(super) fn skip(&mut self, tag: &Tag<'a>) -> Result<(), ProtocolError> {
        if tag.empty {
            return Ok(());
        }
        self.pass_text();
        if self.pass_end(tag.name) {
            return Ok(());
        }
        let mut open = vec![tag.name.to_owned()];
        while let Some(name) = open.last() {
            let before = self.offset();
            match self.reader.read_event() {
                Ok(Event::Start(e)) => open.push(e.name().as_ref().to_owned()),
                Ok(Event::End(e)) => {
                    self.ends(&e, name, before)?;
                    open.pop();
                }
                Ok(Event::Eof) => return Err(self.cut_off(tag.name)),
                Ok(Event::DocType(_)) => return Err(self.doctype(tag.at)),
                Ok(_) => {}
                Err(e) => return Err(self.not_well_formed(&e)),
            }
        }
        Ok(())
    }

    /// The end of an element that has nothing inside (`Nil`, `Ref`, `TNRef`).
    #[inline]
    pub(super) fn nothing_in(&mut self, tag: &Tag<'a>) -> Result<(), ProtocolError> {
        if tag.empty {
            return Ok(());
        }
        match self.child(tag.name)? {
            None => Ok(()),
            Some(_) => Err(self.format(
                tag.at,
                format!(
                    "an element in <{}>, where nothing was expected",
                    shown(tag.name)
                ),
            )),
        }
    }

    /// A raw attribute value, unescaped.
    pub(super) fn attribute(
        &self,
        tag: &Tag<'a>,
        raw: &'a str,
    ) -> Result<Cow<'a, str>, ProtocolError> {
        escape::attribute(raw).ok_or_else(|| {
            self.syntax(
                tag.at,
                format!(
                    "an undefined entity in an attribute of <{}>",
                    shown(tag.name)
                ),
            )
        })
    }
}

/// Blanks at the beginning; a pretty-printed export has some ten in front of every tag.
#[inline]
fn indentation(bytes: &[u8]) -> usize {
    let mut length = 0;
    loop {
        if bytes[length..].starts_with(b"        ") {
            length += 8;
        } else if bytes.get(length).is_some_and(u8::is_ascii_whitespace) {
            length += 1;
        } else {
            return length;
        }
    }
}

#[inline]
fn append<'a>(text: &mut Cow<'a, str>, piece: Cow<'a, str>) {
    let piece = match piece {
        Cow::Borrowed(piece) => escape::line_ends(piece),
        Cow::Owned(piece) => Cow::Owned(escape::line_ends(&piece).into_owned()),
    };
    if text.is_empty() {
        *text = piece;
    } else {
        text.to_mut().push_str(&piece);
    }
}

/// The attributes of a tag: `None` inside is a damaged one.
struct Attributes<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Attributes<'a> {
    fn pass_blanks(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
    }

    #[inline]
    fn next(&mut self) -> Option<Option<(&'a str, &'a str)>> {
        self.pass_blanks();
        if self.at == self.text.len() {
            return None;
        }
        Some(self.attribute())
    }

    #[inline]
    fn attribute(&mut self) -> Option<(&'a str, &'a str)> {
        let bytes = self.text.as_bytes();
        let from = self.at;
        self.at += bytes[from..]
            .iter()
            .position(|b| *b == b'=' || b.is_ascii_whitespace())?;
        let name = &self.text[from..self.at];
        self.pass_blanks();
        if bytes.get(self.at) != Some(&b'=') {
            return None;
        }
        self.at += 1;
        self.pass_blanks();
        let quote = *bytes.get(self.at).filter(|b| matches!(b, b'"' | b'\''))?;
        let from = self.at + 1;
        let length = memchr::memchr(quote, &bytes[from..])?;
        self.at = from + length + 1;
        Some((name, &self.text[from..from + length]))
    }
}
