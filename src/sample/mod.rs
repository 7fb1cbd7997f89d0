//! Invented organizations: the demo's, and a generator with known violations and known changes.
