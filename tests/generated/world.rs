//! What may happen to a repository, and what a pipeline of the model does then: worked out here once more, by the words of its author.

use std::collections::BTreeMap;

use pipeward::pipeline::glob::{Glob, Subject, lets_in};
use pipeward::pipeline::trigger::{Event, Filter};
use pipeward::pipeline::{Condition, Job, Part, Pipeline, Reference};

use super::draw::Draw;

/// Something that happens.
#[derive(Clone, Debug)]
pub(crate) struct World {
    event: Event,
    /// The branch that is pushed to, or that a merge request comes from; none on a tag.
    branch: Option<&'static str>,
    /// The branch that a merge request goes to.
    target: &'static str,
    /// Whether a merge request comes from another project.
    fork: bool,
    /// Whether somebody or the clock asks for this pipeline and no other.
    asked: bool,
    variables: BTreeMap<&'static str, &'static str>,
}

const BRANCHES: &[&str] = &["main", "release/1", "feature/x", "mainland"];

impl World {
    pub(crate) fn draw(draw: &mut Draw<'_>) -> Self {
        let event = draw.one(&[Event::Push, Event::PullRequest, Event::Schedule, Event::Manual]);
        let branch = match event {
            Event::Schedule => Some("main"),
            Event::Push if draw.chance(4) => None,
            _ => Some(draw.one(BRANCHES)),
        };
        let mut variables = BTreeMap::new();
        for name in ["LEVEL", "REGION", "SIZE"] {
            match draw.below(3) {
                0 => {}
                1 => drop(variables.insert(name, "")),
                _ => drop(variables.insert(name, "it's $set")),
            }
        }
        Self { event, branch, target: draw.one(BRANCHES), fork: draw.chance(3), asked: !draw.chance(5), variables }
    }

    /// What GitLab knows then.
    pub(crate) fn variables(&self, pipeline: &str) -> BTreeMap<String, String> {
        let mut all = self.variables.clone();
        all.extend([("CI_DEFAULT_BRANCH", "main"), ("CI_PROJECT_ID", "7"), ("PIPEWARD_PIPELINE", "none")]);
        let this = if self.asked { pipeline } else { "another" };
        match self.event {
            Event::PullRequest => {
                all.insert("CI_PIPELINE_SOURCE", "merge_request_event");
                all.insert("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", self.target);
                all.insert("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", self.branch.expect("a branch"));
                all.insert("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", if self.fork { "8" } else { "7" });
            }
            Event::Schedule => all.extend([("CI_PIPELINE_SOURCE", "schedule"), ("PIPEWARD_SCHEDULE", this)]),
            Event::Manual => all.extend([("CI_PIPELINE_SOURCE", "web"), ("PIPEWARD_PIPELINE", this)]),
            _ => drop(all.insert("CI_PIPELINE_SOURCE", "push")),
        }
        if self.event != Event::PullRequest {
            all.insert(if self.branch.is_some() { "CI_COMMIT_BRANCH" } else { "CI_COMMIT_TAG" }, self.branch.unwrap_or("v1"));
        }
        all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Whether it starts the pipeline. A push that names its branches stands for merge requests from them, unless files narrow it.
    pub(crate) fn starts(&self, pipeline: &Pipeline) -> bool {
        let on = &pipeline.on;
        match self.event {
            Event::Schedule => self.asked && !on.schedule.is_empty(),
            Event::Manual => self.asked && on.manual.is_some(),
            Event::PullRequest => on.pull_request.as_ref().is_some_and(|pull| {
                let pushed = on.push.as_ref().filter(|push| push.paths.is_empty());
                let covered = !self.fork && pushed.is_some_and(|push| named(push, self.branch.expect("a branch")));
                named(pull, self.target) && !covered
            }),
            _ => on.push.as_ref().is_some_and(|push| self.branch.is_some_and(|branch| named(push, branch))),
        }
    }

    /// Whether a job of a pipeline that it starts runs, if everything before the job goes well or if something fails; nothing if only
    /// the run can tell.
    pub(crate) fn runs(&self, pipeline: &Pipeline, job: &Job, well: bool) -> Option<bool> {
        let Some(when) = &job.when else { return both(Some(well), self.met(pipeline, job)) };
        let holds = self.holds(when, well);
        if when.names_status() {
            holds
        } else if when.asks_for_failure() {
            None
        } else {
            both(both(Some(well), holds), self.met(pipeline, job))
        }
    }

    /// Whether everything that a job needs has run.
    fn met(&self, pipeline: &Pipeline, job: &Job) -> Option<bool> {
        job.needs.iter().map(|need| self.runs(pipeline, &pipeline.jobs[&need.value], true)).fold(Some(true), both)
    }

    fn holds(&self, condition: &Condition, well: bool) -> Option<bool> {
        let on_branch = self.branch.filter(|_| self.event != Event::PullRequest);
        Some(match condition {
            Condition::Always | Condition::NotCancelled => true,
            Condition::OnSuccess => well,
            Condition::OnFailure => !well,
            Condition::Event(events) => events.iter().any(|event| event.value == self.event),
            Condition::Branch(names) => on_branch.is_some_and(|branch| {
                names.iter().any(|name| Glob::parse(name, Subject::Name).expect("a pattern").matches(branch))
            }),
            Condition::DefaultBranch => on_branch == Some("main"),
            Condition::Tag => self.branch.is_none(),
            Condition::Present(value) => match value.parts.as_slice() {
                [part] => match &part.value {
                    Part::Reference(Reference::Variable(name)) => {
                        self.variables.get(name.as_str()).is_some_and(|value| !value.is_empty())
                    }
                    other => unreachable!("{other:?} is not drawn"),
                },
                other => unreachable!("{other:?} is not drawn"),
            },
            Condition::Result(..) => return None,
            Condition::All(inner) => return inner.iter().map(|inner| self.holds(inner, well)).fold(Some(true), both),
            Condition::Any(inner) => {
                return inner
                    .iter()
                    .map(|inner| self.holds(inner, well).map(|holds| !holds))
                    .fold(Some(true), both)
                    .map(|none| !none);
            }
            Condition::Not(inner) => return self.holds(inner, well).map(|holds| !holds),
            other => unreachable!("{other:?} is not drawn"),
        })
    }
}

/// Whether both hold, as far as it is known.
fn both(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn named(filter: &Filter, branch: &str) -> bool {
    let globs: Vec<Glob> =
        filter.branches.iter().map(|pattern| Glob::parse(pattern, Subject::Name).expect("a pattern")).collect();
    globs.is_empty() || lets_in(&globs, branch)
}
