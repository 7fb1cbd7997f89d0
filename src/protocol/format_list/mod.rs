//! What `Format-List` prints and people paste: `Name : value`.
//!
//! Format-List is made for eyes. It shows `$null`, an empty text and (after `Select-Object`) a property
//! that the object does not have alike; it breaks long values at the width of the window, at blanks where
//! the culture has them (en, fr, de, it, pt, es) and inside words else; it cuts lists after
//! `$FormatEnumerationLimit` members; it prints dates in the exporter's culture. So every value is
//! [`PsValue::Text`], exactly as far as it is seen, and what its lines and dates mean is decided by
//! whoever knows the property's type, or not at all. Source: `ListWriter` and
//! `StringManipulationHelper` of PowerShell's public sources; pasted copies of twelve people.
//!
//! Marks in a value: [`WRAP`], [`LOOSE`], [`CUT`]. Blanks at either end of a value cannot be seen in
//! pasted text and are dropped.

mod damage;
mod lines;

use std::borrow::Cow;
use std::collections::HashSet;

use super::error::{Position, ProtocolError};
use super::limits::Limits;
use super::psobject::{Document, Format, ObjId, Property, PsObject, PsValue, Root};

pub use damage::is_damaged;
pub use lines::Command;
use lines::{Line, LineKind, Row};

/// Between two lines of a value, the second indented as Format-List does it: a blank, nothing or a line
/// break was there.
pub const WRAP: char = '\n';
/// Between two lines that stand together and may not belong together.
pub const LOOSE: char = '\u{b}';
/// Behind the last value of a text that ends without a line break: the file may have been cut here.
pub const CUT: char = '\u{c}';

/// What one text holds.
#[derive(Clone, Debug)]
pub struct Listing<'a> {
    /// The objects; every property is text.
    pub document: Document<'a>,
    /// The command line above each root, where there is one.
    pub commands: Vec<Option<Command>>,
    /// Errors that PowerShell printed: of which command, where it is known.
    pub errors: Vec<Option<Command>>,
    /// Lines that are neither of an object, nor a prompt, nor an error.
    pub stray: usize,
}

/// True where a text has rows of Format-List: one that stands alone is enough only below a command line
/// (or where the caller knows more, `expected`).
pub fn looks_like(text: &str, expected: bool) -> bool {
    let mut rows = 0;
    let mut asked = expected;
    for line in lines::split(text).take(2_000) {
        match line.kind() {
            LineKind::Row(_) => rows += 1,
            LineKind::Command(_) => asked = true,
            _ => {}
        }
        if rows > 1 || (rows == 1 && asked) {
            return true;
        }
    }
    false
}

/// Reads the objects of a text.
///
/// # Errors
/// No row at all, or more than the limits allow.
pub fn parse<'a>(text: &'a str, limits: &Limits) -> Result<Listing<'a>, ProtocolError> {
    let lines: Vec<Line<'a>> = lines::split(text).collect();
    let kinds: Vec<LineKind<'_>> = lines.iter().map(Line::kind).collect();
    let mut reader = Reader {
        usual_gap: usual_gap(&kinds),
        objects: Vec::new(),
        current: None,
        command: None,
        errors: Vec::new(),
        stray: 0,
        in_error: false,
        blanks: 0,
    };
    for ((line, kind), next) in lines.iter().zip(&kinds).zip(next_rows(&kinds)) {
        reader.line(line, kind, next);
    }
    reader.cut(&lines);
    reader.close();
    finish(reader, text, limits)
}

/// Blank lines that usually stand between two rows: none in what Format-List prints.
fn usual_gap(kinds: &[LineKind<'_>]) -> usize {
    let (mut gaps, mut adjacent) = (Vec::new(), 0_usize);
    let mut blanks = None;
    for kind in kinds {
        match kind {
            LineKind::Row(_) => {
                match blanks {
                    Some(0) => adjacent += 1,
                    Some(n) => gaps.push(n),
                    None => {}
                }
                blanks = Some(0);
            }
            LineKind::Blank => blanks = blanks.map(|n| n + 1),
            // A value's other lines have gaps of their own.
            LineKind::Other { .. } => blanks = None,
            LineKind::Command(_) | LineKind::Error(_) => blanks = None,
        }
    }
    if gaps.len() <= adjacent {
        return 0;
    }
    gaps.sort_unstable();
    gaps[gaps.len() / 2]
}

/// For each line the row that comes next, if nothing but blank lines stands before it.
fn next_rows<'k, 'l>(kinds: &'k [LineKind<'l>]) -> Vec<Option<&'k Row<'l>>> {
    let mut rows = Vec::with_capacity(kinds.len());
    let mut next = None;
    for kind in kinds.iter().rev() {
        rows.push(next);
        match kind {
            LineKind::Blank => {}
            LineKind::Row(row) => next = Some(row),
            _ => next = None,
        }
    }
    rows.reverse();
    rows
}

