//! `secrets-in-command`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::value::Known;
use crate::pipeline::{Reference, Value};
use crate::view::scripts::{self, Script};
use crate::view::shell::{self, Command};

/// Fields whose text is shown or kept where people read it.
const SHOWN: &[&str] = &["summary", "comment.", "slack.text", "email.subject", "email.body", "outputs."];
/// What ends up inside an image that others pull.
const BUILT_IN: &[&str] = &["docker_build.tags", "docker_build.labels", "docker_build.arguments"];

pub(super) static RULE: Rule = Rule {
    id: "secrets-in-command",
    summary: "a secret is printed or written where people read it",
    why: "The platform hides a secret in logs only as long as it appears exactly as it was stored: encoded, cut or split over \
          lines it is readable. Summaries, comments, outputs and image layers are not hidden at all. Hand the value to the \
          program that needs it, through its environment or its standard input.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "echo \"token: $TOKEN\"", env.TOKEN = 'Secret "TOKEN" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { env.TOKEN = 'Secret "TOKEN", steps = [{ run = "true && printf %s \"${TOKEN}\" >&2" }] } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "echo $TOKEN >> $GITHUB_STEP_SUMMARY", env.TOKEN = 'Secret "TOKEN" }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "set -x\nmake publish", env.TOKEN = 'Secret "TOKEN" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ summary = ["token: ", 'Secret "TOKEN"] }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ docker_build = { tags = ["app"], arguments.TOKEN = 'Secret "TOKEN" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "echo \"$TOKEN\" | docker login --password-stdin\necho \"$TOKEN_NAME\"\nmake publish", env.TOKEN = 'Secret "TOKEN" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { defaults.shell = "pwsh", env.TOKEN = 'Secret "TOKEN", steps = [{ run = "echo $TOKEN" }] } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { env.TOKEN = 'Secret "TOKEN", steps = [{ run = "echo \"$TOKEN\"", env.TOKEN = "none" }] } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "echo \"$REF\"", env.REF = 'Ref }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ slack = { webhook = 'Secret "SLACK", text = "done" } }] }"#)]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for script in scripts::calling(scope, SPEAKERS.iter().copied()) {
        for (key, message) in faults(script.text, &secret_names(script)) {
            findings
                .report(script.pipeline.step_identity(script.job, script.step), script.origin, message)
                .key(key)
                .help("hand the value to the program that needs it, through its environment or its standard input");
        }
    }
    for mention in scope.mentions() {
        let Reference::Secret(name) = &mention.reference else { continue };
        let starts = |fields: &[&str]| fields.iter().any(|field| mention.field.starts_with(field));
        let message = if starts(SHOWN) {
            format!("`{name}` is shown where people read it")
        } else if starts(BUILT_IN) {
            format!("`{name}` stays in the image's history")
        } else {
            continue;
        };
        findings.report(mention.spot.identity(), mention.origin, message).key(mention.field.clone());
    }
}

/// Files of the forge that are shown, or that hand on to where masking ends.
const FORGE: &[&str] = &["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_ENV"];

/// What prints: a shell that does so with every command, and the programs that print their words.
const SPEAKERS: &[&str] = &["set", "echo", "printf"];

/// The names under which a script's commands find a secret in their environment.
fn secret_names(script: Script<'_>) -> Vec<&str> {
    let holds = |value: &Value| {
        value.references().any(|part| matches!(part.value, Reference::Secret(_) | Reference::Known(Known::Token)))
    };
    script.variables().into_iter().filter(|(_, binding)| holds(&binding.value)).map(|(name, _)| name).collect()
}

/// What a script says aloud of these variables: what it is about, and the message.
fn faults(script: &str, secret: &[&str]) -> Vec<(String, String)> {
    if secret.is_empty() {
        return Vec::new();
    }
    let mut faults: Vec<(String, String)> = Vec::new();
    let commands = shell::commands(script);
    for command in &commands {
        match command.name() {
            "set" if command.arguments().iter().any(|word| is_trace(&word.text)) => {
                faults.push(("set -x".to_owned(), "`set -x` prints every command with what it is given".to_owned()));
            }
            "echo" | "printf" if is_shown(&commands, command) => {
                faults.extend(
                    secret
                        .iter()
                        .filter(|name| command.takes(name))
                        .map(|name| ((*name).to_owned(), format!("the commands print `${name}`"))),
                );
            }
            _ => {}
        }
    }
    faults.sort();
    faults.dedup();
    faults
}

/// An option of `set` that makes the shell say what it does.
fn is_trace(word: &str) -> bool {
    word == "xtrace" || (word.starts_with('-') && !word.starts_with("--") && word.contains('x'))
}

/// Whether what a command prints goes to the log, the summary, or another step: neither to a program nor to a file of its own.
fn is_shown(commands: &[Command], command: &Command) -> bool {
    let to = |end: &str| command.writes.iter().any(|word| word.text.contains(end));
    if FORGE.iter().any(|file| to(file)) {
        return true;
    }
    let next = command.feeds.and_then(|number| commands.get(number));
    let told = next.is_none_or(|next| matches!(next.name(), "tee" | "cat"));
    told && (command.writes.is_empty() || to("/dev/stderr") || to("/dev/stdout") || to("/dev/tty"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_shown_counts() {
        for script in [
            "echo $T",
            "echo ${T:0:4}",
            "true && echo \"$T\"",
            "printf '%s' \"$T\" >&2",
            "if x; then echo $T; fi",
            "(echo $T)",
            "set -eux",
            "echo a \\\n $T",
            "echo $T | tee log",
            "echo \"$(printf %s \"$T\" | rev)\"",
            "{ echo a; echo $T; } >> \"$GITHUB_STEP_SUMMARY\"",
            "set -o xtrace",
        ] {
            assert_eq!(faults(script, &["T"]).len(), 1, "{script}");
        }
        for script in [
            "echo $TT",
            "echo $T | gh auth login",
            "echo $T > file",
            "curl -u $T host",
            "set -euo pipefail",
            "echo T",
            "echo '$T'",
            "# echo $T",
            "x=$(echo $T)",
            "{ echo $T; } | gh auth login",
        ] {
            assert_eq!(faults(script, &["T"]), Vec::new(), "{script}");
        }
        assert_eq!(faults("set -x", &[]), Vec::new());
    }
}
