//! Parses the command line and maps the end of it to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    exdrift::cli::run(std::env::args_os())
}
