//! `job-timeout-missing`

use super::{Audit, Check, Example, Refused, Rule};
use crate::finding::Severity;
use crate::source::FaultKind;

pub(super) static RULE: Rule = Rule {
    id: "job-timeout-missing",
    summary: "a job has no timeout",
    why: "A job that hangs holds its runner until the platform ends it: after six hours on a hosted runner, after five days \
          on one of your own. A timeout that fits the work ends it in minutes and says which job it was. A job that calls \
          another pipeline has none: the jobs of that pipeline have theirs.",
    severity: Severity::Error,
    refused: &[Refused { kind: FaultKind::Missing, path: "jobs/*/timeout" }],
    check: Check::Contract,
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.lint = { permissions = {}, steps = [{ name = "Lint", run = "make lint" }] } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.lint = { timeout = "5m", permissions = {}, steps = [{ name = "Lint", run = "make lint" }] } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.all.calls = "lint" }"#), ("lint", "{ on = { call = {} } }")]),
    ],
    audit: Audit::Strict,
    ..Rule::PORTABLE
};
