//! A pipeline, or an action, as plain data: what `show` prints and custom rules receive.
//!
//! Times are minutes, retentions are days, tags are lower-case words; what is not written is not there, except `when`, which
//! is `"on-success"`. Every part keeps its origin, so a path into the data leads back to the author's line.

mod action;
mod job;
mod step;
mod words;

use indexmap::IndexMap;

use self::words::{bindings, flag, given, list, minutes, record, text, texts, value};
use super::Pipeline;
use super::action::Action;
use super::surroundings::{Concurrency, Group};
use super::trigger::{Filter, Input, InputKind, Triggers};
use crate::origin::{At, Origin};
use crate::source::{Field, Node, Value};

/// The data of one pipeline.
#[must_use]
pub fn of(pipeline: &Pipeline) -> Node {
    let mut fields = vec![("id", text(&pipeline.id, pipeline.origin)), ("name", text(&pipeline.name, pipeline.name.origin))];
    fields.extend(pipeline.description.as_ref().map(|description| ("description", text(description, description.origin))));
    fields.extend(pipeline.budget.as_ref().map(|budget| ("budget", minutes(budget))));
    fields.push(("on", triggers(&pipeline.on, pipeline.on_origin)));
    fields.extend(pipeline.concurrency.as_ref().map(|concurrency| ("concurrency", concurrency_of(concurrency))));
    if !pipeline.env.is_empty() {
        fields.push(("env", bindings(&pipeline.env, pipeline.origin)));
    }
    fields.extend(pipeline.defaults.as_ref().map(|defaults| ("defaults", job::defaults_of(defaults, pipeline.origin))));
    if let Some(name) = &pipeline.github.run_name {
        fields.push(("github", record(vec![("run_name", value(name))], name.origin)));
    }
    if let Some(file) = &pipeline.gitlab {
        fields.push(("gitlab", words::file(file, pipeline.origin)));
    }
    let jobs = pipeline.jobs.values().map(|job| Field { name: job.id.clone(), key: job.key, node: job::of(job) }).collect();
    fields.push(("jobs", Node { value: Value::Record(jobs), origin: pipeline.origin }));
    record(fields, pipeline.origin)
}

/// The data of one action.
#[must_use]
pub fn of_action(action: &Action) -> Node {
    action::of(action)
}

fn triggers(on: &Triggers, origin: Origin) -> Node {
    let mut fields = Vec::new();
    let (others, ours): (Vec<_>, Vec<_>) = on.filters().partition(|(event, _)| on.others.contains_key(event));
    fields.extend(ours.into_iter().map(|(event, filter)| (event.name(), filter_of(filter))));
    if !others.is_empty() {
        let others = others.into_iter().map(|(event, filter)| (event.name(), filter_of(filter)));
        fields.push(("others", record(others.collect(), origin)));
    }
    if !on.schedule.is_empty() {
        let times = on.schedule.iter().map(|time| {
            let mut fields = vec![("cron", text(&time.cron, time.cron.origin))];
            fields.extend(time.timezone.as_ref().map(|zone| ("timezone", text(zone, zone.origin))));
            record(fields, time.origin)
        });
        fields.push(("schedule", list(times, origin)));
    }
    fields.extend(on.manual.as_ref().map(|manual| ("manual", record(inputs(&manual.inputs, manual.origin), manual.origin))));
    if let Some(call) = &on.call {
        let mut parts = inputs(&call.inputs, call.origin);
        if !call.secrets.is_empty() {
            let secrets = call.secrets.iter().map(|(name, secret)| {
                let mut fields = vec![("required", flag(At::new(secret.required, secret.key)))];
                fields.extend(secret.description.as_ref().map(|text_of| ("description", text(text_of, text_of.origin))));
                Field { name: name.clone(), key: secret.key, node: record(fields, secret.key) }
            });
            parts.push(("secrets", Node { value: Value::Record(secrets.collect()), origin: call.origin }));
        }
        if !call.outputs.is_empty() {
            let outputs = call.outputs.iter().map(|(name, output)| Field {
                name: name.clone(),
                key: output.value.origin,
                node: value(&output.value),
            });
            parts.push(("outputs", Node { value: Value::Record(outputs.collect()), origin: call.origin }));
        }
        fields.push(("call", record(parts, call.origin)));
    }
    record(fields, origin)
}

fn filter_of(filter: &At<Filter>) -> Node {
    let lists = [
        ("branches", &filter.branches),
        ("branches_ignore", &filter.branches_ignore),
        ("tags", &filter.tags),
        ("tags_ignore", &filter.tags_ignore),
        ("paths", &filter.paths),
        ("paths_ignore", &filter.paths_ignore),
        ("types", &filter.types),
        ("workflows", &filter.workflows),
        ("names", &filter.names),
        ("versions", &filter.versions),
    ];
    let written = lists.into_iter().filter(|(_, items)| !items.is_empty());
    record(written.map(|(name, items)| (name, texts(items, filter.origin))).collect(), filter.origin)
}

fn inputs(inputs: &IndexMap<String, Input>, origin: Origin) -> Vec<(&'static str, Node)> {
    if inputs.is_empty() {
        return Vec::new();
    }
    let fields = inputs.iter().map(|(name, input)| {
        let kind = match &input.kind.value {
            InputKind::Text => text("text", input.kind.origin),
            InputKind::Environment => text("environment", input.kind.origin),
            InputKind::Number => text("number", input.kind.origin),
            InputKind::Flag => text("flag", input.kind.origin),
            InputKind::Choice(options) => record(vec![("choice", texts(options, input.kind.origin))], input.kind.origin),
        };
        let mut fields = vec![("type", kind), ("required", flag(At::new(input.required, input.key)))];
        fields.extend(input.description.as_ref().map(|description| ("description", text(description, description.origin))));
        fields.extend(input.default.as_ref().map(|default| ("default", value(default))));
        Field { name: name.clone(), key: input.key, node: record(fields, input.key) }
    });
    vec![("inputs", Node { value: Value::Record(fields.collect()), origin })]
}

fn concurrency_of(concurrency: &At<Concurrency>) -> Node {
    let group = match &concurrency.group.value {
        Group::PerRef => text("per-ref", concurrency.group.origin),
        Group::PerPipeline => text("per-pipeline", concurrency.group.origin),
        Group::Named(name) => record(vec![("named", value(name))], concurrency.group.origin),
    };
    let mut fields = vec![("group", group), ("cancel", given(&concurrency.cancel, |cancel| flag(cancel.map(|cancel| *cancel))))];
    fields.extend(concurrency.queue.map(|queue| ("queue", text(queue.value.word(), queue.origin))));
    record(fields, concurrency.origin)
}
