//! A fault of a file as a finding: what rule it stands for, and what it is about.

use std::collections::HashMap;

use crate::finding::{Finding, Identity, Kind, Related, Severity};
use crate::pipeline::{self, Place};
use crate::pipeline::{action, step};
use crate::rule;
use crate::source::{Fault, Node};

/// A fault of the project's file.
pub(crate) fn of_project(fault: &Fault) -> Finding {
    let mut identity = Identity::of("project");
    for name in fault.path.iter().take(2) {
        identity = identity.part(name);
    }
    finding(fault, &["project"], identity)
}

/// A fault of a policy's file.
pub(crate) fn of_policy(fault: &Fault, source: &str) -> Finding {
    let mut identity = Identity::of(source);
    for name in fault.path.iter().take(2) {
        identity = identity.part(name);
    }
    finding(fault, &["policy"], identity)
}

/// The faults of a file of pipelines, or of the one of this id, whose value tells jobs and steps by name.
pub(crate) fn of_pipelines(faults: &[Fault], id: &str, place: &Place<'_>) -> Vec<Finding> {
    let mut steps = Steps::default();
    faults.iter().map(|fault| of_pipeline(fault, id, place, &mut steps)).collect()
}

/// The faults of a file of GitLab's, whose jobs may have any name.
pub(crate) fn of_gitlab(faults: &[Fault], id: &str) -> Vec<Finding> {
    let one = |fault: &Fault| {
        let identity = Identity::of(id);
        match fault.path.as_slice() {
            [jobs, job, ..] if jobs == "jobs" => finding(fault, &[], identity.part(job)),
            _ => finding(fault, &[], identity),
        }
    };
    faults.iter().map(one).collect()
}

fn of_pipeline(fault: &Fault, id: &str, place: &Place<'_>, steps: &mut Steps) -> Finding {
    let mut path = fault.path.as_slice();
    let mut fault = fault.clone();
    let mut node = Some(place.node);
    let mut identity = Identity::of(id);
    if pipeline::is_record_of_pipelines(place)
        && let Some((key, rest)) = path.split_first()
    {
        identity = Identity::of(&pipeline::id(key));
        node = place.node.get(key);
        path = rest;
    }
    if let [jobs, job, rest @ ..] = path
        && jobs == "jobs"
    {
        identity = identity.part(job);
        if let [list, rest @ ..] = rest
            && list == "steps"
            && let Some(name) = steps.name(|| node?.get("jobs")?.get(job)?.get("steps"), identity.as_str(), rest)
        {
            identity = identity.part(&name);
        }
    }
    fault.path = path.to_vec();
    finding(&fault, &[], identity)
}

/// The faults of the file of an action.
pub(crate) fn of_action(faults: &[Fault], id: &str, place: &Place<'_>) -> Vec<Finding> {
    let mut steps = Steps::default();
    let one = |fault: &Fault| {
        let mut identity = Identity::of(action::FAMILY).part(id);
        if let [list, rest @ ..] = fault.path.as_slice()
            && list == "steps"
            && let Some(name) = steps.name(|| place.node.get("steps"), identity.as_str(), rest)
        {
            identity = identity.part(&name);
        }
        finding(fault, &["action"], identity)
    };
    faults.iter().map(one).collect()
}

/// The steps of jobs by their parts of the identity, under the identity of the job: worked out once, however many faults it has.
#[derive(Default)]
struct Steps {
    jobs: HashMap<String, HashMap<(usize, usize), String>>,
}

impl Steps {
    /// A step's part of the identity, by what follows `steps` in a path: its place among the steps of the job, and perhaps in a group.
    fn name<'a>(&mut self, steps: impl FnOnce() -> Option<&'a Node>, job: &str, path: &[String]) -> Option<String> {
        let (index, rest) = path.split_first()?;
        let inner = match rest {
            [github, group, inner, ..] if github == "github" && group == "parallel" => Some(inner),
            [group, inner, ..] if group == "parallel" => Some(inner),
            _ => None,
        };
        let counted = |index: &String| index.parse::<usize>().map_or(0, |index| index.saturating_add(1));
        let wanted = (counted(index), inner.map_or(0, counted));
        let known = self.jobs.entry(job.to_owned()).or_insert_with(|| names(steps()));
        Some(known.get(&wanted).cloned().unwrap_or_else(|| step::identity(None, None, &wanted.0.to_string())))
    }
}

/// What the steps of a list are known by, under their places counted from 1; a step that is in no group has 0 as its place in one.
fn names(steps: Option<&Node>) -> HashMap<(usize, usize), String> {
    let (mut places, mut known) = (Vec::new(), Vec::new());
    let mut add = |place: (usize, usize), number: String, step: &Node| {
        let text = |name: &str| step.get(name).or_else(|| step.get("github")?.get(name))?.text();
        places.push(place);
        known.push((text("id").is_some(), step::identity(text("id"), text("name"), &number)));
    };
    for (outer, step) in (1..).zip(steps.and_then(Node::items).unwrap_or_default()) {
        add((outer, 0), outer.to_string(), step);
        let group = step.get("parallel").or_else(|| step.get("github")?.get("parallel"));
        for (inner, member) in (1..).zip(group.and_then(Node::items).unwrap_or_default()) {
            add((outer, inner), format!("{outer}.{inner}"), member);
        }
    }
    places.into_iter().zip(step::told_apart(known)).collect()
}

/// `role` is what the path begins with, for the rules that name it.
fn finding(fault: &Fault, role: &[&str], identity: Identity) -> Finding {
    let path: Vec<String> = role.iter().map(|name| (*name).to_owned()).chain(fault.path.iter().cloned()).collect();
    let rule = rule::of_fault(fault.kind, &path);
    let (id, summary) = rule.map_or(("evaluation-failed", ""), |rule| (rule.id, rule.summary));
    Finding {
        kind: Kind::Refused,
        origin: Some(fault.origin),
        related: fault.related.iter().map(|(origin, message)| Related { origin: *origin, message: message.clone() }).collect(),
        help: fault.notes.clone(),
        key: fault.path.join("/"),
        ..Finding::new(id, summary, Severity::Error, identity, fault.message.clone())
    }
}
