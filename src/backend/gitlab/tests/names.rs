//! What GitLab's own words name, and the names of variables.

use super::*;
use crate::pipeline::fixture;

fn rendered(settings: &str, pipelines: &[(&str, &str)]) -> Output {
    let project = format!(r#"{{"backends": {{"gitlab": {{"image": "{IMAGE}"{settings}}}}}}}"#);
    render(&fixture::project(&project, pipelines))
}

/// What is said of names, with what to write instead.
fn said(output: &Output) -> Vec<(String, String)> {
    let found = output.findings.iter().inspect(|finding| assert_eq!(finding.rule, "gl-name-unknown"));
    found.map(|finding| (finding.message.clone(), finding.help.join(" "))).collect()
}

/// A pipeline of two jobs, one of which says more in GitLab's words.
fn with(gitlab: &str) -> String {
    pipeline(r#"{"push": {}}"#, &[("build", ""), ("test", &format!(r#""gitlab": {{{gitlab}}}"#))])
}

#[test]
fn a_name_that_is_not_in_the_file_is_said_with_the_nearest() {
    let missing = |name: &str| format!("nothing in the file is named `{name}`");
    for (words, message, help) in [
        (r#""needs": ["build", "biuld"]"#, missing("biuld"), "did you mean `build`?"),
        (r#""extends": ".bsae""#, missing(".bsae"), "did you mean `.base`?"),
        (r#""dependencies": ["biuld"]"#, missing("biuld"), "did you mean `build`?"),
        (r#""environment": {"name": "a", "on_stop": "p/biuld"}"#, missing("p/biuld"), "did you mean `p/build`?"),
        (r#""after_script": [["true", {"'Reference": ["biuld", "script"]}]]"#, missing("biuld"), "did you mean `build`?"),
        (
            r#""after_script": [{"'Reference": [".base", "scirpt"]}]"#,
            "`.base` says nothing of `scirpt`".to_owned(),
            "did you mean `script`?",
        ),
    ] {
        let templates = r#", "templates": {".base": {"script": ["make"]}}"#;
        let output = rendered(templates, &[("p", &with(words))]);
        assert_eq!(said(&output), [(message.clone(), help.to_owned())], "{words}");
        assert_eq!(output.withheld, [ROOT]);
        // What is included may bring the name.
        let included = format!(r#"{templates}, "include": [{{"template": "Jobs/SAST.gitlab-ci.yml"}}]"#);
        let output = rendered(&included, &[("p", &with(words))]);
        assert_eq!(said(&output), [], "{words}");
    }
    // A pipeline that others call is a file of its own, in which the project's templates are not.
    let called = pipeline(r#"{"call": {}}"#, &[("a", r#""gitlab": {"extends": ".base"}"#)]);
    let caller = r#"{"name": "C", "on": {"push": {}}, "jobs": {"all": {"calls": "p"}}}"#;
    let output = rendered(r#", "templates": {".base": {"script": ["make"]}}"#, &[("c", caller), ("p", &called)]);
    assert_eq!(said(&output).len(), 1);
    assert_eq!(output.withheld, [".gitlab/pipelines/p.called.yml", ROOT]);
}

#[test]
fn files_come_from_jobs_that_are_needed() {
    let three = |needs: &str, gitlab: &str| {
        let test = format!(r#"{needs}"gitlab": {{{gitlab}}}"#);
        pipeline(r#"{"push": {}}"#, &[("build", ""), ("lint", ""), ("test", &test)])
    };
    for (needs, gitlab, refused) in [
        (r#""needs": ["build"], "#, r#""dependencies": ["build"]"#, false),
        (r#""needs": ["build"], "#, r#""dependencies": ["build", "lint"]"#, true),
        ("", r#""needs": ["build"], "dependencies": ["p/lint"]"#, true),
        ("", r#""needs": [{"job": "lint"}], "dependencies": ["p/lint"]"#, false),
        ("", r#""dependencies": ["lint"]"#, false),
        (r#""needs": ["build"], "#, r#""dependencies": []"#, false),
    ] {
        let output = rendered("", &[("p", &three(needs, gitlab))]);
        let said: Vec<String> = output.findings.iter().map(|found| format!("{}: {}", found.rule, found.message)).collect();
        let name = if gitlab.contains("p/lint") { "p/lint" } else { "lint" };
        let wanted = format!("needs-graph: files are to come from `{name}`, which the job does not need");
        assert_eq!(said, if refused { vec![wanted] } else { Vec::new() }, "{gitlab}");
    }
}

#[test]
fn an_input_is_no_variable_that_gitlab_has() {
    let on = r#"{"manual": {"inputs": {"level": {}, "job-id": {}}}}"#;
    let read = r#""env": {"LEVEL": {"'Input": "level"}, "JOB": {"'Input": "job-id"}}"#;
    let output = rendered("", &[("ci", &pipeline(on, &[("a", read)]))]);
    assert_eq!(output.findings, []);
    let root = &documents(&output, ROOT)[0];
    let asked: Vec<&str> = root["variables"].as_mapping().expect("a form").keys().filter_map(Value::as_str).collect();
    assert_eq!(asked, ["PIPEWARD_PIPELINE", "CI_LEVEL", "INPUT_CI_JOB_ID"]);
    let variables = &root["ci/a"]["variables"];
    assert_eq!((&variables["LEVEL"], &variables["JOB"]), (&"${CI_LEVEL}".into(), &"${INPUT_CI_JOB_ID}".into()));
}
