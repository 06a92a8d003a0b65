//! What whoever starts a pipeline says: the form of a start by hand, and the inputs of a call. Both become variables of the same
//! names, so that jobs are written the same in both.

use indexmap::IndexMap;

use super::lowering::{Lowering, Place};
use super::trigger::{PIPELINE, SCHEDULE, Start};
use super::{script, value};
use crate::pipeline::trigger::{Event, Input, InputKind};
use crate::pipeline::{Job, Pipeline, Reference};
use crate::yaml::{Map, Node};

/// What stands for no pipeline in the form.
const NONE: &str = "none";

/// The root's variables, while the pipelines are added to them.
#[derive(Debug, Default)]
pub(super) struct Form {
    pipelines: Vec<String>,
    inputs: IndexMap<String, Map>,
}

impl Form {
    /// Adds what a start by hand of the pipeline asks.
    pub(super) fn add(&mut self, lowering: &mut Lowering<'_>) {
        let pipeline = lowering.pipeline;
        let Some(manual) = &pipeline.on.manual else { return };
        self.pipelines.push(pipeline.id.clone());
        for (name, input) in &manual.inputs {
            let variable = value::variable(lowering, &Reference::Input(name.clone()));
            if self.inputs.contains_key(&variable) {
                let message = format!("the input `{name}` becomes the variable {variable}, which another input is already");
                lowering.refuse("syntax", input.key, message, "rename one of the two".to_owned(), &variable);
                continue;
            }
            if input.required && input.default.is_none() {
                lowering.lose("input-required", input.key);
            }
            if matches!(input.kind.value, InputKind::Number | InputKind::Environment) {
                lowering.lose("input-type", input.kind.origin);
            }
            let asked = asked(pipeline, name, input);
            self.inputs.insert(variable, asked);
        }
    }

    /// The map of `variables`.
    pub(super) fn finish(self) -> Map {
        let mut variables = Map::new();
        if self.pipelines.is_empty() {
            return variables;
        }
        let mut which = Map::new();
        which.put("value", NONE);
        which.put("options", [NONE.to_owned()].into_iter().chain(self.pipelines).collect::<Vec<String>>());
        which.put("description", "The pipeline to start.");
        variables.put(PIPELINE, which);
        for (name, asked) in self.inputs {
            variables.put(&name, asked);
        }
        variables
    }
}

/// What stands for the inputs of the form that a job reads where nobody was asked: nothing, as on GitHub, and no default of the form,
/// which every pipeline of GitLab's would have.
pub(super) fn unsaid(lowering: &Lowering<'_>, job: &Job, start: &Start) -> Map {
    let mut variables = Map::new();
    if start.event.is_none_or(|event| event == Event::Manual) {
        return variables;
    }
    let of_pipeline = lowering.pipeline.env.values().flat_map(|binding| binding.value.references());
    let of_pipeline = of_pipeline.map(|reference| reference.value.clone());
    for asked in script::asks(job).into_iter().map(|asked| asked.value).chain(of_pipeline) {
        if let Reference::Input(_) = asked {
            let name = value::variable(lowering, &asked);
            if variables.get(&name).is_none() {
                variables.put(&name, "");
            }
        }
    }
    variables
}

/// What a job that starts a pipeline inherits of the variables of its file: the inputs that these parts of it read, and no others. What
/// the root asks for is no input of what is called.
pub(super) fn inherited(lowering: &Lowering<'_>, parts: [Option<&Node>; 2]) -> Node {
    let on = &lowering.pipeline.on;
    let inputs: Vec<&String> = match lowering.place {
        Place::Root | Place::Written => on.manual.iter().flat_map(|manual| manual.inputs.keys()).collect(),
        Place::Called => on.call.iter().flat_map(|call| call.inputs.keys()).collect(),
    };
    let names = inputs.into_iter().map(|name| value::variable(lowering, &Reference::Input(name.clone())));
    let read: Vec<String> = names.filter(|name| parts.iter().flatten().any(|part| reads(part, name))).collect();
    if read.is_empty() { Node::Flag(false) } else { Node::from(read) }
}

