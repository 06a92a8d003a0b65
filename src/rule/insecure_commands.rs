//! `insecure-commands`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::actions::is_off;

/// Variables that take back a protection of the runner, and what they let happen.
const SWITCHES: &[(&str, &str)] = &[
    ("ACTIONS_ALLOW_UNSECURE_COMMANDS", "whatever a program prints can set variables for the steps after it"),
    ("ACTIONS_ALLOW_USE_UNSECURE_NODE_VERSION", "actions run on a Node.js that gets no fixes any more"),
];

pub(super) static RULE: Rule = Rule {
    id: "insecure-commands",
    summary: "a protection of the runner is switched off",
    why: "With `ACTIONS_ALLOW_UNSECURE_COMMANDS` the runner obeys `::set-env` again: a line in any output, a test's name or a \
          commit's message, sets `PATH` for all that follows. It was taken away because that was used.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{ env.ACTIONS_ALLOW_UNSECURE_COMMANDS = true }")]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.ACTIONS_ALLOW_UNSECURE_COMMANDS = 'Variable "ALLOW" }] }"#,
        )]),
        Example::good(&[("ci", "{ env.ACTIONS_ALLOW_UNSECURE_COMMANDS = false }")]),
        Example::good(&[("ci", "{ env.ALLOW_UNSECURE_COMMANDS = true }")]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for held in scope.values() {
        let Some(name) = held.field.rsplit_once("env.").map(|(_, name)| name) else { continue };
        let Some((_, what)) = SWITCHES.iter().find(|(switch, _)| *switch == name) else { continue };
        if !is_off(held.value) {
            findings
                .report(held.spot.identity(), held.value.origin, *what)
                .key(held.field.clone())
                .help(format!("remove `{name}`"));
        }
    }
}
