//! `trusted-publishing`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::permission::Level;
use crate::pipeline::step::{Kind, Uses};
use crate::pipeline::value::Binding;
use crate::pipeline::{Job, Step, Value};
use crate::view::actions::{input, is, is_off, is_on, said, used};
use crate::view::provenance::Source;
use crate::view::scripts::{self, Script};
use crate::view::shell::{Command, Word, every};

/// A program that publishes to a registry which knows a job by its identity.
struct Program {
    name: &'static str,
    /// The words after its name, others between them.
    verb: &'static [&'static str],
    /// The variables of its stored tokens.
    tokens: &'static [&'static str],
    /// The options that say where it publishes.
    to: &'static [&'static str],
    registry: &'static Registry,
}

struct Registry {
    name: &'static str,
    /// What its addresses have in them, and what programs call it.
    hosts: &'static [&'static str],
}

const CRATES: Registry = Registry { name: "crates.io", hosts: &["crates.io", "crates-io"] };
const GEMS: Registry = Registry { name: "RubyGems", hosts: &["rubygems.org"] };
const NPM: Registry = Registry { name: "npm", hosts: &["registry.npmjs.org"] };
const NUGET: Registry = Registry { name: "NuGet", hosts: &["nuget.org"] };
const PYPI: Registry = Registry { name: "PyPI", hosts: &["pypi.org", "pypi", "testpypi"] };

const fn program(
    name: &'static str,
    verb: &'static [&'static str],
    tokens: &'static [&'static str],
    to: &'static [&'static str],
    registry: &'static Registry,
) -> Program {
    Program { name, verb, tokens, to, registry }
}

/// Read from the registries' own pages, 2026-11.
const PROGRAMS: &[Program] = &[
    program("cargo", &["publish"], &["CARGO_REGISTRY_TOKEN"], &["--registry", "--index"], &CRATES),
    program("dotnet", &["nuget", "push"], &["NUGET_API_KEY"], &["--source", "-s"], &NUGET),
    program("flit", &["publish"], &["FLIT_PASSWORD"], &["--repository"], &PYPI),
    program("gem", &["push"], &["GEM_HOST_API_KEY"], &["--host"], &GEMS),
    program("hatch", &["publish"], &["HATCH_INDEX_AUTH"], &["--repo", "-r"], &PYPI),
    program("npm", &["publish"], &["NODE_AUTH_TOKEN", "NPM_TOKEN"], &["--registry"], &NPM),
    program("nuget", &["push"], &["NUGET_API_KEY"], &["-Source", "-source", "-src"], &NUGET),
    program("pdm", &["publish"], &["PDM_PUBLISH_PASSWORD"], &["--repository", "-r"], &PYPI),
    program("pnpm", &["publish"], &["NODE_AUTH_TOKEN", "NPM_TOKEN"], &["--registry"], &NPM),
    program("poetry", &["publish"], &["POETRY_PYPI_TOKEN_PYPI"], &["--repository", "-r"], &PYPI),
    program("twine", &["upload"], &["TWINE_PASSWORD"], &["--repository", "--repository-url", "-r"], &PYPI),
    program("uv", &["publish"], &["UV_PUBLISH_TOKEN", "UV_PUBLISH_PASSWORD"], &["--publish-url", "--index"], &PYPI),
    program("yarn", &["npm", "publish"], &["NODE_AUTH_TOKEN", "YARN_NPM_AUTH_TOKEN"], &["--registry"], &NPM),
];

/// What starts a program of a language's own: `python -m twine upload`, `bundle exec gem push`.
const STARTERS: &[&str] = &["bundle", "hatch", "pdm", "pipenv", "pipx", "poetry", "py", "python", "python3", "rye", "uv", "uvx"];

/// Behind these stands the name of something else: `npm run publish` runs what is called so in the project.
const OTHERS: &[&str] = &["dlx", "exec", "help", "run", "run-script", "x"];

