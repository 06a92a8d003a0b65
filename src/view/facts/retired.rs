//! Versions of actions and runtimes that the platform does not run any more, or soon will not.

use super::{Version, is_below};
use crate::pipeline::action::Runtime;

/// Something that was retired.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Retired {
    /// What: `owner/name`.
    pub(crate) action: &'static str,
    /// The first version that is not.
    pub(crate) since: &'static [u32],
    /// What became of the others.
    pub(crate) what: &'static str,
    /// What to use.
    pub(crate) instead: &'static str,
}

const fn gone(action: &'static str, since: &'static [u32], what: &'static str, instead: &'static str) -> Retired {
    Retired { action, since, what, instead }
}

/// github.blog/changelog: 2024-02-13 and 2024-04-16 (artifacts), 2024-12-05 (caches), 2022-09-22 and 2023-09-22 (Node.js), 2025-01-10 (CodeQL).
const RETIRED: &[Retired] = &[
    gone("actions/upload-artifact", &[4], "GitHub fails it since 2025-01-30", "v4 or newer"),
    gone("actions/download-artifact", &[4], "GitHub fails it since 2025-01-30", "v4 or newer"),
    gone("actions/cache", &[3], "GitHub fails it since 2025-03-01", "v4 or newer"),
    gone("actions/checkout", &[3], "it is for Node.js 12, which the runner has not", "v4 or newer"),
    gone("actions/setup-node", &[3], "it is for Node.js 12, which the runner has not", "v4 or newer"),
    gone("actions/setup-python", &[3], "it is for Node.js 12, which the runner has not", "v5 or newer"),
    gone("actions/setup-go", &[3], "it is for Node.js 12, which the runner has not", "v5 or newer"),
    gone("actions/setup-java", &[3], "it is for Node.js 12, which the runner has not", "v4 or newer"),
    gone("actions/github-script", &[6], "it is for Node.js 12, which the runner has not", "v7 or newer"),
    gone("github/codeql-action", &[3], "GitHub has retired it on 2025-01-10", "v3 or newer"),
];

/// What is known of a version of an action.
pub(crate) fn retired(repository: &str, version: &Version) -> Option<&'static Retired> {
    RETIRED.iter().find(|known| known.action.eq_ignore_ascii_case(repository) && is_below(version, known.since))
}

/// What became of a runtime that an action names.
pub(crate) const fn runtime(runtime: Runtime) -> Option<&'static str> {
    match runtime {
        Runtime::Node12 => Some("the runner has no Node.js 12 any more and takes a newer one"),
        Runtime::Node16 => Some("the runner has no Node.js 16 any more and takes a newer one"),
        Runtime::Node20 | Runtime::Node24 => None,
    }
}
