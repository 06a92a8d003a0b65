//! Writes all pipelines of a project as one of GitLab's.
//!
//! GitLab has one pipeline for each thing that happens, and every job says for itself when it is part of it. So the rules of a
//! job are what starts its pipeline and its own condition at once; `workflow:rules` holds what starts any. A job is named
//! `pipeline/job`, as findings name it, and says its `needs` in full: stages only group what people look at. Pipelines that
//! others call are written a second time, each to a file of its own, as child pipelines. The root holds the jobs of the others, or
//! includes a file of each.

mod artifact;
mod cache;
mod call;
mod checked;
mod concurrency;
mod condition;
mod document;
mod early;
mod ended;
mod ends;
mod environment;
mod expression;
mod failure;
mod files;
mod form;
mod image;
mod job;
mod known;
mod layout;
mod lowering;
mod machine;
mod names;
mod needs;
mod options;
mod own;
mod parallel;
mod permission;
mod rules;
mod script;
mod services;
mod stage;
mod step;
mod told;
mod trigger;
mod value;
mod words;
mod written;

use std::collections::BTreeMap;

use self::lowering::{Lowering, Place};
pub(crate) use self::written::{entries, keeps_to_itself};
use super::{Backend, Output, Rendered, header};
use crate::finding::Identity;
use crate::pipeline::backends::{GitLab, Layout};
use crate::pipeline::{Pipeline, Project};
use crate::yaml::{self, Map};

/// The id of the backend.
pub const ID: &str = "gitlab";
/// Where GitLab looks for what it runs.
pub const ROOT: &str = ".gitlab-ci.yml";
/// Where the other files are that the root leads to.
pub const FOLDER: &str = ".gitlab/pipelines";

/// The backend of GitLab.
pub const BACKEND: Backend = Backend {
    id: ID,
    summary: "GitLab's pipeline, made of all pipelines of the project",
    owned: &[ROOT, FOLDER],
    render: |project, _| render(project),
};

/// Where a pipeline is written that others call.
#[must_use]
pub fn called_path(pipeline: &Pipeline) -> String {
    called_at(&pipeline.id)
}

fn called_at(pipeline: &str) -> String {
    format!("{FOLDER}/{pipeline}.called.yml")
}

/// Where the jobs of a pipeline are written that starts by itself, if each pipeline has a file.
fn part_path(pipeline: &Pipeline) -> String {
    format!("{FOLDER}/{}.yml", pipeline.id)
}

fn render(project: &Project) -> Output {
    let Some(settings) = &project.backends.gitlab else { return Output::default() };
    if project.pipelines.iter().all(|pipeline| pipeline.gitlab_file().is_none()) {
        return render_all(project, settings);
    }
    let (written, own): (Vec<&Pipeline>, Vec<&Pipeline>) =
        project.pipelines.iter().partition(|pipeline| pipeline.gitlab_file().is_some());
    let mut output = Output::default();
    let mut places: BTreeMap<&str, &str> = BTreeMap::new();
    for pipeline in &written {
        let place = pipeline.gitlab_file().unwrap_or_default();
        let taken = places.get(place).copied();
        places.entry(place).or_insert(&pipeline.id);
        written::render(project, settings, pipeline, taken, &mut output);
    }
    // What is as it is written for one forge is written for that one alone.
    let own: Vec<&Pipeline> = own.into_iter().filter(|pipeline| !pipeline.github.as_written).collect();
    if places.contains_key(ROOT) {
        own.iter().for_each(|pipeline| written::left_out(pipeline, ROOT, &mut output));
    } else if !own.is_empty() {
        let rest = render_all(&Project { pipelines: own.into_iter().cloned().collect(), ..project.clone() }, settings);
        output.files.extend(rest.files);
        output.withheld.extend(rest.withheld);
        output.findings.extend(rest.findings);
        output.losses.extend(rest.losses);
    }
    output
}

