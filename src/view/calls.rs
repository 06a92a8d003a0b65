//! Which pipelines call which: walked without ever going round in a circle.

use std::collections::BTreeSet;

use crate::origin::At;
use crate::pipeline::surroundings::Concurrency;
use crate::pipeline::{Pipeline, Project};

/// What to do about pipelines that call too many others.
pub(crate) const APART: &str = "call them side by side, or start some of them by an event of their own";

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

/// The longest chain of calls from here, one more than `levels` at most; one that goes in a circle is another rule's, and ends where it
/// closes.
fn longest<'a>(project: &'a Project, from: &'a Pipeline, levels: usize) -> Vec<&'a Pipeline> {
    below(project, from, levels, &mut Vec::new())
}

fn below<'a>(project: &'a Project, from: &'a Pipeline, levels: usize, open: &mut Vec<&'a str>) -> Vec<&'a Pipeline> {
    // Beyond the limit there is nothing more to learn, and a wide tree of calls is not walked to its end.
    if open.contains(&from.id.as_str()) || open.len() > levels {
        return Vec::new();
    }
    open.push(&from.id);
    let mut callees: Vec<&Pipeline> = Vec::new();
    for callee in from.jobs.values().filter_map(|job| project.callee(job.call()?)) {
        if !callees.iter().any(|one| one.id == callee.id) {
            callees.push(callee);
        }
    }
    let longest = callees.into_iter().map(|callee| below(project, callee, levels, open)).max_by_key(Vec::len);
    open.pop();
    std::iter::once(from).chain(longest.unwrap_or_default()).collect()
}

/// The chain of calls that begins at each pipeline an event starts, if it goes deeper than `levels`, and how it is named.
pub(crate) fn too_deep(project: &Project, levels: usize) -> impl Iterator<Item = (&Pipeline, usize, String)> {
    let begins = project.pipelines.iter().filter(|pipeline| !pipeline.on.events().is_empty());
    begins.filter_map(move |pipeline| {
        let path = longest(project, pipeline, levels);
        let names: Vec<&str> = path.iter().map(|one| one.id.as_str()).collect();
        (path.len() > levels).then(|| (pipeline, path.len(), names.join(" → ")))
    })
}

/// The groups of a pipeline and of its jobs.
pub(crate) fn groups(pipeline: &Pipeline) -> Vec<&At<Concurrency>> {
    pipeline.concurrency.iter().chain(pipeline.jobs.values().filter_map(|job| job.concurrency.as_ref())).collect()
}
