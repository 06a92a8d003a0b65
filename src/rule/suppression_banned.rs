//! `suppression-banned`

use super::glob;
use super::{Check, Example, Findings, Rule, Waivers};
use crate::finding::{Identity, Severity};

pub(super) static RULE: Rule = Rule {
    id: "suppression-banned",
    summary: "an exception is made where none may be made",
    why: "Some rules are not open to exceptions, however good the reason: a policy lists them.",
    severity: Severity::Error,
    settings: r#"banned | Array String | doc "Rules that no exception may cover; `*` is any text." | default = [],"#,
    refused: &[],
    check: Check::Policy(check),
    examples: &[
        Example::bad(&[("ci", "{}")]).policy(
            r#"{
              rules.suppression-banned.settings.banned = ["unpinned-*"],
              exceptions.old = { rule = "unpinned-uses", where = "ci/test", reason = "no release yet", owner = "platform", expires = "2027-01-31" },
            }"#,
        ),
        Example::good(&[("ci", "{}")]).policy(
            r#"{
              rules.suppression-banned.settings.banned = ["unpinned-*"],
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
    for exception in &policy.exceptions {
        if glob::matches_any(banned.iter().copied(), &exception.rule) {
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
