//! `untrusted-checkout`

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::{At, Origin};
use crate::pipeline::step::Kind;
use crate::pipeline::trigger::Event;
use crate::pipeline::value::{Known, Value};
use crate::pipeline::{Job, Reference, Step};
use crate::view::actions::{input, is};
use crate::view::outsiders::jobs;
use crate::view::provenance::{self, Root};
use crate::view::scope::Spot;
use crate::view::scripts::{self, Script};
use crate::view::shell::{Command, Word, every};
use crate::view::tainted::follow;
use crate::view::untrusted::{SOURCES, is_within, variables_in};

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
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test = {
              env.REF = 'Raw { github = "github.event.pull_request.head.sha" },
              steps = [{ checkout.revision = 'Raw { github = "env.REF" } }],
            } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs = {
              find = { timeout = "5m", outputs.sha = 'Step "find.sha", steps = [{ id = "find", run = "echo \"sha=$SHA\" >> \"$GITHUB_OUTPUT\"", env.SHA = 'Raw { github = "github.event.pull_request.head.sha" } }] },
              test = { needs = ["find"], matrix.ref = ['Output "find.sha"], steps = [{ checkout.revision = 'Matrix "ref" }] },
            } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test.steps = [
              { checkout = {} },
              { run = "git fetch \"$REPO\" main\ngit checkout FETCH_HEAD", env.REPO = 'Raw { github = "github.event.pull_request.head.repo.clone_url" } },
            ] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test.steps = [{ run = "sha=$HEAD\ngit checkout --detach \"$sha\"", env.HEAD = 'Raw { github = "github.event.pull_request.head.sha" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test.steps = [{
              run = "git checkout -b \"backport-$NUMBER\"\ngit fetch origin \"$BASE\" \"copy-$NUMBER\"\ngit diff \"$HEAD\"",
              env = {
                BASE = 'Raw { github = "github.event.pull_request.base.ref" },
                HEAD = 'Raw { github = "github.event.pull_request.head.sha" },
                NUMBER = 'PullRequest,
              },
            }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = {}, github.on.pull_request_target = {}, jobs.test.steps = [{ checkout.revision = 'Raw { github = "github.event.pull_request.head.sha == github.sha && github.sha || github.base_ref" } }] }"#,
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
            let by_commands =
                || scripts::of(pipeline, job, step).and_then(|script| Some((script.origin, proposed(scope, script)?)));
            let spot = Spot { pipeline, job: Some(job), step: Some(step) };
            if let Some((origin, what)) = fetched(scope, spot, step).or_else(by_commands)
                && said.insert(identity.clone())
            {
                let said = findings
                    .report(identity, origin, format!("{what} is what an outsider wrote"))
                    .related(start.origin, format!("`{}` starts the run for them", start.event.name()));
                let said = match secret_of(scope, job) {
                    Some((name, origin)) => said.related(origin, format!("the secret `{name}` is within its reach")),
                    None => said,
                };
                said.help("build it in a pipeline that pull_request starts, and hand over results, not sources");
            }
        }
    }
}

/// The first secret that a job is given.
fn secret_of<'a>(scope: &Scope<'a>, job: &Job) -> Option<(&'a str, Origin)> {
    let mut given = scope.mentions().iter().filter(|mention| mention.spot.job.is_some_and(|other| std::ptr::eq(other, job)));
    given.find_map(|mention| match &mention.reference {
        Reference::Secret(name) => Some((name.as_str(), mention.origin)),
        _ => None,
    })
}

/// The sources of an outsider that a step fetches.
fn fetched(scope: &Scope<'_>, spot: Spot<'_>, step: &Step) -> Option<(Origin, String)> {
    match &step.kind.value {
        Kind::Checkout(checkout) => checkout
            .revision
            .iter()
            .chain(&checkout.repository)
            .find_map(|value| theirs(scope, spot, value).map(|what| (value.origin, what))),
        Kind::Uses(uses) if is(uses, "actions/checkout") => ["ref", "repository"]
            .iter()
            .filter_map(|name| input(uses, name))
            .find_map(|binding| theirs(scope, spot, &binding.value).map(|what| (binding.value.origin, what))),
        _ => None,
    }
}

