//! Values as GitLab has them: text with variables in it, which the runner puts together.

use super::lowering::Lowering;
use crate::origin::At;
use crate::pipeline::value::{Bindings, Known};
use crate::pipeline::{Part, Reference, Value};
use crate::yaml::Map;

/// Names and values of `variables`.
pub(super) fn variables(lowering: &mut Lowering<'_>, bindings: &Bindings) -> Map {
    let mut map = Map::new();
    for (name, binding) in bindings {
        let text = expanded(lowering, &binding.value);
        map.put(name, text);
    }
    map
}

/// A value in which GitLab puts variables for their names; a `$` of the author's is written twice.
pub(super) fn expanded(lowering: &mut Lowering<'_>, value: &At<Value>) -> String {
    let part = |part: &At<Part>| match &part.value {
        Part::Text(text) => text.replace('$', "$$"),
        Part::Number(number) => number.to_string(),
        Part::Flag(flag) => flag.to_string(),
        Part::Reference(reference) => format!("${{{}}}", variable(lowering, reference)),
        Part::When(_) => String::new(),
    };
    value.parts.iter().map(part).collect()
}

/// The name of the variable that holds what a reference stands for.
pub(super) fn variable(lowering: &Lowering<'_>, reference: &Reference) -> String {
    match reference {
        Reference::Secret(name) | Reference::Variable(name) => name.clone(),
        Reference::Output(job, name) => word(&format!("{job}_{name}")),
        Reference::Step(id, name) => word(&format!("step_{id}_{name}")),
        Reference::Result(job) => word(&format!("{job}_result")),
        Reference::Matrix(key) => word(key),
        Reference::Input(name) => word(&format!("{}_{name}", lowering.pipeline.id)),
        Reference::Hash(_) | Reference::Raw(_) => String::new(),
        Reference::Known(known) => name(*known).to_owned(),
    }
}

/// A text as the name of a variable.
pub(super) fn word(text: &str) -> String {
    text.to_ascii_uppercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "_")
}

/// GitLab's name for what every run knows.
const fn name(known: Known) -> &'static str {
    match known {
        Known::Commit => "CI_COMMIT_SHA",
        Known::CommitMessage => "CI_COMMIT_MESSAGE",
        Known::Branch | Known::Ref => "CI_COMMIT_REF_NAME",
        Known::Repository => "CI_PROJECT_PATH",
        Known::Owner => "CI_PROJECT_NAMESPACE",
        Known::RunUrl => "CI_PIPELINE_URL",
        Known::RunId => "CI_PIPELINE_ID",
        Known::Actor => "GITLAB_USER_LOGIN",
        Known::Event => "CI_PIPELINE_SOURCE",
        Known::PullRequest => "CI_MERGE_REQUEST_IID",
        Known::Token => "CI_JOB_TOKEN",
        Known::Os => "CI_RUNNER_EXECUTABLE_ARCH",
        Known::Workspace => "CI_PROJECT_DIR",
        Known::Shard => "CI_NODE_INDEX",
        Known::Shards => "CI_NODE_TOTAL",
    }
}
