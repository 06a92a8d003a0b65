//! `calls-over-platform`

use std::collections::BTreeSet;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::calls::{APART, reached, too_deep};

/// How many levels of workflows may call each other, the first one counted, and how many one file may bring along. Read 2026-11.
const LEVELS: usize = 10;
const WORKFLOWS: usize = 50;

pub(super) static RULE: Rule = Rule {
    id: "calls-over-platform",
    summary: "pipelines call each other further than the platform goes",
    why: "GitHub connects at most ten levels of workflows, the first one counted, and at most fifty different ones that begin at \
          one file. One more, anywhere below, and nothing of that file runs.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(CHAIN),
        Example::good(&[("ci", r#"{ jobs.more.calls = "more" }"#), ("more", "{ on = { call = {} } }")]),
    ],
    ..Rule::GITHUB
};

/// Eleven levels.
const CHAIN: &[(&str, &str)] = &[
    ("a", r#"{ jobs.next.calls = "b" }"#),
    ("b", r#"{ on = { call = {} }, jobs.next.calls = "c" }"#),
    ("c", r#"{ on = { call = {} }, jobs.next.calls = "d" }"#),
    ("d", r#"{ on = { call = {} }, jobs.next.calls = "e" }"#),
    ("e", r#"{ on = { call = {} }, jobs.next.calls = "f" }"#),
    ("f", r#"{ on = { call = {} }, jobs.next.calls = "g" }"#),
    ("g", r#"{ on = { call = {} }, jobs.next.calls = "h" }"#),
    ("h", r#"{ on = { call = {} }, jobs.next.calls = "i" }"#),
    ("i", r#"{ on = { call = {} }, jobs.next.calls = "j" }"#),
    ("j", r#"{ on = { call = {} }, jobs.next.calls = "k" }"#),
    ("k", "{ on = { call = {} } }"),
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut deep = BTreeSet::new();
    for (pipeline, levels, chain) in too_deep(scope.project, LEVELS) {
        deep.insert(&pipeline.id);
        let message = format!("{levels} levels, and the most are {LEVELS}: {chain}");
        findings.report(pipeline.identity(), pipeline.on_origin, message).key("levels").help(APART);
    }
    for pipeline in scope.project.pipelines.iter().filter(|pipeline| !pipeline.on.events().is_empty()) {
        let called = reached(scope.project, pipeline).len() - 1;
        if called > WORKFLOWS && !deep.contains(&pipeline.id) {
            let message = format!("{called} pipelines are called in the end, and the most are {WORKFLOWS}");
            findings.report(pipeline.identity(), pipeline.on_origin, message).key("count").help(APART);
        }
    }
}
