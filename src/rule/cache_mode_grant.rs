//! `cache-mode-grant`

use std::collections::BTreeSet;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Step;
use crate::pipeline::step::Kind;
use crate::pipeline::trigger::Event;
use crate::view::actions::is;
use crate::view::outsiders::jobs;

pub(super) static RULE: Rule = Rule {
    id: "cache-mode-grant",
    summary: "a run that outsiders start writes the cache of the default branch",
    why: "A run for a pull request writes a cache of its own. A run that `pull_request_target`, `issue_comment` or \
          `workflow_run` starts is at the default branch and writes the cache that every later build restores: what an \
          outsider gets in there is in the next release.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test.steps = [{ cache = { key = ["uv-", 'Hash ["uv.lock"]], paths = ["~/.cache/uv"] } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.issue_comment = {}, jobs.test.steps = [{ uses = "Actions/Cache/save", with = { key = "a", path = "b" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.issue_comment = {}, jobs.test.steps = [{ parallel = [{ uses = "actions/cache", with = { key = "a", path = "b" } }, { run = "make" }] }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { pull_request = {} }, jobs.test.steps = [{ cache = { key = ["uv-", 'Hash ["uv.lock"]], paths = ["~/.cache/uv"] } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test.steps = [{ uses = "actions/cache/restore", with = { key = "a", path = "b" } }] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut said = BTreeSet::new();
    for (start, pipeline, job) in jobs(scope, Event::is_open_with_rights) {
        for step in job.all_steps().filter(|step| writes(step)) {
            let identity = pipeline.step_identity(job, step);
            if said.insert(identity.clone()) {
                findings
                    .report(identity, step.kind.origin, "what is kept here is restored by every later build")
                    .related(start.origin, format!("`{}` starts the run for outsiders", start.event.name()))
                    .help("leave the cache out, or restore it only, with actions/cache/restore");
            }
        }
    }
}

fn writes(step: &Step) -> bool {
    match &step.kind.value {
        Kind::Cache(_) => true,
        Kind::DockerBuild(build) => build.cache.as_ref().is_some_and(|cache| cache.value),
        Kind::Uses(uses) => is(uses, "actions/cache") || is(uses, "actions/cache/save"),
        _ => false,
    }
}
