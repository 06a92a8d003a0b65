//! What every part of GitLab's pipeline is lowered with: the project, the place in it, what cannot be written, and what is lost.

use std::sync::Arc;

use super::ends::Ends;
use super::names::Names;
use super::script::Piece;
use crate::backend::told::Told;
use crate::origin::{At, Origin};
use crate::pipeline::backends::{Forge, GitLab};
use crate::pipeline::{Job, Pipeline, Project, Step};

/// Where a pipeline is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Beside the others: what starts it is in the rules of its jobs.
    Root,
    /// In a file of its own, for whoever calls it.
    Called,
    /// In a file of its own that is as it is written.
    Written,
}

impl Place {
    /// The name of a job there.
    pub(super) fn name_of(self, pipeline: &Pipeline, job: &str) -> String {
        match self {
            Self::Root => format!("{}/{job}", pipeline.id),
            Self::Called => job.to_owned(),
            // GitLab shows the names of a file as they are.
            Self::Written => pipeline.jobs.get(job).map_or(job, Job::title).to_owned(),
        }
    }
}

/// Where the writing of a pipeline has got to, and what it found in the way.
#[derive(Debug)]
pub(super) struct Lowering<'a> {
    pub(super) project: &'a Project,
    pub(super) settings: &'a GitLab,
    pub(super) pipeline: &'a Pipeline,
    pub(super) place: Place,
    /// The job that is being written.
    pub(super) job: Option<&'a Job>,
    /// How the jobs of the pipeline may end.
    pub(super) ends: Arc<Ends<'a>>,
    /// What was told of it.
    pub(super) told: Told,
    /// What the variables of ours stand for.
    pub(super) names: Names,
    /// What the script calls that is being written, or was last.
    pub(super) pieces: Vec<Piece>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(project: &'a Project, settings: &'a GitLab, pipeline: &'a Pipeline, place: Place) -> Self {
        Self {
            project,
            settings,
            pipeline,
            place,
            job: None,
            ends: Arc::new(Ends::of(pipeline)),
            told: Told::new(Forge::GitLab, pipeline.identity()),
            names: Names::default(),
            pieces: Vec::new(),
        }
    }

    /// Goes to a job, or to a step of it.
    pub(super) fn enter(&mut self, job: &'a Job, step: Option<&Step>) {
        self.job = Some(job);
        self.told.identity = step.map_or_else(|| self.pipeline.job_identity(job), |step| self.pipeline.step_identity(job, step));
    }

    /// Says what cannot be written, whatever a policy thinks of it.
    pub(super) fn refuse(&mut self, rule: &str, origin: Origin, message: String, help: String, key: &str) {
        self.told.refuse(rule, origin, message, help, key);
    }

    /// Says that a construct is not what it is elsewhere, by the id of its row among [`crate::loss::constructs`].
    pub(super) fn lose(&mut self, construct: &str, origin: Origin) {
        self.told.lose(construct, origin);
    }

    /// Does something that is about the whole pipeline, whichever of its jobs is being written: what it says is said once.
    pub(super) fn of_pipeline<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        let job = std::mem::replace(&mut self.told.identity, self.pipeline.identity());
        let done = act(self);
        self.told.identity = job;
        done
    }

    /// Says that the script calls something that jobs share.
    pub(super) fn call(&mut self, piece: Piece) {
        if !self.pieces.contains(&piece) {
            self.pieces.push(piece);
        }
    }

    /// The name of a job: its identity, or its id where no other pipeline is.
    pub(super) fn name_of(&self, job: &str) -> String {
        self.place.name_of(self.pipeline, job)
    }

    /// An image with its digest: by its short name in the project, or written whole.
    pub(super) fn image(&mut self, name: &str, origin: Origin) -> String {
        self.told.image(&self.project.images, &self.project.source, name, origin)
    }

    /// The same of an optional setting.
    pub(super) fn image_at(&mut self, name: Option<&At<String>>) -> Option<String> {
        name.map(|name| self.image(name, name.origin))
    }
}
