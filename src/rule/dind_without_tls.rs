//! `dind-without-tls`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::Origin;
use crate::pipeline::gitlab::Tree;
use crate::view::actions::said;
use crate::view::gitlab::{described, variables};

pub(super) static RULE: Rule = Rule {
    id: "dind-without-tls",
    summary: "a Docker of its own is reached without encryption",
    why: "A daemon of Docker that listens without TLS does what anybody asks of it who reaches it: other jobs on the same network, \
          and on a runner of one's own everything beside it. It runs privileged, so that is the whole machine. The image sets TLS \
          up by itself where nobody tells it not to: `DOCKER_TLS_CERTDIR=/certs`, port 2376.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.env.DOCKER_TLS_CERTDIR = "" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "docker ps", env.DOCKER_HOST = "tcp://docker:2375" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.variables.DOCKER_TLS_CERTDIR = "" }"#)]).project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", "{}")]).project(r#"{ backends.gitlab.variables.DOCKER_HOST = "tcp://docker:2375/" }"#),
        Example::bad(&[("ci", "{}")]).project(
            r#"{ backends.gitlab.default.services = [{ name = "docker:28-dind", alias = "docker", command = ["--tls=false"] }] }"#,
        ),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.env = { DOCKER_TLS_CERTDIR = "/certs", DOCKER_HOST = "tcp://docker:2376", DOCKER_TLS_VERIFY = 1 } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.env.DOCKER_HOST = "unix:///var/run/docker.sock" }"#)]),
        Example::good(&[("ci", "{}")]).project(r#"{ backends.gitlab.variables.DOCKER_TLS_CERTDIR = "/certs" }"#),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut say = |identity, origin: Origin, name: &str, text: &str| {
        if let Some(message) = fault(name, text) {
            findings.report(identity, origin, message).key(name).help("set DOCKER_TLS_CERTDIR to /certs, and use port 2376");
        }
    };
    for held in scope.values() {
        let name = held.field.rsplit_once("env.").map(|(_, name)| name);
        if let (Some(name), Some(text)) = (name, said(held.value)) {
            say(held.spot.identity(), held.value.origin, name, &text);
        }
    }
    for variable in variables(scope.project) {
        if let Some(text) = variable.value.text() {
            say(variable.identity(), variable.value.origin, variable.name, text);
        }
    }
    for part in described(scope.project) {
        let services = part.words.get("services").into_iter().flat_map(Tree::items);
        for text in services.filter_map(|service| service.get("command")).flat_map(Tree::texts) {
            say(part.identity(), text.1.origin, "command", text.1.value);
        }
    }
}

/// What is wrong with what a variable is set to, or a daemon is told.
fn fault(name: &str, text: &str) -> Option<String> {
    let text = text.trim();
    let far = text.strip_prefix("tcp://").map(|rest| rest.trim_end_matches('/'));
    match name {
        "DOCKER_TLS_CERTDIR" if text.is_empty() => Some("an empty `DOCKER_TLS_CERTDIR` turns TLS off".to_owned()),
        "DOCKER_HOST" if far.is_some_and(|rest| rest.ends_with(":2375")) => Some("port 2375 is the one without TLS".to_owned()),
        "command" if text == "--tls=false" => Some("`--tls=false` turns TLS off".to_owned()),
        _ => None,
    }
}
