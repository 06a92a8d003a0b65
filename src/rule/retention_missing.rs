//! `retention-missing`

use super::{Check, Example, Findings, Refused, Rule, Scope};
use crate::finding::Severity;
use crate::source::FaultKind;
use crate::view::gitlab::described;

pub(super) static RULE: Rule = Rule {
    id: "retention-missing",
    summary: "an artifact has no retention",
    why: "An artifact that does not say how long it is kept is kept as long as the repository's setting says, usually 90 \
          days. Storage fills up with test reports nobody opens, and when it is full every upload of the organisation fails. On GitLab, `expire_in = \"never\"` keeps it until somebody \
          remembers it.",
    severity: Severity::Error,
    refused: &[Refused { kind: FaultKind::Missing, path: "jobs/*/steps/*/upload/retention" }],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ upload = { name = "report", paths = ["report.xml"] } }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "report", paths = ["report.xml"], retention = "7 days" } }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.artifacts.paths = ["dist"] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.artifacts = { reports.junit = "a.xml", expire_in = "never" } }"#)]),
        Example::bad(&[("ci", "{}")]).project(r#"{ backends.gitlab.default.artifacts.paths = ["dist"] }"#),
        Example::good(&[("ci", r#"{ jobs.test.gitlab.artifacts = { paths = ["dist"], expire_in = "1 week" } }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.gitlab = { extends = ".kept", artifacts.paths = ["dist"] } }"#)])
            .project(r#"{ backends.gitlab.templates.".kept".artifacts.expire_in = "1 week" }"#),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for part in described(scope.project) {
        let Some(artifacts) = part.words.entry("artifacts") else { continue };
        let keeps = ["paths", "reports", "untracked"].iter().any(|name| artifacts.tree.get(name).is_some());
        // What is taken over from a template may say it; a template says it for those that extend it.
        let open = part.words.get("extends").is_some() || part.name.starts_with('.');
        let (origin, message) = match artifacts.tree.get("expire_in") {
            Some(span) if span.text() == Some("never") => (span.origin, "`never` keeps it for good"),
            None if keeps && !open => (artifacts.key, "nothing says how long it is kept"),
            _ => continue,
        };
        findings
            .report(part.identity(), origin, message)
            .key(format!("{}/artifacts", part.name))
            .help("write expire_in = \"7 days\"");
    }
}
