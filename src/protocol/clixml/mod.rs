//! CLIXML, the format of `Export-Clixml` ([MS-PSRP] section 2.2.5).
//!
//! One pass over quick-xml's events. An object gets its id where it begins, so that it can be
//! referred to from inside itself. Type lists (`TN`) and objects (`Obj`) have number spaces of their
//! own that span the whole file; where a number is used twice the last definition before a reference
//! counts.
//!
//! [MS-PSRP]: https://learn.microsoft.com/openspecs/windows_protocols/ms-psrp/

mod escape;
mod object;
mod scalar;
mod xml;

use super::error::{ProtocolError, shown};
use super::limits::Limits;
use super::psobject::{Document, Format, Root};
use object::Parser;
use xml::{Tag, Xml};

pub use super::encoding::decode;

/// The namespace of every CLIXML document.
pub const NAMESPACE: &str = "http://schemas.microsoft.com/powershell/2004/04";

/// First line of CLIXML that PowerShell wrote to another program's stream.
const HEADER: &str = "#< CLIXML";

/// Reads one document. After the line `#< CLIXML` (captured stderr) several may follow one another.
///
/// Dates, spans, GUIDs and the like are kept as written; numbers and flags are checked.
///
/// # Errors
/// One [`ProtocolError`] with line and column of the first thing that is wrong: another format, not
/// well-formed, cut off, an element that CLIXML does not have, a reference to nothing, a limit.
/// DOCTYPE and entities of the document's own are refused.
pub fn parse<'a>(text: &'a str, limits: &Limits) -> Result<Document<'a>, ProtocolError> {
    let captured = text.starts_with(HEADER);
    let base = if captured { HEADER.len() } else { 0 };
    let mut xml = Xml::new(text, base, limits.text);
    check_beginning(&xml, &text[base..], base)?;

    let mut document = Document::new(Format::Clixml, text);
    let mut seen = false;
    while let Some(tag) = xml.top()? {
        if seen && !captured {
            return Err(xml.syntax(tag.at, "a second root element: one file holds one <Objs>"));
        }
        check_root(&xml, &tag)?;
        seen = true;
        if tag.empty {
            continue;
        }
        let mut parser = Parser::new(&mut xml, &mut document, limits);
        while let Some(child) = parser.child(tag.name)? {
            let stream = parser.stream(&child)?;
            let value = parser.value(&child)?;
            let at = child.at;
            parser.document.roots.push(Root { stream, value, at });
        }
    }
    if seen {
        Ok(document)
    } else {
        Err(not_clixml(
            &xml,
            text.len(),
            "no element at all".to_owned(),
            EXPORT,
        ))
    }
}

const EXPORT: &str = "write it with Export-Clixml";

fn not_clixml(xml: &Xml<'_>, at: usize, found: String, hint: &'static str) -> ProtocolError {
    ProtocolError::NotClixml {
        at: xml.position(at),
        found,
        hint,
    }
}

/// What comes instead of CLIXML is mostly another format of the same data.
fn check_beginning(xml: &Xml<'_>, text: &str, base: usize) -> Result<(), ProtocolError> {
    let trimmed = text.trim_start();
    let at = base + text.len() - trimmed.len();
    let (found, hint) = match trimmed.as_bytes().first() {
        Some(b'<') => return Ok(()),
        None => ("the file is empty", EXPORT),
        Some(b'{' | b'[') => ("it looks like JSON", "name it .json"),
        Some(_) => (
            "it begins with text in place of <Objs>",
            "Format-List output and CSV are other formats; write it with Export-Clixml",
        ),
    };
    Err(not_clixml(xml, at, found.to_owned(), hint))
}

fn check_root(xml: &Xml<'_>, tag: &Tag<'_>) -> Result<(), ProtocolError> {
    if tag.name != "Objs" {
        let hint = match tag.name {
            "configuration" => "it looks like an IIS or .NET configuration file",
            "html" | "HTML" => "it looks like a web page",
            name if object::is_known(name) => {
                "it looks like a fragment of CLIXML, which has <Objs> around it"
            }
            _ => EXPORT,
        };
        let found = format!("root element <{}>", shown(tag.name));
        return Err(not_clixml(xml, tag.at, found, hint));
    }
    if tag.attribute("xmlns") != Some(NAMESPACE) {
        let found = match tag.attribute("xmlns") {
            Some(_) => "<Objs> of another namespace",
            None => "<Objs> without a namespace",
        };
        let hint = "PowerShell writes xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"";
        return Err(not_clixml(xml, tag.at, found.to_owned(), hint));
    }
    match tag.attribute("Version") {
        Some(version) if !version.starts_with("1.") => Err(xml.format(
            tag.at,
            "another version of CLIXML: 1.1.0.1 was expected in <Objs>",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
