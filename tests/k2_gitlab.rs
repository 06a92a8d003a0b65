//! The worked example on GitLab: what its document promises of the nine stages, and what all pipelines have there.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pipeward::pipeline::gitlab::expression::{Expression, Scope};
use pipeward::pipeline::step::{Impact, Kind};
use pipeward::source::Evaluator;
use pipeward::workspace;
use serde_yaml::Value;
use support::{copy, pipeward, project};

/// Every pipeline of the example.
const PIPELINES: [&str; 7] = ["pr-validation", "pr-full-check", "post-merge", "nightly", "soak-weekly", "chaos-manual", "ci"];

fn read(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/k2").join(path);
    serde_yaml::from_str(&fs::read_to_string(path).expect("a file")).expect("YAML")
}

fn gitlab() -> Value {
    read(".gitlab-ci.yml")
}

/// A value as one text, to look for something anywhere in it.
fn text(value: &Value) -> String {
    serde_yaml::to_string(value).expect("YAML")
}

/// The conditions of a job's rules.
fn rules(job: &Value) -> Vec<&str> {
    job["rules"].as_sequence().expect("rules").iter().filter_map(|rule| rule["if"].as_str()).collect()
}

fn needs(job: &Value) -> Vec<&str> {
    job["needs"].as_sequence().expect("needs").iter().filter_map(|need| need["job"].as_str()).collect()
}

const STAGES: [&str; 9] = [
    "validate",
    "test_unit",
    "test_integration",
    "test_performance",
    "security_scan",
    "build",
    "deploy_staging",
    "test_e2e",
    "deploy_production",
];

#[test]
fn the_stages_are_those_of_the_document_and_each_has_a_job() {
    let file = gitlab();
    let stages: Vec<&str> = file["stages"].as_sequence().expect("stages").iter().filter_map(Value::as_str).collect();
    assert_eq!(stages[..9], STAGES);
    assert!(stages[9..].iter().all(|stage| *stage == ".post"), "nothing but reports comes after them: {stages:?}");
    for (job, stage, timeout, is_warning) in [
        ("ci/validate", "validate", "10m", false),
        ("ci/test-unit", "test_unit", "10m", false),
        ("ci/coverage-gate", "test_unit", "10m", false),
        ("ci/test-integration", "test_integration", "20m", false),
        ("ci/test-performance", "test_performance", "30m", true),
        ("ci/debug-performance", "test_performance", "30m", true),
        ("ci/benchmark-gate", "test_performance", "5m", true),
        ("pr-validation/security", "security_scan", "5m", false),
        ("ci/build", "build", "20m", false),
        ("ci/deploy-staging", "deploy_staging", "15m", false),
        ("ci/test-e2e", "test_e2e", "15m", false),
        ("ci/deploy-production", "deploy_production", "15m", false),
    ] {
        let job = &file[job];
        assert_eq!((job["stage"].as_str(), job["timeout"].as_str()), (Some(stage), Some(timeout)), "{stage}");
        assert_eq!(job.get("allow_failure").and_then(Value::as_bool).unwrap_or(false), is_warning, "{stage}");
    }
}

/// The document's table of stages: the jobs in each that follow each other, how many minutes they take at most, what a failure means,
/// and how tests go on beside each other.
const TABLE: &[(&str, &[&str], u64, Impact, &str)] = &[
    ("validate", &["validate"], 2, Impact::Block, ""),
    ("test_unit", &["test-unit", "coverage-gate"], 5, Impact::Block, "-n auto "),
    ("test_integration", &["test-integration"], 15, Impact::Block, "-n 2 "),
    ("test_performance", &["test-performance"], 20, Impact::Warn, "-n 0 "),
    ("test_e2e", &["test-e2e"], 10, Impact::BlockDeployment, ""),
];

