//! `env-file-write`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Pipeline;
use crate::pipeline::trigger::Event;
use crate::view::actions::{is, used};
use crate::view::forge_files::{self, HANDED_ON};
use crate::view::github_script;
use crate::view::scope::Spot;
use crate::view::scripts::{self, Script};
use crate::view::shell::{Command, Word};
use crate::view::tainted;
use crate::view::untrusted::Reach;

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
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "echo \"HEAD=${GITHUB_HEAD_REF#refs/}\" >> $GITHUB_ENV" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ shell = "pwsh", run = "\"HEAD=$env:HEAD\" >> $env:GITHUB_ENV", env.HEAD = 'Branch }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ shell = "pwsh", run = "$head = $env:GITHUB_HEAD_REF\n\"HEAD=$head`n\" | Out-File -FilePath $env:GITHUB_ENV -Append" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ shell = "pwsh", run = "Add-Content -Path $env:GITHUB_PATH -Value \"C:\\$env:HEAD\"", env.HEAD = 'Branch }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [
              { id = "one", run = "echo \"head=$HEAD\" >> \"$GITHUB_OUTPUT\"", env.HEAD = 'Branch },
              { run = "echo \"HEAD=$IT\" >> \"$GITHUB_ENV\"", env.IT = 'Step "one.head" },
            ] }"#,
        )]),
        Example::bad(&[
            ("ci", r#"{ jobs.build = { calls = "build", with.name = 'Branch } }"#),
            (
                "build",
                r#"{ on = { call.inputs.name = { type = 'Text } }, jobs.test.steps = [{ run = "echo \"N=$N\" >> $GITHUB_ENV", env.N = 'Input "name" }] }"#,
            ),
        ]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/github-script", with.script = "const title = context.payload.pull_request.title;\ncore.exportVariable('TITLE', title);" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/github-script", env.HEAD = 'Branch, with.script = "core.addPath(`bin/${process.env.HEAD}`)" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/github-script", env.HEAD = 'Branch, with.script = "core.exportVariable('N', context.payload.pull_request.number); core.info(process.env.HEAD); core.setOutput('t', context.payload.pull_request.title)" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ shell = "pwsh", run = "\"SHA=$env:SHA\" >> $env:GITHUB_ENV\nWrite-Host $env:GITHUB_HEAD_REF", env.SHA = 'Commit }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [
              { id = "one", run = "echo \"head=$HEAD\" >> \"$GITHUB_OUTPUT\"\necho \"sha=$SHA\" >> $GITHUB_OUTPUT", env = { HEAD = 'Branch, SHA = 'Commit } },
              { run = "echo \"SHA=$IT\" >> \"$GITHUB_ENV\"", env.IT = 'Step "one.sha" },
            ] }"#,
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
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on:
  workflow_run: { workflows: [CI], types: [completed] }
jobs:
  report:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: cat pr.txt >> $GITHUB_ENV
",
        )]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on:
  pull_request_target: {}
jobs:
  report:
    runs-on: windows-2025
    timeout-minutes: 5
    steps:
      - run: echo TITLE=%TITLE% >> %GITHUB_ENV%
        shell: cmd
",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on:
  workflow_run: { workflows: [CI], types: [completed] }
jobs:
  report:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: echo LEVEL=info >> $GITHUB_ENV
",
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for script in scripts::of_any_shell(scope, HANDED_ON) {
        let mut tainted = tainted::variables(scope, script);
        let event = if scope.fills_in() { None } else { script.spot.and_then(|spot| started(spot.pipeline)) };
        if tainted.is_empty() && event.is_none() {
            continue;
        }
        let commands = script.commands();
        if let Some((event, file)) = event.zip(commands.iter().enumerate().find_map(|(at, _)| unclear(&commands, at))) {
            say(findings, script, event, file);
        }
        tainted::follow(&commands, &mut tainted);
        for (number, command) in commands.iter().enumerate() {
            let Some(file) = forge_files::of(&commands, number) else { continue };
            for (name, (source, reach)) in &tainted {
                // One line cannot become two outputs.
                if command.takes(name) && (file != "GITHUB_OUTPUT" || *reach == Reach::Lines) {
                    let message = format!("`${name}` is written to `${file}`, and outsiders write {source}");
                    findings.report(script.identity(), script.origin, message).key(format!("{file}/{name}")).help(BIND);
                }
            }
        }
    }
    // What `cmd` reads is not read here: a line that writes and puts something in is enough.
    for script in scripts::all(scope).filter(|script| !script.is_read() && !scope.fills_in()) {
        let event = script.spot.and_then(|spot| started(spot.pipeline));
        let written = ["GITHUB_ENV", "GITHUB_PATH"].into_iter().find(|file| script.text.lines().any(|line| puts(line, file)));
        if let Some((event, file)) = event.zip(written) {
            say(findings, script, event, file);
        }
    }
    for (pipeline, job, step, uses) in used(scope).filter(|(_, _, _, uses)| is(uses, github_script::ACTION)) {
        let Some((text, origin)) = github_script::text(uses) else { continue };
        let calls = github_script::calls(&text, &["addPath", "exportVariable"]);
        if calls.is_empty() {
            continue;
        }
        let spot = Spot { pipeline, job: Some(job), step: Some(step) };
        let environment = tainted::environment(scope, spot);
        for call in calls {
            if let Some(source) = github_script::taken(&text, call.arguments, &environment) {
                findings
                    .report(spot.identity(), origin, format!("`core.{}` is given {source}, which outsiders write", call.name))
                    .key(format!("{}/{source}", call.name))
                    .help(BIND);
            }
        }
    }
}

/// What to do instead.
const BIND: &str = "bind the value under `env` of the step that needs it";

fn say(findings: &mut Findings, script: Script<'_>, event: Event, file: &str) {
    let message = format!("what is written to `${file}` is not plain, and outsiders start this by `{}`", event.name());
    findings.report(script.identity(), script.origin, message).key(file).help(BIND);
}

/// Whether a line of `cmd` writes to a file of the forge what it takes from a variable.
fn puts(line: &str, file: &str) -> bool {
    let end = line.find(&format!("%{file}%")).and_then(|at| line[..at].rfind('>'));
    end.is_some_and(|end| line[..end].contains('%'))
}

/// The event by which outsiders start a run with the repository's own rights on what they have written.
fn started(pipeline: &Pipeline) -> Option<Event> {
    pipeline.on.events().into_iter().find(|event| matches!(event.name(), "pull_request_target" | "workflow_run"))
}

/// The file of the environment that a command of a script writes to, if more than plain words goes there: where outsiders start
/// a run, what a program prints may be theirs.
fn unclear(commands: &[Command], at: usize) -> Option<&'static str> {
    let file = forge_files::of(commands, at).filter(|file| *file != "GITHUB_OUTPUT")?;
    let command = commands.get(at)?;
    let plain = |word: &Word| word.names.is_empty() && word.inner.is_empty();
    let says = ["echo", "printf"].contains(&command.name()) && command.words.iter().chain(&command.reads).all(plain);
    (!says).then_some(file)
}
