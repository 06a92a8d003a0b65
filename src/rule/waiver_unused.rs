//! `waiver-unused`

use super::registry::find;
use super::{Check, Example, Findings, Rule, Waivers};
use crate::finding::{Identity, Severity};

pub(super) static RULE: Rule = Rule {
    id: "waiver-unused",
    summary: "an exception covers nothing",
    why: "What it was for has been mended, renamed or removed. Left where it is, it silently lets the next such thing pass.",
    severity: Severity::Warning,
    settings: "",
    refused: &[],
    check: Check::Policy(check),
    examples: &[
        Example::bad(&[("ci", "{}")]).policy(
            r#"{ exceptions.long = { rule = "job-timeout-over-limit", where = "ci/gone", reason = "soak test", owner = "platform", expires = "2027-01-31" } }"#,
        ),
        Example::good(&[("ci", r#"{ jobs.test.timeout = "25h" }"#)]).policy(
            r#"{ exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "soak test", owner = "platform", expires = "2027-01-31" } }"#,
        ),
    ],
};

fn check(waivers: &Waivers<'_>, findings: &mut Findings) {
    // What would be found in a file that could not be read is not known.
    if !waivers.project.unread.is_empty() {
        return;
    }
    let policy = waivers.policy;
    for (exception, covered) in policy.exceptions.iter().zip(waivers.covered) {
        let known = find(&exception.rule).is_some() || policy.custom.iter().any(|rule| rule.id == exception.rule.value);
        // One that is past its day, or names no rule, has a finding of its own that says so.
        if *covered == 0 && known && exception.expires.value >= waivers.now {
            findings
                .report(
                    Identity::of(&policy.source).part("exceptions").part(&exception.name),
                    exception.key,
                    format!("`{}` finds nothing at `{}`", exception.rule.value, exception.identity.value),
                )
                .help("remove it, or mend `where` if the thing has another name now");
        }
    }
}
