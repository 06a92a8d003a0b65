//! `suppression-banned`

use super::{Check, Example, Findings, Loosens, Rule, Waivers};
use crate::finding::{Identity, Severity};
use crate::source::Node;
use crate::view::scope::near;

pub(super) static RULE: Rule = Rule {
    id: "suppression-banned",
    summary: "an exception is made where none may be made",
    why: "Some rules are not open to exceptions, however good the reason: a policy lists them. What else a repository may \
          except, for how long and in whose name, is its organisation's to decide: exceptions_allowed. An exception outside of \
          that covers nothing.",
    severity: Severity::Error,
    settings: r#"banned | Array String | doc "Rules that no exception may cover." | default = [],"#,
    loosens: &[("banned", Loosens::NoItem)],
    check: Check::Policy(check),
    examples: &[
        Example::bad(&[("ci", "{}")]).policy(
            r#"{
              rules.suppression-banned.settings.banned = ["unpinned-uses"],
              exceptions.old = { rule = "unpinned-uses", where = "ci/test", reason = "no release yet", owner = "platform", expires = "2027-01-31" },
            }"#,
        ),
        Example::bad(&[("ci", "{}")]).policy(r#"{ rules.suppression-banned.settings.banned = ["unpinned-use"] }"#),
        Example::bad(&[("ci", "{}")]).policy(
            r#"{
              exceptions_allowed = 'None,
              exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "soak test", owner = "platform", expires = "2026-06-30" },
            }"#,
        ),
        Example::bad(&[("ci", "{}")]).policy(
            r#"{
              exceptions_allowed.rules = ["retention-over-limit"],
              exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "soak test", owner = "platform", expires = "2026-06-30" },
            }"#,
        ),
        Example::bad(&[("ci", "{}")]).policy(
            r#"{
              exceptions_allowed.longest = "90 days",
              exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "soak test", owner = "platform", expires = "2026-08-31" },
            }"#,
        ),
        Example::bad(&[("ci", "{}")]).policy(
            r#"{
              exceptions_allowed.owners = ["security"],
              exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "soak test", owner = "platform", expires = "2026-06-30" },
            }"#,
        ),
        Example::good(&[("ci", "{}")]).policy(
            r#"{
              exceptions_allowed = { rules = ["job-timeout-over-limit"], longest = "90 days", owners = ["platform"] },
              exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "soak test", owner = "platform", expires = "2026-08-30" },
            }"#,
        ),
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
    ..Rule::PORTABLE
};

fn check(waivers: &Waivers<'_>, findings: &mut Findings) {
    let policy = waivers.policy;
    let known = waivers.known();
    for item in waivers.settings.get("banned").and_then(Node::items).unwrap_or_default() {
        if let Some(id) = item.text()
            && !known.contains(&id)
        {
            let identity = Identity::of(&policy.source).part("rules").part(RULE.id);
            findings
                .report(identity, item.origin, format!("no rule is named `{id}`"))
                .key(id)
                .suggest(near(id, known.iter().copied()));
        }
    }
    for of in std::iter::once(policy).chain(waivers.others.iter().copied()) {
        for exception in &of.exceptions {
            if let Some(forbidden) = policy.forbids(of.layer, exception, waivers.now) {
                let identity = Identity::of(&of.source).part("exceptions").part(&exception.name);
                findings
                    .report(identity, forbidden.place, forbidden.message)
                    .related(forbidden.decided, "the policy says so here");
            }
        }
    }
}
