//! What differs between two snapshots, and why.
