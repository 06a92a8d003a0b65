//! `gl-parallel-limit`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;

/// As many as one job may become. As documented, read 2026-11.
const MOST: usize = 200;

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
    for (pipeline, job) in scope.jobs() {
        let Some(legs) = job.matrix.as_ref().map_or(Some(1), |matrix| matrix.legs()) else { continue };
        let all = legs.max(1).saturating_mul(job.shards.map_or(1, |shards| shards.value as usize));
        let origin = job.matrix.as_ref().map(|matrix| matrix.origin).or(job.shards.map(|shards| shards.origin));
        if let Some(origin) = origin.filter(|_| all > MOST) {
            let all = if all == usize::MAX { "more jobs than can be counted".to_owned() } else { format!("{all} jobs") };
            findings
                .report(pipeline.job_identity(job), origin, format!("{all}, and {MOST} is the most on GitLab"))
                .help("make it two jobs, or fewer shards");
        }
    }
}
