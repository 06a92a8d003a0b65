//! `matrix-too-large`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::Origin;
use crate::pipeline::matrix::MOST;
use crate::pipeline::{Job, Pipeline};

pub(super) static RULE: Rule = Rule {
    id: "matrix-too-large",
    summary: "a job has more legs than the platform starts",
    why: "A matrix makes at most 256 jobs in one run; with one more the platform refuses the run. Shards multiply the legs.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{ jobs.test = { shards = 65, matrix.os = [1, 2, 3, 4] } }")]),
        Example::bad(&[("ci", "{ jobs.test.matrix = { n = std.array.range 0 17, m = std.array.range 0 17 } }")]),
        Example::bad(&[("ci", "{ jobs.test.shards = 257 }")]),
        Example::bad(&[("ci", "{ jobs.test.matrix = { n = std.array.range 0 256, include = [{ n = 999 }] } }")]),
        Example::bad(&[(
            "ci",
            "{ jobs.test.matrix = std.array.range 0 40 |> std.array.fold_left (fun keys n => keys & { \"k%{std.to_string n}\" = [1, 2, 3] }) { \"include\" = [{ k0 = 9 }] } }",
        )]),
        Example::good(&[("ci", "{ jobs.test.matrix = { n = std.array.range 0 256, include = [{ n = 7, slow = true }] } }")]),
        Example::good(&[("ci", "{ jobs.test = { shards = 64, matrix.os = [1, 2, 3, 4] } }")]),
        Example::good(&[("ci", "{ jobs.test.matrix = { n = std.array.range 0 257, exclude = [{ n = 7 }] } }")]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, legs, origin) in over(scope, MOST) {
        findings.report(pipeline.job_identity(job), origin, format!("{legs}, the most there can be is {MOST}"));
    }
}

/// The jobs that become more than so many, how many that is in words, and where it is said.
pub(super) fn over<'a>(
    scope: &Scope<'a>,
    most: usize,
) -> impl Iterator<Item = (&'a Pipeline, &'a Job, String, Origin)> + use<'a> {
    let over = move |(pipeline, job): (&'a Pipeline, &'a Job)| {
        let (legs, origin) = job.leg_count().filter(|(legs, _)| *legs > most)?;
        let words = if legs == usize::MAX { "more legs than can be counted".to_owned() } else { format!("{legs} legs") };
        Some((pipeline, job, words, origin))
    };
    scope.jobs().filter_map(over)
}
