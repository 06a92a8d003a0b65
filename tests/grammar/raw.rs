//! What is written in GitHub's own words is judged as what is written in ours: a raw `timeout-minutes` is still a timeout.

use std::path::Path;

use pipeward::policy::Date;
use pipeward::rule::EXAMPLE_NOW;
use pipeward::source::{Evaluator, Request, Role};
use pipeward::workspace;

/// A rule, and a pipeline that makes it fire in GitHub's words; `JOB` and `STEP` stand for what has nothing to be said of.
const JUDGED: &[(&str, &str)] = &[
    ("job-timeout-over-limit", r#"on.manual = {}, jobs.test = { github.timeout-minutes = 420, steps = [STEP] }"#),
    ("job-timeout-over-platform", r#"on.manual = {}, jobs.test = { github.timeout-minutes = 600, steps = [STEP] }"#),
    ("job-timeout-missing", r#"on.manual = {}, jobs.test = { github.runs-on = "ubuntu-24.04", steps = [STEP] }"#),
    ("unpinned-images", r#"on.manual = {}, jobs.test = JOB & { github.container.image = "python:3.13" }"#),
    ("unpinned-images", r#"on.manual = {}, jobs.test = JOB & { github.services.db.image = "postgres" }"#),
    (
        "container-credentials-literal",
        r#"on.manual = {}, jobs.test = JOB & { github.container = { image = IMAGE, credentials = { username = "robot", password = "hunter2" } } }"#,
    ),
    (
        "unpinned-uses",
        r#"on.manual = {}, jobs.test = { timeout = "5m", steps = [{ github = { name = "X", uses = "nobody/nothing" } }] }"#,
    ),
    (
        "template-injection",
        r#"on.manual = {}, jobs.test = { timeout = "5m", steps = [{ github = { name = "X", run = "echo ${{ github.head_ref }}" } }] }"#,
    ),
    ("secrets-undeclared", r#"on.manual = {}, jobs.test = JOB & { github.env.TOKEN = "${{ secrets.NOPE }}" }"#),
    ("secrets-wide-env", r#"on.manual = {}, jobs.test = JOB & { github.env.TOKEN = "x ${{ secrets.TOKEN || 'none' }}" }"#),
    (
        "secrets-ungated",
        r#"on.manual = {}, jobs.test = { timeout = "5m", steps = [{ github = { name = "X", run = "make", env.T = "${{ secrets.TOKEN }}" } }] }"#,
    ),
    ("secrets-inherit", r#"on.manual = {}, jobs.test.github = { uses = "$/.github/workflows/ci.yml", secrets = "inherit" }"#),
    ("mutable-runner-label", r#"on.manual = {}, jobs.test = JOB & { github.runs-on = "ubuntu-latest" }"#),
    ("runner-label-unknown", r#"on.manual = {}, jobs.test = JOB & { github.runs-on = "ubuntu-99.04" }"#),
    ("permissions-all", r#"on.manual = {}, jobs.test = JOB & { github.permissions = "write-all" }"#),
    ("permissions-invalid", r#"on.manual = {}, jobs.test = JOB & { github.permissions.contnets = "read" }"#),
    ("id-token-ungated", r#"on.pull_request = {}, jobs.test = JOB & { github.permissions.id-token = "write" }"#),
    ("cron", r#"github.on.schedule = [{ cron = "61 * * * *" }], jobs.test = JOB"#),
    ("cron-too-often", r#"github.on.schedule = [{ cron = "* * * * *" }], jobs.test = JOB"#),
    ("trigger-invalid", r#"github.on.issues.types = ["oponed"], jobs.test = JOB"#),
    ("dangerous-trigger", r#"github.on.pull_request_target = {}, jobs.test = JOB"#),
    ("globs", r#"github.on.push.branches = ["release/[0-9"], jobs.test = JOB"#),
    (
        "matrix-too-large",
        r#"on.manual = {}, jobs.test = JOB & { github.strategy.matrix = { a = std.array.range 0 20, b = std.array.range 0 20 } }"#,
    ),
    ("needs-graph", r#"on.manual = {}, jobs.test = JOB & { github.needs = ["nobody"] }"#),
    ("step-output-unknown", r#"on.manual = {}, jobs.test = JOB & { github.outputs.x = "${{ steps.nobody.outputs.y }}" }"#),
    ("matrix-key-unknown", r#"on.manual = {}, jobs.test = JOB & { github.env.OS = "${{ matrix.os }}" }"#),
    ("input-unknown", r#"on.manual = {}, jobs.test = JOB & { github.env.SIZE = "${{ inputs.size }}" }"#),
    ("variables-undeclared", r#"on.manual = {}, jobs.test = JOB & { github.env.SIZE = "${{ vars.NOPE }}" }"#),
    ("reference-unavailable", r#"on.manual = {}, jobs.test = JOB & { github."if" = "${{ secrets.TOKEN != '' }}" }"#),
    (
        "retention-missing",
        r#"on.manual = {}, jobs.test = { timeout = "5m", steps = [{ github = { name = "X", uses = "actions/upload-artifact", with = { name = "a", path = "a" } } }] }"#,
    ),
];

const PROJECT: &str = r#"{
  name = "example",
  visibility = 'Public,
  pins."actions/upload-artifact" = { version = "v7.0.1", revision = "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a" },
  secrets.TOKEN = { purpose = "publishes", owner = "platform" },
}"#;
const JOB: &str = r#"{ timeout = "5m", steps = [{ name = "Test", run = "make" }] }"#;
const STEP: &str = r#"{ name = "Test", run = "make" }"#;
const IMAGE: &str = r#""postgres:18.0@sha256:0d4f5a2b9c1c1f7a9c1e5f0a6d3b2c1e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c""#;

#[test]
fn words_of_github_are_judged() {
    let mut silent = Vec::new();
    for (rule, text) in JUDGED {
        let said = said(text);
        if !said.iter().any(|found| found == rule) {
            silent.push(format!("{rule} says nothing of {text}, only {said:?}"));
        }
    }
    assert!(silent.is_empty(), "{} of {}\n{}", silent.len(), JUDGED.len(), silent.join("\n"));
}

fn said(text: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let text = text.replace("STEP", STEP).replace("JOB", JOB).replace("IMAGE", IMAGE);
    let file = |name: &str, role, text: &str| Request { name: name.to_owned(), text: Some(text.to_owned()), role };
    let requests = [
        file("pipelines/main.ncl", Role::Project, PROJECT),
        file("pipelines/ci.ncl", Role::Pipeline, &format!("{{ name = \"CI\", {text} }}")),
        workspace::shipped(),
    ];
    let workspace = workspace::assemble(root, &Evaluator::here(root), &requests);
    let now = Date::parse(EXAMPLE_NOW).expect("a day");
    let mut said = workspace.judge(&[], now);
    if let Some(project) = &workspace.project {
        said.extend(pipeward::backend::render(project).findings);
    }
    said.into_iter().map(|finding| finding.rule).collect()
}
