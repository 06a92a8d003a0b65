//! The runners that workflows ask for by several labels or a group, declared so that each has a name.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::settle::Workflow;
use super::tree::{Entries, Tree};
use crate::origin::{FileId, Origin};
use crate::pipeline::backends::Forge;
use crate::pipeline::reader::is_identifier;
use crate::pipeline::step::slug;
use crate::pipeline::{Project, project};
use crate::source::{Node, Value};

/// A group and labels.
type Asked = (Option<String>, Vec<String>);

/// What runners are called, by how they are asked for.
pub(super) type Machines = BTreeMap<Asked, String>;

/// The label of every machine that GitHub does not run.
const OWN: &str = "self-hosted";

/// The runners that workflows ask for: as the project that is there calls them, else by what they are asked for.
pub(super) fn of(workflows: &[Workflow], there: Option<&Project>) -> Machines {
    let mut machines = Machines::new();
    if let Some(there) = there {
        machines.extend(there.runners.iter().map(|(name, runner)| (declared(runner), name.clone())));
        return machines;
    }
    let mut all: BTreeSet<Asked> = BTreeSet::new();
    let mut texts: HashSet<&str> = HashSet::new();
    for workflow in workflows.iter().filter(|workflow| workflow.forge == Forge::GitHub) {
        let jobs = workflow.root.get("jobs").and_then(Node::fields).unwrap_or_default();
        all.extend(jobs.iter().filter_map(|job| asked(job.node.get("runs-on")?)));
        gather(&workflow.root, &mut texts);
    }
    let mut taken = BTreeSet::new();
    for asked in all {
        let words: Vec<&str> = asked.0.iter().chain(&asked.1).map(String::as_str).collect();
        let name = slug(&words.join("-"));
        // What is a label elsewhere would be that machine there, too.
        let is_free = words == [OWN] || !texts.contains(name.as_str());
        if is_identifier(&name) && is_free && taken.insert(name.clone()) {
            machines.insert(asked, name);
        }
    }
    machines
}

fn declared(runner: &project::Runner) -> Asked {
    (runner.group.as_ref().map(|group| group.value.clone()), runner.labels.iter().map(|label| label.value.clone()).collect())
}

/// What a job asks for, unless it is one label, which needs no name, or worked out when the pipeline runs.
pub(super) fn asked(node: &Node) -> Option<Asked> {
    let settled = |node: &Node| node.text().filter(|text| !text.trim().is_empty() && !text.contains("${{")).map(str::to_owned);
    let labels = |node: &Node| node.items().unwrap_or(std::slice::from_ref(node)).iter().map(settled).collect::<Option<Vec<_>>>();
    let Some(fields) = node.fields() else {
        let labels = labels(node)?;
        return (labels.len() > 1 || labels == [OWN]).then_some((None, labels));
    };
    let is_known = fields.iter().all(|field| matches!(field.name.as_str(), "group" | "labels"));
    let group = settled(node.get("group").filter(|_| is_known)?)?;
    Some((Some(group), node.get("labels").map_or_else(|| Some(Vec::new()), labels)?))
}

fn gather<'a>(node: &'a Node, texts: &mut HashSet<&'a str>) {
    texts.extend(node.text());
    match &node.value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, texts)),
        Value::Record(fields) => {
            fields.iter().filter(|field| field.name != "group").for_each(|field| gather(&field.node, texts));
        }
        _ => {}
    }
}

/// The runners as a project declares them.
pub(super) fn tree(machines: &Machines) -> Option<Tree> {
    let nowhere = Origin::whole(FileId(0));
    let text = |text: &String| Tree::text(text, nowhere);
    let mut entries = Entries::default();
    for ((group, labels), name) in machines {
        let mut one = Entries::default();
        if let Some(group) = group {
            one.put("group", nowhere, text(group));
        }
        one.put("labels", nowhere, Tree::list(labels.iter().map(text).collect(), nowhere));
        one.put("hosted", nowhere, Tree::flag(!labels.iter().any(|label| label == OWN), nowhere));
        entries.put(name, nowhere, Tree::record(one.all, nowhere));
    }
    let mut tree = entries.some(nowhere)?;
    tree.above = vec!["Say whether GitHub runs each: pipeward could only see how they are asked for.".to_owned()];
    Some(tree)
}
