//! Versions of actions of which a weakness is published.

use super::{Version, is_below};

/// A published weakness.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Advisory {
    /// `owner/name`.
    pub(crate) action: &'static str,
    /// The first version that has it.
    pub(crate) from: &'static [u32],
    /// The first version that has it no more.
    pub(crate) mended: &'static [u32],
    /// github.com/advisories/ID.
    pub(crate) id: &'static str,
    /// What it lets happen.
    pub(crate) what: &'static str,
}

const fn known(
    action: &'static str,
    from: &'static [u32],
    mended: &'static [u32],
    id: &'static str,
    what: &'static str,
) -> Advisory {
    Advisory { action, from, mended, id, what }
}

/// Read from github.com/advisories, type "actions".
const ADVISORIES: &[Advisory] = &[
    known("actions/download-artifact", &[4, 0, 0], &[4, 1, 3], "GHSA-cxww-7g56-2vh6", "an artifact writes files anywhere"),
    known("hashicorp/vault-action", &[0], &[2, 2, 0], "GHSA-4mgv-m5cm-f9h7", "secrets of several lines are not masked"),
    known("sonarsource/sonarqube-scan-action", &[4, 0, 0], &[6, 0, 0], "GHSA-5xq9-5g24-4g6f", "arguments become commands"),
    known("tj-actions/branch-names", &[0], &[9, 0, 0], "GHSA-gq52-6phf-x2r6", "the name of a branch becomes commands"),
    known(
        "tj-actions/changed-files",
        &[0],
        &[46, 0, 1],
        "GHSA-mrrh-fwg8-r2c3",
        "its tags held code that printed the job's secrets",
    ),
];

/// The weaknesses of a version of an action.
pub(crate) fn advisories(repository: &str, version: &Version) -> impl Iterator<Item = &'static Advisory> {
    let has = |known: &&Advisory| {
        known.action.eq_ignore_ascii_case(repository)
            && is_below(version, known.mended)
            && (known.from == [0] || !is_below(version, known.from))
    };
    ADVISORIES.iter().filter(has)
}
