//! One job of a workflow: what stands around its steps, and the steps; or the workflow it calls.

use super::expression::literal;
use super::lowering::Lowering;
use super::{container, permission, step, strategy, surroundings};
use crate::origin::Origin;
use crate::pipeline::github::action;
use crate::pipeline::gitlab::Tree;
use crate::pipeline::job::{Body, Call, Callee};
use crate::pipeline::key::Key;
use crate::pipeline::step::{Impact, Kind};
use crate::pipeline::surroundings::Toolchain;
use crate::pipeline::uses::Foreign;
use crate::pipeline::{Duration, Job, Step};
use crate::yaml::{Map, Node};

/// The map of a job.
pub(super) fn lower<'a>(lowering: &mut Lowering<'a>, job: &'a Job) -> Map {
    lowering.enter(job, None);
    let mut map = Map::new();
    let name = match (&job.name, &job.github.name) {
        (Some(name), _) => Some(literal(name)),
        (None, Some(name)) => Some(lowering.text(Key::Job, name)),
        (None, None) => (!lowering.is_as_written()).then(|| readable(&job.id)),
    };
    map.put_some("name", name);
    let there = |need: &&str| lowering.pipeline.jobs.get(*need).is_none_or(|job| !is_of_gitlab(job));
    let needs: Vec<&str> = job.needs.iter().map(|need| need.value.as_str()).filter(there).collect();
    if !needs.is_empty() {
        map.put("needs", needs);
    }
    map.put_some("if", job.when.as_ref().map(|when| lowering.condition(Key::JobIf, when)));
    match &job.body {
        Body::Steps(steps) => {
            map.put("runs-on", surroundings::runner(lowering, job));
            map.put_some("timeout-minutes", timeout(lowering, job));
            let cancel = job.github.cancel_timeout.as_ref();
            map.put_some("cancel-timeout-minutes", cancel.map(|given| surroundings::count(lowering, Key::Job, given)));
            around(lowering, job, &mut map);
            inside(lowering, job, &mut map);
            let steps = lower_steps(lowering, job, steps);
            map.put("steps", steps);
        }
        Body::Call(call) => {
            uses(lowering, call, &mut map);
            around(lowering, job, &mut map);
            call_parts(lowering, call, &mut map);
        }
    }
    map
}

/// Whether a job says what it does in GitLab's words alone: there is nothing of it that GitHub could do.
pub(super) fn is_of_gitlab(job: &Job) -> bool {
    job.call().is_none() && job.top_steps().is_empty()
}

/// What a job has whether it has steps or calls a pipeline.
fn around(lowering: &mut Lowering<'_>, job: &Job, map: &mut Map) {
    let is_silent = job.permissions_key.is_none() || job.github.is_granted;
    match &job.github.permissions {
        _ if is_silent && lowering.is_as_written() => {}
        Some(all) => {
            map.put("permissions", format!("{}-all", all.word()));
        }
        None => {
            map.put("permissions", permission::lower(&job.permissions, lowering.is_as_written()));
        }
    }
    if let Some(written) = &job.concurrency {
        let concurrency = surroundings::job_concurrency(lowering, job, written);
        map.put("concurrency", concurrency);
    }
    map.put_some("strategy", strategy::lower(lowering, job));
}

/// Says what of a job GitHub does not do.
fn lose(lowering: &mut Lowering<'_>, job: &Job) {
    if let Some(retry) = &job.retry {
        lowering.lose("retry", retry.origin);
    }
    if let Some(manual) = &job.manual {
        lowering.lose(if job.environment.is_some() { "manual" } else { "manual-unguarded" }, manual.origin);
    }
}

/// What only a job with steps has.
fn inside(lowering: &mut Lowering<'_>, job: &Job, map: &mut Map) {
    lose(lowering, job);
    map.put_some("environment", job.environment.as_ref().map(|written| surroundings::environment(lowering, written)));
    if job.impact.as_ref().is_some_and(|impact| impact.value == Impact::Warn) {
        map.put("continue-on-error", true);
    }
    if let Some(when) = &job.warn_if {
        let condition = lowering.condition(Key::Job, when);
        map.put("continue-on-error", format!("${{{{ {condition} }}}}"));
    }
    map.put_some(
        "container",
        job.container.as_ref().filter(|image| !is_gitlabs(job, image.origin)).map(|written| container::lower(lowering, written)),
    );
    let mut services = Map::new();
    for (name, service) in job.services.iter().filter(|(_, service)| !is_gitlabs(job, service.origin)) {
        services.put(name, container::lower(lowering, service));
    }
    if let Some(whole) = &job.github.services {
        map.put("services", lowering.text(Key::Container, whole));
    } else if !services.is_empty() {
        map.put("services", services);
    }
    let env = env(lowering, job);
    if let Some(whole) = &job.github.env {
        map.put("env", lowering.text(Key::JobEnv, whole));
    } else if !env.is_empty() {
        map.put("env", env);
    }
    if let Some(defaults) = job.defaults.as_ref().filter(|defaults| !defaults.values().is_empty()) {
        map.put("defaults", surroundings::defaults(lowering, Key::JobDefaults, defaults));
    }
    let outputs = lowering.bindings(Key::JobOutput, &job.outputs);
    if !outputs.is_empty() {
        map.put("outputs", outputs);
    }
    let snapshot = job.github.snapshot.as_ref();
    map.put_some("snapshot", snapshot.map(|written| surroundings::snapshot(lowering, written)));
}

