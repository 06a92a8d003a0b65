//! `permissions-all`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::At;
use crate::pipeline::permission::Level;

pub(super) static RULE: Rule = Rule {
    id: "permissions-all",
    summary: "every permission is granted at once",
    why: "`read-all` and `write-all` grant what nobody asked for, and every scope that the forge adds later as well. A token \
          that may do everything is worth stealing.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ github.permissions = "write-all" }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ github.permissions = "read-all", jobs.more = { timeout = "5m", steps = [{ checkout = {} }] } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.more = { timeout = "5m", github.permissions = "read-all", steps = [{ checkout = {} }] } }"#,
        )]),
        Example::good(&[("ci", r#"{ github.permissions = { contents = "read", checks = 'Write "annotates failures" } }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        let top = pipeline.github.permissions.as_ref().map(|permissions| permissions.origin);
        say(pipeline.identity(), pipeline.github.all.as_ref(), findings);
        // What a job has from its pipeline is said of the pipeline.
        for job in pipeline.jobs.values().filter(|job| top.is_none() || job.permissions_key != top) {
            say(pipeline.job_identity(job), job.github.permissions.as_ref(), findings);
        }
    }
}

fn say(identity: Identity, all: Option<&At<Level>>, findings: &mut Findings) {
    if let Some(all) = all {
        findings.report(identity, all.origin, format!("`{}-all` grants every scope there is", all.word())).mend(
            "name what the job needs and why: permissions = { contents = 'Read, checks = 'Write \"annotates failures\" }",
            "name what the job needs, each on a line of its own: contents: read",
        );
    }
}
