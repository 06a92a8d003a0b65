//! Steps that several jobs have in common, and whole jobs that several pipelines have, put into a file of their own.

use std::collections::{BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;

use super::nickel;
use super::tree::{Entry, Tree, Word};
use crate::pipeline::step::slug;

/// What a pipeline calls the file of what is shared.
pub(super) const NAME: &str = "shared";
/// How many steps are shared together at most.
const MOST: usize = 12;
/// How long steps must be, written out, for a name of them to be a gain: several together, and one alone.
const SEVERAL: usize = 120;
const ALONE: usize = 160;
/// How long a job must be.
const JOB: usize = 200;

/// What is shared.
#[derive(Debug, Default)]
pub(super) struct Shared {
    entries: Vec<Entry>,
    /// How many steps of each pipeline are, by its place among the trees.
    pub(super) used: HashMap<usize, usize>,
}

impl Shared {
    /// The text of the file; nothing if nothing is shared.
    pub(super) fn text(&self) -> Option<String> {
        (!self.entries.is_empty()).then(|| {
            let body = nickel::fields(&self.entries, 1);
            format!("# What stands in more than one place.\n{{\n{body}}}\n")
        })
    }
}

/// Whether something in a tree stands in the file of what is shared.
pub(super) fn uses_shared(tree: &Tree) -> bool {
    match &tree.word {
        Word::Shared(..) | Word::SharedJob(..) => true,
        Word::List(items) => items.iter().any(uses_shared),
        Word::Record(entries) => entries.iter().any(|entry| uses_shared(&entry.tree)),
        _ => false,
    }
}

/// The steps of a job, each by the number of what it says; those that are shared already have none.
struct Steps {
    tree: usize,
    job: usize,
    ids: Vec<Option<usize>>,
}

/// Puts what several jobs have in common into one place; nothing if the place is `taken`. The longest runs of steps come first.
pub(super) fn factor(trees: &mut [Tree], taken: bool) -> Shared {
    let mut shared = Shared::default();
    if taken {
        return shared;
    }
    let mut names = BTreeSet::new();
    share_jobs(trees, &mut names, &mut shared);
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut texts: Vec<(usize, Tree)> = Vec::new();
    let mut all: Vec<Steps> = Vec::new();
    // Inside the record of jobs, one of that name would hide what is shared.
    for (tree, root) in trees.iter().enumerate().filter(|(_, root)| !has_job(root, NAME)) {
        for (job, steps) in jobs(root).into_iter().enumerate() {
            let ids = steps.iter().map(|step| {
                let text = format!("{}\n{}\n{}", step.above.join("\n"), nickel::write(step, 0, 0), step.below.join("\n"));
                let next = known.len();
                let length = text.len();
                Some(*known.entry(text).or_insert_with(|| {
                    texts.push((length, step.clone()));
                    next
                }))
            });
            all.push(Steps { tree, job, ids: ids.collect() });
        }
    }
    let mut places: Vec<(usize, usize, usize, usize, String)> = Vec::new();
    for length in (1..=MOST).rev() {
        let least = if length == 1 { ALONE } else { SEVERAL };
        for run in repeated(&all, length) {
            if run.iter().map(|id| texts[*id].0).sum::<usize>() < least {
                continue;
            }
            let items: Vec<Tree> = run.iter().map(|id| texts[*id].1.clone()).collect();
            let found = take(&mut all, &run);
            if found.len() < 2 {
                // One of them overlapped with another: it stays.
                continue;
            }
            let name = name_of(&items, &mut names);
            for (tree, job, at) in &found {
                *shared.used.entry(*tree).or_default() += length;
                places.push((*tree, *job, *at, length, format!("{NAME}.{name}")));
            }
            let origin = items[0].origin;
            shared.entries.push(Entry { name, key: origin, tree: Tree::list(items, origin) });
        }
    }
    shared.entries.sort_by(|one, other| one.name.cmp(&other.name));
    // From the last to the first, so that places stay what they are.
    places.sort_by_key(|(tree, job, at, ..)| std::cmp::Reverse((*tree, *job, *at)));
    for (tree, job, at, length, name) in places {
        if let Some(steps) = jobs_mut(&mut trees[tree]).into_iter().nth(job) {
            let items: Vec<Tree> = steps.splice(at..at + length, []).collect();
            let origin = items[0].origin;
            steps.insert(at, Tree::new(Word::Shared(name, items), origin));
        }
    }
    shared
}

/// Puts the jobs that say all the same into the file of what is shared.
fn share_jobs(trees: &mut [Tree], names: &mut BTreeSet<String>, shared: &mut Shared) {
    let mut places: IndexMap<String, Vec<(usize, String)>> = IndexMap::new();
    for (index, root) in trees.iter().enumerate().filter(|(_, root)| !has_job(root, NAME)) {
        for entry in all_jobs(root) {
            let text = nickel::write(&entry.tree, 0, 0);
            if text.len() >= JOB {
                places.entry(text).or_default().push((index, entry.name.clone()));
            }
        }
    }
    for (_, places) in places.into_iter().filter(|(_, places)| places.len() > 1) {
        let name = free(&format!("{}_job", slug(&places[0].1).replace('-', "_")), names);
        for (number, (index, id)) in places.iter().enumerate() {
            let Some(job) = all_jobs_mut(&mut trees[*index]).iter_mut().find(|entry| entry.name == *id) else { continue };
            let (above, below) = (std::mem::take(&mut job.tree.above), std::mem::take(&mut job.tree.below));
            let origin = job.tree.origin;
            let inner = std::mem::replace(&mut job.tree, Tree::new(Word::Null, origin));
            *shared.used.entry(*index).or_default() += steps_in(&inner);
            if number == 0 {
                shared.entries.push(Entry { name: name.clone(), key: origin, tree: inner.clone() });
            }
            job.tree = Tree { above, below, ..Tree::new(Word::SharedJob(format!("{NAME}.{name}"), Box::new(inner)), origin) };
        }
    }
}

fn steps_in(job: &Tree) -> usize {
    let Word::Record(parts) = &job.word else { return 0 };
    parts.iter().find(|part| part.name == "steps").map_or(0, |part| match &part.tree.word {
        Word::List(items) => items.len(),
        _ => 0,
    })
}

fn all_jobs(tree: &Tree) -> &[Entry] {
    let Word::Record(entries) = &tree.word else { return &[] };
    match entries.iter().find(|entry| entry.name == "jobs").map(|entry| &entry.tree.word) {
        Some(Word::Record(jobs)) => jobs,
        _ => &[],
    }
}

fn all_jobs_mut(tree: &mut Tree) -> &mut [Entry] {
    let Word::Record(entries) = &mut tree.word else { return &mut [] };
    match entries.iter_mut().find(|entry| entry.name == "jobs").map(|entry| &mut entry.tree.word) {
        Some(Word::Record(jobs)) => jobs,
        _ => &mut [],
    }
}

/// Runs of so many steps that stand in more than one place, in the order in which they are met.
fn repeated(all: &[Steps], length: usize) -> Vec<Vec<usize>> {
    let mut met: HashMap<Vec<usize>, usize> = HashMap::new();
    let mut order = Vec::new();
    for steps in all {
        let mut own = HashSet::new();
        for window in steps.ids.windows(length) {
            let Some(run) = window.iter().copied().collect::<Option<Vec<usize>>>() else { continue };
            // Twice in one job is no pattern of the project's.
            if own.insert(run.clone()) {
                let times = met.entry(run.clone()).or_default();
                *times += 1;
                if *times == 2 {
                    order.push(run);
                }
            }
        }
    }
    order
}

/// Takes each place of a run that is still free, if there are two or more: tree, job and index.
fn take(all: &mut [Steps], run: &[usize]) -> Vec<(usize, usize, usize)> {
    let wanted: Vec<Option<usize>> = run.iter().copied().map(Some).collect();
    let place = |steps: &Steps| steps.ids.windows(run.len()).position(|window| window == wanted.as_slice());
    let found: Vec<(usize, usize)> = all.iter().enumerate().filter_map(|(index, steps)| Some((index, place(steps)?))).collect();
    if found.len() < 2 {
        return Vec::new();
    }
    let taken = found.into_iter().map(|(index, at)| {
        all[index].ids[at..at + run.len()].fill(None);
        (all[index].tree, all[index].job, at)
    });
    taken.collect()
}

fn has_job(tree: &Tree, id: &str) -> bool {
    all_jobs(tree).iter().any(|job| job.name == id)
}

fn jobs(tree: &Tree) -> Vec<&[Tree]> {
    let steps = all_jobs(tree).iter().filter_map(|entry| {
        let Word::Record(parts) = &entry.tree.word else { return None };
        parts.iter().find(|part| part.name == "steps").and_then(|part| match &part.tree.word {
            Word::List(items) => Some(items.as_slice()),
            _ => None,
        })
    });
    steps.collect()
}

fn jobs_mut(tree: &mut Tree) -> Vec<&mut Vec<Tree>> {
    let steps = all_jobs_mut(tree).iter_mut().filter_map(|entry| {
        let Word::Record(parts) = &mut entry.tree.word else { return None };
        parts.iter_mut().find(|part| part.name == "steps").and_then(|part| match &mut part.tree.word {
            Word::List(items) => Some(items),
            _ => None,
        })
    });
    steps.collect()
}

/// A name for steps: that of the first which does more than fetch the sources.
fn name_of(items: &[Tree], names: &mut BTreeSet<String>) -> String {
    let labels: Vec<String> = items.iter().filter_map(label).collect();
    let fetches = |label: &&String| !label.starts_with("check") || label.len() > 12;
    let label = labels.iter().find(fetches).or(labels.first()).map_or("common", String::as_str);
    let mut name = String::new();
    for word in label.split('_').take(5) {
        name = if name.is_empty() { word.to_owned() } else { format!("{name}_{word}") };
    }
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name = format!("steps_{name}");
    }
    free(&name, names)
}

