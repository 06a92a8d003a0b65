//! `job-timeout-over-limit`

use super::{Audit, Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "job-timeout-over-limit",
    summary: "a job may run longer than the policy allows",
    why: "A generous timeout is paid for on the day something hangs: in minutes, in a blocked queue, in people who wait for \
          a result that never comes. The most allowed is the policy's to say; it is six hours, the platform's own limit, \
          unless a policy sets less.",
    severity: Severity::Error,
    settings: r#"max | Duration | doc "The most a job may take." | default = "6h","#,
    loosens: &[("max", Loosens::More)],
    // Where nobody has set a limit, the platform's is another rule's, and a machine of one's own may take a day.
    audit: Audit::Strict,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.timeout = "90m" }"#)])
            .policy(r#"{ rules.job-timeout-over-limit.settings.max = "60m" }"#),
        Example::bad(&[("ci", r#"{ jobs.test.timeout = "7h" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.a = { github.timeout-minutes = 600, permissions = {}, steps = [{ run = "make" }] } }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.a = { github.timeout-minutes = "${{ vars.MINUTES }}", permissions = {}, steps = [{ run = "make" }] } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.a = { github.timeout-minutes = 360, permissions = {}, steps = [{ run = "make" }] } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.timeout = "1h" }"#)])
            .policy(r#"{ rules.job-timeout-over-limit.settings.max = "60m" }"#),
        Example::good(&[("ci", r#"{ jobs.test.timeout = "90m" }"#)]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let Some(max) = scope.settings.duration("max") else { return };
    for (pipeline, job) in scope.jobs() {
        // What cannot be judged has not passed.
        if let Some(timeout) = &job.github.timeout {
            findings
                .report(pipeline.job_identity(job), timeout.origin, "how long it may take is decided while the pipeline runs")
                .decided(scope.settings, "max")
                .help(format!("write a number of minutes, at most {}", max.value.as_seconds() / 60));
        }
        if let Some(timeout) = job.timeout
            && timeout.value > max.value
        {
            findings
                .report(
                    pipeline.job_identity(job),
                    timeout.origin,
                    format!("{}, the most allowed is {}", timeout.value, max.value),
                )
                .decided(scope.settings, "max")
                .help("make the job faster, split it, or ask for an exception with an end date");
        }
    }
}
