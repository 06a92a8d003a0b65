//! `permissions-insufficient`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::Origin;
use crate::pipeline::permission::Level;
use crate::pipeline::step::{DockerBuild, Kind};
use crate::pipeline::value::{Known, Value};
use crate::pipeline::{Job, Reference, Step};
use crate::view::actions::{input, is, used};

/// What an action needs of the job's token, by its own description, 2026-11.
const NEEDS: &[(&str, &[&str])] = &[
    ("actions/attest", &["id_token", "attestations"]),
    ("actions/attest-build-provenance", &["id_token", "attestations"]),
    ("actions/attest-sbom", &["id_token", "attestations"]),
    ("actions/deploy-pages", &["pages", "id_token"]),
    ("github/codeql-action/analyze", &["security_events"]),
    ("github/codeql-action/upload-sarif", &["security_events"]),
    ("rust-lang/crates-io-auth-action", &["id_token"]),
];

pub(super) static RULE: Rule = Rule {
    id: "permissions-insufficient",
    summary: "a step does what the job's token may not",
    why: "A job has the permissions that are written and no others. A step that pushes an image, comments or uploads findings \
          without them fails when it runs, often only after everything before it went well.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ docker_build = { tags = ["ghcr.io/acme/app:1"], push = true, login = { registry = "ghcr.io", user = 'Actor, password = 'Token } } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { permissions = { contents = 'Read, security_events = 'Read "looks" }, steps = [{ sarif = { file = "a.sarif" } }] } }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ comment = { body = "hello" } }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { permissions = { id_token = 'Write "signs" }, steps = [{ uses = "actions/attest-build-provenance" }] } }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "pypa/gh-action-pypi-publish" }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { permissions = { packages = 'Write "pushes the image" }, steps = [
              { docker_build = { tags = ["ghcr.io/acme/app:1"], push = true, login = { registry = "ghcr.io", user = 'Actor, password = 'Token } } },
            ] } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ docker_build = { tags = ["docker.io/acme/app:1"], push = true, login = { registry = "docker.io", user = "me", password = 'Secret "P" } } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { permissions = { pull_requests = 'Write "comments" }, steps = [{ comment = { body = "hello" } }] } }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // What an action may do is what the job that uses it may.
    for (pipeline, job, step) in scope.steps().filter(|(pipeline, ..)| !pipeline.is_action()) {
        for (scope_name, origin, what) in needed(step) {
            if !may_write(job, scope_name) {
                let said = findings.permission(scope_name);
                findings
                    .report(
                        pipeline.step_identity(job, step),
                        origin,
                        format!("{what} needs `{said}`, and the job may not write it"),
                    )
                    .key(scope_name)
                    .mend(
                        format!("write permissions.{scope_name} = 'Write \"why the job needs it\""),
                        format!("add {said}: write to the job's permissions"),
                    );
            }
        }
    }
    for (pipeline, job, step, uses) in used(scope).filter(|(pipeline, ..)| !pipeline.is_action()) {
        let mut needs: Vec<&str> =
            NEEDS.iter().filter(|(name, _)| is(uses, name)).flat_map(|(_, scopes)| scopes.iter().copied()).collect();
        if is(uses, "pypa/gh-action-pypi-publish") && input(uses, "password").is_none() {
            needs.push("id_token");
        }
        for scope_name in needs.into_iter().filter(|name| !may_write(job, name)) {
            let said = findings.permission(scope_name);
            findings
                .report(
                    pipeline.step_identity(job, step),
                    uses.action.origin,
                    format!("`{}` needs `{said}`, and the job may not write it", uses.action.value),
                )
                .key(scope_name)
                .mend(
                    format!("write permissions.{scope_name} = 'Write \"why the job needs it\""),
                    format!("add {said}: write to the job's permissions"),
                );
        }
    }
}

fn may_write(job: &Job, scope: &str) -> bool {
    job.permissions.get(scope).is_some_and(|grant| grant.level.value >= Level::Write)
}

/// The scopes a kind of step must be able to write, and what for.
fn needed(step: &Step) -> Vec<(&'static str, Origin, &'static str)> {
    match &step.kind.value {
        Kind::Sarif(_) => vec![("security_events", step.kind.origin, "uploading findings")],
        Kind::Comment(_) => vec![("pull_requests", step.kind.origin, "commenting")],
        Kind::DockerBuild(build) if pushes_with_token(build) => vec![("packages", step.kind.origin, "pushing to ghcr.io")],
        _ => Vec::new(),
    }
}

/// Whether an image goes to the forge's own registry with the job's token.
fn pushes_with_token(build: &DockerBuild) -> bool {
    let own = |value: &Value| value.references().any(|reference| matches!(reference.value, Reference::Known(Known::Token)));
    let signs_in =
        build.login.as_ref().is_some_and(|login| login.registry.eq_ignore_ascii_case("ghcr.io") && own(&login.password));
    build.push.as_ref().is_some_and(|push| push.value) && signs_in
}
