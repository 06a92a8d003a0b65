//! Pipelines for tests, written as JSON: a text that begins with `'` is a tag, and so is an object of one such key.
//!
//! They go through the real reader, so a test holds what an author can write and nothing else.

use serde_json::Value as Json;

use crate::origin::{At, FileId, Origin};
use crate::pipeline::action::Action;
use crate::pipeline::{Condition, Pipeline, Place, Project, Reader, Value, gitlab};
use crate::source::{self, Field, Node};

const HERE: Origin = Origin::whole(FileId(0));

/// A project with pins for every action that kinds lower to, `json` put over it.
pub(crate) fn project(json: &str, pipelines: &[(&str, &str)]) -> Project {
    let mut whole: Json = serde_json::json!({ "name": "k2", "visibility": "'Public", "pins": pins() });
    let over: Json = serde_json::from_str(json).expect("JSON");
    for (key, value) in over.as_object().expect("a record") {
        whole[key] = value.clone();
    }
    let node = node(&whole);
    let mut reader = Reader::default();
    let mut project = Project::read(&mut reader, &Place::root(&node), "pipelines/main.ncl").expect("a project");
    for (id, text) in pipelines {
        let node = self::node(&serde_json::from_str(text).expect("JSON"));
        if let Some(stem) = id.strip_prefix("actions/") {
            project.actions.extend(Action::read(&mut reader, &Place::root(&node), stem, &format!("{id}.ncl")));
            continue;
        }
        let source = format!("pipelines/{id}.ncl");
        project.pipelines.extend(Pipeline::read_file(&mut reader, &Place::root(&node), id, &source));
    }
    assert!(reader.faults.is_empty(), "{:#?}", reader.faults);
    project.pipelines.sort_by(|one, other| one.id.cmp(&other.id));
    project.actions.sort_by(|one, other| one.id.cmp(&other.id));
    gitlab::whole::settle(&mut project);
    project
}

/// One value.
pub(crate) fn value(json: &str) -> Value {
    let node = node(&serde_json::from_str(json).expect("JSON"));
    Value::read(&mut Reader::default(), &Place::root(&node)).expect("a value").value
}

/// One condition.
pub(crate) fn condition(json: &str) -> At<Condition> {
    let node = node(&serde_json::from_str(json).expect("JSON"));
    Condition::read(&mut Reader::default(), &Place::root(&node)).expect("a condition")
}

fn pins() -> Json {
    let pin = |(name, version, revision): &(&str, &str, &str)| {
        ((*name).to_owned(), serde_json::json!({ "version": version, "revision": revision }))
    };
    Json::Object(super::github::action::KNOWN.iter().map(pin).collect())
}

/// A value as the evaluator gives it.
pub(crate) fn node(json: &Json) -> Node {
    let value = match json {
        Json::Null => source::Value::Null,
        Json::Bool(flag) => source::Value::Bool(*flag),
        Json::Number(number) => source::Value::Number(number.as_f64().expect("a number")),
        Json::String(text) => match text.strip_prefix('\'') {
            Some(tag) => source::Value::Tag(tag.to_owned(), None),
            None => source::Value::String(text.clone()),
        },
        Json::Array(items) => source::Value::Array(items.iter().map(node).collect()),
        Json::Object(fields) => record(fields),
    };
    Node { value, origin: HERE }
}

fn record(fields: &serde_json::Map<String, Json>) -> source::Value {
    if let (1, Some((key, value))) = (fields.len(), fields.iter().next())
        && let Some(tag) = key.strip_prefix('\'')
    {
        return source::Value::Tag(tag.to_owned(), Some(Box::new(node(value))));
    }
    source::Value::Record(fields.iter().map(|(name, value)| Field { name: name.clone(), key: HERE, node: node(value) }).collect())
}
