//! `matrix-too-large`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::matrix::MOST;

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
    for (pipeline, job) in scope.jobs() {
        // What is worked out when the pipeline runs cannot be counted.
        let Some(legs) = job.matrix.as_ref().map_or(Some(1), |matrix| matrix.legs()) else { continue };
        let legs = legs.max(1);
        let shards = job.shards.map_or(1, |shards| shards.value as usize);
        let origin = job.matrix.as_ref().map(|matrix| matrix.origin).or(job.shards.map(|shards| shards.origin));
        let all = legs.saturating_mul(shards);
        if let Some(origin) = origin
            && all > MOST
        {
            let all = if all == usize::MAX { "more legs than can be counted".to_owned() } else { format!("{all} legs") };
            findings.report(pipeline.job_identity(job), origin, format!("{all}, the most there can be is {MOST}"));
        }
    }
}
