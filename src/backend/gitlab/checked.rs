//! What is about to be written, held to the schema of what GitLab takes; what it refuses is said where it was made from.

use crate::backend::schema;
use crate::finding::{Finding, Identity};
use crate::origin::Origin;
use crate::pipeline::gitlab::Tree;
use crate::pipeline::gitlab::file::File;
use crate::pipeline::{Job, Pipeline, Project};
use crate::yaml::Map;

/// What the schemas refuse of the documents of a file: the last is what runs, one before it its head. Of a file of its own, `called` is
/// the pipeline that is in it.
pub(super) fn check(project: &Project, file: &File, called: Option<&Pipeline>, documents: &[Map]) -> Vec<Finding> {
    let locate = |path: &[&str]| locate(project, file, called, &decoded(path));
    let kind = |after: usize| if after == 0 { schema::File::GitLab } else { schema::File::GitLabHead };
    documents.iter().rev().enumerate().flat_map(|(after, document)| schema::check(kind(after), document, locate)).collect()
}

/// The names of a pointer into JSON, in which `/` and `~` are written otherwise.
fn decoded(path: &[&str]) -> Vec<String> {
    path.iter().map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

fn locate(project: &Project, file: &File, called: Option<&Pipeline>, path: &[String]) -> (Identity, Origin) {
    let whole =
        called.map_or_else(|| (Identity::of("project"), project.origin), |pipeline| (pipeline.identity(), pipeline.origin));
    let [name, rest @ ..] = path else { return whole };
    if let Some((pipeline, job)) = job(project, called, name) {
        let origin = job.gitlab.as_ref().and_then(|words| deepest(words, rest));
        return (pipeline.job_identity(job), origin.unwrap_or(job.key));
    }
    let entry = file.parts().find(|(part, _)| part == name).map(|(_, entry)| entry);
    let origin = entry.map(|entry| deepest(&entry.tree, rest).unwrap_or(entry.key));
    (whole.0, origin.unwrap_or(whole.1))
}

/// The job that is written under a name.
fn job<'a>(project: &'a Project, called: Option<&'a Pipeline>, name: &str) -> Option<(&'a Pipeline, &'a Job)> {
    match called {
        Some(pipeline) => Some((pipeline, pipeline.jobs.get(name)?)),
        None => {
            let (pipeline, job) = name.split_once('/')?;
            let pipeline = project.pipeline(pipeline)?;
            Some((pipeline, pipeline.jobs.get(job)?))
        }
    }
}

/// Where the part is written that a path leads to, as far as it leads anywhere.
fn deepest(tree: &Tree, path: &[String]) -> Option<Origin> {
    let mut found = None;
    for end in 1..=path.len() {
        let names: Vec<&str> = path[..end].iter().map(String::as_str).collect();
        match tree.at(&names) {
            Some(part) => found = Some(part.origin),
            None => break,
        }
    }
    found
}
