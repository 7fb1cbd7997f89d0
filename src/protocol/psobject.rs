//! What a PowerShell export says, before anybody knows what it means.
//!
//! A [`Document`] owns the objects of one file in one arena; values name them by [`ObjId`]. Text is
//! borrowed from the decoded file wherever the file needed no unescaping.
//!
//! Three cases stay apart: a property that is absent ([`PsObject::get`] gives `None`), one that is
//! `$null` ([`PsValue::Nil`]) and one that is empty (`Text("")`, an empty list).
//!
//! Objects may contain themselves (an `ADObjectId` names itself as its `DomainId`), and several
//! references to one object make a graph that is small here and endless when written out: whoever
//! follows ids needs a depth limit and a budget.

use std::borrow::Cow;

use super::error::Position;

/// The format that a document was written in: what it could not express is unknown, not false.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// `Export-Clixml`: typed; null, empty and absent are distinct.
    Clixml,
    /// `ConvertTo-Json`: no types; an enumeration may be a number; beyond `-Depth` an object is its
    /// type name; a span or a date may be plain text.
    Json,
    /// A configuration file of IIS or .NET, read by allow-list: text, with documented defaults.
    Config,
    /// `Format-List` text: no types at all; every value is [`PsValue::Text`] as it is seen, with the marks
    /// of [`super::format_list`] where lines meet. Blank is null, empty or absent.
    FormatList,
}

/// One export.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    /// What wrote it.
    pub format: Format,
    /// The top-level values in file order. None at all: the cmdlet returned nothing.
    pub roots: Vec<Root<'a>>,
    /// For the accounting of what was read.
    pub counts: Counts,
    pub(super) objects: Vec<PsObject<'a>>,
    pub(super) types: Vec<Vec<Cow<'a, str>>>,
    pub(super) source: &'a str,
}

/// One top-level value.
#[derive(Clone, Debug, PartialEq)]
pub struct Root<'a> {
    /// The stream of a captured session: `error`, `progress`, `verbose`...; `None` is output.
    pub stream: Option<Cow<'a, str>>,
    /// The value.
    pub value: PsValue<'a>,
    /// Byte offset in the decoded text, for [`Document::position`].
    pub at: usize,
}

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects of the arena.
    pub objects: usize,
    /// Properties of the types themselves (`Props`), `SerializationData` not counted.
    pub properties: usize,
    /// Properties that were added (`MS`), `SerializationData` not counted.
    pub extended: usize,
    /// Values that are no object: properties, members of collections, keys, roots.
    pub scalars: usize,
    /// References to an object that stands elsewhere in the file.
    pub references: usize,
    /// `SerializationData` properties: skipped, never decoded and not kept.
    pub serialization_data: usize,
}

/// An object of the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjId(pub(super) u32);

