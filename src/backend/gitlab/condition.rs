//! When a job runs, as rules: what is asked before the pipeline is made, and how the jobs before it have to have ended.

use super::expression::{Expr, Operator};
use super::lowering::Lowering;
use super::trigger::matches;
use crate::origin::At;
use crate::pipeline::Condition;

/// One way in which a job comes to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// What holds then.
    pub(super) when: Expr,
    /// How what it needs has to have ended.
    pub(super) after: After,
}

/// How what a job needs has to have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    Success,
    Failure,
    Any,
}

impl After {
    /// GitLab's word for it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Success => "on_success",
            Self::Failure => "on_failure",
            Self::Any => "always",
        }
    }
}

/// Every way in which a job with that condition comes to run.
pub(super) fn ways(lowering: &mut Lowering<'_>, condition: Option<&At<Condition>>) -> Vec<Way> {
    let after = match condition.map(|condition| &condition.value) {
        Some(Condition::Always | Condition::NotCancelled) => After::Any,
        Some(Condition::OnFailure) => After::Failure,
        _ => After::Success,
    };
    let when = condition.map_or(Expr::True, |condition| known(lowering, condition));
    vec![Way { when, after }]
}

/// What of a condition is decided before the pipeline is made.
fn known(lowering: &mut Lowering<'_>, condition: &At<Condition>) -> Expr {
    match &condition.value {
        Condition::Branch(names) => Expr::any(names.iter().map(|name| matches("$CI_COMMIT_BRANCH", name))),
        Condition::DefaultBranch => Expr::compare("$CI_COMMIT_BRANCH", Operator::Equal, "$CI_DEFAULT_BRANCH"),
        Condition::Tag => Expr::compare("$CI_COMMIT_TAG", Operator::Unequal, "null"),
        Condition::All(inner) => Expr::all(inner.iter().map(|inner| known(lowering, inner)).collect::<Vec<Expr>>()),
        Condition::Any(inner) => Expr::any(inner.iter().map(|inner| known(lowering, inner)).collect::<Vec<Expr>>()),
        Condition::Not(inner) => known(lowering, inner).not(),
        Condition::Always | Condition::OnSuccess | Condition::OnFailure | Condition::NotCancelled => Expr::True,
        _ => {
            lowering.lose("condition", condition.origin);
            Expr::True
        }
    }
}

/// A command of a POSIX shell that succeeds if a step runs. It stands in the script of a job, where `failed` and `succeeded` ask how
/// the steps before have gone; their success is asked for where the condition says nothing of it.
pub(super) fn test(lowering: &mut Lowering<'_>, condition: &At<Condition>) -> String {
    let asked = asked(lowering, condition);
    if condition.names_status() { asked } else { format!("succeeded && {asked}") }
}

fn asked(lowering: &mut Lowering<'_>, condition: &At<Condition>) -> String {
    match &condition.value {
        Condition::Always | Condition::NotCancelled => "true".to_owned(),
        Condition::OnSuccess => "succeeded".to_owned(),
        Condition::OnFailure => "failed".to_owned(),
        _ => {
            lowering.lose("condition", condition.origin);
            "true".to_owned()
        }
    }
}
