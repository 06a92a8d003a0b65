//! Whole files: the root, and a pipeline that others call.

use super::lowering::Lowering;
use super::stage::Stages;
use super::trigger::{self, Start};
use super::{job, rules, script};
use crate::pipeline::Project;
use crate::pipeline::backends::GitLab;
use crate::yaml::{Map, Node};

/// `.gitlab-ci.yml` while the pipelines are added to it.
#[derive(Debug)]
pub(super) struct Root {
    starts: Vec<Start>,
    stages: Stages,
    jobs: Map,
}

impl Root {
    pub(super) fn new(_project: &Project, settings: &GitLab) -> Self {
        let stages = Stages::declared(settings.stages.iter().map(|stage| stage.value.clone()));
        Self { starts: Vec::new(), stages, jobs: Map::new() }
    }

    /// Adds the jobs of a pipeline that something starts.
    pub(super) fn add(&mut self, lowering: &mut Lowering<'_>) {
        let starts = trigger::starts(lowering);
        if starts.is_empty() {
            return;
        }
        put_jobs(lowering, &starts, &mut self.stages, &mut self.jobs);
        self.starts.extend(starts);
    }

    /// The whole file, without its header.
    pub(super) fn finish(self) -> Map {
        let mut workflow = Map::new();
        workflow.put("rules", rules::workflow(&self.starts));
        put_together(workflow, &self.stages, self.jobs)
    }
}

/// The file of a pipeline as others call it.
pub(super) fn called(lowering: &mut Lowering<'_>) -> Map {
    let starts = trigger::starts(lowering);
    let mut stages = Stages::default();
    let mut jobs = Map::new();
    put_jobs(lowering, &starts, &mut stages, &mut jobs);
    let mut always = Map::new();
    always.put("when", "always");
    let mut workflow = Map::new();
    workflow.put("rules", vec![always]);
    put_together(workflow, &stages, jobs)
}

fn put_jobs<'a>(lowering: &mut Lowering<'a>, starts: &[Start], stages: &mut Stages, jobs: &mut Map) {
    let pipeline = lowering.pipeline;
    for written in pipeline.jobs.values() {
        let lowered = job::lower(lowering, written, stages, starts);
        let name = lowering.name_of(&written.id);
        jobs.put(&name, lowered).spaced();
    }
}

fn put_together(workflow: Map, stages: &Stages, jobs: Map) -> Map {
    let mut map = Map::new();
    map.put("workflow", workflow);
    map.put("stages", Node::from(stages.all())).spaced();
    map.put(script::SHARED, script::shared()).spaced();
    map.entries.extend(jobs.entries);
    map
}
