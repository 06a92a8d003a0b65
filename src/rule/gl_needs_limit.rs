//! `gl-needs-limit`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::gitlab::limit;

pub(super) static RULE: Rule = Rule {
    id: "gl-needs-limit",
    summary: "a job waits for more jobs than GitLab lets it",
    why: "`needs` names at most 50 jobs on GitLab; with one more GitLab refuses the whole file. What is written there names every \
          job that comes before, since stages order nothing. Each leg of a matrix counts.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"let ids = std.array.range 0 51 |> std.array.map (fun n => "part-%{std.to_string n}") in
            { jobs = (ids |> std.array.map (fun id => { field = id, value = { timeout = "5m", steps = [{ run = "make" }] } }) |> std.record.from_array) & { test.needs = ids } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::bad(&[(
            "ci",
            r#"{ jobs.many = { shards = 51, timeout = "5m", steps = [{ run = "make" }] }, jobs.test.needs = ["many"] }"#,
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
        if let Some(origin) = limit::over(pipeline, job) {
            let count = limit::needed(pipeline, job.needs.iter().map(|need| need.value.as_str()));
            let message = format!("{count} jobs, and {} is the most on GitLab", limit::NEEDS);
            findings.report(pipeline.job_identity(job), origin, message).help("let a job in between wait for some of them");
        }
    }
}
