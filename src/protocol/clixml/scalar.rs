//! Scalars: [MS-PSRP] section 2.2.5.1, and `Version`, which it lists among them.
//!
//! [MS-PSRP]: https://learn.microsoft.com/openspecs/windows_protocols/ms-psrp/

use super::super::error::{ProtocolError, shown};
use super::super::psobject::PsValue;
use super::xml::{Tag, Xml};

/// Every scalar element.
pub(super) const NAMES: &[&str] = &[
    "S", "C", "B", "DT", "TS", "By", "SB", "U16", "I16", "U32", "I32", "U64", "I64", "Sg", "Db",
    "D", "BA", "G", "URI", "Nil", "Version", "XD", "SBK", "SS", "PR",
];

/// Reads a scalar after its start tag.
///
/// # Errors
/// An element that is none of [`NAMES`], or text that is no number or flag. The text is not repeated.
pub(super) fn read<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<PsValue<'a>, ProtocolError> {
    Ok(match tag.name {
        "S" => PsValue::Text(xml.text(tag)?),
        "B" => PsValue::Bool(parsed(xml, tag, "true or false", flag)?),
        "Nil" => {
            xml.nothing_in(tag)?;
            PsValue::Nil
        }
        "I32" => whole(xml, tag, i32::MIN.into(), i32::MAX.into())?,
        "G" => PsValue::Guid(xml.text(tag)?),
        "U32" => whole(xml, tag, 0, u32::MAX.into())?,
        "BA" => PsValue::Bytes(xml.raw_text(tag)?),
        "I64" => whole(xml, tag, i64::MIN, i64::MAX)?,
        "By" => whole(xml, tag, 0, u8::MAX.into())?,
        "U16" => whole(xml, tag, 0, u16::MAX.into())?,
        "DT" => PsValue::DateTime(xml.text(tag)?),
        "Db" | "Sg" | "D" => number(xml, tag)?,
        "U64" => {
            let number = parsed(xml, tag, "a whole number of 64 bits", |t| t.parse().ok())?;
            i64::try_from(number).map_or(PsValue::UInt(number), PsValue::Int)
        }
        "TS" => PsValue::Span(xml.text(tag)?),
        "URI" => PsValue::Uri(xml.text(tag)?),
        "Version" => PsValue::Version(xml.text(tag)?),
        "I16" => whole(xml, tag, i16::MIN.into(), i16::MAX.into())?,
        "SB" => whole(xml, tag, i8::MIN.into(), i8::MAX.into())?,
        "C" => PsValue::Char(parsed(xml, tag, "a number from 0 to 65535", unit)?),
        "XD" => PsValue::Xml(xml.text(tag)?),
        "SBK" => PsValue::ScriptBlock(xml.text(tag)?),
        "SS" => {
            xml.skip(tag)?;
            PsValue::SecureString
        }
        "PR" => {
            xml.skip(tag)?;
            PsValue::Progress
        }
        name => {
            return Err(xml.format(
                tag.at,
                format!("<{}> is no element of CLIXML{}", shown(name), property(tag)),
            ));
        }
    })
}

fn property(tag: &Tag<'_>) -> String {
    match tag.n {
        Some(name) => format!(" (property {})", shown(name)),
        None => String::new(),
    }
}

fn parsed<'a, T>(
    xml: &mut Xml<'a>,
    tag: &Tag<'a>,
    expected: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, ProtocolError> {
    let text = xml.raw_text(tag)?;
    parse(text.trim_ascii()).ok_or_else(|| {
        xml.format(
            tag.at,
            format!("<{}> does not hold {expected}{}", tag.name, property(tag)),
        )
    })
}

fn whole<'a>(
    xml: &mut Xml<'a>,
    tag: &Tag<'a>,
    least: i64,
    most: i64,
) -> Result<PsValue<'a>, ProtocolError> {
    parsed(xml, tag, "a whole number of its width", |text| {
        let number = text.parse().ok()?;
        (least..=most).contains(&number).then_some(number)
    })
    .map(PsValue::Int)
}

fn number<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<PsValue<'a>, ProtocolError> {
    let text = xml.raw_text(tag)?;
    // Also reads INF, -INF and NaN, which .NET writes.
    if text.trim_ascii().parse::<f64>().is_err() {
        return Err(xml.format(
            tag.at,
            format!("<{}> does not hold a number{}", tag.name, property(tag)),
        ));
    }
    Ok(PsValue::Number(text))
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        // Written by hand, never by PowerShell.
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn unit(text: &str) -> Option<char> {
    let unit: u16 = text.parse().ok()?;
    Some(char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER))
}
