//! The model: what every rule, every backend and `show` see of a project.
//!
//! Every value carries its origin. Reading never stops at the first fault and never panics.

pub mod action;
pub mod backends;
pub mod call;
pub mod condition;
pub mod container;
pub mod context;
pub mod data;
pub mod deduce;
pub mod duration;
#[cfg(test)]
pub(crate) mod fixture;
pub mod github;
pub mod gitlab;
pub mod given;
pub mod glob;
pub mod job;
pub mod key;
pub mod matrix;
pub mod moment;
pub mod permission;
pub mod project;
pub mod reader;
pub mod retry;
pub mod runner;
pub mod step;
pub mod surroundings;
pub mod trigger;
pub mod update;
pub mod uses;
pub mod value;
pub mod version;
pub mod words;

use indexmap::IndexMap;

pub use self::condition::Condition;
pub use self::duration::{Duration, Retention};
use self::github::Workflow;
use self::github::workflow::Ours;
pub use self::job::{Body, Call, Job};
pub use self::project::Project;
use self::reader::is_identifier;
pub use self::reader::{Place, Reader};
pub use self::step::Step;
use self::surroundings::{Concurrency, Defaults};
use self::trigger::Triggers;
use self::value::Bindings;
pub use self::value::{Part, Reference, Value};
pub use self::words::Words;
use crate::finding::Identity;
use crate::origin::{At, Origin};

/// One pipeline: what starts it and the jobs it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// Its id: the file's stem or the record's key, `_` read as `-`.
    pub id: String,
    /// The file it is written in, from the project's root: what the header of the emitted file names.
    pub source: String,
    /// The whole of it.
    pub origin: Origin,
    /// What people call it.
    pub name: At<String>,
    /// What it is for.
    pub description: Option<At<String>>,
    /// The feedback time promised.
    pub budget: Option<At<Duration>>,
    /// What starts it.
    pub on: Triggers,
    /// Where the triggers are written.
    pub on_origin: Origin,
    /// What may not run at the same time.
    pub concurrency: Option<At<Concurrency>>,
    /// The environment of all its jobs.
    pub env: Bindings,
    /// What the commands of all its jobs start from.
    pub defaults: Option<Defaults>,
    /// What only GitHub knows of it.
    pub github: Workflow,
    /// What is said of it in GitLab's own words.
    pub gitlab: Option<gitlab::file::File>,
    /// Its jobs, in the author's order.
    pub jobs: IndexMap<String, Job>,
    /// Where a text that nothing evaluates holds an expression: the names and indices from the pipeline to it.
    pub unevaluated: Vec<At<Vec<String>>>,
    /// Whether it is started, or used as a step.
    pub form: Form,
}

/// What a pipeline is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// To be started by an event or called by another one.
    Pipeline,
    /// To hold the steps of an action, which stand in the one job of a pipeline of their own.
    Action,
}

const FIELDS: &[&str] = &["name", "description", "budget", "on", "concurrency", "env", "defaults", "github", "gitlab", "jobs"];

impl Pipeline {
    /// Whether it is no real one, but what the steps of an action stand in.
    #[must_use]
    pub fn is_action(&self) -> bool {
        self.form == Form::Action
    }

