//! GitLab's whole grammar: every key of a dated table is written in Nickel, accepted by the schema, and seen by the rules.
//!
//! `gitlab_keys.tsv` lists the keys, `gitlab/words.ncl` writes them. With `PIPEWARD_GITLAB_GRAMMAR=FILE`, the table is compared with
//! the schema that GitLab publishes for editors (`ci.json`), so that a new key is noticed.

use std::collections::BTreeSet;
use std::path::Path;

use pipeward::backend;
use pipeward::pipeline::data;
use pipeward::source::{Evaluator, Request, Role};
use pipeward::workspace::{self, Workspace};
use serde_json::Value;

const PROJECT: &str = include_str!("gitlab/project.ncl");
const ROOT: &str = include_str!("gitlab/root.ncl");
const WORDS: &str = include_str!("gitlab/words.ncl");

/// One key of the grammar.
struct Row {
    /// The definition it belongs to and the names that lead to it, or one of the constants there: `retry.max`, `when=never`.
    key: &'static str,
    place: Place,
}

enum Place {
    /// Where it is in the emitted file, and in what rules receive.
    Written(&'static str, &'static str),
    Refused,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("gitlab_keys.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| match line.split('\t').collect::<Vec<&str>>().as_slice() {
            [key, "refused", reason] if !reason.is_empty() => Row { key, place: Place::Refused },
            [key, written, seen] if written.starts_with('/') => Row { key, place: Place::Written(written, seen) },
            _ => panic!("{line:?} has not three cells"),
        })
        .collect()
}

fn load(project: &str, pipelines: &[(&str, &str)]) -> Workspace {
    let file = |name: &str, role, text: &str| Request { name: name.to_owned(), text: Some(text.to_owned()), role };
    let mut requests = vec![file("pipelines/main.ncl", Role::Project, project), workspace::shipped()];
    requests.extend(pipelines.iter().map(|(id, text)| file(&format!("pipelines/{id}.ncl"), Role::Pipeline, text)));
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    workspace::assemble(root, &Evaluator::here(root), &requests)
}

/// What was refused, each with where and why.
fn refused(workspace: &Workspace) -> Vec<String> {
    let said = workspace.refused.iter();
    said.map(|finding| format!("{} {}: {}", finding.identity, finding.key, finding.message)).collect()
}

/// The documents of a file that is written of a workspace.
fn emitted(workspace: &Workspace, path: &str) -> Vec<serde_yaml::Value> {
    assert_eq!(refused(workspace), Vec::<String>::new());
    let output = backend::render(workspace.project.as_ref().expect("a project"));
    assert!(output.findings.is_empty(), "{:#?}", output.findings);
    let file = output.files.iter().find(|file| file.path == path).expect("the file is written");
    file.text.split("---\n").map(|document| serde_yaml::from_str(document).expect("what is written is YAML")).collect()
}

