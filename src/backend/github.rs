//! Writes each pipeline as a workflow of GitHub Actions.

pub mod action;
mod condition;
mod expression;
mod job;
mod lowering;
mod permission;
mod step;
mod surroundings;
mod trigger;
mod workflow;

use self::lowering::Lowering;
use super::{Backend, Output, Rendered, header, schema};
use crate::pipeline::{Pipeline, Project};
use crate::yaml;

/// The backend of GitHub Actions.
pub const BACKEND: Backend = Backend {
    id: "github",
    summary: "workflows of GitHub Actions, one for each pipeline",
    owned: &[".github/workflows"],
    render,
};

/// Where the workflow of a pipeline is written.
#[must_use]
pub fn path(pipeline: &Pipeline) -> String {
    format!(".github/workflows/{}.yml", pipeline.id)
}

fn render(project: &Project) -> Output {
    let mut output = Output::default();
    if !project.backends.github {
        return output;
    }
    for pipeline in &project.pipelines {
        let mut lowering = Lowering::new(project, pipeline);
        let workflow = workflow::lower(&mut lowering);
        let mut findings = lowering.findings;
        findings.extend(schema::check(schema::File::Workflow, &workflow, &pipeline.identity(), pipeline.origin));
        if findings.is_empty() {
            output.files.push(file(pipeline, &workflow));
        } else {
            output.withheld.push(path(pipeline));
        }
        output.findings.extend(findings);
    }
    output
}

fn file(pipeline: &Pipeline, workflow: &yaml::Map) -> Rendered {
    let header = header(&pipeline.source);
    let mut comments = vec![header.as_str()];
    comments.extend(pipeline.description.iter().flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty()));
    Rendered {
        path: path(pipeline),
        text: yaml::render(&comments, workflow),
        source: pipeline.source.clone(),
        identity: pipeline.identity(),
        origin: pipeline.origin,
    }
}
