//! Stages: what people see beside each other. Nothing waits for a stage, since every job says what it needs.

use std::collections::HashMap;

use crate::pipeline::{Job, Pipeline};

/// The stages of a document in their order, and each job's.
#[derive(Debug, Default)]
pub(super) struct Stages {
    named: Vec<String>,
    deepest: usize,
}

impl Stages {
    /// With the stages a project declares.
    pub(super) fn declared(names: impl Iterator<Item = String>) -> Self {
        Self { named: names.collect(), deepest: 0 }
    }

    /// The stage of a job: the one it names, or one for how many jobs come before it.
    pub(super) fn of(&mut self, pipeline: &Pipeline, job: &Job) -> String {
        if let Some(stage) = &job.stage {
            if !self.named.contains(stage) {
                self.named.push(stage.value.clone());
            }
            return stage.value.clone();
        }
        let depth = depth(pipeline, job, &mut HashMap::new());
        self.deepest = self.deepest.max(depth);
        numbered(depth)
    }

    /// Every stage in its order: those with names, and after them those that are numbered.
    pub(super) fn all(&self) -> Vec<String> {
        self.named.iter().cloned().chain((1..=self.deepest).map(numbered)).collect()
    }
}

fn numbered(depth: usize) -> String {
    format!("step-{depth}")
}

/// How many jobs follow each other up to this one, itself counted; a circle of needs ends where it closes.
fn depth<'a>(pipeline: &'a Pipeline, job: &'a Job, known: &mut HashMap<&'a str, usize>) -> usize {
    if let Some(depth) = known.get(job.id.as_str()) {
        return *depth;
    }
    known.insert(&job.id, 1);
    let needs = job.needs.iter().filter_map(|need| pipeline.jobs.get(&need.value));
    let depth = 1 + needs.map(|need| depth(pipeline, need, known)).max().unwrap_or(0);
    known.insert(&job.id, depth);
    depth
}
