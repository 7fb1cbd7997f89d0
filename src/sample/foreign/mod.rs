//! What other tools write of an organization: their files, with what they leave out.
//!
//! Each writer follows its tool's published source (see the readers in `collect/format`), from the same
//! objects as the export script's bundle, so that both can be compared property by property.

mod edca;
mod health_checker;
mod scubagear;

pub use edca::edca;
pub use health_checker::health_checker;
pub use scubagear::{scubagear, scubagear_results};

use serde_json::Value as Json;

use super::json::{Flavour, json};
use super::object::Object;

/// Objects as `ConvertTo-Json` shows those of a remote session.
fn shown<'a>(objects: impl IntoIterator<Item = &'a Object>) -> Vec<Json> {
    objects
        .into_iter()
        .filter_map(|object| serde_json::from_str(&json([object], Flavour::CORE_DESERIALIZED)).ok())
        .collect()
}
