//! A new rule of an organisation's own: a check that works, with examples that must and must not make it fire.

use std::path::Path;

use super::{Draft, Kind, Name};
use crate::cli::Error;
use crate::cli::limits::Limits;
use crate::rule;
use crate::scaffold::New;
use crate::workspace::POLICY;

pub(super) const KIND: Kind = Kind { id: "rule", summary: "a rule of the policy's own, under policies/", write };

const TEXT: &str = r#"# A rule of this organisation's own. `check` is given what `pipeward show --format json` prints of a pipeline.
let pipeline_with = fun minutes => { id = "example", jobs.test = { timeout = minutes } } in
{
  summary = "a job may run for more than half an hour",
  why = "Whoever waits for a job that long has begun something else.",
  severity = 'Warning,
  settings = { max_minutes | default = 30 },
  check = fun pipeline =>
    std.record.to_array pipeline.jobs
    # A job that calls another pipeline has no timeout of its own.
    |> std.array.filter (fun { value, .. } => std.record.get_or "timeout" 0 value > settings.max_minutes)
    |> std.array.map (fun { field = job, value } =>
      {
        at = ["jobs", job, "timeout"],
        message = "%{std.to_string value.timeout} minutes, the most allowed is %{std.to_string settings.max_minutes}",
      }
    ),
  examples = {
    good = [pipeline_with 30, { id = "example", jobs.all = { calls = { pipeline = "other" } } }],
    bad = [pipeline_with 31],
  },
}
"#;

const POLICY_TEXT: &str = r#"# What this repository decides. `pipeward rules` lists what can be set here.
let ci = import "pipeward.ncl" in
{
  custom = {
    <line>
  },
} | ci.Policy
"#;

fn write(name: &Name, root: &Path, _limits: &Limits) -> Result<Draft, Error> {
    let id = &name.kebab;
    if rule::find(id).is_some() {
        return Err(Error::Usage {
            message: format!("`{id}` is a built-in rule"),
            help: format!("`pipeward explain {id}` says what can be set of it; choose another name for your own"),
        });
    }
    let file = format!("{}.ncl", name.snake());
    let line = format!("{id} = import \"{file}\",");
    let mut files = vec![New { path: format!("policies/{file}"), text: TEXT.to_owned() }];
    let mut next = Vec::new();
    if root.join(POLICY).symlink_metadata().is_ok() {
        next.push(format!("name it in {POLICY}, under `custom`: {line}"));
    } else {
        files.push(New { path: POLICY.to_owned(), text: POLICY_TEXT.replace("<line>", &line) });
    }
    next.push(format!("say what is wrong where it fires, and what must make it fire; `pipeward explain {id}` shows it"));
    Ok(Draft { files, next })
}
