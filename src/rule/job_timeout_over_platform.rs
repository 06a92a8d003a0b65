//! `job-timeout-over-platform`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Duration;
use crate::pipeline::runner::Machine;

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
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("soak", r#"{ jobs.test.timeout = "25h" }"#)]),
        Example::bad(&[("soak", r#"{ jobs.test = { timeout = "121h", runner = "big" } }"#)])
            .project(r#"{ runners.big = { labels = ["self-hosted", "big"], hosted = false } }"#),
        Example::bad(&[("soak", r#"{ jobs.test = { timeout = "25h", runner = "large" } }"#)])
            .project(r#"{ runners.large = { labels = ["ubuntu-24.04-16-cores"], hosted = true } }"#),
        Example::bad(&[(
            "soak",
            r#"{ jobs.test = { timeout = "7h", runner = 'Matrix "os", matrix.os = ["ubuntu-24.04", "own"] } }"#,
        )])
        .project(r#"{ runners.own = { labels = ["own"], hosted = false } }"#),
        Example::bad(&[("soak", r#"{ on = { manual.inputs.os = {} }, jobs.test = { timeout = "7h", runner = 'Input "os" } }"#)]),
        Example::good(&[("soak", r#"{ jobs.test.timeout = "6h" }"#)]),
        Example::good(&[("soak", r#"{ jobs.test = { timeout = "25h", runner = "big" } }"#)])
            .project(r#"{ runners.big = { labels = ["self-hosted", "big"], hosted = false } }"#),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let Some(timeout) = job.timeout else { continue };
        let machines = scope.project.machines(job);
        let Some((machine, words)) = machines.iter().find_map(|machine| Some((machine, cut_off(timeout.value, machine)?))) else {
            continue;
        };
        findings
            .report(pipeline.job_identity(job), timeout.origin, format!("{}, and {words}", timeout.value))
            .related(machine.origin, "the runner")
            .mend(
                "split the job, or run it on a runner that is declared with hosted = false",
                "split the job, or run it on a runner of your own",
            );
    }
}

/// Why a job of that length does not end on the machine, or may not.
fn cut_off(timeout: Duration, machine: &Machine<'_>) -> Option<String> {
    let (limit, sort) = match machine.hosted() {
        Some(true) => (HOSTED, "a hosted"),
        Some(false) => (SELF_HOSTED, "a self-hosted"),
        None if timeout > SELF_HOSTED => (SELF_HOSTED, "any"),
        None => {
            let words = format!("whether its runner is a hosted one, which ends a job after {HOSTED}, cannot be told");
            return (timeout > HOSTED).then_some(words);
        }
    };
    (timeout > limit).then(|| format!("a job on {sort} runner ends after {limit}"))
}
