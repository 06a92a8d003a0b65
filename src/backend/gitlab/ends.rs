//! Which jobs of a pipeline may end themselves before their first step, and which have to say how they ended. Every job asks it of
//! those before it, so it is worked out once.

use std::collections::{HashMap, HashSet};

use super::{condition, ended};
use crate::pipeline::{Job, Pipeline};

/// The jobs of which something is so, and those that need one of these, as far as they `follow` what they need.
pub(super) fn after<'p>(
    pipeline: &'p Pipeline,
    is_so: impl Fn(&Job) -> bool,
    follows: impl Fn(&Job) -> bool,
) -> HashSet<&'p str> {
    let mut needing: HashMap<&str, Vec<&'p Job>> = HashMap::new();
    for job in pipeline.jobs.values().filter(|job| follows(job)) {
        for need in &job.needs {
            needing.entry(need.value.as_str()).or_default().push(job);
        }
    }
    let mut open: Vec<&Job> = pipeline.jobs.values().filter(|job| is_so(job)).collect();
    let mut found: HashSet<&str> = open.iter().map(|job| job.id.as_str()).collect();
    while let Some(job) = open.pop() {
        for next in needing.get(job.id.as_str()).into_iter().flatten() {
            if found.insert(&next.id) {
                open.push(next);
            }
        }
    }
    found
}

/// The jobs, by their ids.
#[derive(Debug)]
pub(super) struct Ends<'a> {
    /// Those that may end themselves, or are skipped with one that may.
    pub(super) guarded: HashSet<&'a str>,
    /// Those of them that a job needs which is skipped with them.
    pub(super) telling: HashSet<&'a str>,
    /// Those that a job after them asks how they ended.
    pub(super) asked: HashSet<&'a str>,
    /// Those that may be no part of a pipeline that others of it are part of: they have a condition, or need one that has, since nothing
    /// runs after what was skipped.
    pub(super) missing: HashSet<&'a str>,
}

impl<'a> Ends<'a> {
    /// Of a pipeline.
    pub(super) fn of(pipeline: &'a Pipeline) -> Self {
        let guarded = condition::guarded(pipeline);
        let telling = condition::telling(pipeline, &guarded);
        let asked = pipeline.jobs.values().flat_map(|job| ended::told_to(pipeline, &guarded, job)).map(|job| job.id.as_str());
        let has_rules = |job: &Job| job.gitlab.as_ref().is_some_and(|words| words.get("rules").is_some());
        let missing = after(pipeline, |job| job.when.is_some() || has_rules(job), |_| true);
        Self { asked: asked.collect(), missing, telling, guarded }
    }
}
