//! How the jobs before a job have ended, as its script knows it.
//!
//! A job says so itself, in its report. One that ends before its script, by a lost runner or an image that is not there, leaves no
//! report, and neither does one that GitLab skips, nor one that is no part of the pipeline. The reader tells them apart: whether the
//! other was part of the pipeline is in its rules, and whether GitLab started it hangs on how its needs have ended. What was
//! started and says nothing has failed.

use std::collections::HashSet;

use super::condition::{After, Plan, Way};
use super::expression::{Expr, Shell};
use super::lowering::Lowering;
use super::script::{self, Piece};
use super::trigger::{self, Start};
use super::{condition, failure, value};
use crate::origin::Origin;
use crate::pipeline::gitlab::Tree;
use crate::pipeline::{Job, Pipeline, Reference};

/// The jobs whose end the script of a job has to know, each after those that it needs: those it asks for, and if it may run after a
/// failure, those before them, which tell whether they were started.
pub(super) fn told<'a>(lowering: &Lowering<'a>, job: &Job) -> Vec<&'a Job> {
    told_to(lowering.pipeline, &lowering.ends.guarded, job)
}

/// The same where the jobs of the pipeline are known that may end themselves.
pub(super) fn told_to<'p>(pipeline: &'p Pipeline, guarded: &HashSet<&str>, job: &Job) -> Vec<&'p Job> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    for asked in asked_for(pipeline, guarded, job) {
        add(pipeline, asked, may_follow_failure(job), &mut seen, &mut found);
    }
    found
}

/// Those that it asks for itself.
fn asked_for<'p>(pipeline: &'p Pipeline, guarded: &HashSet<&str>, job: &Job) -> Vec<&'p Job> {
    let asked = script::asks(job).into_iter().filter_map(|asked| match asked.value {
        Reference::Result(id) => pipeline.jobs.get(&id),
        _ => None,
    });
    let failing = condition::asked_for_failure(pipeline, job);
    asked.chain(failing).chain(condition::asked_by_guard(pipeline, guarded, job)).collect()
}

fn add<'p>(pipeline: &'p Pipeline, job: &'p Job, deep: bool, seen: &mut HashSet<&'p str>, found: &mut Vec<&'p Job>) {
    if !seen.insert(&job.id) {
        return;
    }
    for need in job.needs.iter().filter(|_| deep).filter_map(|need| pipeline.jobs.get(&need.value)) {
        add(pipeline, need, deep, seen, found);
    }
    found.push(job);
}

/// Whether a job may run although what it needs has not gone well.
fn may_follow_failure(job: &Job) -> bool {
    job.when.as_ref().is_some_and(|when| when.names_status() || when.asks_for_failure())
}

/// The entry of a script that settles how the jobs before have ended; none if nothing is to be settled.
pub(super) fn entry(lowering: &mut Lowering<'_>, job: &Job, plan: &Plan) -> Option<String> {
    let mut lines = Vec::new();
    for before in told(lowering, job) {
        let name = value::result(&before.id);
        let unsaid = failure::word(before);
        let legs = value::legs(before);
        if legs > 0 {
            lowering.call(Piece::ResultOf);
            let each: Vec<String> = (1..=legs).map(|leg| format!("\"${{{name}_{leg}-}}\"")).collect();
            lines.push(format!("{name}=$(result_of {unsaid} {})", each.join(" ")));
        }
        // Two jobs beside it speak for a job that calls.
        if before.call().is_some() || !may_follow_failure(job) {
            continue;
        }
        if !is_certain(lowering.pipeline, before, plan) {
            if let Some(origin) = asked_at(job, before) {
                lowering.lose("result-unsaid", origin);
            }
            continue;
        }
        let settled = format!(": \"${{{name}:={unsaid}}}\"");
        match started(lowering, plan, job, before) {
            Shell::True => lines.push(settled),
            Shell::False => {}
            test => lines.push(format!("if {test}; then {settled}; fi")),
        }
    }
    drop_unread(lowering, job, &mut lines);
    if lines.is_empty() {
        return None;
    }
    lines.insert(0, "# A job that was started and does not say how it ended has not got to its end.".to_owned());
    Some(lines.join("\n") + "\n")
}

