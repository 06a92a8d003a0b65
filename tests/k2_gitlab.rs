//! The worked example on GitLab: what its document promises of the nine stages, and what all pipelines have there.

mod support;

use std::fs;
use std::path::Path;

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
