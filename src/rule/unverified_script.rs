//! `unverified-script`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::view::glob;
use crate::view::scripts;
use crate::view::shell::{self, Command, Word, every};

const FETCHERS: &[&str] = &["curl", "wget"];
const RUNNERS: &[&str] =
    &["bash", "sh", "zsh", "dash", "ksh", "python", "python3", "node", "perl", "ruby", "source", ".", "eval"];
/// What tells whether a file is the one that was meant.
const CHECKS: &[&str] =
    &["sha256sum", "sha512sum", "sha1sum", "shasum", "b2sum", "gpg", "gpgv", "cosign", "minisign", "openssl", "slsa-verifier"];

pub(super) static RULE: Rule = Rule {
    id: "unverified-script",
    summary: "a script is fetched and run as it comes",
    why: "`curl … | sh` runs whatever the server sends today, with the token and the secrets of the job. A server that is taken \
          over, or a domain that has run out, is enough. Fetch a fixed version and compare its hash before it runs, or take \
          the tool from a package or an action that is pinned.",
    severity: Severity::Warning,
    settings: r#"allow | Array String | doc "Addresses that may be fetched and run, `*` is any text: https://sh.rustup.rs*." | default = [],"#,
    loosens: &[("allow", Loosens::Item)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "curl -sSfL https://example.com/install.sh | sudo bash -s -- -y" }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "bash <(wget -qO- https://example.com/install.sh)" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "sh -c \"$(curl -fsSL https://example.com/install.sh)\"" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "curl -o get.sh https://example.com/get.sh\nchmod +x get.sh\n./get.sh" }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "curl https://example.com/get.sh | tee log | sh" }] }"#)])
            .policy(r#"{ rules.unverified-script.settings.allow = ["https://sh.rustup.rs*"] }"#),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "curl -sSf https://sh.rustup.rs | sh -s -- -y" }] }"#)])
            .policy(r#"{ rules.unverified-script.settings.allow = ["https://sh.rustup.rs*"] }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "curl -o get.sh https://example.com/get.sh\necho \"$HASH get.sh\" | sha256sum --check\nbash get.sh" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "curl -s https://example.com/a.json | jq .a\nbash build.sh" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "curl -s https://example.com/a.json | python3 -m json.tool\ncurl x | python -c 'import sys'" }] }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let allow = scope.settings.texts("allow");
    for script in scripts::with_any(scope, FETCHERS) {
        let commands = shell::commands(script.text);
        let all = every(&commands);
        let checked = all.iter().any(|command| CHECKS.contains(&command.name()));
        let mut run: Vec<&Command> = Vec::new();
        for command in &all {
            run.extend(handed_over(command));
        }
        run.extend(piped(&commands));
        for command in &all {
            run.extend(command.all_words().flat_map(|word| piped(&word.inner)));
        }
        if !checked {
            run.extend(kept(&all));
        }
        let mut said: Vec<String> = Vec::new();
        for command in run {
            let address = address(command);
            if said.contains(&address) || glob::matches_any(allow.iter().copied(), &address) {
                continue;
            }
            let identity = script.pipeline.step_identity(script.job, script.step);
            findings
                .report(identity, script.origin, format!("what `{address}` sends is run unseen"))
                .key(address.clone())
                .help("fetch a fixed version and compare its hash, or use a pinned action or package")
                .decided(scope.settings, "allow");
            said.push(address);
        }
    }
}

fn fetches(command: &Command) -> bool {
    FETCHERS.contains(&command.name())
}

/// Whether a command runs what is put into it; one that is told a program of its own does not.
fn runs_input(command: &Command) -> bool {
    let told = command.arguments().iter().take_while(|word| word.text != "-" && word.text != "-s" && word.text != "--");
    let own =
        |word: &Word| !word.text.starts_with('-') || matches!(word.text.as_str(), "-c" | "-m" | "-e" | "-pe" | "-ne" | "-n");
    RUNNERS.contains(&command.name()) && !told.into_iter().any(own)
}

/// What is fetched and goes through pipes into something that runs it.
fn piped(commands: &[Command]) -> Vec<&Command> {
    let reaches = |command: &&Command| command.fed(commands).any(runs_input);
    commands.iter().filter(|command| fetches(command)).filter(reaches).collect()
}

/// What is fetched inside of the words of something that runs them: `bash <(curl …)`, `eval "$(curl …)"`.
fn handed_over(command: &Command) -> Vec<&Command> {
    if !RUNNERS.contains(&command.name()) {
        return Vec::new();
    }
    let words = command.arguments().iter().chain(&command.reads);
    words.filter(|word| is_whole(word)).flat_map(|word| &word.inner).filter(|inner| fetches(inner)).collect()
}

/// Whether a word is nothing but the output of commands.
fn is_whole(word: &Word) -> bool {
    ["$(", "<(", "`"].iter().any(|start| word.text.starts_with(start)) && word.text.ends_with([')', '`'])
}

/// What is fetched into a file that is run later.
fn kept<'a>(commands: &[&'a Command]) -> Vec<&'a Command> {
    let mut found = Vec::new();
    for (index, command) in commands.iter().enumerate().filter(|(_, command)| fetches(command)) {
        let Some(file) = target(command) else { continue };
        let runs = commands[index + 1..].iter().any(|later| {
            let own = later.words.iter().find(|word| !matches!(word.text.as_str(), "sudo"));
            let called = own.is_some_and(|word| word.text == file || word.text == format!("./{file}"));
            let handed = RUNNERS.contains(&later.name())
                && later
                    .arguments()
                    .iter()
                    .find(|word| !word.text.starts_with('-'))
                    .is_some_and(|word| word.text.trim_start_matches("./") == file);
            called || handed
        });
        if runs {
            found.push(*command);
        }
    }
    found
}

/// The file that is fetched.
fn target(command: &Command) -> Option<String> {
    if let Some(word) = command.writes.first() {
        return Some(word.text.trim_start_matches("./").to_owned());
    }
    let arguments = command.arguments();
    let curl = command.name() == "curl";
    for (index, word) in arguments.iter().enumerate() {
        let short = |letter: char| word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with(letter);
        let named = if curl { word.text == "--output" || short('o') } else { word.text == "--output-document" || short('O') };
        if named {
            return arguments.get(index + 1).map(|word| word.text.trim_start_matches("./").to_owned()).filter(|file| file != "-");
        }
    }
    let own_name = !curl
        || arguments.iter().any(|word| {
            word.text == "--remote-name"
                || (word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains('O'))
        });
    let address = address(command);
    (own_name && address.contains("://"))
        .then(|| address.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or_default().to_owned())
        .filter(|file| !file.is_empty())
}

/// The address that is fetched, as it is written; the name of the command if there is none.
fn address(command: &Command) -> String {
    let is_address = |word: &&Word| word.text.contains("://");
    let other = |word: &&Word| !word.text.starts_with('-');
    let words = command.arguments();
    let found = words.iter().find(is_address).or_else(|| words.iter().rev().find(other));
    found.map_or_else(|| command.name().to_owned(), |word| word.text.clone())
}
