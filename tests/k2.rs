//! The worked example: what it emits is what its documents promise, and follows from its sources alone.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_yaml::Value;
use support::{copy, pipeward, project};

const PIPELINES: [&str; 7] = ["pr-validation", "pr-full-check", "post-merge", "nightly", "soak-weekly", "chaos-manual", "ci"];

/// The files below a folder, by their path from it.
fn files(root: &Path, folder: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(root.join(folder)).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect("a type").is_dir() {
            found.extend(files(root, &name));
        } else {
            found.insert(name, fs::read_to_string(entry.path()).expect("a text"));
        }
    }
    found
}

/// Everything that is emitted.
fn emitted(root: &Path) -> BTreeMap<String, String> {
    let mut all = files(root, ".github");
    all.extend(files(root, ".gitlab"));
    all.insert(".gitlab-ci.yml".to_owned(), fs::read_to_string(root.join(".gitlab-ci.yml")).expect("GitLab's file"));
    all
}

fn workflow(name: &str) -> Value {
    let path = project("examples/k2/.github/workflows").join(format!("{name}.yml"));
    serde_yaml::from_str(&fs::read_to_string(path).expect("a workflow")).expect("YAML")
}

#[test]
fn the_promises_of_the_documents_are_kept() {
    let full = workflow("pr-full-check");
    assert!(workflow("pr-validation")["on"].get("workflow_call").is_some(), "the called workflow can be called");
    assert!(full["on"].get("workflow_dispatch").is_some(), "it can be started by hand");
    let types: Vec<&str> =
        full["on"]["pull_request"]["types"].as_sequence().expect("types").iter().filter_map(Value::as_str).collect();
    assert!(types.contains(&"labeled") && types.contains(&"synchronize"), "later pushes are checked too: {types:?}");
    assert_eq!(full["jobs"]["validation"]["permissions"]["security-events"], "write", "it grants what it calls");
    assert_ne!(full["concurrency"]["group"], workflow("pr-validation")["concurrency"]["group"]);

    assert_eq!(workflow("post-merge")["concurrency"]["cancel-in-progress"], false);
    let html = step(&workflow("post-merge"), "coverage", "htmlcov/");
    assert_eq!(html["with"]["retention-days"], 30);
    let unit = step(&workflow("pr-validation"), "unit", "unit.xml");
    assert_eq!(unit["with"]["retention-days"], 7);
    let codecov = step(&workflow("post-merge"), "coverage", "codecov/codecov-action@");
    assert_eq!(codecov["with"]["fail_ci_if_error"], false);

    let soak = workflow("soak-weekly");
    let runner = &soak["jobs"]["soak-24h"]["runs-on"];
    assert!(serde_yaml::to_string(runner).expect("YAML").contains("self-hosted"), "no hosted job lasts a day");
    assert!(soak["jobs"]["soak-1h"]["timeout-minutes"].as_u64() <= Some(360));
    assert_eq!(soak["on"]["schedule"][0]["cron"], "0 2 * * 0");
    assert_eq!(workflow("nightly")["on"]["schedule"][0]["cron"], "0 2 * * *");

    let ci = fs::read_to_string(project("examples/k2/.github/workflows/ci.yml")).expect("ci");
    assert!(!ci.contains("actions/cache@") && !ci.contains("type=gha"), "no cache where releases are built");
    assert_eq!(workflow("ci")["jobs"]["validate"]["strategy"]["fail-fast"], true);

    let mail = workflow("post-merge")["jobs"]["mail"].clone();
    let told = serde_yaml::to_string(&mail).expect("YAML");
    for wanted in ["github.sha", "needs.suite.result", "actions/runs/", "secrets.MAIL_TO", "failure()"] {
        assert!(told.contains(wanted), "the mail says nothing of {wanted}");
    }
    assert_eq!(mail["environment"]["deployment"], false);
}

