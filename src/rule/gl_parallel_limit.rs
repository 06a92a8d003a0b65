//! `gl-parallel-limit`

use super::matrix_too_large::over;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::gitlab::limit::LEGS;

pub(super) static RULE: Rule = Rule {
    id: "gl-parallel-limit",
    summary: "a job becomes more jobs than GitLab lets it",
    why: "A matrix or `parallel` makes at most 200 jobs out of one on GitLab, where GitHub starts 256; with one more GitLab refuses \
          the whole file. Shards multiply the legs.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{ jobs.test.shards = 201 }")]).project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", "{ jobs.test = { shards = 51, matrix.os = [1, 2, 3, 4] } }")]).project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", "{ jobs.test = { shards = 50, matrix.os = [1, 2, 3, 4] } }")]).project("{ backends.gitlab = {} }"),
    ],
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, legs, origin) in over(scope, LEGS) {
        let message = format!("{legs}, and {LEGS} is the most on GitLab");
        findings.report(pipeline.job_identity(job), origin, message).help("make it two jobs, or fewer shards");
    }
}
