//! Which jobs a job asks whether they failed.
//!
//! GitHub's `failure()` looks at every job before this one. GitLab's `on_failure` looks at those that are needed, and skips the job if
//! one of them was skipped, as it is once a job before it has failed.

use std::collections::HashSet;

use crate::pipeline::step::Impact;
use crate::pipeline::{Condition, Job, Pipeline};

/// Every job before this one that says how it ended, if this one waits for a failure and other jobs stand between: none if GitLab
/// sees it by itself.
pub(in crate::backend::gitlab) fn asked<'p>(pipeline: &'p Pipeline, job: &Job) -> Vec<&'p Job> {
    if !waits_for_failure(job) {
        return Vec::new();
    }
    let before = before(pipeline, job);
    let between = before.iter().any(|before| !before.needs.is_empty());
    if !between {
        return Vec::new();
    }
    let only_said = |job: &Job| job.impact.as_ref().is_some_and(|impact| impact.value == Impact::Warn);
    before.into_iter().filter(|before| !only_said(before)).collect()
}

fn waits_for_failure(job: &Job) -> bool {
    let Some(when) = &job.when else { return false };
    let all = when.walk();
    let turned = all.iter().any(|one| matches!(one, Condition::Not(_)));
    all.iter().any(|one| matches!(one, Condition::OnFailure) || turned && matches!(one, Condition::OnSuccess))
}

/// The jobs that end before this one starts, the needed ones first.
fn before<'p>(pipeline: &'p Pipeline, job: &Job) -> Vec<&'p Job> {
    let needs = |job: &Job| job.needs.iter().filter_map(|need| pipeline.jobs.get(&need.value)).collect::<Vec<&'p Job>>();
    let (mut all, mut seen) = (Vec::new(), HashSet::new());
    let mut next = needs(job);
    while !next.is_empty() {
        let found = std::mem::take(&mut next);
        for one in found {
            if one.id != job.id && seen.insert(one.id.as_str()) {
                next.extend(needs(one));
                all.push(one);
            }
        }
    }
    all
}
