//! One of several parts that as many runs look at, and each of which has a report of its own.

use sha2::{Digest as _, Sha256};

/// One of several parts that are looked at by as many runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which, counted from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
}

impl Shard {
    /// `2/8`, the second of eight.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, of) = text.split_once('/')?;
        let shard = Self { number: number.parse().ok()?, of: of.parse().ok()? };
        (1..=shard.of).contains(&shard.number).then_some(shard)
    }

    /// Whether a path falls into it: that hangs on the path alone, so a repository more or less moves no other.
    #[must_use]
    pub fn has(self, path: &str) -> bool {
        let digest = Sha256::digest(path);
        let number = digest.iter().take(8).fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
        number % u64::from(self.of) == u64::from(self.number) - 1
    }
}
