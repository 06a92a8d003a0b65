//! `gl-double-pipeline`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::gitlab::begins;
use crate::view::gitlab::start::{Outcome, Start, decisive, of, workflow};

pub(super) static RULE: Rule = Rule {
    id: "gl-double-pipeline",
    summary: "a commit of a merge request runs the same job twice",
    why: "A push to a branch with an open merge request is two things at once to GitLab: a pipeline for the branch and one for the \
          merge request. Rules that hold for both run everything twice, and of two results only one is shown at the merge \
          request. What is written of triggers and conditions does that only where both ask for files, which `check --loss` tells; rules in \
          GitLab's own words can.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.rules = [{ when = "always" }] }"#)])
            .project(r#"{ backends.gitlab.workflow.rules = [{ when = "always" }] }"#),
        Example::bad(&[(
            "ci",
            r#"{ gitlab.rules = [{ "if" = "$CI_PIPELINE_SOURCE == 'merge_request_event'" }, { "if" = "$CI_COMMIT_BRANCH" }] }"#,
        )])
        .project(
            r#"{ backends.gitlab.workflow.rules = [{ "if" = "$CI_PIPELINE_SOURCE == 'merge_request_event' || $CI_COMMIT_BRANCH" }] }"#,
        ),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.rules = [{ when = "on_success" }] }"#), ("full", "{ on = { push = {} } }")])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ jobs.test.gitlab.rules = [{ when = "on_success" }] }"#)]).project(
            r#"{ backends.gitlab.workflow.rules = [
              { "if" = "$CI_PIPELINE_SOURCE == 'merge_request_event'" },
              { "if" = "$CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS", when = "never" },
              { "if" = "$CI_COMMIT_BRANCH" },
            ] }"#,
        ),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.gitlab.rules = [{ "if" = "$CI_MERGE_REQUEST_IID" }, { "if" = "$CI_COMMIT_BRANCH" }] }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ jobs.test.gitlab.rules = [{ "if" = "$CI_PIPELINE_SOURCE == 'push'" }] }"#)])
            .project(r#"{ backends.gitlab.workflow.rules = [{ when = "always" }] }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.gitlab.rules = [{ "if" = "$CI_MERGE_REQUEST_IID" }, { "if" = "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" }] }"#,
        )])
        .project(r#"{ backends.gitlab.workflow.rules = [{ when = "always" }] }"#),
        Example::good(&[("ci", r#"{ on = { pull_request = {}, push = {} } }"#)]).project("{ backends.gitlab = {} }"),
    ],
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let project = scope.project;
    let workflow = workflow(project);
    // A file that only others call is no pipeline of a branch or of a merge request.
    if !project.declares && !project.pipelines.iter().any(|pipeline| begins(&pipeline.source)) {
        return;
    }
    for pipeline in &project.pipelines {
        let twice = pipeline.jobs.values().filter_map(|job| {
            // Where a file says only when there are pipelines, that is what its jobs go by.
            let rules = decisive(project, pipeline, job).or_else(|| workflow.filter(|_| !project.declares))?;
            let runs = |start| matches!(of(start, project, pipeline, job), Outcome::Runs(_));
            (runs(Start::BRANCH) && runs(Start::MERGE_REQUEST)).then_some((job, rules.origin))
        });
        let mut told = Vec::new();
        for (job, origin) in twice {
            // Rules of a pipeline are those of all its jobs.
            if told.contains(&origin) {
                continue;
            }
            told.push(origin);
            let message = "the branch's pipeline and the merge request's both hold this job";
            let said = findings.report(pipeline.job_identity(job), origin, message);
            let said = match workflow {
                Some(rules) => said.related(rules.origin, "these let both pipelines begin"),
                None => said,
            };
            said.mend(
                "let a rule with `$CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS` come first, with when = \"never\"",
                "let a rule with `if: $CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS` come first, with `when: never`",
            );
        }
    }
}
