//! `matrix-duplicate`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::At;
use crate::pipeline::matrix::{Cell, Leg};

pub(super) static RULE: Rule = Rule {
    id: "matrix-duplicate",
    summary: "a matrix says the same thing twice",
    why: "A value that stands twice under a key doubles every leg it is in: the same work is paid for twice, under the same name, \
          and one of the two results hides the other. A leg that is added or left out twice was meant to be another one.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.matrix.python = ["3.12", "3.13", "3.12"] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.matrix = { os = ["a"], "include" = [{ os = "b", x = 1 }, { x = 1, os = "b" }] } }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.github.strategy.matrix.os = [{ name = "linux" }, { name = "linux" }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.matrix.python = ["3.12", "3.13"] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.matrix = { os = ["a"], "include" = [{ os = "b", x = 1 }, { os = "b", x = 2 }] } }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let Some(matrix) = &job.matrix else { continue };
        for (key, cells) in &matrix.keys {
            for (first, again) in repeated(cells, |one: &Cell, other| one.same(other)) {
                findings
                    .report(pipeline.job_identity(job), again.origin, format!("`{key}` has this value already"))
                    .related(first.origin, "here")
                    .key(key.clone())
                    .help("remove one of the two");
            }
        }
        for (name, legs) in [("include", &matrix.include), ("exclude", &matrix.exclude)] {
            for (first, again) in repeated(legs, same) {
                findings
                    .report(pipeline.job_identity(job), again.origin, format!("`{name}` has this leg already"))
                    .related(first.origin, "here")
                    .key(name)
                    .help("remove one of the two");
            }
        }
    }
}

fn same(one: &Leg, other: &Leg) -> bool {
    one.len() == other.len() && one.iter().all(|(key, cell)| other.get(key).is_some_and(|other| cell.same(other)))
}

/// Everything that is the same as something before it, with that.
fn repeated<T>(items: &[At<T>], same: impl Fn(&T, &T) -> bool) -> Vec<(&At<T>, &At<T>)> {
    let before = |index: usize| items[..index].iter().find(|one| same(&one.value, &items[index].value));
    (1..items.len()).filter_map(|index| Some((before(index)?, &items[index]))).collect()
}
