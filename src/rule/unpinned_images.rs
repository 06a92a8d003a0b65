//! `unpinned-images`

use super::scope::near;
use super::{Check, Example, Findings, Refused, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::At;
use crate::pipeline::step::Kind;
use crate::pipeline::surroundings::has_digest;
use crate::source::FaultKind;

pub(super) static RULE: Rule = Rule {
    id: "unpinned-images",
    summary: "an image is used without its digest",
    why: "A tag of an image names whatever was pushed last, so two runs of one commit may run different programs, and whoever \
          can push the tag can run theirs. A digest names one image for ever.",
    severity: Severity::Error,
    settings: "",
    refused: &[Refused { kind: FaultKind::Contract, path: "project/images/*" }],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.container = "python:3.13-slim" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.services.db = { image = "postgres:17@sha256:123" } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.container = "python" }"#)]).project(r#"{ images.python = "python:3.13-slim" }"#),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "docker://alpine:3" }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.container = "python" }"#)]).project(
            r#"{ images.python = "python:3.13-slim@sha256:6771159cd4fa5d9bba1258caf0b82e6b73458c694d178ad97c5e925c2d0e1a91" }"#,
        ),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.services.db.image = "python:3.13-slim@sha256:6771159cd4fa5d9bba1258caf0b82e6b73458c694d178ad97c5e925c2d0e1a91" }"#,
        )]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let images = &scope.project.images;
    let mut judge = |identity: Identity, key: &str, image: &At<String>, text: &str| {
        if !images.contains_key(text) && !has_digest(text) {
            findings
                .report(identity, image.origin, format!("`{text}` is not in the project's table of images and has no digest"))
                .key(key)
                .suggest(near(text, images.keys().map(String::as_str)))
                .help(HELP);
        }
    };
    for (pipeline, job) in scope.jobs() {
        if let Some(container) = &job.container {
            judge(pipeline.job_identity(job), "container", &container.image, &container.image);
        }
        for (name, service) in &job.services {
            judge(pipeline.job_identity(job), &format!("services/{name}"), &service.image, &service.image);
        }
    }
    for (pipeline, job, step) in scope.steps() {
        if let Kind::Uses(uses) = &step.kind.value
            && let Some(image) = uses.action.strip_prefix("docker://")
        {
            judge(pipeline.step_identity(job, step), "uses", &uses.action, image);
        }
    }
}

const HELP: &str = "add the digest: image:tag@sha256:<64 hexadecimal digits>";