/// A property while its object is read.
struct Value {
    name: String,
    text: String,
    at: usize,
}

/// An object while it is read.
struct Building {
    values: Vec<Value>,
    /// In lower case.
    names: HashSet<String>,
    /// Columns before the names.
    indent: usize,
    /// The column of the colon.
    colon: usize,
    /// Every name so far is one blank away from its colon: the padding may be lost.
    is_single: bool,
    /// The colons do not stand below each other.
    is_loose: bool,
    command: Option<Command>,
    at: usize,
}

impl Building {
    /// True where the columns of a row go with this object's.
    fn fits(&self, row: &Row<'_>) -> bool {
        if self.values.len() == 1 {
            // Whoever copies often begins behind the first line's indentation.
            return row.colon - row.indent == self.colon - self.indent
                || (self.is_single && row.gap == 1);
        }
        if !self.is_loose && row.colon == self.colon {
            return true;
        }
        self.is_single && row.gap == 1 && row.indent == self.indent
    }

    fn push(&mut self, row: &Row<'_>, at: usize) {
        if !self.values.is_empty() {
            let aligned = row.colon - row.indent == self.colon - self.indent;
            self.is_loose |= !aligned;
            if self.values.len() == 1 {
                self.indent = row.indent;
                if aligned {
                    self.colon = row.colon;
                }
            }
        }
        self.is_single &= row.gap == 1;
        self.names.insert(row.name.to_ascii_lowercase());
        self.values.push(Value {
            name: row.name.to_owned(),
            text: row.value.to_owned(),
            at,
        });
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(&name.to_ascii_lowercase())
    }

    fn extend(&mut self, mark: char, text: &str) {
        if let Some(value) = self.values.last_mut() {
            // `Name :` with its values on the lines below.
            if !(value.text.is_empty() && mark == WRAP) {
                value.text.push(mark);
            }
            value.text.push_str(text);
        }
    }
}

struct Reader {
    usual_gap: usize,
    objects: Vec<Building>,
    current: Option<Building>,
    command: Option<Command>,
    errors: Vec<Option<Command>>,
    stray: usize,
    in_error: bool,
    blanks: usize,
}

impl Reader {
    fn line(&mut self, line: &Line<'_>, kind: &LineKind<'_>, next: Option<&Row<'_>>) {
        match kind {
            LineKind::Blank => {
                let width = line.text.chars().count();
                if let Some(current) = &mut self.current
                    && !current.is_loose
                    && width >= current.colon + 2
                {
                    // An empty line of a value, which Format-List indents as the others.
                    return current.extend(LOOSE, "");
                }
                self.blanks += 1;
                self.in_error = false;
                return;
            }
            LineKind::Command(command) => {
                let is_prompt = !line.text.trim_start().starts_with("Get-");
                self.end(is_prompt);
                self.in_error = false;
                self.command = command.clone();
            }
            LineKind::Error(cmdlet) => {
                self.end(false);
                if !self.in_error {
                    self.errors.push(cmdlet.clone().or(self.command.clone()));
                }
                self.in_error = true;
            }
            _ if self.in_error => {}
            LineKind::Row(row) => self.row(line, row, next),
            LineKind::Other { indent } => self.other(line, *indent),
        }
        self.blanks = 0;
    }

    fn row(&mut self, line: &Line<'_>, row: &Row<'_>, next: Option<&Row<'_>>) {
        let is_apart = self.blanks > self.usual_gap;
        let Some(current) = &mut self.current else {
            return self.begin(row, line.at);
        };
        // Nested in a value: Format-List indents a value's other lines to the value.
        if !current.is_loose && row.indent >= current.colon + 2 && row.indent > current.indent {
            return self.other(line, row.indent);
        }
        let fits = current.fits(row);
        if !is_apart && fits && !current.has(row.name) {
            return current.push(row, line.at);
        }
        if !is_apart && !fits {
            let goes_on = next.is_some_and(|next| {
                next.indent == row.indent && (next.colon == row.colon || next.gap == 1)
            });
            // Something that looks like a row inside a value, or another object right below.
            current.extend(LOOSE, if goes_on { "" } else { line.text.trim() });
            if !goes_on {
                return;
            }
        }
        let command = current.command.clone();
        self.close();
        self.command = command;
        self.begin(row, line.at);
    }

