//! `typosquat-action`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::uses::Foreign;
use crate::view::actions::used;
use crate::view::facts;

pub(super) static RULE: Rule = Rule {
    id: "typosquat-action",
    summary: "the name of an action is one letter away from a well-known one",
    why: "Whoever registers `action/checkout` runs in every job in which somebody has left out a letter. A name that close to that of \
          a well-known action of another owner is hardly ever meant.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actoins/cache" }] }"#)]).project(
            r#"{ pins."actoins/cache" = { version = "v6.1.0", revision = "55cc8345863c7cc4c66a329aec7e433d2d1c52a9" } }"#,
        ),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: action/checkout@v4\n",
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/cache" }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        let Some(repository) = uses.used().foreign().map(Foreign::repository) else { continue };
        if let Some(known) = facts::imitated(repository) {
            findings
                .report(
                    pipeline.step_identity(job, step),
                    uses.action.origin,
                    format!("`{repository}` is one letter away from `{known}`"),
                )
                .key(repository.to_ascii_lowercase())
                .help(format!("write `{known}` if that is meant"));
        }
    }
}
