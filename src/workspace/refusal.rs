//! A fault of a file as a finding: what rule it stands for, and what it is about.

use crate::finding::{Finding, Identity, Kind, Related, Severity};
use crate::pipeline::{self, Place};
use crate::pipeline::{action, step};
use crate::rule;
use crate::source::{Fault, Node};

/// A fault of the project's file.
pub(super) fn of_project(fault: &Fault) -> Finding {
    let mut identity = Identity::of("project");
    for name in fault.path.iter().take(2) {
        identity = identity.part(name);
    }
    finding(fault, &["project"], identity)
}

/// A fault of a policy's file.
pub(super) fn of_policy(fault: &Fault, source: &str) -> Finding {
    let mut identity = Identity::of(source);
    for name in fault.path.iter().take(2) {
        identity = identity.part(name);
    }
    finding(fault, &["policy"], identity)
}

/// A fault of a file of pipelines, whose value tells jobs and steps by name.
pub(super) fn of_pipeline(fault: &Fault, stem: &str, place: &Place<'_>) -> Finding {
    let mut path = fault.path.as_slice();
    let mut fault = fault.clone();
    let mut node = Some(place.node);
    let mut identity = Identity::of(&pipeline::id(stem));
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
        if let [steps, index, rest @ ..] = rest
            && steps == "steps"
        {
            let steps = node.and_then(|node| node.get("jobs")?.get(job)?.get("steps"));
            identity = identity.part(&step_name(steps, index, rest));
        }
    }
    fault.path = path.to_vec();
    finding(&fault, &[], identity)
}

/// A fault of the file of an action.
pub(super) fn of_action(fault: &Fault, stem: &str, place: &Place<'_>) -> Finding {
    let mut identity = Identity::of(action::FAMILY).part(&pipeline::id(stem));
    if let [steps, index, rest @ ..] = fault.path.as_slice()
        && steps == "steps"
    {
        identity = identity.part(&step_name(place.node.get("steps"), index, rest));
    }
    finding(fault, &["action"], identity)
}

/// A step's part of the identity, by its place among the steps of its job and what of the path is left.
fn step_name(steps: Option<&Node>, index: &str, rest: &[String]) -> String {
    let at = |steps: Option<&Node>, index: &str| -> Option<Node> { steps?.items()?.get(index.parse::<usize>().ok()?).cloned() };
    let counted = |index: &str| (index.parse::<usize>().unwrap_or(0) + 1).to_string();
    let (mut step, mut number) = (at(steps, index), counted(index));
    let (raw, rest) = match rest {
        [github, rest @ ..] if github == "github" => (true, rest),
        rest => (false, rest),
    };
    if let [group, inner, ..] = rest
        && group == "parallel"
    {
        step = at(
            step.as_ref().and_then(|step| if raw { step.get("github")?.get("parallel") } else { step.get("parallel") }),
            inner,
        );
        number = format!("{number}.{}", counted(inner));
    }
    let text = |name: &str| {
        let step = step.as_ref()?;
        step.get(name).or_else(|| step.get("github")?.get(name))?.text()
    };
    step::identity(text("id"), text("name"), &number)
}

/// `role` is what the path begins with, for the rules that name it.
fn finding(fault: &Fault, role: &[&str], identity: Identity) -> Finding {
    let path: Vec<String> = role.iter().map(|name| (*name).to_owned()).chain(fault.path.iter().cloned()).collect();
    let rule = rule::of_fault(fault.kind, &path);
    Finding {
        rule: rule.map_or("evaluation-failed", |rule| rule.id).to_owned(),
        severity: Severity::Error,
        kind: Kind::Refused,
        identity,
        summary: rule.map_or("", |rule| rule.summary).to_owned(),
        message: fault.message.clone(),
        origin: Some(fault.origin),
        related: fault.related.iter().map(|(origin, message)| Related { origin: *origin, message: message.clone() }).collect(),
        help: fault.notes.clone(),
        diff: None,
        key: fault.path.join("/"),
    }
}
