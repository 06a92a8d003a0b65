//! `secrets-in-command`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Reference;
use crate::pipeline::value::Binding;
use crate::view::address::insecure;
use crate::view::provenance::{self, Source};
use crate::view::scope::Held;
use crate::view::scripts::{self, Script};
use crate::view::shell::{self, Command, Word};
use crate::view::tainted::assignments;

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
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "base64 <<< \"$TOKEN\"", env.TOKEN = 'Raw { github = "secrets.TOKEN || github.token" } }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "env | sort", env.TOKEN = 'Secret "TOKEN" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "curl \"https://api.acme.com/v1?key=$TOKEN\"", env.TOKEN = 'Secret "TOKEN" }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", github.name = "Deploy ${{ secrets.TOKEN }}" }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "curl -H \"Authorization: Bearer $TOKEN\" https://api.acme.com/v1\nenv MODE=a make\necho \"::add-mask::$TOKEN\"", env.TOKEN = 'Secret "TOKEN" }] }"#,
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
        for (key, message) in faults(script.text, &secret_names(scope, script)) {
            findings
                .report(script.identity(), script.origin, message)
                .key(key)
                .help("hand the value to the program that needs it, through its environment or its standard input");
        }
    }
    for held in scope.values().iter().filter(|held| is_said(held)) {
        let sources = provenance::of(scope.project, held.spot, held.value);
        if sources.iter().any(Source::is_secret) {
            findings
                .report(held.spot.identity(), held.value.origin, "a secret is part of a name that everybody reads")
                .key(held.field.clone())
                .help("write the name without it");
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

/// Whether a value is the name of a run, a job or a step.
fn is_said(held: &Held<'_>) -> bool {
    matches!(held.field.as_str(), "name" | "run-name" | "run_name")
}

/// Files of the forge that are shown, or that hand on to where masking ends.
const FORGE: &[&str] = &["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_ENV"];

/// What prints what it is given, or what there is, and what sends it over a network.
const SPEAKERS: &[&str] = &[
    "set", "echo", "printf", "env", "printenv", "export", "declare", "typeset", "cat", "base64", "base32", "basenc", "rev",
    "xxd", "od", "hexdump", "curl", "wget", "git",
];
/// Programs whose output tells what they are given, cut or encoded at most.
const FILTERS: &[&str] = &[
    "base32", "base64", "basenc", "cat", "cut", "fold", "head", "hexdump", "nl", "od", "rev", "sed", "sort", "tac", "tail",
    "tee", "tr", "xxd",
];
/// Programs that send what their addresses hold.
const SENDERS: &[&str] = &["curl", "git", "wget"];

/// The names under which a script's commands find a secret in their environment.
fn secret_names<'a>(scope: &Scope<'a>, script: Script<'a>) -> Vec<&'a str> {
    let holds = |binding: &'a Binding| script.sources(scope.project, &binding.value).iter().any(Source::is_secret);
    script.variables().into_iter().filter(|(_, binding)| holds(binding)).map(|(name, _)| name).collect()
}

/// What a script says aloud of these variables: what it is about, and the message.
fn faults(script: &str, secret: &[&str]) -> Vec<(String, String)> {
    if secret.is_empty() {
        return Vec::new();
    }
    let mut faults: Vec<(String, String)> = Vec::new();
    let commands = shell::commands(script);
    let copies = copies(&commands, secret);
    for command in &commands {
        if dumps(command) && is_shown(&commands, command) {
            let what = command.words.first().map_or("", |word| word.text.as_str());
            faults.push((what.to_owned(), format!("`{what}` prints every variable, `${}` with them", secret[0])));
        }
        let told = |name: &str| match command.name() {
            "echo" | "printf" => command.takes(name) && !is_masking(command),
            "printenv" => command.arguments().iter().any(|word| word.text == name),
            other => FILTERS.contains(&other) && command.reads.iter().any(|word| word.takes(name)),
        };
        match command.name() {
            "set" if command.arguments().iter().any(|word| is_trace(&word.text)) => {
                faults.push(("set -x".to_owned(), "`set -x` prints every command with what it is given".to_owned()));
            }
            _ => {
                let names = copies.iter().filter(|name| told(name));
                let names: Vec<_> = names.filter(|_| is_shown(&commands, command)).collect();
                faults.extend(names.into_iter().map(|name| (name.clone(), format!("the commands print `${name}`"))));
            }
        }
    }
    for command in shell::every(&commands).into_iter().filter(|command| SENDERS.contains(&command.name())) {
        for name in copies.iter().filter(|name| command.takes(name)) {
            let plain = command.arguments().iter().any(|word| insecure(&word.text).is_some());
            if plain {
                faults.push((name.clone(), format!("`${name}` is sent so that anybody on the way can read it")));
            } else if command.arguments().iter().any(|word| is_in_address(&word.text, name)) {
                faults.push((name.clone(), format!("`${name}` is part of an address, which servers and proxies write down")));
            }
        }
    }
    faults.sort();
    faults.dedup();
    faults
}

/// These variables and those that they are copied to as they are, or cut and encoded; not what a program makes of them.
fn copies(commands: &[Command], secret: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = secret.iter().map(|name| (*name).to_owned()).collect();
    for command in commands {
        for (name, words) in assignments(command) {
            let tells = |word: &Word, from: &String| {
                let made =
                    word.inner.iter().all(|inner| matches!(inner.name(), "echo" | "printf") || FILTERS.contains(&inner.name()));
                word.names.contains(from) || made && word.takes(from)
            };
            if names.iter().any(|from| words.iter().any(|word| tells(word, from))) && !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    names
}

/// Whether a command asks the forge to hide what it is given.
fn is_masking(command: &Command) -> bool {
    command.arguments().iter().any(|word| word.text.starts_with("::add-mask::"))
}

/// Whether a command prints all variables there are.
fn dumps(command: &Command) -> bool {
    let words: Vec<&str> = command.arguments().iter().map(|word| word.text.as_str()).collect();
    match command.name() {
        "printenv" | "set" | "export" => words.is_empty() || words == ["-p"],
        "declare" | "typeset" => words.is_empty() || matches!(words.as_slice(), ["-p" | "-x" | "-px" | "-xp"]),
        // `env` with a program after it only starts it.
        "" => command.words.last().is_some_and(|word| word.text == "env"),
        _ => false,
    }
}

/// Whether a variable stands in what is asked of an address or before its host: `?token=$T`, `https://user:$T@host`.
fn is_in_address(word: &str, name: &str) -> bool {
    let Some((_, rest)) = word.split_once("://") else { return false };
    let forms = [format!("${name}"), format!("${{{name}")];
    let stands = |part: &str| {
        forms.iter().any(|form| {
            part.match_indices(form.as_str()).any(|(at, _)| {
                let next = part[at + form.len()..].bytes().next();
                !next.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            })
        })
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let user = rest[..end].rsplit_once('@').map_or("", |(user, _)| user);
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    stands(user) || stands(query)
}

/// An option of `set` that makes the shell say what it does.
fn is_trace(word: &str) -> bool {
    word == "xtrace" || (word.starts_with('-') && !word.starts_with("--") && word.contains('x'))
}

/// Whether what a command prints goes to the log, the summary, or another step: neither to a program nor to a file of its own.
fn is_shown(commands: &[Command], command: &Command) -> bool {
    let to = |command: &Command, end: &str| command.writes.iter().any(|word| word.text.contains(end));
    let mut last = command;
    for next in command.fed(commands) {
        if !FILTERS.contains(&next.name()) {
            return false;
        }
        if next.name() == "tee" && next.arguments().iter().any(|word| FORGE.iter().any(|file| word.text.contains(file))) {
            return true;
        }
        last = next;
    }
    let forge = FORGE.iter().any(|file| to(last, file));
    let seen = ["/dev/stderr", "/dev/stdout", "/dev/tty"].iter().any(|end| to(last, end));
    forge || last.writes.is_empty() || seen
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
            "base64 <<< \"$T\"",
            "echo -n $T | base64 -w0 | rev",
            "cat <<END\n$T\nEND",
            "x=$(echo $T | rev)\necho $x",
            "printenv T",
            "env | sort",
            "env",
            "set",
            "export -p",
            "printenv >> $GITHUB_OUTPUT",
            "curl \"https://host/a?token=$T\"",
            "git clone https://x:${T}@host/a",
            "curl -H \"A: $T\" http://host.example.com/a",
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
            "echo $T | base64 -d > key",
            "x=$(curl -H \"A: $T\" https://host)\necho $x",
            "echo \"::add-mask::$T\"",
            "echo ${#T} ${T:+set}",
            "env A=1 make",
            "env > file",
            "env | grep CI",
            "printenv PATH",
            "set -e",
            "export A=$T",
            "cat <<END > file\n$T\nEND",
            "curl -H \"Authorization: Bearer $T\" \"https://host/a?b=$TT\"",
            "curl \"https://host/$T\" http://localhost:80",
            "curl -H \"A: $T\" http://localhost:80",
        ] {
            assert_eq!(faults(script, &["T"]), Vec::new(), "{script}");
        }
        assert_eq!(faults("set -x", &[]), Vec::new());
    }
}
