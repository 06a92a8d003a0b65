//! A project of any size, written out: what a platform team of many services would have, each with a pipeline of six jobs of six steps.
//!
//! The same size gives the same bytes. Under the shipped policy, and its own custom rule, nothing is found in it.

use std::fs;
use std::io;
use std::path::Path;

/// Writes a project of `pipelines` pipelines into an empty directory, for GitHub.
pub(crate) fn write(root: &Path, pipelines: usize) -> io::Result<()> {
    fs::create_dir_all(root.join("pipelines/lib"))?;
    fs::create_dir_all(root.join("policies"))?;
    fs::write(root.join("pipelines/main.ncl"), PROJECT.replace("<GITLAB>", ""))?;
    fs::write(root.join("pipelines/lib/steps.ncl"), STEPS_LIBRARY)?;
    fs::write(root.join("policies/main.ncl"), POLICY)?;
    fs::write(root.join("policies/checkout_comes_first.ncl"), RULE)?;
    (0..pipelines).try_for_each(|number| fs::write(root.join(path(number)), pipeline(number)))
}

/// Has the same project written for GitLab too.
pub(crate) fn for_both(root: &Path) -> io::Result<()> {
    fs::write(root.join("pipelines/main.ncl"), PROJECT.replace("<GITLAB>", "  backends.gitlab = { image = \"uv\" },\n"))
}

/// Changes one pipeline: the same is emitted, from another text.
pub(crate) fn touch(root: &Path, round: usize) -> io::Result<()> {
    fs::write(root.join(path(round)), format!("# Looked at in round {round}.\n{}", pipeline(round)))
}

/// Where the pipeline of that number is, from the root.
fn path(number: usize) -> String {
    format!("pipelines/service-{number:04}.ncl")
}

/// The pipeline of that number.
fn pipeline(number: usize) -> String {
    let service = format!("service-{number:04}");
    let area = ["billing", "search", "ledger", "mail", "stock", "fraud", "maps"][number % 7];
    let python = ["3.12", "3.13", "3.14"][number % 3];
    let minutes = 5 + number % 10;
    let (on, group) = [
        ("pull_request.branches = [\"main\"], manual = {}", "{ group = 'PerRef, cancel = true }"),
        ("push.branches = [\"main\", \"release/*\"], merge_group = {}", "{ group = 'PerRef, cancel = false }"),
        ("schedule = [{ cron = \"<NN> 3 * * MON-FRI\" }], manual = {}", "{ group = 'PerPipeline, cancel = false }"),
        ("push.branches = [\"main\"], pull_request.paths = [\"services/<SERVICE>/**\"]", "{ group = 'PerRef, cancel = false }"),
    ][number % 4];
    TEMPLATE
        .replace("<ON>", on)
        .replace("<GROUP>", group)
        .replace("<NN>", &(number % 60).to_string())
        .replace("<SERVICE>", &service)
        .replace("<AREA>", area)
        .replace("<PYTHON>", python)
        .replace("<MINUTES>", &minutes.to_string())
}

const PROJECT: &str = r#"let ci = import "pipeward.ncl" in
{
  name = "platform",
  visibility = 'Private,
  secrets = {
    DEPLOY_TOKEN = { purpose = "deploys a service", owner = "platform" },
    COVERAGE_TOKEN = { purpose = "uploads coverage", owner = "quality" },
  },
  variables.REGION = { purpose = "where services run", owner = "platform" },
  pins = {
    "actions/checkout" = { version = "v7.0.1", revision = "3d3c42e5aac5ba805825da76410c181273ba90b1" },
    "actions/download-artifact" = { version = "v8.0.1", revision = "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c" },
    "actions/upload-artifact" = { version = "v7.0.1", revision = "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a" },
  },
  images.uv = "ghcr.io/astral-sh/uv:python3.13-bookworm-slim@sha256:531f855bda2c73cd6ef67d56b733b357cea384185b3022bd09f05e002cd144ca",
  images.postgres = "postgres:18@sha256:77759fdec1efef224ba7110ef7b5b3c6af6164ffaef5441d3beba059bde8b857",
  backends.github = {},
  backends.dependabot = {},
<GITLAB>  updates = [{ ecosystem = "github-actions", interval = 'Weekly, cooldown = "7 days" }],
} | ci.Project
"#;

const STEPS_LIBRARY: &str = r#"{
  set_up = fun version =>
    [
      { checkout = {} },
      { name = "Set up Python", env.UV_PYTHON = version, run = "uv python install" },
      { name = "Install", run = "uv sync --locked" },
    ],
  results = fun title => { when = 'Always, upload = { name = title, paths = ["%{title}.xml"], retention = "7 days", missing = 'Warn } },
}
"#;

const POLICY: &str = r#"let ci = import "pipeward.ncl" in
{
  rules.job-timeout-over-limit.settings.max = "60m",
  custom.checkout-comes-first = import "checkout_comes_first.ncl",
} | ci.Policy
"#;

const RULE: &str = r#"{
  summary = "a job fetches the sources after it has used them",
  why = "What ran before the checkout ran in an empty directory.",
  check = fun pipeline =>
    std.array.flat_map
      (fun { field = job, value } =>
        std.array.map_with_index (fun i s => { index = i, step = s }) (std.record.get_or "steps" [] value)
        |> std.array.filter (fun { index, step } => index > 0 && std.record.get_or "kind" "" step == "checkout")
        |> std.array.map (fun { index, .. } =>
          { at = ["jobs", job, "steps", std.string.from_number index], message = "is not the first step" }
        )
      )
      (std.record.to_array pipeline.jobs),
}
"#;

