//! `gl-calls-too-deep`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::calls::{APART, too_deep};

/// How many levels of pipelines may start each other, the first one counted. As documented, read 2026-11.
const LEVELS: usize = 3;

pub(super) static RULE: Rule = Rule {
    id: "gl-calls-too-deep",
    summary: "pipelines call each other deeper than GitLab goes",
    why: "What is called is a child pipeline on GitLab. A child may start children of its own, and those may start none: the job that \
          would call there fails, after everything before it has run.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(CHAIN).project("{ backends.gitlab = {} }"),
        Example::good(&[
            ("a", r#"{ jobs.next.calls = "b" }"#),
            ("b", r#"{ on = { call = {} }, jobs.next.calls = "c" }"#),
            ("c", "{ on = { call = {} } }"),
        ])
        .project("{ backends.gitlab = {} }"),
    ],
    ..Rule::GITLAB
};

/// Four levels.
const CHAIN: &[(&str, &str)] = &[
    ("a", r#"{ jobs.next.calls = "b" }"#),
    ("b", r#"{ on = { call = {} }, jobs.next.calls = "c" }"#),
    ("c", r#"{ on = { call = {} }, jobs.next.calls = "d" }"#),
    ("d", "{ on = { call = {} } }"),
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, _, chain) in too_deep(scope.project, LEVELS) {
        let message = format!("{LEVELS} levels are the most on GitLab, here are more: {chain}");
        findings.report(pipeline.identity(), pipeline.on_origin, message).help(APART);
    }
}
