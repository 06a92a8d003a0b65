//! `gl-needs-limit`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;

/// As many as one job may wait for. As documented, read 2026-11.
const MOST: usize = 50;

pub(super) static RULE: Rule = Rule {
    id: "gl-needs-limit",
    summary: "a job waits for more jobs than GitLab lets it",
    why: "`needs` names at most 50 jobs on GitLab; with one more GitLab refuses the whole file. What is written there names every \
          job that comes before, since stages order nothing.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"let ids = std.array.range 0 51 |> std.array.map (fun n => "part-%{std.to_string n}") in
            { jobs = (ids |> std.array.map (fun id => { field = id, value = { timeout = "5m", steps = [{ run = "make" }] } }) |> std.record.from_array) & { test.needs = ids } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::good(&[(
            "ci",
            r#"let ids = std.array.range 0 50 |> std.array.map (fun n => "part-%{std.to_string n}") in
            { jobs = (ids |> std.array.map (fun id => { field = id, value = { timeout = "5m", steps = [{ run = "make" }] } }) |> std.record.from_array) & { test.needs = ids } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
    ],
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        if let Some(first) = job.needs.get(MOST) {
            findings
                .report(
                    pipeline.job_identity(job),
                    first.origin,
                    format!("{} jobs, and {MOST} is the most on GitLab", job.needs.len()),
                )
                .help("let a job in between wait for some of them");
        }
    }
}
