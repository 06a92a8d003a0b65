//! `matrix-key-unknown`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::value::Known;
use crate::pipeline::{Job, Reference};
use crate::view::scope::{Mention, near};

pub(super) static RULE: Rule = Rule {
    id: "matrix-key-unknown",
    summary: "a leg of a matrix is asked for a key it does not have",
    why: "A key that the matrix does not have is an empty text in every leg, and an exclusion by such a key leaves nothing out.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { matrix.python = ["3.12", "3.13"], steps = [{ run = "make", env.PYTHON = 'Matrix "pyhton" }] } }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.PART = 'Shard }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.matrix = { os = ["a", "b"], exclude = [{ so = "a" }] } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { shards = 2, matrix = { os = ["a"], include = [{ os = "b", slow = true }] }, steps = [
              { run = "make", env = { OS = 'Matrix "os", PART = 'Shard }, when = 'Matrix { key = "slow", equals = true } },
            ] } }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for mention in
        scope.mentions().iter().filter(|mention| !mention.spot.pipeline.is_action()).filter(|mention| mention.is_known())
    {
        if let Some((message, help)) = fault(mention) {
            findings.report(mention.spot.identity(), mention.origin, message).key(mention.field.clone()).suggest(help);
        }
    }
    for (pipeline, job) in scope.jobs() {
        let Some(matrix) = &job.matrix else { continue };
        for leg in &matrix.exclude {
            for (key, value) in leg.iter().filter(|(key, _)| !matrix.keys.contains_key(*key)) {
                findings
                    .report(
                        pipeline.job_identity(job),
                        value.origin,
                        format!("`{key}` is no key of the matrix, so nothing is left out"),
                    )
                    .key(format!("exclude/{key}"))
                    .suggest(near(key, matrix.keys.keys().map(String::as_str)));
            }
        }
    }
}

fn fault(mention: &Mention<'_>) -> Option<(String, Option<String>)> {
    let job = mention.spot.job;
    match &mention.reference {
        Reference::Matrix(key) => {
            let known = job.map_or_else(Vec::new, keys);
            (!known.iter().any(|one| one.eq_ignore_ascii_case(key)))
                .then(|| (format!("the matrix has no key `{key}`"), near(key, known)))
        }
        Reference::Known(Known::Shard | Known::Shards) if job.is_none_or(|job| job.shards.is_none()) => {
            Some(("the job has no shards".to_owned(), Some("give the job `shards`, or leave the reference out".to_owned())))
        }
        _ => None,
    }
}

fn keys(job: &Job) -> Vec<&str> {
    let own = job.matrix.iter().flat_map(|matrix| matrix.names());
    let mut keys: Vec<&str> = own.chain(job.shards.iter().map(|_| "shard")).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}
