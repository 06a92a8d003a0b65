//! `gl-variable-override`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::gitlab::variables;

/// The beginnings of the names that GitLab gives to what it knows of a run. Read from its list of predefined variables, 2026-11.
const OWN: &[&str] = &[
    "CI_API_",
    "CI_BUILDS_DIR",
    "CI_COMMIT_",
    "CI_CONFIG_PATH",
    "CI_CONCURRENT_",
    "CI_DEFAULT_BRANCH",
    "CI_DEPENDENCY_PROXY_",
    "CI_DEPLOY_",
    "CI_ENVIRONMENT_",
    "CI_HAS_OPEN_REQUIREMENTS",
    "CI_JOB_",
    "CI_MERGE_REQUEST_",
    "CI_NODE_",
    "CI_OPEN_MERGE_REQUESTS",
    "CI_PAGES_",
    "CI_PIPELINE_",
    "CI_PROJECT_",
    "CI_REGISTRY",
    "CI_REPOSITORY_URL",
    "CI_RUNNER_",
    "CI_SERVER",
    "CI_TEMPLATE_REGISTRY_HOST",
    "CI_TRIGGER_",
    "GITLAB_FEATURES",
    "GITLAB_USER_",
];

pub(super) static RULE: Rule = Rule {
    id: "gl-variable-override",
    summary: "a variable that GitLab sets itself is given another value",
    why: "What a run is, whose commit it builds, which server and which registry it talks to is said by GitLab's own variables. \
          A file that says otherwise makes scripts, templates and rules that trust them act on what somebody wrote: a token is \
          sent to another server, a branch passes for a protected one.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.variables.CI_COMMIT_REF_PROTECTED = "true" }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", "{}")]).project(
            r#"{ backends.gitlab.variables.CI_REGISTRY = { value = "registry.example.org", description = "Where to" } }"#,
        ),
        Example::bad(&[("ci", "{}")]).project(
            r#"{ backends.gitlab.workflow.rules = [{ "if" = "$CI_COMMIT_TAG", variables.CI_ENVIRONMENT_NAME = "production" }] }"#,
        ),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.gitlab.variables = { CI_COVERAGE = "true", GIT_DEPTH = "1", REGISTRY = "$CI_REGISTRY" } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        // The value is GitLab's own in what is written, for scripts that run elsewhere too.
        Example::good(&[("ci", "{ jobs.test.env.CI_COMMIT_SHA = 'Commit }")]).project("{ backends.gitlab = {} }"),
    ],
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for variable in variables(scope.project) {
        if OWN.iter().any(|own| variable.name.starts_with(own)) {
            findings
                .report(variable.identity(), variable.key, format!("GitLab sets `{}` itself", variable.name))
                .key(variable.name)
                .help("give it a name of your own");
        }
    }
}
