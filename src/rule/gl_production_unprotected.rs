//! `gl-production-unprotected`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::origin::Origin;
use crate::pipeline::Job;
use crate::pipeline::surroundings::Tier;
use crate::view::gitlab::deployment;
use crate::view::gitlab::start::{Outcome, Start, of};
use crate::view::glob;

pub(super) static RULE: Rule = Rule {
    id: "gl-production-unprotected",
    summary: "a job deploys to production by itself for commits that nobody has let in",
    why: "A branch that everybody may push to, or a merge request, is what somebody proposes. A job that deploys it without \
          waiting for anybody puts it in front of users unreviewed. Deploy from the default branch or from tags, which the \
          project protects, or let somebody start the job.",
    severity: Severity::Error,
    settings: r#"environments | Array String | doc "Environments that are production; `*` is any text." | default = ["production", "production/*", "prod", "prod/*", "live"],"#,
    loosens: &[("environments", Loosens::NoItem)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.environment.name = "production" }"#)]).project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", r#"{ on = { push = {} }, jobs.test.environment.name = "Production" }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.gitlab.environment = { name = "eu-west", deployment_tier = "production" } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::bad(&[(
            "ci",
            r#"{ on = { push.branches = ["main"] }, jobs.test = { environment.name = "production", gitlab.rules = [{ "if" = "$CI_COMMIT_TAG" }, { "if" = "$CI_COMMIT_BRANCH" }] } }"#,
        )])
        .project(r#"{ backends.gitlab.workflow.rules = [{ "if" = "$CI_COMMIT_BRANCH" }] }"#),
        Example::bad(&[("ci", "{ jobs.test.environment = { name = \"shop\", tier = 'Production } }")])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.gitlab.extends = ".ship", gitlab.templates.".ship".environment.name = "production" }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", r#"{ jobs.test.environment.name = "shop" }"#)])
            .project("{ backends.gitlab = {} }")
            .policy(r#"{ rules.gl-production-unprotected.settings.environments = ["shop"] }"#),
        Example::good(&[("ci", r#"{ on = { push.branches = ["main"] }, jobs.test.environment.name = "production" }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ on = { push.tags = ["v*"] }, jobs.test.environment.name = "production" }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ on = { push = {} }, jobs.test = { environment.name = "production", when = 'DefaultBranch } }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ jobs.test = { environment.name = "production", manual = {} } }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ jobs.test.environment.name = "staging" }"#)]).project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", "{ jobs.test.environment = { name = \"production\", action = 'Verify } }")])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", "{ jobs.test.environment = { name = \"production\", tier = 'Testing } }")])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.gitlab.environment = { name = "production", action = "verify" } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::good(&[(
            "ci",
            r#"{ on = { push = {} }, jobs.test = { environment.name = "production", gitlab.rules = [{ "if" = "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" }, { "if" = "$CI_PIPELINE_SOURCE == 'merge_request_event'", when = "manual" }] } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
    ],
    ..Rule::GITLAB
};

/// What starts a job of what nobody has let in, as people know it.
const STARTS: &[(Start, &str)] = &[(Start::MERGE_REQUEST, "any merge request"), (Start::BRANCH, "a push to any branch")];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let names = scope.settings.texts("environments");
    for (pipeline, job) in scope.jobs() {
        let Some(origin) = production(job, &names) else { continue };
        let by_itself = |start: &&(Start, &str)| matches!(of(start.0, scope.project, pipeline, job), Outcome::Runs(when) if !matches!(when, "manual" | "never"));
        if let Some((_, words)) = STARTS.iter().find(by_itself) {
            findings
                .report(pipeline.job_identity(job), origin, format!("{words} starts it, and nobody is asked"))
                .decided(scope.settings, "environments")
                .mend(
                    "start it at the default branch or at tags, or write manual = {}",
                    "start it at the default branch or at tags, or write when: manual",
                );
        }
    }
}

/// Where a job says that it deploys to production: a tier says it, and the name only where no tier does.
fn production(job: &Job, names: &[&str]) -> Option<Origin> {
    let environment = deployment(job)?;
    let is_named = || {
        let name = environment.name.print().unwrap_or_default().to_ascii_lowercase();
        glob::matches_any(names.iter().copied(), &name)
    };
    let is_it = environment.tier.as_ref().map_or_else(is_named, |tier| tier.value == Tier::Production);
    is_it.then_some(environment.origin)
}
