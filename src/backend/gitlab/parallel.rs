//! The legs of a job: GitLab leaves none out and adds none, so they are written one by one where the author does; shards are one
//! more variable of each.

use indexmap::IndexMap;

use super::lowering::Lowering;
use super::value;
use crate::origin::At;
use crate::pipeline::Job;
use crate::pipeline::Reference;
use crate::pipeline::gitlab::limit;
use crate::pipeline::matrix::{Cell, Matrix};
use crate::pipeline::value::Bindings;
use crate::yaml::{Map, Node};

/// The variables of one leg.
pub(super) type Leg = IndexMap<String, String>;

/// The variable that says which shard a leg is.
const SHARD: &str = "SHARD";
/// The variable that says how many there are.
const SHARDS: &str = "SHARDS";

/// The legs of a job with a matrix; none if it has none, or none that can be written.
pub(super) fn legs(lowering: &mut Lowering<'_>, job: &Job) -> Vec<Leg> {
    if let Some(whole) = &job.github.strategy {
        lowering.lose("matrix-late", whole.origin);
    }
    held(lowering, job);
    let Some(matrix) = &job.matrix else { return Vec::new() };
    if matrix.is_late() {
        let origin = matrix.sources().first().map_or(matrix.origin, |(_, source)| source.value.origin);
        lowering.lose("matrix-late", origin);
        return Vec::new();
    }
    let shards = job.shards.as_ref().map_or(1, |shards| shards.value as usize);
    let all = matrix.legs().unwrap_or(0).saturating_mul(shards);
    if all > limit::LEGS {
        too_many(lowering, matrix.origin, all);
        return Vec::new();
    }
    if !names(lowering, job, matrix) {
        return Vec::new();
    }
    let mut legs: Vec<Leg> = Vec::new();
    for written in matrix.expanded() {
        let mut leg = Leg::new();
        for (key, cell) in written {
            let Some(text) = text(lowering, cell) else { return Vec::new() };
            leg.insert(value::matrix(key), text);
        }
        legs.push(leg);
    }
    if legs.is_empty() {
        let help = "write at least one value for each key and leave one leg in, or remove the matrix".to_owned();
        lowering.refuse("matrix", matrix.origin, "the matrix leaves no leg".to_owned(), help, "legs");
    }
    let sharded = |leg: &Leg, shard: u32| {
        let mut leg = leg.clone();
        leg.insert(SHARD.to_owned(), shard.to_string());
        leg
    };
    match &job.shards {
        Some(shards) => legs.iter().flat_map(|leg| (1..=shards.value).map(move |shard| sharded(leg, shard))).collect(),
        None => legs,
    }
}

/// Puts `parallel` into the map of a job.
pub(super) fn put(lowering: &mut Lowering<'_>, job: &Job, legs: Vec<Leg>, map: &mut Map) {
    match &job.shards {
        Some(shards) if job.matrix.is_none() => {
            if shards.value as usize > limit::LEGS {
                too_many(lowering, shards.origin, shards.value as usize);
            }
            map.put("parallel", shards.value);
        }
        _ if !legs.is_empty() => {
            let mut parallel = Map::new();
            parallel.put("matrix", rows(legs));
            map.put("parallel", parallel);
        }
        _ => {}
    }
}

/// What tells the commands of a sharded job which part is theirs.
pub(super) fn variables(job: &Job) -> Map {
    let mut map = Map::new();
    if let Some(shards) = &job.shards {
        // Where there is more to a leg than its shard, each leg says it.
        if job.matrix.is_none() {
            map.put(SHARD, "${CI_NODE_INDEX}");
        }
        map.put(SHARDS, shards.value.to_string());
    }
    map
}

/// The legs as few rows as they are: one, if they are all there is of some values of each variable.
fn rows(legs: Vec<Leg>) -> Node {
    let mut columns: IndexMap<String, Vec<String>> = IndexMap::new();
    for (key, value) in legs.iter().flatten() {
        let column = columns.entry(key.clone()).or_default();
        if !column.contains(value) {
            column.push(value.clone());
        }
    }
    let product: usize = columns.values().map(Vec::len).product();
    if product == legs.len() && legs.iter().all(|leg| leg.len() == columns.len()) {
        let mut row = Map::new();
        for (key, values) in columns {
            row.put(&key, values);
        }
        return Node::from(vec![row]);
    }
    let row = |leg: Leg| {
        let mut row = Map::new();
        leg.into_iter().for_each(|(key, value)| {
            row.put(&key, value);
        });
        row
    };
    Node::from(legs.into_iter().map(row).collect::<Vec<Map>>())
}

/// Says what becomes of what is said of all legs.
fn held(lowering: &mut Lowering<'_>, job: &Job) {
    if let Some(fail_fast) = job.fail_fast.as_ref().filter(|given| given.now() != Some(&false)) {
        lowering.lose("fail-fast", fail_fast.origin);
    }
    if let Some(most) = &job.max_parallel {
        lowering.lose(if most.now() == Some(&1) { "max-parallel-one" } else { "max-parallel" }, most.origin);
    }
}

/// Whether at most one leg may run at once, which a group of its own can see to.
pub(super) fn one_by_one(job: &Job) -> bool {
    job.max_parallel.as_ref().is_some_and(|most| most.now() == Some(&1))
}

fn too_many(lowering: &mut Lowering<'_>, origin: crate::origin::Origin, legs: usize) {
    let message = format!("{legs} legs, the most there can be on GitLab is {}", limit::LEGS);
    let help = "leave legs out, or make it several jobs".to_owned();
    lowering.refuse("gl-parallel-limit", origin, message, help, "gitlab");
}

/// The value of a cell as that of a variable.
fn text(lowering: &mut Lowering<'_>, cell: &At<Cell>) -> Option<String> {
    let Cell::One(value) = &cell.value else {
        lowering.lose("matrix-nested", cell.origin);
        return None;
    };
    match value.print() {
        Some(text) => Some(text.replace('$', "$$")),
        None => lowering.early(value),
    }
}

/// Whether each key has a variable of its own: not that of another key or of the job's environment.
fn names(lowering: &mut Lowering<'_>, job: &Job, matrix: &At<Matrix>) -> bool {
    let mut taken: IndexMap<String, &str> = IndexMap::new();
    let mut fine = true;
    for key in matrix.names() {
        let name = value::matrix(key);
        let other = taken.get(&name).copied();
        let holder = if other.is_some_and(|other| other != key) {
            other.map(|other| format!("the key `{other}`"))
        } else {
            let bound = |bindings: &Bindings| bindings.get(&name).is_some_and(|binding| !is_key(&binding.value, key));
            (bound(&job.env) || bound(&lowering.pipeline.env)).then(|| format!("the variable `{name}` of the environment"))
        };
        if let Some(holder) = holder {
            fine = false;
            let message = format!("the key `{key}` is the variable `{name}` on GitLab, and so is {holder}");
            let help = "give one of the two another name".to_owned();
            lowering.refuse("env-name-taken", matrix.origin, message, help, key);
        }
        taken.insert(name, key);
    }
    fine
}

/// Whether a value is that of the key and nothing else.
fn is_key(value: &crate::pipeline::Value, key: &str) -> bool {
    matches!(value.sole(), Some(Reference::Matrix(other)) if other == key)
}