#[test]
fn each_stage_keeps_to_the_table_of_the_document() {
    let root = project("examples/k2");
    let workspace = workspace::load(&root, &Evaluator::here(&root)).expect("a workspace");
    let project = workspace.project.expect("a project");
    let ci = project.pipelines.iter().find(|pipeline| pipeline.id == "ci").expect("a pipeline");
    let page = fs::read_to_string(root.join("README.md")).expect("a page");
    for (stage, jobs, minutes, impact, beside) in TABLE {
        let jobs: Vec<_> = jobs.iter().map(|id| &ci.jobs[*id]).collect();
        let expected: Vec<u64> =
            jobs.iter().map(|job| job.expected.as_ref().expect("a time").whole_minutes().expect("minutes")).collect();
        assert!(expected.iter().sum::<u64>() <= *minutes, "{stage}: {expected:?}");
        for job in &jobs {
            assert_eq!(job.stage.as_ref().map(|stage| stage.value.as_str()), Some(*stage), "{}", job.id);
            assert_eq!(job.impact.as_ref().map_or(Impact::Block, |impact| impact.value), *impact, "{}", job.id);
        }
        let tests = jobs[0].all_steps().filter_map(|step| match &step.kind.value {
            Kind::Run(run) => Some(run.script.value.as_str()),
            _ => None,
        });
        assert!(beside.is_empty() || tests.into_iter().any(|script| script.contains(beside)), "{stage}: no {beside}");
        // What the page tells of it.
        let row = page.lines().find(|line| line.starts_with(&format!("| {stage} |"))).expect("a row");
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let said: Vec<String> = expected.iter().map(u64::to_string).collect();
        assert_eq!(cells[4], format!("{} min", said.join(" + ")), "{stage}");
        let said = match impact {
            Impact::Block => "blocks",
            Impact::Warn => "is only said",
            Impact::BlockDeployment => "blocks the deployment",
        };
        assert_eq!(cells[5], said, "{stage}");
    }
}

#[test]
fn checks_and_tests_are_reported() {
    let file = gitlab();
    let validate = &file["ci/validate"];
    let legs = &validate["parallel"]["matrix"][0]["MATRIX_TASK"];
    assert_eq!(text(legs), "- lint\n- type-check\n- security-scan\n");
    assert_eq!(text(&validate["artifacts"]["reports"]["junit"]), "- lint.xml\n- types.xml\n");
    let kept = text(&validate["artifacts"]["paths"]);
    assert!(kept.contains("bandit.json") && kept.contains("safety.json"), "{kept}");
    assert_eq!(validate["artifacts"]["expire_in"], "7 days");

    let unit = &file["ci/test-unit"];
    assert_eq!((&unit["parallel"], &unit["artifacts"]["reports"]["junit"]), (&Value::from(4), &Value::from("unit.xml")));
    let script = text(&unit["script"]);
    for wanted in ["--splits \"$SHARDS\" --group \"$SHARD\"", "--cov=k2", "-n auto --dist=loadfile"] {
        assert!(script.contains(wanted), "the unit tests run without {wanted}");
    }
    assert_eq!(unit["variables"]["SHARD"], "${CI_NODE_INDEX}", "GitLab counts the parts from 1, as pytest-split does");

    let gate = &file["ci/coverage-gate"];
    assert_eq!(needs(gate), ["ci/test-unit"], "it comes after what it judges");
    assert_eq!(gate["coverage"], "/^TOTAL.*\\s(\\d+(?:\\.\\d+)?)%$/");
    let report = &gate["artifacts"]["reports"]["coverage_report"];
    assert_eq!((&report["coverage_format"], &report["path"]), (&Value::from("cobertura"), &Value::from("coverage.xml")));
    let script = text(&gate["script"]);
    for wanted in ["coverage combine", "LEAST=75", "DROP=2", "PARTS=4"] {
        assert!(script.contains(wanted), "the coverage gate says nothing of {wanted}");
    }
    assert!(needs(&file["ci/build"]).contains(&"ci/coverage-gate"));

    let integration = &file["ci/test-integration"];
    let docker = &integration["services"][0];
    assert!(docker["name"].as_str().is_some_and(|image| image.starts_with("docker:29.8.0-dind@sha256:")));
    assert_eq!(docker["alias"], "docker");
    let variables = &integration["variables"];
    assert_eq!((&variables["DOCKER_HOST"], &variables["DOCKER_TLS_VERIFY"]), (&"tcp://docker:2376".into(), &"1".into()));
    for name in ["OMP_NUM_THREADS", "MKL_NUM_THREADS"] {
        assert_eq!(variables[name], "2");
    }
    assert_eq!(variables["MEMORY_KIB"], "2097152", "`ulimit` counts in KiB");
    let script = text(&integration["script"]);
    assert!(script.contains("ulimit -v \"$MEMORY_KIB\"") && script.contains("-n 2 --start-services --maxfail=3"), "{script}");
    assert_eq!(integration["artifacts"]["reports"]["junit"], "integration.xml");
}

