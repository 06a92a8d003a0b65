//! A pipeline as plain data: what `show` prints and custom rules receive.
//!
//! Times are minutes, retentions are days, tags are lower-case words; what is not written is not there, except `when`, which
//! is `"on-success"`. Every part keeps its origin, so a path into the data leads back to the author's line.

mod step;
mod words;

use indexmap::IndexMap;

use self::words::{bindings, condition, flag, list, minutes, number, record, text, texts, value};
use super::job::Body;
use super::matrix::Matrix;
use super::surroundings::{Concurrency, Container, Group, Toolchain};
use super::trigger::{Filter, Input, InputKind, Triggers};
use super::{Job, Pipeline};
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
    if let Some(name) = &pipeline.github.run_name {
        fields.push(("github", record(vec![("run_name", value(name))], name.origin)));
    }
    let jobs = pipeline.jobs.values().map(|job| Field { name: job.id.clone(), key: job.key, node: job_of(job) }).collect();
    fields.push(("jobs", Node { value: Value::Record(jobs), origin: pipeline.origin }));
    record(fields, pipeline.origin)
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
    record(vec![("group", group), ("cancel", flag(concurrency.cancel))], concurrency.origin)
}

fn job_of(job: &Job) -> Node {
    let mut fields = vec![("id", text(&job.id, job.key))];
    fields.push(("name", text(job.title(), job.name.as_ref().map_or(job.key, |name| name.origin))));
    fields.extend(job.timeout.as_ref().map(|timeout| ("timeout", minutes(timeout))));
    fields.extend(job.expected.as_ref().map(|expected| ("expected", minutes(expected))));
    fields.extend(job.runner.as_ref().map(|runner| ("runner", text(runner, runner.origin))));
    fields.push(("needs", texts(&job.needs, job.key)));
    fields.push(("when", condition(job.when.as_ref(), job.key)));
    fields.extend(job.impact.as_ref().map(|impact| ("impact", text(impact.value.word(), impact.origin))));
    let grants = job.permissions.iter().map(|(scope, grant)| Field {
        name: (*scope).to_owned(),
        key: grant.key,
        node: text(grant.level.value.word(), grant.level.origin),
    });
    fields.push(("permissions", Node { value: Value::Record(grants.collect()), origin: job.permissions_key.unwrap_or(job.key) }));
    if let Some(environment) = &job.environment {
        let mut parts = vec![("name", text(&environment.name, environment.name.origin))];
        parts.extend(environment.url.as_ref().map(|url| ("url", value(url))));
        parts.extend(environment.deployment.map(|deployment| ("deployment", flag(deployment))));
        fields.push(("environment", record(parts, environment.origin)));
    }
    surroundings(job, &mut fields);
    match &job.body {
        Body::Steps(steps) => {
            fields.push(("steps", list(steps.iter().map(step::of), job.origin)));
        }
        Body::Call(call) => {
            fields.push(("calls", text(&call.pipeline, call.pipeline.origin)));
            fields.push(("with", bindings(&call.with, job.origin)));
            fields.push(("secrets", bindings(&call.secrets, job.origin)));
        }
    }
    record(fields, job.origin)
}

fn surroundings(job: &Job, fields: &mut Vec<(&'static str, Node)>) {
    fields.extend(job.container.as_ref().map(|container| ("container", container_of(container))));
    if !job.services.is_empty() {
        let services = job.services.iter().map(|(name, service)| Field {
            name: name.clone(),
            key: service.origin,
            node: container_of(service),
        });
        fields.push(("services", Node { value: Value::Record(services.collect()), origin: job.origin }));
    }
    fields.extend(job.matrix.as_ref().map(|matrix| ("matrix", matrix_of(matrix))));
    fields.extend(job.shards.map(|shards| ("shards", number(f64::from(shards.value), shards.origin))));
    fields.extend(job.fail_fast.map(|fail_fast| ("fail_fast", flag(fail_fast))));
    fields.extend(job.max_parallel.map(|most| ("max_parallel", number(f64::from(most.value), most.origin))));
    fields.extend(job.concurrency.as_ref().map(|concurrency| ("concurrency", concurrency_of(concurrency))));
    if !job.env.is_empty() {
        fields.push(("env", bindings(&job.env, job.origin)));
    }
    if !job.outputs.is_empty() {
        fields.push(("outputs", bindings(&job.outputs, job.origin)));
    }
    let toolchain = match &job.toolchain.value {
        Toolchain::Host => text("host", job.toolchain.origin),
        Toolchain::Nix(None) => text("nix", job.toolchain.origin),
        Toolchain::Nix(Some(shell)) => record(vec![("nix", text(shell, shell.origin))], job.toolchain.origin),
    };
    fields.push(("toolchain", toolchain));
}

fn container_of(container: &At<Container>) -> Node {
    let mut fields = vec![("image", text(&container.image, container.image.origin))];
    if !container.env.is_empty() {
        fields.push(("env", bindings(&container.env, container.origin)));
    }
    if !container.ports.is_empty() {
        fields.push(("ports", list(container.ports.iter().map(value), container.origin)));
    }
    if !container.volumes.is_empty() {
        fields.push(("volumes", texts(&container.volumes, container.origin)));
    }
    fields.extend(container.options.as_ref().map(|options| ("options", text(options, options.origin))));
    if let Some(health) = &container.health {
        let parts = vec![
            ("command", text(&health.command, health.command.origin)),
            ("interval", minutes(&health.interval)),
            ("timeout", minutes(&health.timeout)),
            ("retries", number(f64::from(health.retries.value), health.retries.origin)),
        ];
        fields.push(("health", record(parts, health.origin)));
    }
    record(fields, container.origin)
}

fn matrix_of(matrix: &At<Matrix>) -> Node {
    let leg = |leg: &At<IndexMap<String, At<super::Value>>>| {
        let fields = leg.iter().map(|(name, item)| Field { name: name.clone(), key: item.origin, node: value(item) });
        Node { value: Value::Record(fields.collect()), origin: leg.origin }
    };
    let mut fields: Vec<Field> = matrix
        .keys
        .iter()
        .map(|(name, values)| Field {
            name: name.clone(),
            key: values.origin,
            node: list(values.value.iter().map(value), values.origin),
        })
        .collect();
    for (name, legs) in [("include", &matrix.include), ("exclude", &matrix.exclude)] {
        if !legs.is_empty() {
            fields.push(Field { name: name.to_owned(), key: matrix.origin, node: list(legs.iter().map(leg), matrix.origin) });
        }
    }
    Node { value: Value::Record(fields), origin: matrix.origin }
}
