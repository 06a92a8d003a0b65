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

use self::lowering::Lowering;
use super::{Backend, Output, Rendered, cannot_write, header, schema};
use crate::finding::{Finding, Identity};
use crate::loss::Loss;
use crate::origin::Origin;
use crate::parallel;
use crate::pipeline::{Pipeline, Project};
use crate::yaml;

/// How large a workflow may be: what GitHub's own reader of workflows takes, read 2026-11.
const MOST_BYTES: usize = 500 * 1024;

/// Where the forge looks for what it runs.
pub const WORKFLOWS: &str = ".github/workflows";

/// The backend of GitHub Actions.
pub const BACKEND: Backend = Backend {
    id: "github",
    summary: "workflows of GitHub Actions, one for each pipeline, and the project's own actions",
    owned: &[WORKFLOWS, ".github/actions/*"],
    render,
};

/// Where the workflow of a pipeline is written.
#[must_use]
pub fn path(pipeline: &Pipeline) -> String {
    format!("{WORKFLOWS}/{}.yml", pipeline.id)
}

fn render(project: &Project) -> Output {
    let mut output = Output::default();
    if !project.backends.github {
        return output;
    }
    let mut ids = HashSet::new();
    let pipelines: Vec<(&Pipeline, bool)> =
        project.pipelines.iter().map(|pipeline| (pipeline, !ids.insert(&pipeline.id))).collect();
    for (pipeline, losses, written) in parallel::map(pipelines, |(pipeline, taken)| write(project, pipeline, taken)) {
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
        action_file::render(project, action, &mut output);
    }
    output
}

/// The workflow of a pipeline with what is lost in it, or why it is not written; its id may be `taken` by another.
fn write<'a>(
    project: &Project,
    pipeline: &'a Pipeline,
    taken: bool,
) -> (&'a Pipeline, Vec<Loss>, Result<Rendered, Vec<Finding>>) {
    let mut lowering = Lowering::new(project, pipeline);
    check_id(&mut lowering, taken);
    let workflow = workflow::lower(&mut lowering);
    let mut findings = lowering.told.findings;
    if findings.is_empty() && !pipeline.jobs.values().all(job::is_of_gitlab) {
        findings = schema::check(schema::File::Workflow, &workflow, |path| locate(pipeline, path));
    }
    let written = if findings.is_empty() {
        let written = file(pipeline, &workflow);
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
    let size = file.text.len();
    (size > MOST_BYTES).then(|| {
        let message = format!("the workflow is {} KiB, the most is {}", size.div_ceil(1024), MOST_BYTES / 1024);
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

fn file(pipeline: &Pipeline, workflow: &yaml::Map) -> Rendered {
    let header = header(&pipeline.source);
    let mut comments = vec![header.as_str()];
    let description = pipeline.description.iter().filter(|_| !pipeline.github.describes_itself);
    comments.extend(description.flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty()));
    Rendered {
        path: path(pipeline),
        text: yaml::render(&comments, workflow),
        source: pipeline.source.clone(),
        identity: pipeline.identity(),
        origin: pipeline.origin,
    }
}
