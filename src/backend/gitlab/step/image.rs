//! `docker_build`: a builder, perhaps a sign-in, and the build, by Docker's command line.

use super::Part;
use crate::backend::gitlab::lowering::Lowering;
use crate::backend::gitlab::script::Piece;
use crate::backend::gitlab::value::{assigned, quoted};
use crate::pipeline::step::DockerBuild;
use crate::pipeline::{Job, Step};

pub(super) fn lower(lowering: &mut Lowering<'_>, job: &Job, step: &Step, build: &DockerBuild) -> Part {
    lowering.lose("docker-build", step.kind.origin);
    let push = build.push.as_ref().is_some_and(|push| push.value);
    let mut part = Part::calling(if push { "Build and push the image" } else { "Build the image" }, Piece::DockerBuild);
    if let Some(login) = &build.login {
        part = part.text("REGISTRY", &login.registry).value(lowering, "REGISTRY_USER", &login.user).value(
            lowering,
            "REGISTRY_PASSWORD",
            &login.password,
        );
    }
    let scope = build.cache.as_ref().filter(|cache| cache.value).map(|_| scope(lowering, job, step));
    part.arguments = vec![if push { "yes" } else { "no" }.to_owned(), scope.unwrap_or_else(|| "''".to_owned())];
    for tag in &build.tags {
        part.argument(lowering, "--tag", tag);
    }
    for (option, value) in [("--file", &build.file), ("--target", &build.target)] {
        if let Some(value) = value {
            part.argument(lowering, option, value);
        }
    }
    for label in &build.labels {
        part.argument(lowering, "--label", label);
    }
    for (name, binding) in &build.arguments {
        part.arguments.extend(["--build-arg".to_owned(), assigned(lowering, name, &binding.value)]);
    }
    if !build.platforms.is_empty() {
        let platforms: Vec<&str> = build.platforms.iter().map(|platform| platform.value.as_str()).collect();
        part.arguments.extend(["--platform".to_owned(), quoted(&platforms.join(","))]);
    }
    // An image that goes nowhere needs no statement of where it comes from, and cannot carry one.
    part.arguments.push(format!("--provenance={push}"));
    match &build.context {
        Some(context) => part.argument(lowering, "--", context),
        None => part.arguments.extend(["--".to_owned(), ".".to_owned()]),
    }
    part
}

/// Each image of each leg keeps its own layers.
fn scope(lowering: &Lowering<'_>, job: &Job, step: &Step) -> String {
    let step = super::id(step);
    let scope = format!("{}-{}-{}", lowering.pipeline.id, job.id, step.trim_start_matches('.').replace('~', "-"));
    if job.has_legs() { format!("\"{scope}-$CI_NODE_INDEX\"") } else { scope }
}
