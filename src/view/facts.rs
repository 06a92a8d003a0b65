//! Facts about actions that no file of a repository says: read from the pages named beside them, on the day named here.
//!
//! They grow old. What appeared after that day is not known, and an audit says so.

mod archived;
mod known;
mod popular;
mod retired;
mod vulnerable;

use std::cmp::Ordering;

pub(crate) use self::archived::archived;
pub(crate) use self::known::{Entry, Known, Old, known};
pub(crate) use self::popular::imitated;
pub(crate) use self::retired::{retired, runtime};
pub(crate) use self::vulnerable::advisories;
use crate::pipeline::project::Project;
use crate::pipeline::uses::{Foreign, is_commit};

/// When the facts were read.
pub const READ_ON: &str = "2026-11-22";

/// The checks that only a look at the network could answer.
pub const NOT_DONE: &[&str] =
    &["impostor-commit", "ref-confusion", "stale-pin", "repo-jacking", "unpinnable-action", "gl-variable-exposed"];

/// A version as numbers: `v4.1` is `[4, 1]`, and stands for the newest of its kind.
pub(crate) type Version = Vec<u32>;

/// The version that somebody uses, if it is told: by the tag, or by the pin of the project.
pub(crate) fn version(project: &Project, used: Foreign<'_>) -> Option<Version> {
    match used.revision {
        Some(revision) if !is_commit(revision) => numbers(revision),
        Some(_) => None,
        None => project.pins.get(used.repository()).and_then(|pin| numbers(&pin.version)),
    }
}

/// The numbers of a tag or of a branch that is called by a version: `v4.1`, `release/v1`, `v2.x`.
pub(crate) fn numbers(text: &str) -> Option<Version> {
    let text = text.strip_prefix("releases/").or_else(|| text.strip_prefix("release/")).unwrap_or(text);
    let text = text.strip_prefix('v').unwrap_or(text);
    let text = text.strip_suffix(".x").unwrap_or(text);
    text.split('.').map(|part| part.parse().ok()).collect()
}

/// Whether a version is below another for certain. A short one, `v4`, moves: it is below only what no `v4` reaches.
pub(crate) fn is_below(version: &[u32], other: &[u32]) -> bool {
    for (index, number) in other.iter().enumerate() {
        match version.get(index).map(|own| own.cmp(number)) {
            Some(Ordering::Less) => return true,
            Some(Ordering::Equal) => {}
            Some(Ordering::Greater) | None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_moves_is_below_what_it_never_reaches() {
        let below = |one: &str, other: &str| is_below(&numbers(one).expect("a version"), &numbers(other).expect("a version"));
        for (one, other) in [("v4.1.2", "4.1.3"), ("v3", "4"), ("45", "46.0.1"), ("v46.0", "46.1"), ("1.9.9", "2")] {
            assert!(below(one, other), "{one} {other}");
        }
        for (one, other) in [("v4", "4.1.3"), ("v4.1.3", "4.1.3"), ("v46", "46.0.1"), ("v5", "4.9.9"), ("v4.2", "4.1.3")] {
            assert!(!below(one, other), "{one} {other}");
        }
        assert_eq!((numbers("release/v1"), numbers("v2.x")), (numbers("1"), numbers("2")));
        assert_eq!((numbers("main"), numbers("v1-beta"), numbers("")), (None, None, None));
    }
}
