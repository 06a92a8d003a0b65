//! The part of a step that is written as GitHub spells it.

use super::super::condition::Condition;
use super::super::duration::Duration;
use super::super::given::Given;
use super::super::reader::{Place, Reader};
use super::super::step::{Impact, Kind, Run, Step, Uses, flow};
use super::super::value::Value;
use super::{condition, said_twice};
use crate::origin::At;
use crate::source::{self, Fault, FaultKind};

/// What GitHub's words say of a step and no other field has a place for: what is worked out when the pipeline runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// Its name.
    pub name: Option<Box<At<Value>>>,
    /// How many minutes it may take.
    pub timeout: Option<Box<At<Value>>>,
    /// Where its commands run.
    pub directory: Option<Box<At<Value>>>,
}

/// The keys that say what a step does, each with the kind of ours that it is.
const KINDS: &[(&str, &str)] = &[
    ("run", "run"),
    ("uses", "uses"),
    ("wait", "wait"),
    ("wait-all", "wait_all"),
    ("cancel", "cancel"),
    ("parallel", "parallel"),
];

const FIELDS: &[&str] = &[
    "name",
    "id",
    "if",
    "timeout-minutes",
    "continue-on-error",
    "env",
    "run",
    "uses",
    "with",
    "shell",
    "working-directory",
    "background",
    "wait",
    "wait-all",
    "cancel",
    "parallel",
];

/// The keys that other fields say as well.
const PAIRS: &[(&str, &[&str])] = &[
    ("name", &["name"]),
    ("id", &["id"]),
    ("if", &["when"]),
    ("timeout-minutes", &["timeout"]),
    ("continue-on-error", &["impact", "warn_if"]),
    ("env", &["env"]),
    ("with", &["with"]),
    ("shell", &["shell"]),
    ("working-directory", &["directory"]),
    ("background", &["background"]),
];
/// What belongs to one kind of steps.
const COMPANIONS: &[(&str, &str)] = &[("with", "uses"), ("shell", "run"), ("working-directory", "run")];

/// The keys of `github` that say what the step does.
pub(crate) fn kinds<'a>(github: &'a Place<'a>) -> impl Iterator<Item = (&'a source::Field, Place<'a>)> {
    github.fields().filter(|(field, _)| KINDS.iter().any(|(key, _)| *key == field.name))
}

/// How a step says in GitHub's words what it does.
pub(crate) fn ways() -> Vec<&'static str> {
    KINDS.iter().map(|(key, _)| *key).collect()
}

/// Reads what the step does from the key that says it.
pub(crate) fn kind(reader: &mut Reader, field: &source::Field, here: &Place<'_>, index: &str) -> Option<At<Kind>> {
    let kind = match field.name.as_str() {
        "run" => Kind::Run(Run::in_words(reader, here)?),
        "uses" => Kind::Uses(Uses { action: reader.text(here)?, with: super::super::value::Bindings::new() }),
        "wait" => Kind::Wait(flow::ids(reader, here)?),
        "wait-all" if here.node.value == source::Value::Null => Kind::WaitAll,
        "wait-all" => flow::all(reader, here)?,
        "cancel" => Kind::Cancel(reader.text(here)?),
        _ => flow::group(reader, here, index, Step::in_words)?,
    };
    Some(At::new(kind, field.key))
}

/// Says what has no place in `github` of a step: unknown keys, what is said beside it, what another kind of steps has.
pub(crate) fn hold(reader: &mut Reader, around: Option<&Place<'_>>, github: &Place<'_>, kind: Option<&Kind>) {
    reader.known(github, FIELDS);
    if let Some(around) = around {
        said_twice(reader, around, github, PAIRS);
    }
    let Some(kind) = kind else { return };
    for (companion, of) in COMPANIONS {
        let fits = matches!((*of, kind), ("uses", Kind::Uses(_)) | ("run", Kind::Run(_)));
        if let Some(field) = github.node.field(companion).filter(|_| !fits) {
            let message = format!("`{companion}` belongs to a step that has `{of}`");
            reader.refuse_at(github, field.key, message, &format!("remove `{companion}`"));
        }
    }
    let allowed: &[&str] = match kind {
        Kind::Wait(_) | Kind::WaitAll | Kind::Cancel(_) => &["name", "id", "continue-on-error"],
        Kind::Parallel(_) => &[],
        _ => return,
    };
    for (field, here) in github.fields() {
        let name = field.name.as_str();
        if FIELDS.contains(&name) && !allowed.contains(&name) && !KINDS.iter().any(|(key, _)| *key == name) {
            let what = if allowed.is_empty() { "a group" } else { "a step that waits always runs, and" };
            let notes = vec!["remove it".to_owned()];
            reader.faults.push(Fault {
                notes,
                ..Fault::new(FaultKind::Unknown, here.path(), field.key, format!("{what} has no `{name}`"))
            });
        }
    }
}

/// Reads `github` of a step into it. What the step does has been read.
pub(crate) fn read(reader: &mut Reader, github: &Place<'_>, step: &mut Step) {
    if let Some(name) = github.get("name").and_then(|field| Value::in_words(reader, &field)) {
        match name.plain() {
            Some(text) => step.name = Some(At::new(text.to_owned(), name.origin)),
            None => step.github.name = Some(Box::new(name)),
        }
    }
    let id = reader.text_of(github, "id").filter(|id| reader.identifier(github, id.origin, id));
    take(&mut step.id, id);
    take(&mut step.when, github.get("if").and_then(|field| condition(reader, &field)));
    if let Some(timeout) = github.get("timeout-minutes").and_then(|field| Given::count(reader, &field)) {
        match timeout.value {
            Given::Now(minutes) => step.timeout = Some(At::new(Duration::minutes(u64::from(minutes)), timeout.origin)),
            Given::Later(value) => step.github.timeout = Some(Box::new(value)),
        }
    }
    if let Some(field) = github.get("continue-on-error") {
        match &field.node.value {
            source::Value::Bool(true) => step.impact = Some(At::new(Impact::Warn, field.origin())),
            source::Value::Bool(false) => step.impact = Some(At::new(Impact::Block, field.origin())),
            _ => take(&mut step.warn_if, condition(reader, &field).map(Box::new)),
        }
    }
    take(&mut step.background, reader.flag_of(github, "background"));
    step.env.extend(Value::environment_in_words(reader, github));
    match &mut step.kind.value {
        Kind::Run(run) => {
            take(&mut run.shell, reader.text_of(github, "shell"));
            if let Some(directory) = github.get("working-directory").and_then(|field| Value::in_words(reader, &field)) {
                match directory.plain() {
                    Some(text) => run.directory = Some(At::new(text.to_owned(), directory.origin)),
                    None => step.github.directory = Some(Box::new(directory)),
                }
            }
        }
        Kind::Uses(uses) => uses.with.extend(Value::bindings_by(reader, github, "with", Value::in_words)),
        _ => {}
    }
}

/// Puts what was read in its place, if anything was.
fn take<T>(place: &mut Option<T>, read: Option<T>) {
    if read.is_some() {
        *place = read;
    }
}

impl Step {
    /// Every condition of it, with the name of its field.
    pub fn conditions(&self) -> impl Iterator<Item = (&'static str, &At<Condition>)> {
        [("when", self.when.as_ref()), ("warn_if", self.warn_if.as_deref())]
            .into_iter()
            .filter_map(|(name, condition)| Some((name, condition?)))
    }
}
