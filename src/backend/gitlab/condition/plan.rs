//! Which jobs are part of a pipeline however it starts: each by its own condition, and by those of the jobs that it needs to have
//! gone well. GitHub skips what needs a skipped job; GitLab would run it, so it is no part of the pipeline there.

use std::collections::HashMap;

use super::alternative::{self, Alternative, Asker};
use super::{After, Way};
use crate::backend::gitlab::expression::Expr;
use crate::backend::gitlab::lowering::Lowering;
use crate::backend::gitlab::trigger::Start;
use crate::origin::At;
use crate::pipeline::{Condition, Job};

/// What holds, and which files changed, where a job is part of a pipeline.
type Presence = (Expr, Vec<String>);

/// The ways in which the jobs of a pipeline come to run, for each way in which it starts.
#[derive(Debug, Default)]
pub(in crate::backend::gitlab) struct Plan {
    starts: Vec<(Start, HashMap<String, Vec<Way>>)>,
}

impl Plan {
    /// The plan of a pipeline that starts so.
    pub(in crate::backend::gitlab) fn new<'a>(lowering: &mut Lowering<'a>, starts: Vec<Start>) -> Self {
        let pipeline = lowering.pipeline;
        let mut plan = Self::default();
        for start in starts {
            let mut ways = HashMap::new();
            for job in pipeline.jobs.values() {
                settle(lowering, job, &start, &mut ways);
            }
            plan.starts.push((start, ways));
        }
        plan
    }

    /// Each start with the ways in which a job comes to run then.
    pub(in crate::backend::gitlab) fn of<'p>(&'p self, job: &'p Job) -> impl Iterator<Item = (&'p Start, &'p [Way])> {
        self.starts.iter().map(|(start, ways)| (start, ways.get(&job.id).map_or(&[][..], Vec::as_slice)))
    }

    /// Each start with what holds whenever it leads to one of these jobs at all.
    pub(in crate::backend::gitlab) fn starts(&self, jobs: &[&Job]) -> Vec<(&Start, Vec<Presence>)> {
        // The author's order is no matter where all are joined; the text of it is.
        let mut jobs = jobs.to_vec();
        jobs.sort_unstable_by_key(|job| &job.id);
        let led = |ways: &HashMap<String, Vec<Way>>| presence(jobs.iter().filter_map(|job| ways.get(&job.id)).flatten());
        self.starts.iter().map(|(start, ways)| (start, led(ways))).collect()
    }

    /// Whether the pipeline may start and lead to none of these jobs.
    pub(in crate::backend::gitlab) fn may_be_empty(&self, jobs: &[&Job]) -> bool {
        let leads = |start: &Start, (when, changes): &Presence| changes.is_empty() && start.when.implies(when);
        self.starts(jobs).into_iter().any(|(start, reached)| !reached.iter().any(|there| leads(start, there)))
    }
}

/// Works out the ways of a job, and of what it needs before.
fn settle<'a>(lowering: &mut Lowering<'a>, job: &'a Job, start: &Start, ways: &mut HashMap<String, Vec<Way>>) {
    if ways.contains_key(&job.id) {
        return;
    }
    // A circle of needs ends where it closes; a rule speaks of it.
    ways.insert(job.id.clone(), Vec::new());
    let pipeline = lowering.pipeline;
    let needs: Vec<&'a Job> = job.needs.iter().filter_map(|need| pipeline.jobs.get(&need.value)).collect();
    for need in &needs {
        settle(lowering, need, start, ways);
    }
    lowering.enter(job, None);
    let mut all = Vec::new();
    for one in implied(lowering, Asker::Rule(start), job.when.as_ref()) {
        if one.after != After::Success {
            all.push(one);
            continue;
        }
        let mut met = vec![one];
        for need in &needs {
            let there = presence(&ways[&need.id]);
            let mut with = Vec::new();
            for one in &met {
                with.extend(there.iter().map(|there| one.beside(lowering, job, there)));
            }
            met = alternative::joined(with);
        }
        all.extend(met);
    }
    let found = ordered(lowering, job, all);
    ways.insert(job.id.clone(), found);
}

