//! `retention-over-limit`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Kind;
use crate::pipeline::{Place, Reader, Retention};

pub(super) static RULE: Rule = Rule {
    id: "retention-over-limit",
    summary: "an artifact is kept longer than the policy allows",
    why: "Kept artifacts cost storage every day, and old builds that can still be downloaded are old weaknesses that can \
          still be installed. How long is long enough differs by what it is, so a policy may name a limit for each class of \
          artifact beside the one for all others.",
    severity: Severity::Error,
    settings: r#"max | Retention | doc "The most for artifacts without a class of their own here." | default = "90 days",
classes | { _ | Retention } | doc "The most for artifacts of each class." | default = {},"#,
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "report", paths = ["report.xml"], retention = "31 days" } }] }"#,
        )])
        .policy(r#"{ rules.retention-over-limit.settings.max = "30 days" }"#),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "soak", paths = ["soak.json"], retention = "91 days", class = "soak" } }] }"#,
        )])
        .policy(r#"{ rules.retention-over-limit.settings = { max = "30 days", classes.soak = "90 days" } }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "soak", paths = ["soak.json"], retention = "90 days", class = "soak" } }] }"#,
        )])
        .policy(r#"{ rules.retention-over-limit.settings = { max = "30 days", classes.soak = "90 days" } }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "report", paths = ["report.xml"], retention = "90 days" } }] }"#,
        )]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step) in scope.steps() {
        let Kind::Upload(upload) = &step.kind.value else { continue };
        let classes = scope.settings.get("classes");
        let special = upload.class.as_ref().and_then(|class| classes?.get(class));
        let max = match special {
            Some(node) => Retention::read(&mut Reader::default(), &Place::root(node)),
            None => scope.settings.retention("max"),
        };
        if let (Some(retention), Some(max)) = (upload.retention, max)
            && retention.value > max.value
        {
            let what = if special.is_some() { "the most allowed for its class is" } else { "the most allowed is" };
            findings
                .report(pipeline.step_identity(job, step), retention.origin, format!("{}, {what} {}", retention.value, max.value))
                .decided(scope.settings, if special.is_some() { "classes" } else { "max" });
        }
    }
}