/// All pipelines as one of GitLab's.
fn render_all(project: &Project, settings: &GitLab) -> Output {
    let mut output = Output::default();
    let mut root = document::Root::new(project, settings);
    let parts = crate::parallel::map(project.pipelines.iter().collect(), |pipeline| {
        let mut lowering = Lowering::new(project, settings, pipeline, Place::Root);
        (root.part(&mut lowering), lowering)
    });
    for (part, mut lowering) in parts {
        let pipeline = lowering.pipeline;
        if let Some(part) = part {
            root.add(&mut lowering, part);
        }
        // What the project has to say first comes up in each of them.
        let new: Vec<_> = lowering.told.findings.into_iter().filter(|finding| !output.findings.contains(finding)).collect();
        output.findings.extend(new);
        output.losses.append(&mut lowering.told.losses);
        if pipeline.on.call.is_some() {
            called(project, settings, pipeline, &mut output);
        }
    }
    let (notes, document) = root.finish();
    for finding in known::check(project, &settings.file, None, &document) {
        if !output.findings.contains(&finding) {
            output.findings.push(finding);
        }
    }
    let head = words::head(&settings.file, None);
    let (document, parts) = match settings.layout {
        Layout::One => (document, Vec::new()),
        Layout::PerPipeline => layout::split(project, head.as_ref(), document),
    };
    let documents: Vec<Map> = head.into_iter().chain([document]).collect();
    if output.findings.is_empty() {
        let all = std::iter::once(&documents).chain(parts.iter().map(|part| &part.documents));
        output.findings = all.flat_map(|documents| checked::check(project, &settings.file, None, documents)).collect();
    }
    let mut files = vec![file(ROOT.to_owned(), project, &notes, &documents)];
    files.extend(parts.iter().map(|part| of_pipeline(part.pipeline, part_path(part.pipeline), &part.documents)));
    // The jobs of a pipeline that could not be read would be missing from the file.
    if output.findings.is_empty() && project.unread.is_empty() {
        output.files.append(&mut files);
    } else {
        output.withheld.extend(files.into_iter().map(|file| file.path));
    }
    // Others may call what could not be read.
    let unread = project.unread.iter().filter_map(|source| source.rsplit('/').next()?.strip_suffix(".ncl"));
    output.withheld.extend(unread.map(called_at));
    output
}

/// The pipeline as others call it.
fn called(project: &Project, settings: &GitLab, pipeline: &Pipeline, output: &mut Output) {
    let mut lowering = Lowering::new(project, settings, pipeline, Place::Called);
    let documents = document::called(&mut lowering);
    let path = called_path(pipeline);
    let words = pipeline.gitlab.clone().unwrap_or_default();
    let unknown = documents.last().map(|document| known::check(project, &words, Some(pipeline), document));
    lowering.told.findings.extend(unknown.unwrap_or_default());
    if lowering.told.findings.is_empty() {
        lowering.told.findings = checked::check(project, &words, Some(pipeline), &documents);
    }
    if lowering.told.findings.is_empty() {
        let origin = pipeline.origin;
        let identity = pipeline.identity();
        let file = file(path, project, &[], &documents);
        output.files.push(Rendered { source: pipeline.source.clone(), identity, origin, ..file });
    } else {
        output.withheld.push(path);
    }
    // What is lost or wrong in both files is said of the first.
    let new: Vec<_> = lowering.told.losses.into_iter().filter(|loss| !output.losses.contains(loss)).collect();
    output.losses.extend(new);
    let new: Vec<_> = lowering.told.findings.into_iter().filter(|finding| !output.findings.contains(finding)).collect();
    output.findings.extend(new);
}

/// The part of the root that is one pipeline's.
fn of_pipeline(pipeline: &Pipeline, path: String, documents: &[Map]) -> Rendered {
    let text = yaml::render_all(&[&header(&pipeline.source)], documents);
    Rendered { path, text, source: pipeline.source.clone(), identity: pipeline.identity(), origin: pipeline.origin }
}

fn file(path: String, project: &Project, notes: &[String], documents: &[Map]) -> Rendered {
    let header = header(&project.source);
    let comments: Vec<&str> = [header.as_str()].into_iter().chain(notes.iter().map(String::as_str)).collect();
    let text = yaml::render_all(&comments, documents);
    Rendered { path, text, source: project.source.clone(), identity: Identity::of("project"), origin: project.origin }
}

#[cfg(test)]
mod tests;
