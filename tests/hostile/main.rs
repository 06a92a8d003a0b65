//! Input from somebody who means no good, or from a machine that is not well: every case ends in a clear message.

use std::fs::OpenOptions;
use std::io::Write as _;

mod audit;
mod bombs;
mod gitlab;
mod graphs;
mod imports;
mod machine;
mod network;
mod project;
mod rules;
#[path = "../support/sample.rs"]
mod sample;
mod texts;
mod writing;

/// Says that a test cannot run: in CI that is a failure, elsewhere the whole test run tells it at its end.
#[track_caller]
fn skip(title: &str, needs: &str) {
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{title} needs {needs}");
    let list = concat!(env!("CARGO_TARGET_TMPDIR"), "/skipped");
    let mut list = OpenOptions::new().append(true).create(true).open(list).expect("it can be written");
    writeln!(list, "skipped: {title} (needs {needs})").expect("it can be written");
}
