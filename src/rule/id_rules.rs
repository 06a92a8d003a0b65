//! `id-rules`

use super::{ANYWHERE, Check, Example, Refused, Rule};
use crate::finding::Severity;
use crate::source::FaultKind;

pub(super) static RULE: Rule = Rule {
    id: "id-rules",
    summary: "a name that cannot be one",
    why: "Ids become file names, keys and variables on the forge. One with other letters than it takes is refused there, or becomes another name than the one that is referred to.",
    severity: Severity::Error,
    refused: &[Refused { kind: FaultKind::Name, path: ANYWHERE }],
    check: Check::Contract,
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env."NOT A NAME" = "1" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs."2nd" = { timeout = "5m", steps = [{ checkout = {} }] } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ id = "make", run = "make" }, { id = "Make", run = "make test" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.__own = { timeout = "5m", steps = [{ checkout = {} }] } }"#)]),
        Example::bad(&[("ci", r#"{ on = { manual.inputs."dry run" = {} } }"#)]),
        Example::bad(&[("ci", r#"{ on = {}, github.on.workflow_call.secrets.github_token = {} }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.environment.name = "staging\n" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.environment.name = std.string.join "" (std.array.replicate 256 "x") }"#)]),
        Example::bad(&[("ci", r#"{ jobs.Test = { timeout = "5m", permissions = {}, steps = [{ run = "make" }] } }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.A_NAME = "1" }] }"#)]),
    ],
    ..Rule::PORTABLE
};
