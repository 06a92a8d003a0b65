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
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "astral-sh/setup-uv" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/checkout@v4" }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/cache/restore" }, { uses = "./actions/set-up" }] }"#)]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let pins = &scope.project.pins;
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
