//! What starts a pipeline of GitLab's: what triggers and rules in its own words come to in `workflow:rules`.

use super::*;
use crate::pipeline::fixture;

const PUSH: (&str, &str) = ("CI_PIPELINE_SOURCE", "push");
const REQUEST: (&str, &str) = ("CI_PIPELINE_SOURCE", "merge_request_event");
const ON_MAIN: &[(&str, &str)] = &[PUSH, ("CI_COMMIT_BRANCH", "main"), ("CI_DEFAULT_BRANCH", "main")];
const ON_BRANCH: &[(&str, &str)] = &[PUSH, ("CI_COMMIT_BRANCH", "x"), ("CI_DEFAULT_BRANCH", "main")];
const ON_TAG: &[(&str, &str)] = &[PUSH, ("CI_COMMIT_TAG", "v1"), ("CI_DEFAULT_BRANCH", "main")];
const SCHEDULED: &[(&str, &str)] = &[("CI_PIPELINE_SOURCE", "schedule"), ("CI_COMMIT_BRANCH", "main")];
const REQUESTED: &[(&str, &str)] = &[REQUEST, ("CI_MERGE_REQUEST_IID", "1"), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")];

/// The file of a pipeline with a job of ours and one with rules of its own.
fn written(on: &str, rules: &str) -> Value {
    let text = pipeline(on, &[("unit", ""), ("own", &format!(r#""gitlab": {{"rules": {rules}}}"#))]);
    documents(&render(&fixture::project(&both(), &[("ci", &text)])), ROOT).remove(0)
}

/// The jobs that run then.
fn run<'y>(document: &'y Value, variables: &[(&str, &str)]) -> Vec<&'y str> {
    made(document, &scope(variables)).unwrap_or_default().into_iter().map(|(name, _)| name).collect()
}

#[test]
fn what_rules_of_a_job_name_starts_a_pipeline() {
    let main = r#"{"push": {"branches": ["main"]}}"#;
    let tag = written(main, r#"[{"if": "$CI_COMMIT_TAG"}]"#);
    assert_eq!(run(&tag, ON_TAG), ["ci/own"]);
    assert_eq!(run(&tag, ON_MAIN), ["ci/unit"]);
    assert_eq!(run(&tag, ON_BRANCH), [""; 0]);
    let schedule = written(main, r#"[{"if": "$CI_PIPELINE_SOURCE == 'schedule'", "when": "always"}]"#);
    assert_eq!(run(&schedule, SCHEDULED), ["ci/own"]);
    // What comes before it and lets nothing in is asked first, so that no pipeline is empty.
    let but = written(main, r#"[{"if": "$CI_COMMIT_TAG =~ /^v/", "when": "never"}, {"if": "$CI_COMMIT_TAG"}]"#);
    assert!(made(&but, &scope(ON_TAG)).is_none());
    assert_eq!(run(&but, &[PUSH, ("CI_COMMIT_TAG", "1")]), ["ci/own"]);
    let narrowed = written(main, r#"[{"if": "$CI_COMMIT_TAG", "changes": ["src/*"], "exists": ["x"]}]"#);
    let rule = narrowed["workflow"]["rules"].as_sequence().expect("rules").last().expect("a rule");
    assert_eq!(*rule, serde_yaml::from_str::<Value>("{ if: $CI_COMMIT_TAG, changes: [src/*], exists: [x] }").expect("YAML"));
}

#[test]
fn rules_that_name_nothing_are_about_pipelines_that_there_are() {
    let main = r#"{"push": {"branches": ["main"]}}"#;
    for rules in [
        r#"[{"when": "on_success"}]"#,
        r#"[{"if": "$CI_PIPELINE_SOURCE == 'schedule'", "when": "never"}, {"when": "on_success"}]"#,
        r#"[{"if": "$CI_PIPELINE_SOURCE != 'schedule'"}]"#,
        r#"[{"if": "$DEPLOY != 'no'"}]"#,
    ] {
        let document = written(main, rules);
        assert_eq!(run(&document, ON_MAIN), ["ci/unit", "ci/own"], "{rules}");
        assert_eq!(made(&document, &scope(ON_BRANCH)), None, "{rules}");
        assert_eq!(made(&document, &scope(REQUESTED)), None, "{rules}");
    }
}

#[test]
fn triggers_of_jobs_that_name_what_starts_them_start_nothing() {
    let rules = r#"[{"if": "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME == 'main'", "changes": ["src/*"]}]"#;
    let text = pipeline(r#"{"pull_request": {}}"#, &[("own", &format!(r#""gitlab": {{"rules": {rules}}}"#))]);
    let document = documents(&render(&fixture::project(&both(), &[("ci", &text)])), ROOT).remove(0);
    let wanted = "[{ if: $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == 'main', changes: [src/*] }]";
    assert_eq!(document["workflow"]["rules"], serde_yaml::from_str::<Value>(wanted).expect("YAML"));
    // A child pipeline is not made without a job, so it has one whatever such rules come to.
    let callee = pipeline(r#"{"call": {}}"#, &[("own", r#""gitlab": {"rules": [{"if": "$CI_COMMIT_TAG"}]}"#)]);
    let output = render(&fixture::project(&both(), &[("callee", &callee)]));
    let document = documents(&output, ".gitlab/pipelines/callee.called.yml").remove(0);
    assert!(document.get("every job may be left out").is_some());
}

/// What is lost of a pipeline, and its file.
fn lost(on: &str, jobs: &[(&str, &str)]) -> (Vec<String>, Value) {
    let output = render(&fixture::project(&both(), &[("ci", &pipeline(on, jobs))]));
    let told = output.losses.iter().map(|loss| format!("{} {}", loss.identity.as_str(), loss.construct.id)).collect();
    (told, documents(&output, ROOT).remove(0))
}

/// A commit of a merge request from a branch to the default one, as the branch's pipeline and as the merge request's.
fn commit(branch: &'static str) -> [Vec<(&'static str, &'static str)>; 2] {
    let main = ("CI_DEFAULT_BRANCH", "main");
    let open = ("CI_OPEN_MERGE_REQUESTS", "o/p!1");
    let own = [("CI_PROJECT_ID", "1"), ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "1")];
    let ends = [("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", branch), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")];
    let request = [REQUEST, main, open].into_iter().chain(own).chain(ends).collect();
    [vec![PUSH, main, open, ("CI_COMMIT_BRANCH", branch)], request]
}

#[test]
fn one_of_two_starts_runs_a_job_though_the_other_asks_for_files() {
    let both = |on: &str, jobs: &[(&str, &str)]| {
        let (told, document) = lost(on, jobs);
        let [push, request] = commit("feature/x").map(|variables| run(&document, &variables).len());
        let alone = run(&document, &[PUSH, ("CI_DEFAULT_BRANCH", "main"), ("CI_COMMIT_BRANCH", "feature/x")]).len();
        (told.iter().map(|one| one.rsplit(' ').next().expect("an id").to_owned()).collect::<Vec<_>>(), push, request, alone)
    };
    let said = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<String>>();
    // The merge request starts it whatever changed; the push does so where there is none.
    let on = r#"{"push": {"branches": ["main", "feature/**"], "paths": ["src/**"]}, "pull_request": {}}"#;
    assert_eq!(both(on, &[("unit", "")]), (said(&["push-and-pull-request", "changed-unknown"]), 0, 1, 1));
    // The push starts it whatever changed.
    let on = r#"{"push": {"branches": ["feature/**"]}, "pull_request": {"paths": ["src/**"]}}"#;
    assert_eq!(both(on, &[("unit", "")]), (said(&["push-and-pull-request"]), 1, 0, 1));
    // A job of one of them would be left out, and what asks for files or branches cannot stand for the other.
    assert_eq!(
        both(on, &[("own", r#""when": {"'Event": ["'PullRequest"]}"#)]),
        (said(&["push-and-pull-request-files"]), 0, 1, 0)
    );
    for pull in [r#"{"paths": ["docs/**"]}"#, r#"{"branches": ["main"]}"#] {
        let on = format!(r#"{{"push": {{"branches": ["feature/**"], "paths": ["src/**"]}}, "pull_request": {pull}}}"#);
        assert_eq!(both(&on, &[("unit", "")]), (said(&["push-and-pull-request-files", "changed-unknown"]), 1, 1, 1), "{pull}");
    }
}

#[test]
fn a_job_of_the_start_that_gives_way_is_told() {
    let (on_push, on_request) = (r#""when": {"'Event": ["'Push"]}"#, r#""when": {"'Event": ["'PullRequest"]}"#);
    let label = r#""when": {"'Label": "full"}"#;
    let deploy = r#""when": {"'All": ["'DefaultBranch", {"'Event": ["'Push"]}]}"#;
    let named = r#"{"push": {"branches": ["main", "feat/*"]}, "pull_request": {}}"#;
    let all = r#"{"push": {}, "pull_request": {}}"#;
    let main = r#"{"push": {"branches": ["main"]}, "pull_request": {}}"#;
    for (on, job, wanted) in [
        (named, on_request, Some("left-to-push")),
        (named, label, Some("left-to-push")),
        (named, on_push, None),
        (named, deploy, None),
        (named, "", None),
        (all, on_push, Some("left-to-pull-request")),
        (all, r#""when": {"'Branch": ["feat/*"]}"#, Some("left-to-pull-request")),
        (all, on_request, None),
        (all, deploy, None),
        (all, r#""when": "'Tag""#, None),
        (all, r#""when": {"'Branch": ["main"]}"#, None),
        (main, on_request, None),
        (main, on_push, None),
    ] {
        let (told, document) = lost(on, &[("unit", ""), ("own", job)]);
        let found = told.iter().find_map(|one| one.strip_prefix("ci/own "));
        assert_eq!(found, wanted, "{on} {job}");
        let ran = commit("feat/x").iter().flat_map(|variables| run(&document, variables)).filter(|job| *job == "ci/own").count();
        let alone = run(&document, &[PUSH, ("CI_DEFAULT_BRANCH", "main"), ("CI_COMMIT_BRANCH", "feat/x")]);
        assert!(wanted.is_none() || ran == 0, "{on} {job} {alone:?}");
    }
}

#[test]
fn files_that_are_never_unchanged_are_told() {
    let changed = r#""when": {"'Changed": ["src/**"]}"#;
    for (on, when, wanted) in [
        (r#"{"push": {"paths": ["src/**"]}}"#, "", true),
        (r#"{"push": {}}"#, changed, true),
        (r#"{"schedule": [{"cron": "0 1 * * *"}]}"#, changed, true),
        (r#"{"pull_request": {}}"#, changed, false),
        (r#"{"pull_request": {"paths": ["src/**"]}}"#, "", false),
        (r#"{"push": {}}"#, "", false),
    ] {
        let (told, _) = lost(on, &[("unit", when)]);
        assert_eq!(told.iter().any(|one| one.ends_with(" changed-unknown")), wanted, "{on} {when}");
    }
}
