//! `artifact-poisoning`

use std::collections::BTreeSet;

use super::actions::{input, is, is_any, said};
use super::outsiders::jobs;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Kind;
use crate::pipeline::trigger::Event;
use crate::pipeline::value::Value;
use crate::pipeline::{Reference, Step};

/// Actions that fetch the artifacts of other runs. As of 2026-11.
const FETCHERS: &[&str] = &[
    "aochmann/actions-download-artifact",
    "bettermarks/action-artifact-download",
    "blablacar/action-download-last-artifact",
    "dawidd6/action-download-artifact",
    "marcofaggian/action-download-multiple-artifacts",
];

pub(super) static RULE: Rule = Rule {
    id: "artifact-poisoning",
    summary: "files of an outsider's run are put among the sources of one that has rights",
    why: "A run for a pull request writes whatever its author likes into its artifacts, under any name: a `Makefile`, a \
          `package.json`. Unpacked in the workspace of a run with secrets, it is what the next step runs. Unpack it elsewhere, \
          and read it as data.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.workflow_run = { workflows = ["x"], types = ["completed"] }, jobs.test.steps = [
              { uses = "actions/download-artifact", with = { name = "dist", run-id = 'Raw { github = "github.event.workflow_run.id" } } },
              { run = "make publish" },
            ] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.workflow_run = { workflows = ["x"], types = ["completed"] }, jobs.test.steps = [{ uses = "dawidd6/action-download-artifact" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.workflow_run = { workflows = ["x"], types = ["completed"] }, jobs.test.steps = [{ run = "gh run download \"$RUN\" --name dist", env.RUN = 'Raw { github = "github.event.workflow_run.id" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.workflow_run = { workflows = ["x"], types = ["completed"] }, jobs.test.steps = [{ parallel = [{ uses = "dawidd6/action-download-artifact" }, { run = "make" }] }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = {}, github.on.workflow_run = { workflows = ["x"], types = ["completed"] }, jobs.test.steps = [
              { uses = "actions/download-artifact", with = { path = 'Raw { github = "runner.temp" }, run-id = 'Raw { github = "github.event.workflow_run.id" } } },
              { run = "gh run download \"$RUN\" --dir \"$RUNNER_TEMP/dist\"", env.RUN = 'Raw { github = "github.event.workflow_run.id" } },
            ] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = {}, github.on.workflow_run = { workflows = ["x"], types = ["completed"] }, jobs.test.steps = [{ uses = "actions/download-artifact", with.name = "own" }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "dawidd6/action-download-artifact" }] }"#)]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut told = BTreeSet::new();
    for (start, pipeline, job) in jobs(scope, &[Event::WorkflowRun]) {
        for step in job.all_steps() {
            let identity = pipeline.step_identity(job, step);
            if puts_into_workspace(step) && told.insert(identity.clone()) {
                findings
                    .report(identity, step.kind.origin, "the artifact is unpacked in the workspace")
                    .related(start.origin, "the run it comes from may be an outsider's")
                    .help("unpack it under runner.temp, and read what is expected from there");
            }
        }
    }
}

/// Whether a step puts the files of another run among the sources.
fn puts_into_workspace(step: &Step) -> bool {
    match &step.kind.value {
        Kind::Uses(uses) => {
            let other = is_any(uses, FETCHERS) || (is(uses, "actions/download-artifact") && input(uses, "run-id").is_some());
            other && input(uses, "path").is_none_or(|binding| inside(&binding.value))
        }
        Kind::Run(run) => {
            let away =
                ["--dir", "-D ", "$RUNNER_TEMP", "${RUNNER_TEMP", "/tmp/", "mktemp"].iter().any(|word| run.script.contains(word));
            run.script.contains("gh run download") && !away
        }
        _ => false,
    }
}

fn inside(path: &Value) -> bool {
    match said(path) {
        Some(text) => !text.starts_with("/tmp") && !text.starts_with("~/"),
        None => {
            !path.references().any(|part| matches!(part.value, Reference::Raw(words) if words.text().contains("runner.temp")))
        }
    }
}
