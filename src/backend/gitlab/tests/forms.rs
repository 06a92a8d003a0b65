//! What whoever starts a pipeline says, calls, groups, and what of filters is said otherwise or not at all.

use super::*;
use crate::loss::Fate;
use crate::pipeline::fixture;

fn rendered(pipelines: &[(&str, &str)]) -> Output {
    render(&fixture::project(&both(), pipelines))
}

/// What is lost, each once.
fn lost(output: &Output) -> Vec<&'static str> {
    let mut ids: Vec<&str> = output.losses.iter().map(|loss| loss.construct.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[test]
fn a_start_by_hand_is_a_form() {
    let on = r#"{"manual": {"inputs": {
        "kind": {"type": {"'Choice": ["a", "b"]}, "description": "Which"},
        "dry": {"type": "'Flag", "default": true}, "size": {"default": "$1"}}}}"#;
    let output = rendered(&[("by-hand", &pipeline(on, &[("unit", "")]))]);
    let variables = documents(&output, ROOT)[0]["variables"].clone();
    let wanted = "
PIPEWARD_PIPELINE: { value: none, options: [none, by-hand], description: The pipeline to start. }
BY_HAND_KIND: { value: a, options: [a, b], description: 'by-hand: Which' }
BY_HAND_DRY: { value: 'true', options: ['false', 'true'], description: 'by-hand: dry.' }
BY_HAND_SIZE: { value: $1, description: 'by-hand: size.', expand: false }
";
    assert_eq!(variables, serde_yaml::from_str::<Value>(wanted).expect("YAML"));
}

