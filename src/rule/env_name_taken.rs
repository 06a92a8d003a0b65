//! `env-name-taken`

use super::{Check, Example, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "env-name-taken",
    summary: "a variable has the name of one that the step sets itself",
    why: "A step such as `summary` or `wait_for` hands what it works with to a small script through the environment, under names \
          such as `BODY` and `URL`. A variable of the author's with such a name would silently be another one inside the step.",
    severity: Severity::Error,
    check: Check::Backend,
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ summary = "done", env.BODY = "mine" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ wait_for = { url = "http://localhost", within = "1m" }, env.URL = 'Commit }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.BODY = "mine" }, { summary = "done", env.TITLE = "mine" }] }"#,
        )]),
    ],
    ..Rule::PORTABLE
};
