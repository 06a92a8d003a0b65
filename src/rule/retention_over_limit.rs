//! `retention-over-limit`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::{Place, Reader, Retention};
use crate::view::uploads::{Decided, kept};

pub(super) static RULE: Rule = Rule {
    id: "retention-over-limit",
    summary: "an artifact is kept longer than the policy allows",
    why: "Kept artifacts cost storage every day, and old builds that can still be downloaded are old weaknesses that can \
          still be installed. How long is long enough differs by what it is, so a policy may name a limit for each class of \
          artifact beside the one for all others.",
    severity: Severity::Error,
    settings: r#"max | Retention | doc "The most for artifacts without a class of their own here." | default = "90 days",
classes | { _ | Retention } | doc "The most for artifacts of each class." | default = {},"#,
    loosens: &[("max", Loosens::More), ("classes", Loosens::Each)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "report", paths = ["report.xml"], retention = "31 days" } }] }"#,
        )])
        .policy(r#"{ rules.retention-over-limit.settings.max = "30 days" }"#),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.artifacts = { paths = ["dist"], expire_in = "4 mos" } }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.gitlab.artifacts = { paths = ["dist"], expire_in = "2 mos" } }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "soak", paths = ["soak.json"], retention = "91 days", class = "soak" } }] }"#,
        )])
        .policy(r#"{ rules.retention-over-limit.settings = { max = "30 days", classes.soak = "90 days" } }"#),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.artifacts = { paths = ["a"], expire_in = "1 year" } }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.gitlab.artifacts = { paths = ["a"], expire_in = "12 weeks" } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "soak", paths = ["soak.json"], retention = "90 days", class = "soak" } }] }"#,
        )])
        .policy(r#"{ rules.retention-over-limit.settings = { max = "30 days", classes.soak = "90 days" } }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "report", paths = ["report.xml"], retention = "90 days" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "Actions/Upload-Artifact", with = { name = "a", path = "a", if-no-files-found = "error", Retention-Days = 91 } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ github = { uses = "actions/upload-artifact", with = { name = "a", path = "a", if-no-files-found = "error", retention-days = "400" } } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "Actions/Upload-Artifact", with = { name = "a", path = "a", if-no-files-found = "error", retention-days = 0 } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "Actions/Upload-Artifact", with = { name = "a", path = "a", if-no-files-found = "error", retention-days = 'Input "days" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ github = { uses = "actions/upload-artifact", with = { name = "a", path = "a", if-no-files-found = "error", retention-days = "90" } } }] }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for upload in kept(scope) {
        let classes = scope.settings.get("classes");
        let special = upload.class.and_then(|class| classes?.get(class));
        let max = match special {
            Some(node) => Retention::read(&mut Reader::default(), &Place::root(node)),
            None => scope.settings.retention("max"),
        };
        let (Some(retention), Some(max)) = (upload.retention, max) else { continue };
        let identity = upload.identity;
        let Decided::Now(days) = retention.value else {
            findings
                .report(identity, retention.origin, "how long it is kept cannot be judged: decided while it runs")
                .help("write a number of days");
            continue;
        };
        if days > max.value {
            let what = if special.is_some() { "the most allowed for its class is" } else { "the most allowed is" };
            findings
                .report(identity, retention.origin, format!("{days}, {what} {}", max.value))
                .decided(scope.settings, if special.is_some() { "classes" } else { "max" });
        }
    }
}
