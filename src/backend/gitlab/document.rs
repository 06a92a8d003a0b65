//! Whole files: the root, and a pipeline that others call.

use std::collections::BTreeSet;

use super::condition::Plan;
use super::form::{self, Form};
use super::lowering::Lowering;
use super::rules::Workflow;
use super::script::{self, Piece};
use super::stage::{self, Stages};
use super::{call, concurrency, job, step, told, trigger, words};
use crate::pipeline::Project;
use crate::pipeline::backends::GitLab;
use crate::pipeline::gitlab::file::File;
use crate::yaml::{Entry, Map, Node};

/// `.gitlab-ci.yml` while the pipelines are added to it.
#[derive(Debug)]
pub(super) struct Root {
    /// What the project says of the file, and those of its pipelines that have a place in it.
    words: Map,
    /// What it says of `workflow`.
    workflow: Map,
    rules: Workflow,
    form: Form,
    notes: Vec<String>,
    interruptible: bool,
    stages: Stages,
    jobs: Jobs,
}

/// Jobs, and what their scripts call.
#[derive(Debug, Default)]
struct Jobs {
    map: Map,
    pieces: BTreeSet<Piece>,
    /// The stages they are in.
    stages: BTreeSet<String>,
}

/// What one pipeline brings into the root.
#[derive(Debug)]
pub(super) struct Part {
    /// What it says of the file.
    words: Option<File>,
    plan: Plan,
    jobs: Jobs,
}

impl Jobs {
    fn add(&mut self, other: Self) {
        let Self { map, pieces, stages } = other;
        self.map.entries.extend(map.entries);
        self.pieces.extend(pieces);
        self.stages.extend(stages);
    }

    /// Whether one of them is in a stage.
    fn use_stage(&self, stage: &str) -> bool {
        let stage = Node::from(stage);
        self.map.entries.iter().any(|entry| matches!(&entry.value, Node::Map(job) if job.get("stage") == Some(&stage)))
    }

    /// Makes a rule the first of each job.
    fn leave_out(&mut self, never: &Map) {
        for entry in &mut self.map.entries {
            let Node::Map(job) = &mut entry.value else { continue };
            let Some(rules) = job.entries.iter_mut().find(|entry| entry.key == "rules") else { continue };
            let first = Node::Map(never.clone());
            match &mut rules.value {
                Node::List(rules) => rules.insert(0, first),
                other => *other = Node::List(vec![first, other.clone()]),
            }
        }
    }
}

impl Root {
    pub(super) fn new(project: &Project, settings: &GitLab) -> Self {
        let mut workflow = Map::new();
        let words = words::file(None, &settings.file, &mut workflow);
        let included = project.pipelines.iter().filter_map(|pipeline| pipeline.gitlab.as_ref());
        let includes = std::iter::once(&settings.file).chain(included).any(|file| file.word("include").is_some());
        let stages = Stages::of(stage::declared(settings, includes), project.pipelines.iter());
        Self {
            words,
            workflow,
            rules: Workflow::default(),
            form: Form::default(),
            notes: Vec::new(),
            interruptible: false,
            stages,
            jobs: Jobs::default(),
        }
    }

    /// What a pipeline brings that something starts; none if nothing does. It hangs on no other pipeline.
    pub(super) fn part(&self, lowering: &mut Lowering<'_>) -> Option<Part> {
        let starts = trigger::starts(lowering);
        if starts.is_empty() {
            return None;
        }
        let words = lowering.pipeline.gitlab.as_ref().map(|file| words::shared(lowering, file));
        let plan = Plan::new(lowering, starts);
        trigger::look_at_shares(lowering, &plan);
        let jobs = jobs_of(lowering, &plan, &self.stages);
        Some(Part { words, plan, jobs })
    }

    /// Adds a pipeline to those before it.
    pub(super) fn add(&mut self, lowering: &mut Lowering<'_>, part: Part) {
        let Part { words, plan, jobs } = part;
        if let Some(file) = words {
            let templates = words::file(Some(lowering), &file, &mut self.workflow);
            templates.entries.into_iter().for_each(|entry| words::join(&mut self.words, entry));
        }
        self.jobs.add(jobs);
        self.rules.add(lowering, &plan);
        self.form.add(lowering);
        self.notes.extend(form::schedules(lowering.pipeline));
        self.interruptible |= concurrency::is_interruptible(lowering.pipeline);
    }

    /// The whole file without its header, and the lines for people that follow it.
    pub(super) fn finish(self) -> (Vec<String>, Map) {
        let mut workflow = self.workflow;
        if self.interruptible && workflow.get("auto_cancel").is_none() {
            workflow.put("auto_cancel", concurrency::auto_cancel());
        }
        if workflow.get("rules").is_none() {
            workflow.put("rules", self.rules.finish());
        }
        let stages = self.stages.all(&self.jobs.stages);
        (self.notes, put_together(self.words, workflow, self.form.finish(), stages, self.jobs))
    }
}

