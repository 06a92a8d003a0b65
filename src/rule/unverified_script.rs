//! `unverified-script`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::view::glob;
use crate::view::powershell;
use crate::view::scripts;
use crate::view::shell::{self, Command, Word, every};
use crate::view::tainted::assignments;

const FETCHERS: &[&str] = &["curl", "wget"];
const RUNNERS: &[&str] =
    &["bash", "sh", "zsh", "dash", "ksh", "python", "python3", "node", "perl", "ruby", "source", ".", "eval"];
const SHELLS: &[&str] = &["bash", "sh", "zsh", "dash", "ksh"];
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
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "script=\"$(curl -fsSL https://example.com/install.sh)\"\necho \"$script\" | sh" }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "wget https://example.com/get.sh && bash -e < get.sh" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "sudo bash -c 'curl -s https://example.com/get.sh | bash -e'" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "curl -o get.sh https://example.com/get.sh\nsh get.sh\nsha256sum other.txt" }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "irm https://example.com/get.ps1 | iex", shell = "pwsh" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "pwsh -Command \"iex ((New-Object System.Net.WebClient).DownloadString('https://example.com/get.ps1'))\"" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "Invoke-WebRequest https://example.com/get.ps1 -OutFile get.ps1\n.\\get.ps1", shell = "pwsh" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r##"{ jobs.test.steps = [{ shell = "pwsh", run = "# irm https://example.com/get.ps1 | iex\n$a = irm https://example.com/a.json\nWrite-Host $a\niwr https://example.com/a.zip -OutFile a.zip\nExpand-Archive a.zip" }] }"##,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "tag=$(curl -s https://example.com/a.json | jq -r .tag)\necho \"$tag\" | sh -c cat\nbash release.sh \"$tag\"" }] }"#,
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
    for script in scripts::all(scope) {
        let mut addresses = Vec::new();
        if script.posix && FETCHERS.iter().any(|fetcher| script.text.contains(fetcher)) {
            addresses.extend(unseen(&script.commands(), 0));
        }
        addresses.extend(powershell::unseen(script.text));
        let mut said: Vec<String> = Vec::new();
        for address in addresses {
            if said.contains(&address) || glob::matches_any(allow.iter().copied(), &address) {
                continue;
            }
            let identity = script.identity();
            findings
                .report(identity, script.origin, format!("what `{address}` sends is run unseen"))
                .key(address.clone())
                .help("fetch a fixed version and compare its hash, or use a pinned action or package")
                .decided(scope.settings, "allow");
            said.push(address);
        }
    }
}

/// How deep texts that a shell is told to run are looked into: `sh -c "sh -c …"`.
const DEPTH: u8 = 3;

/// The addresses of what is fetched and run.
fn unseen(commands: &[Command], depth: u8) -> Vec<String> {
    let all = every(commands);
    let mut run: Vec<&Command> = all.iter().flat_map(|command| handed_over(command)).collect();
    run.extend(piped(commands));
    for command in &all {
        run.extend(command.all_words().flat_map(|word| piped(&word.inner)));
    }
    run.extend(held(commands));
    run.extend(kept(commands));
    let mut found: Vec<String> = run.into_iter().map(address).collect();
    for command in all.iter().filter(|command| depth < DEPTH && SHELLS.contains(&command.name())) {
        let told = command.arguments().iter().skip_while(|word| !is_program_option(&word.text)).nth(1);
        if let Some(text) =
            told.filter(|word| FETCHERS.iter().any(|fetcher| word.text.contains(fetcher)) && word.inner.is_empty())
        {
            found.extend(unseen(&shell::commands(&text.text), depth + 1));
        }
    }
    found
}

/// Whether an option of a shell is followed by the program it runs: `-c`, `-ec`.
fn is_program_option(text: &str) -> bool {
    text.starts_with('-') && !text.starts_with("--") && text.ends_with('c')
}

/// What is fetched into a variable whose value is run: `x=$(curl …); echo "$x" | sh`.
fn held(commands: &[Command]) -> Vec<&Command> {
    let mut found = Vec::new();
    for (number, command) in commands.iter().enumerate() {
        for (name, words) in assignments(command) {
            let fetched = words.iter().flat_map(|word| &word.inner).find(|inner| fetches(inner) && inner.feeds.is_none());
            let Some(fetched) = fetched else { continue };
            let forms = [format!("${name}"), format!("${{{name}}}")];
            let whole = |word: &Word| forms.contains(&word.text);
            let later = &commands[number + 1..];
            if later.iter().any(|command| is_check(command) && command.takes(name)) {
                continue;
            }
            let runs = |command: &Command| {
                let printed = matches!(command.name(), "echo" | "printf") && command.arguments().iter().any(whole);
                let told = RUNNERS.contains(&command.name()) && command.arguments().iter().any(whole) && is_told(command);
                let given = runs_input(command) && command.reads.iter().any(|word| word.takes(name));
                told || given || printed && command.fed(commands).any(runs_input)
            };
            if later.iter().any(runs) {
                found.push(fetched);
            }
        }
    }
    found
}

/// Whether the first words of a command are a program's text: `eval …`, `bash -c …`, `python -c …`.
fn is_told(command: &Command) -> bool {
    command.name() == "eval" || command.arguments().first().is_some_and(|word| is_program_option(&word.text) || word.text == "-e")
}

/// Whether a command, or one within its words, tells a file from another.
fn is_check(command: &Command) -> bool {
    every(std::slice::from_ref(command)).iter().any(|command| CHECKS.contains(&command.name()))
}

fn fetches(command: &Command) -> bool {
    FETCHERS.contains(&command.name())
}

/// Whether a command runs what is put into it; one that is told a program of its own does not.
fn runs_input(command: &Command) -> bool {
    let name = command.name();
    let told = command.arguments().iter().take_while(|word| word.text != "-" && word.text != "-s" && word.text != "--");
    let own = |word: &Word| {
        let text = word.text.as_str();
        let option = if SHELLS.contains(&name) {
            is_program_option(text) || text == "-n"
        } else {
            matches!(text, "-c" | "-m" | "-e" | "-pe" | "-ne" | "-n")
        };
        !text.starts_with('-') && !text.starts_with('+') || option
    };
    RUNNERS.contains(&name) && name != "eval" && !told.into_iter().any(own)
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

/// What is fetched into a file that is run later, with nothing in between that tells the file from another.
fn kept(commands: &[Command]) -> Vec<&Command> {
    let mut found = Vec::new();
    for (index, command) in commands.iter().enumerate().filter(|(_, command)| fetches(command)) {
        let Some(file) = target(command) else { continue };
        let is_it = |word: &Word| word.text.trim_start_matches("./") == file;
        let between = commands[index + 1..].iter().take_while(|later| !is_check(later));
        let runs = between.into_iter().any(|later| {
            let own = later.words.iter().find(|word| !matches!(word.text.as_str(), "sudo"));
            let called = own.is_some_and(|word| word.text == file && file.contains('/') || word.text == format!("./{file}"));
            let first = later.arguments().iter().find(|word| !word.text.starts_with('-'));
            let handed = RUNNERS.contains(&later.name()) && first.is_some_and(is_it);
            let given = runs_input(later) && later.reads.iter().any(is_it);
            let printed = later.name() == "cat" && later.arguments().iter().any(is_it) && later.fed(commands).any(runs_input);
            called || handed || given || printed
        });
        if runs {
            found.push(command);
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
