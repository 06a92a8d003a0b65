//! The rules of a job: what starts its pipeline and when the job itself runs, at once.

use super::condition::{self, After, Plan};
use super::expression::Expr;
use super::form;
use super::lowering::Lowering;
use crate::pipeline::Job;
use crate::pipeline::gitlab::expression::Expression;
use crate::pipeline::gitlab::{Tree, limit, start};
use crate::pipeline::trigger::Event;
use crate::yaml::{Map, Node};

/// The list of `rules`.
pub(super) fn lower(lowering: &mut Lowering<'_>, job: &Job, plan: &Plan) -> Node {
    let mut rules: Vec<Map> = Vec::new();
    for (start, ways) in plan.of(job) {
        let unsaid = form::unsaid(lowering, job, start);
        for way in ways {
            if let Some(manual) = &job.manual
                && way.after != After::Success
                && !job.needs.is_empty()
            {
                lowering.lose("manual-after", job.when.as_ref().map_or(manual.origin, |when| when.origin));
            }
            let when = Expr::all([start.when.clone(), way.when.clone()]);
            let origin = job.when.as_ref().map_or(job.key, |when| when.origin);
            let changes = condition::changed(lowering, [&start.changes, &way.changes], &when, origin);
            let is_request = matches!(start.event, Some(Event::PullRequest | Event::MergeGroup));
            if !way.changes.is_empty() && !is_request && when != Expr::False {
                lowering.lose("changed-unknown", origin);
            }
            for when in divided(lowering, when, job) {
                let mut rule = rule(job, &when, changes, way.after);
                if !unsaid.is_empty() {
                    rule.put("variables", unsaid.clone());
                }
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
        }
    }
    if rules.is_empty() {
        // Without rules it would be part of every pipeline.
        rules.push(never());
    }
    Node::from(rules)
}

/// The rule that lets nothing in.
fn never() -> Map {
    let mut never = Map::new();
    never.put("when", "never");
    never
}

/// A condition as rules of which each is short enough for GitLab.
fn divided(lowering: &mut Lowering<'_>, when: Expr, job: &Job) -> Vec<Expr> {
    if when == Expr::False {
        return Vec::new();
    }
    when.divided().unwrap_or_else(|| {
        let origin = job.when.as_ref().map_or(job.key, |when| when.origin);
        let message = format!("the condition has more words than GitLab reads in one, {}", limit::WORDS);
        let help = "ask for less at once: one label for several, a pattern of branches for their names".to_owned();
        lowering.refuse("condition-never-holds", origin, message, help, &job.id);
        Vec::new()
    })
}

fn rule(job: &Job, when: &Expr, changes: &[String], after: After) -> Map {
    let mut rule = asked(when, changes);
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

fn asked(when: &Expr, changes: &[String]) -> Map {
    let mut rule = Map::new();
    rule.put_some("if", when.text());
    if !changes.is_empty() {
        rule.put("changes", changes.to_vec());
    }
    rule
}

/// `workflow:rules`: what starts any of the pipelines, narrowed to what leads to a job of it, so that none is made without one.
#[derive(Debug, Default)]
pub(super) struct Workflow {
    rules: Vec<Map>,
}

impl Workflow {
    /// Adds what starts a pipeline, and what the rules of its jobs in GitLab's own words name.
    pub(super) fn add(&mut self, lowering: &Lowering<'_>, plan: &Plan) {
        for (start, reached) in plan.starts(&started(lowering)) {
            for (when, changes) in reached {
                let when = Expr::all([start.when.clone(), when]);
                let changes = if changes.is_empty() { &start.changes } else { &changes };
                // What is too long to ask is asked by the jobs all the same.
                let parts = when.divided().unwrap_or_else(|| vec![start.when.clone()]);
                for mut rule in parts.iter().filter(|part| **part != Expr::False).map(|part| asked(part, changes)) {
                    if rule.is_empty() {
                        rule.put("when", "always");
                    }
                    self.put(rule);
                }
            }
        }
        let pipeline = lowering.pipeline;
        for rules in pipeline.jobs.values().filter_map(|job| start::rules(pipeline, job)) {
            self.add_words(lowering, rules);
        }
    }

    /// Adds what rules in GitLab's own words name: what starts a pipeline for their job alone.
    fn add_words(&mut self, lowering: &Lowering<'_>, rules: &Tree) {
        let mut never = String::new();
        for rule in rules.items() {
            let files: Vec<(&str, &Tree)> =
                ["changes", "exists"].iter().filter_map(|word| Some((*word, rule.get(word)?))).collect();
            let condition = rule.get("if").and_then(Tree::text);
            match condition {
                // A rule that leaves out files of some cases cannot be turned round: the job looks at it all the same.
                Some(condition) if start::is_never(rule) && files.is_empty() => {
                    never = format!("{never} && !({})", condition.trim());
                }
                None if files.is_empty() => break,
                Some(condition) if !start::is_never(rule) && start::names_start(lowering.project, rule) => {
                    let mut all = condition.trim().to_owned();
                    if !never.is_empty() {
                        all = format!("({all}){never}");
                    }
                    let mut asked = Map::new();
                    asked.put("if", if Expression::parse(&all).is_ok() { all } else { condition.to_owned() });
                    files.into_iter().for_each(|(word, files)| {
                        asked.put(word, files.to_yaml());
                    });
                    self.put(asked);
                }
                _ => {}
            }
        }
    }

    fn put(&mut self, rule: Map) {
        if !self.rules.contains(&rule) {
            self.rules.push(rule);
        }
    }

    /// Adds what starts a pipeline that is called, whether it leads to a job or not: a child of GitLab's without one fails its caller.
    pub(super) fn add_all(&mut self, plan: &Plan) {
        for (start, _) in plan.starts(&[]) {
            let mut rule = asked(&start.when, &start.changes);
            rule.put("when", "always");
            self.rules.push(rule);
        }
    }

    /// The list.
    pub(super) fn finish(self) -> Node {
        if !self.rules.is_empty() {
            return Node::from(self.rules);
        }
        Node::from(vec![never()])
    }
}

/// The jobs that run where the triggers of their pipeline start it: all but those whose own rules name what starts them.
fn started<'a>(lowering: &Lowering<'a>) -> Vec<&'a Job> {
    let follows = |rule: &Tree| !start::is_never(rule) && !start::names_start(lowering.project, rule);
    let pipeline = lowering.pipeline;
    let is_started = |job: &&Job| start::rules(pipeline, job).is_none_or(|rules| rules.items().iter().any(follows));
    pipeline.jobs.values().filter(is_started).collect()
}

/// The jobs of which is known when they run: all but those that say so in GitLab's own words.
pub(super) fn known<'a>(lowering: &Lowering<'a>) -> Vec<&'a Job> {
    let pipeline = lowering.pipeline;
    pipeline.jobs.values().filter(|job| start::rules(pipeline, job).is_none()).collect()
}
