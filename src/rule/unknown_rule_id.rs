//! `unknown-rule-id`

use super::registry::find;
use super::{Check, Example, Findings, Refused, Rule, Waivers};
use crate::finding::{Identity, Severity};
use crate::policy::{Allowance, Bounds};
use crate::source::FaultKind;
use crate::view::scope::near;

pub(super) static RULE: Rule = Rule {
    id: "unknown-rule-id",
    summary: "a policy names a rule, a setting or an allowance that does not exist",
    why: "A misspelt rule is a rule that is not set, and a misspelt exception is one that covers nothing: both look like a \
          decision and are none.",
    severity: Severity::Error,
    refused: &[
        Refused { kind: FaultKind::Unknown, path: "policy/rules/*" },
        Refused { kind: FaultKind::Unknown, path: "policy/rules/*/*" },
        Refused { kind: FaultKind::Unknown, path: "policy/rules/*/settings/*" },
        Refused { kind: FaultKind::Unknown, path: "policy/rules/*/settings/*/*" },
    ],
    check: Check::Policy(check),
    examples: &[
        Example::bad(&[("ci", "{}")]).policy(
            r#"{ exceptions.long = { rule = "job-timeout-over-limits", where = "ci/test", reason = "soak test", owner = "platform", expires = "2027-01-31" } }"#,
        ),
        Example::bad(&[("ci", "{}")]).policy("{ rules.job-timeout-over-limits.severity = 'Warning }"),
        Example::bad(&[("ci", "{}")]).policy(r#"{ exceptions_allowed.rules = ["job-timeout-over-limits"] }"#),
        Example::bad(&[("ci", "{}")]).policy(r#"{ rules.job-timeout-over-limit.settings.maximum = "60m" }"#),
        Example::bad(&[("ci", "{}")]).policy("{ rules.permissions-over-grant.settings.allow.pull_requests = { contents = 'Read } }"),
        Example::bad(&[("ci", "{}")]).policy("{ rules.job-timeout-missing.severity = 'Off }"),
        Example::bad(&[("ci", "{}")]).policy(
            r#"{ exceptions.long = { rule = "job-timeout-missing", where = "ci/test", reason = "soak test", owner = "platform", expires = "2027-01-31" } }"#,
        ),
        Example::good(&[("ci", "{}")]).policy(r#"{ exceptions_allowed.rules = ["job-timeout-over-limit"] }"#),
        Example::good(&[("ci", "{}")]).policy(
            r#"{ exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "soak test", owner = "platform", expires = "2027-01-31" } }"#,
        ),
    ],
    ..Rule::PORTABLE
};

fn check(waivers: &Waivers<'_>, findings: &mut Findings) {
    let policy = waivers.policy;
    let known = waivers.known();
    if let Some(Allowance::Within(Bounds { rules: Some(rules), .. })) = &policy.exceptions_allowed {
        for id in rules.iter().filter(|id| !known.contains(&id.as_str())) {
            findings
                .report(
                    Identity::of(&policy.source).part("exceptions_allowed"),
                    id.origin,
                    format!("no rule is named `{}`", id.value),
                )
                .key(&id.value)
                .suggest(near(id, known.iter().copied()));
        }
    }
    for exception in &policy.exceptions {
        let id = &exception.rule;
        // What an audit reads is judged whatever is wrong with it.
        let is_refused = |rule: &Rule| matches!(rule.check, Check::Contract | Check::Backend);
        if waivers.project.declares && find(id).is_some_and(is_refused) {
            findings
                .report(
                    Identity::of(&policy.source).part("exceptions").part(&exception.name),
                    id.origin,
                    format!("no exception can cover `{}`: what it refuses is never judged", id.value),
                )
                .help("remove the exception and mend what it is about");
        }
        if !known.contains(&id.as_str()) {
            findings
                .report(
                    Identity::of(&policy.source).part("exceptions").part(&exception.name),
                    id.origin,
                    format!("no rule is named `{}`", id.value),
                )
                .suggest(near(id, known.iter().copied()));
        }
    }
}
