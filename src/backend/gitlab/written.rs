//! A pipeline that is as it is written: a file of its own that says what the pipeline says and nothing more. What a job does not say
//! is left to GitLab, and the steps of a job are the entries of its script.

mod commands;

pub(crate) use self::commands::{entries, keeps_to_itself};
use super::lowering::{Lowering, Place};
use super::{environment, failure, job, of_pipeline, value, words};
use crate::backend::{Output, cannot_write};
use crate::origin::{At, Origin};
use crate::pipeline::backends::GitLab;
use crate::pipeline::condition::Condition;
use crate::pipeline::gitlab::Tree;
use crate::pipeline::gitlab::file::File;
use crate::pipeline::job::Body;
use crate::pipeline::matrix::{Cell, Matrix};
use crate::pipeline::runner::Runner;
use crate::pipeline::step::{Cache, Impact, Kind, Upload};
use crate::pipeline::surroundings::{Concurrency, Group, Toolchain};
use crate::pipeline::{Job, Pipeline, Project, Reference, Step, Value};
use crate::yaml::{Map, Node};

/// Writes the file of a pipeline; `taken` is who has its place already.
pub(super) fn render(project: &Project, settings: &GitLab, pipeline: &Pipeline, taken: Option<&str>, output: &mut Output) {
    let path = pipeline.gitlab_file().unwrap_or_default().to_owned();
    let mut lowering = Lowering::new(project, settings, pipeline, Place::Written);
    if let Some(other) = taken {
        let message = format!("`{path}` is the file of `{other}` already");
        let help = "write gitlab.file = \"…\", another path".to_owned();
        lowering.refuse("id-rules", pipeline.origin, message, help, &path);
    }
    let documents = documents(&mut lowering);
    output.losses.append(&mut lowering.told.losses);
    if lowering.told.findings.is_empty() {
        output.files.push(of_pipeline(pipeline, path, &documents));
    } else {
        output.findings.append(&mut lowering.told.findings);
        output.withheld.push(path);
    }
}

/// Says of a pipeline that has no place: the file that GitLab begins with is another one's, as it is written.
pub(super) fn left_out(pipeline: &Pipeline, file: &str, output: &mut Output) {
    let message = format!("`{file}` is as it is written, so this pipeline has no place on GitLab");
    let help =
        "include it there as a file of its own with gitlab.as_written, or remove that word from the pipeline that has the file";
    let identity = pipeline.identity();
    output.findings.push(cannot_write("not-portable", &identity, pipeline.origin, message, vec![help.to_owned()], "gitlab"));
}

fn documents(lowering: &mut Lowering<'_>) -> Vec<Map> {
    let pipeline = lowering.pipeline;
    let none = File::default();
    let file = pipeline.gitlab.as_ref().unwrap_or(&none);
    let mut map = Map::new();
    for (name, entry) in &file.words {
        map.put(name, words::named(lowering, name, &entry.tree));
    }
    let variables = value::variables(lowering, &pipeline.env);
    if !variables.is_empty() {
        words::merge(&mut map, "variables", &Node::Map(variables), false);
    }
    for (name, entry) in &file.templates {
        map.put(name, template(lowering, &entry.tree)).spaced();
    }
    for written in pipeline.jobs.values() {
        lowering.enter(written, None);
        let lowered = lower(lowering, written);
        let name = lowering.name_of(&written.id);
        if map.get(&name).is_some() {
            let message = format!("`{name}` is the name of something else in the file");
            lowering.refuse("id-rules", written.key, message, "give the job another name".to_owned(), &name);
        }
        map.put(&name, lowered).spaced();
    }
    words::head(file, None).into_iter().chain([map]).collect()
}

/// A template as a job is written, or whatever else it is.
fn template(lowering: &Lowering<'_>, tree: &Tree) -> Node {
    let mut map = Map::new();
    for (word, entry) in tree.entries() {
        map.put(word, words::named(lowering, word, &entry.tree));
    }
    if map.is_empty() { words::named(lowering, "", tree) } else { Node::Map(map) }
}

