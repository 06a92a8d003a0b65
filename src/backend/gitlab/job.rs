//! One job.

use super::condition::Plan;
use super::lowering::Lowering;
use super::stage::Stages;
use super::{artifact, call, concurrency, image, needs, rules, script, step, value, words};
use crate::pipeline::Job;
use crate::pipeline::job::Body;
use crate::pipeline::step::Impact;
use crate::yaml::Map;

/// The map of a job.
pub(super) fn lower<'a>(lowering: &mut Lowering<'a>, job: &'a Job, stages: &mut Stages, plan: &Plan) -> Map {
    lowering.enter(job, None);
    let mut map = Map::new();
    map.put("stage", stages.of(lowering.pipeline, job));
    map.put("needs", needs::lower(lowering, job));
    map.put("rules", rules::lower(lowering, job, plan));
    concurrency::put(lowering, job, &mut map);
    match &job.body {
        Body::Steps(steps) => {
            map.entries.insert(0, extends());
            image::put(lowering, job, &mut map);
            map.put_some("timeout", job.timeout.as_ref().map(|timeout| timeout.value.to_string()));
            if job.impact.as_ref().is_some_and(|impact| impact.value == Impact::Warn) {
                map.put("allow_failure", true);
            }
            let mut variables = value::variables(lowering, &lowering.pipeline.env);
            variables.entries.extend(value::variables(lowering, &job.env).entries);
            variables.entries.extend(step::sources(lowering, job).entries);
            if !variables.is_empty() {
                map.put("variables", variables);
            }
            map.put("script", script::lower(lowering, job, steps));
            map.put_some("artifacts", artifact::lower(lowering, job));
        }
        Body::Call(call) => call::put(lowering, call, &mut map),
    }
    words::over(lowering, job, &mut map);
    map
}

fn extends() -> crate::yaml::Entry {
    let mut map = Map::new();
    map.put("extends", script::SHARED);
    map.entries.remove(0)
}
