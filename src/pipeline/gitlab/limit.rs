//! How much GitLab takes of what there can be more of; with one more it refuses the file.

use crate::origin::Origin;
use crate::pipeline::{Job, Pipeline};

/// Jobs that one becomes by `parallel`. From "CI/CD YAML syntax reference", `parallel`, read 2026-11.
pub const LEGS: usize = 200;
/// Jobs that one waits for, each leg counted. From "CI/CD YAML syntax reference", `needs`, read 2026-11.
pub const NEEDS: usize = 50;
/// Words of one condition: GitLab's lexer stops there. Read in its source, `Pipeline::Expression::Lexer`, 2026-11.
pub const WORDS: usize = 100;
/// Patterns of `changes`. From "CI/CD YAML syntax reference", `rules:changes`, read 2026-11.
pub const CHANGES: usize = 50;

/// How many jobs wait to be over where these are needed: GitLab counts each leg.
pub fn needed<'a>(pipeline: &Pipeline, needs: impl IntoIterator<Item = &'a str>) -> usize {
    let of = |id: &str| pipeline.jobs.get(id).and_then(Job::leg_count).map_or(1, |(legs, _)| legs);
    needs.into_iter().fold(0, |sum, id| sum.saturating_add(of(id)))
}

/// The first of the needs of a job that is too much.
#[must_use]
pub fn over(pipeline: &Pipeline, job: &Job) -> Option<Origin> {
    let mut end = 0;
    job.needs.iter().find_map(|need| {
        end += 1;
        let so_far = job.needs.iter().take(end).map(|need| need.value.as_str());
        (needed(pipeline, so_far) > NEEDS).then_some(need.origin)
    })
}