/// The first step of a job that mentions a text in its action or its inputs.
fn step(workflow: &Value, job: &str, wanted: &str) -> Value {
    let steps = workflow["jobs"][job]["steps"].as_sequence().expect("steps");
    let mentions = |step: &&Value| serde_yaml::to_string(&(step.get("uses"), step.get("with"))).expect("YAML").contains(wanted);
    steps.iter().find(mentions).unwrap_or_else(|| panic!("{job} has no step with {wanted}")).clone()
}

#[test]
fn what_is_emitted_depends_on_the_sources_alone() {
    let room = tempfile::tempdir().expect("a directory");
    let (one, other) = (room.path().join("one"), room.path().join("a/quite/other place"));
    for root in [&one, &other] {
        copy(&project("examples/k2"), root);
        for folder in [".github", ".gitlab"] {
            fs::remove_dir_all(root.join(folder)).expect("removed");
        }
        fs::remove_file(root.join(".gitlab-ci.yml")).expect("removed");
        let output = pipeward(root, &["emit"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let committed = emitted(&project("examples/k2"));
    assert_eq!(emitted(&one), committed);
    assert_eq!(emitted(&other), committed);
}

#[test]
fn jobs_keep_the_order_of_their_sources() {
    for name in PIPELINES {
        let workflow = workflow(name);
        let jobs: Vec<&str> = workflow["jobs"].as_mapping().expect("jobs").keys().filter_map(Value::as_str).collect();
        let source = fs::read_to_string(project("examples/k2/pipelines").join(format!("{name}.ncl"))).expect("a source");
        let body = &source[source.find("jobs = {").expect("jobs")..];
        let places: Vec<Option<usize>> = jobs.iter().map(|job| body.find(&format!("\n    {job} ="))).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{name}: {jobs:?}");
    }
}

#[test]
fn one_timeout_changed_changes_one_line() {
    let room = tempfile::tempdir().expect("a directory");
    let root = room.path().join("k2");
    copy(&project("examples/k2"), &root);
    let source = root.join("pipelines/pr-full-check.ncl");
    let text = fs::read_to_string(&source).expect("a source");
    assert_eq!(text.matches("timeout = \"15m\"").count(), 1);
    fs::write(&source, text.replace("timeout = \"15m\"", "timeout = \"16m\"")).expect("written");
    let before = emitted(&root);
    let output = pipeward(&root, &["emit"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let changed: Vec<(String, String)> = emitted(&root)
        .iter()
        .flat_map(|(name, after)| {
            let before = &before[name];
            assert_eq!(before.lines().count(), after.lines().count());
            let pairs = before.lines().zip(after.lines()).filter(|(before, after)| before != after);
            pairs.map(|(_, after)| (name.clone(), after.to_owned())).collect::<Vec<_>>()
        })
        .collect();
    let expected = [(".github/workflows/pr-full-check.yml", "    timeout-minutes: 16"), (".gitlab-ci.yml", "  timeout: 16m")];
    assert_eq!(changed, expected.map(|(file, line)| (file.to_owned(), line.to_owned())));
}

/// The rules of K2's own, each held to the examples in its file.
#[test]
fn the_custom_rules_fire_on_what_they_must_and_on_nothing_else() {
    let room = tempfile::tempdir().expect("a directory");
    let root = room.path().join("k2");
    copy(&project("examples/k2"), &root);
    let test = |root: &Path| {
        let output = Command::new(env!("CARGO_BIN_EXE_pipeward"))
            .args(["policy", "test", "--own", "-C"])
            .arg(root)
            .output()
            .expect("it runs");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, out, err) = test(&root);
    assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
    assert!(err.starts_with("ok: 15 examples of 3 custom rules"), "{err}");
    let rule = root.join("policies/cleanup_always_runs.ncl");
    let text = fs::read_to_string(&rule).expect("a rule");
    fs::write(&rule, text.replace("!= \"always\"", "== \"always\"")).expect("written");
    let (code, out, _) = test(&root);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("error[cleanup-always-runs]: a rule and its examples disagree"), "{out}");
    assert!(out.contains("policies/cleanup_always_runs.ncl:"), "{out}");
}
