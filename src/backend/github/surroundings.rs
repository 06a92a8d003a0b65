//! What stands around a job: runner, environment, concurrency, defaults, the image made of its runner.

use super::lowering::Lowering;
use crate::origin::At;
use crate::pipeline::Job;
use crate::pipeline::github::job::Snapshot;
use crate::pipeline::given::Given;
use crate::pipeline::key::Key;
use crate::pipeline::project;
use crate::pipeline::runner::Runner;
use crate::pipeline::surroundings::{Act, Concurrency, Defaults, Environment, Group};
use crate::yaml::{Map, Node};

/// `runs-on`: an image of the forge, the labels and the group of a runner, or what they are worked out from.
pub(super) fn runner(lowering: &mut Lowering<'_>, job: &Job) -> Node {
    let shared = lowering.shared;
    let name = match &job.runner {
        None => shared.default_runner,
        Some(At { value: Runner::Name(name), .. }) => name,
        Some(At { value: Runner::Value(value), .. }) => return Node::Text(lowering.text(Key::Job, value)),
        Some(At { value: Runner::Labels(group, labels), .. }) => {
            let group = group.as_ref().map(|group| lowering.text(Key::Job, group));
            let labels = labels.iter().map(|label| lowering.text(Key::Job, label)).collect();
            return chosen(group, labels);
        }
    };
    match shared.runners.get(name) {
        Some(project::Runner { group, labels, .. }) => {
            let labels = labels.iter().map(|label| label.value.clone()).collect();
            chosen(group.as_ref().map(|group| group.value.clone()), labels)
        }
        None => Node::from(name),
    }
}

fn chosen(group: Option<String>, labels: Vec<String>) -> Node {
    let labels = match <[String; 1]>::try_from(labels) {
        Ok([label]) => Node::Text(label),
        Err(labels) => Node::List(labels.into_iter().map(Node::Text).collect()),
    };
    let Some(group) = group else { return labels };
    let mut map = Map::new();
    map.put("group", group);
    if !matches!(&labels, Node::List(none) if none.is_empty()) {
        map.put("labels", labels);
    }
    Node::Map(map)
}

/// A flag, or the expression it is worked out from.
pub(super) fn flag(lowering: &mut Lowering<'_>, key: Key, given: &At<Given<bool>>) -> Node {
    match &given.value {
        Given::Now(flag) => Node::from(*flag),
        Given::Later(value) => Node::Text(lowering.text(key, value)),
    }
}

/// A count, or the expression it is worked out from.
pub(super) fn count(lowering: &mut Lowering<'_>, key: Key, given: &At<Given<u32>>) -> Node {
    match &given.value {
        Given::Now(count) => Node::from(*count),
        Given::Later(value) => Node::Text(lowering.text(key, value)),
    }
}

/// The group of a job. Each leg has its own: the forge lets one of a group run and one wait, and cancels every other.
pub(super) fn job_concurrency(lowering: &mut Lowering<'_>, job: &Job, written: &At<Concurrency>) -> Map {
    let legs = job.has_legs() || job.github.strategy.is_some();
    let leg = if legs { "-${{ strategy.job-index }}" } else { "" };
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
    let cancel = written.map_or(Node::from(false), |concurrency| flag(lowering, key, &concurrency.cancel));
    map.put("cancel-in-progress", cancel);
    map.put_some("queue", written.and_then(|concurrency| concurrency.queue.as_ref()).map(|queue| queue.word()));
    map
}

/// What a job deploys to, or what guards its secrets.
pub(super) fn environment(lowering: &mut Lowering<'_>, environment: &Environment) -> Map {
    let mut map = Map::new();
    map.put("name", lowering.text(Key::Environment, &environment.name));
    map.put_some("url", environment.url.as_ref().map(|url| lowering.text(Key::EnvironmentUrl, url)));
    if let Some(action) = environment.action.as_ref().filter(|action| action.value != Act::Start) {
        if action.value == Act::Stop {
            lowering.lose("environment-stop", action.origin);
        }
        map.put("deployment", false);
    }
    map.put_some("deployment", environment.deployment.as_ref().map(|given| flag(lowering, Key::Environment, given)));
    let said = [
        ("environment-tier", environment.tier.as_ref().map(|tier| tier.origin)),
        ("environment-on-stop", environment.on_stop.as_ref().map(|job| job.origin)),
        ("environment-auto-stop", environment.auto_stop.as_ref().map(|span| span.origin)),
    ];
    for (construct, origin) in said.into_iter().filter_map(|(construct, origin)| Some((construct, origin?))) {
        lowering.lose(construct, origin);
    }
    map
}

/// What commands start from.
pub(super) fn defaults(lowering: &mut Lowering<'_>, key: Key, defaults: &Defaults) -> Map {
    let mut run = Map::new();
    run.put_some("shell", defaults.shell.as_ref().map(|shell| lowering.text(key, shell)));
    run.put_some("working-directory", defaults.directory.as_ref().map(|directory| lowering.text(key, directory)));
    let mut map = Map::new();
    map.put("run", run);
    map
}

/// The image that is made of the runner.
pub(super) fn snapshot(lowering: &mut Lowering<'_>, snapshot: &Snapshot) -> Node {
    if snapshot.version.is_none() && snapshot.when.is_none() {
        return Node::from(snapshot.image.value.as_str());
    }
    let mut map = Map::new();
    map.put("image-name", snapshot.image.value.as_str());
    map.put_some("version", snapshot.version.as_ref().map(|version| version.value.as_str()));
    map.put_some("if", snapshot.when.as_ref().map(|when| lowering.condition(Key::SnapshotIf, when)));
    Node::Map(map)
}
