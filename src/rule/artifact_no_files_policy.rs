//! `artifact-no-files-policy`

use super::{Audit, Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::origin::At;
use crate::pipeline::step::{Kind, Missing};
use crate::view::actions::is_any;
use crate::view::uploads::{Decided, KEEP, Kept, MERGE, kept};

pub(super) static RULE: Rule = Rule {
    id: "artifact-no-files-policy",
    summary: "an upload that finds no file passes",
    why: "A report that is missing is news: the tests wrote it elsewhere, or did not run at all. An upload that lets it pass \
          is noticed weeks later by whoever needs the report. After a failure it is different: a step that also runs then \
          cannot know how far the job came, and may find nothing.",
    severity: Severity::Warning,
    settings: r#"allow | Array [| 'Warn, 'Ignore |] | doc "What an upload may do when no file matches, besides failing." | default = [],"#,
    loosens: &[("allow", Loosens::Item)],
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
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/upload-artifact", with = { name = "a", path = "a", If-No-Files-Found = "ignore" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/upload-artifact", with = { name = "a", path = "a", if-no-files-found = "warn" } }] }"#,
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
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/upload-artifact", with = { name = "a", path = "a", if-no-files-found = 'Input "missing" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/upload-artifact", with = { name = "a", path = "a", if-no-files-found = "error" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/upload-artifact", with = { name = "a", path = "a", if-no-files-found = "warn" } }] }"#,
        )])
        .policy("{ rules.artifact-no-files-policy.settings.allow = ['Warn] }"),
    ],
    audit: Audit::Strict,
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let allowed = scope.settings.get("allow").and_then(|allow| allow.items()).unwrap_or_default();
    for upload in kept(scope) {
        let Some(missing) = upload.missing.or_else(|| unsaid(scope, &upload)) else { continue };
        let (tag, does) = match missing.value {
            Decided::Now(Missing::Fail) => continue,
            Decided::Now(Missing::Warn) => (Some("Warn"), "that no file matched is only a line in the log"),
            Decided::Now(Missing::Ignore) => (Some("Ignore"), "that no file matched is not even said"),
            Decided::Later => (None, "what happens if no file matches cannot be judged: decided while it runs"),
        };
        let late = upload.step.and_then(|step| step.when.as_ref()).is_some_and(|when| when.survives_failure());
        if !late && !allowed.iter().any(|node| node.tag().is_some_and(|(name, _)| Some(name) == tag)) {
            findings.report(upload.identity, missing.origin, does).decided(scope.settings, "allow").mend(
                match upload.step.map(|step| &step.kind.value) {
                    Some(Kind::Upload(_)) => {
                        "write missing = 'Fail, or leave it out: failing is what holds when nothing is written"
                    }
                    _ => "write if-no-files-found = \"error\", or leave it out: failing is what holds when nothing is written",
                },
                "write if-no-files-found: error",
            );
        }
    }
}

/// What the forge's own action does where nothing is said and nothing is filled in.
fn unsaid(scope: &Scope<'_>, upload: &Kept<'_>) -> Option<At<Decided<Missing>>> {
    let Kind::Uses(uses) = &upload.step?.kind.value else { return None };
    let is_meant = is_any(uses, &[KEEP, MERGE]) && !upload.pipeline.is_some_and(|pipeline| scope.fills_in_for(pipeline));
    is_meant.then(|| At::new(Decided::Now(Missing::Warn), uses.action.origin))
}
