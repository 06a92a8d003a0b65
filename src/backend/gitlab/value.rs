//! Values as GitLab has them: text with variables in it that the runner puts together, or a word of the shell of a job's script.

mod word;

use super::call;
use super::lowering::Lowering;
use crate::origin::At;
use crate::pipeline::gitlab::predefined;
use crate::pipeline::value::{Bindings, Known};
use crate::pipeline::{Part, Reference, Value};
use crate::yaml::Map;

pub(super) use self::word::{assigned, legs, quoted, word};

/// Those names and values that can stand in `variables`. The others are made by the job itself: see [`late`].
pub(super) fn variables(lowering: &mut Lowering<'_>, bindings: &Bindings) -> Map {
    let mut map = Map::new();
    for (name, binding) in bindings {
        if is_early(lowering, name, &binding.value) {
            map.put_some(name, expanded(lowering, &binding.value));
        }
    }
    map
}

/// The other names and values, as arguments of the shell: what only the run knows, and what a variable of the project would stand
/// over, since GitLab prefers it to one of the same name in its file.
pub(super) fn late(lowering: &mut Lowering<'_>, bindings: &Bindings) -> Vec<String> {
    let mut words = Vec::new();
    for (name, binding) in bindings {
        if !is_early(lowering, name, &binding.value) && !is_itself(name, &binding.value) {
            words.push(format!("{name} {}", word(lowering, &binding.value)));
        }
    }
    words
}

/// Whether a value can stand in `variables` under that name.
fn is_early(lowering: &Lowering<'_>, name: &str, value: &Value) -> bool {
    let declared = lowering.project.secrets.contains_key(name) || lowering.project.variables.contains_key(name);
    let coded = |part: &Part| matches!(part, Part::Reference(Reference::Input(name)) if call::is_coded(lowering, name));
    !declared && value.parts.iter().all(|part| is_known(&part.value) && !coded(&part.value))
}

/// Whether what is bound are secrets of the project under their own names, which every job of GitLab's has.
pub(super) fn are_secrets(lowering: &Lowering<'_>, bindings: &Bindings) -> bool {
    let is_secret = |name: &str| lowering.project.secrets.contains_key(name);
    bindings.iter().all(|(name, binding)| is_itself(name, &binding.value) && is_secret(name))
}

/// Whether a variable is to have the value of the variable of the same name, which it has.
fn is_itself(name: &str, value: &Value) -> bool {
    matches!(value.sole(), Some(Reference::Secret(of) | Reference::Variable(of)) if of == name)
}

/// Whether the runner knows it before the job begins, by a variable of its own.
const fn is_known(part: &Part) -> bool {
    match part {
        Part::Text(_) | Part::Number(_) | Part::Flag(_) => true,
        Part::When(_) => false,
        Part::Reference(reference) => match reference {
            Reference::Secret(_) | Reference::Variable(_) | Reference::Input(_) | Reference::Matrix(_) => true,
            Reference::Known(known) => !matches!(known, Known::Ref | Known::Event | Known::Os),
            _ => false,
        },
    }
}

/// A value in which GitLab puts variables for their names; a `$` of the author's is written twice. None if a part of it is in no variable
/// that GitLab knows before a script runs.
pub(super) fn expanded(lowering: &mut Lowering<'_>, value: &At<Value>) -> Option<String> {
    let mut part = |part: &At<Part>| match &part.value {
        Part::Text(text) => Some(text.replace('$', "$$")),
        Part::Number(number) => Some(number.to_string()),
        Part::Flag(flag) => Some(flag.to_string()),
        Part::Reference(Reference::Known(Known::Os) | Reference::Step(..) | Reference::Output(..) | Reference::Result(_)) => None,
        Part::Reference(Reference::Hash(_) | Reference::Raw(_)) | Part::When(_) => None,
        Part::Reference(reference) => {
            lowering.claim(reference, part.origin);
            if matches!(reference, Reference::Secret(_)) {
                lowering.lose("secret", part.origin);
            }
            Some(format!("${{{}}}", variable(lowering, reference)))
        }
    };
    value.parts.iter().map(&mut part).collect()
}

/// The name of the variable that holds what a reference stands for; empty if none does.
pub(super) fn variable(lowering: &Lowering<'_>, reference: &Reference) -> String {
    match reference {
        Reference::Secret(name) | Reference::Variable(name) => name.clone(),
        Reference::Output(job, name) => output(job, name),
        Reference::Step(id, name) => word_of(&format!("step_{id}_{name}")),
        Reference::Result(job) => result(job),
        Reference::Matrix(key) => matrix(key),
        Reference::Input(name) => input(&lowering.pipeline.id, name),
        Reference::Hash(_) | Reference::Raw(_) => String::new(),
        Reference::Known(known) => name(*known).to_owned(),
    }
}

/// The variable of an input of a pipeline: of both names, with a beginning of its own if GitLab has that one already.
pub(super) fn input(pipeline: &str, name: &str) -> String {
    let word = word_of(&format!("{pipeline}_{name}"));
    if predefined::is_taken(&word) { format!("INPUT_{word}") } else { word }
}

/// The variable of an output of a job.
pub(super) fn output(job: &str, name: &str) -> String {
    word_of(&format!("{job}_{name}"))
}

/// The variable that says how a job ended.
pub(super) fn result(job: &str) -> String {
    word_of(&format!("{job}_result"))
}

/// The variable of a key of a matrix: with a beginning of its own, since a key may be called `path`.
pub(super) fn matrix(key: &str) -> String {
    word_of(&format!("matrix_{key}"))
}

/// A text as the name of a variable.
pub(super) fn word_of(text: &str) -> String {
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
        Known::Shard => "SHARD",
        Known::Shards => "SHARDS",
    }
}
