//! `matrix-exclude-idle`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "matrix-exclude-idle",
    summary: "a leg is left out that the matrix does not have",
    why: "An exclusion whose value no leg has leaves nothing out, and the platform does not say so: the leg it was written for \
          runs all the same. It is what remains when a value is renamed in one place of two.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.matrix = { os = ["linux", "mac"], exclude = [{ os = "macos" }] } }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.matrix = { os = ["linux", "mac"], python = ["3.12", "3.13"], exclude = [{ os = "mac", python = "3.11" }] } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.matrix = { os = ["linux", "mac"], python = ["3.12", "3.13"], exclude = [{ os = "mac", python = "3.12" }] } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.matrix = { level = [1, 2], exclude = [{ level = "1" }] } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ on = { manual.inputs.os = {} }, jobs.test.matrix = { os = ["linux", 'Input "os"], exclude = [{ os = "macos" }] } }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        for leg in job.matrix.iter().flat_map(|matrix| matrix.idle_exclusions()) {
            let said: Vec<String> = leg.iter().map(|(key, _)| format!("`{key}`")).collect();
            findings
                .report(pipeline.job_identity(job), leg.origin, format!("no leg has {} like this", said.join(" and ")))
                .key(leg.keys().map(String::as_str).collect::<Vec<&str>>().join(","))
                .help("write a value that stands under the key, or remove the exclusion");
        }
    }
}
