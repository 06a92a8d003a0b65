//! How the jobs before have ended, as the script of a job works it out.

use std::process::Command;

use serde_yaml::Value;

use super::{ROOT, both, documents, pipeline, render};
use crate::backend::gitlab::script::Piece;
use crate::pipeline::fixture;

/// A pipeline in which `tell` is told of all others, `more` put to them, and what is lost of it.
fn written(on: &str, more: &[(&str, &str)]) -> (Value, Vec<&'static str>) {
    let ids: Vec<String> = more.iter().map(|(id, _)| format!(r#""{id}""#)).collect();
    let results: Vec<String> = more.iter().map(|(id, _)| format!(r#""{id}": {{"'Result": "{id}"}}"#)).collect();
    let tell = format!(r#""needs": [{}], "when": "'Always", "env": {{{}}}"#, ids.join(", "), results.join(", "));
    let jobs: Vec<(&str, &str)> = more.iter().copied().chain([("tell", tell.as_str())]).collect();
    let output = render(&fixture::project(&both(), &[("p", &pipeline(on, &jobs))]));
    assert!(output.findings.is_empty(), "{:#?}", output.findings);
    let lost = output.losses.iter().map(|loss| loss.construct.id).collect();
    (documents(&output, ROOT).remove(0), lost)
}

/// What the script of `tell` takes the results for, with these variables.
fn taken(document: &Value, names: &[&str], variables: &[(&str, &str)]) -> String {
    let entries = document["p/tell"]["script"].as_sequence().expect("a script");
    let settled = entries.iter().filter_map(Value::as_str).find(|entry| entry.starts_with('#')).unwrap_or_default();
    let told: Vec<String> = names.iter().map(|name| format!("\"${{{name}_RESULT:-skipped}}\"")).collect();
    let script = format!("set -eu\n{}{settled}\necho {}", Piece::together([Piece::ResultOf]), told.join(" "));
    let mut shell = Command::new("sh");
    let output = shell.args(["-c", &script]).env_clear().env("PATH", "/usr/bin:/bin").envs(variables.iter().copied());
    String::from_utf8_lossy(&output.output().expect("sh").stdout).trim_end().to_owned()
}

#[test]
fn what_was_started_and_says_nothing_has_failed() {
    let jobs = [
        ("build", ""),
        ("test", r#""needs": ["build"]"#),
        ("undo", r#""needs": ["build"], "when": "'OnFailure""#),
        ("tidy", r#""needs": ["test"], "when": "'Always""#),
    ];
    let (document, lost) = written(r#"{"push": {"branches": ["main"]}}"#, &jobs);
    assert!(!lost.contains(&"result-unsaid"), "{lost:?}");
    let taken = |variables: &[(&str, &str)]| taken(&document, &["BUILD", "TEST", "UNDO", "TIDY"], variables);
    let (well, ill) = ("success", "failure");
    assert_eq!(taken(&[("BUILD_RESULT", well), ("TEST_RESULT", well), ("TIDY_RESULT", well)]), "success success skipped success");
    assert_eq!(taken(&[("BUILD_RESULT", ill), ("UNDO_RESULT", well), ("TIDY_RESULT", well)]), "failure skipped success success");
    // The image of one could not be fetched, or its time was over.
    assert_eq!(taken(&[("UNDO_RESULT", well), ("TIDY_RESULT", well)]), "failure skipped success success");
    assert_eq!(taken(&[("BUILD_RESULT", well), ("TIDY_RESULT", well)]), "success failure skipped success");
    assert_eq!(taken(&[("BUILD_RESULT", well), ("TEST_RESULT", well)]), "success success skipped failure");
    assert_eq!(taken(&[]), "failure skipped failure failure");
    // A job that has ended itself before its steps says so.
    assert_eq!(taken(&[("BUILD_RESULT", "skipped"), ("TIDY_RESULT", well)]), "skipped skipped skipped success");
}

#[test]
fn what_is_no_part_of_the_pipeline_was_skipped() {
    let jobs = [
        ("always", ""),
        ("release", r#""when": "'Tag""#),
        ("after", r#""needs": ["release"]"#),
        ("nightly", r#""when": {"'Event": ["'Schedule"]}"#),
    ];
    let (document, _) = written(r#"{"push": {}, "schedule": [{"cron": "0 3 * * *"}]}"#, &jobs);
    let taken = |variables: &[(&str, &str)]| taken(&document, &["ALWAYS", "RELEASE", "AFTER", "NIGHTLY"], variables);
    assert_eq!(taken(&[("CI_PIPELINE_SOURCE", "push"), ("CI_COMMIT_BRANCH", "main")]), "failure skipped skipped skipped");
    let tag = [("CI_PIPELINE_SOURCE", "push"), ("CI_COMMIT_TAG", "v1")];
    assert_eq!(taken(&tag), "failure failure skipped skipped");
    assert_eq!(taken(&[&tag[..], &[("RELEASE_RESULT", "success")]].concat()), "failure success failure skipped");
    let night = [("CI_PIPELINE_SOURCE", "schedule"), ("PIPEWARD_SCHEDULE", "p")];
    assert_eq!(taken(&night), "failure skipped skipped failure");
}

#[test]
fn a_failure_that_is_only_said_counts_as_well() {
    let (document, _) = written(r#"{"push": {}}"#, &[("lint", r#""impact": "'Warn""#), ("a", r#""shards": 2"#)]);
    assert_eq!(document["p/lint"]["script"][0], "report LINT_RESULT success");
    assert_eq!(document["p/a"]["script"][0], "report \"A_RESULT_$CI_NODE_INDEX\" failure");
    let taken = |variables: &[(&str, &str)]| taken(&document, &["LINT", "A"], variables);
    assert_eq!(taken(&[("A_RESULT_1", "success"), ("A_RESULT_2", "success")]), "success success");
    assert_eq!(taken(&[("A_RESULT_2", "success")]), "success failure");
    assert_eq!(taken(&[]), "success failure");
}

#[test]
fn what_a_script_cannot_tell_is_said() {
    let own = r#""gitlab": {"script": ["make"]}"#;
    for (job, is_lost) in [
        ("", false),
        (r#""when": {"'Changed": ["src/**"]}"#, true),
        (r#""manual": {"blocks": false}"#, true),
        (r#""manual": {}"#, false),
        (own, true),
    ] {
        let (document, lost) = written(r#"{"push": {}}"#, &[("a", job)]);
        assert_eq!(lost.contains(&"result-unsaid"), is_lost, "{job}: {lost:?}");
        assert_eq!(taken(&document, &["A"], &[]), if is_lost { "skipped" } else { "failure" }, "{job}");
    }
}

#[test]
fn a_job_that_runs_after_success_asks_nobody() {
    let jobs = [("build", ""), ("test", r#""needs": ["build"]"#)];
    let reader = ("plain", r#""needs": ["test"], "env": {"T": {"'Result": "test"}}"#);
    let all = [&jobs[..], &[reader]].concat();
    let output = render(&fixture::project(&both(), &[("p", &pipeline(r#"{"push": {}}"#, &all))]));
    let root = documents(&output, ROOT).remove(0);
    assert_eq!(root["p/plain"]["needs"].as_sequence().expect("needs").len(), 1);
    assert!(
        root["p/plain"]["script"]
            .as_sequence()
            .expect("a script")
            .iter()
            .all(|entry| !entry.as_str().unwrap_or("").contains(":="))
    );
}
