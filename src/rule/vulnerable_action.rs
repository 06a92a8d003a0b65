//! `vulnerable-action`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::actions::used;
use crate::view::facts;

pub(super) static RULE: Rule = Rule {
    id: "vulnerable-action",
    summary: "a version of an action is used of which a weakness is published",
    why: "Everybody can read how to make use of the weakness, and a newer version has it no more. A tag such as `v4` that moves \
          along is told only if all that it can be has the weakness. What was published is known up to a day, which an audit names.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "tj-actions/changed-files" }] }"#)]).project(
            r#"{ pins."tj-actions/changed-files" = { version = "v45.0.7", revision = "48d8f15b2aaa3d255ca5af3eba4870f807ce6b3c" } }"#,
        ),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/download-artifact@v4.1.2\n",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/download-artifact@v4\n      - uses: actions/download-artifact@v4.1.3\n",
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/cache" }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        let Some(foreign) = uses.used().foreign() else { continue };
        let Some(version) = facts::version(scope.project, foreign) else { continue };
        for known in facts::advisories(foreign.repository(), &version) {
            let mended: Vec<String> = known.mended.iter().map(ToString::to_string).collect();
            findings
                .report(
                    pipeline.step_identity(job, step),
                    uses.action.origin,
                    format!("`{}` before {}: {}", known.action, mended.join("."), known.what),
                )
                .key(known.id)
                .help(format!("use {} or newer: https://github.com/advisories/{}", mended.join("."), known.id));
        }
    }
}
