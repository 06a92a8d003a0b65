//! `action-step-unsupported`

use super::{Check, Example, Refused, Rule};
use crate::finding::Severity;
use crate::source::FaultKind;

const fn refused(path: &'static str) -> Refused {
    Refused { kind: FaultKind::Unknown, path }
}

pub(super) static RULE: Rule = Rule {
    id: "action-step-unsupported",
    summary: "a step of an action has what only a step of a job can have",
    why: "The steps of an action run as one step of a job: that step has the time, and it may run in the background. The \
          platform refuses an action whose own steps have a time, run side by side, or wait for one another.",
    severity: Severity::Error,
    refused: &[
        refused("action/steps/*/timeout"),
        refused("action/steps/*/background"),
        refused("action/steps/*/parallel"),
        refused("action/steps/*/wait"),
    ],
    check: Check::Contract,
    examples: &[
        Example::bad(&[("actions/build", r#"{ steps = [{ run = "make", timeout = "5m" }] }"#)]),
        Example::bad(&[("actions/build", r#"{ steps = [{ run = "make", github.timeout-minutes = 5 }] }"#)]),
        Example::bad(&[("actions/build", r#"{ steps = [{ id = "a", run = "make", background = true }] }"#)]),
        Example::bad(&[("actions/build", r#"{ steps = [{ parallel = [{ run = "make a" }, { run = "make b" }] }] }"#)]),
        Example::bad(&[("actions/build", r#"{ steps = [{ run = "make" }, { wait_all = true }] }"#)]),
        Example::good(&[
            ("actions/build", r#"{ steps = [{ run = "make" }, { run = "make test", impact = 'Warn, when = 'Always }] }"#),
            (
                "ci",
                r#"{ jobs.test.steps = [{ uses = "./.github/actions/build", timeout = "5m", background = true }, { wait_all = true }] }"#,
            ),
        ]),
    ],
    ..Rule::GITHUB
};
