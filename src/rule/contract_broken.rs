//! `contract-broken`

use super::{ANYWHERE, Check, Example, Refused, Rule};
use crate::finding::Severity;
use crate::source::FaultKind;

pub(super) static RULE: Rule = Rule {
    id: "contract-broken",
    summary: "a value is not what its contract expects",
    why: "Nothing can be judged or written from a value that means nothing. Contracts say so at the value itself, before anything runs, and say what to write instead.",
    severity: Severity::Error,
    refused: &[Refused { kind: FaultKind::Contract, path: ANYWHERE }, Refused { kind: FaultKind::Missing, path: ANYWHERE }],
    check: Check::Contract,
    examples: &[
        Example::bad(&[("ci", r#"{ budget = "soon" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ checkout = {}, run = "make" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ upload = { paths = ["a"], retention = "7 days" } }] }"#)]),
        Example::good(&[("ci", r#"{ budget = "10m" }"#)]),
    ],
    ..Rule::PORTABLE
};
