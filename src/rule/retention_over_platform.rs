//! `retention-over-platform`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Retention;
use crate::pipeline::project::Visibility;
use crate::view::uploads::{Decided, kept};

pub(super) static RULE: Rule = Rule {
    id: "retention-over-platform",
    summary: "an artifact is to be kept longer than the platform keeps any",
    why: "GitHub keeps artifacts of a public repository for at most 90 days and those of a private one for at most 400. What \
          must live longer belongs in a release, a registry or a bucket.",
    severity: Severity::Error,
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
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "Actions/Upload-Artifact", with = { name = "a", path = "a", if-no-files-found = "error", retention-days = 91 } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ github = { uses = "actions/upload-artifact", with = { name = "a", path = "a", if-no-files-found = "error", retention-days = "400" } } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ github = { uses = "actions/upload-artifact", with = { name = "a", path = "a", if-no-files-found = "error", retention-days = "90" } } }] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let visibility = &scope.project.visibility;
    let (limit, sort) = match visibility.value {
        Visibility::Public => (Retention { days: 90 }, "public"),
        Visibility::Private => (Retention { days: 400 }, "private"),
    };
    for upload in kept(scope).filter(|upload| upload.step.is_some()) {
        if let Some(retention) = upload.retention
            && let Decided::Now(days) = retention.value
            && days > limit
        {
            findings
                .report(
                    upload.identity,
                    retention.origin,
                    format!("{days}, and the artifacts of a {sort} repository are kept for {limit} at most"),
                )
                .related(visibility.origin, format!("the repository is {sort}"));
        }
    }
}
