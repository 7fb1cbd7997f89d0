//! One file per verb; composes rooms, decides nothing.
