//! How a called pipeline ended, for the jobs that ask for it.
//!
//! A job that starts a pipeline has no script that could say it. Two jobs after it do: one that runs after its success, and one after
//! its failure. Of a pipeline that was not started neither says anything, which stands for skipped.

use super::lowering::Lowering;
use super::script::Piece;
use super::{condition, image, machine, script, step, value};
use crate::pipeline::{Condition, Job};
use crate::yaml::{Map, Node};

/// What the two jobs add to the name of the one that calls, and when they run.
const ENDS: [(&str, &str); 2] = [("succeeded", "on_success"), ("failed", "on_failure")];

/// The jobs by which a reader learns how a job has ended that calls.
///
/// GitLab skips a job with any of those that it needs unless it runs whatever happens. So one that runs after success needs the
/// word of success alone, which there is then, and one that runs after failures none: how its needs ended is not certain.
pub(super) fn needed(lowering: &Lowering<'_>, reader: &Job, called: &Job) -> Vec<String> {
    let names = names(lowering, called);
    if names.is_empty() {
        return names;
    }
    let says =
        |wanted: &[Condition]| reader.when.as_ref().is_some_and(|when| when.walk().into_iter().any(|one| wanted.contains(one)));
    let whatever = !condition::asked_for_failure(lowering.pipeline, reader).is_empty();
    if whatever || says(&[Condition::Always, Condition::NotCancelled]) {
        names
    } else if says(&[Condition::OnFailure]) {
        Vec::new()
    } else {
        names.into_iter().take(1).collect()
    }
}

/// The names of the jobs that tell how a job has ended that calls; none if it does not.
fn names(lowering: &Lowering<'_>, job: &Job) -> Vec<String> {
    let calls = job.call().is_some();
    ENDS.iter().filter(|_| calls).map(|(end, _)| format!("{}/{end}", lowering.name_of(&job.id))).collect()
}

/// The jobs that tell how a job has ended that calls, by their names; none if no job asks. `caller` is what is written of it.
pub(super) fn jobs(lowering: &mut Lowering<'_>, job: &Job, caller: &Map) -> Vec<(String, Map)> {
    if job.call().is_none() || !script::is_asked_for(lowering, job) {
        return Vec::new();
    }
    lowering.pieces = vec![Piece::Base, Piece::Report];
    let names = names(lowering, job);
    names.into_iter().zip(ENDS).map(|(name, (_, when))| (name, told(lowering, job, caller, when))).collect()
}

fn told(lowering: &mut Lowering<'_>, job: &Job, caller: &Map, when: &str) -> Map {
    let mut map = Map::new();
    map.put("extends", script::SHARED);
    map.put_some("stage", caller.get("stage").cloned());
    // It may have been skipped with what it needs, which GitLab does not see.
    let unskipped = if when == "on_success" { condition::unskipped(lowering, job) } else { None };
    let mut need = Map::new();
    need.put("job", lowering.name_of(&job.id));
    let mut needs = vec![need];
    if unskipped.is_some() {
        needs.extend(before(lowering, job));
    }
    map.put("needs", needs);
    map.put_some("rules", caller.get("rules").map(|rules| after(rules, when)));
    map.put_some("interruptible", caller.get("interruptible").cloned());
    let stand = machine::put(lowering, job, &mut [], &mut map);
    image::put(lowering, job, &stand, &mut map);
    map.put("variables", step::no_sources());
    if unskipped.is_some() {
        lowering.call(Piece::Skip);
    }
    // A report says failure until the job ends well, so this job ends without saying so after one.
    let mut commands = vec![format!("report {} failure", value::result(&job.id))];
    commands.extend(unskipped.map(|test| format!("if ! {{ {test}; }}; then skip 'what it needs was skipped'; fi")));
    commands.extend((when == "on_success").then(|| "finish".to_owned()));
    map.put("script", commands);
    let (mut artifacts, mut reports) = (Map::new(), Map::new());
    reports.put("dotenv", script::REPORT);
    artifacts.put("reports", reports);
    artifacts.put("expire_in", "1 day");
    map.put("artifacts", artifacts);
    map
}

/// The jobs that say how what a call needs has ended.
fn before(lowering: &mut Lowering<'_>, job: &Job) -> Vec<Map> {
    let need = |name: String| {
        let mut map = Map::new();
        map.put("job", name);
        map.put("artifacts", true);
        map.put("optional", true);
        map
    };
    let ended = condition::asked_of_needs(lowering, job);
    let teller = |job: &&Job| names(lowering, job).into_iter().next().unwrap_or_else(|| lowering.name_of(&job.id));
    ended.iter().map(teller).map(need).collect()
}

/// The same rules, for a job that runs after another has ended so.
fn after(rules: &Node, when: &str) -> Node {
    let Node::List(rules) = rules else { return rules.clone() };
    let of = |rule: &Node| {
        let Node::Map(rule) = rule else { return rule.clone() };
        let mut rule = rule.clone();
        if rule.get("when") != Some(&Node::Text("never".to_owned())) {
            rule.entries.retain(|entry| !["when", "allow_failure", "start_in"].contains(&entry.key.as_str()));
            rule.put("when", when);
        }
        Node::Map(rule)
    };
    Node::List(rules.iter().map(of).collect())
}
