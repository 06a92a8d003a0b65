//! `app-token-broad`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Uses;
use crate::view::actions::{input, is_any, is_off, is_on, used};

/// Actions that make a token of a GitHub App. Read from their descriptions, 2026-11.
const OFFICIAL: &[&str] = &["actions/create-github-app-token"];
/// Those that take `permissions` and `repositories` in their own words.
const OTHERS: &[&str] = &["tibdex/github-app-token", "peter-murray/workflow-application-token-action"];
/// Those that cannot limit what they make.
const UNLIMITED: &[&str] =
    &["getsentry/action-github-app-token", "navikt/github-app-token-generator", "wow-actions/use-app-token"];

pub(super) static RULE: Rule = Rule {
    id: "app-token-broad",
    summary: "the token of an app may do all the app may",
    why: "An app is installed once with everything that any of its users needs. A token that is not limited can do all of that, \
          in each repository it is asked for, from one job that needed to write one comment. Its permissions and repositories \
          are said where it is made, and it is taken back when the job ends.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/create-github-app-token", with = { app-id = 'Variable "ID", private-key = 'Secret "KEY" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "Actions/create-github-app-token", with = { app-id = 'Variable "ID", private-key = 'Secret "KEY", owner = "acme", permission-contents = "read" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/create-github-app-token", with = { permission-issues = "write", skip-token-revoke = true } }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "tibdex/github-app-token", with.repositories = "[\"a\"]" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "getsentry/action-github-app-token" }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/create-github-app-token", with = { app-id = 'Variable "ID", private-key = 'Secret "KEY", permission-issues = "write" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/create-github-app-token", with = { owner = "acme", repositories = "docs", permission-contents = "read" } }] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        for (key, message) in faults(uses) {
            findings
                .report(pipeline.step_identity(job, step), uses.action.origin, message)
                .key(key)
                .help("use actions/create-github-app-token with permission-<scope> and, with an owner, repositories");
        }
    }
}

fn faults(uses: &Uses) -> Vec<(&'static str, &'static str)> {
    let mut faults = Vec::new();
    let has = |name: &str| input(uses, name).is_some();
    if is_any(uses, OFFICIAL) {
        if !uses.with.keys().any(|name| name.to_ascii_lowercase().starts_with("permission-")) {
            faults.push(("permissions", "the token gets every permission of the app"));
        }
        if has("owner") && !has("repositories") {
            faults.push(("repositories", "the token is good for every repository of the owner that has the app"));
        }
        if input(uses, "skip-token-revoke").is_some_and(|binding| is_on(&binding.value)) {
            faults.push(("revoke", "the token lives on for an hour after the job"));
        }
    } else if is_any(uses, OTHERS) {
        if !has("permissions") {
            faults.push(("permissions", "the token gets every permission of the app"));
        }
        if input(uses, "revoke").or_else(|| input(uses, "revoke_token")).is_some_and(|binding| is_off(&binding.value)) {
            faults.push(("revoke", "the token lives on for an hour after the job"));
        }
    } else if is_any(uses, UNLIMITED) {
        faults.push(("permissions", "the token of this action cannot be limited"));
    }
    faults
}
