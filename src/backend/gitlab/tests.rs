//! What is emitted, judged by what GitLab would do with it.

mod around;
mod calls;
mod cases;
mod condition;
mod ended;
mod events;
mod forms;
mod layout;
mod names;
mod starts;
mod told;

use std::collections::BTreeMap;

use serde_yaml::Value;

use super::*;
use crate::pipeline::gitlab::expression::{Expression, Scope};

/// The image that projects of these tests run in.
const IMAGE: &str = "ghcr.io/o/i:1@sha256:531f855bda2c73cd6ef67d56b733b357cea384185b3022bd09f05e002cd144ca";

/// What both backends are on for.
fn both() -> String {
    format!(r#"{{"backends": {{"github": {{}}, "gitlab": {{"image": "{IMAGE}"}}}}}}"#)
}

/// A pipeline of jobs with one step each, from its triggers and the other fields of its jobs.
fn pipeline(on: &str, jobs: &[(&str, &str)]) -> String {
    let job = |(id, fields): &(&str, &str)| {
        let fields = if fields.is_empty() { String::new() } else { format!(", {fields}") };
        format!(r#""{id}": {{"timeout": "5m", "steps": [{{"run": "make"}}]{fields}}}"#)
    };
    let jobs: Vec<String> = jobs.iter().map(job).collect();
    format!(r#"{{"name": "P", "on": {on}, "jobs": {{{}}}}}"#, jobs.join(", "))
}

/// The documents of a file.
fn documents(output: &Output, path: &str) -> Vec<Value> {
    use serde::Deserialize as _;
    let text =
        &output.files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("{path}: {:#?}", output.findings)).text;
    serde_yaml::Deserializer::from_str(text).map(|document| Value::deserialize(document).expect("YAML")).collect()
}

/// Which variables a pipeline of GitLab has before it is made.
fn scope(variables: &[(&str, &str)]) -> Scope {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Scope { variables: variables.collect::<BTreeMap<_, _>>(), ..Scope::default() }
}

/// The `when` of the first rule that fits, changed files aside; none if none does.
fn decided<'y>(rules: &'y Value, scope: &Scope) -> Option<&'y str> {
    let fits = |rule: &&Value| {
        rule.get("if").is_none_or(|text| {
            let text = text.as_str().expect("a text");
            Expression::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}")).holds(scope)
        })
    };
    let rule = rules.as_sequence().expect("rules").iter().find(fits)?;
    Some(rule.get("when").map_or("on_success", |when| when.as_str().expect("a word"))).filter(|when| *when != "never")
}

/// The jobs of the pipeline that GitLab makes, each with the `when` that is decided for it; none if it makes no pipeline.
fn made<'y>(document: &'y Value, scope: &Scope) -> Option<Vec<(&'y str, &'y str)>> {
    decided(&document["workflow"]["rules"], scope)?;
    let jobs = document.as_mapping().expect("a map").iter().filter(|(_, job)| job.get("rules").is_some());
    let jobs = jobs.filter(|(name, _)| name.as_str() != Some("workflow"));
    Some(jobs.filter_map(|(name, job)| Some((name.as_str().expect("a name"), decided(&job["rules"], scope)?))).collect())
}
