//! `condition-never-holds`

use super::scope::may_run;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "condition-never-holds",
    summary: "a job or a step never runs, whatever starts the pipeline",
    why: "A condition that rules out every event the pipeline is started by makes a job that is always skipped, and a skipped \
          job counts as passed. It looks like a check and is none.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{ on = { pull_request = {} }, jobs.test.when = 'Event ['Push] }")]),
        Example::bad(&[("ci", r#"{ on = { push = {} }, jobs.test.when = 'All ['Always, 'Label "ready"] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ on = { pull_request = {} }, jobs.test.steps = [{ run = "make deploy", when = 'DefaultBranch }] }"#,
        )]),
        Example::good(&[("ci", "{ on = { pull_request = {}, push = {} }, jobs.test.when = 'Event ['Push] }")]),
        Example::good(&[("ci", "{ on = { pull_request = {}, call = {} }, jobs.test.when = 'Event ['Push] }")]),
        Example::good(&[("ci", "{ on = { pull_request = {} }, jobs.test.when = 'Not ('Event ['Push]) }")]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let events = pipeline.on.events();
        // Who calls a pipeline brings an event of its own.
        if pipeline.on.call.is_some() || events.is_empty() {
            continue;
        }
        let conditions =
            job.when.iter().map(|when| (pipeline.job_identity(job), when)).chain(
                job.steps().iter().flat_map(|step| step.when.iter().map(|when| (pipeline.step_identity(job, step), when))),
            );
        for (identity, when) in conditions {
            if !events.iter().any(|event| may_run(Some(when), *event)) {
                findings
                    .report(identity, when.origin, "no event that starts the pipeline fulfils the condition")
                    .related(pipeline.on_origin, "what starts the pipeline")
                    .help("mend the condition, or add the event to `on`");
            }
        }
    }
}
