//! `mutable-runner-label`

use super::{Audit, Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "mutable-runner-label",
    summary: "a job runs on an image that changes under it",
    why: "`ubuntu-latest` becomes another Ubuntu one day, with another compiler and another libc, and a build that nobody \
          touched breaks. A numbered image changes when somebody changes the number.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.runner = "ubuntu-latest" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.runner = "mac" }"#)])
            .project(r#"{ runners.mac = { labels = ["macos-latest-xlarge"], hosted = true } }"#),
        Example::bad(&[("ci", "{}")]).project(r#"{ default_runner = "ubuntu-latest" }"#),
        Example::bad(&[("ci", r#"{ jobs.test.github.runs-on = "${{ vars.RUNNER || 'ubuntu-latest' }}" }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.github.runs-on = "${{ case(github.ref == 'refs/heads/main', 'ubuntu-24.04', 'ubuntu-latest') }}" }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.runner = "ubuntu-24.04" }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.github.runs-on = "${{ github.ref == 'ubuntu-latest' && 'ubuntu-24.04' || 'windows-2025' }}" }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.runner = "own" }"#)])
            .project(r#"{ runners.own = { labels = ["self-hosted", "fleet-latest"], hosted = false } }"#),
    ],
    audit: Audit::Strict,
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let project = scope.project;
    for (pipeline, job) in scope.jobs() {
        if job.call().is_some() {
            continue;
        }
        // What a label of one's own machines means is one's own affair.
        for machine in project.machines(job).iter().filter(|machine| machine.hosted() == Some(true)) {
            for label in machine.labels().into_iter().filter(|label| label.ends_with("-latest") || label.contains("-latest-")) {
                findings
                    .report(
                        pipeline.job_identity(job),
                        machine.origin,
                        format!("`{label}` is moved to a newer image from time to time"),
                    )
                    .help("write a numbered image such as ubuntu-24.04")
                    .key(label);
            }
        }
    }
}
