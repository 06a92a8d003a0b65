//! A pipeline or an action in, its outline for people out: what starts it, its jobs, what they may do and what they wait for.

use std::fmt::Write as _;

use crate::pipeline::action::{Action, Runs};
use crate::pipeline::runner::Sort;
use crate::pipeline::surroundings::Toolchain;
use crate::pipeline::trigger::{Filter, Triggers};
use crate::pipeline::{Body, Job, Pipeline, Project};
use crate::report::count;

/// The outline of one pipeline, a line for the pipeline and some for each job.
pub(super) fn outline(project: &Project, pipeline: &Pipeline) -> String {
    let mut text = format!("{}: {} ({})\n", pipeline.id, pipeline.name.value, pipeline.source);
    if let Some(description) = &pipeline.description {
        let _ = writeln!(text, "  {}", description.trim());
    }
    let _ = writeln!(text, "  on {}", triggers(&pipeline.on).join(", "));
    if let Some(budget) = &pipeline.budget {
        let _ = writeln!(text, "  within {}", budget.value);
    }
    for job in pipeline.jobs.values() {
        text.push_str(&of_job(project, job));
    }
    text
}

/// The outline of one action of the project's own.
pub(super) fn outline_of_action(action: &Action) -> String {
    let mut text = format!("{}: {} ({})\n", action.identity(), action.name.value, action.within.source);
    let _ = writeln!(text, "  {}", action.description.trim());
    let names = |names: Vec<&String>| names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    if !action.inputs.is_empty() {
        let _ = writeln!(text, "  takes {}", names(action.inputs.keys().collect()));
    }
    if !action.outputs.is_empty() {
        let _ = writeln!(text, "  gives {}", names(action.outputs.keys().collect()));
    }
    let runs = match &action.runs {
        Runs::Steps => count(action.job().map_or(0, |job| job.all_steps().count()), "step"),
        Runs::Node(node) => format!("{} in {}", node.main.value, node.runtime.value.word()),
        Runs::Docker(docker) => docker.image.value.clone(),
    };
    let _ = writeln!(text, "  runs {runs}");
    text
}

fn of_job(project: &Project, job: &Job) -> String {
    let mut text = match &job.name {
        Some(name) => format!("  {}: {}\n", job.id, name.value),
        None => format!("  {}\n", job.id),
    };
    let mut line = |words: String| {
        if !words.is_empty() {
            let _ = writeln!(text, "    {words}");
        }
    };
    line(work(project, job));
    let permissions: Vec<String> =
        job.permissions.iter().map(|(scope, grant)| format!("{scope} {}", grant.level.word())).collect();
    line(if permissions.is_empty() { "no permissions".to_owned() } else { format!("may {}", permissions.join(", ")) });
    line(job.environment.as_ref().map_or_else(String::new, |environment| {
        format!("in environment {}", environment.name.print().unwrap_or_else(|| "decided while it runs".to_owned()))
    }));
    let needs: Vec<&str> = job.needs.iter().map(|need| need.as_str()).collect();
    line(if needs.is_empty() { String::new() } else { format!("after {}", needs.join(", ")) });
    text
}

/// `ubuntu-24.04, at most 10m, 4 shards, 6 steps`; `calls pr-validation`.
fn work(project: &Project, job: &Job) -> String {
    let mut words = Vec::new();
    match &job.body {
        Body::Call(call) => words.push(format!("calls {}", call.callee.value)),
        Body::Steps(_) => words.push(machines(project, job)),
    }
    words.extend(job.timeout.as_ref().map(|timeout| format!("at most {}", timeout.value)));
    words.extend(matches!(job.toolchain.value, Toolchain::Nix(_)).then(|| "in the Nix shell".to_owned()));
    words.extend(job.matrix.as_ref().map(|matrix| match matrix.legs() {
        None => "legs decided while it runs".to_owned(),
        Some(usize::MAX) => "more legs than can be counted".to_owned(),
        Some(legs) => format!("{legs} legs"),
    }));
    words.extend(job.shards.as_ref().map(|shards| format!("{} shards", shards.value)));
    words.extend((!job.services.is_empty()).then(|| {
        let names: Vec<&str> = job.services.keys().map(String::as_str).collect();
        format!("beside {}", names.join(", "))
    }));
    if let Body::Steps(steps) = &job.body {
        words.push(count(steps.len(), "step"));
    }
    words.join(", ")
}

/// The machines a job may be given.
fn machines(project: &Project, job: &Job) -> String {
    let words = project.machines(job).into_iter().map(|machine| match machine.sort {
        Sort::Later => "a runner decided while it runs".to_owned(),
        _ => machine.words,
    });
    words.collect::<Vec<String>>().join(" or ")
}

fn triggers(on: &Triggers) -> Vec<String> {
    let mut words: Vec<String> =
        on.filters().map(|(event, filter)| format!("{}{}", event.name().replace('_', " "), narrowed(filter))).collect();
    words.extend(on.schedule.iter().map(|time| {
        let zone = time.timezone.as_ref().map_or("UTC", |zone| zone.as_str());
        format!("schedule ({} {zone})", time.cron.value)
    }));
    words.extend(on.manual.as_ref().map(|manual| with_inputs("manual", manual.inputs.keys())));
    words.extend(on.call.as_ref().map(|call| with_inputs("call", call.inputs.keys())));
    words
}

fn narrowed(filter: &Filter) -> String {
    let parts = [
        ("", &filter.branches),
        ("not ", &filter.branches_ignore),
        ("tags ", &filter.tags),
        ("not tags ", &filter.tags_ignore),
        ("paths ", &filter.paths),
        ("not paths ", &filter.paths_ignore),
        ("when ", &filter.types),
        ("workflows ", &filter.workflows),
        ("names ", &filter.names),
        ("versions ", &filter.versions),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(word, names)| format!("{word}{}", names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" ")))
        .collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join("; ")) }
}

fn with_inputs<'a>(word: &str, names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<&str> = names.map(String::as_str).collect();
    if names.is_empty() { word.to_owned() } else { format!("{word} (asks {})", names.join(", ")) }
}
