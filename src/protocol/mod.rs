//! Bytes in, typed values out: CLIXML and PowerShell's JSON. No sockets, clocks or files.
//!
//! In: the bytes of one export. Out: a [`Document`], or one [`ProtocolError`] that says where and why
//! and repeats no data. Never: a guess at what a value means (that is the catalog's), the content of
//! a `SecureString`, a byte of `SerializationData`.

mod error;
mod limits;
mod psobject;

pub use error::{Position, ProtocolError};
pub use limits::Limits;
pub use psobject::{
    Content, Counts, Document, Format, ListKind, ObjId, Property, PsObject, PsValue, Root, TypesId,
};
