//! `condition-never-holds`

use super::moment::Moment;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::At;
use crate::pipeline::{Condition, Pipeline};

pub(super) static RULE: Rule = Rule {
    id: "condition-never-holds",
    summary: "a condition holds at nothing that starts the pipeline",
    why: "A job for tags in a pipeline that only pull requests start is skipped in every run, and a skipped job is green: it \
          looks like work that is done under a condition and is work that is never done.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{ on = { pull_request = {} }, jobs.test.when = 'Event ['Push] }")]),
        Example::bad(&[("ci", "{ on = { pull_request = {} }, jobs.test.when = 'Any ['Tag, 'DefaultBranch] }")]),
        Example::bad(&[("ci", r#"{ on = { push = {} }, jobs.test.when = 'Label "ready" }"#)]),
        Example::bad(&[("ci", "{ on = { push = {} }, jobs.test.when = 'All ['Tag, 'DefaultBranch] }")]),
        Example::bad(&[("ci", r#"{ on = { push.branches = ["main"] }, jobs.test.when = 'Branch ["release/**"] }"#)]),
        Example::bad(&[("ci", r#"{ on = { push.tags = ["v*"] }, jobs.test.when = 'DefaultBranch }"#)]),
        Example::bad(&[("ci", "{ on = {}, github.on.issues = {}, jobs.test.when = 'Not ('Event ['Issues]) }")]),
        Example::bad(&[(
            "ci",
            r#"{ on = { pull_request = {} }, jobs.test.steps = [{ name = "Push", run = "make push", when = 'Tag }] }"#,
        )]),
        Example::good(&[("ci", "{ on = { pull_request = {}, push = {} }, jobs.test.when = 'Event ['Push] }")]),
        Example::good(&[(
            "ci",
            r#"{ on = { push.branches = ["release/**"] }, jobs.test.when = 'Branch ["release/1.0", "main"] }"#,
        )]),
        Example::good(&[("ci", r#"{ on = {}, github.on.pull_request_target = {}, jobs.test.when = 'Label "ready" }"#)]),
        Example::good(&[("ci", "{ on = { release = {}, manual = {} }, jobs.test.when = 'Any ['Tag, 'DefaultBranch] }")]),
        Example::good(&[("ci", "{ on = { call = {}, pull_request = {} }, jobs.test.when = 'Tag }")]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        let moments = Moment::all(&pipeline.on, &scope.project.default_branch.value);
        // What is called runs at the moments of its callers.
        if pipeline.on.call.is_some() || moments.is_empty() {
            continue;
        }
        for job in pipeline.jobs.values() {
            let when = job.when.as_ref();
            let reached: Vec<Moment<'_>> = moments.iter().copied().filter(|moment| may(when, moment)).collect();
            if let (Some(when), true) = (when, reached.is_empty()) {
                let message = format!("the job never runs: what starts the pipeline is {}", events(pipeline));
                findings.report(pipeline.job_identity(job), when.origin, message).related(pipeline.on_origin, "started here");
                continue;
            }
            for step in job.all_steps() {
                if let Some(when) = &step.when
                    && !reached.iter().any(|moment| may(Some(when), moment))
                {
                    let message = format!("the step never runs: what starts the pipeline is {}", events(pipeline));
                    findings
                        .report(pipeline.step_identity(job, step), when.origin, message)
                        .related(pipeline.on_origin, "started here");
                }
            }
        }
    }
}

fn may(when: Option<&At<Condition>>, moment: &Moment<'_>) -> bool {
    when.is_none_or(|when| moment.holds(when) != Some(false))
}

fn events(pipeline: &Pipeline) -> String {
    let names: Vec<&str> = pipeline.on.events().into_iter().map(crate::pipeline::trigger::Event::name).collect();
    names.join(", ")
}
