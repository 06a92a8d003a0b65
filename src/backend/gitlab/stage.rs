//! Stages: what people see beside each other. Nothing waits for a stage, since every job says what it needs; but GitLab refuses a job
//! that needs one of a later stage, so their order follows from what the jobs need, as far as the project does not declare it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::lowering::Lowering;
use crate::pipeline::{Job, Pipeline};

/// Stages that GitLab has without being told: one before and one after all others.
const FIRST: &str = ".pre";
const LAST: &str = ".post";

/// The stages of a document in their order.
#[derive(Debug, Default)]
pub(super) struct Stages {
    order: Vec<String>,
    declared: BTreeSet<String>,
    used: BTreeSet<String>,
}

impl Stages {
    /// The stages of the jobs of pipelines, those that are declared in the order in which they are.
    pub(super) fn of<'p>(declared: Vec<String>, pipelines: impl Iterator<Item = &'p Pipeline>) -> Self {
        // What comes first where nothing else says: how many jobs come before, a name before a number, the author's order.
        let mut rank: BTreeMap<String, (usize, bool, usize)> = BTreeMap::new();
        let mut before: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut seen = declared.len();
        for (index, name) in declared.iter().enumerate() {
            rank.insert(name.clone(), (usize::MAX, false, index));
        }
        for pipeline in pipelines {
            let mut depths = HashMap::new();
            for job in pipeline.jobs.values() {
                let name = name(pipeline, job, &mut depths);
                let depth = depth(pipeline, job, &mut depths);
                let found = rank.entry(name.clone()).or_insert((usize::MAX, job.stage.is_none(), seen));
                found.0 = found.0.min(depth);
                seen += 1;
                let needs = job.needs.iter().filter_map(|need| pipeline.jobs.get(&need.value));
                let needed: BTreeSet<String> = needs.map(|need| self::name(pipeline, need, &mut depths)).collect();
                before.entry(name.clone()).or_default().extend(needed.into_iter().filter(|other| *other != name));
            }
        }
        Self { order: ordered(rank, &before, &declared), declared: declared.into_iter().collect(), used: BTreeSet::new() }
    }

    /// The stage of a job: the one it names, or one for how many jobs come before it. Says which jobs it needs of a later one.
    pub(super) fn enter(&mut self, lowering: &mut Lowering<'_>, job: &Job) -> String {
        let pipeline = lowering.pipeline;
        let mut depths = HashMap::new();
        let name = name(pipeline, job, &mut depths);
        self.used.insert(name.clone());
        for need in job.needs.iter().filter_map(|need| pipeline.jobs.get(&need.value)) {
            let other = self::name(pipeline, need, &mut depths);
            if self.place(&other) > self.place(&name) {
                let origin = job.stage.as_ref().map_or(job.key, |stage| stage.origin);
                let message = format!("the stage `{name}` comes before `{other}`, whose job `{}` is needed", need.id);
                let help =
                    format!("change the stage of one of the two, or their order in `stages` of {}", lowering.project.source);
                lowering.refuse("needs-graph", origin, message, help, &format!("stage/{}", need.id));
            }
        }
        name
    }

    /// Every stage in its order.
    pub(super) fn all(&self) -> Vec<String> {
        let told = |name: &&String| {
            (self.used.contains(*name) || self.declared.contains(*name)) && ![FIRST, LAST].contains(&name.as_str())
        };
        self.order.iter().filter(told).cloned().collect()
    }

    fn place(&self, name: &str) -> usize {
        match name {
            FIRST => 0,
            LAST => usize::MAX,
            name => self.order.iter().position(|other| other == name).map_or(usize::MAX, |index| index + 1),
        }
    }
}

/// The names, each after those that come before it, and always in the order that is declared; where that cannot be, the lowest rank
/// decides.
fn ordered(
    mut rank: BTreeMap<String, (usize, bool, usize)>,
    before: &BTreeMap<String, BTreeSet<String>>,
    declared: &[String],
) -> Vec<String> {
    let mut order: Vec<String> = Vec::new();
    while !rank.is_empty() {
        let next_declared = declared.iter().find(|name| rank.contains_key(*name));
        let may_follow = |name: &String| !declared.contains(name) || next_declared == Some(name);
        let free = |name: &String| before.get(name).is_none_or(|before| before.iter().all(|one| !rank.contains_key(one)));
        let lowest = |fits: &dyn Fn(&String) -> bool| {
            let open = rank.iter().filter(|(name, _)| may_follow(name) && fits(name));
            open.min_by_key(|(_, rank)| **rank).map(|(name, _)| name.clone())
        };
        let declared_first = || next_declared.cloned();
        let Some(next) = lowest(&free).or_else(declared_first).or_else(|| lowest(&|_| true)) else { break };
        rank.remove(&next);
        order.push(next);
    }
    order
}

fn name<'a>(pipeline: &'a Pipeline, job: &'a Job, depths: &mut HashMap<&'a str, usize>) -> String {
    job.stage.as_ref().map_or_else(|| format!("step-{}", depth(pipeline, job, depths)), |stage| stage.value.clone())
}

/// How many jobs follow each other up to this one, itself counted; a circle of needs ends where it closes.
fn depth<'a>(pipeline: &'a Pipeline, job: &'a Job, known: &mut HashMap<&'a str, usize>) -> usize {
    if let Some(depth) = known.get(job.id.as_str()) {
        return *depth;
    }
    known.insert(&job.id, 1);
    let needs = job.needs.iter().filter_map(|need| pipeline.jobs.get(&need.value));
    let depth = 1 + needs.map(|need| depth(pipeline, need, known)).max().unwrap_or(0);
    known.insert(&job.id, depth);
    depth
}
