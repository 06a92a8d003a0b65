//! `syntax`

use super::{Check, Example, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "syntax",
    summary: "something the forge's grammar refuses",
    why: "Before a file is written, its whole text is held against a strict schema of the forge's grammar: what the forge would refuse after a push is refused here before it.",
    severity: Severity::Error,
    check: Check::Backend,
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs = { build = { timeout = "5m", steps = [{ checkout = {} }] }, test.needs = ["build", "build"] } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs = { build = { timeout = "5m", steps = [{ checkout = {} }] }, test.needs = ["build"] } }"#,
        )]),
    ],
    ..Rule::PORTABLE
};
