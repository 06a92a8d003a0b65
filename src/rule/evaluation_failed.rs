//! `evaluation-failed`

use super::{ANYWHERE, Audit, Check, Example, Refused, Rule};
use crate::finding::Severity;
use crate::source::FaultKind;

pub(super) static RULE: Rule = Rule {
    id: "evaluation-failed",
    summary: "the file cannot be evaluated",
    why: "A file that cannot be read, is not Nickel, or fails while it is evaluated has no value to judge. That is never taken for a pass: the run ends with exit code 3, and every other file is judged all the same.",
    severity: Severity::Error,
    refused: &[
        Refused { kind: FaultKind::Syntax, path: ANYWHERE },
        Refused { kind: FaultKind::Evaluation, path: ANYWHERE },
        Refused { kind: FaultKind::Unreadable, path: ANYWHERE },
    ],
    check: Check::Contract,
    examples: &[
        Example::bad(&[("ci", r#"{ name = }"#)]),
        Example::bad(&[("ci", r#"{ description = 1 + "a" }"#)]),
        Example::bad(&[("ci", r#"{ description = nowhere }"#)]),
        Example::good(&[("ci", r#"{ description = "a" ++ "b" }"#)]),
    ],
    audit: Audit::Never,
    ..Rule::PORTABLE
};