const TEMPLATE: &str = r#"let ci = import "pipeward.ncl" in
let library = import "lib/steps.ncl" in
{
  name = "<SERVICE>",
  description = "What the <AREA> team runs for <SERVICE>.",
  budget = "2h",
  on = { <ON> },
  concurrency = <GROUP>,
  env = { SERVICE = "<SERVICE>", LOG_LEVEL = "info" },
  jobs = {
    lint = {
      name = "Lint",
      timeout = "<MINUTES>m",
      expected = "2m",
      permissions.contents = 'Read,
      steps =
        library.set_up "<PYTHON>"
        @ [
          { name = "Ruff", run = "uv run ruff check services/<SERVICE>" },
          { name = "Types", run = "uv run mypy services/<SERVICE>", env.MYPY_CACHE_DIR = ".mypy/<SERVICE>" },
          library.results "lint-<SERVICE>",
        ],
    },
    unit = {
      name = "Unit tests",
      needs = ["lint"],
      timeout = "20m",
      expected = "<MINUTES>m",
      permissions.contents = 'Read,
      matrix = { python = ["3.12", "3.13"], backend = ["memory", "postgres"] },
      fail_fast = false,
      env.PYTHON = 'Matrix "python",
      steps = [
        { checkout.depth = 1 },
        { name = "Set up Python", env.UV_PYTHON = 'Matrix "python", run = "uv python install" },
        { name = "Install", run = "uv sync --locked --all-extras" },
        {
          name = "Test",
          timeout = "15m",
          env = { BACKEND = 'Matrix "backend", REGION = 'Variable "REGION" },
          run = "uv run pytest services/<SERVICE> --backend \"$BACKEND\" --junitxml unit.xml",
        },
        {
          when = 'All ['OnFailure, 'Matrix { key = "backend", equals = "postgres" }],
          name = "Show the database",
          run = "docker logs postgres",
        },
        {
          when = 'Always,
          upload = {
            name = ["unit-<SERVICE>-", 'Matrix "python", "-", 'Matrix "backend"],
            paths = ["unit.xml", "logs/**"],
            retention = "7 days",
          },
        },
      ],
    },
    integration = {
      name = "Integration tests",
      needs = ["lint"],
      timeout = "30m",
      expected = "12m",
      permissions.contents = 'Read,
      container.image = "uv",
      services.postgres = { image = "postgres", env.POSTGRES_DB = "<AREA>" },
      steps =
        library.set_up "<PYTHON>"
        @ [
          { name = "Migrate", run = "uv run alembic upgrade head", env.DATABASE_URL = "postgres://postgres:5432/<AREA>" },
          { name = "Test", timeout = "20m", run = "uv run pytest -m integration services/<SERVICE>" },
          library.results "integration-<SERVICE>",
        ],
    },
    coverage = {
      name = "Coverage",
      needs = ["unit", "integration"],
      timeout = "10m",
      expected = "2m",
      permissions.contents = 'Read,
      environment = { name = "coverage", deployment = false },
      steps = [
        { checkout.depth = 0 },
        { download = { pattern = "unit-<SERVICE>-*", path = "results", merge = true } },
        { download = { name = "integration-<SERVICE>", path = "results" } },
        { name = "Combine", run = "tools/combine results" },
        { name = "Publish", env.TOKEN = 'Secret "COVERAGE_TOKEN", run = "tools/publish --service <SERVICE>" },
        { summary = ["Coverage of <SERVICE> at ", 'Commit] },
      ],
    },
    build = {
      name = "Build",
      needs = ["unit"],
      timeout = "25m",
      expected = "6m",
      permissions.contents = 'Read,
      outputs.digest = 'Step "image.digest",
      steps =
        library.set_up "<PYTHON>"
        @ [
          { name = "Wheel", run = "uv build --package <SERVICE>" },
          { id = "image", name = "Image", env.REVISION = 'Commit, run = "tools/image <SERVICE> \"$REVISION\" >>\"$GITHUB_OUTPUT\"" },
          { upload = { name = "wheel-<SERVICE>", paths = ["dist/*.whl"], retention = "14 days" } },
        ],
    },
    deploy = {
      name = "Deploy",
      needs = ["build", "coverage"],
      when = 'Any ['DefaultBranch, 'Event ['Manual]],
      timeout = "15m",
      expected = "4m",
      permissions.contents = 'Read,
      environment.name = "<AREA>-staging",
      concurrency = { group = 'Named "deploy-<SERVICE>", cancel = false },
      steps = [
        { checkout = {} },
        { download = { name = "wheel-<SERVICE>", path = "dist" } },
        {
          name = "Deploy",
          env = { TOKEN = 'Secret "DEPLOY_TOKEN", DIGEST = 'Output "build.digest", REGION = 'Variable "REGION" },
          run = "tools/deploy <SERVICE> \"$DIGEST\" --region \"$REGION\"",
        },
        { wait_for = { url = "https://<SERVICE>.staging.example.com/health", within = "90s" } },
        { name = "Smoke test", timeout = "5m", run = "tools/smoke https://<SERVICE>.staging.example.com" },
        { when = 'OnFailure, name = "Roll back", env.TOKEN = 'Secret "DEPLOY_TOKEN", run = "tools/roll-back <SERVICE>" },
      ],
    },
  },
} | ci.Pipeline
"#;
