//! `env-file-write`

use super::shell::{self, Command};
use super::untrusted::Reach;
use super::{Check, Example, Findings, Rule, Scope, scripts, tainted};
use crate::finding::Severity;

/// The files by which a step speaks to those after it.
const FILES: &[&str] = &["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH"];

pub(super) static RULE: Rule = Rule {
    id: "env-file-write",
    summary: "what outsiders write gets into the environment of later steps",
    why: "A line in `$GITHUB_ENV` sets a variable for every step that follows, and a text with a line's end in it sets two: \
          `LD_PRELOAD`, `NODE_OPTIONS` or `PATH` make the next command run what the author of an issue likes. The same text \
          in `$GITHUB_OUTPUT` writes outputs that the step never had. Hand the value to the step that needs it through that \
          step's own `env`.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "echo \"HEAD=$HEAD\" >> \"$GITHUB_ENV\"", env.HEAD = 'Branch }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{
              run = "title=$(echo \"$TITLE\" | tr a-z A-Z)\n{\n  echo one\n  printf 'T=%s\\n' \"$title\"\n} | tee -a $GITHUB_ENV",
              env.TITLE = 'Raw { github = "github.event.pull_request.title" },
            }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = { push = {} }, jobs.test = { env.MESSAGE = 'CommitMessage, steps = [{ run = "cat <<END >> \"${GITHUB_OUTPUT}\"\nm=$MESSAGE\nEND" }] } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "echo \"head=$HEAD\" >> \"$GITHUB_OUTPUT\"", env.HEAD = 'Branch }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "echo \"$HEAD\"\necho A=1 >> \"$GITHUB_ENV\"", env.HEAD = 'Branch }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "echo \"SHA=$SHA\" >> $GITHUB_ENV", env.SHA = 'Commit }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ on = { push = {} }, jobs.test.steps = [{ run = "echo \"REF=$NAME\" >> $GITHUB_ENV", env.NAME = 'Branch }] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for script in scripts::with_any(scope, FILES) {
        let mut tainted = tainted::variables(script);
        if tainted.is_empty() {
            continue;
        }
        let commands = shell::commands(script.text);
        tainted::follow(&commands, &mut tainted);
        for (number, command) in commands.iter().enumerate() {
            let Some(file) = file_of(&commands, number) else { continue };
            for (name, (source, reach)) in &tainted {
                // One line cannot become two outputs.
                if command.takes(name) && (file != "GITHUB_OUTPUT" || *reach == Reach::Lines) {
                    let message = format!("`${name}` is written to `${file}`, and outsiders write {source}");
                    findings
                        .report(script.pipeline.step_identity(script.job, script.step), script.origin, message)
                        .key(format!("{file}/{name}"))
                        .help("bind the value under `env` of the step that needs it");
                }
            }
        }
    }
}

/// The file of the forge that a command's output ends in, over at most one `tee`.
fn file_of(commands: &[Command], number: usize) -> Option<&'static str> {
    let command = commands.get(number)?;
    let named = |text: &str| {
        FILES.iter().copied().find(|file| text.contains(&format!("${file}")) || text.contains(&format!("${{{file}")))
    };
    let own = command.writes.iter().find_map(|word| named(&word.text));
    // What goes through a pipe ends where a command of it writes.
    own.or_else(|| {
        command.fed(commands).find_map(|command| {
            let tee = (command.name() == "tee").then(|| command.arguments().iter().find_map(|word| named(&word.text))).flatten();
            tee.or_else(|| command.writes.iter().find_map(|word| named(&word.text)))
        })
    })
}
