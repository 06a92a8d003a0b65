//! What tests over whole projects share: a copy that may be broken, and the binary run on it.

mod folder;

use std::path::Path;
use std::process::{Command, Output};

pub(crate) use folder::{copy, project};

/// Runs `pipeward -C root` with arguments, on a day that does not change.
#[must_use]
pub(crate) fn pipeward(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pipeward"))
        .arg("-C")
        .arg(root)
        .args(arguments)
        .args(["--now", "2026-06-01"])
        .output()
        .expect("pipeward runs")
}
