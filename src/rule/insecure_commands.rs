//! `insecure-commands`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::actions::{is, is_off, used};
use crate::view::{forge_files, github_script, scripts};

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
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "echo ACTIONS_ALLOW_UNSECURE_COMMANDS=true >> $GITHUB_ENV" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ shell = "pwsh", run = "\"ACTIONS_ALLOW_UNSECURE_COMMANDS=1\" | Out-File $env:GITHUB_ENV -Append" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/github-script", with.script = "core.exportVariable('ACTIONS_ALLOW_UNSECURE_COMMANDS', 'true')" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "echo ACTIONS_ALLOW_UNSECURE_COMMANDS=false >> $GITHUB_ENV\necho ACTIONS_ALLOW_UNSECURE_COMMANDS=true" }] }"#,
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
    for script in scripts::of_any_shell(scope, NAMES) {
        let commands = script.commands();
        for (number, command) in commands.iter().enumerate() {
            let file = forge_files::of(&commands, number);
            let on = |name: &&str| command.words.iter().chain(&command.reads).any(|word| switches_on(&word.text, name));
            if let Some((name, what)) = SWITCHES.iter().find(|(name, _)| file == Some("GITHUB_ENV") && on(name)) {
                findings
                    .report(script.identity(), script.origin, *what)
                    .key(*name)
                    .help(format!("do not write `{name}` to `$GITHUB_ENV`"));
            }
        }
    }
    for (pipeline, job, step, uses) in used(scope).filter(|(_, _, _, uses)| is(uses, github_script::ACTION)) {
        let Some((text, origin)) = github_script::text(uses) else { continue };
        for call in github_script::calls(&text, &["exportVariable"]) {
            if let Some((name, what)) = SWITCHES.iter().find(|(name, _)| call.arguments.contains(name)) {
                findings.report(pipeline.step_identity(job, step), origin, *what).key(*name).help(format!("do not set `{name}`"));
            }
        }
    }
}

/// The names of the switches.
const NAMES: &[&str] = &[SWITCHES[0].0, SWITCHES[1].0];

/// Whether a text gives a switch a value that is not off.
fn switches_on(text: &str, name: &str) -> bool {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='))
        .any(|value| !value.trim().eq_ignore_ascii_case("false"))
}
