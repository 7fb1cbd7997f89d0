//! One report, many formats: terminal, JSON, HTML.
