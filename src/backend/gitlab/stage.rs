//! Stages: what people see beside each other. Nothing waits for a stage, since every job says what it needs; but GitLab refuses a job
//! that needs one of a later stage, so their order follows from what the jobs need, as far as the project does not declare it. Jobs that
//! name no stage stand in `step-1`, `step-2`…, which come as early as what they need lets them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::lowering::Lowering;
use crate::pipeline::backends::GitLab;
use crate::pipeline::{Job, Pipeline};

/// Stages that GitLab has without being told: one before and one after all others.
const FIRST: &str = ".pre";
const LAST: &str = ".post";
/// Those between them, as long as a file has no `stages`. Read in GitLab's reference of the keyword, 2026-11.
const USUAL: &[&str] = &["build", "test", "deploy"];

/// The stages of a document in their order.
#[derive(Debug, Default)]
pub(super) struct Stages {
    order: Vec<String>,
    declared: BTreeSet<String>,
    /// The stage of each job, by its pipeline and its id.
    of_jobs: HashMap<(String, String), String>,
}

/// What comes first where nothing else says: stages that nobody named, before how many jobs come before, before the author's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    named: bool,
    depth: usize,
    seen: usize,
}

/// The stages that the project puts in order. What is included brings jobs in stages of its own, GitLab's usual ones if it says
/// nothing of them, and GitLab refuses a job whose stage is not in the list.
pub(super) fn declared(settings: &GitLab, includes: bool) -> Vec<String> {
    let usual = || USUAL.iter().map(|stage| (*stage).to_owned()).collect();
    let written: Vec<String> = settings.stages.iter().map(|stage| stage.value.clone()).collect();
    if written.is_empty() && includes { usual() } else { written }
}

impl Stages {
    /// The stages of the jobs of pipelines, those that are declared in the order in which they are.
    pub(super) fn of<'p>(declared: Vec<String>, pipelines: impl Iterator<Item = &'p Pipeline>) -> Self {
        let mut rank: BTreeMap<String, Rank> = BTreeMap::new();
        let mut before: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut of_jobs = HashMap::new();
        let mut seen = declared.len();
        for (index, name) in declared.iter().enumerate() {
            rank.insert(name.clone(), Rank { named: true, depth: usize::MAX, seen: index });
        }
        for pipeline in pipelines {
            let mut depths = HashMap::new();
            for job in pipeline.jobs.values() {
                let depth = depth(pipeline, job, &mut depths);
                let name = name(job, depth);
                let found = rank.entry(name.clone()).or_insert(Rank { named: job.stage.is_some(), depth, seen });
                found.depth = found.depth.min(depth);
                seen += 1;
                let needed = needed(pipeline, job).map(|need| self::name(need, self::depth(pipeline, need, &mut depths)));
                let needed: BTreeSet<String> = needed.filter(|other| *other != name).collect();
                before.entry(name.clone()).or_default().extend(needed);
                of_jobs.insert((pipeline.id.clone(), job.id.clone()), name);
            }
        }
        Self { order: ordered(rank, &before, &declared), declared: declared.into_iter().collect(), of_jobs }
    }

    /// The stage of a job: the one it names, or one for how many jobs come before it. Says which jobs it needs of a later one.
    pub(super) fn enter(&self, lowering: &mut Lowering<'_>, job: &Job) -> String {
        let pipeline = lowering.pipeline;
        let name = self.of_job(pipeline, job);
        for need in needed(pipeline, job) {
            let other = self.of_job(pipeline, need);
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

    pub(super) fn of_job(&self, pipeline: &Pipeline, job: &Job) -> String {
        self.of_jobs.get(&(pipeline.id.clone(), job.id.clone())).cloned().unwrap_or_default()
    }

    /// Every stage in its order that is declared, or that jobs of the document are in.
    pub(super) fn all(&self, used: &BTreeSet<String>) -> Vec<String> {
        let told =
            |name: &&String| (used.contains(*name) || self.declared.contains(*name)) && ![FIRST, LAST].contains(&name.as_str());
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
fn ordered(mut rank: BTreeMap<String, Rank>, before: &BTreeMap<String, BTreeSet<String>>, declared: &[String]) -> Vec<String> {
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

/// The stage that a job names, or one for its depth.
fn name(job: &Job, depth: usize) -> String {
    job.stage.as_ref().map_or_else(|| format!("step-{depth}"), |stage| stage.value.clone())
}

/// The jobs that a job needs.
fn needed<'a>(pipeline: &'a Pipeline, job: &'a Job) -> impl Iterator<Item = &'a Job> {
    job.needs.iter().filter_map(|need| pipeline.jobs.get(&need.value))
}

/// How many jobs follow each other up to this one, itself counted; a circle of needs ends where it closes.
fn depth<'a>(pipeline: &'a Pipeline, job: &'a Job, known: &mut HashMap<&'a str, usize>) -> usize {
    if let Some(depth) = known.get(job.id.as_str()) {
        return *depth;
    }
    known.insert(&job.id, 1);
    let depth = 1 + needed(pipeline, job).map(|need| depth(pipeline, need, known)).max().unwrap_or(0);
    known.insert(&job.id, depth);
    depth
}
