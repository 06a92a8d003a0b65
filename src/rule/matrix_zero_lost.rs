//! `matrix-zero-lost`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::At;
use crate::pipeline::matrix::Cell;
use crate::pipeline::{Part, Value};

pub(super) static RULE: Rule = Rule {
    id: "matrix-zero-lost",
    summary: "a version has lost its last zero",
    why: "As a number, 3.10 is 3.1: the leg that was to test the newest version tests one that is long gone, or fails to find it. \
          A version is a text. It is said where a number stands beside later versions of the same series and would fit \
          among them with its zero, with two missing between them at most.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{ jobs.test.matrix.python = [3.9, 3.10, 3.11] }")]),
        Example::bad(&[("ci", r#"{ jobs.test.github.strategy.matrix.go = ["1.19", 1.20, "1.21"] }"#)]),
        Example::bad(&[("ci", "{ jobs.test.matrix.python = [3.10, 3.12, 3.13] }")]),
        Example::good(&[("ci", r#"{ jobs.test.matrix.python = ["3.9", "3.10", "3.11"] }"#)]),
        Example::good(&[("ci", "{ jobs.test.matrix.ratio = [0.1, 0.5, 1.5] }")]),
        Example::good(&[("ci", "{ jobs.test.matrix.version = [3.1, 3.2, 3.3] }")]),
        Example::good(&[("ci", "{ jobs.test.matrix.version = [3.1, 3.4, 3.16] }")]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let columns = job.matrix.iter().flat_map(|matrix| &matrix.keys);
        for (key, cells) in columns {
            let versions: Vec<(u32, u32)> = cells.iter().filter_map(|cell| version(&text(cell)?)).collect();
            for cell in cells.iter().filter(|cell| is_number(cell)) {
                let Some((major, minor)) = text(cell).and_then(|text| version(&text)) else { continue };
                let there = |minor: u32| versions.contains(&(major, minor));
                // 3.1 between 3.9 and 3.12: with its zero it has a neighbour, and as it is it has none.
                let lost = minor * 10;
                let beside = there(lost.saturating_sub(1)) || (lost + 1..=lost + NEAR).any(there);
                if (1..10).contains(&minor) && beside && !there(minor + 1) {
                    findings
                        .report(
                            pipeline.job_identity(job),
                            cell.origin,
                            format!("the number {major}.{minor} is not the version {major}.{lost}"),
                        )
                        .key(key.clone())
                        .help(format!("write \"{major}.{lost}\" between quotes, and the others too"));
                }
            }
        }
    }
}

/// How far the next version may be.
const NEAR: u32 = 3;

fn value(cell: &Cell) -> Option<&At<Value>> {
    match cell {
        Cell::One(value) => Some(value),
        Cell::Record(_) | Cell::List(_) => None,
    }
}

fn text(cell: &At<Cell>) -> Option<String> {
    value(cell)?.print()
}

fn is_number(cell: &At<Cell>) -> bool {
    value(cell).is_some_and(|value| matches!(value.parts.as_slice(), [At { value: Part::Number(_), .. }]))
}

/// The two numbers of `3.11`.
fn version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok().filter(|minor| *minor < 1000)?))
}
