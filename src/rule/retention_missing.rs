//! `retention-missing`

use super::{Audit, Check, Example, Findings, Refused, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Job;
use crate::pipeline::step::Kind;
use crate::source::FaultKind;
use crate::view::actions::{input, is_any, said, used};
use crate::view::gitlab::{Described, described};
use crate::view::uploads::{KEEP, MERGE};

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
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/upload-artifact@v4
        with: { name: report, path: report.xml }
",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/upload-artifact@v4
        with: { name: report, path: report.xml, retention-days: 7 }
",
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.artifacts.paths = ["dist"] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.artifacts = { reports.junit = "a.xml", expire_in = "never" } }"#)]),
        Example::bad(&[("ci", "{}")]).project(r#"{ backends.gitlab.default.artifacts.paths = ["dist"] }"#),
        Example::bad(&[(
            "ci",
            r#"{ gitlab.templates.".kept".artifacts.reports.junit = "a.xml", jobs.test.gitlab.extends = ".kept" }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.gitlab.artifacts = { paths = ["dist"], expire_in = "1 week" } }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.gitlab = { extends = ".kept", artifacts.paths = ["dist"] } }"#)])
            .project(r#"{ backends.gitlab.templates.".kept".artifacts.expire_in = "1 week" }"#),
    ],
    audit: Audit::Strict,
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    by_action(scope, findings);
    for part in described(scope.project) {
        // A job has what it takes over from templates, too; what it only starts from is judged where it is written.
        let artifacts = match part.job {
            Some(job) => job.on_gitlab.words.get("artifacts").filter(|_| said_by(part)),
            None => part.words.entry("artifacts"),
        };
        let Some(artifacts) = artifacts else { continue };
        let keeps = ["paths", "reports", "untracked"].iter().any(|name| artifacts.tree.get(name).is_some());
        // A template says it for those that extend it, and files that steps keep for what is kept beside them.
        let steps = part.job.into_iter().flat_map(Job::all_steps);
        let open = part.name.starts_with('.') || steps.into_iter().any(|step| matches!(step.kind.value, Kind::Upload(_)));
        let (origin, message) = match artifacts.tree.get("expire_in") {
            Some(span) if span.text() == Some("never") => (span.origin, "`never` keeps it for good"),
            None if keeps && !open => (artifacts.key, "nothing says how long it is kept"),
            _ => continue,
        };
        findings
            .report(part.identity(), origin, message)
            .key(format!("{}/artifacts", part.name))
            .mend("write expire_in = \"7 days\"", "write expire_in: 7 days");
    }
}

/// What the forge's own action keeps where nothing is filled in: as long as the repository's settings say.
fn by_action(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        let says = || {
            input(uses, "retention-days")
                .is_some_and(|days| said(&days.value).is_none_or(|text| !matches!(text.trim(), "" | "0")))
        };
        if !scope.fills_in_for(pipeline) && is_any(uses, &[KEEP, MERGE]) && !says() {
            findings
                .report(pipeline.step_identity(job, step), uses.action.origin, "nothing says how long it is kept")
                .key("retention-days")
                .mend("write with.retention-days = 7", "write retention-days: 7 under `with`");
        }
    }
}

/// Whether a job says what it keeps, or what it extends does as far as that is known.
fn said_by(part: Described<'_>) -> bool {
    let is_open = part.job.is_some_and(|job| job.on_gitlab.is_open);
    !is_open && ["artifacts", "extends"].iter().any(|name| part.words.get(name).is_some())
}
