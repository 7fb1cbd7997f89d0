//! Policies: loading, METADATA, lint, evaluation, tests.