#[test]
fn what_a_form_does_not_hold_anybody_to_is_said() {
    for (input, wanted) in [
        (r#"{"required": true}"#, &["input-required", "manual-start"][..]),
        (r#"{"required": true, "default": "a"}"#, &["manual-start"]),
        (r#"{"type": "'Number", "default": 3}"#, &["input-type", "manual-start"]),
        (r#"{"type": "'Environment"}"#, &["input-type", "manual-start"]),
        (r#"{"type": "'Flag"}"#, &["manual-start"]),
    ] {
        let on = format!(r#"{{"manual": {{"inputs": {{"a": {input}}}}}}}"#);
        assert_eq!(lost(&rendered(&[("p", &pipeline(&on, &[("unit", "")]))])), wanted, "{input}");
    }
    // What a caller hands over has a type on GitLab.
    let on = r#"{"call": {"inputs": {"a": {"required": true, "type": "'Number"}}}}"#;
    assert_eq!(lost(&rendered(&[("p", &pipeline(on, &[("unit", "")]))])), [""; 0]);
}

#[test]
fn an_input_is_nothing_where_nobody_was_asked() {
    let on = r#"{"push": {"branches": ["main"]}, "schedule": [{"cron": "0 1 * * *"}],
        "manual": {"inputs": {"size": {"default": "3"}, "other": {"default": "4"}}}}"#;
    let read = r#""env": {"SIZE": {"'Input": "size"}}"#;
    let output = rendered(&[("p", &pipeline(on, &[("unit", read), ("plain", "")]))]);
    let root = &documents(&output, ROOT)[0];
    let said: Vec<Value> =
        root["p/unit"]["rules"].as_sequence().expect("rules").iter().map(|rule| rule["variables"].clone()).collect();
    let nothing: Value = serde_yaml::from_str("P_SIZE: ''").expect("YAML");
    assert_eq!(said, [nothing.clone(), nothing, Value::Null], "{:?}", root["p/unit"]["rules"]);
    assert!(root["p/plain"]["rules"].as_sequence().expect("rules").iter().all(|rule| rule["variables"].is_null()));
    // Of the pipeline's environment as well.
    let text = pipeline(on, &[("unit", "")]).replacen('{', r#"{"env": {"SIZE": {"'Input": "size"}}, "#, 1);
    let root = &documents(&rendered(&[("p", &text)]), ROOT)[0];
    assert_eq!(root["p/unit"]["rules"][0]["variables"], serde_yaml::from_str::<Value>("P_SIZE: ''").expect("YAML"));
}

#[test]
fn a_called_pipeline_is_never_without_a_job() {
    const LEFT: &str = "every job may be left out";
    let called = |when: &str, other: &str| {
        let on = r#"{"call": {"inputs": {"deep": {"type": "'Flag"}}}}"#;
        let callee = pipeline(on, &[("unit", when), ("lint", other)]);
        let caller = r#"{"name": "C", "on": {"push": {}}, "jobs": {"all": {"calls": "callee"}}}"#;
        let output = rendered(&[("callee", &callee), ("caller", caller)]);
        documents(&output, ".gitlab/pipelines/callee.called.yml").remove(1)
    };
    let shallow = scope(&[("CI_PIPELINE_SOURCE", "parent_pipeline"), ("PIPEWARD_SOURCE", "push"), ("CALLEE_DEEP", "false")]);
    let deep = r#""when": {"'Input": {"name": "deep", "equals": true}}"#;
    let document = called(deep, r#""needs": ["unit"]"#);
    assert_eq!(made(&document, &shallow), Some(vec![(LEFT, "always")]));
    let stages = document["stages"].as_sequence().expect("stages");
    assert!(stages.contains(&document[LEFT]["stage"]), "{:?} {stages:?}", document[LEFT]);
    let changed = called(r#""when": {"'Changed": ["docs/**"]}"#, r#""needs": ["unit"]"#);
    assert!(changed.get(LEFT).is_some());
    // One that is always there is enough.
    let document = called(deep, "");
    assert_eq!(made(&document, &shallow), Some(vec![("lint", "on_success")]));
    assert!(document.get(LEFT).is_none());
}

#[test]
fn a_job_that_somebody_starts_is_skipped_after_a_failure() {
    for (fields, wanted) in [
        (r#""needs": ["a"], "manual": {}, "when": "'OnFailure""#, &["manual-after"][..]),
        (r#""needs": ["a"], "manual": {}, "when": "'NotCancelled""#, &["manual-after"]),
        (r#""needs": ["a"], "manual": {}, "when": "'Tag""#, &[]),
        (r#""manual": {}, "when": "'NotCancelled""#, &[]),
    ] {
        let output = rendered(&[("ci", &pipeline(r#"{"push": {}}"#, &[("a", ""), ("b", fields)]))]);
        assert!(output.findings.is_empty(), "{:#?}", output.findings);
        assert_eq!(lost(&output), wanted, "{fields}");
    }
}

#[test]
fn inputs_of_one_variable_are_refused() {
    let on = |name: &str| format!(r#"{{"manual": {{"inputs": {{"{name}": {{}}}}}}}}"#);
    let output = rendered(&[("a-b", &pipeline(&on("c"), &[("unit", "")])), ("a", &pipeline(&on("b-c"), &[("unit", "")]))]);
    let said: Vec<&str> = output.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(said, ["the input `c` becomes the variable A_B_C, which another input is already"]);
    assert_eq!(output.withheld, [ROOT]);
}

#[test]
fn a_schedule_is_said_in_the_head() {
    let on = r#"{"schedule": [{"cron": "0 2 * * *"}, {"cron": "5 4 * * 1", "timezone": "Europe/Rome"}]}"#;
    let output = rendered(&[("nightly", &pipeline(on, &[("unit", "")]))]);
    let head: Vec<&str> = output.files[0].text.lines().take(3).collect();
    assert_eq!(
        head,
        [
            "# Generated from pipelines/main.ncl by pipeward; do not edit.",
            "# Schedule \"0 2 * * *\" (UTC) with the variable PIPEWARD_SCHEDULE=nightly starts nightly.",
            "# Schedule \"5 4 * * 1\" (Europe/Rome) with the variable PIPEWARD_SCHEDULE=nightly starts nightly.",
        ]
    );
}

#[test]
fn a_call_starts_the_file_of_its_pipeline() {
    let callee = pipeline(
        r#"{"call": {"inputs": {"size": {"required": true, "description": "How much"}, "dry": {"type": "'Flag"},
            "kind": {"type": {"'Choice": ["a", "b"]}}, "count": {"type": "'Number", "default": 3}}}}"#,
        &[("unit", ""), ("slow", r#""when": {"'All": [{"'Input": {"name": "dry", "equals": false}}, {"'Event": ["'Push"]}]}"#)],
    );
    let caller = r#"{"name": "C", "on": {"push": {"branches": ["main"]}}, "jobs": {
        "first": {"timeout": "5m", "steps": [{"run": "make"}]},
        "second": {"needs": ["first"], "calls": "callee", "with": {"size": ["v", "'Commit"], "dry": true, "kind": "b"}}}}"#;
    let output = rendered(&[("callee", &callee), ("caller", caller)]);
    let root = &documents(&output, ROOT)[0];
    let wanted = "
stage: step-2
needs: [{ job: caller/first, artifacts: false }]
rules: [{ if: '$CI_PIPELINE_SOURCE == \"push\" && $CI_COMMIT_BRANCH == \"main\"' }]
inherit: { variables: false }
variables: { CALLEE_SIZE: 'v${CI_COMMIT_SHA}', PIPEWARD_SOURCE: $CI_PIPELINE_SOURCE }
trigger:
  include: [{ local: .gitlab/pipelines/callee.called.yml, inputs: { size: '', dry: true, kind: b } }]
  strategy: depend
";
    assert_eq!(root["caller/second"], serde_yaml::from_str::<Value>(wanted).expect("YAML"));
    let called = documents(&output, ".gitlab/pipelines/callee.called.yml");
    let spec = "
size: { description: How much, type: string }
dry: { type: boolean, default: false }
kind: { type: string, options: [a, b, ''], default: '' }
count: { type: number, default: 3 }
";
    assert_eq!(called[0]["spec"]["inputs"], serde_yaml::from_str::<Value>(spec).expect("YAML"));
    let variables = "
CALLEE_SIZE: { value: '$[[ inputs.size ]]', expand: false }
CALLEE_DRY: { value: '$[[ inputs.dry ]]', expand: false }
CALLEE_KIND: { value: '$[[ inputs.kind ]]', expand: false }
CALLEE_COUNT: { value: '$[[ inputs.count ]]', expand: false }
";
    assert_eq!(called[1]["variables"], serde_yaml::from_str::<Value>(variables).expect("YAML"));
    for (source, dry, jobs) in
        [("push", "false", &["unit", "slow"][..]), ("push", "true", &["unit"]), ("web", "false", &["unit"])]
    {
        let scope = scope(&[("CI_PIPELINE_SOURCE", "parent_pipeline"), ("PIPEWARD_SOURCE", source), ("CALLEE_DRY", dry)]);
        let made: Vec<&str> = made(&called[1], &scope).expect("a pipeline").into_iter().map(|(name, _)| name).collect();
        assert_eq!(made, jobs, "{source} {dry}");
    }
}

#[test]
fn what_waits_for_each_other_is_a_resource_group() {
    let group = |concurrency: &str, job: &str| {
        let text = pipeline(r#"{"push": {}}"#, &[("unit", job)]).replacen('{', &format!("{{\"concurrency\": {concurrency}, "), 1);
        let root = documents(&rendered(&[("ci", &text)]), ROOT).remove(0);
        let job = &root["ci/unit"];
        (
            job["resource_group"].as_str().map(str::to_owned),
            job["interruptible"] == Value::Bool(true),
            root["workflow"]["auto_cancel"].clone(),
        )
    };
    let waits = |name: &str| (Some(name.to_owned()), false, Value::Null);
    assert_eq!(group(r#"{"group": "'PerPipeline", "cancel": false}"#, ""), waits("ci/unit"));
    assert_eq!(group(r#"{"group": "'PerRef", "cancel": false}"#, ""), waits("ci/unit/$CI_COMMIT_REF_NAME"));
    assert_eq!(group(r#"{"group": {"'Named": ["a:", "'Commit"]}, "cancel": false}"#, ""), waits("a-${CI_COMMIT_SHA}/unit"));
    let cancelled: Value = serde_yaml::from_str("on_new_commit: interruptible").expect("YAML");
    assert_eq!(group(r#"{"group": "'PerRef", "cancel": true}"#, ""), (None, true, cancelled));
    let own = r#""concurrency": {"group": {"'Named": "staging"}, "cancel": false}"#;
    assert_eq!(group(r#"{"group": "'PerPipeline", "cancel": false}"#, own), waits("staging"));
    // Its own group says whether a job may be ended.
    assert_eq!(group(r#"{"group": "'PerRef", "cancel": true}"#, own), waits("staging"));
    let own = r#""concurrency": {"group": "'PerRef", "cancel": true}"#;
    let (group, ended, _) = group(r#"{"group": "'PerPipeline", "cancel": false}"#, own);
    assert_eq!((group.as_deref(), ended), (Some("ci/unit"), true));
}

#[test]
fn what_is_said_of_a_whole_pipeline_is_said_once() {
    let text = pipeline(r#"{"push": {}}"#, &[("a", ""), ("b", ""), ("c", "")]);
    for (cancel, wanted) in [
        ("true", &["concurrency-cancel"][..]),
        ("false", &["concurrency-of-pipeline", "concurrency-queue", "concurrency-of-ref"]),
    ] {
        let group = format!(r#"{{"concurrency": {{"group": "'PerRef", "cancel": {cancel}}}, "#);
        let output = rendered(&[("ci", &text.replacen('{', &group, 1))]);
        let said: Vec<(&str, String)> = output.losses.iter().map(|loss| (loss.construct.id, loss.identity.to_string())).collect();
        assert_eq!(said, wanted.iter().map(|id| (*id, "ci".to_owned())).collect::<Vec<_>>());
    }
}

#[test]
fn changed_files_are_asked_for_in_gitlabs_patterns() {
    let on = r#"{"push": {"branches": ["main"], "paths": ["src/**", "**.rs", "docs/*.md", "a$b.[ch]", "lib/x?.py"]}}"#;
    let output = rendered(&[("ci", &pipeline(on, &[("unit", "")]))]);
    let wanted: Value = serde_yaml::from_str("['src/**/*', '**/*.rs', 'docs/*.md', 'a[$]b.[ch]', 'lib/{,x}.py']").expect("YAML");
    let root = &documents(&output, ROOT)[0];
    assert_eq!((&root["workflow"]["rules"][0]["changes"], &root["ci/unit"]["rules"][0]["changes"]), (&wanted, &wanted));

    let changed = r#""when": {"'Any": [{"'Changed": ["docs/**"]}, {"'Event": ["'Manual"]}]}"#;
    let output = rendered(&[(
        "ci",
        &pipeline(r#"{"push": {"branches": ["main"]}, "manual": {}}"#, &[("docs", changed), ("after", r#""needs": ["docs"]"#)]),
    )]);
    let root = &documents(&output, ROOT)[0];
    let rules = "
- { if: '$CI_PIPELINE_SOURCE == \"push\" && $CI_COMMIT_BRANCH == \"main\"', changes: ['docs/**/*'] }
- { if: '$CI_PIPELINE_SOURCE =~ /^(api|web)$/ && $PIPEWARD_PIPELINE == \"ci\"' }
";
    let rules: Value = serde_yaml::from_str(rules).expect("YAML");
    assert_eq!((&root["workflow"]["rules"], &root["ci/docs"]["rules"], &root["ci/after"]["rules"]), (&rules, &rules, &rules));
}

#[test]
fn what_gitlab_has_no_word_for_is_said() {
    for (on, when, wanted) in [
        (r#"{"push": {"paths_ignore": ["docs/**"]}}"#, "", &["paths-ignore"][..]),
        (r#"{"push": {"paths": ["**", "!docs/**"]}}"#, "", &["changed-unknown", "path-pattern"]),
        (r#"{"push": {"paths": ["a+.c"]}}"#, "", &["path-pattern"]),
        (r#"{"pull_request": {"types": ["closed"]}}"#, "", &["activity"]),
        (r#"{"pull_request": {"types": ["opened", "labeled"]}}"#, "", &["activities", "activity-label"]),
        (r#"{"pull_request": {"types": ["opened", "synchronize", "reopened"]}}"#, "", &[]),
        (r#"{"release": {"types": ["published"]}}"#, "", &["release"]),
        (r#"{"push": {}, "pull_request": {}}"#, "", &["push-and-pull-request"]),
        (r#"{"push": {"paths": ["a"]}, "pull_request": {}}"#, "", &["changed-unknown", "push-and-pull-request"]),
        (r#"{"push": {}}"#, r#""when": {"'Not": {"'Changed": ["a"]}}"#, &["changed-not"]),
        (r#"{"push": {"paths": ["a"]}}"#, r#""when": {"'Changed": ["b"]}"#, &["changed-twice", "changed-unknown"]),
        (r#"{"push": {}}"#, r#""when": {"'Not": "'NotCancelled"}"#, &["cancelled"]),
        (r#"{"push": {}}"#, r#""when": {"'Raw": {"github": "env.A"}}"#, &["raw"]),
        (r#"{"push": {}}"#, r#""when": {"'Raw": {"github": "env.A", "gitlab": "$A"}}"#, &[]),
    ] {
        let output = rendered(&[("ci", &pipeline(on, &[("unit", when)]))]);
        assert!(output.findings.is_empty(), "{on} {:#?}", output.findings);
        assert_eq!(lost(&output), wanted, "{on} {when}");
    }
    let both = crate::backend::render(&fixture::project(
        &both(),
        &[("ci", &pipeline(r#"{"push": {}}"#, &[("unit", r#""when": {"'Changed": ["a"]}"#)]))],
    ));
    let impossible: Vec<&str> =
        both.losses.iter().filter(|loss| matches!(loss.fate(), Fate::Impossible(_))).map(|loss| loss.construct.id).collect();
    assert_eq!(impossible, ["changed"], "on GitHub alone");
}

#[test]
fn words_of_a_forge_are_for_that_forge() {
    let when = r#""when": {"'Any": [{"'Not": {"'Raw": {"gitlab": "$A == 'x' || $B"}}}, "'Tag"]}"#;
    let output = crate::backend::render(&fixture::project(&both(), &[("ci", &pipeline(r#"{"push": {}}"#, &[("unit", when)]))]));
    assert_eq!(lost(&output), ["raw-github"]);
    let root = &documents(&output, ROOT)[0];
    let push = ("CI_PIPELINE_SOURCE", "push");
    for (variables, runs) in [
        (&[push, ("CI_COMMIT_BRANCH", "main")][..], true),
        (&[push, ("CI_COMMIT_BRANCH", "main"), ("A", "x")], false),
        (&[push, ("CI_COMMIT_BRANCH", "main"), ("B", "1")], false),
        (&[push, ("CI_COMMIT_TAG", "v1"), ("B", "1")], true),
    ] {
        assert_eq!(made(root, &scope(variables)).is_some(), runs, "{variables:?} {:?}", root["workflow"]["rules"]);
    }
}

#[test]
fn what_is_too_much_for_gitlab_is_refused() {
    let paths: Vec<String> = (0..51).map(|index| format!("\"d{index}/**\"")).collect();
    let on = format!(r#"{{"push": {{"paths": [{}]}}}}"#, paths.join(", "));
    let output = rendered(&[("ci", &pipeline(&on, &[("unit", "")]))]);
    assert_eq!(output.findings[0].message, "GitLab takes 50 patterns of changed files, here are 51");
    let labels: Vec<String> = (0..40).map(|index| format!(r#"{{"'Label": "l{index}"}}"#)).collect();
    for (join, fits) in [("Any", true), ("All", false)] {
        let when = format!(r#""when": {{"'{join}": [{}]}}"#, labels.join(", "));
        let output = rendered(&[("ci", &pipeline(r#"{"pull_request": {}}"#, &[("unit", &when)]))]);
        assert_eq!(output.findings.is_empty(), fits, "{join}: {:?}", output.findings);
    }
}
