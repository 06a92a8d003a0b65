//! `gl-variable-evaluated`

use super::command_injection::runs_a_text;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::gitlab::variables;
use crate::view::scripts;
use crate::view::shell::{self, Command, Word};

/// What the names of variables that GitLab sets begin with: those that outsiders choose are another rule's.
const OWN: &[&str] = &["CI_", "GITLAB_"];

/// What sets the variables that it names, or any: what another file sets is not seen.
const TAKERS: &[&str] = &["read", "for", "mapfile", "readarray", "getopts", "select", "printf", "source", "."];

pub(super) static RULE: Rule = Rule {
    id: "gl-variable-evaluated",
    summary: "a script runs what a variable holds",
    why: "`eval \"$COMMAND\"` and `sh -c \"$COMMAND\"` run what stands in a variable that the file does not set. Whoever starts a \
          pipeline by hand, by a trigger or from another pipeline may set it, and so chooses what runs beside the secrets of the \
          project. A command that is written out takes the variable as an argument, and a `case` chooses between commands.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("a.gitlab-ci.yml", "deploy:\n  script:\n    - eval \"$DEPLOY\"\n")]),
        Example::bad(&[("a.gitlab-ci.yml", "deploy:\n  script:\n    - bash -c \"${DEPLOY}\"\n")]),
        Example::bad(&[("a.gitlab-ci.yml", "deploy:\n  script:\n    - eval $TOOL --all\n")]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "eval \"$DEPLOY\"" }] }"#)]).project("{ backends.gitlab = {} }"),
        Example::good(&[("a.gitlab-ci.yml", "deploy:\n  variables:\n    DEPLOY: make\n  script:\n    - eval \"$DEPLOY\"\n")]),
        Example::good(&[("a.gitlab-ci.yml", "deploy:\n  script:\n    - DEPLOY=\"make it\"\n    - eval \"$DEPLOY\"\n")]),
        Example::good(&[(
            "a.gitlab-ci.yml",
            "deploy:\n  script:\n    - eval \"$(ssh-agent -s)\"\n    - sh -c \"cd $DIR && make\"\n",
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "eval \"$DEPLOY\"" }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "eval \"$DEPLOY\"", env.DEPLOY = "make" }] }"#)])
            .project("{ backends.gitlab = {} }"),
    ],
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let (mut set, mut written) = (None, None);
    for script in scripts::with_any(scope, &["eval", "-c"]) {
        let commands = shell::commands(script.text);
        for command in shell::every(&commands) {
            let Some(program) = runs_a_text(command) else { continue };
            let is_eval = program == "eval";
            for name in command.arguments().iter().filter_map(|word| whole(word, is_eval)) {
                // What the file or the script sets, it knows.
                let set = set.get_or_insert_with(|| variables(scope.project));
                let is_set = set.iter().any(|variable| variable.name == name)
                    || script.variables().iter().any(|(known, _)| *known == name)
                    || written.get_or_insert_with(|| texts(scope)).iter().any(|commands| assigns(commands, name))
                    || OWN.iter().any(|own| name.starts_with(own));
                if !is_set {
                    findings
                        .report(
                            script.identity(),
                            script.origin,
                            format!("`{program}` runs `${name}`, which the file does not set"),
                        )
                        .key(format!("{program}/{name}"))
                        .help("write the command out, and hand the variable over as an argument between double quotes");
                }
            }
        }
    }
}

/// The commands of all scripts that set something: those of a job may stand in several lists, and each line on its own.
fn texts(scope: &Scope<'_>) -> Vec<Vec<Command>> {
    let sets = |text: &str| text.contains('=') || TAKERS.iter().any(|taker| scripts::is_named(text, taker));
    scripts::all(scope).filter(|script| sets(script.text)).map(|script| shell::commands(script.text)).collect()
}

/// The variable that a word is, or begins with if what follows is part of the same command.
fn whole(word: &Word, begins: bool) -> Option<&str> {
    let name = word.names.first()?;
    let written = [format!("${name}"), format!("${{{name}}}")];
    let is = |text: &str| written.iter().any(|written| if begins { text.starts_with(written) } else { text == written });
    is(&word.text).then_some(name.as_str())
}

/// Whether a script sets a variable itself, in any of the ways there are.
fn assigns(commands: &[Command], name: &str) -> bool {
    let sets = |word: &Word| word.text.split_once('=').is_some_and(|(before, _)| before.trim_end_matches('+') == name);
    shell::every(commands).into_iter().any(|command| {
        command.assigned.iter().chain(&command.words).any(sets)
            || TAKERS.contains(&command.name())
                && command.words.iter().any(|word| word.text == name || [".", "source"].contains(&command.name()))
    })
}
