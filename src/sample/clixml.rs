//! Writes objects as `Export-Clixml` does ([MS-PSRP] section 2.2.5; shapes from exports of a 2019 CU11
//! server).

use std::fmt::Write as _;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, FixedOffset, Offset as _, Utc};

use crate::catalog;
use crate::model::Plane;

use super::object::{Object, Prop, ValueObject};
use super::random::Random;
use super::types;

/// How the objects came to the exporter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Straight from a cmdlet: value objects have their properties, enumerations their numbers.
    Live,
    /// Imported and exported again: types are prefixed, nested value objects are text.
    Deserialized,
    /// As the export script writes them: a copy of the live object without its blob and its secrets, whose
    /// type has the prefix. Value objects are as in [`Form::Live`].
    Copied,
}

/// The bytes of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// What Windows PowerShell's `Export-Clixml` writes.
    Utf16LeBom,
    /// PowerShell 7, and most published files.
    Utf8Bom,
    /// Files that went through another tool.
    Utf8,
}

impl Encoding {
    /// Encodes a text.
    pub fn bytes(self, text: &str) -> Vec<u8> {
        match self {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf8Bom => [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat(),
            Encoding::Utf16LeBom => {
                let mut out = Vec::with_capacity(2 * text.len() + 2);
                out.extend_from_slice(&[0xff, 0xfe]);
                for unit in text.encode_utf16() {
                    out.extend_from_slice(&unit.to_le_bytes());
                }
                out
            }
        }
    }
}

/// How large the .NET blobs (`SerializationData`) are. They are noise, and three quarters of a real file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blobs {
    /// As large as the real ones (an EWS directory 19 kB, an OWA one 87 kB).
    Realistic,
    /// One line each: the shape without the weight, for tests.
    Short,
    /// None, as an export that leaves them out.
    None,
}

/// How a CLIXML document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Live or deserialized.
    pub form: Form,
    /// The file's encoding.
    pub encoding: Encoding,
    /// The blobs.
    pub blobs: Blobs,
}

impl Default for Style {
    /// What a user of Windows PowerShell has.
    fn default() -> Self {
        Style {
            form: Form::Live,
            encoding: Encoding::Utf16LeBom,
            blobs: Blobs::Realistic,
        }
    }
}

/// What the export script puts in the place of a secret.
const REDACTED: &str = "(redacted by exdrift-export)";

/// One document with these objects; an empty root where there are none.
pub fn clixml<'a>(objects: impl IntoIterator<Item = &'a Object>, style: Style) -> Vec<u8> {
    style.encoding.bytes(&document(objects, style))
}

/// The same as text.
pub fn document<'a>(objects: impl IntoIterator<Item = &'a Object>, style: Style) -> String {
    let mut writer = Writer::new(style);
    for object in objects {
        writer.object(None, object);
    }
    writer.finish()
}

/// One object that a script built, with the objects of several cmdlets in it.
pub(super) fn tree(root: &Node<'_>, style: Style) -> String {
    let mut writer = Writer::new(style);
    writer.node(None, root);
    writer.finish()
}

