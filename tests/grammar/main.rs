//! GitHub's whole workflow grammar: every key of a dated table is written in Nickel, accepted by the schema, and seen by the rules.
//!
//! `keys.tsv` lists the keys, `pipelines/` writes them. With `PIPEWARD_GRAMMAR=FILE`, the table is compared with a grammar as
//! GitHub publishes it (`workflow-v1.0.json` of actions/languageservices), so that a new key is noticed.

mod gitlab;
mod gitlab_raw;
mod raw;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pipeward::backend;
use pipeward::pipeline::data;
use pipeward::source::{Evaluator, Node, Request, Role};
use pipeward::workspace::{self, Workspace};

const PIPELINES: &[(&str, &str)] = &[
    ("caller", include_str!("pipelines/caller.ncl")),
    ("events", include_str!("pipelines/events.ncl")),
    ("ignoring", include_str!("pipelines/ignoring.ncl")),
    ("job", include_str!("pipelines/job.ncl")),
    ("permissions", include_str!("pipelines/permissions.ncl")),
    ("pipeline", include_str!("pipelines/pipeline.ncl")),
    ("steps", include_str!("pipelines/steps.ncl")),
];

fn load() -> Workspace {
    let file = |name: &str, role, text: &str| Request { name: name.to_owned(), text: Some(text.to_owned()), role };
    let mut requests = vec![file("pipelines/main.ncl", Role::Project, include_str!("project.ncl")), workspace::shipped()];
    requests.extend(PIPELINES.iter().map(|(id, text)| file(&format!("pipelines/{id}.ncl"), Role::Pipeline, text)));
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    workspace::assemble(root, &Evaluator::here(root), &requests)
}

#[test]
fn every_key_is_written_accepted_and_seen() {
    let workspace = load();
    let refused: Vec<String> =
        workspace.refused.iter().map(|finding| format!("{} {}: {}", finding.rule, finding.identity, finding.message)).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    let project = workspace.project.expect("a project");
    let output = backend::render(&project);
    assert!(output.findings.is_empty(), "{:#?}", output.findings);
    let emitted: BTreeMap<&str, serde_yaml::Value> = output
        .files
        .iter()
        .map(|file| (file.path.as_str(), serde_yaml::from_str(&file.text).expect("what is written is YAML")))
        .collect();
    let mut missing = Vec::new();
    for row in table::rows() {
        let pipeline = project.pipeline(row.pipeline).expect("a pipeline of that id");
        let document = &emitted[format!(".github/workflows/{}.yml", row.pipeline).as_str()];
        match written(document, row.written) {
            None => missing.push(format!("{}: nothing is written at {}", row.key, row.written)),
            Some(there) if !row.constant().is_none_or(|constant| holds(there, constant)) => {
                missing.push(format!("{}: {there:?} at {}", row.key, row.written));
            }
            Some(_) => {}
        }
        if seen(&data::of(pipeline), row.seen).is_none() {
            missing.push(format!("{}: rules see nothing at {}", row.key, row.seen));
        }
    }
    assert!(missing.is_empty(), "{} of the table\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn the_table_has_every_key_once() {
    let keys: Vec<&str> = table::rows().iter().map(|row| row.key).collect();
    let unique: BTreeSet<&str> = keys.iter().copied().collect();
    assert_eq!(unique.len(), keys.len(), "a key stands twice");
    assert!(keys.len() > 350, "{} keys", keys.len());
}

/// Only with a grammar to compare with: GitHub's own is not ours to carry.
#[test]
fn the_table_is_that_of_a_given_grammar() {
    let Ok(path) = std::env::var("PIPEWARD_GRAMMAR") else { return };
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let given = table::keys_of(&serde_json::from_str(&text).expect("JSON"));
    let known: BTreeSet<String> = table::rows().iter().map(|row| row.key.to_owned()).collect();
    let difference: Vec<_> = given.symmetric_difference(&known).collect();
    assert!(difference.is_empty(), "on one side only: {difference:#?}");
}

/// The part of a document at a path of keys and indices, divided by `/`.
fn written<'a>(document: &'a serde_yaml::Value, path: &str) -> Option<&'a serde_yaml::Value> {
    path.split('/').filter(|part| !part.is_empty()).try_fold(document, |value, part| match part.parse::<usize>() {
        Ok(index) => value.get(index),
        Err(_) => value.get(part),
    })
}

fn holds(there: &serde_yaml::Value, constant: &str) -> bool {
    there.as_str() == Some(constant)
        || there.as_sequence().is_some_and(|items| items.iter().any(|item| item.as_str() == Some(constant)))
}

/// The part of the data that rules receive at such a path.
fn seen<'a>(data: &'a Node, path: &str) -> Option<&'a Node> {
    path.split('/').filter(|part| !part.is_empty()).try_fold(data, |node, part| match part.parse::<usize>() {
        Ok(index) => node.items()?.get(index),
        Err(_) => node.field(part).map(|field| &field.node),
    })
}

#[test]
fn a_path_that_leads_nowhere_is_noticed() {
    let document = serde_yaml::from_str("{ jobs: { test: { steps: [{ run: make }] } } }").expect("YAML");
    assert!(written(&document, "/jobs/test/steps/0/run").is_some());
    assert!(written(&document, "/jobs/test/steps/1").is_none() && written(&document, "/jobs/other").is_none());
    assert!(holds(&serde_yaml::from_str("[a, b]").expect("YAML"), "b"));
    assert!(!holds(&serde_yaml::from_str("[a, b]").expect("YAML"), "c"));
}

/// Every key of the grammar is imported: what is emitted of these pipelines becomes pipelines that emit it again.
#[test]
fn every_key_is_imported_as_it_is() {
    let output = backend::render(&load().project.expect("a project"));
    let workflows = output.files.iter().filter(|file| file.path.contains("/workflows/"));
    let source = |file: &backend::Rendered| pipeward::import::Source {
        file: file.path.rsplit('/').next().unwrap_or_default().to_owned(),
        shown: file.path.clone(),
        text: file.text.clone(),
    };
    let request = pipeward::import::Request {
        gitlab: Vec::new(),
        name: "imported",
        workflows: workflows.map(source).collect(),
        updates: None,
        project: None,
        taken: std::collections::HashSet::new(),
        texts: BTreeMap::new(),
    };
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let files = &mut pipeward::origin::Files::default();
    let imported = pipeward::import::import(&request, root, &Evaluator::here(root), files);
    let differ: Vec<_> =
        imported.told.iter().filter(|told| !told.is_equal()).map(|told| (&told.shown, &told.differences)).collect();
    assert!(differ.is_empty(), "{differ:#?}");
    assert_eq!(imported.told.len(), PIPELINES.len());
}
