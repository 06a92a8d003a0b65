//! `timeout-unsupported-place`

use super::{Check, Example, Refused, Rule};
use crate::finding::Severity;
use crate::source::FaultKind;

pub(super) static RULE: Rule = Rule {
    id: "timeout-unsupported-place",
    summary: "a timeout stands where the platform takes none",
    why: "A job that calls another pipeline takes as long as the jobs of that pipeline, and each of them has a timeout of its own. \
          One on the calling job would be the only limit that anybody sees, and the platform refuses the file because of it.",
    severity: Severity::Error,
    refused: &[
        Refused { kind: FaultKind::Unknown, path: "jobs/*/timeout" },
        Refused { kind: FaultKind::Unknown, path: "jobs/*/github/timeout-minutes" },
        Refused { kind: FaultKind::Unknown, path: "jobs/*/github/cancel-timeout-minutes" },
    ],
    check: Check::Contract,
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.more = { calls = "more", timeout = "5m" } }"#), ("more", "{ on = { call = {} } }")]),
        Example::bad(&[
            ("ci", r#"{ jobs.more = { calls = "more", github.timeout-minutes = 5 } }"#),
            ("more", "{ on = { call = {} } }"),
        ]),
        Example::good(&[("ci", r#"{ jobs.more = { calls = "more" } }"#), ("more", "{ on = { call = {} } }")]),
    ],
    ..Rule::PORTABLE
};