#[test]
fn performance_is_measured_on_demand_and_only_warns() {
    let file = gitlab();
    let found = rules(&file["ci/test-performance"]);
    assert!(found.contains(&"$CI_PIPELINE_SOURCE == \"schedule\" && $PIPEWARD_SCHEDULE == \"ci\""), "{found:?}");
    let pushed: Vec<&&str> = found.iter().filter(|rule| rule.contains("$CI_COMMIT_BRANCH")).collect();
    assert!(!pushed.is_empty() && pushed.iter().all(|rule| rule.contains("$PERFORMANCE_TESTS == \"true\"")), "{found:?}");
    let debug = &file["ci/debug-performance"];
    assert_eq!(needs(debug), ["ci/test-performance"]);
    let script = text(&debug["script"]);
    assert!(script.contains("TEST_PERFORMANCE_FAILED") && script.contains("-v -s --tb=long"), "{script}");
    assert_eq!(file["ci/test-performance"]["artifacts"]["when"], "always", "that it failed is handed on when it has");
}

#[test]
fn what_is_deployed_is_built_tested_and_asked_for() {
    let file = gitlab();
    assert!(rules(&file["ci/build"]).iter().all(|rule| !rule.contains("merge_request_event")), "nothing unmerged is pushed");
    let (staging, e2e, production) = (&file["ci/deploy-staging"], &file["ci/test-e2e"], &file["ci/deploy-production"]);
    assert_eq!((needs(staging), needs(e2e)), (vec!["ci/build"], vec!["ci/deploy-staging"]));
    assert_eq!(needs(production), ["ci/build", "ci/test-e2e"]);
    for (job, name, url) in [
        (staging, "staging", "https://staging.k2-platform.com"),
        (e2e, "staging", "https://staging.k2-platform.com"),
        (production, "production", "https://api.k2-platform.com"),
    ] {
        assert_eq!((&job["environment"]["name"], &job["environment"]["url"]), (&name.into(), &url.into()));
    }
    assert_eq!(e2e["environment"]["action"], "verify", "the tests deploy nothing");
    assert_eq!((&staging["resource_group"], &production["resource_group"]), (&"staging".into(), &"production".into()));
    let asked: Vec<&Value> = production["rules"].as_sequence().expect("rules").iter().collect();
    assert!(asked.iter().all(|rule| rule["when"] == "manual" && rule["allow_failure"] == false), "{asked:?}");
    assert!(production["manual_confirmation"].is_string());
    let tag = |rule: &&str| rule.contains("$CI_COMMIT_TAG != null");
    for job in [&file["ci/build"], staging, e2e, production] {
        assert!(rules(job).iter().any(tag), "a tag needs all of them");
    }
    let merged = rules(production).into_iter().find(|rule| !tag(rule)).expect("a second way");
    assert!(merged.contains("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH") && merged.contains("$DEPLOY_PRODUCTION == \"true\""));
    let built = text(&file["ci/build"]["script"]);
    assert!(
        built.contains("$CI_REGISTRY_IMAGE")
            && built.contains("--password-stdin")
            && !built.replace("IMAGE=ghcr.io/", "").contains("ghcr.io"),
        "{built}"
    );
}

