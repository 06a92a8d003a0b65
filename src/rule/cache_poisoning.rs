//! `cache-poisoning`

use std::collections::BTreeMap;

use super::calls::reached;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::Origin;
use crate::pipeline::Pipeline;
use crate::pipeline::step::Kind;

pub(super) static RULE: Rule = Rule {
    id: "cache-poisoning",
    summary: "a pipeline that releases takes files from a shared cache",
    why: "Any run on the default branch can write the cache that a release then restores. What was slipped into one build \
          weeks ago becomes part of what users install. A release builds from its sources alone: the minutes saved are not \
          worth it.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
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
        Example::good(&[(
            "ci",
            r#"{ on = { push.branches = ["main"] }, jobs.test.steps = [{ docker_build = { tags = ["app"], cache = true } }] }"#,
        )]),
        Example::good(&[("release", r#"{ on = { release = {} }, jobs.test.steps = [{ docker_build = { tags = ["app"] } }] }"#)]),
    ],
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
            _ => continue,
        };
        findings
            .report(pipeline.step_identity(job, step), place, format!("`{}` releases, and this is restored into it", releaser.id))
            .related(*origin, "what makes it a release")
            .help("leave the cache out here");
    }
}

/// What makes a pipeline one that releases: it is started by a release or by tags.
pub(super) fn releases(pipeline: &Pipeline) -> Option<Origin> {
    let release = pipeline.on.release.as_ref().map(|release| release.origin);
    let tags = pipeline.on.push.as_ref().and_then(|push| push.tags.first());
    release.or(tags.map(|tag| tag.origin))
}
