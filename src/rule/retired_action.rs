//! `retired-action`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::action::Runs;
use crate::view::actions::used;
use crate::view::facts;

pub(super) static RULE: Rule = Rule {
    id: "retired-action",
    summary: "an action is used that the platform does not run any more as it is",
    why: "GitHub fails a job at its first use of a version of `actions/upload-artifact` that it has retired, and takes another \
          Node.js for an action than the one it was written for. What was retired is known up to a day, which an audit names.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/download-artifact" }] }"#)]).project(
            r#"{ pins."actions/download-artifact" = { version = "v3.0.2", revision = "9bc31d5ccc31df68ecc42ccf4149144866c47d8a" } }"#,
        ),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/cache@v2\n",
        )]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: Docker/Login-Action@v3.1\n",
        )]),
        Example::bad(&[("action.yml", "name: Count\nruns: { using: node12, main: index.js }\n")]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/cache@v5\n      - uses: actions/checkout@main\n",
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/cache" }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        let Some(foreign) = uses.used().foreign() else { continue };
        let Some(version) = facts::version(scope.project, foreign) else { continue };
        if let Some(retired) = facts::retired(foreign, &version) {
            findings
                .report(
                    pipeline.step_identity(job, step),
                    uses.action.origin,
                    format!("this version of `{}` is retired: {}", retired.action, retired.what),
                )
                .key(retired.action)
                .suggest(retired.instead.map(|instead| format!("use {instead}")));
        }
    }
    for action in &scope.project.actions {
        if let Runs::Node(program) = &action.runs
            && let Some(what) = facts::runtime(program.runtime.value)
        {
            findings
                .report(action.identity(), program.runtime.origin, format!("`{}` is retired: {what}", program.runtime.word()))
                .key("runs.using")
                .help("write node24");
        }
    }
}
