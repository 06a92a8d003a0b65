//! What a called pipeline is given, and when it is left out.

use serde_yaml::Value;

use super::{ROOT, both, decided, documents, pipeline, render, scope};
use crate::backend::Output;
use crate::pipeline::fixture;

const CALLED: &str = ".gitlab/pipelines/q.called.yml";

fn rendered(pipelines: &[(&str, &str)]) -> Output {
    let output = render(&fixture::project(&both(), pipelines));
    assert!(output.findings.is_empty(), "{:#?}", output.findings);
    output
}

/// What is lost of calls: that an output is coded is said of each.
fn lost(output: &Output) -> Vec<&str> {
    output.losses.iter().map(|loss| loss.construct.id).filter(|id| *id != "output").collect()
}

/// A pipeline `p` that starts so, whose job `call` calls `q` and has these other fields, beside other jobs.
fn caller(on: &str, call: &str, jobs: &[(&str, &str)]) -> String {
    pipeline(on, jobs).replacen(r#""jobs": {"#, &format!(r#""jobs": {{"call": {{"calls": "q"{call}}}, "#), 1)
}

/// The root and the file of `q`.
fn files(output: &Output) -> (Value, Value) {
    (documents(output, ROOT).remove(0), documents(output, CALLED).pop().expect("a document"))
}

fn needs<'y>(document: &'y Value, job: &str) -> Vec<&'y str> {
    document[job]["needs"].as_sequence().expect("needs").iter().filter_map(|need| need["job"].as_str()).collect()
}

fn script(document: &Value, job: &str) -> Vec<String> {
    document[job]["script"]
        .as_sequence()
        .expect("a script")
        .iter()
        .map(|line| line.as_str().expect("a text").to_owned())
        .collect()
}

const PLAN: &str = r#""outputs": {"plan": {"'Step": "x.plan"}}, "steps": [{"id": "x", "run": "make"}]"#;