/// What a script puts into an object of its own.
pub(super) enum Node<'a> {
    /// A cmdlet's object.
    Object(&'a Object),
    /// A value.
    Value(Prop),
    /// An array.
    List(Vec<Node<'a>>),
    /// A custom object.
    Bag(Vec<(&'static str, Node<'a>)>),
}

struct Writer {
    out: String,
    style: Style,
    depth: usize,
    next_object: usize,
    /// Type chains seen, at their numbers; the leaf alone tells an enumeration's.
    types: Vec<Chain>,
    /// Shared instances seen, with their object numbers.
    shared: Vec<(&'static str, String, usize)>,
}

type Chain = (Option<&'static str>, &'static [&'static str]);

impl Writer {
    fn new(style: Style) -> Self {
        Writer {
            out: String::with_capacity(64 * 1024),
            style,
            depth: 1,
            next_object: 0,
            types: Vec::new(),
            shared: Vec::new(),
        }
    }

    fn finish(self) -> String {
        const ROOT: &str =
            "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"";
        if self.out.is_empty() {
            return format!("{ROOT} />");
        }
        format!("{ROOT}>\r\n{}</Objs>", self.out)
    }

    fn node(&mut self, name: Option<&str>, node: &Node<'_>) {
        match node {
            Node::Object(object) => self.object(name, object),
            Node::Value(prop) => self.value(name, prop),
            Node::List(members) => {
                self.open(name);
                self.type_names((None, types::OBJECT_ARRAY));
                self.group("LST", |writer| {
                    for member in members {
                        writer.node(None, member);
                    }
                });
                self.close();
            }
            Node::Bag(members) => {
                self.open(name);
                self.type_names((None, types::CUSTOM_OBJECT));
                self.group("MS", |writer| {
                    for (name, member) in members {
                        writer.node(Some(name), member);
                    }
                });
                self.close();
            }
        }
    }

    fn object(&mut self, name: Option<&str>, object: &Object) {
        if self.style.form == Form::Copied {
            return self.copy(object);
        }
        self.open(name);
        self.type_names((None, object.types));
        self.leaf("ToString", None, &object.to_string);
        if !object.properties.is_empty() {
            self.group("Props", |writer| {
                // The number that each property's object got, for properties that are the same object.
                let mut numbers: Vec<(&'static str, usize)> = Vec::new();
                for (name, prop) in &object.properties {
                    numbers.push((name, writer.next_object));
                    if let Prop::Same(other) = prop {
                        writer.same(name, other, object, &numbers);
                    } else {
                        writer.value(Some(name), prop);
                    }
                }
            });
        }
        if !object.notes.is_empty() || self.blob_of(object.blob) > 0 {
            self.group("MS", |writer| {
                for (name, prop) in &object.notes {
                    writer.value(Some(name), prop);
                }
                writer.blob(object.blob);
            });
        }
        self.close();
    }

    /// A custom object: all properties are added ones, and it has no text of its own.
    fn copy(&mut self, object: &Object) {
        self.open(None);
        self.type_names((object.types.first().copied(), types::CUSTOM_OBJECT));
        self.group("MS", |writer| {
            let mut numbers: Vec<(&'static str, usize)> = Vec::new();
            let all = object
                .properties
                .iter()
                .chain(&object.hidden)
                .chain(&object.notes);
            for (name, prop) in all {
                numbers.push((name, writer.next_object));
                match prop {
                    Prop::Same(other) => writer.same(name, other, object, &numbers),
                    _ if *name == "PSComputerName" && object.plane == Plane::Host => {
                        let server = object.server.clone().unwrap_or_default();
                        writer.value(Some(name), &Prop::text(server));
                    }
                    prop if is_secret(object.kind, name, prop) => {
                        writer.value(Some(name), &Prop::text(REDACTED));
                    }
                    prop => writer.value(Some(name), prop),
                }
            }
        });
        self.close();
    }

    fn same(
        &mut self,
        name: &'static str,
        other: &'static str,
        object: &Object,
        numbers: &[(&'static str, usize)],
    ) {
        let number = numbers.iter().find(|(n, _)| *n == other).map(|(_, n)| *n);
        match (self.style.form, number) {
            // Two properties with one object: the first is written, the second points at it.
            (Form::Live | Form::Copied, Some(number)) => self.reference(Some(name), number),
            _ => match object.prop(other) {
                Some(prop) => self.value(Some(name), &prop.clone()),
                None => self.value(Some(name), &Prop::Null),
            },
        }
    }

    fn value(&mut self, name: Option<&str>, prop: &Prop) {
        match prop {
            Prop::Null | Prop::Same(_) => {
                self.indent();
                self.out.push_str("<Nil");
                self.name(name);
                self.out.push_str(" />\r\n");
            }
            Prop::Bool(flag) => self.leaf("B", name, if *flag { "true" } else { "false" }),
            Prop::Byte(n) => self.leaf("By", name, &n.to_string()),
            Prop::Int(n) => self.leaf("I32", name, &n.to_string()),
            Prop::Long(n) => self.leaf("I64", name, &n.to_string()),
            Prop::UInt(n) => self.leaf("U32", name, &n.to_string()),
            Prop::Double(n) => self.leaf("Db", name, &n.to_string()),
            Prop::Text(text) => self.leaf("S", name, text),
            Prop::Guid(text) => self.leaf("G", name, text),
            Prop::Uri(text) => self.leaf("URI", name, text),
            Prop::Version(text) => self.leaf("Version", name, text),
            Prop::Utc(at) => {
                self.leaf("DT", name, &at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
            }
            Prop::Local(at, offset) => self.leaf("DT", name, &local(*at, *offset)),
            Prop::Year1 => self.leaf("DT", name, "0001-01-01T00:00:00"),
            Prop::Bytes(bytes) => self.leaf("BA", name, &STANDARD.encode(bytes)),
            Prop::Enum(_, member, _) if self.style.form == Form::Deserialized => {
                self.leaf("S", name, member);
            }
            Prop::Enum(ty, member, number) => {
                self.open(name);
                self.type_names((Some(ty), types::ENUM_BASES));
                self.leaf("ToString", None, member);
                self.leaf("I32", None, &number.to_string());
                self.close();
            }
            Prop::List(chain, members) => {
                self.open(name);
                self.type_names((None, chain));
                if members.is_empty() {
                    self.indent();
                    self.out.push_str("<LST />\r\n");
                } else {
                    self.group("LST", |writer| {
                        for member in members {
                            writer.value(None, member);
                        }
                    });
                }
                self.close();
            }
            Prop::Object(object) => self.value_object(name, object),
            Prop::Certificate(der) => {
                self.open(name);
                self.type_names((None, types::CERTIFICATE));
                self.leaf("ToString", None, &types::certificate_text(der));
                self.group("Props", |writer| {
                    writer.leaf("BA", Some("RawData"), &STANDARD.encode(der));
                });
                self.close();
            }
            Prop::Fields(fields) => {
                self.open(name);
                self.type_names((None, types::CUSTOM_OBJECT));
                self.group("MS", |writer| {
                    for (name, prop) in fields {
                        // The script takes the fields that it knows, and none of these.
                        let is_key = matches!(*name, "key" | "hint" | "secretText");
                        if !(is_key && writer.style.form == Form::Copied) {
                            writer.value(Some(name), prop);
                        }
                    }
                });
                self.close();
            }
            Prop::Counts(counts) => {
                self.open(name);
                self.type_names((None, types::DICTIONARY));
                self.group("DCT", |writer| {
                    for (key, count) in counts {
                        writer.group("En", |writer| {
                            writer.leaf("S", Some("Key"), key);
                            writer.leaf("I32", Some("Value"), &count.to_string());
                        });
                    }
                });
                self.close();
            }
        }
    }

    fn value_object(&mut self, name: Option<&str>, object: &ValueObject) {
        if self.style.form == Form::Deserialized {
            return self.leaf("S", name, &object.to_string);
        }
        let leaf = object.types.first().copied().unwrap_or_default();
        if object.shared {
            let seen = self
                .shared
                .iter()
                .find(|(ty, text, _)| *ty == leaf && *text == object.to_string);
            if let Some((_, _, number)) = seen {
                let number = *number;
                return self.reference(name, number);
            }
            let entry = (leaf, object.to_string.clone(), self.next_object);
            self.shared.push(entry);
        }
        self.open(name);
        self.type_names((None, object.types));
        self.leaf("ToString", None, &object.to_string);
        if !object.properties.is_empty() {
            self.group("Props", |writer| {
                for (name, prop) in &object.properties {
                    writer.value(Some(name), prop);
                }
            });
        }
        if self.blob_of(object.blob) > 0 {
            self.group("MS", |writer| writer.blob(object.blob));
        }
        self.close();
    }

    fn open(&mut self, name: Option<&str>) {
        self.indent();
        self.out.push_str("<Obj");
        self.name(name);
        let _ = write!(self.out, " RefId=\"{}\">\r\n", self.next_object);
        self.next_object += 1;
        self.depth += 1;
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.indent();
        self.out.push_str("</Obj>\r\n");
    }

    fn group(&mut self, tag: &str, inside: impl FnOnce(&mut Self)) {
        self.indent();
        let _ = write!(self.out, "<{tag}>\r\n");
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.indent();
        let _ = write!(self.out, "</{tag}>\r\n");
    }

    /// The first mention of a chain writes it out; later ones refer to its number.
    fn type_names(&mut self, chain: Chain) {
        if let Some(number) = self.types.iter().position(|seen| *seen == chain) {
            self.indent();
            let _ = write!(self.out, "<TNRef RefId=\"{number}\" />\r\n");
            return;
        }
        self.indent();
        let _ = write!(self.out, "<TN RefId=\"{}\">\r\n", self.types.len());
        self.types.push(chain);
        self.depth += 1;
        for (at, ty) in chain.0.iter().chain(chain.1).enumerate() {
            let prefixed = match self.style.form {
                Form::Live => false,
                Form::Deserialized => true,
                Form::Copied => at == 0 && chain.1 == types::CUSTOM_OBJECT,
            };
            let prefix = if prefixed { "Deserialized." } else { "" };
            self.leaf("T", None, &format!("{prefix}{ty}"));
        }
        self.depth -= 1;
        self.indent();
        self.out.push_str("</TN>\r\n");
    }

    fn reference(&mut self, name: Option<&str>, number: usize) {
        self.indent();
        self.out.push_str("<Ref");
        self.name(name);
        let _ = write!(self.out, " RefId=\"{number}\" />\r\n");
    }

    fn leaf(&mut self, tag: &str, name: Option<&str>, text: &str) {
        self.indent();
        let _ = write!(self.out, "<{tag}");
        self.name(name);
        if text.is_empty() && tag == "ToString" {
            self.out.push_str(" />\r\n");
            return;
        }
        self.out.push('>');
        escape(&mut self.out, text);
        let _ = write!(self.out, "</{tag}>\r\n");
    }

    fn name(&mut self, name: Option<&str>) {
        if let Some(name) = name {
            self.out.push_str(" N=\"");
            escape(&mut self.out, name);
            self.out.push('"');
        }
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }

    fn blob_of(&self, size: usize) -> usize {
        match self.style.blobs {
            Blobs::Realistic => size,
            Blobs::Short => size.min(30),
            Blobs::None => 0,
        }
    }

    fn blob(&mut self, size: usize) {
        let size = self.blob_of(size);
        if size == 0 {
            return;
        }
        self.indent();
        self.out.push_str("<BA N=\"SerializationData\">");
        // Whole groups of four characters, so that the text is valid base64.
        let mut left = size.div_ceil(3) * 4;
        while left > 0 {
            let take = left.min(FILLER.len());
            self.out.push_str(&FILLER[..take]);
            left -= take;
        }
        self.out.push_str("</BA>\r\n");
    }
}

/// What the script takes for a secret: by name, by class, and bytes that are no certificate.
fn is_secret(kind: &str, name: &str, prop: &Prop) -> bool {
    let bytes = match prop {
        Prop::Null => return false,
        Prop::Text(text) if text.is_empty() => return false,
        Prop::Bytes(_) => name != "RawData",
        Prop::List(_, members) => members
            .iter()
            .any(|member| matches!(member, Prop::Bytes(_))),
        _ => false,
    };
    let declared = catalog::find(kind).and_then(|spec| spec.property(name));
    match declared {
        Some(property) => bytes || property.class == catalog::Class::Secret,
        None => bytes || catalog::is_secret_name(name),
    }
}

/// Base64 that says nothing, 32 kB of it.
static FILLER: LazyLock<String> =
    LazyLock::new(|| STANDARD.encode(Random::new(0x5e71_a112_a710_0000).bytes(24 * 1024)));

fn local(at: DateTime<Utc>, offset_minutes: i32) -> String {
    let offset = FixedOffset::east_opt(offset_minutes * 60).unwrap_or_else(|| Utc.fix());
    at.with_timezone(&offset)
        .format("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

/// XML's own escapes, and PowerShell's `_xHHHH_` for control characters and for an underscore that would
/// read as such an escape.
fn escape(out: &mut String, text: &str) {
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '_' if reads_as_escape(&text[at..]) => out.push_str("_x005F_"),
            c if c.is_control() => {
                let _ = write!(out, "_x{:04X}_", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

fn reads_as_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 2 && bytes[0] == b'_' && bytes[1].eq_ignore_ascii_case(&b'x')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_powershell_does() {
        let mut out = String::new();
        escape(&mut out, "a<b>&\"c\" \r\n _x000A_ _plain _X1");
        assert_eq!(
            out,
            "a&lt;b&gt;&amp;&quot;c&quot; _x000D__x000A_ _x005F_x000A_ _plain _x005F_X1"
        );
    }

    #[test]
    fn nothing_is_an_empty_root() {
        assert_eq!(
            document([], Style::default()),
            "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\" />"
        );
    }
}