#[test]
fn every_key_is_written_accepted_and_seen() {
    let workspace = load(PROJECT, &[("root", ROOT), ("words", WORDS)]);
    let documents = emitted(&workspace, ".gitlab/pipelines/words.called.yml");
    assert_eq!(documents.len(), 2, "the head is a document of its own");
    let project = workspace.project.as_ref().expect("a project");
    let data = data::of(project.pipeline("words").expect("the pipeline"));
    let mut missing = Vec::new();
    for Row { key, place } in rows() {
        let Place::Written(written, seen) = place else { continue };
        let there = documents.iter().find_map(|document| super::written(document, written));
        let constant = key.split_once('=').map(|(_, constant)| constant);
        match there {
            None => missing.push(format!("{key}: nothing is written at {written}")),
            Some(there) if !constant.is_none_or(|constant| super::holds(there, constant)) => {
                missing.push(format!("{key}: {there:?} at {written}"));
            }
            Some(_) => {}
        }
        if super::seen(&data, seen).is_none() {
            missing.push(format!("{key}: rules see nothing at {seen}"));
        }
    }
    assert!(missing.is_empty(), "{} of the table\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn the_table_has_every_key_once() {
    let rows = rows();
    let unique: BTreeSet<&str> = rows.iter().map(|row| row.key).collect();
    assert_eq!(unique.len(), rows.len(), "a key stands twice");
    assert!(rows.len() > 400, "{} keys", rows.len());
}

/// Only with a schema to compare with: GitLab's own is not ours to carry.
#[test]
fn the_table_is_that_of_a_given_schema() {
    let Ok(path) = std::env::var("PIPEWARD_GITLAB_GRAMMAR") else { return };
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let given = keys_of(&serde_json::from_str(&text).expect("JSON"));
    let known: BTreeSet<String> = rows().iter().map(|row| row.key.to_owned()).collect();
    let difference: Vec<_> = given.symmetric_difference(&known).collect();
    assert!(difference.is_empty(), "on one side only: {difference:#?}");
}

#[test]
fn what_is_refused_is_refused() {
    for Row { key, place } in rows() {
        let Place::Refused = place else { continue };
        // The rest are parts of these.
        let Some((of, word)) = key.split_once('.').filter(|(of, _)| ["file", "job_template"].contains(of)) else { continue };
        let words = match (of, word.split_once('.')) {
            ("file", Some((outer, word))) => format!("gitlab.{outer}.\"{word}\" = [\"a\"],"),
            ("file", None) => format!("gitlab.\"{word}\" = [\"a\"],"),
            _ => format!("jobs.test.gitlab.\"{word}\" = [\"a\"],"),
        };
        let text = ROOT.replacen("on.push", &format!("{words} on.push"), 1);
        let said = refused(&load(PROJECT, &[("root", &text)]));
        let word = word.rsplit('.').next().unwrap_or_default();
        assert!(said.iter().any(|said| said.contains(word)), "{key}: {said:?}");
    }
}

#[test]
fn the_words_of_a_project_stand_in_its_file() {
    let words = "default.interruptible = true, include = \"a.yml\", spec.inputs.a = null, templates.\".base\".tags = [\"docker\"], \
                 workflow = { name = \"CI\", auto_cancel.on_new_commit = \"none\" }";
    let project =
        PROJECT.replacen("backends.gitlab.image", &format!("backends.gitlab = {{ {words} }}, backends.gitlab.image"), 1);
    let documents = emitted(&load(&project.replace("include =", "\"include\" ="), &[("root", ROOT)]), ".gitlab-ci.yml");
    let [head, file] = documents.as_slice() else { panic!("{} documents", documents.len()) };
    assert!(super::written(head, "/spec/inputs/a").is_some());
    for (path, value) in [
        ("/default/interruptible", serde_yaml::Value::from(true)),
        ("/include", "a.yml".into()),
        ("/workflow/name", "CI".into()),
        ("/workflow/auto_cancel/on_new_commit", "none".into()),
        ("/workflow/rules/0/if", "$CI_PIPELINE_SOURCE == \"push\" && $CI_COMMIT_BRANCH != null".into()),
        ("/.base/tags/0", "docker".into()),
    ] {
        assert_eq!(super::written(file, path), Some(&value), "{path}");
    }
}

#[test]
fn a_pipeline_that_shares_its_file_says_nothing_of_the_whole() {
    let text = ROOT.replacen("on.push", "gitlab.default.interruptible = true, on.push", 1);
    let workspace = load(PROJECT, &[("root", &text)]);
    let output = backend::render(workspace.project.as_ref().expect("a project"));
    let said: Vec<&str> = output.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(said, ["`default` is said of a whole file, and this pipeline shares its file with others"]);
}

/// The keys that a file can have, by the schema of its editors.
fn keys_of(schema: &Value) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut visited = BTreeSet::new();
    let mut waiting = vec![("file".to_owned(), schema)];
    while let Some((name, node)) = waiting.pop() {
        if !node.is_object() {
            continue;
        }
        if let Some(definition) = node["$ref"].as_str().and_then(|to| to.rsplit('/').next())
            && visited.insert(definition.to_owned())
        {
            waiting.push((definition.to_owned(), &schema["definitions"][definition]));
        }
        for (key, value) in node["properties"].as_object().into_iter().flatten() {
            keys.insert(format!("{name}.{key}"));
            waiting.push((format!("{name}.{key}"), value));
        }
        let named = node["patternProperties"].as_object().into_iter().flatten();
        waiting.extend(named.map(|(_, value)| (format!("{name}.*"), value)));
        let alike = ["items", "additionalProperties"].iter().map(|inner| &node[*inner]);
        let several = ["oneOf", "anyOf", "allOf"].iter().flat_map(|forms| node[*forms].as_array().into_iter().flatten());
        waiting.extend(alike.chain(several).map(|value| (name.clone(), value)));
        let constants = node["enum"].as_array().into_iter().flatten().chain(node.get("const"));
        keys.extend(constants.filter_map(Value::as_str).map(|constant| format!("{name}={constant}")));
    }
    keys
}
