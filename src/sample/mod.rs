//! Invented organizations: the demo's, and a generator with known violations and known changes.
//!
//! In: a seed and wishes. Out: exports as a user has them (the script's bundle, loose CLIXML and JSON),
//! which then go through the real import; and beside them what a correct program must find. Never:
//! snapshots, verdicts or changes computed by the code under test, nor anything copied from a real estate.

mod bundle;
mod clixml;
mod contoso;
mod defaults;
mod der;
mod directories;
mod entra_objects;
mod estate;
mod foreign;
mod format_list;
mod generate;
mod hybrid_objects;
mod iis_objects;
mod json;
mod mutate;
mod noise;
mod object;
mod organization_objects;
mod random;
mod secrets;
mod server_objects;
#[cfg(test)]
mod tests;
mod transport_objects;
mod trust_objects;
mod types;
mod violation;

pub use bundle::{
    BundleOptions, Failure, File, bundle, bundle_with, loose_clixml, loose_json, write_to,
};
pub use clixml::{Blobs, Encoding, Form, Style, clixml, document};
pub use contoso::{
    Expected, Stage, configuration, contoso, contoso_failures, contoso_params, params,
};
pub use der::thumbprint;
pub use estate::{Build, Exposure, Organization, Role, Server, Session};
pub use foreign::{edca, health_checker, scubagear, scubagear_results};
pub use format_list::{Culture, Window, format_list};
pub use generate::{GeneratorOptions, generate};
pub use iis_objects::iis_files;
pub use json::{Flavour, Shell, json};
pub use mutate::{KnownChange, KnownOp, mutate};
pub use noise::noise;
pub use object::{Object, Prop, ValueObject};
pub use random::Random;
pub use secrets::plant_secrets;
pub use trust_objects::{CLOUD_VOICEMAIL, EXCHANGE_ONLINE, MICROSOFT_GRAPH, TEAMS_SCHEDULER};
pub use violation::{VIOLATIONS, inject};
