//! `pin-unused`

use std::collections::BTreeSet;

use super::{Audit, Check, Example, Findings, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::pipeline::github::action;
use crate::pipeline::step::Kind;
use crate::pipeline::uses::{Foreign, Used};

pub(super) static RULE: Rule = Rule {
    id: "pin-unused",
    summary: "a pin is declared and nothing uses it",
    why: "A bot keeps raising it and people keep reviewing that, for nothing.",
    severity: Severity::Note,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{}")]).project(
            r#"{ pins = {
              "actions/checkout" = { version = "v7.0.1", revision = "3d3c42e5aac5ba805825da76410c181273ba90b1" },
              "docker/login-action" = { version = "v4.6.0", revision = "dbcb813823bdd20940b903addbd779551569679f" },
            } }"#,
        ),
        Example::good(&[("ci", "{}")]).project(
            r#"{ pins = { "actions/checkout" = { version = "v7.0.1", revision = "3d3c42e5aac5ba805825da76410c181273ba90b1" } } }"#,
        ),
        Example::good(&[("ci", r#"{ jobs.more.uses = "owner/flows/.github/workflows/a.yml" }"#)]).project(
            r#"{ pins = {
              "actions/checkout" = { version = "v7.0.1", revision = "3d3c42e5aac5ba805825da76410c181273ba90b1" },
              "owner/flows" = { version = "v4.6.0", revision = "dbcb813823bdd20940b903addbd779551569679f" },
            } }"#,
        ),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "github/codeql-action/init" }] }"#,
        )])
        .project(
            r#"{ pins = { "github/codeql-action" = { version = "v4.37.8", revision = "db488ddef3bf6cb639b32c2e9a7c0a7ea8271d28" } } }"#,
        ),
    ],
    audit: Audit::Never,
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // What a file that could not be read uses is not known.
    if !scope.project.unread.is_empty() {
        return;
    }
    let repository = |action| Used::of(action).foreign().map(Foreign::repository);
    let mut used: BTreeSet<&str> = scope.jobs().flat_map(|(_, job)| action::of_job(job)).filter_map(repository).collect();
    used.extend(scope.jobs().filter_map(|(_, job)| Some(job.call()?.callee.foreign()?.repository())));
    for (.., step) in scope.steps() {
        used.extend(action::of_kind(&step.kind.value).into_iter().filter_map(repository));
        if let Kind::Uses(uses) = &step.kind.value {
            used.extend(uses.used().foreign().map(Foreign::repository));
        }
    }
    for (name, pin) in scope.project.pins.iter().filter(|(name, _)| !used.contains(name.as_str())) {
        findings
            .report(Identity::of("project").part("pins").part(name), pin.key, format!("no step needs `{name}`"))
            .help("remove it");
    }
}
