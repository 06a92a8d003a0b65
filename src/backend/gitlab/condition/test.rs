//! What a job and its steps ask while they run: tests of a shell, with `failed` of the driver for how the steps before have ended.

use std::collections::HashSet;

use super::alternative::{self, Alternative, Asker};
use super::plan::implied;
use super::{After, failure};
use crate::backend::gitlab::ends;
use crate::backend::gitlab::expression::Shell;
use crate::backend::gitlab::lowering::Lowering;
use crate::origin::At;
use crate::pipeline::condition::Outcome;
use crate::pipeline::{Condition, Job, Pipeline, Reference};

/// When a step runs, the success of those before it asked for where the condition says nothing of them.
pub(in crate::backend::gitlab) fn test(lowering: &mut Lowering<'_>, condition: &At<Condition>) -> Shell {
    let alternatives = implied(lowering, Asker::Step, Some(condition));
    either(lowering, condition, &alternatives)
}

/// Whether a condition holds, however the steps before have ended.
pub(in crate::backend::gitlab) fn holds(lowering: &mut Lowering<'_>, condition: &At<Condition>) -> Shell {
    let alternatives = alternative::of(lowering, Asker::Step, condition, true);
    either(lowering, condition, &alternatives)
}

fn either(lowering: &mut Lowering<'_>, condition: &At<Condition>, alternatives: &[Alternative]) -> Shell {
    if alternatives.iter().any(|one| !one.changes.is_empty()) {
        lowering.lose("changed-in-step", condition.origin);
    }
    let one = |one: &Alternative| {
        let status = match one.after {
            After::Any => Shell::True,
            After::Success => Shell::Test("! failed".to_owned()),
            After::Failure => Shell::Test("failed".to_owned()),
        };
        Shell::all([status, Shell::from(&one.known)].into_iter().chain(one.later.iter().cloned()))
    };
    Shell::any(alternatives.iter().map(one))
}

/// What a job that GitLab has started asks before its first step, since GitLab could not: none if nothing is left to ask. What it
/// needs may have ended itself that way, and a job is skipped with those that it needs.
pub(in crate::backend::gitlab) fn guard(lowering: &mut Lowering<'_>, job: &Job) -> Option<Shell> {
    let pipeline = lowering.pipeline;
    if !lowering.ends.guarded.contains(job.id.as_str()) {
        return None;
    }
    let needs = guarded_needs(pipeline, &lowering.ends.guarded, job);
    let mut tests = Vec::new();
    for one in implied(lowering, Asker::Job, job.when.as_ref()) {
        let mut parts = vec![Shell::from(&one.known)];
        parts.extend(one.later);
        if one.after == After::Success {
            for need in &needs {
                let ended = alternative::word(lowering, Reference::Result(need.id.clone()), need.key);
                parts.push(Shell::same(&ended, false, "'skipped'"));
            }
        }
        tests.push(Shell::all(parts));
    }
    Some(Shell::any(tests)).filter(|test| *test != Shell::True)
}

/// The jobs whose end a job asks for because they may end themselves.
pub(in crate::backend::gitlab) fn asked_by_guard<'p>(pipeline: &'p Pipeline, guarded: &HashSet<&str>, job: &Job) -> Vec<&'p Job> {
    if waits_for_success(job) { guarded_needs(pipeline, guarded, job) } else { Vec::new() }
}

/// The jobs whose end another job asks for because they may end themselves: each says in a variable how it ended.
pub(in crate::backend::gitlab) fn telling<'p>(pipeline: &'p Pipeline, guarded: &HashSet<&'p str>) -> HashSet<&'p str> {
    let waiting = pipeline.jobs.values().filter(|job| waits_for_success(job));
    waiting.flat_map(|job| guarded_needs(pipeline, guarded, job)).map(|job| job.id.as_str()).collect()
}

/// Whether a call is skipped on GitHub if a job that it needs ends itself.
pub(in crate::backend::gitlab) fn may_be_skipped(guarded: &HashSet<&str>, job: &Job) -> bool {
    job.call().is_some() && guarded.contains(job.id.as_str())
}

/// What a call needs that may end itself, and how that ended is therefore handed over. None where one variable cannot say it, which is lost.
pub(in crate::backend::gitlab) fn asked_of_needs<'a>(lowering: &mut Lowering<'a>, job: &Job) -> Vec<&'a Job> {
    let pipeline = lowering.pipeline;
    if !may_be_skipped(&lowering.ends.guarded, job) {
        return Vec::new();
    }
    let needs = guarded_needs(pipeline, &lowering.ends.guarded, job);
    let ways = implied(lowering, Asker::Job, job.when.as_ref());
    let mixed = ways.iter().any(|way| way.after != After::Success);
    if mixed || needs.iter().any(|need| need.matrix.is_some() || need.shards.is_some()) {
        lowering.lose("call-after-skipped", job.when.as_ref().map_or(job.key, |when| when.origin));
        return Vec::new();
    }
    needs
}

/// Whether none of what a call needs has ended itself, as a test; none if none of it may.
pub(in crate::backend::gitlab) fn unskipped(lowering: &mut Lowering<'_>, job: &Job) -> Option<Shell> {
    let needs = asked_of_needs(lowering, job);
    let test = |need: &&Job| {
        let ended = alternative::word(lowering, Reference::Result(need.id.clone()), need.key);
        Shell::same(&ended, false, "'skipped'")
    };
    let tests: Vec<Shell> = needs.iter().map(test).collect();
    (!tests.is_empty()).then(|| Shell::all(tests))
}

fn guarded_needs<'p>(pipeline: &'p Pipeline, guarded: &HashSet<&str>, job: &Job) -> Vec<&'p Job> {
    let needs = job.needs.iter().filter_map(|need| pipeline.jobs.get(&need.value));
    needs.filter(|need| guarded.contains(need.id.as_str())).collect()
}

/// The jobs that may end themselves before their first step, and those that are skipped with one of them.
pub(in crate::backend::gitlab) fn guarded(pipeline: &Pipeline) -> HashSet<&str> {
    // A job that calls asks nothing itself, and is skipped all the same with what it needs.
    let asks = |job: &Job| {
        let is_late = job.when.as_ref().is_some_and(|when| when.walk().into_iter().any(is_later));
        job.call().is_none() && (is_late || !failure::asked(pipeline, job).is_empty())
    };
    ends::after(pipeline, asks, waits_for_success)
}

/// Whether a job may run only because what it needs went well.
fn waits_for_success(job: &Job) -> bool {
    job.when.as_ref().is_none_or(|when| {
        !when.names_status() || when.walk().iter().any(|inner| matches!(inner, Condition::OnSuccess | Condition::Not(_)))
    })
}

/// Whether a condition is on what only the run knows.
fn is_later(condition: &Condition) -> bool {
    match condition {
        Condition::Result(_, outcome) => outcome.value != Outcome::Cancelled,
        Condition::Output(..) | Condition::Matrix(..) => true,
        Condition::Present(value) => !alternative::is_known_value(value),
        Condition::Input(_, value) => !alternative::is_known_value(value),
        _ => false,
    }
}
