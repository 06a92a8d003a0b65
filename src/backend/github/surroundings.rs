//! What stands around a job: runner, containers, environment, concurrency, legs.

use super::expression::literal;
use super::lowering::Lowering;
use crate::origin::At;
use crate::pipeline::Job;
use crate::pipeline::key::Key;
use crate::pipeline::matrix::Matrix;
use crate::pipeline::surroundings::{Concurrency, Container, Environment, Group, Health};
use crate::pipeline::value::Value;
use crate::yaml::{Map, Node};

/// `runs-on`: an image of the forge, or the labels of a runner that the project declares.
pub(super) fn runner(lowering: &Lowering<'_>, job: &Job) -> Node {
    let name = lowering.project.runner_of(job);
    match lowering.project.runners.get(&name.value) {
        Some(runner) => match runner.labels.as_slice() {
            [label] => Node::from(label.value.as_str()),
            labels => Node::List(labels.iter().map(|label| Node::from(label.value.as_str())).collect()),
        },
        None => Node::from(name.value.as_str()),
    }
}

/// The group of a job. Each leg has its own: the forge lets one of a group run and one wait, and cancels every other.
pub(super) fn job_concurrency(lowering: &mut Lowering<'_>, job: &Job, written: &At<Concurrency>) -> Map {
    let leg = if job.matrix.is_some() || job.shards.is_some() { "-${{ strategy.job-index }}" } else { "" };
    let prefix = format!("{}-{}{leg}", lowering.pipeline.id, job.id);
    concurrency(lowering, Key::JobConcurrency, &prefix, Some(written))
}

/// A group and whether a new run cancels the one before. `prefix` keeps the groups of a caller and of what it calls apart.
pub(super) fn concurrency(lowering: &mut Lowering<'_>, key: Key, prefix: &str, written: Option<&At<Concurrency>>) -> Map {
    let group = match written.map(|concurrency| &concurrency.group.value) {
        None | Some(Group::PerRef) => format!("{prefix}-${{{{ github.workflow }}}}-${{{{ github.ref }}}}"),
        Some(Group::PerPipeline) => format!("{prefix}-${{{{ github.workflow }}}}"),
        Some(Group::Named(name)) => lowering.text(key, name),
    };
    let mut map = Map::new();
    map.put("group", group);
    map.put("cancel-in-progress", written.is_some_and(|concurrency| concurrency.cancel.value));
    map
}

/// What a job deploys to, or what guards its secrets.
pub(super) fn environment(lowering: &mut Lowering<'_>, environment: &Environment) -> Map {
    let mut map = Map::new();
    map.put("name", literal(&environment.name));
    map.put_some("url", environment.url.as_ref().map(|url| lowering.text(Key::EnvironmentUrl, url)));
    map.put_some("deployment", environment.deployment.as_ref().map(|flag| flag.value));
    map
}

/// The image a job or a service runs in.
pub(super) fn container(lowering: &mut Lowering<'_>, container: &Container) -> Map {
    let mut map = Map::new();
    map.put("image", lowering.image(&container.image, container.image.origin));
    let env = lowering.bindings(Key::ContainerEnv, &container.env);
    if !env.is_empty() {
        map.put("env", env);
    }
    let ports: Vec<Node> = container.ports.iter().map(|port| lowering.scalar(Key::Container, port)).collect();
    if !ports.is_empty() {
        map.put("ports", ports);
    }
    if !container.volumes.is_empty() {
        map.put("volumes", container.volumes.iter().map(|volume| literal(volume)).collect::<Vec<String>>());
    }
    let health = container.health.as_ref().map(|health| health_options(health));
    let written = container.options.as_ref().map(|options| literal(options));
    let options: Vec<String> = health.into_iter().chain(written).collect();
    if !options.is_empty() {
        map.put("options", options.join(" "));
    }
    map
}

fn health_options(health: &Health) -> String {
    format!(
        "--health-cmd {} --health-interval {} --health-timeout {} --health-retries {}",
        argument(&literal(&health.command)),
        health.interval.value,
        health.timeout.value,
        health.retries.value
    )
}

/// One argument of a command line that the runner takes apart: a quote keeps the backslashes before it apart from its own.
fn argument(text: &str) -> String {
    let mut out = String::from("\"");
    let mut backslashes = 0;
    for character in text.chars() {
        if character == '"' {
            out.extend(std::iter::repeat_n('\\', backslashes + 1));
        }
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
        out.push(character);
    }
    out.extend(std::iter::repeat_n('\\', backslashes));
    out.push('"');
    out
}

/// The legs of a job; shards are one more key of them.
pub(super) fn strategy(lowering: &mut Lowering<'_>, job: &Job) -> Option<Map> {
    let shards = job.shards.as_ref();
    if let (Some(shards), Some(matrix)) = (shards, &job.matrix)
        && matrix.names().any(|name| name == "shard")
    {
        let message = "the matrix has a key `shard` of its own beside `shards`".to_owned();
        lowering.refuse("matrix", shards.origin, message, "rename the key".to_owned(), "shard");
        return None;
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
        let included: Vec<Map> = matrix.include.iter().flat_map(|leg| sharded(leg_map(lowering, leg), job)).collect();
        let excluded: Vec<Map> = matrix.exclude.iter().map(|leg| leg_map(lowering, leg)).collect();
        for (key, added) in [("include", included), ("exclude", excluded)] {
            if !added.is_empty() {
                legs.put(key, added);
            }
        }
    }
    if legs.is_empty() {
        no_legs(lowering, job);
        return None;
    }
    let mut strategy = Map::new();
    strategy.put("fail-fast", job.fail_fast.as_ref().is_some_and(|flag| flag.value));
    strategy.put_some("max-parallel", job.max_parallel.as_ref().map(|count| count.value));
    strategy.put("matrix", legs);
    Some(strategy)
}

fn keys(lowering: &mut Lowering<'_>, matrix: &Matrix) -> Map {
    let mut map = Map::new();
    for (key, values) in &matrix.keys {
        map.put(key, values.iter().map(|value| lowering.scalar(Key::Matrix, value)).collect::<Vec<Node>>());
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

fn leg_map(lowering: &mut Lowering<'_>, leg: &indexmap::IndexMap<String, At<Value>>) -> Map {
    let mut map = Map::new();
    for (key, value) in leg {
        map.put(key, lowering.scalar(Key::Matrix, value));
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_health_command_stays_one_argument() {
        assert_eq!(argument("pg_isready -U k2"), r#""pg_isready -U k2""#);
        assert_eq!(argument(r#"say "hi""#), r#""say \"hi\"""#);
        assert_eq!(argument(r#"a\"b\"#), r#""a\\\"b\\""#);
    }
}