#[test]
fn every_job_of_every_pipeline_is_there_with_what_it_needs() {
    let file = gitlab();
    let jobs = file.as_mapping().expect("a map");
    for id in PIPELINES {
        let workflow = read(&format!(".github/workflows/{id}.yml"));
        let wanted: Vec<String> = workflow["jobs"]
            .as_mapping()
            .expect("jobs")
            .keys()
            .map(|job| format!("{id}/{}", job.as_str().expect("a name")))
            .collect();
        let there: Vec<&str> =
            jobs.keys().filter_map(Value::as_str).filter(|name| wanted.iter().any(|wanted| wanted == name)).collect();
        assert_eq!(there, wanted, "in the order of their sources");
        for name in wanted {
            let (there, here) = (&file[name.as_str()], &workflow["jobs"][name.split_once('/').expect("a part").1]);
            assert!(!rules(there).is_empty(), "{name} never runs");
            let of_github: Vec<String> = match &here["needs"] {
                Value::Sequence(needs) => needs.iter().map(|need| format!("{id}/{}", need.as_str().expect("a name"))).collect(),
                _ => Vec::new(),
            };
            let found = needs(there);
            assert!(of_github.iter().all(|need| found.contains(&need.as_str())), "{name}: {found:?}");
            if there.get("script").is_some() {
                assert!(
                    there["image"]["name"].as_str().or(there["image"].as_str()).is_some_and(|image| image.contains("@sha256:"))
                );
            }
        }
    }
    let called = read(".gitlab/pipelines/pr-validation.called.yml");
    assert!(["quality", "unit", "security"].iter().all(|job| called[*job]["script"].is_sequence()));
    let include = &file["pr-full-check/validation"]["trigger"]["include"][0]["local"];
    assert_eq!(include, ".gitlab/pipelines/pr-validation.called.yml");
    // A job that starts a pipeline has no script that could say how it ended: two after it do, and the verdict reads what they say.
    let verdict = needs(&file["pr-full-check/ready"]);
    for (end, when, script) in [
        ("succeeded", "on_success", vec!["report VALIDATION_RESULT failure", "finish"]),
        ("failed", "on_failure", vec!["report VALIDATION_RESULT failure"]),
    ] {
        let name = format!("pr-full-check/validation/{end}");
        let told = &file[name.as_str()];
        assert_eq!(needs(told), ["pr-full-check/validation"]);
        assert_eq!(rules(told), rules(&file["pr-full-check/validation"]));
        assert!(told["rules"].as_sequence().expect("rules").iter().all(|rule| rule["when"] == when), "{name}");
        let said: Vec<&str> = told["script"].as_sequence().expect("a script").iter().filter_map(Value::as_str).collect();
        assert_eq!(said, script);
        assert!(verdict.contains(&name.as_str()), "{verdict:?}");
    }
}

/// The jobs of the pipeline that GitLab makes with these variables; changed files count as changed.
fn made(file: &Value, variables: &[(&str, &str)]) -> BTreeSet<String> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let scope = Scope { variables: variables.collect(), ..Scope::default() };
    let fits = |rule: &&Value| {
        let words = rule.get("if").and_then(Value::as_str);
        words.is_none_or(|words| Expression::parse(words).expect("a condition").holds(&scope))
    };
    let runs =
        |rules: &Value| rules.as_sequence().and_then(|rules| rules.iter().find(fits)).is_some_and(|rule| rule["when"] != "never");
    if !runs(&file["workflow"]["rules"]) {
        return BTreeSet::new();
    }
    let jobs = file.as_mapping().expect("a map").iter().filter_map(|(name, job)| Some((name.as_str()?, job)));
    jobs.filter(|(name, job)| name.contains('/') && runs(&job["rules"])).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn a_commit_of_a_merge_request_runs_each_job_once() {
    let file = gitlab();
    let (main, open) = (("CI_DEFAULT_BRANCH", "main"), ("CI_OPEN_MERGE_REQUESTS", "k2/k2!1"));
    for (branch, project) in [("feature/x", "1"), ("develop", "1"), ("main", "1"), ("feature/x", "2"), ("develop", "2")] {
        let request = [
            ("CI_PIPELINE_SOURCE", "merge_request_event"),
            ("CI_PROJECT_ID", "1"),
            ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", project),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", branch),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
            main,
            open,
        ];
        let pushed = [("CI_PIPELINE_SOURCE", "push"), ("CI_COMMIT_BRANCH", branch), main, open];
        // What is pushed to a fork starts nothing here.
        let pushed = if project == "1" { made(&file, &pushed) } else { BTreeSet::new() };
        let requested = made(&file, &request);
        let twice: Vec<&String> = pushed.intersection(&requested).collect();
        assert!(twice.is_empty(), "{branch} of {project}: {twice:?}");
        for wanted in ["ci/validate", "ci/test-unit", "ci/coverage-gate", "ci/test-integration", "pr-validation/quality"] {
            let is_there = pushed.contains(wanted) || requested.contains(wanted);
            assert!(is_there || branch == "main", "{branch} of {project}: {wanted} does not run");
        }
    }
}

