//! A server that is not like its peers.

use serde::{Deserialize, Serialize};

use super::{Kind, Plane, Value};

/// The servers that a server is measured against: same role, same build, same exposure.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
pub struct Peers {
    /// `ServerRole`; null where it was not collected.
    pub role: Option<String>,
    /// The file version of ExSetup.exe, else the cumulative update's; null where neither is known, and
    /// where builds themselves are compared.
    pub build: Option<String>,
    /// The operator's word; null where no list names these servers.
    pub exposure: Option<String>,
}

/// One property (or one whole object) that a few servers have otherwise than their peers. No verdict: the
/// few may be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Outlier {
    /// Where it was read.
    pub plane: Plane,
    /// Kind of the objects.
    #[schemars(with = "String")]
    pub kind: Kind,
    /// The objects' key without the server: `mapi (Default Web Site)`; the kind's name where there is one
    /// object a server.
    pub object: String,
    /// Exchange's name of the property; null where the object itself is there or not.
    pub property: Option<String>,
    /// The servers that differ, sorted.
    pub servers: Vec<String>,
    /// What they have; absent where they lack the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<Value>,
    /// What most of their peers have; absent where those lack the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<Value>,
    /// Members of a list that the few have and most lack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<Value>,
    /// Members of a list that most have and the few lack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<Value>,
    /// Who was compared.
    pub peers: Peers,
    /// Servers with an answer: those that differ among them.
    pub compared: usize,
    /// Servers that have the usual value.
    pub usual_on: usize,
    /// Peers without an answer: not collected, absent or undecided. They are neither like nor unlike.
    pub unseen: usize,
    /// Policies that look at this property.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// One sentence for a person.
    pub message: String,
}
