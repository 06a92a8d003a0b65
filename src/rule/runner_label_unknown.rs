//! `runner-label-unknown`

use super::scope::near;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;

/// GitHub's own images, as of 2026-11.
const IMAGES: &[&str] = &[
    "macos-14",
    "macos-14-large",
    "macos-14-xlarge",
    "macos-15",
    "macos-15-intel",
    "macos-15-large",
    "macos-15-xlarge",
    "macos-26",
    "macos-26-intel",
    "macos-26-large",
    "macos-26-xlarge",
    "macos-latest",
    "macos-latest-large",
    "macos-latest-xlarge",
    "ubuntu-22.04",
    "ubuntu-22.04-arm",
    "ubuntu-24.04",
    "ubuntu-24.04-arm",
    "ubuntu-26.04",
    "ubuntu-26.04-arm",
    "ubuntu-latest",
    "ubuntu-slim",
    "windows-11-arm",
    "windows-11-vs2026-arm",
    "windows-2022",
    "windows-2025",
    "windows-2025-vs2026",
    "windows-latest",
];

pub(super) static RULE: Rule = Rule {
    id: "runner-label-unknown",
    summary: "a job asks for a runner that nobody knows",
    why: "A job whose label no runner has waits in the queue for a day and then fails without having run. The images of the \
          platform are known here, as of 2026-11; everything else is declared under `runners` in the project, with its \
          labels and whether the platform hosts it.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.runner = "ubuntu-24.4" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.runner = "ubuntu-18.04" }"#)]),
        Example::bad(&[("ci", "{}")]).project(r#"{ default_runner = "big" }"#),
        Example::good(&[("ci", r#"{ jobs.test.runner = "ubuntu-24.04-arm" }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.runner = "big" }"#)])
            .project(r#"{ runners.big = { labels = ["self-hosted", "big"], hosted = false } }"#),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let project = scope.project;
    for (pipeline, job) in scope.jobs() {
        let runner = project.runner_of(job);
        if job.call().is_some() || IMAGES.contains(&runner.as_str()) || project.runners.contains_key(&runner.value) {
            continue;
        }
        let known = IMAGES.iter().copied().chain(project.runners.keys().map(String::as_str));
        findings
            .report(
                pipeline.job_identity(job),
                runner.origin,
                format!("`{}` is neither an image of the platform nor declared under `runners`", runner.value),
            )
            .suggest(near(&runner.value, known));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_sorted_and_hold_the_default() {
        assert!(IMAGES.is_sorted());
        assert!(IMAGES.contains(&crate::pipeline::project::DEFAULT_RUNNER));
    }
}
