//! What every part of a workflow is lowered with: what the project's pipelines share, the place in the pipeline, and what cannot be written.

use indexmap::IndexMap;

use super::expression::Scope;
use crate::backend::told::Told;
use crate::origin::{At, Origin};
use crate::pipeline::backends::Forge;
use crate::pipeline::github::action;
use crate::pipeline::key::Key;
use crate::pipeline::project::{Pin, Runner};
use crate::pipeline::uses::{Foreign, Used, is_commit};
use crate::pipeline::value::Bindings;
use crate::pipeline::{Condition, Duration, Job, Part, Pipeline, Project, Reference, Step, Value, Words};
use crate::yaml::{Map, Node};

/// What all pipelines of a project share. Nothing else of the project is known here: a workflow hangs on no other pipeline, and what
/// was written of one may be taken again whatever becomes of the others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shared<'a> {
    /// The file it is said in.
    source: &'a str,
    pins: &'a IndexMap<String, Pin>,
    images: &'a IndexMap<String, At<String>>,
    pub(super) runners: &'a IndexMap<String, Runner>,
    pub(super) default_runner: &'a str,
    pub(super) default_branch: &'a str,
}

impl<'a> Shared<'a> {
    pub(super) fn of(project: &'a Project) -> Self {
        Self {
            source: &project.source,
            pins: &project.pins,
            images: &project.images,
            runners: &project.runners,
            default_runner: &project.default_runner.value,
            default_branch: &project.default_branch.value,
        }
    }
}

/// Where the writing of a pipeline has got to, and what it found in the way.
#[derive(Debug)]
pub(super) struct Lowering<'a> {
    pub(super) shared: Shared<'a>,
    pub(super) pipeline: &'a Pipeline,
    /// The job that is being written.
    pub(super) job: Option<&'a Job>,
    /// What was told of it.
    pub(super) told: Told,
}

/// An action as `uses` names it, and the version for people.
#[derive(Clone, Debug, Default)]
pub(super) struct Action {
    pub(super) reference: String,
    pub(super) version: Option<String>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(shared: Shared<'a>, pipeline: &'a Pipeline) -> Self {
        Self { shared, pipeline, job: None, told: Told::new(Forge::GitHub, pipeline.identity()) }
    }

    /// Whether nothing is to be written that the pipeline does not say.
    pub(super) const fn is_as_written(&self) -> bool {
        self.pipeline.github.as_written
    }

    /// Goes to a job, or to a step of it.
    pub(super) fn enter(&mut self, job: &'a Job, step: Option<&Step>) {
        self.job = Some(job);
        self.told.identity = step.map_or_else(|| self.pipeline.job_identity(job), |step| self.pipeline.step_identity(job, step));
    }

    /// Says what cannot be written.
    pub(super) fn refuse(&mut self, rule: &str, origin: Origin, message: String, help: String, key: &str) {
        self.told.refuse(rule, origin, message, help, key);
    }

    /// Says that a construct is not what it is elsewhere, by the id of its row among [`crate::loss::constructs`].
    pub(super) fn lose(&mut self, construct: &str, origin: Origin) {
        self.told.lose(construct, origin);
    }

    /// A value as text of the workflow.
    pub(super) fn text(&mut self, key: Key, value: &At<Value>) -> String {
        self.look(key, value);
        match self.settled(key, value) {
            Some(settled) => self.scope(key).text(&settled),
            None => self.scope(key).text(value),
        }
    }

    /// A value as a scalar: a number or a flag stays one.
    pub(super) fn scalar(&mut self, key: Key, value: &At<Value>) -> Node {
        self.look(key, value);
        match self.settled(key, value) {
            Some(settled) => self.scope(key).scalar(&settled),
            None => self.scope(key).scalar(value),
        }
    }

    /// The value with the words of the forge in place of its conditions, if it has some.
    fn settled(&mut self, key: Key, value: &At<Value>) -> Option<Value> {
        value.conditions().next()?;
        let part = |part: &At<Part>| match &part.value {
            Part::When(when) => {
                let text = self.condition(key, when);
                let words = Words::parse(&text).map(Reference::Raw);
                At::new(words.map_or(Part::Text(text), Part::Reference), part.origin)
            }
            _ => part.clone(),
        };
        Some(Value { parts: value.parts.iter().map(part).collect() })
    }

    /// Names and values.
    pub(super) fn bindings(&mut self, key: Key, bindings: &Bindings) -> Map {
        let mut map = Map::new();
        for (name, binding) in bindings {
            map.put(name, self.scalar(key, &binding.value));
        }
        map
    }

    /// Several values, a line each.
    pub(super) fn lines(&mut self, key: Key, values: &[At<Value>]) -> String {
        let lines: Vec<String> = values.iter().map(|value| self.text(key, value)).collect();
        lines_of(&lines)
    }

    /// A condition as the text of `if`.
    pub(super) fn condition(&mut self, key: Key, condition: &At<Condition>) -> String {
        super::condition::lower(self, key, condition)
    }

