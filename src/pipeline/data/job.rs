//! The data of one job.

use indexmap::IndexMap;

use super::concurrency_of;
use super::step;
use super::words::{bindings, condition, flag, given, list, minutes, number, record, text, texts, tree, value};
use crate::origin::{At, Origin};
use crate::pipeline::Job;
use crate::pipeline::call::Callee;
use crate::pipeline::container::Container;
use crate::pipeline::github::job::Words;
use crate::pipeline::given::Given;
use crate::pipeline::job::Body;
use crate::pipeline::matrix::{Cell, Leg, Matrix};
use crate::pipeline::retry::{ByHand, Retry};
use crate::pipeline::runner::Runner;
use crate::pipeline::surroundings::{Defaults, Environment, Toolchain};
use crate::source::{Field, Node, Value};

type Fields = Vec<(&'static str, Node)>;

pub(super) fn of(job: &Job) -> Node {
    let mut fields = vec![("id", text(&job.id, job.key))];
    fields.push(("name", text(job.title(), job.name.as_ref().map_or(job.key, |name| name.origin))));
    fields.extend(job.timeout.as_ref().map(|timeout| ("timeout", minutes(timeout))));
    fields.extend(job.expected.as_ref().map(|expected| ("expected", minutes(expected))));
    fields.extend(job.stage.as_ref().map(|stage| ("stage", text(stage, stage.origin))));
    fields.extend(job.runner.as_ref().map(|runner| ("runner", runner_of(runner))));
    fields.push(("needs", texts(&job.needs, job.key)));
    fields.push(("when", condition(job.when.as_ref(), job.key)));
    fields.extend(job.impact.as_ref().map(|impact| ("impact", text(impact.value.word(), impact.origin))));
    fields.extend(job.warn_if.as_ref().map(|when| ("warn_if", condition(Some(when), when.origin))));
    fields.extend(job.manual.as_ref().map(|manual| ("manual", manual_of(manual))));
    fields.extend(job.retry.as_ref().map(|retry| ("retry", retry_of(retry))));
    let grants = job.permissions.iter().map(|(scope, grant)| Field {
        name: (*scope).to_owned(),
        key: grant.key,
        node: text(grant.level.value.word(), grant.level.origin),
    });
    fields.push(("permissions", Node { value: Value::Record(grants.collect()), origin: job.permissions_key.unwrap_or(job.key) }));
    fields.extend(job.environment.as_ref().map(|environment| ("environment", environment_of(environment))));
    surroundings(job, &mut fields);
    let words = words_of(&job.github);
    if !words.is_empty() {
        fields.push(("github", record(words, job.origin)));
    }
    fields.extend(job.gitlab.as_ref().map(|words| ("gitlab", tree(words))));
    match &job.body {
        Body::Steps(steps) => {
            fields.push(("steps", list(steps.iter().map(step::of), job.origin)));
        }
        Body::Call(call) => {
            let field = if matches!(call.callee.value, Callee::Foreign(..)) { "uses" } else { "calls" };
            fields.push((field, text(&call.callee.to_string(), call.callee.origin)));
            fields.push(("with", bindings(&call.with, job.origin)));
            fields.push(("secrets", bindings(&call.secrets, job.origin)));
            fields.extend(call.inherit.map(|origin| ("inherit", flag(At::new(true, origin)))));
        }
    }
    record(fields, job.origin)
}

fn surroundings(job: &Job, fields: &mut Fields) {
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
    fields.extend(job.fail_fast.as_ref().map(|found| ("fail_fast", flag_of(found))));
    fields.extend(job.max_parallel.as_ref().map(|found| ("max_parallel", count_of(found))));
    fields.extend(job.concurrency.as_ref().map(|concurrency| ("concurrency", concurrency_of(concurrency))));
    if !job.env.is_empty() {
        fields.push(("env", bindings(&job.env, job.origin)));
    }
    if !job.outputs.is_empty() {
        fields.push(("outputs", bindings(&job.outputs, job.origin)));
    }
    fields.extend(job.defaults.as_ref().map(|defaults| ("defaults", defaults_of(defaults, job.key))));
    fields.push(("toolchain", toolchain(&job.toolchain)));
}

/// What commands run in.
pub(super) fn toolchain(toolchain: &At<Toolchain>) -> Node {
    match &toolchain.value {
        Toolchain::Host => text("host", toolchain.origin),
        Toolchain::Nix(None) => text("nix", toolchain.origin),
        Toolchain::Nix(Some(shell)) => record(vec![("nix", text(shell, shell.origin))], toolchain.origin),
    }
}

fn flag_of(found: &At<Given<bool>>) -> Node {
    given(found, |written| flag(written.map(|written| *written)))
}

fn count_of(found: &At<Given<u32>>) -> Node {
    given(found, |written| number(f64::from(*written.value), written.origin))
}

fn runner_of(runner: &At<Runner>) -> Node {
    match &runner.value {
        Runner::Name(name) => text(name, runner.origin),
        Runner::Value(found) => value(found),
        Runner::Labels(group, labels) => {
            let mut fields: Fields = group.iter().map(|group| ("group", value(group))).collect();
            fields.push(("labels", list(labels.iter().map(value), runner.origin)));
            record(fields, runner.origin)
        }
    }
}

fn manual_of(manual: &At<ByHand>) -> Node {
    let mut fields: Fields = manual.confirm.iter().map(|confirm| ("confirm", text(confirm, confirm.origin))).collect();
    fields.push(("blocks", flag(At::new(manual.blocks, manual.origin))));
    record(fields, manual.origin)
}

fn retry_of(retry: &At<Retry>) -> Node {
    let mut fields: Fields = vec![("max", number(f64::from(retry.max.value), retry.max.origin))];
    let after = retry.after.iter().map(|failure| text(failure.value.word(), failure.origin));
    fields.push(("after", list(after, retry.origin)));
    let codes = retry.exit_codes.iter().map(|code| number(f64::from(code.value), code.origin));
    fields.push(("exit_codes", list(codes, retry.origin)));
    record(fields, retry.origin)
}

fn environment_of(environment: &At<Environment>) -> Node {
    let mut fields = vec![("name", value(&environment.name))];
    fields.extend(environment.url.as_ref().map(|url| ("url", value(url))));
    fields.extend(environment.deployment.as_ref().map(|found| ("deployment", flag_of(found))));
    fields.extend(environment.action.as_ref().map(|action| ("action", text(action.word(), action.origin))));
    fields.extend(environment.tier.as_ref().map(|tier| ("tier", text(tier.word(), tier.origin))));
    fields.extend(environment.on_stop.as_ref().map(|job| ("on_stop", text(job, job.origin))));
    fields.extend(environment.auto_stop.as_ref().map(|span| ("auto_stop", number(f64::from(span.days), span.origin))));
    record(fields, environment.origin)
}

pub(super) fn defaults_of(defaults: &Defaults, origin: Origin) -> Node {
    record(defaults.values().into_iter().map(|(name, found)| (name, value(found))).collect(), origin)
}

/// What only GitHub's words say.
fn words_of(words: &Words) -> Fields {
    let mut fields: Fields = words.lone().map(|(name, found)| (name, value(found))).collect();
    fields.extend(words.cancel_timeout.as_ref().map(|found| ("cancel_timeout", count_of(found))));
    fields.extend(words.permissions.as_ref().map(|level| ("permissions", text(level.word(), level.origin))));
    if let Some(snapshot) = &words.snapshot {
        let mut parts = vec![("image", text(&snapshot.image, snapshot.image.origin))];
        parts.extend(snapshot.version.as_ref().map(|version| ("version", text(version, version.origin))));
        parts.extend(snapshot.when.as_ref().map(|when| ("when", condition(Some(when), when.origin))));
        fields.push(("snapshot", record(parts, snapshot.origin)));
    }
    fields
}

fn container_of(container: &At<Container>) -> Node {
    let mut fields = vec![("image", value(&container.image))];
    if let Some(credentials) = &container.credentials {
        let parts = vec![("username", value(&credentials.username)), ("password", value(&credentials.password))];
        fields.push(("credentials", record(parts, credentials.origin)));
    }
    if !container.env.is_empty() {
        fields.push(("env", bindings(&container.env, container.origin)));
    }
    for (name, values) in [("ports", &container.ports), ("volumes", &container.volumes)] {
        if !values.is_empty() {
            fields.push((name, list(values.iter().map(value), container.origin)));
        }
    }
    let lone = [("options", &container.options), ("entrypoint", &container.entrypoint), ("command", &container.command)];
    fields.extend(lone.into_iter().filter_map(|(name, found)| Some((name, value(found.as_ref()?)))));
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
    if let Some(whole) = &matrix.late.whole {
        return value(&whole.value);
    }
    let field = |name: &str, node: Node| Field { name: name.to_owned(), key: node.origin, node };
    let keys = matrix.keys.iter().map(|(name, cells)| field(name, list(cells.iter().map(cell_of), cells.origin)));
    let late = matrix.late.keys.iter().map(|(name, source)| field(name, value(&source.value)));
    let mut fields: Vec<Field> = keys.chain(late).collect();
    let legs = [("include", &matrix.include, &matrix.late.include), ("exclude", &matrix.exclude, &matrix.late.exclude)];
    for (name, legs, late) in legs {
        if let Some(source) = late {
            fields.push(field(name, value(&source.value)));
        } else if !legs.is_empty() {
            fields.push(field(name, list(legs.iter().map(leg_of), matrix.origin)));
        }
    }
    Node { value: Value::Record(fields), origin: matrix.origin }
}

fn leg_of(leg: &At<Leg>) -> Node {
    Node { value: cells_of(&leg.value), origin: leg.origin }
}

fn cells_of(cells: &IndexMap<String, At<Cell>>) -> Value {
    let fields = cells.iter().map(|(name, cell)| Field { name: name.clone(), key: cell.origin, node: cell_of(cell) });
    Value::Record(fields.collect())
}

fn cell_of(cell: &At<Cell>) -> Node {
    match &cell.value {
        Cell::One(one) => value(one),
        Cell::Record(cells) => Node { value: cells_of(cells), origin: cell.origin },
        Cell::List(cells) => list(cells.iter().map(cell_of), cell.origin),
    }
}
