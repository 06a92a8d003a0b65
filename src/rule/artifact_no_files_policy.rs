//! `artifact-no-files-policy`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::{Kind, Missing};

pub(super) static RULE: Rule = Rule {
    id: "artifact-no-files-policy",
    summary: "an upload that finds no file passes",
    why: "A report that is missing is news: the tests wrote it elsewhere, or did not run at all. An upload that lets it pass \
          is noticed weeks later by whoever needs the report. After a failure it is different: a step that also runs then \
          cannot know how far the job came, and may find nothing.",
    severity: Severity::Warning,
    settings: r#"allow | Array [| 'Warn, 'Ignore |] | doc "What an upload may do when no file matches, besides failing." | default = [],"#,
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["a"], retention = "7 days", missing = 'Ignore } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["a"], retention = "7 days", missing = 'Ignore } }] }"#,
        )])
        .policy("{ rules.artifact-no-files-policy.settings.allow = ['Warn] }"),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["a"], retention = "7 days", missing = 'Warn } }] }"#,
        )])
        .policy("{ rules.artifact-no-files-policy.settings.allow = ['Warn] }"),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["a"], retention = "7 days", missing = 'Warn }, when = 'Always }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["a"], retention = "7 days" } }] }"#)]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let allowed = scope.settings.get("allow").and_then(|allow| allow.items()).unwrap_or_default();
    for (pipeline, job, step) in scope.steps() {
        let Kind::Upload(upload) = &step.kind.value else { continue };
        let Some(missing) = upload.missing else { continue };
        let (tag, does) = match missing.value {
            Missing::Fail => continue,
            Missing::Warn => ("Warn", "is only a line in the log"),
            Missing::Ignore => ("Ignore", "is not even said"),
        };
        let late = step.when.as_ref().is_some_and(|when| when.survives_failure());
        if !late && !allowed.iter().any(|node| node.tag().is_some_and(|(name, _)| name == tag)) {
            findings
                .report(pipeline.step_identity(job, step), missing.origin, format!("that no file matched {does}"))
                .decided(scope.settings, "allow")
                .help("write missing = 'Fail, or leave it out: failing is what holds when nothing is written");
        }
    }
}
