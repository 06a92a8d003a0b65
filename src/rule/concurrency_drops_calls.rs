//! `concurrency-drops-calls`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::{At, Origin};
use crate::pipeline::surroundings::{Concurrency, Group, Queue};
use crate::pipeline::value::{Part, Reference};
use crate::pipeline::{Job, Pipeline};
use crate::view::calls::{groups, reached};

pub(super) static RULE: Rule = Rule {
    id: "concurrency-drops-calls",
    summary: "calls of one run push each other out of a concurrency group",
    why: "A called pipeline runs under its caller's name, so its group is the same for every call of a run. The platform lets one of \
          a group run and one wait, and cancels the rest: of three legs that call, one is lost without a failure. With `cancel`, \
          all but the last are.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[
            ("ci", r#"{ jobs.more = { calls = "more", matrix.part = ["a", "b", "c"] } }"#),
            ("more", "{ on = { call = {} }, concurrency = { group = 'PerRef, cancel = false } }"),
        ]),
        Example::bad(&[
            ("ci", r#"{ jobs = { one.calls = "more", two.calls = "more" } }"#),
            ("more", "{ on = { call = {} }, concurrency = { group = 'PerRef, cancel = true } }"),
        ]),
        Example::bad(&[
            ("ci", r#"{ jobs.more = { calls = "more", matrix.part = ["a", "b", "c"] } }"#),
            ("more", r#"{ on = { call = {} }, jobs.test.concurrency = { group = 'Named "deploy", cancel = false } }"#),
        ]),
        Example::good(&[
            ("ci", r#"{ jobs.more = { calls = "more", matrix.part = ["a", "b", "c"], max_parallel = 1 } }"#),
            ("more", "{ on = { call = {} }, concurrency = { group = 'PerRef, cancel = false } }"),
        ]),
        Example::good(&[
            ("ci", r#"{ jobs.more = { calls = "more", matrix.part = ["a", "b", "c"], with.part = 'Matrix "part" } }"#),
            (
                "more",
                r#"{ on = { call.inputs.part = {} }, concurrency = { group = 'Named ["more-", 'Input "part"], cancel = true } }"#,
            ),
        ]),
        Example::good(&[
            ("ci", r#"{ jobs.more = { calls = "more", matrix.part = ["a", "b", "c"] } }"#),
            ("more", "{ on = { call = {} }, concurrency = { group = 'PerRef, cancel = false, queue = 'Max } }"),
        ]),
        Example::good(&[
            ("ci", r#"{ jobs = { one.calls = "more", two = { needs = ["one"], calls = "more" } } }"#),
            ("more", "{ on = { call = {} }, concurrency = { group = 'PerRef, cancel = true } }"),
        ]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        let calls: Vec<(&Job, &Pipeline)> =
            pipeline.jobs.values().filter_map(|job| Some((job, scope.project.callee(job.call()?)?))).collect();
        for (index, (job, callee)) in calls.iter().enumerate() {
            // Under conditions it may be the one or the other.
            let certain = |other: &Job| job.when.is_none() && other.when.is_none() && at_once(pipeline, job, other);
            let beside = calls[..index].iter().filter(|(other, same)| same.id == callee.id && certain(other)).count();
            let at_once = legs(job) + beside;
            for held in reached(scope.project, callee).into_iter().flat_map(groups).filter(|held| is_shared(held)) {
                let most = if held.cancel.now() == Some(&false) { 2 } else { 1 };
                if at_once > most {
                    report(pipeline, job, at_once, held, findings);
                    break;
                }
            }
        }
    }
}

fn report(pipeline: &Pipeline, job: &Job, at_once: usize, held: &At<Concurrency>, findings: &mut Findings) {
    let origin: Origin = job.call().map_or(job.key, |call| call.callee.origin);
    findings
        .report(pipeline.job_identity(job), origin, format!("{at_once} calls at once ask for the same group"))
        .related(held.group.origin, "the group")
        .help("put what tells the calls apart into the group's name, let one wait for the other, or let all of them queue");
}

/// How many calls a job makes at once; two stand for a number that is worked out when the pipeline runs.
fn legs(job: &Job) -> usize {
    let legs = job.matrix.as_ref().map_or(Some(1), |matrix| matrix.legs()).unwrap_or(2);
    let most = job.max_parallel.as_ref().and_then(|most| most.now().copied()).and_then(|most| usize::try_from(most).ok());
    most.map_or(legs, |most| legs.min(most))
}

/// Whether neither of two jobs waits for the other.
fn at_once(pipeline: &Pipeline, one: &Job, other: &Job) -> bool {
    !waits(pipeline, one, &other.id) && !waits(pipeline, other, &one.id)
}

fn waits(pipeline: &Pipeline, job: &Job, id: &str) -> bool {
    let mut open: Vec<&str> = job.needs.iter().map(|need| need.value.as_str()).collect();
    let mut seen: Vec<&str> = Vec::new();
    while let Some(next) = open.pop() {
        if next == id {
            return true;
        }
        if !seen.contains(&next) {
            seen.push(next);
            let more = pipeline.jobs.get(next).into_iter().flat_map(|job| &job.needs);
            open.extend(more.map(|need| need.value.as_str()));
        }
    }
    false
}

/// Whether every call in a run asks for the same group: its name holds nothing that a caller or a leg gives.
fn is_shared(concurrency: &At<Concurrency>) -> bool {
    if concurrency.queue.is_some_and(|queue| queue.value == Queue::Max) {
        return false;
    }
    match &concurrency.group.value {
        Group::PerRef | Group::PerPipeline => true,
        Group::Named(name) => name.parts.iter().all(|part| match &part.value {
            Part::Reference(reference) => matches!(reference, Reference::Known(_) | Reference::Variable(_)),
            // What a condition looks at may be a caller's or a leg's.
            Part::When(_) => false,
            Part::Text(_) | Part::Number(_) | Part::Flag(_) => true,
        }),
    }
}
