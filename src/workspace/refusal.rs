//! A fault of a file as a finding: what rule it stands for, and what it is about.

use crate::finding::{Finding, Identity, Kind, Related, Severity};
use crate::pipeline::step;
use crate::pipeline::{self, Place};
use crate::rule;
use crate::source::{Fault, FaultKind, Node};

/// A fault of the project's file.
pub(super) fn of_project(fault: &Fault) -> Finding {
    let mut identity = Identity::of("project");
    for name in fault.path.iter().take(2) {
        identity = identity.part(name);
    }
    finding(fault, identity)
}

/// A fault of a policy's file.
pub(super) fn of_policy(fault: &Fault, source: &str) -> Finding {
    let mut identity = Identity::of(source);
    for name in fault.path.iter().take(2) {
        identity = identity.part(name);
    }
    finding(fault, identity)
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
        if let [steps, index, ..] = rest
            && steps == "steps"
        {
            let index: usize = index.parse().unwrap_or(0);
            let steps = node.and_then(|node| node.get("jobs")?.get(job)?.get("steps"));
            identity = identity.part(&step_name(steps, index));
        }
    }
    fault.path = path.to_vec();
    finding(&fault, identity)
}

fn step_name(steps: Option<&Node>, index: usize) -> String {
    let step = steps.and_then(|steps| steps.items()?.get(index));
    let text = |name: &str| step.and_then(|step| step.get(name)?.text());
    step::identity(text("id"), text("name"), index)
}

fn finding(fault: &Fault, identity: Identity) -> Finding {
    let rule = rule::id_of_fault(fault);
    let (id, summary) = generic(fault.kind);
    Finding {
        rule: rule.unwrap_or(id).to_owned(),
        severity: Severity::Error,
        kind: Kind::Refused,
        identity,
        summary: rule.and_then(rule::find).map_or(summary, |rule| rule.summary).to_owned(),
        message: fault.message.clone(),
        origin: Some(fault.origin),
        related: fault.related.iter().map(|(origin, message)| Related { origin: *origin, message: message.clone() }).collect(),
        help: fault.notes.clone(),
        diff: None,
        key: fault.path.join("/"),
    }
}

/// The id and summary of a fault that stands for no rule.
const fn generic(kind: FaultKind) -> (&'static str, &'static str) {
    match kind {
        FaultKind::Contract | FaultKind::Missing => ("contract-broken", "a value is not what its contract expects"),
        FaultKind::Unknown => ("unknown-field", "a field that nobody knows"),
        FaultKind::Syntax => ("syntax-error", "the file is not Nickel"),
        FaultKind::Import => ("import-refused", "an import that is not there or leaves the project"),
        FaultKind::Evaluation => ("evaluation-failed", "the file cannot be evaluated"),
        FaultKind::Unreadable => ("unreadable-file", "the file cannot be read"),
    }
}
