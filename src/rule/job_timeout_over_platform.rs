//! `job-timeout-over-platform`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Duration;

/// What the platform gives a job on a runner of its own, and on one of yours.
const HOSTED: Duration = Duration::minutes(360);
const SELF_HOSTED: Duration = Duration::minutes(5 * 24 * 60);

pub(super) static RULE: Rule = Rule {
    id: "job-timeout-over-platform",
    summary: "a job's timeout is longer than the platform lets any job run",
    why: "GitHub ends a job on a hosted runner after 360 minutes and one on a self-hosted runner after 5 days, whatever the \
          file says. A longer timeout promises time that does not exist: a soak of 25 hours on a hosted runner is cut off \
          after six, and looks like a failure of the software.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("soak", r#"{ jobs.test.timeout = "25h" }"#)]),
        Example::bad(&[("soak", r#"{ jobs.test = { timeout = "121h", runner = "big" } }"#)])
            .project(r#"{ runners.big = { labels = ["self-hosted", "big"], hosted = false } }"#),
        Example::bad(&[("soak", r#"{ jobs.test = { timeout = "25h", runner = "large" } }"#)])
            .project(r#"{ runners.large = { labels = ["ubuntu-24.04-16-cores"], hosted = true } }"#),
        Example::good(&[("soak", r#"{ jobs.test.timeout = "6h" }"#)]),
        Example::good(&[("soak", r#"{ jobs.test = { timeout = "25h", runner = "big" } }"#)])
            .project(r#"{ runners.big = { labels = ["self-hosted", "big"], hosted = false } }"#),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let runner = scope.project.runner_of(job);
        let (limit, sort) = if scope.project.hosted(runner) { (HOSTED, "hosted") } else { (SELF_HOSTED, "self-hosted") };
        if let Some(timeout) = job.timeout
            && timeout.value > limit
        {
            findings
                .report(
                    pipeline.job_identity(job),
                    timeout.origin,
                    format!("{}, and a job on a {sort} runner ends after {limit}", timeout.value),
                )
                .related(runner.origin, format!("`{}` is a {sort} runner", runner.value))
                .help("split the job, or run it on a runner that is declared with hosted = false");
        }
    }
}
