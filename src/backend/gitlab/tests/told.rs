//! How called pipelines have ended.

use serde_yaml::Value;

use super::{ROOT, both, documents, pipeline, render};
use crate::pipeline::fixture;

/// The names of what a job needs.
fn needs<'y>(document: &'y Value, job: &str) -> Vec<&'y str> {
    document[job]["needs"].as_sequence().expect("needs").iter().filter_map(|need| need["job"].as_str()).collect()
}

#[test]
fn a_reader_waits_for_no_job_that_would_skip_it() {
    let reader = |when: &str| format!(r#""needs": ["call"], "env": {{"ENDED": {{"'Result": "call"}}}}{when}"#);
    let (plain, always) = (reader(""), reader(r#", "when": "'Always""#));
    let after = reader(r#", "when": "'OnFailure""#);
    let jobs =
        [("plain", plain.as_str()), ("always", always.as_str()), ("after", after.as_str()), ("other", r#""needs": ["call"]"#)];
    let caller = pipeline(r#"{"push": {}}"#, &jobs).replacen(r#""jobs": {"#, r#""jobs": {"call": {"calls": "q"}, "#, 1);
    let called = pipeline(r#"{"call": {}}"#, &[("a", "")]);
    let project = fixture::project(&both(), &[("p", &caller), ("q", &called)]);
    let root = &documents(&render(&project), ROOT)[0];
    let (succeeded, failed) = ("p/call/succeeded", "p/call/failed");
    assert_eq!(needs(root, "p/plain"), ["p/call", succeeded]);
    assert_eq!(needs(root, "p/always"), ["p/call", succeeded, failed]);
    assert_eq!(needs(root, "p/after"), ["p/call"]);
    assert_eq!(needs(root, "p/other"), ["p/call"]);
    assert_eq!((needs(root, succeeded), needs(root, failed)), (vec!["p/call"], vec!["p/call"]));
    assert_eq!(
        (&root[succeeded]["rules"][0]["when"], &root[failed]["rules"][0]["when"]),
        (&"on_success".into(), &"on_failure".into())
    );
}

#[test]
fn a_called_pipeline_that_nobody_asks_about_has_no_job_to_tell_of_it() {
    let caller = pipeline(r#"{"push": {}}"#, &[("b", "")]).replacen(r#""jobs": {"#, r#""jobs": {"call": {"calls": "q"}, "#, 1);
    let called = pipeline(r#"{"call": {}}"#, &[("a", "")]);
    let project = fixture::project(&both(), &[("p", &caller), ("q", &called)]);
    let root = &documents(&render(&project), ROOT)[0];
    assert!(root.get("p/call").is_some() && root.get("p/call/succeeded").is_none());
}
