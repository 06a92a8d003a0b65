//! `debug-enabled`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::actions::is_on;

/// Variables that make a forge or its runner say everything.
const SWITCHES: &[&str] = &["ACTIONS_RUNNER_DEBUG", "ACTIONS_STEP_DEBUG", "CI_DEBUG_SERVICES", "CI_DEBUG_TRACE", "RUNNER_DEBUG"];

pub(super) static RULE: Rule = Rule {
    id: "debug-enabled",
    summary: "the runner is told to log everything, for good",
    why: "Debug logs show what commands get and answer, headers and half-hidden tokens included, to everybody who can read the \
          run. They are for one run that is looked into: the forge has a box for that where a run is started again.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{ env.ACTIONS_STEP_DEBUG = true }")]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.ACTIONS_RUNNER_DEBUG = "true" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.env.RUNNER_DEBUG = 1 }"#)]),
        Example::good(&[("ci", "{ env.ACTIONS_STEP_DEBUG = false }")]),
        Example::good(&[("ci", r#"{ jobs.test.env = { DEBUG = true, VERBOSE = "1" } }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for held in scope.values() {
        let Some(name) = held.field.rsplit_once("env.").map(|(_, name)| name) else { continue };
        if SWITCHES.contains(&name) && is_on(held.value) {
            findings
                .report(held.spot.identity(), held.value.origin, format!("`{name}` is on in each run"))
                .key(held.field.clone())
                .help("remove it, and start the one run that is looked into with debug logging");
        }
    }
}
