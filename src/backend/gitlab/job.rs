//! One job.

use super::condition::Plan;
use super::lowering::Lowering;
use super::stage::Stages;
use super::{
    artifact, cache, call, concurrency, environment, failure, image, machine, needs, own, parallel, permission, rules, script,
    services, step, value, words,
};
use crate::pipeline::Job;
use crate::pipeline::job::Body;
use crate::yaml::{Map, Node};

/// The map of a job.
pub(super) fn lower<'a>(lowering: &mut Lowering<'a>, job: &'a Job, stages: &Stages, plan: &Plan) -> Map {
    lowering.enter(job, None);
    let mut map = Map::new();
    let stage = stages.enter(lowering, job);
    map.put("stage", stage);
    map.put("needs", needs::lower(lowering, job));
    map.put("rules", rules::lower(lowering, job, plan));
    concurrency::put(lowering, job, &mut map);
    match &job.body {
        Body::Steps(steps) => {
            map.entries.insert(0, extends());
            around(lowering, job, &mut map);
            map.put("script", script::lower(lowering, job, steps, plan));
            lowering.enter(job, None);
            map.put_some("cache", cache::lower(lowering, job));
            map.put_some("artifacts", artifact::lower(lowering, job));
        }
        Body::Call(call) => call::put(lowering, job, call, &mut map),
    }
    words::over(lowering, job, &mut map);
    own::put(lowering, job, &mut map);
    map
}

/// What stands around the commands of a job.
fn around(lowering: &mut Lowering<'_>, job: &Job, map: &mut Map) {
    permission::look(lowering, job);
    let mut legs = parallel::legs(lowering, job);
    let machine = machine::put(lowering, job, &mut legs, map);
    image::put(lowering, job, &machine, map);
    services::put(lowering, job, &machine, map);
    parallel::put(lowering, job, legs, map);
    if parallel::one_by_one(job) && map.get("resource_group").is_none() {
        map.put("resource_group", lowering.name_of(&job.id));
    }
    environment::put(lowering, job, map);
    map.put_some("timeout", timeout(lowering, job));
    failure::put(lowering, job, map);
    map.put_some("manual_confirmation", job.manual.as_ref().and_then(|manual| manual.confirm.as_ref()).map(|text| text.as_str()));
    let variables = variables(lowering, job);
    if !variables.is_empty() {
        map.put("variables", variables);
    }
}

/// The variables of a job: each stands over those before it.
fn variables(lowering: &mut Lowering<'_>, job: &Job) -> Map {
    let mut all = parallel::variables(job);
    let container = job.container.iter().map(|container| &container.env);
    let written = std::iter::once(&lowering.pipeline.env).chain(container).chain([&job.env]);
    for bindings in written {
        let mut more = value::variables(lowering, bindings);
        // A variable that is to be what it is stands already.
        more.entries.retain(|entry| entry.value != Node::Text(format!("${{{}}}", entry.key)));
        all.entries.retain(|entry| more.get(&entry.key).is_none());
        all.entries.extend(more.entries);
    }
    all.entries.extend(step::sources(lowering, job).entries);
    all
}

/// How long the job may take, as GitLab reads it: its units apart.
pub(super) fn timeout(lowering: &mut Lowering<'_>, job: &Job) -> Option<String> {
    if let Some(later) = &job.github.timeout {
        lowering.lose("timeout-late", later.origin);
    }
    if let Some(later) = &job.github.cancel_timeout {
        lowering.lose("cancel-timeout", later.origin);
    }
    let written = job.timeout.as_ref()?.value.to_string();
    let mut text = String::with_capacity(written.len() + 2);
    for letter in written.chars() {
        if letter.is_ascii_digit() && text.ends_with(|last: char| last.is_ascii_alphabetic()) {
            text.push(' ');
        }
        text.push(letter);
    }
    Some(text)
}

fn extends() -> crate::yaml::Entry {
    let mut map = Map::new();
    map.put("extends", script::SHARED);
    map.entries.remove(0)
}
