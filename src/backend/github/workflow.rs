//! A pipeline as the tree of a workflow file.

use super::expression::literal;
use super::lowering::Lowering;
use super::{job, permission, surroundings, trigger};
use crate::origin::At;
use crate::pipeline::Value;
use crate::pipeline::gitlab::Tree;
use crate::pipeline::key::Key;
use crate::yaml::{self, Map, Node};

/// The whole file, without its header.
///
/// Nothing is left to a default of the forge that is wider than needed: no permission but a job's own, no run beside
/// another of its group, and a shell in which the failure of any command of a pipe is a failure. A pipeline whose file is
/// written as it says has what it says, and GitHub's defaults beyond.
pub(super) fn lower(lowering: &mut Lowering<'_>) -> Map {
    let pipeline = lowering.pipeline;
    let mut map = Map::new();
    let github = &pipeline.github;
    let as_written = lowering.is_as_written();
    // GitHub calls a workflow that says no name by its path.
    if !as_written || pipeline.name.value != super::path(pipeline) {
        map.put("name", pipeline.name.value.as_str());
    }
    let description = pipeline.description.as_ref().filter(|_| github.describes_itself);
    map.put_some("description", description.map(|text| literal(text)));
    map.put_some("run-name", github.run_name.as_ref().map(|name| lowering.text(Key::Workflow, name)));
    let on = trigger::lower(lowering);
    map.put("on", on).bare().spaced();
    let permissions = match (&github.all, &github.permissions) {
        (Some(all), _) => Some(Node::from(format!("{}-all", all.word()))),
        (None, Some(granted)) => Some(Node::Map(permission::lower(granted, as_written))),
        (None, None) => (!as_written).then(|| Node::Map(Map::new())),
    };
    if let Some(permissions) = permissions {
        map.put("permissions", permissions).spaced();
    }
    // A pipeline that is only called runs under its caller's name: one group for all its calls would lose runs.
    if pipeline.concurrency.is_some() || !as_written && !pipeline.on.events().is_empty() {
        let written = pipeline.concurrency.as_ref();
        let concurrency = surroundings::concurrency(lowering, Key::WorkflowConcurrency, &pipeline.id, written);
        map.put("concurrency", concurrency).spaced();
    }
    let env = lowering.bindings(Key::WorkflowEnv, &pipeline.env);
    if !env.is_empty() {
        map.put("env", env).spaced();
    }
    let defaults = match &pipeline.defaults {
        None if as_written => Map::new(),
        Some(written) if as_written => surroundings::defaults(lowering, Key::Workflow, written),
        _ => defaults(lowering),
    };
    if !defaults.is_empty() {
        map.put("defaults", defaults).spaced();
    }
    let mut jobs = Map::new();
    for job in pipeline.jobs.values() {
        if job::is_of_gitlab(job) {
            lowering.enter(job, None);
            lowering.lose("gitlab-job", job.key);
            continue;
        }
        let lowered = job::lower(lowering, job);
        jobs.put(&job.id, lowered).spaced();
    }
    map.put("jobs", jobs).spaced();
    if let Some(Node::Map(verbatim)) = github.verbatim.as_ref().map(Tree::to_yaml) {
        put_over(&mut map, verbatim);
    }
    map
}

/// Puts keys over those that are there, maps into each other.
fn put_over(map: &mut Map, over: Map) {
    for entry in over.entries {
        match (map.entries.iter_mut().find(|there| there.key == entry.key), entry.value) {
            (Some(yaml::Entry { value: Node::Map(there), .. }), Node::Map(inner)) => put_over(there, inner),
            (Some(there), value) => there.value = value,
            (None, value) => {
                map.put(&entry.key, value);
            }
        }
    }
}

/// `defaults.run`, with `shell: bash` unless another is named: written out, it stops at the first failure inside a pipe as well.
fn defaults(lowering: &mut Lowering<'_>) -> Map {
    let mut run = Map::new();
    let written = lowering.pipeline.defaults.as_ref();
    let shell = written.and_then(|defaults| defaults.shell.as_ref());
    run.put("shell", shell.map_or_else(|| "bash".to_owned(), |shell| plain(lowering, shell)));
    let directory = written.and_then(|defaults| defaults.directory.as_ref());
    run.put_some("working-directory", directory.map(|directory| plain(lowering, directory)));
    let mut defaults = Map::new();
    defaults.put("run", run);
    defaults
}

/// A text in which the forge works nothing out.
fn plain(lowering: &mut Lowering<'_>, value: &At<Value>) -> String {
    if let Some(reference) = value.references().next() {
        let message = "what all jobs start from is worked out by nobody".to_owned();
        let help = "write a text, or say it in the jobs".to_owned();
        lowering.refuse("reference-unavailable", reference.origin, message, help, "defaults");
    }
    lowering.text(Key::Workflow, value)
}