/// The map of a job: its fields under GitLab's words for them, then what is said in these.
fn lower<'a>(lowering: &mut Lowering<'a>, job: &'a Job) -> Map {
    let mut map = Map::new();
    unplaced(lowering, job);
    map.put_some("stage", job.stage.as_ref().map(|stage| stage.as_str()));
    if !job.needs.is_empty() {
        map.put("needs", job.needs.iter().map(|need| lowering.name_of(need)).collect::<Vec<String>>());
    }
    map.put_some("when", when(lowering, job));
    map.put_some("manual_confirmation", job.manual.as_ref().and_then(|manual| manual.confirm.as_ref()).map(|text| text.as_str()));
    map.put_some("resource_group", group(lowering, job));
    around(lowering, job, &mut map);
    steps(lowering, job, &mut map);
    lowering.enter(job, None);
    for (name, entry) in job.gitlab.iter().flat_map(Tree::entries) {
        let said = words::named(lowering, name, &entry.tree);
        match name {
            "variables" => words::merge(&mut map, name, &said, true),
            _ => words::put(&mut map, name, said),
        }
    }
    map
}

/// Whether GitLab's own words of a job say a key: what the model made of it is not written.
fn is_said(job: &Job, name: &str) -> bool {
    job.gitlab.as_ref().is_some_and(|words| words.get(name).is_some())
}

fn around<'a>(lowering: &mut Lowering<'a>, job: &'a Job, map: &mut Map) {
    map.put_some("tags", tags(lowering, job));
    if let Some(container) = job.container.as_ref().filter(|_| !is_said(job, "image")) {
        map.put_some("image", image(lowering, &container.image));
    }
    if !is_said(job, "services") && !job.services.is_empty() {
        let services = job.services.iter().filter_map(|(name, service)| {
            let mut map = Map::new();
            map.put("name", image(lowering, &service.image)?);
            map.put("alias", name.as_str());
            Some(map)
        });
        let services: Vec<Map> = services.collect();
        map.put("services", services);
    }
    if !is_said(job, "parallel") {
        map.put_some("parallel", parallel(job));
    }
    if !is_said(job, "environment") {
        environment::put(lowering, job, map);
    }
    if !is_said(job, "timeout") {
        map.put_some("timeout", job::timeout(lowering, job));
    }
    if !is_said(job, "retry") {
        map.put_some("retry", failure::retry(job, 1));
    }
    let allowed = match (job.impact.as_ref().map(|impact| impact.value), &job.manual) {
        (Some(Impact::Warn), _) => Some(true),
        (Some(Impact::Block), _) => Some(false),
        (None, Some(manual)) if manual.blocks => Some(false),
        _ => None,
    };
    map.put_some("allow_failure", allowed);
    let variables = value::variables(lowering, &job.env);
    if !variables.is_empty() {
        map.put("variables", variables);
    }
}

/// What of a job has no place in a file that says nothing of its own.
fn unplaced(lowering: &mut Lowering<'_>, job: &Job) {
    let mut found: Vec<(&str, Origin)> = Vec::new();
    found.extend(job.outputs.values().next().map(|binding| ("outputs", binding.key)));
    found.extend(job.permissions_key.map(|origin| ("permissions", origin)));
    found.extend(job.warn_if.as_ref().map(|when| ("warn_if", when.origin)));
    found.extend(job.defaults.is_some().then_some(("defaults", job.key)));
    found.extend(matches!(job.toolchain.value, Toolchain::Nix(_)).then_some(("toolchain", job.toolchain.origin)));
    found.extend(job.fail_fast.as_ref().map(|given| ("fail_fast", given.origin)));
    found.extend(job.max_parallel.as_ref().map(|given| ("max_parallel", given.origin)));
    found.extend(matches!(job.body, Body::Call(_)).then_some(("calls", job.key)));
    let is_sharded = job.shards.is_some() && job.matrix.is_some() && !is_said(job, "parallel");
    found.extend(job.shards.as_ref().filter(|_| is_sharded).map(|shards| ("shards", shards.origin)));
    found.extend(matches!(&job.impact, Some(At { value: Impact::BlockDeployment, .. })).then_some(("impact", job.key)));
    for (field, origin) in found {
        refuse(lowering, field, origin);
    }
}

fn refuse(lowering: &mut Lowering<'_>, field: &str, origin: Origin) {
    let message = format!("`{field}` has no word of GitLab's, and the file is as it is written");
    let help = "say it in GitLab's own words, or remove gitlab.as_written".to_owned();
    lowering.refuse("not-portable", origin, message, help, field);
}