const HINTS: &[&str] = &["publish", "gem push", "twine", "nuget"];

pub(super) static RULE: Rule = Rule {
    id: "trusted-publishing",
    summary: "a package is published with a token that is stored",
    why: "A stored token publishes for whoever gets hold of it, from anywhere, until somebody notices. The registry can know the \
          job itself, by the identity the forge gives it (`id_token`), and hands out a token that is good for a few minutes.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/setup-node", with = { always-auth = true, registry-url = "https://registry.npmjs.org" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/setup-node", with = { always-auth = true, registry-url = "https://npm.example.com" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "pypa/gh-action-pypi-publish", with.password = 'Secret "PYPI_TOKEN" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "rubygems/release-gem", with.setup-trusted-publisher = false }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "cargo publish", env.CARGO_REGISTRY_TOKEN = 'Secret "CRATES" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { env.NODE_AUTH_TOKEN = 'Secret "NPM", steps = [{ run = "npm ci && npm publish --access public" }] } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "cargo publish --token=\"$CRATES\"", env.CRATES = 'Secret "CRATES" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "twine upload -u __token__ -p $PYPI dist/*", env.PYPI = 'Secret "PYPI" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "echo \"//registry.npmjs.org/:_authToken=$NPM\" > .npmrc\nnpm publish", env.NPM = 'Secret "NPM" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ env.KEY = 'Secret "GEM", jobs.test.steps = [{ run = "gem push a.gem", env.GEM_HOST_API_KEY = 'Raw { github = "env.KEY || ''" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "echo \"//npm.acme.com/:_authToken=$NPM\" > .npmrc\ncargo login --registry acme \"$NPM\"\ndocker login -p \"$NPM\"", env.NPM = 'Secret "NPM" }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "pypa/gh-action-pypi-publish" }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "pypa/gh-action-pypi-publish", with = { password = 'Secret "T", repository-url = "https://pypi.acme.com" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "npm publish --registry https://npm.acme.com", env.NODE_AUTH_TOKEN = 'Secret "NPM" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "cargo publish", env.CARGO_REGISTRY_TOKEN = 'Step "auth.token" }] }"#,
        )]),
        Example::bad(&[(
            ".github/workflows/release.yml",
            "on: { release: {} }
permissions: { contents: read }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - run: cargo login ${{ secrets.CRATES }}
      - run: cargo publish
",
        )]),
        Example::good(&[(
            ".github/workflows/release.yml",
            "on: { release: {} }
jobs:
  publish:
    runs-on: ubuntu-24.04
    permissions: { id-token: write }
    steps:
      - run: npm publish
  packages:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v5
        with: { registry-url: 'https://npm.pkg.github.com' }
      - run: npm publish
",
        )]),
        Example::bad(&[(
            ".github/workflows/release.yml",
            "on: { release: {} }
permissions: { contents: read }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          dotnet nuget push out/*.nupkg --source https://api.nuget.org/v3/index.json
          bundle exec gem push a.gem
          python -m twine upload --repository testpypi dist/*
          yarn workspace a npm publish
",
        )]),
        Example::good(&[(
            ".github/workflows/release.yml",
            "on: { release: {} }
permissions: { contents: read }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          dotnet nuget push out/*.nupkg --source https://nuget.example.com
          npm run publish
          python -m twine check dist/*
          uv run twine upload --repository-url=https://pypi.example.com dist/*
",
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "cargo publish --dry-run", env.CARGO_REGISTRY_TOKEN = 'Secret "CRATES" }] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        if let Some((origin, registry)) = stored(uses) {
            findings
                .report(pipeline.step_identity(job, step), origin, format!("{registry} knows the job without a stored token"))
                .mend(HELP, IN_YAML);
        }
    }
    for script in scripts::of_any_shell(scope, HINTS) {
        let commands = script.commands();
        for command in every(&commands) {
            let Some(program) = published(command) else { continue };
            let variables = script.variables();
            let held = |name: &str| variables.iter().find(|(own, binding)| *own == name && is_secret(scope, script, binding));
            let named = program.tokens.iter().find_map(|name| held(name));
            // Where nothing proves the job's identity, no registry knows it but by a token.
            let unknown = script.spot.and_then(|spot| spot.job).filter(|job| !scope.fills_in() && !proves(job));
            let told = || told(command).flat_map(|word| &word.names).find_map(|name| held(name));
            if let Some((name, binding)) = named.or_else(told) {
                findings
                    .report(
                        script.identity(),
                        binding.value.origin,
                        format!("{} knows the job without a stored token", program.registry.name),
                    )
                    .key(*name)
                    .mend(HELP, IN_YAML);
            } else if unknown.is_some() {
                let words = [&[program.name], program.verb].concat().join(" ");
                let message = format!("`{words}` needs a stored token, as the job may not prove who it is");
                findings.report(script.identity(), script.origin, message).key(program.registry.name).mend(HELP, IN_YAML);
            }
        }
    }
    // A token that is kept for the registry before it is published to.
    for script in scripts::with_any(scope, &["_authToken", "login", "pypi-token.pypi"]) {
        let commands = script.commands();
        for command in every(&commands) {
            let Some((registry, words)) = kept(command) else { continue };
            let names = words.iter().flat_map(|word| &word.names);
            let secret = |name: &String| {
                script.variables().into_iter().find(|(own, binding)| own == name && is_secret(scope, script, binding))
            };
            if let Some((name, binding)) = names.into_iter().find_map(secret) {
                findings
                    .report(script.identity(), binding.value.origin, format!("{registry} knows the job without a stored token"))
                    .key(name)
                    .mend(HELP, IN_YAML);
            }
        }
    }
}

const HELP: &str = "grant id_token = 'Write \"…\", name this repository at the registry, and leave the token out";
const IN_YAML: &str = "grant id-token: write, name this repository at the registry, and leave the token out";

/// Whether a job may have the forge prove its identity, or publishes to the forge's own registry, which knows its token.
fn proves(job: &Job) -> bool {
    let granted = job.permissions.get("id_token").is_some_and(|grant| grant.level.value == Level::Write);
    let own = |step: &Step| match &step.kind.value {
        Kind::Uses(uses) => input(uses, "registry-url").is_some_and(|binding| !is_npm(&binding.value)),
        Kind::Run(run) => run.script.contains(".pkg.github.com"),
        _ => false,
    };
    granted || job.all_steps().any(own)
}

/// Whether an address is that of npm's own registry, as far as is known.
fn is_npm(address: &Value) -> bool {
    said(address).is_none_or(|address| address.contains("registry.npmjs.org"))
}

/// The options by which programs are told a token or a password.
const OPTIONS: &[&str] = &["--token", "-t", "--password", "-p", "--otp-token", "--key", "-k", "--api-key", "-ApiKey"];

/// The words by which a command is told one.
fn told(command: &Command) -> impl Iterator<Item = &Word> {
    let words = command.arguments();
    words.iter().enumerate().filter_map(|(at, word)| {
        let (option, value) =
            word.text.split_once('=').map_or((word.text.as_str(), None), |(option, value)| (option, Some(value)));
        OPTIONS.contains(&option).then(|| if value.is_some() { Some(word) } else { words.get(at + 1) }).flatten()
    })
}

/// The registry for which a command keeps a token, and the words that may hold it: `cargo login`, `npm config set …:_authToken`.
fn kept(command: &Command) -> Option<(&'static str, Vec<&Word>)> {
    let words = command.arguments();
    let text = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    match (command.name(), text(0), text(1)) {
        ("cargo", "login", _) if !words.iter().any(|word| word.text.starts_with("--registry")) => {
            Some(("crates.io", words.iter().collect()))
        }
        ("poetry", "config", "pypi-token.pypi") => Some(("PyPI", words.iter().collect())),
        _ => {
            let all: Vec<&Word> = command.words.iter().chain(&command.reads).collect();
            all.iter().any(|word| word.text.contains("//registry.npmjs.org/:_authToken")).then_some(("npm", all))
        }
    }
}

/// The program by which a command publishes to a registry that knows jobs, started by whatever.
fn published(command: &Command) -> Option<&'static Program> {
    let name = command.name().trim_end_matches(".exe");
    let words: Vec<&str> = command.arguments().iter().map(|word| word.text.as_str()).collect();
    let own = PROGRAMS.iter().find(|program| program.name == name && program.publishes(&words));
    let starts = || STARTERS.contains(&name) || name.starts_with("python3.");
    own.or_else(|| {
        let at = words.iter().enumerate().filter(|_| starts());
        at.flat_map(|(at, word)| PROGRAMS.iter().filter(move |program| program.name == *word).map(move |program| (at, program)))
            .find(|(at, program)| program.publishes(words.get(at + 1..).unwrap_or_default()))
            .map(|(_, program)| program)
    })
}

impl Program {
    /// Whether it publishes to its registry if it is given these words.
    fn publishes(&self, words: &[&str]) -> bool {
        let before: Vec<&str> = words.iter().copied().take_while(|word| !OTHERS.contains(word)).collect();
        let mut rest = before.iter();
        let is_verb = self.verb.iter().all(|verb| rest.any(|word| word == verb));
        is_verb && !words.iter().any(|word| matches!(*word, "--dry-run" | "-n")) && !self.elsewhere(words)
    }

    /// Whether an option says that it publishes somewhere else.
    fn elsewhere(&self, words: &[&str]) -> bool {
        words.iter().enumerate().any(|(at, word)| {
            let (option, value) = word.split_once('=').map_or((*word, None), |(option, value)| (option, Some(value)));
            let value = value.or_else(|| words.get(at + 1).copied()).unwrap_or_default();
            self.to.contains(&option) && !self.registry.is_at(value)
        })
    }
}

impl Registry {
    fn is_at(&self, address: &str) -> bool {
        self.hosts.iter().any(|host| if host.contains('.') { address.contains(host) } else { address == *host })
    }
}

fn is_secret(scope: &Scope<'_>, script: Script<'_>, binding: &Binding) -> bool {
    script.sources(scope.project, &binding.value).iter().any(Source::is_stored)
}

/// Where an action is given a stored token it does not need, and by whom.
fn stored(uses: &Uses) -> Option<(crate::origin::Origin, &'static str)> {
    if is(uses, "pypa/gh-action-pypi-publish") {
        let elsewhere = ["repository-url", "repository_url"].iter().find_map(|name| input(uses, name));
        let elsewhere = elsewhere.is_some_and(|binding| said(&binding.value).is_none_or(|address| !address.contains("pypi.org")));
        return input(uses, "password").filter(|_| !elsewhere).map(|binding| (binding.value.origin, "PyPI"));
    }
    if is(uses, "actions/setup-node") {
        let elsewhere = input(uses, "registry-url").is_some_and(|binding| !is_npm(&binding.value));
        let kept = input(uses, "always-auth").filter(|binding| is_on(&binding.value) && !elsewhere);
        return kept.map(|binding| (binding.value.origin, "npm"));
    }
    if is(uses, "rubygems/configure-rubygems-credentials") {
        let elsewhere = input(uses, "gem-server").and_then(|binding| said(&binding.value)).is_some_and(|at| !GEMS.is_at(&at));
        return input(uses, "api-token").filter(|_| !elsewhere).map(|binding| (binding.value.origin, GEMS.name));
    }
    if is(uses, "rubygems/release-gem") {
        let off = input(uses, "setup-trusted-publisher").filter(|binding| is_off(&binding.value));
        return off.map(|binding| (binding.value.origin, "RubyGems"));
    }
    None
}
