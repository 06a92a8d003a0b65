//! `forbidden-uses`

use super::glob;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Kind;

pub(super) static RULE: Rule = Rule {
    id: "forbidden-uses",
    summary: "an action is used that the policy does not allow",
    why: "An action runs with the permissions and the secrets of its job. Which authors an organisation trusts with that is \
          its own decision, made once and written down. Actions of the repository itself are always allowed, and so is \
          everything while the list is empty.",
    severity: Severity::Error,
    settings: r#"allow | Array String | doc "Actions that may be used, `*` is any text: actions/*. Empty: all." | default = [],
deny | Array String | doc "Actions that may not be used even so." | default = [],"#,
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "someone/thing" }] }"#)])
            .policy(r#"{ rules.forbidden-uses.settings.allow = ["actions/*", "docker/*"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "tj-actions/changed-files" }] }"#)])
            .policy(r#"{ rules.forbidden-uses.settings.deny = ["tj-actions/*"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "TJ-Actions/changed-files" }] }"#)])
            .policy(r#"{ rules.forbidden-uses.settings.deny = ["tj-actions/*"] }"#),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/cache/restore" }, { uses = "./actions/set-up" }] }"#)])
            .policy(r#"{ rules.forbidden-uses.settings.allow = ["actions/*", "docker/*"] }"#),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "someone/thing" }] }"#)]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let (allow, deny) = (scope.settings.texts("allow"), scope.settings.texts("deny"));
    // The forge finds an action however its name is capitalised, and so must a list that denies it.
    let lower = |patterns: &[&str]| patterns.iter().map(|pattern| pattern.to_lowercase()).collect::<Vec<_>>();
    let (allowed, denied) = (lower(&allow), lower(&deny));
    for (pipeline, job, step) in scope.steps() {
        let Kind::Uses(uses) = &step.kind.value else { continue };
        let action = &uses.action;
        if action.starts_with("./") || action.starts_with("$/") {
            continue;
        }
        let name = action.to_lowercase();
        let setting = if glob::matches_any(denied.iter().map(String::as_str), &name) {
            "deny"
        } else if !allowed.is_empty() && !glob::matches_any(allowed.iter().map(String::as_str), &name) {
            "allow"
        } else {
            continue;
        };
        let message = match setting {
            "deny" => format!("`{}` is denied", action.value),
            _ => format!("`{}` is not among what is allowed: {}", action.value, allow.join(", ")),
        };
        findings.report(pipeline.step_identity(job, step), action.origin, message).decided(scope.settings, setting);
    }
}
