//! `untrusted-checkout`

use std::collections::BTreeSet;

use super::actions::{input, is};
use super::outsiders::{self, jobs};
use super::spoken::named;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Kind;
use crate::pipeline::value::{Known, Part, Value};
use crate::pipeline::{Reference, Step};

/// What names the sources of whoever proposed a change.
const THEIRS: &[&str] = &[
    "github.event.check_run.head_sha",
    "github.event.check_suite.head_",
    "github.event.issue.number",
    "github.event.number",
    "github.event.pull_request.head.",
    "github.event.pull_request.merge_commit_sha",
    "github.event.pull_request.number",
    "github.event.workflow_run.head_",
    "github.event.workflow_run.pull_requests.",
    "github.head_ref",
];
/// Commands that fetch a proposed change.
const COMMANDS: &[&str] = &["gh pr checkout", "refs/pull/", "origin pull/"];

pub(super) static RULE: Rule = Rule {
    id: "untrusted-checkout",
    summary: "the sources of an outsider are fetched into a run with the repository's own rights",
    why: "Whatever runs afterwards, a build, a test, an install script, a linter's configuration, is theirs, and so is the \
          job's token and every secret it can reach. Reviewing first does not help: the branch can move between the review and \
          the run. Build proposed changes under `pull_request`, where they have no rights.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
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
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut said = BTreeSet::new();
    for (start, pipeline, job) in jobs(scope, outsiders::EVENTS) {
        for step in job.all_steps() {
            let identity = pipeline.step_identity(job, step);
            if let Some((origin, what)) = fetched(step)
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
        Kind::Run(run) => {
            let command = COMMANDS.iter().find(|command| run.script.contains(*command))?;
            Some((run.script.origin, format!("what `{command}` fetches")))
        }
        _ => None,
    }
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
                .find(|name| THEIRS.iter().any(|start| name.starts_with(start)))
                .map(|name| format!("`{name}`"))
        }),
        _ => None,
    })
}
