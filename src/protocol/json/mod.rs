//! What `ConvertTo-Json` writes, of Windows PowerShell 5.1 and of PowerShell 7.
//!
//! JSON is read here and not by a general library because numbers keep their text (`1.10` is not
//! `1.1`, 64 bits are 64 bits), a repeated key is an error, and an error has a place.

mod dates;
mod scanner;
mod truncation;

use super::error::ProtocolError;
use super::limits::Limits;
use super::psobject::{Content, Document, Format, PsValue, Root};
use scanner::Scanner;

pub use super::encoding::decode;
pub use truncation::looks_truncated;

/// Reads one document. The members of a top-level array are the roots; `null`, `[]` and `[null]`
/// are what a cmdlet leaves that returned nothing, and have none.
///
/// - An object's members are [`super::PsObject::props`], an array is an object with
///   [`Content::List`]; JSON has no type names.
/// - A text that is as a whole a date (`/Date(1670440199000)/`, the same without the slashes, ISO
///   8601 with a time) is [`PsValue::DateTime`]; the first two are given as ISO 8601 in UTC.
/// - `{"value": [...], "Count": n}`, which Windows PowerShell 5.1 writes for an array with added
///   members, is that array.
///
/// # Errors
/// One [`ProtocolError`] with line and column: not JSON, cut off, a key twice in one object (keys that
/// differ in case alone are two properties), text after the value, a limit.
pub fn parse<'a>(text: &'a str, limits: &Limits) -> Result<Document<'a>, ProtocolError> {
    let mut scanner = Scanner::new(text, limits, Document::new(Format::Json, text));
    let (value, at) = scanner.only_value()?;
    let mut document = scanner.document;
    let members = match document.list(&value) {
        Some(members) => members.to_vec(),
        None => vec![value.clone()],
    };
    if let PsValue::Object(id) = value
        && matches!(document.object(id).content, Content::List(..))
    {
        // The top-level array is the file, not a value in it.
        document.objects.pop();
        document.counts.objects -= 1;
    }
    if members.iter().all(PsValue::is_nil) {
        document.counts.scalars -= members.len();
        return Ok(document);
    }
    document.roots = members
        .into_iter()
        .map(|value| Root {
            stream: None,
            at: document.as_object(&value).map_or(at, |object| object.at),
            value,
        })
        .collect();
    Ok(document)
}

#[cfg(test)]
mod tests;
