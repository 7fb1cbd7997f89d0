//! One test binary: one link, one run.
#![allow(clippy::print_stderr)] // tests say on standard error what they skip and count

mod architecture;
mod cli;
mod clixml;
mod corpus;
mod drift;
mod estate;
mod export_script;
mod import;
mod judge;
mod kinds;
mod online_script;
mod policies;
mod report;
mod store;
mod support;
