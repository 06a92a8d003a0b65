//! A step of the model as one or more steps of a workflow.
//!
//! A kind lowers to `Part`s: what is done, under a name for whoever wrote none. This file puts around them what all
//! steps share. The last part is the step itself and takes its id, its time and its environment; those before it prepare
//! it and run under the same condition.

mod artifact;
mod checkout;
mod command;
mod flow;
mod image;
mod message;
mod report;
mod wait;

use super::expression::literal;
use super::lowering::{Action, Lowering};
use crate::pipeline::key::Key;
use crate::pipeline::step::{Impact, Kind};
use crate::pipeline::{Job, Step};
use crate::yaml::{Map, Node};

/// One step of a workflow, without what all steps share.
struct Part {
    /// What it is called if the author says nothing.
    name: String,
    does: Does,
}

enum Does {
    /// An action and its inputs.
    Use { action: Action, with: Map },
    /// Commands, and the environment they read; those of ours are written for bash.
    Run { script: String, ours: bool, env: Map, shell: Option<String>, directory: Option<String> },
}

impl Part {
    fn using(name: impl Into<String>, action: Action, with: Map) -> Self {
        Self { name: name.into(), does: Does::Use { action, with } }
    }

    /// Commands of ours, which read everything that varies from the environment.
    fn running(name: impl Into<String>, script: &str, env: Map) -> Self {
        Self { name: name.into(), does: Does::Run { script: script.to_owned(), ours: true, env, shell: None, directory: None } }
    }
}

/// The steps of the workflow that do what a step of the model does.
pub(super) fn lower<'a>(lowering: &mut Lowering<'a>, job: &'a Job, step: &'a Step) -> Vec<Map> {
    lowering.enter(job, Some(step));
    match &step.kind.value {
        Kind::Parallel(steps) => flow::group(lowering, job, steps),
        kind if kind.is_flow() => vec![flow::waiting(lowering, step)],
        _ => {
            let (mut before, own) = apart(lowering, job, step);
            before.extend(own);
            before
        }
    }
}

/// What prepares a step, and the step itself.
fn apart(lowering: &mut Lowering<'_>, job: &Job, step: &Step) -> (Vec<Map>, Option<Map>) {
    let mut parts = parts(lowering, job, step);
    let condition = step.when.as_ref().map(|when| lowering.condition(Key::StepIf, when));
    let last = parts.pop();
    let before = parts.into_iter().map(|part| put_together(lowering, part, None, step, condition.as_deref())).collect();
    (before, last.map(|part| put_together(lowering, part, Some(step), step, condition.as_deref())))
}

fn parts(lowering: &mut Lowering<'_>, job: &Job, step: &Step) -> Vec<Part> {
    match &step.kind.value {
        Kind::Run(run) => vec![command::run(lowering, job.toolchain_of(step), run)],
        Kind::Uses(uses) => vec![command::uses(lowering, uses)],
        Kind::Checkout(checkout) => vec![checkout::lower(lowering, step, checkout)],
        Kind::Upload(upload) => vec![artifact::upload(lowering, step, upload)],
        Kind::Download(download) => vec![artifact::download(lowering, step, download)],
        Kind::Cache(cache) => vec![artifact::cache(lowering, step, cache)],
        Kind::WaitFor(wait) => vec![wait::lower(wait)],
        Kind::Summary(summary) => vec![message::summary(lowering, summary)],
        Kind::Comment(comment) => vec![message::comment(lowering, comment)],
        Kind::Email(email) => vec![message::email(lowering, email)],
        Kind::Slack(slack) => vec![message::slack(lowering, slack)],
        Kind::DockerBuild(build) => image::lower(lowering, job, step, build),
        Kind::Sarif(sarif) => vec![report::sarif(lowering, step, sarif)],
        Kind::Coverage(coverage) => vec![report::coverage(lowering, step, coverage)],
        Kind::Wait(_) | Kind::WaitAll | Kind::Cancel(_) | Kind::Parallel(_) => Vec::new(),
    }
}

/// A step that an author did not write and that runs always: one action without inputs.
pub(super) fn use_action(name: &str, action: &Action) -> Map {
    let mut map = Map::new();
    map.put("name", name);
    put_action(&mut map, action);
    map
}

