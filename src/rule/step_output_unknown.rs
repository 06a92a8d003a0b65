//! `step-output-unknown`

use super::scope::{Mention, near};
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::{Job, Reference, Step};

pub(super) static RULE: Rule = Rule {
    id: "step-output-unknown",
    summary: "the output of a step is used where that step cannot be seen",
    why: "A step sees the outputs of the steps before it in its own job, by their ids; the outputs of a job see all its steps. \
          Anywhere else the reference is an empty text.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ id = "meta", run = "make" }, { run = "make", env.TAG = 'Step "mata.tag" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.TAG = 'Step "meta.tag" }, { id = "meta", run = "make" }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.outputs.tag = 'Step "meta.tag" }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = {
              outputs.tag = 'Step "meta.tag",
              steps = [{ id = "meta", run = "make" }, { run = "make", env.TAG = 'Step "meta.tag" }],
            } }"#,
        )]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for mention in scope.mentions().into_iter().filter(Mention::is_known) {
        let Reference::Step(id, name) = &mention.reference else { continue };
        let seen = seen(&mention);
        if !seen.iter().any(|one| one.eq_ignore_ascii_case(id)) {
            let message = match mention.spot.job {
                Some(job) if ids(job.steps()).contains(&id.as_str()) => format!("`{id}` has not run yet here"),
                _ => format!("no step with the id `{id}` comes before"),
            };
            findings
                .report(mention.spot.identity(), mention.origin, message)
                .key(format!("{}/{id}.{name}", mention.field))
                .suggest(near(id, seen));
        }
    }
}

/// The ids of the steps whose outputs are there at this place.
pub(super) fn seen<'a>(mention: &Mention<'a>) -> Vec<&'a str> {
    let job: Option<&'a Job> = mention.spot.job;
    match (job, mention.spot.step) {
        (Some(job), Some(step)) => {
            let before = job.steps().iter().position(|one| std::ptr::eq(one, step)).unwrap_or(0);
            ids(&job.steps()[..before])
        }
        (Some(job), None) if mention.field.starts_with("outputs.") || mention.field == "environment.url" => ids(job.steps()),
        _ => Vec::new(),
    }
}

fn ids(steps: &[Step]) -> Vec<&str> {
    steps.iter().filter_map(|step| step.id.as_ref()).map(|id| id.value.as_str()).collect()
}