    /// Its identity.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity::of(&self.id)
    }

    /// Where its file for GitLab lies, if it is one of its own that says what the pipeline says and nothing more.
    #[must_use]
    pub fn gitlab_file(&self) -> Option<&str> {
        self.gitlab.as_ref().and_then(gitlab::file::File::path)
    }

    /// Whether it is written for GitLab alone: as it is written there, and not on GitHub.
    #[must_use]
    pub fn is_of_gitlab(&self) -> bool {
        self.gitlab_file().is_some() && !self.github.as_written
    }

    /// What its workflow's file is called.
    #[must_use]
    pub fn file_name(&self) -> String {
        self.github.file.as_ref().map_or_else(|| format!("{}.yml", self.id), |file| file.value.clone())
    }

    /// The identity of one of its jobs.
    #[must_use]
    pub fn job_identity(&self, job: &Job) -> Identity {
        self.identity().part(&job.id)
    }

    /// The identity of a step of one of its jobs.
    #[must_use]
    pub fn step_identity(&self, job: &Job, step: &Step) -> Identity {
        self.job_identity(job).part(&step.identity)
    }

    /// Reads one pipeline.
    pub fn read(reader: &mut Reader, place: &Place<'_>, id: &str, source: &str) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        identify(reader, place, id, source);
        reader.known(place, FIELDS);
        reader.as_written = gitlab::file::is_as_written(place);
        let raw = place.get("github");
        let raw_on = raw.as_ref().and_then(|raw| raw.node.field("on"));
        let mut on = read_triggers(reader, place);
        let budget = place.get("budget").and_then(|field| Duration::read(reader, &field));
        let mut jobs = read_jobs(reader, place);
        let mut concurrency = place.get("concurrency").and_then(|field| Concurrency::read(reader, &field));
        let mut description = reader.text_of(place, "description");
        let mut env = Value::environment(reader, place);
        let mut defaults = place.get("defaults").and_then(|field| Defaults::read(reader, &field));
        let ours = Ours {
            on: &mut on,
            description: &mut description,
            concurrency: &mut concurrency,
            env: &mut env,
            defaults: &mut defaults,
        };
        let github = Workflow::read(reader, place, ours);
        jobs.values_mut().for_each(|job| github.grant(job));
        Some(Self {
            id: id.to_owned(),
            source: source.to_owned(),
            origin: place.origin(),
            description,
            budget,
            on_origin: place.node.field("on").or(raw_on).map_or_else(|| place.origin(), |field| field.key),
            on,
            concurrency,
            env,
            defaults,
            github,
            gitlab: gitlab::file::File::of_pipeline(reader, place),
            jobs,
            name: reader.required(place, "name")?,
            unevaluated: reader.unevaluated(place),
            form: Form::Pipeline,
        })
    }

    /// Reads a file of GitLab's, whose jobs stand in `jobs` and everything else in `gitlab`. It may hold no job at all, jobs of any
    /// name, and nothing that starts it.
    pub fn of_gitlab(reader: &mut Reader, place: &Place<'_>, id: &str, source: &str) -> Self {
        let mut jobs = IndexMap::new();
        if let Some(written) = place.get("jobs") {
            for (field, here) in written.fields() {
                jobs.insert(field.name.clone(), Job::of_gitlab(reader, &here, field));
            }
        }
        gitlab::job::link(&mut jobs);
        Self {
            id: id.to_owned(),
            source: source.to_owned(),
            origin: place.origin(),
            name: At::new(source.to_owned(), place.origin()),
            description: None,
            budget: None,
            on: Triggers::default(),
            on_origin: place.origin(),
            concurrency: None,
            env: Bindings::new(),
            defaults: None,
            github: Workflow::default(),
            gitlab: gitlab::file::File::of_file(reader, place),
            jobs,
            unevaluated: Vec::new(),
            form: Form::Pipeline,
        }
    }

    /// Reads the pipelines of a file: those of a record of pipelines, their ids from its keys, else one with the file's `stem`.
    pub fn read_file(reader: &mut Reader, place: &Place<'_>, stem: &str, source: &str) -> Vec<Self> {
        if !reader.is_record(place) {
            return Vec::new();
        }
        if !is_record_of_pipelines(place) {
            return Self::read(reader, place, &id(stem), source).into_iter().collect();
        }
        if !reader.countable(place, "pipelines") {
            return Vec::new();
        }
        place.fields().filter_map(|(field, here)| Self::read(reader, &here, &id(&field.name), source)).collect()
    }
}

/// Holds an id to what one may be: that of a file is told as its name.
fn identify(reader: &mut Reader, place: &Place<'_>, id: &str, source: &str) {
    if !is_identifier(id) && place.path().is_empty() {
        let message = format!("expected a file that is named by an id, got {source}");
        reader.misnamed(place, place.origin(), message, "rename the file: letters, digits, _ and -, a letter first, then .ncl");
    } else {
        reader.identifier(place, place.origin(), id);
    }
}

/// What starts a pipeline; something must, in our words or in GitHub's.
fn read_triggers(reader: &mut Reader, place: &Place<'_>) -> Triggers {
    let raw = place.get("github");
    let on = place.get("on").map_or_else(Triggers::default, |on| Triggers::read(reader, &on));
    let (here, there) = (place.get("on"), raw.as_ref().and_then(|raw| raw.get("on")));
    if reader.as_written && here.is_none() {
        return on;
    }
    if here.is_none() && there.is_none() {
        reader.missing(place, "on", "write on.pull_request = {} or another trigger");
    }
    let empty = |place: Option<&Place<'_>>| place.is_none_or(|place| place.node.fields().is_some_and(<[_]>::is_empty));
    if let Some(written) = here.as_ref().or(there.as_ref()).filter(|_| empty(here.as_ref()) && empty(there.as_ref())) {
        reader.empty(written, "a pipeline needs something that starts it", "write on.pull_request = {} or another trigger");
    }
    on
}

/// The jobs of a pipeline; it needs one.
fn read_jobs(reader: &mut Reader, place: &Place<'_>) -> IndexMap<String, Job> {
    match place.get("jobs") {
        Some(jobs) if !reader.as_written && jobs.node.fields().is_some_and(<[_]>::is_empty) => {
            reader.empty(&jobs, "a pipeline needs a job", "write jobs.test = { timeout = \"10m\", steps = [ … ] }");
            IndexMap::new()
        }
        Some(jobs) if reader.is_record(&jobs) && reader.countable(&jobs, "jobs") => Job::read_all(reader, &jobs),
        Some(_) => IndexMap::new(),
        None => {
            reader.missing(place, "jobs", "write jobs.test = { timeout = \"10m\", steps = [ … ] }");
            IndexMap::new()
        }
    }
}

/// Whether a file's value holds several pipelines: none of its fields is one that a pipeline has.
#[must_use]
pub fn is_record_of_pipelines(place: &Place<'_>) -> bool {
    hold_pipelines(place.node.fields().unwrap_or_default().iter().map(|field| field.name.as_str()))
}

/// The same, by the names of the fields alone.
pub(crate) fn hold_pipelines<'a>(mut names: impl Iterator<Item = &'a str>) -> bool {
    names.next().is_some_and(|first| !FIELDS.contains(&first) && names.all(|name| !FIELDS.contains(&name)))
}

/// An id as emitted files are named by it.
#[must_use]
pub fn id(name: &str) -> String {
    name.replace('_', "-")
}