    fn begin(&mut self, row: &Row<'_>, at: usize) {
        let mut building = Building {
            values: Vec::new(),
            names: HashSet::new(),
            indent: row.indent,
            colon: row.colon,
            is_single: true,
            is_loose: false,
            command: self.command.clone(),
            at,
        };
        building.push(row, at);
        self.current = Some(building);
    }

    fn other(&mut self, line: &Line<'_>, indent: usize) {
        let text = line.text.trim();
        // Format-List of PowerShell prints no blank line inside an object.
        let is_apart = self.blanks > self.usual_gap;
        if let Some(current) = &mut self.current {
            let name_column = current.colon + 2;
            if let Some(row) = lines::row_at(&line.text, current.colon)
                && !current.is_loose
                && (current.values.len() > 1 || !current.is_single)
                && !is_apart
                && !current.has(row.name)
            {
                // A name with blanks, of a calculated property.
                return current.push(&row, line.at);
            }
            if indent >= name_column && !current.is_loose && !is_apart {
                return current.extend(WRAP, text);
            }
            if indent > current.indent || !is_apart {
                return current.extend(LOOSE, text);
            }
        }
        self.close();
        self.command = None;
        self.stray += 1;
    }

    /// A text that ends inside its last line may have lost the rest.
    fn cut(&mut self, lines: &[Line<'_>]) {
        let is_open = lines
            .last()
            .is_some_and(|line| !line.is_ended && !line.text.trim().is_empty());
        let Some(current) = self.current.as_mut().filter(|_| is_open) else {
            return;
        };
        match current.values.last_mut() {
            Some(value) if !value.text.is_empty() => value.text.push(CUT),
            _ => drop(current.values.pop()),
        }
    }

    /// Ends the object before something else. What stands right below its last value and looks like
    /// something else may be a part of it, unless it is a prompt.
    fn end(&mut self, is_prompt: bool) {
        if self.blanks == 0
            && !is_prompt
            && !self.in_error
            && let Some(current) = &mut self.current
        {
            current.extend(LOOSE, "");
        }
        self.close();
    }

    fn close(&mut self) {
        if let Some(building) = self.current.take()
            && !building.values.is_empty()
        {
            self.objects.push(building);
        }
    }
}

fn finish<'a>(
    reader: Reader,
    text: &'a str,
    limits: &Limits,
) -> Result<Listing<'a>, ProtocolError> {
    let mut document = Document::new(Format::FormatList, text);
    let mut commands = Vec::with_capacity(reader.objects.len());
    let over = |at: usize, what: &'static str, limit: usize| ProtocolError::Limit {
        at: Position::of(text, at),
        what,
        limit,
    };
    for building in reader.objects {
        if document.objects.len() >= limits.objects {
            return Err(over(building.at, "objects", limits.objects));
        }
        let mut props = Vec::with_capacity(building.values.len());
        for value in building.values {
            document.counts.scalars += 1;
            document.counts.properties += 1;
            if document.counts.scalars > limits.values {
                return Err(over(value.at, "values", limits.values));
            }
            if value.text.len() > limits.text {
                return Err(over(value.at, "bytes of one text", limits.text));
            }
            props.push(Property {
                name: Cow::Owned(value.name),
                value: PsValue::Text(Cow::Owned(value.text)),
            });
        }
        let id = ObjId(u32::try_from(document.objects.len()).unwrap_or(u32::MAX));
        document.roots.push(Root {
            stream: None,
            value: PsValue::Object(id),
            at: building.at,
        });
        document.objects.push(PsObject {
            props,
            at: building.at,
            ..PsObject::default()
        });
        document.counts.objects += 1;
        commands.push(building.command);
    }
    if document.roots.is_empty() && reader.errors.is_empty() {
        return Err(ProtocolError::Format {
            at: Position { line: 1, column: 1 },
            problem: "no row of Format-List; expected `Name : value`".to_owned(),
        });
    }
    Ok(Listing {
        document,
        commands,
        errors: reader.errors,
        stray: reader.stray,
    })
}

#[cfg(test)]
mod tests;
