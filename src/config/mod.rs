//! `exdrift.yaml`: raw file to validated configuration.