fn when(lowering: &mut Lowering<'_>, job: &Job) -> Option<&'static str> {
    if job.manual.is_some() {
        return Some("manual");
    }
    let written = job.when.as_ref()?;
    match &written.value {
        Condition::Always => Some("always"),
        Condition::OnFailure => Some("on_failure"),
        Condition::OnSuccess => Some("on_success"),
        _ => {
            refuse(lowering, "when", written.origin);
            None
        }
    }
}

fn group(lowering: &mut Lowering<'_>, job: &Job) -> Option<String> {
    let At { value: Concurrency { group, cancel, queue }, origin } = job.concurrency.as_ref()?;
    match &group.value {
        Group::Named(name) if cancel.now() == Some(&false) && queue.is_none() => value::expanded(lowering, name),
        _ => {
            refuse(lowering, "concurrency", *origin);
            None
        }
    }
}

/// The tags that the project says a runner has.
fn tags(lowering: &mut Lowering<'_>, job: &Job) -> Option<Vec<String>> {
    let runner = job.runner.as_ref().filter(|_| !is_said(job, "tags"))?;
    let machine = match &runner.value {
        Runner::Name(name) => lowering.settings.runners.get(name),
        _ => None,
    };
    let Some(machine) = machine else {
        let message = "nothing says by which tags GitLab finds this runner".to_owned();
        let help = format!("write backends.gitlab.runners.NAME.tags = [\"…\"] in {}", lowering.project.source);
        lowering.refuse("runner-unmapped", runner.origin, message, help, "tags");
        return None;
    };
    Some(machine.tags.iter().map(|tag| tag.value.clone()).collect())
}

/// An image as it is written, or what the project means by its name.
fn image(lowering: &mut Lowering<'_>, image: &At<Value>) -> Option<String> {
    match image.plain() {
        Some(name) => Some(lowering.project.images.get(name).map_or_else(|| name.to_owned(), |image| image.value.clone())),
        None => lowering.early(image),
    }
}

fn parallel(job: &Job) -> Option<Node> {
    let Some(matrix) = &job.matrix else { return job.shards.as_ref().map(|shards| Node::from(shards.value)) };
    let Matrix { keys, .. } = &matrix.value;
    let text = |cell: &At<Cell>| match &cell.value {
        Cell::One(value) => value.print(),
        _ => None,
    };
    let mut row = Map::new();
    for (key, cells) in keys {
        row.put(key, cells.iter().filter_map(text).collect::<Vec<String>>());
    }
    let mut map = Map::new();
    map.put("matrix", vec![row]);
    Some(Node::Map(map))
}

/// The steps as the words that hold commands, caches and what is kept.
fn steps<'a>(lowering: &mut Lowering<'a>, job: &'a Job, map: &mut Map) {
    let (mut script, mut caches, mut kept) = (Vec::new(), Vec::new(), None);
    for step in job.top_steps() {
        lowering.enter(job, Some(step));
        let is_bare =
            value::are_secrets(lowering, &step.env) && step.timeout.is_none() && step.impact.is_none() && step.gitlab.is_none();
        let is_timed = step.when.is_some() && !matches!(step.kind.value, Kind::Upload(_));
        match &step.kind.value {
            Kind::Run(run) if is_bare && !is_timed && run.shell.is_none() && run.directory.is_none() => {
                script.extend(entries(&run.script));
            }
            // GitLab fetches the sources for every job.
            Kind::Checkout(checkout) if is_bare && !is_timed && checkout.depth.is_none() && checkout.revision.is_none() => {}
            Kind::Cache(cache) if is_bare && !is_timed && cache.restore.is_empty() => caches.push(reused(cache)),
            Kind::Upload(upload) if is_bare && kept.is_none() => kept = Some(artifacts(job, step, upload)),
            _ => refuse(lowering, "steps", step.origin),
        }
    }
    if !script.is_empty() {
        map.put("script", script);
    }
    if !caches.is_empty() {
        map.put("cache", caches);
    }
    map.put_some("artifacts", kept);
}

fn reused(cache: &Cache) -> Map {
    let mut map = Map::new();
    if let Some(Reference::Hash(files)) = cache.key.sole() {
        let mut key = Map::new();
        key.put("files", files.clone());
        map.put("key", key);
    } else {
        map.put_some("key", cache.key.print());
    }
    map.put("paths", cache.paths.iter().map(|path| path.value.clone()).collect::<Vec<String>>());
    map
}

fn artifacts(job: &Job, step: &Step, upload: &Upload) -> Map {
    let mut map = Map::new();
    // What nobody named is called by the job.
    map.put_some("name", upload.name.print().filter(|name| *name != job.id));
    map.put("paths", upload.paths.iter().map(|path| path.value.clone()).collect::<Vec<String>>());
    map.put_some("expire_in", upload.retention.as_ref().map(|retention| format!("{} days", retention.days)));
    let when = match step.when.as_ref().map(|when| &when.value) {
        Some(Condition::Always) => Some("always"),
        Some(Condition::OnFailure) => Some("on_failure"),
        _ => None,
    };
    map.put_some("when", when);
    map
}
