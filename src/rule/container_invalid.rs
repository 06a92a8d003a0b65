//! `container-invalid`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::{At, Origin};
use crate::pipeline::container::Container;
use crate::pipeline::runner::Machine;
use crate::pipeline::{Job, Pipeline, Value};
use crate::view::actions::said;

/// Options of `docker create` that the forge sets itself and does not take.
const TAKEN: &[(&str, &str)] = &[
    ("--network", "every container of a job is in the job's own network"),
    ("--net", "every container of a job is in the job's own network"),
    ("--entrypoint", "the forge starts the container of a job itself; a service has a field `entrypoint`"),
];

pub(super) static RULE: Rule = Rule {
    id: "container-invalid",
    summary: "a container that the platform does not start",
    why: "GitHub runs containers and services on Linux alone, puts all of a job into one network of its own and hands ports and \
          volumes to Docker as they are written. What it or Docker refuses ends the job before its first step.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test = { runner = "windows-2025", container = "tools" } }"#)]).project(TOOLS),
        Example::bad(&[("ci", r#"{ jobs.test = { runner = "macos-15", services.db = "tools" } }"#)]).project(TOOLS),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { matrix.os = ["ubuntu-24.04", "windows-2025"], runner = 'Matrix "os", container = "tools" } }"#,
        )])
        .project(TOOLS),
        Example::bad(&[("ci", r#"{ jobs.test.container = { image = "tools", options = "--cpus 2 --network host" } }"#)]).project(TOOLS),
        Example::bad(&[("ci", r#"{ jobs.test.services.db = { image = "tools", options = "--entrypoint=sh" } }"#)]).project(TOOLS),
        Example::bad(&[("ci", r#"{ jobs.test.services.db = { image = "tools", ports = [70000] } }"#)]).project(TOOLS),
        Example::bad(&[("ci", r#"{ jobs.test.services.db = { image = "tools", ports = ["80:http"] } }"#)]).project(TOOLS),
        Example::bad(&[("ci", r#"{ jobs.test.services.db = { image = "tools", ports = ["80-90:80-81"] } }"#)]).project(TOOLS),
        Example::bad(&[("ci", r#"{ jobs.test.container = { image = "tools", volumes = ["cache:relative/path"] } }"#)]).project(TOOLS),
        Example::bad(&[("ci", r#"{ jobs.test.container = { image = "tools", volumes = ["/a:/b:rw:z"] } }"#)]).project(TOOLS),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = {
              runner = "ubuntu-24.04",
              container = { image = "tools", options = "--cpus 2 --network-alias web", volumes = ["cache:/cache", "/data", "/a:/b:ro"] },
              services.db = { image = "tools", entrypoint = "sh", ports = [5432, "8080:80", "53:53/udp", "127.0.0.1:80:80", "80-81:90-91", "[::1]:80:80"] },
            } }"#,
        )])
        .project(TOOLS),
        Example::good(&[("ci", r#"{ jobs.test = { runner = "own", container = "tools" } }"#)]).project(
            r#"{ runners.own = { labels = ["self-hosted", "fleet"], hosted = false }, images.tools = "a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }"#,
        ),
        Example::good(&[("ci", r#"{ jobs.test.runner = "windows-2025" }"#)]),
    ],
    ..Rule::GITHUB
};

const TOOLS: &str = r#"{ images.tools = "a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }"#;

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let services = job.services.iter().map(|(name, service)| (format!("services/{name}"), service));
        let all: Vec<(String, &At<Container>)> =
            job.container.iter().map(|container| ("container".to_owned(), container)).chain(services).collect();
        let Some((_, first)) = all.first() else { continue };
        for machine in scope.project.machines(job) {
            if let Some(system) = system(&machine) {
                findings
                    .report(
                        pipeline.job_identity(job),
                        machine.origin,
                        format!("`{}` is {system}, and has no containers", machine.words),
                    )
                    .key(format!("runner/{}", machine.words))
                    .related(first.origin, "the container")
                    .help("run the job on Linux");
            }
        }
        for (name, container) in all {
            parts(pipeline, job, &name, container, findings);
        }
    }
}

/// The system of a machine on which the forge starts no container, as far as its labels tell it.
fn system(machine: &Machine<'_>) -> Option<&'static str> {
    let hosted = machine.hosted() == Some(true);
    machine.labels().into_iter().find_map(|label| {
        let label = label.to_ascii_lowercase();
        // Every machine of one's own has the label of its system; the names of the forge's begin with theirs.
        match label.as_str() {
            "windows" => Some("Windows"),
            "macos" => Some("macOS"),
            _ if hosted && label.starts_with("windows-") => Some("Windows"),
            _ if hosted && label.starts_with("macos-") => Some("macOS"),
            _ => None,
        }
    })
}

fn parts(pipeline: &Pipeline, job: &Job, name: &str, container: &Container, findings: &mut Findings) {
    let mut say = |field: &str, origin: Origin, message: String, help: &str| {
        findings.report(pipeline.job_identity(job), origin, message).key(format!("{name}/{field}")).help(help);
    };
    let options = container.options.as_ref().and_then(|options| Some((options, written(options)?)));
    if let Some((options, text)) = options {
        for (option, why) in TAKEN {
            let given = |word: &str| word.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with('='));
            if text.split_whitespace().any(given) {
                say(&format!("options/{option}"), options.origin, format!("the platform does not take `{option}`"), why);
            }
        }
    }
    for (port, text) in container.ports.iter().filter_map(|port| Some((port, written(port)?))) {
        if !is_port(&text) {
            let help = "write a port from 1 to 65535, \"8080:80\", or \"53:53/udp\"";
            say(&format!("ports/{text}"), port.origin, format!("expected a port, got `{}`", text.escape_debug()), help);
        }
    }
    for (volume, text) in container.volumes.iter().filter_map(|volume| Some((volume, written(volume)?))) {
        if !is_volume(&text) {
            let help = "write \"name:/path\", \"/path/outside:/path/inside\", or \"/path\"";
            say(&format!("volumes/{text}"), volume.origin, format!("expected a volume, got `{}`", text.escape_debug()), help);
        }
    }
}

/// What is written, if nothing in it is worked out in the run.
fn written(value: &At<Value>) -> Option<String> {
    said(value).filter(|text| !text.contains("${{"))
}

/// Whether Docker takes it: `[[address:]outside:]inside[/protocol]`, ports or ranges of them that are as long as each other.
fn is_port(text: &str) -> bool {
    let (ports, protocol) = text.split_once('/').map_or((text, "tcp"), |(ports, protocol)| (ports, protocol));
    if !["tcp", "udp", "sctp"].iter().any(|known| protocol.eq_ignore_ascii_case(known)) {
        return false;
    }
    let (outside, inside) = ports.rsplit_once(':').map_or((None, ports), |(outside, inside)| (Some(outside), inside));
    let Some(inside) = range(inside) else { return false };
    let outside = outside.map(|outside| outside.rsplit_once(':').map_or(outside, |(_, port)| port));
    // With an address and nothing after it Docker chooses the port; one port inside may be any of a range outside.
    match outside {
        None | Some("" | "0") => true,
        Some(outside) => range(outside).is_some_and(|outside| outside == inside || inside == 0),
    }
}

/// How many ports there are beyond the first: `80`, `80-90`.
fn range(text: &str) -> Option<u16> {
    let port = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>().ok().filter(|port| digits && *port > 0)
    };
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    port(to)?.checked_sub(port(from)?)
}

/// Whether Docker takes it: `inside`, `outside:inside` or `outside:inside:modes`. What is inside is a whole path.
fn is_volume(text: &str) -> bool {
    let whole = |path: &str| path.starts_with('/') && path != "/";
    match text.split(':').collect::<Vec<_>>().as_slice() {
        [inside] => whole(inside),
        [outside, inside] | [outside, inside, _] => {
            let name = |word: &str| {
                word.len() > 1
                    && word.starts_with(|first: char| first.is_ascii_alphanumeric())
                    && word.chars().all(|sign| sign.is_ascii_alphanumeric() || "_.-".contains(sign))
            };
            whole(inside) && (outside.starts_with(['/', '.']) || name(outside))
        }
        _ => false,
    }
}
