//! `superfluous-action`

use super::{Audit, Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::view::actions::{is, used};

/// Actions whose whole work a program does that is on the forge's own runners, and how. As of 2026-11.
const INSTEAD: &[(&str, &str)] = &[
    ("actions-ecosystem/action-add-labels", "gh issue edit --add-label"),
    ("actions-ecosystem/action-remove-labels", "gh issue edit --remove-label"),
    ("actions-rs/cargo", "cargo"),
    ("actions-rs/toolchain", "rustup toolchain install"),
    ("actions/create-release", "gh release create"),
    ("actions/upload-release-asset", "gh release upload"),
    ("addnab/docker-run-action", "docker run"),
    ("chrisdickinson/setup-yq", "yq, which is installed"),
    ("dacbd/create-issue-action", "gh issue create"),
    ("dcarbone/install-jq-action", "jq, which is installed"),
    ("dcarbone/install-yq-action", "yq, which is installed"),
    ("dtolnay/rust-toolchain", "rustup toolchain install"),
    ("elgohr/github-release-action", "gh release create"),
    ("endbug/add-and-commit", "git commit and git push"),
    ("fregante/setup-git-user", "git config"),
    ("hecrj/setup-rust-action", "rustup toolchain install"),
    ("mikefarah/yq", "yq, which is installed"),
    ("ncipollo/release-action", "gh release create"),
    ("peter-evans/close-issue", "gh issue close"),
    ("peter-evans/create-issue-from-file", "gh issue create --body-file"),
    ("peter-evans/create-or-update-comment", "gh issue comment"),
    ("peter-evans/create-pull-request", "gh pr create"),
    ("sergeysova/jq-action", "jq, which is installed"),
    ("softprops/action-gh-release", "gh release create"),
    ("stefanzweifel/git-auto-commit-action", "git commit and git push"),
    ("svenstaro/upload-release-action", "gh release upload"),
];

pub(super) static RULE: Rule = Rule {
    id: "superfluous-action",
    summary: "an action does what a program on the runner does",
    why: "Each action is one more author who could run anything in the job, and one more pin to keep up. A line of `gh`, `git` or \
          `rustup` has no such author. Whether that is worth a change is for a policy to say.",
    severity: Severity::Warning,
    settings: r#"report | Bool | doc "Whether to say anything." | default = false,
allow | Array String | doc "Actions that may be used even so." | default = [],"#,
    loosens: &[("report", Loosens::Less), ("allow", Loosens::Item)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "Softprops/action-gh-release" }] }"#)])
            .policy("{ rules.superfluous-action.settings.report = true }"),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "softprops/action-gh-release" }, { uses = "docker/login-action" }] }"#,
        )])
        .policy(r#"{ rules.superfluous-action.settings = { report = true, allow = ["softprops/action-gh-release"] } }"#),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "softprops/action-gh-release" }] }"#)]),
    ],
    audit: Audit::Strict,
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    if !scope.settings.flag("report") {
        return;
    }
    let allow = scope.settings.texts("allow");
    for (pipeline, job, step, uses) in used(scope).filter(|(_, _, _, uses)| !allow.iter().any(|name| is(uses, name))) {
        if let Some((name, program)) = INSTEAD.iter().find(|(name, _)| is(uses, name)) {
            findings
                .report(pipeline.step_identity(job, step), uses.action.origin, format!("`{name}` does what a program does"))
                .key(*name)
                .decided(scope.settings, "report")
                .help(format!("use {program}"));
        }
    }
}
