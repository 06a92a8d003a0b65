//! Runs that outsiders start and that have the repository's own rights all the same: its secrets, its token, its cache.

use std::collections::BTreeMap;

use super::Scope;
use super::calls::reached;
use super::scope::may_run;
use crate::origin::Origin;
use crate::pipeline::trigger::Event;
use crate::pipeline::{Job, Pipeline};

/// What starts such a run, and where that is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    /// By what.
    pub(crate) event: Event,
    /// Where the event is written.
    pub(crate) origin: Origin,
}

/// Every job that may run so by an event of some, in the pipeline that is started or in one it calls, each once for each event.
pub(crate) fn jobs<'a>(scope: &Scope<'a>, of: impl Fn(Event) -> bool) -> Vec<(Start, &'a Pipeline, &'a Job)> {
    let mut all = Vec::new();
    for pipeline in &scope.project.pipelines {
        for event in pipeline.on.events().into_iter().filter(|event| of(*event)) {
            let Some(origin) = pipeline.on.origin(event) else { continue };
            let start = Start { event, origin };
            for one in called(scope, pipeline, event).into_values() {
                let jobs = one.jobs.values().filter(|job| may_run(job.when.as_ref(), event));
                all.extend(jobs.map(|job| (start, one, job)));
            }
        }
    }
    all
}

/// The pipelines that an event brings to run: the one it starts, and those that its jobs call.
fn called<'a>(scope: &Scope<'a>, pipeline: &'a Pipeline, event: Event) -> BTreeMap<&'a str, &'a Pipeline> {
    let mut found = BTreeMap::from([(pipeline.id.as_str(), pipeline)]);
    for job in pipeline.jobs.values().filter(|job| may_run(job.when.as_ref(), event)) {
        let callee = job.call().and_then(|call| scope.project.callee(call));
        for one in callee.into_iter().flat_map(|callee| reached(scope.project, callee)) {
            found.insert(&one.id, one);
        }
    }
    found
}
