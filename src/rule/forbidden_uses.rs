//! `forbidden-uses`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::Origin;
use crate::pipeline::call::Callee;
use crate::pipeline::github::action;
use crate::pipeline::step::Kind;
use crate::pipeline::uses::Used;
use crate::view::glob;

pub(super) static RULE: Rule = Rule {
    id: "forbidden-uses",
    summary: "an action is used that the policy does not allow",
    why: "An action runs with the permissions and the secrets of its job. Which authors an organisation trusts with that is \
          its own decision, made once and written down. That goes for the actions that kinds of steps are written with, \
          too. Actions of the repository itself are always allowed, and so is everything while the list is empty.",
    severity: Severity::Error,
    settings: r#"allow | Array String | doc "Actions that may be used, `*` is any text: actions/*. Empty: all." | default = [],
deny | Array String | doc "Actions that may not be used even so." | default = [],"#,
    loosens: &[("allow", Loosens::ItemOrNone), ("deny", Loosens::NoItem)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "someone/thing" }] }"#)])
            .policy(r#"{ rules.forbidden-uses.settings.allow = ["actions/*", "docker/*"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "tj-actions/changed-files" }] }"#)])
            .policy(r#"{ rules.forbidden-uses.settings.deny = ["tj-actions/*"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "TJ-Actions/changed-files" }] }"#)])
            .policy(r#"{ rules.forbidden-uses.settings.deny = ["tj-actions/*"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ docker_build = { tags = ["app:test"] } }] }"#)])
            .policy(r#"{ rules.forbidden-uses.settings.deny = ["docker/*"] }"#),
        Example::bad(&[("ci", "{ jobs.test.toolchain = 'Nix }")])
            .policy(r#"{ rules.forbidden-uses.settings.allow = ["actions/*"] }"#),
        Example::bad(&[("ci", r#"{ jobs.more.uses = "someone/thing/.github/workflows/build.yml" }"#)])
            .policy(r#"{ rules.forbidden-uses.settings.allow = ["actions/*"] }"#),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/cache/restore" }, { uses = "./actions/set-up" }] }"#)])
            .policy(r#"{ rules.forbidden-uses.settings.allow = ["actions/*", "docker/*"] }"#),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "someone/thing" }] }"#)]),
    ],
    ..Rule::GITHUB
};

/// The two lists of the policy, in lower case: the forge finds an action however its name is capitalised, and so must a list.
struct Lists {
    allow: Vec<String>,
    deny: Vec<String>,
}

impl Lists {
    /// The setting by which an action is forbidden, and why; none if it may be used.
    fn forbid(&self, action: &str) -> Option<(&'static str, String)> {
        if Used::of(action).own().is_some() {
            return None;
        }
        let among = |list: &[String]| glob::matches_any(list.iter().map(String::as_str), &action.to_lowercase());
        if among(&self.deny) {
            return Some(("deny", format!("`{action}` is denied")));
        }
        let outside = !self.allow.is_empty() && !among(&self.allow);
        outside.then(|| ("allow", format!("`{action}` is not among what is allowed: {}", self.allow.join(", "))))
    }
}

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let list = |name| scope.settings.texts(name).into_iter().map(str::to_lowercase).collect();
    let lists = Lists { allow: list("allow"), deny: list("deny") };
    // Nothing is forbidden until a policy says what.
    if lists.allow.is_empty() && lists.deny.is_empty() {
        return;
    }
    let mut hold = |identity: Identity, origin: Origin, action: &str, written: bool| {
        if let Some((setting, message)) = lists.forbid(action) {
            let said = findings.report(identity, origin, message).key(action).decided(scope.settings, setting);
            if !written {
                said.help("the step is written with this action: allow it, or do the work with commands");
            }
        }
    };
    for (pipeline, job) in scope.jobs() {
        for action in action::of_job(job) {
            hold(pipeline.job_identity(job), job.toolchain.origin, action, false);
        }
    }
    for (pipeline, job, step) in scope.steps() {
        for action in action::of_kind(&step.kind) {
            hold(pipeline.step_identity(job, step), step.kind.origin, action, false);
        }
        if let Kind::Uses(uses) = &step.kind.value {
            hold(pipeline.step_identity(job, step), uses.action.origin, &uses.action, true);
        }
    }
    for (pipeline, job) in scope.jobs() {
        if let Some(callee) = job.call().map(|call| &call.callee)
            && let Callee::Foreign(path, _) = &callee.value
        {
            hold(pipeline.job_identity(job), callee.origin, path, true);
        }
    }
}
