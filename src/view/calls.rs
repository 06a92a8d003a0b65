//! Which pipelines call which: walked without ever going round in a circle.

use std::collections::BTreeSet;

use crate::origin::At;
use crate::pipeline::surroundings::Concurrency;
use crate::pipeline::{Pipeline, Project};

/// The pipelines that a run of this one brings along, itself first, each once.
pub(crate) fn reached<'a>(project: &'a Project, pipeline: &'a Pipeline) -> Vec<&'a Pipeline> {
    let mut seen = BTreeSet::from([pipeline.id.as_str()]);
    let mut found = vec![pipeline];
    let mut next = 0;
    while let Some(current) = found.get(next).copied() {
        next += 1;
        for call in current.jobs.values().filter_map(|job| job.call()) {
            if let Some(callee) = project.callee(call)
                && seen.insert(&callee.id)
            {
                found.push(callee);
            }
        }
    }
    found
}

/// The groups of a pipeline and of its jobs.
pub(crate) fn groups(pipeline: &Pipeline) -> Vec<&At<Concurrency>> {
    pipeline.concurrency.iter().chain(pipeline.jobs.values().filter_map(|job| job.concurrency.as_ref())).collect()
}
