//! `untrusted-checkout`

use std::collections::BTreeSet;

use super::actions::{input, is};
use super::outsiders::jobs;
use super::scripts::{self, Script};
use super::shell::{Command, Word, every};
use super::spoken::named;
use super::untrusted::{SOURCES, is_within};
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Kind;
use crate::pipeline::trigger::Event;
use crate::pipeline::value::{Known, Part, Value};
use crate::pipeline::{Reference, Step};

pub(super) static RULE: Rule = Rule {
    id: "untrusted-checkout",
    summary: "the sources of an outsider are fetched into a run with the repository's own rights",
    why: "Whatever runs afterwards, a build, a test, an install script, a linter's configuration, is theirs, and so is the \
          job's token and every secret it can reach. Reviewing first does not help: the branch can move between the review and \
          the run. Build proposed changes under `pull_request`, where they have no rights.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test.steps = [
              { checkout.revision = 'Raw { github = "github.event.pull_request.head.sha" } },
            ] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.workflow_run = { workflows = ["x"], types = ["completed"] }, jobs.test.steps = [
              { uses = "Actions/Checkout", with = { ref = 'Raw { github = "github.event.workflow_run.head_branch" }, persist-credentials = false } },
            ] }"#,
        )]),
        Example::bad(&[
            ("ci", "{ on = {}, github.on.pull_request_target = {}, jobs.build.calls = \"build\" }"),
            (
                "build",
                r#"{ on = { call = {} }, jobs.test.steps = [{ checkout.revision = ["refs/pull/", 'PullRequest, "/merge"] }] }"#,
            ),
        ]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.issue_comment = {}, jobs.test.steps = [{ checkout = {} }, { run = "gh pr checkout \"$NUMBER\"", env.NUMBER = 'Raw { github = "github.event.issue.number" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test.steps = [
              { parallel = [{ checkout.revision = 'Raw { github = "github.event.pull_request.head.sha" } }, { run = "make" }] },
            ] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test.steps = [{ run = "ref=refs/pull/$NUMBER/merge\ngit -C src fetch \\\n  origin \"$ref\"" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test = { defaults.shell = "pwsh", steps = [{ run = "git fetch  origin pull/1/head" }] } }"#,
        )]),
        Example::good(&[(
            "ci",
            r##"{ on = {}, github.on.pull_request_target = {}, jobs.test.steps = [{ run = "# gh pr checkout is not for us\ngit fetch origin main\necho 'not refs/pull/1'" }] }"##,
        )]),
        Example::good(&[("ci", "{ on = {}, github.on.pull_request_target = {}, jobs.test.steps = [{ checkout = {} }] }")]),
        Example::good(&[(
            "ci",
            r#"{ on = { pull_request = {} }, jobs.test.steps = [{ checkout.revision = 'Raw { github = "github.event.pull_request.head.sha" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { pull_request = {} }, github.on.pull_request_target = {}, jobs.test = { when = 'Event ['PullRequest], steps = [
              { checkout.revision = 'Raw { github = "github.event.pull_request.head.sha" } },
            ] } }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut said = BTreeSet::new();
    for (start, pipeline, job) in jobs(scope, Event::is_open_with_rights) {
        for step in job.all_steps() {
            let identity = pipeline.step_identity(job, step);
            let by_commands = || scripts::of(pipeline, job, step).and_then(|script| Some((script.origin, proposed(script)?)));
            if let Some((origin, what)) = fetched(step).or_else(by_commands)
                && said.insert(identity.clone())
            {
                findings
                    .report(identity, origin, format!("{what} is what an outsider wrote"))
                    .related(start.origin, format!("`{}` starts the run for them", start.event.name()))
                    .help("build it in a pipeline that pull_request starts, and hand over results, not sources");
            }
        }
    }
}

/// The sources of an outsider that a step fetches.
fn fetched(step: &Step) -> Option<(crate::origin::Origin, String)> {
    match &step.kind.value {
        Kind::Checkout(checkout) => {
            checkout.revision.iter().chain(&checkout.repository).find_map(|value| theirs(value).map(|what| (value.origin, what)))
        }
        Kind::Uses(uses) if is(uses, "actions/checkout") => ["ref", "repository"]
            .iter()
            .filter_map(|name| input(uses, name))
            .find_map(|binding| theirs(&binding.value).map(|what| (binding.value.origin, what))),
        _ => None,
    }
}

/// What commands fetch of a proposed change. `gh` and `git` are called in the same way from every shell.
fn proposed(script: Script<'_>) -> Option<String> {
    let reference = |word: &Word| word.text.contains("refs/pull/") || word.text.trim_start_matches('+').starts_with("pull/");
    if !script.text.contains("checkout") && !script.text.contains("pull/") {
        return None;
    }
    let commands = script.commands();
    let commands = every(&commands);
    let says = |command: &Command, words: &[&str]| {
        let named = command.arguments().iter().filter(|word| !word.text.starts_with('-'));
        named.map(|word| word.text.as_str()).take(words.len()).eq(words.iter().copied())
    };
    if commands.iter().any(|command| command.name() == "gh" && says(command, &["pr", "checkout"])) {
        return Some("what `gh pr checkout` fetches".to_owned());
    }
    // The reference may come to git by a variable.
    let written = commands.iter().filter(|command| !matches!(command.name(), "echo" | "printf"));
    let named = written.flat_map(|command| command.all_words()).any(reference);
    let verb = commands.iter().filter(|command| command.name() == "git").find_map(|command| {
        let verb = command.arguments().iter().find(|word| matches!(word.text.as_str(), "clone" | "fetch" | "pull" | "checkout"));
        verb.map(|word| word.text.as_str())
    });
    verb.filter(|_| named).map(|verb| format!("what `git {verb}` fetches"))
}

/// What in a revision or a repository is an outsider's.
fn theirs(value: &Value) -> Option<String> {
    value.parts.iter().find_map(|part| match &part.value {
        Part::Text(text) if text.contains("refs/pull/") => Some("a pull request's reference".to_owned()),
        Part::Reference(Reference::Known(Known::Branch)) => Some("the branch of the pull request".to_owned()),
        Part::Reference(Reference::Known(Known::PullRequest)) => Some("the pull request".to_owned()),
        Part::Reference(Reference::Raw(words)) => words.expressions().iter().find_map(|expression| {
            expression
                .contexts()
                .into_iter()
                .filter_map(|(context, _)| named(context))
                .find(|name| is_within(name, SOURCES))
                .map(|name| format!("`{name}`"))
        }),
        _ => None,
    })
}
