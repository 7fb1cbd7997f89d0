//! Gets facts: the import of exports, and the export script.

pub mod record;
pub mod script;
