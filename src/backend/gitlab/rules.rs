//! The rules of a job: what starts its pipeline and when the job itself runs, at once.

use super::condition::{self, After};
use super::expression::Expr;
use super::lowering::Lowering;
use super::trigger::Start;
use crate::pipeline::Job;
use crate::yaml::{Map, Node};

/// The list of `rules`.
pub(super) fn lower(lowering: &mut Lowering<'_>, job: &Job, starts: &[Start]) -> Node {
    let ways = condition::ways(lowering, job.when.as_ref());
    let mut rules = Vec::new();
    for start in starts {
        for way in &ways {
            let when = Expr::all([start.when.clone(), way.when.clone()]);
            if when != Expr::False {
                rules.push(rule(job, &when, &start.changes, way.after));
            }
        }
    }
    Node::from(rules)
}

fn rule(job: &Job, when: &Expr, changes: &[String], after: After) -> Map {
    let mut rule = Map::new();
    rule.put_some("if", when.text());
    if !changes.is_empty() {
        rule.put("changes", changes.to_vec());
    }
    match &job.manual {
        Some(manual) => {
            rule.put("when", "manual");
            rule.put("allow_failure", !manual.blocks);
        }
        None if after != After::Success || rule.is_empty() => {
            rule.put("when", after.word());
        }
        None => {}
    }
    rule
}

/// `workflow:rules`: one for each way in which any of the pipelines starts.
pub(super) fn workflow(starts: &[Start]) -> Node {
    let mut rules: Vec<Map> = Vec::new();
    for start in starts {
        let mut rule = Map::new();
        rule.put_some("if", start.when.text());
        if !start.changes.is_empty() {
            rule.put("changes", start.changes.clone());
        }
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    Node::from(rules)
}
