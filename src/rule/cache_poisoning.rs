//! `cache-poisoning`

use std::collections::BTreeMap;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::{At, Origin};
use crate::pipeline::Pipeline;
use crate::pipeline::step::{Kind, Uses};
use crate::view::actions::{input, is, is_off, is_on, said};
use crate::view::calls::reached;

/// When an action restores from the shared cache.
enum Restores {
    Always,
    /// Unless this input is off.
    Unless(&'static str),
    /// If this input is on, or names what is cached.
    If(&'static str),
    /// If this input speaks of the forge's cache.
    Forge(&'static str),
}

/// Actions that restore from the shared cache, by their own descriptions, 2026-11.
const ACTIONS: &[(&str, Restores)] = &[
    ("actions/cache", Restores::Always),
    ("actions/cache/restore", Restores::Always),
    ("actions/setup-dotnet", Restores::If("cache")),
    ("actions/setup-go", Restores::Unless("cache")),
    ("actions/setup-java", Restores::If("cache")),
    ("actions/setup-node", Restores::If("cache")),
    ("actions/setup-python", Restores::If("cache")),
    ("astral-sh/setup-uv", Restores::Unless("enable-cache")),
    ("determinatesystems/magic-nix-cache-action", Restores::Always),
    ("docker/build-push-action", Restores::Forge("cache-from")),
    ("nix-community/cache-nix-action", Restores::Always),
    ("pnpm/action-setup", Restores::If("cache")),
    ("ruby/setup-ruby", Restores::If("bundler-cache")),
    ("swatinem/rust-cache", Restores::Always),
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
        let Some((releaser, origin)) = released.get(pipeline.id.as_str()) else { continue };
        let place = match &step.kind.value {
            Kind::Cache(_) => step.kind.origin,
            Kind::DockerBuild(build) => match build.cache {
                Some(cache) if cache.value => cache.origin,
                _ => continue,
            },
            Kind::Uses(uses) if restores(uses) => uses.action.origin,
            _ => continue,
        };
        findings
            .report(pipeline.step_identity(job, step), place, format!("`{}` releases, and this is restored into it", releaser.id))
            .related(*origin, "what makes it a release")
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

/// Whether an action restores from the shared cache.
fn restores(uses: &Uses) -> bool {
    let says = |name: &str| input(uses, name).map(|binding| &binding.value);
    ACTIONS.iter().filter(|(name, _)| is(uses, name)).any(|(_, when)| match when {
        Restores::Always => true,
        Restores::Unless(name) => says(name).is_none_or(|value| !is_off(value)),
        Restores::If(name) => {
            says(name).is_some_and(|value| is_on(value) || said(value).is_none_or(|text| !matches!(text.as_str(), "" | "false")))
        }
        Restores::Forge(name) => says(name).is_some_and(|value| said(value).is_none_or(|text| text.contains("type=gha"))),
    })
}
