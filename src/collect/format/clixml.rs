//! What `Export-Clixml` wrote, or a captured session's streams.

use crate::protocol::clixml;

use super::{Format, Reading};

pub(super) static FORMAT: Format = Format {
    name: "clixml",
    recognise: |seen| seen.start().starts_with("<Objs") || seen.start().starts_with("#< CLIXML"),
    read: |seen| Ok(Reading::of_roots(clixml::parse(seen.text, seen.limits)?)),
    is_certain: true,
};
