//! What starts a workflow: `on`.

use super::expression::literal;
use super::lowering::Lowering;
use crate::origin::At;
use crate::pipeline::key::Key;
use crate::pipeline::trigger::{CALL, Callable, Cron, Filter, Input, InputKind};
use crate::pipeline::{Part, Value};
use crate::yaml::{Map, Node};

/// The map of `on`.
pub(super) fn lower(lowering: &mut Lowering<'_>) -> Map {
    let on = &lowering.pipeline.on;
    let mut map = Map::new();
    // A rule says these with more words; here they keep a file from being written that the forge refuses.
    for misfit in on.filters().flat_map(|(event, filter)| filter.misfits(event, filter.origin)) {
        lowering.refuse("trigger-invalid", misfit.origin, misfit.message, misfit.help, &misfit.key);
    }
    let (ours, others): (Vec<_>, Vec<_>) = on.filters().partition(|(event, _)| !on.others.contains_key(event));
    for (event, filter) in ours {
        map.put(event.name(), filter_node(filter));
    }
    if !on.schedule.is_empty() {
        map.put("schedule", on.schedule.iter().map(|cron| cron_map(cron)).collect::<Vec<Map>>());
    }
    if let Some(manual) = &on.manual {
        let inputs = inputs(lowering, &manual.inputs, false);
        map.put("workflow_dispatch", parts([("inputs", inputs)]));
    }
    if let Some(call) = &on.call {
        map.put(CALL, callable(lowering, call));
    }
    for (event, filter) in others {
        map.put(event.name(), filter_node(filter));
    }
    map
}

/// The parts that have something in them; nothing at all if none has, for an empty map means nothing to the forge.
fn parts<const N: usize>(parts: [(&str, Map); N]) -> Node {
    let mut map = Map::new();
    for (name, part) in parts {
        if !part.is_empty() {
            map.put(name, part);
        }
    }
    if map.is_empty() { Node::Null } else { Node::Map(map) }
}

fn filter_node(filter: &Filter) -> Node {
    let mut map = Map::new();
    for (name, values) in filter.lists() {
        if !values.is_empty() {
            map.put(name, values.iter().map(|value| value.value.as_str()).collect::<Vec<&str>>());
        }
    }
    if map.is_empty() { Node::Null } else { Node::Map(map) }
}

fn cron_map(cron: &Cron) -> Map {
    let mut map = Map::new();
    map.put("cron", cron.cron.value.as_str());
    map.put_some("timezone", cron.timezone.as_ref().map(|zone| zone.value.as_str()));
    map
}

/// Inputs, typed. A called workflow knows no choices: there a choice is a text.
fn inputs(lowering: &mut Lowering<'_>, inputs: &indexmap::IndexMap<String, Input>, called: bool) -> Map {
    let mut map = Map::new();
    for (name, input) in inputs {
        let mut entry = Map::new();
        entry.put_some("description", input.description.as_ref().map(|text| text.value.as_str()));
        entry.put("type", type_name(&input.kind, called));
        if let InputKind::Choice(options) = &input.kind.value
            && !called
        {
            entry.put("options", options.iter().map(|option| option.value.as_str()).collect::<Vec<&str>>());
        }
        if input.required || !lowering.is_as_written() {
            entry.put("required", input.required);
        }
        entry.put_some("default", input.default.as_ref().map(|value| default_node(lowering, value, called)));
        map.put(name, entry);
    }
    map
}

const fn type_name(kind: &InputKind, called: bool) -> &'static str {
    match kind {
        InputKind::Environment if !called => "environment",
        InputKind::Number => "number",
        InputKind::Flag => "boolean",
        InputKind::Choice(_) if !called => "choice",
        InputKind::Text | InputKind::Choice(_) | InputKind::Environment => "string",
    }
}

/// The default of an input. A form that a person fills in cannot work anything out; a call can.
fn default_node(lowering: &mut Lowering<'_>, value: &At<Value>, called: bool) -> Node {
    if !called && value.parts.iter().any(|part| matches!(part.value, Part::Reference(_) | Part::When(_))) {
        let message = "the default of an input that a person is asked for is worked out by nobody".to_owned();
        lowering.refuse("reference-unavailable", value.origin, message, "write a text, a number or a flag".to_owned(), "default");
    }
    lowering.scalar(Key::InputDefault, value)
}

fn callable(lowering: &mut Lowering<'_>, call: &Callable) -> Node {
    let inputs = inputs(lowering, &call.inputs, true);
    let mut secrets = Map::new();
    for (name, secret) in &call.secrets {
        let mut entry = Map::new();
        entry.put_some("description", secret.description.as_ref().map(|text| literal(text)));
        if secret.required || !lowering.is_as_written() {
            entry.put("required", secret.required);
        }
        secrets.put(name, if entry.is_empty() { Node::Null } else { Node::Map(entry) });
    }
    let mut outputs = Map::new();
    for (name, output) in &call.outputs {
        let mut entry = Map::new();
        let unsaid = || (!lowering.is_as_written()).then(|| format!("The output {name}."));
        let description = output.description.as_ref().map(|text| text.value.clone()).or_else(unsaid);
        entry.put_some("description", description.map(|text| literal(&text)));
        entry.put("value", lowering.text(Key::CallOutput, &output.value));
        outputs.put(name, entry);
    }
    parts([("inputs", inputs), ("secrets", secrets), ("outputs", outputs)])
}
