//! A file for each pipeline that something starts, which the root includes.
//!
//! GitLab puts a file and what it includes together before it looks at what extends, refers to or needs what. So a part may name what
//! only the root has. The parts are included last: over what the project includes, as the same jobs would stand in one file.

use indexmap::{IndexMap, IndexSet};

use super::{part_path, words};
use crate::pipeline::{Pipeline, Project};
use crate::yaml::{Map, Node};

/// The file of one pipeline.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub(super) pipeline: &'a Pipeline,
    /// Its jobs, after a head if they read inputs of the root.
    pub(super) documents: Vec<Map>,
}

/// Takes the jobs of each pipeline out of the whole: what is left is the root, and includes the parts. `head` is the root's.
pub(super) fn split<'a>(project: &'a Project, head: Option<&Map>, whole: Map) -> (Map, Vec<Part<'a>>) {
    let mut jobs: IndexMap<&str, Map> = project.pipelines.iter().map(|pipeline| (pipeline.id.as_str(), Map::new())).collect();
    let mut root = Map::new();
    for entry in whole.entries {
        let part = entry.key.split_once('/').and_then(|(pipeline, _)| jobs.get_mut(pipeline));
        part.unwrap_or(&mut root).entries.push(entry);
    }
    let mut includes = Vec::new();
    let mut parts = Vec::new();
    for (pipeline, (_, jobs)) in project.pipelines.iter().zip(jobs).filter(|(_, (_, jobs))| !jobs.is_empty()) {
        let handed = head.and_then(|head| Handed::of(head, &jobs));
        let mut include = Map::new();
        include.put("local", part_path(pipeline));
        include.put_some("inputs", handed.as_ref().map(|handed| handed.inputs.clone()));
        includes.push(include);
        parts.push(Part { pipeline, documents: handed.map(|handed| handed.head).into_iter().chain([jobs]).collect() });
    }
    if !includes.is_empty() {
        include(&mut root, Node::from(includes));
    }
    (root, parts)
}

/// Includes the parts after what the project includes.
fn include(root: &mut Map, parts: Node) {
    if let Some(entry) = root.entries.iter_mut().find(|entry| entry.key == "include") {
        entry.value = words::both(entry.value.clone(), parts);
        return;
    }
    let place = root.entries.iter().position(|entry| entry.key.starts_with('.')).unwrap_or(root.entries.len());
    root.put("include", parts).spaced();
    root.entries[place..].rotate_right(1);
}

/// The inputs of the root for a part that reads some: GitLab puts them into no file but one whose head declares them. All of them,
/// because one may decide what another may be, and those that the head includes if they are read.
struct Handed {
    /// The head of the part.
    head: Map,
    /// What the root gives it.
    inputs: Map,
}

impl Handed {
    /// None if the part reads no input.
    fn of(head: &Map, part: &Map) -> Option<Self> {
        let read = read(part);
        if read.is_empty() {
            return None;
        }
        let declared = match head.get("spec") {
            Some(Node::Map(spec)) => spec.get("inputs"),
            _ => None,
        };
        let declared = match declared {
            Some(Node::Map(declared)) => declared.entries.iter().map(|input| input.key.clone()).collect(),
            _ => IndexSet::new(),
        };
        let mut inputs = Map::new();
        for name in declared.union(&read) {
            inputs.put(name, format!("$[[ inputs.{name} ]]"));
        }
        Some(Self { head: head.clone(), inputs })
    }
}

/// The names of the inputs that stand anywhere in a part, each once.
fn read(part: &Map) -> IndexSet<String> {
    let text = part.to_json().to_string();
    let asked = text.split("$[[").skip(1).filter_map(|rest| rest.trim_start().strip_prefix("inputs."));
    let is_name = |letter: &char| letter.is_ascii_alphanumeric() || "_-".contains(*letter);
    asked.map(|rest| rest.chars().take_while(is_name).collect()).collect()
}
