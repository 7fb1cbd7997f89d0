//! One test binary: one link, one run.

mod architecture;
mod cli;
mod clixml;
mod corpus;
mod drift;
mod estate;
mod export_script;
mod import;
mod judge;
mod policies;
mod report;
mod store;
mod support;