/// Takes away how legs ended that only tells whether another job was started, where no line asks it.
fn drop_unread(lowering: &Lowering<'_>, job: &Job, lines: &mut Vec<String>) {
    let asked = asked_for(lowering.pipeline, &lowering.ends.guarded, job);
    let asked: Vec<String> = asked.iter().map(|asked| value::result(&asked.id)).collect();
    let is_unread = |line: &String, lines: &[String]| {
        let name = line.split_once("=$(result_of ").map(|(name, _)| name);
        // A variable is read as `$NAME` or between braces.
        let reads = |name: &str| {
            lines
                .iter()
                .any(|other| other != line && [format!("${name}"), format!("${{{name}")].iter().any(|read| other.contains(read)))
        };
        name.is_some_and(|name| asked.iter().all(|asked| asked != name) && !reads(name))
    };
    while let Some(unread) = lines.iter().position(|line| is_unread(line, lines)) {
        lines.remove(unread);
    }
}

/// Where a job asks how another ended.
fn asked_at(job: &Job, before: &Job) -> Option<Origin> {
    let result = Reference::Result(before.id.clone());
    script::asks(job).into_iter().find(|asked| asked.value == result).map(|asked| asked.origin)
}

/// Whether a script can tell if GitLab has started a job: not by files that changed nor by rules in GitLab's own words, not if
/// somebody may start it or leave it, and not if it or one that it needs has a script of the author's, which says nothing.
fn is_certain(pipeline: &Pipeline, job: &Job, plan: &Plan) -> bool {
    let speaks = |job: &Job| {
        let says =
            |words: &Tree| ["script", "run", "extends", "trigger", "rules", "when"].iter().any(|word| words.get(word).is_some());
        !job.gitlab.as_ref().is_some_and(says)
    };
    let mut ways = plan.of(job).flat_map(|(start, ways)| ways.iter().map(move |way| (start, way)));
    let is_asked = ways.all(|(start, way)| {
        start.changes.is_empty() && way.changes.is_empty() && !start.when.has_words() && !way.when.has_words()
    });
    let shared = pipeline.gitlab.as_ref().is_some_and(|file| file.rules.is_some());
    let needs = job.needs.iter().filter_map(|need| pipeline.jobs.get(&need.value));
    is_asked && !shared && job.manual.as_ref().is_none_or(|manual| manual.blocks) && speaks(job) && needs.into_iter().all(speaks)
}

/// Whether GitLab has started a job before this one, asked where this one runs.
fn started(lowering: &Lowering<'_>, plan: &Plan, job: &Job, before: &Job) -> Shell {
    let both: Vec<(&Start, &[Way], &[Way])> = plan
        .of(job)
        .zip(plan.of(before))
        .filter(|((_, ours), _)| !ours.is_empty())
        .map(|((start, ours), (_, theirs))| (start, ours, theirs))
        .collect();
    let way = |after: After| {
        let known = both.iter().map(|(start, ours, theirs)| {
            let after = theirs.iter().filter(|way| way.after == after).map(|way| way.when.clone());
            let known = Expr::any(after.collect::<Vec<Expr>>());
            let whenever = known != Expr::False && ours.iter().all(|way| way.when.implies(&known));
            (*start, if whenever { Shell::True } else { Shell::from(&known) })
        });
        Shell::all([at_starts(lowering, &known.collect::<Vec<(&Start, Shell)>>()), ended(lowering.pipeline, before, after)])
    };
    Shell::any([After::Any, After::Success, After::Failure].map(way))
}

/// What holds at each of several starts, as one test. The event tells starts apart if no two have the same.
fn at_starts(lowering: &Lowering<'_>, known: &[(&Start, Shell)]) -> Shell {
    match known {
        [] => Shell::False,
        [(_, first), rest @ ..] if rest.iter().all(|(_, other)| other == first) => first.clone(),
        _ => Shell::any(known.iter().map(|(start, test)| {
            let alone = known.iter().filter(|(other, _)| other.event == start.event).count() == 1;
            let when = match start.event.filter(|_| alone) {
                Some(event) => Shell::from(&trigger::started_by(lowering, event)),
                None => Shell::from(&start.when),
            };
            Shell::all([when, test.clone()])
        })),
    }
}

/// Whether what a job needs has ended so.
fn ended(pipeline: &Pipeline, job: &Job, after: After) -> Shell {
    let needs = job.needs.iter().filter(|need| pipeline.jobs.contains_key(&need.value));
    let tests = |word: &'static str| {
        needs.map(move |need| Shell::same(&format!("\"${{{}:-skipped}}\"", value::result(&need.value)), true, word))
    };
    match after {
        After::Any => Shell::True,
        After::Success => Shell::all(tests("'success'")),
        After::Failure => Shell::any(tests("'failure'")),
    }
}
