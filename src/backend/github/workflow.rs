//! A pipeline as the tree of a workflow file.

use super::expression::literal;
use super::lowering::Lowering;
use super::{job, surroundings, trigger};
use crate::pipeline::key::Key;
use crate::yaml::Map;

/// The whole file, without its header.
///
/// Nothing is left to a default of the forge that is wider than needed: no permission but a job's own, no run beside
/// another of its group, and a shell in which the failure of any command of a pipe is a failure.
pub(super) fn lower(lowering: &mut Lowering<'_>) -> Map {
    let pipeline = lowering.pipeline;
    let mut map = Map::new();
    let github = &pipeline.github;
    map.put("name", pipeline.name.value.as_str());
    let description = pipeline.description.as_ref().filter(|_| github.describes_itself);
    map.put_some("description", description.map(|text| literal(text)));
    map.put_some("run-name", github.run_name.as_ref().map(|name| lowering.text(Key::Workflow, name)));
    let on = trigger::lower(lowering);
    map.put("on", on).bare().spaced();
    map.put("permissions", Map::new()).spaced();
    // A pipeline that is only called runs under its caller's name: one group for all its calls would lose runs.
    if pipeline.concurrency.is_some() || !pipeline.on.events().is_empty() {
        let written = pipeline.concurrency.as_ref();
        let concurrency = surroundings::concurrency(lowering, Key::WorkflowConcurrency, &pipeline.id, written);
        map.put("concurrency", concurrency).spaced();
    }
    let env = lowering.bindings(Key::WorkflowEnv, &pipeline.env);
    if !env.is_empty() {
        map.put("env", env).spaced();
    }
    map.put("defaults", shell()).spaced();
    let mut jobs = Map::new();
    for job in pipeline.jobs.values() {
        let lowered = job::lower(lowering, job);
        jobs.put(&job.id, lowered).spaced();
    }
    map.put("jobs", jobs).spaced();
    map
}

/// `defaults.run.shell: bash`: written out, it stops at the first failure inside a pipe as well.
fn shell() -> Map {
    let mut run = Map::new();
    run.put("shell", "bash");
    let mut defaults = Map::new();
    defaults.put("run", run);
    defaults
}
