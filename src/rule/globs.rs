//! `globs`

use super::{Check, Example, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "globs",
    summary: "a pattern that the forge cannot match",
    why: "A condition that can never hold looks like a job that is guarded and is a job that never runs. GitHub's conditions know whole names and beginnings of names; filters of triggers know more.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
    check: Check::Backend,
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Branch ["release/*/hotfix"] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Branch ["main", "release/**"] }"#)]),
    ],
};
