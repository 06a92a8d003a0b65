//! A new action of the project's own: steps that a pipeline can use.

use std::path::Path;

use super::{Draft, Kind, Name};
use crate::cli::limits::Limits;
use crate::cli::{Error, Session};
use crate::scaffold::New;
use crate::workspace;

pub(super) const KIND: Kind = Kind { id: "action", summary: "an action of steps, under actions/", write };

const TEXT: &str = r#"# Written to .github/actions/<id>/action.yml by `pipeward emit`.
let ci = import "pipeward.ncl" in
{
  name = "<title>",
  description = "Greets somebody and says how.",
  inputs.somebody = { description = "Who is greeted", default = "you" },
  outputs.greeting = { description = "What was said", value = 'Step "greet.greeting" },
  steps = [
    {
      id = "greet",
      name = "Greet",
      run = m%"
        echo "hello $SOMEBODY"
        echo "greeting=hello $SOMEBODY" >> "$GITHUB_OUTPUT"
      "%,
      env.SOMEBODY = 'Input "somebody",
    },
  ],
} | ci.Action
"#;

fn write(name: &Name, root: &Path, limits: &Limits) -> Result<Draft, Error> {
    let id = &name.kebab;
    let workspace = workspace::load(root, &Session::evaluator(root, limits)?)?;
    let known = workspace.project.iter().flat_map(|project| &project.actions).find(|action| action.id == *id);
    if let Some(known) = known {
        return Err(Error::Usage {
            message: format!("an action is called `{id}` already, in {}", known.within.source),
            help: "choose another name".to_owned(),
        });
    }
    let text = TEXT.replace("<id>", id).replace("<title>", &name.title());
    let next = vec![
        format!("write its steps, then `pipeward emit` writes .github/actions/{id}/action.yml"),
        format!(
            "use it in a job that checks the repository out: {{ uses = \"./.github/actions/{id}\", with.somebody = \"world\" }}"
        ),
    ];
    Ok(Draft { files: vec![New { path: format!("actions/{id}.ncl"), text }], next })
}
