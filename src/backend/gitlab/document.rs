//! Whole files: the root, and a pipeline that others call.

use super::lowering::Lowering;
use super::stage::Stages;
use super::trigger::{self, Start};
use super::{job, rules, script, words};
use crate::pipeline::backends::GitLab;
use crate::yaml::{Entry, Map, Node};

/// `.gitlab-ci.yml` while the pipelines are added to it.
#[derive(Debug)]
pub(super) struct Root {
    /// What the project says of the file, and those of its pipelines that have a place in it.
    words: Map,
    workflow: Map,
    starts: Vec<Start>,
    stages: Stages,
    jobs: Map,
}

impl Root {
    pub(super) fn new(settings: &GitLab) -> Self {
        let mut workflow = Map::new();
        let words = words::file(None, &settings.file, &mut workflow);
        let stages = Stages::declared(settings.stages.iter().map(|stage| stage.value.clone()));
        Self { words, workflow, starts: Vec::new(), stages, jobs: Map::new() }
    }

    /// Adds the jobs of a pipeline that something starts.
    pub(super) fn add(&mut self, lowering: &mut Lowering<'_>) {
        let starts = trigger::starts(lowering);
        if starts.is_empty() {
            return;
        }
        if let Some(file) = &lowering.pipeline.gitlab {
            let file = words::shared(lowering, file);
            let templates = words::file(Some(lowering), &file, &mut self.workflow);
            templates.entries.into_iter().for_each(|entry| words::join(&mut self.words, entry));
        }
        put_jobs(lowering, &starts, &mut self.stages, &mut self.jobs);
        self.starts.extend(starts);
    }

    /// The whole file, without its header.
    pub(super) fn finish(self) -> Map {
        let mut workflow = self.workflow;
        if workflow.get("rules").is_none() {
            workflow.put("rules", rules::workflow(&self.starts));
        }
        put_together(self.words, workflow, &self.stages, self.jobs)
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
    let file = lowering.pipeline.gitlab.as_ref();
    let words = file.map_or_else(Map::new, |file| words::file(Some(lowering), file, &mut workflow));
    put_together(words, workflow, &stages, jobs)
}

fn put_jobs<'a>(lowering: &mut Lowering<'a>, starts: &[Start], stages: &mut Stages, jobs: &mut Map) {
    let pipeline = lowering.pipeline;
    for written in pipeline.jobs.values() {
        let lowered = job::lower(lowering, written, stages, starts);
        let name = lowering.name_of(&written.id);
        jobs.put(&name, lowered).spaced();
    }
}

fn put_together(words: Map, workflow: Map, stages: &Stages, jobs: Map) -> Map {
    let (templates, entries) = words.entries.into_iter().partition::<Vec<Entry>, _>(|entry| entry.key.starts_with('.'));
    let mut map = Map { entries };
    map.put("workflow", workflow);
    map.put("stages", Node::from(stages.all())).spaced();
    map.put(script::SHARED, script::shared()).spaced();
    map.entries.extend(templates);
    map.entries.extend(jobs.entries);
    map
}