impl Alternative {
    /// The same where another job is part of the pipeline too.
    fn beside(&self, lowering: &mut Lowering<'_>, job: &Job, (known, changes): &Presence) -> Self {
        let both = Expr::all([self.known.clone(), known.clone()]);
        let origin = job.when.as_ref().map_or(job.key, |when| when.origin);
        let changes = alternative::changed(lowering, [changes, &self.changes], &both, origin).to_vec();
        Self { known: both, changes, ..self.clone() }
    }
}

/// When any of these ways is there: what holds, and which files changed.
fn presence<'w>(ways: impl IntoIterator<Item = &'w Way>) -> Vec<Presence> {
    let mut all: Vec<Presence> = Vec::new();
    for way in ways {
        match all.iter_mut().find(|(_, changes)| *changes == way.changes) {
            Some((when, _)) => *when = Expr::any([when.clone(), way.when.clone()]),
            None => all.push((way.when.clone(), way.changes.clone())),
        }
    }
    let whatever = all.iter().find(|(_, changes)| changes.is_empty()).map(|(when, _)| when.clone());
    all.retain(|(when, changes)| changes.is_empty() || !whatever.as_ref().is_some_and(|wider| when.implies(wider)));
    all
}

/// The alternatives of a condition, with the success of what came before where it says nothing of that.
pub(super) fn implied(lowering: &mut Lowering<'_>, asker: Asker<'_>, when: Option<&At<Condition>>) -> Vec<Alternative> {
    let Some(when) = when else { return alternative::after_success(vec![Alternative::always()]) };
    if when.names_status() {
        return alternative::of(lowering, asker, when, true);
    }
    if !matches!(asker, Asker::Step) && when.asks_for_failure() {
        // A job that waits for a failure must not be kept from seeing it; what else may start it waits for success.
        if let Condition::Any(inner) = &when.value {
            return alternative::joined(inner.iter().flat_map(|inner| implied(lowering, asker, Some(inner))).collect::<Vec<_>>());
        }
        return alternative::of(lowering, asker, when, true);
    }
    alternative::after_success(alternative::of(lowering, asker, when, true))
}

/// The ways that alternatives leave, in the order of their rules: the first rule that fits decides, so what holds after more comes
/// first.
fn ordered(lowering: &mut Lowering<'_>, job: &Job, alternatives: Vec<Alternative>) -> Vec<Way> {
    let later = alternatives.iter().any(|one| !one.is_known());
    let known = alternatives.into_iter().map(|one| Alternative { later: Vec::new(), ..one });
    let mut ways: Vec<Way> = Vec::new();
    for Alternative { known, after, changes, .. } in alternative::joined(known) {
        ways.push(Way { when: known, changes, after });
    }
    let both: Vec<Way> = ways
        .iter()
        .filter(|way| way.after == After::Success)
        .flat_map(|success| {
            let failures = ways.iter().filter(|way| way.after == After::Failure);
            failures.map(|failure| Way {
                when: Expr::all([success.when.clone(), failure.when.clone()]),
                changes: if success.changes.is_empty() { failure.changes.clone() } else { success.changes.clone() },
                after: After::Any,
            })
        })
        .filter(|way| way.when != Expr::False)
        .collect();
    let narrowed = ways.iter().any(|way| !way.changes.is_empty());
    let mixed = !both.is_empty() && (later || narrowed) || later && ways.len() > 1 && (narrowed || overlap(&ways));
    if mixed && let Some(when) = &job.when {
        lowering.lose("condition-mixed", when.origin);
    }
    ways.extend(both);
    ways.sort_by_key(|way| match way.after {
        After::Any => 0,
        After::Success => 1,
        After::Failure => 2,
    });
    // A rule is idle if an earlier one fits whenever it does, or one to the same effect that asks for less. One at a time: of two
    // that are the same one stays.
    let mut index = 0;
    while let Some(way) = ways.get(index) {
        let is_idle = ways.iter().enumerate().any(|(other, wider)| {
            let asks_less = wider.changes.is_empty() || wider.changes == way.changes;
            index != other && asks_less && (other < index || wider.after == way.after) && way.when.implies(&wider.when)
        });
        if is_idle {
            ways.remove(index);
        } else {
            index += 1;
        }
    }
    ways
}

/// Whether two ways that wait for something else may hold at once.
fn overlap(ways: &[Way]) -> bool {
    ways.iter().enumerate().any(|(index, one)| {
        ways[..index]
            .iter()
            .any(|other| one.after != other.after && Expr::all([one.when.clone(), other.when.clone()]) != Expr::False)
    })
}