/// The documents of the file of a pipeline as others call it: its inputs if it has some, and what it does.
pub(super) fn called(lowering: &mut Lowering<'_>) -> Vec<Map> {
    let pipeline = lowering.pipeline;
    for returned in pipeline.on.call.iter().flat_map(|call| call.outputs.values()) {
        lowering.lose("call-output", returned.value.origin);
    }
    refuse_reserved(lowering);
    let starts = trigger::starts(lowering);
    let includes = pipeline.gitlab.as_ref().is_some_and(|file| file.word("include").is_some());
    let stages = Stages::of(stage::declared(lowering.settings, includes), std::iter::once(pipeline));
    let plan = Plan::new(lowering, starts);
    let mut jobs = jobs_of(lowering, &plan, &stages);
    // What the pipeline's own words bring along may stand in any of them.
    let told: Vec<String> =
        stages.all(&jobs.stages).into_iter().filter(|stage| pipeline.gitlab.is_some() || jobs.use_stage(stage)).collect();
    let mut workflow = Map::new();
    if concurrency::is_interruptible(pipeline) {
        workflow.put("auto_cancel", concurrency::auto_cancel());
    }
    let mut rules = Workflow::default();
    let never = call::left_out(lowering);
    if let Some(never) = &never {
        jobs.leave_out(never);
    }
    if never.is_some() || plan.may_be_empty(&super::rules::known(lowering)) {
        rules.add_all(&plan);
        jobs.map.put(LEFT_OUT, left_out(told.first().cloned())).spaced();
    } else {
        rules.add(lowering, &plan);
    }
    workflow.put("rules", rules.finish());
    let file = pipeline.gitlab.as_ref();
    let words = file.map_or_else(Map::new, |file| words::file(Some(lowering), file, &mut workflow));
    let document = put_together(words, workflow, form::handed(lowering), told, jobs);
    let inputs = form::spec(lowering);
    let head = match file {
        Some(file) => words::head(file, inputs),
        None => inputs,
    };
    head.into_iter().chain([document]).collect()
}

/// The name of the job that is always there: none that an author can write.
const LEFT_OUT: &str = "every job may be left out";

/// A job that does nothing. GitLab makes no child pipeline without a job and lets the job fail that was to start it; on GitHub a called
/// pipeline whose jobs are all skipped has gone well.
fn left_out(stage: Option<String>) -> Map {
    let mut always = Map::new();
    always.put("when", "always");
    let mut map = Map::new();
    map.put_some("stage", stage);
    map.put("needs", Node::from(Vec::<Map>::new()));
    map.put("rules", vec![always]);
    map.put("timeout", "5m");
    map.put("variables", step::no_sources());
    map.put("script", vec!["true"]);
    map
}

/// What a job cannot be called where its name stands alone: GitLab reads it as something else. As documented, read 2026-11.
const RESERVED: &[&str] = &[
    "after_script",
    "before_script",
    "cache",
    "default",
    "false",
    "image",
    "include",
    "nil",
    "null",
    "services",
    "spec",
    "stages",
    "true",
    "types",
    "variables",
    "workflow",
];

/// Refuses the jobs whose names are GitLab's.
fn refuse_reserved(lowering: &mut Lowering<'_>) {
    for job in lowering.pipeline.jobs.values().filter(|job| RESERVED.contains(&job.id.as_str())) {
        lowering.enter(job, None);
        let message = format!("`{}` is a word of GitLab's, and no job of a called pipeline can have its name", job.id);
        lowering.refuse("id-rules", job.key, message, "rename the job".to_owned(), "gitlab");
    }
}

fn jobs_of(lowering: &mut Lowering<'_>, plan: &Plan, stages: &Stages) -> Jobs {
    let pipeline = lowering.pipeline;
    let mut jobs = Jobs::default();
    for written in pipeline.jobs.values() {
        let lowered = job::lower(lowering, written, stages, plan);
        jobs.stages.insert(stages.of_job(pipeline, written));
        let name = lowering.name_of(&written.id);
        // One whose script is the author's calls nothing of ours.
        if script::is_ours(&lowered) {
            jobs.pieces.extend(lowering.pieces.drain(..));
        }
        let told = told::jobs(lowering, written, &lowered);
        jobs.map.put(&name, lowered).spaced();
        if !told.is_empty() {
            jobs.pieces.extend(lowering.pieces.drain(..));
        }
        for (name, lowered) in told {
            jobs.map.put(&name, lowered).spaced();
        }
    }
    jobs
}

fn put_together(mut words: Map, workflow: Map, variables: Map, stages: Vec<String>, jobs: Jobs) -> Map {
    let said = words.get("variables").is_some();
    if said {
        words::merge(&mut words, "variables", &Node::Map(variables.clone()), false);
    }
    let (templates, entries) = words.entries.into_iter().partition::<Vec<Entry>, _>(|entry| entry.key.starts_with('.'));
    let mut map = Map { entries };
    map.put("workflow", workflow);
    if !said && !variables.is_empty() {
        map.put("variables", variables).spaced();
    }
    if !stages.is_empty() {
        map.put("stages", Node::from(stages)).spaced();
    }
    map.entries.extend(templates);
    map.entries.extend(jobs.map.entries);
    // What jobs call stands after what they are.
    if !jobs.pieces.is_empty() {
        map.put(script::SHARED, script::shared(jobs.pieces)).spaced();
    }
    map
}
