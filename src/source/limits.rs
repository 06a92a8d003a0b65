//! How much one file may take while it is read and evaluated.

use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How deep values may nest: far more than any pipeline, far less than a stack holds.
pub(super) const DEEPEST: usize = 128;
/// How many values the value of one file may hold: a workflow as large as the forge reads has a tenth of that.
pub(super) const MOST_VALUES: usize = 1_000_000;
/// How many bytes the texts in the value of one file may have.
pub(super) const MOST_TEXT: usize = 16 << 20;
/// How many faults of one file are told: nobody reads more.
pub(super) const MOST_FAULTS: usize = 1_000;
/// How many bytes one sentence about a fault may have: it may quote a value.
pub(super) const LONGEST_MESSAGE: usize = 2_000;
/// How many files one file may import, by way of others too.
pub(super) const MOST_IMPORTS: usize = 1_000;
/// How many bytes a worker may answer about one file.
pub(super) const LARGEST_ANSWER: usize = 256 << 20;
/// How many bytes all workers together may answer in one run: the parent keeps what they answer.
pub(super) const LARGEST_ANSWERS: u64 = 2 << 30;

/// The limits of one file that its evaluation is held to; whoever runs the evaluation may change them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// How long it may take.
    pub time: Duration,
    /// How many bytes of memory its worker may have.
    pub memory: u64,
    /// How many bytes of stack.
    pub stack: u64,
    /// How many bytes it may have together with everything it imports.
    pub size: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(5), memory: 1 << 30, stack: 64 << 20, size: 8 << 20 }
    }
}

impl Limits {
    /// Holds this process to what a system can hold it to; nothing it does can take that back.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    #[cfg(unix)]
    pub(super) fn hold(&self) -> io::Result<()> {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let hold = |resource, most: u64| {
            let known = getrlimit(resource).maximum.unwrap_or(u64::MAX);
            let most = Some(most.min(known));
            setrlimit(resource, Rlimit { current: most, maximum: most }).map_err(io::Error::from)
        };
        // An evaluator that ends at a limit leaves no image of its memory behind.
        hold(Resource::Core, 0)?;
        hold(MEMORY, self.memory.saturating_add(self.stack))
    }

    /// Holds this process to what a system can hold it to: to nothing, on this one.
    #[cfg(not(unix))]
    pub(super) fn hold(&self) -> io::Result<()> {
        Ok(())
    }
}

/// What is private to a process and may be written: address space that is only reserved does not count.
#[cfg(target_os = "linux")]
const MEMORY: rustix::process::Resource = rustix::process::Resource::Data;
#[cfg(all(unix, not(target_os = "linux")))]
const MEMORY: rustix::process::Resource = rustix::process::Resource::As;

/// A number of bytes in the words of a message: `8 MiB`.
pub(super) fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}
