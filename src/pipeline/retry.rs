//! What happens before and after the work of a job: somebody who starts it, and a second try.

use super::reader::{Place, Reader};
use crate::origin::At;

/// A job that waits for somebody to start it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// What is asked before it starts.
    pub confirm: Option<At<String>>,
    /// Whether what needs it waits too, and the run is not done before; it does if nothing is said.
    pub blocks: bool,
}

/// How often a job that failed is tried again, and after which failures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How often again: 1 or 2.
    pub max: At<u32>,
    /// After which failures; after any if none is said.
    pub after: Vec<At<Failure>>,
    /// After which exit codes of its commands; after any if none is said.
    pub exit_codes: Vec<At<u32>>,
}

/// Why a job failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A command did.
    Script,
    /// The runner did.
    Runner,
    /// No runner took it, or it hung.
    Stuck,
    /// It ran into its timeout.
    Timeout,
    /// The forge did.
    Forge,
    /// Nobody knows.
    Unknown,
}

impl Failure {
    /// Every failure, under the tag an author writes.
    pub const ALL: [(&'static str, Self); 6] = [
        ("Script", Self::Script),
        ("Runner", Self::Runner),
        ("Stuck", Self::Stuck),
        ("Timeout", Self::Timeout),
        ("Forge", Self::Forge),
        ("Unknown", Self::Unknown),
    ];

    /// The word for it in data.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Runner => "runner",
            Self::Stuck => "stuck",
            Self::Timeout => "timeout",
            Self::Forge => "forge",
            Self::Unknown => "unknown",
        }
    }
}

/// How often a job is tried again at most: what GitLab takes, read 2026-11.
const MOST: u32 = 2;

impl ByHand {
    /// Reads what is asked before a job starts.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["confirm", "blocks"]);
        let blocks = reader.flag_of(place, "blocks").is_none_or(|blocks| blocks.value);
        Some(At::new(Self { confirm: reader.text_of(place, "confirm"), blocks }, place.origin()))
    }
}

impl Retry {
    /// Reads how often a job is tried again, and after what.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["max", "after", "exit_codes"]);
        let Some(max) = place.get("max") else {
            reader.missing(place, "max", "write max = 1");
            return None;
        };
        let max = Self::count(reader, &max);
        let after = place.get("after").map(|after| reader.list(&after, |reader, item| reader.choice(item, &Failure::ALL)));
        let codes = place.get("exit_codes").map(|codes| reader.list(&codes, |reader, item| reader.count(item, 0)));
        let retry = Self { max: max?, after: after.unwrap_or_default(), exit_codes: codes.unwrap_or_default() };
        Some(At::new(retry, place.origin()))
    }

    fn count(reader: &mut Reader, place: &Place<'_>) -> Option<At<u32>> {
        let max = reader.count(place, 1)?;
        if max.value > MOST {
            reader.expected(place, "1 or 2 more tries", "write max = 2");
            return None;
        }
        Some(max)
    }
}