/// What commands fetch of a proposed change. `gh` and `git` are called in the same way from every shell.
fn proposed(scope: &Scope<'_>, script: Script<'_>) -> Option<String> {
    let reference = |word: &Word| word.text.contains("refs/pull/") || word.text.trim_start_matches('+').starts_with("pull/");
    if !HINTS.iter().any(|hint| script.text.contains(hint)) {
        return None;
    }
    let own = script.commands();
    let commands = every(&own);
    let says = |command: &Command, words: &[&str]| {
        let named = command.arguments().iter().filter(|word| !word.text.starts_with('-'));
        named.map(|word| word.text.as_str()).take(words.len()).eq(words.iter().copied())
    };
    if commands.iter().any(|command| command.name() == "gh" && says(command, &["pr", "checkout"])) {
        return Some("what `gh pr checkout` fetches".to_owned());
    }
    let mut held = BTreeMap::new();
    for (name, context) in variables_in(script.text) {
        held.insert(name.to_owned(), format!("`{context}`"));
    }
    for (name, binding) in script.variables().into_iter().filter(|(name, _)| script.text.contains(name)) {
        let found = script.spot.and_then(|spot| theirs(scope, spot, &binding.value));
        // A number alone fetches nothing.
        if let Some(what) = found.filter(|what| !what.trim_end_matches('`').ends_with("number") && what != NUMBER) {
            held.insert(name.to_owned(), what);
        }
    }
    follow(&own, &mut held);
    let by_name = commands.iter().filter_map(|command| Some((command, verb(command)?))).find_map(|(command, verb)| {
        let taken = sources(command).find_map(|word| held.iter().find(|(name, _)| word.takes(name)));
        taken.map(|(name, what)| format!("what `{verb}` fetches by `${name}`, {what},"))
    });
    // The reference may come to git by a variable.
    let written = commands.iter().filter(|command| !matches!(command.name(), "echo" | "printf"));
    let named = written.flat_map(|command| command.all_words()).any(reference);
    let by_reference = || commands.iter().find_map(|command| verb(command)).filter(|_| named);
    by_name.or_else(|| by_reference().map(|verb| format!("what `{verb}` fetches")))
}

/// What a script holds that fetches sources.
const HINTS: &[&str] = &["checkout", "pull", "fetch", "clone", "switch", "merge", "reset", "cherry-pick", "worktree"];
/// What puts other sources into a working tree.
const VERBS: &[&str] = &["clone", "fetch", "pull", "checkout", "switch", "merge", "reset", "cherry-pick", "worktree"];
/// After what an option of git names a branch that is made here.
const MAKES: &[&str] = &["-b", "-B", "-c", "-C", "--orphan"];

/// What a command does that puts other sources into a working tree, if it does.
fn verb(command: &Command) -> Option<String> {
    let mut words = command.arguments().iter().map(|word| word.text.as_str());
    match command.name() {
        "git" => words.find(|word| VERBS.contains(word)).map(|verb| format!("git {verb}")),
        "gh" => words.take(2).eq(["repo", "clone"]).then(|| "gh repo clone".to_owned()),
        _ => None,
    }
}

/// The words of a command that may say what is fetched.
fn sources(command: &Command) -> impl Iterator<Item = &Word> {
    let words = command.arguments();
    let made = |at: usize| at > 0 && MAKES.contains(&words[at - 1].text.as_str());
    words.iter().enumerate().filter(move |(at, _)| !made(*at)).map(|(_, word)| word)
}

/// What a number of a pull request is called.
const NUMBER: &str = "the pull request";

/// What in a revision or a repository is an outsider's, wherever in the project it comes from.
fn theirs(scope: &Scope<'_>, spot: Spot<'_>, value: &At<Value>) -> Option<String> {
    provenance::of(scope.project, spot, value).into_iter().find_map(|source| match source.root {
        Root::Text(text) => text.contains("refs/pull/").then(|| "a pull request's reference".to_owned()),
        Root::Reference(Reference::Known(Known::Branch)) => Some("the branch of the pull request".to_owned()),
        Root::Reference(Reference::Known(Known::PullRequest)) => Some(NUMBER.to_owned()),
        Root::Context(name) => is_within(&name, SOURCES).then(|| format!("`{name}`")),
        Root::Reference(_) => None,
    })
}
