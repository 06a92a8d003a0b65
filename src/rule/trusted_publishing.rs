//! `trusted-publishing`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Reference;
use crate::pipeline::step::Uses;
use crate::pipeline::value::Value;
use crate::view::actions::{input, is, is_off, said, used};
use crate::view::scripts;
use crate::view::shell::{self, Command, every};

/// A program that publishes to a registry which knows a job by its identity.
struct Program {
    name: &'static str,
    verb: &'static str,
    /// The variables of its stored tokens.
    tokens: &'static [&'static str],
    /// The options by which it publishes elsewhere.
    elsewhere: &'static [&'static str],
    registry: &'static str,
}

const fn program(
    name: &'static str,
    verb: &'static str,
    tokens: &'static [&'static str],
    elsewhere: &'static [&'static str],
    registry: &'static str,
) -> Program {
    Program { name, verb, tokens, elsewhere, registry }
}

/// Read from the registries' own pages, 2026-11.
const PROGRAMS: &[Program] = &[
    program("cargo", "publish", &["CARGO_REGISTRY_TOKEN"], &["--registry", "--index"], "crates.io"),
    program("flit", "publish", &["FLIT_PASSWORD"], &["--repository"], "PyPI"),
    program("gem", "push", &["GEM_HOST_API_KEY"], &["--host"], "RubyGems"),
    program("hatch", "publish", &["HATCH_INDEX_AUTH"], &["--repo", "-r"], "PyPI"),
    program("npm", "publish", &["NODE_AUTH_TOKEN", "NPM_TOKEN"], &["--registry"], "npm"),
    program("pdm", "publish", &["PDM_PUBLISH_PASSWORD"], &["--repository", "-r"], "PyPI"),
    program("pnpm", "publish", &["NODE_AUTH_TOKEN", "NPM_TOKEN"], &["--registry"], "npm"),
    program("poetry", "publish", &["POETRY_PYPI_TOKEN_PYPI"], &["--repository", "-r"], "PyPI"),
    program("twine", "upload", &["TWINE_PASSWORD"], &["--repository", "--repository-url", "-r"], "PyPI"),
    program("uv", "publish", &["UV_PUBLISH_TOKEN", "UV_PUBLISH_PASSWORD"], &["--publish-url", "--index"], "PyPI"),
];
const HINTS: &[&str] = &["publish", "gem push", "twine upload"];

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
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "cargo publish --dry-run", env.CARGO_REGISTRY_TOKEN = 'Secret "CRATES" }] }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        if let Some((origin, registry)) = stored(uses) {
            findings
                .report(pipeline.step_identity(job, step), origin, format!("{registry} knows the job without a stored token"))
                .help("grant id_token = 'Write \"…\", name this repository at the registry, and leave the token out");
        }
    }
    for script in scripts::with_any(scope, HINTS) {
        let commands = shell::commands(script.text);
        for command in every(&commands) {
            let Some(program) = PROGRAMS.iter().find(|program| publishes(command, program)) else { continue };
            let token = script.environment().find(|(name, binding)| program.tokens.contains(name) && is_secret(&binding.value));
            if let Some((name, binding)) = token {
                findings
                    .report(
                        script.pipeline.step_identity(script.job, script.step),
                        binding.value.origin,
                        format!("{} knows the job without a stored token", program.registry),
                    )
                    .key(name)
                    .help("grant id_token = 'Write \"…\", name this repository at the registry, and leave the token out");
            }
        }
    }
}

fn publishes(command: &Command, program: &Program) -> bool {
    let words = command.arguments();
    let is_verb = words.iter().find(|word| !word.text.starts_with('-')).is_some_and(|word| word.text == program.verb);
    let other = words.iter().any(|word| {
        let option = word.text.split('=').next().unwrap_or_default();
        program.elsewhere.contains(&option) || matches!(option, "--dry-run" | "-n")
    });
    command.name() == program.name && is_verb && !other
}

fn is_secret(value: &Value) -> bool {
    value.references().any(|reference| matches!(reference.value, Reference::Secret(_)))
}

/// Where an action is given a stored token it does not need, and by whom.
fn stored(uses: &Uses) -> Option<(crate::origin::Origin, &'static str)> {
    if is(uses, "pypa/gh-action-pypi-publish") {
        let elsewhere = ["repository-url", "repository_url"].iter().find_map(|name| input(uses, name));
        let elsewhere = elsewhere.is_some_and(|binding| said(&binding.value).is_none_or(|address| !address.contains("pypi.org")));
        return input(uses, "password").filter(|_| !elsewhere).map(|binding| (binding.value.origin, "PyPI"));
    }
    if is(uses, "rubygems/release-gem") {
        let off = input(uses, "setup-trusted-publisher").filter(|binding| is_off(&binding.value));
        return off.map(|binding| (binding.value.origin, "RubyGems"));
    }
    None
}
