//! `workflow-too-large`

use super::{Check, Example, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "workflow-too-large",
    summary: "a file is larger than the platform reads",
    why: "GitHub reads workflows of up to 500 KiB and refuses larger ones: nothing of it runs any more, on no event.",
    severity: Severity::Error,
    check: Check::Backend,
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ name = "Test", run = std.array.fold_left (fun text _ => text ++ text) "make test\n" (std.array.range 0 16) }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ name = "Test", run = std.array.fold_left (fun text _ => text ++ text) "make test\n" (std.array.range 0 13) }] }"#,
        )]),
    ],
    ..Rule::GITHUB
};
