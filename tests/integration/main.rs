//! One test binary: one link, one run.
#![allow(clippy::print_stderr)] // tests say on standard error what they skip and count

mod architecture;
mod archive;
mod cli;
mod clixml;
mod corpus;
mod drift;
mod estate;
mod export_script;
mod format_list;
mod import;
mod judge;
mod policies;
mod report;
mod store;
mod support;
