//! The formats of coverage reports, told apart by what stands in them.

use std::io::Read;

use super::{Coverage, clover, cobertura, go, jacoco, lcov, llvm, python, shown};
use crate::gate::Fault;

/// What reads one format.
#[derive(Debug)]
pub struct Format {
    /// Its name in data.
    pub id: &'static str,
    /// What people call a report in it.
    pub summary: &'static str,
    /// Whether a report begins like that.
    pub looks: fn(&[u8]) -> bool,
    /// What reads it to its end.
    pub read: fn(&mut dyn Read, &mut Coverage) -> Result<(), Fault>,
}

/// Every format.
///
/// To add one: its file, a `mod` line and a line here.
pub static FORMATS: &[Format] =
    &[lcov::FORMAT, cobertura::FORMAT, jacoco::FORMAT, clover::FORMAT, go::FORMAT, python::FORMAT, llvm::FORMAT];

/// How many bytes tell the format.
pub(super) const HEAD: u64 = 1 << 16;

/// The text of a report without blanks before it.
pub(super) const fn trimmed(head: &[u8]) -> &[u8] {
    head.trim_ascii_start()
}

/// Whether a text stands somewhere in another.
pub(super) fn has(head: &[u8], text: &str) -> bool {
    memchr::memmem::find(head, text.as_bytes()).is_some()
}

/// What is wrong with a report in no format.
pub(super) fn unknown(head: &[u8]) -> Fault {
    if trimmed(head).is_empty() {
        return Fault::whole("it is empty: the tests measured nothing, or nothing wrote it");
    }
    let names: Vec<&str> = FORMATS.iter().map(|format| format.summary).collect();
    let first = trimmed(head).split(|byte| *byte == b'\n').next().unwrap_or_default();
    Fault::whole(format!("expected {}; it begins with {}", names.join(", "), shown(first)))
}
