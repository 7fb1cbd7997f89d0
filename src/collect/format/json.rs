//! What `ConvertTo-Json` wrote.

use crate::protocol::json;

use super::{Format, Reading};

pub(super) static FORMAT: Format = Format {
    name: "json",
    recognise: |seen| seen.start().starts_with(['{', '[']) || seen.start().starts_with("null"),
    read: |seen| Ok(Reading::of_roots(json::parse(seen.text, seen.limits)?)),
    is_certain: false,
};
