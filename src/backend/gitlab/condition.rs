//! When a job runs, as rules: what is asked before the pipeline is made, and how the jobs before it have to have ended.
//!
//! A condition is taken apart into alternatives. What GitLab knows in time decides whether the job is part of the pipeline; how its
//! needs ended becomes the `when` of a rule; what only the run knows is asked by the job itself, as its first act.

mod alternative;
mod failure;
mod plan;
mod status;
mod test;

pub(super) use self::alternative::changed;
pub(super) use self::failure::asked as asked_for_failure;
pub(super) use self::plan::Plan;
pub(super) use self::status::After;
pub(super) use self::test::{asked_by_guard, asked_of_needs, guard, guarded, holds, may_be_skipped, telling, test, unskipped};
use super::expression::Expr;

/// One way in which a job comes to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// What holds then.
    pub(super) when: Expr,
    /// Only if one of these files changed; any if there is none.
    pub(super) changes: Vec<String>,
    /// How what it needs has to have ended.
    pub(super) after: After,
}
