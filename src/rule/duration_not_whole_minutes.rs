//! `duration-not-whole-minutes`

use super::{Audit, Check, Example, Findings, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::At;
use crate::pipeline::Duration;

pub(super) static RULE: Rule = Rule {
    id: "duration-not-whole-minutes",
    summary: "a timeout is not a whole number of minutes",
    why: "GitHub counts timeouts of jobs and steps in whole minutes. Rounding would make a promise that differs from what is \
          written, so the number is the author's to choose.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.timeout = "90s" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", timeout = "1m30s" }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test = { timeout = "120s", steps = [{ run = "make", timeout = 1 }] } }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ wait_for = { service = "db", within = "90s" } }] }"#)]),
    ],
    audit: Audit::Never,
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    if !scope.project.backends.github {
        return;
    }
    let mut judge = |identity: &dyn Fn() -> Identity, timeout: Option<At<Duration>>| {
        if let Some(timeout) = timeout
            && timeout.value.whole_minutes().is_none()
        {
            let below = timeout.value.as_seconds() / 60;
            let help = match below {
                0 => "write \"1m\"".to_owned(),
                below => format!("write \"{below}m\" or \"{}m\"", below + 1),
            };
            findings.report(identity(), timeout.origin, format!("{} is not a whole number of minutes", timeout.value)).help(help);
        }
    };
    for (pipeline, job) in scope.jobs() {
        judge(&|| pipeline.job_identity(job), job.timeout);
    }
    for (pipeline, job, step) in scope.steps() {
        judge(&|| pipeline.step_identity(job, step), step.timeout);
    }
}
