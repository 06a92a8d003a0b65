//! `debug-enabled`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::actions::is_on;
use crate::view::gitlab::variables;

/// Variables that make a forge or its runner say everything.
const SWITCHES: &[&str] = &["ACTIONS_RUNNER_DEBUG", "ACTIONS_STEP_DEBUG", "CI_DEBUG_SERVICES", "CI_DEBUG_TRACE", "RUNNER_DEBUG"];

pub(super) static RULE: Rule = Rule {
    id: "debug-enabled",
    summary: "the runner is told to log everything, for good",
    why: "Debug logs show what commands get and answer, headers and half-hidden tokens included, to everybody who can read the \
          run. They are for one run that is looked into: the forge has a box for that where a run is started again, or takes the variable there. `CI_DEBUG_TRACE` \
          of GitLab's prints every variable with its value, the masked ones among them.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{ env.ACTIONS_STEP_DEBUG = true }")]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.ACTIONS_RUNNER_DEBUG = "true" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.env.RUNNER_DEBUG = 1 }"#)]),
        Example::bad(&[("ci", "{ jobs.test.env.CI_DEBUG_SERVICES = true }")]).project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.variables.CI_DEBUG_TRACE = "true" }"#)]).project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", "{}")]).project("{ backends.gitlab.variables.CI_DEBUG_TRACE = { value = \"1\" } }"),
        Example::good(&[("ci", "{}")]).project(r#"{ backends.gitlab.variables.CI_DEBUG_TRACE = "false" }"#),
        Example::good(&[("ci", "{ env.ACTIONS_STEP_DEBUG = false }")]),
        Example::good(&[("ci", r#"{ jobs.test.env = { DEBUG = true, VERBOSE = "1" } }"#)]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for variable in variables(scope.project).into_iter().filter(|variable| SWITCHES.contains(&variable.name)) {
        let value = variable.value;
        if value.flag() == Some(true)
            || value.text().is_some_and(|text| matches!(text.to_ascii_lowercase().as_str(), "true" | "1" | "yes"))
        {
            findings
                .report(variable.identity(), value.origin, format!("`{}` is on in each run", variable.name))
                .key(variable.name)
                .help("remove it, and start the one run that is looked into with this variable");
        }
    }
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