/// What happens, as GitLab tells it beside the name of the default branch, and the jobs that are part of the pipeline then.
const EVENTS: &[(&str, &[Variable], &[&str])] = &[
    ("a push to main", &[PUSH, ("CI_COMMIT_BRANCH", "main")], &[TESTED, BUILT, SHIPPED, MERGED]),
    (
        "a push to main that measures and deploys",
        &[PUSH, ("CI_COMMIT_BRANCH", "main"), ("PERFORMANCE_TESTS", "true"), ("DEPLOY_PRODUCTION", "true")],
        &[TESTED, BUILT, SHIPPED, MERGED, MEASURED, "ci/deploy-production"],
    ),
    ("a push to develop", &[PUSH, ("CI_COMMIT_BRANCH", "develop")], &[TESTED, BUILT]),
    ("a push to another branch", &[PUSH, ("CI_COMMIT_BRANCH", "feature/x")], &[]),
    ("a merge request", &REQUEST, &[TESTED, VALIDATED, "pr-full-check/ready"]),
    (
        "a merge request with the label",
        &[REQUEST[0], REQUEST[1], REQUEST[2], ("CI_MERGE_REQUEST_LABELS", "bug,ready-for-merge")],
        &[TESTED, VALIDATED, CHECKED],
    ),
    ("a tag", &[PUSH, ("CI_COMMIT_TAG", "v1.0.0")], &[TESTED, BUILT, SHIPPED, MEASURED, "ci/deploy-production"]),
    ("the schedule of ci", &[SCHEDULE, ("PIPEWARD_SCHEDULE", "ci")], &[TESTED, BUILT, MEASURED]),
    ("the schedule of nightly", &[SCHEDULE, ("PIPEWARD_SCHEDULE", "nightly")], &[NIGHTLY]),
    ("a schedule that says nothing", &[SCHEDULE], &[]),
    ("a start of nightly by hand", &[BY_HAND, ("PIPEWARD_PIPELINE", "nightly")], &[NIGHTLY]),
    ("a start by hand of nothing", &[BY_HAND, ("PIPEWARD_PIPELINE", "none")], &[]),
];
/// A variable of GitLab's and its value.
type Variable = (&'static str, &'static str);
const PUSH: Variable = ("CI_PIPELINE_SOURCE", "push");
const SCHEDULE: Variable = ("CI_PIPELINE_SOURCE", "schedule");
const BY_HAND: Variable = ("CI_PIPELINE_SOURCE", "web");
const REQUEST: [Variable; 3] = [
    ("CI_PIPELINE_SOURCE", "merge_request_event"),
    ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "feature/x"),
    ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
];
const TESTED: &str = "ci/validate ci/test-unit ci/coverage-gate ci/test-integration";
const MEASURED: &str = "ci/test-performance ci/debug-performance ci/benchmark-gate";
const BUILT: &str = "ci/build";
const SHIPPED: &str = "ci/deploy-staging ci/test-e2e";
const MERGED: &str = "post-merge/suite post-merge/coverage post-merge/images post-merge/summary post-merge/mail";
const VALIDATED: &str = "pr-validation/quality pr-validation/unit pr-validation/security";
const CHECKED: &str = "pr-full-check/validation pr-full-check/validation/succeeded pr-full-check/validation/failed \
    pr-full-check/integration pr-full-check/images pr-full-check/ready";
