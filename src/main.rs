//! The `pipeward` command.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let terminal = io::stdout().is_terminal();
    ExitCode::from(pipeward::cli::run(std::env::args_os(), &mut io::stdout(), &mut io::stderr(), terminal))
}
