//! Reads an action.

use indexmap::IndexMap;

use super::{Action, Branding, Docker, FAMILY, Input, Node, Output, Runs};
use crate::origin::{At, Origin};
use crate::pipeline::condition::Condition;
use crate::pipeline::github::{self, Workflow};
use crate::pipeline::job::Job;
use crate::pipeline::reader::{Place, Reader};
use crate::pipeline::step::{Kind, Step};
use crate::pipeline::trigger::{Callable, Input as Asked, InputKind, Triggers};
use crate::pipeline::value::{Binding, Bindings, Value};
use crate::pipeline::{Form, Pipeline, id};
use crate::source::{Fault, FaultKind};

const FIELDS: &[&str] = &["name", "description", "author", "branding", "inputs", "outputs", "steps", "node", "docker"];

/// The file of an action of which the rest of the repository is told.
#[derive(Clone, Debug)]
pub struct File {
    /// Its id.
    pub id: String,
    /// Where the action lies, from the root of the repository.
    pub directory: String,
    /// The file itself, from the root.
    pub source: String,
}

/// How values and conditions are written: in ours or in GitHub's words.
#[derive(Clone, Copy)]
pub(super) struct Wording {
    pub(super) value: fn(&mut Reader, &Place<'_>) -> Option<At<Value>>,
    pub(super) environment: fn(&mut Reader, &Place<'_>) -> Bindings,
    condition: fn(&mut Reader, &Place<'_>) -> Option<At<Condition>>,
}

impl Wording {
    const OURS: Self = Self { value: Value::read, environment: Value::environment, condition: Condition::read };
    const GITHUB: Self = Self { value: Value::in_words, environment: Value::environment_in_words, condition: github::condition };

    fn field(self, reader: &mut Reader, place: &Place<'_>, name: &str) -> Option<At<Value>> {
        place.get(name).and_then(|field| (self.value)(reader, &field))
    }

    pub(super) fn asked(self, reader: &mut Reader, place: &Place<'_>, name: &str) -> Option<At<Condition>> {
        place.get(name).and_then(|field| (self.condition)(reader, &field))
    }
}

impl Action {
    /// Reads the action of a file with that stem.
    pub fn read(reader: &mut Reader, place: &Place<'_>, stem: &str, source: &str) -> Option<Self> {
        let id = id(stem);
        let directory = format!(".github/actions/{id}");
        Self::read_as(reader, place, File { id, directory, source: source.to_owned() }, Wording::OURS)
    }

    /// Reads an action whose values and conditions are in GitHub's words.
    pub fn in_words(reader: &mut Reader, place: &Place<'_>, file: File) -> Option<Self> {
        Self::read_as(reader, place, file, Wording::GITHUB)
    }

    fn read_as(reader: &mut Reader, place: &Place<'_>, file: File, how: Wording) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        let File { id, directory, source } = file;
        reader.identifier(place, place.origin(), &id);
        reader.known(place, FIELDS);
        let inputs = reader.record_of(place, "inputs").map(|inputs| Input::each(reader, &inputs, how)).unwrap_or_default();
        let (runs, steps) = runs(reader, place, how)?;
        let outputs = Output::each(reader, place, (runs == Runs::Steps).then_some(how));
        let branding = place.get("branding").and_then(|field| Branding::read(reader, &field));
        let author = reader.text_of(place, "author");
        let (name, description) = (reader.required(place, "name"), reader.required(place, "description"));
        let (name, description) = (name?, description?);
        let within = Pipeline {
            id: FAMILY.to_owned(),
            source,
            origin: place.origin(),
            name: name.clone(),
            description: None,
            budget: None,
            on: asks(&inputs, place.origin()),
            on_origin: place.origin(),
            concurrency: None,
            env: Bindings::new(),
            defaults: None,
            github: Workflow::default(),
            gitlab: None,
            jobs: IndexMap::from([(id.clone(), Job::of_action(&id, place.origin(), steps, given(&outputs)))]),
            unevaluated: reader.unevaluated(place),
            form: Form::Action,
        };
        Some(Self { id, directory, name, description, author, branding, inputs, outputs, runs, within })
    }
}

/// What it runs, one of three; its steps if it has some.
fn runs(reader: &mut Reader, place: &Place<'_>, how: Wording) -> Option<(Runs, Vec<Step>)> {
    let written: Vec<Place<'_>> = ["steps", "node", "docker"].iter().filter_map(|name| place.get(name)).collect();
    if let [_, second, ..] = written.as_slice() {
        reader.refuse(second, "an action has `steps`, `node` or `docker`, and only one of them", "make it two actions");
    }
    if let Some(steps) = place.get("steps") {
        let read = Step::list(reader, &steps);
        if steps.node.items().is_some_and(<[_]>::is_empty) {
            reader.refuse(&steps, "the action does nothing", "write its steps");
        }
        for (step, here) in read.iter().zip(steps.items()) {
            hold(reader, &here, step);
        }
        return Some((Runs::Steps, read));
    }
    if let Some(node) = place.get("node") {
        return Some((Runs::Node(Box::new(Node::read(reader, &node, how)?)), Vec::new()));
    }
    if let Some(docker) = place.get("docker") {
        return Some((Runs::Docker(Box::new(Docker::read(reader, &docker, how)?)), Vec::new()));
    }
    reader.missing(place, "steps", "write steps = [ … ], node = { … } or docker = { … }");
    None
}

/// Says of everything a step has that those of an action cannot have.
fn hold(reader: &mut Reader, place: &Place<'_>, step: &Step) {
    let time = step.timeout.as_ref().map(|timeout| timeout.origin).or(step.github.timeout.as_ref().map(|value| value.origin));
    let background = step.background.as_ref().map(|background| background.origin);
    let beside = match step.kind.value {
        Kind::Parallel(_) => Some(("parallel", "group")),
        Kind::Wait(_) | Kind::WaitAll | Kind::Cancel(_) => Some(("wait", "step that waits")),
        _ => None,
    };
    let mut refuse = |field: &str, origin: Origin, message: String, help: &str| {
        let mut path = place.path();
        path.push(field.to_owned());
        reader.faults.push(Fault { notes: vec![help.to_owned()], ..Fault::new(FaultKind::Unknown, path, origin, message) });
    };
    if let Some(origin) = time {
        let message = "a step of an action has no time of its own".to_owned();
        refuse("timeout", origin, message, "write it at the step that uses the action");
    }
    if let Some(origin) = background {
        let message = "a step of an action does not run in the background".to_owned();
        refuse("background", origin, message, "let the step that uses the action run in the background");
    }
    if let Some((field, what)) = beside {
        refuse(field, step.kind.origin, format!("an action has no {what}"), "write one step after the other");
    }
}

/// The inputs as those of a call: whatever is said of them reaches the action as text.
fn asks(inputs: &IndexMap<String, Input>, origin: Origin) -> Triggers {
    let asked = |input: &Input| Asked {
        key: input.key,
        description: Some(input.description.clone()),
        kind: At::new(InputKind::Text, input.key),
        required: input.required,
        default: None,
    };
    let inputs = inputs.iter().map(|(name, input)| (name.clone(), asked(input))).collect();
    let call = Callable { inputs, secrets: IndexMap::new(), outputs: IndexMap::new() };
    Triggers { call: Some(At::new(call, origin)), ..Triggers::default() }
}

fn given(outputs: &IndexMap<String, Output>) -> Bindings {
    let binding = |output: &Output| Some(Binding { key: output.key, value: output.value.clone()? });
    outputs.iter().filter_map(|(name, output)| Some((name.clone(), binding(output)?))).collect()
}

impl Input {
    fn each(reader: &mut Reader, place: &Place<'_>, how: Wording) -> IndexMap<String, Self> {
        let mut inputs = IndexMap::new();
        for (field, here) in place.fields() {
            reader.identifier(&here, field.key, &field.name);
            if !reader.is_record(&here) {
                continue;
            }
            reader.known(&here, &["description", "required", "default", "deprecated"]);
            let required = reader.flag_of(&here, "required").is_some_and(|flag| flag.value);
            let default = how.field(reader, &here, "default");
            if let Some(default) = default.as_ref().filter(|_| required) {
                reader.refuse_at(&here, default.origin, "an input that must be said has no default", "remove one of the two");
            }
            let deprecated = reader.text_of(&here, "deprecated");
            if let Some(description) = reader.required(&here, "description") {
                inputs.insert(field.name.clone(), Self { key: field.key, description, required, default, deprecated });
            }
        }
        inputs
    }
}

impl Output {
    /// `how` a value is written, where outputs have one.
    fn each(reader: &mut Reader, place: &Place<'_>, how: Option<Wording>) -> IndexMap<String, Self> {
        let mut outputs = IndexMap::new();
        let Some(place) = reader.record_of(place, "outputs") else { return outputs };
        for (field, here) in place.fields() {
            reader.identifier(&here, field.key, &field.name);
            if !reader.is_record(&here) {
                continue;
            }
            reader.known(&here, &["description", "value"]);
            if how.is_some() && here.get("value").is_none() {
                reader.missing(&here, "value", "");
            }
            let value = how.and_then(|how| how.field(reader, &here, "value"));
            if let Some(written) = here.node.field("value").filter(|_| how.is_none()) {
                reader.refuse_at(&here, written.key, "a program sets its outputs itself", "remove `value`");
            }
            if let Some(description) = reader.required(&here, "description") {
                outputs.insert(field.name.clone(), Self { key: field.key, description, value });
            }
        }
        outputs
    }
}

impl Branding {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["color", "icon"]);
        let (color, icon) = (reader.required(place, "color"), reader.required(place, "icon"));
        Some(Self { color: color?, icon: icon? })
    }
}
