//! `archived-action`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::uses::Foreign;
use crate::view::actions::used;
use crate::view::facts;

pub(super) static RULE: Rule = Rule {
    id: "archived-action",
    summary: "an action is used that nobody looks after any more",
    why: "The repository of the action is archived: no weakness of it will be mended, and one day the platform will not run it. \
          Which ones are archived is known up to a day, which an audit names.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions-rs/toolchain" }] }"#)]).project(
            r#"{ pins."actions-rs/toolchain" = { version = "v1.0.7", revision = "16499b5e05bf2e26879000db0c1d13f7e13fa3af" } }"#,
        ),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: Actions/Create-Release@v1\n",
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/cache" }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        let Some(repository) = uses.used().foreign().map(Foreign::repository) else { continue };
        if facts::archived(repository) {
            findings
                .report(pipeline.step_identity(job, step), uses.action.origin, format!("`{repository}` is archived"))
                .key(repository.to_ascii_lowercase())
                .help("use another action, or a command");
        }
    }
}
