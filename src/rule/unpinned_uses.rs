//! `unpinned-uses`

use super::scope::near;
use super::{Check, Example, Findings, Rule, Scope};
use crate::backend::github::action::repository;
use crate::finding::Severity;
use crate::pipeline::step::Kind;

pub(super) static RULE: Rule = Rule {
    id: "unpinned-uses",
    summary: "an action is used that is not pinned",
    why: "A tag such as v4 can be moved, and has been: in March 2026 the tags of a widely used scanner were pointed at code \
          that stole credentials, and every pipeline that named a tag ran it. A commit cannot be moved. The project's table \
          of pins gives each action's commit, and the version it stands for.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "astral-sh/setup-uv" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/checkout@v4" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.more.uses = "someone/flows/.github/workflows/a.yml" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.more.github.uses = "someone/flows/.github/workflows/a.yml@v1" }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.more.github.uses = "someone/flows/.github/workflows/a.yml@3d3c42e5aac5ba805825da76410c181273ba90b1" }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/cache/restore" }, { uses = "./actions/set-up" }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let pins = &scope.project.pins;
    for (pipeline, job) in scope.jobs() {
        let Some((call, (path, revision))) = job.call().and_then(|call| Some((call, call.callee.foreign()?))) else { continue };
        let name = repository(path);
        let message = match revision {
            Some(revision) if is_commit(revision) => continue,
            Some(revision) => format!("`{name}` is called at `{revision}`, which can be moved"),
            None if pins.contains_key(name) => continue,
            None => format!("`{name}` is not in the project's table of pins"),
        };
        findings.report(pipeline.job_identity(job), call.callee.origin, message).help(format!(
            "pin it: pins.\"{name}\" = {{ version = \"v1.2.3\", revision = \"<40 hexadecimal digits>\" }}, and call it without `@`"
        ));
    }
    for (pipeline, job, step) in scope.steps() {
        let Kind::Uses(uses) = &step.kind.value else { continue };
        let action = &uses.action;
        // Actions of this repository come with the commit; images are another rule's.
        if ["./", "$/", "docker://"].iter().any(|start| action.starts_with(start)) {
            continue;
        }
        let name = repository(action);
        if pins.contains_key(name) {
            continue;
        }
        let said = findings.report(
            pipeline.step_identity(job, step),
            action.origin,
            format!("`{name}` is not in the project's table of pins"),
        );
        if let Some((name, _)) = name.split_once('@') {
            said.help(format!("write `{name}` alone: its version stands in the table"));
        } else {
            said.suggest(near(name, pins.keys().map(String::as_str)))
                .help(format!("pin it: pins.\"{name}\" = {{ version = \"v1.2.3\", revision = \"<40 hexadecimal digits>\" }}"));
        }
    }
}

/// Whether a revision is a commit's full hash.
fn is_commit(revision: &str) -> bool {
    revision.len() == 40 && revision.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
