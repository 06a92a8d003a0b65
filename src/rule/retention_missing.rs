//! `retention-missing`

use super::{Check, Example, Refused, Rule};
use crate::finding::Severity;
use crate::source::FaultKind;

pub(super) static RULE: Rule = Rule {
    id: "retention-missing",
    summary: "an artifact has no retention",
    why: "An artifact that does not say how long it is kept is kept as long as the repository's setting says, usually 90 \
          days. Storage fills up with test reports nobody opens, and when it is full every upload of the organisation fails.",
    severity: Severity::Error,
    refused: &[Refused { kind: FaultKind::Missing, path: "jobs/*/steps/*/upload/retention" }],
    check: Check::Contract,
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ upload = { name = "report", paths = ["report.xml"] } }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "report", paths = ["report.xml"], retention = "7 days" } }] }"#,
        )]),
    ],
    ..Rule::PORTABLE
};