/// How long GitHub lets a job run that says nothing of it.
const LONGEST: Duration = Duration::minutes(360);

fn timeout(lowering: &mut Lowering<'_>, job: &Job) -> Option<Node> {
    match &job.github.timeout {
        Some(value) => Some(Node::Text(lowering.text(Key::Job, value))),
        None => {
            let timeout = job.timeout.as_ref().filter(|timeout| !lowering.is_as_written() || ***timeout != LONGEST);
            timeout.and_then(|timeout| lowering.minutes(timeout))
        }
    }
}

fn uses(lowering: &mut Lowering<'_>, call: &Call, map: &mut Map) {
    // Both name the caller's own commit.
    let own = if lowering.is_as_written() { "." } else { "$" };
    let (reference, version) = match &call.callee.value {
        Callee::Pipeline(id) => (format!("{own}/.github/workflows/{id}.yml"), None),
        Callee::File(file) => (format!("{own}/.github/workflows/{file}"), None),
        Callee::Foreign(path, revision) => {
            let foreign = Foreign { path, revision: revision.as_deref() };
            let used = lowering.workflow(foreign, call.callee.origin);
            (used.reference, used.version)
        }
    };
    map.put("uses", reference).comment = version;
}

/// The environment of a job; that of a sharded one says which part it is.
fn env(lowering: &mut Lowering<'_>, job: &Job) -> Map {
    let mut env = Map::new();
    if let Some(shards) = &job.shards {
        env.put("SHARD", "${{ matrix.shard }}");
        env.put("SHARDS", shards.value);
    }
    let written = lowering.bindings(Key::JobEnv, &job.env);
    env.entries.retain(|entry| written.get(&entry.key).is_none());
    env.entries.extend(written.entries);
    env
}

fn call_parts(lowering: &mut Lowering<'_>, call: &Call, map: &mut Map) {
    let with = lowering.bindings(Key::CallInput, &call.with);
    if !with.is_empty() {
        map.put("with", with);
    }
    let secrets = lowering.bindings(Key::CallSecret, &call.secrets);
    if call.inherit.is_some() {
        map.put("secrets", "inherit");
    } else if !secrets.is_empty() {
        map.put("secrets", secrets);
    }
}

/// The steps; those that run in Nix come after it is installed, and it is installed after the sources are there.
pub(super) fn lower_steps<'a>(lowering: &mut Lowering<'a>, job: &'a Job, steps: &'a [Step]) -> Vec<Node> {
    let nix = action::nix_of(job);
    let fetches = |step: &Step| step.all().any(|step| matches!(step.kind.value, Kind::Checkout(_)));
    let runs_in_nix =
        |step: &Step| matches!(step.kind.value, Kind::Run(_)) && matches!(job.toolchain_of(step).value, Toolchain::Nix(_));
    // Beside a step of its own group that needs Nix, the sources come too late for it: it is installed before the group.
    let after = |index: usize| if steps[index].all().any(runs_in_nix) { index } else { index + 1 };
    let install = nix.map(|_| steps.iter().position(fetches).map_or(0, after));
    let mut all = Vec::new();
    for index in 0..=steps.len() {
        if let Some(origin) = nix.filter(|_| install == Some(index)) {
            lowering.enter(job, None);
            let used = lowering.action(action::NIX, origin);
            all.push(Node::Map(step::use_action("Install Nix", &used)));
        }
        if let Some(written) = steps.get(index) {
            all.extend(step::lower(lowering, job, written).into_iter().map(Node::Map));
        }
    }
    all
}

/// An id as a person reads it: `unit-tests` is "Unit tests".
fn readable(id: &str) -> String {
    let words = id.replace(['-', '_'], " ");
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// Whether an image or a service is said in GitLab's words: where a job runs there is nothing to GitHub, whose machines have more.
fn is_gitlabs(job: &Job, origin: Origin) -> bool {
    let said = |word: &str| job.gitlab.as_ref().and_then(|words| words.get(word));
    let images = said("image").into_iter().chain(said("services").into_iter().flat_map(Tree::items));
    images.into_iter().any(|image| image.origin == origin)
}
