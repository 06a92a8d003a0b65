//! `adhoc-packages`

use super::{Audit, Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::view::scripts;
use crate::view::shell::{Command, Word, every};

/// What installs packages: by the policy's name for it, its programs, and the words that make them install.
const MANAGERS: &[(&str, &[&str], &[&str])] = &[
    ("bun", &["bun"], &["add", "install", "i"]),
    ("bundle", &["bundle"], &["add"]),
    ("cargo", &["cargo"], &["install"]),
    ("gem", &["gem"], &["install"]),
    ("go", &["go"], &["install"]),
    ("npm", &["npm"], &["install", "i", "add"]),
    ("npx", &["npx", "bunx", "pnpx"], &[]),
    ("pip", &["pip", "pip3"], &["install"]),
    ("pipx", &["pipx"], &["install", "run"]),
    ("pnpm", &["pnpm"], &["add", "install", "i", "dlx"]),
    ("uv", &["uv"], &["pip", "tool"]),
    ("uvx", &["uvx"], &[]),
    ("yarn", &["yarn"], &["add", "dlx", "global"]),
];

pub(super) static RULE: Rule = Rule {
    id: "adhoc-packages",
    summary: "a package is installed that no lock file names",
    why: "What is installed by name is another thing in each run: the newest release, with the newest of all it needs. A lock \
          file names each version and its hash, and a bot raises them where somebody looks. Whether an organisation lets \
          pipelines install tools by name is its own decision.",
    severity: Severity::Warning,
    settings: r#"managers
  | Array [| 'bun, 'bundle, 'cargo, 'gem, 'go, 'npm, 'npx, 'pip, 'pipx, 'pnpm, 'uv, 'uvx, 'yarn |]
  | doc "The package managers by which nothing may be installed by name."
  | default
  = [],
allow | Array String | doc "Packages that may be installed by name even so; `*` is any text." | default = [],"#,
    loosens: &[("managers", Loosens::NoItem), ("allow", Loosens::Item)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "pip install --upgrade build twine==6.1.0" }] }"#)])
            .policy("{ rules.adhoc-packages.settings.managers = ['pip] }"),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "go\tinstall example.org/tool@latest" }] }"#)])
            .policy("{ rules.adhoc-packages.settings.managers = ['go] }"),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "yarn global add eslint" }] }"#)])
            .policy("{ rules.adhoc-packages.settings.managers = ['yarn] }"),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "bundle install\nbundle add rubocop --version 1.0" }] }"#)])
            .policy("{ rules.adhoc-packages.settings.managers = ['bundle] }"),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "yarn global list; bundle install" }] }"#)])
            .policy("{ rules.adhoc-packages.settings.managers = ['bundle, 'yarn] }"),
        Example::good(&[(
            "ci",
            r#"{ defaults.shell = "bash", jobs.test = { defaults.shell = "pwsh", steps = [{ run = "pip install build" }] } }"#,
        )])
        .policy("{ rules.adhoc-packages.settings.managers = ['pip] }"),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "python -m pip install build" }] }"#)])
            .policy("{ rules.adhoc-packages.settings.managers = ['pip] }"),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "sudo npm i -g typescript && npx cowsay" }] }"#)])
            .policy(r#"{ rules.adhoc-packages.settings = { managers = ['npm, 'npx], allow = ["cowsay"] } }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "npm ci\nnpm install\npip install -r requirements.txt --require-hashes\npip install .\npip install -e .[dev]\npip install build" }] }"#,
        )])
        .policy(r#"{ rules.adhoc-packages.settings = { managers = ['npm, 'pip], allow = ["build"] } }"#),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "pip install build" }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "pip install build" }] }"#)])
            .policy("{ rules.adhoc-packages.settings.managers = ['npm] }"),
    ],
    audit: Audit::Strict,
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let managers: Vec<&str> = scope
        .settings
        .get("managers")
        .and_then(|node| node.items())
        .unwrap_or_default()
        .iter()
        .filter_map(|item| item.tag().map(|(name, _)| name))
        .collect();
    if managers.is_empty() {
        return;
    }
    let allow = scope.settings.texts("allow");
    for script in scripts::calling(scope, MANAGERS.iter().flat_map(|(_, programs, _)| programs.iter().copied())) {
        let commands = script.commands();
        for command in every(&commands) {
            let Some((manager, packages)) = installs(command) else { continue };
            for package in packages {
                if managers.contains(&manager) && !crate::view::glob::matches_any(allow.iter().copied(), package) {
                    let identity = script.identity();
                    findings
                        .report(identity, script.origin, format!("`{package}` is installed by name with {manager}"))
                        .key(format!("{manager}/{package}"))
                        .help("name it in a lock file and install from that")
                        .decided(scope.settings, "managers");
                }
            }
        }
    }
}

/// What a command installs by name.
fn installs(command: &Command) -> Option<(&'static str, Vec<&str>)> {
    let mut words = command.arguments();
    let mut program = command.name();
    if matches!(program, "python" | "python3") && words.first().is_some_and(|word| word.text == "-m") {
        program = words.get(1)?.text.as_str();
        words = words.get(2..)?;
    }
    let (manager, _, verbs) = MANAGERS.iter().find(|(_, programs, _)| programs.contains(&program))?;
    if !verbs.is_empty() {
        let first = words.iter().position(|word| !word.text.starts_with('-'))?;
        let verb = words[first].text.as_str();
        if !verbs.contains(&verb) {
            return None;
        }
        words = &words[first + 1..];
        // The verb is a word further on.
        if *manager == "uv" || verb == "global" {
            words = words.split_first().filter(|(next, _)| matches!(next.text.as_str(), "install" | "run" | "add"))?.1;
        }
    }
    let single = verbs.is_empty();
    let mut packages = Vec::new();
    let mut skip = false;
    for word in words {
        let text = word.text.as_str();
        if std::mem::take(&mut skip) {
            continue;
        }
        if text.starts_with('-') {
            // Options whose value is the next word; a lock file or a list of hashes says it all.
            if matches!(text, "-r" | "--requirement" | "--require-hashes" | "--locked-file" | "-e" | "--editable") {
                return None;
            }
            skip = OPTIONS.contains(&text);
            continue;
        }
        if !is_local(word) {
            packages.push(text);
        }
        if single {
            break;
        }
    }
    (!packages.is_empty()).then_some((*manager, packages))
}

/// Options that are followed by a value.
const OPTIONS: &[&str] = &[
    "--index-url",
    "-i",
    "--extra-index-url",
    "--target",
    "-t",
    "--prefix",
    "--registry",
    "--version",
    "-v",
    "--root",
    "--features",
    "-c",
    "--constraint",
    "--python",
    "--with",
    "--git",
    "--tag",
    "--rev",
    "--branch",
    "--path",
    "-p",
    "--package",
    "--from",
];

/// A directory or a file of the sources.
fn is_local(word: &Word) -> bool {
    let text = word.text.as_str();
    text.starts_with(['.', '/', '$', '~'])
        || text.ends_with(".whl")
        || text.ends_with(".tgz")
        || text.ends_with(".tar.gz")
        || text.ends_with(".gem")
}