fn put_action(map: &mut Map, action: &Action) {
    map.put("uses", action.reference.as_str()).comment.clone_from(&action.version);
}

/// The keys of one step, in the order in which a person asks: what, when, and then how. `own` is the step it is, if it is
/// more than a preparation for `step`.
fn put_together(lowering: &mut Lowering<'_>, part: Part, own: Option<&Step>, step: &Step, condition: Option<&str>) -> Map {
    let mut map = Map::new();
    let name = own.and_then(|step| name(lowering, step));
    map.put_some("name", name.or_else(|| (!lowering.is_as_written()).then_some(part.name)));
    map.put_some("id", own.and_then(|step| step.id.as_ref()).map(|id| id.value.as_str()));
    map.put_some("if", condition);
    put_tolerance(lowering, &mut map, step);
    let timeout = own.and_then(|step| match &step.github.timeout {
        Some(value) => Some(Node::Text(lowering.text(Key::Step, value))),
        None => step.timeout.as_ref().and_then(|timeout| lowering.minutes(timeout)),
    });
    map.put_some("timeout-minutes", timeout);
    map.put_some("background", own.and_then(|step| step.background.as_ref()).map(|background| background.value));
    let mut env = own.map(|step| lowering.bindings(Key::Step, &step.env)).unwrap_or_default();
    match part.does {
        Does::Use { action, with } => {
            put_action(&mut map, &action);
            put_map(&mut map, "env", env);
            put_map(&mut map, "with", with);
        }
        Does::Run { script, ours, env: needed, shell, directory } => {
            if let Some(step) = own {
                keep_apart(lowering, step, &needed);
            }
            env.entries.extend(needed.entries);
            put_map(&mut map, "env", env);
            // A workflow says its shell once for all steps, bash if its author says nothing; a step of an action says its own.
            let bash = lowering.pipeline.is_action() || ours && !defaults_to_bash(lowering);
            let shell = shell.or_else(|| bash.then(|| "bash".to_owned()));
            map.put_some("shell", shell);
            let later = own.and_then(|step| step.github.directory.as_ref());
            map.put_some("working-directory", directory.or_else(|| later.map(|value| lowering.text(Key::Step, value))));
            map.put("run", script);
        }
    }
    map
}

/// What the author calls a step.
fn name(lowering: &mut Lowering<'_>, step: &Step) -> Option<String> {
    let later = step.github.name.as_ref().map(|name| lowering.text(Key::Step, name));
    step.name.as_ref().map(|name| literal(name)).or(later)
}

/// Whether the failure of a step is only said.
fn put_tolerance(lowering: &mut Lowering<'_>, map: &mut Map, step: &Step) {
    if step.impact.as_ref().is_some_and(|impact| impact.value == Impact::Warn) {
        map.put("continue-on-error", true);
    }
    if let Some(when) = &step.warn_if {
        let condition = lowering.condition(Key::Step, when);
        map.put("continue-on-error", format!("${{{{ {condition} }}}}"));
    }
}

/// A variable of the author's never gives way to one that a script of ours reads under the same name.
fn keep_apart(lowering: &mut Lowering<'_>, step: &Step, needed: &Map) {
    for (name, binding) in step.env.iter().filter(|(name, _)| needed.get(name).is_some()) {
        let message = format!("`{name}` is the name under which the step hands something to its own script");
        lowering.refuse("env-name-taken", binding.key, message, "give the variable another name".to_owned(), name);
    }
}

/// Whether commands run in bash where no step says otherwise.
fn defaults_to_bash(lowering: &Lowering<'_>) -> bool {
    let mut defaults =
        [lowering.job.and_then(|job| job.defaults.as_ref()), lowering.pipeline.defaults.as_ref()].into_iter().flatten();
    let shell = defaults.find_map(|defaults| defaults.shell.as_ref());
    shell.map_or(!lowering.is_as_written(), |shell| shell.plain() == Some("bash"))
}

fn put_map(map: &mut Map, key: &str, value: Map) {
    if !value.is_empty() {
        map.put(key, value);
    }
}
