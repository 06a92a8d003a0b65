//! `permissions-call-mismatch`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::permission::Level;

pub(super) static RULE: Rule = Rule {
    id: "permissions-call-mismatch",
    summary: "a called pipeline asks for more than its caller grants",
    why: "A called pipeline can have no more than the job that calls it was granted. Where it asks for more, the platform \
          refuses the calling file as a whole: nothing runs, and the message names neither the job nor the scope.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[
            ("ci", r#"{ jobs.more = { calls = "more", permissions = { contents = 'Read } } }"#),
            ("more", r#"{ on = { call = {} }, jobs.test.permissions = { checks = 'Write "annotates failures" } }"#),
        ]),
        Example::bad(&[
            ("ci", r#"{ jobs.more.calls = "more" }"#),
            ("more", "{ on = { call = {} }, jobs.test.permissions = { contents = 'Read } }"),
        ]),
        Example::good(&[
            ("ci", r#"{ jobs.more = { calls = "more", permissions = { contents = 'Write "pushes the changelog" } } }"#),
            ("more", "{ on = { call = {} }, jobs.test.permissions = { contents = 'Read } }"),
        ]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let Some(call) = job.call() else { continue };
        let Some(callee) = scope.project.callee(call) else { continue };
        let asked =
            callee.jobs.values().flat_map(|inner| inner.permissions.iter().map(move |(name, grant)| (inner, *name, grant)));
        for (inner, name, grant) in asked {
            let granted = job.permissions.get(name).map_or(Level::None, |grant| grant.level.value);
            if grant.level.value > granted {
                let said = findings.permission(name);
                findings
                    .report(
                        pipeline.job_identity(job),
                        job.permissions_key.unwrap_or(call.callee.origin),
                        format!(
                            "`{}/{}` asks for `{said}` at {}, and {} is granted here",
                            callee.id,
                            inner.id,
                            grant.level.word(),
                            granted.word()
                        ),
                    )
                    .related(grant.level.origin, "asked for here")
                    .key(format!("{}/{name}", inner.id))
                    .mend(
                        format!("grant it to the calling job as well: permissions.{name}"),
                        format!("grant it to the calling job as well: {said}: {}", grant.level.word()),
                    );
            }
        }
    }
}
