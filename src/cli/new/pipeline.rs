//! A new pipeline: one job that passes the gate.

use std::path::Path;

use super::{Draft, Kind, Name};
use crate::cli::limits::Limits;
use crate::cli::{Error, Session};
use crate::scaffold::New;
use crate::workspace::{self, Workspace};

pub(super) const KIND: Kind = Kind { id: "pipeline", summary: "a pipeline with one job, under pipelines/", write };

const TEXT: &str = r#"# Written to .github/workflows/<id>.yml by `pipeward emit`.
let ci = import "pipeward.ncl" in
{
  name = "<title>",
  on = { pull_request = {}, manual = {} },
  concurrency = { group = 'PerRef, cancel = true },
  jobs.test = {
    name = "<title>",
    timeout = "10m",
    permissions<permissions>,
    steps = [
<steps>
    ],
  },
} | ci.Pipeline
"#;

/// Without the project's own files there is nothing to test yet.
const BARE: (&str, &str) = (" = {}", r#"      { name = "Say hello", run = "echo hello" },"#);
const CHECKED_OUT: (&str, &str) = (
    ".contents = 'Read",
    r#"      { checkout = {} },
      { name = "Test", run = "make test" },"#,
);

fn write(name: &Name, root: &Path, limits: &Limits) -> Result<Draft, Error> {
    let workspace = workspace::load(root, &Session::evaluator(root, limits)?)?;
    let id = &name.kebab;
    if let Some(known) = known(&workspace, id) {
        return Err(Error::Usage {
            message: format!("a pipeline is called `{id}` already, in {known}"),
            help: "choose another name".to_owned(),
        });
    }
    let pinned = workspace.project.as_ref().is_some_and(|project| project.pins.contains_key("actions/checkout"));
    let (permissions, steps) = if pinned { CHECKED_OUT } else { BARE };
    let text = TEXT
        .replace("<id>", id)
        .replace("<title>", &name.title())
        .replace("<permissions>", permissions)
        .replace("<steps>", steps);
    let mut next = vec![format!("write its commands, then `pipeward emit` writes .github/workflows/{id}.yml")];
    if !pinned {
        next.push("pin actions/checkout in pipelines/main.ncl if it needs the repository's files: { checkout = {} }".to_owned());
    }
    Ok(Draft { files: vec![New { path: format!("pipelines/{id}.ncl"), text }], next })
}

/// The file that has a pipeline of that id; one that could not be read is known by its name.
fn known<'a>(workspace: &'a Workspace, id: &str) -> Option<&'a str> {
    let project = workspace.project.as_ref()?;
    project.pipelines.iter().find(|pipeline| pipeline.id == id).map(|pipeline| pipeline.source.as_str())
}
