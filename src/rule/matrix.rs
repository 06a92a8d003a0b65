//! `matrix`

use super::{Check, Example, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "matrix",
    summary: "a matrix whose keys do not add up",
    why: "The legs of a job are told apart by their keys. Where two things give one key its values, the forge takes one of them and says nothing. What is said of legs where there are none, it never hears, and a matrix that leaves no leg makes it refuse the file.",
    severity: Severity::Error,
    check: Check::Backend,
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test = { shards = 2, matrix.shard = ["a"] } }"#)]),
        Example::bad(&[("ci", "{ jobs.test.fail_fast = true }")]),
        Example::bad(&[("ci", "{ jobs.test.github.strategy.matrix = {} }")]),
        Example::bad(&[("ci", "{ jobs.test.matrix = {} }")]),
        Example::bad(&[("ci", "{ jobs.test.matrix = { a = [1], exclude = [{ a = 1 }] } }")]),
        Example::bad(&[("ci", "{ jobs.test.github.strategy.matrix = { a = [1, 2], exclude = [{ a = 1 }, { a = 2 }] } }")]),
        Example::good(&[("ci", "{ jobs.test.matrix = { a = [1], exclude = [{ a = 1 }], include = [{ a = 2 }] } }")]),
        Example::good(&[("ci", r#"{ jobs.test = { shards = 2, matrix.system = ["a"] } }"#)]),
    ],
    ..Rule::PORTABLE
};
