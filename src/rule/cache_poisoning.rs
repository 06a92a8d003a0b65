//! `cache-poisoning`

use std::collections::BTreeMap;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::{At, Origin};
use crate::pipeline::step::Kind;
use crate::pipeline::{Job, Pipeline};
use crate::view::actions::{input, is, is_any, is_off};
use crate::view::caches::restores;
use crate::view::calls::reached;

/// What builds an image, and publishes it if it is told to.
const BUILDER: &str = "docker/build-push-action";

/// Actions that hand what a job has built to those who use it, by their own descriptions, 2026-11.
const PUBLISHERS: &[&str] = &[
    "aws-actions/amazon-ecs-deploy-task-definition",
    "aws-actions/aws-cloudformation-github-deploy",
    "azure/aci-deploy",
    "azure/container-apps-deploy-action",
    "azure/functions-action",
    "azure/sql-action",
    "cloudflare/wrangler-action",
    "google-github-actions/deploy-appengine",
    "google-github-actions/deploy-cloud-functions",
    "google-github-actions/deploy-cloudrun",
    "goreleaser/goreleaser-action",
    "jreleaser/release-action",
    "ncipollo/release-action",
    "pypa/gh-action-pypi-publish",
    "redhat-actions/push-to-registry",
    "rubygems/release-gem",
    "softprops/action-gh-release",
];

pub(super) static RULE: Rule = Rule {
    id: "cache-poisoning",
    summary: "a pipeline that releases takes files from a shared cache",
    why: "Any run on the default branch can write the cache that a release then restores. What was slipped into one build \
          weeks ago becomes part of what users install. A release builds from its sources alone: the minutes saved are not \
          worth it.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "release",
            r#"{ on = { release = {} }, jobs.test.steps = [{ cache = { key = ["uv-", 'Hash ["uv.lock"]], paths = ["~/.cache/uv"] } }] }"#,
        )]),
        Example::bad(&[(
            "release",
            r#"{ on = { push.tags = ["v*"] }, jobs.test.steps = [{ docker_build = { tags = ["app"], cache = true } }] }"#,
        )]),
        Example::bad(&[
            ("release", r#"{ on = { push.tags = ["v*"] }, jobs.build.calls = "build" }"#),
            ("build", r#"{ on = { call = {} }, jobs.test.steps = [{ docker_build = { tags = ["app"], cache = true } }] }"#),
        ]),
        Example::bad(&[("release", r#"{ on = { push.tags = ["v*"] }, jobs.test.steps = [{ uses = "Swatinem/rust-cache" }] }"#)]),
        Example::bad(&[(
            "release",
            r#"{ on = { release = {} }, jobs.test.steps = [{ uses = "actions/setup-node", with = { node-version = 24, cache = "npm" } }] }"#,
        )]),
        Example::good(&[(
            "release",
            r#"{ on = { release = {} }, jobs.test.steps = [
              { uses = "actions/setup-node", with.node-version = 24 },
              { uses = "astral-sh/setup-uv", with.enable-cache = false },
              { uses = "docker/build-push-action", with.cache-from = "type=registry,ref=a/b" },
            ] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { push.branches = ["main"] }, jobs.test.steps = [{ docker_build = { tags = ["app"], cache = true } }] }"#,
        )]),
        Example::bad(&[(
            "maintenance",
            r#"{ on = { push.branches = ["release/**"] }, jobs.test.steps = [{ docker_build = { tags = ["app"], cache = true } }] }"#,
        )]),
        Example::bad(&[(
            "release",
            r#"{ on = { push.tags = ["v*"] }, jobs.test.gitlab.cache = { key.files = ["uv.lock"], paths = [".uv"] } }"#,
        )]),
        Example::good(&[(
            "release",
            r#"{ on = { push.tags = ["v*"] }, jobs.test.gitlab.cache = { key = "uv", paths = [".uv"], policy = "push" } }"#,
        )]),
        Example::good(&[("release", r#"{ on = { release = {} }, jobs.test.steps = [{ docker_build = { tags = ["app"] } }] }"#)]),
        Example::bad(&[(
            "deploy",
            r#"{ jobs.test.steps = [{ uses = "actions/cache", with = { path = "out", key = "out" } }, { uses = "cloudflare/wrangler-action" }] }"#,
        )]),
        Example::good(&[(
            "deploy",
            r#"{ jobs.test.steps = [
              { uses = "gradle/actions/setup-gradle", with.cache-disabled = true },
              { uses = "actions/setup-node@v4" },
              { uses = "cloudflare/wrangler-action" },
            ] }"#,
        )]),
        Example::good(&[(
            "deploy",
            r#"{ jobs.test.steps = [{ uses = "docker/build-push-action", with = { push = true, cache-from = "type=gha" } }] }"#,
        )]),
        Example::bad(&[(
            "deploy",
            r#"{ jobs.test.steps = [{ uses = "actions/setup-node@v5" }, { uses = "docker/build-push-action", with.push = true }] }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut released: BTreeMap<&str, (&Pipeline, Origin)> = BTreeMap::new();
    for pipeline in &scope.project.pipelines {
        let Some(origin) = releases(pipeline) else { continue };
        for one in reached(scope.project, pipeline) {
            released.entry(&one.id).or_insert((pipeline, origin));
        }
    }
    for (pipeline, job, step) in scope.steps() {
        let whole = released.get(pipeline.id.as_str()).map(|(releaser, origin)| (format!("`{}` releases", releaser.id), *origin));
        let is_release = whole.is_some();
        let Some((what, origin)) = whole.or_else(|| publishes(job)) else { continue };
        let place = match &step.kind.value {
            Kind::Cache(_) => step.kind.origin,
            Kind::DockerBuild(build) => match build.cache {
                Some(cache) if cache.value => cache.origin,
                _ => continue,
            },
            // Layers are restored by what they are made of, so what only publishes the image it builds may keep them.
            Kind::Uses(uses) if !is_release && is(uses, BUILDER) => continue,
            Kind::Uses(uses) if restores(uses) => uses.action.origin,
            _ => continue,
        };
        findings
            .report(pipeline.step_identity(job, step), place, format!("{what}, and this is restored into it"))
            .related(origin, "what makes it a release")
            .help("leave the cache out here");
    }
}

/// What makes a pipeline one that releases: it is started by a release, by tags, or by pushes to a branch named for releases.
pub(super) fn releases(pipeline: &Pipeline) -> Option<Origin> {
    let release = pipeline.on.release.as_ref().map(|release| release.origin);
    let push = pipeline.on.push.as_ref();
    let tags = push.and_then(|push| push.tags.first());
    let named = |branch: &&At<String>| !branch.starts_with('!') && branch.to_ascii_lowercase().contains("release");
    let branch = push.and_then(|push| push.branches.iter().find(named));
    release.or_else(|| tags.or(branch).map(|pattern| pattern.origin))
}

/// The action by which a job publishes what it has built, and where it stands.
fn publishes(job: &Job) -> Option<(String, Origin)> {
    job.all_steps().find_map(|step| {
        let Kind::Uses(uses) = &step.kind.value else { return None };
        let pushes = || input(uses, "push").is_some_and(|binding| !is_off(&binding.value));
        let found = is_any(uses, PUBLISHERS) || is(uses, BUILDER) && pushes();
        let name = uses.used().foreign().filter(|_| found)?.path;
        Some((format!("`{name}` publishes"), uses.action.origin))
    })
}
