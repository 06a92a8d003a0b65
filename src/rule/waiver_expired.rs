//! `waiver-expired`

use super::{Check, Example, Findings, Rule, Waivers};
use crate::finding::{Identity, Severity};

pub(super) static RULE: Rule = Rule {
    id: "waiver-expired",
    summary: "an exception is past its last day",
    why: "From that day on it covers nothing: what it let pass is reported again. Mend that, or decide anew and write another \
          date.",
    severity: Severity::Error,
    check: Check::Policy(check),
    examples: &[
        Example::bad(&[("ci", "{}")]).policy(
            r#"{ exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "soak test", owner = "platform", expires = "2026-05-31" } }"#,
        ),
        Example::good(&[("ci", "{}")]).policy(
            r#"{ exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "soak test", owner = "platform", expires = "2026-06-01" } }"#,
        ),
    ],
    ..Rule::PORTABLE
};

fn check(waivers: &Waivers<'_>, findings: &mut Findings) {
    let policy = waivers.policy;
    for exception in policy.exceptions.iter().filter(|exception| exception.expires.value < waivers.now) {
        findings
            .report(
                Identity::of(&policy.source).part("exceptions").part(&exception.name),
                exception.expires.origin,
                format!("its last day was {}, today is {}", exception.expires.value, waivers.now),
            )
            .help(format!("mend what it covers, or ask {} for another date", exception.owner.value));
    }
}
