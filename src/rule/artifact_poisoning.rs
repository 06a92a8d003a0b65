//! `artifact-poisoning`

use std::collections::BTreeSet;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Kind;
use crate::pipeline::trigger::Event;
use crate::pipeline::value::Value;
use crate::pipeline::{Reference, Step};
use crate::view::actions::{input, is, is_any, said};
use crate::view::outsiders::jobs;
use crate::view::scripts::{self, Script};
use crate::view::shell::every;

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
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.workflow_run = { workflows = ["x"], types = ["completed"] }, jobs.test.steps = [{ run = "gh --version\nif gh run  download 1 --dir=dist; then make; fi # --dir /tmp/x" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = {}, github.on.workflow_run = { workflows = ["x"], types = ["completed"] }, jobs.test.steps = [{ run = "gh run download 1", shell = "pwsh" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r##"{ on = {}, github.on.workflow_run = { workflows = ["x"], types = ["completed"] }, jobs.test.steps = [{ run = "# gh run download 1\ncd \"$(mktemp -d)\"\ngh run download 1\necho 'gh run download'" }] }"##,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "dawidd6/action-download-artifact" }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut told = BTreeSet::new();
    for (start, pipeline, job) in jobs(scope, |event| event == Event::WorkflowRun) {
        for step in job.all_steps() {
            let identity = pipeline.step_identity(job, step);
            if (unpacks(step) || scripts::of(pipeline, job, step).is_some_and(downloads)) && told.insert(identity.clone()) {
                findings
                    .report(identity, step.kind.origin, "the artifact is unpacked in the workspace")
                    .related(start.origin, "the run it comes from may be an outsider's")
                    .help("unpack it under runner.temp, and read what is expected from there");
            }
        }
    }
}

/// Whether an action puts the files of another run among the sources.
fn unpacks(step: &Step) -> bool {
    match &step.kind.value {
        Kind::Uses(uses) => {
            let other = is_any(uses, FETCHERS) || (is(uses, "actions/download-artifact") && input(uses, "run-id").is_some());
            other && input(uses, "path").is_none_or(|binding| inside(&binding.value))
        }
        _ => false,
    }
}

/// Whether commands do. `gh` is called in the same way from every shell.
fn downloads(script: Script<'_>) -> bool {
    if !script.text.contains("download") {
        return false;
    }
    let commands = script.commands();
    let mut away = false;
    for command in every(&commands) {
        let words: Vec<&str> = command.arguments().iter().map(|word| word.text.as_str()).collect();
        match (command.name(), words.as_slice()) {
            ("cd" | "pushd" | "Set-Location", [directory, ..]) => away = !is_inside(directory),
            ("gh", ["run", "download", options @ ..]) => {
                let directory = options.iter().enumerate().find_map(|(at, option)| match *option {
                    "--dir" | "-D" => options.get(at + 1).copied(),
                    option => option.strip_prefix("--dir=").or_else(|| option.strip_prefix("-D")),
                });
                if directory.map_or(!away, |to| is_inside(to) && (!away || to.contains("GITHUB_WORKSPACE"))) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Whether a directory is in the workspace for certain: what is put together from variables may be anywhere, but for the workspace.
fn is_inside(directory: &str) -> bool {
    directory.contains("GITHUB_WORKSPACE") || !directory.starts_with(['/', '~', '$', '`'])
}

fn inside(path: &Value) -> bool {
    match said(path) {
        Some(text) => is_inside(&text),
        None => {
            !path.references().any(|part| matches!(part.value, Reference::Raw(words) if words.text().contains("runner.temp")))
        }
    }
}
