//! `uses-missing`

use super::{Check, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "uses-missing",
    summary: "something of this repository is used that is not there",
    why: "A called workflow that is not in the commit makes the platform refuse the file, and an action that is not there ends the \
          job at its step. Actions outside of `.github` are not looked for: a step before may fetch them or make them.",
    severity: Severity::Error,
    check: Check::Drift,
    examples: &[],
    ..Rule::GITHUB
};
