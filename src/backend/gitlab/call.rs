//! A job that calls another pipeline: it starts the file of that pipeline as a child and ends as it does.

use super::form::typed;
use super::lowering::{Lowering, Place};
use super::trigger::{PIPELINE_SOURCE, SOURCE};
use super::value;
use crate::pipeline::trigger::InputKind;
use crate::pipeline::{Call, Part, Reference, Value};
use crate::yaml::Map;

/// Puts what calls into the map of a job.
pub(super) fn put(lowering: &mut Lowering<'_>, call: &Call, map: &mut Map) {
    let project = lowering.project;
    let Some(callee) = project.callee(call).filter(|callee| callee.on.call.is_some()) else {
        lowering.lose("call-foreign", call.callee.origin);
        // A job has to do something.
        map.put("script", vec!["true"]);
        return;
    };
    let declared = callee.on.call.as_ref().map(|call| &call.inputs);
    let (mut inputs, mut variables) = (Map::new(), Map::new());
    for (name, given) in &call.with {
        let Some(input) = declared.and_then(|inputs| inputs.get(name)) else { continue };
        if let Some(text) = given.value.print() {
            inputs.put(name, typed(input, Some(&text)));
            continue;
        }
        // What only the caller knows arrives as the variable that the input becomes there.
        inputs.put(
            name,
            match &input.kind.value {
                InputKind::Choice(options) => options.first().map(|option| option.value.as_str()).unwrap_or_default().into(),
                _ => typed(input, None),
            },
        );
        let text = value::expanded(lowering, &given.value);
        variables.put(&value::word_of(&format!("{}_{name}", callee.id)), text);
    }
    for (name, given) in &call.secrets {
        if !is_secret(&given.value, name) {
            lowering.lose("call-secret", given.key);
        }
    }
    let mut include = Map::new();
    include.put("local", super::called_path(callee));
    if !inputs.is_empty() {
        include.put("inputs", inputs);
    }
    let mut trigger = Map::new();
    trigger.put("include", vec![include]);
    trigger.put("strategy", "depend");
    match lowering.place {
        Place::Root => {
            variables.put(SOURCE, format!("${PIPELINE_SOURCE}"));
        }
        Place::Called => {
            let mut forward = Map::new();
            forward.put("pipeline_variables", true);
            trigger.put("forward", forward);
        }
    }
    // The form of the root is no input of what is called.
    let mut inherit = Map::new();
    inherit.put("variables", false);
    map.put("inherit", inherit);
    if !variables.is_empty() {
        map.put("variables", variables);
    }
    map.put("trigger", trigger);
}

/// Whether a value is the project's secret of that name and nothing else.
fn is_secret(value: &Value, name: &str) -> bool {
    matches!(value.parts.as_slice(), [part] if matches!(&part.value, Part::Reference(Reference::Secret(secret)) if secret == name))
}