#[test]
fn an_output_that_is_handed_over_is_taken_out_of_its_code() {
    let call = r#", "needs": ["a"], "with": {"what": {"'Output": "a.plan"}}"#;
    let on = r#"{"call": {"inputs": {"what": {}, "other": {}}}}"#;
    let reads = r#""env": {"WHAT": {"'Input": "what"}, "OTHER": {"'Input": "other"}}"#;
    let deeper = r#"{"name": "R", "on": {"call": {"inputs": {"of": {}}}}, "jobs": {
        "c": {"timeout": "5m", "env": {"OF": {"'Input": "of"}}, "steps": [{"run": "make"}]}}}"#;
    let called = pipeline(on, &[("b", reads)]).replacen(
        r#""jobs": {"#,
        r#""jobs": {"down": {"calls": "r", "with": {"of": {"'Input": "what"}}}, "#,
        1,
    );
    let p = caller(r#"{"push": {}}"#, call, &[("a", PLAN)]);
    let output = rendered(&[("p", &p), ("q", &called), ("r", deeper)]);
    assert_eq!(lost(&output), Vec::<&str>::new());
    let (root, q) = files(&output);
    assert_eq!(root["p/call"]["variables"]["Q_WHAT"], "${A_PLAN}");
    assert_eq!(root["p/call"]["needs"][0]["artifacts"], true);
    let b = script(&q, "b");
    assert_eq!(b[..2], [r#"inherit Q_WHAT "${Q_WHAT-}""#, r#"provide WHAT "${Q_WHAT-}""#]);
    assert!(!b.concat().contains("inherit Q_OTHER"));
    // What is no output stands where GitLab reads it before.
    assert_eq!((&q["b"]["variables"]["OTHER"], q["b"]["variables"].get("WHAT")), (&"${Q_OTHER}".into(), None));
    assert_eq!(q["down"]["variables"]["R_OF"], "${Q_WHAT}");
    // What started the run goes down with it, and nothing else: jobs of the same names hand on what is theirs there.
    assert_eq!(root["p/call"]["variables"]["PIPEWARD_SOURCE"], "$CI_PIPELINE_SOURCE");
    assert_eq!(q["down"]["variables"]["PIPEWARD_SOURCE"], "$PIPEWARD_SOURCE");
    assert!(q["down"]["trigger"].get("forward").is_none());
    let r = documents(&output, ".gitlab/pipelines/r.called.yml").pop().expect("a document");
    assert_eq!(script(&r, "c")[0], r#"inherit R_OF "${R_OF-}""#);
}

#[test]
fn an_input_arrives_under_the_name_that_is_read() {
    let on = r#"{"call": {"inputs": {"job-id": {}}}}"#;
    let reads = r#""env": {"WHAT": {"'Input": "job-id"}}"#;
    let p = caller(r#"{"push": {}}"#, r#", "with": {"job-id": "'Commit"}"#, &[("a", "")])
        .replace(r#""calls": "q""#, r#""calls": "ci""#);
    let output = rendered(&[("p", &p), ("ci", &pipeline(on, &[("b", reads)]))]);
    assert_eq!(documents(&output, ROOT)[0]["p/call"]["variables"]["INPUT_CI_JOB_ID"], "${CI_COMMIT_SHA}");
    let called = documents(&output, ".gitlab/pipelines/ci.called.yml").pop().expect("a document");
    assert_eq!(called["b"]["variables"]["WHAT"], "${INPUT_CI_JOB_ID}");
}

#[test]
fn what_a_call_cannot_hand_over_is_said() {
    let on = r#"{"call": {"inputs": {"what": {}}}}"#;
    for (what, wanted) in [
        (r#"["v", {"'Output": "a.plan"}]"#, &["call-input-late"][..]),
        (r#"{"'Hash": ["a"]}"#, &["call-input-late"]),
        (r#"{"'Result": "a"}"#, &["call-input-late"]),
        (r#"{"'When": "'Tag"}"#, &["call-input-late"]),
        (r#""'Os""#, &["call-input-late"]),
        (r#""'Ref""#, &["call-input-late"]),
        (r#""'Token""#, &["call-input-late"]),
        (r#""'Commit""#, &[]),
        (r#"["v", "'Branch"]"#, &[]),
    ] {
        let call = format!(r#", "needs": ["a"], "with": {{"what": {what}}}"#);
        let output = rendered(&[("p", &caller(r#"{"push": {}}"#, &call, &[("a", PLAN)])), ("q", &pipeline(on, &[("b", "")]))]);
        assert_eq!(lost(&output), wanted, "{what}");
        assert_eq!(files(&output).0["p/call"]["variables"].get("Q_WHAT").is_none(), !wanted.is_empty(), "{what}");
    }
    for (asked, wanted) in [
        (r#""when": {"'Input": {"name": "what", "equals": "a b"}}"#, &["call-input-coded"][..]),
        (r#""when": {"'Input": {"name": "what", "equals": "all"}}"#, &[]),
        (r#""environment": {"name": {"'Input": "what"}}"#, &["value-late"]),
    ] {
        let call = r#", "needs": ["a"], "with": {"what": {"'Output": "a.plan"}}"#;
        let output = rendered(&[("p", &caller(r#"{"push": {}}"#, call, &[("a", PLAN)])), ("q", &pipeline(on, &[("b", asked)]))]);
        assert_eq!(lost(&output), wanted, "{asked}");
    }
}

#[test]
fn a_call_has_the_defaults_of_the_inputs_it_hands_on() {
    let call = r#", "with": {"level": {"'Input": "level"}}"#;
    let on = r#"{"push": {}, "manual": {"inputs": {"level": {"default": "quick"}, "levels": {"default": "all"}}}}"#;
    let called = r#"{"call": {"inputs": {"level": {}}}}"#;
    let output = rendered(&[("p", &caller(on, call, &[("a", "")])), ("q", &pipeline(called, &[("b", "")]))]);
    let (root, _) = files(&output);
    assert_eq!(root["p/call"]["inherit"], serde_yaml::from_str::<Value>("variables: [P_LEVEL]").expect("YAML"));
    assert_eq!(root["p/call"]["variables"]["Q_LEVEL"], "${P_LEVEL}");
    let output = rendered(&[("p", &caller(on, "", &[("a", "")])), ("q", &pipeline(called, &[("b", "")]))]);
    assert_eq!(files(&output).0["p/call"]["inherit"], serde_yaml::from_str::<Value>("variables: false").expect("YAML"));
}

/// `a` says whether there is something to do, `b` asks it in the run, `call` needs `b`, and `c` needs the call.
const ASKS: &str = r#""needs": ["a"], "when": {"'Output": {"name": "a.plan", "equals": "go"}}"#;

#[test]
fn a_call_after_a_job_that_was_skipped_in_the_run_starts_nothing() {
    let p = caller(
        r#"{"push": {}}"#,
        r#", "needs": ["b"]"#,
        &[("a", PLAN), ("b", ASKS), ("c", r#""needs": ["call"]"#), ("d", r#""needs": ["call"], "when": "'Always""#)],
    );
    let output = rendered(&[("p", &p), ("q", &pipeline(r#"{"call": {}}"#, &[("deploy", "")]))]);
    assert_eq!(lost(&output), ["condition", "always"]);
    let (root, q) = files(&output);
    assert_eq!(script(&root, "p/b")[0], "report B_RESULT failure");
    assert_eq!(root["p/call"]["variables"]["PIPEWARD_Q_AFTER"], "${B_RESULT}");
    assert_eq!(root["p/call"]["needs"][0]["artifacts"], true);
    for (ended, runs) in [("success", true), ("skipped", false)] {
        let scope = scope(&[("PIPEWARD_Q_AFTER", ended), ("CI_PIPELINE_SOURCE", "parent_pipeline")]);
        assert_eq!(decided(&q["deploy"]["rules"], &scope).is_some(), runs, "{ended}");
        // GitLab makes no child without a job, and lets the call fail then.
        assert_eq!(decided(&q["workflow"]["rules"], &scope), Some("always"));
        assert_eq!(decided(&q["every job may be left out"]["rules"], &scope), Some("always"));
    }
    // What needs the call is skipped with it, and hears of it from the job that tells how it ended.
    assert_eq!(needs(&root, "p/call/succeeded"), ["p/call", "p/b"]);
    assert_eq!(
        script(&root, "p/call/succeeded"),
        [
            "report CALL_RESULT failure",
            r#"if ! { [ "${B_RESULT:-skipped}" != 'skipped' ]; }; then skip 'what it needs was skipped'; fi"#,
            "finish"
        ]
    );
    assert_eq!(needs(&root, "p/c"), ["p/call", "p/call/succeeded"]);
    assert!(script(&root, "p/c")[0].contains(r#""${CALL_RESULT:-skipped}" != 'skipped'"#), "{:?}", script(&root, "p/c"));
    assert_eq!(needs(&root, "p/d"), ["p/call"]);
    assert!(root[".pipeward"]["before_script"][0].as_str().is_some_and(|text| text.contains("skip() {")));
}

#[test]
fn a_call_after_what_one_variable_cannot_say_is_said() {
    let legs = format!(r#"{ASKS}, "matrix": {{"n": [1, 2]}}"#);
    let output = rendered(&[
        ("p", &caller(r#"{"push": {}}"#, r#", "needs": ["b"]"#, &[("a", PLAN), ("b", &legs)])),
        ("q", &pipeline(r#"{"call": {}}"#, &[("deploy", "")])),
    ]);
    assert!(lost(&output).contains(&"call-after-skipped"), "{:?}", lost(&output));
}

#[test]
fn what_waits_for_a_failure_hears_of_a_call_that_never_started() {
    let jobs = [("a", ""), ("f", r#""needs": ["a", "call"], "when": "'OnFailure""#)];
    let output = rendered(&[
        ("p", &caller(r#"{"push": {}}"#, r#", "needs": ["a"]"#, &jobs)),
        ("q", &pipeline(r#"{"call": {}}"#, &[("b", "")])),
    ]);
    let (root, _) = files(&output);
    assert_eq!(root["p/f"]["rules"][0]["when"], "always");
    assert_eq!(needs(&root, "p/f"), ["p/a", "p/call", "p/call/succeeded", "p/call/failed"]);
    let asked = script(&root, "p/f").concat();
    for result in ["A_RESULT", "CALL_RESULT"] {
        assert!(asked.contains(&format!(r#"[ "${{{result}:-skipped}}" = 'failure' ]"#)), "{asked}");
    }
    assert_eq!(script(&root, "p/call/failed"), ["report CALL_RESULT failure"]);
}

#[test]
fn a_called_pipeline_lists_the_stages_of_its_jobs() {
    let project =
        format!(r#"{{"backends": {{"gitlab": {{"image": "{}", "stages": ["validate", "test", "deploy"]}}}}}}"#, super::IMAGE);
    let p = caller(r#"{"push": {}}"#, r#", "stage": "deploy""#, &[("a", r#""stage": "validate""#)]);
    let q = pipeline(r#"{"call": {}}"#, &[("b", r#""stage": "test", "when": "'Tag""#)]);
    let output = render(&fixture::project(&project, &[("p", &p), ("q", &q)]));
    let (root, q) = files(&output);
    assert_eq!(q["stages"], serde_yaml::from_str::<Value>("[test]").expect("YAML"));
    assert_eq!(q["every job may be left out"]["stage"], "test");
    assert_eq!(root["stages"], serde_yaml::from_str::<Value>("[validate, test, deploy]").expect("YAML"));
}

#[test]
fn what_cannot_be_called_or_named_so_is_said_once() {
    let said = |pipelines: &[(&str, &str)]| {
        let output = render(&fixture::project(&both(), pipelines));
        let found = output.findings.iter().map(|finding| format!("{}: {} {}", finding.rule, finding.identity, finding.message));
        (found.collect::<Vec<String>>(), lost(&output).join(" "))
    };
    let p = caller(r#"{"push": {}}"#, "", &[("a", "")]);
    let nothing = (vec!["call-unknown: p/call `q` is no pipeline that can be called".to_owned()], String::new());
    assert_eq!(said(&[("p", &p)]), nothing);
    for name in ["image", "variables", "stages", "default"] {
        let named =
            format!("id-rules: q/{name} `{name}` is a word of GitLab's, and no job of a called pipeline can have its name");
        assert_eq!(said(&[("p", &p), ("q", &pipeline(r#"{"call": {}}"#, &[(name, "")]))]), (vec![named], String::new()));
    }
}
