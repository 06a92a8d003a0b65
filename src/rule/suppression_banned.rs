//! `suppression-banned`

use super::registry::RULES;
use super::scope::near;
use super::{Check, Example, Findings, Rule, Waivers};
use crate::finding::{Identity, Severity};
use crate::source::Node;

pub(super) static RULE: Rule = Rule {
    id: "suppression-banned",
    summary: "an exception is made where none may be made",
    why: "Some rules are not open to exceptions, however good the reason: a policy lists them.",
    severity: Severity::Error,
    settings: r#"banned | Array String | doc "Rules that no exception may cover." | default = [],"#,
    refused: &[],
    check: Check::Policy(check),
    examples: &[
        Example::bad(&[("ci", "{}")]).policy(
            r#"{
              rules.suppression-banned.settings.banned = ["unpinned-uses"],
              exceptions.old = { rule = "unpinned-uses", where = "ci/test", reason = "no release yet", owner = "platform", expires = "2027-01-31" },
            }"#,
        ),
        Example::bad(&[("ci", "{}")]).policy(r#"{ rules.suppression-banned.settings.banned = ["unpinned-use"] }"#),
        Example::good(&[("ci", "{}")]).policy(
            r#"{
              rules.suppression-banned.settings.banned = ["unpinned-uses"],
              exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "soak test", owner = "platform", expires = "2027-01-31" },
            }"#,
        ),
        Example::good(&[("ci", "{}")]).policy(
            r#"{ exceptions.old = { rule = "unpinned-uses", where = "ci/test", reason = "no release yet", owner = "platform", expires = "2027-01-31" } }"#,
        ),
    ],
};

fn check(waivers: &Waivers<'_>, findings: &mut Findings) {
    let banned = waivers.settings.texts("banned");
    let policy = waivers.policy;
    let ids = || RULES.iter().map(|rule| rule.id).chain(policy.custom.iter().map(|rule| rule.id.as_str()));
    for item in waivers.settings.get("banned").and_then(Node::items).unwrap_or_default() {
        if let Some(id) = item.text()
            && !ids().any(|known| known == id)
        {
            let identity = Identity::of(&policy.source).part("rules").part(RULE.id);
            findings.report(identity, item.origin, format!("no rule is named `{id}`")).key(id).suggest(near(id, ids()));
        }
    }
    for exception in &policy.exceptions {
        if banned.contains(&exception.rule.as_str()) {
            findings
                .report(
                    Identity::of(&policy.source).part("exceptions").part(&exception.name),
                    exception.rule.origin,
                    format!("no exception may cover `{}`", exception.rule.value),
                )
                .decided(waivers.settings, "banned");
        }
    }
}