    /// What an expression at that key may look at, and how this job's parts are named there.
    pub(super) fn scope(&self, key: Key) -> Scope {
        Scope { key, shards: self.job.and_then(|job| job.shards.as_ref()).map(|shards| shards.value) }
    }

    /// Says which parts of a value the forge does not know at that key.
    pub(super) fn look(&mut self, key: Key, value: &At<Value>) {
        for reference in value.references() {
            self.look_at(key, &reference.map(Clone::clone));
        }
    }

    /// The same for one reference, or for the words of a condition.
    pub(super) fn look_at(&mut self, key: Key, reference: &At<Reference>) {
        let key = if self.pipeline.is_action() { key.in_action() } else { key };
        for unavailable in key.unavailable(&reference.value) {
            let name = unavailable.name();
            let message = format!("`{name}` is not known in {}", key.words());
            let help = format!("known there: {}", key.contexts().join(", "));
            self.refuse("reference-unavailable", reference.origin, message, help, &name);
        }
    }

    /// Minutes, if the duration is a whole number of them: the forge knows nothing finer.
    pub(super) fn minutes(&mut self, duration: &At<Duration>) -> Option<Node> {
        let minutes = duration.whole_minutes().and_then(|minutes| u32::try_from(minutes).ok());
        if minutes.is_none() {
            let up = Duration::minutes(duration.as_seconds().div_ceil(60));
            let message = format!("{} is not a whole number of minutes", duration.value);
            let help = format!("GitHub counts timeouts in minutes: write \"{up}\"");
            self.refuse("duration-not-whole-minutes", duration.origin, message, help, "timeout");
        }
        minutes.map(Node::from)
    }

    /// An action at its pinned revision.
    pub(super) fn action(&mut self, path: &str, origin: Origin) -> Action {
        match Used::of(path) {
            _ if self.is_as_written() && self.has_no_pin(path) => Action { reference: path.to_owned(), version: None },
            Used::Own(path) => Action { reference: format!("$/{path}"), version: None },
            Used::Image(image) => Action { reference: format!("docker://{}", self.image(image, origin)), version: None },
            Used::Foreign(Foreign { path, revision: None }) => self.pinned(path, origin),
            Used::Foreign(Foreign { path: alone, revision: Some(_) }) => {
                let message = format!("`{path}` has no pin in the project");
                let help = format!("write `{alone}` alone: its version stands in the table of pins");
                self.refuse("unpinned-uses", origin, message, help, path);
                Action::default()
            }
        }
    }

    /// Whether what `uses` names is written as it stands, since the table of pins says nothing of it.
    fn has_no_pin(&self, path: &str) -> bool {
        match Used::of(path) {
            Used::Foreign(Foreign { revision: None, .. }) => false,
            Used::Image(image) => !self.shared.images.contains_key(image),
            Used::Own(_) | Used::Foreign(_) => true,
        }
    }

    /// Something of another repository, at its pin.
    fn pinned(&mut self, path: &str, origin: Origin) -> Action {
        let repository = Foreign { path, revision: None }.repository();
        if let Some(pin) = self.shared.pins.get(repository) {
            return Action { reference: format!("{path}@{}", pin.revision.value), version: Some(pin.version.value.clone()) };
        }
        let message = format!("`{repository}` has no pin in the project");
        self.refuse("unpinned-uses", origin, message, action::advice(repository, self.shared.source), repository);
        Action::default()
    }

    /// An image that may be worked out when the pipeline runs: whether that is exact is a rule's to say.
    pub(super) fn image_value(&mut self, image: &At<Value>) -> String {
        match image.plain() {
            Some(name) => self.image(name, image.origin),
            None => self.text(Key::Container, image),
        }
    }

    /// A workflow of another repository, at the revision it is written with or at its pin.
    pub(super) fn workflow(&mut self, foreign: Foreign<'_>, origin: Origin) -> Action {
        let path = foreign.path;
        let Some(revision) = foreign.revision else { return self.pinned(path, origin) };
        if !is_commit(revision) && !self.is_as_written() {
            let repository = foreign.repository();
            let message = format!("`{repository}` is called at `{revision}`, which can be moved");
            self.refuse("unpinned-uses", origin, message, "write the commit's 40 hexadecimal digits".to_owned(), repository);
        }
        Action { reference: format!("{path}@{revision}"), version: None }
    }

    /// An image with its digest: by its short name in the project, or written whole.
    pub(super) fn image(&mut self, name: &str, origin: Origin) -> String {
        if self.is_as_written() && !self.shared.images.contains_key(name) {
            return name.to_owned();
        }
        self.told.image(self.shared.images, self.shared.source, name, origin)
    }
}

/// Texts, a line each.
pub(super) fn lines_of(lines: &[String]) -> String {
    if let [line] = lines {
        return line.clone();
    }
    lines.iter().fold(String::new(), |text, line| text + line + "\n")
}
