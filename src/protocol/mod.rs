//! Bytes in, typed values out: CLIXML, PowerShell's JSON, Format-List text, configuration of IIS. No sockets,
//! clocks or files.
//!
//! In: the bytes of one export. Out: a [`Document`], or one [`ProtocolError`] that says where and why
//! and repeats no data. Never: a guess at what a value means (that is the catalog's), the content of
//! a `SecureString`, a byte of `SerializationData`.
//!
//! ```
//! use exdrift::protocol::{Limits, clixml, decode};
//!
//! let bytes = br#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">
//!   <Obj RefId="0"><MS><S N="Name">EX01</S><Nil N="ExternalUrl" /></MS></Obj>
//! </Objs>"#;
//! let text = decode(bytes)?;
//! let document = clixml::parse(&text, &Limits::default())?;
//! let server = document.as_object(&document.roots[0].value).unwrap();
//! assert_eq!(server.get("name").and_then(|v| v.as_str()), Some("EX01"));
//! assert!(server.get("ExternalUrl").unwrap().is_nil());
//! assert!(server.get("InternalUrl").is_none());
//! # Ok::<(), exdrift::protocol::ProtocolError>(())
//! ```

pub mod clixml;
mod encoding;
mod entity;
mod error;
pub mod format_list;
pub mod iis;
pub mod json;
mod limits;
mod psobject;

pub use encoding::{decode, decode_ascii};
pub use error::{Position, ProtocolError};
pub use limits::Limits;
pub use psobject::{
    Content, Counts, Document, Format, ListKind, ObjId, Property, PsObject, PsValue, Root, TypesId,
};