/// Whether a text somewhere in a part names a variable.
fn reads(part: &Node, name: &str) -> bool {
    match part {
        Node::Text(text) => text.split('$').skip(1).any(|after| {
            let after = after.strip_prefix('{').unwrap_or(after);
            let named = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
            after.strip_prefix(name).is_some_and(named)
        }),
        Node::List(items) => items.iter().any(|item| reads(item, name)),
        Node::Map(map) => map.entries.iter().any(|entry| reads(&entry.value, name)),
        _ => false,
    }
}

/// A variable of the form.
fn asked(pipeline: &Pipeline, name: &str, input: &Input) -> Map {
    let options = match &input.kind.value {
        InputKind::Choice(options) => options.iter().map(|option| option.value.clone()).collect(),
        InputKind::Flag => vec!["false".to_owned(), "true".to_owned()],
        InputKind::Text | InputKind::Number | InputKind::Environment => Vec::new(),
    };
    // As in the form of GitHub, the first choice is chosen until somebody chooses.
    let default = default(input).or_else(|| options.first().cloned()).unwrap_or_default();
    let description = input.description.as_ref().map_or_else(|| format!("{name}."), |description| description.value.clone());
    let mut asked = Map::new();
    let raw = default.contains('$');
    asked.put("value", default);
    if !options.is_empty() {
        asked.put("options", options);
    }
    asked.put("description", format!("{}: {description}", pipeline.id));
    if raw {
        asked.put("expand", false);
    }
    asked
}

/// What an input is when nothing is said.
fn default(input: &Input) -> Option<String> {
    input.default.as_ref().and_then(|default| default.print())
}

/// The schedules that the project's settings have to hold, each as a line for people.
pub(super) fn schedules(pipeline: &Pipeline) -> Vec<String> {
    let line = |cron: &crate::pipeline::trigger::Cron| {
        let zone = cron.timezone.as_ref().map_or("UTC", |zone| zone.value.as_str());
        format!("Schedule \"{}\" ({zone}) with the variable {SCHEDULE}={} starts {}.", cron.cron.value, pipeline.id, pipeline.id)
    };
    pipeline.on.schedule.iter().map(|cron| line(cron)).collect()
}

/// The `spec` of a pipeline that is called: its inputs. Nothing if it has none.
pub(super) fn spec(lowering: &Lowering<'_>) -> Option<Map> {
    let call = lowering.pipeline.on.call.as_ref().filter(|call| !call.inputs.is_empty())?;
    let mut inputs = Map::new();
    for (name, input) in &call.inputs {
        inputs.put(name, declared(input));
    }
    let mut spec = Map::new();
    spec.put("inputs", inputs);
    let mut head = Map::new();
    head.put("spec", spec);
    Some(head)
}

fn declared(input: &Input) -> Map {
    let mut declared = Map::new();
    declared.put_some("description", input.description.as_ref().map(|description| description.value.as_str()));
    let kind = match input.kind.value {
        InputKind::Number => "number",
        InputKind::Flag => "boolean",
        InputKind::Text | InputKind::Choice(_) | InputKind::Environment => "string",
    };
    declared.put("type", kind);
    let default = default(input);
    if let InputKind::Choice(options) = &input.kind.value {
        let nothing = (!input.required && default.is_none()).then(String::new);
        declared.put("options", options.iter().map(|option| option.value.clone()).chain(nothing).collect::<Vec<String>>());
    }
    // An input without a default has to be given.
    if default.is_some() || !input.required {
        declared.put("default", typed(input, default.as_deref()));
    }
    declared
}

/// A value as what the input is; without one, what stands for nothing.
pub(super) fn typed(input: &Input, text: Option<&str>) -> Node {
    match (&input.kind.value, text) {
        (InputKind::Flag, text) => Node::Flag(text == Some("true")),
        (InputKind::Number, text) => Node::Number(text.and_then(|text| text.parse().ok()).unwrap_or_default()),
        (_, text) => Node::Text(text.unwrap_or_default().to_owned()),
    }
}

/// The variables of a pipeline that is called, each an input. No value of a caller's is looked through for variables.
pub(super) fn handed(lowering: &Lowering<'_>) -> Map {
    let mut variables = Map::new();
    for name in lowering.pipeline.on.call.iter().flat_map(|call| call.inputs.keys()) {
        let mut variable = Map::new();
        variable.put("value", format!("$[[ inputs.{name} ]]"));
        variable.put("expand", false);
        variables.put(&value::variable(lowering, &Reference::Input(name.clone())), variable);
    }
    variables
}
