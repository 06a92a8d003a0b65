//! `waiver-unjustified`

use super::{Check, Example, Findings, Refused, Rule, Waivers};
use crate::finding::{Identity, Severity};
use crate::origin::At;
use crate::source::FaultKind;

/// Texts that fill a place without saying anything.
const EMPTY: &[&str] = &["", "todo", "tbd", "fixme", "n/a", "none", "-", "."];

pub(super) static RULE: Rule = Rule {
    id: "waiver-unjustified",
    summary: "an exception lacks a reason, an owner or a last day",
    why: "An exception is a debt. Without a reason nobody can tell later whether it is still needed, without an owner there is \
          nobody to ask, and without a last day nobody ever will.",
    severity: Severity::Error,
    refused: &[
        Refused { kind: FaultKind::Missing, path: "policy/exceptions/*/reason" },
        Refused { kind: FaultKind::Missing, path: "policy/exceptions/*/owner" },
        Refused { kind: FaultKind::Missing, path: "policy/exceptions/*/expires" },
        Refused { kind: FaultKind::Contract, path: "policy/exceptions/*/reason" },
        Refused { kind: FaultKind::Contract, path: "policy/exceptions/*/owner" },
    ],
    check: Check::Policy(check),
    examples: &[
        Example::bad(&[("ci", "{}")]).policy(
            r#"{ exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "TODO", owner = "platform", expires = "2027-01-31" } }"#,
        ),
        Example::bad(&[("ci", "{}")]).policy(
            r#"{ exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", owner = "platform", expires = "2027-01-31" } }"#,
        ),
        Example::bad(&[("ci", "{}")]).policy(
            r#"{ exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "soak test", owner = "platform" } }"#,
        ),
        Example::good(&[("ci", "{}")]).policy(
            r#"{ exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "soak test", owner = "platform", expires = "2027-01-31" } }"#,
        ),
    ],
    ..Rule::PORTABLE
};

fn check(waivers: &Waivers<'_>, findings: &mut Findings) {
    let policy = waivers.policy;
    for exception in &policy.exceptions {
        let identity = Identity::of(&policy.source).part("exceptions").part(&exception.name);
        for (field, text) in [("reason", &exception.reason), ("owner", &exception.owner)] {
            if says_nothing(text) {
                findings.report(identity.clone(), text.origin, format!("\"{}\" is no {field}", text.value.trim())).key(field);
            }
        }
    }
}

fn says_nothing(text: &At<String>) -> bool {
    EMPTY.contains(&text.trim().to_lowercase().as_str())
}