const NIGHTLY: &str = "nightly/unit nightly/integration nightly/performance nightly/resilience nightly/summary nightly/mail";

#[test]
fn each_event_makes_a_pipeline_of_exactly_the_jobs_it_is_for() {
    let file = gitlab();
    for (what, variables, jobs) in EVENTS {
        let wanted: BTreeSet<String> = jobs.iter().flat_map(|jobs| jobs.split_whitespace()).map(str::to_owned).collect();
        assert_eq!(made(&file, &[*variables, &[("CI_DEFAULT_BRANCH", "main")]].concat()), wanted, "{what}");
    }
}

/// What is said in GitLab's words of images and services is where jobs run there, and nothing to GitHub.
#[test]
fn images_of_gitlab_stay_there() {
    for id in PIPELINES {
        let workflow = read(&format!(".github/workflows/{id}.yml"));
        for (name, job) in workflow["jobs"].as_mapping().expect("jobs") {
            let is_boxed = job.get("container").is_some() || job.get("services").is_some();
            assert_eq!(is_boxed, id == "ci" && name == "test-integration", "{id}/{name:?}");
        }
    }
}

/// The files beside the root, sorted.
fn beside(root: &Path) -> Vec<String> {
    let files = fs::read_dir(root.join(".gitlab/pipelines")).expect("a folder");
    let mut names: Vec<String> = files.map(|file| file.expect("a file").file_name().into_string().expect("text")).collect();
    names.sort();
    names
}

#[test]
fn another_layout_writes_its_files_and_leaves_none_of_the_other() {
    let room = tempfile::tempdir().expect("a directory");
    let root = room.path();
    copy(&project("examples/k2"), root);
    let said = |arguments: &[&str], code: i32| {
        let output = pipeward(root, arguments);
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(code), "{text}");
        text
    };
    let main = root.join("pipelines/main.ncl");
    let (one, tags) = (fs::read_to_string(&main).expect("a file"), "    runners.soak.tags");
    fs::write(&main, one.replace(tags, &format!("    layout = 'PerPipeline,\n{tags}"))).expect("written");
    let text = said(&["check"], 1);
    assert!(text.contains("`.gitlab/pipelines/ci.yml` is missing"), "{text}");
    said(&["emit"], 0);
    let parts: Vec<String> = PIPELINES.iter().map(|id| format!("{id}.yml")).collect();
    let mut expected = [&parts[..], &["pr-validation.called.yml".to_owned()]].concat();
    expected.sort();
    assert_eq!(beside(root), expected);
    said(&["check"], 0);

    let part = root.join(".gitlab/pipelines/nightly.yml");
    let (source, written) = (root.join("pipelines/nightly.ncl"), fs::read_to_string(&part).expect("a file"));
    assert!(written.starts_with("# Generated from pipelines/nightly.ncl by pipeward; do not edit.\n"), "{written}");
    fs::write(&part, written.replace("stage:", "stages:")).expect("written");
    let text = said(&["check"], 1);
    assert!(
        text.contains(".gitlab/pipelines/nightly.yml:") && text.contains("differs from what `pipelines/nightly.ncl` says"),
        "{text}"
    );
    // What a pipeline is written as stays while it cannot be read.
    let readable = fs::read_to_string(&source).expect("a file");
    fs::write(&source, "{ name = ").expect("written");
    let text = said(&["check"], 3);
    assert!(!text.contains(".gitlab/pipelines/nightly.yml"), "{text}");
    fs::write(&source, readable).expect("written");

    fs::write(&main, &one).expect("written");
    let text = said(&["check"], 1);
    assert!(text.contains(".gitlab/pipelines/nightly.yml:1") && text.contains("nothing is written here any more"), "{text}");
    said(&["emit"], 0);
    assert_eq!(beside(root), ["pr-validation.called.yml"]);
    let committed = project("examples/k2").join(".gitlab-ci.yml");
    assert_eq!(fs::read(root.join(".gitlab-ci.yml")).expect("a file"), fs::read(committed).expect("a file"));
}
