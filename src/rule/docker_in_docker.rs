//! `docker-in-docker`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::origin::At;
use crate::pipeline::Value;
use crate::view::actions::said;
use crate::view::images;

pub(super) static RULE: Rule = Rule {
    id: "docker-in-docker",
    summary: "a container is given the machine it runs on",
    why: "A container with `--privileged`, with the socket of Docker or as a Docker of its own (`dind`) can do with its machine \
          whatever it likes. On a runner of one's own that is every job after it. A hosted runner is thrown away: there it is \
          said only if the policy asks for it.",
    severity: Severity::Warning,
    settings: r#"hosted | Bool | doc "Whether jobs on hosted runners are held to it, too." | default = false,"#,
    loosens: &[("hosted", Loosens::Less)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { runner = "own", services.docker.image = "docker:28-dind@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" } }"#,
        )])
        .project(r#"{ runners.own = { labels = ["self-hosted"], hosted = false } }"#),
        Example::bad(&[("ci", r#"{ jobs.test = { runner = "own", container = { image = "tools", options = "--cpus 2 --privileged" } } }"#)])
            .project(r#"{ runners.own = { labels = ["self-hosted"], hosted = false }, images.tools = "a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }"#),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.container = { image = "tools", volumes = ["/var/run/docker.sock:/var/run/docker.sock"] } }"#,
        )])
        .project(r#"{ images.tools = "a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }"#)
        .policy("{ rules.docker-in-docker.settings.hosted = true }"),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.container = { image = "tools", volumes = ["/var/run/docker.sock:/var/run/docker.sock"] } }"#,
        )])
        .project(r#"{ images.tools = "a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { runner = "own", container = { image = "tools", options = "--cpus 2", volumes = ["/data:/data"] } } }"#,
        )])
        .project(r#"{ runners.own = { labels = ["self-hosted"], hosted = false }, images.tools = "a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }"#),
    ],
    ..Rule::PORTABLE
};

const HELP: &str = "run what needs Docker in a job without a container, on a hosted runner";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let hosted = scope.settings.flag("hosted");
    for (pipeline, job) in scope.jobs() {
        let own = scope.machines(job).iter().any(|machine| machine.hosted() == Some(false));
        if !(own || hosted) {
            continue;
        }
        for image in images::of_job(job) {
            let named = scope.project.images.get(image.value).map_or(image.value, |image| &image.value);
            if is_dind(named) {
                let message = "it is a Docker of its own";
                findings.report(pipeline.job_identity(job), image.origin, message).key(message).help(HELP);
            }
        }
        for container in job.container.iter().chain(job.services.values()) {
            let image = text(&container.image);
            // The project's own name for an image may stand for one.
            let image = scope.project.images.get(&image).map_or(image, |image| image.value.clone());
            let options = container.options.as_ref().map(text).unwrap_or_default();
            let socket = container.volumes.iter().find(|volume| text(volume).contains("docker.sock"));
            let found = [
                (is_dind(&image), container.image.origin, "it is a Docker of its own"),
                (
                    options.split_whitespace().any(|word| word == "--privileged" || word == "--privileged=true"),
                    container.options.as_ref().map_or(container.origin, |options| options.origin),
                    "it is privileged",
                ),
                (socket.is_some(), socket.map_or(container.origin, |socket| socket.origin), "it has the socket of Docker"),
            ];
            for (_, origin, message) in found.into_iter().filter(|(there, _, _)| *there) {
                let said = findings.report(pipeline.job_identity(job), origin, message).key(message).help(HELP);
                if !own {
                    said.decided(scope.settings, "hosted");
                }
            }
        }
    }
}

/// What a value says for certain; what is known only later says nothing.
fn text(value: &At<Value>) -> String {
    said(value).unwrap_or_default()
}

/// `docker:dind`, `docker:28-dind`, from whatever registry.
fn is_dind(image: &str) -> bool {
    let name = image.split('@').next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or_default();
    last.split_once(':').is_some_and(|(name, tag)| name == "docker" && tag.split(['-', '.']).any(|part| part == "dind"))
}
