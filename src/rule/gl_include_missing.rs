//! `gl-include-missing`

use super::{Check, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "gl-include-missing",
    summary: "a file of this repository is included that is not there",
    why: "GitLab refuses the whole file if one that it includes by its path is not in the commit. A pattern that no file fits \
          includes nothing, and says nothing of it: the jobs that were meant never run.",
    severity: Severity::Error,
    check: Check::Drift,
    examples: &[],
    ..Rule::GITLAB
};
