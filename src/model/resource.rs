//! One configuration object: plane, kind and key, with its properties.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Reason, Value};

/// Where a fact was read.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Plane {
    /// Exchange Server cmdlets.
    Onprem,
    /// Exchange Online cmdlets.
    Cloud,
    /// Entra ID through Microsoft Graph.
    Entra,
    /// Files and registry of one server.
    Host,
    /// Active Directory read by LDAP only.
    Directory,
    /// What a listener offers.
    Wire,
}

impl Plane {
    /// Every plane, in the order of reports.
    pub const ALL: [Plane; 6] = [
        Plane::Onprem,
        Plane::Cloud,
        Plane::Entra,
        Plane::Host,
        Plane::Directory,
        Plane::Wire,
    ];

    /// The word used in paths, YAML, JSON and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Plane::Onprem => "onprem",
            Plane::Cloud => "cloud",
            Plane::Entra => "entra",
            Plane::Host => "host",
            Plane::Directory => "directory",
            Plane::Wire => "wire",
        }
    }

    /// The words that people use, for reports.
    pub fn title(self) -> &'static str {
        match self {
            Plane::Onprem => "Exchange Server",
            Plane::Cloud => "Exchange Online",
            Plane::Entra => "Entra ID",
            Plane::Host => "Windows and IIS",
            Plane::Directory => "Active Directory",
            Plane::Wire => "Network",
        }
    }
}

impl fmt::Display for Plane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Plane {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Plane::ALL
            .into_iter()
            .find(|plane| plane.as_str() == word)
            .ok_or_else(|| {
                format!(
                    "`{word}` is not a plane; one of onprem, cloud, entra, host, directory, wire"
                )
            })
    }
}

/// A type of configuration object, under the cmdlet noun: `MapiVirtualDirectory`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kind(Arc<str>);

impl Kind {
    /// A kind by its noun. Kinds that this version does not know are allowed: they are data.
    pub fn new(noun: impl AsRef<str>) -> Self {
        Kind(Arc::from(noun.as_ref()))
    }

    /// The noun.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl schemars::JsonSchema for Kind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Kind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A type of configuration object, under the cmdlet noun.",
            "type": "string",
        })
    }
}

impl From<&str> for Kind {
    fn from(noun: &str) -> Self {
        Kind::new(noun)
    }
}

/// Properties under Exchange's own names. Absent is a missing entry.
pub type Properties = BTreeMap<String, Value>;

/// What makes a resource the same one in two snapshots.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId {
    /// Where it was read.
    pub plane: Plane,
    /// Its type.
    pub kind: Kind,
    /// Its key within the kind, as the catalog builds it: `EX01\EWS (Default Web Site)`.
    pub key: String,
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.plane, self.kind, self.key)
    }
}

/// Whether a virtual directory serves clients or the back end. Directory policies judge the front end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    /// Every web site but the back end (an additional front-end site is legitimate).
    Frontend,
    /// `Exchange Back End`.
    Backend,
}

impl Site {
    /// The word in snapshots and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Site::Frontend => "frontend",
            Site::Backend => "backend",
        }
    }
}

/// Where the authentication answers of a virtual directory were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// From the IIS metabase: what the server does.
    Iis,
    /// The export does not say.
    Unstated,
    /// With `-ADPropertiesOnly`: what Active Directory remembers, not what IIS does.
    Ad,
}

impl Evidence {
    /// The word in snapshots and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Evidence::Iis => "iis",
            Evidence::Unstated => "unstated",
            Evidence::Ad => "ad",
        }
    }
}

/// The entry that stands for all properties that a file's maker did not pick, where it picks some:
/// undecided, for the reason [`Reason::NotExported`].
pub const OTHER_PROPERTIES: &str = "(other properties)";

/// True where the properties are some tool's selection of an object's: what is absent is not known to be
/// absent from the object.
pub fn is_selection(properties: &Properties) -> bool {
    properties
        .get(OTHER_PROPERTIES)
        .is_some_and(|value| value.undecided_reason() == Some(Reason::NotExported))
}

/// One configuration object of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Plane, kind and key.
    pub id: ResourceId,
    /// The server it lives on (upper-case name), if any.
    pub server: Option<String>,
    /// Front end or back end, for virtual directories.
    pub site: Option<Site>,
    /// How a virtual directory was read. None for every other kind.
    pub evidence: Option<Evidence>,
    /// Configuration: compared, digested, judged.
    pub properties: Properties,
    /// `WhenChanged`, `OriginatingServer` and the like: offered to policies, never compared.
    pub observed: Properties,
}

impl Resource {
    /// The short form that reports and JSON use.
    pub fn reference(&self) -> ResourceRef {
        ResourceRef {
            plane: Some(self.id.plane),
            kind: self.id.kind.clone(),
            id: self.id.key.clone(),
            server: self.server.clone(),
        }
    }
}

/// A resource as JSON output names it. `plane` is null for the organization itself.
#[derive(
    Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
pub struct ResourceRef {
    /// Where it was read; null where the subject is the organization.
    pub plane: Option<Plane>,
    /// Its type; `Organization` for the organization.
    pub kind: Kind,
    /// Its key.
    pub id: String,
    /// The server it lives on, if any.
    pub server: Option<String>,
}

impl ResourceRef {
    /// The organization itself, as the subject of presence checks.
    pub fn organization(name: &str) -> Self {
        ResourceRef {
            plane: None,
            kind: Kind::new("Organization"),
            id: name.to_owned(),
            server: None,
        }
    }
}
