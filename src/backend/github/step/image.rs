//! `docker_build`: the builder, perhaps a sign-in, and the build.

use super::Part;
use crate::backend::github::expression::literal;
use crate::backend::github::lowering::{Lowering, lines_of};
use crate::pipeline::github::action;
use crate::pipeline::key::Key;
use crate::pipeline::step::{DockerBuild, Login};
use crate::pipeline::{Job, Step};
use crate::yaml::Map;

pub(super) fn lower(lowering: &mut Lowering<'_>, job: &Job, step: &Step, build: &DockerBuild) -> Vec<Part> {
    let origin = step.kind.origin;
    let mut parts = vec![Part::using("Set up the image builder", lowering.action(action::BUILDX, origin), Map::new())];
    if let Some(login) = &build.login {
        let with = sign_in(lowering, login);
        let name = format!("Sign in to {}", literal(&login.registry));
        parts.push(Part::using(name, lowering.action(action::LOGIN, origin), with));
    }
    let push = build.push.as_ref().is_some_and(|push| push.value);
    let name = if push { "Build and push the image" } else { "Build the image" };
    let with = inputs(lowering, job, step, build, push);
    parts.push(Part::using(name, lowering.action(action::BUILD, origin), with));
    parts
}

fn sign_in(lowering: &mut Lowering<'_>, login: &Login) -> Map {
    let mut with = Map::new();
    with.put("registry", literal(&login.registry));
    with.put("username", lowering.text(Key::Step, &login.user));
    with.put("password", lowering.text(Key::Step, &login.password));
    with
}

fn inputs(lowering: &mut Lowering<'_>, job: &Job, step: &Step, build: &DockerBuild, push: bool) -> Map {
    let mut with = Map::new();
    with.put("context", build.context.as_ref().map_or_else(|| ".".to_owned(), |context| lowering.text(Key::Step, context)));
    with.put_some("file", build.file.as_ref().map(|file| lowering.text(Key::Step, file)));
    with.put_some("target", build.target.as_ref().map(|target| lowering.text(Key::Step, target)));
    if !build.platforms.is_empty() {
        let platforms: Vec<String> = build.platforms.iter().map(|platform| literal(platform)).collect();
        with.put("platforms", platforms.join(","));
    }
    with.put("push", push);
    with.put("load", false);
    with.put("tags", lowering.lines(Key::Step, &build.tags));
    if !build.labels.is_empty() {
        with.put("labels", lowering.lines(Key::Step, &build.labels));
    }
    if !build.arguments.is_empty() {
        let lines: Vec<String> = build
            .arguments
            .iter()
            .map(|(name, binding)| format!("{name}={}", lowering.text(Key::Step, &binding.value)))
            .collect();
        with.put("build-args", lines_of(&lines));
    }
    if build.cache.as_ref().is_some_and(|cache| cache.value) {
        let scope = cache_scope(lowering, job, step);
        with.put("cache-from", format!("type=gha,scope={scope}"));
        with.put("cache-to", format!("type=gha,mode=max,scope={scope}"));
    }
    // An image that goes nowhere needs no statement of where it comes from, and cannot carry one.
    with.put("provenance", push);
    with
}

/// Each image of each leg keeps its own layers: in one scope the last to finish would throw out those of the others.
fn cache_scope(lowering: &Lowering<'_>, job: &Job, step: &Step) -> String {
    let step = step.identity.trim_start_matches('#');
    let scope = format!("{}-{}-{step}", lowering.pipeline.id, job.id);
    if job.has_legs() { format!("{scope}-${{{{ strategy.job-index }}}}") } else { scope }
}
