//! `condition-never-holds`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::At;
use crate::pipeline::deduce::{Anywhere, truth};
use crate::pipeline::moment::Moment;
use crate::pipeline::{Condition, Pipeline, Project, Words};
use crate::view::gitlab::start::{Outcome, Start, rules, started, workflow};

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
        Example::bad(&[(
            "ci",
            r#"{ on = { pull_request = {} }, jobs.test.when = 'Raw { github = "github.event_name == 'pull-request'" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = { push.branches = ["main"] }, jobs.test.when = 'Raw { github = "startsWith(github.ref, 'refs/tags/v')" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = { push.branches = ["release/**"] }, jobs.test.when = 'Raw { github = "always() && github.ref_name == 'main'" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = { push = {} }, jobs.test.when = 'Raw { github = "github.ref == 'refs/heads/main' && github.ref_type == 'tag'" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = { pull_request.types = ["opened", "labeled"] }, jobs.test.when = 'Raw { github = "github.event.action == 'closed'" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = { push = {} }, jobs.test.when = 'Raw { github = "github.event.pull_request.head.repo.fork == true" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = { manual.inputs.publish = { type = 'Flag } }, jobs.test.when = 'Raw { github = "inputs.publish == 'true'" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = { call = {} }, jobs.test.when = 'Raw { github = "github.event_name == 'workflow_call'" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { matrix.size = ["small", "large"], steps = [{ run = "make", when = 'Raw { github = "matrix.size == 'larg'" } }] } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { push = {}, pull_request = {} }, jobs.test.when = 'Raw { github = "GitHub.Event_Name == 'PUSH' || github.base_ref != 'main'" } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { pull_request = {} }, jobs.test.when = 'Raw { github = "github.event_name != 'pull_request' || github.event.pull_request.draft == false" } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { push = {} }, jobs.test.when = 'Raw { github = "github.event.pull_request.draft == false" } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { push.branches = ["release/**"] }, jobs.test.when = 'Raw { github = "startsWith(github.ref, 'refs/heads/release/1')" } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { pull_request.types = ["closed"] }, jobs.test.when = 'Raw { github = "github.ref == 'refs/heads/main'" } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { manual.inputs.publish = { type = 'Flag } }, jobs.test.when = 'Raw { github = "github.event.inputs.publish == 'true' && inputs.publish" } }"#,
        )]),
        Example::good(&[("ci", r#"{ on = { call = {} }, jobs.test.when = 'Raw { github = "github.event_name == 'push'" } }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Raw { github = "false" } }"#)]),
        Example::bad(&[("ci", r#"{ on.push.branches = ["main"], jobs.test.gitlab.rules = [{ when = "never" }] }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.rules = [{ "if" = "$CI_COMMIT_BRANCH == 'main'" }] }"#)])
            .project(r#"{ backends.gitlab.workflow.rules = [{ "if" = "$CI_COMMIT_TAG" }] }"#),
        Example::bad(&[("ci", r#"{ gitlab.rules = [{ "if" = "$CI_COMMIT_TAG && $CI_COMMIT_BRANCH" }] }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ on.push.branches = ["main"], jobs.test.gitlab.rules = [{ "if" = "$CI_COMMIT_TAG" }] }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ jobs.test.gitlab.rules = [{ "if" = "$CI_COMMIT_TAG" }] }"#)])
            .project(r#"{ backends.gitlab.workflow.rules = [{ "if" = "$CI_PIPELINE_SOURCE == 'push'" }] }"#),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    if scope.project.backends.gitlab.is_some() {
        look_at_rules(scope.project, findings);
    }
    for pipeline in &scope.project.pipelines {
        let mut moments = Moment::all(&pipeline.on, scope.project);
        // What is called runs at the moments of its callers, who need not be in this project.
        moments.extend(pipeline.on.call.iter().map(|_| Moment::called(&pipeline.on)));
        if moments.is_empty() {
            continue;
        }
        for job in pipeline.jobs.values() {
            let when = job.when.as_ref();
            if when.is_some_and(|when| holds_nowhere(when)) {
                continue;
            }
            let reached: Vec<Moment<'_>> = moments.iter().filter(|moment| may(when, moment)).map(|one| one.within(job)).collect();
            if let (Some(when), true) = (when, reached.is_empty()) {
                let message = format!("the job never runs: what starts the pipeline is {}", events(pipeline));
                findings.report(pipeline.job_identity(job), when.origin, message).related(pipeline.on_origin, "started here");
                continue;
            }
            for step in job.all_steps() {
                if let Some(when) = &step.when
                    && !holds_nowhere(when)
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

/// Whether words in it hold whatever starts a run, or never: `false` is written on purpose, and of the rest another rule speaks.
fn holds_nowhere(when: &Condition) -> bool {
    let never = |words: &Words| words.expressions().iter().any(|expression| truth(expression, &Anywhere) == Some(false));
    when.walk()
        .iter()
        .any(|condition| matches!(condition, Condition::Raw(spoken) if spoken.github.as_ref().is_some_and(|words| never(words))))
}

fn events(pipeline: &Pipeline) -> String {
    let names: Vec<&str> = pipeline.on.names().into_iter().map(|(name, _)| name).collect();
    names.join(", ")
}

/// Says which rules in GitLab's own words let a job run at nothing that starts a pipeline there.
fn look_at_rules(project: &Project, findings: &mut Findings) {
    let starts: Vec<(Start, Outcome<'_>)> = Start::all().into_iter().map(|start| (start, started(start, project))).collect();
    let possible = |outcome: &Outcome<'_>| *outcome != Outcome::Never;
    for pipeline in project.pipelines.iter().filter(|pipeline| !pipeline.on.events().is_empty()) {
        let mut told = Vec::new();
        for job in pipeline.jobs.values() {
            let Some(rules) = rules(pipeline, job) else { continue };
            // Rules of a pipeline are those of all its jobs.
            if told.contains(&rules.origin) {
                continue;
            }
            let runs = starts.iter().any(|(start, started)| possible(started) && possible(&start.decide(project, rules)));
            if runs {
                continue;
            }
            told.push(rules.origin);
            let message = "the job never runs on GitLab: these rules hold at nothing that starts a pipeline there";
            let said = findings.report(pipeline.job_identity(job), rules.origin, message);
            let said = match workflow(project) {
                Some(rules) => said.related(rules.origin, "these say what does"),
                None => said,
            };
            said.help(
                "write a rule for what starts the job, and let `backends.gitlab.workflow.rules` let it in if there are some",
            );
        }
    }
}