/// A name that is not taken yet.
fn free(name: &str, names: &mut BTreeSet<String>) -> String {
    let mut free = name.to_owned();
    let mut number = 2;
    while !names.insert(free.clone()) {
        free = format!("{name}_{number}");
        number += 1;
    }
    free
}

fn label(step: &Tree) -> Option<String> {
    let Word::Record(entries) = &step.word else { return None };
    let text = |entries: &[Entry], name: &str| {
        entries.iter().find(|entry| entry.name == name).and_then(|entry| match &entry.tree.word {
            Word::Text(text) => Some(text.clone()),
            _ => None,
        })
    };
    let words: &[Entry] = entries.iter().find(|entry| entry.name == "github").map_or(&[], |entry| match &entry.tree.word {
        Word::Record(words) => words.as_slice(),
        _ => &[],
    });
    let used = || {
        let uses = text(entries, "uses").or_else(|| text(words, "uses"))?;
        let path = uses.split('@').next().unwrap_or_default().to_owned();
        path.rsplit('/').next().map(str::to_owned)
    };
    let run = || text(entries, "run").or_else(|| text(words, "run"));
    let plain = |text: String| text.split("${{").next().unwrap_or_default().to_owned();
    let found = text(entries, "name").or_else(|| text(words, "name").map(plain)).or_else(used).or_else(run)?;
    let slug = slug(&found).replace('-', "_");
    (!slug.is_empty()).then_some(slug)
}
