//! Versions of actions and runtimes that the platform does not run any more as they are.

use super::{Old, Version, is_below, known};
use crate::pipeline::action::Runtime;
use crate::pipeline::uses::Foreign;

/// Something that was retired.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Retired {
    /// What: `owner/name` or `owner/name/path`.
    pub(crate) action: &'static str,
    /// What became of it.
    pub(crate) what: &'static str,
    /// What to use, if there is something.
    pub(crate) instead: Option<String>,
}

/// A service that was turned off, and with it the versions of an action between two.
struct Off {
    action: &'static str,
    /// The first version that is meant.
    from: &'static [u32],
    /// The first version that goes on.
    since: &'static [u32],
    what: &'static str,
}

const fn off(action: &'static str, from: &'static [u32], since: &'static [u32], what: &'static str) -> Off {
    Off { action, from, since, what }
}

/// github.blog/changelog: 2024-02-13 and 2024-04-16 (artifacts), 2024-12-05 (caches), 2025-01-10 (CodeQL).
const OFF: &[Off] = &[
    off("actions/upload-artifact", &[0], &[4], "GitHub fails it since 2025-01-30"),
    off("actions/download-artifact", &[0], &[4], "GitHub fails it since 2025-01-30"),
    off("actions/cache", &[0], &[3, 4, 0], "GitHub fails it since 2025-03-01"),
    off("actions/cache", &[4], &[4, 2, 0], "GitHub fails it since 2025-03-01"),
    off("github/codeql-action", &[0], &[3], "GitHub has retired it on 2025-01-10"),
];

const GONE: &str = "it is for a Node.js that the runner does not have any more, and is run by a newer one";
const NODE20: &str = "it is for Node.js 20, in place of which the runner takes 24 since 2026-06-16";

/// What is known of a version of an action.
pub(crate) fn retired(used: Foreign<'_>, version: &Version) -> Option<Retired> {
    let known = known(used.path);
    let instead = || known.and_then(super::Known::current).map(|major| format!("v{major} or newer"));
    let is_off = |off: &&Off| {
        off.action.eq_ignore_ascii_case(used.repository()) && is_below(version, off.since) && !is_below(version, off.from)
    };
    if let Some(off) = OFF.iter().find(is_off) {
        let oldest = off.since.first().map(|major| format!("v{major} or newer"));
        return Some(Retired { action: off.action, what: off.what, instead: instead().or(oldest) });
    }
    let known = known?;
    let what = match known.runtime(*version.first()?)? {
        Old::Gone => GONE,
        Old::Node20 => NODE20,
    };
    Some(Retired { action: known.name, what, instead: instead() })
}

/// What became of a runtime that an action names.
pub(crate) const fn runtime(runtime: Runtime) -> Option<&'static str> {
    match runtime {
        Runtime::Node12 => Some("the runner has no Node.js 12 any more and takes a newer one"),
        Runtime::Node16 => Some("the runner has no Node.js 16 any more and takes a newer one"),
        Runtime::Node20 => Some("the runner takes Node.js 24 in its place since 2026-06-16"),
        Runtime::Node24 => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::uses::Used;

    fn what(used: &str) -> Option<&'static str> {
        let foreign = Used::of(used).foreign().expect("of another repository");
        let version = super::super::numbers(foreign.revision.expect("a revision")).expect("a version");
        retired(foreign, &version).map(|retired| retired.what)
    }

    #[test]
    fn a_service_that_is_off_is_told_before_a_runtime() {
        let off = Some("GitHub fails it since 2025-03-01");
        for (used, expected) in [
            ("actions/cache@v2", off),
            ("actions/cache@v3.3.1", off),
            ("actions/cache/save@v4.0.2", off),
            ("actions/cache@v3", Some(GONE)),
            ("actions/cache@v4", Some(NODE20)),
            ("actions/cache@v4.2.0", Some(NODE20)),
            ("actions/cache@v5", None),
            ("Actions/Checkout@v4.2.2", Some(NODE20)),
            ("someone/thing@v1", None),
        ] {
            assert_eq!(what(used), expected, "{used}");
        }
    }
}
