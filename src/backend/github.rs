//! Writes each pipeline as a workflow of GitHub Actions.

mod action_file;
mod condition;
mod container;
mod expression;
mod job;
mod lowering;
mod permission;
mod script;
mod step;
mod strategy;
mod surroundings;
mod trigger;
mod workflow;

use std::collections::HashSet;

use self::lowering::{Lowering, Shared};
use super::{Backend, Earlier, Output, Rendered, cannot_write, header, schema};
use crate::finding::{Finding, Identity};
use crate::loss::Loss;
use crate::origin::Origin;
use crate::parallel;
use crate::pipeline::github::too_large as too_large_for_github;
use crate::pipeline::key::Key;
use crate::pipeline::{Pipeline, Project, Reference};
use crate::yaml;

/// Where the forge looks for what it runs.
pub const WORKFLOWS: &str = ".github/workflows";

/// The backend of GitHub Actions.
pub const BACKEND: Backend = Backend {
    id: "github",
    summary: "workflows of GitHub Actions, one for each pipeline, and the project's own actions",
    owned: &[WORKFLOWS, ".github/actions/*"],
    render,
};

/// How a reference is spelt, without `${{ }}` around it; `in_output` of a workflow that is called, jobs are named differently.
#[must_use]
pub(crate) fn spelt(reference: &Reference, in_output: bool) -> String {
    let key = if in_output { Key::CallOutput } else { Key::Step };
    expression::spelt(reference, key)
}

/// Where the workflow of a pipeline is written.
#[must_use]
pub fn path(pipeline: &Pipeline) -> String {
    format!("{WORKFLOWS}/{}", pipeline.file_name())
}

fn render(project: &Project, earlier: &dyn Earlier) -> Output {
    let mut output = Output::default();
    if !project.backends.github {
        return output;
    }
    let shared = Shared::of(project);
    let mut files = HashSet::new();
    // What is as it is written for the other forge is written for that one alone.
    let pipelines: Vec<(&Pipeline, bool)> = project
        .pipelines
        .iter()
        .filter(|pipeline| !pipeline.is_of_gitlab())
        .map(|pipeline| (pipeline, !files.insert(pipeline.file_name())))
        .collect();
    for (pipeline, losses, written) in parallel::map(pipelines, |(pipeline, taken)| recall(shared, pipeline, taken, earlier)) {
        output.losses.extend(losses);
        match written {
            // Nothing of it is left on GitHub.
            Ok(_) if pipeline.jobs.values().all(job::is_of_gitlab) => {}
            Ok(file) => output.files.push(file),
            Err(findings) => {
                output.withheld.push(path(pipeline));
                output.findings.extend(findings);
            }
        }
    }
    for action in &project.actions {
        action_file::render(shared, action, &mut output);
    }
    output
}

/// A pipeline, what is lost in its workflow, and the workflow or why it is not written.
type Written<'a> = (&'a Pipeline, Vec<Loss>, Result<Rendered, Vec<Finding>>);

/// The workflow of a pipeline, as it was written before if it would be the same again. What there is something to say of is always
/// written anew; the id may be `taken` by another.
fn recall<'a>(shared: Shared<'_>, pipeline: &'a Pipeline, taken: bool, earlier: &dyn Earlier) -> Written<'a> {
    if taken {
        return write(shared, pipeline, taken);
    }
    if let Some(text) = earlier.recall(pipeline, &path(pipeline)) {
        return (pipeline, Vec::new(), Ok(file(pipeline, text)));
    }
    let written = write(shared, pipeline, taken);
    if let (pipeline, [], Ok(file)) = (written.0, written.1.as_slice(), &written.2) {
        earlier.keep(pipeline, &file.text);
    }
    written
}

fn write<'a>(shared: Shared<'_>, pipeline: &'a Pipeline, taken: bool) -> Written<'a> {
    let mut lowering = Lowering::new(shared, pipeline);
    check_id(&mut lowering, taken);
    let workflow = workflow::lower(&mut lowering);
    let mut findings = lowering.told.findings;
    // The schema holds what is promised of every file, which is not promised of one that is as it is written.
    let promised = !pipeline.github.as_written;
    if promised && findings.is_empty() && !pipeline.jobs.values().all(job::is_of_gitlab) {
        findings = schema::check(schema::File::Workflow, &workflow, |path| locate(pipeline, path));
    }
    let written = if findings.is_empty() {
        let written = file(pipeline, text(pipeline, &workflow));
        too_large(pipeline, &written).map_or(Ok(written), |finding| Err(vec![finding]))
    } else {
        Err(findings)
    };
    (pipeline, lowering.told.losses, written)
}

/// The id becomes the name of a file: it must be one, and no other pipeline's.
fn check_id(lowering: &mut Lowering<'_>, taken: bool) {
    let pipeline = lowering.pipeline;
    let id = &pipeline.id;
    let named = id.starts_with(|first: char| first.is_ascii_alphanumeric())
        && id.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '.'));
    if !named {
        let message = format!("`{}` cannot be the name of a workflow's file", id.escape_debug());
        let help = "write letters, digits, `_` and `-`".to_owned();
        lowering.refuse("id-rules", pipeline.origin, message, help, "name");
    }
    if taken {
        let message = format!("two pipelines are written to {}", path(pipeline));
        lowering.refuse("id-rules", pipeline.origin, message, "rename one of them".to_owned(), "twice");
    }
}

/// What the forge says of a file that it does not read for its size.
fn too_large(pipeline: &Pipeline, file: &Rendered) -> Option<Finding> {
    too_large_for_github(file.text.len()).map(|message| {
        let help = "move scripts to files of the repository, or make it several pipelines".to_owned();
        cannot_write("workflow-too-large", &pipeline.identity(), pipeline.name.origin, message, vec![help], "size")
    })
}

/// What the part of a workflow at that path was made from.
fn locate(pipeline: &Pipeline, path: &[&str]) -> (Identity, Origin) {
    match path {
        ["on", ..] => (pipeline.identity(), pipeline.on_origin),
        ["jobs", id, ..] => match pipeline.jobs.get(*id) {
            Some(job) => (pipeline.job_identity(job), job.key),
            None => (pipeline.identity(), pipeline.origin),
        },
        _ => (pipeline.identity(), pipeline.origin),
    }
}

fn text(pipeline: &Pipeline, workflow: &yaml::Map) -> String {
    let header = header(&pipeline.source);
    let mut comments = vec![header.as_str()];
    let description = pipeline.description.iter().filter(|_| !pipeline.github.describes_itself);
    comments.extend(description.flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty()));
    yaml::render(&comments, workflow)
}

fn file(pipeline: &Pipeline, text: String) -> Rendered {
    Rendered {
        path: path(pipeline),
        text,
        source: pipeline.source.clone(),
        identity: pipeline.identity(),
        origin: pipeline.origin,
    }
}
