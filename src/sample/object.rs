//! An exported object before any exporter has written it.

use chrono::{DateTime, Utc};

use crate::model::{Plane, Value};

use super::types;

/// One object as a cmdlet returns it.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// The cmdlet noun.
    pub kind: &'static str,
    /// Where it is read.
    pub plane: Plane,
    /// The server that it lives on (or, for `ServerVersion`, was read on), upper case.
    pub server: Option<String>,
    /// .NET type and its bases, most derived first.
    pub types: &'static [&'static str],
    /// What `ToString()` gives.
    pub to_string: String,
    /// The type's own properties, in the order of the type.
    pub properties: Vec<(&'static str, Prop)>,
    /// Properties that the object has and that `Export-Clixml` of the live object leaves out, because the
    /// type is serialized by a fixed list (certificates). The export script and JSON show them.
    pub hidden: Vec<(&'static str, Prop)>,
    /// Properties that the session adds (`PSComputerName`, `RunspaceId`, ...).
    pub notes: Vec<(&'static str, Prop)>,
    /// Bytes of the .NET blob that hangs on the object in CLIXML; 0 for none.
    pub blob: usize,
}

/// A property value, with what the exporters need to know of its .NET type.
#[derive(Clone, Debug, PartialEq)]
pub enum Prop {
    /// `$null`.
    Null,
    /// `Boolean`.
    Bool(bool),
    /// `Byte`.
    Byte(u8),
    /// `Int32`.
    Int(i32),
    /// `Int64`.
    Long(i64),
    /// `UInt32`.
    UInt(u32),
    /// `Double`; whole here, so that every exporter writes it alike.
    Double(i64),
    /// `String`.
    Text(String),
    /// `Guid`, lower case.
    Guid(String),
    /// `Uri`.
    Uri(String),
    /// `Version`.
    Version(String),
    /// `DateTime` of kind UTC.
    Utc(DateTime<Utc>),
    /// `DateTime` of kind Local: the moment and the exporter's offset in minutes.
    Local(DateTime<Utc>, i32),
    /// `DateTime.MinValue`: unset.
    Year1,
    /// `Byte[]`.
    Bytes(Vec<u8>),
    /// A member of an enumeration: full type name, name, number.
    Enum(&'static str, &'static str, i32),
    /// A collection: type chain and members.
    List(&'static [&'static str], Vec<Prop>),
    /// A value object.
    Object(Box<ValueObject>),
    /// An X.509 certificate, DER. PowerShell gives it back whole when it imports one.
    Certificate(Vec<u8>),
    /// A nested object that is nothing but named values (Graph's credentials).
    Fields(Vec<(&'static str, Prop)>),
    /// A dictionary of numbers.
    Counts(Vec<(&'static str, i32)>),
    /// The very object of another property (`Id` is `Identity`).
    Same(&'static str),
}

/// A nested object: it has a text of its own, which is all that a second export keeps of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueObject {
    /// .NET type and its bases.
    pub types: &'static [&'static str],
    /// What `ToString()` gives.
    pub to_string: String,
    /// Its properties.
    pub properties: Vec<(&'static str, Prop)>,
    /// Bytes of its .NET blob; 0 for none.
    pub blob: usize,
    /// True where all objects of one answer hold the very same instance (`OrganizationId`): a second
    /// mention in a document is a reference.
    pub shared: bool,
}

impl Object {
    /// The value of a property.
    pub fn prop(&self, name: &str) -> Option<&Prop> {
        let found = self.properties.iter().find(|(n, _)| *n == name)?;
        match &found.1 {
            Prop::Same(other) => self.prop(other),
            prop => Some(prop),
        }
    }

    /// The text that a property shows, where it shows one.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.prop(name)? {
            Prop::Text(text) | Prop::Uri(text) | Prop::Guid(text) => Some(text),
            Prop::Object(object) => Some(&object.to_string),
            Prop::Enum(_, name, _) => Some(name),
            _ => None,
        }
    }

    /// Sets a property, in its place; a new one comes last.
    pub fn set(&mut self, name: &'static str, prop: Prop) {
        match self.properties.iter_mut().find(|(n, _)| *n == name) {
            Some(found) => found.1 = prop,
            None => self.properties.push((name, prop)),
        }
    }

    /// Takes a property away.
    pub fn remove(&mut self, name: &str) -> Option<Prop> {
        let at = self.properties.iter().position(|(n, _)| *n == name)?;
        Some(self.properties.remove(at).1)
    }

    /// The key that the catalog's rule of the kind builds.
    pub fn key(&self) -> String {
        let name = self.text("Name").unwrap_or_default();
        let server = self.server.as_deref().unwrap_or_default();
        match self.kind {
            "ExchangeServer" => name.to_ascii_uppercase(),
            "ServerVersion" => server.to_owned(),
            "OrganizationConfig"
            | "AuthConfig"
            | "IntraOrganizationConfiguration"
            | "FederatedOrganizationIdentifier"
            | "HybridConfiguration"
            | "CASMailbox"
            | "User" => self.kind.to_owned(),
            "ClientAccessService" | "MailboxServer" => server.to_owned(),
            "ReceiveConnector" => format!("{server}\\{name}"),
            "ServicePrincipal" | "Application" => self.text("appId").unwrap_or_default().to_owned(),
            "ApplicationAccessPolicy" => self.text("Identity").unwrap_or_default().to_owned(),
            "ExchangeCertificate" => match self.prop("RawData") {
                Some(Prop::Bytes(der)) => format!("{server}\\{}", super::der::thumbprint(der)),
                _ => server.to_owned(),
            },
            _ if self.is_directory() => format!("{server}\\{name}"),
            _ => name.to_owned(),
        }
    }

    /// True for virtual directories.
    pub fn is_directory(&self) -> bool {
        self.kind.ends_with("VirtualDirectory") || self.kind == "OutlookAnywhere"
    }
}

impl Prop {
    /// Text from anything that becomes a `String`.
    pub fn text(text: impl Into<String>) -> Prop {
        Prop::Text(text.into())
    }

    /// A `MultiValuedProperty` of text.
    pub fn strings<S: AsRef<str>>(members: impl IntoIterator<Item = S>) -> Prop {
        Prop::List(
            types::STRINGS,
            members
                .into_iter()
                .map(|member| Prop::text(member.as_ref()))
                .collect(),
        )
    }

    /// A `MultiValuedProperty` of authentication methods.
    pub fn methods<'a>(names: impl IntoIterator<Item = &'a str>) -> Prop {
        Prop::List(
            types::METHODS,
            names.into_iter().map(types::method).collect(),
        )
    }

    /// The value that a snapshot holds, for the shapes that known changes use. Lists are sets.
    ///
    /// Written apart from the importer on purpose: what is expected must not come from what is tested.
    pub fn expected(&self) -> Value {
        match self {
            Prop::Null | Prop::Same(_) | Prop::Year1 => Value::Null,
            Prop::Bool(flag) => Value::Bool(*flag),
            Prop::Byte(n) => Value::Int((*n).into()),
            Prop::Int(n) => Value::Int((*n).into()),
            Prop::Long(n) | Prop::Double(n) => Value::Int(*n),
            Prop::UInt(n) => Value::Int((*n).into()),
            Prop::Text(text) | Prop::Guid(text) | Prop::Uri(text) | Prop::Version(text) => {
                Value::text(text.as_str())
            }
            Prop::Utc(at) | Prop::Local(at, _) => {
                Value::text(at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
            }
            Prop::Bytes(_) | Prop::Certificate(_) => Value::Null,
            Prop::Enum(ty, names, _) if types::is_flags(ty) => Value::set(
                names
                    .split(", ")
                    .filter(|name| *name != "None")
                    .map(Value::text)
                    .collect(),
            ),
            Prop::Enum(_, name, _) => Value::text(*name),
            Prop::Fields(fields) => Value::Map(
                fields
                    .iter()
                    .map(|(name, prop)| ((*name).to_owned(), prop.expected()))
                    .collect(),
            ),
            Prop::Counts(counts) => Value::Map(
                counts
                    .iter()
                    .map(|(name, n)| ((*name).to_owned(), Value::Int((*n).into())))
                    .collect(),
            ),
            Prop::List(_, members) => Value::set(members.iter().map(Prop::expected).collect()),
            Prop::Object(object) => Value::text(object.to_string.as_str()),
        }
    }
}
