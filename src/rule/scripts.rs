//! The scripts of a project that a POSIX shell runs, each with the step it is in.

use super::{Scope, shell};
use crate::origin::Origin;
use crate::pipeline::step::Kind;
use crate::pipeline::value::Binding;
use crate::pipeline::{Job, Pipeline, Step};

/// A script and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Script<'a> {
    /// The pipeline.
    pub(super) pipeline: &'a Pipeline,
    /// The job.
    pub(super) job: &'a Job,
    /// The step.
    pub(super) step: &'a Step,
    /// The text.
    pub(super) text: &'a str,
    /// Where it is written.
    pub(super) origin: Origin,
}

/// The scripts that hold one of some texts. Reading commands takes time, and most scripts hold nothing a rule looks for.
pub(super) fn with_any<'a>(scope: &Scope<'a>, texts: &'static [&'static str]) -> impl Iterator<Item = Script<'a>> {
    scope.steps().filter_map(move |(pipeline, job, step)| {
        let Kind::Run(run) = &step.kind.value else { return None };
        let read = shell::is_posix(run.shell.as_ref().map(|shell| shell.value.as_str()));
        let holds = texts.iter().any(|text| run.script.contains(text));
        (read && holds).then_some(Script { pipeline, job, step, text: &run.script.value, origin: run.script.origin })
    })
}

impl<'a> Script<'a> {
    /// The environment of its commands, the nearest first.
    pub(super) fn environment(self) -> impl Iterator<Item = (&'a str, &'a Binding)> {
        let all = self.step.env.iter().chain(&self.job.env).chain(&self.pipeline.env);
        all.map(|(name, binding)| (name.as_str(), binding))
    }
}
