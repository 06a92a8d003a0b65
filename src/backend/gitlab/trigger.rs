//! What starts a pipeline, as what a rule asks of the pipeline that GitLab is about to make.

use super::expression::{Expr, Operator};
use super::lowering::{Lowering, Place};
use crate::origin::At;
use crate::pipeline::trigger::Event;

/// The variable by which the schedules of GitLab say which pipeline they are for.
pub(super) const SCHEDULE: &str = "PIPEWARD_SCHEDULE";
/// The variable by which whoever starts a pipeline by hand says which.
pub(super) const PIPELINE: &str = "PIPEWARD_PIPELINE";

/// One way in which a pipeline starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// What holds of GitLab's pipeline then.
    pub(super) when: Expr,
    /// Only if one of these files changed; any if there is none.
    pub(super) changes: Vec<String>,
}

/// Every way in which the pipeline starts. One that is called starts with its caller.
pub(super) fn starts(lowering: &mut Lowering<'_>) -> Vec<Start> {
    if lowering.place == Place::Called {
        return vec![Start { when: Expr::True, changes: Vec::new() }];
    }
    let on = &lowering.pipeline.on;
    let mut starts = Vec::new();
    for event in on.events() {
        let when = match event {
            Event::PullRequest => source("merge_request_event"),
            Event::Push => source("push"),
            Event::Schedule => Expr::all([source("schedule"), Expr::equal(&format!("${SCHEDULE}"), &lowering.pipeline.id)]),
            Event::Manual => Expr::all([source("web"), Expr::equal(&format!("${PIPELINE}"), &lowering.pipeline.id)]),
            _ => {
                let origin = on.origin(event).unwrap_or(lowering.pipeline.on_origin);
                lowering.lose("event", origin);
                continue;
            }
        };
        let filter = on.filter(event).map(|filter| &filter.value);
        let branch = if event == Event::PullRequest { "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME" } else { "$CI_COMMIT_BRANCH" };
        let branches = filter.map_or(&[][..], |filter| &filter.branches);
        let named = if branches.is_empty() { Expr::True } else { Expr::any(branches.iter().map(|name| matches(branch, name))) };
        let changes = filter.map_or_else(Vec::new, |filter| filter.paths.iter().map(|path| path.value.clone()).collect());
        starts.push(Start { when: Expr::all([when, named]), changes });
    }
    starts
}

fn source(name: &str) -> Expr {
    Expr::equal("$CI_PIPELINE_SOURCE", name)
}

/// Whether a variable is a name that a glob of GitHub's stands for.
pub(super) fn matches(variable: &str, glob: &At<String>) -> Expr {
    if !glob.contains(['*', '?', '[', '+', '!']) {
        return Expr::equal(variable, glob);
    }
    let pattern =
        glob.replace('.', "\\.").replace('/', "\\/").replace("**", "\u{0}").replace('*', "[^\\/]*").replace('\u{0}', ".*");
    Expr::compare(variable, Operator::Match, format!("/^{pattern}$/"))
}
