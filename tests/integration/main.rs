//! One test binary: one link, one run.
#![allow(clippy::print_stderr)] // tests say on standard error what they skip and count

mod arbitrary;
mod architecture;
mod archive;
mod cli;
mod clixml;
mod corpus;
mod drift;
mod estate;
mod every_change;
mod export_script;
mod foreign;
mod format_list;
mod iis;
mod import;
mod judge;
mod kill;
mod kinds;
mod online_script;
mod peers;
mod policies;
mod recall;
mod rego_peer;
mod report;
mod store;
mod support;
mod totals;
mod unknown;
