//! What a job waits for.

use super::lowering::Lowering;
use crate::pipeline::Job;
use crate::yaml::{Map, Node};

/// The list of `needs`: always written, since a job without one waits for every job of an earlier stage.
pub(super) fn lower(lowering: &Lowering<'_>, job: &Job) -> Node {
    let need = |need: &str| {
        let mut map = Map::new();
        map.put("job", lowering.name_of(need));
        let conditional = lowering.pipeline.jobs.get(need).is_some_and(|needed| needed.when.is_some());
        if conditional {
            map.put("optional", true);
        }
        map
    };
    Node::from(job.needs.iter().map(|written| need(written)).collect::<Vec<Map>>())
}
