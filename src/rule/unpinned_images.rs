//! `unpinned-images`

use super::{Check, Example, Findings, Loosens, Refused, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::{At, Origin};
use crate::pipeline::action::Runs;
use crate::pipeline::container::{Container, has_digest};
use crate::pipeline::gitlab::Tree;
use crate::pipeline::runner::texts;
use crate::pipeline::step::Kind;
use crate::pipeline::{Job, Value};
use crate::source::FaultKind;
use crate::view::gitlab::described;
use crate::view::scope::near;

pub(super) static RULE: Rule = Rule {
    id: "unpinned-images",
    summary: "an image is used without its digest",
    why: "A tag of an image names whatever was pushed last, so two runs of one commit may run different programs, and whoever \
          can push the tag can run theirs. A digest names one image for ever.",
    severity: Severity::Error,
    settings: r#"tagged | Bool | doc "Whether to tell, in files of YAML, images as well that have a tag other than `latest`." | default = false,"#,
    loosens: &[("tagged", Loosens::Less)],
    refused: &[Refused { kind: FaultKind::Contract, path: "project/images/*" }],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.container = "python:3.13-slim" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.services.db = { image = "postgres:17@sha256:123" } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.container = "python" }"#)]).project(r#"{ images.python = "python:3.13-slim" }"#),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "docker://alpine:3" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test = { matrix.image = ["python:3.13"], container.image = 'Matrix "image" } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.github.services.db = "${{ vars.IMAGE }}" }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.container = "python" }"#)]).project(
            r#"{ images.python = "python:3.13-slim@sha256:6771159cd4fa5d9bba1258caf0b82e6b73458c694d178ad97c5e925c2d0e1a91" }"#,
        ),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.services.db.image = "python:3.13-slim@sha256:6771159cd4fa5d9bba1258caf0b82e6b73458c694d178ad97c5e925c2d0e1a91" }"#,
        )]),
        Example::bad(&[("ci", "{}")]).project(r#"{ backends.gitlab.default.image = "python:3.13" }"#),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.image = "$CI_REGISTRY_IMAGE/tools:latest" }"#)]),
        Example::bad(&[("ci", "{}")])
            .project(r#"{ backends.gitlab.templates.".db".services = [{ name = "postgres:18", alias = "db" }] }"#),
        Example::good(&[("ci", r#"{ jobs.test.gitlab.image = "$CI_REGISTRY_IMAGE/app:$CI_COMMIT_SHA" }"#)]),
        Example::good(&[("ci", "{}")]).project(
            r#"{ backends.gitlab.default.image = "python:3.13@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }"#,
        ),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let images = &scope.project.images;
    let every = scope.fills_in() || scope.settings.flag("tagged");
    let mut late: Vec<(Identity, String, &At<Value>)> = Vec::new();
    let mut judge = |identity: Identity, key: &str, origin: Origin, text: &str| {
        if !images.contains_key(text) && !has_digest(text) && (every || !has_tag(text)) {
            let table = if scope.fills_in() { "is not in the project's table of images and " } else { "" };
            findings
                .report(identity, origin, format!("`{text}` {table}has no digest"))
                .key(key)
                .suggest(near(text, images.keys().map(String::as_str)))
                .decided(scope.settings, "tagged")
                .help(HELP);
        }
    };
    for (pipeline, job) in scope.jobs() {
        for (key, container) in containers(job) {
            let identity = pipeline.job_identity(job);
            match texts(job.matrix.as_ref(), &container.image, container.image.origin) {
                Some(images) => images.iter().for_each(|image| judge(identity.clone(), &key, image.origin, image)),
                None => late.push((identity, key, &container.image)),
            }
        }
    }
    for (identity, image) in in_words(scope) {
        let key = format!("image/{}", image.value);
        judge(identity, &key, image.origin, image.value);
    }
    for (pipeline, job, step) in scope.steps() {
        if let Kind::Uses(uses) = &step.kind.value
            && let Some(image) = uses.used().image()
        {
            judge(pipeline.step_identity(job, step), "uses", uses.action.origin, image);
        }
    }
    for action in &scope.project.actions {
        if let Runs::Docker(docker) = &action.runs
            && !docker.is_built()
        {
            judge(action.identity(), "docker", docker.image.origin, &docker.image);
        }
    }
    for (identity, key, image) in late.into_iter().filter(|_| every) {
        findings
            .report(identity, image.origin, "which image it is cannot be told: it is decided while the pipeline runs")
            .key(key)
            .help("write the image with its digest, or take it from a key of the matrix");
    }
}

/// Whether an image is named by a version of it, if by one that moves.
fn has_tag(image: &str) -> bool {
    let last = image.rsplit('/').next().unwrap_or_default();
    !last.contains('@') && last.split_once(':').is_some_and(|(_, tag)| !matches!(tag, "" | "latest"))
}

/// The images that GitLab's words name for several jobs, or with a tag of their own behind a variable. What a variable holds is not
/// known, and neither is an image that the pipeline has just built and names by its commit.
fn in_words<'a>(scope: &Scope<'a>) -> Vec<(Identity, At<&'a str>)> {
    let mut all = Vec::new();
    for part in described(scope.project) {
        let services = part.words.get("services").into_iter().flat_map(Tree::items);
        for written in part.words.get("image").into_iter().chain(services) {
            let Some(name) = written.get("name").or(Some(written)).filter(|name| name.text().is_some()) else { continue };
            let Some(text) = name.text() else { continue };
            // Those of a job that no variable is a part of stand in the model.
            let is_read = part.job.is_some() && name.plain().is_some();
            let tag = text.rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, tag)| tag);
            let is_open = tag.map_or_else(|| text.contains('$'), |tag| tag.contains('$'));
            if !is_read && !is_open {
                all.push((part.identity(), At::new(text, name.origin)));
            }
        }
    }
    all
}

/// The container of a job and its services, each with the key it is told apart by.
fn containers(job: &Job) -> impl Iterator<Item = (String, &At<Container>)> {
    let services = job.services.iter().map(|(name, service)| (format!("services/{name}"), service));
    job.container.iter().map(|container| ("container".to_owned(), container)).chain(services)
}

const HELP: &str = "add the digest: image:tag@sha256:<64 hexadecimal digits>";
