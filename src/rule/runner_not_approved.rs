//! `runner-not-approved`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::runner::Sort;
use crate::view::glob;

pub(super) static RULE: Rule = Rule {
    id: "runner-not-approved",
    summary: "a job runs where the policy does not allow",
    why: "Larger runners cost many times as much, and a label that nobody looks after is a machine that nobody looks after. \
          Which images, labels and groups an organisation runs its jobs on is its own decision. Everything is allowed while \
          the list is empty.",
    severity: Severity::Error,
    settings: r#"allow | Array String | doc "Images, labels and groups that may be used, `*` is any text: ubuntu-*. Empty: all." | default = [],"#,
    loosens: &[("allow", Loosens::ItemOrNone)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.runner = "macos-15" }"#)])
            .policy(r#"{ rules.runner-not-approved.settings.allow = ["ubuntu-*"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.runner = "big" }"#)])
            .project(r#"{ runners.big = { labels = ["ubuntu-24.04", "64-core"], hosted = true } }"#)
            .policy(r#"{ rules.runner-not-approved.settings.allow = ["ubuntu-*"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test = { matrix.os = ["ubuntu-24.04", "windows-2025"], runner = 'Matrix "os" } }"#)])
            .policy(r#"{ rules.runner-not-approved.settings.allow = ["ubuntu-*"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.github.runs-on = "${{ vars.RUNNER }}" }"#)])
            .policy(r#"{ rules.runner-not-approved.settings.allow = ["ubuntu-*"] }"#),
        Example::good(&[("ci", r#"{ jobs.test.runner = "Ubuntu-24.04" }"#)])
            .policy(r#"{ rules.runner-not-approved.settings.allow = ["ubuntu-*"] }"#),
        Example::good(&[("ci", r#"{ jobs.test.runner = "macos-15" }"#)]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let allow: Vec<String> = scope.settings.texts("allow").into_iter().map(str::to_lowercase).collect();
    if allow.is_empty() {
        return;
    }
    let allowed = |name: &str| glob::matches_any(allow.iter().map(String::as_str), &name.to_lowercase());
    for (pipeline, job) in scope.jobs().filter(|(_, job)| job.call().is_none()) {
        for machine in scope.machines(job) {
            let message = match &machine.sort {
                Sort::Later => "what it runs on is decided while it runs, so the policy cannot allow it".to_owned(),
                Sort::Group(group, _) if allowed(group) => continue,
                Sort::Group(group, _) => format!("the group `{group}` is not among what is allowed: {}", allow.join(", ")),
                Sort::Declared(_) | Sort::Labels(_) | Sort::Tags(_) => {
                    let group = match &machine.sort {
                        Sort::Declared(runner) => runner.group.as_ref().map(|group| group.value.as_str()),
                        _ => None,
                    };
                    let Some(other) = machine.labels().into_iter().chain(group).find(|label| !allowed(label)) else { continue };
                    format!("`{other}` is not among what is allowed: {}", allow.join(", "))
                }
            };
            findings
                .report(pipeline.job_identity(job), machine.origin, message)
                .key(machine.words.clone())
                .decided(scope.settings, "allow")
                .help("run it on one of those, or add it to the policy");
        }
    }
}
