//! `retention-over-platform`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Retention;
use crate::pipeline::project::Visibility;
use crate::pipeline::step::Kind;

pub(super) static RULE: Rule = Rule {
    id: "retention-over-platform",
    summary: "an artifact is to be kept longer than the platform keeps any",
    why: "GitHub keeps artifacts of a public repository for at most 90 days and those of a private one for at most 400. What \
          must live longer belongs in a release, a registry or a bucket.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "report", paths = ["report.xml"], retention = "91 days" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "report", paths = ["report.xml"], retention = "401 days" } }] }"#,
        )])
        .project("{ visibility = 'Private }"),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "report", paths = ["report.xml"], retention = "400 days" } }] }"#,
        )])
        .project("{ visibility = 'Private }"),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "report", paths = ["report.xml"], retention = "90 days" } }] }"#,
        )]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let visibility = &scope.project.visibility;
    let (limit, sort) = match visibility.value {
        Visibility::Public => (Retention { days: 90 }, "public"),
        Visibility::Private => (Retention { days: 400 }, "private"),
    };
    for (pipeline, job, step) in scope.steps() {
        if let Kind::Upload(upload) = &step.kind.value
            && let Some(retention) = upload.retention
            && retention.value > limit
        {
            findings
                .report(
                    pipeline.step_identity(job, step),
                    retention.origin,
                    format!("{}, and the artifacts of a {sort} repository are kept for {limit} at most", retention.value),
                )
                .related(visibility.origin, format!("the repository is {sort}"));
        }
    }
}
