//! The legs of a job.

use indexmap::IndexMap;

use super::lowering::Lowering;
use super::surroundings::{count, flag};
use crate::origin::At;
use crate::pipeline::Job;
use crate::pipeline::key::Key;
use crate::pipeline::matrix::{Cell, Matrix, Source};
use crate::yaml::{Map, Node};

/// The legs of a job; shards are one more key of them.
pub(super) fn lower(lowering: &mut Lowering<'_>, job: &Job) -> Option<Node> {
    if let Some(whole) = &job.github.strategy {
        return Some(Node::Text(lowering.text(Key::Matrix, whole)));
    }
    let shards = job.shards.as_ref();
    if let (Some(shards), Some(matrix)) = (shards, &job.matrix)
        && matrix.names().any(|name| name == "shard")
    {
        let message = "the matrix has a key `shard` of its own beside `shards`".to_owned();
        lowering.refuse("matrix", shards.origin, message, "rename the key".to_owned(), "shard");
        return None;
    }
    if let Some(whole) = job.matrix.as_ref().and_then(|matrix| matrix.late.whole.as_ref()) {
        if let Some(shards) = shards {
            let message = "a matrix that is worked out when the pipeline runs cannot be multiplied by shards".to_owned();
            lowering.refuse("matrix", shards.origin, message, "make the shards a key of that matrix".to_owned(), "shards");
        }
        let whole = source(lowering, whole);
        return Some(held(lowering, job, Some(Node::Text(whole))));
    }
    if let Some(matrix) = &job.matrix {
        runs_something(lowering, matrix);
    }
    let mut legs = job.matrix.as_ref().map(|matrix| keys(lowering, matrix)).unwrap_or_default();
    // Where every leg is an inclusion, the shards are in them: beside a key of their own, each inclusion would be put into
    // every shard, one over the other, and the last would be the only one left.
    if let Some(shards) = shards
        && job.matrix.as_ref().is_none_or(|matrix| !matrix.keys.is_empty() || matrix.include.is_empty())
    {
        legs.put("shard", (1..=shards.value).collect::<Vec<u32>>());
    }
    if let Some(matrix) = &job.matrix {
        let included: Vec<Map> = matrix.include.iter().flat_map(|leg| sharded(cells(lowering, leg), job)).collect();
        let excluded: Vec<Map> = matrix.exclude.iter().map(|leg| cells(lowering, leg)).collect();
        for (key, added, late) in [("include", included, &matrix.late.include), ("exclude", excluded, &matrix.late.exclude)] {
            if let Some(late) = late {
                if let (Some(shards), "include") = (shards, key) {
                    let message = "legs that are added when the pipeline runs have no shard".to_owned();
                    lowering.refuse("matrix", shards.origin, message, "make the shards a key of those legs".to_owned(), "shards");
                }
                let late = source(lowering, late);
                legs.put(key, late);
            } else if !added.is_empty() {
                legs.put(key, added);
            }
        }
    }
    if legs.is_empty() && lowering.is_as_written() && (job.fail_fast.is_some() || job.max_parallel.is_some()) {
        return Some(held(lowering, job, None));
    }
    if legs.is_empty() {
        no_legs(lowering, job);
        return None;
    }
    Some(held(lowering, job, Some(Node::Map(legs))))
}

/// The legs with what is said of all of them.
fn held(lowering: &mut Lowering<'_>, job: &Job, legs: Option<Node>) -> Node {
    let mut strategy = Map::new();
    let unsaid = (!lowering.is_as_written()).then(|| Node::from(false));
    let fail_fast = job.fail_fast.as_ref().map(|given| flag(lowering, Key::Matrix, given)).or(unsaid);
    strategy.put_some("fail-fast", fail_fast);
    strategy.put_some("max-parallel", job.max_parallel.as_ref().map(|given| count(lowering, Key::Matrix, given)));
    strategy.put_some("matrix", legs);
    Node::Map(strategy)
}

/// What a part of a matrix is worked out from.
fn source(lowering: &mut Lowering<'_>, source: &Source) -> String {
    lowering.look(Key::Matrix, &source.value);
    let scope = lowering.scope(Key::Matrix);
    if source.json { format!("${{{{ fromJSON({}) }}}}", scope.term(&source.value).text) } else { scope.text(&source.value) }
}

fn keys(lowering: &mut Lowering<'_>, matrix: &Matrix) -> Map {
    let mut map = Map::new();
    for (key, values) in &matrix.keys {
        map.put(key, values.iter().map(|value| cell(lowering, value)).collect::<Vec<Node>>());
    }
    for (key, late) in &matrix.late.keys {
        map.put(key, source(lowering, late));
    }
    map
}

/// An inclusion once for each shard: one that makes a leg of its own would have no shard otherwise.
fn sharded(leg: Map, job: &Job) -> Vec<Map> {
    let Some(shards) = &job.shards else { return vec![leg] };
    let with = |shard| {
        let mut leg = leg.clone();
        leg.put("shard", shard);
        leg
    };
    (1..=shards.value).map(with).collect()
}

/// Says of a matrix that is empty, or leaves no leg, that it does: the forge refuses the file.
fn runs_something(lowering: &mut Lowering<'_>, matrix: &At<Matrix>) {
    if let Some((message, help)) = matrix.refused() {
        lowering.refuse("matrix", matrix.origin, message.to_owned(), help.to_owned(), "legs");
    }
}

/// What is said of legs where there are none would be dropped without a word.
fn no_legs(lowering: &mut Lowering<'_>, job: &Job) {
    let said = [
        ("fail_fast", job.fail_fast.as_ref().map(|flag| flag.origin)),
        ("max_parallel", job.max_parallel.as_ref().map(|count| count.origin)),
    ];
    for (field, origin) in said.into_iter().filter_map(|(field, origin)| Some((field, origin?))) {
        let message = format!("`{field}` is about legs, and the job has none");
        lowering.refuse("matrix", origin, message, format!("give the job a matrix or shards, or remove `{field}`"), field);
    }
}

fn cells(lowering: &mut Lowering<'_>, cells: &IndexMap<String, At<Cell>>) -> Map {
    let mut map = Map::new();
    for (key, value) in cells {
        map.put(key, cell(lowering, value));
    }
    map
}

fn cell(lowering: &mut Lowering<'_>, cell: &At<Cell>) -> Node {
    match &cell.value {
        Cell::One(value) => lowering.scalar(Key::Matrix, value),
        Cell::Record(inner) => Node::Map(cells(lowering, inner)),
        Cell::List(items) => Node::List(items.iter().map(|item| self::cell(lowering, item)).collect()),
    }
}