impl ObjId {
    /// The place in [`Document::objects`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A list of type names of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypesId(pub(super) u32);

/// A value: a scalar, or the id of an object.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PsValue<'a> {
    /// `$null`.
    Nil,
    /// `B`.
    Bool(bool),
    /// Any whole number that fits, of whatever width (`By SB I16 U16 I32 U32 I64 U64`).
    Int(i64),
    /// A whole number above `i64::MAX`, and no other.
    UInt(u64),
    /// Any other number, as written: `Sg`, `Db`, `D`, and JSON numbers with a fraction, an exponent
    /// or more than 64 bits (`1.10` stays `1.10`; `INF`, `NaN` occur in CLIXML).
    Number(Cow<'a, str>),
    /// `C`, one UTF-16 unit; half a surrogate pair is U+FFFD.
    Char(char),
    /// `S`.
    Text(Cow<'a, str>),
    /// ISO 8601 with offset, with `Z` or with neither, up to 7 digits of a second, as written. JSON's
    /// `/Date(ms)/` is given in this form too, in UTC. Year 1 is .NET's unset date.
    DateTime(Cow<'a, str>),
    /// ISO 8601 duration as written: `PT1H5M`, `-PT1S`, `P10675199DT2H48M5.4775807S`.
    Span(Cow<'a, str>),
    /// `G`, as written.
    Guid(Cow<'a, str>),
    /// `URI`, as written.
    Uri(Cow<'a, str>),
    /// `Version`: `15.2.986.5`.
    Version(Cow<'a, str>),
    /// `XD`, a whole XML document as text.
    Xml(Cow<'a, str>),
    /// `SBK`, the source of a script block.
    ScriptBlock(Cow<'a, str>),
    /// `BA`, base64 as written (it may hold blanks), not decoded.
    Bytes(Cow<'a, str>),
    /// `SS`. Its text never leaves the parser.
    SecureString,
    /// `PR`, a progress record; its words are not kept.
    Progress,
    /// An object of the arena, here or by reference.
    Object(ObjId),
}

/// One object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PsObject<'a> {
    /// The type chain, see [`Document::type_names`]. JSON has none.
    pub types: Option<TypesId>,
    /// What `ToString()` gave; `Some("")` is an empty answer, `None` is no answer.
    pub to_string: Option<Cow<'a, str>>,
    /// What the object is, beside its properties.
    pub content: Content<'a>,
    /// The type's own properties, in file order (`Props`; all properties of a JSON object).
    pub props: Vec<Property<'a>>,
    /// Properties that were added to it (`MS`). A name may be in both.
    pub extended: Vec<Property<'a>>,
    /// Byte offset in the decoded text, for [`Document::position`].
    pub at: usize,
}

/// A named value.
#[derive(Clone, Debug, PartialEq)]
pub struct Property<'a> {
    /// As written, unescaped.
    pub name: Cow<'a, str>,
    /// Its value.
    pub value: PsValue<'a>,
}

/// What an object is, beside its properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Content<'a> {
    /// Properties alone; or nothing but a `ToString`, where the export's depth ended.
    #[default]
    None,
    /// A wrapped scalar: the number of an enumeration, a text with added properties.
    Scalar(PsValue<'a>),
    /// A collection.
    List(ListKind, Vec<PsValue<'a>>),
    /// A dictionary; keys are of any type.
    Dict(Vec<(PsValue<'a>, PsValue<'a>)>),
}

/// Which collection it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListKind {
    /// `LST`, and every JSON array.
    List,
    /// `IE`.
    Enumerable,
    /// `QUE`, first in first.
    Queue,
    /// `STK`, top first.
    Stack,
}

impl<'a> Document<'a> {
    pub(super) fn new(format: Format, source: &'a str) -> Self {
        Document {
            format,
            roots: Vec::new(),
            counts: Counts::default(),
            objects: Vec::new(),
            types: Vec::new(),
            source,
        }
    }

    /// The object of an id of this document.
    ///
    /// # Panics
    /// With an id of another document.
    pub fn object(&self, id: ObjId) -> &PsObject<'a> {
        &self.objects[id.index()]
    }

    /// Every object of the arena, nested ones too, in the order in which they begin in the file.
    pub fn objects(&self) -> &[PsObject<'a>] {
        &self.objects
    }

    /// Takes in an object that a reader of a file put together from what the file says elsewhere in it.
    ///
    /// # Panics
    /// Beyond 2^32 objects, which the limits of the parsers do not allow.
    pub(crate) fn add(&mut self, object: PsObject<'a>) -> ObjId {
        let id = u32::try_from(self.objects.len()).expect("a document has fewer than 2^32 objects");
        self.objects.push(object);
        ObjId(id)
    }

    /// The object that a value is, if it is one.
    pub fn as_object(&self, value: &PsValue<'a>) -> Option<&PsObject<'a>> {
        match value {
            PsValue::Object(id) => Some(self.object(*id)),
            _ => None,
        }
    }

    /// The type chain, most derived first, as written (`Deserialized.` included). Empty where none
    /// was written.
    pub fn type_names(&self, object: &PsObject<'a>) -> &[Cow<'a, str>] {
        match object.types {
            Some(id) => &self.types[id.0 as usize],
            None => &[],
        }
    }

    /// The most derived type without `Deserialized.`, which only says that the data had been
    /// imported before.
    pub fn type_name(&self, object: &PsObject<'a>) -> Option<&str> {
        let first = self.type_names(object).first()?;
        Some(first.strip_prefix("Deserialized.").unwrap_or(first))
    }

    /// The scalar that a value is: itself, or the one that its object wraps.
    pub fn scalar<'d>(&'d self, value: &'d PsValue<'a>) -> Option<&'d PsValue<'a>> {
        let mut value = value;
        // An object may wrap an object; two levels were never seen, a loop is possible.
        for _ in 0..4 {
            match value {
                PsValue::Object(id) => match &self.object(*id).content {
                    Content::Scalar(inner) => value = inner,
                    _ => return None,
                },
                scalar => return Some(scalar),
            }
        }
        None
    }

    /// The members of a collection, if the value is one.
    pub fn list<'d>(&'d self, value: &PsValue<'a>) -> Option<&'d [PsValue<'a>]> {
        match &self.as_object(value)?.content {
            Content::List(_, members) => Some(members),
            _ => None,
        }
    }

    /// Line and column of a byte offset, both from 1.
    pub fn position(&self, at: usize) -> Position {
        Position::of(self.source, at)
    }
}

impl<'a> PsObject<'a> {
    /// A property by name: the type's own first, then the added ones. Names compare without case,
    /// as PowerShell does.
    pub fn get(&self, name: &str) -> Option<&PsValue<'a>> {
        self.own(name).or_else(|| find(&self.extended, name))
    }

    /// One of the type's own properties.
    pub fn own(&self, name: &str) -> Option<&PsValue<'a>> {
        find(&self.props, name)
    }

    /// Every property with its value: the type's own, then those added ones whose name is new.
    pub fn properties(&self) -> impl Iterator<Item = &Property<'a>> {
        let added = self
            .extended
            .iter()
            .filter(|added| self.own(&added.name).is_none());
        self.props.iter().chain(added)
    }
}

fn find<'p, 'a>(properties: &'p [Property<'a>], name: &str) -> Option<&'p PsValue<'a>> {
    properties
        .iter()
        .find(|p| p.name.eq_ignore_ascii_case(name))
        .map(|p| &p.value)
}

impl<'a> PsValue<'a> {
    /// The text of every variant that carries text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            PsValue::Number(t)
            | PsValue::Text(t)
            | PsValue::DateTime(t)
            | PsValue::Span(t)
            | PsValue::Guid(t)
            | PsValue::Uri(t)
            | PsValue::Version(t)
            | PsValue::Xml(t)
            | PsValue::ScriptBlock(t)
            | PsValue::Bytes(t) => Some(t),
            PsValue::Nil
            | PsValue::Bool(_)
            | PsValue::Int(_)
            | PsValue::UInt(_)
            | PsValue::Char(_)
            | PsValue::SecureString
            | PsValue::Progress
            | PsValue::Object(_) => None,
        }
    }

    /// True for `$null`.
    pub fn is_nil(&self) -> bool {
        matches!(self, PsValue::Nil)
    }
}
