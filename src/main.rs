//! Parses the command line and maps the end of it to an exit code.

use std::process::ExitCode;

/// Rego evaluates in small values by the million, and musl's own allocator takes one lock for all threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    exdrift::cli::run(std::env::args_os())
}
