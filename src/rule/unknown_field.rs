//! `unknown-field`

use super::{ANYWHERE, Check, Example, Refused, Rule};
use crate::finding::Severity;
use crate::source::FaultKind;

pub(super) static RULE: Rule = Rule {
    id: "unknown-field",
    summary: "a field that nobody knows",
    why: "A misspelt field is a decision that is silently not made. Records are closed: every name is either known or refused, with the nearest known one.",
    severity: Severity::Error,
    refused: &[Refused { kind: FaultKind::Unknown, path: ANYWHERE }],
    check: Check::Contract,
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.timeuot = "5m" }"#)]),
        Example::bad(&[("ci", r#"{ on.push.branch = ["main"] }"#)]),
        Example::good(&[("ci", r#"{ on.push.branches = ["main"] }"#)]),
    ],
    ..Rule::PORTABLE
};
